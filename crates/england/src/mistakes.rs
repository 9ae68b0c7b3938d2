//! How people and systems get names and dates wrong, and queries made with such mistakes.

mod noisy_query;

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::random::Random;

pub use noisy_query::{Kind, NoisyQuery, noisy_query, noisy_query_of};

/// One slip of the fingers: a letter left out, doubled, swapped with the next, or the neighbouring key.
pub fn mistyped(name: &str, random: &mut Random) -> String {
    let letters: Vec<char> = name.chars().collect();
    let places: Vec<usize> = (1..letters.len())
        .filter(|place| {
            letters
                .get(*place)
                .is_some_and(|letter| letter.is_alphabetic())
        })
        .collect();
    let Some(place) = random.choose(&places).copied() else {
        return name.to_owned();
    };
    let kind = random.below(4);
    let mut wrong = String::with_capacity(name.len().saturating_add(2));
    for (position, letter) in letters.iter().enumerate() {
        let next = letters
            .get(position.saturating_add(1))
            .filter(|next| next.is_alphabetic());
        match (kind, next) {
            (0, _) if position == place => {}
            (1, _) if position == place => wrong.extend([*letter, *letter]),
            (2, Some(next)) if position == place => wrong.extend([*next, *letter]),
            (2, _)
                if position == place.saturating_add(1)
                    && letters
                        .get(position)
                        .is_some_and(|letter| letter.is_alphabetic()) => {}
            (_, _) if position == place => wrong.push(neighbour(*letter, random)),
            _ => wrong.push(*letter),
        }
    }
    wrong
}

/// Spelt as it might sound to somebody else; the same when nothing sounds alike.
pub fn misheard(name: &str, random: &mut Random) -> String {
    replaced(name, &SOUNDS, random)
}

/// Spelt another way that parents choose too: Katie, Katy.
pub fn respelt(name: &str, random: &mut Random) -> String {
    replaced(name, &SPELLINGS, random)
}

/// A short or pet name, when the name has one.
pub fn nickname(given: &str, random: &mut Random) -> Option<String> {
    static TABLE: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
        let lines = include_str!("../data/nicknames.txt").lines();
        lines
            .filter_map(|line| {
                let mut words = line.split(' ');
                words.next().map(|name| (name, words.collect()))
            })
            .collect()
    });
    let (_, short) = TABLE.iter().find(|(name, _)| *name == given)?;
    random.choose(short).map(|short| (*short).to_owned())
}

/// Day and month in each other's place, when that is another date.
pub fn day_month_swapped(date: Date) -> Option<Date> {
    let swapped = Date::new(date.year(), date.day(), date.month()).ok()?;
    (swapped != date).then_some(swapped)
}

/// The letters an English keyboard without accents gives.
pub fn without_accents(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'ß' => plain.push_str("ss"),
            'Æ' => plain.push_str("Ae"),
            'æ' => plain.push_str("ae"),
            _ => plain.push(plain_letter(letter)),
        }
    }
    plain
}

/// What one may write for another by ear.
const SOUNDS: [(&str, &str); 30] = [
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("k", "c"),
    ("ee", "ea"),
    ("ea", "ee"),
    ("ie", "y"),
    ("y", "i"),
    ("ai", "ay"),
    ("ei", "ie"),
    ("ou", "u"),
    ("oo", "u"),
    ("th", "t"),
    ("sh", "s"),
    ("gh", "g"),
    ("z", "s"),
    ("v", "w"),
    ("w", "v"),
    ("er", "a"),
    ("a", "e"),
    ("e", "i"),
    ("o", "u"),
    ("u", "oo"),
    ("ll", "l"),
    ("nn", "n"),
    ("tt", "t"),
    ("mm", "m"),
    ("ss", "s"),
    ("i", "e"),
    ("j", "y"),
];

/// What one may write for another by choice; never at the start of a name.
const SPELLINGS: [(&str, &str); 22] = [
    ("ie", "y"),
    ("y", "ie"),
    ("ey", "y"),
    ("y", "ey"),
    ("c", "k"),
    ("ah", "a"),
    ("a", "ah"),
    ("n", "nn"),
    ("nn", "n"),
    ("l", "ll"),
    ("ll", "l"),
    ("i", "y"),
    ("ee", "i"),
    ("ei", "ee"),
    ("th", "t"),
    ("ph", "f"),
    ("ou", "u"),
    ("ks", "x"),
    ("m", "mm"),
    ("t", "tt"),
    ("tt", "t"),
    ("e", ""),
];

/// Replaces the first place where an entry of the table fits, beginning the table anywhere.
fn replaced(name: &str, table: &[(&str, &str)], random: &mut Random) -> String {
    let start = random.below(table.len() as u32) as usize;
    let turned = table.iter().skip(start).chain(table.iter().take(start));
    for (from, to) in turned {
        let places = name
            .char_indices()
            .skip(1)
            .filter_map(|(place, _)| name.split_at_checked(place));
        let mut fitting = places
            .filter_map(|(before, rest)| rest.strip_prefix(from).map(|after| (before, after)));
        if let Some((before, after)) =
            fitting.find(|(before, after)| looks_well(before, (from, to), after))
        {
            return [before, to, after].concat();
        }
    }
    name.to_owned()
}

/// Whether a replacement could be read: letters are doubled between vowels, c is k before a, o, u, l and r, endings are endings.
fn looks_well(before: &str, change: (&str, &str), after: &str) -> bool {
    let vowel = |letter: Option<char>| letter.is_some_and(|letter| "aeiouy".contains(letter));
    match change {
        ("n", "nn") | ("l", "ll") | ("m", "mm") | ("t", "tt") => {
            vowel(before.chars().next_back()) && vowel(after.chars().next())
        }
        ("c", "k") => after.starts_with(['a', 'o', 'u', 'l', 'r']),
        ("a", "ah") | ("y", "ie" | "ey") | ("ie" | "ey", "y") | ("e", "") => after.is_empty(),
        _ => true,
    }
}

fn neighbour(letter: char, random: &mut Random) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let lower = without_accents(&letter.to_lowercase().to_string())
        .chars()
        .next()
        .unwrap_or('e');
    let row = ROWS
        .iter()
        .find(|row| row.contains(lower))
        .unwrap_or(&"eaoiu");
    let keys: Vec<char> = row.chars().collect();
    let place = keys.iter().position(|key| *key == lower).unwrap_or(0);
    let beside = [place.checked_sub(1), place.checked_add(1)];
    let near: Vec<char> = beside
        .into_iter()
        .flatten()
        .filter_map(|place| keys.get(place).copied())
        .collect();
    random.choose(&near).copied().unwrap_or('e')
}

fn plain_letter(letter: char) -> char {
    const FOLDS: [(&str, char); 34] = [
        ("áàâäãåāăąạảấầẩẫậắằẳẵặ", 'a'),
        ("ÁÀÂÄÃÅĀĂĄ", 'A'),
        ("çćčĉ", 'c'),
        ("ÇĆČ", 'C'),
        ("ďđ", 'd'),
        ("ĎĐ", 'D'),
        ("éèêëēėęěẹẻẽếềểễệ", 'e'),
        ("ÉÈÊËĒĖĘĚ", 'E'),
        ("ğģ", 'g'),
        ("ĞĢ", 'G'),
        ("íìîïīįıịỉĩ", 'i'),
        ("ÍÌÎÏĪĮİ", 'I'),
        ("ķ", 'k'),
        ("łļľ", 'l'),
        ("ŁĻ", 'L'),
        ("ñńņň", 'n'),
        ("ÑŃŅ", 'N'),
        ("óòôöõøōőọỏốồổỗộơớờởỡợ", 'o'),
        ("ÓÒÔÖÕØŌƠ", 'O'),
        ("ŕř", 'r'),
        ("śšşș", 's'),
        ("ŚŠŞȘ", 'S'),
        ("ťţț", 't'),
        ("ŤŢȚ", 'T'),
        ("úùûüũūůűųụủưứừửữự", 'u'),
        ("ÚÙÛÜŨŪŮŲƯ", 'U'),
        ("ýÿỳỵỷỹ", 'y'),
        ("ÝŸ", 'Y'),
        ("źżž", 'z'),
        ("ŹŻŽ", 'Z'),
        ("ğ", 'g'),
        ("ŵ", 'w'),
        ("ĥ", 'h'),
        ("’", '\''),
    ];
    if letter.is_ascii() {
        return letter;
    }
    FOLDS
        .iter()
        .find(|(letters, _)| letters.contains(letter))
        .map_or(letter, |(_, plain)| *plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Domain;
    use proptest::prelude::*;

    #[test]
    fn accents_go_and_the_letters_stay() {
        for (name, plain) in [
            ("Zoë", "Zoe"),
            ("Nguyễn", "Nguyen"),
            ("Muñoz", "Munoz"),
            ("Łukasz", "Lukasz"),
            ("Rareş", "Rares"),
            ("O'Brien", "O'Brien"),
        ] {
            assert_eq!(without_accents(name), plain);
        }
    }

    #[test]
    fn every_built_in_name_can_be_written_without_accents() {
        let mut random = Random::new(1, Domain::Query, 0);
        for heritage in crate::heritages() {
            for _ in 0..300 {
                let name = [
                    heritage.family(&mut random),
                    heritage.given(crate::Sex::Female, &mut random),
                ]
                .concat();
                assert!(without_accents(&name).is_ascii(), "{name}");
            }
        }
    }

    #[test]
    fn day_and_month_swap_only_when_both_are_dates() {
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        assert_eq!(day_month_swapped(day(2015, 3, 9)), Some(day(2015, 9, 3)));
        assert_eq!(day_month_swapped(day(2015, 3, 19)), None);
        assert_eq!(day_month_swapped(day(2015, 3, 3)), None);
    }

    proptest! {
        #[test]
        fn one_slip_changes_the_length_by_one_letter_at_most(name in "\\PC{0,20}", seed: u64) {
            let wrong = mistyped(&name, &mut Random::new(seed, Domain::Query, 1));
            prop_assert!(wrong.chars().count().abs_diff(name.chars().count()) <= 1);
        }

        #[test]
        fn names_by_ear_keep_their_first_letter(name in "[A-Z][a-zë]{1,12}", seed: u64) {
            let mut random = Random::new(seed, Domain::Query, 2);
            prop_assert_eq!(misheard(&name, &mut random).chars().next(), name.chars().next());
            prop_assert_eq!(respelt(&name, &mut random).chars().next(), name.chars().next());
        }
    }
}
