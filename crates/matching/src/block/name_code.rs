//! Names as the codes and letters that go into keys.

use crate::comparable::{FamilyName, GivenName};
use crate::nickname::canonical;
use crate::phonetic;

/// Canonical forms a record's given name is filed under besides its own.
const RECORD_CANONICAL_MAX: usize = 2;
/// Given names after the first that a record is filed under and a query looks for.
pub(super) const FURTHER_GIVEN_MAX: usize = 2;
/// Letters of a family name's head.
const HEAD_LETTERS: usize = 2;
/// Letters of a family name's tail.
const TAIL_LETTERS: usize = 3;

/// Appends what is not there yet.
pub(super) fn add(codes: &mut Vec<u32>, code: u32) {
    if !codes.contains(&code) {
        codes.push(code);
    }
}

/// Codes a record's given name is filed under.
pub(super) fn add_record_given(codes: &mut Vec<u32>, name: &GivenName) {
    add_own(codes, name);
    let forms = || name.word.groups.iter().map(|group| canonical(*group));
    if forms().any(|form| form == name.word.text) {
        return;
    }
    for form in forms().take(RECORD_CANONICAL_MAX) {
        add(codes, phonetic::codes(form).primary());
    }
}

/// Codes a query's given name looks for: its own first, then those of all its canonical forms.
pub(super) fn add_query_given(codes: &mut Vec<u32>, name: &GivenName) {
    add_own(codes, name);
    for group in name.word.groups {
        add(codes, phonetic::codes(canonical(*group)).primary());
    }
}

/// Codes of a given name without its nicknames. An initial has none.
pub(super) fn add_own(codes: &mut Vec<u32>, name: &GivenName) {
    if !name.word.is_initial() || !name.word.text.is_ascii() {
        name.word.codes.iter().for_each(|code| add(codes, code));
    }
}

/// Codes of a family name: whole, then its parts.
pub(super) fn add_family(codes: &mut Vec<u32>, name: &FamilyName) {
    for word in std::iter::once(&name.joined).chain(&name.parts) {
        word.codes.iter().for_each(|code| add(codes, code));
    }
}

/// The first letters of a family name.
pub(super) fn head(name: &FamilyName) -> &str {
    let text = name.joined.text.as_str();
    let end = text
        .char_indices()
        .nth(HEAD_LETTERS)
        .map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// The last letters of a family name.
pub(super) fn tail(name: &FamilyName) -> &str {
    let text = name.joined.text.as_str();
    let start = text
        .char_indices()
        .rev()
        .nth(TAIL_LETTERS.saturating_sub(1))
        .map_or(0, |(start, _)| start);
    text.get(start..).unwrap_or(text)
}
