//! The model by which supplied rows are resolved: a versioned value, learned from supply, with the thresholds at which something is done.

use std::fmt;
use std::sync::{Arc, LazyLock};

use directory::supplied::Row;
use matching::link::{
    Builder, Frequencies, Model, ModelError, NameFrequencies, RowError, Rows, Scales, Settings,
    train,
};

use crate::driver::Connection;
use crate::error::Error;
use crate::portrayed::{COLUMNS, fields, schema};
use crate::schema as tables;

/// Version of the model's text form.
pub const MATCHING_MODEL_VERSION: u32 = 1;
/// The children of England and those who lived here: among so many another may have the same name and birthday.
pub const POPULATION: u64 = 11_000_000;
/// Rows a model is learned from, at most.
pub const LEARNED_ROWS_MAX: usize = 5_000_000;

/// Under which name a database keeps the model that an operator gave it.
pub(crate) const NAME: &str = "matching model";
const HEADING: &str = "contactpoint-matching-model";
/// What the store resolves with until an operator gives it another.
const BUILT_IN: &str = include_str!("matching_model.txt");

/// Bits from which something is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// A row joins a record.
    pub link_bits: f32,
    /// A row waits for a data officer rather than making a new record.
    pub review_bits: f32,
    /// A row is held for a shielding officer: the lowest, as a shielded child must not be missed (F1).
    pub guarded_bits: f32,
}

/// The thresholds of a newly learned model. A twin of the same sex who agrees in all but the given name stands at about -4 bits, and
/// is another child: the threshold for review is above that.
pub const THRESHOLDS: Thresholds = Thresholds {
    link_bits: 4.0,
    review_bits: -3.0,
    guarded_bits: -9.0,
};

/// A model.
#[derive(Clone, Debug, PartialEq)]
pub struct MatchingModel {
    thresholds: Thresholds,
    population: u64,
    /// As learned, its prior that of the rows it was learned from.
    learned: Model,
    scales: Scales,
}

/// Why a text is no model for the directory.
#[derive(Clone, Debug, PartialEq)]
pub enum MatchingModelError {
    /// The text does not begin as a model of the directory does.
    NotAModel,
    /// The model has a version this program does not read.
    Version(String),
    /// A line, counted from 1, is not understood.
    Line(usize),
    /// A line every model has is missing.
    Missing(&'static str),
    /// What was learned cannot be read.
    Learned(ModelError),
    /// It was learned from other columns than the directory compares.
    Columns,
    /// The guarded threshold is above the one for review, or that above the one for linking.
    Thresholds,
    /// Rows could not be read into a table.
    Rows(RowError),
}

impl fmt::Display for MatchingModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(
                f,
                "this is no matching model: it does not begin with {HEADING}"
            ),
            Self::Version(found) => write!(
                f,
                "the model has version {found}, this program reads version {MATCHING_MODEL_VERSION}"
            ),
            Self::Line(line) => write!(f, "line {line} of the model is not understood"),
            Self::Missing(what) => write!(f, "the model has no line {what}"),
            Self::Learned(error) => write!(f, "after the names: {error}"),
            Self::Columns => write!(
                f,
                "the model was learned from other columns than the directory compares"
            ),
            Self::Thresholds => write!(
                f,
                "the thresholds must not fall from guarded to review to link"
            ),
            Self::Rows(error) => write!(f, "the rows cannot be learned from: {error}"),
        }
    }
}

impl std::error::Error for MatchingModelError {}

/// The model that an operator gave a database, or the one the program carries.
pub(crate) fn kept(connection: &mut dyn Connection) -> Result<Arc<MatchingModel>, Error> {
    let model = match tables::get(connection, NAME)? {
        Some(text) => MatchingModel::parse(&text).map(Arc::new),
        None => MatchingModel::built_in(),
    };
    model.map_err(|error| Error::Unfit(error.to_string()))
}

impl MatchingModel {
    /// The model the program carries, learned from a synthetic England.
    ///
    /// # Errors
    /// [`MatchingModelError`] when the program was built with a text that is none.
    pub fn built_in() -> Result<Arc<MatchingModel>, MatchingModelError> {
        static READ: LazyLock<Result<Arc<MatchingModel>, MatchingModelError>> =
            LazyLock::new(|| MatchingModel::parse(BUILT_IN).map(Arc::new));
        READ.clone()
    }

    /// Learns a model from rows of any suppliers, without being told which are of one child.
    ///
    /// # Errors
    /// [`MatchingModelError::Rows`] when there are too many.
    pub fn learn<'r>(
        rows: impl IntoIterator<Item = &'r Row>,
        settings: &Settings,
    ) -> Result<MatchingModel, MatchingModelError> {
        let mut builder = Builder::new(schema().ok_or(MatchingModelError::Columns)?.clone());
        let source = builder.source("supply", Rows::MayRepeat);
        let named = rows
            .into_iter()
            .filter(|row| row.particulars.name.is_some());
        for (key, row) in (0..).zip(named.take(LEARNED_ROWS_MAX)) {
            let fields = fields(&row.particulars);
            let fields = fields.each_ref().map(|field| &**field);
            builder
                .push(key, source, &fields)
                .map_err(MatchingModelError::Rows)?;
        }
        let table = builder.finish().map_err(MatchingModelError::Rows)?;
        let mut learned = train(&table, settings).model;
        // Candidates are found by the directory's own keys.
        learned.passes = Vec::new();
        Ok(MatchingModel::of(
            learned,
            Frequencies::of(&table),
            (THRESHOLDS, POPULATION),
        ))
    }

    fn of(
        learned: Model,
        frequencies: Frequencies,
        (thresholds, population): (Thresholds, u64),
    ) -> MatchingModel {
        MatchingModel {
            thresholds,
            population,
            scales: Scales::new(learned.clone(), frequencies, population),
            learned,
        }
    }

    /// The thresholds.
    #[must_use]
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// What weighs two records.
    #[must_use]
    pub fn scales(&self) -> &Scales {
        &self.scales
    }

    /// The model as text, one statement a line, its words separated by tabs: heading and version; `population`; `thresholds` for
    /// linking, review and guarded; for `given` and `family` names the `usual` and the `rare` bits and those of every common name;
    /// then what was learned, as `matching` writes it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Thresholds {
            link_bits,
            review_bits,
            guarded_bits,
        } = self.thresholds;
        let mut lines = vec![
            format!("{HEADING}\t{MATCHING_MODEL_VERSION}"),
            format!("population\t{}", self.population),
            format!("thresholds\t{link_bits}\t{review_bits}\t{guarded_bits}"),
        ];
        let frequencies = self.scales.frequencies();
        for (kind, names) in [
            ("given", &frequencies.given),
            ("family", &frequencies.family),
        ] {
            lines.push(format!("usual\t{kind}\t{:.2}", names.usual_bits));
            lines.push(format!("rare\t{kind}\t{:.2}", names.rare_bits));
            let mut listed: Vec<(&String, &f32)> = names.listed.iter().collect();
            listed.sort_by(|one, other| one.1.total_cmp(other.1).then(one.0.cmp(other.0)));
            lines.extend(
                listed
                    .iter()
                    .map(|(name, bits)| format!("{kind}\t{name}\t{bits:.2}")),
            );
        }
        lines.push(self.learned.to_text());
        lines.join("\n")
    }

    /// Reads a model from its text.
    ///
    /// # Errors
    /// A [`MatchingModelError`] that says what is wrong where.
    pub fn parse(text: &str) -> Result<MatchingModel, MatchingModelError> {
        let first = text.lines().next().unwrap_or_default();
        let version = first
            .strip_prefix(HEADING)
            .and_then(|rest| rest.strip_prefix('\t'))
            .ok_or(MatchingModelError::NotAModel)?;
        if version.trim() != MATCHING_MODEL_VERSION.to_string() {
            return Err(MatchingModelError::Version(version.trim().to_owned()));
        }
        let mut reading = Reading::default();
        let mut length = first.len().saturating_add(1);
        for (line, number) in text.lines().zip(1_usize..).skip(1) {
            if !reading.line(line).ok_or(MatchingModelError::Line(number))? {
                break;
            }
            length = length.saturating_add(line.len()).saturating_add(1);
        }
        reading.finish(text.get(length..).unwrap_or_default())
    }
}

#[derive(Default)]
struct Reading {
    population: Option<u64>,
    thresholds: Option<Thresholds>,
    frequencies: Frequencies,
}

impl Reading {
    /// Reads a line. `None`: it is not understood; `false`: what was learned begins with it.
    fn line(&mut self, line: &str) -> Option<bool> {
        let words: Vec<&str> = line.split('\t').collect();
        let number = |text: &str| text.parse::<f32>().ok().filter(|bits| bits.is_finite());
        match words.as_slice() {
            ["population", people] => {
                self.population = Some(people.parse().ok().filter(|people| *people > 0)?);
            }
            ["thresholds", link, review, guarded] => {
                self.thresholds = Some(Thresholds {
                    link_bits: number(link)?,
                    review_bits: number(review)?,
                    guarded_bits: number(guarded)?,
                });
            }
            ["usual", kind, bits] => self.of_kind(kind)?.usual_bits = number(bits)?,
            ["rare", kind, bits] => self.of_kind(kind)?.rare_bits = number(bits)?,
            [kind @ ("given" | "family"), name, bits] => {
                let bits = number(bits)?;
                self.of_kind(kind)?.listed.insert((*name).to_owned(), bits);
            }
            _ => return Some(false),
        }
        Some(true)
    }

    fn of_kind(&mut self, kind: &str) -> Option<&mut NameFrequencies> {
        match kind {
            "given" => Some(&mut self.frequencies.given),
            "family" => Some(&mut self.frequencies.family),
            _ => None,
        }
    }

    fn finish(self, learned: &str) -> Result<MatchingModel, MatchingModelError> {
        let learned = Model::from_text(learned).map_err(MatchingModelError::Learned)?;
        let is_ours = learned.columns.len() == COLUMNS.len()
            && learned
                .columns
                .iter()
                .zip(COLUMNS)
                .all(|(column, (name, kind))| column.name == name && column.kind == kind);
        if !is_ours {
            return Err(MatchingModelError::Columns);
        }
        let thresholds = self
            .thresholds
            .ok_or(MatchingModelError::Missing("thresholds"))?;
        let population = self
            .population
            .ok_or(MatchingModelError::Missing("population"))?;
        let in_order = thresholds.guarded_bits <= thresholds.review_bits
            && thresholds.review_bits <= thresholds.link_bits;
        if !in_order {
            return Err(MatchingModelError::Thresholds);
        }
        Ok(MatchingModel::of(
            learned,
            self.frequencies,
            (thresholds, population),
        ))
    }
}
