//! What a person decided of a row and a record, as resolving honours it: for ever, whatever arrives later.

use directory::number::Number;
use directory::row::{RowDecision, RowMark};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::filing::number_key;
use crate::incoming::{Incoming, RowKeys};
use crate::keys::{Depth, Index};
use crate::resolve::{guarded_under, searched_under};

impl RowKeys {
    /// Which row it is, whenever the supplier sends it.
    pub(crate) fn mark(&self) -> RowMark {
        RowMark(self.sources.first().copied().unwrap_or(0))
    }
}

impl Store {
    /// The record to which a person linked a row, shielded or not: it is of that child whatever else it is like.
    pub(crate) fn linked(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Option<i64>, Error> {
        let mark = incoming.keys.mark();
        let own = incoming.keys.sources.iter().take(1);
        let mut ids = searched_under(&batch.known, own.clone());
        ids.extend(guarded_under(&batch.known, own.clone().copied()));
        ids.extend(own.flat_map(|key| batch.known.fresh(*key)));
        self.bring(batch, &ids)?;
        let is_linked = |id: &&i64| decision(batch, **id, mark) == RowDecision::Linked;
        Ok(ids.iter().find(is_linked).copied())
    }
}

impl Store {
    /// Records that were merged away, replaced by those that hold everything now, if they are shielded: what guarded a child guards them
    /// in the record where they are (F1).
    pub(crate) fn where_merged(
        &self,
        batch: &mut Batch<'_>,
        ids: Vec<i64>,
    ) -> Result<Vec<i64>, Error> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let touched = batch.touched.get(&id);
            match touched.and_then(|touched| touched.loaded.record.merged_into()) {
                None => found.push(id),
                Some(number) => found.extend(self.holder(batch, number)?),
            }
        }
        found.retain(|id| batch.is_shielded(*id));
        Ok(found)
    }

    /// The record that holds everything of a number that was merged, once or more.
    pub(crate) fn holder(
        &self,
        batch: &mut Batch<'_>,
        number: Number,
    ) -> Result<Option<i64>, Error> {
        let key = number_key(&self.ring(), number);
        let mut ids = Vec::new();
        for index in [Index::Search, Index::Shielded] {
            index.under(batch.connection, (&[key], Depth::Query), &mut |(_, id)| {
                ids.push(id);
            })?;
        }
        self.bring(batch, &ids)?;
        let holds = |id: &i64| {
            batch.touched.get(id).is_some_and(|touched| {
                let record = &touched.loaded.record;
                record.number == number || record.other_own_numbers().contains(&number)
            })
        };
        Ok(ids.into_iter().find(holds))
    }
}

/// Whether a person said that a row is not of a record, or the record is set aside for now.
pub(crate) fn is_apart(batch: &Batch<'_>, id: i64, mark: RowMark) -> bool {
    batch.set_aside.contains(&id) || decision(batch, id, mark) == RowDecision::Apart
}

fn decision(batch: &Batch<'_>, id: i64, mark: RowMark) -> RowDecision {
    let touched = batch.touched.get(&id);
    touched.map_or(RowDecision::None, |touched| {
        touched.loaded.record.row_decision(mark)
    })
}
