//! Runs taken back where people have merged records since.

use directory::address::AddressState;
use directory::event::By;
use directory::number::Number;
use directory::query::{Hidden, Query};
use directory::reason::Reason;
use directory::run::{Reach, RunId};
use directory::supplied::Row;
use directory::text;
use store::{Join, NotTakenBack};

use crate::join::{by_number, join, opened};
use crate::practice::{Practice, visible};
use crate::review::staffed;
use crate::runs::{File, file, load, query, take_back};

const ELSEWHERE: &str = "LS1 4AP";

fn at_postcode(mut row: Row, postcode: &str) -> Row {
    if let Some(residence) = &mut row.particulars.residence
        && let AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(postcode).ok();
    }
    row
}

/// How many children of a family name are found at a postcode.
fn found_at(practice: &Practice, family: &str, postcode: &str) -> usize {
    let hidden = Hidden {
        postcode: text::postcode(postcode).ok(),
        ..Hidden::default()
    };
    let query = Query::of(visible("", family, None), hidden).unwrap();
    practice.shown(&practice.session("jane"), query).len()
}

/// A file of the second child, at a postcode.
fn second_at(day: i8, postcode: &str) -> File {
    let mut file = file(Reach::Delta, day, [1]);
    let row = file.rows.remove(0);
    file.rows.push(at_postcode(row, postcode));
    file
}

/// Merges the records of the first two children. Gives the number of what comes of it.
fn merge(practice: &Practice) -> Number {
    let dora = practice.session("dora");
    let reason = Reason::DataQuality;
    let one = opened(practice, &dora, reason, query(0));
    let other = opened(practice, &dora, reason, query(1));
    let [number] = practice.shown(&practice.session("jane"), query(0))[..] else {
        panic!("one")
    };
    assert_eq!(join(practice, &dora, &one, &Join::Merge(other)), Ok(()));
    number
}

fn undo_merger(practice: &Practice, number: Number) {
    let dora = practice.session("dora");
    let one = opened(practice, &dora, Reason::DataQuality, by_number(number));
    assert_eq!(join(practice, &dora, &one, &Join::Undo), Ok(()));
}

fn taken(practice: &Practice, run: RunId) -> Result<(), NotTakenBack> {
    let taken = practice
        .store
        .take_back_run(run, &By::Operator, practice.now());
    taken.unwrap()
}

#[test]
fn what_was_said_to_a_merged_record_and_went_back_with_it_is_not_taken_for_something_else() {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, [0, 1]));
        let wrong = load(practice, &second_at(2, ELSEWHERE));
        let merged = merge(practice);
        load(practice, &second_at(3, "SW1A 2AA"));
        undo_merger(practice, merged);
        assert_eq!(found_at(practice, "Hollis", "SW1A 2AA"), 1);
        assert_eq!(taken(practice, wrong.id), Err(NotTakenBack::Joined));
        assert_eq!(found_at(practice, "Hollis", "SW1A 2AA"), 1);
        assert_eq!(found_at(practice, "Hollis", ELSEWHERE), 0);
    });
}

#[test]
fn what_a_run_said_to_a_merged_record_does_not_stay_where_it_went_while_the_run_counts_as_taken_back()
 {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, [0, 1]));
        let merged = merge(practice);
        let wrong = load(practice, &second_at(2, ELSEWHERE));
        undo_merger(practice, merged);
        assert_eq!(found_at(practice, "Hollis", ELSEWHERE), 1);
        assert_eq!(taken(practice, wrong.id), Err(NotTakenBack::Joined));
    });
}

#[test]
fn a_merger_that_was_undone_before_anything_was_said_keeps_no_run_from_being_taken_back() {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, [0, 1]));
        let wrong = load(practice, &second_at(2, ELSEWHERE));
        let merged = merge(practice);
        assert_eq!(taken(practice, wrong.id), Err(NotTakenBack::Joined));
        undo_merger(practice, merged);
        take_back(practice, wrong.id);
        assert_eq!(found_at(practice, "Hollis", ELSEWHERE), 0);
        assert_eq!(found_at(practice, "Hollis", "BS37 4AX"), 1);
    });
}
