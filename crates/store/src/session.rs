//! Sessions: a random secret in a cookie, its keyed hash in the table, and every gate asked again at each request.

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use directory::access::Refusal;
use directory::account::{Actor, admit};
use directory::bytes::{Reader, Writer};
use directory::event::{Event, What};
use directory::text::AuthorityCode;
use directory::{Now, Timestamp};

use crate::Store;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::{Column, hex, unhex};

/// How long a session lives without being used, in minutes.
pub const IDLE_MINUTES_MAX: i64 = 20;
/// How long a session lives at the most, in hours.
pub const SESSION_HOURS_MAX: i64 = 10;
/// How often the time of last use is written, in seconds.
const LAST_USED_SECONDS: i64 = 30;
const MICROSECONDS: i64 = 1_000_000;

/// Somebody signed in, whose every gate stood open at this request. Only the store makes one, from the secret of a session.
pub struct Session {
    actor: Actor,
    id: i64,
    started: Timestamp,
    last_used: Timestamp,
    csrf: String,
    seals: Aes256GcmSiv,
}

/// One of a person's sessions, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// The mark by which it is ended.
    pub mark: u64,
    /// When it began.
    pub started: Timestamp,
    /// When it was last used, to within half a minute.
    pub last_used: Timestamp,
    /// The network address it began from.
    pub address: String,
    /// The browser it began in, as the browser names itself.
    pub browser: String,
    /// Whether it is the one that asks.
    pub which: Which,
}

/// Whether a session is the one that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// It is.
    This,
    /// It is another.
    Other,
}

/// What is sealed of a session.
pub(crate) struct Body {
    pub(crate) full_hash: [u8; 32],
    /// Whose it is and when it began: also in plain columns, which count for nothing if they differ.
    pub(crate) account: i64,
    pub(crate) started: i64,
    pub(crate) address: String,
    pub(crate) browser: String,
}

/// What a reference or ticket points to: each is bound to what it is and to the session it was given in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pointer {
    Record,
    Search,
    Row,
    Part,
    Worker,
}

impl Session {
    /// Who it is.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// A mark of the session: the same for all it does, and not its secret.
    #[must_use]
    pub fn mark(&self) -> u64 {
        self.id.cast_unsigned()
    }

    /// The token every form of this session carries.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// When it began.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// When it ends if it is not used again.
    #[must_use]
    pub fn idle_until(&self) -> Timestamp {
        after(self.last_used, IDLE_MINUTES_MAX.saturating_mul(60)).min(self.ends())
    }

    /// When it ends whatever happens.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        after(self.started, SESSION_HOURS_MAX.saturating_mul(3_600))
    }

    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// Points to a record or a search in this session, in a text that means nothing anywhere else and holds nothing in clear.
    pub(crate) fn point(&self, to: Pointer, id: i64) -> Result<String, Error> {
        let payload = Payload {
            msg: &id.to_be_bytes(),
            aad: to.label(),
        };
        let sealed = self.seals.encrypt(&Nonce::from([0; 12]), payload);
        sealed
            .map(|sealed| hex(&sealed))
            .map_err(|_| Error::Inconsistent("a reference"))
    }

    /// What a text of [`Session::point`] points to. `None`: it is not of this session, or was changed.
    pub(crate) fn pointed(&self, to: Pointer, text: &str) -> Option<i64> {
        let sealed = unhex_24(text)?;
        let payload = Payload {
            msg: &sealed,
            aad: to.label(),
        };
        let plain = self.seals.decrypt(&Nonce::from([0; 12]), payload).ok()?;
        plain.try_into().ok().map(i64::from_be_bytes)
    }
}

impl Pointer {
    fn label(self) -> &'static [u8] {
        match self {
            Pointer::Record => b"record",
            Pointer::Search => b"search",
            Pointer::Row => b"row",
            Pointer::Part => b"part",
            Pointer::Worker => b"worker",
        }
    }
}

fn unhex_24(text: &str) -> Option<[u8; 24]> {
    let padded = format!("{text}{}", "0".repeat(16));
    if text.len() != 48 {
        return None;
    }
    unhex(&padded)?.first_chunk::<24>().copied()
}

fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    let micros = moment
        .as_microsecond()
        .saturating_add(seconds.saturating_mul(MICROSECONDS));
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

pub(crate) fn write_body(body: &Body) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(&hex(&body.full_hash));
    out.i64(body.account);
    out.i64(body.started);
    out.text(&body.address);
    out.text(&body.browser);
    out.finish()
}

fn read_body(bytes: &[u8]) -> Option<Body> {
    let mut from = Reader::new(bytes);
    Some(Body {
        full_hash: unhex(from.text()?)?,
        account: from.i64()?,
        started: from.i64()?,
        address: from.text()?.to_owned(),
        browser: from.text()?.to_owned(),
    })
}

/// A session and everything that decides whether it still stands, in one reading.
const RESUME: &str = "SELECT s.account, s.started, s.last_used, s.body, a.organisation, a.body, o.body, o.authority, m.value \
     FROM session s JOIN account a ON a.id = s.account JOIN organisation o ON o.id = a.organisation \
     JOIN meta m ON m.name = 'reference' WHERE s.id = $1";

struct Found {
    account: (i64, Vec<u8>),
    started: i64,
    last_used: i64,
    body: Vec<u8>,
    organisation: (i64, Vec<u8>),
    authority: String,
    reference: String,
}

impl Store {
    /// The session of a secret, if it still stands: not idle too long, not too old, and every gate open today. Losing one closes
    /// the session at this request (Annex B 8).
    ///
    /// # Errors
    /// [`Error`] when the database does not answer: nobody is let in then.
    pub fn resume(&self, secret: &str, now: Now) -> Result<Option<Session>, Error> {
        let Some(id) = self.session_id(secret) else {
            return Ok(None);
        };
        let rows = self.read(RESUME, &[Value::Int(id)], |row| {
            Ok(Found {
                account: (row.int(0)?, row.blob(5)?),
                started: row.int(1)?,
                last_used: row.int(2)?,
                body: row.blob(3)?,
                organisation: (row.int(4)?, row.blob(6)?),
                authority: row.text(7)?,
                reference: row.text(8)?,
            })
        })?;
        let Some(found) = rows.into_iter().next() else {
            return Ok(None);
        };
        self.refresh_reference_to(&found.reference)?;
        let Some(session) = self.session(id, secret, &found, now)? else {
            self.writer
                .write(move |connection| forget(connection, id))?;
            return Ok(None);
        };
        self.touch(id, found.last_used, now)?;
        Ok(Some(session))
    }

    fn session(
        &self,
        id: i64,
        secret: &str,
        found: &Found,
        now: Now,
    ) -> Result<Option<Session>, Error> {
        let at = now.at.as_microsecond();
        let idle =
            at.saturating_sub(found.last_used) > IDLE_MINUTES_MAX.saturating_mul(60 * MICROSECONDS);
        let old = at.saturating_sub(found.started)
            > SESSION_HOURS_MAX.saturating_mul(3_600 * MICROSECONDS);
        let plain = self.ring().unseal(Column::SessionBody, id, &found.body)?;
        let body = read_body(&plain).ok_or(Error::Inconsistent("a session"))?;
        let moved = body.account != found.account.0 || body.started != found.started;
        if idle || old || moved || body.full_hash != self.full_hash(secret) {
            return Ok(None);
        }
        let account = self.open_account(found.account.0, &found.account.1)?;
        let organisation = self.open_organisation(found.organisation.0, &found.organisation.1)?;
        let authority = AuthorityCode::parse(&found.authority)
            .ok()
            .and_then(|code| self.authority(&code));
        let Ok(actor) = admit(&account, &organisation, authority.as_ref(), now.today) else {
            return Ok(None);
        };
        let moment = |micros| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        let last_used = moment(found.last_used.max(at));
        Ok(Some(self.make_session(
            actor,
            id,
            secret,
            (moment(found.started), last_used),
        )))
    }

    pub(crate) fn make_session(
        &self,
        actor: Actor,
        id: i64,
        secret: &str,
        times: (Timestamp, Timestamp),
    ) -> Session {
        let derived = |label: &str| {
            blake3::keyed_hash(&self.ring().session, format!("{label} {secret}").as_bytes())
        };
        Session {
            actor,
            id,
            started: times.0,
            last_used: times.1,
            csrf: derived("form").to_hex().to_string(),
            seals: Aes256GcmSiv::new(&(*derived("reference").as_bytes()).into()),
        }
    }

    /// Writes the time of last use, at most every half minute.
    fn touch(&self, id: i64, last_used: i64, now: Now) -> Result<(), Error> {
        let at = now.at.as_microsecond();
        let due = at.saturating_sub(LAST_USED_SECONDS.saturating_mul(MICROSECONDS));
        if last_used >= due {
            return Ok(());
        }
        self.writer.write(move |connection| {
            let sql = "UPDATE session SET last_used = $1 WHERE id = $2 AND last_used < $1";
            connection
                .execute(sql, &[Value::Int(at), Value::Int(id)])
                .map(|_| ())
        })
    }

    /// Ends this session.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn sign_out(&self, session: &Session, now: Now) -> Result<(), Error> {
        let id = session.id;
        let prepared = self.prepare(&Event::now(now, session.by(), What::SignedOut))?;
        self.writer.write(move |connection| {
            forget(connection, id)?;
            prepared.insert(connection)
        })
    }

    /// Every session of the person who asks, the latest used first.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn sessions(&self, session: &Session, now: Now) -> Result<Vec<SessionLine>, Error> {
        let sql = "SELECT id, started, last_used, body FROM session WHERE account = $1 AND last_used > $2 AND started > $3 \
             ORDER BY last_used DESC, id";
        let before = |seconds: i64| {
            now.at
                .as_microsecond()
                .saturating_sub(seconds.saturating_mul(MICROSECONDS))
        };
        let idle = before(IDLE_MINUTES_MAX.saturating_mul(60));
        let old = before(SESSION_HOURS_MAX.saturating_mul(3_600));
        let values = [
            Value::Int(session.actor.account().0),
            Value::Int(idle),
            Value::Int(old),
        ];
        let rows = self.read(sql, &values, |row| {
            Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.blob(3)?))
        })?;
        let moment = |micros| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        rows.into_iter()
            .map(|(id, started, last_used, body)| {
                let plain = self.ring().unseal(Column::SessionBody, id, &body)?;
                let body = read_body(&plain).ok_or(Error::Inconsistent("a session"))?;
                Ok(SessionLine {
                    mark: id.cast_unsigned(),
                    started: moment(started),
                    last_used: moment(last_used),
                    address: body.address,
                    browser: body.browser,
                    which: if id == session.id {
                        Which::This
                    } else {
                        Which::Other
                    },
                })
            })
            .collect()
    }

    /// Ends one of the person's own sessions. Somebody else's is no such session.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn end_session(
        &self,
        session: &Session,
        mark: u64,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let (id, account) = (mark.cast_signed(), session.actor.account().0);
        let prepared = self.prepare(&Event::now(now, session.by(), What::SessionEnded))?;
        self.writer.write(move |connection| {
            let sql = "DELETE FROM session WHERE id = $1 AND account = $2";
            if connection.execute(sql, &[Value::Int(id), Value::Int(account)])? == 0 {
                return Ok(Err(Refusal::NoRecord));
            }
            prepared.insert(connection)?;
            Ok(Ok(()))
        })
    }

    pub(crate) fn session_id(&self, secret: &str) -> Option<i64> {
        (secret.len() == 64).then(|| hashed(&self.ring(), Subject::Session, secret.as_bytes()))
    }

    pub(crate) fn full_hash(&self, secret: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.ring().session, secret.as_bytes()).as_bytes()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.actor.account())
            .finish_non_exhaustive()
    }
}

/// Deletes a session and the reasons given in it.
fn forget(connection: &mut dyn Connection, id: i64) -> Result<(), Error> {
    connection.execute(
        "DELETE FROM reason_given WHERE session = $1",
        &[Value::Int(id)],
    )?;
    connection
        .execute("DELETE FROM session WHERE id = $1", &[Value::Int(id)])
        .map(|_| ())
}
