//! Why two records are, or are not, of one person: in words, and for programs with the waterfall.

use matching::link::{Model, Table, against_words, explain};
use serde::Serialize;

use super::names::Names;
use crate::command::Stop;

/// A pair's explanation, for programs.
#[derive(Debug, Serialize)]
struct Explained {
    one: String,
    other: String,
    prior_bits: f32,
    against: &'static str,
    terms: Vec<Term>,
    others_bits: f32,
    total_bits: f32,
    probability: f32,
    waterfall_svg: String,
}

/// What one field says.
#[derive(Debug, Serialize)]
struct Term {
    field: String,
    compared: (String, String),
    level: &'static str,
    bits: f32,
    frequency_bits: f32,
}

/// How it is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In words.
    Words,
    /// As JSON.
    Json,
}

/// Explains a pair of records.
///
/// # Errors
/// [`Stop::Usage`] when the names do not name two records.
pub fn explained(
    names: &Names<'_>,
    table: &Table,
    model: &Model,
    (pair, form): (&[String], Form),
) -> Result<String, Stop> {
    let [one, other] = pair else {
        return Err(Stop::Usage(
            "--explain wants two ids. Nothing was written.".to_owned(),
        ));
    };
    let (left, right) = (names.row(one)?, names.row(other)?);
    if left == right {
        return Err(Stop::Usage(format!(
            "{one:?} and {other:?} are one record. Nothing was written. Name two."
        )));
    }
    let explanation = explain(table, model, left.min(right), left.max(right));
    let (one, other) = (names.name(left.min(right)), names.name(left.max(right)));
    if form == Form::Words {
        return Ok(format!("{one} and {other}\n{}", explanation.words()));
    }
    let waterfall_svg = explanation.svg();
    let terms = explanation.terms.into_iter().map(|term| Term {
        field: term.field,
        compared: term.compared,
        level: term.level,
        bits: term.bits,
        frequency_bits: term.frequency_bits,
    });
    let explained = Explained {
        one,
        other,
        prior_bits: explanation.prior_bits,
        against: against_words(explanation.against),
        terms: terms.collect(),
        others_bits: explanation.others_bits,
        total_bits: explanation.total_bits,
        probability: explanation.probability,
        waterfall_svg,
    };
    serde_json::to_string_pretty(&explained)
        .map_err(|error| Stop::Failed(format!("the explanation cannot be said: {error}")))
}
