//! A child is found by every name that a source gives at present, as by the one that is shown, and nobody by one behind a shield.

use directory::Date;
use directory::child::{Child, View};
use directory::correction::{Cause, Disputed, Right};
use directory::disputing::Told;
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::Reason;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use jiff::civil::date;
use store::{Join, Said};

use crate::join::{by_number, join, opened};
use crate::practice::{Practice, both, by_name, nhs, parse, row, visible, with_nhs_number};
use crate::records::{count, tamper};
use crate::review::staffed;

const BORN: Date = date(2013, 8, 21);
const NHS_NUMBER: &str = "943 476 5919";
/// The given names by which the NHS knows the child: more than the further ones that are filed.
const GIVEN: &str = "Oluwaseun Temitope Ayodele";
/// The name by which the school knows the child.
const SCHOOL: (&str, &str) = ("Sam", "Adeyemi");

fn census() -> Supplier {
    Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    }
}

/// What a source says of the child, all but the given name the same.
fn says(key: &str, given: &str) -> Row {
    with_nhs_number(row(key, given, "Adeyemi", BORN), NHS_NUMBER)
}

fn found(practice: &Practice, visible: Visible) -> usize {
    let query = Query::of(visible, Hidden::default()).unwrap();
    practice.shown(&practice.session("jane"), query).len()
}

/// How many whoever knows a child by a name is shown: by nothing else, with the year, and with the day of birth.
fn found_by(practice: &Practice, (given, family): (&str, &str)) -> [usize; 3] {
    let in_year = Visible {
        born: Some(Born::In { year: BORN.year() }),
        ..visible(given, family, None)
    };
    let on_day = visible(given, family, Some(BORN));
    [visible(given, family, None), in_year, on_day].map(|visible| found(practice, visible))
}

fn seen(practice: &Practice, query: Query) -> Child {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, query);
    let disclosed = practice.store.disclose(&jane, &reference, practice.now());
    match disclosed.unwrap().unwrap().view() {
        View::Whole(child) => (**child).clone(),
        View::Restricted(_) => panic!("the whole record"),
    }
}

/// One record, of which the school says another given name than the NHS.
fn linked(practice: &Practice) {
    let (store, now) = (&practice.store, practice.now());
    store.accept(&nhs(), &[says("1", GIVEN)], now).unwrap();
    let outcome = store.accept(&census(), &[says("c", SCHOOL.0)], now);
    assert_eq!(outcome.unwrap(), [Outcome::Accepted]);
    assert_eq!(count(practice, "record"), 1, "both are of one child");
}

fn called(child: &Child) -> Vec<(String, SourceKind)> {
    let others = child.other_names.iter();
    others
        .map(|item| (item.value.to_string(), item.provenance.kind))
        .collect()
}

#[test]
fn r1_by_the_name_that_one_source_gives_a_child_is_found_where_rows_were_linked() {
    both(|practice| {
        linked(practice);
        assert_eq!(found_by(practice, SCHOOL), [1, 1, 1]);
        assert_eq!(found_by(practice, ("Oluwaseun", "Adeyemi")), [1, 1, 1]);
        let child = seen(practice, by_name(SCHOOL.0, SCHOOL.1, BORN));
        let shown = child.name.as_ref().unwrap();
        assert_eq!(
            (shown.value.to_string(), shown.provenance.kind),
            (format!("{GIVEN} Adeyemi"), SourceKind::Nhs)
        );
        let school = (format!("{} {}", SCHOOL.0, SCHOOL.1), SourceKind::Census);
        assert_eq!(called(&child), [school]);
    });
}

#[test]
fn r1_by_either_name_a_child_is_found_whose_records_were_merged_and_by_one_each_afterwards() {
    staffed(|practice| {
        let other = date(2013, 2, 3);
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let mut second = row("z", "Zahra", "Bukhari", other);
        second.particulars.residence = None;
        practice.accept(&[second]);
        let dora = practice.session("dora");
        let open = |query| opened(practice, &dora, Reason::DataQuality, query);
        let one = open(by_name("Amina", "Hussain", BORN));
        let gone = open(by_name("Zahra", "Bukhari", other));
        let names = [("Amina", "Hussain"), ("Zahra", "Bukhari")];
        let by_names = || names.map(|name| found_by(practice, name)[0]);
        let keys = count(practice, "search_key");
        assert_eq!(join(practice, &dora, &one, &Join::Merge(gone)), Ok(()));
        assert_eq!(by_names(), [1, 1]);
        let jane = practice.session("jane");
        let of = |(given, family)| {
            let query = Query::of(visible(given, family, None), Hidden::default());
            practice.shown(&jane, query.unwrap())
        };
        assert_eq!(of(names[0]), of(names[1]), "one record");
        let [number] = of(names[0])[..] else {
            panic!("one")
        };
        assert_eq!(called(&seen(practice, by_number(number))).len(), 1);
        let again = open(by_number(number));
        assert_eq!(join(practice, &dora, &again, &Join::Undo), Ok(()));
        assert_eq!(by_names(), [1, 1]);
        assert_eq!(count(practice, "search_key"), keys);
    });
}

#[test]
fn x10_r44_a_shield_takes_every_name_but_the_visible_one_out_and_is_guarded_by_all() {
    both(|practice| {
        linked(practice);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name(SCHOOL.0, SCHOOL.1, BORN));
        let (store, ground) = (&practice.store, Ground::AdoptionThreat);
        let placed = store.shield(&sam, &reference, ground, practice.now());
        placed.unwrap().unwrap();
        assert_eq!(count(practice, "search_key"), 0);
        // On the day the visible family name finds the child, as it does with any given name.
        assert_eq!(found_by(practice, SCHOOL)[..2], [0, 0]);
        assert_eq!(found_by(practice, ("Oluwaseun", "Adeyemi")), [1, 1, 1]);
        let mut undated = row("x", SCHOOL.0, SCHOOL.1, BORN);
        undated.particulars.born = None;
        undated.particulars.residence = None;
        undated.particulars.education = None;
        practice.accept(&[undated]);
        assert_eq!(count(practice, "search_key"), 0, "the row is held");
    });
}

#[test]
fn f1_an_open_record_of_the_name_that_one_source_gives_is_shielded_too() {
    both(|practice| {
        let council = Supplier {
            code: parse("council"),
            kind: SourceKind::Local,
        };
        let mut undated = row("x", SCHOOL.0, SCHOOL.1, BORN);
        undated.particulars.born = None;
        undated.particulars.residence = None;
        undated.particulars.primary_care = None;
        let (store, now) = (&practice.store, practice.now());
        store.accept(&council, &[undated], now).unwrap();
        store.accept(&nhs(), &[says("1", GIVEN)], now).unwrap();
        let outcome = store.accept(&census(), &[says("c", SCHOOL.0)], now);
        assert_eq!(outcome.unwrap(), [Outcome::Accepted]);
        assert_eq!(count(practice, "record"), 2);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Oluwaseun", "Adeyemi", BORN));
        let ground = Ground::FleeingAbuse;
        let placed = store.shield(&sam, &reference, ground, practice.now());
        placed.unwrap().unwrap();
        assert_eq!(count(practice, "search_key"), 0);
    });
}

#[test]
fn r83_by_a_name_that_was_taken_out_or_put_right_nobody_is_found_until_that_is_undone() {
    staffed(|practice| {
        linked(practice);
        let (store, dora) = (&practice.store, practice.session("dora"));
        let query = by_name(SCHOOL.0, SCHOOL.1, BORN);
        let reference = opened(practice, &dora, Reason::DataQuality, query);
        let keys = count(practice, "search_key");
        let say = |told: &Told| {
            let said = store.say_wrong(&dora, &reference, told, practice.now());
            assert_eq!(said.unwrap(), Ok(Said::Corrected));
        };
        let undo = |field, entry| {
            let what = (field, entry);
            let undone = store.undo_correction(&dora, &reference, what, practice.now());
            assert_eq!(undone.unwrap(), Ok(()));
        };
        let school = format!("{} {}", SCHOOL.0, SCHOOL.1);
        say(&Told {
            field: Disputed::FormerNames,
            cause: Cause::CarerAsked,
            right: Right::NotKnown,
            entry: Some(school.clone()),
        });
        assert_eq!(found_by(practice, SCHOOL)[..2], [0, 0]);
        assert_eq!(found_by(practice, ("Oluwaseun", "Adeyemi")), [1, 1, 1]);
        undo(Disputed::FormerNames, Some(school.as_str()));
        assert_eq!(found_by(practice, SCHOOL), [1, 1, 1]);
        assert_eq!(count(practice, "search_key"), keys);

        let right = row("1", SCHOOL.0, SCHOOL.1, BORN).particulars;
        say(&Told {
            field: Disputed::Name,
            cause: Cause::DocumentSeen,
            right: Right::is(Disputed::Name, &right).unwrap(),
            entry: None,
        });
        assert_eq!(found_by(practice, SCHOOL), [1, 1, 1]);
        assert_eq!(found_by(practice, ("Oluwaseun", "Adeyemi"))[..2], [0, 0]);
        undo(Disputed::Name, None);
        assert_eq!(found_by(practice, ("Oluwaseun", "Adeyemi")), [1, 1, 1]);
        assert_eq!(count(practice, "search_key"), keys);
    });
}

#[test]
fn what_an_older_program_filed_and_a_first_load_are_found_by_every_name() {
    both(|practice| {
        let mut first = practice.store.first_load().unwrap();
        for (supplier, row) in [(nhs(), says("1", GIVEN)), (census(), says("c", SCHOOL.0))] {
            let outcome = first.accept(&supplier, &[row], practice.now());
            assert_eq!(outcome.unwrap(), [Outcome::Accepted]);
        }
        first.finish(|_| ()).unwrap();
        assert_eq!(found_by(practice, SCHOOL), [1, 1, 1]);
        let other = Practice::sqlite();
        linked(&other);
        let keys = count(&other, "search_key");
        assert_eq!(count(practice, "search_key"), keys, "by the same function");
        tamper(practice, "DELETE FROM search_key");
        tamper(practice, "UPDATE meta SET value = '3' WHERE name = 'filed'");
        assert_eq!(found_by(practice, SCHOOL), [0, 0, 0]);
        drop(practice.reopened());
        assert_eq!(found_by(practice, SCHOOL), [1, 1, 1]);
        assert_eq!(count(practice, "search_key"), keys);
    });
}

#[test]
fn a_name_that_says_no_more_has_no_key_of_its_own_and_another_none_that_is_not_of_that_name() {
    let keys_of = |rows: &[(Supplier, Row)]| {
        let practice = Practice::sqlite();
        for (supplier, row) in rows {
            let row = std::slice::from_ref(row);
            let outcome = practice.store.accept(supplier, row, practice.now());
            assert_eq!(outcome.unwrap(), [Outcome::Accepted]);
        }
        count(&practice, "search_key")
    };
    let shown = (nhs(), says("1", GIVEN));
    let school = |given| (census(), says("c", given));
    let alone = keys_of(std::slice::from_ref(&shown));
    let no_more = keys_of(&[shown.clone(), school("Oluwaseun")]);
    assert_eq!(no_more, alone + 1, "the key of the source");
    let both = keys_of(&[shown, school(SCHOOL.0)]);
    let other = keys_of(&[school(SCHOOL.0)]);
    assert!(
        alone + 1 < both && both < alone + other,
        "{alone} and {other} make {both}"
    );
}
