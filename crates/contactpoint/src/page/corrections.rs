//! What is wrong on records of this authority, and how far it is: no child is named, each line leads to a record.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::correction::SourceAnswer;
use directory::following::{State, Weight};
use directory::statement::SourceKind;
use store::{FOLLOWED_MAX, FOLLOWED_READ_MAX, FollowLine, Left};

use super::choices::capital;
use super::{from_list, shown, wrong_words};
use crate::problem::Problem;
use crate::view::corrections::{Corrections, Line};
use crate::visitor::{ChildPath, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let asked = visitor
        .ask(|store, session, now| store.follow(session, now))
        .await?;
    let list = asked.map_err(|refusal| visitor.refused(refusal))?;
    let today = visitor.now().today;
    let reasons = from_list::of_officer(visitor.actor());
    let page = Corrections {
        layout: visitor.layout("/corrections"),
        reasons: from_list::choices(&reasons, ""),
        lines: list.lines.iter().map(|one| line(one, today)).collect(),
        left: left(list.left),
        lines_max: FOLLOWED_MAX,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// What is said of those that are not on the list.
fn left(left: Left) -> Option<String> {
    match left {
        Left::Nothing => None,
        Left::Later => Some(
            "More wait than are listed here, none of them longer. They come as these are settled."
                .to_owned(),
        ),
        Left::Unread => Some(format!(
            "More wait than are listed here: these wait the longest of {FOLLOWED_READ_MAX} records. The others come as these are settled."
        )),
    }
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
        answers: one.answers.iter().map(answer).collect(),
        action: child.below("reason"),
    }
}

/// What a source answered, as `School census, 4 July 2026: stands by what it says`.
fn answer((kind, answer, on): &(SourceKind, SourceAnswer, Date)) -> String {
    let (source, day) = (capital(kind.words()), words::day(*on));
    words::typeset(&format!("{source}, {day}: {}", answer.words()))
}
