//! Which record a supplied row is of.
//!
//! Shielded records are looked at first, with every field and a lower threshold, and any likely hit is held (F1): own key, strong
//! identifier or likeness. Then the supplier's own key decides, and last what the row says, weighed by the model.

use std::cell::OnceCell;
use std::cmp::Reverse;

use directory::number::OtherNumber;
use directory::record::{Record, Shielding};
use directory::statement::{Said, SourceKind};
use directory::supplied::{Restriction, Row};
use directory::text::{SupplierCode, SupplierKey};

use crate::Store;
use crate::accept::is_sensitive;
use crate::ahead::Holds;
use crate::alike::{Alike, Worth};
use crate::batch::Batch;
use crate::cores::on_all_cores;
use crate::driver::Connection;
use crate::error::Error;
use crate::incoming::{Incoming, RowKeys};
use crate::keys::{Index, KeyEntry};
use crate::known::{Known, in_order};
use crate::matching_model::MatchingModel;
use crate::portrayed::Portrayed;
use crate::review_row::is_apart;
use crate::verdict::{Hold, Joins, Standing, Verdict, decide};

/// What a row was resolved to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// It is of this record, which is in the batch now.
    Record(i64),
    /// It is of nobody who is known.
    New,
    /// It may be of one of these, or of nobody: a data officer decides.
    Doubtful(Vec<i64>),
    /// It may be of these shielded children, the likeliest first: a shielding officer decides.
    Held(Vec<i64>),
}

/// For which shielded children a row is held.
enum HeldFor {
    /// For nobody.
    Nobody,
    /// It may be of these, the likeliest first.
    These(Vec<i64>),
    /// It is like what waits behind the shield of this one, and hardly of the child: held only if it would be of somebody else if no child
    /// were shielded (X2).
    NearWaiting(i64),
}

/// For how many shielded children a row is held at most: the likeliest.
const HELD_FOR_MAX: usize = 16;

impl Resolved {
    /// The shielded child of whom the row is, or may be: of none of these rows a data officer may hear (X2).
    pub(crate) fn behind_shield(&self, batch: &Batch<'_>) -> Option<i64> {
        self.behind_shields(batch).first().copied()
    }

    /// All shielded children of whom the row is, or may be, the likeliest first.
    pub(crate) fn behind_shields(&self, batch: &Batch<'_>) -> &[i64] {
        match self {
            Resolved::Held(ids) => ids,
            Resolved::Record(id) if batch.is_shielded(*id) => std::slice::from_ref(id),
            Resolved::Record(_) | Resolved::New | Resolved::Doubtful(_) => &[],
        }
    }

    /// The same of a row that is said again: what was held is not published because it is said at another moment (F1). A row that is
    /// restricted at its source brings its own shield.
    pub(crate) fn kept_behind(self, batch: &Batch<'_>, row: &Row) -> Resolved {
        let is_open = match &self {
            Resolved::New => true,
            Resolved::Record(id) => !batch.is_shielded(*id),
            Resolved::Held(_) | Resolved::Doubtful(_) => false,
        };
        match batch.held_for {
            Some(id) if is_open && row.restriction == Restriction::None => Resolved::Held(vec![id]),
            _ => self,
        }
    }
}

impl Store {
    /// Reads at once what all rows of a batch are compared with.
    pub(crate) fn read_ahead(
        &self,
        batch: &mut Batch<'_>,
        incoming: &[Incoming<'_>],
    ) -> Result<(), Error> {
        if batch.first.is_some() {
            let searched = incoming.iter().flat_map(|row| row.keys.searched());
            let guarded = incoming.iter().flat_map(|row| row.keys.guarded());
            batch.read_keys(searched.collect(), guarded.collect())?;
        } else {
            let (searched, guarded) = self.entries_of(batch.connection, incoming)?;
            batch.known.take_in(searched, guarded);
        }
        self.bring_wanted(batch, incoming)
    }

    /// What stands under the keys of rows: of unshielded records, and of shielded ones.
    pub(crate) fn entries_of(
        &self,
        connection: &mut dyn Connection,
        incoming: &[Incoming<'_>],
    ) -> Result<(Vec<KeyEntry>, Vec<KeyEntry>), Error> {
        let searched = incoming.iter().flat_map(|row| row.keys.searched());
        let guarded = incoming.iter().flat_map(|row| row.keys.guarded());
        let (searched, guarded) = (in_order(searched.collect()), in_order(guarded.collect()));
        // The shielded first: a record whose shield is lifted meanwhile leaves them for the others, never the other way round.
        let guarded = self.entries_abreast(Index::Guarded, (connection, &guarded))?;
        let searched = self.entries_abreast(Index::Search, (connection, &searched))?;
        Ok((searched, guarded))
    }

    /// Brings the records that rows will be compared with, when it is known what stands under their keys.
    pub(crate) fn bring_wanted(
        &self,
        batch: &mut Batch<'_>,
        incoming: &[Incoming<'_>],
    ) -> Result<(), Error> {
        batch.read_waiting(incoming)?;
        self.read_withdrawn(batch, incoming)?;
        self.bring_compared(batch, incoming)
    }

    /// The same without the rows that wait.
    pub(crate) fn bring_compared(
        &self,
        batch: &mut Batch<'_>,
        incoming: &[Incoming<'_>],
    ) -> Result<(), Error> {
        let known = &batch.known;
        let found = on_all_cores(incoming, |row| wanted(known, &row.keys));
        let (wanted, alike): (Vec<Vec<i64>>, Vec<Option<Alike>>) = found.into_iter().unzip();
        batch.alike = alike;
        self.bring(batch, &wanted.concat())
    }

    /// Says which record a row is of. Whoever a person linked it to, unless what it says now may be of a shielded child (F1).
    pub(crate) fn resolve(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Resolved, Error> {
        let linked = self.linked(batch, incoming)?;
        if let Some(linked) = linked.filter(|id| batch.is_shielded(*id)) {
            return Ok(Resolved::Record(linked));
        }
        if let Some(id) = said_already(batch, incoming) {
            return Ok(Resolved::Record(id));
        }
        let model = self.matching_model();
        let own = match linked {
            Some(linked) => Some(linked),
            None => self.by_source(batch, incoming)?,
        };
        let held_for = self.held_for(batch, incoming, (own, &model))?;
        if let HeldFor::These(ids) = held_for {
            return Ok(Resolved::Held(ids));
        }
        let resolved = self.unguarded(batch, incoming, ((linked, own), &model))?;
        if let HeldFor::NearWaiting(id) = held_for
            && self.differs_if_open(batch, incoming, (id, &resolved))?
        {
            return Ok(Resolved::Held(vec![id]));
        }
        Ok(resolved)
    }

    /// Which open record a row is of: whoever it was linked to, or whom its own key places it on, or by what it says.
    fn unguarded(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        ((linked, own), model): ((Option<i64>, Option<i64>), &MatchingModel),
    ) -> Result<Resolved, Error> {
        if let Some(linked) = linked {
            return Ok(Resolved::Record(linked));
        }
        if incoming.portrayed.is_none() {
            // A row without a name can only be of a child who is known.
            return match own {
                Some(own) => Ok(Resolved::Record(own)),
                None => Ok(Resolved::Doubtful(self.numbered(batch, incoming)?)),
            };
        }
        let Some(id) = own else {
            return self.by_likeness(batch, incoming, model);
        };
        let likened = self.weighed(batch, (incoming, id), model);
        if likened.is_some_and(|likened| likened.is_another) {
            return Ok(Resolved::Doubtful(vec![id]));
        }
        Ok(Resolved::Record(id))
    }

    /// The shielded children whom a row may be about, known or shielded by this very batch: those with a key or number of the row, else those
    /// it is like.
    ///
    /// A row that its own key places on an open record is held only for more than a twin's likeness. One without a name is like nobody: it is
    /// held for whoever lives where it says, or was born on its day and is at its school or practice.
    fn held_for(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        (own, model): (Option<i64>, &MatchingModel),
    ) -> Result<HeldFor, Error> {
        let strong = || {
            let keys = incoming.keys.sources.iter();
            keys.chain(&incoming.keys.numbers).copied()
        };
        let mut under: Vec<i64> = guarded_under(&batch.known, strong()).collect();
        self.bring(batch, &under)?;
        under = self.where_merged(batch, under)?;
        under.extend(strong().flat_map(|key| batch.known.fresh(key)));
        under.retain(|id| {
            batch.is_shielded(*id) && !self.is_apart_still(batch, incoming, (*id, own))
        });
        if !under.is_empty() {
            let mut under = in_order(under);
            under.truncate(HELD_FOR_MAX);
            return Ok(HeldFor::These(under));
        }
        let guarding = || incoming.keys.guarding.iter().copied();
        let mut likely: Vec<i64> = guarded_under(&batch.known, guarding()).collect();
        self.bring(batch, &likely)?;
        likely.extend(guarding().flat_map(|key| batch.known.fresh(key)));
        likely.retain(|id| {
            batch.is_shielded(*id) && !self.is_apart_still(batch, incoming, (*id, own))
        });
        if likely.is_empty() {
            return Ok(HeldFor::Nobody);
        }
        let is_open = own.is_some_and(|id| self.is_placed(batch, (incoming, id), model));
        Ok(match &incoming.portrayed {
            Some(row) => self.held_by_likeness(batch, (incoming, row), (likely, is_open), model),
            None if is_open => HeldFor::Nobody,
            None => HeldFor::These(under_most(likely)),
        })
    }

    /// Whether a record is open on which its own key places a row, and the row does not say of who the child is that it is another: a supplier
    /// may give a key to a shielded child, and it says nothing of whose row it is then (F1).
    fn is_placed(
        &self,
        batch: &Batch<'_>,
        (incoming, own): (&Incoming<'_>, i64),
        model: &MatchingModel,
    ) -> bool {
        let Some(touched) = batch.touched.get(&own).filter(|_| !batch.is_shielded(own)) else {
            return false;
        };
        if incoming.portrayed.is_some() {
            let likened = self.weighed(batch, (incoming, own), model);
            return likened.is_some_and(|likened| !likened.is_another);
        }
        let known = self.filed(&touched.loaded.record).born;
        let said = incoming.row.particulars.born;
        known.is_none_or(|known| said.is_none_or(|said| said == known.value))
    }

    /// Those of some shielded children for whom a row is held by all that it says.
    fn held_by_likeness(
        &self,
        batch: &Batch<'_>,
        (incoming, row): (&Incoming<'_>, &Portrayed),
        (likely, is_open): (Vec<i64>, bool),
        model: &MatchingModel,
    ) -> HeldFor {
        let turned = OnceCell::new();
        let holds = |id: &i64| {
            let touched = batch.touched.get(id)?;
            let ahead = batch.ahead.holds(incoming, (*id, touched));
            ahead.or_else(|| {
                let known = self.portrayed(touched, batch.now)?;
                let turned = turned.get_or_init(|| row.turned());
                Some(Holds::of([row, turned], known, model))
            })
        };
        let mut these: Vec<(i64, f32)> = Vec::new();
        let mut near_waiting = HeldFor::Nobody;
        for id in in_order(likely) {
            let Some(holds) = holds(&id) else {
                continue;
            };
            match (holds.of_row(is_open), &near_waiting) {
                (Hold::Yes, _) => these.push((id, holds.bits())),
                (Hold::NearWaiting, HeldFor::Nobody) => near_waiting = HeldFor::NearWaiting(id),
                (Hold::NearWaiting | Hold::No, _) => {}
            }
        }
        if these.is_empty() {
            return near_waiting;
        }
        these.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        these.truncate(HELD_FOR_MAX);
        HeldFor::These(these.into_iter().map(|(id, _)| id).collect())
    }

    fn by_source(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
    ) -> Result<Option<i64>, Error> {
        let keys = &incoming.keys.sources;
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        let left = batch.left(incoming).to_vec();
        ids.extend(&left);
        self.bring(batch, &ids)?;
        let mark = incoming.keys.mark();
        ids.retain(|id| !is_apart(batch, *id, mark));
        let is_so = |id: i64, of: &dyn Fn(&Record) -> bool| {
            let touched = batch.touched.get(&id);
            touched.is_some_and(|touched| of(&touched.loaded.record))
        };
        let day = incoming.row.confirmed.min(batch.now.today);
        // Where what it says has ended since, nothing of it is heard: also if the child has come back on another record.
        let has_ended =
            |id: &i64| is_so(*id, &|record| record.has_ended_since(&incoming.source, day));
        let spoke = |record: &Record| record.statements.iter().any(|s| incoming.is_of(&s.source));
        let says = |id: &i64| {
            is_so(*id, &|record| incoming.stands_in(record))
                || left.contains(id) && is_so(*id, &spoke)
        };
        let found = ids.iter().copied().find(has_ended);
        Ok(found.or_else(|| ids.iter().copied().find(says)))
    }

    /// The open records that have a number of a row: without a name it may be of one of them, and whoever its source restricts is not to
    /// stay open for want of a name (C20).
    fn numbered(&self, batch: &mut Batch<'_>, incoming: &Incoming<'_>) -> Result<Vec<i64>, Error> {
        let keys = &incoming.keys.numbers;
        let mut ids = searched_under(&batch.known, keys.iter());
        ids.extend(keys.iter().flat_map(|key| batch.known.fresh(*key)));
        let mut ids = in_order(ids);
        self.bring(batch, &ids)?;
        let numbers = &incoming.row.particulars.other_numbers;
        ids.retain(|id| {
            let is_apart = is_apart(batch, *id, incoming.keys.mark());
            let touched = batch.touched.get(id);
            let touched = touched.filter(|_| !is_apart && !batch.is_shielded(*id));
            touched.is_some_and(|touched| has_number(&touched.loaded.record, numbers))
        });
        Ok(ids)
    }

    /// By all that the row says, weighed against every record that is worth it.
    fn by_likeness(
        &self,
        batch: &mut Batch<'_>,
        incoming: &Incoming<'_>,
        model: &MatchingModel,
    ) -> Result<Resolved, Error> {
        let (known, keys) = (&batch.known, &incoming.keys);
        let ids = match batch.alike.get(incoming.place).and_then(Option::as_ref) {
            Some(alike) => alike.ids_with(known, keys, Worth::TwoKeysOneRare),
            None => Alike::before(known, keys).ids_with(known, keys, Worth::TwoKeysOneRare),
        };
        self.bring(batch, &ids)?;
        let mark = incoming.keys.mark();
        let known = ids.into_iter().filter(|id| !is_apart(batch, *id, mark));
        let standings = known.filter_map(|id| {
            let touched = batch.touched.get(&id)?;
            Some(Standing {
                id,
                likened: self.weighed(batch, (incoming, id), model)?,
                is_other_row: is_other_row(&touched.loaded.record, incoming),
            })
        });
        Ok(
            match decide(
                standings.collect(),
                joins_of(incoming.row),
                model.thresholds(),
            ) {
                Verdict::Link(id) => Resolved::Record(id),
                Verdict::New => Resolved::New,
                Verdict::Review(ids) => Resolved::Doubtful(ids),
            },
        )
    }
}

/// The shielded record of which a row says, under the supplier's own keys, word for word what stands there: it is confirmed, and no
/// officer is asked what is known. So it is answered as it would be without a shield (X2).
fn said_already(batch: &Batch<'_>, incoming: &Incoming<'_>) -> Option<i64> {
    let row = incoming.row;
    if is_sensitive(row) || row.restriction == Restriction::AtSource {
        return None;
    }
    let stands = |record: &Record, key: &SupplierKey, is_said: &dyn Fn(&Said) -> bool| {
        record.standing().any(|stated| {
            stated.source.supplier == incoming.source.supplier
                && stated.source.key == *key
                && is_said(&stated.said)
        })
    };
    let says_all = |id: &i64| {
        batch.touched.get(id).is_some_and(|touched| {
            let record = &touched.loaded.record;
            let is_particulars =
                |said: &Said| matches!(said, Said::Particulars(said) if **said == row.particulars);
            let mut also = row.also.iter();
            record.shielding() == Shielding::Shielded
                && stands(record, &row.key, &is_particulars)
                && also.all(|(key, said)| stands(record, key, &|stated| stated == said))
        })
    };
    let sources = incoming.keys.sources.iter().copied();
    guarded_under(&batch.known, sources).find(says_all)
}

/// Of records, each as often as it stands under a key of a row, those that stand under the most.
fn under_most(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    let same = ids.chunk_by(|one, other| one == other);
    let mut each: Vec<(Reverse<usize>, i64)> = same
        .filter_map(|same| Some((Reverse(same.len()), *same.first()?)))
        .collect();
    each.sort_unstable();
    each.truncate(HELD_FOR_MAX);
    each.into_iter().map(|(_, id)| id).collect()
}

/// How a row may join.
pub(crate) fn joins_of(row: &Row) -> Joins {
    if is_sensitive(row) {
        Joins::ExactlyOnly
    } else {
        Joins::ByLikeness
    }
}

/// What a row will be compared with, as far as it is known before its batch.
fn wanted(known: &Known, keys: &RowKeys) -> (Vec<i64>, Option<Alike>) {
    let (mut wanted, alike) = wanted_open(known, keys);
    wanted.extend(guarded_under(known, keys.guarded()));
    (wanted, alike)
}

/// The same of the records that are found as open ones.
pub(crate) fn wanted_open(known: &Known, keys: &RowKeys) -> (Vec<i64>, Option<Alike>) {
    let own = searched_under(known, keys.sources.iter().chain(&keys.withdrawn));
    if !own.is_empty() {
        return (own, None);
    }
    let alike = Alike::before(known, keys);
    (alike.ids(Worth::TwoKeysOneRare), Some(alike))
}

/// Whether the row's supplier, of a kind that has one row for every child, speaks of a record under another key.
pub(crate) fn is_other_row(record: &Record, incoming: &Incoming<'_>) -> bool {
    let has_one_row = match incoming.source.kind {
        SourceKind::Births | SourceKind::Nhs | SourceKind::ChildBenefit | SourceKind::Census => {
            true
        }
        SourceKind::Local | SourceKind::Practitioner | SourceKind::Correction => false,
    };
    has_one_row
        && record.standing().any(|statement| {
            matches!(statement.said, Said::Particulars(_))
                && statement.source.supplier == incoming.source.supplier
                && statement.source.key != incoming.source.key
        })
}

/// Whether a source says any of some numbers of a child.
fn has_number(record: &Record, numbers: &[OtherNumber]) -> bool {
    record.standing().any(|statement| match &statement.said {
        Said::Particulars(said) => said.other_numbers.iter().any(|one| numbers.contains(one)),
        Said::Involvement(_) | Said::Sensitive(_) => false,
    })
}

/// Whether a supplier ever said anything in a record under one of some keys.
pub(crate) fn has_source(
    record: &Record,
    supplier: &SupplierCode,
    is_wanted: impl Fn(&SupplierKey) -> bool,
) -> bool {
    record
        .statements
        .iter()
        .any(|statement| statement.source.supplier == *supplier && is_wanted(&statement.source.key))
}

/// The unshielded records under keys, before this batch.
pub(crate) fn searched_under<'k>(known: &Known, keys: impl Iterator<Item = &'k i64>) -> Vec<i64> {
    keys.flat_map(|key| known.search(*key).into_iter().flatten())
        .collect()
}

/// The shielded records under keys, before this batch.
pub(crate) fn guarded_under(
    known: &Known,
    keys: impl Iterator<Item = i64>,
) -> impl Iterator<Item = i64> {
    keys.flat_map(|key| known.guarded(key))
}
