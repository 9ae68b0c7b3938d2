//! Keys: recall under each kind of error, budget, and that a kind depends on its fields alone.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::collections::HashSet;

use matching::birth::Birth;
use matching::block::{
    Field, Key, KeyKind, LOOKUPS_MAX, RECORD_KEYS_MAX, fields, query_keys, record_keys,
};
use matching::comparable::Comparable;
use matching::date::Date;
use matching::nickname;
use matching::person::Person;
use proptest::prelude::*;

const GIVEN: &[&str] = &[
    "Oliver",
    "Amelia",
    "Mohammed",
    "Elizabeth",
    "Katarzyna",
    "Aleksandr",
    "Siobhan",
    "William",
    "Harpreet",
    "Chukwuemeka",
    "Zofia",
    "Fatima",
    "Thomas",
    "Isabella",
    "Yusuf",
    "Ngoc",
    "Aoife",
    "Benjamin",
    "Catherine",
    "Abdulrahman",
    "Priya",
    "Wojciech",
    "Stephen",
    "Charlotte",
    "Ayesha",
    "Ethan",
    "Leo",
    "Mia",
    "Joshua",
    "Tatiana",
    "Rhys",
    "Eilidh",
    "Anne-Marie",
];
const FAMILY: &[&str] = &[
    "Smith",
    "Khan",
    "Patel",
    "Choudhury",
    "O'Brien",
    "Kowalski",
    "Okonkwo",
    "Nguyen",
    "Szczepanski",
    "van der Berg",
    "Smith-Jones",
    "Hussain",
    "Featherstonehaugh",
    "Lee",
    "Wu",
    "Popescu",
    "Al-Hassan",
    "McDonald",
    "Thompson",
    "Evans",
    "Adebayo",
    "Fernandes",
    "Wright",
    "Begum",
    "Singh",
    "Campbell",
    "Ivanov",
    "Yilmaz",
    "Silva",
    "Phillips",
    "Novak",
];

#[derive(Clone, Debug)]
struct Child {
    given: String,
    family: String,
    date: Date,
}

impl Child {
    fn comparable(&self) -> Comparable {
        let birth = Some(Birth::On(self.date));
        Comparable::of(&Person {
            given: &[&self.given],
            family: &[&self.family],
            birth,
            ..Person::default()
        })
    }
}

fn children() -> impl Iterator<Item = Child> {
    GIVEN.iter().enumerate().flat_map(|(row, given)| {
        FAMILY.iter().enumerate().map(move |(column, family)| {
            let number = u16::try_from(row * 31 + column).unwrap();
            let (month, day) = (
                u8::try_from(number % 12).unwrap() + 1,
                u8::try_from(number % 28).unwrap() + 1,
            );
            let date = Date::new(2006 + number % 18, month, day).unwrap();
            Child {
                given: (*given).to_owned(),
                family: (*family).to_owned(),
                date,
            }
        })
    })
}

fn share_a_key(query: &Child, record: &Child) -> bool {
    let filed: HashSet<Key> = record_keys(&record.comparable()).into_iter().collect();
    query_keys(&query.comparable())
        .iter()
        .any(|lookup| filed.contains(&lookup.key))
}

/// Every single typing error on the letters of a name: replaced, left out, doubled, exchanged.
fn typing_errors(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut errors = Vec::new();
    for place in 0..letters.len() {
        let with = |change: &dyn Fn(&mut Vec<char>)| {
            let mut changed = letters.clone();
            change(&mut changed);
            changed.into_iter().collect::<String>()
        };
        for letter in ['a', 'k', 's', 'm'] {
            errors.push(with(&|changed| changed[place] = letter));
            errors.push(with(&|changed| changed.insert(place, letter)));
        }
        errors.push(with(&|changed| {
            changed.remove(place);
        }));
        if place + 1 < letters.len() {
            errors.push(with(&|changed| changed.swap(place, place + 1)));
        }
    }
    errors
}

fn other_dates(date: Date) -> Vec<Date> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let swapped = date.with_day_and_month_swapped();
    let digits = (1..=9).flat_map(|step| {
        [
            Date::new(year - year % 10 + (year + step) % 10, month, day),
            Date::new(
                year,
                month,
                day - day % 10 + u8::try_from((u16::from(day) + step) % 10).unwrap(),
            ),
            Date::new(year, u8::try_from(step).unwrap(), day),
        ]
    });
    digits
        .chain([
            swapped,
            Date::new(year - 10, month, day),
            Date::new(year + 1, month, day),
        ])
        .flatten()
        .collect()
}

/// The share of noisy queries that share a key with the record, and how many were tried.
fn recall(noise: impl Fn(&Child) -> Vec<Child>) -> (f64, usize) {
    let (mut found, mut tried) = (0_u32, 0_u32);
    for child in children() {
        for query in noise(&child) {
            tried += 1;
            found += u32::from(share_a_key(&query, &child));
        }
    }
    (
        f64::from(found) / f64::from(tried),
        usize::try_from(tried).unwrap(),
    )
}

fn assert_recall(name: &str, least: f64, noise: impl Fn(&Child) -> Vec<Child>) {
    let (share, tried) = recall(noise);
    println!("recall {name}: {share:.5} of {tried}");
    assert!(
        tried > 1_000 && share >= least,
        "{name}: {share} of {tried}"
    );
}

#[test]
fn one_error_of_any_kind_shares_a_key() {
    assert_recall("typing error in the given name", 0.99, |child| {
        typing_errors(&child.given)
            .into_iter()
            .map(|given| Child {
                given,
                ..child.clone()
            })
            .collect()
    });
    assert_recall("typing error in the family name", 0.99, |child| {
        typing_errors(&child.family)
            .into_iter()
            .map(|family| Child {
                family,
                ..child.clone()
            })
            .collect()
    });
    assert_recall("another date", 0.99, |child| {
        other_dates(child.date)
            .into_iter()
            .map(|date| Child {
                date,
                ..child.clone()
            })
            .collect()
    });
    assert_recall("names transposed", 0.99, |child| {
        vec![Child {
            given: child.family.clone(),
            family: child.given.clone(),
            ..child.clone()
        }]
    });
    assert_recall("another family name", 0.99, |child| {
        FAMILY
            .iter()
            .map(|family| Child {
                family: (*family).to_owned(),
                ..child.clone()
            })
            .collect()
    });
}

#[test]
fn a_nickname_with_another_error_shares_a_key() {
    let nicknames = |child: &Child| -> Vec<String> {
        let folded = child.given.to_lowercase();
        [
            "liz", "beth", "mo", "kasia", "sasha", "bill", "emeka", "zosia", "tom", "bella", "ben",
            "kate", "steve", "tanya",
        ]
        .into_iter()
        .filter(|form| nickname::share_group(nickname::groups(form), nickname::groups(&folded)))
        .map(str::to_owned)
        .collect()
    };
    for (name, year_off) in [("nickname", 0), ("nickname and year", 1)] {
        let mut tried = 0;
        for child in children() {
            for given in nicknames(&child) {
                let date = Date::new(
                    child.date.year() + year_off,
                    child.date.month(),
                    child.date.day(),
                )
                .unwrap();
                tried += 1;
                assert!(
                    share_a_key(
                        &Child {
                            given: given.clone(),
                            date,
                            ..child.clone()
                        },
                        &child
                    ),
                    "{name}: {given} {child:?}"
                );
            }
        }
        assert!(tried > 100);
    }
}

#[test]
fn two_errors_mostly_share_a_key() {
    assert_recall(
        "typing error in the family name and another day",
        0.90,
        |child| {
            let date = Date::new(
                child.date.year(),
                child.date.month(),
                child.date.day() % 28 + 1,
            )
            .unwrap();
            typing_errors(&child.family)
                .into_iter()
                .map(|family| Child {
                    family,
                    date,
                    ..child.clone()
                })
                .collect()
        },
    );
    assert_recall("typing errors in both names", 0.40, |child| {
        let given = typing_errors(&child.given).swap_remove(7);
        typing_errors(&child.family)
            .into_iter()
            .map(|family| Child {
                family,
                given: given.clone(),
                ..child.clone()
            })
            .collect()
    });
}

#[test]
fn an_age_and_a_name_alone_find_too() {
    for child in children() {
        let filed: HashSet<Key> = record_keys(&child.comparable()).into_iter().collect();
        for birth in [
            None,
            Some(Birth::Years {
                first: child.date.year() - 1,
                last: child.date.year(),
            }),
        ] {
            let query = Person {
                given: &[&child.given],
                family: &[&child.family],
                birth,
                ..Person::default()
            };
            let keys = query_keys(&Comparable::of(&query));
            assert!(
                keys.iter().any(|lookup| filed.contains(&lookup.key)),
                "{query:?}"
            );
        }
    }
}

#[test]
fn too_little_to_search_by_gives_no_key() {
    let date = Date::new(2012, 3, 4).map(Birth::On);
    for query in [
        Person::default(),
        Person {
            given: &["Oliver"],
            ..Person::default()
        },
        Person {
            family: &["Smith"],
            ..Person::default()
        },
        Person {
            given: &["O"],
            family: &["Smith"],
            ..Person::default()
        },
        Person {
            birth: date,
            ..Person::default()
        },
        Person {
            given: &["Baby"],
            birth: date,
            ..Person::default()
        },
        Person {
            settings: &["1"],
            area: Some("2"),
            postcode: Some("M14"),
            ..Person::default()
        },
    ] {
        assert_eq!(query_keys(&Comparable::of(&query)), [], "{query:?}");
    }
}

fn full(child: &Child) -> Comparable {
    Comparable::of(&Person {
        given: &[&child.given, "Rose"],
        family: &[&child.family],
        birth: Some(Birth::On(child.date)),
        postcode: Some("M14 5AB"),
        settings: &["123456", "P81001"],
        area: Some("E08000003"),
        ..Person::default()
    })
}

#[test]
fn the_budget_of_keys_is_kept() {
    let counts: Vec<usize> = children()
        .map(|child| record_keys(&full(&child)).len())
        .collect();
    let lookups: Vec<usize> = children()
        .map(|child| query_keys(&full(&child)).len())
        .collect();
    let mut sorted = counts.clone();
    sorted.sort_unstable();
    println!(
        "keys: median {}, mean {:.1}, most {:?}",
        sorted[sorted.len() / 2],
        mean(&counts),
        sorted.last()
    );
    println!(
        "look-ups: mean {:.1}, most {:?}",
        mean(&lookups),
        lookups.iter().max()
    );
    let oliver = Child {
        given: "Oliver".to_owned(),
        family: "Smith".to_owned(),
        date: Date::new(2012, 3, 4).unwrap(),
    };
    assert_eq!(record_keys(&full(&oliver)).len(), 16);
    assert!(mean(&counts) < 24.0);
}

fn mean(counts: &[usize]) -> f64 {
    f64::from(u32::try_from(counts.iter().sum::<usize>()).unwrap())
        / f64::from(u32::try_from(counts.len()).unwrap())
}

/// A key of a kind may only appear when every field of the kind is known: so hiding a field hides its keys.
#[test]
fn a_kind_depends_on_its_fields_alone() {
    let child = children().next().unwrap();
    let whole = full(&child);
    let hide = |field: Field| {
        let mut less = whole.clone();
        match field {
            Field::Number => less.number = None,
            Field::Given => less.given.clear(),
            Field::Family => less.family.clear(),
            Field::Birth => less.birth = None,
            Field::Postcode => less.postcode = None,
            Field::Setting => less.settings.clear(),
            Field::Area => less.area = None,
        }
        less
    };
    let all = [
        Field::Number,
        Field::Given,
        Field::Family,
        Field::Birth,
        Field::Postcode,
        Field::Setting,
        Field::Area,
    ];
    let before = record_keys(&whole);
    for field in all {
        let after = record_keys(&hide(field));
        let expected: Vec<Key> = before
            .iter()
            .copied()
            .filter(|key| !fields(key.kind).contains(&field))
            .collect();
        assert_eq!(after, expected, "{field:?}");
        // A query may have its names the wrong way round: one name is looked for as the other.
        if !matches!(field, Field::Given | Field::Family) {
            let looked: Vec<KeyKind> = query_keys(&hide(field))
                .iter()
                .map(|lookup| lookup.key.kind)
                .collect();
            assert!(
                looked.iter().all(|kind| !fields(*kind).contains(&field)),
                "{field:?}"
            );
        }
    }
}

#[test]
fn a_former_name_leaves_no_trace_when_it_is_not_given() {
    let with = Comparable::of(&Person {
        family: &["Smith"],
        former: &["Patel"],
        given: &["Ada"],
        ..Person::default()
    });
    let without = Comparable::of(&Person {
        family: &["Smith"],
        given: &["Ada"],
        ..Person::default()
    });
    assert!(record_keys(&without).len() < record_keys(&with).len());
}

#[test]
fn kinds_are_numbered_once() {
    let numbers: HashSet<u8> = KeyKind::ALL.iter().map(|kind| kind.number()).collect();
    assert_eq!(numbers.len(), KeyKind::ALL.len());
}

proptest! {
    #[test]
    fn any_text_gives_distinct_keys_within_the_limits(
        given in prop::collection::vec(any::<String>(), 0..4),
        family in prop::collection::vec("[A-Za-z' -]{0,20}", 0..4),
        code in any::<String>(),
        date in (2000_u16..2020, 1_u8..=12, 1_u8..=28),
    ) {
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let family: Vec<&str> = family.iter().map(String::as_str).collect();
        let folded = Comparable::of(&Person {
            given: &given,
            family: &family,
            birth: Date::new(date.0, date.1, date.2).map(Birth::On),
            postcode: Some(&code),
            settings: &[&code],
            area: Some(&code),
            number: Some(&code),
            ..Person::default()
        });
        let keys = record_keys(&folded);
        prop_assert!(keys.len() <= RECORD_KEYS_MAX);
        prop_assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        let lookups = query_keys(&folded);
        prop_assert!(lookups.len() <= LOOKUPS_MAX);
        prop_assert!(lookups.is_sorted_by(|one, other| one.weight >= other.weight));
        if !lookups.is_empty() {
            prop_assert!(lookups.iter().any(|lookup| keys.contains(&lookup.key)), "a person finds itself");
        }
    }
}
