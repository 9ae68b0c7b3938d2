//! Records that may be of one child: no child is named, each line leads to two records side by side.

use axum::http::StatusCode;
use axum::response::Response;
use directory::reason::Reason;
use store::{Left, SUSPECTED_SHOWN_MAX, SuspectedBy, SuspectedLine, WantedPair};

use super::choices::{choice, fault};
use super::{FAULTY, shown, to};
use crate::problem::Problem;
use crate::view::duplicates::{Duplicates, Line};
use crate::view::fault::Fault;
use crate::view::layout::Layout;
use crate::visitor::{ChildPath, Done, Form, OtherPath, SignedIn, escaped};
use crate::words;

/// Where the list is.
pub(super) const PATH: &str = "/duplicates";
/// What became of a pair, as the address of the next page says.
pub(super) const MERGED: &str = "merged";
pub(super) const APART: &str = "apart";
pub(super) const PUT_OFF: &str = "put-off";
pub(super) const GONE: &str = "gone";

/// For which reason two records are opened: to see whether they are of one child.
pub(super) const WHY: Reason = Reason::DataQuality;

const NO_REASON: &str = "Choose why you need to see these records";

pub(crate) async fn show(visitor: SignedIn, done: Done) -> Result<Response, Problem> {
    list(&visitor, (done.0, None)).await
}

async fn list(
    visitor: &SignedIn,
    (done, faulty): (Option<String>, Option<Fault>),
) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| store.suspected(session, now));
    let list = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let mut layout = visitor.layout("/review");
    tell(&mut layout, done.as_deref());
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let page = Duplicates {
        layout,
        lines: list.lines.iter().map(line).collect(),
        reasons: vec![choice(WHY.code(), WHY.words(), "")],
        faults: faulty.into_iter().collect(),
        lines_max: SUSPECTED_SHOWN_MAX,
        left: match list.left {
            Left::Nothing => None,
            Left::Later => Some("More wait, none of them longer than these."),
            Left::Unread => Some("More wait than were looked at; some may have waited longer."),
        },
    };
    Ok(shown(status, &page))
}

/// The reason that somebody gives for two records. `None`: they give none, or one for which pairs are not opened.
pub(super) fn reason_given(sent: &Form) -> Option<Reason> {
    Reason::parse(sent.fields().text("reason")).filter(|given| *given == WHY)
}

/// Gives the reason for which both records of a line are opened.
pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    other: OtherPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(reason) = reason_given(&sent) else {
        return list(&visitor, (None, Some(fault("reason", NO_REASON)))).await;
    };
    let pair = [child.reference(), other.0];
    let wanted = WantedPair::This(pair.clone());
    let asked =
        visitor.ask(move |store, session, now| store.take_up_pair(session, reason, wanted, now));
    Ok(match asked.await? {
        Ok(_) => to(&href(&pair)),
        Err(_) => to(&format!("{PATH}?done={GONE}")),
    })
}

/// The page of two records.
pub(super) fn href([reference, other]: &[String; 2]) -> String {
    format!("{PATH}/{}/{}", escaped(reference), escaped(other))
}

/// Why two records may be of one child, in words.
pub(super) fn by_words(by: SuspectedBy) -> &'static str {
    match by {
        SuspectedBy::Number => "Both have the same number of another body",
        SuspectedBy::Identity => "A source says the same of both, word for word",
        SuspectedBy::Likeness => "What is said of them is alike",
    }
}

/// Tells what became of the pair before.
pub(super) fn tell(layout: &mut Layout, done: Option<&str>) {
    let told = done.and_then(|done| Some((done, done_words(done)?)));
    if let Some((done, words)) = told {
        layout.tell(words, done != GONE);
    }
}

fn done_words(done: &str) -> Option<&'static str> {
    let words = match done {
        MERGED => "The two records are one. On the record it can be taken back.",
        APART => "The two records are kept apart, and stay so.",
        PUT_OFF => "The two records wait at the end of the list.",
        GONE => {
            "There is nothing to decide about those records, or no longer: somebody decided meanwhile, or they have changed."
        }
        _ => return None,
    };
    Some(words)
}

fn line(one: &SuspectedLine) -> Line {
    let pair = [one.reference.clone(), one.other.clone()];
    Line {
        since: words::moment(one.since),
        by: by_words(one.by),
        action: format!("{}/reason", href(&pair)),
    }
}
