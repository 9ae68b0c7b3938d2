//! Values that hold for every row of a supplier's files, since it has only this one: used where the column is blank, or there is none.

use std::collections::BTreeMap;

use directory::text::{self, AuthorityCode, JobTitle, OrganisationName, PlaceCode, ServiceCode};

use super::column::Presence;
use super::mapping::{Mapping, Services};
use super::meaning::{Meaning, Part};

/// Reads the constants of a mapping.
///
/// # Errors
/// What cannot be the same for every row, or is not of its kind.
pub fn read(texts: BTreeMap<String, String>) -> Result<Vec<(Meaning, String)>, String> {
    let constants = texts.into_iter();
    constants
        .map(|(word, value)| {
            let meaning = Meaning::parse(&word);
            let parsed = meaning.and_then(|meaning| parsed(meaning, &value));
            match (meaning, parsed) {
                (Some(meaning), Some(Ok(()))) => Ok((meaning, value)),
                (_, Some(Err(fault))) => Err(format!("the constant {word}: {fault}")),
                (_, None) | (None, _) => Err(format!(
                    "{word} cannot be the same for every row: under [constant] stand {}. What holds for the file itself stands above [constant]",
                    known().join(", ")
                )),
            }
        })
        .collect()
}

/// The words for what can be the same for every row.
fn known() -> Vec<&'static str> {
    let can_be = |word: &&str| Meaning::parse(word).and_then(|meaning| parsed(meaning, ""));
    Meaning::words_in_mappings()
        .filter(|word| can_be(word).is_some())
        .collect()
}

/// Whether every constant of a mapping is used: one that is not would be believed to be.
///
/// # Errors
/// Which is not, and why.
pub fn check(mapping: &Mapping) -> Result<(), String> {
    let mut constants = mapping.constants.iter();
    let unused = constants.find_map(|(meaning, _)| Some((meaning, unused(*meaning, mapping)?)));
    match unused {
        Some((meaning, why)) => Err(format!(
            "the constant {} is never used: {why}",
            meaning.word()
        )),
        None => Ok(()),
    }
}

/// Whether a value is of its kind. `None`: it cannot be the same for every row, as nothing that tells one child from another can.
fn parsed(meaning: Meaning, value: &str) -> Option<Result<(), text::Fault>> {
    let parsed = match meaning {
        Meaning::Service => ServiceCode::parse(value).map(drop),
        Meaning::Organisation => OrganisationName::parse(value).map(drop),
        Meaning::JobTitle => JobTitle::parse(value).map(drop),
        Meaning::Telephone => text::telephone(value).map(drop),
        Meaning::Email => text::email(value).map(drop),
        Meaning::Authority => AuthorityCode::parse(value).map(drop),
        Meaning::School | Meaning::Practice => PlaceCode::parse(value).map(drop),
        _ => return None,
    };
    Some(parsed)
}

fn unused(meaning: Meaning, mapping: &Mapping) -> Option<String> {
    let columns = || mapping.columns.iter();
    let column = columns().find(|column| column.meaning == meaning);
    if let Some(column) = column.filter(|column| column.presence == Presence::Value) {
        return Some(format!("column {} needs a value in every row", column.name));
    }
    let is_sensitive = mapping.services == Services::Sensitive;
    let says_home = || columns().any(|column| column.meaning.is_of_home());
    match meaning {
        Meaning::Authority if !says_home() => {
            Some("no column says where the child lives".to_owned())
        }
        // Of a child without a word on the school or practice nothing follows (R19): a blank is never filled.
        Meaning::School | Meaning::Practice => column
            .map(|column| {
                format!(
                    "column {} says it, and a blank says nothing (R19)",
                    column.name
                )
            })
            .or_else(|| is_sensitive.then(of_sensitive)),
        _ if meaning.part() == Part::Involvement && !mapping.has_involvements() => {
            Some("no column says who is working with the child".to_owned())
        }
        // Job title and organisation must be declared of every service, also of one of which they are not kept.
        Meaning::JobTitle | Meaning::Organisation => {
            column.filter(|_| is_sensitive).map(|_| of_sensitive())
        }
        Meaning::Telephone | Meaning::Email => is_sensitive.then(of_sensitive),
        _ => None,
    }
}

fn of_sensitive() -> String {
    "it is not kept of a sensitive service".to_owned()
}

#[cfg(test)]
#[path = "constant_tests.rs"]
mod tests;
