//! Files as runs: where one goes on that was interrupted, and what a first load leaves.
#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use std::sync::atomic::{AtomicU64, Ordering};

use directory::run::WhyHeld;
use directory::statement::Particulars;
use directory::supplied::{Known, Restriction, Row};
use jiff::civil::date;
use store::{Location, Options};

use super::*;
use crate::supply::limit::BUFFER_BYTES;

const MAPPING: &str = "name = \"clinic\"\ntitle = \"A practice\"\ncode = \"clinic\"\nkind = \"nhs\"\n[columns]\nId = { is = \"key\" }\n\
    Name = { is = \"full-name\" }\nBorn = { is = \"born\", dates = \"yyyy-mm-dd\" }\n";
/// How many children a file has: two batches.
const CHILDREN: u32 = 4_200;
/// The first of them who is in the right file.
const RIGHT: u32 = 4_000;

fn entropy(bytes: &mut [u8]) {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    for some in bytes.chunks_mut(8) {
        let drawn = DRAWN.fetch_add(1, Ordering::Relaxed);
        let drawn = drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
        some.copy_from_slice(&drawn[..some.len()]);
    }
}

fn clock() -> Now {
    static SECONDS: AtomicU64 = AtomicU64::new(1_795_305_600);
    let second = SECONDS.fetch_add(1, Ordering::Relaxed);
    Now {
        at: directory::Timestamp::from_second(i64::try_from(second).unwrap()).unwrap(),
        today: date(2026, 11, 22),
    }
}

fn opened(folder: &tempfile::TempDir) -> Store {
    Store::open(Options {
        location: Location::Sqlite(folder.path().join("contactpoint.db")),
        key_ring: folder.path().join("ring"),
        entropy,
    })
    .unwrap()
}

/// A file of synthetic children, no two of one name.
fn file(children: std::ops::Range<u32>) -> String {
    let letters = |mut number: u32| {
        let mut word = String::from("K");
        for _ in 0..4 {
            word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        word
    };
    let row = |child: u32| {
        let family = letters(child.wrapping_mul(48_271) % 456_976);
        let (year, month, day) = (2009 + child % 12, child % 12 + 1, child % 28 + 1);
        format!("c{child},Jo {family},{year}-{month:02}-{day:02}\n")
    };
    let heading = std::iter::once("Id,Name,Born\n".to_owned());
    heading.chain(children.map(row)).collect()
}

/// The same, so long that its first rows are taken before all of it is read. Empty lines are passed over.
fn long(children: std::ops::Range<u32>) -> String {
    file(children) + &"\n".repeat(2 * BUFFER_BYTES)
}

/// A full file of a day.
fn sent(mapping: &Mapping, day: i8) -> Sent<'_> {
    Sent {
        mapping,
        reach: Some(Reach::Full),
        extracted: date(2026, 11, day),
        by: (RunBy::Operator, By::Operator),
        course: Course::Begins,
        clock: &clock,
    }
}

/// A file that cannot be read beyond some bytes, from a time on that it is opened.
struct Breaking<'f> {
    file: &'f str,
    bytes: usize,
    whole: AtomicU64,
}

impl<'f> Breaking<'f> {
    fn of(file: &'f str, whole: u64) -> Breaking<'f> {
        Breaking {
            file,
            bytes: file.len() - 5,
            whole: AtomicU64::new(whole),
        }
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send + 'f>> {
        let left = self.whole.load(Ordering::Relaxed);
        self.whole.store(left.saturating_sub(1), Ordering::Relaxed);
        if left > 0 {
            return Ok(Box::new(self.file.as_bytes()));
        }
        Ok(Box::new(self.file.as_bytes()[..self.bytes].chain(Gone)))
    }
}

struct Gone;

impl Read for Gone {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the disk is gone"))
    }
}

fn first(store: &Store, sent: &Sent<'_>, file: &str) -> Result<Ran, NotRun> {
    let mut first = store.first_load().unwrap();
    let open = || Ok(file.as_bytes());
    run_first((store, &mut first), sent, &open, &mut |_| {})
}

fn plain(store: &Store, sent: &Sent<'_>, file: &str) -> Result<Ran, NotRun> {
    run(store, sent, &|| Ok(file.as_bytes()), &mut |_| {})
}

fn done(ran: Result<Ran, NotRun>) -> Run {
    match ran {
        Ok(Ran::Done(run, _)) => *run,
        other => panic!("it is not done: {other:?}"),
    }
}

#[test]
fn a_run_goes_on_after_the_row_it_came_to_though_other_rows_are_refused_by_then() {
    let row = |line| Row {
        line,
        key: directory::text::SupplierKey::parse(&format!("c{line}")).unwrap(),
        confirmed: date(2026, 11, 1),
        particulars: Particulars::default(),
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    };
    // Of six rows the second and the last are refused; it came to the third when neither was.
    let lines = [1, 3, 4, 5];
    let batch = Batch {
        rows: lines.into_iter().map(row).collect(),
        places: lines.to_vec(),
        read: 6,
        refused: 2,
        ..Batch::default()
    };
    let (part, places) = rest_of(&batch, 3);
    let said = |rows: &[Row]| rows.iter().map(|row| row.line).collect::<Vec<_>>();
    assert_eq!(
        (said(part.taken), said(part.rows)),
        (vec![1, 3], vec![4, 5])
    );
    assert_eq!((part.read, part.refused), (3, 1));
    assert_eq!(places, [1, 2]);
}

#[test]
fn of_a_file_that_cannot_be_read_to_its_end_a_first_load_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mapping) = (opened(&folder), Mapping::parse(MAPPING).unwrap());
    let text = long(0..CHILDREN);
    let breaking = Breaking::of(&text, 0);
    let mut first = store.first_load().unwrap();
    let of = (&store, &mut first);
    let ran = run_first(of, &sent(&mapping, 1), &|| breaking.open(), &mut |_| {});
    assert!(matches!(ran, Err(NotRun::Unread(_))), "{ran:?}");
    assert_eq!(first.keys_waiting(), 0);
    assert_eq!(store.runs(None).unwrap(), []);
}

#[test]
fn what_a_first_load_took_of_a_file_that_broke_off_is_ended_by_the_next_full_file_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mapping) = (opened(&folder), Mapping::parse(MAPPING).unwrap());
    let (wrong, right) = (long(0..CHILDREN), file(RIGHT..CHILDREN));
    let breaking = Breaking::of(&wrong, 1);
    let mut first_load = store.first_load().unwrap();
    let of = (&store, &mut first_load);
    let ran = run_first(of, &sent(&mapping, 1), &|| breaking.open(), &mut |_| {});
    let broken = ran.unwrap_err();
    assert!(matches!(broken, NotRun::Interrupted(..)), "{broken:?}");
    let said = broken.to_string();
    assert!(said.contains("cannot be taken back"), "{said}");
    drop(first_load);
    assert!(store.first_load().unwrap().keys_waiting() > 0);
    done(first(&store, &sent(&mapping, 1), &right));
    store.first_load().unwrap().finish(|_| {}).unwrap();
    let next = plain(&store, &sent(&mapping, 2), &right);
    let Ok(Ran::Held(held, _)) = next else {
        panic!("it ends too much: {next:?}");
    };
    let (ended, of) = (u64::from(RIGHT), u64::from(CHILDREN));
    assert_eq!(held.held, Some(WhyHeld::Ends { ended, of }));
    let released = store.release_run(held.id, By::Operator, clock());
    released.unwrap().unwrap();
    done(plain(&store, &sent(&mapping, 2), &right));
    let after = done(plain(&store, &sent(&mapping, 3), &right));
    assert_eq!(after.totals.ends, Some(directory::run::Ends::default()));
}

#[test]
fn a_paused_first_load_of_a_file_goes_on_when_it_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mapping) = (opened(&folder), Mapping::parse(MAPPING).unwrap());
    let text = file(0..CHILDREN);
    let whole = u64::try_from(text.len()).unwrap();
    let mut pause = |bytes: u64| {
        if bytes > whole
            && let Some(run) = store.runs(None).unwrap().first()
        {
            store.pause_run(run.id, By::Operator, clock()).unwrap().ok();
        }
    };
    let mut first_load = store.first_load().unwrap();
    let of = (&store, &mut first_load);
    let open = || Ok(text.as_bytes());
    let ran = run_first(of, &sent(&mapping, 1), &open, &mut pause);
    let Ok(Ran::Paused(run, _)) = ran else {
        panic!("it is paused: {ran:?}");
    };
    drop(first_load);
    let again = first(&store, &sent(&mapping, 1), &text);
    assert!(matches!(again, Ok(Ran::Paused(..))), "{again:?}");
    let resumed = store.resume_run(run.id, By::Operator, clock());
    resumed.unwrap().unwrap();
    let gone_on = done(first(&store, &sent(&mapping, 1), &text));
    assert_eq!(gone_on.id, run.id);
    let totals = gone_on.totals;
    let all = totals.accepted + totals.unchanged + totals.waiting + totals.refused;
    assert_eq!((totals.read, all), (CHILDREN.into(), CHILDREN.into()));
    assert!(
        totals.unchanged > 3_000 && totals.accepted > 0,
        "{totals:?}"
    );
    let again = first(&store, &sent(&mapping, 1), &text);
    assert!(matches!(again, Ok(Ran::Already(..))), "{again:?}");
    // A file that comes without --first while it is under way begins no run.
    let other = plain(&store, &sent(&mapping, 2), &text);
    assert!(
        matches!(other, Err(NotRun::Store(Error::FirstLoad))),
        "{other:?}"
    );
    assert_eq!(store.runs(None).unwrap().len(), 1);
}

#[test]
fn a_run_that_another_process_takes_back_says_how_far_it_had_come() {
    let folder = tempfile::tempdir().unwrap();
    let (store, mapping) = (opened(&folder), Mapping::parse(MAPPING).unwrap());
    let text = file(0..CHILDREN);
    let whole = u64::try_from(text.len()).unwrap();
    // When the first batch is applied and the second is to be.
    let mut seen = 0;
    let mut take_back = |bytes: u64| {
        seen += u64::from(bytes > whole);
        if seen == 2 {
            let id = store.runs(None).unwrap()[0].id;
            let taken = store.take_back_run(id, &By::Operator, clock());
            assert_eq!(taken.unwrap(), Ok(()));
        }
    };
    let ran = run(
        &store,
        &sent(&mapping, 1),
        &|| Ok(text.as_bytes()),
        &mut take_back,
    );
    let Err(another) = ran else {
        panic!("it was taken back: {ran:?}");
    };
    let said = another.to_string();
    for words in [
        "Run 1 is taken back: another process is at it",
        "4096 of its 4200 rows were applied by then, and they are taken back with it.",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}
