//! Runs: once, whole batches only, held when they must be, ending what a full file no longer has, and taken back.

use directory::consent::{Answer, Consent, ConsentFact, Understanding};
use directory::event::By;
use directory::involvement::SensitiveInvolvement;
use directory::organisation::Sector;
use directory::run::{Applied, Reach, Run, RunBy, RunId, RunState, WhyHeld};
use directory::shield::Ground;
use directory::statement::{Said, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text;
use jiff::civil::date;
use store::{Applying, FileKeys, FilePart, NewRun, NotSo, NotTakenBack, RunBegun, Store};

use crate::practice::{Practice, both, by_name, nhs, parse, row};

/// Children who are nothing like one another.
const NAMES: [(&str, &str); 24] = [
    ("Kelly", "Marsh"),
    ("Maya", "Hollis"),
    ("Tom", "Ashdown"),
    ("Ngozi", "Okafor"),
    ("Amina", "Hussain"),
    ("Björn", "Lindqvist"),
    ("Dev", "Patel"),
    ("Siobhan", "Byrne"),
    ("Luca", "Castell"),
    ("Poppy", "Dunmore"),
    ("Wren", "Ellery"),
    ("Zachary", "Fenwick"),
    ("Hugo", "Garside"),
    ("Yusuf", "Ingleby"),
    ("Freya", "Jessop"),
    ("Quentin", "Kettering"),
    ("Oscar", "Lomax"),
    ("Violet", "Mowbray"),
    ("Xanthe", "Norcott"),
    ("Ursula", "Oldroyd"),
    ("Edwin", "Penhale"),
    ("Ruby", "Quarmby"),
    ("Callum", "Rushworth"),
    ("Isla", "Tregear"),
];

fn born(at: usize) -> directory::Date {
    let at = i8::try_from(at).unwrap();
    date(2010 + i16::from(at % 9), 1 + at % 12, 1 + at)
}

pub fn child(key: &str, at: usize) -> Row {
    row(key, NAMES[at].0, NAMES[at].1, born(at))
}

/// A file of one supplier.
pub struct File {
    pub supplier: Supplier,
    pub reach: Reach,
    pub day: i8,
    pub rows: Vec<Row>,
}

/// A file of children by their places.
pub fn file(reach: Reach, day: i8, children: impl IntoIterator<Item = usize>) -> File {
    let rows = children.into_iter();
    let rows = rows.map(|at| Row {
        confirmed: date(2026, 11, day),
        ..child(&at.to_string(), at)
    });
    File {
        supplier: nhs(),
        reach,
        day,
        rows: rows.collect(),
    }
}

pub fn begin(store: &Store, practice: &Practice, file: &File) -> RunBegun {
    begin_of((store, practice), file, None)
}

/// Begins a file whose mapping names a sector, or none.
pub fn begin_of(
    (store, practice): (&Store, &Practice),
    file: &File,
    sector: Option<Sector>,
) -> RunBegun {
    let mut hash = store.file_hash();
    hash.update(format!("{:?}", file.rows).as_bytes());
    let mut keys = FileKeys::default();
    for row in &file.rows {
        store.add_keys(&mut keys, &file.supplier, row);
    }
    let new = NewRun {
        supplier: file.supplier.clone(),
        mapping: "nhs".to_owned(),
        sector,
        reach: file.reach,
        applied: Applied::InBatches,
        extracted: date(2026, 11, file.day),
        mark: store.file_mark(&hash, &[&file.day.to_string()]),
        rows: file.rows.len() as u64,
        keys,
    };
    let by = (RunBy::Operator, By::Operator);
    store.begin_run(new, by, practice.now()).unwrap()
}

pub fn apply(practice: &Practice, run: &mut Run, rows: &[Row]) -> Applying {
    let part = FilePart {
        taken: &[],
        rows,
        read: rows.len() as u64,
        refused: 0,
    };
    practice.store.apply(run, part, practice.now()).unwrap()
}

pub fn end(practice: &Practice, run: &mut Run) -> RunState {
    let by = (None, By::Operator);
    practice.store.end_run(run, by, practice.now()).unwrap()
}

/// Takes a file to its end, released if it is held.
pub fn load(practice: &Practice, file: &File) -> Run {
    let RunBegun::New(mut run) = begin(&practice.store, practice, file) else {
        panic!("a new run");
    };
    if run.state == RunState::Held {
        let (store, by) = (&practice.store, || By::Operator);
        store
            .release_run(run.id, by(), practice.now())
            .unwrap()
            .unwrap();
        store
            .resume_run(run.id, by(), practice.now())
            .unwrap()
            .unwrap();
    }
    // A file without a row has no batch.
    if !file.rows.is_empty() {
        apply(practice, &mut run, &file.rows);
    }
    assert_eq!(end(practice, &mut run), RunState::Done);
    run
}

fn is_shown(practice: &Practice, at: usize) -> bool {
    !practice
        .shown(&practice.session("jane"), query(at))
        .is_empty()
}

pub fn take_back(practice: &Practice, run: RunId) {
    let taken = practice
        .store
        .take_back_run(run, &By::Operator, practice.now());
    assert_eq!(taken.unwrap(), Ok(()));
    is_whole(practice);
}

fn is_whole(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

pub fn query(at: usize) -> directory::query::Query {
    by_name(NAMES[at].0, NAMES[at].1, born(at))
}

pub fn shield(practice: &Practice, at: usize) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, query(at));
    practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
        .unwrap()
        .unwrap();
}

#[test]
fn the_same_file_is_one_run_and_goes_on_after_its_last_batch() {
    both(|practice| {
        let file = file(Reach::Delta, 1, 0..4);
        let RunBegun::New(mut run) = begin(&practice.store, practice, &file) else {
            panic!("a new run");
        };
        apply(practice, &mut run, &file.rows[..2]);
        // Another process finds it where it was left.
        let other = practice.reopened();
        let RunBegun::Before(mut found) = begin(&other, practice, &file) else {
            panic!("the same run");
        };
        assert_eq!(
            (found.id, found.state, found.totals.read),
            (run.id, RunState::Running, 2)
        );
        assert!(matches!(
            apply(practice, &mut found, &file.rows[2..]),
            Applying::Applied(_)
        ));
        // Whoever has fallen behind writes nothing.
        assert_eq!(
            apply(practice, &mut run, &file.rows[2..]),
            Applying::Stopped(RunState::Running)
        );
        assert_eq!(end(practice, &mut found), RunState::Done);
        assert_eq!((found.totals.accepted, found.totals.unchanged), (4, 0));
        assert!(
            matches!(begin(&other, practice, &file), RunBegun::Before(run) if run.state == RunState::Done)
        );
        assert!(is_shown(practice, 3));
        is_whole(practice);
    });
}

/// A file of one child, who lives at a postcode.
fn housed(reach: Reach, day: i8, postcode: &str) -> File {
    let mut file = file(reach, day, [0]);
    if let Some(residence) = &mut file.rows[0].particulars.residence
        && let directory::address::AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(postcode).ok();
    }
    file
}

/// Where the child lives: here, and not there.
fn lives(practice: &Practice, here: &str, there: &str) -> bool {
    let jane = practice.session("jane");
    let at = |postcode: &str| {
        let hidden = directory::query::Hidden {
            postcode: text::postcode(postcode).ok(),
            ..directory::query::Hidden::default()
        };
        let visible = crate::practice::visible("", NAMES[0].1, None);
        let query = directory::query::Query::of(visible, hidden).unwrap();
        practice.shown(&jane, query).len()
    };
    (at(here), at(there)) == (1, 0)
}

const LEEDS: &str = "LS1 4AP";
const YATE: &str = "BS37 4AX";

#[test]
fn the_same_changes_after_others_of_their_day_are_said_again() {
    both(|practice| {
        let (one, other) = (
            housed(Reach::Delta, 3, LEEDS),
            housed(Reach::Delta, 3, YATE),
        );
        let began = |file: &File| begin(&practice.store, practice, file);
        let first = load(practice, &one);
        assert!(
            matches!(began(&one), RunBegun::Before(run) if run.id == first.id),
            "twice in succession it says nothing"
        );
        load(practice, &other);
        assert!(lives(practice, YATE, LEEDS));
        let third = load(practice, &one);
        assert_eq!(third.totals.accepted, 1);
        assert!(lives(practice, LEEDS, YATE));
        assert!(matches!(began(&one), RunBegun::Before(run) if run.id == third.id));
        load(practice, &other);
        let fifth = load(practice, &one);
        assert!(lives(practice, LEEDS, YATE));
        // Taken back, it has not come, and of the others the last stands.
        take_back(practice, fifth.id);
        assert!(lives(practice, YATE, LEEDS));
        let sixth = load(practice, &one);
        assert!(sixth.id > fifth.id && lives(practice, LEEDS, YATE));
        is_whole(practice);
    });
}

#[test]
fn changes_that_were_interrupted_after_others_go_on_as_one_run() {
    both(|practice| {
        let one = housed(Reach::Delta, 3, LEEDS);
        load(practice, &one);
        load(practice, &housed(Reach::Delta, 3, YATE));
        let RunBegun::New(again) = begin(&practice.store, practice, &one) else {
            panic!("it may say something new");
        };
        let RunBegun::Before(mut found) = begin(&practice.store, practice, &one) else {
            panic!("it has begun");
        };
        assert_eq!((found.id, found.state), (again.id, RunState::Running));
        apply(practice, &mut found, &one.rows);
        assert_eq!(end(practice, &mut found), RunState::Done);
        assert!(lives(practice, LEEDS, YATE));
    });
}

#[test]
fn changes_that_came_again_are_found_though_their_first_run_was_taken_back() {
    both(|practice| {
        let one = housed(Reach::Delta, 3, LEEDS);
        let first = load(practice, &one);
        load(practice, &housed(Reach::Delta, 3, YATE));
        let RunBegun::New(third) = begin(&practice.store, practice, &one) else {
            panic!("it may say something new");
        };
        take_back(practice, first.id);
        let RunBegun::Before(mut found) = begin(&practice.store, practice, &one) else {
            panic!("its third run has begun");
        };
        assert_eq!((found.id, found.state), (third.id, RunState::Running));
        apply(practice, &mut found, &one.rows);
        assert_eq!(end(practice, &mut found), RunState::Done);
        assert!(lives(practice, LEEDS, YATE));
        // When none of its runs stands, another begins, and is found.
        take_back(practice, third.id);
        assert!(lives(practice, YATE, LEEDS));
        let fourth = load(practice, &one);
        assert!(fourth.id > third.id && lives(practice, LEEDS, YATE));
        assert!(
            matches!(begin(&practice.store, practice, &one), RunBegun::Before(run) if run.id == fourth.id)
        );
    });
}

#[test]
fn the_same_changes_after_rows_of_their_day_are_said_again_and_after_later_words_are_not() {
    both(|practice| {
        let one = housed(Reach::Delta, 3, LEEDS);
        let first = load(practice, &one);
        let beside = |day| {
            let rows = housed(Reach::Delta, day, YATE).rows;
            let store = &practice.store;
            let noted = store.note_rows(&nhs(), &rows, practice.now());
            assert!(matches!(noted, Ok(store::RowsNoted::Noted)));
            practice.accept(&rows);
        };
        beside(3);
        assert!(lives(practice, YATE, LEEDS));
        let second = load(practice, &one);
        assert!(second.id > first.id && lives(practice, LEEDS, YATE));
        beside(4);
        load(practice, &housed(Reach::Delta, 5, YATE));
        assert!(
            matches!(begin(&practice.store, practice, &one), RunBegun::Before(run) if run.id == second.id),
            "older words win nothing"
        );
        assert!(lives(practice, YATE, LEEDS));
    });
}

#[test]
fn a_full_file_is_one_run_whatever_came_since() {
    both(|practice| {
        let full = housed(Reach::Full, 3, LEEDS);
        let first = load(practice, &full);
        load(practice, &housed(Reach::Delta, 3, YATE));
        assert!(
            matches!(begin(&practice.store, practice, &full), RunBegun::Before(run) if run.id == first.id)
        );
    });
}

#[test]
fn a_run_is_paused_and_resumed_by_another_process() {
    both(|practice| {
        let file = file(Reach::Delta, 1, 0..4);
        let RunBegun::New(mut run) = begin(&practice.store, practice, &file) else {
            panic!("a new run");
        };
        apply(practice, &mut run, &file.rows[..2]);
        let (other, by) = (practice.reopened(), || By::Operator);
        other
            .pause_run(run.id, by(), practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(
            apply(practice, &mut run, &file.rows[2..]),
            Applying::Stopped(RunState::Paused)
        );
        assert_eq!(end(practice, &mut run), RunState::Paused);
        assert!(is_shown(practice, 1) && !is_shown(practice, 2));
        let twice = other.pause_run(run.id, by(), practice.now()).unwrap();
        assert_eq!(twice, Err(NotSo::Stands(RunState::Paused)));
        other
            .resume_run(run.id, by(), practice.now())
            .unwrap()
            .unwrap();
        assert!(matches!(
            apply(practice, &mut run, &file.rows[2..]),
            Applying::Applied(_)
        ));
        assert_eq!(end(practice, &mut run), RunState::Done);
        assert!(is_shown(practice, 2));
        is_whole(practice);
    });
}

#[test]
fn a_full_file_is_held_when_it_would_end_more_than_one_in_twenty() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..20));
        let RunBegun::New(run) = begin(&practice.store, practice, &file(Reach::Full, 2, 2..20))
        else {
            panic!("a new run");
        };
        assert_eq!(run.held, Some(WhyHeld::Ends { ended: 2, of: 20 }));
        let run = load(practice, &file(Reach::Full, 3, 1..20));
        assert_eq!(run.held, None, "one in twenty is let through");
        assert!(!is_shown(practice, 0) && is_shown(practice, 1));
        let RunBegun::New(early) = begin(&practice.store, practice, &file(Reach::Full, 2, 1..20))
        else {
            panic!("a new run");
        };
        let newest = date(2026, 11, 3);
        assert_eq!(early.held, Some(WhyHeld::Early { newest }));
        take_back(practice, run.id);
        assert!(is_shown(practice, 0));
    });
}

#[test]
fn x2_a_full_file_ends_a_shielded_childs_rows_silently_and_the_shield_still_guards() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..24));
        shield(practice, 3);
        let run = load(
            practice,
            &file(Reach::Full, 2, (0..24).filter(|at| *at != 3)),
        );
        assert_eq!(run.held, None);
        assert!(!is_shown(practice, 3), "nobody says her name any more");
        // Another supplier says her name: she does not come out from behind the shield, and the answer is as for anybody.
        let census = Supplier {
            code: parse("census"),
            kind: SourceKind::Census,
        };
        let again = [child("c3", 3)];
        let outcomes = practice
            .store
            .accept(&census, &again, practice.now())
            .unwrap();
        assert_eq!(outcomes, [Outcome::Accepted]);
        assert!(!is_shown(practice, 3));
        assert_eq!(
            practice.store.rows_waiting().unwrap(),
            0,
            "it waits where only officers look"
        );
        take_back(practice, run.id);
        assert!(is_shown(practice, 3), "by what is not hidden");
    });
}

#[test]
fn an_older_full_file_ends_nothing_that_was_confirmed_later() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, 0..24));
        load(practice, &file(Reach::Delta, 9, [5]));
        load(
            practice,
            &file(Reach::Full, 5, (0..24).filter(|at| *at != 5 && *at != 6)),
        );
        assert!(is_shown(practice, 5), "a later word stands");
        assert!(!is_shown(practice, 6));
        let newer = (0..24).filter(|at| *at != 5 && *at != 6);
        load(practice, &file(Reach::Full, 10, newer));
        assert!(
            !is_shown(practice, 5),
            "the older file did not hide it from a newer one"
        );
    });
}

#[test]
fn a_run_is_taken_back_and_what_came_after_stands() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, 0..3));
        let mut wrong = file(Reach::Delta, 2, [1, 7, 8]);
        wrong.rows[0].particulars.name.as_mut().unwrap().family = parse("Wrongly");
        let wrong = load(practice, &wrong);
        let later = load(practice, &file(Reach::Delta, 3, [8, 9]));
        assert!(is_shown(practice, 7));
        take_back(practice, wrong.id);
        assert!(is_shown(practice, 1) && !is_shown(practice, 7));
        assert!(is_shown(practice, 8), "the later run said so too");
        take_back(practice, later.id);
        assert!(!is_shown(practice, 8) && !is_shown(practice, 9));
        let again = practice
            .store
            .take_back_run(wrong.id, &By::Operator, practice.now());
        assert_eq!(again.unwrap(), Err(NotTakenBack::Already));
        let nobody = practice
            .store
            .take_back_run(RunId(99), &By::Operator, practice.now());
        assert_eq!(nobody.unwrap(), Err(NotTakenBack::NoRun));
        // The same file can be taken again.
        assert!(matches!(
            begin(&practice.store, practice, &file(Reach::Delta, 3, [8, 9])),
            RunBegun::New(_)
        ));
    });
}

#[test]
fn an_empty_full_file_that_ended_everybody_is_not_taken_back_when_its_journal_is_gone() {
    both(|practice| {
        load(practice, &file(Reach::Full, 1, [0, 1]));
        let empty = load(practice, &file(Reach::Full, 2, []));
        practice.after_seconds((store::JOURNAL_DAYS + 1) * 86_400);
        load(practice, &file(Reach::Delta, 3, [2]));
        let taken = practice
            .store
            .take_back_run(empty.id, &By::Operator, practice.now());
        assert_eq!(taken.unwrap(), Err(NotTakenBack::TooOld));
        let stands = practice.store.run(empty.id).unwrap().unwrap().state;
        assert_eq!(stands, RunState::Done);
        // Of changes without a row there never was a journal, and nothing is to be undone.
        let nothing = load(practice, &file(Reach::Delta, 4, []));
        take_back(practice, nothing.id);
    });
}

#[test]
fn x2_a_row_that_waits_is_taken_back_with_its_run() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        let mut doubtful = file(Reach::Delta, 2, [0]);
        doubtful.rows[0].key = parse("other");
        doubtful.rows[0].particulars.name.as_mut().unwrap().family = parse("Marsch");
        let run = load(practice, &doubtful);
        assert_eq!(practice.store.rows_waiting().unwrap(), 1);
        take_back(practice, run.id);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn r43_a_shield_stays_when_the_run_that_brought_the_child_is_taken_back() {
    both(|practice| {
        let run = load(practice, &file(Reach::Delta, 1, [0]));
        shield(practice, 0);
        take_back(practice, run.id);
        assert!(!is_shown(practice, 0));
        let moved = {
            let mut row = child("m", 0);
            row.particulars.other_numbers.clear();
            row
        };
        let outcomes = practice.accept(&[moved]);
        assert_eq!(outcomes, [Outcome::Accepted], "the same words");
        assert!(!is_shown(practice, 0), "held, not published");
    });
}

#[test]
fn c20_a_shield_that_a_source_asked_for_stays_when_its_run_is_taken_back() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        let mut restricted = file(Reach::Delta, 2, [0]);
        restricted.rows[0].restriction = Restriction::AtSource;
        let run = load(practice, &restricted);
        take_back(practice, run.id);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, query(0));
        let twice = practice
            .store
            .shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
        assert_eq!(twice.unwrap(), Err(directory::access::Refusal::AlreadySo));
    });
}

/// A file of a sensitive service that one child uses, with consent.
pub fn clinic(practice: &Practice, day: i8) -> File {
    let fact = ConsentFact {
        born: Some(born(0)),
        understanding: Understanding::Presumed,
        child: Answer::Agreed,
        carer: Answer::Agreed,
        on: date(2026, 5, day),
        reference: None,
    };
    let catalogue = practice.store.catalogue();
    let service = catalogue.sensitive(&parse("quiet")).unwrap();
    let consent = Consent::given(fact, practice.now().today).unwrap();
    let involvement = SensitiveInvolvement::consented(&service, consent);
    let mut file = file(Reach::Full, day, [0]);
    file.supplier = Supplier {
        code: parse("local-04"),
        kind: SourceKind::Local,
    };
    file.rows[0].also = vec![(parse("c-1"), Said::Sensitive(Box::new(involvement)))];
    file
}

#[test]
fn x5_of_a_sensitive_row_that_was_held_nothing_stays_behind_the_shield_when_its_supplier_leaves_it_out()
 {
    let practice = Practice::sqlite();
    load(&practice, &file(Reach::Delta, 1, [0]));
    shield(&practice, 0);
    let database = rusqlite::Connection::open(practice.folder().join("contactpoint.db")).unwrap();
    let bytes = || {
        let read = "SELECT SUM(length(body)) FROM record";
        let waiting = "SELECT COUNT(*) FROM task";
        let number = |sql| {
            database
                .query_row(sql, [], |row| row.get::<_, i64>(0))
                .unwrap()
        };
        (number(read), number(waiting))
    };
    let before = bytes();
    let held = |day| {
        let mut file = clinic(&practice, day);
        file.rows[0].particulars.residence = None;
        file.rows[0].particulars.name.as_mut().unwrap().family = parse("Marsch");
        let run = load(&practice, &file);
        assert!(
            bytes().0 > before.0 && bytes().1 == 1,
            "it is held, and guards"
        );
        run
    };
    held(2);
    let mut without = file(Reach::Full, 3, []);
    without.supplier = clinic(&practice, 3).supplier;
    load(&practice, &without);
    assert_eq!(bytes(), before);
    let again = held(4);
    take_back(&practice, again.id);
    assert_eq!(bytes(), before);
}

#[test]
fn x5_a_sensitive_involvement_that_a_run_changed_is_gone_with_it_and_stands_in_no_journal() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        load(practice, &clinic(practice, 2));
        let indicated = || {
            use directory::child::{SensitiveServices, View};
            let sam = practice.session("sam");
            let reference = practice.opened(&sam, query(0));
            let disclosure = practice.store.disclose(&sam, &reference, practice.now());
            match disclosure.unwrap().unwrap().view() {
                View::Whole(child) => child.sensitive_services == SensitiveServices::OneOrMore,
                View::Restricted(_) => panic!("a whole record"),
            }
        };
        assert!(indicated());
        let unrelated = load(practice, &file(Reach::Delta, 3, [0]));
        take_back(practice, unrelated.id);
        assert!(indicated(), "of another run, it stays");
        let changed = load(practice, &clinic(practice, 4));
        take_back(practice, changed.id);
        assert!(!indicated(), "until its supplier says it again");
        let said_again = load(practice, &clinic(practice, 5));
        assert!(indicated());
        take_back(practice, said_again.id);
        assert!(!indicated());
    });
}

#[test]
fn a_move_is_taken_back() {
    both(|practice| {
        load(practice, &file(Reach::Delta, 1, [0]));
        let mut moved = file(Reach::Delta, 2, [0]);
        if let Some(residence) = &mut moved.rows[0].particulars.residence
            && let directory::address::AddressState::Current(address) = &mut residence.state
        {
            address.postcode = text::postcode("LS1 4AP").ok();
        }
        let moved = load(practice, &moved);
        let jane = practice.session("jane");
        let at = |postcode: &str| {
            let hidden = directory::query::Hidden {
                postcode: text::postcode(postcode).ok(),
                ..directory::query::Hidden::default()
            };
            let visible = crate::practice::visible("", "Marsh", None);
            let query = directory::query::Query::of(visible, hidden).unwrap();
            practice.shown(&jane, query).len()
        };
        assert_eq!((at("LS1 4AP"), at("BS37 4AX")), (1, 0));
        take_back(practice, moved.id);
        assert_eq!((at("LS1 4AP"), at("BS37 4AX")), (0, 1));
    });
}
