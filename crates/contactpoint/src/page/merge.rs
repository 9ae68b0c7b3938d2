//! Merging the record of one child with a second one of the same: by its number, both side by side, then done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::Refusal;
use directory::account::Role;
use directory::child::View;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use directory::reason::Reason;
use store::Join;

use super::child::{MERGED, Opened, open};
use super::choices::fault;
use super::identity::identity;
use super::{FAULTY, compared, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::field::Field;
use crate::view::merge::Merge;
use crate::view::merge_confirm::MergeConfirm;
use crate::visitor::{ChildPath, Form, OtherPath, SignedIn};

/// The field of the form.
const NUMBER: &str = "number";
const NO_NUMBER: &str = "Fill in the ContactPoint number of the other record";
const NOT_FOUND: &str = "No other record is found by that number";
const UNFIT: &str = "These two cannot be merged: they are the same record, one of them holds nothing any more, together they hold more than one record may, or a young adult’s consent is in the other one only";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    ask(&visitor, &child, ("", None)).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let typed = sent.fields().text(NUMBER).to_owned();
    let Ok(number) = Number::parse(&typed) else {
        return ask(&visitor, &child, (&typed, Some(NO_NUMBER))).await;
    };
    visitor.count(Often::Search).await?;
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    let query =
        Query::of(visible, Hidden::default()).map_err(|refusal| visitor.refused(refusal))?;
    let (own, reason) = (child.reference(), reason(&visitor));
    let asked = visitor.ask(move |store, session, now| {
        let found = match store.search(session, reason, query, now)? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let other = found.children.into_iter().map(|one| one.reference);
        let Some(other) = other.into_iter().find(|reference| *reference != own) else {
            return Ok(Err(Refusal::NoRecord));
        };
        let given = store.give_reason(session, &other, reason, now)?;
        Ok(given.map(|()| other))
    });
    match asked.await? {
        Ok(other) => Ok(to(&child.below(&format!("merge/{other}")))),
        Err(Refusal::NoRecord) => ask(&visitor, &child, (&typed, Some(NOT_FOUND))).await,
        Err(refusal) => Ok(visitor.refused(refusal).into_response()),
    }
}

pub(crate) async fn show_both(
    visitor: SignedIn,
    child: ChildPath,
    other: OtherPath,
) -> Result<Response, Problem> {
    both(&visitor, &child, (&other, None)).await
}

pub(crate) async fn send_both(
    visitor: SignedIn,
    child: ChildPath,
    other: OtherPath,
    _sent: Form,
) -> Result<Response, Problem> {
    let (reference, join) = (child.reference(), Join::Merge(other.0.clone()));
    let asked = visitor.ask(move |store, session, now| store.join(session, &reference, &join, now));
    match asked.await? {
        Ok(()) => Ok(to(&child.done(MERGED))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(Refusal::DoesNotFit) => {
            both(&visitor, &child, (&other, Some(fault("merge", UNFIT)))).await
        }
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

/// For which reason an officer looks at the other record.
fn reason(visitor: &SignedIn) -> Reason {
    if visitor.actor().is(Role::ShieldingOfficer) {
        Reason::ShieldDecision
    } else {
        Reason::DataQuality
    }
}

async fn ask(
    visitor: &SignedIn,
    child: &ChildPath,
    (typed, faulty): (&str, Option<&str>),
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let page = Merge {
        layout: visitor.layout(""),
        identity: identity(disclosure.view(), visitor.now().today),
        action: child.below("merge"),
        child_href: child.href(),
        number: Field {
            value: typed.to_owned(),
            fault: faulty.map(ToOwned::to_owned),
        },
        faults: faulty.map(|text| fault(NUMBER, text)).into_iter().collect(),
    };
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    Ok(shown(status, &page))
}

async fn both(
    visitor: &SignedIn,
    child: &ChildPath,
    (other, faulty): (&OtherPath, Option<Fault>),
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let Opened::Shown(this, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let reference = other.0.clone();
    let view = this.view().clone();
    let asked = visitor.ask(move |store, session, now| {
        let that = store.disclose(session, &reference, now)?;
        Ok(that.map(|that| {
            let whole = |view: &View| matches!(view, View::Whole(_));
            let open = whole(&view) && whole(that.view());
            let lines = compared::lines(store, (&view, that.view()), now.today);
            (open.then_some(lines), that)
        }))
    });
    let (lines, that) = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    // Of a shielded record only its own officers may do more than see that it is one.
    let lines = lines.ok_or_else(|| visitor.refused(Refusal::NotPermitted))?;
    let status = if faulty.is_some() {
        FAULTY
    } else {
        StatusCode::OK
    };
    let page = MergeConfirm {
        layout: visitor.layout(""),
        identity: identity(this.view(), visitor.now().today),
        other: that.view().number().to_string(),
        action: child.below(&format!("merge/{}", crate::visitor::escaped(&other.0))),
        child_href: child.href(),
        summary: compared::summary(&lines),
        lines,
        faults: faulty.into_iter().collect(),
        watermark: visitor.watermark(that.at()),
    };
    Ok(shown(status, &page))
}
