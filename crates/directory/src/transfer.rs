//! A child's move into another authority's area, and what the officers of both decide about it: only together do they make the other
//! authority responsible (L4).

use crate::access::Refusal;
use crate::account::{Actor, Role};
use crate::child::Child;
use crate::quiet::Quiet;
use crate::reason::Reason;
use crate::record::{Decided, Record, Shielding};
use crate::responsible::area;
use crate::text::AuthorityCode;
use crate::{Date, Timestamp};

/// The most steps of all its moves that a record holds: past it nobody proposes any more, and what is proposed is still answered.
pub const STEPS_MAX: usize = 200;

/// That a child's address is in the area of another authority than the responsible one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The responsible authority, out of whose area the child has moved.
    pub from: AuthorityCode,
    /// The authority in whose area the address is.
    pub to: AuthorityCode,
    /// Since when a source has said so without a break.
    pub since: Date,
}

/// One of the two authorities of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The responsible one, which would let go.
    Losing,
    /// The one that would become responsible.
    Gaining,
}

/// What one side does about a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Says yes, and asks the other side.
    Propose,
    /// Says yes too: the other authority is responsible from now on.
    Agree,
    /// Says no: the proposal is ended, and the other side reads so.
    Decline,
    /// Takes its own proposal back.
    Withdraw,
}

/// What an officer did about a move, as the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which move it is about: of another one it says nothing.
    pub of: Move,
    /// For which side.
    pub side: Side,
    /// What.
    pub act: Act,
}

/// How far the two sides are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has asked.
    Unasked,
    /// Somebody asked, and it no longer stands: the address, the shield or the record is another since.
    Lapsed,
    /// One side has said yes, and the other is asked.
    Proposed {
        /// Who has said yes.
        by: Side,
        /// When.
        at: Timestamp,
    },
    /// One side has said no.
    Declined {
        /// Who has.
        by: Side,
        /// When.
        at: Timestamp,
    },
}

/// A move, and how far the two sides are about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// The move.
    pub of: Move,
    /// How far.
    pub stage: Stage,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Losing, Side::Gaining];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::Losing => Side::Gaining,
            Side::Gaining => Side::Losing,
        }
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 4] = [Act::Propose, Act::Agree, Act::Decline, Act::Withdraw];

    /// The code used in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Act::Propose => "propose",
            Act::Agree => "agree",
            Act::Decline => "decline",
            Act::Withdraw => "withdraw",
        }
    }

    /// The act of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.code() == code)
    }
}

impl Move {
    /// The authority of a side.
    #[must_use]
    pub fn authority(&self, side: Side) -> &AuthorityCode {
        match side {
            Side::Losing => &self.from,
            Side::Gaining => &self.to,
        }
    }
}

impl Moving {
    /// That a child has moved out of the responsible authority's area, and how far the two sides are. `None`: the child has not, as far
    /// as is known. The child is the one of this record.
    #[must_use]
    pub fn of(record: &Record, child: &Child) -> Option<Moving> {
        let residence = child.residence.as_ref()?;
        let (from, to) = (
            child.responsible()?,
            residence.value.authority.as_ref().filter(|_| {
                // Who has no address, or has left England, is in no other area.
                residence.value.address().is_some()
            })?,
        );
        if from == to || record.merged_into().is_some() {
            return None;
        }
        let of = Move {
            from: from.clone(),
            to: to.clone(),
            // What only a sensitive service says is no move that could be told of without its day (R31).
            since: since(record, to).or(residence.provenance.last_confirmed)?,
        };
        let stage = stage(record, &of);
        Some(Moving { of, stage })
    }

    /// On which side somebody decides about it. `None`: to them there is no such move (X1, X2).
    ///
    /// Of an open child the data officers of the two authorities decide: they put its records right already, and who is responsible says
    /// whose data officers do so. Of a shielded child the shielding officers decide, who alone see behind the shield (C6); and to the
    /// gaining side's there is nothing to decide until the losing side's officer has offered the child, since that the address moved, and
    /// to where, is hidden.
    #[must_use]
    pub fn side(&self, actor: &Actor, shielding: Shielding) -> Option<Side> {
        let own = actor.authority()?;
        let role = match shielding {
            Shielding::None => Role::DataOfficer,
            Shielding::Shielded => Role::ShieldingOfficer,
        };
        let mut sides = Side::ALL.into_iter().filter(|_| actor.is(role));
        let side = sides.find(|side| self.of.authority(*side) == own)?;
        self.is_known_to(side, shielding).then_some(side)
    }

    /// Whether officers of a side know of it.
    #[must_use]
    pub fn is_known_to(&self, side: Side, shielding: Shielding) -> bool {
        let offered = matches!(
            self.stage,
            Stage::Proposed {
                by: Side::Losing,
                ..
            }
        );
        side == Side::Losing || shielding == Shielding::None || offered
    }

    /// Whether a side is asked for its answer.
    #[must_use]
    pub fn asks(&self, side: Side) -> bool {
        matches!(self.stage, Stage::Proposed { by, .. } if by != side)
    }

    /// What a side may do.
    #[must_use]
    pub fn acts(&self, side: Side) -> &'static [Act] {
        match self.stage {
            Stage::Unasked | Stage::Lapsed | Stage::Declined { .. } => &[Act::Propose],
            Stage::Proposed { by, .. } if by == side => &[Act::Withdraw],
            Stage::Proposed { .. } => &[Act::Agree, Act::Decline],
        }
    }
}

/// For which reason moves are decided.
#[must_use]
pub fn transfer_reason(shielding: Shielding) -> Reason {
    match shielding {
        Shielding::None => Reason::DataQuality,
        Shielding::Shielded => Reason::ShieldDecision,
    }
}

/// What an officer does about a move, as a decision on its record.
///
/// # Errors
/// [`Refusal::AlreadySo`]: there is nothing of the kind to decide for this person, or no longer, for whatever cause;
/// [`Refusal::NotPermitted`]: the same person proposed it, and nobody is both sides; [`Refusal::DoesNotFit`]: the record holds
/// [`STEPS_MAX`] steps already.
pub fn transfer(
    (record, child): (&Record, &Child),
    actor: &Actor,
    act: Act,
) -> Result<Step, Refusal> {
    let moving = Moving::of(record, child).ok_or(Refusal::AlreadySo)?;
    let side = moving.side(actor, child.shielding);
    let side = side.ok_or(Refusal::AlreadySo)?;
    if !moving.acts(side).contains(&act) {
        return Err(Refusal::AlreadySo);
    }
    if act == Act::Propose && steps(record) >= STEPS_MAX {
        return Err(Refusal::DoesNotFit);
    }
    let proposer = record.passed().last.and_then(|last| last.by);
    if act == Act::Agree && proposer == Some(actor.account()) {
        return Err(Refusal::NotPermitted);
    }
    Ok(Step {
        of: moving.of,
        side,
        act,
    })
}

fn steps(record: &Record) -> usize {
    let decided = record.decisions.iter();
    decided
        .filter(|one| matches!(one.decided, Decided::Transfer(_)))
        .count()
}

fn stage(record: &Record, of: &Move) -> Stage {
    let Some(last) = record.passed().last else {
        return Stage::Unasked;
    };
    let (by, at) = (last.step.side, last.at);
    let stands = !last.lapsed && last.step.of == *of;
    match last.step.act {
        Act::Propose if stands => Stage::Proposed { by, at },
        Act::Propose => Stage::Lapsed,
        Act::Decline if stands => Stage::Declined { by, at },
        Act::Decline | Act::Withdraw | Act::Agree => Stage::Unasked,
    }
}

/// Since when a source has said without a break that the child lives in an area.
fn since(record: &Record, to: &AuthorityCode) -> Option<Date> {
    let said = || record.standing().filter(|one| area(one) == Some(to));
    let suppliers = Quiet::of(record);
    let loud = said().filter(|one| !suppliers.holds(&one.source));
    let days = loud.map(|standing| {
        let earlier = record.statements.iter().rev();
        let own = earlier.filter(|one| one.source == standing.source && !one.is_taken_back());
        let unbroken = own.take_while(|one| area(one) == Some(to));
        let first = unbroken.map(|one| one.first_confirmed).min();
        first.unwrap_or(standing.first_confirmed)
    });
    days.min()
}

#[cfg(test)]
#[path = "transfer_tests.rs"]
mod tests;
