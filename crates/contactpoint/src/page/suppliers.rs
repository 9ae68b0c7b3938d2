//! Who supplies the directory, and how fresh what they supply is.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::local_source::LocalSource;
use directory::run::RunState;
use directory::statement::SourceKind;
use store::Feeding;

use super::shown;
use crate::figures;
use crate::problem::Problem;
use crate::view::suppliers::{Line, Suppliers};
use crate::visitor::{SignedIn, escaped};
use crate::words;

/// How many names of one supplier stand beside each other; more are told by its code.
const NAMES_MAX: usize = 3;
/// What waits where nothing does.
const NOTHING: &str = "Nothing";

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| {
        let seen = store.oversee(session, now)?;
        Ok(seen.map(|seen| (seen, store.local_sources())))
    });
    let (all, listed) = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let today = visitor.now().today;
    let mut lines: Vec<Line> = all.iter().map(|one| line(one, &listed, today)).collect();
    // Where something waits for somebody comes first.
    let order = |one: &Line| (one.waits == NOTHING, one.name.clone());
    lines.sort_by_key(order);
    let page = Suppliers {
        layout: visitor.layout("/suppliers"),
        lines,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// What a supplier is called: a national one by its kind, a local one as the published list has it, else by its code.
pub(super) fn name(feeding: &Feeding, listed: &[LocalSource]) -> String {
    let supplier = &feeding.supplier;
    if supplier.kind != SourceKind::Local {
        return figures::kind(supplier.kind).to_owned();
    }
    let own = listed.iter().filter(|one| *one.supplier() == supplier.code);
    let mut names: Vec<String> = own.map(|one| words::typeset(one.name())).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() || names.len() > NAMES_MAX {
        return supplier.code.to_string();
    }
    names.join(", ")
}

/// Of what kind a supplier is, and of which sectors.
pub(super) fn kind(feeding: &Feeding) -> String {
    let kind = match feeding.supplier.kind {
        SourceKind::Local => "Local system",
        _ => "National source",
    };
    let sectors = feeding.sectors.iter().map(|sector| sector.words());
    let parts: Vec<&str> = std::iter::once(kind).chain(sectors).collect();
    parts.join(", ")
}

/// The day its last extract was drawn, and how long ago.
pub(super) fn last(feeding: &Feeding, today: Date) -> String {
    feeding.last.as_ref().map_or_else(
        || "None applied yet".to_owned(),
        |run| {
            let (day, ago) = (words::day(run.extracted), words::ago(run.extracted, today));
            format!("{day}, {ago}")
        },
    )
}

/// The address of a supplier.
pub(super) fn href(feeding: &Feeding) -> String {
    format!("/suppliers/{}", escaped(feeding.supplier.code.as_str()))
}

fn line(feeding: &Feeding, listed: &[LocalSource], today: Date) -> Line {
    Line {
        href: href(feeding),
        name: name(feeding, listed),
        kind: kind(feeding),
        last: last(feeding, today),
        rhythm: figures::rhythm_words(feeding, today),
        waits: waits(feeding),
    }
}

fn waits(feeding: &Feeding) -> String {
    let of = |state: RunState| {
        let runs = feeding.open.iter().filter(|run| run.state == state);
        match runs.count() {
            0 => None,
            1 => Some(format!("1 run is {}", state.words())),
            count => Some(format!("{count} runs are {}", state.words())),
        }
    };
    let told: Vec<String> = RunState::ALL.into_iter().filter_map(of).collect();
    if told.is_empty() {
        NOTHING.to_owned()
    } else {
        told.join("; ")
    }
}
