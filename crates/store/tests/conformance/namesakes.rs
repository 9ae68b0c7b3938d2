//! A row that waits behind a shield guards as far as it is probable that it is of the child: whoever has the child's name is held, and not
//! whoever is only like one of those (F1). It is answered alike whether anybody is shielded or not (X2).

use directory::Date;
use directory::row::Waits;
use directory::shield::Ground;
use directory::supplied::{Outcome, Restriction, Row};
use jiff::ToSpan as _;
use jiff::civil::date;

use crate::practice::{Practice, by_name, nhs, row, with_nhs_number};
use crate::review::{staffed, waiting};
use crate::twins::{Child, Drawn, Names, at, child, furnished, refreshed, told};

const BORN: Date = date(2012, 3, 8);

fn shield_maya(practice: &Practice) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
    let (store, now) = (&practice.store, practice.now());
    let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, now);
    placed.unwrap().unwrap();
}

/// Others of her name, each born somewhat later than the one before and at home elsewhere.
fn namesake(place: usize) -> Row {
    let born = BORN.saturating_add((place as i64 * 2).days());
    let mut row = row(&format!("n{place}"), "Maya", "Hollis", born);
    at(&mut row, place + 30, "LS");
    row.particulars.education = None;
    row.particulars.primary_care = None;
    row
}

fn held(practice: &Practice) -> u64 {
    waiting(practice, &practice.session("sam"), Waits::Held)
}

#[test]
fn f1_who_is_like_somebody_who_is_hardly_the_child_is_in_the_directory() {
    staffed(|practice| {
        shield_maya(practice);
        for place in 1..9 {
            practice.accept(&[namesake(place)]);
        }
        eprintln!("held {}", held(practice));
        assert!((1..8).contains(&held(practice)), "{}", held(practice));
        let jane = practice.session("jane");
        let last = BORN.saturating_add(16.days());
        let found = practice.shown(&jane, by_name("Maya", "Hollis", last));
        assert_eq!(found.len(), 1);
    });
}

#[test]
fn f1_who_is_like_somebody_with_the_childs_number_is_held() {
    staffed(|practice| {
        shield_maya(practice);
        let number = "9434765919";
        practice.accept(&[with_nhs_number(row("1", "Maya", "Hollis", BORN), number)]);
        practice.accept(&[with_nhs_number(namesake(7), number)]);
        assert_eq!(held(practice), 1);
        practice.accept(&[namesake(8)]);
        assert_eq!(held(practice), 2, "what is certainly of the child guards as the child does");
    });
}

#[test]
fn c20_who_is_like_a_row_that_its_source_restricts_is_held() {
    staffed(|practice| {
        shield_maya(practice);
        practice.accept(&[namesake(1)]);
        let before = held(practice);
        let mut restricted = namesake(1);
        restricted.restriction = Restriction::AtSource;
        restricted.confirmed = date(2026, 11, 9);
        practice.accept(&[restricted]);
        practice.accept(&[namesake(2)]);
        practice.accept(&[namesake(3)]);
        eprintln!("{before} held {}", held(practice));
    });
}

/// Somebody else of the same name: born somewhat later, at home elsewhere.
fn other(child: &Child, drawn: &mut Drawn) -> Child {
    Child {
        place: child.place + 1_000,
        house: child.house + 100,
        given: child.given,
        family: child.family.clone(),
        born: child.born.saturating_add(drawn.of(&[1, 2, 9, 30, 365]).days()),
        number: None,
    }
}

#[test]
fn x2_who_is_like_a_row_that_waits_is_answered_as_if_no_child_were_shielded() {
    for seed in [0x5eed, 0xfeed, 0xcafe] {
        let (open, shielded) = (Practice::sqlite(), Practice::sqlite());
        let mut drawn = Drawn(seed);
        let children: Vec<Child> = (0..24)
            .map(|place| child(place, Names::Many, &mut drawn))
            .collect();
        furnished((&open, &shielded), &children);
        for first in &children {
            let second = other(first, &mut drawn);
            let third = other(&second, &mut drawn);
            let mut sent = Vec::new();
            for step in 0..9 {
                let of = drawn.of(&[first, &second, &second, &third, &third]);
                let (supplier, row) = refreshed(of, 2 + step, &mut drawn);
                sent.push(told(&supplier, &row));
                let rows = std::slice::from_ref(&row);
                let expected = open.store.accept(&supplier, rows, open.now()).unwrap();
                let answered = shielded.store.accept(&supplier, rows, shielded.now());
                assert_eq!(answered.unwrap(), expected, "{seed:x}\n{}", sent.join("\n"));
            }
        }
    }
}
