//! The only place where a child's record is kept, and the one door through which anything of it leaves.
//!
//! Every public verb is a whole transaction in domain words. Nothing leaves but disclosures, each behind a durable event.
//! SQLite and PostgreSQL run one SQL text through one small driver. No HTTP, no clock: the moment is an argument.
//!
//! The ways round the door do not compile. A session cannot be made, only resumed:
//!
//! ```compile_fail,E0451
//! fn forged(actor: directory::account::Actor) -> store::Session {
//!     store::Session { actor }
//! }
//! ```
//!
//! A record cannot be loaded without disclosing it:
//!
//! ```compile_fail,E0624
//! fn peek(store: &store::Store, session: &store::Session) {
//!     let _ = store.pointed_record(session, "");
//! }
//! ```
//!
//! A transaction of one's own cannot be run, so nothing can be shown and then rolled back:
//!
//! ```compile_fail,E0616
//! fn smuggle(store: &store::Store) {
//!     let _ = &store.writer;
//! }
//! ```
//!
//! Nor can the entry be skipped by calling one's own ledger durable and handing over its receipt: a store takes no receipt, and
//! what it loads it never hands out:
//!
//! ```compile_fail,E0603
//! use store::disclose::Loaded;
//! ```

mod abreast;
mod accept;
mod account;
mod account_bytes;
mod act;
mod ahead;
mod alike;
mod answered;
mod apart;
mod append;
mod around;
mod as_if_open;
mod asked;
mod audit;
mod audit_key;
mod audit_record;
mod audit_setting;
mod batch;
mod behind;
mod beside;
mod candidate;
mod checkpoint;
mod codec;
mod compare;
mod component;
mod connected;
mod considered_bytes;
mod cores;
mod correct;
mod correction_bytes;
mod count;
mod decision;
mod discard;
mod disclose;
mod driver;
mod duplicates;
mod end_again;
mod end_for;
mod end_stay;
mod ending;
mod entry;
mod error;
mod explained;
mod figures;
mod filing;
mod first_load;
mod flying;
mod follow;
mod guarding;
mod held_words;
mod in_parts;
mod in_turn;
mod incoming;
mod join;
mod joined_since;
mod journal;
mod judged;
mod key;
mod key_run;
mod keys;
mod known;
mod learned;
mod leave;
mod likeness;
mod local_source;
mod long_text;
mod longest;
mod look_up;
mod matching_model;
mod meanwhile;
mod near;
mod nobodys;
mod on_the_way;
mod oversee;
mod place;
mod portrayed;
mod postgres;
mod probe;
mod reconsider;
mod reference;
mod reference_bytes;
mod refile;
mod replay;
mod resolve;
mod restrict;
mod review;
mod review_area;
mod review_decide;
mod review_explain;
mod review_hold;
mod review_row;
mod review_show;
mod rewind;
mod row_keys;
mod run;
mod run_batch;
mod run_body;
mod run_check;
mod run_fault;
mod run_keys;
mod said_in_turn;
mod schema;
mod seal;
mod search;
mod sequencer;
mod session;
mod shield;
mod shields;
mod side_by_side;
mod sift;
mod sign_in;
mod since;
mod spool;
mod sqlite;
mod stood;
mod supplier_client;
mod supply_token;
mod survive;
mod suspected;
mod suspected_pair;
mod suspects;
mod take_back;
mod take_on;
mod tally;
mod tie;
mod transfer;
mod transfer_bytes;
mod upload;
mod verdict;
mod waiting;
mod waiting_since;
mod way;
mod withdrawn;
mod write;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

pub use accept::BATCH_ROWS_MAX;
pub use account::{NewSecrets, PIN_DIGITS_MAX, PIN_DIGITS_MIN};
pub use act::Involving;
pub use answered::{AnswerTaken, Answering};
pub use around::CONNECTED_SHOWN_MAX;
pub use audit::{Audit, Finding};
pub use behind::{behind, go_second};
pub use compare::Compared;
pub use connected::{Choice, Connected, SHIELDS_SHOWN_MAX, ShieldLine, ShownConnected};
pub use correct::Said;
pub use end_for::Endable;
pub use error::Error;
pub use figures::{Cell, Figures};
pub use first_load::FirstLoad;
pub use follow::{FollowLine, SupplierTask};
pub use incoming::Ready;
pub use join::{Join, Part, Parts};
pub use judged::{GroupJudgement, JudgedRow, Judgement};
pub use longest::{FOLLOWED_MAX, FOLLOWED_READ_MAX, Left, Longest};
pub use look_up::{LOOK_UPS_MAX, LookUp, Looked};
pub use matching_model::{
    LEARNED_ROWS_MAX, MATCHING_MODEL_VERSION, MatchingModel, MatchingModelError, POPULATION,
    THRESHOLDS, Thresholds,
};
pub use nobodys::UNTOLD_HOURS;
pub use oversee::{Feeding, Overseen, RUNS_SHOWN_MAX};
pub use reconsider::Reconsidered;
pub use refile::Refiled;
pub use review::{LINES_SHOWN_MAX, Likely, Order, WaitingLine, Wanted, Worklist};
pub use review_decide::Verdict;
pub use review_show::{BESIDE_MAX, Beside, Named, ShownRow};
pub use row_keys::RowsNoted;
pub use run::{FileHash, FileMark, JOURNAL_DAYS, NewRun, NotSo, RUNS_COMPARED_MAX, RunBegun};
pub use run_batch::{Applying, FilePart};
pub use run_check::{
    ENDED_PERCENT_MAX, NOT_AGREED_PERCENT_MAX, RESTRICTED_PERCENT_MAX, ROWS_WEIGHED_HOURS,
};
pub use run_fault::{RATED_RUNS_MAX, RUN_FAULTS_MAX, Rated};
pub use run_keys::FileKeys;
pub use search::{Best, Found, FoundChild, NearDoubles, Recalled, SHOWN_MAX};
pub use sequencer::Sequenced;
pub use session::{IDLE_MINUTES_MAX, SESSION_HOURS_MAX, Session, SessionLine, Which};
pub use side_by_side::SideBySide;
pub use sift::Sifted;
pub use sign_in::{Credentials, NotSignedIn, Origin, SignedIn};
pub use spool::{Spool, Spooled};
pub use supplier_client::{SupplierClient, fingerprint};
pub use supply_token::{Assertion, Scope, Supplying, TOKEN_MINUTES_MAX, Taken};
pub use suspected::{SUSPECTED_SHOWN_MAX, SuspectedLine, SuspectedList};
pub use suspected_pair::{PairAnswer, ShownPair, WantedPair};
pub use take_back::{NotTakenBack, ROWS_AGAIN_MAX};
pub use transfer::{MOVED_SHOWN_MAX, MovedLine, MovedLists, ShownMove};
pub use upload::{Begun, SILENT_MINUTES_MAX, State, Upload, upload_name};
pub use verdict::SuspectedBy;
pub use withdrawn::WITHDRAWN_DAYS;

use driver::{Pool, Rows, Value};
use probe::Probed;
use reference::Cache;
use seal::KeyRing;
use stood::LastStood;
use way::Way;
use writer::Writer;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by its connection string.
    Postgres(String),
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the database is.
    pub location: Location,
    /// The file of the key ring, outside the database. Made on first start, readable by its owner only.
    pub key_ring: PathBuf,
    /// Where randomness comes from: fills the slice. Given by the program's entry.
    pub entropy: fn(&mut [u8]),
}

/// A place in a verb that a benchmark or a test can watch: told nothing but that it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A search knows its answer, and has yet to commit the event of it.
    Found,
    /// It is known what a full file ends, and nothing of it has ended.
    Ending,
}

/// The directory's store.
pub struct Store {
    watch: fn(Stage),
    ring: Arc<KeyRing>,
    pool: Pool,
    writer: Writer,
    way: Way,
    probed: Probed,
    cache: Cache,
    stood: LastStood,
    entropy: fn(&mut [u8]),
    matching_model: RwLock<Arc<MatchingModel>>,
}

impl Store {
    /// Opens a store, making the key ring and the tables if they are not there, and bringing an older schema up to date.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached, its schema is newer than this program, or the key ring is missing for a
    /// database that has records.
    pub fn open(options: Options) -> Result<Store, Error> {
        Store::open_telling(options, &mut |_| {})
    }

    /// Opens a store as [`Store::open`] does, and tells how far it is, where an update has all records filed anew.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_telling(options: Options, tell: &mut dyn FnMut(Refiled)) -> Result<Store, Error> {
        let pool = Pool::new(options.location);
        let mut connection = pool.connect_writer()?;
        schema::migrate(connection.as_mut())?;
        let fresh = schema::is_empty(connection.as_mut())?;
        let ring = KeyRing::open(&options.key_ring, fresh, options.entropy)?;
        schema::check_ring(connection.as_mut(), &ring)?;
        let matching_model = matching_model::kept(connection.as_mut())?;
        let store = Store {
            watch: |_| {},
            ring: Arc::new(ring),
            writer: Writer::start(&pool)?,
            way: Way::default(),
            probed: Probed::default(),
            pool,
            cache: Cache::default(),
            stood: LastStood::default(),
            entropy: options.entropy,
            matching_model: RwLock::new(matching_model),
        };
        store.refresh_reference()?;
        store.file_what_is_new(connection.as_mut(), tell)?;
        Ok(store)
    }

    /// The same store, with a watcher that is called on the thread of a verb when it reaches a stage.
    #[must_use]
    pub fn watched(mut self, watch: fn(Stage)) -> Store {
        self.watch = watch;
        self
    }

    /// The model by which supplied rows are resolved.
    #[must_use]
    pub fn matching_model(&self) -> Arc<MatchingModel> {
        let held = self.matching_model.read();
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Resolves with another model from now on. Other processes take it up as they do reference data: with the next request.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn set_matching_model(&self, model: MatchingModel) -> Result<(), Error> {
        let text = model.to_text();
        self.writer.write(move |connection| {
            schema::put(connection, matching_model::NAME, &text)?;
            reference::next_version(connection)
        })?;
        self.resolve_with(Arc::new(model));
        Ok(())
    }

    /// Resolves with another model in this process.
    fn resolve_with(&self, model: Arc<MatchingModel>) {
        let mut held = self
            .matching_model
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = model;
    }

    /// The ring, open for sealing and unsealing.
    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring)
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }

    /// Reads rows on one of the readers.
    fn read<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut each: impl FnMut(&dyn Rows) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.pool.with_reader(|connection| {
            let mut found = Vec::new();
            connection.query(sql, values, &mut |row| {
                found.push(each(row)?);
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// Makes a new sealing key: it seals from now on, and the older ones stay open for what they sealed.
    ///
    /// # Errors
    /// [`Error`] when the key ring's file cannot be written.
    pub fn rotate_key(&self, now: directory::Now) -> Result<u32, Error> {
        let key = self.ring.rotate(self.entropy)?;
        let what = directory::event::What::KeyRotated {
            key: u64::from(key),
        };
        // Other processes read the ring again when they see that the reference data has another version, and seal with the new key.
        self.writer.write(reference::next_version)?;
        self.record(directory::event::Event::now(
            now,
            directory::event::By::Operator,
            what,
        ))?;
        Ok(key)
    }
}
