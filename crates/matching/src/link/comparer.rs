//! Compares two rows field by field.

use super::company::Company;
use super::field::{
    FAMILY_DIFFERENT, FAMILY_FORMER, FAMILY_PART, FAMILY_TRANSPOSED, Field, GIVEN_CROSSED,
    GIVEN_DIFFERENT, GIVEN_OTHER_PLACE, GIVEN_PART, GIVEN_TRANSPOSED, MISSING, SAME, SEX_OF_NAME,
    address_level, change_level, code_level, date_level, family_level, file_level, given_level,
    identifier_level, place_level, postcode_level, text_level,
};
use super::layout::{FORMER_MAX, GIVEN_MAX, Layout, TOKEN_NUMBERS, at, slice_at, wide_at};
use super::lexicon::Symbol;
use super::lexicons::{Lexicons, Role};
use super::memory::Memory;
use super::parents::{Common, Parents};
use super::rarity::Rarities;
use super::table::{Table, sex_of, source_of};
use crate::similarity::{NameLevel, compound_level};

/// Set on symbols of words that stand in the incoming record's own lexicons.
pub(crate) const OWN: Symbol = 1 << 31;
/// Bits that values can be more probable together than each by itself, at most.
pub(crate) const TOGETHER_BITS_MAX: f32 = 24.0;

/// The outcome for one field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) level: u8,
    /// log2 of the frequency of the commoner value, relative to the mean chance of agreement; 0 where it does not apply.
    pub(crate) rarity: f32,
}

/// Levels of a pair that other fields depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) given: u8,
    pub(crate) family: u8,
    pub(crate) further: u8,
    pub(crate) place: u8,
}

impl Noted {
    /// Keeps the level of a field that is of names.
    pub(crate) fn note(&mut self, field: Field, level: u8) {
        match field {
            Field::Given => self.given = level,
            Field::Family => self.family = level,
            Field::Further => self.further = level,
            Field::Place => self.place = level,
            _ => {}
        }
    }
}

/// What comparing needs of a table.
#[derive(Debug)]
pub(crate) struct Comparer<'a> {
    pub(crate) layout: &'a Layout,
    lexicons: &'a Lexicons,
    /// Words of an incoming record that the table does not know.
    own: Option<&'a Lexicons>,
    rarity: &'a Rarities,
    parents: &'a Parents,
    company: &'a Company,
}

impl<'a> Comparer<'a> {
    pub(crate) fn new(table: &'a Table, rarity: &'a Rarities, own: Option<&'a Lexicons>) -> Self {
        Self {
            layout: &table.layout,
            lexicons: &table.lexicons,
            own,
            rarity,
            parents: &table.parents,
            company: &table.company,
        }
    }

    /// The outcome of one field; `noted` are those compared before it.
    #[inline]
    pub(crate) fn outcome(
        &self,
        field: Field,
        rows: (&[u32], &[u32]),
        noted: Noted,
        memory: &mut Memory,
    ) -> Outcome {
        let (one, other) = rows;
        let layout = self.layout;
        let given = noted.given;
        let plain = |level| Outcome { level, rarity: 0.0 };
        match field {
            Field::File => plain(file_level(source_of(layout, one), source_of(layout, other))),
            Field::Given => self.given(one, other, memory),
            Field::Family => self.family(rows, given, memory),
            Field::Further => self.further(rows, given, memory),
            Field::Date => plain(date_level(at(one, layout.date), at(other, layout.date))),
            Field::Place => plain(self.place(one, other)),
            Field::Change => plain(change_level(noted.family, noted.place)),
            Field::Sex => {
                let (left, right) = (sex_of(layout, one), sex_of(layout, other));
                plain(if left == 0 || right == 0 {
                    MISSING
                } else {
                    SAME.saturating_add(u8::from(left != right))
                        .saturating_add(if given == SAME { SEX_OF_NAME } else { 0 })
                })
            }
            Field::Parent => {
                let common = self.parents(rows);
                Outcome {
                    level: common.level,
                    rarity: common.rarity,
                }
            }
            Field::Text(column) | Field::Code(column) => {
                let place = layout
                    .free
                    .get(column)
                    .copied()
                    .unwrap_or(super::layout::ABSENT);
                let (left, right) = (at(one, place), at(other, place));
                if left == 0 || right == 0 {
                    return plain(MISSING);
                }
                let role = Role::Free(column);
                let name = self.word_level(role, left, right, memory);
                let level = if matches!(field, Field::Text(_)) {
                    text_level(name)
                } else {
                    code_level(name)
                };
                let as_usual = name == NameLevel::Part || name >= NameLevel::Initial;
                Outcome {
                    level,
                    rarity: self.rarity_at(as_usual, (role, left, right)),
                }
            }
            Field::Identifier(column) => {
                let place = layout
                    .identifiers
                    .get(column)
                    .copied()
                    .unwrap_or(super::layout::ABSENT);
                plain(identifier_level(wide_at(one, place), wide_at(other, place)))
            }
        }
    }

    /// Whether one of two records says nothing of a field, as far as is seen at once; its outcome is "missing" then.
    #[inline]
    pub(crate) fn is_silent(&self, field: Field, rows: (&[u32], &[u32])) -> bool {
        let layout = self.layout;
        let either = |place: usize| at(rows.0, place) == 0 || at(rows.1, place) == 0;
        match field {
            Field::Given => either(layout.given),
            Field::Further => either(layout.given.saturating_add(1)),
            Field::Family => either(layout.family),
            Field::Date => either(layout.date),
            Field::Parent => either(layout.parent),
            Field::Sex => sex_of(layout, rows.0) == 0 || sex_of(layout, rows.1) == 0,
            Field::Text(column) | Field::Code(column) => {
                layout.free.get(column).is_none_or(|place| either(*place))
            }
            Field::File | Field::Place | Field::Change | Field::Identifier(_) => false,
        }
    }

    fn given(&self, one: &[u32], other: &[u32], memory: &mut Memory) -> Outcome {
        let (left, right) = (at(one, self.layout.given), at(other, self.layout.given));
        if left == 0 || right == 0 {
            return Outcome {
                level: MISSING,
                rarity: 0.0,
            };
        }
        let level = given_level(self.word_level(Role::Given, left, right, memory));
        if level != GIVEN_DIFFERENT {
            return Outcome {
                level,
                rarity: self.rarity_at(level == GIVEN_PART, (Role::Given, left, right)),
            };
        }
        let elsewhere = |first: Symbol, row: &[u32]| {
            slice_at(row, self.layout.given, GIVEN_MAX).contains(&first)
        };
        if elsewhere(left, other) || elsewhere(right, one) {
            return Outcome {
                level: GIVEN_OTHER_PLACE,
                rarity: 0.0,
            };
        }
        self.crossed(one, other)
            .unwrap_or(Outcome { level, rarity: 0.0 })
    }

    /// Given and family name exchanged, or one of them in the other's place.
    fn crossed(&self, one: &[u32], other: &[u32]) -> Option<Outcome> {
        let family = |row| at(row, self.layout.family);
        let (left, right) = (family(one), family(other));
        if left == right || left == 0 || right == 0 {
            return None;
        }
        let as_family = |row| self.lexicons.as_family(at(row, self.layout.given));
        let (here, there) = (as_family(one) == right, as_family(other) == left);
        let (level, name) = match (here, there) {
            (true, true) => (GIVEN_TRANSPOSED, self.commoner(left, right)),
            (true, false) => (GIVEN_CROSSED, right),
            (false, true) => (GIVEN_CROSSED, left),
            (false, false) => return None,
        };
        Some(Outcome {
            level,
            rarity: self.rarity_of(Role::Family, name, name),
        })
    }

    fn family(&self, rows: (&[u32], &[u32]), given: u8, memory: &mut Memory) -> Outcome {
        let (one, other) = rows;
        let (left, right) = (at(one, self.layout.family), at(other, self.layout.family));
        if left == 0 || right == 0 {
            return Outcome {
                level: MISSING,
                rarity: 0.0,
            };
        }
        if matches!(given, GIVEN_TRANSPOSED | GIVEN_CROSSED) {
            return Outcome {
                level: FAMILY_TRANSPOSED,
                rarity: 0.0,
            };
        }
        let level = family_level(self.word_level(Role::Family, left, right, memory));
        if level != FAMILY_DIFFERENT {
            return Outcome {
                level,
                rarity: self.rarity_at(level == FAMILY_PART, (Role::Family, left, right)),
            };
        }
        let former = |row| slice_at(row, self.layout.former, FORMER_MAX);
        let (left_former, right_former) = (former(one), former(other));
        let shared = left_former
            .iter()
            .find(|name| **name != 0 && right_former.contains(name));
        let known = if right_former.contains(&left) {
            Some(left)
        } else if left_former.contains(&right) {
            Some(right)
        } else {
            shared.copied()
        };
        match known {
            Some(name) => Outcome {
                level: FAMILY_FORMER,
                rarity: self.rarity_of(Role::Family, name, name),
            },
            None => Outcome { level, rarity: 0.0 },
        }
    }

    fn further(&self, rows: (&[u32], &[u32]), given: u8, memory: &mut Memory) -> Outcome {
        let names = |row| {
            slice_at(row, self.layout.given, GIVEN_MAX)
                .get(1..)
                .unwrap_or_default()
        };
        let (left, right) = (names(rows.0), names(rows.1));
        let first = |names: &[Symbol]| names.first().copied().unwrap_or(0);
        let (one, other) = (first(left), first(right));
        if one == 0
            || other == 0
            || matches!(given, GIVEN_OTHER_PLACE | GIVEN_TRANSPOSED | GIVEN_CROSSED)
        {
            return Outcome {
                level: MISSING,
                rarity: 0.0,
            };
        }
        if one == other {
            return Outcome {
                level: SAME,
                rarity: self.rarity_of(Role::Given, one, other),
            };
        }
        let shared = left.iter().find(|name| **name != 0 && right.contains(name));
        if let Some(name) = shared {
            return Outcome {
                level: 2,
                rarity: self.rarity_of(Role::Given, *name, *name),
            };
        }
        if self.word_level(Role::Given, one, other, memory) < NameLevel::Different {
            return Outcome {
                level: 2,
                rarity: self.rarity_of(Role::Given, one, other),
            };
        }
        Outcome {
            level: 3,
            rarity: 0.0,
        }
    }

    fn parents(&self, rows: (&[u32], &[u32])) -> Common {
        let words = |row| slice_at(row, self.layout.parent, TOKEN_NUMBERS);
        self.parents.common(words(rows.0), words(rows.1))
    }

    /// How much more probable the values on which two records agree are together than each by itself, in bits: for
    /// unrelated people, and for people of one name.
    pub(crate) fn together(&self, rows: (&[u32], &[u32]), levels: Noted) -> [f32; 2] {
        let (one, other) = rows;
        let mut shared = self.company.shared();
        if (SAME..GIVEN_OTHER_PLACE).contains(&levels.given) {
            shared.given(at(one, self.layout.given), at(other, self.layout.given));
        }
        if (SAME..FAMILY_FORMER).contains(&levels.family) {
            shared.family(at(one, self.layout.family), at(other, self.layout.family));
        }
        let of_names = shared.bits();
        if levels.further == SAME {
            let second = self.layout.given.saturating_add(1);
            shared.given(at(one, second), at(other, second));
        }
        for word in self
            .parents(rows)
            .words
            .into_iter()
            .filter(|word| *word != 0)
        {
            shared.parent(word);
        }
        let of_all = shared.bits();
        [of_all, of_all - of_names].map(|bits| bits.clamp(0.0, TOGETHER_BITS_MAX))
    }

    fn place(&self, one: &[u32], other: &[u32]) -> u8 {
        let layout = self.layout;
        let postcode = postcode_level(
            wide_at(one, layout.postcode),
            wide_at(other, layout.postcode),
        );
        let tokens = |row| slice_at(row, layout.address, TOKEN_NUMBERS);
        place_level(postcode, address_level(tokens(one), tokens(other)))
    }

    fn commoner(&self, one: Symbol, other: Symbol) -> Symbol {
        let rarity = |name| self.rarity_of(Role::Family, name, name);
        if rarity(one) >= rarity(other) {
            one
        } else {
            other
        }
    }

    /// Rarity of an agreement; as of a usual value when only a part agrees, of which nothing is known.
    fn rarity_at(&self, as_usual: bool, words: (Role, Symbol, Symbol)) -> f32 {
        if as_usual {
            0.0
        } else {
            self.rarity_of(words.0, words.1, words.2)
        }
    }

    /// Rarity of an agreement, that of the commoner word. A word the table does not know is as rare as any.
    fn rarity_of(&self, role: Role, one: Symbol, other: Symbol) -> f32 {
        let table = self.rarity.of_role(role);
        let rarest = table.first().copied().unwrap_or(0.0);
        let of = |symbol: Symbol| {
            let place = usize::try_from(symbol).unwrap_or(usize::MAX);
            table.get(place).copied().unwrap_or(rarest)
        };
        of(one).max(of(other))
    }

    fn word_level(&self, role: Role, one: Symbol, other: Symbol, memory: &mut Memory) -> NameLevel {
        if one == other && (role != Role::Given || !self.lexicons.given.is_initial(one)) {
            return NameLevel::Exact;
        }
        if (one | other) & OWN != 0 {
            return self.own_level(role, one, other);
        }
        let Some(words) = self.lexicons.words(role) else {
            return NameLevel::Different;
        };
        if one != other && words.sketch(one).tells_apart(words.sketch(other)) {
            return NameLevel::Different;
        }
        memory.level(role, one, other, || words.full_level(one, other))
    }

    fn own_level(&self, role: Role, one: Symbol, other: Symbol) -> NameLevel {
        let name = |symbol: Symbol| {
            let lexicons = if symbol & OWN == 0 {
                Some(self.lexicons)
            } else {
                self.own
            };
            lexicons
                .and_then(|lexicons| lexicons.words(role))
                .and_then(|words| words.name(symbol & !OWN))
        };
        match (name(one), name(other)) {
            (Some(one), Some(other)) => compound_level(one, other),
            _ => NameLevel::Different,
        }
    }
}
