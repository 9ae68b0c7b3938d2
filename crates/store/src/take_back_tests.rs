//! A run taken back: the directory is what it would have been without it, over random histories.

use directory::address::{Address, AddressState, Residence};
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::name::{Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::record::{Author, Decided, Record, Shielding};
use directory::run::{Reach, RunBy};
use directory::shield::Ground;
use directory::statement::{self, Particulars, SourceKind, Statement};
use directory::statement_key::statement_key;
use directory::supplied::{Known, Restriction, Row, Supplier};
use directory::text::{
    JobTitle, NamePart, OrganisationName, ServiceCode, SupplierCode, SupplierKey, postcode,
};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::row_keys::RowsNoted;
use crate::run::{JOURNAL_DAYS, NewRun, RunBegun};
use crate::run_batch::{Applying, FilePart};
use crate::run_keys::FileKeys;
use crate::{Location, Options, codec};

/// Rows of a file that are one batch.
const ROWS_OF_A_BATCH: usize = 5;

/// One row of a history.
#[derive(Clone, Debug)]
struct Said {
    person: usize,
    /// The supplier's own key: its usual one, or another.
    key: u8,
    /// As registered, misspelt, or renamed.
    spelling: u8,
    place: u8,
    has_number: bool,
    /// Whether the row says that the child has left, and nothing else.
    leaves: bool,
    /// Whether it tells of somebody who works with the child, or of whom that has ended.
    works: Works,
}

/// What a row tells of who works with a child.
#[derive(Clone, Copy, Debug)]
enum Works {
    Nobody,
    Still,
    NoLonger,
}

/// What happens.
#[derive(Clone, Debug)]
enum Step {
    File {
        supplier: usize,
        reach: Reach,
        day: i8,
        rows: Vec<Said>,
    },
    /// A few rows beside the files.
    Rows {
        supplier: usize,
        day: i8,
        rows: Vec<Said>,
    },
    Shield {
        person: usize,
    },
}

/// Given name, family name, year, month and day of birth, NHS number.
type Person = (&'static str, &'static str, (i16, i8, i8), &'static str);

/// Two are twins, two are namesakes.
const PEOPLE: [Person; 6] = [
    ("Kelly", "Marsh", (2011, 5, 14), "9434765919"),
    ("Maya", "Hollis", (2013, 8, 21), "9434765870"),
    ("Tom", "Ashdown", (2014, 1, 2), "9434765927"),
    ("Tim", "Ashdown", (2014, 1, 2), "9434765935"),
    ("Amina", "Hussain", (2012, 7, 30), "9434765943"),
    ("Amina", "Husain", (2012, 7, 3), "9434765951"),
];
const SUPPLIERS: [(&str, SourceKind); 3] = [
    ("nhs", SourceKind::Nhs),
    ("census", SourceKind::Census),
    ("births", SourceKind::Births),
];

fn supplier(place: usize) -> Supplier {
    let (code, kind) = SUPPLIERS[place];
    Supplier {
        code: SupplierCode::parse(code).unwrap(),
        kind,
    }
}

fn row(said: &Said, day: i8) -> Row {
    let (given, family, (year, month, of_month), number) = PEOPLE[said.person];
    let family = match said.spelling {
        0 => family.to_owned(),
        1 => format!("{family}e"),
        _ => format!("Fairweather-{family}"),
    };
    let postcodes = ["BS37 4AX", "LS1 4AP"];
    let address = Address {
        lines: Vec::new(),
        postcode: postcode(postcodes[usize::from(said.place) % 2]).ok(),
    };
    let number = OtherNumber::parse(Scheme::Nhs, number).ok();
    let row = Row {
        line: 2,
        key: SupplierKey::parse(&format!("{}-{}", said.person, said.key)).unwrap(),
        confirmed: date(2026, 10, day),
        particulars: Particulars {
            name: Some(Name {
                given: NamePart::parse(given).ok(),
                family: NamePart::parse(&family).unwrap(),
            }),
            born: Some(date(year, month, of_month)),
            gender: Some(Gender::Female),
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: None,
            }),
            other_numbers: number.filter(|_| said.has_number).into_iter().collect(),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    };
    let row = Row {
        also: working(said.works, &row.key).into_iter().collect(),
        ..row
    };
    if !said.leaves {
        return row;
    }
    Row {
        particulars: Particulars::default(),
        also: Vec::new(),
        known: Known::NoLonger,
        ..row
    }
}

/// An involvement under a child's key.
fn working(works: Works, child: &SupplierKey) -> Option<(SupplierKey, statement::Said)> {
    let since = None;
    let period = match works {
        Works::Nobody => return None,
        Works::Still => Period::Current { since },
        Works::NoLonger => Period::Ended {
            since,
            ended: date(2026, 9, 1),
        },
    };
    let involvement = Involvement {
        practitioner: Practitioner {
            name: Name {
                given: None,
                family: NamePart::parse("Brown").unwrap(),
            },
            job_title: JobTitle::parse("Teacher").unwrap(),
            organisation: OrganisationName::parse("Example School").unwrap(),
            telephone: None,
            email: None,
        },
        service: ServiceCode::parse("mentoring").unwrap(),
        period,
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    };
    let key = statement_key(child, &["w"]).unwrap();
    Some((key, statement::Said::Involvement(Box::new(involvement))))
}

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

fn entropy(bytes: &mut [u8]) {
    use std::io::Read as _;
    let urandom = std::fs::File::open("/dev/urandom");
    urandom.unwrap().read_exact(bytes).unwrap();
}

/// The moment of a step of a history, the same in every world.
fn moment(step: usize) -> Now {
    let hours = i64::try_from(step).unwrap().saturating_mul(3_600);
    let second = 1_793_000_000i64.saturating_add(hours);
    Now {
        at: Timestamp::from_second(second).unwrap(),
        today: date(2026, 10, 28),
    }
}

type Standing = (Vec<Statement>, Shielding);

impl World {
    fn new() -> World {
        // In memory where that can be: a history is hundreds of transactions.
        let memory = std::path::Path::new("/dev/shm");
        let folder = tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir());
        let folder = folder.unwrap();
        let store = Store::open(Options {
            location: Location::Sqlite(folder.path().join("contactpoint.db")),
            key_ring: folder.path().join("ring"),
            entropy,
        });
        World {
            store: store.unwrap(),
            _folder: folder,
        }
    }

    /// Lives a history but for some of its steps. Gives the run of each file.
    fn live(&self, history: &[Step], without: &[usize]) -> Vec<Option<RunId>> {
        let steps = history.iter().enumerate();
        steps
            .map(|(at, step)| {
                if without.contains(&at) {
                    return None;
                }
                match step {
                    Step::File {
                        supplier,
                        reach,
                        day,
                        rows,
                    } => {
                        let rows: Vec<Row> = rows.iter().map(|said| row(said, *day)).collect();
                        Some(self.file(at, (*supplier, *reach, *day), &rows))
                    }
                    Step::Rows {
                        supplier,
                        day,
                        rows,
                    } => {
                        let rows: Vec<Row> = rows.iter().map(|said| row(said, *day)).collect();
                        self.rows(at, *supplier, &rows);
                        None
                    }
                    Step::Shield { person } => {
                        // A number that no run has says that nobody was found.
                        (!self.shield(at, *person)).then_some(RunId(0))
                    }
                }
            })
            .collect()
    }

    fn rows(&self, at: usize, of: usize, rows: &[Row]) {
        let (supplier, now) = (supplier(of), moment(at));
        let noted = self.store.note_rows(&supplier, rows, now).unwrap();
        assert_eq!(noted, RowsNoted::Noted);
        self.store.accept(&supplier, rows, now).unwrap();
    }

    fn file(&self, at: usize, (of, reach, day): (usize, Reach, i8), rows: &[Row]) -> RunId {
        let (supplier, now) = (supplier(of), moment(at));
        let mut hash = self.store.file_hash();
        hash.update(&at.to_be_bytes());
        let mut keys = FileKeys::default();
        for row in rows {
            self.store.add_keys(&mut keys, &supplier, row);
        }
        let new = NewRun {
            supplier,
            mapping: "test".to_owned(),
            sector: None,
            reach,
            applied: Applied::InBatches,
            extracted: date(2026, 10, day),
            mark: self.store.file_mark(&hash, &[]),
            rows: rows.len() as u64,
            keys,
        };
        let by = || (RunBy::Operator, By::Operator);
        let RunBegun::New(mut run) = self.store.begin_run(new, by(), now).unwrap() else {
            panic!("a new run");
        };
        if run.state == RunState::Held {
            self.store
                .release_run(run.id, By::Operator, now)
                .unwrap()
                .unwrap();
            self.store
                .resume_run(run.id, By::Operator, now)
                .unwrap()
                .unwrap();
            run.state = RunState::Running;
        }
        for rows in rows.chunks(ROWS_OF_A_BATCH) {
            let part = FilePart {
                taken: &[],
                rows,
                read: rows.len() as u64,
                refused: 0,
            };
            let applied = self.store.apply(&mut run, part, now).unwrap();
            assert!(matches!(applied, Applying::Applied(_)));
        }
        let ended = self.store.end_run(&mut run, (None, By::Operator), now);
        assert_eq!(ended.unwrap(), RunState::Done);
        run.id
    }

    /// Shields the children of a name, as somebody would who found them by it.
    fn shield(&self, at: usize, person: usize) -> bool {
        let now = moment(at);
        let (given, family, ..) = PEOPLE[person];
        let named: Vec<i64> = self
            .records()
            .iter()
            .filter(|(_, record)| {
                let child =
                    directory::survivorship::child(record, &self.store.catalogue(), now.today);
                let name = child.name.map(|name| name.value.to_string());
                name.is_some_and(|name| name.contains(given) && name.contains(family))
            })
            .map(|(id, _)| *id)
            .collect();
        let is_found = !named.is_empty();
        for id in named {
            let (writes, waits, turn) = self
                .store
                .pool
                .with_snapshot(|connection| {
                    let turn = schema::get(connection, "supply")?;
                    let mut batch = Batch::of(connection, None, now);
                    let by = Author::Account(directory::account::AccountId(3));
                    self.store
                        .shield_child(&mut batch, id, (by, Ground::FleeingAbuse))?;
                    let writes = self.store.writes(&batch)?;
                    Ok((writes, batch.waits, turn))
                })
                .unwrap();
            self.store.write_batch(writes, waits, turn).unwrap();
        }
        is_found
    }

    fn records(&self) -> Vec<(i64, Record)> {
        let sql = "SELECT id, version, body FROM record ORDER BY id";
        let rows = self
            .store
            .read(sql, &[], |row| Ok((row.int(0)?, row.int(1)?, row.blob(2)?)));
        let column = crate::seal::Column::RecordBody;
        let open = |(id, version, body): (i64, i64, Vec<u8>)| {
            let plain = self
                .store
                .ring()
                .unseal(column(version), id, &body)
                .unwrap();
            (id, codec::decode(&plain).unwrap())
        };
        rows.unwrap().into_iter().map(open).collect()
    }

    /// What children there are, without their numbers.
    fn children(&self) -> Vec<Standing> {
        let mut children: Vec<Standing> = Vec::new();
        for (_, record) in self.records() {
            let shielding = record.shielding();
            let mut statements = record.statements;
            if statements.is_empty() {
                continue;
            }
            statements.sort_by_key(|s| (s.source.supplier.to_string(), s.source.key.to_string()));
            children.push((statements, shielding));
        }
        children.sort_by_key(|child| format!("{child:?}"));
        children
    }

    /// What waits: kind and row.
    fn waiting(&self) -> Vec<(String, Vec<u8>)> {
        let sql = "SELECT id, kind, body FROM task";
        let rows = self.store.read(sql, &[], |row| {
            Ok((row.int(0)?, row.text(1)?, row.blob(2)?))
        });
        let open = |(id, kind, body): (i64, String, Vec<u8>)| {
            let column = crate::seal::Column::TaskBody;
            (kind, self.store.ring().unseal(column, id, &body).unwrap())
        };
        let mut waiting: Vec<_> = rows.unwrap().into_iter().map(open).collect();
        waiting.sort();
        waiting
    }

    /// No row waits for a data officer that may be of a shielded child (X2).
    fn none_of_a_shielded_child_waits_openly(&self, at: usize, when: &str) {
        for (kind, plain) in self.waiting() {
            if kind != crate::waiting::REVIEW {
                continue;
            }
            let (source, row) = codec::decode_row(&plain).unwrap();
            let supplier = Supplier {
                kind: source.kind,
                code: source.supplier,
            };
            let behind = self.store.pool.with_snapshot(|connection| {
                let mut batch = Batch::of(connection, None, moment(at));
                let incoming = self.store.one_incoming((&supplier, &row), batch.now);
                let resolved = self.store.resolved_alone(&mut batch, &incoming)?;
                Ok(resolved.behind_shield(&batch))
            });
            assert_eq!(behind.unwrap(), None, "{when}: {row:?}");
        }
    }

    /// Every record stands under its own keys and no others, but for those that guard.
    fn is_filed(&self) {
        for table in ["search_key", "shielded_key", "guarded_key"] {
            let sql: &'static str = match table {
                "search_key" => "SELECT key, record FROM search_key",
                "shielded_key" => "SELECT key, record FROM shielded_key",
                _ => "SELECT key, record FROM guarded_key",
            };
            let rows = self
                .store
                .read(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)));
            let mut there: Vec<(i64, i64)> = rows.unwrap();
            let mut wanted: Vec<(i64, i64)> = Vec::new();
            for (id, record) in self.records() {
                let keys = self.store.keys(&record);
                let keys = match table {
                    "search_key" => keys.search,
                    "shielded_key" => keys.shielded,
                    _ => keys.guarded,
                };
                wanted.extend(keys.into_iter().map(|key| (key, id)));
            }
            if table == "guarded_key" {
                there.retain(|entry| wanted.contains(entry));
            }
            there.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(there, wanted, "{table}");
        }
    }

    fn take_back(&self, run: RunId) {
        let taken = self.store.take_back_run(run, &By::Operator, moment(500));
        assert_eq!(taken.unwrap(), Ok(()));
        self.is_filed();
    }
}

/// Of how many suppliers and people a history is, each of whom stands under so many keys. The fewer, the more of it is late: of an earlier day
/// than what was said, or ended, before.
#[derive(Clone, Copy)]
struct Among {
    suppliers: usize,
    people: usize,
    keys: u8,
}

const MANY: Among = Among {
    suppliers: SUPPLIERS.len(),
    people: PEOPLE.len(),
    keys: 2,
};
const FEW: Among = Among {
    suppliers: 1,
    people: 2,
    keys: 1,
};

fn said(among: Among) -> impl Strategy<Value = Said> {
    let leaves = prop::bool::weighted(0.2);
    let works = prop_oneof![
        2 => Just(Works::Nobody),
        2 => Just(Works::Still),
        1 => Just(Works::NoLonger),
    ];
    (
        0..among.people,
        0..among.keys,
        0u8..4,
        0u8..2,
        any::<bool>(),
        leaves,
        works,
    )
        .prop_map(|said| Said {
            person: said.0,
            key: said.1,
            spelling: said.2.saturating_sub(1),
            place: said.3,
            has_number: said.4,
            leaves: said.5,
            works: said.6,
        })
}

fn file(among: Among) -> impl Strategy<Value = Step> {
    let reach = prop_oneof![3 => Just(Reach::Delta), 1 => Just(Reach::Full)];
    let rows = prop::collection::vec(said(among), 1..7);
    (0..among.suppliers, reach, 1i8..20, rows).prop_map(|(supplier, reach, day, rows)| Step::File {
        supplier,
        reach,
        day,
        rows,
    })
}

fn rows(among: Among) -> impl Strategy<Value = Step> {
    let rows = prop::collection::vec(said(among), 1..4);
    (0..among.suppliers, 1i8..20, rows).prop_map(|(supplier, day, rows)| Step::Rows {
        supplier,
        day,
        rows,
    })
}

fn files(history: &[Step]) -> Vec<usize> {
    let steps = history.iter().enumerate();
    steps
        .filter(|(_, step)| matches!(step, Step::File { .. }))
        .map(|(at, _)| at)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 20, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_taken_back_was_never_there(history in supplied(MANY), picks in picks()) {
        was_never_there(&history, picks)?;
    }

    /// The same where files come late and end, or bring back, what others have said of the same children.
    #[test]
    fn what_is_taken_back_of_late_words_was_never_there(history in supplied(FEW), picks in picks()) {
        was_never_there(&history, picks)?;
    }
}

fn picks() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 2)
}

fn supplied(among: Among) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(prop_oneof![3 => file(among), 1 => rows(among)], 1..8)
}

fn was_never_there(history: &[Step], picks: Vec<prop::sample::Index>) -> Result<(), TestCaseError> {
    let world = World::new();
    let runs = world.live(history, &[]);
    let all = files(history);
    prop_assume!(!all.is_empty());
    let mut without: Vec<usize> = Vec::new();
    for pick in picks {
        let at = all[pick.index(all.len())];
        if without.contains(&at) {
            continue;
        }
        world.take_back(runs[at].unwrap());
        without.push(at);
        let other = World::new();
        other.live(history, &without);
        prop_assert_eq!(world.children(), other.children());
        prop_assert_eq!(world.waiting(), other.waiting());
    }
    Ok(())
}

fn history() -> impl Strategy<Value = Vec<Step>> {
    let shield = (0..PEOPLE.len()).prop_map(|person| Step::Shield { person });
    prop::collection::vec(
        prop_oneof![4 => file(MANY), 1 => rows(MANY), 1 => shield],
        2..8,
    )
}

/// The words of children whom anybody may see whole: what must never grow by a run that is taken back.
fn open_words(world: &World) -> Vec<String> {
    let open = world.children().into_iter();
    let open = open.filter(|(_, shielding)| *shielding == Shielding::None);
    let mut words: Vec<String> = open
        .flat_map(|(statements, _)| statements)
        .filter(|statement| statement.superseded.is_none())
        .map(|statement| format!("{statement:?}"))
        .collect();
    words.sort();
    words
}

/// What stands openly under the supplier's own keys of whom a shield hides.
fn hidden(world: &World) -> Vec<String> {
    let shielded = world.children().into_iter();
    let shielded = shielded.filter(|(_, shielding)| *shielding == Shielding::Shielded);
    shielded
        .flat_map(|(statements, _)| statements)
        .map(|s| format!("{}-{}", s.source.supplier, s.source.key))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 20, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// With shields placed in between, nothing is open that would not be, and nothing that stood behind a shield comes out.
    #[test]
    fn r43_taking_back_takes_no_shield_off(history in history(), pick in any::<prop::sample::Index>()) {
        let all = files(&history);
        prop_assume!(!all.is_empty());
        let at = all[pick.index(all.len())];
        let world = World::new();
        let runs = world.live(&history, &[]);
        world.none_of_a_shielded_child_waits_openly(history.len(), "before");
        let hidden_before = hidden(&world);
        let shields = |world: &World| world.records().into_iter().filter(|(_, r)| r.shielding() == Shielding::Shielded).count();
        let shielded_before = shields(&world);
        world.take_back(runs[at].unwrap());
        prop_assert!(shields(&world) >= shielded_before);
        world.none_of_a_shielded_child_waits_openly(history.len(), "after");
        for (statements, shielding) in world.children() {
            let seen = statements.iter().filter(|s| s.superseded.is_none());
            for s in seen.filter(|_| shielding == Shielding::None) {
                let own = format!("{}-{}", s.source.supplier, s.source.key);
                prop_assert!(!hidden_before.contains(&own), "{own} came out from behind a shield");
            }
        }
        let other = World::new();
        let others = other.live(&history, &[at]);
        // Whoever could not be found then was not shielded, whatever would have been.
        let nobody = |runs: &[Option<RunId>]| runs.iter().map(|run| *run == Some(RunId(0))).collect::<Vec<_>>();
        prop_assume!(nobody(&runs) == nobody(&others));
        let would_be = open_words(&other);
        for word in open_words(&world) {
            prop_assert!(would_be.contains(&word), "{word} is open, and would not be");
        }
    }
}

#[test]
fn the_rows_that_would_be_gone_through_again_are_counted_without_reading_them() {
    let world = World::new();
    let rows = |count: u8| {
        let said = (0..count).map(|key| Said {
            person: usize::from(key % 3),
            key,
            spelling: 0,
            place: 0,
            has_number: true,
            leaves: false,
            works: Works::Nobody,
        });
        said.map(|said| row(&said, 1)).collect::<Vec<_>>()
    };
    let mut firsts = Vec::new();
    for (at, count) in [(0, 7), (1, 4), (2, 1)] {
        let run = world.file(at, (at, Reach::Delta, 1), &rows(count));
        let first = world.store.pool.with_snapshot(|c| first_turn(c, run));
        firsts.push(first.unwrap().unwrap());
    }
    let runs = world.store.runs(None).unwrap();
    let runs: HashMap<RunId, Run> = runs.into_iter().map(|run| (run.id, run)).collect();
    for (first, expected) in firsts.into_iter().zip([12, 5, 1]) {
        let since = |c: &mut dyn Connection| {
            let held: usize = world
                .store
                .parts_from(c, first, ROWS_AGAIN_MAX)?
                .unwrap()
                .iter()
                .map(|p| p.entries.len())
                .sum();
            Ok((rows_since(c, &runs, first)?, held))
        };
        let counted = world.store.pool.with_snapshot(since).unwrap();
        assert_eq!(counted, (expected, expected));
    }
}

/// How many parts of the journal there are: of runs, and of what came beside them.
fn parts(world: &World) -> (usize, usize) {
    let sql = "SELECT run FROM run_part";
    let runs = world.store.read(sql, &[], |row| row.int(0)).unwrap();
    let of_runs = runs.iter().filter(|run| **run > 0).count();
    (of_runs, runs.len().saturating_sub(of_runs))
}

fn one_row(key: u8) -> [Row; 1] {
    let said = Said {
        person: usize::from(key % 3),
        key,
        spelling: key % 3,
        place: key,
        has_number: true,
        leaves: false,
        works: Works::Nobody,
    };
    [row(&said, 1)]
}

#[test]
fn rows_beside_runs_are_read_into_memory_up_to_the_limit_and_no_further() {
    let world = World::new();
    let run = world.file(0, (0, Reach::Delta, 1), &one_row(0));
    for at in 1..8 {
        world.rows(at, 1, &one_row(0));
    }
    let reads = |rows_max| {
        let read = |c: &mut dyn Connection| {
            let first = first_turn(c, run)?.unwrap();
            world.store.parts_from(c, first, rows_max)
        };
        let parts = world.store.pool.with_snapshot(read).unwrap();
        parts.map(|parts| parts.len())
    };
    assert_eq!((reads(8), reads(7)), (Some(8), None));
}

#[test]
fn what_came_beside_a_run_is_forgotten_with_it_though_no_other_run_begins() {
    let world = World::new();
    world.file(0, (0, Reach::Delta, 1), &one_row(0));
    for at in 1..8 {
        world.rows(at, 1, &one_row(0));
    }
    assert_eq!(parts(&world), (1, 7));
    let later = usize::try_from(JOURNAL_DAYS).unwrap() * 24 + 24;
    for at in 0..70 {
        world.rows(later + at, 1, &one_row(0));
    }
    assert_eq!(parts(&world), (0, 0));
}

#[test]
fn up_to_when_a_run_can_be_taken_back_counts_from_its_first_part() {
    let world = World::new();
    let run = world.file(3, (0, Reach::Delta, 1), &one_row(0));
    let until = world.store.can_be_taken_back_until(run).unwrap().unwrap();
    let hours = usize::try_from(JOURNAL_DAYS).unwrap() * 24;
    assert_eq!(until, moment(3 + hours).at);
    // Whenever it ended.
    let mut late = world.store.run(run).unwrap().unwrap();
    late.ended = Some(moment(100).at);
    let body = world.store.seal_run(&late).unwrap();
    let end = move |c: &mut dyn Connection| {
        let sql = "UPDATE run SET body = $1 WHERE id = $2";
        c.execute(sql, &[Value::Blob(&body), Value::Int(run.0)])
    };
    world.store.writer.write(end).unwrap();
    let of_run = world.store.can_be_taken_back_until(run);
    assert_eq!(of_run.unwrap(), Some(until));
    let taken = |at| {
        let now = Now { at, ..moment(3) };
        world.store.take_back_run(run, &By::Operator, now).unwrap()
    };
    let after = Timestamp::from_microsecond(until.as_microsecond() + 1).unwrap();
    assert_eq!(taken(after), Err(NotTakenBack::TooOld));
    assert_eq!(taken(until), Ok(()));
    let none = world.store.can_be_taken_back_until(run);
    assert_eq!(none.unwrap(), None);
}

#[test]
fn beside_a_run_that_never_ends_nothing_is_kept_for_ever() {
    let world = World::new();
    world.file(0, (0, Reach::Delta, 1), &one_row(0));
    let run = &world.store.runs(None).unwrap()[0];
    let mut going = run.clone();
    going.ended = None;
    let body = world.store.seal_run(&going).unwrap();
    let id = run.id.0;
    let pause = move |c: &mut dyn Connection| {
        let sql = "UPDATE run SET state = 'paused', body = $1 WHERE id = $2";
        c.execute(sql, &[Value::Blob(&body), Value::Int(id)])
    };
    world.store.writer.write(pause).unwrap();
    for at in 1..40 {
        world.rows(at, 1, &one_row(0));
    }
    let later = usize::try_from(JOURNAL_DAYS).unwrap() * 24 + 48;
    for at in 0..70 {
        world.rows(later + at, 1, &one_row(0));
    }
    let (of_runs, beside) = parts(&world);
    assert_eq!(of_runs, 1);
    assert!(beside <= 70, "{beside}");
    let taken = world
        .store
        .take_back_run(RunId(id), &By::Operator, moment(later));
    assert_eq!(taken.unwrap(), Err(NotTakenBack::TooOld));
}

impl World {
    /// Lifts every shield, by the clock of a machine.
    fn lift(&self, at: usize) {
        let now = moment(at);
        for (id, mut record) in self.records() {
            if record.shielding() == Shielding::None {
                continue;
            }
            let by = Author::Account(directory::account::AccountId(4));
            record.decide(by, now, Decided::ShieldLifted);
            let written = self.store.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                let mut batch = Batch::of(connection, None, now);
                self.store.bring(&mut batch, &[id])?;
                self.store.revise(&mut batch, (id, record.clone()), None)?;
                let writes = self.store.writes(&batch)?;
                Ok((writes, batch.waits, turn))
            });
            let (writes, waits, turn) = written.unwrap();
            self.store.write_batch(writes, waits, turn).unwrap();
        }
    }
}

#[test]
fn r49_decisions_of_one_record_are_made_again_in_their_order_though_a_clock_was_behind() {
    // Shielded, lifted by the clock of one machine, and shielded again by that of another, which is behind or the same.
    for (lifted, again) in [(9, 8), (9, 9), (9, 2)] {
        let world = World::new();
        let run = world.file(3, (0, Reach::Delta, 1), &one_row(0));
        world.rows(4, 1, &one_row(0));
        assert!(world.shield(5, 0));
        world.lift(lifted);
        assert!(world.shield(again, 0));
        world.take_back(run);
        let shielded = world.children().into_iter();
        let shielded = shielded.filter(|(_, shielding)| *shielding == Shielding::Shielded);
        assert_eq!(shielded.count(), 1, "{lifted} {again}");
    }
}

#[path = "take_back_order_tests.rs"]
mod order;
