//! The rows that wait for a data officer, and those that wait for a shielding officer.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::{Refusal, review_reason};
use directory::reason::Reason;
use directory::row::Waits;
use store::{Likely, Order, WaitingLine, Wanted, Worklist};

use super::choices::{capital, choice, fault};
use super::{FAULTY, shown, to};
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::layout::{Layout, Slip};
use crate::view::review::{Line, Review};
use crate::visitor::{ChildPath, Form, Listed, RowPath, SignedIn, escaped};
use crate::words;

/// What became of a row, as the address of the next page says. Of one that is linked it says too to which record, after a point, by the
/// reference of that record in this session.
pub(super) const LINKED: &str = "linked";
pub(super) const APART: &str = "apart";
pub(super) const PUT_OFF: &str = "put-off";
pub(super) const GONE: &str = "gone";

const NO_REASON: &str = "Choose why you need to see these rows";

pub(crate) async fn show(visitor: SignedIn, listed: Listed) -> Result<Response, Problem> {
    list(&visitor, Waits::Review, (listed, None)).await
}

pub(crate) async fn show_held(visitor: SignedIn, listed: Listed) -> Result<Response, Problem> {
    list(&visitor, Waits::Held, (listed, None)).await
}

pub(crate) async fn send(visitor: SignedIn, sent: Form) -> Result<Response, Problem> {
    take_up(&visitor, Waits::Review, &sent).await
}

pub(crate) async fn send_held(visitor: SignedIn, sent: Form) -> Result<Response, Problem> {
    take_up(&visitor, Waits::Held, &sent).await
}

/// The address of a list.
pub(super) fn path(waits: Waits) -> &'static str {
    match waits {
        Waits::Review => "/review",
        Waits::Held => "/held",
    }
}

/// The reason that somebody gives for a row of a list. `None`: they give none, or one for which rows are not seen.
pub(super) fn reason_given(waits: Waits, sent: &Form) -> Option<Reason> {
    let given = Reason::parse(sent.fields().text("reason"));
    given.filter(|one| *one == review_reason(waits))
}

/// Takes up a row of a list for a reason. `None`: none waits but one that is to be left.
pub(super) async fn next(
    visitor: &SignedIn,
    (waits, reason): (Waits, Reason),
    (wanted, order): (Wanted, Order),
    without: Option<&str>,
) -> Result<Option<RowPath>, Problem> {
    let asked = visitor
        .ask(move |store, session, now| store.take_up(session, (waits, reason), wanted, now));
    let reference = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    Ok(reference
        .filter(|reference| Some(reference.as_str()) != without)
        .map(|reference| RowPath::new(&reference, order)))
}

async fn take_up(visitor: &SignedIn, waits: Waits, sent: &Form) -> Result<Response, Problem> {
    let fields = sent.fields();
    let order = if fields.text("order") == "likeliest" {
        Order::Likeliest
    } else {
        Order::Oldest
    };
    let Some(reason) = reason_given(waits, sent) else {
        let listed = Listed { order, done: None };
        return list(visitor, waits, (listed, Some(fault("reason", NO_REASON)))).await;
    };
    let wanted = match fields.text("row") {
        "" => Wanted::First(order),
        reference => Wanted::This(reference.to_owned()),
    };
    let row = next(visitor, (waits, reason), (wanted, order), None).await?;
    Ok(match row {
        Some(row) => to(&row.href(path(waits))),
        None => to(path(waits)),
    })
}

async fn list(
    visitor: &SignedIn,
    waits: Waits,
    (listed, faulty): (Listed, Option<Fault>),
) -> Result<Response, Problem> {
    let order = listed.order;
    let asked =
        visitor.ask(move |store, session, now| store.worklist(session, (waits, order), now));
    let list: Result<Worklist, Refusal> = asked.await?;
    let list = list.map_err(|refusal| visitor.refused(refusal))?;
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let reason = review_reason(waits);
    // What was chosen when the session had ended is still chosen.
    let kept = visitor.kept_form(path(waits));
    let chosen = kept.map(|kept| kept.text("reason").to_owned());
    let chosen = chosen.unwrap_or_default();
    let (heading, about) = words_of(waits);
    let mut layout = visitor.layout(path(waits));
    tell(&mut layout, waits, listed.done.as_deref());
    let page = Review {
        layout,
        path: path(waits),
        heading,
        about,
        waiting: waiting_words(list.waiting),
        lines: list.lines.into_iter().map(line).collect(),
        likeliest: order == Order::Likeliest,
        reasons: vec![choice(reason.code(), reason.words(), &chosen)],
        faults: faulty.into_iter().collect(),
    };
    Ok(shown(status, &page))
}

/// What the address says of a row that is linked to a record.
pub(super) fn linked(record: &str) -> String {
    format!("{LINKED}.{}", escaped(record))
}

/// Tells what was done to the row before. Of one that is linked it leads to the record, from which the row can be split off again: whoever
/// decided was shown that record beside it. Nothing of a child is told, and the record is opened as any other is, if it may be (X1, X2).
pub(super) fn tell(layout: &mut Layout, waits: Waits, done: Option<&str>) {
    let Some((done, record)) = done.map(|done| done.split_once('.').unwrap_or((done, ""))) else {
        return;
    };
    let Some(words) = done_words(done) else {
        return;
    };
    layout.tell(words, done != GONE);
    layout.slip = (done == LINKED && !record.is_empty()).then(|| Slip {
        about: "If that was a slip, open the record and split it: what the row says is then of another child, with a record of its own."
            .to_owned(),
        href: ChildPath::from_list(record, path(waits)).below("reason"),
    });
}

fn done_words(done: &str) -> Option<&'static str> {
    let words = match done {
        LINKED => "The row is linked, and stays so.",
        APART => "The row is kept apart, and stays so.",
        PUT_OFF => "The row waits at the end of the list.",
        GONE => "That row no longer waits: it was decided, or sent again, in the meantime.",
        _ => return None,
    };
    Some(words)
}

fn words_of(waits: Waits) -> (&'static str, &'static str) {
    match waits {
        Waits::Review => (
            "Rows to review",
            "Supplied rows that may be of a child who is known, or of another. Each is shown beside the records it is like.",
        ),
        Waits::Held => (
            "Held rows",
            "Supplied rows that may be of a child who is shielded. Nobody but shielding officers of the responsible authority knows of them.",
        ),
    }
}

fn waiting_words(count: u64) -> String {
    match count {
        0 => "No row waits for a decision.".to_owned(),
        1 => "1 row waits for a decision.".to_owned(),
        count => format!("{count} rows wait for a decision."),
    }
}

fn line(one: WaitingLine) -> Line {
    Line {
        reference: one.reference,
        source: capital(one.source.words()),
        confirmed: words::day(one.confirmed),
        likely: match one.likely {
            Likely::Yes => "Likely",
            Likely::No => "Perhaps",
        },
        put_off: one.put_off.map(|(at, by)| {
            format!(
                "{} could not tell, {}",
                words::typeset(&by),
                words::moment(at)
            )
        }),
    }
}
