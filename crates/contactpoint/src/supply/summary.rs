//! How much of a file was read, taken and refused, and what to do about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use directory::involvement::Period;
use directory::statement::Said;
use directory::supplied::{Outcome, Row};

use super::batch::Batch;
use super::fault::Fault;
use super::grade::Grade;
use super::limit::FAULTS_SHOWN_MAX;

/// How much of a file was read, taken and refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows read.
    pub read: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows that said nothing new.
    pub unchanged: u64,
    /// Rows that wait for a person to decide.
    pub waiting: u64,
    /// Rows refused.
    pub refused: u64,
    /// Rows taken without the involvement they tell of.
    pub involvements_refused: u64,
    /// Involvements that have ended, as the rows say.
    pub ended: u64,
    /// Children whom their supplier no longer knows, as the rows say.
    pub left: u64,
    /// Values left out of rows that were taken, and other queries.
    pub queries: u64,
    /// Whether any row was not taken and may be of a sensitive service, or takes a consent back: nothing of it is to be kept (R28).
    pub withheld: bool,
    /// Bytes read.
    pub bytes: u64,
    /// How often each kind of fault was found.
    pub by_kind: BTreeMap<FaultKind, u64>,
    /// The first [`FAULTS_SHOWN_MAX`] faults with their lines, refusals before queries.
    pub shown: Vec<Fault>,
}

/// A kind of fault: everything of it but the line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultKind {
    /// What it cost.
    pub grade: Grade,
    /// The column.
    pub column: Option<Arc<str>>,
    /// The kind of value.
    pub what: &'static str,
    /// What is wrong, in words.
    pub words: &'static str,
    /// The rule.
    pub rule: &'static str,
    /// What to do.
    pub fix: &'static str,
}

impl Summary {
    /// Counts a batch that was read.
    pub fn count_batch(&mut self, batch: &Batch) {
        self.read = self.read.saturating_add(batch.read);
        self.refused = self.refused.saturating_add(batch.refused);
        self.withheld |= batch.withheld;
        self.bytes = batch.bytes;
        let ended = batch.rows.iter().filter(|row| says_ended(row)).count();
        let ended = u64::try_from(ended).unwrap_or(u64::MAX);
        self.ended = self.ended.saturating_add(ended);
        let left = batch.rows.iter().filter(|row| row.is_leaving()).count();
        self.left = self
            .left
            .saturating_add(u64::try_from(left).unwrap_or(u64::MAX));
        let errors = batch
            .faults
            .iter()
            .filter(|fault| fault.grade == Grade::Error);
        let mut faulty: Vec<(u64, Option<u64>)> =
            errors.map(|fault| (fault.line, fault.row)).collect();
        faulty.dedup();
        let faulty = u64::try_from(faulty.len()).unwrap_or(u64::MAX);
        let kept_in_part = faulty.saturating_sub(batch.refused);
        self.involvements_refused = self.involvements_refused.saturating_add(kept_in_part);
        for fault in &batch.faults {
            self.count_fault(fault);
        }
    }

    /// Counts what became of rows.
    pub fn count_outcomes(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let count = match outcome {
                Outcome::Accepted => &mut self.accepted,
                Outcome::Unchanged => &mut self.unchanged,
                Outcome::Waiting => &mut self.waiting,
                // A refused row, counted as one when it was read.
                Outcome::TakenBack => continue,
            };
            *count = count.saturating_add(1);
        }
    }

    /// Whether something is to be put right at the source.
    #[must_use]
    pub fn has_faults(&self) -> bool {
        !self.by_kind.is_empty()
    }

    fn count_fault(&mut self, fault: &Fault) {
        if fault.grade == Grade::Query {
            self.queries = self.queries.saturating_add(1);
        }
        let count = self.by_kind.entry(FaultKind::of(fault)).or_insert(0);
        *count = count.saturating_add(1);
        let is_first = self.shown.len() < FAULTS_SHOWN_MAX;
        if is_first {
            self.shown.push(fault.clone());
        } else if fault.grade == Grade::Error
            && let Some(query) = self
                .shown
                .iter_mut()
                .rev()
                .find(|shown| shown.grade == Grade::Query)
        {
            *query = fault.clone();
        }
    }
}

/// Whether a row tells of an involvement that has ended. Of a sensitive one nothing is ever counted.
fn says_ended(row: &Row) -> bool {
    row.also.iter().any(|(_, said)| match said {
        Said::Involvement(said) => matches!(said.period, Period::Ended { .. }),
        _ => false,
    })
}

impl FaultKind {
    /// The kind of a fault.
    pub(super) fn of(fault: &Fault) -> FaultKind {
        FaultKind {
            grade: fault.grade,
            column: fault.column.clone(),
            what: fault.what,
            words: fault.complaint.words(),
            rule: fault.complaint.rule(),
            fix: fault.complaint.fix(),
        }
    }
}
