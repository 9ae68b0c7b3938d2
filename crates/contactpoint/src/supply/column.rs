//! A column of a supplier's file, as its mapping declares it.

use std::sync::Arc;

use super::code::Code;
use super::date_form::DateForm;
use super::meaning::Meaning;

/// A column with one of its meanings. A column with two meanings (a key that is also an NHS number) is declared as two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the heading of the file.
    pub name: Arc<str>,
    /// What it means.
    pub meaning: Meaning,
    /// Whether it, and a value in it, must be there.
    pub presence: Presence,
    /// The forms of its dates, tried in turn.
    pub dates: Vec<DateForm>,
    /// The codes it can hold, and what they mean.
    pub codes: Vec<(String, Code)>,
    /// Which carer it is about, from 1.
    pub carer: u8,
}

/// What must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Every row needs a value.
    Value,
    /// The file needs the column; a row may leave it blank.
    Column,
    /// The file may do without the column.
    Optional,
}

impl Presence {
    /// The presence a word of a mapping names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Presence> {
        match word {
            "value" => Some(Presence::Value),
            "column" => Some(Presence::Column),
            "optional" => Some(Presence::Optional),
            _ => None,
        }
    }
}

impl Column {
    /// The day that a text of this column means, in one of its forms.
    #[must_use]
    pub fn day(&self, text: &str) -> Option<directory::Date> {
        self.dates.iter().find_map(|form| form.day(text))
    }

    /// What a code of this column means; letters of either case.
    #[must_use]
    pub fn code(&self, text: &str) -> Option<Code> {
        self.codes
            .iter()
            .find(|(code, _)| code.eq_ignore_ascii_case(text))
            .map(|(_, meaning)| *meaning)
    }
}
