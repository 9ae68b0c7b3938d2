//! Words that wait behind shields, on the way back.

use directory::Now;
use directory::held_word::RecordMark;
use directory::number::Number;
use directory::statement::{Particulars, SourceKind};
use jiff::civil::date;

use super::*;
use crate::journal::Stage;
use crate::{Location, Options};

const RECORD: i64 = 7;

fn entropy(bytes: &mut [u8]) {
    bytes.fill(5);
}

fn at(second: i64) -> Timestamp {
    let second = 1_793_000_000i64.saturating_add(second);
    Timestamp::from_second(second).unwrap()
}

fn source() -> Source {
    Source {
        supplier: SupplierCode::parse("nhs").unwrap(),
        kind: SourceKind::Nhs,
        key: SupplierKey::parse("k").unwrap(),
    }
}

/// Of a plain row on a day; of a sensitive one there is no word but that it came.
fn word(second: i64, born: Option<i8>) -> HeldWord {
    let particulars = Particulars {
        born: born.map(|day| date(2014, 1, day)),
        ..Particulars::default()
    };
    HeldWord {
        came: first_id_of(at(second)).saturating_add(3),
        of: RecordMark(RECORD),
        is_of_child: true,
        also: Vec::new(),
        statement: Statement {
            source: source(),
            first_confirmed: date(2026, 10, 1),
            last_confirmed: date(2026, 10, 9),
            superseded: None,
            said: Said::Particulars(Box::new(particulars)),
        },
    }
}

/// The seconds in which words came that are left when an entry of a moment is undone: of the run that is taken back, 1, or of another.
fn left(words: &[HeldWord], (second, run): (i64, i64), change: Option<Change>) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Options {
        location: Location::Sqlite(folder.path().join("contactpoint.db")),
        key_ring: folder.path().join("ring"),
        entropy,
    });
    let ring = store.unwrap().ring();
    let key = source_key(&ring, &source().supplier, &source().key);
    let mut record = Record::empty(Number::from_random(1));
    record.held_words = words.to_vec();
    let mut rewinding = Rewinding {
        ring: &ring,
        run: RunId(1),
        records: BTreeMap::from([(RECORD, record)]),
        tasks: BTreeMap::new(),
        keys: HashMap::new(),
        forsaken: Vec::new(),
        held_words: HashMap::new(),
        rewound: Rewound::default(),
    };
    rewinding.rewound.settled = HashSet::from_iter((run > 2).then_some(key));
    rewinding.find_held_words();
    let row = Row {
        line: 0,
        key: source().key,
        confirmed: date(2026, 10, 9),
        particulars: Particulars {
            born: Some(date(2014, 1, 1)),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    };
    let mut entry = Entry::of(&[key], row.confirmed, Manner::Plain);
    entry.place = Place::Waits;
    entry.words = Some(codec::encode_row(&source(), &row));
    entry.said.extend(change.map(|change| (key, change)));
    let part = Part {
        turn: 1,
        run: RunId(run),
        now: Now {
            at: at(second),
            today: date(2026, 10, 9),
        },
        stage: Stage::Rows,
        entries: Vec::new(),
    };
    rewinding.undo((0, 0), &part, &entry);
    let record = rewinding.records.remove(&RECORD).unwrap();
    let came = record.held_words.iter().map(|word| word.came);
    let second =
        |came: i64| (-9..99).find(|second| first_id_of(at(*second)).saturating_add(3) == came);
    came.map(|came| second(came).unwrap()).collect()
}

#[test]
fn x2_a_sensitive_row_that_came_later_keeps_its_word_and_the_plain_one_goes() {
    let words = [word(1, Some(1)), word(2, None)];
    for run in [1, 2] {
        assert_eq!(left(&words, (1, run), Some(Change::New)), [2]);
    }
}

#[test]
fn x2_a_word_that_came_before_a_row_whose_own_was_forgotten_since_stays() {
    let words = [word(1, Some(1)), word(2, Some(2))];
    assert_eq!(left(&words, (3, 2), Some(Change::New)), [1, 2]);
    assert_eq!(left(&words, (2, 2), Some(Change::New)), [1]);
}

#[test]
fn x2_of_what_a_person_has_disposed_of_the_word_stays_as_it_is_not_said_again() {
    let words = [word(1, Some(1))];
    assert_eq!(left(&words, (1, 3), Some(Change::New)), [1]);
    assert_eq!(left(&words, (1, 2), Some(Change::New)).len(), 0);
}

#[test]
fn x2_where_the_journal_does_not_tell_what_a_held_row_said_its_own_words_go() {
    let words = [word(-1, Some(1)), word(1, Some(1)), word(2, Some(2))];
    assert_eq!(left(&words, (0, 2), None), [-1, 2]);
}
