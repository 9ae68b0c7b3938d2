//! Whoever a source restricts is hidden at once (C20), also when nothing else is taken: of a row that is refused, and of a file that is held.
//!
//! By the supplier's own keys alone: what such a row says is not read, or not yet.

use directory::Now;
use directory::record::{Author, Record};
use directory::row::{RowDecision, RowMark};
use directory::shield::Ground;
use directory::statement::Source;
use directory::supplied::{Restriction, Row, Supplier};
use directory::text::SupplierCode;

use crate::accept::{BATCH_ROWS_MAX, TRIES_MAX, is_sensitive, one_at_a_time};
use crate::batch::Batch;
use crate::beside::Beside;
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::Incoming;
use crate::journal::{Entry, Manner};
use crate::keys::{Depth, Index};
use crate::known::in_order;
use crate::resolve::{Resolved, guarded_under, searched_under};
use crate::waiting::REVIEW;
use crate::{Store, codec, first_load, schema};

impl Store {
    /// Shields whoever stands under the own keys of a row, if it bears a restriction; under what it takes back too, so to be called before
    /// that is. Nothing of who is shielded already changes (X2).
    pub(crate) fn restrict_own(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), Error> {
        if incoming.row.restriction == Restriction::None {
            return Ok(());
        }
        let keys = &incoming.keys;
        let own = keys.sources.iter().chain(&keys.withdrawn).copied();
        let own = in_order(own.collect());
        self.shield_under(batch, (&incoming.source.supplier, &own))
    }

    /// The same of a row that is held for shielded children, and of whoever it would be of, or might be, if no child were shielded: what hides
    /// one child leaves no other open (C20). Gives for whom it is held from now on.
    pub(crate) fn restrict_held_for(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (mut held, of_whom): (Vec<i64>, &[i64]),
    ) -> Result<Vec<i64>, Error> {
        if incoming.row.restriction == Restriction::None {
            return Ok(held);
        }
        self.restrict_own(batch, incoming)?;
        self.bring(batch, of_whom)?;
        for id in of_whom {
            if batch.touched.contains_key(id) && !held.contains(id) {
                let by = Author::Supplier(incoming.source.supplier.clone());
                self.shield_child(batch, *id, (by, Ground::RestrictedAtSource))?;
                held.push(*id);
            }
        }
        Ok(held)
    }

    /// Of whom a row that is held would be, or might be, if no child were shielded; of nobody, if its source does not restrict it.
    pub(crate) fn restricts_if_open(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        held: &[i64],
    ) -> Result<Vec<i64>, Error> {
        match held.first() {
            Some(id) if incoming.row.restriction != Restriction::None => {
                Ok(self.as_if_open(batch, incoming, *id)?.of_whom)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The same of a row of which nothing is said.
    pub(crate) fn restrict_refused(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), Error> {
        if !says_nothing(incoming.row) {
            return Ok(());
        }
        self.restrict_own(batch, incoming)
    }

    /// What waits under the keys of such a row is restricted too, when what it takes back is gone. With what ends goes only what was said
    /// before: a later row waits on.
    pub(crate) fn restrict_left(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), Error> {
        if !says_nothing(incoming.row) || incoming.row.restriction == Restriction::None {
            return Ok(());
        }
        self.restrict_waiting(batch, &incoming.keys.sources)
    }

    /// Shields whoever stands under the keys of a held file's rows that bear a restriction: the rest of it waits for a person, they do not.
    ///
    /// # Errors
    /// [`Error`] when it could not be written. It can be done again.
    pub(crate) fn restrict_held(
        &self,
        supplier: &SupplierCode,
        keys: &[i64],
        now: Now,
    ) -> Result<(), Error> {
        for some in keys.chunks(BATCH_ROWS_MAX) {
            self.restrict_some((supplier, some), now)?;
        }
        Ok(())
    }

    fn restrict_some(&self, of: (&SupplierCode, &[i64]), now: Now) -> Result<(), Error> {
        let _turn = one_at_a_time();
        for _ in 0..TRIES_MAX {
            let beside = self.pool.with_snapshot(|connection| {
                let turn = schema::get(connection, "supply")?;
                first_load::check(connection, false)?;
                let mut batch = Batch::of(connection, None, now);
                batch.journal = Some(Vec::new());
                batch.read_keys(of.1.to_vec(), of.1.to_vec())?;
                self.shield_under(&mut batch, of)?;
                self.restrict_waiting(&mut batch, of.1)?;
                Ok(Beside {
                    turn,
                    writes: self.writes(&batch)?,
                    entries: batch.journal.take().unwrap_or_default(),
                    waits: batch.waits,
                })
            })?;
            match self.write_beside(beside, now) {
                Err(Error::Contended) => {}
                written => return written,
            }
        }
        Err(Error::Contended)
    }

    /// Shields whoever stands under some keys of a supplier, which are in order.
    fn shield_under(
        &self,
        batch: &mut Batch<'_>,
        (supplier, keys): (&SupplierCode, &[i64]),
    ) -> Result<(), Error> {
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        let ids = in_order(ids);
        self.bring(batch, &ids)?;
        for id in ids {
            let Some(touched) = batch.touched.get(&id).filter(|_| !batch.is_shielded(id)) else {
                continue;
            };
            if self.stands_under(&touched.loaded.record, (supplier, keys)) {
                let by = Author::Supplier(supplier.clone());
                self.shield_child(batch, id, (by, Ground::RestrictedAtSource))?;
            }
        }
        Ok(())
    }

    /// Whether a supplier speaks of a record under any of some keys, or a person linked them to it. Not of whom a person said that it is not.
    fn stands_under(&self, record: &Record, (supplier, keys): (&SupplierCode, &[i64])) -> bool {
        let ring = self.ring();
        let standing = record.standing().map(|one| &one.source);
        let own = standing.filter(|source| source.supplier == *supplier);
        let own = own.map(|source| RowMark(source_key(&ring, supplier, &source.key)));
        own.chain(record.linked_rows()).any(|mark| {
            keys.binary_search(&mark.0).is_ok() && record.row_decision(mark) != RowDecision::Apart
        })
    }

    /// Shields whom a row was taken for whose source restricted it while nobody knew of whom it spoke.
    pub(crate) fn restrict_late(
        &self,
        batch: &mut Batch<'_>,
        (id, incoming): (i64, &Incoming<'_>),
    ) -> Result<(), Error> {
        if !batch.is_shielded(id) {
            let by = Author::Supplier(incoming.source.supplier.clone());
            self.shield_child(batch, id, (by, Ground::RestrictedAtSource))?;
        }
        Ok(())
    }

    /// What waits for a data officer under some keys is said again, restricted: whoever it may be of is shielded, and it waits for a
    /// shielding officer.
    fn restrict_waiting(&self, batch: &mut Batch<'_>, keys: &[i64]) -> Result<(), Error> {
        let keys = in_order(keys.to_vec());
        let mut waiting = Vec::new();
        Index::Waiting.under(batch.connection, (&keys, Depth::Row), &mut |(key, _)| {
            waiting.push(key);
        })?;
        waiting.extend(keys.into_iter().filter(|key| batch.waits.has(*key)));
        in_order(waiting)
            .into_iter()
            .try_for_each(|key| self.restrict_one_waiting(batch, key))
    }

    fn restrict_one_waiting(&self, batch: &mut Batch<'_>, key: i64) -> Result<(), Error> {
        let Some(waited) = self.waits_of(batch, key)? else {
            return Ok(());
        };
        let (source, row) = codec::decode_row(&waited.plain).ok_or(Error::Inconsistent("a row"))?;
        let row = Row {
            restriction: Restriction::AtSource,
            ..row
        };
        let supplier = Supplier {
            kind: source.kind,
            code: source.supplier.clone(),
        };
        let incoming = self.one_incoming((&supplier, &row), batch.now);
        let ids = match self.resolved_alone(batch, &incoming)? {
            Resolved::Held(ids) => {
                let of_whom = self.restricts_if_open(batch, &incoming, &ids)?;
                self.restrict_held_for(batch, &incoming, (ids, &of_whom))?
            }
            resolved => resolved.of_whom(),
        };
        if waited.kind != REVIEW || batch.waits.is_moved(waited.id) {
            return self.restrict_held_word(batch, (key, &source));
        }
        // Of a row that tells of a sensitive involvement nothing is ever in a journal (X4, X5).
        let is_kept = batch.journal.is_some() && !is_sensitive(&row);
        let entry =
            is_kept.then(|| Entry::of(&incoming.keys.sources, row.confirmed, Manner::Restricted));
        let before = std::mem::replace(&mut batch.entry, entry);
        self.doubt(batch, &incoming, ids)?;
        let entry = std::mem::replace(&mut batch.entry, before);
        if let Some(journal) = &mut batch.journal {
            journal.extend(entry);
        }
        Ok(())
    }
}

impl Store {
    /// What waits behind shields of a source that restricts it is certainly of a shielded child from now on.
    fn restrict_held_word(
        &self,
        batch: &mut Batch<'_>,
        (key, source): (i64, &Source),
    ) -> Result<(), Error> {
        let mut ids: Vec<i64> = guarded_under(&batch.known, std::iter::once(key)).collect();
        ids.extend(batch.known.fresh(key));
        let ids = in_order(ids);
        self.bring(batch, &ids)?;
        for id in ids {
            let Some(touched) = batch.touched.get(&id).filter(|_| batch.is_shielded(id)) else {
                continue;
            };
            let before = touched.loaded.record.quarantined.clone();
            let mut record = touched.loaded.record.clone();
            let mut words = record.quarantined.iter_mut();
            for word in words.by_ref().filter(|one| one.statement.source == *source) {
                word.is_restricted = true;
            }
            if record.quarantined != before {
                Store::confirm(batch, (id, record))?;
                self.hold_waiting(batch, (id, &before))?;
            }
        }
        Ok(())
    }
}

/// Whether nothing is said of a row, because it was refused or its supplier no longer knows the child.
fn says_nothing(row: &Row) -> bool {
    row.is_refused() || row.is_leaving()
}

impl Resolved {
    /// Every record that the row may be of.
    pub(crate) fn of_whom(self) -> Vec<i64> {
        match self {
            Resolved::Record(id) => vec![id],
            Resolved::Doubtful(ids) | Resolved::Held(ids) => ids,
            Resolved::New => Vec::new(),
        }
    }
}
