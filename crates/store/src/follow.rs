//! Reports and corrections that are not settled, listed for those who follow them: a supplier by its own keys, officers by record.
//!
//! The keys they stand under are a function of the record, like all its keys: a feed that settles one takes it off the lists.

use directory::child::Child;
use directory::correction::{Cause, Disputed, may_follow};
use directory::event::{Asked, By, Event, What};
use directory::following::{Followed, State, Weight, followed, source_state};
use directory::lifecycle::{Standing, standing_on};
use directory::number::Number;
use directory::record::{Record, Shielding};
use directory::statement::SourceKind;
use directory::survivorship;
use directory::text::{AuthorityCode, SupplierCode, SupplierKey};
use directory::{Date, Now};

use directory::access::Refusal;
use directory::account::Role;

use crate::Store;
use crate::disclose::Loaded;
use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::KeyRing;
use crate::session::{Pointer, Session};

/// The most records listed at once.
pub const FOLLOWED_MAX: usize = 200;
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
    /// The kinds of source that were told and have not settled it.
    pub sources: Vec<SourceKind>,
}

/// The keys under which a record is followed.
pub(crate) fn follow_keys(ring: &KeyRing, record: &Record, child: &Child) -> Vec<i64> {
    let mut keys = Vec::new();
    for one in open(record) {
        let told = waiting(record, &one);
        keys.extend(told.map(|source| supplier_key(ring, &source.supplier)));
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

/// The sources of a dispute that have not settled it.
fn waiting<'r>(
    record: &'r Record,
    one: &Followed<'r>,
) -> impl Iterator<Item = &'r directory::statement::Source> {
    let dispute = one.dispute;
    dispute
        .sources
        .iter()
        .filter(move |source| source_state(record, dispute, source) != State::Settled)
}

impl Store {
    /// What a supplier is to look into. That it was listed is an event.
    ///
    /// # Errors
    /// [`Error`] when it could not be read, or the event not written.
    pub fn supplier_tasks(
        &self,
        supplier: &SupplierCode,
        now: Now,
    ) -> Result<Vec<SupplierTask>, Error> {
        let key = supplier_key(&self.ring(), supplier);
        let loaded = self.followed_under(key, |_| true)?;
        let mut tasks = Vec::new();
        for record in loaded.iter().map(|loaded| &loaded.record) {
            for one in open(record) {
                let own = waiting(record, &one).filter(|source| source.supplier == *supplier);
                tasks.extend(own.map(|source| SupplierTask {
                    key: source.key.clone(),
                    field: one.dispute.field,
                    since: one.dispute.on,
                    state: source_state(record, one.dispute, source),
                }));
            }
        }
        tasks.sort_by(|a, b| (a.since, &a.key, a.field).cmp(&(b.since, &b.key, b.field)));
        tasks.dedup();
        let what = What::CorrectionsListed {
            supplier: supplier.clone(),
            shown: numbers(&loaded),
        };
        self.record(Event::now(now, By::Operator, what))?;
        Ok(tasks)
    }

    /// The reports and corrections that the person who asks follows to their end. That they were listed is an event.
    ///
    /// # Errors
    /// [`Error`] when they could not be read, or the event not written.
    pub fn follow(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<Vec<FollowLine>, Refusal>, Error> {
        let actor = session.actor();
        let officer = actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer);
        let Some(authority) = actor.authority().filter(|_| officer) else {
            let asked = (Asked::Follow, None, None);
            return self.refuse(session, asked, Refusal::NotPermitted, now);
        };
        let may_follow = |one: &Loaded| {
            let record = &one.record;
            let child = self.child_shown(record, now);
            let born = child.born.as_ref().map(|born| born.value);
            let standing = standing_on(record, born, now.today);
            standing != Standing::Archived && may_follow(actor, &child)
        };
        let mut loaded = Vec::new();
        for shielding in [Shielding::None, Shielding::Shielded] {
            let key = authority_key(&self.ring(), (authority, shielding));
            loaded.extend(self.followed_under(key, may_follow)?);
        }
        let mut lines = Vec::new();
        for one in &loaded {
            let reference = session.point(Pointer::Record, one.id)?;
            lines.extend(open(&one.record).map(|followed| FollowLine {
                reference: reference.clone(),
                field: followed.dispute.field,
                since: followed.dispute.on,
                cause: followed.dispute.cause,
                weight: followed.weight,
                state: followed.state,
                sources: kinds(&one.record, &followed),
            }));
        }
        lines.sort_by_key(|line| line.since);
        let what = What::Followed {
            shown: numbers(&loaded),
        };
        self.record(Event::now(now, session.by(), what))?;
        Ok(Ok(lines))
    }

    /// A child as it is shown, by the configured order of sources.
    pub(crate) fn child_shown(&self, record: &Record, now: Now) -> Child {
        let reference = self.reference();
        let settings = (&*reference.catalogue, &reference.survivorship);
        survivorship::shown(record, settings, now.today)
    }

    /// The first records under a key of those that are wanted, up to [`FOLLOWED_MAX`].
    pub(crate) fn followed_under(
        &self,
        key: i64,
        is_wanted: impl Fn(&Loaded) -> bool,
    ) -> Result<Vec<Loaded>, Error> {
        let mut wanted = Vec::new();
        let mut after = i64::MIN;
        while wanted.len() < FOLLOWED_MAX {
            let ids = self.read(FOLLOWED, &[Value::Int(key), Value::Int(after)], |row| {
                row.int(0)
            })?;
            let Some(last) = ids.last() else { break };
            after = *last;
            let loaded = self
                .pool
                .with_reader(|connection| self.load(connection, &ids))?;
            wanted.extend(loaded.into_iter().filter(|one| is_wanted(one)));
        }
        wanted.truncate(FOLLOWED_MAX);
        Ok(wanted)
    }
}

fn numbers(loaded: &[Loaded]) -> Vec<Number> {
    loaded.iter().map(|one| one.record.number).collect()
}

fn kinds(record: &Record, one: &Followed<'_>) -> Vec<SourceKind> {
    let mut kinds: Vec<SourceKind> = waiting(record, one).map(|source| source.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
