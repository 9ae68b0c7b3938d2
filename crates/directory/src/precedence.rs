//! Survivorship as configuration: which kinds of source are believed for which field, the best first.

use std::fmt;

use crate::statement::SourceKind;

/// A field that several kinds of source speak of, so that it must be said whom to believe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Believed {
    /// The name.
    Name,
    /// The date of birth.
    Born,
    /// The gender.
    Gender,
    /// The address.
    Residence,
    /// The school.
    Education,
    /// The general practice.
    PrimaryCare,
    /// Parents and carers: all are shown, and the order says whose word on each of them stands.
    Carers,
}

impl Believed {
    /// Every such field.
    pub const ALL: [Believed; 7] = [
        Believed::Name,
        Believed::Born,
        Believed::Gender,
        Believed::Residence,
        Believed::Education,
        Believed::PrimaryCare,
        Believed::Carers,
    ];

    /// The code used in files and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Believed::Name => "name",
            Believed::Born => "date-of-birth",
            Believed::Gender => "gender",
            Believed::Residence => "address",
            Believed::Education => "school",
            Believed::PrimaryCare => "practice",
            Believed::Carers => "carers",
        }
    }

    /// The field of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Believed> {
        Believed::ALL.into_iter().find(|field| field.code() == code)
    }

    fn index(self) -> usize {
        match self {
            Believed::Name => 0,
            Believed::Born => 1,
            Believed::Gender => 2,
            Believed::Residence => 3,
            Believed::Education => 4,
            Believed::PrimaryCare => 5,
            Believed::Carers => 6,
        }
    }
}

/// The order in which kinds of source are believed for one field, the best first. A kind that is not named comes last; among
/// sources of one kind the freshest is believed. One that names nobody believes the freshest, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precedence {
    kinds: Vec<SourceKind>,
}

/// Why an order is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoOrder {
    /// It names nobody.
    Empty,
    /// A kind stands in it twice.
    Twice(SourceKind),
    /// The kind says nothing of who the child is.
    SaysNothing(SourceKind),
}

/// The order for every field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survivorship {
    orders: [Precedence; 7],
}

impl Precedence {
    /// The kinds that can stand in an order: those that say who the child is. A practitioner records only involvements, and a
    /// correction stands over every source.
    pub const KINDS: [SourceKind; 5] = [
        SourceKind::Births,
        SourceKind::Nhs,
        SourceKind::ChildBenefit,
        SourceKind::Census,
        SourceKind::Local,
    ];

    /// An order.
    ///
    /// # Errors
    /// [`NoOrder`].
    pub fn of(kinds: Vec<SourceKind>) -> Result<Precedence, NoOrder> {
        for (place, kind) in kinds.iter().enumerate() {
            if !Precedence::KINDS.contains(kind) {
                return Err(NoOrder::SaysNothing(*kind));
            }
            if kinds.iter().take(place).any(|before| before == kind) {
                return Err(NoOrder::Twice(*kind));
            }
        }
        if kinds.is_empty() {
            return Err(NoOrder::Empty);
        }
        Ok(Precedence { kinds })
    }

    /// An order for a field. That of carers may name nobody; a field with one value needs somebody to be believed for it.
    ///
    /// # Errors
    /// [`NoOrder`].
    pub fn of_field(field: Believed, kinds: Vec<SourceKind>) -> Result<Precedence, NoOrder> {
        match field {
            Believed::Carers if kinds.is_empty() => Ok(Precedence::freshest()),
            _ => Precedence::of(kinds),
        }
    }

    /// The order that names nobody.
    fn freshest() -> Precedence {
        Precedence { kinds: Vec::new() }
    }

    /// The kinds it names, the best first.
    #[must_use]
    pub fn kinds(&self) -> &[SourceKind] {
        &self.kinds
    }

    /// How far down a kind stands.
    pub(crate) fn rank(&self, kind: SourceKind) -> usize {
        let place = self.kinds.iter().position(|known| *known == kind);
        place.unwrap_or(self.kinds.len())
    }
}

impl Survivorship {
    /// The order for a field.
    #[must_use]
    pub fn order(&self, field: Believed) -> &Precedence {
        let [
            name,
            born,
            gender,
            residence,
            education,
            primary_care,
            carers,
        ] = &self.orders;
        match field {
            Believed::Name => name,
            Believed::Born => born,
            Believed::Gender => gender,
            Believed::Residence => residence,
            Believed::Education => education,
            Believed::PrimaryCare => primary_care,
            Believed::Carers => carers,
        }
    }

    /// The same with another order for one field.
    #[must_use]
    pub fn with(mut self, field: Believed, order: Precedence) -> Survivorship {
        if let Some(place) = self.orders.get_mut(field.index()) {
            *place = order;
        }
        self
    }

    /// The fields whose order is another than in `before`.
    #[must_use]
    pub fn changed(&self, before: &Survivorship) -> Vec<Believed> {
        Believed::ALL
            .into_iter()
            .filter(|field| self.order(*field) != before.order(*field))
            .collect()
    }
}

/// The built-in orders. Keys and the joining of rows rest on these, whatever is configured, and so does a shielded record.
impl Default for Survivorship {
    fn default() -> Survivorship {
        use SourceKind::{Births, Census, ChildBenefit, Local, Nhs};
        let order = |kinds: &[SourceKind]| Precedence {
            kinds: kinds.to_vec(),
        };
        // Name and gender: what somebody is called now, before what was registered at birth.
        let called = order(&[Nhs, Census, ChildBenefit, Births]);
        Survivorship {
            orders: [
                called.clone(),
                order(&[Births, Nhs, ChildBenefit, Census]),
                called,
                order(&[Nhs, Census, ChildBenefit, Local]),
                order(&[Census, Local]),
                order(&[Nhs]),
                // A telephone number that was said last is the one that is answered.
                Precedence::freshest(),
            ],
        }
    }
}

impl fmt::Display for Precedence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kinds.is_empty() {
            return write!(f, "the freshest of any kind");
        }
        for (place, kind) in self.kinds.iter().enumerate() {
            let before = if place == 0 { "" } else { ", " };
            write!(f, "{before}{}", kind.code())?;
        }
        Ok(())
    }
}

impl fmt::Display for NoOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoOrder::Empty => write!(f, "it names no kind of source: name at least one"),
            NoOrder::Twice(kind) => write!(f, "{} stands in it twice: keep one", kind.code()),
            NoOrder::SaysNothing(kind) => write!(
                f,
                "{} never says who a child is, so it cannot be believed for it: leave it out",
                kind.code()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_names_each_kind_once_and_only_those_that_say_something() {
        use SourceKind::{Births, Nhs, Practitioner};
        assert_eq!(Precedence::of(vec![]), Err(NoOrder::Empty));
        assert_eq!(
            Precedence::of(vec![Nhs, Births, Nhs]),
            Err(NoOrder::Twice(Nhs))
        );
        assert_eq!(
            Precedence::of(vec![Practitioner]),
            Err(NoOrder::SaysNothing(Practitioner))
        );
        let order = Precedence::of(vec![Nhs, Births]).unwrap();
        assert_eq!(order.to_string(), "nhs, births");
        assert!(order.rank(Births) < order.rank(SourceKind::Local));
    }

    #[test]
    fn only_the_order_of_carers_may_name_nobody() {
        for field in Believed::ALL {
            let order = Precedence::of_field(field, vec![]);
            if field == Believed::Carers {
                let order = order.unwrap();
                assert_eq!(&order, Survivorship::default().order(field));
                let ranks = Precedence::KINDS.map(|kind| order.rank(kind));
                assert_eq!(ranks, [0; 5], "nobody stands before another");
                assert_eq!(order.to_string(), "the freshest of any kind");
            } else {
                assert_eq!(order, Err(NoOrder::Empty), "{field:?}");
            }
            let named = Precedence::of_field(field, vec![SourceKind::Nhs]);
            assert_eq!(named, Precedence::of(vec![SourceKind::Nhs]));
        }
    }

    #[test]
    fn what_changed_is_exactly_the_fields_with_another_order() {
        let before = Survivorship::default();
        assert!(before.changed(&before).is_empty());
        for field in Believed::ALL {
            let order = Precedence::of(vec![SourceKind::Local]).unwrap();
            let after = before.clone().with(field, order);
            assert_eq!(after.changed(&before), [field]);
            assert_eq!(Believed::parse(field.code()), Some(field));
        }
    }
}
