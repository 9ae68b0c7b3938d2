//! Figures of data quality and of suppliers: suppressed, rounded, the same for everybody, and never changed by a shielded child.

use std::ops::ControlFlow;

use directory::Timestamp;
use directory::access::Refusal;
use directory::account::Role;
use directory::event::By;
use directory::figure::Figure;
use directory::local_source::LocalSource;
use directory::organisation::Sector;
use directory::quality::Measure;
use directory::run::{Reach, RunState};
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Row, Supplier};
use jiff::civil::date;
use store::{Cell, Figures, NotSo, RunBegun};

use crate::practice::{AUTHORITY, Practice, account, both, parse, row, secrets};
use crate::review::staffed;
use crate::runs::{File, apply, begin, begin_of, child, file, load, query, shield};

/// The child that is shielded where there is one.
const HIDDEN: usize = 23;

fn count(practice: &Practice) -> Figures {
    let counted = practice
        .store
        .count_quality(practice.now(), &mut |_| ControlFlow::Continue(()));
    counted.unwrap().expect("counted to its end");
    practice.store.figures().unwrap()
}

fn area() -> Option<directory::text::AuthorityCode> {
    Some(parse(AUTHORITY))
}

fn own(figures: &Figures, measure: Measure) -> Option<u64> {
    figures.of(&Cell::Authority(measure, area())).number()
}

/// Every figure there could be, but for its moment.
fn all(figures: &Figures) -> Vec<(Cell, Figure)> {
    let mut cells = Vec::new();
    for measure in Measure::ALL {
        for area in [area(), Some(parse("E06000023")), None] {
            cells.push(Cell::Authority(measure, area.clone()));
            cells.push(Cell::Coverage(parse("nhs"), area.clone()));
            cells.push(Cell::Coverage(parse("local-02"), area));
        }
        cells.push(Cell::Supplier(measure, parse("nhs")));
        cells.push(Cell::Supplier(measure, parse("local-02")));
    }
    let each = cells.into_iter().map(|cell| {
        let figure = figures.of(&cell);
        (cell, figure)
    });
    each.collect()
}

fn local(code: &str) -> Supplier {
    Supplier {
        code: parse(code),
        kind: SourceKind::Local,
    }
}

/// Takes a local supplier's file to its end.
fn load_local(practice: &Practice, (code, day): (&str, i8), sector: Option<Sector>) {
    let file = File {
        supplier: local(code),
        ..file(Reach::Delta, day, 0..10)
    };
    let RunBegun::New(mut run) = begin(&practice.store, practice, &file) else {
        panic!("a new run");
    };
    apply(practice, &mut run, &file.rows);
    let ended = practice
        .store
        .end_run(&mut run, (sector, By::Operator), practice.now());
    assert_eq!(ended.unwrap(), RunState::Done);
}

/// Children of whom nobody knows the school, and whose practice is in no register.
fn poor(at: usize) -> Row {
    let mut row = child(&at.to_string(), at);
    row.confirmed = date(2025, 1, 1);
    row.particulars.education = None;
    row.particulars.primary_care = Some(directory::setting::PrimaryCare::Registered {
        place: parse("Z99999"),
        since: None,
    });
    row
}

#[test]
fn f10_small_numbers_are_suppressed_and_the_rest_is_rounded() {
    both(|practice| {
        let mut wrong = file(Reach::Delta, 1, 0..20);
        for at in 0..12 {
            wrong.rows[at] = poor(at);
        }
        for at in 12..15 {
            wrong.rows[at].particulars.primary_care = None;
        }
        load(practice, &wrong);
        let figures = count(practice);
        assert_eq!(own(&figures, Measure::Children), Some(20));
        assert_eq!(own(&figures, Measure::PracticeNotListed), Some(10), "12");
        assert_eq!(own(&figures, Measure::AddressOld), Some(10), "12");
        assert_eq!(own(&figures, Measure::PracticeNotKnown), None, "3");
        assert_eq!(own(&figures, Measure::NobodyInvolved), Some(20));
        let covered = figures.of(&Cell::Coverage(parse("nhs"), area()));
        assert_eq!(covered.number(), Some(20));
        let elsewhere = figures.of(&Cell::Authority(Measure::Children, None));
        assert_eq!(elsewhere, Figure::Few);
    });
}

/// The same children, with and without one who is shielded and of whom everything is wrong that can be.
#[test]
fn x2_a_shielded_child_changes_no_figure_that_others_see() {
    for fresh in [Practice::sqlite, Practice::postgres] {
        let (without, with) = (fresh(), fresh());
        for practice in [&without, &with] {
            load(practice, &file(Reach::Delta, 1, 0..18));
        }
        load(
            &with,
            &File {
                rows: vec![poor(HIDDEN)],
                ..file(Reach::Delta, 1, [HIDDEN])
            },
        );
        shield(&with, HIDDEN);
        // A row like hers is held, and one of the same words anywhere else would wait: no figure tells.
        let mut like = child("another", HIDDEN);
        like.particulars.residence = None;
        with.accept(&[like]);
        let figures = [count(&without), count(&with)];
        assert_eq!(all(&figures[0]), all(&figures[1]));
        assert_eq!(own(&figures[1], Measure::Children), Some(20), "18");
        // Nor does one who is shielded after a first count, be she the one by whom a figure would be another.
        load(&with, &file(Reach::Delta, 3, [18]));
        let before = count(&with);
        shield(&with, 18);
        assert_eq!(all(&before), all(&count(&with)));
    }
}

#[test]
fn x2_a_shielded_child_would_have_been_counted() {
    both(|practice| {
        let mut poorly = file(Reach::Delta, 1, 0..8);
        poorly.rows = (0..8).map(poor).collect();
        load(practice, &poorly);
        let figures = count(practice);
        assert_eq!(own(&figures, Measure::AddressOld), Some(10));
        shield(practice, 3);
        assert_eq!(own(&count(practice), Measure::AddressOld), None);
    });
}

#[test]
fn x4_a_local_supplier_of_no_sector_is_in_no_figure_and_on_no_page() {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..12));
        load_local(practice, ("local-02", 2), Some(Sector::SocialCare));
        load_local(practice, ("local-04", 3), None);
        let figures = count(practice);
        let covered = |code: &str| figures.of(&Cell::Coverage(parse(code), area())).number();
        assert_eq!(covered("local-02"), Some(10));
        assert_eq!(covered("local-04"), None);
        let dora = practice.session("dora");
        let named = practice.store.oversee(&dora, practice.now()).unwrap();
        let named: Vec<String> = named
            .unwrap()
            .iter()
            .map(|feeding| feeding.supplier.code.to_string())
            .collect();
        assert_eq!(named, ["local-02", "nhs"]);
        let quiet = practice
            .store
            .oversee_supplier(&dora, &parse("local-04"), practice.now());
        assert_eq!(quiet.unwrap().unwrap(), None);
        let whole = practice.store.feeding().unwrap();
        assert_eq!(whole.len(), 3, "the operator sees it");
    });
}

#[test]
fn r28_x13_a_suppliers_first_file_is_on_pages_as_it_begins_if_a_sector_is_named_and_feeds_nothing_yet()
 {
    staffed(|practice| {
        let of_social_care = Some(Sector::SocialCare);
        let begun = |(code, day): (&str, i8), sector| {
            let file = File {
                supplier: local(code),
                ..file(Reach::Delta, day, 0..12)
            };
            let RunBegun::New(run) = begin_of((&practice.store, practice), &file, sector) else {
                panic!("a new run");
            };
            let paused = practice
                .store
                .pause_run(run.id, By::Operator, practice.now());
            assert_eq!(paused.unwrap(), Ok(()));
            run.id
        };
        let named = begun(("local-02", 1), of_social_care);
        let quiet = begun(("local-04", 2), None);
        let dora = practice.session("dora");
        let seen = practice.store.oversee(&dora, practice.now());
        let seen: Vec<String> = seen
            .unwrap()
            .unwrap()
            .iter()
            .map(|one| one.supplier.code.to_string())
            .collect();
        assert_eq!(seen, ["local-02"]);
        let resumed = |id| practice.store.resume_as(&dora, id, practice.now()).unwrap();
        assert_eq!(resumed(named), Ok(Ok(())));
        assert_eq!(resumed(quiet), Ok(Err(NotSo::NoRun)));
        assert_eq!(practice.store.coverage().unwrap(), []);
        let mut run = practice.store.run(named).unwrap().unwrap();
        let by = (of_social_care, By::Operator);
        let ended = practice.store.end_run(&mut run, by, practice.now());
        assert_eq!(ended.unwrap(), RunState::Done);
        assert_eq!(practice.store.coverage().unwrap(), [Sector::SocialCare]);
    });
}

#[test]
fn c6_only_officers_of_the_childs_authority_learn_how_many_rows_are_held() {
    staffed(|practice| {
        load(practice, &file(Reach::Delta, 1, [HIDDEN]));
        shield(practice, HIDDEN);
        let mut like = row(
            "another",
            "Isla",
            "Tregear",
            child("x", HIDDEN).particulars.born.unwrap(),
        );
        like.particulars.residence = None;
        assert_eq!(practice.accept(&[like]), [Outcome::Waiting]);
        let held = |user: &str| {
            let session = practice.session(user);
            let seen = practice
                .store
                .oversee_supplier(&session, &parse("nhs"), practice.now());
            seen.unwrap().map(|seen| seen.unwrap().held_rows)
        };
        assert_eq!(held("sam"), Ok(Some(1)));
        assert_eq!(held("bob"), Ok(Some(0)), "an officer of another authority");
        assert_eq!(held("dora"), Ok(None));
        assert_eq!(held("ann"), Ok(None));
        assert_eq!(held("jane"), Err(Refusal::NotPermitted));
        assert!(
            practice
                .shown(&practice.session("jane"), query(HIDDEN))
                .len()
                == 1
        );
    });
}

#[test]
fn figures_are_for_data_officers_and_auditors_and_a_refusal_is_recorded() {
    staffed(|practice| {
        let sees = |user: &str| {
            let session = practice.session(user);
            let seen = practice.store.see_figures(&session, practice.now());
            seen.unwrap().map(|figures| figures.at)
        };
        assert_eq!(sees("dora"), Ok(None), "nothing was counted yet");
        assert_eq!(sees("jane"), Err(Refusal::NotPermitted));
        assert_eq!(sees("sam"), Err(Refusal::NotPermitted));
        count(practice);
        assert!(sees("ann").unwrap().is_some());
        practice.store.sequence(practice.now()).unwrap();
        let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
    });
}

#[test]
fn a_count_that_is_broken_off_leaves_the_figures_and_one_counts_at_a_time() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..12));
        let before = count(practice);
        load(practice, &file(Reach::Delta, 2, 12..24));
        let broken = practice
            .store
            .count_quality(practice.now(), &mut |_| ControlFlow::Break(()));
        assert_eq!(broken.unwrap(), None);
        assert_eq!(practice.store.figures().unwrap(), before);
        let long_ago = Timestamp::UNIX_EPOCH;
        let turn = |since| {
            practice
                .store
                .take_turn_to_count(since, practice.now())
                .unwrap()
        };
        assert!(!turn(long_ago), "it was counted since");
        let later = practice.now().at;
        assert!(turn(later));
        assert!(!turn(later), "somebody counts");
        practice.store.end_turn_to_count().unwrap();
        assert!(turn(later));
        practice.after_seconds(13 * 60 * 60);
        assert!(turn(later), "it broke off");
        assert_eq!(own(&count(practice), Measure::Children), Some(25), "24");
    });
}

#[test]
fn a_held_run_is_let_go_on_by_somebody_of_the_right_role() {
    staffed(|practice| {
        let admin = account(20, "ada", vec![Role::Administrator], 2);
        practice
            .store
            .put_account(&admin, Some(&secrets("ada")), practice.now())
            .unwrap();
        load(practice, &file(Reach::Full, 1, 0..20));
        let RunBegun::New(run) = begin(&practice.store, practice, &file(Reach::Full, 2, 0..9))
        else {
            panic!("a new run");
        };
        assert_eq!(run.state, RunState::Held);
        let release = |user: &str, id| {
            let session = practice.session(user);
            practice
                .store
                .release_as(&session, id, practice.now())
                .unwrap()
        };
        assert_eq!(release("ann", run.id), Err(Refusal::NotPermitted));
        assert_eq!(release("sam", run.id), Err(Refusal::NotPermitted));
        let seen = practice.store.oversee_supplier(
            &practice.session("ann"),
            &parse("nhs"),
            practice.now(),
        );
        let seen = seen.unwrap().unwrap().unwrap();
        assert_eq!(seen.feeding.open, std::slice::from_ref(&run));
        assert_eq!(seen.runs.len(), 2);
        assert_eq!(
            release("ada", directory::run::RunId(99)),
            Ok(Err(NotSo::NoRun))
        );
        assert_eq!(release("ada", run.id), Ok(Ok(())));
        assert_eq!(
            release("dora", run.id),
            Ok(Err(NotSo::Stands(RunState::Released)))
        );
    });
}

#[test]
fn r84_the_published_list_is_kept_and_every_process_reads_it() {
    both(|practice| {
        let listed = |name: &str| {
            LocalSource::new(
                (parse(AUTHORITY), parse("local-02")),
                parse(name),
                Sector::SocialCare,
            )
            .unwrap()
        };
        let store = &practice.store;
        store.put_local_sources(&[listed("Early help")]).unwrap();
        store
            .put_local_sources(&[listed("Early help system")])
            .unwrap();
        let other = practice.reopened();
        assert_eq!(other.local_sources(), [listed("Early help system")]);
        let remove = || store.remove_local_source(&parse(AUTHORITY), &parse("local-02"));
        assert_eq!(remove(), Ok(true));
        assert_eq!(remove(), Ok(false));
        assert_eq!(practice.reopened().local_sources(), []);
    });
}
