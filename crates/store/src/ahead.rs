//! What can be worked out of rows before they are taken one by one, on all cores: how they stand to the records that they are compared
//! with, and what a record becomes by what a row says. It counts as long as the record is as it was read, so nothing becomes of a row
//! that would not have become of it otherwise.

use std::cell::OnceCell;

use directory::Now;
use directory::record::Record;
use rustc_hash::FxHashMap;

use crate::Store;
use crate::accept::{Heard, say};
use crate::alike::{Alike, Worth};
use crate::batch::{Batch, Touched};
use crate::cores::on_all_cores;
use crate::incoming::Incoming;
use crate::known::{Known, in_order};
use crate::matching_model::MatchingModel;
use crate::portrayed::{Likened, Portrayed};
use crate::resolve::{guarded_under, has_source, is_other_row, joins_of, searched_under};
use crate::verdict::{Hold, Standing, Verdict, decide, is_held};
use crate::write::Keys;

/// What was worked out of rows.
#[derive(Default)]
pub(crate) struct Ahead(FxHashMap<Mark, OfRow>);

/// Which row it is: where it lies in memory while its batch is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Mark(usize);

/// What was worked out of a row.
#[derive(Default)]
struct OfRow {
    /// How it stands to records.
    likened: Vec<(i64, Likened)>,
    /// Whether it would be held for shielded records.
    holds: Vec<(i64, Holds)>,
    /// The record that it is probably of, and what that becomes.
    said: Option<(i64, SaidAhead)>,
}

/// Whether a row is held for a shielded record.
#[derive(Clone, Copy)]
pub(crate) struct Holds {
    /// When its own key does not place it on an open record: as it is, or with its names the wrong way round.
    otherwise: Hold,
    /// When its own key places it on an open record.
    where_open: Hold,
    /// How likely it is of the child, in bits.
    bits: f32,
}

/// A record with what a row says, what it heard of that, and its keys afterwards, when it says something new.
pub(crate) type SaidAhead = (Record, Heard, Option<Keys>);

/// What rows are looked at against.
#[derive(Clone, Copy)]
struct Against<'b> {
    touched: &'b FxHashMap<i64, Touched>,
    known: &'b Known,
    model: &'b MatchingModel,
    now: Now,
}

impl Ahead {
    fn likened(&self, incoming: &Incoming<'_>, id: i64) -> Option<Likened> {
        let of_row = self.0.get(&Mark::of(incoming))?;
        let found = of_row.likened.iter().find(|(known, _)| *known == id);
        found.map(|(_, likened)| *likened)
    }

    /// Whether a row is held for a shielded record, if that was worked out and the record is still as it was.
    pub(crate) fn holds(
        &self,
        incoming: &Incoming<'_>,
        (id, touched): (i64, &Touched),
    ) -> Option<Holds> {
        let holds = &self.0.get(&Mark::of(incoming))?.holds;
        let place = holds.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        let (_, holds) = holds.get(place)?;
        touched.is_as_read().then_some(*holds)
    }

    /// What a record becomes by a row, if that was worked out and the record is still as it was.
    pub(crate) fn take_said(
        &mut self,
        incoming: &Incoming<'_>,
        (id, touched): (i64, &Touched),
    ) -> Option<SaidAhead> {
        let (of, said) = self.0.get_mut(&Mark::of(incoming))?.said.take()?;
        (of == id && touched.is_as_read()).then_some(said)
    }
}

impl Holds {
    /// How a row, and the row with its names the wrong way round, stand to a shielded record.
    pub(crate) fn of(
        [row, turned]: [&Portrayed; 2],
        known: &Portrayed,
        model: &MatchingModel,
    ) -> Holds {
        let likened = row.likened(known, model.scales());
        let turned = turned.likened(known, model.scales());
        let is_held = |likened: &Likened, is_open| is_held(likened, is_open, model.thresholds());
        Holds {
            otherwise: is_held(&likened, false).max(is_held(&turned, false)),
            where_open: is_held(&likened, true),
            bits: likened.widest_bits.max(turned.widest_bits),
        }
    }

    /// How likely the row is of the child at most, in bits.
    pub(crate) fn bits(self) -> f32 {
        self.bits
    }

    /// Whether it is held, as its own key places it on an open record or does not. A child with a key of their own is not taken for another
    /// by names the wrong way round.
    pub(crate) fn of_row(self, is_open: bool) -> Hold {
        if is_open {
            self.where_open
        } else {
            self.otherwise
        }
    }
}

impl Mark {
    fn of(incoming: &Incoming<'_>) -> Mark {
        Mark(std::ptr::from_ref(incoming.row).addr())
    }
}

impl Store {
    /// Works out what can be worked out of the rows of a batch, whose records are there.
    pub(crate) fn look_ahead(&self, batch: &mut Batch<'_>, incoming: &[Incoming<'_>]) {
        let model = self.matching_model();
        let against = Against {
            touched: &batch.touched,
            known: &batch.known,
            model: &model,
            now: batch.now,
        };
        let alike = batch.alike.iter().map(Option::as_ref);
        let rows: Vec<(&Incoming<'_>, Option<&Alike>)> = incoming.iter().zip(alike).collect();
        let of_rows = on_all_cores(&rows, |row| self.of_row(*row, against));
        let marks = incoming.iter().map(Mark::of);
        batch.ahead = Ahead(marks.zip(of_rows).collect());
    }

    /// How a row stands to a record of the batch. `None`: one of them has no name.
    pub(crate) fn weighed(
        &self,
        batch: &Batch<'_>,
        (incoming, id): (&Incoming<'_>, i64),
        model: &MatchingModel,
    ) -> Option<Likened> {
        let touched = batch.touched.get(&id)?;
        let ahead = batch.ahead.likened(incoming, id);
        ahead.filter(|_| touched.is_as_read()).or_else(|| {
            let known = self.portrayed(touched, batch.now)?;
            Some(incoming.portrayed.as_ref()?.likened(known, model.scales()))
        })
    }

    fn of_row(
        &self,
        (incoming, alike): (&Incoming<'_>, Option<&Alike>),
        against: Against<'_>,
    ) -> OfRow {
        let Some(row) = &incoming.portrayed else {
            return OfRow::default();
        };
        let ids = match alike {
            Some(alike) => alike.ids(Worth::TwoKeysOneRare),
            None => searched_under(against.known, incoming.keys.sources.iter()),
        };
        let likened = ids.into_iter().filter_map(|id| {
            let known = self.portrayed(against.touched.get(&id)?, against.now)?;
            Some((id, row.likened(known, against.model.scales())))
        });
        let likened: Vec<(i64, Likened)> = likened.collect();
        let likely = match alike {
            Some(_) => likeliest(incoming, &likened, against),
            None => own(incoming, &likened, against),
        };
        let said = likely.and_then(|id| Some((id, self.said_ahead(incoming, id, against)?)));
        let guarding = incoming.keys.guarding.iter().copied();
        let shielded = in_order(guarded_under(against.known, guarding).collect());
        let turned = OnceCell::new();
        let holds = shielded.into_iter().filter_map(|id| {
            let known = self.portrayed(against.touched.get(&id)?, against.now)?;
            let turned = turned.get_or_init(|| row.turned());
            Some((id, Holds::of([row, turned], known, against.model)))
        });
        OfRow {
            likened,
            holds: holds.collect(),
            said,
        }
    }

    fn said_ahead(
        &self,
        incoming: &Incoming<'_>,
        id: i64,
        against: Against<'_>,
    ) -> Option<SaidAhead> {
        let mut record = against.touched.get(&id)?.loaded.record.clone();
        let heard = say(&mut record, incoming, against.now);
        let keys = heard.is_changed().then(|| self.keys(&record));
        Some((record, heard, keys))
    }
}

/// The record that the row joins by what it says, if none of those before it changes that.
fn likeliest(
    incoming: &Incoming<'_>,
    likened: &[(i64, Likened)],
    against: Against<'_>,
) -> Option<i64> {
    let standings = likened.iter().filter_map(|(id, likened)| {
        Some(Standing {
            id: *id,
            likened: *likened,
            is_other_row: is_other_row(&against.touched.get(id)?.loaded.record, incoming),
        })
    });
    let joins = joins_of(incoming.row);
    match decide(standings.collect(), joins, against.model.thresholds()) {
        Verdict::Link(id) => Some(id),
        Verdict::New | Verdict::Review(_) => None,
    }
}

/// The record that the supplier's own key names.
fn own(incoming: &Incoming<'_>, likened: &[(i64, Likened)], against: Against<'_>) -> Option<i64> {
    let supplier = &incoming.source.supplier;
    let names = |id: &i64| {
        against.touched.get(id).is_some_and(|touched| {
            let is_own = |key: &_| incoming.own_keys().any(|own| own == key);
            has_source(&touched.loaded.record, supplier, is_own)
        })
    };
    likened.iter().map(|(id, _)| *id).find(names)
}
