//! What was wrong with a run's file, by column and rule: it follows from the file alone, never from who is in the directory (X2).

/// A kind of fault, and how often a file had it. Never a value, and no line: it leads to no child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFault {
    /// What it cost.
    pub cost: FaultCost,
    /// The column, by its name in the mapping. `None`: the whole row.
    pub column: Option<String>,
    /// The kind of value, in words: `family name`, `row`.
    pub what: String,
    /// What is wrong, in words that follow it: `is missing`.
    pub wrong: String,
    /// The rule, by its number, or `format`.
    pub rule: String,
    /// How often.
    pub count: u64,
}

/// What a fault cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCost {
    /// The row, or what it says of an involvement.
    Refused,
    /// The one value, or nothing: the row was taken and a question stays.
    Asked,
}
