//! Joins what several threads have read into the rows of one table, in the order of their keys.

use super::layout::{Layout, at, set};
use super::lexicon::Symbol;
use super::lexicons::{Adopted, Counted, Lexicons, Role};
use super::table::place_sounds;

/// Rows that were read apart.
pub(crate) struct Parts {
    parts: Vec<Part>,
}

struct Part {
    keys: Vec<u64>,
    rows: Vec<u32>,
    translated: Translated,
}

/// All rows, in the order of their keys.
pub(crate) struct Ordered {
    pub(crate) keys: Vec<u64>,
    pub(crate) rows: Vec<u32>,
    /// How many bear each word of parents' names.
    pub(crate) parents: Vec<u32>,
}

/// For places of a row, the new symbol of every old one. None when they are as they should be.
#[derive(Default)]
pub(crate) struct Translated(Vec<(usize, Vec<Symbol>)>);

impl Adopted {
    /// The symbols by the places where a row has them.
    pub(crate) fn at_places(&self, layout: &Layout) -> Translated {
        let of = |role: Role| match role {
            Role::Given => self.given.clone(),
            Role::Family => self.family.clone(),
            Role::Free(column) => self.free.get(column).cloned().unwrap_or_default(),
        };
        let places = layout.symbol_places().into_iter();
        Translated(places.map(|(place, role)| (place, of(role))).collect())
    }
}

impl Translated {
    fn translate(&self, row: &mut [u32]) {
        for (place, symbols) in &self.0 {
            let old = usize::try_from(at(row, *place)).unwrap_or(usize::MAX);
            set(row, *place, symbols.get(old).copied().unwrap_or(0));
        }
    }
}

impl Parts {
    /// The first, whose symbols all others are to have.
    pub(crate) fn of(keys: Vec<u64>, rows: Vec<u32>) -> Self {
        let translated = Translated::default();
        Self {
            parts: vec![Part {
                keys,
                rows,
                translated,
            }],
        }
    }

    pub(crate) fn push(&mut self, keys: Vec<u64>, rows: Vec<u32>, translated: Translated) {
        self.parts.push(Part {
            keys,
            rows,
            translated,
        });
    }

    /// All rows in the order of their keys, with the sounds of their names beside them; their words are counted.
    pub(crate) fn in_order(mut self, words: (&Layout, &mut Lexicons), threads: usize) -> Ordered {
        let (layout, lexicons) = words;
        if let [part] = self.parts.as_mut_slice()
            && part.keys.is_sorted()
        {
            let (keys, mut rows) = (
                std::mem::take(&mut part.keys),
                std::mem::take(&mut part.rows),
            );
            let as_it_is = |_: &mut [u32], (): &()| {};
            let nothing = vec![(); keys.len()];
            let counted = complete(&mut rows, &nothing, (layout, lexicons, threads), as_it_is);
            let parents = lexicons.count(&counted);
            return Ordered {
                keys,
                rows,
                parents,
            };
        }
        let keys = self.parts.iter().flat_map(|part| part.keys.iter().copied());
        let mut order: Vec<(u64, u32)> = keys.zip(0..).collect();
        // Keys mostly stand in runs, which a stable sort makes use of.
        order.sort();
        let width = layout.width.max(1);
        let mut rows = vec![0_u32; order.len().saturating_mul(width)];
        let copied = |row: &mut [u32], (_, old): &(u64, u32)| {
            if let Some((part, old)) = self.row(*old, width).filter(|it| it.1.len() == row.len()) {
                row.copy_from_slice(old);
                part.translated.translate(row);
            }
        };
        let counted = complete(&mut rows, &order, (layout, lexicons, threads), copied);
        Ordered {
            keys: order.into_iter().map(|(key, _)| key).collect(),
            rows,
            parents: lexicons.count(&counted),
        }
    }

    /// A row by its place among those of all parts.
    fn row(&self, place: u32, width: usize) -> Option<(&Part, &[u32])> {
        let mut place = usize::try_from(place).ok()?;
        for part in &self.parts {
            if place < part.keys.len() {
                let start = place.saturating_mul(width);
                return Some((part, part.rows.get(start..start.saturating_add(width))?));
            }
            place = place.saturating_sub(part.keys.len());
        }
        None
    }
}

/// Fills rows from what stands beside each, and adds sounds, in threads; how many rows bear each word.
fn complete<T: Sync>(
    rows: &mut [u32],
    beside: &[T],
    how: (&Layout, &Lexicons, usize),
    fill: impl Fn(&mut [u32], &T) + Sync,
) -> Vec<Counted> {
    let (layout, lexicons, threads) = how;
    let width = layout.width.max(1);
    let share = beside.len().div_ceil(threads).max(1);
    let shares = rows
        .chunks_mut(share.saturating_mul(width))
        .zip(beside.chunks(share));
    let fill = &fill;
    std::thread::scope(|scope| {
        let handles: Vec<_> = shares
            .map(|(rows, beside)| {
                scope.spawn(move || {
                    let mut counted = Counted::of(lexicons);
                    for (row, beside) in rows.chunks_exact_mut(width).zip(beside) {
                        fill(row, beside);
                        place_sounds(layout, lexicons, row);
                        counted.count(layout, row);
                    }
                    counted
                })
            })
            .collect();
        let done = handles.into_iter().filter_map(|handle| handle.join().ok());
        done.collect()
    })
}
