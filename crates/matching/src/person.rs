//! What is known of a person, as plain borrowed parts: a record, a candidate or a query.

use crate::birth::Birth;

/// Sex or gender as recorded; unspecified is `None` where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// What is known of a person. Everything may be missing; texts are as written, nothing need be folded.
///
/// The caller decides what a person is allowed to be found by, by what it fills in: a person built without former
/// names, postcode, settings and area yields no key and no score that depends on them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Person<'a> {
    /// Given names in order; one text may hold several.
    pub given: &'a [&'a str],
    /// Family names in use now, usually one.
    pub family: &'a [&'a str],
    /// Family names used before. In a query, further names to try.
    pub former: &'a [&'a str],
    /// Date of birth, or a year, or the years an age leaves open.
    pub birth: Option<Birth>,
    /// Sex or gender.
    pub sex: Option<Sex>,
    /// Postcode, whole or in part.
    pub postcode: Option<&'a str>,
    /// Codes of places the person attends (school, practice), exact values; their meaning is the caller's.
    pub settings: &'a [&'a str],
    /// Code of the administrative area, an exact value.
    pub area: Option<&'a str>,
    /// A strong identifier, an exact value without spaces.
    pub number: Option<&'a str>,
}
