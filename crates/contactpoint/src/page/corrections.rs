//! What is wrong on records of this authority, and how far it is: no child is named, each line leads to a record.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::account::Role;
use directory::following::{State, Weight};
use directory::reason::Reason;
use store::{FOLLOWED_MAX, FollowLine};

use super::choices::{capital, choice};
use super::{shown, wrong_words};
use crate::problem::Problem;
use crate::view::corrections::{Corrections, Line};
use crate::visitor::{ChildPath, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let asked = visitor
        .ask(|store, session, now| store.follow(session, now))
        .await?;
    let lines = asked.map_err(|refusal| visitor.refused(refusal))?;
    let today = visitor.now().today;
    // Whoever sees behind shields gives the reason for which they do.
    let reason = if visitor.actor().is(Role::ShieldingOfficer) {
        Reason::ShieldDecision
    } else {
        Reason::DataQuality
    };
    let page = Corrections {
        layout: visitor.layout("/corrections"),
        reason: choice(reason.code(), reason.words(), ""),
        lines: lines.iter().map(|one| line(one, today)).collect(),
        lines_max: FOLLOWED_MAX,
    };
    Ok(shown(StatusCode::OK, &page))
}

fn line(one: &FollowLine, today: Date) -> Line {
    let child = ChildPath::new(&one.reference, "");
    let state = match (one.weight, one.state) {
        (Weight::Report, _) => "Reported: look into it",
        (Weight::Correction, State::AskedAgain) => "The source says something else: decide again",
        (Weight::Correction, _) => "Put right, waiting for the source",
    };
    Line {
        field: capital(one.field.words()),
        since: words::day(one.since),
        ago: words::ago(one.since, today),
        cause: one.cause.words().to_owned(),
        state: state.to_owned(),
        told: wrong_words::told(&one.sources),
        action: child.below("reason"),
    }
}
