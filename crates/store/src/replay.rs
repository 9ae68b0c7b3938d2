//! The rows of later runs said again to records that were rewound, in their order and at their moments, and people's decisions
//! between them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use directory::Timestamp;
use directory::record::{Author, Decided, Decision, Record, Shielding};
use directory::run::{Run, RunId};
use directory::statement::{Said, Source, SourceKind};
use directory::supplied::Supplier;
use directory::text::{AuthorityCode, SupplierCode};

use crate::batch::{Batch, SaidAgain, SaidByKey};
use crate::component::{At, Component};
use crate::ending::{Gone, Sensitive, Whose};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::journal::{Entry, Part, Place, Stage};
use crate::keys::KeyEntry;
use crate::rewind::Rewound;
use crate::run_check::left_standing;
use crate::{Store, codec};

/// What is said again, and by whom.
pub(crate) struct Replay<'r> {
    pub(crate) run: RunId,
    pub(crate) runs: &'r HashMap<RunId, Run>,
    pub(crate) component: &'r Component,
    pub(crate) rewound: Rewound,
}

/// Of records on which rows stood: which stand elsewhere now.
pub(crate) type Moved = BTreeMap<i64, BTreeSet<MovedRow>>;

/// A row that stands elsewhere than before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MovedRow {
    /// On which record now.
    pub(crate) stands: i64,
    /// Its source, hashed.
    pub(crate) source: i64,
    pub(crate) supplier: SupplierCode,
}

/// Keys that guard a shielded record beside its own.
type Guards = Vec<KeyEntry>;

impl Store {
    /// Says the later rows again, and puts into the parts what becomes of them. Gives the turns of the parts that changed.
    pub(crate) fn replay(
        &self,
        batch: &mut Batch<'_>,
        parts: &mut [Part],
        mut replay: Replay<'_>,
    ) -> Result<BTreeSet<usize>, Error> {
        let guards = self.guards(batch, &replay);
        batch
            .known
            .set_aside(replay.component.records.iter().copied());
        let now = batch.now;
        batch.said_again = Some(SaidAgain {
            now,
            shielded: replay.rewound.shielded.clone(),
        });
        let last_endings = last_endings(parts);
        let mut moved = Moved::new();
        let mut changed = BTreeSet::new();
        let mut said: HashMap<RunId, SaidByKey> = std::mem::take(&mut replay.rewound.said);
        let told: BTreeSet<usize> = replay.component.entries.iter().map(|(p, _)| *p).collect();
        for p in 0..parts.len() {
            let Some(part) = parts.get_mut(p).filter(|part| part.run != replay.run) else {
                continue;
            };
            // What a batch has said under a key is remembered to its end, in however many parts it was written.
            if part.stage != Stage::MoreRows {
                said.remove(&part.run);
            }
            let mut decided = replay.rewound.decisions.iter();
            let is_due = decided.any(|(at, ..)| *at < part.now.at);
            if part.stage.is_of_rows() && !is_due && !told.contains(&p) {
                // It has nothing to do with any of these.
                continue;
            }
            batch.now = part.now;
            batch.said = said.remove(&part.run).unwrap_or_default();
            self.decide_until(batch, (&mut replay, &guards), (&moved, Some(part.now.at)))?;
            self.file_anew(batch, &guards);
            let is_changed = match part.stage {
                Stage::Rows | Stage::MoreRows => {
                    self.replay_rows(batch, (p, part), &replay, &mut moved)?
                }
                Stage::Ending => {
                    let is_last = last_endings.get(&part.run) == Some(&p);
                    self.replay_ending(batch, (p, part), &replay, is_last)?
                }
            };
            said.insert(part.run, std::mem::take(&mut batch.said));
            if is_changed {
                changed.insert(p);
            }
        }
        batch.now = now;
        batch.journal = None;
        batch.again = None;
        batch.held_for = None;
        self.decide_until(batch, (&mut replay, &guards), (&moved, None))?;
        self.end_where_moved(batch, (&replay.rewound.endings, &moved))?;
        self.forget_nameless(batch, &replay)?;
        self.shield_what_moved(batch, &replay, &moved)?;
        self.keep_in_charge(batch, &replay.rewound.responsible, &moved)?;
        self.file_anew(batch, &guards);
        self.wait_anew(batch)?;
        batch.said_again = None;
        Ok(changed)
    }

    fn replay_rows(
        &self,
        batch: &mut Batch<'_>,
        (p, part): (usize, &mut Part),
        replay: &Replay<'_>,
        moved: &mut Moved,
    ) -> Result<bool, Error> {
        let mut is_changed = false;
        let catalogue = self.catalogue();
        for (e, entry) in part.entries.iter_mut().enumerate() {
            let at: At = (p, e);
            let Some((source, row)) = replay.rewound.rows.get(&at) else {
                continue;
            };
            if entry.place == Place::Waits && replay.rewound.settled.contains(&entry.source()) {
                continue;
            }
            let supplier = Supplier {
                code: source.supplier.clone(),
                kind: source.kind,
            };
            let known = (&*catalogue, part.now.today);
            let incoming = Incoming::of((&supplier, row), &self.ring(), known);
            let stood = match entry.place {
                Place::Record(id) => Some(id),
                Place::Nowhere | Place::Waits => None,
            };
            batch.again = stood.filter(|id| is_empty(batch, replay, *id));
            batch.held_for = match stood {
                None if replay.rewound.held.contains(&entry.source()) => {
                    held_for(batch, replay, source)
                }
                _ => None,
            };
            batch.journal = Some(Vec::new());
            self.accept_row(batch, &incoming)?;
            let Some(again) = batch.journal.take().and_then(|mut said| said.pop()) else {
                return Err(Error::Inconsistent("a row that is said again"));
            };
            if let (Some(stood), Place::Record(stands)) = (stood, again.place) {
                let row = MovedRow {
                    stands,
                    source: entry.source(),
                    supplier: supplier.code.clone(),
                };
                note_move(moved, (stood, row));
            }
            is_changed |= *entry != again;
            *entry = again;
        }
        Ok(is_changed)
    }

    /// Ends again what a full file did not have, once for all that belongs to it.
    fn replay_ending(
        &self,
        batch: &mut Batch<'_>,
        (p, part): (usize, &mut Part),
        replay: &Replay<'_>,
        is_last: bool,
    ) -> Result<bool, Error> {
        let before = part.entries.clone();
        let is_own = |e: usize| replay.component.entries.contains(&(p, e));
        let mut kept: Vec<Entry> = before.clone();
        let mut places = 0usize..;
        kept.retain(|_| places.next().is_some_and(|e| !is_own(e)));
        let Some(run) = replay.runs.get(&part.run).filter(|_| is_last) else {
            part.entries = kept;
            return Ok(part.entries != before);
        };
        let ended = (part.now.at, Some(replay.run));
        let file = left_standing(self, batch.connection, run, ended)?;
        batch.journal = Some(Vec::new());
        let mut ids: Vec<i64> = replay.component.records.iter().copied().collect();
        let new = batch.touched.values().filter(|t| t.loaded.version == 0);
        ids.extend(new.map(|touched| touched.loaded.id));
        ids.sort_unstable();
        ids.dedup();
        let is_gone = |key| !file.has(key);
        let gone = Gone {
            supplier: &run.supplier.code,
            day: run.extracted.min(part.now.today),
            whose: Whose::Keys(&is_gone),
            sensitive: Sensitive::Stays,
        };
        for id in ids {
            self.end_unsaid_in(batch, id, &gone)?;
        }
        let mut sources = batch.waits.sources();
        sources.extend(&replay.component.waiting);
        sources.sort_unstable();
        sources.dedup();
        for source in sources.into_iter().filter(|source| !file.has(*source)) {
            let waits = self.waits_of(batch, source)?;
            let row = waits.and_then(|waits| codec::decode_row(&waits.plain));
            if row.is_some_and(|(of, _)| of.supplier == run.supplier.code) {
                self.end_unsaid_waiting(batch, source, &gone)?;
            }
        }
        kept.extend(batch.journal.take().unwrap_or_default());
        part.entries = kept;
        Ok(part.entries != before)
    }

    /// Lets people's decisions before a moment be made again; all of them without one.
    fn decide_until(
        &self,
        batch: &mut Batch<'_>,
        (replay, guards): (&mut Replay<'_>, &Guards),
        (moved, until): (&Moved, Option<Timestamp>),
    ) -> Result<(), Error> {
        let decisions = std::mem::take(&mut replay.rewound.decisions);
        let is_due = |(at, ..): &(Timestamp, i64, Decision)| until.is_none_or(|until| *at < until);
        let (due, later): (Vec<_>, Vec<_>) = decisions.into_iter().partition(is_due);
        replay.rewound.decisions = later;
        let mut placed = Vec::new();
        for (_, id, decision) in due {
            let Some(touched) = batch.touched.get(&id) else {
                continue;
            };
            let mut record = touched.loaded.record.clone();
            // What a supplier's own row restricts it has restricted again.
            if record.decisions.contains(&decision) {
                // Decided here already, with the end of the same consent on another record: what went with it here has still to go.
                self.end_again(batch, (id, &decision), (&replay.rewound.endings, moved))?;
                continue;
            }
            let (by, decided) = (decision.by.clone(), decision.decided.clone());
            record.decisions.push(decision.clone());
            self.revise(batch, (id, record), None)?;
            self.end_again(batch, (id, &decision), (&replay.rewound.endings, moved))?;
            if let Decided::ShieldPlaced(ground) = decided {
                placed.push((id, by, ground));
            }
        }
        // As when they were placed: whoever may be the same child is shielded with them (F1), who was not by a decision of their own.
        for (id, by, ground) in placed {
            if batch.is_shielded(id) {
                self.file_anew(batch, guards);
                self.shield_child(batch, id, (by, ground))?;
            }
        }
        Ok(())
    }

    /// The keys that guard shielded records of the component though nothing in those says them: of rows that were held (F1).
    fn guards(&self, batch: &Batch<'_>, replay: &Replay<'_>) -> Guards {
        let own: HashMap<i64, HashSet<i64>> = replay
            .rewound
            .shielded
            .iter()
            .filter_map(|id| {
                let touched = batch.touched.get(id)?;
                let keys = self.keys(touched.original());
                Some((*id, keys.guarded.into_iter().collect()))
            })
            .collect();
        let entries = batch.known.guarded_entries();
        entries
            .filter(|(key, id)| own.get(id).is_some_and(|own| !own.contains(key)))
            .collect()
    }

    /// Files what the batch has under its keys as they are now, as the tables would have them.
    fn file_anew(&self, batch: &mut Batch<'_>, guards: &Guards) {
        batch.known.unfile();
        let mut filed: Vec<KeyEntry> = Vec::new();
        for (id, touched) in &mut batch.touched {
            if batch.known.is_aside(*id) || touched.loaded.version == 0 {
                touched.compare_anew();
                let keys = self.keys(&touched.loaded.record);
                let every = keys.search.iter().chain(&keys.guarded);
                filed.extend(every.map(|key| (*key, *id)));
            }
        }
        filed.extend(guards.iter().filter(|(_, id)| batch.is_shielded(*id)));
        filed.sort_unstable();
        for (key, id) in filed {
            batch.known.file(id, std::iter::once(key));
        }
    }

    /// A sensitive involvement of which nobody else says whose it is does not stay by itself: its words were never kept (X5).
    fn forget_nameless(&self, batch: &mut Batch<'_>, replay: &Replay<'_>) -> Result<(), Error> {
        for id in &replay.component.records {
            let Some(touched) = batch.touched.get(id) else {
                continue;
            };
            let record = &touched.loaded.record;
            let is_sensitive = |said: &Said| matches!(said, Said::Sensitive(_));
            let says_who = |said: &Said| matches!(said, Said::Particulars(_));
            if record.statements.iter().any(|s| says_who(&s.said))
                || !record.statements.iter().any(|s| is_sensitive(&s.said))
            {
                continue;
            }
            let mut record = record.clone();
            record.statements.retain(|s| !is_sensitive(&s.said));
            self.revise(batch, (*id, record), None)?;
        }
        Ok(())
    }

    /// A shielded child whose first address went with the run, or stands elsewhere now, keeps the authority that was responsible: without
    /// one nobody sees behind its shield, or reviews it (R48, C6).
    fn keep_in_charge(
        &self,
        batch: &mut Batch<'_>,
        responsible: &BTreeMap<i64, AuthorityCode>,
        moved: &Moved,
    ) -> Result<(), Error> {
        for (stood, authority) in responsible {
            let stands = moved.get(stood).into_iter().flatten();
            for id in stands.map(|row| row.stands).chain([*stood]) {
                let Some(touched) = batch.touched.get(&id).filter(|_| batch.is_shielded(id)) else {
                    continue;
                };
                let mut record = touched.loaded.record.clone();
                if record.responsible().is_none() {
                    let allocated = Decided::Allocated(authority.clone());
                    record.decide(Author::Directory, batch.now, allocated);
                    self.revise(batch, (id, record), None)?;
                }
            }
        }
        Ok(())
    }

    /// What stood behind a shield stays behind one, wherever it stands now (R43).
    fn shield_what_moved(
        &self,
        batch: &mut Batch<'_>,
        replay: &Replay<'_>,
        moved: &Moved,
    ) -> Result<(), Error> {
        for (stood, stands) in moved {
            if !replay.rewound.shielded.contains(stood) {
                continue;
            }
            for MovedRow { stands, .. } in stands {
                let decisions = batch.touched.get(stood);
                let decisions = decisions.map(|touched| &touched.loaded.record);
                if let Some(by) = decisions.and_then(placed) {
                    self.shield_in(batch, *stands, by)?;
                }
            }
        }
        Ok(())
    }
}

fn note_move(moved: &mut Moved, (stood, row): (i64, MovedRow)) {
    if stood != row.stands {
        moved.entry(stood).or_default().insert(row);
    }
}

/// Behind which shield a row of a source is held: behind one that what the source said guards, or of whom it was thought to be nobody has
/// said, and it is any of those it has to do with.
fn held_for(batch: &Batch<'_>, replay: &Replay<'_>, source: &Source) -> Option<i64> {
    let mut shielded: Vec<i64> = replay.rewound.shielded.iter().copied().collect();
    shielded.sort_unstable();
    let guards = |id: &&i64| {
        let touched = batch.touched.get(id);
        touched.is_some_and(|touched| {
            let mut held = touched.loaded.record.waiting();
            held.any(|one| one.source == *source)
        })
    };
    let guarded = shielded.iter().find(guards);
    guarded.or(shielded.first()).copied()
}

/// Who placed the shield of a record last, and why.
fn placed(record: &Record) -> Option<(Author, directory::shield::Ground)> {
    let is_shielded = record.shielding() == Shielding::Shielded;
    let decisions = record.decisions.iter().rev().filter(|_| is_shielded);
    decisions
        .filter_map(|decision| match decision.decided {
            Decided::ShieldPlaced(ground) => Some((decision.by.clone(), ground)),
            _ => None,
        })
        .next()
}

/// Whether nothing of a supplier is left of a record: what is a person's, or has no words, may be.
fn is_empty(batch: &Batch<'_>, replay: &Replay<'_>, id: i64) -> bool {
    let is_shielded = replay.rewound.shielded.contains(&id);
    batch.touched.get(&id).is_some_and(|touched| {
        let mut statements = touched.loaded.record.statements.iter();
        statements.all(|statement| {
            statement.source.kind == SourceKind::Practitioner
                || statement.superseded.is_some() && is_shielded
                || matches!(statement.said, Said::Sensitive(_))
        })
    })
}

/// The last part that ends a full file, of each run.
fn last_endings(parts: &[Part]) -> HashMap<RunId, usize> {
    let endings = parts.iter().enumerate();
    endings
        .filter(|(_, part)| part.stage == Stage::Ending)
        .map(|(p, part)| (part.run, p))
        .collect()
}
