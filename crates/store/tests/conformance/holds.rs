//! Which runs are held for what they would end or hide, and that a typing error ends nothing.

use directory::child::{SensitiveServices, View};
use directory::event::By;
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::Name;
use directory::run::{Applied, Ends, Reach, Run, RunBy, RunState, WhyHeld};
use directory::statement::Said;
use directory::supplied::{Restriction, Row, Spared, SparedWorking};
use directory::text::{self, NamePart, SupplierKey};
use jiff::civil::date;
use store::{FileKeys, FilePart, NewRun, RunBegun};

use crate::practice::{Practice, both, nhs, parse};
use crate::runs::{File, child, clinic, file, query, shield, take_back};

/// How many children a supplier of these tests has.
const CHILDREN: usize = 20;

/// A file, and what is beside its rows: what stays of refused ones, and how many bear a restriction that was not agreed.
struct Whole {
    file: File,
    spared: Vec<Spared>,
    not_agreed: u64,
}

fn whole(file: File) -> Whole {
    Whole {
        file,
        spared: Vec::new(),
        not_agreed: 0,
    }
}

fn involvement_key(at: usize) -> SupplierKey {
    parse(&format!("{at}-worker"))
}

/// A file of children who each have somebody working with them.
fn working(reach: Reach, day: i8, children: impl IntoIterator<Item = usize>) -> File {
    let mut file = file(reach, day, children);
    for row in &mut file.rows {
        let at: usize = row.key.as_str().parse().unwrap();
        row.also.push((involvement_key(at), worker(None)));
    }
    file
}

fn worker(ended: Option<directory::Date>) -> Said {
    let since = None;
    Said::Involvement(Box::new(Involvement {
        practitioner: Practitioner {
            name: Name {
                given: NamePart::parse("Jane").ok(),
                family: parse("Smith"),
            },
            job_title: parse("Teacher"),
            organisation: parse("Example School"),
            telephone: Some(text::telephone("020 7946 0000").unwrap()),
            email: None,
        },
        service: parse("mentoring"),
        period: ended.map_or(Period::Current { since }, |ended| Period::Ended {
            since,
            ended,
        }),
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    }))
}

/// Gives the involvements of some rows an end.
fn end_working(file: &mut File, rows: usize) {
    for row in file.rows.iter_mut().take(rows) {
        for (_, said) in &mut row.also {
            *said = worker(Some(date(2026, 10, 30)));
        }
    }
}

fn begun(practice: &Practice, whole: &Whole) -> Run {
    let (store, file) = (&practice.store, &whole.file);
    let mut hash = store.file_hash();
    hash.update(format!("{:?} {:?} {}", file.rows, whole.spared, whole.not_agreed).as_bytes());
    let mut keys = FileKeys::default();
    for row in &file.rows {
        store.add_keys(&mut keys, &file.supplier, row);
    }
    for spared in &whole.spared {
        store.add_spared(&mut keys, &file.supplier, spared);
    }
    keys.count_not_agreed(whole.not_agreed);
    let new = NewRun {
        supplier: file.supplier.clone(),
        mapping: "nhs".to_owned(),
        sector: None,
        reach: file.reach,
        applied: Applied::InBatches,
        extracted: date(2026, 11, file.day),
        mark: store.file_mark(&hash, &[file.reach.word(), &file.day.to_string()]),
        rows: (file.rows.len() + whole.spared.len()) as u64,
        keys,
    };
    let by = (RunBy::Operator, By::Operator);
    match store.begin_run(new, by, practice.now()).unwrap() {
        RunBegun::New(run) => run,
        RunBegun::Before(run) => panic!("it began before: {run:?}"),
    }
}

fn load(practice: &Practice, whole: &Whole) -> Run {
    let mut run = begun(practice, whole);
    let (store, by) = (&practice.store, || By::Operator);
    if run.state == RunState::Held {
        let released = store.release_run(run.id, by(), practice.now());
        released.unwrap().unwrap();
        let resumed = store.resume_run(run.id, by(), practice.now());
        resumed.unwrap().unwrap();
    }
    let (rows, spared): (&[Row], _) = (&whole.file.rows, whole.spared.len() as u64);
    let part = FilePart {
        taken: &[],
        rows,
        read: rows.len() as u64 + spared,
        refused: spared,
    };
    store.apply(&mut run, part, practice.now()).unwrap();
    let ended = store.end_run(&mut run, (None, By::Operator), practice.now());
    assert_eq!(ended.unwrap(), RunState::Done);
    run
}

/// Whether somebody is working with a child, as the record says.
fn is_worked_with(practice: &Practice, at: usize) -> bool {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, query(at));
    let looked = practice.store.disclose(&jane, &reference, practice.now());
    match looked.unwrap().unwrap().view() {
        View::Whole(child) => {
            let mut each = child.involvements.iter();
            each.any(|one| one.value.period.ended().is_none())
        }
        other => panic!("an unshielded child: {other:?}"),
    }
}

fn is_known(practice: &Practice, at: usize) -> bool {
    !practice
        .shown(&practice.session("jane"), query(at))
        .is_empty()
}

#[test]
fn a_full_file_is_held_that_would_end_more_than_one_in_twenty_involvements() {
    both(|practice| {
        load(practice, &whole(working(Reach::Full, 1, 0..CHILDREN)));
        let mut one = working(Reach::Full, 2, 0..CHILDREN);
        one.rows[0].also.clear();
        assert_eq!(begun(practice, &whole(one)).held, None, "one in twenty");
        // Every child is in it, and nobody works with any of them.
        let run = begun(practice, &whole(file(Reach::Full, 3, 0..CHILDREN)));
        let of = CHILDREN as u64;
        assert_eq!(run.held, Some(WhyHeld::EndsInvolvements { ended: of, of }));
        assert!(is_worked_with(practice, 4));
    });
}

#[test]
fn any_file_is_held_in_which_more_than_one_in_twenty_involvements_bear_an_end_for_the_first_time() {
    both(|practice| {
        load(practice, &whole(working(Reach::Full, 1, 0..CHILDREN)));
        for reach in [Reach::Full, Reach::Delta] {
            let mut ended = working(reach, 2, 0..CHILDREN);
            end_working(&mut ended, 10);
            let run = begun(practice, &whole(ended));
            let of = CHILDREN as u64;
            assert_eq!(run.held, Some(WhyHeld::EndsInvolvements { ended: 10, of }));
        }
        let mut two = working(Reach::Full, 2, 0..CHILDREN);
        end_working(&mut two, 2);
        let ended = begun(practice, &whole(two)).held;
        assert!(matches!(
            ended,
            Some(WhyHeld::EndsInvolvements { ended: 2, .. })
        ));
        let mut one = working(Reach::Delta, 3, 0..2);
        end_working(&mut one, 1);
        let run = load(practice, &whole(one));
        assert_eq!(run.held, None);
        let ends = Ends {
            children: 0,
            involvements: 1,
        };
        assert_eq!(run.totals.ends, Some(ends));
        // What has ended already does not end again.
        let mut again = working(Reach::Delta, 4, 0..2);
        end_working(&mut again, 1);
        assert_eq!(
            begun(practice, &whole(again)).totals.ends,
            Some(Ends::default())
        );
        // Of few, one is many in a hundred: a file of changes in which fewer than ten end is not held.
        let mut nine = working(Reach::Delta, 5, 0..CHILDREN);
        end_working(&mut nine, 9);
        assert_eq!(begun(practice, &whole(nine)).held, None);
    });
}

#[test]
fn a_typing_error_ends_neither_child_nor_involvement_and_the_right_row_does() {
    both(|practice| {
        load(practice, &whole(working(Reach::Full, 1, 0..CHILDREN)));
        let mut faulty = whole(working(Reach::Full, 2, 3..CHILDREN));
        let spared = |at: usize, working| Spared {
            key: parse(&at.to_string()),
            working,
        };
        faulty.spared = vec![
            spared(0, SparedWorking::Under(involvement_key(0))),
            spared(1, SparedWorking::Unread),
            spared(2, SparedWorking::Nobody),
        ];
        let run = load(practice, &faulty);
        assert_eq!(run.held, None);
        assert!(is_worked_with(practice, 0) && is_worked_with(practice, 1));
        assert!(is_known(practice, 2) && !is_worked_with(practice, 2));
        // What was spared stands by that file, and a later one ends it.
        let mut right = working(Reach::Full, 3, 0..CHILDREN);
        right.rows[0].also.clear();
        right.rows[1].also.clear();
        load(practice, &whole(right));
        assert!(!is_worked_with(practice, 0) && !is_worked_with(practice, 1));
    });
}

#[test]
fn what_a_run_had_ended_a_faulty_row_spares_when_that_run_is_taken_back() {
    both(|practice| {
        load(practice, &whole(working(Reach::Full, 1, 0..CHILDREN)));
        let mut without = working(Reach::Full, 2, 0..CHILDREN);
        without.rows[0].also.clear();
        let without = load(practice, &whole(without));
        let mut faulty = whole(working(Reach::Full, 3, 1..CHILDREN));
        faulty.spared.push(Spared {
            key: parse("0"),
            working: SparedWorking::Unread,
        });
        load(practice, &faulty);
        assert!(!is_worked_with(practice, 0));
        let store = &practice.store;
        let taken = store.take_back_run(without.id, &By::Operator, practice.now());
        taken.unwrap().unwrap();
        assert!(
            is_worked_with(practice, 0),
            "as it would have been without it"
        );
    });
}

#[test]
fn c20_a_file_is_held_of_which_more_than_a_few_in_a_hundred_rows_bear_a_restriction_not_agreed() {
    both(|practice| {
        load(practice, &whole(file(Reach::Full, 1, 0..CHILDREN)));
        let mut wrong = whole(file(Reach::Full, 2, 0..CHILDREN));
        for row in &mut wrong.file.rows {
            row.restriction = Restriction::AtSource;
        }
        // Agreed on, it is far more than ever.
        assert_eq!(begun(practice, &wrong).held, Some(WhyHeld::Restricts));
        let mut few = whole(file(Reach::Delta, 3, 0..CHILDREN));
        for row in &mut few.file.rows[..10] {
            row.restriction = Restriction::AtSource;
        }
        few.not_agreed = 10;
        assert_eq!(begun(practice, &few).held, Some(WhyHeld::Restricts));
        assert!(
            (0..CHILDREN).all(|at| is_known(practice, at)),
            "nobody is hidden by it"
        );
        few.not_agreed = 9;
        let held = begun(practice, &few).held;
        assert_eq!(held, None, "a family in hiding waits for nobody");
    });
}

#[test]
fn x2_what_is_held_and_what_is_counted_is_the_same_whoever_is_shielded() {
    both(|practice| {
        load(practice, &whole(working(Reach::Full, 1, 0..CHILDREN)));
        shield(practice, 3);
        let mut ended = whole(working(Reach::Delta, 2, 2..12));
        end_working(&mut ended.file, 10);
        let run = begun(practice, &ended);
        let of = CHILDREN as u64;
        assert_eq!(run.held, Some(WhyHeld::EndsInvolvements { ended: 10, of }));
        // One who is known, one who is shielded, and one who is new: of those two are known.
        let mut rows = file(Reach::Delta, 3, [2, 3, 21]);
        rows.supplier = directory::supplied::Supplier {
            code: parse("census"),
            kind: directory::statement::SourceKind::Census,
        };
        rows.rows[1] = Row {
            key: parse("c3"),
            ..child("3", 3)
        };
        let run = load(practice, &whole(rows));
        assert_eq!((run.totals.new, run.totals.known()), (Some(1), Some(2)));
    });
}

#[test]
fn runs_count_who_was_known_and_who_is_new() {
    both(|practice| {
        let first = load(practice, &whole(file(Reach::Delta, 1, 0..5)));
        assert_eq!((first.totals.new, first.totals.known()), (Some(5), Some(0)));
        let second = load(practice, &whole(file(Reach::Delta, 2, 3..8)));
        assert_eq!(
            (second.totals.new, second.totals.known()),
            (Some(3), Some(2))
        );
        assert_eq!(second.supplier, nhs());
    });
}

#[test]
fn x5_what_a_run_only_spared_of_a_sensitive_involvement_stays_when_it_is_taken_back() {
    both(|practice| {
        let is_indicated = || {
            let sam = practice.session("sam");
            let reference = practice.opened(&sam, query(0));
            let looked = practice.store.disclose(&sam, &reference, practice.now());
            match looked.unwrap().unwrap().view() {
                View::Whole(child) => child.sensitive_services == SensitiveServices::OneOrMore,
                View::Restricted(_) => panic!("a whole record"),
            }
        };
        load(practice, &whole(file(Reach::Delta, 1, [0])));
        let said = load(practice, &whole(clinic(practice, 2)));
        let mut faulty = whole(clinic(practice, 3));
        let row = faulty.file.rows.remove(0);
        let (key, _) = row.also.into_iter().next().unwrap();
        faulty.spared.push(Spared {
            key: row.key,
            working: SparedWorking::Consented(key),
        });
        let faulty = load(practice, &faulty);
        assert!(is_indicated());
        take_back(practice, faulty.id);
        assert!(is_indicated(), "the first run stands");
        take_back(practice, said.id);
        assert!(!is_indicated());
    });
}
