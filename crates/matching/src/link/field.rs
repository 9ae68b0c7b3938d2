//! The fields two records are compared on, and the levels each comparison can have.
//!
//! Level 0 is "missing" in every field: one of the records says nothing, and it weighs nothing. Level 1 is full
//! agreement, the last is contradiction. Fields that depend on one another are one field: postcode and address change
//! together when people move, so "place" has a level for every combination of the two.

use super::kind::Kind;
use super::parents::tokens_of;
use super::schema::{COLUMNS_MAX, Schema};
use crate::similarity::NameLevel;

/// Fields a comparison may have: one for every column, one for the files, and a full name and a postcode make three more.
pub(crate) const FIELDS_MAX: usize = COLUMNS_MAX + 4;
/// Level of every field when a record says nothing.
pub(crate) const MISSING: u8 = 0;
/// Level of every field on full agreement.
pub(crate) const SAME: u8 = 1;

/// Given-name levels that are no [`NameLevel`].
pub(crate) const GIVEN_PART: u8 = 3;
pub(crate) const GIVEN_OTHER_PLACE: u8 = 8;
pub(crate) const GIVEN_TRANSPOSED: u8 = 9;
/// One of the two names stands where the other record has the other.
pub(crate) const GIVEN_CROSSED: u8 = 10;
pub(crate) const GIVEN_DIFFERENT: u8 = 11;
/// What a sex level rises by when the given name is the same: names are given by sex.
pub(crate) const SEX_OF_NAME: u8 = 2;
/// Family-name levels.
pub(crate) const FAMILY_PART: u8 = 2;
pub(crate) const FAMILY_FORMER: u8 = 6;
pub(crate) const FAMILY_TRANSPOSED: u8 = 7;
pub(crate) const FAMILY_DIFFERENT: u8 = 8;
/// Levels of place when nothing of it agrees: another postcode, and no address or another one.
pub(crate) const PLACE_OTHER: [u8; 2] = [30, 34];
/// Level of a change of both name and place.
pub(crate) const CHANGE_BOTH: u8 = 2;
/// Levels of an address, and so the levels of place that a postcode level stands for.
pub(crate) const ADDRESS_LEVELS: u8 = 5;

const GIVEN: &[&str] = &[
    "missing",
    "same",
    "nickname",
    "part of the other",
    "sounds alike",
    "typing error",
    "similar",
    "initial agrees",
    "agrees with a further name",
    "given and family name exchanged",
    "agrees with the family name",
    "different",
];
const FURTHER: &[&str] = &["missing", "same", "alike", "different"];
const FAMILY: &[&str] = &[
    "missing",
    "same",
    "part of the other",
    "sounds alike",
    "typing error",
    "similar",
    "agrees with a former name",
    "given and family name exchanged",
    "different",
];
const DATE: &[&str] = &[
    "missing",
    "same",
    "day and month exchanged",
    "one digit",
    "same day of another year",
    "same month",
    "two digits",
    "agrees as far as known",
    "same year",
    "a year or two apart",
    "different",
];
const PLACE: &[&str] = &[
    "missing",
    "same address",
    "most of the address",
    "part of the address",
    "other address",
    "same postcode",
    "same postcode and address",
    "same postcode, most of the address",
    "same postcode, part of the address",
    "same postcode, other address",
    "same sector",
    "same sector and address",
    "same sector, most of the address",
    "same sector, part of the address",
    "same sector, other address",
    "one character of the postcode",
    "one character of the postcode, same address",
    "one character of the postcode, most of the address",
    "one character of the postcode, part of the address",
    "one character of the postcode, other address",
    "same district",
    "same district and address",
    "same district, most of the address",
    "same district, part of the address",
    "same district, other address",
    "same area",
    "same area and address",
    "same area, most of the address",
    "same area, part of the address",
    "same area, other address",
    "other postcode",
    "other postcode, same address",
    "other postcode, most of the address",
    "other postcode, part of the address",
    "other postcode and address",
];
const CHANGE: &[&str] = &["missing", "not both changed", "both changed"];
const SEX: &[&str] = &[
    "missing",
    "same",
    "different",
    "same, as the given name would have it",
    "different, though of one given name",
];
const PARENT: &[&str] = &[
    "missing",
    "same",
    "most words agree",
    "one word agrees",
    "different",
];
const TEXT: &[&str] = &[
    "missing",
    "same",
    "part of the other",
    "spelt alike",
    "similar",
    "different",
];
const CODE: &[&str] = &["missing", "same", "one or two characters", "different"];
/// Files whose repeats are told apart; all further ones are taken together.
pub(crate) const FILES_MAX: u16 = 24;
/// Level of two records of the first file.
const FIRST_FILE: u8 = 2;
const FILE: &[&str] = &{
    let mut levels = ["two of one file"; FILES_MAX as usize + 2];
    levels[0] = "missing";
    levels[1] = "of two files";
    levels
};
const IDENTIFIER: &[&str] = &["missing", "same", "one digit", "different"];

/// What a comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Whether the records stand in one file, and in which: files list a person once, more or less.
    File,
    /// The first given name.
    Given,
    /// Second and third given names.
    Further,
    /// Family names, former ones included.
    Family,
    /// Date.
    Date,
    /// Postcode and address together.
    Place,
    /// Whether family name and place have both changed: one event, such as a new family, often changes both.
    Change,
    /// Sex.
    Sex,
    /// Parents' names.
    Parent,
    /// A text column; its place among code and text columns.
    Text(usize),
    /// A code column; its place among code and text columns.
    Code(usize),
    /// An identifier column; its place among these.
    Identifier(usize),
}

impl Field {
    /// The levels in words.
    #[must_use]
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::File => FILE,
            Self::Given => GIVEN,
            Self::Further => FURTHER,
            Self::Family => FAMILY,
            Self::Date => DATE,
            Self::Place => PLACE,
            Self::Change => CHANGE,
            Self::Sex => SEX,
            Self::Parent => PARENT,
            Self::Text(_) => TEXT,
            Self::Code(_) => CODE,
            Self::Identifier(_) => IDENTIFIER,
        }
    }

    /// The fields of a schema, each with its name: those that decide most come first.
    pub(crate) fn of(schema: &Schema) -> Vec<(Self, String)> {
        let has = |kind| schema.has(kind);
        let named = has(Kind::FullName);
        let mut fields = Vec::new();
        let mut add = |present: bool, field: Self, name: &str| {
            if present {
                fields.push((field, name.to_owned()));
            }
        };
        for (place, name) in schema.names_of(Kind::Identifier).enumerate() {
            add(true, Self::Identifier(place), name);
        }
        add(has(Kind::GivenName) || named, Self::Given, "given name");
        add(has(Kind::Date), Self::Date, "date");
        add(has(Kind::FamilyName) || named, Self::Family, "family name");
        add(
            has(Kind::Postcode) || has(Kind::Address),
            Self::Place,
            "place",
        );
        add(
            (has(Kind::FamilyName) || named) && has(Kind::Postcode),
            Self::Change,
            "family name and place",
        );
        add(
            has(Kind::GivenName) || named,
            Self::Further,
            "further given names",
        );
        add(has(Kind::ParentName), Self::Parent, "parents");
        add(has(Kind::Sex), Self::Sex, "sex");
        let free = schema
            .columns()
            .iter()
            .filter(|column| super::table::is_free(column.kind));
        for (place, column) in free.enumerate() {
            let field = if column.kind == Kind::Text {
                Self::Text(place)
            } else {
                Self::Code(place)
            };
            add(true, field, &column.name);
        }
        fields.truncate(FIELDS_MAX);
        fields
    }
}

/// The level of a change of name and place, from the levels of both.
pub(crate) fn change_level(family: u8, place: u8) -> u8 {
    match (family, place) {
        (MISSING, _) | (_, MISSING) => MISSING,
        (FAMILY_DIFFERENT, place) if PLACE_OTHER.contains(&place) => CHANGE_BOTH,
        _ => SAME,
    }
}

/// The level of two records by the numbers of their files.
pub(crate) fn file_level(one: u16, other: u16) -> u8 {
    if one == other {
        u8::try_from(one.min(FILES_MAX - 1))
            .map_or(FIRST_FILE, |file| file.saturating_add(FIRST_FILE))
    } else {
        SAME
    }
}

/// The level of the first given name.
pub(crate) fn given_level(level: NameLevel) -> u8 {
    match level {
        NameLevel::Exact => SAME,
        NameLevel::Nickname => 2,
        NameLevel::Part => 3,
        NameLevel::Phonetic => 4,
        NameLevel::TypingError => 5,
        NameLevel::Similar => 6,
        NameLevel::Initial => 7,
        NameLevel::Different => GIVEN_DIFFERENT,
    }
}

/// The level of a family name.
pub(crate) fn family_level(level: NameLevel) -> u8 {
    match level {
        NameLevel::Exact => SAME,
        NameLevel::Nickname | NameLevel::Part => 2,
        NameLevel::Phonetic => 3,
        NameLevel::TypingError => 4,
        NameLevel::Similar | NameLevel::Initial => 5,
        NameLevel::Different => FAMILY_DIFFERENT,
    }
}

/// The level of a text.
pub(crate) fn text_level(level: NameLevel) -> u8 {
    match level {
        NameLevel::Exact => SAME,
        NameLevel::Part => 2,
        NameLevel::Nickname | NameLevel::Phonetic | NameLevel::TypingError => 3,
        NameLevel::Similar => 4,
        NameLevel::Initial | NameLevel::Different => 5,
    }
}

/// The level of a code.
pub(crate) fn code_level(level: NameLevel) -> u8 {
    match level {
        NameLevel::Exact => SAME,
        NameLevel::Initial | NameLevel::Different => 3,
        _ => 2,
    }
}

/// The level of two packed dates. Symmetric.
pub(crate) fn date_level(one: u32, other: u32) -> u8 {
    if one == 0 || other == 0 {
        return MISSING;
    }
    let differing = one ^ other;
    let is_whole = |date: u32| date & 0xff != 0;
    if !is_whole(one) || !is_whole(other) {
        return part_date_level(one, other);
    }
    let digits = (differing | differing >> 1 | differing >> 2 | differing >> 3) & 0x1111_1111;
    let same_year = differing >> 16 == 0;
    let turned = other & 0xffff_0000 | (other & 0xff) << 8 | other >> 8 & 0xff;
    match digits.count_ones() {
        0 => SAME,
        _ if one == turned => 2,
        1 => 3,
        2 if neighbours_exchanged(u64::from(one), u64::from(other), digits.trailing_zeros()) => 3,
        _ if differing & 0xffff == 0 => 4,
        _ if differing >> 8 == 0 => 5,
        2 => 6,
        _ if same_year => 8,
        _ if years_apart(one, other) <= 2 => 9,
        _ => 10,
    }
}

fn part_date_level(one: u32, other: u32) -> u8 {
    let months_agree =
        one >> 8 & 0xff == other >> 8 & 0xff || one >> 8 & 0xff == 0 || other >> 8 & 0xff == 0;
    match years_apart(one, other) {
        0 if months_agree => 7,
        0 => 8,
        1 | 2 => 9,
        _ => 10,
    }
}

fn years_apart(one: u32, other: u32) -> u32 {
    let year = |date: u32| {
        let digit = |shift: u32| date >> shift & 15;
        digit(28)
            .wrapping_mul(1000)
            .wrapping_add(digit(24).wrapping_mul(100))
            .wrapping_add(digit(20).wrapping_mul(10))
            .wrapping_add(digit(16))
    };
    year(one).abs_diff(year(other))
}

/// Whether digits of four bits, of which two differ, the lower at bit `low`, are two neighbours exchanged.
pub(crate) fn neighbours_exchanged(one: u64, other: u64, low: u32) -> bool {
    let pair = |digits: u64| digits >> (low & 63) & 0xff;
    let (left, right) = (pair(one), pair(other));
    left >> 4 == right & 15 && left & 15 == right >> 4
}

/// The level of two packed postcodes, 0 to 6: missing, same, sector, one character, district, area, other.
pub(crate) fn postcode_level(one: u64, other: u64) -> u8 {
    if one == 0 || other == 0 {
        return 0;
    }
    let differing = one ^ other;
    if differing == 0 {
        return 1;
    }
    let is_british = one & 0xff == 0 && other & 0xff == 0;
    let alike = differing.leading_zeros() / 8;
    let characters = differing
        .to_be_bytes()
        .iter()
        .filter(|byte| **byte != 0)
        .count();
    match alike {
        5.. if is_british => 2,
        _ if characters == 1 => 3,
        4 if is_british => 4,
        2.. if is_british => 5,
        _ => 6,
    }
}

/// The level of two address token sets, 0 to 4: missing, same, most, part, other.
pub(crate) fn address_level(one: &[u32], other: &[u32]) -> u8 {
    let (common, fewest) = tokens_in_common(one, other);
    match (common, fewest) {
        (_, 0) => 0,
        (common @ 2.., fewest) if common == fewest => 1,
        (common, fewest) if fewest >= 3 && common.saturating_add(1) == fewest => 2,
        (common, fewest) if common.saturating_mul(2) >= fewest => 3,
        _ => 4,
    }
}

/// Tokens both sets have, and the size of the smaller. No token is twice in a set.
fn tokens_in_common(one: &[u32], other: &[u32]) -> (usize, usize) {
    let (left, right) = (tokens_of(one), tokens_of(other));
    let size = |tokens: &[u16]| tokens.iter().filter(|token| **token != 0).count();
    // All are compared, without a branch: the processor does eight at once.
    let of = |token: &u16| {
        let same = right.iter().map(|other| u16::from(token == other));
        same.fold(0, u16::wrapping_add) & u16::from(*token != 0)
    };
    let common = left.iter().map(of).fold(0, u16::wrapping_add);
    (usize::from(common), size(&left).min(size(&right)))
}

/// The level of two packed identifiers.
pub(crate) fn identifier_level(one: u64, other: u64) -> u8 {
    if one == 0 || other == 0 {
        return MISSING;
    }
    let differing = one ^ other;
    if differing == 0 {
        return SAME;
    }
    let is_number = |packed: u64| packed >> 62 == 1;
    if is_number(one) && is_number(other) {
        let digits =
            (differing | differing >> 1 | differing >> 2 | differing >> 3) & 0x1111_1111_1111_1111;
        let exchanged = || neighbours_exchanged(one, other, digits.trailing_zeros());
        if digits.count_ones() == 1 || digits.count_ones() == 2 && exchanged() {
            return 2;
        }
    }
    3
}

/// Place level of a postcode level and an address level.
pub(crate) fn place_level(postcode: u8, address: u8) -> u8 {
    postcode
        .saturating_mul(ADDRESS_LEVELS)
        .saturating_add(address)
}
