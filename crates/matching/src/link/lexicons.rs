//! The words of all columns: given names, family names, and each code and text column by itself.

use super::kind::Kind;
use super::lexicon::{Symbol, Words};
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

    /// Takes over all words of a role; the new symbol stands at the place of the old.
    pub(crate) fn adopt_all(&mut self, other: &Self, role: Role) -> Vec<Symbol> {
        let Some(theirs) = other.words(role) else {
            return Vec::new();
        };
        let ours = match role {
            Role::Given => Some(&mut self.given),
            Role::Family => Some(&mut self.family),
            Role::Free(place) => self.free.get_mut(place),
        };
        let Some(ours) = ours else {
            return Vec::new();
        };
        let count = u32::try_from(theirs.len()).unwrap_or(u32::MAX);
        (0..=count)
            .map(|symbol| ours.adopt(theirs, symbol))
            .collect()
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
