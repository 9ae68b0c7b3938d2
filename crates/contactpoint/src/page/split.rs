//! Splitting a record that holds two children: which sources speak of the other one.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::View;
use store::{Join, Part};

use super::child::SPLIT;
use super::choices::{capital, fault};
use super::identity::identity;
use super::{FAULTY, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::split as view;
use crate::visitor::{ChildPath, Form, SignedIn};
use crate::words;

const ANOTHER_CHILD: &str = "another-child";
const UNFIT: &str = "Choose what names the other child, and leave what names this one";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    page(&visitor, &child, StatusCode::OK).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let parts = sent.fields().named_by(ANOTHER_CHILD);
    let (reference, join) = (child.reference(), Join::Split(parts));
    let asked = visitor.ask(move |store, session, now| store.join(session, &reference, &join, now));
    match asked.await? {
        Ok(()) => Ok(to(&child.done(SPLIT))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(Refusal::DoesNotFit) => page(&visitor, &child, FAULTY).await,
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    status: StatusCode,
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.disclose_parts(session, &reference, now));
    let parts = match asked.await? {
        Ok(parts) => parts,
        Err(Refusal::NoReason) => return Ok(to(&child.below("reason"))),
        Err(refusal) => return Err(visitor.refused(refusal)),
    };
    let page = view::Split {
        layout: visitor.layout(""),
        identity: identity(parts.disclosure.view(), visitor.now().today),
        action: child.below("split"),
        child_href: child.href(),
        parts: parts.parts.iter().map(part).collect(),
        faults: (status == FAULTY)
            .then(|| fault("parts", UNFIT))
            .into_iter()
            .collect(),
        watermark: visitor.watermark(parts.disclosure.at()),
    };
    Ok(shown(status, &page))
}

fn part(part: &Part) -> view::Part {
    let mut said = Vec::new();
    if let View::Whole(child) = &part.view {
        said.extend(child.name.as_ref().map(|name| words::typeset(&name.value)));
        said.extend(
            child
                .born
                .as_ref()
                .map(|born| format!("born {}", words::day(born.value))),
        );
        let address = child.residence.as_ref().and_then(|one| one.value.address());
        let lines = address.map(|address| {
            let lines: Vec<String> = address.lines.iter().map(words::typeset).collect();
            lines.join(", ")
        });
        said.extend(lines);
        said.extend(child.involvements.iter().map(|one| {
            let practitioner = &one.value.practitioner;
            format!(
                "{}, {}, works with the child",
                words::typeset(&practitioner.name),
                words::typeset(&practitioner.job_title)
            )
        }));
    }
    view::Part {
        name: part.reference.clone(),
        source: capital(&words::typeset(&part.source.words())),
        said,
    }
}
