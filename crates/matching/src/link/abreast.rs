//! Compares two portraits field by field, by the same rules as two rows of a table.

use super::comparer::{Noted, Outcome};
use super::field::{
    FAMILY_DIFFERENT, FAMILY_FORMER, FAMILY_PART, FAMILY_TRANSPOSED, Field, GIVEN_CROSSED,
    GIVEN_DIFFERENT, GIVEN_OTHER_PLACE, GIVEN_PART, GIVEN_TRANSPOSED, MISSING, SAME, SEX_OF_NAME,
    address_level, change_level, code_level, date_level, family_level, given_level,
    identifier_level, place_level, postcode_level, text_level,
};
use super::frequencies::{Frequencies, NameFrequencies};
use super::parents::Parents;
use super::portrait::{Portrait, Written};
use crate::similarity::{NameLevel, compound_level};

/// Further given names: one of them agrees, or they are alike.
const FURTHER_ALIKE: u8 = 2;
const FURTHER_DIFFERENT: u8 = 3;

/// Two portraits side by side.
pub(crate) struct Abreast<'a> {
    pub(crate) one: &'a Portrait,
    pub(crate) other: &'a Portrait,
    pub(crate) frequencies: &'a Frequencies,
}

impl Abreast<'_> {
    /// The outcome of one field; `noted` are those compared before it.
    pub(crate) fn outcome(&self, field: Field, noted: Noted) -> Outcome {
        let (one, other) = (self.one, self.other);
        let given = noted.given;
        match field {
            Field::Given => self.given(),
            Field::Family => self.family(given),
            Field::Further => self.further(given),
            Field::Date => plain(date_level(one.date, other.date)),
            Field::Place => plain(self.place()),
            Field::Change => plain(change_level(noted.family, noted.place)),
            Field::Sex if one.sex == 0 || other.sex == 0 => plain(MISSING),
            Field::Sex => {
                let of_name = if given == SAME { SEX_OF_NAME } else { 0 };
                let differs = u8::from(one.sex != other.sex);
                plain(SAME.saturating_add(differs).saturating_add(of_name))
            }
            // How rare a parent's word is, and in which file a record stands, are facts of a table.
            Field::Parent => plain(Parents::default().common(&one.parent, &other.parent).level),
            Field::File => plain(MISSING),
            Field::Text(column) => plain(free_level(self.free(column), text_level)),
            Field::Code(column) => plain(free_level(self.free(column), code_level)),
            Field::Identifier(column) => {
                let of = |portrait: &Portrait| portrait.identifiers.get(column).copied();
                plain(identifier_level(
                    of(one).unwrap_or(0),
                    of(other).unwrap_or(0),
                ))
            }
        }
    }

    fn place(&self) -> u8 {
        let (one, other) = (self.one, self.other);
        place_level(
            postcode_level(one.postcode, other.postcode),
            address_level(&one.address, &other.address),
        )
    }

    fn free(&self, column: usize) -> Option<(&Written, &Written)> {
        let one = self.one.free.get(column)?.as_ref();
        one.zip(self.other.free.get(column)?.as_ref())
    }

    fn given(&self) -> Outcome {
        let (ours, theirs) = (&self.one.given, &self.other.given);
        let Some((left, right)) = ours.first().zip(theirs.first()) else {
            return plain(MISSING);
        };
        let level = given_level(level_of(left, right));
        if level != GIVEN_DIFFERENT {
            let rarity = match level {
                GIVEN_PART => 0.0,
                _ => commoner(&self.frequencies.given, left, right),
            };
            return Outcome { level, rarity };
        }
        let stands =
            |name: &Written, among: &[Written]| among.iter().any(|known| known.is_spelt_as(name));
        if stands(left, theirs) || stands(right, ours) {
            return plain(GIVEN_OTHER_PLACE);
        }
        self.crossed(left, right).unwrap_or(plain(level))
    }

    /// Given and family name exchanged, or one of them in the other's place.
    fn crossed(&self, left_given: &Written, right_given: &Written) -> Option<Outcome> {
        let (left, right) = (self.one.family.as_ref()?, self.other.family.as_ref()?);
        if left.is_spelt_as(right) {
            return None;
        }
        let (here, there) = (left_given.is_spelt_as(right), right_given.is_spelt_as(left));
        let frequencies = &self.frequencies.family;
        let (level, rarity) = match (here, there) {
            (true, true) => (GIVEN_TRANSPOSED, commoner(frequencies, left, right)),
            (true, false) => (GIVEN_CROSSED, commoner(frequencies, right, right)),
            (false, true) => (GIVEN_CROSSED, commoner(frequencies, left, left)),
            (false, false) => return None,
        };
        Some(Outcome { level, rarity })
    }

    fn family(&self, given: u8) -> Outcome {
        let Some((left, right)) = self.one.family.as_ref().zip(self.other.family.as_ref()) else {
            return plain(MISSING);
        };
        if matches!(given, GIVEN_TRANSPOSED | GIVEN_CROSSED) {
            return plain(FAMILY_TRANSPOSED);
        }
        let frequencies = &self.frequencies.family;
        let name = if left.is_spelt_as(right) {
            NameLevel::Exact
        } else {
            level_of(left, right)
        };
        let level = family_level(name);
        if level != FAMILY_DIFFERENT {
            let rarity = match level {
                FAMILY_PART => 0.0,
                _ => commoner(frequencies, left, right),
            };
            return Outcome { level, rarity };
        }
        let (ours, theirs) = (&self.one.former, &self.other.former);
        let among =
            |name: &Written, former: &[Written]| former.iter().any(|known| known.is_spelt_as(name));
        let in_use = [(left, theirs), (right, ours)].into_iter();
        let in_use = in_use.filter(|(name, former)| among(name, former));
        let shared = ours.iter().filter(|name| among(name, theirs));
        let rarity = |name: &Written| commoner(frequencies, name, name);
        let known = in_use
            .map(|(name, _)| rarity(name))
            .max_by(f32::total_cmp)
            .or_else(|| shared.map(rarity).max_by(f32::total_cmp));
        known.map_or(plain(level), |rarity| Outcome {
            level: FAMILY_FORMER,
            rarity,
        })
    }

    fn further(&self, given: u8) -> Outcome {
        let after_first = |portrait: &'_ Portrait| portrait.given.len() > 1;
        if !after_first(self.one)
            || !after_first(self.other)
            || matches!(given, GIVEN_OTHER_PLACE | GIVEN_TRANSPOSED | GIVEN_CROSSED)
        {
            return plain(MISSING);
        }
        let left = self.one.given.get(1..).unwrap_or_default();
        let right = self.other.given.get(1..).unwrap_or_default();
        let Some((one, other)) = left.first().zip(right.first()) else {
            return plain(MISSING);
        };
        let rarity = |one, other| commoner(&self.frequencies.given, one, other);
        if one.is_spelt_as(other) {
            return Outcome {
                level: SAME,
                rarity: rarity(one, other),
            };
        }
        let shared = left
            .iter()
            .filter(|name| right.iter().any(|known| known.is_spelt_as(name)))
            .map(|name| rarity(name, name))
            .max_by(f32::total_cmp);
        if let Some(rarity) = shared {
            return Outcome {
                level: FURTHER_ALIKE,
                rarity,
            };
        }
        if level_of(one, other) < NameLevel::Different {
            return Outcome {
                level: FURTHER_ALIKE,
                rarity: rarity(one, other),
            };
        }
        plain(FURTHER_DIFFERENT)
    }
}

fn plain(level: u8) -> Outcome {
    Outcome { level, rarity: 0.0 }
}

fn level_of(one: &Written, other: &Written) -> NameLevel {
    if one.is_spelt_as(other) {
        return if one.is_initial() {
            compound_level(&one.name, &other.name)
        } else {
            NameLevel::Exact
        };
    }
    if one.sketch.tells_apart(other.sketch) {
        return NameLevel::Different;
    }
    compound_level(&one.name, &other.name)
}

/// How frequent values of a code or text are is not known without a table: they count as usual.
fn free_level(pair: Option<(&Written, &Written)>, level: fn(NameLevel) -> u8) -> u8 {
    pair.map_or(MISSING, |(one, other)| {
        level(if one.is_spelt_as(other) {
            NameLevel::Exact
        } else {
            level_of(one, other)
        })
    })
}

/// Rarity of an agreement, that of the commoner name.
fn commoner(frequencies: &NameFrequencies, one: &Written, other: &Written) -> f32 {
    let of = |name: &Written| frequencies.rarity(&name.name.joined.text);
    if one.name.joined.text == other.name.joined.text {
        return of(one);
    }
    of(one).max(of(other))
}
