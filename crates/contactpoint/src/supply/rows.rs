//! A supplier's file, read into the directory's rows.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Read};

use directory::statement::Particulars;
use directory::supplied::{Row, Spared, SparedWorking};
use directory::text::SupplierKey;
use serde_json::Value;

use super::batch::Batch;
use super::cells::Cells;
use super::complaint::Complaint;
use super::compose::compose;
use super::delivery::Delivery;
use super::entry::Entry;
use super::fault::Fault;
use super::format::Format;
use super::gate::Gate;
use super::grade::Grade;
use super::limit::{BATCH_ROWS_MAX, CHILDREN_REMEMBERED_MAX};
use super::mapping::{Mapping, Services};
use super::meaning::Meaning;
use super::mend::{Mend, WRONG_COLUMN};
use super::opened::NotWhole;
use super::plan::{Plan, is_heading, is_named};
use super::refusal::Refusal;
use super::shape::Wrong;
use super::source::{Record, Source, Taken};
use super::stay::is_for_age;
use super::summary::FaultKind;
use super::working::is_surely_ordinary;

/// How many lines are looked through for a heading that does not stand in the first one.
const LINES_ABOVE_HEADING_MAX: usize = 8;

/// The rows of a file.
pub struct Rows<'a, R> {
    delivery: Delivery<'a>,
    source: Source<R>,
    /// The first row of a file without a heading, when it has been read to know the file by.
    ahead: Option<Taken>,
    /// How many rows have been taken, broken ones too.
    taken: u64,
    plan: Plan,
    gate: Gate,
    cells: Cells,
    first_said: HashMap<SupplierKey, Particulars>,
    refused: Refused,
}

/// What becomes of the values of refused rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Refused {
    /// They are forgotten.
    #[default]
    Forgotten,
    /// They are given back, as far as they may be.
    GivenBack,
}

/// Why a file cannot be read.
#[derive(Debug)]
pub enum Unread {
    /// It was refused before any row was read.
    Refused(Refusal),
    /// It could not be read from where it is.
    Reading(io::Error),
}

impl<'a, R: Read> Rows<'a, R> {
    /// Reads the heading and holds it against the mapping.
    ///
    /// # Errors
    /// [`Unread`] when the file is not one that the mapping describes, or cannot be read.
    pub fn open(reader: R, delivery: Delivery<'a>) -> Result<Rows<'a, R>, Unread> {
        let gate = Gate::of(delivery.catalogue);
        Rows::open_at(reader, delivery, gate)
    }

    /// Reads the heading where no service is known to be classified: at the supplier's own side.
    ///
    /// # Errors
    /// [`Unread`] when the file is not one that the mapping describes, or cannot be read.
    pub fn open_without_catalogue(
        reader: R,
        delivery: Delivery<'a>,
    ) -> Result<Rows<'a, R>, Unread> {
        let gate = Gate::without_catalogue(delivery.mapping.services);
        Rows::open_at(reader, delivery, gate)
    }

    /// Gives refused rows back from now on, but for those that may be a sensitive service's (R28, Annex B 5).
    #[must_use]
    pub fn giving_back(mut self) -> Rows<'a, R> {
        self.refused = Refused::GivenBack;
        self
    }

    /// The names of the columns, in the file's own order, without the one that says what is wrong.
    pub fn heading(&self) -> impl Iterator<Item = &str> {
        let names = self.plan.names.iter().map(String::as_str);
        names.filter(|name| !is_named(WRONG_COLUMN, name))
    }

    fn open_at(reader: R, delivery: Delivery<'a>, gate: Gate) -> Result<Rows<'a, R>, Unread> {
        let (mut source, mut cells) = Source::open(reader, delivery.mapping)?;
        let plan = match Plan::of(&cells, delivery.mapping) {
            Ok(plan) => plan,
            Err(refusal) => {
                let refusal = heading_below(&mut source, refusal, delivery.mapping);
                return Err(Unread::Refused(refusal));
            }
        };
        let ahead = match delivery.mapping.format {
            Format::Separated | Format::Parquet => None,
            _ => Some(source.first(&mut cells)?),
        };
        Ok(Rows {
            plan,
            ahead,
            taken: 0,
            gate,
            delivery,
            source,
            cells,
            first_said: HashMap::new(),
            refused: Refused::Forgotten,
        })
    }

    /// The next rows, up to [`BATCH_ROWS_MAX`] read. `None`: the file is at its end.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn read(&mut self) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        batch.rows.reserve(BATCH_ROWS_MAX);
        while batch.read < BATCH_ROWS_MAX as u64 {
            let taken = match self.ahead.take() {
                Some(first) => first,
                None => self.source.next(&mut self.cells)?,
            };
            let before = batch.faults.len();
            let number = self.numbered(&taken);
            let row = match taken {
                Taken::End => break,
                Taken::Broken(faults) => self.broken(faults, &mut batch),
                Taken::Beside(fault) => self.broken(vec![fault], &mut batch),
                Taken::Row(line) => self.row(line, None, &mut batch),
                Taken::Record(record) => self.record(*record, &mut batch),
            };
            for fault in batch.faults.iter_mut().skip(before) {
                fault.row = number;
            }
            batch.read = batch.read.saturating_add(1);
            if row.as_ref().is_none_or(Row::is_refused) {
                batch.refused = batch.refused.saturating_add(1);
            }
            batch.places.extend(row.is_some().then_some(batch.read));
            batch.rows.extend(row);
        }
        batch.bytes = self.source.bytes();
        Ok((batch.read > 0).then_some(batch))
    }

    /// Which of the rows of the file this is. `None`: it is none.
    fn numbered(&mut self, taken: &Taken) -> Option<u64> {
        match taken {
            Taken::Row(_) | Taken::Record(_) | Taken::Broken(_) => {
                self.taken = self.taken.saturating_add(1);
                Some(self.taken)
            }
            Taken::Beside(_) | Taken::End => None,
        }
    }

    /// Something that is no row.
    fn broken(&self, faults: Vec<Fault>, batch: &mut Batch) -> Option<Row> {
        batch.withheld |= self.delivery.mapping.has_involvements();
        batch.spared.extend(self.unread());
        batch.broken(withheld(faults, self.delivery.mapping));
        None
    }

    /// A row of a format that has records. One that is refused for what its members are is read to its end like another: its keys stay,
    /// as a typing error ends nothing.
    fn record(&mut self, record: Record, batch: &mut Batch) -> Option<Row> {
        let Wrong { errors, queries } = record.wrong;
        let is_another = |fault: &Fault| fault.complaint == Complaint::NotTheseColumns;
        if errors.iter().any(is_another) {
            batch.withheld |= self.delivery.mapping.has_involvements();
            batch.broken(errors);
            return None;
        }
        // Of a sensitive service's rows nothing is asked: it could tell of the child (Annex B 5).
        if self.delivery.mapping.services != Services::Sensitive && errors.is_empty() {
            batch.faults.extend(queries);
        }
        self.row(record.line, Some((record.value, errors)), batch)
    }

    /// A row; of a format that has records with its record, and what refuses it for what its members are.
    fn row(
        &mut self,
        line: u64,
        record: Option<(Value, Vec<Fault>)>,
        batch: &mut Batch,
    ) -> Option<Row> {
        if self.cells.len() != self.plan.width {
            return self.broken(vec![Fault::of_row(line, Complaint::Fields)], batch);
        }
        // A row of another kind is of nobody here: it leaves no key and does not come back (R4).
        let is_other = |(place, values): &(usize, Vec<String>)| {
            let cell = self.cells.get(*place);
            values.iter().all(|value| value != cell)
        };
        let is_other = self.plan.only.iter().any(is_other);
        let (record, errors) = record.unzip();
        if is_other {
            let asks = self.delivery.mapping.has_involvements() && !batch.withheld;
            batch.withheld |= asks && !self.is_ordinary(line, record.as_ref());
            batch.broken(vec![Fault::of_row(line, Complaint::OtherKind)]);
            return None;
        }
        let before = batch.faults.len();
        let row = self.compose(line, errors.unwrap_or_default(), batch);
        let faults = batch.faults.get(before..).unwrap_or(&[]);
        let has_errors = faults.iter().any(|fault| fault.grade == Grade::Error);
        let is_taken = !has_errors && row.as_ref().is_some_and(|row| !row.is_leaving());
        if !is_taken && !batch.withheld {
            let mut faults = faults.iter();
            batch.withheld = faults.any(|fault| fault.complaint == Complaint::StayWithdrawn)
                || !self.is_ordinary(line, record.as_ref());
        }
        if self.refused == Refused::GivenBack && has_errors {
            match self.given_back(line, record, faults) {
                Some(mend) => batch.mend.push(mend),
                None => batch.not_mendable = batch.not_mendable.saturating_add(1),
            }
        }
        row
    }

    /// What stays of something that is no row, by the keys that may be its own: a field too many may stand before the key, if that is not
    /// the first, or behind it. Of a sensitive service's nothing does: the consent cannot be read (R28, X5).
    fn unread(&self) -> Vec<Spared> {
        let mapping = self.delivery.mapping;
        let slot = self.plan.slot(Meaning::Key);
        let Some(slot) = slot.filter(|_| mapping.services != Services::Sensitive) else {
            return Vec::new();
        };
        let moved = self.cells.len().checked_sub(self.plan.width);
        let from_the_end = moved.filter(|moved| *moved > 0 && slot.place > 0);
        let from_the_end = from_the_end.and_then(|moved| slot.place.checked_add(moved));
        let places = std::iter::once(slot.place).chain(from_the_end);
        let keys = places.filter_map(|place| SupplierKey::parse(self.cells.get(place)).ok());
        let working = if mapping.has_involvements() {
            SparedWorking::Unread
        } else {
            SparedWorking::Nobody
        };
        keys.map(|key| Spared {
            key,
            working: working.clone(),
        })
        .collect()
    }

    /// The row, to be put right. `None`: it may be a sensitive service's, or nothing is kept of it for age or because a consent was taken
    /// back, and nothing in it can be mended (R21–R23).
    fn given_back(&self, line: u64, record: Option<Value>, faults: &[Fault]) -> Option<Mend> {
        if faults.iter().any(|fault| is_for_age(fault.complaint)) {
            return None;
        }
        if !self.is_ordinary(line, record.as_ref()) {
            return None;
        }
        let places = self.plan.names.iter().enumerate();
        let own = places.filter(|(_, name)| !is_named(WRONG_COLUMN, name));
        let wrong: Vec<String> = faults
            .iter()
            .map(|fault| FaultKind::of(fault).to_string())
            .collect();
        Some(Mend {
            values: own
                .map(|(place, _)| self.cells.as_sent(place).to_owned())
                .collect(),
            record: record.map(|record| self.source.named(&record)),
            wrong: wrong.join(" | "),
        })
    }

    /// Whether the row in the cells surely tells of no sensitive service, nor its record.
    fn is_ordinary(&self, line: u64, record: Option<&Value>) -> bool {
        let (mut unheard, extracted) = (Vec::new(), self.delivery.extracted);
        let entry = Entry::new(&self.plan, &self.cells, line, extracted, &mut unheard);
        is_surely_ordinary(&entry, self.delivery.mapping, &self.gate)
            && !record.is_some_and(|record| tells_of_sensitive(record, &self.gate))
    }

    fn compose(&mut self, line: u64, errors: Vec<Fault>, batch: &mut Batch) -> Option<Row> {
        let faults = &mut batch.faults;
        let Delivery {
            mapping,
            authority_of,
            extracted,
            ..
        } = self.delivery;
        let mut entry = Entry::new(&self.plan, &self.cells, line, extracted, faults);
        entry.faults.extend(errors);
        let row = compose(&mut entry, mapping, &mut self.gate, authority_of);
        batch.spared.extend(entry.spared.take());
        batch.not_agreed = batch
            .not_agreed
            .saturating_add(u64::from(entry.is_not_agreed));
        let mut row = row?;
        if mapping.has_involvements() && !row.is_refused() && !row.is_leaving() {
            self.speak_once(&mut row, faults);
        }
        Some(row)
    }

    /// In a file with a row for every involvement, the first row of a child speaks for who the child is. Otherwise two rows of
    /// one child that differ would take each other's place at every load, and the same file twice would change something.
    fn speak_once(&mut self, row: &mut Row, faults: &mut Vec<Fault>) {
        match self.first_said.get(&row.key) {
            Some(first) if *first == row.particulars => {}
            Some(first) => {
                row.particulars = first.clone();
                faults.push(Fault {
                    grade: Grade::Query,
                    ..Fault::of_row(row.line, Complaint::DiffersFromEarlier)
                });
            }
            None if self.first_said.len() < CHILDREN_REMEMBERED_MAX => {
                self.first_said
                    .insert(row.key.clone(), row.particulars.clone());
            }
            None => {}
        }
    }
}

/// The refusal of a file whose first line names no column: where one of the next lines does, that is said instead.
fn heading_below<R: Read>(source: &mut Source<R>, refusal: Refusal, mapping: &Mapping) -> Refusal {
    let is_unknown = matches!(refusal, Refusal::NotThisSupplier | Refusal::Delimiter(_));
    if !is_unknown || mapping.format != Format::Separated {
        return refusal;
    }
    let mut cells = Cells::default();
    for _ in 0..LINES_ABOVE_HEADING_MAX {
        let line = match source.next(&mut cells) {
            Ok(Taken::Row(line)) => Some(line),
            // Its encoding may be another: that is told when it is the first line.
            Ok(Taken::Broken(faults)) => faults.first().map(|fault| fault.line),
            _ => None,
        };
        match line {
            Some(line) if is_heading(&cells, mapping) => return Refusal::HeadingBelow(line),
            Some(_) => {}
            None => break,
        }
    }
    refusal
}

/// Of a sensitive service's record that is refused, only the line and the rule: which members it has could tell of the child
/// (R28, Annex B 5).
fn withheld(mut faults: Vec<Fault>, mapping: &Mapping) -> Vec<Fault> {
    if mapping.services == Services::Sensitive {
        faults.truncate(1);
        for fault in &mut faults {
            *fault = Fault::of_row(fault.line, fault.complaint);
        }
    }
    faults
}

/// Whether anything in a record, named by the mapping or not, tells of a sensitive service.
fn tells_of_sensitive(record: &Value, gate: &Gate) -> bool {
    match record {
        Value::String(text) => gate.tells_of_sensitive(text),
        Value::Array(values) => values.iter().any(|value| tells_of_sensitive(value, gate)),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| gate.tells_of_sensitive(name) || tells_of_sensitive(value, gate)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Refused(refusal) => write!(f, "{refusal}"),
            Unread::Reading(error) if NotWhole::is(error) => write!(f, "{error}"),
            Unread::Reading(error) => write!(f, "the file could not be read: {}", error.kind()),
        }
    }
}

impl std::error::Error for Unread {}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
