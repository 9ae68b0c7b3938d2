//! The keys a record is filed under.

use super::key::{Key, KeyKind};
use super::name_code::{FURTHER_GIVEN_MAX, add_family, add_own, add_record_given, head, tail};
use crate::birth::Birth;
use crate::comparable::Comparable;

/// Keys of one record; a record with many names is filed under the first of them.
pub const RECORD_KEYS_MAX: usize = 64;

/// The keys a record is filed under, without repetition, in a fixed order: about 14 for two given names, one family
/// name, a date, a postcode, one setting and an area, and one more per setting and each further phonetic reading.
/// [`RECORD_KEYS_MAX`] at most.
#[must_use]
pub fn record_keys(record: &Comparable) -> Vec<Key> {
    let names = Names::of(record);
    let mut keys = Vec::with_capacity(24);
    keys.extend(
        record
            .number
            .as_ref()
            .map(|number| Key::new(KeyKind::Number).text(number.as_bytes())),
    );
    birth_keys(&mut keys, record, &names);
    name_keys(&mut keys, record, &names);
    place_keys(&mut keys, record, &names);
    keys.truncate(RECORD_KEYS_MAX);
    keys
}

struct Names {
    first: Vec<u32>,
    /// Codes of the first and further given names.
    all: Vec<u32>,
    family: Vec<u32>,
}

impl Names {
    fn of(record: &Comparable) -> Self {
        let mut first = Vec::with_capacity(4);
        for name in record.given.iter().filter(|name| name.place == 0) {
            add_record_given(&mut first, name);
        }
        let mut all = Vec::with_capacity(8);
        all.extend_from_slice(&first);
        for name in record
            .given
            .iter()
            .filter(|name| name.place != 0)
            .take(FURTHER_GIVEN_MAX)
        {
            add_own(&mut all, name);
        }
        let mut family = Vec::with_capacity(4);
        record
            .family
            .iter()
            .for_each(|name| add_family(&mut family, name));
        Self { first, all, family }
    }

    /// Every family code with every one of the given codes.
    fn pairs<'n>(&'n self, given: &'n [u32]) -> impl Iterator<Item = (u32, u32)> + 'n {
        self.family
            .iter()
            .flat_map(move |family| given.iter().map(move |given| (*family, *given)))
    }
}

fn birth_keys(keys: &mut Vec<Key>, record: &Comparable, names: &Names) {
    if let Some(date) = record.birth.and_then(Birth::date) {
        keys.extend(
            names
                .family
                .iter()
                .map(|family| Key::new(KeyKind::DobFamily).date(date).code(*family)),
        );
        keys.extend(
            names
                .all
                .iter()
                .map(|given| Key::new(KeyKind::DobGiven).date(date).code(*given)),
        );
        let of_day = Key::new(KeyKind::MonthDayFamilyGiven).month_day(date);
        keys.extend(
            names
                .pairs(&names.first)
                .map(|(family, given)| of_day.code(family).code(given)),
        );
    }
    if let Some((year, last)) = record.birth.map(Birth::years)
        && year == last
    {
        let of_year = Key::new(KeyKind::YearFamilyGiven).year(year);
        keys.extend(
            names
                .pairs(&names.all)
                .map(|(family, given)| of_year.code(family).code(given)),
        );
        end_keys(keys, year, record, names);
    }
}

fn end_keys(keys: &mut Vec<Key>, year: u16, record: &Comparable, names: &Names) {
    let start = keys.len();
    for given in &names.first {
        for family in &record.family {
            let of_given = |kind| Key::new(kind).year(year).code(*given);
            for key in [
                of_given(KeyKind::YearGivenFamilyHead).text(head(family).as_bytes()),
                of_given(KeyKind::YearGivenFamilyTail).text(tail(family).as_bytes()),
            ] {
                if !keys.iter().skip(start).any(|known| *known == key) {
                    keys.push(key);
                }
            }
        }
    }
}

fn name_keys(keys: &mut Vec<Key>, record: &Comparable, names: &Names) {
    let district = record
        .postcode
        .as_ref()
        .and_then(|postcode| postcode.district());
    for (family, given) in names.pairs(&names.first) {
        keys.push(Key::new(KeyKind::FamilyGiven).code(family).code(given));
        keys.extend(district.map(|district| {
            Key::new(KeyKind::DistrictFamilyGiven)
                .text(district)
                .code(family)
                .code(given)
        }));
        keys.extend(record.area.as_ref().map(|area| {
            Key::new(KeyKind::AreaFamilyGiven)
                .text(area.as_bytes())
                .code(family)
                .code(given)
        }));
    }
}

fn place_keys(keys: &mut Vec<Key>, record: &Comparable, names: &Names) {
    let whole = record
        .postcode
        .as_ref()
        .and_then(|postcode| postcode.full());
    keys.extend(whole.map(|postcode| Key::new(KeyKind::Postcode).text(&postcode)));
    let date = record.birth.and_then(Birth::date);
    for setting in &record.settings {
        let code = setting.as_bytes();
        keys.extend(date.map(|date| Key::new(KeyKind::SettingDob).text(code).date(date)));
        keys.extend(
            names
                .family
                .iter()
                .map(|family| Key::new(KeyKind::SettingFamily).text(code).code(*family)),
        );
    }
}
