//! Opening a record: the reason first, then the event, then the sight of it.

use std::collections::HashMap;

use directory::Now;
use directory::access::{Refusal, may_search};
use directory::disclosure::{Disclosure, Receipt, Sealed, open};
use directory::event::{Asked, Event, What};
use directory::number::Number;
use directory::reason::Reason;
use directory::record::Record;

use crate::driver::{Connection, Dialect, Rows, Value};
use crate::entry::Entry;
use crate::error::Error;
use crate::keys::{Index, under_query};
use crate::seal::Column;
use crate::session::{Pointer, Session};
use crate::{Store, codec};

/// How often a verb reads again when the record was changed between its reading and its event.
pub(crate) const TRIES_MAX: usize = 4;

/// A record as it was read. It never leaves the store but sealed.
pub(crate) struct Loaded {
    pub(crate) id: i64,
    pub(crate) version: i64,
    pub(crate) record: Record,
}

impl Store {
    /// Gives the reason for opening a record in this session (R71, C18): confirmed or changed at the record, once for each child.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn give_reason(
        &self,
        session: &Session,
        reference: &str,
        reason: Reason,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        let loaded = self.pointed_record(session, reference)?;
        let viewed = match &loaded {
            None => Err(Refusal::NoRecord),
            Some(loaded) => self
                .sealed(loaded, now)
                .viewer(session.actor(), reason)
                .map(|_| loaded),
        };
        let loaded = match viewed {
            Ok(loaded) => loaded,
            Err(refusal) => {
                let number = loaded.as_ref().map(|loaded| loaded.record.number);
                return self.refuse(session, (Asked::Reason, number, Some(reason)), refusal, now);
            }
        };
        let what = What::Reasoned {
            number: loaded.record.number,
            reason,
        };
        let prepared = self.prepare(&Event::now(now, session.by(), what))?;
        let (session, record) = (session.id(), loaded.id);
        self.writer.write(move |connection| {
            let sql = "INSERT INTO reason_given (session, record, reason) VALUES ($1, $2, $3) \
                 ON CONFLICT (session, record) DO UPDATE SET reason = excluded.reason";
            connection.execute(
                sql,
                &[
                    Value::Int(session),
                    Value::Int(record),
                    Value::Text(reason.code()),
                ],
            )?;
            prepared.insert(connection)?;
            Ok(Ok(()))
        })
    }

    /// The reasons this session gave for records, in the order they are asked for in.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn reasons_given(
        &self,
        session: &Session,
        references: &[&str],
    ) -> Result<Vec<Option<Reason>>, Error> {
        let records: Vec<Option<i64>> = references
            .iter()
            .map(|reference| session.pointed(Pointer::Record, reference))
            .collect();
        let known: Vec<i64> = records.iter().flatten().copied().collect();
        let reasons = self.reasons_for(session, &known)?;
        let reason = |record: &Option<i64>| reasons.get(&(*record)?).copied();
        Ok(records.iter().map(reason).collect())
    }

    /// The reason this session gave for a record.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn reason_given(
        &self,
        session: &Session,
        reference: &str,
    ) -> Result<Option<Reason>, Error> {
        let Some(record) = session.pointed(Pointer::Record, reference) else {
            return Ok(None);
        };
        self.reason_for(session, record)
    }

    /// Shows a record to somebody who gave a reason for it. Every showing is an event (R72); a refusal is one too.
    ///
    /// The event commits only while the record is in the version that was read: a shield placed in between wins.
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn disclose(
        &self,
        session: &Session,
        reference: &str,
        now: Now,
    ) -> Result<Result<Disclosure, Refusal>, Error> {
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                return self.refuse(session, (Asked::Open, None, None), Refusal::NoRecord, now);
            };
            let number = Some(loaded.record.number);
            let Some(reason) = self.reason_for(session, loaded.id)? else {
                return self.refuse(session, (Asked::Open, number, None), Refusal::NoReason, now);
            };
            let sealed = self.sealed(&loaded, now);
            let viewer = match sealed.viewer(session.actor(), reason) {
                Ok(viewer) => viewer,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Open, number, Some(reason)), refusal, now);
                }
            };
            let what = What::Opened {
                seen: sealed.seen(),
                reason,
                viewer,
            };
            let entry = self.append(
                Event::now(now, session.by(), what),
                vec![(loaded.id, loaded.version)],
            )?;
            match Receipt::after(entry) {
                Ok(receipt) => return Ok(open(&receipt, session.actor(), sealed)),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Records a refusal that was decided at the edge, before the store was asked: too little to search by, or no role for it.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn record_refusal(
        &self,
        session: &Session,
        (asked, reason): (Asked, Option<Reason>),
        refusal: Refusal,
        now: Now,
    ) -> Result<(), Error> {
        self.refuse::<()>(session, (asked, None, reason), refusal, now)
            .map(|_| ())
    }

    pub(crate) fn append(
        &self,
        event: Event,
        versions: Vec<(i64, i64)>,
    ) -> Result<Entry<'_>, Error> {
        let prepared = self.prepare(&event)?;
        Ok(Entry::Append {
            store: self,
            event,
            prepared,
            versions,
        })
    }

    /// Records a refusal and answers it.
    pub(crate) fn refuse<T>(
        &self,
        session: &Session,
        (asked, number, reason): (Asked, Option<Number>, Option<Reason>),
        refusal: Refusal,
        now: Now,
    ) -> Result<Result<T, Refusal>, Error> {
        self.record(Event::now(
            now,
            session.by(),
            What::Refused {
                asked,
                number,
                reason,
                refusal,
            },
        ))?;
        Ok(Err(refusal))
    }

    pub(crate) fn sealed(&self, loaded: &Loaded, now: Now) -> Sealed {
        let child = self.child_shown(&loaded.record, now);
        Sealed::of(child, &loaded.record, loaded.version, now.today)
    }

    pub(crate) fn reason_for(
        &self,
        session: &Session,
        record: i64,
    ) -> Result<Option<Reason>, Error> {
        let reasons = self.reasons_for(session, &[record])?;
        Ok(reasons.get(&record).copied())
    }

    /// The reasons given in a session for records, while its person may still search for them.
    fn reasons_for(
        &self,
        session: &Session,
        records: &[i64],
    ) -> Result<HashMap<i64, Reason>, Error> {
        let mut given = HashMap::with_capacity(records.len());
        for chunk in records.chunks(RECORDS_AT_ONCE) {
            let mut values = vec![Value::Int(session.id())];
            values.extend(twenty(chunk));
            let rows = self.read(REASONS, &values, |row| Ok((row.int(0)?, row.text(1)?)))?;
            given.extend(rows);
        }
        let open = |reason: &Reason| may_search(session.actor(), *reason).is_ok();
        let reasons = given.into_iter().filter_map(|(record, code)| {
            let reason = Reason::parse(&code).filter(open)?;
            Some((record, reason))
        });
        Ok(reasons.collect())
    }

    pub(crate) fn pointed_record(
        &self,
        session: &Session,
        reference: &str,
    ) -> Result<Option<Loaded>, Error> {
        let Some(id) = session.pointed(Pointer::Record, reference) else {
            return Ok(None);
        };
        let loaded = self
            .pool
            .with_reader(|connection| self.load(connection, &[id]))?;
        Ok(loaded.into_iter().next())
    }

    /// Reads and unseals records; those that are not there are left out. The order is the ids'.
    pub(crate) fn load(
        &self,
        connection: &mut dyn Connection,
        ids: &[i64],
    ) -> Result<Vec<Loaded>, Error> {
        let mut loaded = self.opened(sealed_records(connection, ids)?)?;
        loaded.sort_by_key(|found| ids.iter().position(|id| *id == found.id));
        Ok(loaded)
    }

    /// Reads and unseals the records of an earlier sight, by the keys of their numbers, in any order. Each was shown to the one who asks.
    pub(crate) fn load_shown(
        &self,
        connection: &mut dyn Connection,
        number_keys: &[i64],
    ) -> Result<Vec<Loaded>, Error> {
        self.opened(numbered_records(connection, number_keys)?)
    }

    fn opened(&self, records: Vec<SealedRecord>) -> Result<Vec<Loaded>, Error> {
        let ring = self.ring();
        let mut loaded = Vec::with_capacity(records.len());
        for (id, version, body) in records {
            let plain = ring.unseal(Column::RecordBody(version), id, &body)?;
            let record = codec::decode(&plain).ok_or(Error::Inconsistent("a record"))?;
            loaded.push(Loaded {
                id,
                version,
                record,
            });
        }
        Ok(loaded)
    }
}

/// How many records one statement reads.
const RECORDS_AT_ONCE: usize = 20;
const RECORDS: &str = "SELECT id, version, body FROM record \
     WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
/// The same of their versions alone.
const VERSIONS: &str = "SELECT id, version FROM record \
     WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
/// The same number of records: as many as a search shows, so that one statement has all their reasons.
const REASONS: &str = "SELECT record, reason FROM reason_given WHERE session = $1 AND record \
     IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";

/// A record as it is kept: its id, its version, its sealed body.
pub(crate) type SealedRecord = (i64, i64, Vec<u8>);

/// The records that stand under keys of numbers, shielded or not, in one round trip: PostgreSQL only. A limit in what is joined sees
/// to it that each is a look-up, whatever the planner believes of the tables.
const NUMBERED: &str = "SELECT record.id, record.version, record.body FROM unnest($1::BIGINT[]) AS wanted (key) \
     CROSS JOIN LATERAL (SELECT record FROM search_key WHERE key = wanted.key LIMIT 64) AS filed \
     CROSS JOIN LATERAL (SELECT id, version, body FROM record WHERE id = filed.record LIMIT 1) AS record \
     UNION ALL SELECT record.id, record.version, record.body FROM unnest($1::BIGINT[]) AS wanted (key) \
     CROSS JOIN LATERAL (SELECT record FROM shielded_key WHERE key = wanted.key LIMIT 64) AS filed \
     CROSS JOIN LATERAL (SELECT id, version, body FROM record WHERE id = filed.record LIMIT 1) AS record";

fn numbered_records(
    connection: &mut dyn Connection,
    number_keys: &[i64],
) -> Result<Vec<SealedRecord>, Error> {
    if connection.dialect() == Dialect::Postgres {
        let mut sealed = Vec::with_capacity(number_keys.len());
        connection.query(NUMBERED, &[Value::Ints(number_keys)], &mut |row| {
            sealed.push((row.int(0)?, row.int(1)?, row.blob(2)?));
            Ok(())
        })?;
        return Ok(sealed);
    }
    let entries = under_query(connection, &[Index::Search, Index::Shielded], number_keys)?;
    let mut ids: Vec<i64> = entries.into_iter().flatten().map(|(_, id)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    sealed_records(connection, &ids)
}

/// Records as they are kept, in any order; those that are not there are left out.
pub(crate) fn sealed_records(
    connection: &mut dyn Connection,
    ids: &[i64],
) -> Result<Vec<SealedRecord>, Error> {
    let mut sealed = Vec::with_capacity(ids.len());
    let mut take = |row: &dyn Rows| {
        sealed.push((row.int(0)?, row.int(1)?, row.blob(2)?));
        Ok(())
    };
    match (connection.dialect(), ids) {
        (_, []) => {}
        (_, [only]) => {
            let sql = "SELECT id, version, body FROM record WHERE id = $1";
            connection.query(sql, &[Value::Int(*only)], &mut take)?;
        }
        (Dialect::Postgres, _) => {
            let sql = "SELECT id, version, body FROM record WHERE id = ANY($1)";
            connection.query(sql, &[Value::Ints(ids)], &mut take)?;
        }
        (Dialect::Sqlite, _) => {
            for chunk in ids.chunks(RECORDS_AT_ONCE) {
                connection.query(RECORDS, &twenty(chunk), &mut take)?;
            }
        }
    }
    Ok(sealed)
}

/// The versions of records; those that are not there are left out.
pub(crate) fn versions(
    connection: &mut dyn Connection,
    ids: &[i64],
) -> Result<Vec<(i64, i64)>, Error> {
    let mut versions = Vec::with_capacity(ids.len());
    let mut take = |row: &dyn Rows| {
        versions.push((row.int(0)?, row.int(1)?));
        Ok(())
    };
    if connection.dialect() == Dialect::Postgres {
        let sql = "SELECT id, version FROM record WHERE id = ANY($1)";
        connection.query(sql, &[Value::Ints(ids)], &mut take)?;
        return Ok(versions);
    }
    for chunk in ids.chunks(RECORDS_AT_ONCE) {
        connection.query(VERSIONS, &twenty(chunk), &mut take)?;
    }
    Ok(versions)
}

/// The ids of a statement that takes so many; where there are fewer the last is asked for again.
fn twenty(ids: &[i64]) -> [Value<'static>; RECORDS_AT_ONCE] {
    let last = ids.last().copied().unwrap_or(0);
    let mut values = [Value::Int(last); RECORDS_AT_ONCE];
    for (value, id) in values.iter_mut().zip(ids) {
        *value = Value::Int(*id);
    }
    values
}
