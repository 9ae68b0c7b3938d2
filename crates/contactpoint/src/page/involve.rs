//! "I am working with this child".

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use directory::disclosure::Disclosure;

use super::child::{INVOLVED, Opened, open};
use super::identity::{called, identity};
use super::involve_form::Answers;
use super::{FAULTY, record, shown, to};
use crate::problem::Problem;
use crate::view::involve::{Involve, ShownContact};
use crate::visitor::{ChildPath, Form, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, (StatusCode::OK, Answers::default())).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let (mut answers, whole) = Answers::read(&sent, visitor.now().today);
    let Some(involving) = whole else {
        return page(&visitor, &child, (FAULTY, answers)).await;
    };
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.involve(session, &reference, &involving, now));
    match asked.await? {
        Ok(()) | Err(Refusal::AlreadySo) => Ok(to(&child.done(INVOLVED))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        // Shielded since the form was opened: the record says so.
        Err(Refusal::NotPermitted) => Ok(to(&child.href())),
        Err(Refusal::DoesNotFit) => {
            answers.refused = true;
            page(&visitor, &child, (FAULTY, answers)).await
        }
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    (status, mut answers): (StatusCode, Answers),
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let view = disclosure.view();
    if matches!(view, View::Restricted(_)) {
        return Ok(to(&child.href()));
    }
    let services = services(visitor).await?;
    if answers.refused {
        answers.mark_refused(view.born(), visitor.now().today);
    }
    let page = Involve {
        layout: visitor.layout("/search"),
        identity: identity(view, visitor.now().today),
        called: called(view),
        action: child.below("involve"),
        child_href: child.href(),
        shown: contact(visitor),
        services: answers.services(&services),
        service_fault: answers.service_fault.clone(),
        lead_professional: answers.lead(),
        lead_professional_fault: answers.lead_fault.clone(),
        lead_professional_now: lead_now(&disclosure),
        assessment: answers.assessment(),
        assessment_fault: answers.assessment_fault.clone(),
        since: answers.since,
        faults: answers.faults,
        local_manager: visitor.local_manager(),
    };
    Ok(shown(status, &page))
}

/// Codes and names of the services the person works in that may be shown (X13).
async fn services(visitor: &SignedIn) -> Result<Vec<(String, String)>, Problem> {
    let asked = visitor.ask(|store, session, _| {
        let catalogue = store.catalogue();
        let own = session
            .actor()
            .services()
            .iter()
            .filter_map(|code| catalogue.ordinary(code).ok());
        Ok(own
            .map(|service| (service.code().to_string(), words::typeset(&service.name())))
            .collect())
    });
    asked.await
}

fn contact(visitor: &SignedIn) -> ShownContact {
    let practitioner = visitor.actor().practitioner();
    ShownContact {
        practitioner: words::typeset(&practitioner.name),
        job_title: words::typeset(&practitioner.job_title),
        organisation: words::typeset(&practitioner.organisation),
        telephone: practitioner.telephone.as_ref().map(words::telephone),
        email: practitioner.email.as_ref().map(ToString::to_string),
    }
}

fn lead_now(disclosure: &Disclosure) -> Option<String> {
    let View::Whole(child) = disclosure.view() else {
        return None;
    };
    let lead = &record::lead(child)?.practitioner;
    let lead = format!("{}, {}", lead.name, lead.organisation);
    Some(words::typeset(&lead))
}
