//! What somebody lately looked at: by number and time, never by what was seen.

use axum::http::StatusCode;
use axum::response::Response;
use directory::number::Number;

use super::shown;
use crate::problem::Problem;
use crate::view::look_ups::{LookUp, LookUps};
use crate::visitor::SignedIn;
use crate::words;

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let looked = visitor
        .ask(|store, session, now| store.look_ups(session, now))
        .await?;
    let look_ups = looked.into_iter().map(look_up).collect();
    Ok(shown(
        StatusCode::OK,
        &LookUps {
            layout: visitor.layout("/look-ups"),
            look_ups,
        },
    ))
}

fn look_up(one: store::LookUp) -> LookUp {
    let (what, number, outcome) = words(one.looked);
    LookUp {
        at: words::moment(one.at),
        what: what.to_owned(),
        number: number.map(|number| number.to_string()),
        reason: one
            .reason
            .map_or_else(|| "–".to_owned(), |reason| reason.words().to_owned()),
        outcome: outcome.to_owned(),
    }
}

fn words(looked: store::Looked) -> (&'static str, Option<Number>, &'static str) {
    match looked {
        store::Looked::Searched => ("Search", None, "Records listed"),
        store::Looked::FoundNothing => ("Search", None, "No record was found"),
        store::Looked::Opened(number) => ("Record opened", Some(number), "Shown"),
        store::Looked::Refused(number) => ("Refused", number, "Nothing was shown"),
        store::Looked::RowShown(number) => ("Waiting row opened", number, "Shown"),
        store::Looked::RowDecided(number) => ("Waiting row", number, "Decided"),
        store::Looked::Changed(number) => ("Record changed", Some(number), "Changed"),
    }
}
