//! Held rows of a child without a responsible authority are shown to nobody, and only that there are any is told, late, to the operator.

use directory::statement::SourceKind;
use directory::supplied::{Restriction, Row, Supplier};
use jiff::civil::date;

use crate::practice::{Practice, both, parse, row};

const HOUR_SECONDS: i64 = 3_600;

fn nowhere(key: &str) -> Row {
    let mut row = row(key, "Maya", "Hollis", date(2013, 8, 21));
    row.particulars.residence = None;
    row
}

/// Maya is restricted at source, and another supplier's row that may be of her is held.
fn held(practice: &Practice, first: Row) {
    let shielded = Row {
        restriction: Restriction::AtSource,
        ..first
    };
    practice.accept(&[shielded]);
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    let like = [nowhere("c1")];
    practice
        .store
        .accept(&census, &like, practice.now())
        .unwrap();
}

#[test]
fn c6_a_row_that_nobody_can_decide_is_told_late_and_without_detail() {
    both(|practice| {
        held(practice, nowhere("1"));
        let now = practice.now();
        let told = |now| practice.store.holds_what_nobody_decides(now).unwrap();
        assert!(!told(now), "not by loading a row and asking at once");
        // Ids are made for all practices of this program, of which another may be ahead in time.
        let later = practice.after_seconds(400 * 24 * HOUR_SECONDS);
        assert!(told(later));
    });
}

#[test]
fn c6_a_row_for_officers_of_an_authority_raises_no_alarm() {
    both(|practice| {
        held(practice, row("1", "Maya", "Hollis", date(2013, 8, 21)));
        let later = practice.after_seconds(400 * 24 * HOUR_SECONDS);
        assert!(!practice.store.holds_what_nobody_decides(later).unwrap());
    });
}

#[test]
fn c20_c6_of_a_restricted_row_that_says_neither_who_nor_where_the_operator_hears_late() {
    both(|practice| {
        let mut nameless = nowhere("1");
        nameless.particulars.name = None;
        nameless.restriction = Restriction::AtSource;
        practice.accept(&[nameless]);
        let told = |now| practice.store.holds_what_nobody_decides(now).unwrap();
        assert!(!told(practice.now()));
        assert!(told(practice.after_seconds(400 * 24 * HOUR_SECONDS)));
    });
}
