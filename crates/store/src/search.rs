//! Search: keyed look-ups, best candidates first, and one event that names the query and every record shown.
//!
//! A query that touches a hidden field reads the index of unshielded records and no other: its type decides (R44, X1).

use std::collections::HashMap;

use directory::access::{Field, Refusal, may_search, may_search_by};
use directory::disclosure::{Disclosure, Receipt, Sealed, list};
use directory::event::{Asked, By, Event, Seen, What};
use directory::query::Query;
use directory::reason::Reason;
use directory::record::Shielding;
use directory::{Now, access::Add};

use crate::Stage;
use crate::Store;
use crate::candidate::{Candidate, Scored};
use crate::disclose::{Loaded, TRIES_MAX};
use crate::driver::{Connection, Value};
use crate::entry::Entry;
use crate::error::Error;
use crate::filing::{LookedUp, number_key};
use crate::keys::{Index, KeyEntry, QUERY_RECORDS_MAX, under_query};
use crate::near::{Comparison, keep_worth_showing};
use crate::session::{Pointer, Session};

/// The most children a search shows. There is no second page.
pub const SHOWN_MAX: usize = 20;
/// The most candidates that are read and compared.
const CANDIDATES_MAX: usize = 96;
/// By how many bits the best candidate must lead to stand out.
const CLEAR_LEAD_BITS: f32 = 6.0;

/// What a search found, and the ticket by which the same sight is had again.
pub struct Found {
    /// The ticket for [`Store::recall`], good in this session only.
    pub ticket: String,
    /// The reason it was made for.
    pub reason: Reason,
    /// What was asked.
    pub query: Query,
    /// The children, best first.
    pub children: Vec<FoundChild>,
    /// Whether some of them are easily taken for one another.
    pub near_doubles: NearDoubles,
    /// Whether the first stands out.
    pub best: Best,
}

/// What came of asking for the same sight again.
pub enum Recalled {
    /// Nothing has changed: the same sight, whose event is in the ledger.
    Same(Box<Found>),
    /// A record has changed since, and the old sight is gone: this was asked, and would have to be searched for anew.
    Changed(Reason, Box<Query>),
}

/// One child that was found.
pub struct FoundChild {
    /// The reference by which the record is asked for, good in this session only.
    pub reference: String,
    /// What may be seen.
    pub disclosure: Disclosure,
    /// The fields in which this child differs from another in the list who could be taken for them.
    pub differs: Vec<Field>,
}

/// Whether two children in a list are easily taken for one another: twins, or the same name on the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearDoubles {
    /// No two are.
    None,
    /// Some are.
    Some,
}

/// Whether the first of a list stands out from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// It does.
    Clear,
    /// It does not, or there is none.
    Unclear,
}

/// Somebody who asks something, for a reason.
struct Asking<'a> {
    session: &'a Session,
    reason: Reason,
    query: &'a Query,
    looked_up: LookedUp,
    now: Now,
}

/// A candidate that was read, compared and found like enough.
struct Likely {
    loaded: Loaded,
    sealed: Sealed,
    scored: Scored,
}

impl Store {
    /// Searches, for a reason (R71, C18). The event names the query and every record shown, each in its version.
    ///
    /// # Errors
    /// [`Error`] when the event could not be made durable: nothing is shown then.
    pub fn search(
        &self,
        session: &Session,
        reason: Reason,
        query: Query,
        now: Now,
    ) -> Result<Result<Found, Refusal>, Error> {
        let _asking = self.way.ask();
        let allowed = may_search(session.actor(), reason)
            .and_then(|()| may_search_by(session.actor(), &query));
        if let Err(refusal) = allowed {
            return self.refuse(session, (Asked::Search, None, Some(reason)), refusal, now);
        }
        let asking = self.asking(session, reason, &query, now);
        for _ in 0..TRIES_MAX {
            let likely = match self.likely(&asking)? {
                Ok(likely) => likely,
                Err(refusal) => {
                    return self.refuse(session, (Asked::Search, None, Some(reason)), refusal, now);
                }
            };
            let shown: Vec<Seen> = likely.iter().map(|one| one.sealed.seen()).collect();
            let versions = likely
                .iter()
                .map(|one| (one.loaded.id, one.loaded.version))
                .collect();
            let what = What::Searched {
                reason,
                query: query.clone(),
                shown,
            };
            let event = Event::now(now, session.by(), what);
            let prepared = self.prepare(&event)?;
            let id = prepared.id;
            (self.watch)(Stage::Found);
            match Receipt::after(Entry::Append {
                store: self,
                event,
                prepared,
                versions,
            }) {
                Ok(receipt) => return self.found(session, &receipt, id, likely).map(Ok),
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// The same sight again, for Reload and Back: no new event, because the event of it is in the ledger. If a record has changed
    /// since, it would be another sight, and nothing is shown: whoever asks decides whether to search anew, which counts as a search
    /// like any other (X7). Somebody else's ticket is no ticket.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer.
    pub fn recall(
        &self,
        session: &Session,
        ticket: &str,
        now: Now,
    ) -> Result<Result<Recalled, Refusal>, Error> {
        let Some(id) = session.pointed(Pointer::Search, ticket) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let sql = "SELECT body, commitment FROM event WHERE id = $1";
        let rows = self.read(sql, &[Value::Int(id)], |row| {
            Ok((row.blob(0)?, row.blob(1)?))
        })?;
        let Some((body, commitment)) = rows.into_iter().next() else {
            return Ok(Err(Refusal::NoRecord));
        };
        let event = self.open_event(id, &body, &commitment)?;
        let own = matches!(event.by, By::Person { session: mark, .. } if mark == session.mark());
        let What::Searched {
            reason,
            query,
            shown,
        } = event.what.clone()
        else {
            return Ok(Err(Refusal::NoRecord));
        };
        if !own {
            return Ok(Err(Refusal::NoRecord));
        }
        let likely = self.seen_again(&self.asking(session, reason, &query, now), &shown)?;
        if likely.len() < shown.len() {
            return Ok(Ok(Recalled::Changed(reason, Box::new(query))));
        }
        let receipt = Receipt::after(Entry::Recalled(event))?;
        let found = self.found(session, &receipt, id, likely)?;
        Ok(Ok(Recalled::Same(Box::new(found))))
    }

    fn found(
        &self,
        session: &Session,
        receipt: &Receipt,
        id: i64,
        likely: Vec<Likely>,
    ) -> Result<Found, Error> {
        let What::Searched { reason, query, .. } = receipt.event().what.clone() else {
            return Err(Error::Inconsistent("the event of a search"));
        };
        let near = Comparison::of(likely.iter().map(|one| &one.scored));
        let best = match likely.as_slice() {
            [only] => best_if(only.scored.is_strong()),
            [first, second, ..] => {
                best_if(first.scored.bits - second.scored.bits >= CLEAR_LEAD_BITS)
            }
            [] => Best::Unclear,
        };
        let ids: Vec<i64> = likely.iter().map(|one| one.loaded.id).collect();
        let sealed = likely.into_iter().map(|one| one.sealed).collect();
        let mut children = Vec::with_capacity(ids.len());
        for (index, disclosure) in list(receipt, session.actor(), sealed) {
            let Some(id) = ids.get(index).copied() else {
                continue;
            };
            let differs = near.differs(index);
            children.push(FoundChild {
                reference: session.point(Pointer::Record, id)?,
                disclosure,
                differs,
            });
        }
        let near_doubles = if near.any() {
            NearDoubles::Some
        } else {
            NearDoubles::None
        };
        Ok(Found {
            ticket: session.point(Pointer::Search, id)?,
            reason,
            query,
            children,
            near_doubles,
            best,
        })
    }

    fn asking<'a>(
        &self,
        session: &'a Session,
        reason: Reason,
        query: &'a Query,
        now: Now,
    ) -> Asking<'a> {
        Asking {
            session,
            reason,
            query,
            looked_up: self.looked_up(session, query),
            now,
        }
    }

    /// The likeliest children, best first, at most [`SHOWN_MAX`].
    fn likely(&self, asking: &Asking<'_>) -> Result<Result<Vec<Likely>, Refusal>, Error> {
        let loaded = self.pool.with_snapshot(|connection| {
            match candidates(connection, asking.query, &asking.looked_up)? {
                Ok(ids) => self.load(connection, &ids).map(Ok),
                Err(refusal) => Ok(Err(refusal)),
            }
        })?;
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut likely: Vec<Likely> = loaded
            .into_iter()
            .filter_map(|loaded| self.compared(asking, loaded))
            .filter(|one| one.scored.is_likely())
            .filter(|one| {
                one.sealed
                    .viewer(asking.session.actor(), asking.reason)
                    .is_ok()
            })
            .collect();
        likely.sort_by(|a, b| {
            let bits = b.scored.bits.total_cmp(&a.scored.bits);
            bits.then_with(|| a.loaded.record.number.cmp(&b.loaded.record.number))
        });
        keep_worth_showing(&mut likely, |one| &one.scored);
        likely.truncate(SHOWN_MAX);
        Ok(Ok(likely))
    }

    /// The records of an earlier sight that are still in the versions that were shown.
    fn seen_again(&self, asking: &Asking<'_>, shown: &[Seen]) -> Result<Vec<Likely>, Error> {
        let ring = self.ring();
        let keys: Vec<i64> = shown
            .iter()
            .map(|seen| number_key(&ring, seen.number))
            .collect();
        drop(ring);
        let loaded = self
            .pool
            .with_reader(|connection| self.load_shown(connection, &keys))?;
        let mut likely: Vec<Likely> = loaded
            .into_iter()
            .filter_map(|loaded| self.compared(asking, loaded))
            .filter(|one| shown.contains(&one.sealed.seen()))
            .collect();
        likely.sort_by_key(|one| {
            let seen = one.sealed.seen();
            shown.iter().position(|before| *before == seen)
        });
        Ok(likely)
    }

    /// Compares a candidate with the query. Behind a shield only what a shielded record shows takes part.
    fn compared(&self, asking: &Asking<'_>, loaded: Loaded) -> Option<Likely> {
        let shielded = loaded.record.shielding() == Shielding::Shielded;
        if shielded && asking.query.hidden().is_some() {
            // The index that was read holds no shielded record; one that was shielded since it was read is no candidate.
            return None;
        }
        let today = asking.now.today;
        let child = self.child_shown(&loaded.record, asking.now);
        let candidate = Candidate::of(&loaded.record, &child)?;
        let scored = candidate.score(
            asking.query,
            &asking.looked_up,
            asking.session.actor().authority(),
        );
        let sealed = Sealed::of(child, &loaded.record, loaded.version, today);
        Some(Likely {
            loaded,
            sealed,
            scored,
        })
    }
}

fn best_if(clear: bool) -> Best {
    if clear { Best::Clear } else { Best::Unclear }
}

/// The candidates of a query, those under the most telling keys first.
fn candidates(
    connection: &mut dyn Connection,
    query: &Query,
    looked_up: &LookedUp,
) -> Result<Result<Vec<i64>, Refusal>, Error> {
    let indexes: &[Index] = match query {
        Query::Visible(_) => &[Index::Search, Index::Shielded],
        Query::Hidden(..) => &[Index::Search],
    };
    let keys: Vec<i64> = looked_up.keys.iter().map(|(key, _)| *key).collect();
    let mut weights: HashMap<i64, f32> = HashMap::new();
    // A key with too many unshielded records is used for nobody: else the shielded ones under it would stand out.
    let mut dropped: Vec<i64> = Vec::new();
    for entries in under_query(connection, indexes, &keys)? {
        gather(entries, (&looked_up.keys, &mut dropped), &mut weights);
    }
    let overfull = !dropped.is_empty();
    if overfull && weights.is_empty() {
        return Ok(Err(too_broad(query)));
    }
    let mut ranked: Vec<(i64, f32)> = weights.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(CANDIDATES_MAX);
    Ok(Ok(ranked.into_iter().map(|(id, _)| id).collect()))
}

/// Adds the weights of the records under some keys. A key with more records than can be read is dropped.
fn gather(
    entries: Vec<KeyEntry>,
    (keys, dropped): (&[(i64, f32)], &mut Vec<i64>),
    weights: &mut HashMap<i64, f32>,
) {
    let mut under: HashMap<i64, Vec<i64>> = HashMap::new();
    for (key, record) in entries {
        under.entry(key).or_default().push(record);
    }
    for (key, weight) in keys {
        let Some(mut records) = under.remove(key) else {
            continue;
        };
        if records.len() >= QUERY_RECORDS_MAX {
            dropped.push(*key);
        }
        if dropped.contains(key) {
            continue;
        }
        records.sort_unstable();
        records.dedup();
        for record in records {
            *weights.entry(record).or_insert(0.0) += weight;
        }
    }
}

fn too_broad(query: &Query) -> Refusal {
    let visible = query.visible();
    let add = match (
        visible.born.is_some(),
        visible.family.is_some(),
        visible.given.is_some(),
    ) {
        (false, _, _) => Add::Born,
        (true, false, _) => Add::FamilyName,
        (true, true, _) => Add::GivenNameOrBorn,
    };
    Refusal::TooBroad(add)
}
