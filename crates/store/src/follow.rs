//! Reports and corrections that are not settled, listed for those who follow them: a supplier by its own keys, officers by record.
//!
//! The keys they stand under are a function of the record, like all its keys: a feed that settles one takes it off the lists.

use directory::child::Child;
use directory::correction::{Cause, Disputed, SourceAnswer, may_follow};
use directory::event::{Asked, By, Event, What};
use directory::following::{Followed, State, Weight, answer, followed, source_state, waiting};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::record::{Record, Shielding};
use directory::statement::{Source, SourceKind};
use directory::survivorship;
use directory::text::{AuthorityCode, SupplierCode, SupplierKey};
use directory::{Date, Now};

use directory::access::Refusal;
use directory::account::Role;

use crate::Store;
use crate::disclose::Loaded;
use crate::driver::Value;
use crate::error::Error;
use crate::held_words::as_if_said;
use crate::key::{Subject, hashed};
use crate::longest::{FOLLOWED_READ_MAX, Longest, Read};
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};

/// How many records are read at a time.
const PAGE: usize = 200;
const FOLLOWED: &str =
    "SELECT record FROM follow_key WHERE key = $1 AND record > $2 ORDER BY record LIMIT 200";

/// What a supplier is to look into: its own key, and the field in dispute; no value, neither its own nor another's (X8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierTask {
    /// The supplier's own key for the row.
    pub key: SupplierKey,
    /// The field in dispute.
    pub field: Disputed,
    /// Since when.
    pub since: Date,
    /// How far it is.
    pub state: State,
    /// What the supplier answered last, and on which day.
    pub answered: Option<(SourceAnswer, Date)>,
}

/// A report or correction to follow. It names no child and no value: the record is opened for that, with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowLine {
    /// Of which record, in this session.
    pub reference: String,
    /// Which field.
    pub field: Disputed,
    /// Since when.
    pub since: Date,
    /// Why it was said.
    pub cause: Cause,
    /// Whether it was only reported.
    pub weight: Weight,
    /// How far it is.
    pub state: State,
    /// The kinds of source for which it is listed, and which have not settled it.
    pub sources: Vec<SourceKind>,
    /// What those sources answered last, each with its kind and its day.
    pub answers: Vec<(SourceKind, SourceAnswer, Date)>,
}

/// The keys under which a record is followed.
pub(crate) fn follow_keys(ring: &KeyRing, record: &Record, child: &Child) -> Vec<i64> {
    let mut keys = Vec::new();
    if followed(record).is_empty() {
        return keys;
    }
    let heard = as_if_said(record);
    for one in open(&heard) {
        let told = waiting(&heard, &one).into_iter();
        keys.extend(told.map(|source| supplier_key(ring, &source.supplier)));
    }
    if open(record).next().is_some() {
        let responsible = child.responsible();
        keys.extend(responsible.map(|one| authority_key(ring, (one, record.shielding()))));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn supplier_key(ring: &KeyRing, supplier: &SupplierCode) -> i64 {
    hashed(ring, Subject::FollowSupplier, supplier.as_str().as_bytes())
}

/// Shielded children are followed under a key of their own: a list that a limit cuts must not be shorter by them (X2).
fn authority_key(ring: &KeyRing, (authority, shielding): (&AuthorityCode, Shielding)) -> i64 {
    let subject = match shielding {
        Shielding::None => Subject::FollowAuthority,
        Shielding::Shielded => Subject::FollowShielded,
    };
    hashed(ring, subject, authority.as_str().as_bytes())
}

fn open(record: &Record) -> impl Iterator<Item = Followed<'_>> {
    followed(record)
        .into_iter()
        .filter(|one| one.state != State::Settled)
}

/// What a supplier is to look into on a record: of a shielded child as of any other, so also after the supplier has put it right, or said
/// it again, in a row that waits behind the shield (X2).
fn tasks(record: &Record, supplier: &SupplierCode) -> Vec<SupplierTask> {
    let heard = as_if_said(record);
    let told = told(&heard, supplier).into_iter();
    let tasks = told.map(|(one, source)| SupplierTask {
        key: source.key.clone(),
        field: one.dispute.field,
        since: one.dispute.on,
        state: source_state(&heard, one.dispute, source),
        answered: answer(&heard, &one, source).map(|last| (last.answer, last.on)),
    });
    tasks.collect()
}

/// What a supplier is told of a record as it hears of it: each dispute, with the source of its own for which it is listed.
pub(crate) fn told<'r>(
    heard: &'r Record,
    supplier: &SupplierCode,
) -> Vec<(Followed<'r>, &'r Source)> {
    let mut all = Vec::new();
    for one in open(heard) {
        let told = waiting(heard, &one).into_iter();
        let own = told.filter(|source| source.supplier == *supplier);
        all.extend(own.map(|source| (one, source)));
    }
    all
}

impl Store {
    /// What a supplier is to look into, of whom it says itself what is in dispute; asked by it, or by an operator for it. That it was listed
    /// is an event.
    ///
    /// # Errors
    /// [`Error`] when it could not be read, or the event not written.
    pub fn supplier_tasks(
        &self,
        by: By,
        supplier: &SupplierCode,
        now: Now,
    ) -> Result<Longest<SupplierTask>, Error> {
        let key = supplier_key(&self.ring(), supplier);
        let mut all = Vec::new();
        let read = self.each_followed(key, &mut |one| {
            let own = tasks(&one.record, supplier);
            let is_one = !own.is_empty();
            all.extend(own.into_iter().map(|task| (one.record.number, task)));
            Ok(is_one)
        })?;
        all.sort_by(|(_, a), (_, b)| (a.since, &a.key, a.field).cmp(&(b.since, &b.key, b.field)));
        all.dedup_by(|(_, a), (_, b)| a == b);
        let (longest, shown) = Longest::of(all, read);
        let what = What::CorrectionsListed {
            supplier: supplier.clone(),
            shown,
        };
        self.record(Event::now(now, by, what))?;
        Ok(longest)
    }

    /// The reports and corrections that the person who asks follows to their end. That they were listed is an event.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the event not written.
    pub fn follow(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<Longest<FollowLine>, Refusal>, Error> {
        let actor = session.actor();
        let officer = actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer);
        let Some(authority) = actor.authority().filter(|_| officer) else {
            let asked = (Asked::Follow, None, None);
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        // What stands behind shields is not even read for those who do not see behind them: how much it is would cut their list (X2).
        let shieldings: &[Shielding] = if actor.is(Role::ShieldingOfficer) {
            &[Shielding::None, Shielding::Shielded]
        } else {
            &[Shielding::None]
        };
        let (mut lines, mut read) = (Vec::new(), Read::Whole);
        for shielding in shieldings {
            let key = authority_key(&self.ring(), (authority, *shielding));
            let some = self.each_followed(key, &mut |one| {
                let may = self.may_be_followed(session, &one, now);
                if may {
                    lines.extend(follow_lines(session, &one)?);
                }
                Ok(may)
            })?;
            if some == Read::InPart {
                read = some;
            }
        }
        lines.sort_by_key(|(_, line)| line.since);
        let (longest, shown) = Longest::of(lines, read);
        self.record(Event::now(now, session.by(), What::Followed { shown }))?;
        Ok(Ok(longest))
    }

    fn may_be_followed(&self, session: &Session, one: &Loaded, now: Now) -> bool {
        let child = self.child_shown(&one.record, now);
        let born = child.born.as_ref().map(|born| born.value);
        let standing = standing_on(&one.record, born, now.today);
        standing != Standing::Archived && may_follow(session.actor(), &child)
    }

    /// A child as it is shown, by the configured order of sources.
    pub(crate) fn child_shown(&self, record: &Record, now: Now) -> Child {
        let reference = self.reference();
        let settings = (&*reference.catalogue, &reference.survivorship);
        survivorship::shown(record, settings, now.today)
    }

    /// Goes through the records under a key, until so many of them were wanted as are read for one list.
    pub(crate) fn each_followed(
        &self,
        key: i64,
        is_wanted: &mut dyn FnMut(Loaded) -> Result<bool, Error>,
    ) -> Result<Read, Error> {
        let (mut wanted, mut after) = (0_usize, i64::MIN);
        loop {
            let ids = self.read(FOLLOWED, &[Value::Int(key), Value::Int(after)], |row| {
                row.int(0)
            })?;
            let Some(last) = ids.last() else {
                return Ok(Read::Whole);
            };
            if wanted >= FOLLOWED_READ_MAX {
                return Ok(Read::InPart);
            }
            after = *last;
            let loaded = self
                .pool
                .with_reader(|connection| self.load(connection, &ids))?;
            for one in loaded {
                wanted = wanted.saturating_add(usize::from(is_wanted(one)?));
            }
            if ids.len() < PAGE {
                return Ok(Read::Whole);
            }
        }
    }
}

fn follow_lines(session: &Session, one: &Loaded) -> Result<Vec<(Number, FollowLine)>, Error> {
    let reference = session.point(Pointer::Record, one.id)?;
    let record = &one.record;
    let lines = open(record).map(|followed| FollowLine {
        reference: reference.clone(),
        field: followed.dispute.field,
        since: followed.dispute.on,
        cause: followed.dispute.cause,
        weight: followed.weight,
        state: followed.state,
        sources: kinds(record, &followed),
        answers: answers(record, &followed),
    });
    Ok(lines.map(|line| (record.number, line)).collect())
}

fn answers(record: &Record, one: &Followed<'_>) -> Vec<(SourceKind, SourceAnswer, Date)> {
    let told = waiting(record, one).into_iter();
    let answers = told.filter_map(|source| {
        let last = answer(record, one, source)?;
        Some((source.kind, last.answer, last.on))
    });
    let mut answers: Vec<_> = answers.collect();
    answers.sort_unstable();
    answers.dedup();
    answers
}

fn kinds(record: &Record, one: &Followed<'_>) -> Vec<SourceKind> {
    let told = waiting(record, one).into_iter();
    let mut kinds: Vec<SourceKind> = told.map(|source| source.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
