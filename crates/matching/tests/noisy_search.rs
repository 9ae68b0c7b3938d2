//! Look-up, score and rank together: the right person comes first although the query has an error.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use std::collections::{BTreeSet, HashMap};

use matching::birth::Birth;
use matching::block::{Key, query_keys, record_keys};
use matching::comparable::Comparable;
use matching::date::Date;
use matching::person::{Person, Sex};
use matching::search::{Score, rank, score, strong_enough};

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
    "Mia",
    "Ava",
    "Zofia",
    "Fatima",
    "Thomas",
    "Isabella",
    "Yusuf",
    "Leo",
    "Jack",
    "Emily",
    "Ella",
    "Noah",
    "Lily",
    "Ayesha",
    "Ethan",
    "Evie",
    "Ali",
    "Muhammad",
    "Olivia",
    "Jacob",
    "Grace",
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
    "Jones",
    "Williams",
    "Taylor",
    "Hussain",
    "Lee",
    "Wu",
    "Popescu",
    "Al-Hassan",
    "McDonald",
    "Thompson",
    "Evans",
    "Ahmed",
    "Ali",
    "Begum",
    "Singh",
    "Campbell",
    "Wright",
    "Silva",
    "Phillips",
    "Novak",
    "Green",
    "Hall",
];

#[derive(Clone)]
struct Child {
    given: String,
    middle: String,
    family: String,
    date: Date,
    sex: Sex,
}

impl Child {
    fn record(&self) -> Comparable {
        let given = [self.given.as_str(), self.middle.as_str()];
        self.person(&given)
    }

    fn query(&self) -> Comparable {
        self.person(&[self.given.as_str()])
    }

    fn person(&self, given: &[&str]) -> Comparable {
        let birth = Some(Birth::On(self.date));
        Comparable::of(&Person {
            given,
            family: &[&self.family],
            birth,
            sex: Some(self.sex),
            ..Person::default()
        })
    }
}

/// Steps of a linear congruential generator (Knuth, MMIX), high bits.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn of<'a>(&mut self, names: &[&'a str]) -> &'a str {
        // The square makes the first names much commoner than the last.
        let skewed = self.below(names.len()) * self.below(names.len()) / names.len();
        names[skewed]
    }

    fn date(&mut self) -> Date {
        let (year, month, day) = (
            2004 + self.below(18),
            1 + self.below(12),
            1 + self.below(28),
        );
        Date::new(
            u16::try_from(year).unwrap(),
            u8::try_from(month).unwrap(),
            u8::try_from(day).unwrap(),
        )
        .unwrap()
    }
}

fn population(dice: &mut Dice, count: usize) -> Vec<Child> {
    let mut children: Vec<Child> = Vec::new();
    while children.len() < count {
        let sex = if dice.below(2) == 0 {
            Sex::Female
        } else {
            Sex::Male
        };
        let (given, middle, family) = (
            dice.of(GIVEN).to_owned(),
            dice.of(GIVEN).to_owned(),
            dice.of(FAMILY).to_owned(),
        );
        let child = Child {
            given,
            middle,
            family,
            date: dice.date(),
            sex,
        };
        if dice.below(35) == 0 {
            children.push(Child {
                given: dice.of(GIVEN).to_owned(),
                middle: dice.of(GIVEN).to_owned(),
                ..child.clone()
            });
        }
        children.push(child);
    }
    children
}

fn mistype(dice: &mut Dice, name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let place = dice.below(letters.len().max(2) - 1);
    match dice.below(3) {
        0 => letters[place] = 'e',
        1 => letters.insert(place, 'r'),
        _ => letters.swap(place, place + 1),
    }
    letters.into_iter().collect()
}

fn with_error(dice: &mut Dice, child: &Child) -> Child {
    let (given, family) = (child.given.clone(), child.family.clone());
    match dice.below(6) {
        0 => Child {
            given: mistype(dice, &given),
            ..child.clone()
        },
        1 => Child {
            family: mistype(dice, &family),
            ..child.clone()
        },
        2 => Child {
            given: family,
            family: given,
            ..child.clone()
        },
        3 => Child {
            date: child
                .date
                .with_day_and_month_swapped()
                .unwrap_or(child.date),
            ..child.clone()
        },
        4 => {
            let another = Date::new(
                child.date.year(),
                child.date.month(),
                child.date.day() % 28 + 1,
            )
            .unwrap();
            Child {
                date: another,
                ..child.clone()
            }
        }
        _ => child.clone(),
    }
}

#[test]
fn the_right_child_is_first_on_queries_with_one_error() {
    let mut dice = Dice(20);
    let children = population(&mut dice, 20_000);
    let records: Vec<Comparable> = children.iter().map(Child::record).collect();
    let mut index: HashMap<Key, Vec<usize>> = HashMap::new();
    for (number, record) in records.iter().enumerate() {
        for key in record_keys(record) {
            index.entry(key).or_default().push(number);
        }
    }
    let tried = 2_000;
    let (mut first, mut in_three, mut scored_candidates) = (0, 0, 0);
    for _ in 0..tried {
        let right = dice.below(children.len());
        let query = with_error(&mut dice, &children[right]).query();
        let candidates: BTreeSet<usize> = query_keys(&query)
            .iter()
            .filter_map(|lookup| index.get(&lookup.key))
            .flatten()
            .copied()
            .collect();
        scored_candidates += candidates.len();
        let mut scored: Vec<(Score, usize)> = candidates
            .into_iter()
            .map(|number| (score(&query, &records[number]), number))
            .collect();
        scored.retain(|(score, _)| strong_enough(score));
        rank(&mut scored);
        first += usize::from(scored.first().is_some_and(|(_, number)| *number == right));
        in_three += usize::from(scored.iter().take(3).any(|(_, number)| *number == right));
    }
    println!(
        "first {first}, in three {in_three} of {tried}; {} candidates a query",
        scored_candidates / tried
    );
    assert!(first * 100 >= tried * 95, "first {first} of {tried}");
    assert!(
        in_three * 1_000 >= tried * 995,
        "in three {in_three} of {tried}"
    );
}
