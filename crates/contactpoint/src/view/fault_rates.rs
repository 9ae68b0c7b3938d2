//! How often the last files of a supplier had faults.

/// What is shown of a supplier's last runs.
#[derive(Clone, Default)]
pub struct FaultRates {
    /// The runs, as `Run 7, 3 July 2026`, the newest first.
    pub runs: Vec<String>,
    /// Whether faults were kept of any of them.
    pub is_kept: bool,
    /// Every kind of fault that may be told.
    pub lines: Vec<FaultLine>,
}

/// A kind of fault.
#[derive(Clone, Default)]
pub struct FaultLine {
    /// The column.
    pub column: String,
    /// What is wrong in it.
    pub wrong: String,
    /// The rule.
    pub rule: String,
    /// As `Refused`.
    pub cost: &'static str,
    /// Run by run, how often.
    pub rates: Vec<(String, String)>,
}

/// All faults of a supplier's last runs together.
#[derive(Clone, Default)]
pub struct SupplierFaults {
    /// Where the supplier is looked at closely.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// The last run and those before it, with what each is called.
    pub rates: Vec<(&'static str, String)>,
}
