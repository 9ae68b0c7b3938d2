//! Shields that wait for a decision about the open records they are connected with (X3): no child is named, each line leads to one.

use axum::http::StatusCode;
use axum::response::Response;
use directory::reason::Reason;
use store::{SHIELDS_SHOWN_MAX, ShieldLine};

use super::{from_list, shown};
use crate::problem::Problem;
use crate::view::connected::{Connected, Line};
use crate::visitor::{ChildPath, Done, Form, SignedIn};
use crate::words;

/// Where the list is.
pub(super) const PATH: &str = "/connected";
/// What became of a shield, as the address of the list says.
pub(super) const GONE: &str = "gone";
pub(super) const DECIDED: &str = "decided";

pub(crate) async fn show(visitor: SignedIn, done: Done) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| store.shields_waiting(session, now));
    let lines = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let mut layout = visitor.layout("/shield");
    layout.done = done.0.as_deref().and_then(done_words);
    let page = Connected {
        layout,
        lines: lines.iter().map(line).collect(),
        reason: Reason::ShieldDecision.code().to_owned(),
        lines_max: SHIELDS_SHOWN_MAX,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// Gives the reason for which a shield is opened from the list.
pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let gone = format!("{PATH}?done={GONE}");
    from_list::send(&visitor, &child, sent, [PATH, &href(&child), &gone]).await
}

/// The page of the records connected with one shielded child.
pub(super) fn href(child: &ChildPath) -> String {
    child.href().replacen("/child", PATH, 1)
}

fn done_words(done: &str) -> Option<String> {
    let words = match done {
        DECIDED => {
            "You have decided about every record that was listed. Each child you shielded as well is shielded from now on."
        }
        GONE => {
            "There is nothing to decide about that shield, or no longer: somebody decided meanwhile, or the record has changed."
        }
        _ => return None,
    };
    Some(words.to_owned())
}

fn line(one: &ShieldLine) -> Line {
    Line {
        placed: words::moment(one.placed),
        ground: one.ground.words().to_owned(),
        action: format!("{}/reason", href(&ChildPath::new(&one.reference, ""))),
    }
}
