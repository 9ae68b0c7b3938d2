//! What waits under a key by which its supplier speaks of a shielded child, and what was said of the child once, hides every open record that
//! is like it, on both databases (F1, X9): listed for officers, and told no supplier (X2).

use std::cell::RefCell;
use std::ops::ControlFlow;

use directory::child::View;
use directory::query::Query;
use directory::reason::Reason;
use directory::record::Shielding;
use directory::row::Waits;
use directory::run::Reach;
use directory::supplied::{Known, Outcome, Restriction, Row};
use store::{Reconsidered, Said};

use crate::join::opened;
use crate::learned::{
    BORN, CENSUS, HOUSING, NHS, NUMBER, OTHER_BORN, SURGERY, a_night_passes, accepts, at_refuge,
    is_sound, maya, named, noor, noor_at_refuge, nowhere, numbers, on, shield, shieldings,
    shields_waiting, supplier, zahra,
};
use crate::practice::{Practice, by_name, parse, row, with_nhs_number};
use crate::review::{staffed, waiting};
use crate::runs::{File, load, take_back};

/// Noor, whom a surgery knows by this name alone.
fn other_noor() -> Row {
    at_refuge(row("g", "Noor", "Rahman", BORN))
}

/// The NHS gives the child of its own key this name.
fn renamed(key: &str, day: i8) -> Row {
    on(at_refuge(row(key, "Noor", "Rahman", BORN)), day)
}

fn is_hidden(practice: &Practice) {
    assert_eq!(shieldings(practice, noor()), [Shielding::Shielded]);
    assert_eq!(numbers(practice, noor_at_refuge()), []);
}

#[test]
fn f1_whoever_is_like_a_row_that_is_held_under_the_childs_own_key_is_shielded() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        accepts(practice, SURGERY, &[other_noor()]);
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        let held = accepts(practice, NHS, &[renamed("1", 2)]);
        assert_eq!(held, [Outcome::Waiting]);
        is_hidden(practice);
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert_eq!(shields_waiting(practice), 1, "an officer hears of it");
        // Of the child itself nothing of it is said until an officer decides.
        assert_eq!(shieldings(practice, maya()), [Shielding::Shielded]);
        is_sound(practice);
    });
}

#[test]
fn f1_what_waits_under_the_childs_own_key_for_a_data_officer_hides_who_is_like_it_with_the_shield()
{
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        accepts(practice, SURGERY, &[other_noor()]);
        let doubtful = accepts(practice, NHS, &[renamed("1", 2)]);
        assert_eq!(doubtful, [Outcome::Waiting]);
        assert_eq!(practice.store.rows_waiting().unwrap(), 1);
        shield(practice, maya());
        is_hidden(practice);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        is_sound(practice);
    });
}

#[test]
fn x9_whoever_comes_to_be_like_what_waits_under_the_childs_own_key_is_shielded_by_night() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        let mut other = at_refuge(row("g", "Zahra", "Bukhari", OTHER_BORN));
        other.particulars.born = Some(BORN);
        accepts(practice, SURGERY, &[other]);
        accepts(practice, NHS, &[renamed("1", 2)]);
        made_like(
            practice,
            by_name("Zahra", "Bukhari", BORN),
            &renamed("1", 2),
        );
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        a_night_passes(practice);
        is_hidden(practice);
        is_sound(practice);
    });
}

/// A data officer sets the name of an open child.
fn made_like(practice: &Practice, query: Query, row: &Row) {
    let (dora, store) = (practice.session("dora"), &practice.store);
    let seen = opened(practice, &dora, Reason::DataQuality, query);
    let said = store.say_wrong(&dora, &seen, &named(row), practice.now());
    assert_eq!(said.unwrap(), Ok(Said::Corrected));
}

#[test]
fn f1_whom_a_row_before_it_in_the_same_batch_has_made_known_is_shielded_too() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        let outcomes = accepts(practice, NHS, &[renamed("2", 2), renamed("1", 2)]);
        assert_eq!(outcomes, [Outcome::Accepted, Outcome::Waiting]);
        is_hidden(practice);
        is_sound(practice);
    });
}

#[test]
fn f1_who_returns_under_the_own_key_by_another_name_hides_who_is_like_that_and_another_child_nobody()
 {
    for (born, is_same) in [(BORN, true), (OTHER_BORN, false)] {
        staffed(|practice| {
            accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
            shield(practice, maya());
            let leaves = Row {
                known: Known::NoLonger,
                ..on(row("1", "Maya", "Hollis", BORN), 2)
            };
            accepts(practice, NHS, &[leaves]);
            let mut other = other_noor();
            other.particulars.born = Some(born);
            accepts(practice, SURGERY, &[other.clone()]);
            let returned = Row {
                key: parse("1"),
                ..on(other, 3)
            };
            accepts(practice, NHS, &[returned]);
            let sam = practice.session("sam");
            assert_eq!(waiting(practice, &sam, Waits::Held), 1);
            let all = shieldings(practice, by_name("Noor", "Rahman", born));
            assert_eq!(all == [Shielding::Shielded], is_same, "{all:?}");
        });
    }
}

#[test]
fn f1_whoever_a_held_row_has_hidden_stays_hidden_when_its_run_is_taken_back() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        let file = |of, day, row| File {
            supplier: supplier(of),
            reach: Reach::Delta,
            day,
            rows: vec![row],
        };
        let other = load(practice, &file(SURGERY, 2, on(other_noor(), 2)));
        let held = load(practice, &file(NHS, 3, renamed("1", 3)));
        is_hidden(practice);
        take_back(practice, held.id);
        is_hidden(practice);
        let later = load(practice, &file(SURGERY, 4, on(nowhere(other_noor()), 4)));
        take_back(practice, other.id);
        take_back(practice, later.id);
        let all = shieldings(practice, noor());
        assert!(!all.contains(&Shielding::None), "{all:?}");
        assert_eq!(numbers(practice, noor_at_refuge()), []);
        is_sound(practice);
    });
}

#[test]
fn x2_by_a_number_under_another_key_nobody_finds_out_whose_it_is() {
    staffed(|practice| {
        let known = with_nhs_number(row("1", "Maya", "Hollis", BORN), NUMBER);
        accepts(practice, NHS, &[known]);
        shield(practice, maya());
        accepts(practice, SURGERY, &[other_noor()]);
        let numbered = with_nhs_number(renamed("c1", 2), NUMBER);
        assert_eq!(accepts(practice, CENSUS, &[numbered]).len(), 1);
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        a_night_passes(practice);
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
    });
}

#[test]
fn f1_a_key_of_which_all_was_taken_back_is_not_the_childs_own() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        let wrong = load(
            practice,
            &File {
                supplier: supplier(CENSUS),
                reach: Reach::Delta,
                day: 2,
                rows: vec![on(row("c1", "Maya", "Hollis", BORN), 2)],
            },
        );
        shield(practice, maya());
        take_back(practice, wrong.id);
        accepts(practice, SURGERY, &[other_noor()]);
        accepts(practice, CENSUS, &[renamed("c1", 3)]);
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1, "it guards still");
        assert_eq!(shieldings(practice, noor()), [Shielding::None]);
        is_sound(practice);
    });
}

/// What suppliers are told when the NHS gives Maya another name under her own key, on each database.
fn told(is_shielded: bool) -> Vec<Vec<Outcome>> {
    let told = RefCell::new(Vec::new());
    staffed(|practice| {
        let mut answers = accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        if is_shielded {
            shield(practice, maya());
        }
        for (of, rows) in [
            (SURGERY, vec![other_noor()]),
            (NHS, vec![renamed("1", 2)]),
            (SURGERY, vec![other_noor()]),
            (SURGERY, vec![on(other_noor(), 3)]),
            (SURGERY, vec![on(nowhere(other_noor()), 4)]),
            (NHS, vec![renamed("1", 5), renamed("2", 5)]),
            (HOUSING, vec![on(renamed("h", 6), 6)]),
            (NHS, vec![on(row("1", "Maya", "Hollis", BORN), 7)]),
            (NHS, vec![renamed("1", 8)]),
        ] {
            answers.extend(accepts(practice, of, &rows));
        }
        let is_open = shieldings(practice, noor()).contains(&Shielding::None);
        assert_eq!(is_open, !is_shielded);
        told.borrow_mut().push(answers);
    });
    told.into_inner()
}

#[test]
fn x2_suppliers_are_told_the_same_whether_or_not_a_row_of_a_shielded_childs_own_key_hides_somebody()
{
    let open = told(false);
    assert_eq!(told(true), open);
    assert!(open[0].contains(&Outcome::Waiting));
}

/// Maya is called Noor from then on, first by one name and then by the other, and a surgery comes to know her by the first alone.
fn renamed_while_open(practice: &Practice) {
    let steps = [("Maya", "Hollis"), ("Maya", "Rahman"), ("Noor", "Rahman")];
    for ((given, family), day) in steps.into_iter().zip(1..) {
        let row = on(row("1", given, family, BORN), day);
        assert_eq!(accepts(practice, NHS, &[row]), [Outcome::Accepted]);
    }
    let steps = [("Maya", OTHER_BORN), ("Maya", BORN)];
    for ((given, born), day) in steps.into_iter().zip(4..) {
        let mut row = on(at_refuge(row("g", given, "Hollis", born)), day);
        row.particulars.primary_care = None;
        assert_eq!(accepts(practice, SURGERY, &[row]), [Outcome::Accepted]);
    }
}

#[test]
fn f1_whoever_is_like_what_was_said_of_a_child_once_is_shielded_with_it() {
    staffed(|practice| {
        renamed_while_open(practice);
        assert!(shieldings(practice, maya()).contains(&Shielding::None));
        shield(practice, noor());
        let all = shieldings(practice, maya());
        assert!(
            !all.is_empty() && !all.contains(&Shielding::None),
            "{all:?}"
        );
        is_sound(practice);
    });
}

#[test]
fn c6_who_is_shielded_with_a_child_and_is_no_authoritys_is_the_childs_authoritys_to_look_at() {
    staffed(|practice| {
        accepts(practice, NHS, &[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, maya());
        accepts(practice, SURGERY, &[nowhere(other_noor())]);
        accepts(practice, NHS, &[nowhere(renamed("1", 2))]);
        assert_eq!(shieldings(practice, noor()), [Shielding::Shielded]);
        assert_eq!(shields_waiting(practice), 1);
        let bob = practice.session("bob");
        let elsewhere = practice.store.shields_waiting(&bob, practice.now());
        assert_eq!(elsewhere.unwrap().unwrap(), []);
        let sam = practice.session("sam");
        let reference = opened(practice, &sam, Reason::ShieldDecision, noor());
        let seen = practice.store.disclose(&sam, &reference, practice.now());
        assert!(matches!(seen.unwrap().unwrap().view(), View::Whole(_)));
        let shown = practice
            .store
            .show_connected(&sam, &reference, practice.now());
        assert!(shown.unwrap().unwrap().is_by_rule);
        is_sound(practice);
    });
}

#[test]
fn c6_of_shields_of_no_authority_that_nobody_placed_the_operator_hears_late_and_nobody_else() {
    staffed(|practice| {
        let restricted = Row {
            restriction: Restriction::AtSource,
            ..nowhere(row("1", "Maya", "Hollis", BORN))
        };
        accepts(practice, NHS, &[restricted]);
        let tell = |now| {
            practice
                .store
                .reconsider(now, &mut |_| ControlFlow::Continue(()))
        };
        let later = || practice.after_seconds(48 * 3_600);
        assert!(
            !tell(later()).unwrap().nobody_hears,
            "a supplier has placed it"
        );
        accepts(practice, SURGERY, &[nowhere(other_noor())]);
        accepts(practice, NHS, &[nowhere(renamed("1", 2))]);
        assert_eq!(shieldings(practice, noor()), [Shielding::Shielded]);
        assert!(!tell(practice.now()).unwrap().nobody_hears, "not at once");
        assert!(tell(later()).unwrap().nobody_hears);
        assert_eq!(shields_waiting(practice), 0);
    });
}

#[test]
fn x9_a_look_that_is_interrupted_goes_on_the_next_night_where_it_ended() {
    staffed(|practice| {
        let rows = [
            row("1", "Maya", "Hollis", BORN),
            row("2", "Zahra", "Bukhari", OTHER_BORN),
        ];
        accepts(practice, NHS, &rows);
        shield(practice, maya());
        shield(practice, zahra());
        let others = [("Noor", "Rahman", BORN), ("Amina", "Okoro", OTHER_BORN)];
        for (like, (given, family, born)) in rows.iter().zip(others) {
            let other = at_refuge(row(&like.key.to_string(), given, family, born));
            assert_eq!(accepts(practice, SURGERY, &[other]), [Outcome::Accepted]);
            made_like(practice, by_name(given, family, born), like);
        }
        let open = || {
            let all = [maya(), zahra()].map(|query| shieldings(practice, query));
            all.iter()
                .flatten()
                .filter(|one| **one == Shielding::None)
                .count()
        };
        assert_eq!(open(), 2);
        for left in [1, 0] {
            let stopped = &mut |_: &Reconsidered| ControlFlow::Break(());
            practice.store.reconsider(practice.now(), stopped).unwrap();
            assert_eq!(open(), left);
        }
        is_sound(practice);
    });
}
