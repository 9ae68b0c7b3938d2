//! A supplied row, after its mapping: what one supplier says of one child, in the directory's own closed values.

use crate::Date;
use crate::statement::{Particulars, Said, SourceKind};
use crate::text::{SupplierCode, SupplierKey};

/// A supplier of data, as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// The name by which it is known.
    pub code: SupplierCode,
    /// What kind of source it is.
    pub kind: SourceKind,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, from 1, the heading included.
    pub line: u64,
    /// The supplier's own key for the child.
    pub key: SupplierKey,
    /// The day on which the supplier says this stood: the day of the extract.
    pub confirmed: Date,
    /// Who the child is.
    pub particulars: Particulars,
    /// What else the row says, each under a key of its own: involvements.
    pub also: Vec<(SupplierKey, Said)>,
    /// Whether the source restricts its own record of the child (C20).
    pub restriction: Restriction,
}

/// Whether the source restricts its own record of a child (C20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restriction {
    /// It does not.
    None,
    /// It does: a provisional shield is placed at once.
    AtSource,
}

/// What became of a row, as the supplier is told. A row that met a shielded child is `Accepted`: the same words (X2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Taken.
    Accepted,
    /// Taken before: nothing new.
    Unchanged,
    /// It may be a child who is known, or not: it waits for a person to decide.
    Waiting,
}
