//! What is said beside files under a supplier's own keys, by rows or by a person's decision, is left as it is when a run is taken back.

use directory::Now;
use directory::address::AddressState;
use directory::event::By;
use directory::query::{Hidden, Query};
use directory::row::Waits;
use directory::run::{Reach, RunState};
use directory::supplied::{Outcome, Row};
use directory::text;
use jiff::civil::date;
use store::{RowsNoted, RunBegun, Verdict};

use crate::practice::{Practice, both, by_name, nhs, visible};
use crate::review::{decide, from_all, shown, staffed, taken_up, waiting};
use crate::runs::{apply, begin, child, end, file, load, query, take_back};

const MOVED_TO: &str = "LS1 4AP";

/// The child under its own key, at another home, a few days after every file.
fn moved(at: usize) -> Row {
    let mut row = child(&at.to_string(), at);
    row.confirmed = date(2026, 11, 9);
    if let Some(residence) = &mut row.particulars.residence
        && let AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(MOVED_TO).ok();
    }
    row
}

fn sent(practice: &Practice, row: &Row) -> Vec<Outcome> {
    let rows = std::slice::from_ref(row);
    let store = &practice.store;
    let noted = store.note_rows(&nhs(), rows, practice.now()).unwrap();
    assert_eq!(noted, RowsNoted::Noted);
    practice.accept(rows)
}

fn is_at(practice: &Practice, row: &Row, postcode: &str) -> bool {
    let name = row.particulars.name.as_ref().unwrap();
    let given = name.given.as_ref().unwrap().as_str();
    let hidden = Hidden {
        postcode: text::postcode(postcode).ok(),
        ..Hidden::default()
    };
    let query = Query::of(visible(given, name.family.as_str(), None), hidden).unwrap();
    !practice.shown(&practice.session("jane"), query).is_empty()
}

#[test]
fn a_row_under_a_key_of_a_run_stays_when_the_run_is_taken_back() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        let run = load(practice, &file(Reach::Delta, 2, [3, 4]));
        assert_eq!(sent(practice, &moved(3)), [Outcome::Accepted]);
        take_back(practice, run.id);
        let jane = practice.session("jane");
        assert_eq!(practice.shown(&jane, query(3)).len(), 1);
        assert!(is_at(practice, &moved(3), MOVED_TO), "the row's own words");
        assert!(practice.shown(&jane, query(4)).is_empty());
        assert_eq!(practice.shown(&jane, query(0)).len(), 1);
    });
}

#[test]
fn a_row_that_said_the_same_as_a_run_says_it_still_when_the_run_is_taken_back() {
    both(|practice| {
        let run = load(practice, &file(Reach::Delta, 2, [3]));
        let mut same = child("3", 3);
        same.confirmed = date(2026, 11, 2);
        assert_eq!(sent(practice, &same), [Outcome::Unchanged]);
        take_back(practice, run.id);
        let jane = practice.session("jane");
        assert_eq!(practice.shown(&jane, query(3)).len(), 1);
    });
}

#[test]
fn what_a_person_linked_under_a_key_of_a_run_stays_when_the_run_is_taken_back() {
    staffed(|practice| {
        let run = load(practice, &file(Reach::Delta, 2, [5]));
        let mut renamed = moved(5);
        let born = renamed.particulars.born.unwrap();
        let other = crate::practice::row("5", "Ruth", "Quillington", born);
        renamed.particulars.name = other.particulars.name;
        assert_eq!(sent(practice, &renamed), [Outcome::Waiting]);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        decide(practice, &dora, (Waits::Review, &reference), &link).unwrap();
        take_back(practice, run.id);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        let jane = practice.session("jane");
        let ruth = by_name("Ruth", "Quillington", born);
        assert_eq!(practice.shown(&jane, ruth).len(), 1, "a person's decision");
        assert!(is_at(practice, &renamed, MOVED_TO));
        assert!(
            practice.shown(&jane, query(5)).is_empty(),
            "the run's words"
        );
    });
}

#[test]
fn a_full_file_ends_what_a_person_decided_of_though_the_run_of_it_was_taken_back() {
    staffed(|practice| {
        load(practice, &file(Reach::Full, 1, [3, 4, 5]));
        let mut delta = file(Reach::Delta, 2, [5]);
        let mut doubtful = delta.rows.remove(0);
        doubtful.key = crate::practice::parse("77");
        doubtful.particulars.residence = None;
        let key = doubtful.key.clone();
        delta.rows.push(doubtful);
        let run = load(practice, &delta);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let apart = from_all(&seen);
        decide(practice, &dora, (Waits::Review, &reference), &apart).unwrap();
        let jane = practice.session("jane");
        assert_eq!(practice.shown(&jane, query(5)).len(), 2);
        take_back(practice, run.id);
        assert_eq!(
            practice.shown(&jane, query(5)).len(),
            2,
            "{key}: a decision"
        );
        load(practice, &file(Reach::Full, 9, [3, 4, 5]));
        assert_eq!(practice.shown(&jane, query(5)).len(), 1);
    });
}

/// Sends a row of the fifth by itself that may be of a known child.
fn sent_in_doubt(practice: &Practice, (key, at): (&str, usize)) {
    let mut doubtful = child(key, at);
    doubtful.confirmed = date(2026, 11, 5);
    doubtful.particulars.residence = None;
    assert_eq!(sent(practice, &doubtful), [Outcome::Waiting]);
}

/// Has a person decide of the row that waits the longest that it is of another child.
fn kept_apart(practice: &Practice, now: &dyn Fn() -> Now) {
    let dora = practice.session("dora");
    let reference = taken_up(practice, &dora, Waits::Review);
    let row = (Waits::Review, reference.as_str());
    let apart = from_all(&shown(practice, &dora, row).unwrap());
    let decided = practice.store.decide_row(&dora, row, &apart, now());
    assert_eq!(decided.unwrap(), Ok(()));
}

#[test]
fn a_full_file_ends_what_a_person_decided_before_it_by_a_clock_ahead_and_nothing_decided_since() {
    staffed(|practice| {
        load(practice, &file(Reach::Full, 1, [3, 4, 5]));
        let ahead = || {
            let now = practice.now();
            let at = now.at + jiff::SignedDuration::from_hours(1);
            Now { at, ..now }
        };
        sent_in_doubt(practice, ("74", 4));
        sent_in_doubt(practice, ("75", 5));
        kept_apart(practice, &ahead);
        let full = file(Reach::Full, 5, [3, 4, 5]);
        let RunBegun::New(mut run) = begin(&practice.store, practice, &full) else {
            panic!("a new run");
        };
        assert_eq!(run.state, RunState::Held, "it ends two of five");
        kept_apart(practice, &|| practice.now());
        let (store, id) = (&practice.store, run.id);
        let released = store.release_run(id, By::Operator, practice.now());
        assert_eq!(released.unwrap(), Ok(()));
        let resumed = store.resume_run(id, By::Operator, practice.now());
        assert_eq!(resumed.unwrap(), Ok(()));
        apply(practice, &mut run, &full.rows);
        assert_eq!(end(practice, &mut run), RunState::Done);
        let jane = practice.session("jane");
        let of_each = || [3, 4, 5].map(|at| practice.shown(&jane, query(at)).len());
        assert_eq!(of_each(), [1, 1, 2]);
        load(practice, &file(Reach::Full, 6, [3, 4, 5]));
        assert_eq!(of_each(), [1, 1, 1], "the next has the last word");
    });
}
