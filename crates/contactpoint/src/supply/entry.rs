//! One row while it is being read: its cells by their meaning, and the faults found so far.

use std::sync::Arc;

use directory::Date;
use directory::supplied::Spared;
use directory::text;

use super::cells::Cells;
use super::code::Code;
use super::column::{Column, Presence};
use super::complaint::Complaint;
use super::fault::Fault;
use super::grade::Grade;
use super::meaning::Meaning;
use super::plan::{Plan, Slot};

/// One row while it is being read.
pub struct Entry<'a> {
    /// The line on which it begins.
    pub line: u64,
    /// The day of the extract.
    pub extracted: Date,
    /// The faults of this row and those before.
    pub faults: &'a mut Vec<Fault>,
    /// How many faults there were before this row.
    pub before: usize,
    /// What stays, when the row or its involvement was refused for a fault.
    pub spared: Option<Spared>,
    /// Whether the row bears a restriction that was not agreed.
    pub is_not_agreed: bool,
    plan: &'a Plan,
    cells: &'a Cells,
}

/// What a cell for a day holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Nothing.
    Blank,
    /// Something that is not a day, or lies after the extract; its fault has been noted.
    Faulty,
    /// A day.
    On(Date),
}

impl<'a> Entry<'a> {
    /// A row of a file.
    pub fn new(
        plan: &'a Plan,
        cells: &'a Cells,
        line: u64,
        extracted: Date,
        faults: &'a mut Vec<Fault>,
    ) -> Entry<'a> {
        let before = faults.len();
        Entry {
            line,
            extracted,
            faults,
            before,
            spared: None,
            is_not_agreed: false,
            plan,
            cells,
        }
    }

    /// The columns of a meaning with their texts, blank ones too.
    pub fn all(&self, meaning: Meaning) -> impl Iterator<Item = (&'a Slot, &'a str)> + use<'a> {
        let cells = self.cells;
        let slots = self.plan.slots(meaning);
        slots.iter().map(move |slot| (slot, cells.get(slot.place)))
    }

    /// Every field with the name of its column, of columns that are left out on purpose too.
    pub fn fields(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let cells = self.cells;
        let names = self.plan.names.iter().enumerate();
        names.map(move |(place, name)| (name.as_str(), cells.get(place)))
    }

    /// The text of a meaning, when there is one.
    pub fn text(&self, meaning: Meaning) -> Option<&'a str> {
        let slot = self.plan.slot(meaning)?;
        Some(self.cells.get(slot.place)).filter(|text| !text.is_empty())
    }

    /// Every text about an involvement, blank ones too.
    pub fn involvement(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let cells = self.cells;
        let places = self.plan.involvement.iter();
        places.map(move |place| cells.get(*place))
    }

    /// Whether the row says anything about an involvement.
    pub fn says_involvement(&self) -> bool {
        self.involvement().any(|text| !text.is_empty())
    }

    /// The value of a meaning. Blank or faulty: `None`, with a fault when it is faulty or a value is needed.
    pub fn value<T>(
        &mut self,
        meaning: Meaning,
        parse: impl FnOnce(&str, &Column) -> Result<T, Complaint>,
    ) -> Option<T> {
        let slot = self.plan.slot(meaning)?;
        let text = self.cells.get(slot.place);
        if text.is_empty() {
            if slot.column.presence == Presence::Value {
                self.fault(&slot.column, Complaint::Missing);
            }
            return None;
        }
        match parse(text, &slot.column) {
            Ok(value) => Some(value),
            Err(complaint) => {
                self.fault(&slot.column, complaint);
                None
            }
        }
    }

    /// The closed text or number of a meaning.
    pub fn closed<T>(
        &mut self,
        meaning: Meaning,
        parse: fn(&str) -> Result<T, text::Fault>,
    ) -> Option<T> {
        self.value(meaning, |text, _| {
            parse(text).map_err(|fault| Complaint::Value(fault.why))
        })
    }

    /// The code of a meaning.
    pub fn code(&mut self, meaning: Meaning) -> Option<Code> {
        self.value(meaning, |text, column| {
            column.code(text).ok_or(Complaint::NotACode)
        })
    }

    /// The day of a meaning, not later than the extract.
    pub fn past_day(&mut self, meaning: Meaning) -> Day {
        let extracted = self.extracted;
        let is_blank = self.text(meaning).is_none();
        let day = self.value(meaning, |text, column| {
            let day = column.day(text).ok_or(Complaint::NotADay)?;
            if day > extracted {
                return Err(Complaint::AfterExtract);
            }
            Ok(day)
        });
        match day {
            Some(day) => Day::On(day),
            None if is_blank => Day::Blank,
            None => Day::Faulty,
        }
    }

    /// Notes a fault of a column: it refuses when a value is needed there, and is a query otherwise. A date of birth that is stated and
    /// cannot be read always refuses: nobody could tell whether they are a child (R21).
    pub fn fault(&mut self, column: &Column, complaint: Complaint) {
        let grade = match (column.presence, column.meaning) {
            (Presence::Value, _) | (_, Meaning::Born) => Grade::Error,
            (Presence::Column | Presence::Optional, _) => Grade::Query,
        };
        self.graded(column, complaint, grade);
    }

    /// Notes a fault of the column of a meaning that refuses the row, or its involvement.
    pub fn refuse(&mut self, meaning: Meaning, complaint: Complaint) {
        self.of_meaning(meaning, complaint, Grade::Error);
    }

    /// Notes a query about a meaning, whether it has a column or one value for every row.
    pub fn ask(&mut self, meaning: Meaning, complaint: Complaint) {
        self.of_meaning(meaning, complaint, Grade::Query);
    }

    /// Notes a query about the column of a meaning, when there is one.
    pub fn query(&mut self, meaning: Meaning, complaint: Complaint) {
        if let Some(slot) = self.plan.slot(meaning) {
            self.graded(&slot.column, complaint, Grade::Query);
        }
    }

    /// Whether there is an error among the faults from a place on.
    pub fn has_errors_since(&self, mark: usize) -> bool {
        let faults = self.faults.get(mark..).unwrap_or(&[]);
        faults.iter().any(|fault| fault.grade == Grade::Error)
    }

    fn of_meaning(&mut self, meaning: Meaning, complaint: Complaint, grade: Grade) {
        match self.plan.slot(meaning) {
            Some(slot) => self.graded(&slot.column, complaint, grade),
            None => self.faults.push(Fault {
                what: meaning.words(),
                grade,
                ..Fault::of_row(self.line, complaint)
            }),
        }
    }

    fn graded(&mut self, column: &Column, complaint: Complaint, grade: Grade) {
        self.faults.push(Fault {
            column: Some(Arc::clone(&column.name)),
            what: column.meaning.words(),
            grade,
            ..Fault::of_row(self.line, complaint)
        });
    }
}

impl Day {
    /// The day, when there is one.
    pub fn on(self) -> Option<Date> {
        match self {
            Day::On(day) => Some(day),
            Day::Blank | Day::Faulty => None,
        }
    }
}
