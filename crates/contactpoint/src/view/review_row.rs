//! A row that waits, beside the records of which it may be, and what is to be decided.

use super::decision::Decision;
use super::fault::Fault;
use super::layout::Layout;
use super::watermark::Watermark;

/// The page of one row.
#[derive(askama::Template)]
#[template(path = "review_row.html", whitespace = "minimize")]
pub struct ReviewRow {
    /// The frame.
    pub layout: Layout,
    /// Back to the list.
    pub list_href: &'static str,
    /// Whether the row may be of a shielded child.
    pub held: bool,
    /// What the page is called.
    pub heading: &'static str,
    /// Who supplied the row, and of which day.
    pub source: String,
    /// The records of which it may be; without any, the row alone.
    pub records: Vec<Beside>,
    /// What the row says, when there is no record beside it.
    pub alone: Vec<Line>,
    /// What is asked.
    pub decision: Decision,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// Who is looking.
    pub watermark: Watermark,
}

/// A record beside the row.
#[derive(Clone, Default)]
pub struct Beside {
    /// Its place, from 1.
    pub place: usize,
    /// What it is called: `Record 1 of 2`.
    pub heading: String,
    /// Its number.
    pub number: String,
    /// What differs, in one sentence.
    pub summary: String,
    /// Field by field.
    pub lines: Vec<Line>,
    /// Why, in words, strongest first.
    pub why: Vec<String>,
    /// The same as a picture: SVG that was escaped by whoever made it.
    pub picture: String,
}

/// A field of the row and of the record.
#[derive(Clone, Default)]
pub struct Line {
    /// Which.
    pub field: &'static str,
    /// What the row says.
    pub row: Side,
    /// What the record says.
    pub record: Side,
    /// How they agree.
    pub agreement: Agreement,
}

/// What one of the two says.
#[derive(Clone, Default)]
pub struct Side {
    /// Line by line; empty when nothing is said.
    pub lines: Vec<String>,
    /// Where it comes from, and when it was last confirmed.
    pub source: Option<String>,
}

/// How a row and a record agree in a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Agreement {
    /// They say the same.
    Same,
    /// They say different things.
    Differs,
    /// Only the row says anything.
    OnlyRow,
    /// Only the record says anything.
    OnlyRecord,
    /// Neither says anything.
    #[default]
    Neither,
}

impl Agreement {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Agreement::Same => "Same",
            Agreement::Differs => "Differs",
            Agreement::OnlyRow => "Only in the row",
            Agreement::OnlyRecord => "Only in the record",
            Agreement::Neither => "Not known",
        }
    }

    /// In words, of two records.
    pub fn words_of_two(self) -> &'static str {
        match self {
            Agreement::OnlyRow => "Only in this record",
            Agreement::OnlyRecord => "Only in the other",
            other => other.words(),
        }
    }

    /// In words, of two records of which neither is looked at before the other.
    pub fn words_of_pair(self) -> &'static str {
        match self {
            Agreement::OnlyRow => "Only in the first",
            Agreement::OnlyRecord => "Only in the second",
            other => other.words(),
        }
    }

    /// Whether it is to be marked.
    pub fn differs(self) -> bool {
        self == Agreement::Differs
    }
}
