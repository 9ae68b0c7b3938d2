//! "I am no longer working with this child".

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::involvement::Lead;
use directory::text::ServiceCode;

use super::child::{ENDED, Opened, open};
use super::identity::{called, identity};
use super::{record, shown, to};
use crate::problem::{Problem, What};
use crate::view::involve_end::InvolveEnd;
use crate::visitor::{ChildPath, Form, Segments, SignedIn, escaped};
use crate::words;

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(&visitor, &child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let view = disclosure.view();
    let View::Whole(whole) = view else {
        return Ok(to(&child.href()));
    };
    let service = segments.text("service");
    let own = record::own(whole, visitor.actor().account());
    let Some(working) = own.into_iter().find(|one| one.service.as_str() == service) else {
        return Ok(to(&child.href()));
    };
    let today = visitor.now().today;
    let page = InvolveEnd {
        layout: visitor.layout("/search"),
        identity: identity(view, today),
        called: called(view),
        action: child.below(&format!("involve/end/{}", escaped(service))),
        child_href: child.href(),
        service: words::typeset(&working.service_name),
        since: working.period.since().map(words::day),
        shown_until: record::shown_until(today),
        lead_professional: working.lead == Lead::Lead,
    };
    Ok(shown(StatusCode::OK, &page))
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
    _form: Form,
) -> Result<Response, Problem> {
    let Ok(service) = ServiceCode::parse(segments.text("service")) else {
        return Err(visitor.problem(What::Unreadable));
    };
    let reference = child.reference();
    let asked = visitor
        .ask(move |store, session, now| store.end_involvement(session, &reference, &service, now));
    match asked.await? {
        Ok(()) | Err(Refusal::AlreadySo) => Ok(to(&child.done(ENDED))),
        // Nothing was done: the record says that they are not listed, as it does to whoever asks for the form.
        Err(Refusal::NothingThere) => Ok(to(&child.href())),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}
