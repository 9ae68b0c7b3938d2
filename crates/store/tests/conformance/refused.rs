//! A row that was refused for a fault takes back what consent has ended for, and nothing else that waits.

use directory::child::{SensitiveServices, View};
use directory::organisation::Sector;
use directory::row::Waits;
use directory::run::Reach;
use directory::shield::Ground;
use directory::statement::{Particulars, Said, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text;
use jiff::civil::date;
use store::Verdict;

use crate::practice::{Practice, by_name, parse, reason, row};
use crate::review::{decide, shown, staffed, taken_up, waiting};
use crate::runs::{clinic, file, load, take_back};

const BORN: directory::Date = date(2016, 3, 1);

fn accept(practice: &Practice, row: Row) -> Outcome {
    let mixed = Supplier {
        code: parse("mixed"),
        kind: SourceKind::Local,
    };
    let taken = practice.store.accept(&mixed, &[row], practice.now());
    taken.unwrap()[0]
}

fn of_nhs(practice: &Practice, row: Row) -> Outcome {
    practice.accept(&[row])[0]
}

/// Alike, and not exactly.
fn vague(key: &str, given: &str, family: &str) -> Row {
    let mut row = row(key, given, family, BORN);
    row.particulars.residence = None;
    row
}

fn with_consent(practice: &Practice, row: Row) -> Row {
    let clinic = clinic(practice, 5);
    let (_, involvement) = clinic.rows[0].also[0].clone();
    assert!(matches!(involvement, Said::Sensitive(_)));
    let key = format!("{}-h", row.key);
    Row {
        also: vec![(parse(&key), involvement)],
        ..row
    }
}

/// A row with a typing error, and an involvement without consent.
fn refused(key: &str) -> Row {
    Row {
        particulars: Particulars::default(),
        withdrawn: vec![parse(&format!("{key}-h"))],
        ..row(key, "Maya", "Hollis", BORN)
    }
}

/// How many rows wait for data officers, and for shielding officers.
fn waits(practice: &Practice) -> (u64, u64) {
    let (dora, sam) = (practice.session("dora"), practice.session("sam"));
    (
        waiting(practice, &dora, Waits::Review),
        waiting(practice, &sam, Waits::Held),
    )
}

/// A child who is known, and one who is shielded.
fn known(practice: &Practice) {
    practice.accept(&[
        row("1", "Maya", "Hollis", BORN),
        row("5", "Amina", "Hussain", BORN),
    ]);
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
    let placed = practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
    placed.unwrap().unwrap();
}

fn feeds_a_sector(practice: &Practice) {
    let mixed = Supplier {
        code: parse("mixed"),
        kind: SourceKind::Local,
    };
    let totals = directory::event::Totals::default();
    practice
        .store
        .supplied(&mixed, Some(Sector::Health), totals, practice.now())
        .unwrap();
}

/// The key of the held row comes with other names at another address.
fn renamed(key: &str) -> Row {
    let mut renamed = row(key, "Ottilie", "Quillington", BORN);
    renamed.confirmed = date(2026, 11, 9);
    renamed.particulars.education = None;
    if let Some(residence) = &mut renamed.particulars.residence
        && let directory::address::AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode("SW1A 2AA").ok();
    }
    renamed
}

fn is_found(practice: &Practice, given: &str, family: &str) -> bool {
    let jane = practice.session("jane");
    let query = by_name(given, family, BORN);
    let found = practice
        .store
        .search(&jane, reason(&jane), query, practice.now());
    let children = found.unwrap().unwrap().children;
    let is_called = |view: &View| {
        let name = view.name();
        name.is_some_and(|name| name.family == parse(family))
    };
    children.iter().any(|one| is_called(one.disclosure.view()))
}

#[test]
fn f1_a_refused_row_leaves_what_waits_under_its_key_and_the_guard_of_it() {
    staffed(|practice| {
        known(practice);
        of_nhs(practice, vague("k", "Maya", "Hollis"));
        assert_eq!(
            of_nhs(practice, vague("r", "Amina", "Hussain")),
            Outcome::Waiting
        );
        assert_eq!(waits(practice), (1, 1));
        for key in ["k", "r"] {
            assert_eq!(of_nhs(practice, refused(key)), Outcome::TakenBack);
        }
        assert_eq!(waits(practice), (1, 1));
        of_nhs(practice, renamed("k"));
        assert_eq!(waits(practice), (1, 1));
        assert!(!is_found(practice, "Ottilie", "Quillington"));
    });
}

#[test]
fn x5_f1_of_a_row_that_waits_exactly_what_is_taken_back_goes_if_its_supplier_feeds_a_sector() {
    staffed(|practice| {
        known(practice);
        feeds_a_sector(practice);
        accept(
            practice,
            with_consent(practice, vague("k", "Maya", "Hollis")),
        );
        let doubtful = with_consent(practice, vague("r", "Amina", "Hussain"));
        assert_eq!(accept(practice, doubtful), Outcome::Waiting);
        assert_eq!(waits(practice), (1, 1));
        for key in ["k", "r"] {
            assert_eq!(accept(practice, refused(key)), Outcome::TakenBack);
        }
        assert_eq!(waits(practice), (1, 1));
        // Decided now, it says nothing of the service.
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        let linked = decide(practice, &dora, (Waits::Review, &reference), &link);
        assert_eq!(linked, Ok(()));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Amina", "Hussain", BORN));
        let seen = practice.store.disclose(&sam, &reference, practice.now());
        let View::Whole(child) = seen.unwrap().unwrap().view().clone() else {
            panic!("an open child")
        };
        assert_eq!(child.sensitive_services, SensitiveServices::None);
        accept(practice, renamed("k"));
        assert_eq!(waits(practice), (0, 1));
        assert!(!is_found(practice, "Ottilie", "Quillington"));
    });
}

#[test]
fn r28_of_a_row_that_may_be_a_sensitive_services_own_nothing_waits_without_consent() {
    staffed(|practice| {
        known(practice);
        accept(
            practice,
            with_consent(practice, vague("k", "Maya", "Hollis")),
        );
        let doubtful = with_consent(practice, vague("r", "Amina", "Hussain"));
        assert_eq!(accept(practice, doubtful), Outcome::Waiting);
        assert_eq!(waits(practice), (1, 1));
        for key in ["k", "r"] {
            assert_eq!(accept(practice, refused(key)), Outcome::TakenBack);
        }
        assert_eq!(waits(practice), (0, 0));
    });
}

#[test]
fn c20_a_refused_row_that_takes_back_and_restricts_hides_whoever_the_waiting_row_may_be_of() {
    staffed(|practice| {
        known(practice);
        assert_eq!(
            of_nhs(practice, vague("r", "Amina", "Hussain")),
            Outcome::Waiting
        );
        let restricts = Row {
            restriction: Restriction::OfRefused,
            ..refused("r")
        };
        assert_eq!(of_nhs(practice, restricts), Outcome::TakenBack);
        assert_eq!(waits(practice), (0, 1));
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Amina", "Hussain", BORN));
        let seen = practice.store.disclose(&jane, &reference, practice.now());
        let shielding = seen.unwrap().unwrap().shielding();
        assert_eq!(shielding, directory::record::Shielding::Shielded);
    });
}

#[test]
fn what_is_left_of_a_row_waits_on_when_the_run_that_withdrew_the_rest_is_taken_back() {
    staffed(|practice| {
        known(practice);
        let waits_with = with_consent(practice, vague("r", "Amina", "Hussain"));
        assert_eq!(of_nhs(practice, waits_with), Outcome::Waiting);
        assert_eq!(waits(practice), (1, 0));
        let mut withdraws = file(Reach::Delta, 2, [2]);
        let mut refused = refused("r");
        refused.confirmed = date(2026, 11, 2);
        withdraws.rows.push(refused);
        let run = load(practice, &withdraws);
        assert_eq!(waits(practice), (1, 0));
        take_back(practice, run.id);
        assert_eq!(waits(practice), (1, 0));
    });
}
