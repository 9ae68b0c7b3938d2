//! Parts of a record that candidates are found by: a pair that shares all features of a pass is compared.

use super::hash::{finish, mix};
use super::kind::Kind;
use super::layout::{Layout, TOKEN_NUMBERS, at, slice_at, wide_at};
use super::lexicon::Words;
use super::lexicons::{Lexicons, Role};
use super::schema::{Column, Schema};

/// Features a plan may have: each is a bit of what a pair shares.
const FEATURES_MAX: usize = 64;
/// Letters of a family name's head.
const HEAD_LETTERS: usize = 3;
/// Letters of a text's last word.
const WORD_LETTERS: usize = 4;

/// A part of a record, as a number; 0 when the record does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// The whole date.
    Date,
    /// Its year.
    Year,
    /// Its month and day.
    MonthDay,
    /// Sound of the first given name.
    Given,
    /// Sound of the second given name.
    Second,
    /// Sound of the family name.
    Family,
    /// Sounds of given and family name, in either order.
    Names,
    /// The whole postcode.
    Postcode,
    /// A British postcode's outward code and sector.
    Sector,
    /// First words of the address.
    Address,
    /// First three letters of the family name: an error further on, or an ending that changes its sound, does no harm.
    FamilyHead,
    /// A code or text column, by the sound of its first word.
    Free(usize),
    /// First four letters of the last word of a code or text column of several words.
    LastWord(usize),
    /// An identifier column.
    Identifier(usize),
}

impl Feature {
    /// Every feature a schema's records can have.
    pub(crate) fn of(schema: &Schema) -> Vec<Self> {
        let has = |kind| schema.has(kind);
        let given = has(Kind::GivenName) || has(Kind::FullName);
        let family = has(Kind::FamilyName) || has(Kind::FullName);
        let fixed = [
            (has(Kind::Date), Self::Date),
            (has(Kind::Date), Self::Year),
            (has(Kind::Date), Self::MonthDay),
            (given, Self::Given),
            (given, Self::Second),
            (family, Self::Family),
            (given && family, Self::Names),
            (has(Kind::Postcode), Self::Postcode),
            (has(Kind::Postcode), Self::Sector),
            (has(Kind::Address), Self::Address),
        ];
        let mut features: Vec<Self> = fixed
            .into_iter()
            .filter(|(has, _)| *has)
            .map(|(_, it)| it)
            .collect();
        let layout = Layout::of(schema);
        features.extend((0..layout.free.len()).map(Self::Free));
        features.extend((0..layout.identifiers.len()).map(Self::Identifier));
        features
    }

    /// Every feature of a file so small that more ways to find a pair cost little.
    pub(crate) fn of_small(schema: &Schema) -> Vec<Self> {
        let mut features = Self::of(schema);
        if features.contains(&Self::Family) {
            features.push(Self::FamilyHead);
        }
        let is_free = |column: &&Column| super::table::is_free(column.kind);
        let free = schema.columns().iter().filter(is_free).enumerate();
        let texts = free.filter(|(_, column)| column.kind == Kind::Text);
        features.extend(texts.map(|(place, _)| Self::LastWord(place)));
        features.truncate(FEATURES_MAX);
        features
    }

    /// Its name in reports.
    pub(crate) fn name(self, schema: &Schema) -> String {
        let fixed = match self {
            Self::Date => "date",
            Self::Year => "year",
            Self::MonthDay => "month and day",
            Self::Given => "given name",
            Self::Second => "second given name",
            Self::Family => "family name",
            Self::Names => "given and family name",
            Self::Postcode => "postcode",
            Self::Sector => "postcode sector",
            Self::Address => "address",
            Self::FamilyHead => "first letters of the family name",
            Self::Free(place) => return free_name(schema, place),
            Self::LastWord(place) => return format!("last word of {}", free_name(schema, place)),
            Self::Identifier(place) => {
                return schema
                    .names_of(Kind::Identifier)
                    .nth(place)
                    .unwrap_or_default()
                    .to_owned();
            }
        };
        fixed.to_owned()
    }

    /// Whether two records that share this feature share the other one too.
    pub(crate) fn implies(self, other: Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::Date, Self::Year | Self::MonthDay)
                    | (Self::Postcode, Self::Sector)
                    | (Self::Names, Self::Given | Self::Family)
            )
    }

    /// Whether it tells a person from others of the same household.
    pub(crate) fn is_personal(self) -> bool {
        !matches!(
            self,
            Self::Postcode | Self::Sector | Self::Address | Self::Family | Self::FamilyHead
        )
    }
}

/// The name of a code or text column.
fn free_name(schema: &Schema, place: usize) -> String {
    let columns = schema.columns().iter();
    let mut free = columns.filter(|column| super::table::is_free(column.kind));
    let column = free.nth(place);
    column.map_or_else(String::new, |column| column.name.clone())
}

/// Reads features from rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) lexicons: &'a Lexicons,
    /// Words of an incoming record.
    pub(crate) own: Option<&'a Lexicons>,
}

impl Features<'_> {
    /// The value of a feature; 0 when the row does not say.
    pub(crate) fn value(&self, feature: Feature, row: &[u32]) -> u32 {
        let layout = self.layout;
        match feature {
            Feature::Date => {
                let date = at(row, layout.date);
                if date & 0xff == 0 { 0 } else { date }
            }
            Feature::Year => at(row, layout.date) >> 16,
            Feature::MonthDay => {
                let date = at(row, layout.date);
                if date & 0xff == 0 { 0 } else { date & 0xffff }
            }
            Feature::Given => at(row, layout.sounds),
            Feature::Second => at(row, layout.sounds.saturating_add(1)),
            Feature::Family => at(row, layout.sounds.saturating_add(2)),
            Feature::Names => {
                let (given, family) = (
                    at(row, layout.sounds),
                    at(row, layout.sounds.saturating_add(2)),
                );
                if given == 0 || family == 0 {
                    return 0;
                }
                short(mix(
                    mix(1, u64::from(given.min(family))),
                    u64::from(given.max(family)),
                ))
            }
            Feature::Postcode => short_or_zero(wide_at(row, layout.postcode)),
            Feature::Sector => {
                let postcode = wide_at(row, layout.postcode);
                // Two characters of the unit, and the mark of other postcodes, of which the first two are kept.
                let kept = if postcode & 1 == 0 {
                    postcode >> 24
                } else {
                    postcode >> 48
                };
                short_or_zero(kept)
            }
            Feature::Address => match slice_at(row, layout.address, TOKEN_NUMBERS) {
                [first, second, ..] if *first != 0 => {
                    short(mix(mix(2, u64::from(*first)), u64::from(*second & 0xffff)))
                }
                _ => 0,
            },
            Feature::FamilyHead => {
                let text = self.text(Role::Family, at(row, layout.family));
                head(4, text, HEAD_LETTERS)
            }
            Feature::Free(column) => {
                let symbol = at(row, free_place(layout, column));
                self.sound(Role::Free(column), symbol)
            }
            Feature::LastWord(column) => {
                let symbol = at(row, free_place(layout, column));
                let text = self.text(Role::Free(column), symbol);
                text.rsplit_once(' ')
                    .map_or(0, |(_, word)| head(5, word, WORD_LETTERS))
            }
            Feature::Identifier(column) => {
                let place = layout
                    .identifiers
                    .get(column)
                    .copied()
                    .unwrap_or(super::layout::ABSENT);
                short_or_zero(wide_at(row, place))
            }
        }
    }

    fn sound(&self, role: Role, symbol: u32) -> u32 {
        if symbol == 0 {
            return 0;
        }
        let (words, symbol) = self.words(role, symbol);
        words.map_or(0, |words| words.sketch(symbol).sound)
    }

    fn text(&self, role: Role, symbol: u32) -> &str {
        if symbol == 0 {
            return "";
        }
        let (words, symbol) = self.words(role, symbol);
        words.map_or("", |words| words.text(symbol))
    }

    /// The words a symbol is one of, and its number there.
    fn words(&self, role: Role, symbol: u32) -> (Option<&Words>, u32) {
        let is_own = symbol & super::comparer::OWN != 0;
        let lexicons = if is_own {
            self.own
        } else {
            Some(self.lexicons)
        };
        let words = lexicons.and_then(|lexicons| lexicons.words(role));
        (words, symbol & !super::comparer::OWN)
    }
}

fn free_place(layout: &Layout, column: usize) -> usize {
    let place = layout.free.get(column).copied();
    place.unwrap_or(super::layout::ABSENT)
}

/// The first letters of a word as a number; 0 when there are fewer. `kind` sets apart what they are letters of.
fn head(kind: u64, word: &str, letters: usize) -> u32 {
    let mut hash = kind;
    let mut count = 0_usize;
    for letter in word.bytes().take(letters) {
        hash = mix(hash, u64::from(letter));
        count = count.saturating_add(1);
    }
    if count < letters { 0 } else { short(hash) }
}

fn short_or_zero(value: u64) -> u32 {
    if value == 0 { 0 } else { short(mix(3, value)) }
}

/// Thirty-two bits of a hash, never 0.
#[expect(
    clippy::cast_possible_truncation,
    reason = "some bits of the hash are wanted"
)]
fn short(hash: u64) -> u32 {
    (finish(hash) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_forgive_what_follows_and_say_nothing_of_short_words() {
        let family = |word| head(4, word, HEAD_LETTERS);
        assert_eq!(family("kirkby"), family("kirby"));
        assert_ne!(family("kirkby"), family("kerkby"));
        assert_ne!(family("kirkby"), head(5, "kirkby", HEAD_LETTERS));
        assert_eq!(family("li"), 0);
        assert_ne!(family("ng\u{e9}"), 0);
    }

    #[test]
    fn a_large_file_has_no_features_of_a_small_one() {
        let columns = [
            ("family", Kind::FamilyName),
            ("place", Kind::Text),
            ("code", Kind::Code),
        ];
        let columns = columns.map(|(name, kind)| Column::new(name, kind));
        let schema = Schema::new(columns.to_vec()).unwrap();
        let small = Feature::of_small(&schema);
        let only: Vec<Feature> = small
            .into_iter()
            .filter(|feature| !Feature::of(&schema).contains(feature))
            .collect();
        assert_eq!(only, [Feature::FamilyHead, Feature::LastWord(0)]);
        assert_eq!(Feature::LastWord(0).name(&schema), "last word of place");
    }
}
