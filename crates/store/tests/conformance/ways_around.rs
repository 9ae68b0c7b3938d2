//! Ways around the guard of a shielded child that a hostile reader found: by another child's key, a number that many share, the shield of a
//! twin, a row without a name. None of them leads there (F1, C20), and none is answered otherwise than of any other child (X2).

use directory::Date;
use directory::query::Query;
use directory::record::Shielding;
use directory::row::Waits;
use directory::supplied::{Outcome, Restriction, Row};
use jiff::civil::date;
use store::Verdict;

use crate::behind::{at, shield, vague};
use crate::practice::{Practice, by_name, reason, row, with_nhs_number};
use crate::review::{decide, shown, staffed, taken_up, waiting};
use crate::suspected::{self, CENSUS, HOUSING, accepts};
use crate::suspects::{maya_has_it, strangers_of_one_number};

const BORN: Date = date(2016, 3, 1);
const OTHER_BORN: Date = date(2010, 9, 17);
const NUMBERS: [&str; 2] = ["9434765919", "9434765870"];
const REFUGE: &str = "SW1A 2AA";

/// How many rows wait for data officers, and for shielding officers.
fn waits(practice: &Practice) -> (u64, u64) {
    let (dora, sam) = (practice.session("dora"), practice.session("sam"));
    (
        waiting(practice, &dora, Waits::Review),
        waiting(practice, &sam, Waits::Held),
    )
}

/// Maya, and Jack, who has nothing in common with her.
fn maya_and_jack(practice: &Practice) {
    let jack = at(row("2", "Jack", "Okonkwo", OTHER_BORN), "LS1 4AP", 1);
    let taken = practice.accept(&[row("1", "Maya", "Hollis", BORN), jack]);
    assert_eq!(taken, [Outcome::Accepted; 2]);
}

/// Maya with a new family name at home, and with her names exchanged where she has fled to.
fn of_maya(key: &str) -> [Row; 2] {
    [
        at(row(key, "Maya", "Quillington", BORN), "BS37 4AX", 9),
        at(row(key, "Hollis", "Maya", BORN), REFUGE, 9),
    ]
}

#[test]
fn f1_under_the_key_of_another_child_a_row_of_a_shielded_one_is_held_like_any_other() {
    for said in of_maya("2") {
        staffed(|practice| {
            maya_and_jack(practice);
            shield(practice, "Maya", "Hollis");
            let jack = at(row("2", "Jack", "Okonkwo", OTHER_BORN), "BS37 4AX", 8);
            assert_eq!(practice.accept(&[jack]), [Outcome::Accepted]);
            assert_eq!(waits(practice), (0, 0), "his own feed goes on");
            let answer = practice.accept(std::slice::from_ref(&said));
            assert_eq!(
                answer,
                [Outcome::Waiting],
                "as of any child who is not Jack"
            );
            assert_eq!(waits(practice), (0, 1), "{said:?}");
        });
    }
}

#[test]
fn f1_a_row_linked_to_another_child_that_comes_to_speak_of_a_shielded_one_is_held() {
    for said in of_maya("3") {
        staffed(|practice| {
            practice.accept(&[
                row("1", "Maya", "Hollis", BORN),
                at(row("2", "Amina", "Hussain", BORN), "LS1 4AP", 1),
            ]);
            let mut doubtful = vague("3", "Amina", "Hussain");
            doubtful.particulars.gender = None;
            assert_eq!(practice.accept(&[doubtful]), [Outcome::Waiting]);
            let dora = practice.session("dora");
            let reference = taken_up(practice, &dora, Waits::Review);
            let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
            let link = Verdict::Link(seen.beside[0].reference.clone());
            decide(practice, &dora, (Waits::Review, &reference), &link).unwrap();
            shield(practice, "Maya", "Hollis");
            let answer = practice.accept(std::slice::from_ref(&said));
            assert_eq!(answer, [Outcome::Accepted], "as it was decided");
            assert_eq!(waits(practice), (0, 1), "{said:?}");
        });
    }
}

/// Whether the records are shielded that a query finds.
fn all(practice: &Practice, query: Query) -> Vec<Shielding> {
    let jane = practice.session("jane");
    let store = &practice.store;
    let found = store.search(&jane, reason(&jane), query, practice.now());
    let children = found.unwrap().unwrap().children;
    let each = children.iter().map(|child| child.disclosure.shielding());
    each.collect()
}

#[test]
fn f1_a_number_that_many_share_keeps_no_second_record_of_a_child_open() {
    staffed(|practice| {
        suspected::of_one_name(practice);
        strangers_of_one_number(practice, 17);
        maya_has_it(practice);
        let maya = || all(practice, suspected::maya());
        assert_eq!(maya(), [Shielding::None; 2]);
        // It is the record with the number that is shielded.
        let restricted = Row {
            restriction: Restriction::AtSource,
            ..row("1", "Maya", "Hollis", suspected::BORN)
        };
        let restricted = suspected::on(with_nhs_number(restricted, suspected::NUMBER), 5);
        practice.accept(&[restricted]);
        assert_eq!(maya(), [Shielding::Shielded; 2]);
    });
}

/// A row of the twins in the words of their own register, under a key of the census.
fn twin(at: usize, restriction: Restriction) -> Row {
    let (key, given) = [("c1", "Maya"), ("c2", "Ottilie")][at];
    let row = with_nhs_number(row(key, given, "Hollis", BORN), NUMBERS[at]);
    Row { restriction, ..row }
}

/// Twins, of whom Maya is shielded.
fn twins(practice: &Practice) {
    for (at, key) in [(0, "1"), (1, "2")] {
        let known = Row {
            key: crate::practice::parse(key),
            ..twin(at, Restriction::None)
        };
        assert_eq!(practice.accept(&[known]), [Outcome::Accepted]);
    }
    shield(practice, "Maya", "Hollis");
    assert!(is_ottilie_open(practice), "she is another child");
}

fn is_ottilie_open(practice: &Practice) -> bool {
    all(practice, by_name("Ottilie", "Hollis", BORN)).contains(&Shielding::None)
}

#[test]
fn c20_a_restricted_row_that_is_held_for_a_shielded_twin_hides_its_own_child_at_once() {
    staffed(|practice| {
        twins(practice);
        let restricted = twin(1, Restriction::AtSource);
        let answer = accepts(practice, CENSUS, restricted);
        assert_eq!(
            answer,
            Outcome::Accepted,
            "as if her twin were not shielded"
        );
        assert_eq!(waits(practice), (0, 1), "it may be of her twin");
        assert!(!is_ottilie_open(practice));
    });
}

#[test]
fn c20_a_row_that_is_held_for_a_shielded_twin_hides_its_own_child_when_its_source_restricts_it_later()
 {
    staffed(|practice| {
        twins(practice);
        accepts(practice, CENSUS, twin(1, Restriction::None));
        assert_eq!(waits(practice), (0, 1));
        assert!(is_ottilie_open(practice));
        let refused = Row {
            particulars: directory::statement::Particulars::default(),
            ..twin(1, Restriction::OfRefused)
        };
        assert_eq!(accepts(practice, CENSUS, refused), Outcome::TakenBack);
        assert!(!is_ottilie_open(practice));
    });
}

#[test]
fn c20_other_words_of_one_batch_that_restrict_hide_their_own_child_and_not_her_shielded_twin_alone()
{
    staffed(|practice| {
        twins(practice);
        let mut other = twin(1, Restriction::AtSource);
        other.particulars.gender = None;
        let store = &practice.store;
        let rows = [twin(1, Restriction::None), other];
        let census = suspected::supplier(CENSUS.0, CENSUS.1);
        store.accept(&census, &rows, practice.now()).unwrap();
        assert!(!is_ottilie_open(practice));
    });
}

#[test]
fn r38_a_restricted_row_of_a_shielded_child_hides_nobody_else() {
    staffed(|practice| {
        twins(practice);
        accepts(practice, CENSUS, twin(0, Restriction::AtSource));
        assert_eq!(waits(practice), (0, 1));
        assert!(is_ottilie_open(practice));
    });
}

/// A row that knows no name: of a child of this day at this postcode, who goes nowhere.
fn nameless(key: &str, born: Date, postcode: &str) -> Row {
    let mut row = at(row(key, "Unknown", "Unknown", born), postcode, 2);
    row.particulars.name = None;
    row.particulars.education = None;
    row.particulars.primary_care = None;
    row
}

/// The ways in which such a row may be of Maya: where she lives, and her day at her practice and at her school.
fn without_name() -> [Row; 3] {
    let known = row("n", "Maya", "Hollis", BORN).particulars;
    let mut of_practice = nameless("n2", BORN, "LS1 4AP");
    of_practice.particulars.primary_care = known.primary_care;
    let mut of_school = nameless("n3", BORN, "LS1 4AP");
    of_school.particulars.education = known.education;
    [nameless("n1", OTHER_BORN, REFUGE), of_practice, of_school]
}

/// Maya where she has fled to.
fn fled(practice: &Practice) {
    let maya = at(row("1", "Maya", "Hollis", BORN), REFUGE, 1);
    assert_eq!(practice.accept(&[maya]), [Outcome::Accepted]);
}

#[test]
fn f1_a_row_without_a_name_from_where_a_shielded_child_is_waits_for_shielding_officers() {
    staffed(|practice| {
        fled(practice);
        shield(practice, "Maya", "Hollis");
        for (row, held) in without_name().into_iter().zip(1..) {
            assert_eq!(accepts(practice, HOUSING, row), Outcome::Waiting);
            assert_eq!(waits(practice), (0, held));
        }
        // From anywhere else it is nobody's, and answered the same (X2).
        let mut elsewhere = nameless("n4", OTHER_BORN, "LS1 4AP");
        elsewhere.particulars.education = row("n", "Maya", "Hollis", BORN).particulars.education;
        assert_eq!(accepts(practice, HOUSING, elsewhere), Outcome::Waiting);
        assert_eq!(waits(practice), (1, 3));
        let sam = practice.session("sam");
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        assert_eq!(seen.beside.len(), 1, "beside the child of whom it may be");
    });
}

#[test]
fn f1_a_row_without_a_name_that_waits_is_held_when_who_lives_there_is_shielded() {
    staffed(|practice| {
        fled(practice);
        for (row, waiting) in without_name().into_iter().zip(1..) {
            assert_eq!(accepts(practice, HOUSING, row), Outcome::Waiting);
            assert_eq!(waits(practice), (waiting, 0));
        }
        shield(practice, "Maya", "Hollis");
        assert_eq!(waits(practice), (0, 3));
    });
}

#[test]
fn f1_a_row_without_a_name_under_the_key_of_another_child_is_of_that_child_only_on_their_birthday()
{
    for (born, is_jack) in [(OTHER_BORN, true), (BORN, false)] {
        staffed(|practice| {
            fled(practice);
            let jack = at(row("2", "Jack", "Okonkwo", OTHER_BORN), "LS1 4AP", 1);
            assert_eq!(practice.accept(&[jack]), [Outcome::Accepted]);
            shield(practice, "Maya", "Hollis");
            let answer = practice.accept(&[nameless("2", born, REFUGE)]);
            assert_eq!(answer, [Outcome::Accepted], "as his key says");
            assert_eq!(waits(practice), (0, u64::from(!is_jack)));
        });
    }
}
