//! Which values are taken for stand-ins of what is not known, and which are honest however many records share them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use matching::link::{Builder, Column, Kind, Rows, Schema, Table};

const PEOPLE: usize = 4_000;

/// Date, postcode and number of a person.
type Values = [String; 3];

/// A file of people of whom `of` says the values.
fn table(people: usize, of: impl Fn(usize) -> Values) -> Table {
    let columns = [
        ("given", Kind::GivenName),
        ("family", Kind::FamilyName),
        ("born", Kind::Date),
        ("postcode", Kind::Postcode),
        ("number", Kind::Identifier),
    ];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let source = builder.source("file", Rows::MayRepeat);
    for person in 0..people {
        let [born, postcode, number] = of(person);
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 20).unwrap());
        let given = format!("{}o{}", letter(person), letter(person / 20));
        // A third of the people have one family name.
        let family = match person % 3 {
            0 => "Singh".to_owned(),
            _ => format!("Sm{}th{}", letter(person / 3), letter(person / 60)),
        };
        let fields = [&given, &family, &born, &postcode, &number];
        let fields = fields.map(String::as_str);
        builder.push(person as u64, source, &fields).unwrap();
    }
    builder.finish().unwrap()
}

fn day(person: usize) -> String {
    let (month, day) = (1 + person / 18 % 12, 1 + person / 216 % 28);
    format!("{}-{month:02}-{day:02}", 2000 + person % 18)
}

fn postcode(person: usize) -> String {
    format!("LS{} {}AB", 1 + person % 29, person % 10)
}

fn born(of: impl Fn(usize) -> String) -> impl Fn(usize) -> Values {
    move |person| [of(person), postcode(person), String::new()]
}

fn at(of: impl Fn(usize) -> &'static str) -> impl Fn(usize) -> Values {
    move |person| {
        let place = match of(person) {
            "" => postcode(person),
            place => place.to_owned(),
        };
        [day(person), place, String::new()]
    }
}

fn told(table: &Table) -> Vec<(&str, &str, u64)> {
    let stand_ins = table.stand_ins().iter();
    stand_ins
        .map(|one| (one.column.as_str(), one.value.as_str(), one.records))
        .collect()
}

#[test]
fn days_postcodes_and_numbers_that_stand_for_nothing_are_told() {
    let table = table(PEOPLE, |person| {
        let born = match person % 50 {
            0..5 => "01/01/1900".to_owned(),
            5 => "2000-01-01".to_owned(),
            _ => day(person),
        };
        let postcode = match person % 20 {
            3 | 7 => "ZZ99 3VZ".to_owned(),
            _ => postcode(person),
        };
        let number = match person % 10 {
            1 => "1234567890".to_owned(),
            _ => format!("77{person:05}"),
        };
        [born, postcode, number]
    });
    let expected = [
        ("born", "1900-01-01", 400),
        ("born", "2000-01-01", 80),
        ("postcode", "ZZ993VZ", 400),
        ("number", "1234567890", 400),
    ];
    assert_eq!(told(&table), expected);
    assert!(table.stand_ins().iter().all(|one| one.filled == 4_000));
}

#[test]
fn days_that_many_honestly_share_are_left_alone() {
    let in_one_year = |person| format!("2011-{:02}-{:02}", 1 + person % 12, 1 + person % 28);
    let in_one_week = |person| match person % 40 {
        0 => day(person),
        _ => format!("1958-03-{:02}", 3 + person % 7),
    };
    let of_some = |stand_in: &'static str| {
        move |person: usize| match person % 10 {
            0 => stand_in.to_owned(),
            _ => day(person),
        }
    };
    let all = |_| "1970-04-05".to_owned();
    let left_alone = [
        ("one school year", table(PEOPLE, born(in_one_year))),
        ("one day", table(PEOPLE, born(all))),
        (
            "a cohort of one week, and slips",
            table(PEOPLE, born(in_one_week)),
        ),
        ("years alone", table(PEOPLE, born(of_some("1900")))),
        ("few people", table(150, born(of_some("1900-01-01")))),
    ];
    for (name, table) in &left_alone {
        assert_eq!(told(table), [], "{name}");
    }
}

#[test]
fn postcodes_that_many_honestly_share_are_left_alone() {
    let hospital = |person| {
        if person % 30 == 0 {
            "LS1 3EX"
        } else {
            "LS9 7TF"
        }
    };
    let flats = |person| if person % 40 == 0 { "LS2 2ZZ" } else { "" };
    let left_alone = [
        ("two hospitals", table(PEOPLE, at(hospital))),
        ("a block of flats", table(PEOPLE, at(flats))),
    ];
    for (name, table) in &left_alone {
        assert_eq!(told(table), [], "{name}");
    }
}

#[test]
fn a_person_who_is_on_file_again_and_again_is_no_stand_in() {
    let columns = [("born", Kind::Date), ("number", Kind::Identifier)];
    let columns = columns.map(|(name, kind)| Column::new(name, kind));
    let mut builder = Builder::new(Schema::new(columns.to_vec()).unwrap());
    let source = builder.source("visits", Rows::MayRepeat);
    for visit in 0..2_000_usize {
        let person = if visit % 10 == 0 { 0 } else { visit };
        let fields = [day(person), format!("5{person}")];
        let fields = fields.each_ref().map(String::as_str);
        builder.push(visit as u64, source, &fields).unwrap();
    }
    assert_eq!(told(&builder.finish().unwrap()), []);
}
