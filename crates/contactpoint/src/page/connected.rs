//! Shields that wait for a decision about the open records they are connected with (X3): no child is named, each line leads to one.

use axum::http::StatusCode;
use axum::response::Response;
use directory::reason::Reason;
use store::{SHIELDS_SHOWN_MAX, ShieldLine};

use super::choices::fault;
use super::{FAULTY, from_list, shown};
use crate::problem::Problem;
use crate::view::connected::{Connected, Line};
use crate::view::fault::Fault;
use crate::view::layout::Layout;
use crate::visitor::{ChildPath, Done, Form, SignedIn};
use crate::words;

/// Where the list is.
pub(super) const PATH: &str = "/connected";
/// What became of a shield, as the address of the list says.
pub(super) const GONE: &str = "gone";
pub(super) const DECIDED: &str = "decided";
/// That a child was asked for without the reason for which shields are opened.
pub(super) const UNREASONED: &str = "no-reason";

/// For which reason they are opened.
pub(super) const WHY: Reason = Reason::ShieldDecision;

const NO_REASON: &str = "Choose why you need to see these shields";

pub(crate) async fn show(visitor: SignedIn, done: Done) -> Result<Response, Problem> {
    list(&visitor, (done.0, None)).await
}

async fn list(
    visitor: &SignedIn,
    (done, faulty): (Option<String>, Option<Fault>),
) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| store.shields_waiting(session, now));
    let lines = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let mut layout = visitor.layout("/shield");
    tell(&mut layout, done.as_deref());
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let page = Connected {
        layout,
        lines: lines.iter().map(line).collect(),
        reasons: from_list::choices(&[WHY], ""),
        faults: faulty.into_iter().collect(),
        lines_max: SHIELDS_SHOWN_MAX,
    };
    Ok(shown(status, &page))
}

/// Gives the reason for which a shield is opened from the list.
pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(reason) = from_list::given(&sent, &[WHY]) else {
        return list(&visitor, (None, Some(fault("reason", NO_REASON)))).await;
    };
    let gone = format!("{PATH}?done={GONE}");
    from_list::open(&visitor, &child, reason, [&href(&child), &gone]).await
}

/// The page of the records connected with one shielded child.
pub(super) fn href(child: &ChildPath) -> String {
    child.href().replacen("/child", PATH, 1)
}

/// Tells what became of a shield.
pub(super) fn tell(layout: &mut Layout, done: Option<&str>) {
    let told = done.and_then(|done| Some((done, done_words(done)?)));
    if let Some((done, words)) = told {
        layout.tell(words, done == DECIDED);
    }
}

fn done_words(done: &str) -> Option<&'static str> {
    let words = match done {
        DECIDED => {
            "Of that shield you have decided about every record that was listed. Each child you shielded as well is shielded from now on."
        }
        GONE => {
            "There is nothing to decide about that shield, or no longer: somebody decided meanwhile, or the record has changed."
        }
        UNREASONED => "Nothing was opened. Choose why you need to see the shield, then open it.",
        _ => return None,
    };
    Some(words)
}

fn line(one: &ShieldLine) -> Line {
    Line {
        placed: words::moment(one.placed),
        ground: one.ground.words().to_owned(),
        action: format!("{}/reason", href(&ChildPath::new(&one.reference, ""))),
    }
}
