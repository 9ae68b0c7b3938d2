//! A summary in plain words for a terminal: what happened, what was kept, what to do next.

use std::fmt;

use super::grade::Grade;
use super::limit::FAULTS_SHOWN_MAX;
use super::summary::{FaultKind, Summary};

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            ("rows read", self.read),
            ("taken", self.accepted),
            ("said nothing new", self.unchanged),
            ("wait for a person to decide whose they are", self.waiting),
            ("refused", self.refused),
            ("taken without their involvement", self.involvements_refused),
            ("tell of an involvement that has ended", self.ended),
            ("tell of a child who has left", self.left),
            ("queries", self.queries),
        ];
        for (words, count) in counts {
            if count > 0 || words == "rows read" {
                writeln!(f, "{:>12}  {words}", grouped(count))?;
            }
        }
        for (grade, heading) in [
            (Grade::Error, "Refused, by kind:"),
            (
                Grade::Query,
                "Queries, by kind (the value was left out, the row was kept):",
            ),
        ] {
            self.write_kinds(f, grade, heading)?;
        }
        self.write_next(f)
    }
}

impl Summary {
    /// Writes the kinds of fault of one grade, the most frequent first.
    pub(super) fn write_kinds(
        &self,
        f: &mut fmt::Formatter<'_>,
        grade: Grade,
        heading: &str,
    ) -> fmt::Result {
        let mut kinds: Vec<(&FaultKind, u64)> = self
            .by_kind
            .iter()
            .filter(|(kind, _)| kind.grade == grade)
            .map(|(kind, count)| (kind, *count))
            .collect();
        if kinds.is_empty() {
            return Ok(());
        }
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        writeln!(f, "\n{heading}")?;
        for (kind, count) in kinds {
            writeln!(f, "{:>12}  {kind}", grouped(count))?;
        }
        Ok(())
    }

    fn write_next(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        if self.read == 0 {
            return f.write_str("It has no row: nothing of a child was in it.\n");
        }
        if !self.has_faults() {
            return f
                .write_str("Nothing to put right. Loading the same file again changes nothing.\n");
        }
        if u64::try_from(FAULTS_SHOWN_MAX).unwrap_or(u64::MAX)
            < self.queries.saturating_add(self.refused)
        {
            writeln!(
                f,
                "The list has the first {FAULTS_SHOWN_MAX} of them by line."
            )?;
        }
        f.write_str(
            "What to do: put these right in your own system, where each row is found by its line or its number, and send the file again. \
             Rows that were taken stay; sending them again changes nothing.\n",
        )
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "column {column}: ")?;
        }
        write!(
            f,
            "{} {} ({}); {}",
            self.what, self.words, self.rule, self.fix
        )
    }
}

/// A number with its thousands apart: `11,000,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len().saturating_add(4));
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::batch::Batch;
    use crate::supply::{Complaint, Fault};
    use directory::supplied::Outcome;

    #[test]
    fn numbers_have_their_thousands_apart() {
        let words: Vec<String> = [0, 12, 999, 1_000, 11_000_000]
            .into_iter()
            .map(grouped)
            .collect();
        assert_eq!(words, ["0", "12", "999", "1,000", "11,000,000"]);
    }

    #[test]
    fn f10_the_summary_says_what_happened_and_what_to_do() {
        let mut summary = Summary::default();
        let faults = (2..1_200)
            .map(|line| Fault::of_row(line, Complaint::Quotes))
            .collect();
        summary.count_batch(&Batch {
            read: 4_096,
            refused: 1_198,
            faults,
            ..Batch::default()
        });
        summary.count_outcomes(&vec![Outcome::Accepted; 2_898]);
        let words = summary.to_string();
        for expected in [
            "4,096  rows read",
            "2,898  taken",
            "1,198  refused",
            "quotation mark that is not closed",
            "What to do",
        ] {
            assert!(words.contains(expected), "{expected}\n{words}");
        }
        assert!(
            !words.contains("unchanged") && !words.contains("wait for"),
            "no empty lines"
        );
        assert_eq!(summary.shown.len(), FAULTS_SHOWN_MAX);
        assert_eq!(summary.involvements_refused, 0);
    }

    #[test]
    fn rows_of_one_line_that_are_kept_without_their_involvement_are_counted_each() {
        let mut summary = Summary::default();
        let of_row = |row| Fault {
            row: Some(row),
            ..Fault::of_row(1, Complaint::NotKnownHere)
        };
        summary.count_batch(&Batch {
            read: 4,
            refused: 1,
            faults: [1, 2, 2, 3].map(of_row).to_vec(),
            ..Batch::default()
        });
        assert_eq!(summary.involvements_refused, 2);
    }

    #[test]
    fn a_good_file_says_so() {
        let mut summary = Summary::default();
        summary.count_batch(&Batch {
            read: 1,
            ..Batch::default()
        });
        summary.count_outcomes(&[Outcome::Unchanged]);
        assert!(summary.to_string().contains("Nothing to put right"));
        let words = Summary::default().to_string();
        assert!(
            words.contains("It has no row") && !words.contains("Nothing to put right"),
            "{words}"
        );
    }
}
