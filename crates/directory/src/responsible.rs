//! Which authority is responsible for a record: the first known address allocates it, and from then on it passes only by the agreement
//! of both authorities (L4).
//!
//! All of it is computed from the record: what sources said, in the order in which it came, and what officers decided. A feed that is
//! taken back leaves what would have been without it; an agreement, being people's, stays.

use crate::account::AccountId;
use crate::quiet::Quiet;
use crate::record::{Author, Decided, Record};
use crate::statement::{Said, Statement};
use crate::text::AuthorityCode;
use crate::transfer::{Act, Step};
use crate::{Now, Timestamp};

/// What the decisions of a record say of who is responsible.
#[derive(Default)]
pub(crate) struct Passed {
    responsible: Option<AuthorityCode>,
    pub(crate) last: Option<Last>,
}

/// The last step of which nothing has come yet.
pub(crate) struct Last {
    pub(crate) step: Step,
    pub(crate) by: Option<AccountId>,
    pub(crate) at: Timestamp,
    /// Whether the record was shielded, unshielded, joined or parted since.
    pub(crate) lapsed: bool,
}

impl Record {
    /// The authority responsible for the record (R86). `None`: nobody has said where the child lives.
    ///
    /// The first address that names an authority allocates. What a sensitive service's own system says allocates only while nobody else
    /// has named the child, because nobody may be told of it (R31, X13); what a feed said that was taken back allocates nothing.
    #[must_use]
    pub fn responsible(&self) -> Option<AuthorityCode> {
        self.passed().responsible.or_else(|| {
            let said = || self.statements.iter().filter(|one| !one.is_taken_back());
            let suppliers = Quiet::of(self);
            let loud = said().filter(|one| !suppliers.holds(&one.source));
            let mut addresses = loud.clone().filter_map(area);
            let quiet = || match loud.clone().any(names_a_child) {
                true => None,
                false => said().find_map(area),
            };
            addresses.next().or_else(quiet).cloned()
        })
    }

    /// What its decisions say of who is responsible.
    pub(crate) fn passed(&self) -> Passed {
        let mut passed = Passed::default();
        for decision in self.own_decisions() {
            let by = match &decision.by {
                Author::Account(account) => Some(*account),
                Author::Supplier(_) | Author::Directory => None,
            };
            match &decision.decided {
                Decided::Allocated(authority) => passed.responsible = Some(authority.clone()),
                Decided::Transfer(step) => passed.take(step, (by, decision.at)),
                Decided::ShieldPlaced(_)
                | Decided::ShieldLifted
                | Decided::Merged(_)
                | Decided::MergedInto(_)
                | Decided::MergeUndone(_)
                | Decided::Split(_)
                | Decided::SplitFrom(_)
                | Decided::SplitUndone(_) => passed.lapse(),
                _ => {}
            }
        }
        passed
    }

    /// Keeps an authority responsible, whatever the statements say now: a merger or a split moves statements, never responsibility.
    pub(crate) fn keep_responsible(
        &mut self,
        authority: Option<AuthorityCode>,
        (by, now): (&Author, Now),
    ) {
        if let Some(authority) = authority
            && self.responsible().as_ref() != Some(&authority)
        {
            self.decide(by.clone(), now, Decided::Allocated(authority));
        }
    }
}

impl Passed {
    /// Responsibility passes when the other side agrees to what one side proposed of the same move, and not the same person: no other
    /// way leads there.
    fn take(&mut self, step: &Step, (by, at): (Option<AccountId>, Timestamp)) {
        if step.act != Act::Agree {
            self.last = Some(Last {
                step: step.clone(),
                by,
                at,
                lapsed: false,
            });
            return;
        }
        let agreed = self.last.as_ref().is_some_and(|last| {
            let proposed = last.step.act == Act::Propose && !last.lapsed;
            let other = last.step.side == step.side.other() && last.by != by && by.is_some();
            proposed && other && last.step.of == step.of
        });
        if agreed {
            self.responsible = Some(step.of.to.clone());
            self.last = None;
        }
    }

    fn lapse(&mut self) {
        if let Some(last) = &mut self.last {
            last.lapsed = true;
        }
    }
}

/// The authority in whose area a statement has the child live.
pub(crate) fn area(statement: &Statement) -> Option<&AuthorityCode> {
    match &statement.said {
        Said::Particulars(said) => said.residence.as_ref()?.authority.as_ref(),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

fn names_a_child(statement: &Statement) -> bool {
    matches!(&statement.said, Said::Particulars(said) if said.name.is_some())
}
