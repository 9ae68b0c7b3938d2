//! The keys a query looks for, each with a weight for ranking before any record is read.

use super::key::{Key, KeyKind};
use super::name_code::{FURTHER_GIVEN_MAX, add_family, add_own, add_query_given, head, tail};
use crate::birth::Birth;
use crate::comparable::Comparable;
use crate::date::Date;

/// Look-ups of one query; those of least weight are left out.
pub const LOOKUPS_MAX: usize = 32;
/// Years of an age or range that are looked up one by one; a wider range counts as no year.
pub const YEARS_MAX: u16 = 3;
/// Bits of rarity of given and family name together from which they are looked up although a date is given: about ten
/// records.
const RARE_NAMES_BITS_MIN: f32 = 20.0;
/// Codes of the query's first given name, nicknames included, that are used.
const GIVEN_CODES_MAX: usize = 8;
/// Settings of the query used.
const SETTINGS_MAX: usize = 2;
/// Weight lost by a reading that is not the query's own words: day and month exchanged, names transposed, nicknames.
const OTHER_READING_BITS: f32 = 3.0;
/// Weight lost by a given name that is not the query's first.
const FURTHER_NAME_BITS: f32 = 1.0;

/// A key to look up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lookup {
    /// The key.
    pub key: Key,
    /// Bits of evidence in having it in common, roughly log2(records / records under the key). Sum them per record for
    /// a first ranking.
    pub weight: f32,
}

/// The keys a query looks for, heaviest first, without repetition, [`LOOKUPS_MAX`] at most.
///
/// Empty when the query holds too little to find anybody by. It takes a number, a whole postcode, a family and a given
/// name, a full date of birth with either name, or a setting with a family name or a full date of birth.
#[must_use]
pub fn query_keys(query: &Comparable) -> Vec<Lookup> {
    let mut lookups = Lookups {
        query,
        names: Names::of(query),
        found: Vec::with_capacity(LOOKUPS_MAX),
    };
    if let Some(number) = &query.number {
        lookups.push(Key::new(KeyKind::Number).text(number.as_bytes()), 40.0);
    }
    match query.birth {
        Some(Birth::On(date)) => lookups.dated(date),
        Some(years) => lookups.of_years(years),
        None => lookups.of_names(),
    }
    lookups.of_places();
    let mut found = lookups.found;
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    found.truncate(LOOKUPS_MAX);
    found
}

struct Names {
    /// First given name: its own codes, then its nicknames'.
    first: Vec<u32>,
    own: usize,
    further: Vec<u32>,
    family: Vec<u32>,
    are_rare: bool,
}

impl Names {
    fn of(query: &Comparable) -> Self {
        let (mut first, mut further, mut family) = (Vec::new(), Vec::new(), Vec::new());
        let at_first = || query.given.iter().filter(|name| name.place == 0);
        at_first().for_each(|name| add_own(&mut first, name));
        let own = first.len();
        at_first().for_each(|name| add_query_given(&mut first, name));
        first.truncate(GIVEN_CODES_MAX.max(own));
        let after_first = query.given.iter().filter(|name| name.place != 0);
        after_first
            .take(FURTHER_GIVEN_MAX)
            .for_each(|name| add_own(&mut further, name));
        query
            .family
            .iter()
            .for_each(|name| add_family(&mut family, name));
        let rarest = query
            .given
            .iter()
            .map(|name| name.word.rarity_bits)
            .fold(0.0, f32::max);
        let family_rarest = query
            .family
            .iter()
            .map(|name| name.joined.rarity_bits)
            .fold(0.0, f32::max);
        Self {
            first,
            own,
            further,
            family,
            are_rare: rarest + family_rarest >= RARE_NAMES_BITS_MIN,
        }
    }

    /// The codes of the first given name itself.
    fn own(&self) -> impl Iterator<Item = u32> {
        self.first.iter().take(self.own).copied()
    }

    /// Given codes with what each loses for not being the first name's own.
    fn given(&self) -> Vec<(u32, f32)> {
        let nicknames = self
            .first
            .iter()
            .skip(self.own)
            .map(|code| (*code, OTHER_READING_BITS));
        let further = self.further.iter().map(|code| (*code, FURTHER_NAME_BITS));
        self.own()
            .map(|code| (code, 0.0))
            .chain(nicknames)
            .chain(further)
            .collect()
    }

    /// Family with given code, and what is lost: straight, then transposed.
    fn pairs(&self) -> Vec<(u32, u32, f32)> {
        let crossed = self.own().flat_map(|given| {
            self.family
                .iter()
                .map(move |family| (given, *family, OTHER_READING_BITS))
        });
        self.with_family(self.given())
            .into_iter()
            .chain(crossed)
            .collect()
    }

    /// Family code with each of the given codes.
    fn with_family(&self, given: Vec<(u32, f32)>) -> Vec<(u32, u32, f32)> {
        let pairs = self.family.iter().flat_map(|family| {
            given
                .iter()
                .map(move |(code, lost)| (*family, *code, *lost))
        });
        pairs.collect()
    }
}

struct Lookups<'q> {
    query: &'q Comparable,
    names: Names,
    found: Vec<Lookup>,
}

impl Lookups<'_> {
    fn push(&mut self, key: Key, weight: f32) {
        match self.found.iter_mut().find(|known| known.key == key) {
            Some(known) => known.weight = known.weight.max(weight),
            None => self.found.push(Lookup { key, weight }),
        }
    }

    fn dated(&mut self, date: Date) {
        self.on_day(date);
        if let Some(swapped) = date.with_day_and_month_swapped() {
            self.on_swapped_day(swapped);
        }
        self.in_year(date.year());
        let nicknames = self.names.given();
        for (family, given, lost) in self.names.with_family(nicknames) {
            let key = Key::new(KeyKind::MonthDayFamilyGiven)
                .month_day(date)
                .code(family)
                .code(given);
            self.push(key, 19.0 - lost);
        }
        if self.names.are_rare {
            self.of_names();
        }
    }

    fn on_day(&mut self, date: Date) {
        let family_key = Key::new(KeyKind::DobFamily).date(date);
        let given_key = Key::new(KeyKind::DobGiven).date(date);
        for code in self.names.family.clone() {
            self.push(family_key.code(code), 20.0);
            self.push(given_key.code(code), 18.5 - OTHER_READING_BITS);
        }
        for (code, lost) in self.names.given() {
            self.push(given_key.code(code), 18.5 - lost);
        }
        for code in self.names.own().collect::<Vec<_>>() {
            self.push(family_key.code(code), 20.0 - OTHER_READING_BITS);
        }
    }

    fn on_swapped_day(&mut self, date: Date) {
        for code in self.names.family.clone() {
            self.push(
                Key::new(KeyKind::DobFamily).date(date).code(code),
                20.0 - OTHER_READING_BITS,
            );
        }
        for code in self.names.own().collect::<Vec<_>>() {
            self.push(
                Key::new(KeyKind::DobGiven).date(date).code(code),
                18.5 - OTHER_READING_BITS,
            );
        }
    }

    fn of_years(&mut self, birth: Birth) {
        let (first, last) = birth.years();
        if last.saturating_sub(first) >= YEARS_MAX {
            self.of_names();
            return;
        }
        (first..=last).for_each(|year| self.in_year(year));
        if self.names.are_rare {
            self.of_names();
        }
    }

    fn in_year(&mut self, year: u16) {
        for (family, given, lost) in self.names.pairs() {
            let key = Key::new(KeyKind::YearFamilyGiven)
                .year(year)
                .code(family)
                .code(given);
            self.push(key, 17.0 - lost);
        }
        let own: Vec<u32> = self.names.own().collect();
        for name in &self.query.family {
            for given in &own {
                let of_given = |kind| Key::new(kind).year(year).code(*given);
                self.push(
                    of_given(KeyKind::YearGivenFamilyHead).text(head(name).as_bytes()),
                    14.5,
                );
                self.push(
                    of_given(KeyKind::YearGivenFamilyTail).text(tail(name).as_bytes()),
                    14.5,
                );
            }
        }
    }

    fn of_names(&mut self) {
        for (family, given, lost) in self.names.pairs() {
            self.push(
                Key::new(KeyKind::FamilyGiven).code(family).code(given),
                13.0 - lost,
            );
        }
    }

    fn of_places(&mut self) {
        let query = self.query;
        if let Some(whole) = query.postcode.as_ref().and_then(|postcode| postcode.full()) {
            self.push(Key::new(KeyKind::Postcode).text(&whole), 20.0);
        }
        if let Some(district) = query
            .postcode
            .as_ref()
            .and_then(|postcode| postcode.district())
        {
            self.placed(KeyKind::DistrictFamilyGiven, district, 21.0);
        }
        if let Some(area) = &query.area {
            self.placed(KeyKind::AreaFamilyGiven, area.as_bytes(), 18.0);
        }
        for setting in query.settings.iter().take(SETTINGS_MAX) {
            let code = setting.as_bytes();
            if let Some(date) = query.birth.and_then(Birth::date) {
                self.push(Key::new(KeyKind::SettingDob).text(code).date(date), 22.0);
            }
            for family in self.names.family.clone() {
                self.push(
                    Key::new(KeyKind::SettingFamily).text(code).code(family),
                    19.0,
                );
            }
        }
    }

    fn placed(&mut self, kind: KeyKind, place: &[u8], weight: f32) {
        let given = match self.query.birth {
            Some(Birth::On(_)) => self.names.own().map(|code| (code, 0.0)).collect(),
            _ => self.names.given(),
        };
        for (family, given, lost) in self.names.with_family(given) {
            self.push(
                Key::new(kind).text(place).code(family).code(given),
                weight - lost,
            );
        }
    }
}
