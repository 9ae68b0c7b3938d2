//! A row of a file of changes says that a child has left: what its supplier said ends as by a full file without the child.

use std::cell::RefCell;

use directory::child::{Child, SensitiveServices, View};
use directory::event::By;
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::{Gender, Name};
use directory::row::Waits;
use directory::run::{Reach, RunState, WhyHeld};
use directory::statement::{Particulars, Said, SourceKind};
use directory::statement_key::statement_key;
use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
use directory::text::SupplierKey;
use jiff::civil::date;
use store::{Applying, FilePart, ROWS_WEIGHED_HOURS, RowsNoted, RunBegun};

use crate::practice::{Practice, both, nhs, parse, row, with_nhs_number};
use crate::records::tamper;
use crate::review::{staffed, waiting};
use crate::runs::{File, apply, begin, child, clinic, file, load, query, shield, take_back};

/// The row that says that a child has left by a day.
fn left(key: &str, day: i8) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        particulars: Particulars::default(),
        known: Known::NoLonger,
        ..child(key, 0)
    }
}

/// A file of changes of rows as they are.
fn changes(day: i8, rows: Vec<Row>) -> File {
    File {
        rows,
        ..file(Reach::Delta, day, [])
    }
}

fn case(key: &str, own: &str) -> SupplierKey {
    let key: SupplierKey = parse(key);
    statement_key(&key, &[own]).unwrap()
}

pub fn involvement(worker: &str) -> Said {
    Said::Involvement(Box::new(Involvement {
        practitioner: Practitioner {
            name: Name {
                given: None,
                family: parse(worker),
            },
            job_title: parse("Teacher"),
            organisation: parse("Example School"),
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

fn is_found(practice: &Practice, at: usize) -> bool {
    let jane = practice.session("jane");
    !practice.shown(&jane, query(at)).is_empty()
}

/// A child as somebody sees who sees behind shields.
fn seen(practice: &Practice, at: usize) -> Child {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query(at));
    let shown = practice.store.disclose(&sam, &reference, practice.now());
    match shown.unwrap().unwrap().view() {
        View::Whole(child) => Child::clone(child),
        View::Restricted(_) => panic!("a whole record"),
    }
}

fn census() -> Supplier {
    Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    }
}

fn of_census(practice: &Practice, rows: &[Row]) -> Vec<Outcome> {
    let taken = practice.store.accept(&census(), rows, practice.now());
    taken.unwrap()
}

#[test]
fn a_child_leaves_by_a_file_of_changes_and_comes_back_by_the_next() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..4));
        let leaving = load(practice, &changes(2, vec![left("1", 2)]));
        assert_eq!(leaving.totals.accepted, 1);
        assert!(!is_found(practice, 1) && is_found(practice, 0) && is_found(practice, 2));
        let back = load(practice, &file(Reach::Delta, 3, [1]));
        assert!(is_found(practice, 1));
        assert_eq!(back.totals.accepted, 1);
        take_back(practice, back.id);
        assert!(!is_found(practice, 1));
        take_back(practice, leaving.id);
        assert!(is_found(practice, 1), "exactly as before");
    });
}

#[test]
fn who_leaves_beside_files_has_left_and_a_later_word_is_not_ended_by_an_older_one() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        load(practice, &file(Reach::Delta, 9, [1]));
        let rows = [left("0", 5), left("1", 5), left("nobody", 5)];
        let store = &practice.store;
        let noted = store.note_rows(&nhs(), &rows, practice.now());
        assert_eq!(noted.unwrap(), RowsNoted::Noted);
        assert_eq!(practice.accept(&rows), [Outcome::Accepted; 3]);
        assert!(!is_found(practice, 0));
        assert!(is_found(practice, 1), "confirmed later");
    });
}

#[test]
fn what_ends_is_the_suppliers_own_word_of_that_child_and_of_whoever_works_with_them() {
    both(|practice| {
        let mut known = with_nhs_number(child("1", 1), "9434765919");
        known.also = vec![
            (case("1", "a"), involvement("Brown")),
            (case("1", "b"), involvement("Green")),
        ];
        practice.accept(&[known.clone()]);
        let mut of_census_too = with_nhs_number(child("c", 1), "9434765919");
        of_census_too.also = vec![(case("c", "a"), involvement("White"))];
        of_census(practice, &[of_census_too]);
        let workers = |practice: &Practice| {
            let child = seen(practice, 1);
            let working = child.involvements.iter();
            let mut names: Vec<String> = working
                .filter(|one| one.value.period.ended().is_none())
                .map(|one| one.value.practitioner.name.family.to_string())
                .collect();
            names.sort();
            names
        };
        assert_eq!(workers(practice), ["Brown", "Green", "White"]);
        // What it names beside is only by which keys the child is looked for.
        let mut leaving = left("1", 2);
        leaving.also = vec![(case("1", "a"), Said::Particulars(Box::default()))];
        assert_eq!(practice.accept(&[leaving]), [Outcome::Accepted]);
        assert_eq!(workers(practice), ["White"]);
        practice.accept(&[left("c", 2)]);
        assert!(
            is_found(practice, 1),
            "another supplier\u{2019}s key is not its own"
        );
        of_census(practice, &[left("c", 2)]);
        assert!(!is_found(practice, 1));
    });
}

#[test]
fn x2_who_leaves_behind_a_shield_is_answered_and_followed_as_if_there_were_none() {
    let told = |is_shielded: bool| {
        let told = RefCell::new(Vec::new());
        both(|practice| {
            load(practice, &file(Reach::Delta, 1, 0..4));
            let mut renamed = file(Reach::Delta, 2, [1]);
            renamed.rows[0].particulars.name.as_mut().unwrap().family = parse("Quillington");
            if is_shielded {
                shield(practice, 1);
            }
            // Behind the shield this waits, and stands otherwise.
            load(practice, &renamed);
            let leaving = load(practice, &changes(3, vec![left("1", 3)]));
            let like = changes(4, vec![child("other", 1)]);
            let like = load(practice, &like);
            let again = load(practice, &file(Reach::Delta, 5, [1]));
            let totals = |run: &directory::run::Run| {
                let totals = run.totals;
                (
                    totals.accepted,
                    totals.unchanged,
                    totals.waiting,
                    totals.new,
                )
            };
            let found = is_found(practice, 1);
            told.borrow_mut()
                .push([totals(&leaving), totals(&like), totals(&again)]);
            if is_shielded {
                assert_eq!(practice.store.rows_waiting().unwrap(), 0);
            } else {
                assert!(found);
            }
            take_back(practice, leaving.id);
        });
        told.into_inner()
    };
    assert_eq!(told(true), told(false));
}

#[test]
fn x2_behind_a_shield_nothing_stands_of_who_has_left_and_the_shield_guards_on() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..4));
        shield(practice, 1);
        assert_eq!(practice.accept(&[left("1", 2)]), [Outcome::Accepted]);
        assert!(!is_found(practice, 1), "nobody says their name any more");
        assert_eq!(of_census(practice, &[child("c", 1)]), [Outcome::Accepted]);
        assert!(
            !is_found(practice, 1),
            "nor does another word bring them out"
        );
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn f1_who_leaves_waits_no_longer_neither_for_a_data_officer_nor_behind_a_shield() {
    staffed(|practice| {
        let officer = practice.session("dora");
        practice.accept(&[child("0", 0)]);
        let mut other = child("0", 0);
        other.particulars.name = child("0", 5).particulars.name;
        let run = load(practice, &changes(2, vec![child("0", 0), other]));
        assert_eq!(run.totals.waiting, 1);
        assert_eq!(waiting(practice, &officer, Waits::Review), 1);
        let leaving = load(practice, &changes(3, vec![left("0", 3)]));
        assert_eq!(waiting(practice, &officer, Waits::Review), 0);
        take_back(practice, leaving.id);
        assert_eq!(waiting(practice, &officer, Waits::Review), 1);

        practice.accept(&[child("1", 1)]);
        shield(practice, 1);
        let sam = practice.session("sam");
        of_census(practice, &[child("c", 1)]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert_eq!(of_census(practice, &[left("c", 2)]), [Outcome::Accepted]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        assert!(is_found(practice, 1), "what the other supplier says stands");
    });
}

#[test]
fn c20_who_leaves_and_is_restricted_at_the_source_is_shielded_all_the_same() {
    both(|practice| {
        practice.accept(&[with_nhs_number(child("1", 1), "9434765919")]);
        of_census(practice, &[with_nhs_number(child("c", 1), "9434765919")]);
        let restricted = Row {
            restriction: Restriction::AtSource,
            ..left("1", 2)
        };
        assert_eq!(practice.accept(&[restricted]), [Outcome::Accepted]);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, query(1));
        let shown = practice.store.disclose(&jane, &reference, practice.now());
        assert!(matches!(
            shown.unwrap().unwrap().view(),
            View::Restricted(_)
        ));
    });
}

#[test]
fn x5_a_sensitive_involvement_leaves_with_the_child_and_no_taking_back_brings_it_back() {
    both(|practice| {
        let mut known = with_nhs_number(child("0", 0), "9434765919");
        practice.accept(&[known.clone()]);
        let (_, consented) = clinic(practice, 5).rows[0].also[0].clone();
        known.also = vec![(case("0", "s"), consented)];
        practice.accept(&[known]);
        of_census(practice, &[with_nhs_number(child("c", 0), "9434765919")]);
        let indicated = || seen(practice, 0).sensitive_services == SensitiveServices::OneOrMore;
        assert!(indicated());
        let leaving = load(practice, &changes(2, vec![left("0", 2)]));
        assert!(!indicated());
        take_back(practice, leaving.id);
        assert!(!indicated(), "nothing of it was kept");
    });
}

#[test]
fn a_run_before_is_taken_back_and_whoever_left_since_has_left() {
    both(|practice| {
        practice.accept(&[child("0", 0)]);
        let mut wrong = file(Reach::Delta, 2, [0, 1]);
        wrong.rows[0].particulars.name.as_mut().unwrap().family = parse("Wrongly");
        let wrong = load(practice, &wrong);
        load(practice, &changes(3, vec![left("0", 3), left("1", 3)]));
        let rows = [child("2", 2)];
        of_census(practice, &rows);
        of_census(practice, &[left("2", 3)]);
        take_back(practice, wrong.id);
        assert!(!is_found(practice, 0) && !is_found(practice, 1) && !is_found(practice, 2));
        load(practice, &file(Reach::Delta, 4, [0]));
        assert!(is_found(practice, 0));
    });
}

#[test]
fn a_batch_in_which_children_leave_goes_on_where_the_program_was_stopped() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..24));
        let keys = || (0..400).map(|at| at.to_string());
        let rows: Vec<Row> = keys().map(|key| left(&key, 2)).collect();
        let RunBegun::New(mut run) = begin(&practice.store, practice, &changes(2, rows.clone()))
        else {
            panic!("a new run");
        };
        if run.state == RunState::Held {
            assert_eq!(run.held, Some(WhyHeld::Ends { ended: 24, of: 24 }));
            let by = || By::Operator;
            let released = practice.store.release_run(run.id, by(), practice.now());
            released.unwrap().unwrap();
            let resumed = practice.store.resume_run(run.id, by(), practice.now());
            resumed.unwrap().unwrap();
        }
        // The place in the journal is taken of a part that comes later.
        let block = "INSERT INTO run_part (id, run, body) SELECT CAST(value AS BIGINT) + 3, 0, body \
             FROM meta, run WHERE name = 'supply' AND id = 1";
        tamper(practice, block);
        let part = FilePart {
            taken: &[],
            rows: &rows,
            read: 400,
            refused: 0,
        };
        assert!(
            practice
                .store
                .apply(&mut run, part, practice.now())
                .is_err()
        );
        tamper(practice, "DELETE FROM run_part WHERE run = 0");
        run = practice.store.run(run.id).unwrap().unwrap();
        let come = usize::try_from(run.totals.read).unwrap();
        assert!(come > 0 && come < 400, "{come}");
        let (taken, rest) = rows.split_at(come);
        let part = FilePart {
            taken,
            rows: rest,
            read: 400 - run.totals.read,
            refused: 0,
        };
        let applied = practice.store.apply(&mut run, part, practice.now());
        assert!(matches!(applied, Ok(Applying::Applied(_))));
        assert_eq!((run.totals.read, run.totals.accepted), (400, 400));
        assert!((0..24).all(|at| !is_found(practice, at)));
        take_back(practice, run.id);
        assert!((0..24).all(|at| is_found(practice, at)));
    });
}

#[test]
fn a_file_by_which_more_than_one_in_twenty_leave_is_held_and_none_is_counted_twice() {
    both(|practice| {
        let known = two_hundred();
        load(practice, &known);
        let leave = |day, count: usize| {
            let rows = (0..count).map(|at| left(&at.to_string(), day));
            changes(day, rows.collect())
        };
        let held = |file: &File| {
            let RunBegun::New(run) = begin(&practice.store, practice, file) else {
                panic!("a new run");
            };
            run.held
        };
        assert_eq!(
            held(&leave(2, 11)),
            Some(WhyHeld::Ends { ended: 11, of: 200 })
        );
        assert_eq!(load(practice, &leave(3, 10)).held, None, "one in twenty");
        assert_eq!(
            load(practice, &leave(4, 12)).held,
            None,
            "ten of them had left before"
        );
        assert_eq!(load(practice, &leave(5, 12)).held, None, "and all of these");
        load(practice, &file(Reach::Delta, 6, 0..12));
        assert_eq!(
            held(&leave(7, 12)),
            Some(WhyHeld::Ends { ended: 12, of: 200 }),
            "they came back"
        );
        // A full file that has a row for each time that a child was known.
        let mut rows = known.rows.clone();
        rows.iter_mut()
            .for_each(|row| row.confirmed = date(2026, 11, 8));
        rows.extend((0..12).map(|at| left(&at.to_string(), 8)));
        let mut full = changes(8, rows);
        full.reach = Reach::Full;
        assert!(matches!(held(&full), Some(WhyHeld::Ends { ended: 12, .. })));
    });
}

/// A file of 200 children, under keys from 0 on.
fn two_hundred() -> File {
    let mut known = file(Reach::Delta, 1, 0..24);
    known.rows.extend((24..200).map(|at| {
        let born = date(2012, 1 + i8::try_from(at % 12).unwrap(), 3);
        let family = ["Abel", "Brook", "Croft", "Dale"][at % 4];
        row(&at.to_string(), &letters(at), family, born)
    }));
    known
}

/// A given name like no other of a few hundred.
fn letters(of: usize) -> String {
    let letter = |of: usize| char::from(b'a' + u8::try_from(of % 26).unwrap());
    [of / 26 + 3, of * 5 + 1, of * 11, of, of / 7 + 9]
        .map(letter)
        .iter()
        .collect()
}

#[test]
fn what_a_full_file_ends_and_what_a_row_ends_are_the_same() {
    let ends = |by_row: bool| {
        let children = RefCell::new(Vec::new());
        both(|practice| {
            load(practice, &file(Reach::Full, 1, 0..24));
            of_census(practice, &[with_nhs_number(child("c", 1), "9434765919")]);
            shield(practice, 2);
            if by_row {
                let rows = [left("1", 2), left("2", 2)];
                load(practice, &changes(2, rows.to_vec()));
            } else {
                let rest = (0..24).filter(|at| ![1, 2].contains(at));
                load(practice, &file(Reach::Full, 2, rest));
            }
            let found: Vec<bool> = (0..24).map(|at| is_found(practice, at)).collect();
            let Child {
                name,
                born,
                residence,
                education,
                other_numbers,
                ..
            } = seen(practice, 1);
            let told = format!("{name:?} {born:?} {residence:?} {education:?} {other_numbers:?}");
            children.borrow_mut().push((found, told));
        });
        children.into_inner()
    };
    let (rows, files) = (ends(true), ends(false));
    assert_eq!(rows, files);
}

/// Sends rows beside files, as the door does.
fn sent(practice: &Practice, rows: &[Row]) -> RowsNoted {
    let noted = practice.store.note_rows(&nhs(), rows, practice.now());
    let noted = noted.unwrap();
    if noted == RowsNoted::Noted {
        practice.accept(rows);
    }
    noted
}

fn leaving(keys: std::ops::Range<usize>, day: i8) -> Vec<Row> {
    keys.map(|at| left(&at.to_string(), day)).collect()
}

#[test]
fn rows_of_a_day_by_which_more_than_one_in_twenty_leave_are_refused_and_none_is_counted_twice() {
    both(|practice| {
        load(practice, &two_hundred());
        for at in 0..10 {
            assert_eq!(sent(practice, &leaving(at..at + 1, 2)), RowsNoted::Noted);
        }
        assert!(!is_found(practice, 9), "one in twenty");
        let mut more = leaving(10..11, 2);
        more.push(left("nobody", 2));
        assert_eq!(sent(practice, &more), RowsNoted::EndTooMuch);
        assert!(is_found(practice, 10));
        // Who left before is not counted again, nor is who was never known; and other rows are taken.
        let known: Vec<Row> = leaving(0..10, 2)
            .into_iter()
            .chain([left("x", 2)])
            .collect();
        assert_eq!(sent(practice, &known), RowsNoted::Noted);
        assert_eq!(sent(practice, &[child("20", 20)]), RowsNoted::Noted);
        assert_eq!(sent(practice, &leaving(10..11, 2)), RowsNoted::EndTooMuch);
        // As a file they wait for a person, who lets them; that frees nothing of the day.
        let file = load(practice, &changes(2, leaving(10..30, 2)));
        assert!(matches!(file.held, Some(WhyHeld::Ends { ended: 20, .. })));
        assert!(!is_found(practice, 10));
        assert_eq!(sent(practice, &leaving(30..31, 2)), RowsNoted::EndTooMuch);
        practice.after_seconds(ROWS_WEIGHED_HOURS * 3_600);
        assert_eq!(sent(practice, &leaving(30..38, 3)), RowsNoted::Noted);
        assert_eq!(sent(practice, &leaving(38..40, 3)), RowsNoted::EndTooMuch);
    });
}

#[test]
fn rows_of_a_day_by_which_too_many_involvements_end_are_refused() {
    both(|practice| {
        let with = |period: Period, at: usize| {
            let key = at.to_string();
            let mut row = child(&key, at);
            let Said::Involvement(mut said) = involvement("Brown") else {
                panic!("an involvement");
            };
            said.period = period;
            row.also = vec![(case(&key, "a"), Said::Involvement(said))];
            row
        };
        let current = |at| with(Period::Current { since: None }, at);
        load(practice, &changes(1, (0..24).map(current).collect()));
        let ended = |at| {
            let ended = date(2026, 11, 1);
            with(Period::Ended { since: None, ended }, at)
        };
        let some: Vec<Row> = (0..9).map(ended).collect();
        assert_eq!(sent(practice, &some), RowsNoted::Noted);
        assert_eq!(sent(practice, &[ended(9)]), RowsNoted::EndTooMuch);
        assert_eq!(
            sent(practice, &[ended(0)]),
            RowsNoted::Noted,
            "it had ended"
        );
    });
}

#[test]
fn of_rows_that_come_at_once_no_more_leave_than_of_rows_one_after_the_other() {
    both(|practice| {
        load(practice, &two_hundred());
        let noted = std::thread::scope(|scope| {
            let sending = (0..6).map(|of| {
                let rows = leaving(of * 5..of * 5 + 5, 2);
                let now = practice.now();
                scope.spawn(move || practice.store.note_rows(&nhs(), &rows, now).unwrap())
            });
            let sending: Vec<_> = sending.collect();
            let noted = sending.into_iter().map(|one| one.join().unwrap());
            noted.filter(|one| *one == RowsNoted::Noted).count()
        });
        assert_eq!(noted, 2, "ten of two hundred");
    });
}

#[test]
fn c20_whom_rows_restrict_that_would_end_too_much_is_shielded_all_the_same() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..24));
        let mut rows = leaving(0..12, 2);
        rows.push(Row {
            restriction: Restriction::AtSource,
            ..child("20", 20)
        });
        assert_eq!(sent(practice, &rows), RowsNoted::EndTooMuch);
        assert!(is_found(practice, 0), "nobody has left");
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, query(20));
        let shown = practice.store.disclose(&jane, &reference, practice.now());
        assert!(matches!(
            shown.unwrap().unwrap().view(),
            View::Restricted(_)
        ));
    });
}

/// A child who is known, leaves, and is known again, as another row says, with so many rows of others between.
fn back_and_forth(at: usize, between: usize) -> File {
    let key = at.to_string();
    let known = Row {
        confirmed: date(2026, 11, 2),
        ..child(&key, at)
    };
    let mut again = known.clone();
    again.particulars.gender = Some(Gender::Male);
    let mut rows = vec![known, left(&key, 2)];
    rows.extend((0..between).map(|of| left(&format!("nobody-{of}"), 2)));
    rows.push(again);
    changes(2, rows)
}

#[test]
fn who_has_left_and_is_known_again_in_one_file_is_the_same_child_and_waits_for_nobody() {
    // In one part of the file, and in two.
    for between in [0, 300] {
        both(|practice| {
            load(practice, &file(Reach::Delta, 1, 0..4));
            let who = || {
                let child = seen(practice, 1);
                (child.number, child.gender.unwrap().value)
            };
            let before = who();
            assert_eq!(before.1, Gender::Female);
            let run = load(practice, &back_and_forth(1, between));
            assert_eq!((run.totals.waiting, run.totals.new), (0, Some(0)));
            assert_eq!(practice.store.rows_waiting().unwrap(), 0);
            assert_eq!(who(), (before.0, Gender::Male));
            take_back(practice, run.id);
            assert_eq!(who(), before);
        });
    }
}

#[test]
fn a_batch_goes_on_in_its_middle_and_who_has_left_in_it_comes_back() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..4));
        let before = seen(practice, 1).number;
        let file = back_and_forth(1, 20);
        let RunBegun::New(mut run) = begin(&practice.store, practice, &file) else {
            panic!("a new run");
        };
        let (taken, rows) = file.rows.split_at(12);
        apply(practice, &mut run, taken);
        let part = FilePart {
            taken,
            rows,
            read: u64::try_from(rows.len()).unwrap(),
            refused: 0,
        };
        let applied = practice.store.apply(&mut run, part, practice.now());
        assert!(matches!(applied, Ok(Applying::Applied(_))));
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        assert_eq!(seen(practice, 1).number, before);
    });
}

#[test]
fn x2_who_has_left_and_is_known_again_behind_a_shield_is_answered_as_if_there_were_none() {
    for between in [0, 300] {
        let told = |is_shielded: bool| {
            let told = RefCell::new(Vec::new());
            both(|practice| {
                load(practice, &file(Reach::Delta, 1, 0..4));
                if is_shielded {
                    shield(practice, 1);
                }
                let run = load(practice, &back_and_forth(1, between));
                let again = load(practice, &file(Reach::Delta, 3, [1]));
                let totals = [run, again].map(|run| {
                    let totals = run.totals;
                    let waiting = (totals.waiting, totals.new);
                    (totals.accepted, totals.unchanged, waiting)
                });
                told.borrow_mut().push(totals);
                assert_eq!(practice.store.rows_waiting().unwrap(), 0);
            });
            told.into_inner()
        };
        assert_eq!(told(true), told(false), "{between}");
    }
}
