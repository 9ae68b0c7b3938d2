//! Two directories that are given the same rows, in one of which the children are shielded: nothing that is answered tells them apart (X2).

use directory::Date;
use directory::access::Refusal;
use directory::address::AddressState;
use directory::name::Name;
use directory::run::{Reach, Run};
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use directory::text::{self, NamePart};
use jiff::ToSpan as _;
use jiff::civil::date;

use crate::practice::*;
use crate::runs;

/// Numbers that look drawn, the same at every run.
pub struct Drawn(pub u64);

impl Drawn {
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    pub fn of<T: Copy>(&mut self, each: &[T]) -> T {
        each[self.below(each.len())]
    }

    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

const GIVEN: [&str; 8] = [
    "Maya", "Yusuf", "Eleri", "Tom", "Amina", "Kwame", "Ines", "Oskar",
];
const FAMILY: [&str; 8] = [
    "Hollis",
    "Okonkwo",
    "Trevelyan",
    "Marsh",
    "Quillington",
    "Nowak",
    "Adeyemi",
    "Pritchard",
];
const ENDING: [&str; 4] = ["", "son", "worth", "bury"];

/// An NHS number with its right last digit: the next from here on that has one.
pub fn nhs_number(place: usize) -> String {
    let right = |first: usize| {
        let digits = format!("{:09}", 943_400_000 + first);
        let weighed = digits.bytes().zip((2..=10).rev());
        let sum: usize = weighed
            .map(|(digit, weight)| usize::from(digit - b'0') * weight)
            .sum();
        match 11 - sum % 11 {
            10 => None,
            last => Some(format!("{digits}{}", last % 11)),
        }
    };
    (place * 3..).find_map(right).unwrap()
}

/// How many of the children share names and homes.
#[derive(Clone, Copy, PartialEq)]
pub enum Names {
    Many,
    Few,
}

/// A child as their first rows say.
pub struct Child {
    pub place: usize,
    pub house: usize,
    pub given: &'static str,
    pub family: String,
    pub born: Date,
    pub number: Option<String>,
}

pub fn child(place: usize, names: Names, drawn: &mut Drawn) -> Child {
    let (house, family) = match names {
        Names::Many => (place, place),
        Names::Few => (place % 12, place % 4),
    };
    Child {
        place,
        house,
        given: drawn.of(&GIVEN),
        family: FAMILY[family % FAMILY.len()].to_owned()
            + ENDING[family / FAMILY.len() % ENDING.len()],
        born: date(2009, 1, 3).saturating_add((place as i64 * 17).days()),
        number: drawn.once_in(3).then(|| nhs_number(place)),
    }
}

pub fn suppliers() -> [Supplier; 3] {
    let supplier = |code: &str, kind| Supplier {
        code: parse(code),
        kind,
    };
    [
        nhs(),
        supplier("census", SourceKind::Census),
        supplier("housing", SourceKind::Local),
    ]
}

pub fn first_row(child: &Child) -> Row {
    let mut first = row(
        &format!("k{}", child.place),
        child.given,
        &child.family,
        child.born,
    );
    at(&mut first, child.house, "BS");
    if let Some(number) = &child.number {
        first = with_nhs_number(first, number);
    }
    first
}

/// A home that nobody else has.
pub fn at(row: &mut Row, house: usize, town: &str) {
    let letter = |place: usize| char::from(b"ABDEFGHJ"[place % 8]);
    let ends = (letter(house / 9), letter(house / 72));
    let postcode = format!(
        "{town}{} {}{}{}",
        1 + house / 9 % 9,
        1 + house % 9,
        ends.0,
        ends.1
    );
    if let Some(residence) = &mut row.particulars.residence
        && let AddressState::Current(address) = &mut residence.state
    {
        address.lines[0] = parse(&format!("{house} High Street"));
        address.postcode = text::postcode(&postcode).ok();
        assert!(address.postcode.is_some());
    }
}

fn misspelt(name: &str, drawn: &mut Drawn) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let place = 1 + drawn.below(letters.len() - 1);
    match drawn.below(3) {
        0 => drop(letters.remove(place)),
        1 => letters.insert(place, letters[place]),
        _ => letters[place] = 'x',
    }
    letters.into_iter().collect()
}

/// A row that may be of the child, more or less.
pub fn refreshed(child: &Child, day: i8, drawn: &mut Drawn) -> (Supplier, Row) {
    let supplier = drawn.of(&[0, 0, 1, 2]);
    let key = match (supplier, drawn.below(3)) {
        (0, 0) => format!("k{}", child.place),
        (_, other) => format!("n{other}-{}", child.place),
    };
    let mut again = first_row(child);
    again.key = parse(&key);
    again.confirmed = date(2026, 11, day);
    let (mut given, mut family) = (child.given.to_owned(), child.family.clone());
    match drawn.below(9) {
        0 => given = misspelt(&given, drawn),
        1 => family = misspelt(&family, drawn),
        2 => (given, family) = (misspelt(&given, drawn), misspelt(&family, drawn)),
        3 => std::mem::swap(&mut given, &mut family),
        4 => family = drawn.of(&FAMILY).to_owned(),
        5 => given = drawn.of(&GIVEN).to_owned(),
        _ => {}
    }
    let said = &mut again.particulars;
    said.name = Some(Name {
        given: NamePart::parse(&given).ok(),
        family: parse(&family),
    });
    if drawn.once_in(6) {
        said.born = Some(child.born.saturating_add(drawn.of(&[1, 30, 365]).days()));
    }
    if drawn.once_in(5) {
        said.born = None;
    }
    match drawn.below(5) {
        0 => said.residence = None,
        1 => at(&mut again, child.house + 7, "SW"),
        _ => {}
    }
    let said = &mut again.particulars;
    if drawn.once_in(2) {
        (said.education, said.primary_care) = (None, None);
    }
    if drawn.once_in(4) {
        said.other_numbers.clear();
    }
    if drawn.once_in(8) {
        said.other_numbers.clear();
        again = with_nhs_number(again, &nhs_number(child.place + 500));
    }
    if drawn.once_in(25) {
        again.particulars.name = None;
    }
    (suppliers()[supplier].clone(), again)
}

/// The same children in both; every other of them is shielded in the second.
pub fn furnished((open, shielded): (&Practice, &Practice), children: &[Child]) {
    let rows: Vec<Row> = children.iter().map(first_row).collect();
    assert_eq!(open.accept(&rows), shielded.accept(&rows));
    for some in children.chunks(8) {
        let sam = shielded.session("sam");
        for child in some.iter().filter(|child| child.place % 2 == 0) {
            let reference = shielded.opened(&sam, by_name(child.given, &child.family, child.born));
            let placed =
                shielded
                    .store
                    .shield(&sam, &reference, Ground::FleeingAbuse, shielded.now());
            // One who is too much like a child before is shielded with that child already (F1).
            assert!(matches!(placed.unwrap(), Ok(()) | Err(Refusal::AlreadySo)));
        }
    }
}

/// Sends rows to both, and gives what differs in the answers.
fn differences(
    (open, shielded): (&Practice, &Practice),
    (names, children, each, seed): (Names, usize, usize, u64),
) -> (usize, Vec<String>) {
    let mut drawn = Drawn(seed);
    let children: Vec<Child> = (0..children)
        .map(|place| child(place, names, &mut drawn))
        .collect();
    furnished((open, shielded), &children);
    let (mut sent, mut differing) = (0, Vec::new());
    for child in &children {
        let mut history: Vec<(Supplier, Row)> = Vec::new();
        for step in 0..each {
            let day = i8::try_from(2 + step).unwrap();
            let (supplier, row) = if step > 0 && drawn.once_in(5) {
                let (supplier, mut row) = history[drawn.below(history.len())].clone();
                if drawn.once_in(2) {
                    row.confirmed = date(2026, 11, day);
                }
                (supplier, row)
            } else {
                refreshed(child, day, &mut drawn)
            };
            let now = open.now();
            let expected = open
                .store
                .accept(&supplier, std::slice::from_ref(&row), now)
                .unwrap();
            let answered = shielded
                .store
                .accept(&supplier, std::slice::from_ref(&row), now);
            let answered = answered.unwrap();
            sent += 1;
            history.push((supplier, row));
            if answered != expected {
                let told: Vec<String> = history
                    .iter()
                    .map(|(supplier, row)| told(supplier, row))
                    .collect();
                differing.push(format!(
                    "{} {} {} {:?}: {expected:?} and behind a shield {answered:?}\n  {}",
                    child.given,
                    child.family,
                    child.born,
                    child.number,
                    told.join("\n  ")
                ));
                break;
            }
        }
    }
    (sent, differing)
}

pub fn told(supplier: &Supplier, row: &Row) -> String {
    let said = &row.particulars;
    let name = said.name.as_ref().map(ToString::to_string);
    let home = said.residence.as_ref().map(|it| format!("{:?}", it.state));
    format!(
        "{} {} {} {name:?} {:?} {home:?} {:?} {}",
        supplier.code,
        row.key,
        row.confirmed,
        said.born,
        said.other_numbers,
        said.education.is_some()
    )
}

#[test]
fn x2_rows_are_answered_as_they_would_be_if_no_child_were_shielded() {
    let pairs = [
        (
            (Practice::sqlite(), Practice::sqlite()),
            (Names::Many, 60, 6, 0x5eed),
        ),
        (
            (Practice::sqlite(), Practice::sqlite()),
            (Names::Few, 40, 6, 0x5eed),
        ),
        (
            (Practice::postgres(), Practice::postgres()),
            (Names::Many, 12, 6, 0xfeed),
        ),
    ];
    for ((open, shielded), sizes) in pairs {
        let (sent, differing) = differences((&open, &shielded), sizes);
        println!(
            "{sent} rows, {} children answered otherwise",
            differing.len()
        );
        let said = differing.join("\n");
        assert!(differing.is_empty(), "{said}");
    }
}

#[test]
fn x2_rows_of_one_batch_are_answered_as_they_would_be_if_no_child_were_shielded() {
    let (open, shielded) = (Practice::sqlite(), Practice::sqlite());
    let mut drawn = Drawn(0xba7c);
    let children: Vec<Child> = (0..36)
        .map(|place| child(place, Names::Many, &mut drawn))
        .collect();
    furnished((&open, &shielded), &children);
    for (some, day) in children.chunks(6).zip(2..) {
        for supplier in suppliers() {
            let mut rows: Vec<Row> = Vec::new();
            for child in some.iter().cycle().take(30) {
                let (of, row) = refreshed(child, day, &mut drawn);
                if of.code == supplier.code {
                    rows.push(row);
                }
            }
            let expected = open.store.accept(&supplier, &rows, open.now()).unwrap();
            let answered = shielded.store.accept(&supplier, &rows, shielded.now());
            let told: Vec<String> = rows.iter().map(|row| told(&supplier, row)).collect();
            assert_eq!(answered.unwrap(), expected, "{}", told.join("\n"));
        }
    }
}

#[test]
fn x2_after_a_run_is_taken_back_its_held_row_is_answered_as_if_no_child_were_shielded() {
    let pairs = [
        (Practice::sqlite(), Practice::sqlite()),
        (Practice::postgres(), Practice::postgres()),
    ];
    for (open, shielded) in pairs {
        for practice in [&open, &shielded] {
            runs::load(practice, &runs::file(Reach::Delta, 1, [0, 1]));
        }
        runs::shield(&shielded, 1);
        // The same child under another key of the supplier, as a run and later as a row.
        let again = Row {
            confirmed: date(2026, 11, 2),
            ..runs::child("k9", 1)
        };
        let answers = [&open, &shielded].map(|practice| {
            let rows = vec![again.clone()];
            let run = runs::load(
                practice,
                &runs::File {
                    rows: rows.clone(),
                    ..runs::file(Reach::Delta, 2, [])
                },
            );
            let before = practice.accept(&rows);
            runs::take_back(practice, run.id);
            let run = run.totals;
            (run.accepted, run.waiting, before, practice.accept(&rows))
        });
        assert_eq!(answers[0], answers[1]);
    }
}

/// What a supplier hears of a run.
fn heard(run: &Run) -> [u64; 5] {
    let totals = &run.totals;
    [
        totals.read,
        totals.accepted,
        totals.unchanged,
        totals.waiting,
        totals.refused,
    ]
}

fn pairs() -> [(Practice, Practice); 2] {
    [
        (Practice::sqlite(), Practice::sqlite()),
        (Practice::postgres(), Practice::postgres()),
    ]
}

/// A child of the first file under another key of the supplier, who is held behind the shield.
fn held_again(day: i8) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        ..runs::child("k9", 1)
    }
}

fn file_of(reach: Reach, day: i8, rows: Vec<Row>) -> runs::File {
    runs::File {
        rows,
        ..runs::file(reach, day, [])
    }
}

#[test]
fn x2_a_held_row_that_a_full_file_leaves_out_is_answered_afterwards_as_if_no_child_were_shielded() {
    for (open, shielded) in pairs() {
        for practice in [&open, &shielded] {
            runs::load(practice, &runs::file(Reach::Full, 1, 0..20));
        }
        runs::shield(&shielded, 1);
        let answers = [&open, &shielded].map(|practice| {
            let mut answers = Vec::new();
            let delta = file_of(Reach::Delta, 2, vec![held_again(2)]);
            answers.push(heard(&runs::load(practice, &delta)));
            let full = runs::load(practice, &runs::file(Reach::Full, 4, 0..20));
            answers.push(heard(&full));
            let said = |day| practice.accept(&[held_again(day)]);
            // It has ended: older words bring nothing back, those of that day or a later one do.
            let mut outcomes = vec![said(2), said(4), said(3)];
            let again = file_of(Reach::Full, 5, runs::file(Reach::Full, 5, 0..20).rows);
            let again = runs::load(practice, &again);
            answers.push(heard(&again));
            runs::take_back(practice, again.id);
            outcomes.extend([said(3), said(2), said(5)]);
            runs::take_back(practice, full.id);
            outcomes.extend([said(1), said(4), said(6)]);
            (answers, outcomes)
        });
        assert_eq!(answers[0], answers[1]);
        let accepted = answers[0]
            .1
            .iter()
            .filter(|one| **one == [Outcome::Accepted]);
        assert!(accepted.count() >= 3, "{:?}", answers[0].1);
    }
}

#[test]
fn x2_what_a_run_only_confirmed_behind_a_shield_is_as_it_was_when_the_run_is_taken_back() {
    for reach in [Reach::Delta, Reach::Full] {
        for (open, shielded) in pairs() {
            for practice in [&open, &shielded] {
                runs::load(practice, &runs::file(Reach::Delta, 1, [0, 1]));
            }
            runs::shield(&shielded, 1);
            let answers = [&open, &shielded].map(|practice| {
                let mut answers = vec![practice.accept(&[held_again(2)])];
                let mut rows = runs::file(reach, 6, [0, 1]).rows;
                rows.push(held_again(6));
                let confirms = runs::load(practice, &file_of(reach, 6, rows));
                if reach == Reach::Full {
                    answers.push(practice.accept(&[held_again(4)]));
                }
                runs::take_back(practice, confirms.id);
                for day in [2, 4, 3, 5] {
                    answers.push(practice.accept(&[held_again(day)]));
                }
                (heard(&confirms), answers)
            });
            assert_eq!(answers[0], answers[1]);
            let first = answers[0].1.iter().skip(1);
            let accepted = first.filter(|one| **one == [Outcome::Accepted]);
            assert_eq!(accepted.count(), if reach == Reach::Full { 1 } else { 2 });
        }
    }
}

/// What happens to both in a story of files.
fn story((open, shielded): (&Practice, &Practice), (children, steps, seed): (usize, usize, u64)) {
    let mut drawn = Drawn(seed);
    let children: Vec<Child> = (0..children)
        .map(|place| child(place, Names::Many, &mut drawn))
        .collect();
    furnished((open, shielded), &children);
    let mut said: Vec<Row> = children.iter().map(first_row).collect();
    let mut told: Vec<String> = Vec::new();
    for step in 0..steps {
        let day = i8::try_from(2 + step % 20).unwrap();
        let mut rows: Vec<Row> = Vec::new();
        for _ in 0..4 {
            let (_, mut row) = refreshed(&children[drawn.below(children.len())], day, &mut drawn);
            if drawn.once_in(3) {
                row = said[drawn.below(said.len())].clone();
                row.confirmed = date(2026, 11, i8::try_from(1 + drawn.below(24)).unwrap());
            }
            rows.push(row);
        }
        said.extend(rows.iter().cloned());
        if drawn.once_in(3) {
            told.extend(
                rows.iter()
                    .map(|row| format!("{step}: {}", self::told(&nhs(), row))),
            );
            let answers = [open, shielded].map(|practice| {
                let now = practice.now();
                let noted = practice.store.note_rows(&nhs(), &rows, now).unwrap();
                let answers = practice.store.accept(&nhs(), &rows, now).unwrap();
                (noted, answers)
            });
            assert_eq!(answers[0], answers[1], "{}", told.join("\n"));
            continue;
        }
        let reach = drawn.of(&[Reach::Delta, Reach::Full]);
        if reach == Reach::Full {
            rows.extend(children.iter().skip(2).map(|child| Row {
                confirmed: date(2026, 11, day),
                ..first_row(child)
            }));
        }
        let file = file_of(reach, day, rows);
        let run = [open, shielded].map(|practice| runs::load(practice, &file));
        told.push(format!("{step}: run {} {reach:?} of {day}", run[0].id.0));
        told.extend(
            file.rows
                .iter()
                .map(|row| format!("  {}", self::told(&nhs(), row))),
        );
        assert_eq!(heard(&run[0]), heard(&run[1]), "{}", told.join("\n"));
    }
}

#[test]
fn x2_files_of_either_reach_are_answered_as_they_would_be_if_no_child_were_shielded() {
    story((&Practice::sqlite(), &Practice::sqlite()), (8, 10, 0xf111));
    story(
        (&Practice::postgres(), &Practice::postgres()),
        (4, 5, 0xde17a),
    );
}
