//! What becomes of rows that wait when something else is said since: they are forgotten, or asked again for whom they wait.

use directory::statement::{Said, Source};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::SupplierKey;

use crate::accept::is_sensitive;
use crate::batch::Batch;
use crate::end_stay::Rest;
use crate::error::Error;
use crate::filing::source_key;
use crate::incoming::Incoming;
use crate::journal::TaskChange;
use crate::resolve::{Resolved, guarded_under};
use crate::waiting::{Guarded, HELD, REVIEW, Waiting, may_be_kept};
use crate::{Store, codec};

impl Store {
    /// Forgets what a waiting row of a sensitive service says, as if it had never come: behind a shield too (X5).
    pub(crate) fn forget_sensitive(
        &self,
        batch: &mut Batch<'_>,
        (source, row): (&Source, &Row),
    ) -> Result<(), Error> {
        let supplier = Supplier {
            kind: source.kind,
            code: source.supplier.clone(),
        };
        let incoming = self.one_incoming((&supplier, row), batch.now);
        self.forget_words(batch, &incoming)?;
        let keys = incoming.keys.sources.iter();
        keys.for_each(|key| batch.waits.forget(*key));
        Ok(())
    }

    /// What a row said waits behind no shield any more.
    pub(crate) fn forget_words(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<(), Error> {
        let keys = &incoming.keys.sources;
        batch.read_keys(Vec::new(), keys.clone())?;
        let ids: Vec<i64> = guarded_under(&batch.known, keys.iter().copied()).collect();
        self.bring(batch, &ids)?;
        for id in ids {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            let mut record = touched.loaded.record.clone();
            if record.forget_held(|source| incoming.is_of(source)) {
                self.revise(batch, (id, record), None)?;
            }
        }
        Ok(())
    }

    /// A row is taken whose source has an older one that waits for a data officer, or that is held for nobody who is known because its source
    /// restricted it: what it said is not asked any more. Decided later, it would be said again in place of the newer. Gives whether it was
    /// restricted: then whoever the newer is of is shielded (C20).
    pub(crate) fn forget_older(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<bool, Error> {
        let Some(source) = incoming.keys.sources.first().copied() else {
            return Ok(false);
        };
        if !batch.may_wait(source) {
            return Ok(false);
        }
        let Some(waited) = self.waits_of(batch, source)? else {
            return Ok(false);
        };
        let Some((of, row)) = codec::decode_row(&waited.plain) else {
            return Err(Error::Inconsistent("a row that waits"));
        };
        let is_restricted = row.restriction != Restriction::None;
        let is_of_nobody = is_restricted && !is_guarded(batch, source);
        if waited.kind != REVIEW && !is_of_nobody || row.confirmed > incoming.row.confirmed {
            return Ok(false);
        }
        if is_sensitive(&row) {
            self.forget_sensitive(batch, (&of, &row))?;
        }
        batch.waits.forget(source);
        if let Some(entry) = &mut batch.entry {
            let before = Some(waited).filter(may_be_kept);
            entry.task = Some(TaskChange { id: 0, before });
        }
        Ok(is_restricted)
    }

    /// The rows that wait and tell of a sensitive involvement, under any of some keys.
    pub(crate) fn waiting_with(
        &self,
        batch: &mut Batch<'_>,
        keys: &[i64],
    ) -> Result<Vec<(Source, Row)>, Error> {
        let mut rows = batch.waits.rows_holding(keys);
        for task in batch.waiting_under(keys) {
            rows.extend(self.task(batch, task)?.map(|task| (task.source, task.row)));
        }
        rows.retain(|(_, row)| is_sensitive(row));
        Ok(rows)
    }

    /// Forgets of rows that wait what their supplier has taken back: decided later, they would say again what consent has ended for (X5,
    /// R28).
    pub(crate) fn forget_withdrawn(
        &self,
        batch: &mut Batch<'_>,
        rows: Vec<(Source, Row)>,
        (withdrawn, rest): (&[SupplierKey], Rest),
    ) -> Result<(), Error> {
        for (source, row) in rows {
            match rest {
                Rest::Goes => self.forget_sensitive(batch, (&source, &row))?,
                Rest::Stays => self.wait_without(batch, &source, withdrawn)?,
            }
        }
        Ok(())
    }

    /// Lets what waits of a source wait on without what its supplier has taken back.
    fn wait_without(
        &self,
        batch: &mut Batch<'_>,
        source: &Source,
        withdrawn: &[SupplierKey],
    ) -> Result<(), Error> {
        let own = source_key(&self.ring(), &source.supplier, &source.key);
        let Some(waited) = self.waits_of(batch, own)? else {
            return Ok(());
        };
        let (of, mut row) = codec::decode_row(&waited.plain).ok_or(Error::Inconsistent("a row"))?;
        let is_taken_back = |(key, _): &(SupplierKey, Said)| withdrawn.contains(key);
        if !row.also.iter().any(is_taken_back) {
            // What waits by now says nothing of it.
            return Ok(());
        }
        row.also.retain(|also| !is_taken_back(also));
        let supplier = Supplier {
            kind: of.kind,
            code: of.supplier,
        };
        let left = self.one_incoming((&supplier, &row), batch.now);
        let resolved = self.resolved_alone(batch, &left)?;
        let shields = resolved.behind_shields(batch).to_vec();
        let (waiting, beside) = if shields.is_empty() && row.restriction == Restriction::None {
            (Waiting::Review, resolved.of_whom())
        } else {
            (Waiting::Held(Outcome::Waiting), shields)
        };
        batch.waits.forget(own);
        // What is left was said before: taking back the run that withdrew the rest does not take it away, so that is not noted.
        let entry = batch.entry.take();
        let waited = self.wait(batch, &left, (waiting, &beside));
        batch.entry = entry;
        waited.map(|_| ())
    }

    /// Asks again for whom each row of the batch waits, as its records are now, until no row that is held guards by new words.
    pub(crate) fn wait_anew(&self, batch: &mut Batch<'_>) -> Result<(), Error> {
        while self.ask_anew(batch)? {}
        Ok(())
    }

    /// Whether any that is held guards by new words.
    fn ask_anew(&self, batch: &mut Batch<'_>) -> Result<bool, Error> {
        let mut is_anew = false;
        for source in batch.waits.sources() {
            let Some(waited) = self.waits_of(batch, source)? else {
                continue;
            };
            let (of, row) = codec::decode_row(&waited.plain).ok_or(Error::Inconsistent("a row"))?;
            let supplier = Supplier {
                kind: of.kind,
                code: of.supplier,
            };
            let incoming = self.one_incoming((&supplier, &row), batch.now);
            let resolved = self.resolved_alone(batch, &incoming)?;
            let shields = resolved.behind_shields(batch).to_vec();
            for id in &shields {
                is_anew |= self.guard(batch, &incoming, *id)? != Guarded::Already;
            }
            let is_restricted = row.restriction != Restriction::None;
            let (kind, waiting, beside) = if shields.is_empty() && !is_restricted {
                (REVIEW, Waiting::Review, resolved.of_whom())
            } else {
                (HELD, Waiting::Held(Outcome::Waiting), shields)
            };
            self.bring(batch, &beside)?;
            let area = self.area(batch, &incoming, (waiting, &beside));
            let area = self.area_key(area.as_ref());
            batch.waits.change_kind((source, waited.id), (kind, area));
        }
        Ok(is_anew)
    }

    /// Says which record a row is of that is none of the batch's own: those are compared with what was read ahead for them.
    pub(crate) fn resolved_alone(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Resolved, Error> {
        let alike = std::mem::take(&mut batch.alike);
        self.read_ahead(batch, std::slice::from_ref(incoming))?;
        let resolved = self.resolve(batch, incoming)?;
        batch.alike = alike;
        Ok(resolved)
    }
}

/// Whether the key of a source guards a shielded child.
fn is_guarded(batch: &Batch<'_>, source: i64) -> bool {
    let under = guarded_under(&batch.known, std::iter::once(source));
    let mut under = under.chain(batch.known.fresh(source));
    under.any(|id| batch.is_shielded(id))
}
