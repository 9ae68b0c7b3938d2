//! A model as text, for keeping, reading and showing.
//!
//! One statement a line, its words separated by tabs: `contactpoint-linkage-model` with the version; `records`;
//! `thresholds`, of which the second may be `none`; `column` with kind and name; `file` with name; `prior`; `pass` with features;
//! `field` with kind, place among columns of its kind, and name; and after each field its levels, `level` with log2 probabilities by class; at last `end` with the number of
//! lines before it, so that a text of which something is lost is none. Numbers are written so that reading gives the same bits.

use std::fmt;
use std::str::FromStr;

use super::feature::Feature;
use super::field::Field;
use super::kind::Kind;
use super::model::{Comparison, MODEL_VERSION, Model, PerClass, Thresholds};
use super::schema::{Column, Schema};

const HEADING: &str = "contactpoint-linkage-model";
/// The version before, which is still read: it had no `end`.
const VERSION_WITHOUT_END: &str = "2";
/// Written for a threshold that there is none of.
const NONE: &str = "none";
const FIELDS: [(&str, Field); 12] = [
    ("file", Field::File),
    ("given", Field::Given),
    ("further", Field::Further),
    ("family", Field::Family),
    ("date", Field::Date),
    ("place", Field::Place),
    ("change", Field::Change),
    ("sex", Field::Sex),
    ("parent", Field::Parent),
    ("text", Field::Text(0)),
    ("code", Field::Code(0)),
    ("identifier", Field::Identifier(0)),
];
const FEATURES: [(&str, Feature); 14] = [
    ("date", Feature::Date),
    ("year", Feature::Year),
    ("month-day", Feature::MonthDay),
    ("given", Feature::Given),
    ("second", Feature::Second),
    ("family", Feature::Family),
    ("names", Feature::Names),
    ("postcode", Feature::Postcode),
    ("sector", Feature::Sector),
    ("address", Feature::Address),
    ("family-head", Feature::FamilyHead),
    ("free", Feature::Free(0)),
    ("last-word", Feature::LastWord(0)),
    ("identifier", Feature::Identifier(0)),
];

/// Why a text is no model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// The text does not begin as a model does.
    NotAModel,
    /// The model has a version this program does not read.
    Version(String),
    /// A line, counted from 1, is not understood.
    Line(usize),
    /// Something every model has is missing.
    Missing(&'static str),
}

impl fmt::Display for ModelError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(
                out,
                "this is no linkage model: it does not begin with {HEADING}"
            ),
            Self::Version(found) => {
                write!(
                    out,
                    "the model has version {found}, this program reads versions {VERSION_WITHOUT_END} and {MODEL_VERSION}"
                )
            }
            Self::Line(line) => write!(out, "line {line} of the model is not understood"),
            Self::Missing(what) => write!(out, "the model has no {what}"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// The model as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            format!("{HEADING}\t{MODEL_VERSION}"),
            format!("records\t{}", self.records),
        ];
        let Thresholds {
            link_bits,
            certain_bits,
            review_bits,
        } = self.thresholds;
        let certain = certain_bits.map_or(NONE.to_owned(), |bits| bits.to_string());
        lines.push(format!("thresholds\t{link_bits}\t{certain}\t{review_bits}"));
        for column in &self.columns {
            lines.push(format!(
                "column\t{}\t{}",
                column.kind.name(),
                one_line(&column.name)
            ));
        }
        lines.extend(
            self.files
                .iter()
                .map(|name| format!("file\t{}", one_line(name))),
        );
        lines.push(numbers("prior", &self.prior_bits));
        for pass in &self.passes {
            let names = pass.iter().map(|feature| feature_text(*feature));
            lines.push(
                std::iter::once("pass".to_owned())
                    .chain(names)
                    .collect::<Vec<_>>()
                    .join("\t"),
            );
        }
        for comparison in &self.comparisons {
            let (name, place) = field_text(comparison.field);
            lines.push(format!(
                "field\t{name}\t{place}\t{}",
                one_line(&comparison.name)
            ));
            lines.extend(
                comparison
                    .levels
                    .iter()
                    .map(|level| numbers("level", level)),
            );
        }
        lines.push(format!("end\t{}", lines.len()));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Reads a model from its text.
    ///
    /// # Errors
    /// A [`ModelError`] that says what is wrong where.
    pub fn from_text(text: &str) -> Result<Self, ModelError> {
        let mut lines = text.lines().zip(1_usize..);
        let heading = lines.next().map_or("", |(line, _)| line);
        let version = heading
            .strip_prefix(HEADING)
            .and_then(|rest| rest.strip_prefix('\t'))
            .ok_or(ModelError::NotAModel)?;
        let version = version.trim();
        if version != MODEL_VERSION.to_string() && version != VERSION_WITHOUT_END {
            return Err(ModelError::Version(version.to_owned()));
        }
        let mut reading = Reading {
            is_whole: version == VERSION_WITHOUT_END,
            ..Reading::default()
        };
        for (line, number) in lines.filter(|(line, _)| !line.is_empty()) {
            if reading.has_ended {
                // Nothing stands behind the end.
                reading.is_whole = false;
            } else if let Some(before) = line.strip_prefix("end\t") {
                reading.is_whole = before.parse() == Ok(number.saturating_sub(1));
                reading.has_ended = true;
            } else {
                reading.line(line).ok_or(ModelError::Line(number))?;
            }
        }
        reading.finish()
    }
}

#[derive(Default)]
struct Reading {
    columns: Vec<Column>,
    files: Vec<String>,
    records: Option<u64>,
    comparisons: Vec<Comparison>,
    prior: Option<PerClass>,
    passes: Vec<Vec<Feature>>,
    thresholds: Option<Thresholds>,
    is_whole: bool,
    has_ended: bool,
}

impl Reading {
    fn line(&mut self, line: &str) -> Option<()> {
        let mut words = line.split('\t');
        match words.next()? {
            "records" => self.records = Some(words.next()?.parse().ok()?),
            "thresholds" => {
                let [link, certain, review]: [&str; 3] =
                    words.collect::<Vec<_>>().try_into().ok()?;
                let [link_bits, review_bits] = floats([link, review].into_iter())?;
                let certain_bits = match certain {
                    NONE => None,
                    bits => Some(floats::<1>([bits].into_iter())?).map(|[bits]| bits),
                };
                self.thresholds = Some(Thresholds {
                    link_bits,
                    certain_bits,
                    review_bits,
                });
            }
            "column" => {
                let kind = Kind::parse(words.next()?)?;
                self.columns.push(Column::new(words.next()?, kind));
            }
            "file" => self.files.push(words.next()?.to_owned()),
            "prior" => self.prior = Some(floats(words)?),
            "pass" => self
                .passes
                .push(words.map(feature_of).collect::<Option<_>>()?),
            "field" => {
                let field = field_of(words.next()?, words.next()?.parse().ok()?)?;
                self.comparisons.push(Comparison {
                    field,
                    name: words.next()?.to_owned(),
                    levels: Vec::new(),
                });
            }
            "level" => self.comparisons.last_mut()?.levels.push(floats(words)?),
            _ => return None,
        }
        Some(())
    }

    fn finish(self) -> Result<Model, ModelError> {
        let complete =
            |comparison: &Comparison| comparison.levels.len() == comparison.field.levels().len();
        if !self.is_whole {
            return Err(ModelError::Missing(
                "right end: lines are lost or were added",
            ));
        }
        let schema = Schema::new(self.columns.clone());
        let expected = schema.map(|schema| Field::of(&schema)).unwrap_or_default();
        let fields = self.comparisons.iter().map(|comparison| comparison.field);
        let fields = fields.filter(|field| *field != Field::File);
        let is_expected = fields.eq(expected.iter().map(|(field, _)| *field));
        if !is_expected || !self.comparisons.iter().all(complete) {
            return Err(ModelError::Missing("complete fields"));
        }
        Ok(Model {
            columns: self.columns,
            files: self.files,
            records: self.records.ok_or(ModelError::Missing("records"))?,
            comparisons: self.comparisons,
            prior_bits: self.prior.ok_or(ModelError::Missing("prior"))?,
            passes: self.passes,
            thresholds: self.thresholds.ok_or(ModelError::Missing("thresholds"))?,
        })
    }
}

fn numbers(name: &str, values: &[f32]) -> String {
    let values = values.iter().map(f32::to_string);
    std::iter::once(name.to_owned())
        .chain(values)
        .collect::<Vec<_>>()
        .join("\t")
}

/// Exactly so many finite numbers.
fn floats<'a, const N: usize>(words: impl Iterator<Item = &'a str>) -> Option<[f32; N]> {
    let values: Vec<f32> = words.map(f32::from_str).collect::<Result<_, _>>().ok()?;
    let values: [f32; N] = values.try_into().ok()?;
    values
        .iter()
        .all(|value| value.is_finite())
        .then_some(values)
}

fn one_line(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn field_text(field: Field) -> (&'static str, usize) {
    let place = match field {
        Field::Text(place) | Field::Code(place) | Field::Identifier(place) => place,
        _ => 0,
    };
    let same_kind = |known: &Field| std::mem::discriminant(known) == std::mem::discriminant(&field);
    let name = FIELDS
        .iter()
        .find(|(_, known)| same_kind(known))
        .map_or("", |(name, _)| *name);
    (name, place)
}

fn field_of(name: &str, place: usize) -> Option<Field> {
    let (_, field) = FIELDS.iter().find(|(known, _)| *known == name)?;
    Some(match field {
        Field::Text(_) => Field::Text(place),
        Field::Code(_) => Field::Code(place),
        Field::Identifier(_) => Field::Identifier(place),
        other => *other,
    })
}

fn feature_text(feature: Feature) -> String {
    let same_kind =
        |known: &Feature| std::mem::discriminant(known) == std::mem::discriminant(&feature);
    let name = FEATURES
        .iter()
        .find(|(_, known)| same_kind(known))
        .map_or("", |(name, _)| *name);
    match feature {
        Feature::Free(place) | Feature::LastWord(place) | Feature::Identifier(place) => {
            format!("{name} {place}")
        }
        _ => name.to_owned(),
    }
}

fn feature_of(text: &str) -> Option<Feature> {
    let (name, place) = text.split_once(' ').unwrap_or((text, "0"));
    let (_, feature) = FEATURES.iter().find(|(known, _)| *known == name)?;
    let place = place.parse().ok()?;
    Some(match feature {
        Feature::Free(_) => Feature::Free(place),
        Feature::LastWord(_) => Feature::LastWord(place),
        Feature::Identifier(_) => Feature::Identifier(place),
        other => *other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_is_read_as_it_was_written() {
        let numbered = [
            Feature::Free(3),
            Feature::LastWord(11),
            Feature::Identifier(2),
        ];
        let all = FEATURES.iter().map(|(_, feature)| *feature);
        for feature in all.chain(numbered) {
            assert_eq!(feature_of(&feature_text(feature)), Some(feature));
        }
        assert_eq!(feature_of("last-letter 1"), None);
    }
}
