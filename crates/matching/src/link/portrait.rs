//! One record by itself: read once, and compared with another without a table.

use super::field::MISSING;
use super::kind::Kind;
use super::layout::{FORMER_MAX, GIVEN_MAX, TOKEN_NUMBERS};
use super::lexicon::{Sketch, Words};
use super::parents::parent_word;
use super::schema::Schema;
use super::table::RowError;
use super::value::{Tokens, pack_date, pack_identifier, pack_postcode};
use crate::comparable::FamilyName;
use crate::normalise::{NamePart, fold_name};

/// A record that is in no table, ready to be compared by [`super::Scales`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portrait {
    /// At most [`GIVEN_MAX`].
    pub(crate) given: Vec<Written>,
    pub(crate) family: Option<Written>,
    /// At most [`FORMER_MAX`].
    pub(crate) former: Vec<Written>,
    pub(crate) date: u32,
    pub(crate) postcode: u64,
    pub(crate) address: [u32; TOKEN_NUMBERS],
    pub(crate) parent: [u32; TOKEN_NUMBERS],
    /// 1 male, 2 female, 0 not known.
    pub(crate) sex: u32,
    /// Code and text columns, in column order.
    pub(crate) free: Vec<Option<Written>>,
    /// Identifier columns, in column order.
    pub(crate) identifiers: Vec<u64>,
}

/// A word or name as it is compared, with what tells it apart most quickly.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Written {
    pub(crate) name: FamilyName,
    pub(crate) sketch: Sketch,
}

impl Portrait {
    /// Reads a record of a schema: one field for every column, empty where it does not say.
    ///
    /// A column of full names is not read: portraits are of records whose names have their parts.
    ///
    /// # Errors
    /// [`RowError::FieldsCount`] when there is not one field for every column.
    pub fn read(schema: &Schema, fields: &[&str]) -> Result<Self, RowError> {
        let expected = schema.columns().len();
        if fields.len() != expected {
            return Err(RowError::FieldsCount {
                expected,
                found: fields.len(),
            });
        }
        let mut portrait = Self::default();
        let mut address = Tokens::default();
        let mut parent = Tokens::default();
        for (column, field) in schema.columns().iter().zip(fields) {
            let field = field.trim();
            match column.kind {
                Kind::Address => address.push_line(field),
                Kind::ParentName => push_parent(&mut parent, field),
                kind => portrait.read_field(kind, field),
            }
        }
        portrait.address = address.words();
        portrait.parent = parent.words();
        Ok(portrait)
    }

    fn read_field(&mut self, kind: Kind, field: &str) {
        match kind {
            Kind::GivenName => self.read_given(field),
            Kind::FamilyName => self.family = written(field, NamePart::Family),
            Kind::FormerName => {
                let name = written(field, NamePart::Family);
                let name = name.filter(|name| {
                    let is_known = |known: &Written| known.is_spelt_as(name);
                    self.former.len() < FORMER_MAX && !self.former.iter().any(is_known)
                });
                self.former.extend(name);
            }
            Kind::Date => self.date = pack_date(field),
            Kind::Postcode => self.postcode = pack_postcode(field),
            Kind::Sex => self.sex = sex_of(field),
            Kind::Code | Kind::Text => self.free.push(free(field)),
            Kind::Identifier => self.identifiers.push(pack_identifier(field)),
            Kind::FullName | Kind::Address | Kind::ParentName => {}
        }
    }

    fn read_given(&mut self, text: &str) {
        let folded = fold_name(text, NamePart::Given);
        // A word such as `baby`, no name by itself, leaves no gap.
        let names = folded
            .words()
            .filter_map(|word| written(word, NamePart::Given));
        let room = GIVEN_MAX.saturating_sub(self.given.len());
        self.given.extend(names.take(room));
    }

    /// The same record with given and family name exchanged. `None`: one of them is missing.
    #[must_use]
    pub fn turned(&self) -> Option<Self> {
        let family = self.family.as_ref()?;
        let given: Vec<&str> = self
            .given
            .iter()
            .map(|name| name.name.joined.text.as_str())
            .collect();
        let words: Vec<&str> = family
            .name
            .part_words()
            .map(|word| word.text.as_str())
            .collect();
        let mut turned = Self {
            given: Vec::new(),
            family: Some(written(&given.join(" "), NamePart::Family)?),
            ..self.clone()
        };
        turned.read_given(&words.join(" "));
        Some(turned)
    }

    /// Whether two records say the same, none of it missing: given names as far as both have them, family name, whole date, sex
    /// and whole postcode. Former names, places besides, parents, codes and identifiers are not asked. Symmetric.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        let mut given = self.given.iter().zip(&other.given);
        let family = self.family.as_ref().zip(other.family.as_ref());
        !self.given.is_empty()
            && !other.given.is_empty()
            && given.all(|(one, other)| one.name.joined.text == other.name.joined.text)
            && family.is_some_and(|(one, other)| one.name.joined.text == other.name.joined.text)
            && self.date & 0xff != 0
            && self.date == other.date
            && self.sex != 0
            && self.sex == other.sex
            && is_whole_postcode(self.postcode)
            && self.postcode == other.postcode
    }
}

impl Written {
    pub(crate) fn is_spelt_as(&self, other: &Self) -> bool {
        let words = |name: &FamilyName| name.parts.len();
        self.name.joined.text == other.name.joined.text
            && words(&self.name) == words(&other.name)
            && self
                .name
                .parts
                .iter()
                .zip(&other.name.parts)
                .all(|(one, other)| one.text == other.text)
    }

    pub(crate) fn is_initial(&self) -> bool {
        self.name.joined.text.len() == 1
    }
}

fn written(text: &str, part: NamePart) -> Option<Written> {
    let folded = fold_name(text, part);
    if folded.is_empty() {
        return None;
    }
    let name = match part {
        NamePart::Given => FamilyName::of_given(&folded),
        NamePart::Family => FamilyName::of(&folded),
    };
    Some(Written {
        sketch: Sketch::of(&name),
        name,
    })
}

fn free(text: &str) -> Option<Written> {
    if text.is_empty() {
        return None;
    }
    let mut words = Words::new(None);
    let symbol = words.intern(text);
    words.name(symbol).map(|name| Written {
        sketch: words.sketch(symbol),
        name: name.clone(),
    })
}

fn push_parent(tokens: &mut Tokens, text: &str) {
    let words = text.split([' ', '-', ',']).filter(|word| word.len() > 1);
    for word in words {
        tokens.push(parent_word(fold_name(word, NamePart::Given).joined()));
    }
}

/// A British postcode with its unit.
fn is_whole_postcode(packed: u64) -> bool {
    packed != 0 && packed & 0xff == 0
}

fn sex_of(text: &str) -> u32 {
    match text.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" | "boy" | "man" => 1,
        "2" | "f" | "female" | "girl" | "woman" => 2,
        _ => u32::from(MISSING),
    }
}
