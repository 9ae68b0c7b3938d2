//! What a check of a file found, in plain words: what would be refused and what asked about, before anything is sent.

use std::fmt;

use super::grade::Grade;
use super::summary::Summary;
use super::summary_words::grouped;

/// What a check found.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a>(pub &'a Summary);

impl Checked<'_> {
    /// Whether a row, or the involvement in it, would be refused.
    #[must_use]
    pub fn has_errors(self) -> bool {
        let mut kinds = self.0.by_kind.keys();
        kinds.any(|kind| kind.grade == Grade::Error)
    }
}

impl fmt::Display for Checked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary = self.0;
        let good = summary.read.saturating_sub(summary.refused);
        for (words, count) in [
            ("rows read", summary.read),
            ("would be taken", good),
            ("would be refused", summary.refused),
            (
                "would be taken without their involvement",
                summary.involvements_refused,
            ),
            ("would end an involvement, if it stands", summary.ended),
            (
                "would end all that you said of a child, if it stands",
                summary.left,
            ),
            ("queries", summary.queries),
        ] {
            if count > 0 || words == "rows read" {
                writeln!(f, "{:>12}  {words}", grouped(count))?;
            }
        }
        for (grade, heading) in [
            (
                Grade::Error,
                "Errors, by kind (the row, or the involvement in it, is refused):",
            ),
            (
                Grade::Query,
                "Queries, by kind (the row is taken; is this meant?):",
            ),
        ] {
            summary.write_kinds(f, grade, heading)?;
        }
        f.write_str("\nThis was a check: nothing was sent, and nothing of the file was kept. ")?;
        f.write_str(match (self.has_errors(), summary.has_faults()) {
            (false, _) if summary.read == 0 => "It has no row: there is nothing in it to send.\n",
            (true, _) => "Put the errors right in your own system, and check again.\n",
            (false, true) => "Nothing would be refused. Look at the queries before it is sent.\n",
            (false, false) => "Nothing to put right: it can be sent.\n",
        })
    }
}
