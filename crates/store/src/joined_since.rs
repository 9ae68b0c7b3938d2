//! Whether a person's mergers and splits keep a run from being taken back: they move what was said from record to record, and the journal
//! names the record to which it was said.

use std::collections::HashMap;

use directory::Timestamp;
use directory::number::Number;
use directory::record::{Decided, Record};

use crate::batch::Batch;
use crate::component::Component;
use crate::journal::Part;

/// A merger or split, from when to when it stood.
struct Stood {
    from: Timestamp,
    until: Timestamp,
    /// Whether a record had words of a source before that came with the other too: of what was said since, nobody can tell whose it was.
    is_mixed: bool,
}

/// Whether a record of the component was merged or split since the first of some parts, or that was taken back since and something was said
/// meanwhile.
pub(crate) fn is_joined(batch: &Batch<'_>, component: &Component, parts: &[Part]) -> bool {
    let Some(first) = parts.first().map(|part| part.now.at) else {
        return false;
    };
    component.records.iter().any(|id| {
        let touched = batch.touched.get(id);
        let record = touched.map(|touched| &touched.loaded.record);
        record.is_some_and(|record| {
            let undone = undone_since(record, first);
            let meanwhile = |at| undone.iter().any(|one| one.from <= at && at <= one.until);
            stands_since(record, first)
                || undone.iter().any(|stood| stood.is_mixed)
                || !undone.is_empty() && moments_of(*id, component, parts).any(meanwhile)
        })
    })
}

/// Whether a merger or split stands that was decided at a moment or later.
fn stands_since(record: &Record, first: Timestamp) -> bool {
    let joins = |decided: &Decided| {
        matches!(
            decided,
            Decided::Merged(_) | Decided::MergedInto(_) | Decided::Split(_) | Decided::SplitFrom(_)
        )
    };
    let stands = record.last_joining().is_some() || record.merged_into().is_some();
    let since = |at: Timestamp| at >= first;
    stands
        && record
            .decisions
            .iter()
            .any(|one| since(one.at) && joins(&one.decided))
}

/// The mergers and splits that were taken back at a moment or later.
fn undone_since(record: &Record, first: Timestamp) -> Vec<Stood> {
    let mut standing: HashMap<Number, Stood> = HashMap::new();
    let mut last: Option<Number> = None;
    let mut undone = Vec::new();
    for decision in &record.decisions {
        match &decision.decided {
            Decided::Merged(number)
            | Decided::MergedInto(number)
            | Decided::Split(number)
            | Decided::SplitFrom(number) => {
                let stood = Stood {
                    from: decision.at,
                    until: decision.at,
                    is_mixed: false,
                };
                standing.insert(*number, stood);
                last = Some(*number);
            }
            Decided::Brought { kept, .. } if *kept > 0 => {
                if let Some(stood) = last.and_then(|last| standing.get_mut(&last)) {
                    stood.is_mixed = true;
                }
            }
            Decided::MergeUndone(number) | Decided::SplitUndone(number) => {
                let stood = standing.remove(number);
                let stood = stood.filter(|_| decision.at >= first);
                undone.extend(stood.map(|stood| Stood {
                    until: decision.at,
                    ..stood
                }));
            }
            _ => {}
        }
    }
    undone
}

/// When something of a component was said to a record.
fn moments_of<'p>(
    id: i64,
    component: &'p Component,
    parts: &'p [Part],
) -> impl Iterator<Item = Timestamp> + 'p {
    let entries = component.entries.iter();
    entries.filter_map(move |(p, e)| {
        let part = parts.get(*p)?;
        let entry = part.entries.get(*e)?;
        entry.records().any(|of| of == id).then_some(part.now.at)
    })
}
