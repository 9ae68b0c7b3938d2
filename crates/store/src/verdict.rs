//! What becomes of a row by the records it was weighed against: it is of one of them, of nobody, or a person decides.

use matching::link::LEAD_BITS;

use crate::matching_model::Thresholds;
use crate::portrayed::Likened;
use crate::review_area::thousandths;

/// A known child that a row was weighed against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) id: i64,
    pub(crate) likened: Likened,
    /// The same supplier, who has one row for every child, speaks of this child under another key.
    pub(crate) is_other_row: bool,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It is of this child.
    Link(i64),
    /// It is of nobody who is known.
    New,
    /// It may be of one of these, the likeliest first.
    Review(Vec<i64>),
}

/// How sure it must be before a row joins a record by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joins {
    /// By what speaks for it, however little agrees exactly.
    ByLikeness,
    /// By exact identity or a strong identifier only: a sensitive service's word on the wrong record cannot be unsaid (R31).
    ExactlyOnly,
}

impl Standing {
    /// Whether it is worth asking a person about.
    fn is_plausible(&self, thresholds: &Thresholds) -> bool {
        let likened = &self.likened;
        if self.is_other_row && likened.numbers_differ && !likened.is_identical {
            // Its supplier has two children here, with two numbers: twins, however like their names.
            return false;
        }
        // Other names at one address on one birthday, as in a children's home, are other children.
        let is_likely = likened.bits >= thresholds.review_bits && !likened.is_another;
        is_likely || likened.shares_number || likened.is_identical
    }

    /// Whether something speaks against it that no likeness outweighs.
    fn is_contradicted(&self) -> bool {
        let likened = &self.likened;
        let exactly = likened.is_identical || likened.shares_number;
        likened.numbers_differ
            || likened.shares_number && likened.is_another
            || (self.is_other_row || likened.is_household) && !exactly
    }

    fn joins(&self, joins: Joins, thresholds: &Thresholds) -> bool {
        let likened = &self.likened;
        let exactly = likened.is_identical || likened.shares_number;
        likened.bits >= thresholds.link_bits
            && !self.is_contradicted()
            && (joins == Joins::ByLikeness || exactly)
    }
}

/// Decides. Of two children about as probable neither is taken, and a contradiction never links by itself.
pub(crate) fn decide(
    mut standings: Vec<Standing>,
    joins: Joins,
    thresholds: &Thresholds,
) -> Verdict {
    standings.retain(|standing| standing.is_plausible(thresholds));
    standings.sort_by(|one, other| {
        let (one_bits, other_bits) = (one.likened.bits, other.likened.bits);
        other_bits.total_cmp(&one_bits).then(one.id.cmp(&other.id))
    });
    let Some(first) = standings.first() else {
        return Verdict::New;
    };
    let leads = standings
        .get(1)
        .is_none_or(|next| first.likened.bits - next.likened.bits >= LEAD_BITS);
    if leads && first.joins(joins, thresholds) {
        return Verdict::Link(first.id);
    }
    Verdict::Review(standings.iter().map(|standing| standing.id).collect())
}

/// Whether a row is held for a shielded child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hold {
    /// It is not of the child.
    No,
    /// It is like what waits behind the shield, and hardly of the child.
    NearWaiting,
    /// It may be of the child.
    Yes,
}

/// How far a row may be of a shielded child. `is_open`: its own key places it on an open record, and only more than a twin's
/// likeness holds it.
pub(crate) fn is_held(likened: &Likened, is_open: bool, thresholds: &Thresholds) -> Hold {
    let is_same = likened.is_identical && !likened.numbers_differ;
    let may_be = !is_open || likened.is_namesake;
    if is_same || may_be && likened.widest_bits >= thresholds.guarded_bits {
        Hold::Yes
    } else if may_be && likened.nearest_bits >= thresholds.guarded_bits {
        Hold::NearWaiting
    } else {
        Hold::No
    }
}

/// Whether a row's being weighed against a child can come to anything but that it is another: what has to be decided again when
/// what either says is taken back.
pub(crate) fn may_be_decided(likened: &Likened, thresholds: &Thresholds) -> bool {
    likened.nearest_bits >= thresholds.guarded_bits
        || likened.bits >= thresholds.review_bits
        || likened.is_identical
        || likened.shares_number
}

/// Whether two records may be of one child, so that a shield on one must cover the other (F1).
pub(crate) fn is_duplicate(likened: &Likened, thresholds: &Thresholds) -> bool {
    let is_likely = likened.widest_bits >= thresholds.guarded_bits;
    let shares = likened.shares_number && !likened.is_another;
    likened.is_identical
        || shares
        || likened.bits >= thresholds.link_bits
        || is_likely && likened.is_namesake
}

/// Why two records may be of one child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspectedBy {
    /// Both have the same number of another body.
    Number,
    /// Word for word a source says the same of both.
    Identity,
    /// By all that they say, it is likely enough that a person is asked.
    Likeness,
}

/// Why two open records may be of one child, so that a person is asked as of a row. `None`: they hardly are. Numbers that differ, and what
/// only a household shares, speak for two children: twins, or brothers and sisters.
pub(crate) fn suspected(likened: &Likened, thresholds: &Thresholds) -> Option<SuspectedBy> {
    let is_likely = likened.bits >= thresholds.review_bits && !likened.is_another;
    let is_two = likened.numbers_differ || likened.is_household;
    if likened.shares_number {
        Some(SuspectedBy::Number)
    } else if likened.is_identical {
        Some(SuspectedBy::Identity)
    } else {
        (is_likely && !is_two).then_some(SuspectedBy::Likeness)
    }
}

/// How likely two records are of one child, beside others that may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Likelihood {
    /// Names and birth do not say that they are two people: such a number more probably stands on one of them by mistake.
    is_like: bool,
    /// log2 of the odds, in thousandths of a bit.
    thousandths: i64,
}

impl Likelihood {
    pub(crate) fn of(likened: &Likened) -> Likelihood {
        Likelihood {
            is_like: !likened.is_another,
            thousandths: thousandths(likened.bits),
        }
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
