//! The words of all columns: given names, family names, and each code and text column by itself.

use super::kind::Kind;
use super::layout::{Layout, TOKEN_NUMBERS, at, slice_at};
use super::lexicon::{Symbol, Words};
use super::parents;
use super::schema::Schema;
use crate::normalise::NamePart;

/// Words by role.
#[derive(Clone, Debug)]
pub(crate) struct Lexicons {
    pub(crate) given: Words,
    pub(crate) family: Words,
    /// Code and text columns in column order.
    pub(crate) free: Vec<Words>,
    /// For each given name, the family name of the same letters; 0 for none.
    given_as_family: Vec<Symbol>,
}

/// Which words a symbol is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Given,
    Family,
    Free(usize),
}

/// For every symbol of other lexicons, ours.
pub(crate) struct Adopted {
    pub(crate) given: Vec<Symbol>,
    pub(crate) family: Vec<Symbol>,
    pub(crate) free: Vec<Vec<Symbol>>,
}

/// How many rows bear each word, by its symbol.
pub(crate) struct Counted {
    given: Vec<u32>,
    family: Vec<u32>,
    free: Vec<Vec<u32>>,
    /// Of parents' names.
    parents: Vec<u32>,
}

impl Counted {
    pub(crate) fn of(lexicons: &Lexicons) -> Self {
        let none = |words: &Words| vec![0; words.len().saturating_add(1)];
        Self {
            given: none(&lexicons.given),
            family: none(&lexicons.family),
            free: lexicons.free.iter().map(none).collect(),
            parents: vec![0; parents::WORDS],
        }
    }

    pub(crate) fn count(&mut self, layout: &Layout, row: &[u32]) {
        let one = |counts: &mut [u32], symbol: u32| {
            let place = usize::try_from(symbol).unwrap_or(usize::MAX);
            if let Some(count) = counts.get_mut(place) {
                *count = count.saturating_add(1);
            }
        };
        one(&mut self.given, at(row, layout.given));
        one(&mut self.family, at(row, layout.family));
        for (counts, place) in self.free.iter_mut().zip(&layout.free) {
            one(counts, at(row, *place));
        }
        for word in parents::tokens_of(slice_at(row, layout.parent, TOKEN_NUMBERS)) {
            if word != 0 {
                one(&mut self.parents, u32::from(word));
            }
        }
    }
}

impl Lexicons {
    pub(crate) fn new(schema: &Schema) -> Self {
        let free = schema
            .columns()
            .iter()
            .filter(|column| matches!(column.kind, Kind::Code | Kind::Text));
        Self {
            given: Words::new(Some(NamePart::Given)),
            family: Words::new(Some(NamePart::Family)),
            free: free.map(|_| Words::new(None)).collect(),
            given_as_family: Vec::new(),
        }
    }

    /// The words of a role, when the schema has it.
    pub(crate) fn words(&self, role: Role) -> Option<&Words> {
        match role {
            Role::Given => Some(&self.given),
            Role::Family => Some(&self.family),
            Role::Free(place) => self.free.get(place),
        }
    }

    /// Takes over one word of a role.
    pub(crate) fn adopt_one(&mut self, other: &Self, role: Role, symbol: Symbol) -> Symbol {
        let ours = match role {
            Role::Given => Some(&mut self.given),
            Role::Family => Some(&mut self.family),
            Role::Free(place) => self.free.get_mut(place),
        };
        ours.zip(other.words(role))
            .map_or(0, |(ours, theirs)| ours.adopt(theirs, symbol))
    }

    /// Takes over all words, those of each role in a thread of their own.
    pub(crate) fn adopt_all(&mut self, other: &Self) -> Adopted {
        fn adopt(ours: &mut Words, theirs: &Words) -> Vec<Symbol> {
            let count = u32::try_from(theirs.len()).unwrap_or(u32::MAX);
            let symbols = (0..=count).map(|symbol| ours.adopt(theirs, symbol));
            symbols.collect()
        }
        std::thread::scope(|scope| {
            let given = scope.spawn(|| adopt(&mut self.given, &other.given));
            let free: Vec<_> = self
                .free
                .iter_mut()
                .zip(&other.free)
                .map(|(ours, theirs)| scope.spawn(|| adopt(ours, theirs)))
                .collect();
            let free = free.into_iter().map(|it| it.join().unwrap_or_default());
            Adopted {
                family: adopt(&mut self.family, &other.family),
                free: free.collect(),
                given: given.join().unwrap_or_default(),
            }
        })
    }

    /// Adds what threads have counted; how many records bear each word of parents' names.
    pub(crate) fn count(&mut self, counted: &[Counted]) -> Vec<u32> {
        let mut parents = vec![0_u32; parents::WORDS];
        for counted in counted {
            for (sum, count) in parents.iter_mut().zip(&counted.parents) {
                *sum = sum.saturating_add(*count);
            }
            self.given.add_counts(&counted.given);
            self.family.add_counts(&counted.family);
            for (words, counts) in self.free.iter_mut().zip(&counted.free) {
                words.add_counts(counts);
            }
        }
        parents
    }

    /// Prepares recognising names the other way round; call again after new words.
    pub(crate) fn relate(&mut self) {
        let known = self.given_as_family.len();
        for number in known..self.given.len() {
            let symbol = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
            let family = self.family.find_spelling(self.given.text(symbol));
            self.given_as_family.push(family.unwrap_or(0));
        }
    }

    /// The family name with the letters of a given name; 0 for none.
    pub(crate) fn as_family(&self, given: Symbol) -> Symbol {
        let place = given
            .checked_sub(1)
            .and_then(|number| usize::try_from(number).ok());
        place
            .and_then(|place| self.given_as_family.get(place))
            .copied()
            .unwrap_or(0)
    }
}
