//! The shielded records of a first load, opened, from one batch to the next: every batch looks at many of them, and mostly at the same
//! (F1). They are used as they are only in the version that the tables have, or will have when what is being written is.

use directory::Date;
use rustc_hash::FxHashMap;

use crate::Store;
use crate::batch::{Batch, Touched};
use crate::error::Error;
use crate::write::Write;

/// The most that are kept: one in a hundred of eleven million children, about 8 KB each.
const SHIELDS_KEPT_MAX: usize = 131_072;

/// Shielded records as the last batch left them.
#[derive(Default)]
pub(crate) struct Shields {
    kept: FxHashMap<i64, Touched>,
    /// The day for which they are compared.
    day: Option<Date>,
}

impl Shields {
    /// Those that can be used on a day: on another they are compared anew.
    pub(crate) fn on(mut self, day: Date) -> Shields {
        if self.day != Some(day) {
            self.kept.clear();
        }
        self.day = Some(day);
        self
    }

    /// Takes one out, if it is in this version.
    pub(crate) fn take(&mut self, id: i64, version: i64) -> Option<Touched> {
        let touched = self.kept.remove(&id)?;
        (touched.loaded.version == version).then_some(touched)
    }

    /// Those of some records that are kept.
    fn among(&self, ids: &[i64]) -> Vec<i64> {
        let kept = ids.iter().filter(|id| self.kept.contains_key(id));
        kept.copied().collect()
    }
}

impl Store {
    /// Brings those of some records into a batch that were kept and stand as they were. The others are left in the list.
    pub(crate) fn bring_kept(
        &self,
        batch: &mut Batch<'_>,
        ids: &mut Vec<i64>,
    ) -> Result<(), Error> {
        let kept = batch.shields.among(ids);
        if kept.is_empty() {
            return Ok(());
        }
        for (id, version) in self.versions_abreast(batch.connection, &kept)? {
            if let Some(touched) = batch.shields.take(id, version) {
                batch.touched.insert(id, touched);
            }
        }
        ids.retain(|id| !batch.touched.contains_key(id));
        Ok(())
    }

    /// What a batch writes of records, and the shielded ones as they are when it is written.
    pub(crate) fn writes_and_shields(
        &self,
        batch: &mut Batch<'_>,
    ) -> Result<(Vec<Write>, Shields), Error> {
        let writes = self.write_out(batch)?;
        let mut shields = std::mem::take(&mut batch.shields);
        let ids: Vec<i64> = batch.touched.keys().copied().collect();
        let shielded: Vec<i64> = ids
            .into_iter()
            .filter(|id| batch.is_shielded(*id))
            .collect();
        if shields.kept.len().saturating_add(shielded.len()) > SHIELDS_KEPT_MAX {
            shields.kept.clear();
        }
        let room = SHIELDS_KEPT_MAX.saturating_sub(shields.kept.len());
        for id in shielded.into_iter().take(room) {
            let touched = batch.touched.remove(&id);
            shields.kept.extend(touched.map(|touched| (id, touched)));
        }
        Ok((writes, shields))
    }
}
