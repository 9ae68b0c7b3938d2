//! Children of one list who are easily taken for one another: twins, or the same name on the same day.

use directory::access::Field;
use matching::birth::Birth;
use matching::comparable::Comparable;
use matching::difference::Difference;
use matching::double::near_double;
use matching::search::{BEHIND_BEST_BITS_MAX, score};

use crate::candidate::Scored;

/// Which children of a list are near-doubles of one another, and in what they differ.
pub(crate) struct Comparison {
    differs: Vec<Vec<Field>>,
}

impl Comparison {
    /// Compares the children of a list, best first.
    pub(crate) fn of<'a>(scored: impl Iterator<Item = &'a Scored>) -> Comparison {
        let all: Vec<&Scored> = scored.collect();
        let mut differs = vec![Vec::new(); all.len()];
        for (index, one) in all.iter().enumerate() {
            for (other_index, other) in all.iter().enumerate() {
                if index != other_index && is_double(&one.whole, &other.whole) {
                    let fields = differing(&one.whole, &other.whole);
                    if let Some(known) = differs.get_mut(index) {
                        known.extend(fields);
                    }
                }
            }
        }
        for fields in &mut differs {
            fields.sort_unstable();
            fields.dedup();
        }
        Comparison { differs }
    }

    /// In which fields a child differs from a near-double.
    pub(crate) fn differs(&self, index: usize) -> Vec<Field> {
        self.differs.get(index).cloned().unwrap_or_default()
    }

    /// Whether any two are near-doubles.
    pub(crate) fn any(&self) -> bool {
        self.differs.iter().any(|fields| !fields.is_empty())
    }
}

/// Whether one is easily taken for the other: near-doubles, and those whose given and family names are the other way round on the same day.
fn is_double(one: &Comparable, other: &Comparable) -> bool {
    near_double(one, other).is_some() || is_transposed(one, other)
}

fn is_transposed(one: &Comparable, other: &Comparable) -> bool {
    let day = |c: &Comparable| c.birth.filter(|birth| matches!(birth, Birth::On(_)));
    let crossed = |given: &Comparable, family: &Comparable| {
        let first = given.given.iter().filter(|name| name.place == 0);
        let mut first = first.map(|name| &name.word.text);
        first.any(|text| family.family.iter().any(|name| name.joined.text == *text))
    };
    day(one).is_some() && day(one) == day(other) && crossed(one, other) && crossed(other, one)
}

/// In what two near-doubles differ. They always differ in their numbers.
fn differing(one: &Comparable, other: &Comparable) -> Vec<Field> {
    let mut fields = vec![Field::Number];
    let texts = |c: &Comparable| {
        c.given
            .iter()
            .map(|given| given.word.text.clone())
            .collect::<Vec<_>>()
    };
    if texts(one) != texts(other)
        || score(one, other)
            .differences
            .contains(Difference::FamilySpelling)
    {
        fields.push(Field::Name);
    }
    if one.birth != other.birth {
        fields.push(Field::Born);
    }
    if one.sex != other.sex {
        fields.push(Field::Gender);
    }
    if one.postcode != other.postcode {
        fields.push(Field::Residence);
    }
    if one.settings != other.settings {
        fields.push(Field::Education);
    }
    fields
}

/// Drops what is hopelessly behind the best of a ranked list, but nobody who is easily taken for the best: a twin is shown and
/// pointed out, however well the other's name fits.
pub(crate) fn keep_worth_showing<T>(ranked: &mut Vec<T>, scored: impl Fn(&T) -> &Scored) {
    let Some(best) = ranked.first().map(&scored) else {
        return;
    };
    let floor = best.bits - BEHIND_BEST_BITS_MAX;
    let whole = best.whole.clone();
    ranked.retain(|one| {
        let one = scored(one);
        one.bits >= floor || is_double(&whole, &one.whole)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use matching::date::Date;
    use matching::person::Person;

    fn child(given: &str, family: &str, birth: Option<Birth>) -> Comparable {
        Comparable::of(&Person {
            given: &[given],
            family: &[family],
            birth,
            ..Person::default()
        })
    }

    fn on(day: u8) -> Option<Birth> {
        Date::new(2014, 3, day).map(Birth::On)
    }

    #[test]
    fn names_the_other_way_round_on_the_same_day_are_pointed_out() {
        let one = child("Ali", "Hussain", on(4));
        assert!(is_double(&one, &child("Hussain", "Ali", on(4))));
        assert!(is_double(&child("Hussain", "Ali", on(4)), &one));
        for other in [
            child("Hussain", "Ali", on(5)),
            child("Hussain", "Khan", on(4)),
            child("Hussain", "Ali", None),
        ] {
            assert!(!is_double(&one, &other), "{other:?}");
        }
        assert!(!is_double(
            &child("Ali", "Hussain", None),
            &child("Hussain", "Ali", None)
        ));
    }
}
