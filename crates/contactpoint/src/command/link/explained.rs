//! Why two records are, or are not, of one person: in words, and for programs with the waterfall.

use matching::link::{Model, Table, against_words, explain};
use serde::Serialize;

use super::names::{Names, shown};
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

/// Said and drawn.
#[derive(Debug)]
pub struct Explanation {
    /// In words or as JSON.
    pub text: String,
    /// The waterfall.
    pub svg: String,
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
) -> Result<Explanation, Stop> {
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
    let svg = explanation.svg();
    if form == Form::Words {
        let text = format!(
            "{} and {}\n{}",
            shown(&one),
            shown(&other),
            explanation.words()
        );
        return Ok(Explanation { text, svg });
    }
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
        waterfall_svg: svg.clone(),
    };
    let text = serde_json::to_string_pretty(&explained);
    text.map(|text| Explanation { text, svg })
        .map_err(|error| Stop::Failed(format!("the explanation cannot be said: {error}")))
}
