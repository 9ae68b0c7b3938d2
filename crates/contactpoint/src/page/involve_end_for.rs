//! "They are no longer working with this child": an involvement is ended for the practitioner who recorded it (R20, L3).

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::{View, Working};
use directory::ended_for::EndCause;
use directory::involvement::Lead;
use directory::text::ServiceCode;

use super::child::{ENDED_FOR, NOT_ENDED_FOR, Opened, open};
use super::choices::{choice, fault};
use super::identity::{called, identity};
use super::{FAULTY, record, shown, to};
use crate::problem::{Problem, What};
use crate::view::fault::Fault;
use crate::view::involve_end_for::InvolveEndFor;
use crate::visitor::{ChildPath, Form, Segments, SignedIn, escaped};
use crate::words;

const NO_CAUSE: &str = "Choose why it has ended";

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
) -> Result<Response, Problem> {
    page(&visitor, &child, &segments, None).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
    sent: Form,
) -> Result<Response, Problem> {
    let Ok(service) = ServiceCode::parse(segments.text("service")) else {
        return Err(visitor.problem(What::Unreadable));
    };
    let Some(cause) = EndCause::parse(sent.fields().text("cause")) else {
        return page(&visitor, &child, &segments, Some(fault("cause", NO_CAUSE))).await;
    };
    let (reference, worker) = (child.reference(), segments.text("worker").to_owned());
    let asked = visitor.ask(move |store, session, now| {
        store.end_for(session, &reference, (&worker, &service, cause), now)
    });
    match asked.await? {
        Ok(()) => Ok(to(&child.done(ENDED_FOR))),
        // Somebody ended it meanwhile, or it is of nobody who is shown.
        Err(Refusal::AlreadySo | Refusal::NothingThere) => Ok(to(&child.done(NOT_ENDED_FOR))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

/// The page that asks why it has ended. Whoever may not end it, or not any more, is led to the record, which says that there is nothing to
/// end.
async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    segments: &Segments,
    faulty: Option<Fault>,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, beside) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let (service, worker) = (segments.text("service"), segments.text("worker"));
    let endable = beside.endable().iter();
    let mut meant = endable.filter(|one| one.service.as_str() == service && one.worker == worker);
    let view = disclosure.view();
    let View::Whole(whole) = view else {
        return Ok(to(&child.href()));
    };
    let Some(meant) = meant.next() else {
        return Ok(to(&child.done(NOT_ENDED_FOR)));
    };
    let is_meant = |one: &&Working| one.account == Some(meant.of) && one.service == meant.service;
    let mut working = whole.involvements.iter().map(|item| &item.value);
    let Some(working) = working.find(is_meant) else {
        return Ok(to(&child.done(NOT_ENDED_FOR)));
    };
    let today = visitor.now().today;
    let page = InvolveEndFor {
        layout: visitor.layout("/search"),
        identity: identity(view, today),
        called: called(view),
        action: child.below(&format!(
            "involve/end/{}/{}",
            escaped(service),
            escaped(worker)
        )),
        child_href: child.href(),
        practitioner: words::typeset(&working.practitioner.name),
        organisation: words::typeset(&working.practitioner.organisation),
        service: words::typeset(&working.service_name),
        since: working.period.since().map(words::day),
        shown_until: record::shown_until(today),
        lead_professional: working.lead == Lead::Lead,
        causes: EndCause::ALL
            .map(|cause| choice(cause.code(), cause.words(), ""))
            .to_vec(),
        faults: faulty.into_iter().collect(),
    };
    let status = if page.faults.is_empty() {
        StatusCode::OK
    } else {
        FAULTY
    };
    Ok(shown(status, &page))
}
