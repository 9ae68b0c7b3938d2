//! What a supplier is told of what it sent. All of it follows from what was sent, now and before, and from the lists of services and places alone,
//! and nothing from who is in the directory: it is the same bytes whether or not a row met a shielded child (X2).
//!
//! So a row is told to be accepted or refused, and never that it said nothing new or waits for a person: of a row that is sent again
//! after its child was shielded, or that is nearly a shielded child's, those words differ from what they would be of any other child. Nor is it told how many met a known child
//! and how many made a new one: a file of one row would ask whether a child is in the directory.

use directory::run::Ends;
use serde::Serialize;

use crate::supply::{Fault, FaultKind, Grade, Mapping, Summary, example};

/// What is told of a file.
#[derive(Serialize)]
pub(super) struct Report {
    rows: Counts,
    /// What the file ends, by the supplier's own keys in this file and those before it. `null`: nothing is taken.
    ends: Option<Ending>,
    kinds: Vec<Kind>,
    faults: Vec<FaultLine>,
}

/// How many rows.
#[derive(Serialize)]
pub(super) struct Counts {
    read: u64,
    accepted: u64,
    refused: u64,
    without_involvement: u64,
    queries: u64,
}

#[derive(Serialize)]
struct Kind {
    grade: &'static str,
    column: Option<String>,
    what: &'static str,
    wrong: &'static str,
    rule: &'static str,
    fix: &'static str,
    count: u64,
}

/// What is told of a fault: never the value.
#[derive(Serialize)]
pub(super) struct FaultLine {
    line: u64,
    /// Which of the rows it is, from 1. `null`: it stands beside them.
    row: Option<u64>,
    grade: &'static str,
    column: Option<String>,
    what: &'static str,
    wrong: String,
    rule: &'static str,
    fix: &'static str,
    example: Option<String>,
}

impl Report {
    /// What is told of what was read.
    pub(super) fn of(summary: &Summary, mapping: &Mapping) -> Report {
        let kinds = summary.by_kind.iter();
        Report {
            rows: Counts::of(summary),
            ends: None,
            kinds: kinds.map(|(kind, count)| Kind::of(kind, *count)).collect(),
            faults: summary
                .shown
                .iter()
                .map(|fault| FaultLine::of(fault, mapping))
                .collect(),
        }
    }
}

/// How much a file ends, or would.
#[derive(Serialize)]
struct Ending {
    children: u64,
    involvements: u64,
}

impl Report {
    /// With what the file ends.
    pub(super) fn ending(self, ends: Option<Ends>) -> Report {
        let ends = ends.map(|ends| Ending {
            children: ends.children,
            involvements: ends.involvements,
        });
        Report { ends, ..self }
    }
}

impl Counts {
    fn of(summary: &Summary) -> Counts {
        Counts {
            read: summary.read,
            accepted: summary.read.saturating_sub(summary.refused),
            refused: summary.refused,
            without_involvement: summary.involvements_refused,
            queries: summary.queries,
        }
    }
}

impl Kind {
    fn of(kind: &FaultKind, count: u64) -> Kind {
        Kind {
            grade: word(kind.grade),
            column: kind.column.as_deref().map(ToOwned::to_owned),
            what: kind.what,
            wrong: kind.words,
            rule: kind.rule,
            fix: kind.fix,
            count,
        }
    }
}

impl FaultLine {
    /// What is told of a fault.
    pub(super) fn of(fault: &Fault, mapping: &Mapping) -> FaultLine {
        let good = example(fault, mapping);
        FaultLine {
            line: fault.line,
            row: fault.row,
            grade: word(fault.grade),
            column: fault.column.as_deref().map(ToOwned::to_owned),
            what: fault.what,
            wrong: fault.complaint.words().to_owned(),
            rule: fault.complaint.rule(),
            fix: fault.complaint.fix(),
            example: (!good.is_empty()).then_some(good),
        }
    }

    /// What is told of a row, by its number among those that were sent, that is nothing the mapping describes.
    pub(super) fn of_refusal(line: u64, refusal: &str) -> FaultLine {
        FaultLine {
            line,
            row: Some(line),
            grade: word(Grade::Error),
            column: None,
            what: "row",
            wrong: refusal.to_owned(),
            rule: "R80",
            fix: "send the columns that were agreed, each once, with texts or numbers in them",
            example: None,
        }
    }
}

fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::Error => "error",
        Grade::Query => "query",
    }
}
