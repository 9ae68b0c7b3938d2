//! Fields of text to a row of numbers; every distinct text is folded once.

use super::kind::Kind;
use super::layout::{ABSENT, FORMER_MAX, GIVEN_MAX, Layout, set, set_wide};
use super::lexicon::{Symbol, Words};
use super::lexicons::Lexicons;
use super::parents::parent_word;
use super::recalled::Recalled;
use super::schema::Schema;
use super::value::{Tokens, pack_date, pack_identifier, pack_postcode};
use crate::normalise::{NAME_CHARACTERS_MAX, NamePart, fold_name};

/// A written word of given names: its folded words, or that the whole text must be read together.
#[derive(Clone, Copy, Debug, Default)]
struct GivenToken {
    symbols: [Symbol; GIVEN_MAX],
    is_plain: bool,
}

/// Reads rows of one schema.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    kinds: Vec<Kind>,
    layout: Layout,
    given: Recalled<GivenToken>,
    family: Recalled<Symbol>,
    free: Vec<Recalled<Symbol>>,
    parent: Recalled<u16>,
    /// The columns of the last row that hold a text which says nothing, a bit each.
    unread: u64,
}

/// Parts of a row that several columns add to.
#[derive(Default)]
struct Gathered {
    given: [Symbol; GIVEN_MAX],
    given_count: usize,
    former: [Symbol; FORMER_MAX],
    former_count: usize,
    address: Tokens,
    parent: Tokens,
    free: usize,
    identifiers: usize,
}

impl Gathered {
    fn push_given(&mut self, symbol: Symbol) {
        if symbol != 0
            && let Some(slot) = self.given.get_mut(self.given_count)
        {
            *slot = symbol;
            self.given_count = self.given_count.saturating_add(1);
        }
    }

    fn push_former(&mut self, symbol: Symbol) {
        if symbol != 0
            && !self.former.contains(&symbol)
            && let Some(slot) = self.former.get_mut(self.former_count)
        {
            *slot = symbol;
            self.former_count = self.former_count.saturating_add(1);
        }
    }
}

impl Reader {
    pub(crate) fn new(schema: &Schema) -> Self {
        let kinds: Vec<Kind> = schema.columns().iter().map(|column| column.kind).collect();
        let free = kinds
            .iter()
            .filter(|kind| matches!(kind, Kind::Code | Kind::Text));
        Self {
            free: free.map(|_| Recalled::default()).collect(),
            kinds,
            layout: Layout::of(schema),
            given: Recalled::default(),
            family: Recalled::default(),
            parent: Recalled::default(),
            unread: 0,
        }
    }

    pub(crate) fn columns(&self) -> usize {
        self.kinds.len()
    }

    /// The columns of the last row that hold a text which says nothing, a bit each.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Reads fields, as many as there are columns, into an empty row.
    pub(crate) fn read(&mut self, fields: &[&str], lexicons: &mut Lexicons, row: &mut [u32]) {
        let mut gathered = Gathered::default();
        self.unread = 0;
        for place in 0..self.kinds.len() {
            let (Some(kind), Some(field)) = (self.kinds.get(place).copied(), fields.get(place))
            else {
                continue;
            };
            if !self.read_field(kind, field.trim(), (lexicons, row), &mut gathered) {
                let column = u32::try_from(place).unwrap_or(u32::MAX);
                self.unread |= 1_u64.checked_shl(column).unwrap_or(0);
            }
        }
        self.place(&gathered, row);
    }

    /// Whether the field says something, or is empty.
    fn read_field(
        &mut self,
        kind: Kind,
        field: &str,
        to: (&mut Lexicons, &mut [u32]),
        gathered: &mut Gathered,
    ) -> bool {
        let (lexicons, row) = to;
        if field.is_empty() {
            gathered.free = gathered
                .free
                .saturating_add(usize::from(matches!(kind, Kind::Code | Kind::Text)));
            gathered.identifiers = gathered
                .identifiers
                .saturating_add(usize::from(kind == Kind::Identifier));
            return true;
        }
        match kind {
            Kind::GivenName => self.read_given(field, &mut lexicons.given, gathered),
            Kind::FamilyName => {
                let symbol = self.read_family(field, &mut lexicons.family);
                set(row, self.layout.family, symbol);
            }
            Kind::FormerName => {
                let symbol = self.read_family(field, &mut lexicons.family);
                gathered.push_former(symbol);
            }
            Kind::FullName => {
                let (given, family) = split_full_name(field);
                self.read_given(given, &mut lexicons.given, gathered);
                let symbol = self.read_family(family, &mut lexicons.family);
                set(row, self.layout.family, symbol);
            }
            Kind::Date => {
                let date = pack_date(field);
                set(row, self.layout.date, date);
                return date != 0;
            }
            Kind::Postcode => {
                let postcode = pack_postcode(field);
                set_wide(row, self.layout.postcode, postcode);
                return postcode != 0;
            }
            Kind::Address => gathered.address.push_line(field),
            Kind::Sex => {
                let sex = sex_of(field);
                set(row, self.layout.sex, sex);
                return sex != 0 || is_said_unknown(field);
            }
            Kind::ParentName => self.read_parent(field, gathered),
            Kind::Code | Kind::Text => {
                let column = gathered.free;
                gathered.free = column.saturating_add(1);
                let symbol = self.read_free(column, field, lexicons);
                set(
                    row,
                    self.layout.free.get(column).copied().unwrap_or(ABSENT),
                    symbol,
                );
            }
            Kind::Identifier => {
                let column = gathered.identifiers;
                gathered.identifiers = column.saturating_add(1);
                let place = self
                    .layout
                    .identifiers
                    .get(column)
                    .copied()
                    .unwrap_or(ABSENT);
                let identifier = pack_identifier(field);
                set_wide(row, place, identifier);
                return identifier != 0;
            }
        }
        true
    }

    fn place(&self, gathered: &Gathered, row: &mut [u32]) {
        let lists: [(usize, &[u32]); 4] = [
            (self.layout.given, &gathered.given),
            (self.layout.former, &gathered.former),
            (self.layout.address, &gathered.address.words()),
            (self.layout.parent, &gathered.parent.words()),
        ];
        for (place, numbers) in lists.into_iter().filter(|(place, _)| *place != ABSENT) {
            for (offset, number) in numbers.iter().enumerate() {
                set(row, place.saturating_add(offset), *number);
            }
        }
    }

    fn read_given(&mut self, text: &str, words: &mut Words, gathered: &mut Gathered) {
        let tokens = || text.split(' ').filter(|token| !token.is_empty());
        let before = (gathered.given, gathered.given_count);
        let is_short = text.len() <= NAME_CHARACTERS_MAX && tokens().nth(GIVEN_MAX).is_none();
        let all_plain = is_short
            && tokens().all(|token| {
                let read = self.given.recall(token, |token| given_token(token, words));
                read.symbols
                    .iter()
                    .for_each(|symbol| gathered.push_given(*symbol));
                read.is_plain
            });
        if !all_plain {
            (gathered.given, gathered.given_count) = before;
            for symbol in given_symbols(text, words) {
                gathered.push_given(symbol);
            }
        }
    }

    fn read_family(&mut self, text: &str, words: &mut Words) -> Symbol {
        let read = |text: &str| words.intern(text);
        self.family.recall(text, read)
    }

    fn read_free(&mut self, column: usize, text: &str, lexicons: &mut Lexicons) -> Symbol {
        let (Some(memory), Some(words)) =
            (self.free.get_mut(column), lexicons.free.get_mut(column))
        else {
            return 0;
        };
        memory.recall(text, |text| words.intern(text))
    }

    fn read_parent(&mut self, text: &str, gathered: &mut Gathered) {
        for token in text
            .split([' ', '-', ','])
            .filter(|token| !token.is_empty())
        {
            let hash = self.parent.recall(token, |token| {
                let folded = fold_name(token, NamePart::Given);
                parent_word(folded.joined())
            });
            if token.len() > 1 {
                gathered.parent.push(hash);
            }
        }
    }
}

/// The folded words of a text of given names.
fn given_symbols(text: &str, words: &mut Words) -> [Symbol; GIVEN_MAX] {
    let folded = fold_name(text, NamePart::Given);
    let mut symbols = [0; GIVEN_MAX];
    // A word such as `baby`, no name by itself, leaves no gap.
    let known = folded
        .words()
        .map(|word| words.intern(word))
        .filter(|symbol| *symbol != 0);
    for (slot, symbol) in symbols.iter_mut().zip(known) {
        *slot = symbol;
    }
    symbols
}

/// Reads one written word. It is plain when it reads the same wherever it stands among other words.
fn given_token(token: &str, words: &mut Words) -> GivenToken {
    let part = NamePart::Given;
    let alone = fold_name(token, part);
    let count = alone.words().count();
    let same = |text: String, before: usize, after: usize| {
        let folded = fold_name(&text, part);
        folded.particles().is_empty()
            && folded.words().skip(before).take(count).eq(alone.words())
            && folded.words().count() == before.saturating_add(count).saturating_add(after)
    };
    let is_plain = count > 0
        && token.len() <= NAME_CHARACTERS_MAX / GIVEN_MAX
        && same(format!("{token} zed"), 0, 1)
        && same(format!("zed {token}"), 1, 0)
        && same(format!("zed {token} zed"), 1, 1);
    GivenToken {
        symbols: if is_plain {
            given_symbols(token, words)
        } else {
            [0; GIVEN_MAX]
        },
        is_plain,
    }
}

/// Given names and family name of one text. After a comma stand the given names; without one, the family name is the last
/// word with the particles before it.
fn split_full_name(text: &str) -> (&str, &str) {
    if let Some((family, given)) = text.split_once(',') {
        return (given.trim(), family.trim());
    }
    let mut start = text.rfind(' ').map_or(0, |space| space.saturating_add(1));
    while let Some(before) = text.get(..start.saturating_sub(1)).map(str::trim_end) {
        let word_start = before.rfind(' ').map_or(0, |space| space.saturating_add(1));
        let word = before.get(word_start..).unwrap_or_default();
        let with_next = format!("{word} zed");
        let is_particle = !fold_name(&with_next, NamePart::Family)
            .particles()
            .is_empty();
        if word_start == 0 || !is_particle {
            break;
        }
        start = word_start;
    }
    let (given, family) = text.split_at_checked(start).unwrap_or(("", text));
    (given.trim(), family.trim())
}

/// 1 male, 2 female, 0 not known.
fn sex_of(text: &str) -> u32 {
    match text.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" | "boy" | "man" => 1,
        "2" | "f" | "female" | "girl" | "woman" => 2,
        _ => 0,
    }
}

/// Whether a code says that the sex is not known or not stated, as 0, 9, U and X do.
fn is_said_unknown(text: &str) -> bool {
    ["0", "9", "u", "x", "unknown", "not known"].contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::schema::Column;
    use proptest::prelude::*;

    proptest! {
        /// Reading word by word from memory is the same as folding the whole text.
        #[test]
        fn given_names_are_read_as_a_whole(
            words in prop::collection::vec("(Anne|Baby|Boy|de|al|Mr|Rose-May|O'Neil|jr|One|[A-Za-zé.]{1,6})", 0..5),
        ) {
            let schema = Schema::new(vec![Column::new("given", Kind::GivenName)]).unwrap();
            let mut lexicons = Lexicons::new(&schema);
            let mut reader = Reader::new(&schema);
            let text = words.join(" ");
            for _ in 0..2 {
                let mut gathered = Gathered::default();
                reader.read_given(&text, &mut lexicons.given, &mut gathered);
                prop_assert_eq!(gathered.given, given_symbols(&text, &mut lexicons.given), "{}", text);
            }
        }
    }

    #[test]
    fn a_code_for_not_known_is_read_and_nonsense_is_not() {
        let schema = Schema::new(vec![
            Column::new("sex", Kind::Sex),
            Column::new("name", Kind::FamilyName),
        ])
        .unwrap();
        let mut reader = Reader::new(&schema);
        for (text, unread) in [
            ("F", 0),
            ("0", 0),
            ("X", 0),
            ("", 0),
            ("?", 1),
            ("horse", 1),
        ] {
            let mut row = vec![0; Layout::of(&schema).width];
            reader.read(&[text, "Smith"], &mut Lexicons::new(&schema), &mut row);
            assert_eq!(reader.unread(), unread, "{text}");
        }
    }

    #[test]
    fn full_names_are_split() {
        assert_eq!(split_full_name("SMITH, Ann Mary"), ("Ann Mary", "SMITH"));
        assert_eq!(split_full_name("Ann Mary Smith"), ("Ann Mary", "Smith"));
        assert_eq!(split_full_name("Jan van der Berg"), ("Jan", "van der Berg"));
        assert_eq!(split_full_name("van Berg"), ("van", "Berg"));
        assert_eq!(split_full_name("Smith"), ("", "Smith"));
        assert_eq!(split_full_name(""), ("", ""));
    }
}
