//! Exact identity: the strictest comparison, for joining a supplied row without doubt.

use crate::comparable::{Comparable, FamilyName};

/// Whether two people have the same folded given names in order, as far as the one with fewer has them, the same family
/// names in use, the same full date of birth, the same sex and the same whole postcode, none of them missing. Symmetric.
/// Former names, settings, area and number are not asked.
#[must_use]
pub fn same_identity(one: &Comparable, other: &Comparable) -> bool {
    same_given(one, other)
        && same_family(one, other)
        && same_birth(one, other)
        && same_place(one, other)
        && one.sex.is_some()
        && one.sex == other.sex
}

fn same_given(one: &Comparable, other: &Comparable) -> bool {
    let (shorter, longer) = if one.given.len() <= other.given.len() {
        (one, other)
    } else {
        (other, one)
    };
    let mut pairs = shorter.given.iter().zip(&longer.given);
    !shorter.given.is_empty() && pairs.all(|(left, right)| left.word.text == right.word.text)
}

fn same_family(one: &Comparable, other: &Comparable) -> bool {
    let mut left = names_in_use(one);
    let mut right = names_in_use(other);
    left.sort_unstable();
    right.sort_unstable();
    !left.is_empty() && left == right
}

fn names_in_use(person: &Comparable) -> Vec<&str> {
    let in_use = |name: &&FamilyName| !name.is_former;
    person
        .family
        .iter()
        .filter(in_use)
        .map(|name| name.joined.text.as_str())
        .collect()
}

fn same_birth(one: &Comparable, other: &Comparable) -> bool {
    let date = |person: &Comparable| person.birth.and_then(|birth| birth.date());
    date(one).is_some() && date(one) == date(other)
}

fn same_place(one: &Comparable, other: &Comparable) -> bool {
    let full = |person: &Comparable| {
        person
            .postcode
            .and_then(|postcode| postcode.full().map(|_| postcode))
    };
    full(one).is_some() && full(one) == full(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::birth::Birth;
    use crate::date::Date;
    use crate::person::{Person, Sex};

    fn person() -> Person<'static> {
        Person {
            given: &["Zoë", "Anne"],
            family: &["O'Brien"],
            birth: Date::new(2012, 3, 4).map(Birth::On),
            sex: Some(Sex::Female),
            postcode: Some("M14 5AB"),
            ..Person::default()
        }
    }

    fn same(one: Person<'_>, other: Person<'_>) -> bool {
        let (one, other) = (Comparable::of(&one), Comparable::of(&other));
        assert_eq!(same_identity(&one, &other), same_identity(&other, &one));
        same_identity(&one, &other)
    }

    #[test]
    fn writing_does_not_matter() {
        let written = Person {
            given: &["ZOE ANNE"],
            family: &["O BRIEN"],
            postcode: Some("m145ab"),
            ..person()
        };
        assert!(same(person(), written));
        assert!(same(
            person(),
            Person {
                former: &["Smith"],
                ..person()
            }
        ));
    }

    #[test]
    fn everything_must_be_there_and_agree() {
        let fewer = Person {
            given: &["Zoe"],
            ..person()
        };
        assert!(same(person(), fewer), "a source without the second name");
        assert!(same(fewer, person()));
        for other in [
            Person {
                given: &["Anne"],
                ..person()
            },
            Person {
                given: &["Baby"],
                ..person()
            },
            Person {
                given: &["Zoey", "Anne"],
                ..person()
            },
            Person {
                family: &["Brian"],
                ..person()
            },
            Person {
                family: &["O'Brien", "Smith"],
                ..person()
            },
            Person {
                birth: Date::new(2012, 4, 3).map(Birth::On),
                ..person()
            },
            Person {
                birth: Some(Birth::Years {
                    first: 2012,
                    last: 2012,
                }),
                ..person()
            },
            Person {
                sex: None,
                ..person()
            },
            Person {
                sex: Some(Sex::Male),
                ..person()
            },
            Person {
                postcode: Some("M14 5AC"),
                ..person()
            },
            Person {
                postcode: Some("M14"),
                ..person()
            },
        ] {
            assert!(!same(person(), other), "{other:?}");
            let missing = Person {
                given: &["Baby"],
                family: &[],
                birth: None,
                sex: None,
                postcode: None,
                ..other
            };
            assert!(!same(missing, missing), "nothing known is no identity");
        }
    }
}
