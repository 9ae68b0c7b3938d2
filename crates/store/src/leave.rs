//! A row that says that its supplier no longer knows a child: what that said under the child's own key ends, and what it said of who works
//! with the child, as by a full file that no longer has them.

use directory::record::Record;
use directory::supplied::Outcome;

use crate::batch::Batch;
use crate::ending::{Gone, Sensitive, Whose};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::journal::Change;
use crate::known::in_order;
use crate::resolve::{guarded_under, searched_under};
use crate::{Store, codec};

impl Store {
    /// Ends what the row's supplier said of the child by the row's day, behind a shield too, and what waits of it. The answer is the same
    /// whether there was anything to end or not, and whoever the child is (X2).
    pub(crate) fn leave(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Outcome, Error> {
        let (row, keys) = (incoming.row, &incoming.keys.sources);
        let gone = Gone {
            supplier: &incoming.source.supplier,
            // A day ahead would end what later files say.
            day: row.confirmed.min(batch.now.today),
            whose: Whose::Child(&row.key),
            sensitive: match batch.said_again {
                Some(_) => Sensitive::Stays,
                None => Sensitive::Ends,
            },
        };
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(guarded_under(&batch.known, keys.iter().copied()));
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        let ids = in_order(ids);
        self.bring(batch, &ids)?;
        // Whoever had left before is not who a later row brings back.
        let leaves = |id: &i64| {
            let touched = batch.touched.get(id);
            touched.is_some_and(|touched| speaks(&touched.loaded.record, incoming))
        };
        let left: Vec<i64> = ids.iter().copied().filter(leaves).collect();
        batch.said.entry(row.key.clone()).or_default().leave(left);
        let (mut taken, mut words) = (Vec::new(), Vec::new());
        for id in ids {
            let ended = self.end_in(batch, id, &gone)?;
            taken.extend(ended.taken.into_iter().map(|source| (id, source)));
            words.extend(ended.words);
        }
        let own = keys.first().copied().filter(|own| batch.may_wait(*own));
        let task = match own {
            Some(own) => self.end_waiting(batch, own, &gone)?,
            None => None,
        };
        if let Some(entry) = &mut batch.entry {
            entry.taken.extend(taken);
            entry.said = words.into_iter().map(|of| (of, Change::InPlace)).collect();
            entry.task = task;
            // It is said again wherever the child stands then, whether it ended anything before or not.
            entry.words = Some(codec::encode_row(&incoming.source, row));
        }
        Ok(Outcome::Accepted)
    }
}

/// Whether something is said of a child under a row's own keys, or would be behind the shield (X2).
fn speaks(record: &Record, incoming: &Incoming<'_>) -> bool {
    let mut words = record.held_words.iter().map(|word| &word.statement);
    incoming.stands_in(record)
        || words.any(|word| word.superseded.is_none() && incoming.is_of(&word.source))
}
