//! A supply run: one file of one supplier on its way into the directory, and what became of it.

use crate::account::AccountId;
use crate::supplied::Supplier;
use crate::{Date, Timestamp};

/// A run, by its number. They are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// What a file is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Every child the supplier knows: whoever is not in it is no longer known to the supplier.
    Full,
    /// What is new and what has changed.
    #[default]
    Delta,
}

/// Where a run stands. A file that is still being checked is no run yet: an interrupted check leaves nothing behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Nothing of it was applied: a person must look at it first.
    Held,
    /// A person let it go on; it does when its file is loaded again.
    Released,
    /// It is being applied, or was interrupted: loading its file again goes on after the last whole part.
    Running,
    /// A person stopped it after a whole batch.
    Paused,
    /// It was applied to its end.
    Done,
    /// The directory is what it would have been without it.
    TakenBack,
}

/// Why a run is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WhyHeld {
    /// A full file that no longer names so many of the supplier's own keys, of so many.
    Ends {
        /// Keys of children that would end.
        ended: u64,
        /// Keys of children that stood before.
        of: u64,
    },
    /// A file after which so many involvements would have ended, of so many that have not.
    EndsInvolvements {
        /// Keys of involvements that would end: that are not in a full file, or bear an end for the first time.
        ended: u64,
        /// Keys of involvements that stood before and bore no end.
        of: u64,
    },
    /// Many of its rows bear a restriction that was not agreed, or far more of them a restriction than ever: it would shield their
    /// children. How many is not kept: it would count children whom their source protects (C20).
    Restricts,
    /// It has far fewer rows than the supplier's last run of the same reach.
    Shrinks {
        /// Its rows.
        rows: u64,
        /// Those of the last.
        before: u64,
    },
    /// It has far more.
    Grows {
        /// Its rows.
        rows: u64,
        /// Those of the last.
        before: u64,
    },
    /// A full file of an earlier day than one that is done.
    Early {
        /// The day of the newest.
        newest: Date,
    },
}

/// How a run was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applied {
    /// With a journal, so that it can be taken back.
    InBatches,
    /// In the first load of an empty directory, without a journal: it cannot be taken back.
    InFirstLoad,
}

/// Whose act a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunBy {
    /// Somebody at the command line of the machine.
    Operator,
    /// The supplier, at its door.
    Supplier,
    /// Somebody with an account.
    Account(AccountId),
}

/// What became of a run's rows so far. Those held for a shield count as they would for any other child (X2): as
/// accepted, or as waiting when they name nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTotals {
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
    /// Rows taken that made a new child. `None`: of a run from before they were counted.
    pub new: Option<u64>,
    /// What the whole file ends. `None`: of a run from before it was counted.
    pub ends: Option<Ends>,
    /// Whether many of the file's rows bear a restriction (C20).
    pub restricts: bool,
}

/// What a file ends, or would: counted by the supplier's own keys in its files alone, and by nothing of any record (X2). What ends because
/// a consent has is not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Children whom a full file no longer names.
    pub children: u64,
    /// Involvements that a full file no longer names, or that bear an end for the first time.
    pub involvements: u64,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// Whose file it is.
    pub supplier: Supplier,
    /// The name of the mapping it was read by.
    pub mapping: String,
    /// What the file is of.
    pub reach: Reach,
    /// How it was applied.
    pub applied: Applied,
    /// The day on which the supplier drew the file.
    pub extracted: Date,
    /// Where it stands.
    pub state: RunState,
    /// Why it is, or was, held.
    pub held: Option<WhyHeld>,
    /// When it began.
    pub began: Timestamp,
    /// When it was done.
    pub ended: Option<Timestamp>,
    /// Whose act it is.
    pub by: RunBy,
    /// How many rows the file has.
    pub rows: u64,
    /// What became of those that were applied.
    pub totals: RunTotals,
}

/// A step of a run, as the ledger has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunStep {
    /// It began.
    Began,
    /// It was held.
    Held,
    /// A person let it go on.
    Released,
    /// A person stopped it for a while.
    Paused,
    /// It went on.
    Resumed,
    /// It was applied to its end.
    Ended,
    /// It was taken back.
    TakenBack,
}

impl RunTotals {
    /// Rows that met a known child: what they said was taken, or said nothing new. `None`: as `new`.
    #[must_use]
    pub fn known(&self) -> Option<u64> {
        let met = self.accepted.saturating_add(self.unchanged);
        self.new.map(|new| met.saturating_sub(new))
    }

    /// Counts rows that made a new child.
    pub fn count_new(&mut self, rows: u64) {
        self.new = self.new.map(|new| new.saturating_add(rows));
    }
}

impl Reach {
    /// As a mapping writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Reach::Full => "full",
            Reach::Delta => "delta",
        }
    }

    /// Of the word that a mapping writes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Reach> {
        [Reach::Full, Reach::Delta]
            .into_iter()
            .find(|reach| reach.word() == word)
    }
}

impl RunState {
    /// Every state.
    pub const ALL: [RunState; 6] = [
        RunState::Held,
        RunState::Released,
        RunState::Running,
        RunState::Paused,
        RunState::Done,
        RunState::TakenBack,
    ];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            RunState::Held => "held",
            RunState::Released => "released",
            RunState::Running => "running",
            RunState::Paused => "paused",
            RunState::Done => "done",
            RunState::TakenBack => "taken back",
        }
    }

    /// Of its words.
    #[must_use]
    pub fn parse(words: &str) -> Option<RunState> {
        RunState::ALL
            .into_iter()
            .find(|state| state.words() == words)
    }
}

impl RunStep {
    /// Every step, by its place in the ledger's bytes: later ones come after.
    pub const ALL: [RunStep; 7] = [
        RunStep::Began,
        RunStep::Held,
        RunStep::Released,
        RunStep::Paused,
        RunStep::Resumed,
        RunStep::Ended,
        RunStep::TakenBack,
    ];
}
