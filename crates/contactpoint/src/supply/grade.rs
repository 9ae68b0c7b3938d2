//! How much a fault cost: a field, or a row.

/// How much a fault cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The row, or what it says of an involvement, was refused.
    Error,
    /// The field was left out and the row was kept.
    Query,
}
