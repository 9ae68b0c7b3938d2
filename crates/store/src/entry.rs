//! Entries of the ledger: an event is sealed, committed to, and written in the transaction of what it is about.

use std::sync::atomic::{AtomicI64, Ordering};

use directory::disclosure::Ledger;
use directory::event::{By, Event};
use sha2::{Digest, Sha256};

use crate::append::Append;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::key::Subject;
use crate::seal::{Column, KeyRing};
use crate::session::Session;
use crate::{Store, key};

/// What is hashed before salt and event, so that a commitment is of nothing else.
const COMMITMENT_LABEL: &[u8] = b"contactpoint event commitment v1\0";
pub(crate) const SALT_BYTES: usize = 32;
/// The newest id of this process: none that follows is smaller, whatever the clock says.
static LAST: AtomicI64 = AtomicI64::new(0);

/// Every id from now on comes after this one: for what lies in the order of its ids, and was begun by a process with another clock.
pub(crate) fn ids_follow(id: i64) {
    LAST.fetch_max(id, Ordering::Relaxed);
}

/// An event, sealed and ready to be written.
pub(crate) struct Prepared {
    pub(crate) id: i64,
    pub(crate) actor: Option<i64>,
    pub(crate) subject: Option<i64>,
    pub(crate) commitment: [u8; 32],
    pub(crate) body: Vec<u8>,
}

/// The records an event is about, each in the version that was read.
pub(crate) type Versions = Vec<(i64, i64)>;

/// An event on its way to being durable, or one that already is.
pub(crate) enum Entry<'a> {
    /// To be written, if these records still are in these versions.
    Append {
        store: &'a Store,
        event: Event,
        prepared: Prepared,
        versions: Versions,
    },
    /// Read back from the ledger.
    Recalled(Event),
}

impl Ledger for Entry<'_> {
    type Error = Error;

    fn durable(self) -> Result<Event, Error> {
        match self {
            Entry::Recalled(event) => Ok(event),
            Entry::Append {
                store,
                event,
                prepared,
                versions,
            } => {
                store.writer.append(Append { prepared, versions })?;
                Ok(event)
            }
        }
    }
}

/// The commitment of an event: SHA-256 over a label, the salt and the canonical bytes. It is the leaf's data, and tells nothing.
pub(crate) fn commitment(salt: &[u8], canonical: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(COMMITMENT_LABEL);
    hash.update(salt);
    hash.update(canonical);
    hash.finalize().into()
}

/// Under whom an event is filed beside its sealed body: who did it, and about whom it is. `None`: nobody signed in, or no one child.
pub(crate) fn columns(ring: &KeyRing, event: &Event) -> (Option<i64>, Option<i64>) {
    let actor = match event.by {
        By::Person { account, .. } => {
            Some(key::hashed(ring, Subject::Actor, &account.0.to_be_bytes()))
        }
        By::Stranger | By::Operator | By::Supplier(_) | By::Directory => None,
    };
    let subject = event
        .number()
        .map(|n| key::hashed(ring, Subject::Child, &n.digits().to_be_bytes()));
    (actor, subject)
}

impl Prepared {
    pub(crate) fn insert(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        connection
            .execute(
                "INSERT INTO event (id, actor, subject, commitment, body) VALUES ($1, $2, $3, $4, $5)",
                &[
                    Value::Int(self.id),
                    Value::IntOption(self.actor),
                    Value::IntOption(self.subject),
                    Value::Blob(&self.commitment),
                    Value::Blob(&self.body),
                ],
            )
            .map(|_| ())
    }
}

impl Store {
    /// Seals an event. Costly work is done here, before the queue of the writer.
    pub(crate) fn prepare(&self, event: &Event) -> Result<Prepared, Error> {
        let id = self.next_id(event.at);
        let canonical = event.canonical();
        let salt: [u8; SALT_BYTES] = self.random();
        let mut plain = Vec::with_capacity(canonical.len().saturating_add(SALT_BYTES));
        plain.extend_from_slice(&salt);
        plain.extend_from_slice(&canonical);
        let ring = self.ring();
        let (actor, subject) = columns(&ring, event);
        let body = ring.seal(Column::EventBody, id, &plain, self.random())?;
        Ok(Prepared {
            id,
            actor,
            subject,
            commitment: commitment(&salt, &canonical),
            body,
        })
    }

    /// Opens a stored event and checks it against its commitment.
    pub(crate) fn open_event(
        &self,
        id: i64,
        body: &[u8],
        committed: &[u8],
    ) -> Result<Event, Error> {
        let plain = self.ring().unseal(Column::EventBody, id, body)?;
        let bad = Error::Inconsistent("an event is not what was committed to");
        let (salt, canonical) = plain.split_at_checked(SALT_BYTES).ok_or(bad.clone())?;
        if commitment(salt, canonical) != committed {
            return Err(bad);
        }
        Event::from_canonical(canonical).ok_or(bad)
    }

    /// Makes one event durable, by itself.
    pub(crate) fn record(&self, event: Event) -> Result<i64, Error> {
        let prepared = self.prepare(&event)?;
        let id = prepared.id;
        let versions = Versions::new();
        self.writer.append(Append { prepared, versions })?;
        Ok(id)
    }

    /// Ids grow with time, so that rows written together lie together; the low bits keep two processes apart.
    pub(crate) fn next_id(&self, at: directory::Timestamp) -> i64 {
        let [low, high] = self.random::<2>();
        let noise = i64::from(u16::from_be_bytes([low, high]) & 0x0fff);
        let wanted = first_id_of(at).saturating_add(noise);
        let last = LAST
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                Some(wanted.max(last.saturating_add(1)))
            })
            .unwrap_or(wanted);
        wanted.max(last.saturating_add(1))
    }
}

/// The lowest id that is made at a moment: whatever has a lower one was made before.
pub(crate) fn first_id_of(at: directory::Timestamp) -> i64 {
    const EPOCH_MICROSECONDS: i64 = 1_577_836_800_000_000;
    const IDS_OF_A_MICROSECOND: i64 = 4_096;
    let micros = at
        .as_microsecond()
        .saturating_sub(EPOCH_MICROSECONDS)
        .max(1);
    micros.saturating_mul(IDS_OF_A_MICROSECOND)
}

impl Session {
    /// Whom the ledger names for what is done in this session.
    pub(crate) fn by(&self) -> By {
        let actor = self.actor();
        By::Person {
            account: actor.account(),
            organisation: actor.organisation(),
            session: self.mark(),
        }
    }
}
