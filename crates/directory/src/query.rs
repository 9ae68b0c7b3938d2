//! What somebody searches by. Whether a query touches a hidden field is its type, and the type decides which index is read (R44, X1).

use crate::Date;
use crate::access::{Add, Refusal};
use crate::name::Gender;
use crate::number::{Number, OtherNumber};
use crate::text::{NamePart, OrganisationName, Postcode};

/// A query with enough in it to search by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Only fields that a shielded record shows: may find shielded children.
    Visible(Visible),
    /// Some field that a shielded record hides: can never find a shielded child.
    Hidden(Visible, Hidden),
}

/// The visible fields of a query (R43).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible {
    /// A ContactPoint number.
    pub number: Option<Number>,
    /// Given names.
    pub given: Option<NamePart>,
    /// The family name.
    pub family: Option<NamePart>,
    /// When the child was born, as far as known.
    pub born: Option<Born>,
    /// The gender. Weighs little, and never excludes.
    pub gender: Option<Gender>,
}

/// When a child was born, as far as somebody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Born {
    /// The day.
    On(Date),
    /// The year.
    In {
        /// The calendar year.
        year: i16,
    },
    /// An age on the day of the search: born between these two days, both included.
    Between {
        /// The earliest day of birth.
        earliest: Date,
        /// The latest day of birth.
        latest: Date,
    },
}

/// The fields of a query that a shielded record hides (X1). At least one is given in a [`Query::Hidden`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// A postcode.
    pub postcode: Option<Postcode>,
    /// The name of a school or practice.
    pub place: Option<OrganisationName>,
    /// A parent's or carer's name.
    pub carer: Option<NamePart>,
    /// A number of the searcher's own body (L2).
    pub other_number: Option<OtherNumber>,
    /// Only children of the searcher's own authority: this too locates a child (X1).
    pub area: Option<OwnArea>,
}

/// The wish to find only children of the searcher's own authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnArea;

impl Query {
    /// A query of these fields, if they are enough to search by (never everything by one common name).
    ///
    /// # Errors
    /// [`Refusal::TooLittle`], saying what to add.
    pub fn of(visible: Visible, hidden: Hidden) -> Result<Query, Refusal> {
        evidence(&visible, &hidden)?;
        if hidden == Hidden::default() {
            Ok(Query::Visible(visible))
        } else {
            Ok(Query::Hidden(visible, hidden))
        }
    }

    /// The visible fields.
    #[must_use]
    pub fn visible(&self) -> &Visible {
        match self {
            Query::Visible(visible) | Query::Hidden(visible, _) => visible,
        }
    }

    /// The hidden fields, if any is touched.
    #[must_use]
    pub fn hidden(&self) -> Option<&Hidden> {
        match self {
            Query::Visible(_) => None,
            Query::Hidden(_, hidden) => Some(hidden),
        }
    }
}

/// The least to search by: a number; or two of names, birth and whereabouts that together mean one child or few.
fn evidence(visible: &Visible, hidden: &Hidden) -> Result<(), Refusal> {
    if visible.number.is_some() || hidden.other_number.is_some() {
        return Ok(());
    }
    let day = matches!(visible.born, Some(Born::On(_)));
    let whereabouts = hidden.postcode.is_some() || hidden.place.is_some();
    match (
        visible.given.is_some(),
        visible.family.is_some(),
        visible.born.is_some(),
    ) {
        (true, true, _) => Ok(()),
        (false, true, true) if day || whereabouts => Ok(()),
        (false, true, true) => Err(Refusal::TooLittle(Add::GivenNameOrBorn)),
        (true, false, true) if day || whereabouts => Ok(()),
        (true, false, true) => Err(Refusal::TooLittle(Add::FamilyName)),
        (false, true, false) | (true, false, false) if whereabouts => Ok(()),
        (false, true, false) => Err(Refusal::TooLittle(Add::GivenNameOrBorn)),
        (true, false, false) => Err(Refusal::TooLittle(Add::BornOrFamilyName)),
        (false, false, true) if day && whereabouts => Ok(()),
        (false, false, true) => Err(Refusal::TooLittle(Add::FamilyName)),
        (false, false, false) => Err(Refusal::TooLittle(Add::BornOrFamilyName)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::postcode;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn name(text: &str) -> Option<NamePart> {
        NamePart::parse(text).ok()
    }

    #[test]
    fn r44_any_hidden_field_makes_a_hidden_query() {
        let visible = || Visible {
            given: name("Ayo"),
            family: name("Bello"),
            ..Visible::default()
        };
        assert!(matches!(
            Query::of(visible(), Hidden::default()),
            Ok(Query::Visible(_))
        ));
        let hiddens = [
            Hidden {
                postcode: postcode("BS16 5TJ").ok(),
                ..Hidden::default()
            },
            Hidden {
                place: OrganisationName::parse("Northfield").ok(),
                ..Hidden::default()
            },
            Hidden {
                carer: name("Ada"),
                ..Hidden::default()
            },
            Hidden {
                area: Some(OwnArea),
                ..Hidden::default()
            },
        ];
        for hidden in hiddens {
            assert!(
                matches!(Query::of(visible(), hidden.clone()), Ok(Query::Hidden(..))),
                "{hidden:?}"
            );
        }
    }

    #[test]
    fn too_little_says_what_to_add_and_no_count() {
        let refused = |visible| Query::of(visible, Hidden::default()).unwrap_err();
        assert_eq!(
            refused(Visible::default()),
            Refusal::TooLittle(Add::BornOrFamilyName)
        );
        assert_eq!(
            refused(Visible {
                given: name("Ayo"),
                ..Visible::default()
            }),
            Refusal::TooLittle(Add::BornOrFamilyName)
        );
        assert_eq!(
            refused(Visible {
                family: name("Bello"),
                ..Visible::default()
            }),
            Refusal::TooLittle(Add::GivenNameOrBorn)
        );
        let year = Visible {
            given: name("Ayo"),
            born: Some(Born::In { year: 2015 }),
            ..Visible::default()
        };
        assert_eq!(refused(year), Refusal::TooLittle(Add::FamilyName));
    }

    proptest! {
        #[test]
        fn adding_a_field_never_makes_a_query_too_little(given: bool, family: bool, born: bool, place: bool) {
            let make = |given: bool, family: bool, born: bool, place: bool| {
                let visible = Visible {
                    given: given.then(|| name("Ayo")).flatten(),
                    family: family.then(|| name("Bello")).flatten(),
                    born: born.then_some(Born::On(date(2015, 7, 3))),
                    ..Visible::default()
                };
                let hidden = Hidden { postcode: place.then(|| postcode("BS16 5TJ").ok()).flatten(), ..Hidden::default() };
                Query::of(visible, hidden).is_ok()
            };
            if make(given, family, born, place) {
                prop_assert!(make(true, family, born, place));
                prop_assert!(make(given, true, born, place));
                prop_assert!(make(given, family, true, place));
                prop_assert!(make(given, family, born, true));
            }
        }
    }
}
