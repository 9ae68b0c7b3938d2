//! A young adult stays by the consent that a supplier says, and goes when it is taken back: behind a shield, and while a row waits, too.

use directory::Date;
use directory::lifecycle::{Participation, ParticipationGround};
use directory::shield::Ground;
use directory::statement::{Particulars, SourceKind};
use directory::stay::Stay;
use directory::supplied::{Outcome, Row, Supplier};
use jiff::civil::date;

use crate::practice::{Practice, both, by_name, parse, row};

const BORN: Date = date(2007, 6, 1);
const CONSENTED: Date = date(2026, 3, 1);

fn college() -> Supplier {
    Supplier {
        code: parse("college"),
        kind: SourceKind::Local,
    }
}

fn consents(key: &str, consented: Date) -> Row {
    let mut row = row(key, "Nell", "Tarrant", BORN);
    row.particulars.stay = Some(Stay::Consented(Participation {
        ground: ParticipationGround::CareLeaver,
        consented,
    }));
    row
}

/// What is left of a refused row that says that consent is no more.
pub fn ends(key: &str, stay: Option<Stay>) -> Row {
    Row {
        particulars: Particulars {
            stay,
            ..Particulars::default()
        },
        withdrawn: vec![parse(key)],
        ..row(key, "Nell", "Tarrant", BORN)
    }
}

pub fn accept(practice: &Practice, row: Row) -> Outcome {
    let taken = practice.store.accept(&college(), &[row], practice.now());
    taken.unwrap()[0]
}

fn is_found(practice: &Practice) -> bool {
    let sam = practice.session("sam");
    !practice
        .shown(&sam, by_name("Nell", "Tarrant", BORN))
        .is_empty()
}

#[test]
fn r22_r23_a_young_adult_is_found_while_consent_stands_and_no_longer() {
    both(|practice| {
        assert_eq!(
            accept(practice, consents("1", CONSENTED)),
            Outcome::Accepted
        );
        assert!(is_found(practice));
        assert_eq!(
            accept(practice, consents("1", CONSENTED)),
            Outcome::Unchanged
        );
        for stay in [None, Some(Stay::Withdrawn), None] {
            assert_eq!(accept(practice, ends("1", stay)), Outcome::TakenBack);
            assert!(!is_found(practice));
        }
        // A late file that still says the same consent brings nobody back (C8).
        accept(practice, consents("1", CONSENTED));
        assert!(!is_found(practice));
        let other = Supplier {
            code: parse("other"),
            kind: SourceKind::Local,
        };
        let late = [consents("9", CONSENTED)];
        let taken = practice.store.accept(&other, &late, practice.now());
        assert_eq!(taken.unwrap(), [Outcome::Accepted]);
        assert!(!is_found(practice), "nor does another supplier's");
        let later = practice.after_seconds(3 * 86_400);
        let again = consents("1", later.today.yesterday().unwrap());
        let taken = practice.store.accept(&college(), &[again], later).unwrap();
        assert_eq!(taken, [Outcome::Accepted]);
        assert!(is_found(practice), "a new consent counts");
    });
}

#[test]
fn c8_only_a_consent_of_their_own_ends_by_silence_and_every_one_by_taking_it_back() {
    both(|practice| {
        accept(practice, consents("1", CONSENTED));
        let mut of_nhs = consents("n", CONSENTED);
        of_nhs.particulars.stay = None;
        practice.accept(&[of_nhs]);
        practice.accept(&[ends("n", None)]);
        assert!(is_found(practice), "it never said that they stay");
        practice.accept(&[consents("n", CONSENTED)]);
        practice.accept(&[ends("n", Some(Stay::Withdrawn))]);
        assert!(!is_found(practice), "whoever said so before");
    });
}

#[test]
fn x5_f1_behind_a_shield_consent_taken_back_is_heard_and_the_shield_guards_on() {
    both(|practice| {
        accept(practice, consents("1", CONSENTED));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Nell", "Tarrant", BORN));
        let placed = practice
            .store
            .shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        placed.unwrap().unwrap();
        assert_eq!(
            accept(practice, ends("1", Some(Stay::Withdrawn))),
            Outcome::TakenBack,
            "the same words as without a shield (X2)"
        );
        assert!(!is_found(practice));
        let other = Supplier {
            code: parse("other"),
            kind: SourceKind::Local,
        };
        let again = consents("9", CONSENTED);
        practice
            .store
            .accept(&other, &[again], practice.now())
            .unwrap();
        assert!(!is_found(practice), "no second record without the shield");
        assert_eq!(practice.store.rows_waiting().unwrap(), 0, "nor a question");
    });
}

#[test]
fn x5_consent_taken_back_while_its_row_waits_ends_the_waiting() {
    both(|practice| {
        accept(practice, consents("1", CONSENTED));
        let mut other = consents("1", CONSENTED);
        other.particulars.name = row("1", "Nella", "Okonkwo", BORN).particulars.name;
        let both = [consents("1", CONSENTED), other];
        let taken = practice
            .store
            .accept(&college(), &both, practice.now())
            .unwrap();
        assert_eq!(taken[1], Outcome::Waiting);
        assert_eq!(practice.store.rows_waiting().unwrap(), 1);
        accept(practice, ends("1", None));
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        assert!(!is_found(practice));
    });
}
