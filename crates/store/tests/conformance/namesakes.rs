//! A row that waits behind a shield guards as far as it is probable that it is of the child: whoever has the child's name is held, and not
//! whoever is only like one of those (F1). It is answered alike whether anybody is shielded or not (X2).

use directory::Date;
use directory::access::Refusal;
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::Name;
use directory::query::Query;
use directory::record::Shielding;
use directory::row::Waits;
use directory::shield::Ground;
use directory::statement::Said;
use directory::supplied::{Restriction, Row};
use directory::text::NamePart;
use jiff::ToSpan as _;
use jiff::civil::date;
use store::Verdict;

use crate::practice::{Practice, by_name, parse, reason, row, with_nhs_number};
use crate::review::{decide, shown, staffed, taken_up, waiting};
use crate::twins::{Child, Drawn, Names, at, child, furnished, refreshed, told};

const BORN: Date = date(2012, 3, 8);

fn shield_maya(practice: &Practice) {
    let maya = row("1", "Maya", "Hollis", BORN);
    practice.accept(std::slice::from_ref(&maya));
    shield(practice, &maya);
}

fn shield(practice: &Practice, of: &Row) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query(of));
    let (store, now) = (&practice.store, practice.now());
    let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, now);
    // Who is much like a child before is shielded with that child already (F1).
    assert!(matches!(placed.unwrap(), Ok(()) | Err(Refusal::AlreadySo)));
}

fn query(of: &Row) -> Query {
    let name = of.particulars.name.as_ref().unwrap();
    let given = name.given.as_ref().unwrap().as_str();
    by_name(given, name.family.as_str(), of.particulars.born.unwrap())
}

/// How many open records a search for the name and birthday of a row finds.
fn found(practice: &Practice, of: &Row) -> usize {
    let jane = practice.session("jane");
    let (store, now) = (&practice.store, practice.now());
    let found = store.search(&jane, reason(&jane), query(of), now);
    let children = found.unwrap().unwrap().children;
    let open = children.iter().map(|child| child.disclosure.shielding());
    open.filter(|one| *one == Shielding::None).count()
}

fn working() -> Said {
    Said::Involvement(Box::new(Involvement {
        practitioner: Practitioner {
            name: Name {
                given: NamePart::parse("Jane").ok(),
                family: parse("Smith"),
            },
            job_title: parse("Mentor"),
            organisation: parse("Example Mentoring"),
            telephone: None,
            email: None,
        },
        service: parse("mentoring"),
        period: Period::Current { since: None },
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    }))
}

/// Others of her name, each born somewhat later than the one before and at home elsewhere.
fn namesake(place: usize) -> Row {
    let born = BORN.saturating_add((place as i64 * 7).days());
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
        assert!((1..8).contains(&held(practice)), "{}", held(practice));
        assert_ne!(found(practice, &namesake(8)), 0);
    });
}

#[test]
fn f1_who_is_like_somebody_with_the_childs_number_is_held() {
    staffed(|practice| {
        let numbered = |row| with_nhs_number(row, "9434765919");
        practice.accept(&[numbered(row("1", "Maya", "Hollis", BORN))]);
        shield_maya(practice);
        practice.accept(&[numbered(namesake(7))]);
        practice.accept(&[namesake(8)]);
        assert_eq!(
            found(practice, &namesake(8)),
            0,
            "what certainly is of the child guards as the child does"
        );
    });
}

#[test]
fn f1_who_is_like_somebody_with_a_key_of_the_childs_worker_is_held() {
    staffed(|practice| {
        let mut known = row("1", "Maya", "Hollis", BORN);
        known.also.push((parse("w"), working()));
        practice.accept(&[known]);
        shield_maya(practice);
        // The supplier gives the child another key, name and home, and the same worker.
        let renamed = |key: &str, given: &str| {
            let mut row = row(key, given, "Quillington", BORN);
            at(&mut row, 70, "SW");
            row
        };
        let mut rekeyed = renamed("2", "Ruth");
        rekeyed.also.push((parse("w"), working()));
        practice.accept(&[rekeyed]);
        assert_eq!(held(practice), 1);
        let mut misspelt = renamed("3", "Rut");
        misspelt.particulars.gender = None;
        practice.accept(&[misspelt.clone()]);
        assert_eq!(found(practice, &misspelt), 0);
    });
}

#[test]
fn f1_a_row_without_a_name_ties_what_has_its_number_to_the_child() {
    staffed(|practice| {
        shield_maya(practice);
        let numbered = |row| with_nhs_number(row, "9434765919");
        let mut nameless = numbered(row("1", "Maya", "Hollis", BORN));
        nameless.particulars.name = None;
        practice.accept(&[nameless]);
        let renamed = |key: &str, given: &str| {
            let mut row = row(key, given, "Quillington", BORN);
            at(&mut row, 70, "SW");
            row
        };
        practice.accept(&[numbered(renamed("2", "Ruth"))]);
        let mut misspelt = renamed("3", "Rut");
        misspelt.particulars.gender = None;
        practice.accept(&[misspelt.clone()]);
        assert_eq!(found(practice, &misspelt), 0);
    });
}

#[test]
fn f1_a_row_guards_everybody_whom_it_may_be_of() {
    staffed(|practice| {
        // Two of one name: whichever was there first, the row is of the second, who has moved.
        practice.accept(&[namesake(0), namesake(3)]);
        for place in [0, 3] {
            shield(practice, &namesake(place));
        }
        let at_new_home = |key: &str, place| {
            let mut row = namesake(place);
            row.key = parse(key);
            at(&mut row, 70, "SW");
            row
        };
        practice.accept(&[at_new_home("m", 3)]);
        let later = at_new_home("l", 9);
        practice.accept(std::slice::from_ref(&later));
        assert_eq!(found(practice, &later), 0);
    });
}

#[test]
fn c20_who_is_like_a_row_that_its_source_restricts_is_held() {
    for restriction in [Restriction::None, Restriction::AtSource] {
        staffed(|practice| {
            shield_maya(practice);
            practice.accept(&[Row {
                restriction,
                ..namesake(3)
            }]);
            assert_eq!(held(practice), 1);
            practice.accept(&[namesake(6)]);
            let is_open = found(practice, &namesake(6)) > 0;
            assert_eq!(is_open, restriction == Restriction::None);
        });
    }
}

#[test]
fn c20_what_waits_guards_as_restricted_once_its_source_restricts_it() {
    staffed(|practice| {
        shield_maya(practice);
        practice.accept(&[namesake(3)]);
        practice.accept(&[Row {
            restriction: Restriction::OfRefused,
            ..namesake(3)
        }]);
        practice.accept(&[namesake(6)]);
        assert_eq!(found(practice, &namesake(6)), 0);
    });
}

#[test]
fn f1_open_records_like_what_is_linked_to_a_shielded_child_are_shielded() {
    staffed(|practice| {
        shield_maya(practice);
        practice.accept(&[namesake(3), namesake(6)]);
        assert_ne!(found(practice, &namesake(6)), 0);
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        decide(practice, &sam, (Waits::Held, &reference), &link).unwrap();
        assert_eq!(found(practice, &namesake(6)), 0);
    });
}

/// Somebody else of the same name: born somewhat later, at home elsewhere.
fn other(child: &Child, drawn: &mut Drawn) -> Child {
    Child {
        place: child.place + 1_000,
        house: child.house + 100,
        given: child.given,
        family: child.family.clone(),
        born: child
            .born
            .saturating_add(drawn.of(&[1, 2, 9, 30, 365]).days()),
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
