//! One supplier, looked at closely; and letting a held or a paused run of it go on.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::quality::Measure;
use directory::run::{Ends, Run, RunId};
use directory::text::SupplierCode;
use store::{Cell, Feeding, Figures, NotSo, Overseen};

use super::suppliers::{kind, last, name};
use super::{fault_rates, open_run, shown, to};
use crate::figures;
use crate::problem::{Problem, What};
use crate::view::supplier::{Covered, Line, Supplier, Told};
use crate::visitor::{Done, Form, Segments, SignedIn, escaped};
use crate::words;

/// What was done, as the address of the next page says.
const RELEASED: &str = "released";
const RESUMED: &str = "resumed";
/// The run does not wait for that any more.
const STANDS: &str = "stands";

pub(crate) async fn show(
    visitor: SignedIn,
    segments: Segments,
    Done(done): Done,
) -> Result<Response, Problem> {
    let code = code(&visitor, &segments)?;
    let asked = visitor.ask(move |store, session, now| {
        let seen = store.oversee_supplier(session, &code, now)?;
        let beside = (store.figures()?, store.local_sources(), store.authorities());
        let lately = match &seen {
            Ok(Some(_)) => store.faults_lately(&code)?,
            _ => Vec::new(),
        };
        Ok(seen.map(|seen| (seen, beside, lately)))
    });
    let (seen, (counted, listed, authorities), lately) =
        asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let seen = seen.ok_or_else(|| visitor.problem(What::NoSuchPage))?;
    let areas = authorities
        .into_iter()
        .map(|one| (Some(one.code), words::typeset(&one.name)));
    let areas = areas.chain([(None, "No authority known".to_owned())]);
    let of = &seen.feeding.supplier.code;
    let coverage = areas.filter_map(|(area, authority)| {
        let figure = counted.of(&Cell::Coverage(of.clone(), area));
        (figure != directory::figure::Figure::Few).then(|| Covered {
            authority,
            figure: figures::figure(figure),
        })
    });
    let mut layout = visitor.layout("/suppliers");
    if let Some(words) = done.as_deref().and_then(done_words) {
        layout.tell(words, done.as_deref() != Some(STANDS));
    }
    let page = Supplier {
        layout,
        name: name(&seen.feeding, &listed),
        facts: facts(&visitor, &seen.feeding),
        open: seen
            .feeding
            .open
            .iter()
            .rev()
            .map(|run| open_run::open(&visitor, run, &seen.runs))
            .collect(),
        held: held(&seen),
        coverage: coverage.collect(),
        counted: counted.at.map(words::moment),
        figures: told(&counted, of),
        runs: seen.runs.iter().map(line).collect(),
        faults: fault_rates::rates(&lately),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Lets a held run go on.
pub(crate) async fn release(
    visitor: SignedIn,
    segments: Segments,
    _sent: Form,
) -> Result<Response, Problem> {
    let (code, run) = named(&visitor, &segments)?;
    let asked = visitor.ask(move |store, session, now| store.release_as(session, run, now));
    gone_on(&visitor, (&code, RELEASED), asked.await?)
}

/// Lets a paused run go on.
pub(crate) async fn resume(
    visitor: SignedIn,
    segments: Segments,
    _sent: Form,
) -> Result<Response, Problem> {
    let (code, run) = named(&visitor, &segments)?;
    let asked = visitor.ask(move |store, session, now| store.resume_as(session, run, now));
    gone_on(&visitor, (&code, RESUMED), asked.await?)
}

/// The supplier and the run that an address names.
fn named(visitor: &SignedIn, segments: &Segments) -> Result<(SupplierCode, RunId), Problem> {
    let run = segments.text("run").parse().map(RunId);
    let run = run.map_err(|_| visitor.problem(What::NoSuchPage))?;
    Ok((code(visitor, segments)?, run))
}

fn gone_on(
    visitor: &SignedIn,
    (code, done): (&SupplierCode, &str),
    let_go_on: Result<Result<(), NotSo>, Refusal>,
) -> Result<Response, Problem> {
    let let_go_on = let_go_on.map_err(|refusal| visitor.refused(refusal))?;
    let done = match let_go_on {
        Ok(()) => done,
        Err(NotSo::Stands(_)) => STANDS,
        Err(NotSo::NoRun) => return Err(visitor.problem(What::NoSuchPage)),
    };
    let code = escaped(code.as_str());
    Ok(to(&format!("/suppliers/{code}?done={done}")))
}

fn done_words(done: &str) -> Option<String> {
    let what = match done {
        RELEASED => "The run is released.",
        RESUMED => "The run may go on.",
        STANDS => {
            return Some(
                "The run did not wait for that any more: somebody let it go on, or took it back, meanwhile. How it stands is shown below."
                    .to_owned(),
            );
        }
        _ => return None,
    };
    Some(format!(
        "{what} It goes on by itself if it came to the suppliers’ door and is still kept there, or when the same file is sent again."
    ))
}

fn code(visitor: &SignedIn, segments: &Segments) -> Result<SupplierCode, Problem> {
    SupplierCode::parse(segments.text("supplier")).map_err(|_| visitor.problem(What::NoSuchPage))
}

fn facts(visitor: &SignedIn, feeding: &Feeding) -> Vec<(&'static str, String)> {
    let today = visitor.now().today;
    let ended = feeding.last.as_ref().and_then(|run| run.ended);
    vec![
        ("Code", feeding.supplier.code.to_string()),
        ("Kind", kind(feeding)),
        ("Last extract drawn on", last(feeding, today)),
        (
            "Applied to its end",
            ended.map_or_else(|| "–".to_owned(), words::moment),
        ),
        ("Rhythm", figures::rhythm_words(feeding, today)),
        ("Refused, last run", rate(feeding, |run| run.totals.refused)),
        ("Children and involvements ended, last run", ends(feeding)),
    ]
}

fn rate(feeding: &Feeding, of: fn(&Run) -> u64) -> String {
    let last = feeding.last.as_ref();
    last.map_or_else(|| "–".to_owned(), |run| rate_of(of(run), run))
}

fn ends(feeding: &Feeding) -> String {
    let ends = feeding.last.as_ref().and_then(|run| run.totals.ends);
    ends.map_or_else(|| "–".to_owned(), ends_words)
}

/// What a file ends, in figures.
pub(super) fn ends_words(ends: Ends) -> String {
    let (children, involvements) = (ends.children, ends.involvements);
    format!(
        "{} children, {} involvements",
        figures::count(children),
        figures::count(involvements)
    )
}

fn rate_of(part: u64, run: &Run) -> String {
    match figures::share(part, run.rows) {
        Some(share) => format!("{} rows, {share}", figures::count(part)),
        None => format!("{} rows", figures::count(part)),
    }
}

/// What is said to shielding officers only, of rows of their own authority's children (C6).
fn held(seen: &Overseen) -> Option<String> {
    let words = match seen.held_rows? {
        0 => "No row of this supplier is held for you.".to_owned(),
        1 => "1 row of this supplier is held for shielding officers of your authority. Nobody else is told."
            .to_owned(),
        count => format!(
            "{count} rows of this supplier are held for shielding officers of your authority. Nobody else is told."
        ),
    };
    Some(words)
}

fn told(counted: &Figures, of: &SupplierCode) -> Vec<Told> {
    let measures = Measure::ALL.into_iter();
    let measures = measures.filter(|measure| measure.is_by_supplier());
    let told = measures.map(|measure| Told {
        name: measure.words(),
        definition: measure.definition(),
        figure: figures::figure(counted.of(&Cell::Supplier(measure, of.clone()))),
    });
    told.collect()
}

/// What is told of a run follows from its file alone, as at the suppliers’ door. What became of the rows that were taken – said something
/// new, nothing new, or waited for a person – is told at no size: of a row with a guessed postcode it would confirm what is hidden of a
/// shielded child, and whoever sends the guess in many rows, beside many others, is stopped by no rounding (R44, X2).
fn line(run: &Run) -> Line {
    let totals = run.totals;
    let refused = figures::count(totals.refused);
    Line {
        number: run.id.0.to_string(),
        drawn: words::day(run.extracted),
        reach: open_run::reach(run.reach),
        state: match run.ended {
            Some(at) => format!("{}, {}", run.state.words(), words::moment(at)),
            None => run.state.words().to_owned(),
        },
        rows: figures::count(run.rows),
        refused: match figures::share(totals.refused, run.rows) {
            Some(share) => format!("{refused}, {share}"),
            None => refused,
        },
    }
}
