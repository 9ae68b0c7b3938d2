//! A shielded child for whom no authority is responsible: two shielding officers of one authority take the child on for it.
//!
//! A feed cannot allocate such a child: whatever may be of a shielded child is held, for the officers of an authority that there is not.
//! Responsibility never passes by one person's word (L4), and whoever is responsible sees behind the shield (C6): so two say it. They are
//! answered the same whether or not somebody is responsible already, since that is hidden (X1).

use crate::access::{Refusal, may_shield};
use crate::account::{AccountId, Actor};
use crate::record::{Author, Decided, Record, Shielding};
use crate::text::AuthorityCode;
use crate::{Now, Timestamp};

/// For how long an officer's word waits for a second one, in days.
pub const WORD_DAYS: i64 = 30;
const HOURS_A_DAY: i64 = 24;

/// Whose word that their authority takes a child on waits for a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nobody's of the authority.
    Nobodys,
    /// The person's own.
    Own(Timestamp),
    /// Somebody else's of the same authority.
    Colleagues(Timestamp),
}

/// Which of the two an officer was. Nothing in it says whether anybody was responsible before (X1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The first: another officer of the authority has to say so too.
    First,
    /// The second.
    Second,
}

/// Whose word of the person's authority stands for a record.
#[must_use]
pub fn word(record: &Record, actor: &Actor, now: Now) -> Word {
    let Some(authority) = actor.authority() else {
        return Word::Nobodys;
    };
    let standing = standing(record, authority, now);
    let others = standing.iter().find(|(by, _)| *by != actor.account());
    let own = standing.iter().find(|(by, _)| *by == actor.account());
    match (others, own) {
        (Some((_, at)), _) => Word::Colleagues(*at),
        (None, Some((_, at))) => Word::Own(*at),
        (None, None) => Word::Nobodys,
    }
}

/// What an officer's word does to a shielded record, as a decision on it, and which of the two it is.
///
/// Words of other authorities, and those that wait no longer, count for nothing: by a limit on them an officer would learn that others tried
/// (X1). An officer adds one word in [`WORD_DAYS`], so a record does not fill with them.
///
/// # Errors
/// [`Refusal::NotPermitted`]: the person is no shielding officer of an authority; [`Refusal::AlreadySo`]: the record is not shielded, as
/// an open child is allocated by the next address that a source gives, or the person has said so already, or theirs is responsible.
pub fn take_on(record: &Record, actor: &Actor, now: Now) -> Result<(Decided, Said), Refusal> {
    may_shield(actor)?;
    let authority = actor.authority().ok_or(Refusal::NotPermitted)?;
    let responsible = record.responsible();
    if record.shielding() != Shielding::Shielded || record.merged_into().is_some() {
        return Err(Refusal::AlreadySo);
    }
    if responsible.as_ref() == Some(authority) {
        return Err(Refusal::AlreadySo);
    }
    let offered = || Decided::Offered(authority.clone());
    match word(record, actor, now) {
        Word::Own(_) => Err(Refusal::AlreadySo),
        Word::Colleagues(_) if responsible.is_none() => {
            Ok((Decided::Allocated(authority.clone()), Said::Second))
        }
        // Had nobody been responsible, theirs would be by now: it is so already then too.
        Word::Colleagues(_) if has_said(record, (actor, authority), now) => Err(Refusal::AlreadySo),
        Word::Colleagues(_) => Ok((offered(), Said::Second)),
        Word::Nobodys => Ok((offered(), Said::First)),
    }
}

impl Record {
    /// Makes the authority of whoever shields a child responsible where nobody is: a shield is decided on by the responsible authority's
    /// officers (C6), and behind it no feed allocates any more. Gives whether it did.
    pub fn take_charge(&mut self, actor: &Actor, now: Now) -> bool {
        let Some(authority) = actor.authority().filter(|_| self.responsible().is_none()) else {
            return false;
        };
        let by = Author::Account(actor.account());
        self.decide(by, now, Decided::Allocated(authority.clone()));
        true
    }
}

/// The words of an authority's officers that wait for a second one: none from before the shield, a merger or a split.
fn standing(record: &Record, authority: &AuthorityCode, now: Now) -> Vec<(AccountId, Timestamp)> {
    let since = now.at.checked_sub(jiff::SignedDuration::from_hours(
        WORD_DAYS.saturating_mul(HOURS_A_DAY),
    ));
    let since = since.unwrap_or(Timestamp::MIN);
    let mut words = Vec::new();
    for decision in record.own_decisions() {
        match (&decision.decided, &decision.by) {
            (Decided::Offered(of), Author::Account(by)) if of == authority => {
                words.push((*by, decision.at));
            }
            (
                Decided::ShieldPlaced(_)
                | Decided::ShieldLifted
                | Decided::Allocated(_)
                | Decided::Merged(_)
                | Decided::MergedInto(_)
                | Decided::MergeUndone(_)
                | Decided::Split(_)
                | Decided::SplitFrom(_)
                | Decided::SplitUndone(_),
                _,
            ) => words.clear(),
            _ => {}
        }
    }
    words.retain(|(_, at)| *at >= since);
    words
}

/// Whether a word of the officer's own waits.
fn has_said(record: &Record, (actor, authority): (&Actor, &AuthorityCode), now: Now) -> bool {
    let standing = standing(record, authority, now);
    standing.iter().any(|(by, _)| *by == actor.account())
}

#[cfg(test)]
#[path = "take_on_tests.rs"]
mod tests;
