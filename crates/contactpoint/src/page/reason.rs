//! Why a record is to be opened: asked once for each child in a session, before the record (R71, C18). Of a child whom no search showed,
//! but a list that names nobody, the page names nobody either.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::reason::Reason;

use super::choices::{fault, reasons};
use super::identity::identity;
use super::results::sight;
use super::{FAULTY, shown, to};
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::reason::{Given, Reason as Page};
use crate::visitor::{ChildPath, Form, SignedIn};

const NO_REASON: &str = "Choose why you need to open this record";

/// What the search showed of a child, and the reason given last: for the record, or else for the search.
struct Listed {
    view: View,
    reason: Reason,
}

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    let reference = child.reference();
    let given = visitor
        .ask(move |store, session, _| store.reason_given(session, &reference))
        .await?;
    if given.is_none() && child.list().is_some() {
        // No search showed this child to this person, and the list they come from names nobody.
        return Ok(page(&visitor, &child, None, (StatusCode::OK, Vec::new())));
    }
    let listed = match (listed(&visitor, &child).await?, given) {
        (Ok(listed), None) => listed,
        // Where Back leads from the record: shown again rather than sent on, or Back would lead nowhere.
        (Ok(listed), Some(reason)) => Listed { reason, ..listed },
        // The record has changed since it was listed, by the viewer's own entry for one.
        (Err(_), Some(_)) => return Ok(to(&child.href())),
        (Err(refusal), None) => return Err(visitor.refused(refusal)),
    };
    Ok(page(
        &visitor,
        &child,
        Some(&listed),
        (StatusCode::OK, Vec::new()),
    ))
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let Some(reason) = Reason::parse(sent.fields().text("reason")) else {
        return ask_again(&visitor, &child).await;
    };
    let reference = child.reference();
    let given =
        visitor.ask(move |store, session, now| store.give_reason(session, &reference, reason, now));
    match given.await? {
        Ok(()) => Ok(to(&child.href())),
        Err(Refusal::ReasonNotOpen) => ask_again(&visitor, &child).await,
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

async fn ask_again(visitor: &SignedIn, child: &ChildPath) -> Result<Response, Problem> {
    let faulty = (FAULTY, vec![fault("reason", NO_REASON)]);
    if child.list().is_some() {
        return Ok(page(visitor, child, None, faulty));
    }
    let listed = listed(visitor, child)
        .await?
        .map_err(|refusal| visitor.refused(refusal))?;
    Ok(page(visitor, child, Some(&listed), faulty))
}

/// The child as the search showed it: the record is not opened to ask why it should be.
async fn listed(visitor: &SignedIn, child: &ChildPath) -> Result<Result<Listed, Refusal>, Problem> {
    let reference = child.reference();
    let found = sight(visitor, child.ticket()).await?;
    Ok(found.and_then(|found| {
        let reason = found.reason;
        let mut children = found.children.into_iter();
        let one = children.find(|one| one.reference == reference);
        one.map(|one| Listed {
            view: one.disclosure.view().clone(),
            reason,
        })
        .ok_or(Refusal::NoRecord)
    }))
}

fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    listed: Option<&Listed>,
    (status, faults): (StatusCode, Vec<Fault>),
) -> Response {
    let given = |listed: &Listed| Given {
        value: listed.reason.code().to_owned(),
        label: listed.reason.words().to_owned(),
    };
    let page = Page {
        layout: visitor.layout(child.list().unwrap_or("/search")),
        identity: listed.map(|listed| identity(&listed.view, visitor.now().today)),
        action: child.below("reason"),
        results_href: child.results(),
        results_words: match child.list() {
            Some(_) => child.results_words(),
            None => "This is not the child I am looking for",
        },
        given: listed.map(given),
        reasons: reasons(visitor.actor(), "", listed.map(|listed| listed.reason)),
        faults,
    };
    shown(status, &page)
}
