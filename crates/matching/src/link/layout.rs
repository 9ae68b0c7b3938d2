//! Where each value stands in a row of numbers; only what the schema has takes room.

use super::kind::Kind;
use super::schema::Schema;

/// Given names kept of a record.
pub(crate) const GIVEN_MAX: usize = 3;
/// Former or other family names kept of a record.
pub(crate) const FORMER_MAX: usize = 2;
/// Numbers an address, or parents' names, take.
pub(crate) const TOKEN_NUMBERS: usize = super::value::TOKENS_MAX / 2;
/// Sounds kept of a record.
pub(crate) const SOUNDS: usize = 3;
/// Place of a value the schema does not have: outside every row, so it reads as missing.
pub(crate) const ABSENT: usize = usize::MAX;

/// Places of values in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Sex in the lowest two bits, source above.
    pub(crate) sex: usize,
    pub(crate) date: usize,
    /// Two numbers, high half first.
    pub(crate) postcode: usize,
    /// [`GIVEN_MAX`] numbers.
    pub(crate) given: usize,
    pub(crate) family: usize,
    /// [`FORMER_MAX`] numbers.
    pub(crate) former: usize,
    /// [`TOKEN_NUMBERS`] numbers.
    pub(crate) address: usize,
    /// [`TOKEN_NUMBERS`] numbers.
    pub(crate) parent: usize,
    /// Code and text columns, in column order.
    pub(crate) free: Vec<usize>,
    /// Identifier columns, two numbers each, high half first.
    pub(crate) identifiers: Vec<usize>,
    /// Sounds of the first and second given name and of the family name, by which candidates are found.
    pub(crate) sounds: usize,
    /// Numbers in a row.
    pub(crate) width: usize,
}

impl Layout {
    pub(crate) fn of(schema: &Schema) -> Self {
        let mut width = 0_usize;
        let mut take = |present: bool, numbers: usize| {
            if !present {
                return ABSENT;
            }
            let place = width;
            width = width.saturating_add(numbers);
            place
        };
        let named = |kind| schema.has(kind) || schema.has(Kind::FullName);
        let count = |kinds: &[Kind]| {
            let of_kind = schema
                .columns()
                .iter()
                .filter(|column| kinds.contains(&column.kind));
            of_kind.count()
        };
        let sex = take(true, 1);
        let date = take(schema.has(Kind::Date), 1);
        let postcode = take(schema.has(Kind::Postcode), 2);
        let given = take(named(Kind::GivenName), GIVEN_MAX);
        let family = take(named(Kind::FamilyName), 1);
        let former = take(schema.has(Kind::FormerName), FORMER_MAX);
        let address = take(schema.has(Kind::Address), TOKEN_NUMBERS);
        let parent = take(schema.has(Kind::ParentName), TOKEN_NUMBERS);
        let sounds = take(named(Kind::GivenName) || named(Kind::FamilyName), SOUNDS);
        let free = (0..count(&[Kind::Code, Kind::Text]))
            .map(|_| take(true, 1))
            .collect();
        let identifiers = (0..count(&[Kind::Identifier]))
            .map(|_| take(true, 2))
            .collect();
        Self {
            sex,
            date,
            postcode,
            given,
            family,
            former,
            address,
            parent,
            free,
            identifiers,
            sounds,
            width,
        }
    }
}

/// The number at a place of a row; 0, "missing", outside it.
pub(crate) fn at(row: &[u32], place: usize) -> u32 {
    row.get(place).copied().unwrap_or(0)
}

/// The two numbers at a place as one.
pub(crate) fn wide_at(row: &[u32], place: usize) -> u64 {
    u64::from(at(row, place)) << 32 | u64::from(at(row, place.saturating_add(1)))
}

/// Numbers from a place on; none when the value is absent.
pub(crate) fn slice_at(row: &[u32], place: usize, numbers: usize) -> &[u32] {
    let end = place.saturating_add(numbers);
    row.get(place..end).unwrap_or_default()
}

/// Sets the number at a place, if there is such a place.
pub(crate) fn set(row: &mut [u32], place: usize, number: u32) {
    if let Some(slot) = row.get_mut(place) {
        *slot = number;
    }
}

/// Sets two numbers from one.
#[expect(clippy::cast_possible_truncation, reason = "the halves are wanted")]
pub(crate) fn set_wide(row: &mut [u32], place: usize, number: u64) {
    set(row, place, (number >> 32) as u32);
    set(row, place.saturating_add(1), number as u32);
}
