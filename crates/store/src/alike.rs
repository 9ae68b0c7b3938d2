//! Which known children are worth comparing with a row: those that stand under several of its keys, one of them rare.

use crate::incoming::RowKeys;
use crate::known::Known;
use crate::likeness::{LikenessKey, Tells};

/// The most records compared with one row.
const COMPARED_MAX: usize = 16;
/// Under how many of a row's keys a record stands before the two are compared.
const KEYS_ALIKE_MIN: u32 = 2;
/// How many records may share a key that is rare.
const RARE_RECORDS_MAX: usize = 16;
/// The same where nothing is shared but names and a year, or one name on a day: the row speaks alike for all who share the rarest of such
/// keys, and what differs besides, a place and a day or a name, speaks against each.
const RARE_NAMESAKES_MAX: usize = 4;

/// Which records are worth comparing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// Any that shares two keys, however common: for a child who is being shielded nobody is passed over. Whoever has the child's number is
    /// compared besides, and takes nobody's place: it may stand wherever a system knows none (F1).
    TwoKeys,
    /// Those that share two keys, one of them with few others: of a common name in one year there are thousands of children, and
    /// more the larger the directory is.
    TwoKeysOneRare,
}

/// What stood under a row's keys before its batch: worked out once, and only added to by what the batch has filed since.
pub(crate) struct Alike {
    /// In the order of the records.
    hits: Vec<(i64, Hit)>,
    /// How many records stood under each of the row's likeness keys, shielded ones among them.
    shared: Vec<usize>,
}

/// Under which of a row's keys a record stands.
#[derive(Clone, Copy)]
struct Hit {
    /// Under how many.
    keys: u32,
    /// How many records share the rarest of them.
    fewest: usize,
    /// One for a key that nobody shares, less for each that others share.
    rarity: f32,
    /// What they say beside names and a year.
    tells: Tells,
}

impl Alike {
    /// What stands under a row's keys before its batch.
    pub(crate) fn before(known: &Known, keys: &RowKeys) -> Alike {
        let mut found: Vec<(i64, Hit)> = Vec::new();
        let mut shared = Vec::with_capacity(keys.likeness.len());
        for likeness in &keys.likeness {
            let start = found.len();
            let ids = known.search(likeness.key).into_iter().flatten();
            found.extend(ids.map(|id| (id, Hit::NUMBER)));
            // Shielded ones are not compared, and counted as if they were open: who is compared does not tell of them (X2).
            let shielded = known.guarded(likeness.key).count();
            let records = found.len().saturating_sub(start).saturating_add(shielded);
            for (_, hit) in found.iter_mut().skip(start) {
                *hit = Hit::of(records, likeness.tells);
            }
            shared.push(records);
        }
        for key in &keys.numbers {
            let ids = known.search(*key).into_iter().flatten();
            found.extend(ids.map(|id| (id, Hit::NUMBER)));
        }
        Alike {
            hits: gathered(found),
            shared,
        }
    }

    /// The records worth comparing before the batch, the likeliest first: those under the rarest keys.
    pub(crate) fn ids(&self, worth: Worth) -> Vec<i64> {
        ids(self.hits.iter().copied(), worth)
    }

    /// The records worth comparing, those of the batch among them.
    pub(crate) fn ids_with(&self, known: &Known, keys: &RowKeys, worth: Worth) -> Vec<i64> {
        let mut found: Vec<(i64, Hit)> = Vec::new();
        for (LikenessKey { key, tells }, shared) in keys.likeness.iter().zip(&self.shared) {
            let records = known.fresh(*key).count().saturating_add(*shared);
            let hit = Hit::of(records, *tells);
            found.extend(known.fresh(*key).map(|id| (id, hit)));
        }
        for key in &keys.numbers {
            found.extend(known.fresh(*key).map(|id| (id, Hit::NUMBER)));
        }
        if found.is_empty() {
            return self.ids(worth);
        }
        found.extend(&self.hits);
        ids(gathered(found).into_iter(), worth)
    }
}

impl Hit {
    /// Under a number of the row.
    const NUMBER: Hit = Hit {
        keys: u32::MAX,
        fewest: 0,
        rarity: f32::INFINITY,
        tells: Tells::MORE,
    };

    /// Under a key that so many records share.
    fn of(records: usize, tells: Tells) -> Hit {
        Hit {
            keys: 1,
            fewest: records,
            rarity: u16::try_from(records).map_or(0.0, |records| 1.0 / f32::from(records.max(1))),
            tells,
        }
    }

    fn is_number(&self) -> bool {
        self.rarity == f32::INFINITY
    }

    fn and(self, other: Hit) -> Hit {
        Hit {
            keys: self.keys.saturating_add(other.keys),
            fewest: self.fewest.min(other.fewest),
            rarity: self.rarity + other.rarity,
            tells: self.tells.and(other.tells),
        }
    }

    /// Whether so few share the rarest of the keys that it says who it is.
    fn is_rare(self) -> bool {
        let records_max = if self.tells.is_much() {
            RARE_RECORDS_MAX
        } else {
            RARE_NAMESAKES_MAX
        };
        self.fewest <= records_max
    }
}

/// One hit for each record.
fn gathered(mut found: Vec<(i64, Hit)>) -> Vec<(i64, Hit)> {
    found.sort_by_key(|(id, _)| *id);
    found.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 = kept.1.and(next.1);
        }
        is_same
    });
    found
}

fn ids(hits: impl Iterator<Item = (i64, Hit)>, worth: Worth) -> Vec<i64> {
    let is_worth =
        |hit: &Hit| hit.keys >= KEYS_ALIKE_MIN && (worth == Worth::TwoKeys || hit.is_rare());
    let mut ids: Vec<(i64, Hit)> = hits.filter(|(_, hit)| is_worth(hit)).collect();
    ids.sort_by(|a, b| b.1.rarity.total_cmp(&a.1.rarity).then(a.0.cmp(&b.0)));
    let besides = match worth {
        Worth::TwoKeys => ids.partition_point(|(_, hit)| hit.is_number()),
        Worth::TwoKeysOneRare => 0,
    };
    ids.truncate(COMPARED_MAX.saturating_add(besides));
    // Who is like those who are alike is asked first.
    ids.rotate_left(besides);
    ids.into_iter().map(|(id, _)| id).collect()
}
