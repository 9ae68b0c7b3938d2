//! What a command says: answers on the standard output, remarks on the standard error, and progress on a terminal only.

use std::fmt::Display;
use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};

/// Says a line of the answer. Nobody listening any more is no fault.
pub fn say(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Makes a remark beside the answer.
pub fn note(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// A bar that counts to `length`; seen on a terminal only.
pub fn counting(what: &'static str, length: u64) -> ProgressBar {
    bar(
        what,
        Some(length),
        "{msg:>24} {wide_bar} {human_pos}/{human_len} {eta}",
    )
}

/// A bar that counts bytes, or the count alone where nobody knows how many there are; seen on a terminal only.
pub fn reading(what: String, bytes: Option<u64>) -> ProgressBar {
    let Some(bytes) = bytes else {
        return bar(what, None, "{msg:>24} {bytes} {elapsed}");
    };
    bar(
        what,
        Some(bytes),
        "{msg:>24} {wide_bar} {bytes}/{total_bytes} {eta}",
    )
}

fn bar(
    what: impl Into<std::borrow::Cow<'static, str>>,
    length: Option<u64>,
    template: &str,
) -> ProgressBar {
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    length
        .map_or_else(ProgressBar::no_length, ProgressBar::new)
        .with_style(style)
        .with_message(what)
}

/// Lines of a table: every column as wide as its widest cell.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let headings: Vec<String> = headings.iter().map(ToString::to_string).collect();
    let width = |column: usize| {
        let cells = rows
            .iter()
            .chain([&headings])
            .filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    [&headings]
        .into_iter()
        .chain(rows)
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

/// A count with its thousands apart, as it is read.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len().checked_rem(3).unwrap_or(0);
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at.checked_rem(3) == Some(first) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_by_their_thousands() {
        let told = [0, 999, 1_000, 12_345, 11_000_000].map(grouped);
        assert_eq!(told, ["0", "999", "1,000", "12,345", "11,000,000"]);
    }

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        let rows = [
            vec!["jane".to_owned(), "Learning mentor".to_owned()],
            vec!["l".to_owned(), String::new()],
        ];
        assert_eq!(
            table(&["user", "job"], &rows),
            "user  job\njane  Learning mentor\nl"
        );
    }
}
