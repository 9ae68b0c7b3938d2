//! The judgement of a run by the truth, for people and for programs.

use std::fmt;

use matching::link::Rates;
use serde::Serialize;

use super::groups::GroupFigures;
use super::judge::PRECISION_HIGH;
use crate::command::say::{grouped, table};

/// The judgement.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// Records whose person is known; only they are judged.
    pub records: u64,
    /// The people they are of.
    pub people: u64,
    /// At the threshold that was set without the truth.
    pub operating: At,
    /// At the threshold with the best F1 of pairs.
    pub best_for_pairs: At,
    /// At the threshold with the best F1 of clusters.
    pub best_for_clusters: At,
    /// At the threshold with the best recall among those at which [`PRECISION_HIGH`] of pairs are right. `None`: there is none.
    pub precise: Option<At>,
    /// True pairs that were not found.
    pub unfound: Option<Unfound>,
    /// Errors by group.
    pub groups: Vec<GroupFigures>,
    /// The same at the threshold of `precise`.
    pub groups_precise: Vec<GroupFigures>,
}

/// Quality at a threshold.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct At {
    /// The threshold.
    pub bits: f32,
    /// Pairs of records in one cluster.
    pub pairs: Figures,
    /// Clusters that hold all records of one person, and no other.
    pub clusters: Figures,
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Figures {
    /// Share of what was found that is right.
    pub precision: f64,
    /// Share of what is right that was found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// True pairs that are not among the pairs worth a look.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Unfound {
    /// All pairs of records of one person.
    pub true_pairs: u64,
    /// Those that are not among the pairs worth a look.
    pub unfound: u64,
    /// Of these, those within a file whose rows were said to be distinct people: they are never compared.
    pub ruled_out: u64,
    /// Those that blocking lost: they met in no block, and were not compared, whatever they would have scored.
    pub lost_by_blocking: u64,
    /// The others: they were compared, and score below the review threshold.
    pub scored_too_low: u64,
}

impl From<Rates> for Figures {
    fn from(rates: Rates) -> Figures {
        Figures {
            precision: rates.precision(),
            recall: rates.recall(),
            f1: rates.f1(),
        }
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (records, people) = (grouped(self.records), grouped(self.people));
        writeln!(
            f,
            "Judged by the truth: {records} records of {people} people"
        )?;
        writeln!(f, "{}", self.threshold_table())?;
        if let Some(unfound) = &self.unfound {
            let Unfound {
                true_pairs,
                unfound,
                ruled_out,
                lost_by_blocking,
                scored_too_low,
            } = *unfound;
            let [true_pairs, unfound, lost, low] =
                [true_pairs, unfound, lost_by_blocking, scored_too_low].map(grouped);
            let ruled_out = match ruled_out {
                0 => String::new(),
                count => format!("; {} stand in one file of distinct rows", grouped(count)),
            };
            writeln!(
                f,
                "{unfound} of {true_pairs} true pairs are not among those worth a look: {lost} met in no block and were not compared, {low} were compared and score too low{ruled_out}"
            )?;
        }
        if !self.groups.is_empty() {
            writeln!(f, "\n{}", self.group_table())?;
        }
        Ok(())
    }
}

impl Judgement {
    fn threshold_table(&self) -> String {
        let row = |name: &str, at: &At| {
            let both = [at.pairs, at.clusters].into_iter();
            let figures = both.flat_map(|it| [it.precision, it.recall, it.f1]);
            let shown = figures.map(|figure| format!("{figure:.5}"));
            let begun = [name.to_owned(), format!("{:.1}", at.bits)];
            begun.into_iter().chain(shown).collect::<Vec<String>>()
        };
        let mut rows = vec![
            row("operating", &self.operating),
            row("best for pairs", &self.best_for_pairs),
            row("best for clusters", &self.best_for_clusters),
        ];
        let percent = 100.0 * PRECISION_HIGH;
        let most = format!("most found with {percent:.1} % of pairs right");
        match &self.precise {
            Some(precise) => rows.push(row(&most, precise)),
            None => rows.push(vec![format!("{most}: at none")]),
        }
        let headings = [
            "threshold",
            "bits",
            "pairs: precision",
            "recall",
            "F1",
            "clusters: precision",
            "recall",
            "F1",
        ];
        table(&headings, &rows)
    }

    fn group_table(&self) -> String {
        let between = |share: f64, [low, high]: [f64; 2]| {
            let [share, low, high] = [share, low, high].map(|it| 100.0 * it);
            format!("{share:.3} ({low:.2} to {high:.2})")
        };
        let missed =
            |share: f64, [low, high]: [f64; 2]| between(1.0 - share, [1.0 - high, 1.0 - low]);
        let row = |it: &GroupFigures| {
            let mut precise = self.groups_precise.iter();
            let precise = precise.find(|other| other.group == it.group);
            let shares = [
                between(it.whole, it.whole_between),
                missed(it.recall, it.recall_between),
                missed(it.precision, it.precision_between),
                precise.map_or_else(String::new, |it| {
                    format!("{:.3}", 100.0 * (1.0 - it.recall))
                }),
            ];
            [it.group.clone(), grouped(it.people)]
                .into_iter()
                .chain(shares)
                .collect()
        };
        let precise = format!("missed % with {:.1} % right", 100.0 * PRECISION_HIGH);
        let rows: Vec<Vec<String>> = self.groups.iter().map(row).collect();
        table(
            &[
                "group",
                "people",
                "whole %",
                "pairs missed %",
                "pairs wrong %",
                &precise,
            ],
            &rows,
        )
    }
}
