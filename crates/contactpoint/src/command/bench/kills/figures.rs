//! What a campaign of kills came to.

use std::collections::BTreeMap;
use std::fmt;

use directory::run::{Run, RunState};
use serde::Serialize;
use store::Compared;

use super::story::{LOADED, Step};
use crate::command::say::{grouped, table};

/// The figures of a campaign.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    children: u64,
    seed: u64,
    /// How many times the program was killed.
    pub kills: u64,
    /// How many directories were begun, killed and brought to their end.
    pub rounds: u64,
    /// Where it was killed.
    moments: BTreeMap<&'static str, u64>,
    /// How many records were compared, and rows that wait.
    compared: (u64, u64),
    /// Everything that was not as it would have been: must be empty.
    pub findings: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Figures {
    /// Of so many children of a seed.
    pub fn of(children: u64, seed: u64) -> Figures {
        Figures {
            children,
            seed,
            ..Figures::default()
        }
    }

    /// Counts a kill where it came.
    pub fn count_kill(&mut self, step: &Step, stands: (Option<&Run>, Option<&Run>)) {
        self.kills = self.kills.saturating_add(1);
        let count = self.moments.entry(moment(step, stands)).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts a directory that came to its end.
    pub fn count_round(&mut self, story: &str, compared: &Compared) {
        self.rounds = self.rounds.saturating_add(1);
        let (records, waiting) = self.compared;
        self.compared = (
            records.saturating_add(compared.records),
            waiting.saturating_add(compared.waiting),
        );
        if !compared.is_same() {
            self.find(story, &format!("round {}: {compared:?}", self.rounds));
        }
    }

    /// Notes what is not as it would have been.
    pub fn find(&mut self, at: &str, what: &str) {
        self.findings.push(format!("{at}: {what}"));
    }
}

/// In the middle of what a kill came, by how the run stood before and after it.
fn moment(step: &Step, (before, after): (Option<&Run>, Option<&Run>)) -> &'static str {
    if step.says != LOADED {
        return match after.map(|run| run.state) {
            Some(RunState::TakenBack) => "after a run was taken back",
            Some(_) => "taking a run back",
            None => step.name,
        };
    }
    let come = |run: &Run| (run.state, run.totals.read, run.rows);
    match (before.map(come), after.map(come)) {
        (_, Some((RunState::Done, ..))) => "after the end of a run",
        (_, Some((_, read, rows))) if read >= rows => "ending a run",
        (Some((_, earlier, _)), Some((_, read, _))) if earlier == read => {
            "checking the file once more"
        }
        (_, Some(_)) => "between and in batches",
        (_, None) if step.name.starts_with("a first load") => "a first load",
        (_, None) => "checking the file",
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (records, waiting) = self.compared;
        writeln!(
            f,
            "{} kills in {} directories of {} synthetic children (seed {}), {:.0} s; {} records and {} waiting rows compared\n",
            grouped(self.kills),
            grouped(self.rounds),
            grouped(self.children),
            self.seed,
            self.seconds,
            grouped(records),
            grouped(waiting)
        )?;
        let rows: Vec<Vec<String>> = self
            .moments
            .iter()
            .map(|(moment, kills)| vec![(*moment).to_owned(), grouped(*kills)])
            .collect();
        writeln!(f, "{}\n", table(&["killed", "times"], &rows))?;
        if self.findings.is_empty() {
            return write!(
                f,
                "Every directory is as it would have been: nothing lost, nothing twice, every ledger whole."
            );
        }
        for finding in &self.findings {
            writeln!(f, "FOUND: {finding}")?;
        }
        Ok(())
    }
}
