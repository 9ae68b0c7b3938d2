//! Merging the record of one child with a second one of the same: by its number, both side by side, then done.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::Refusal;
use directory::number::Number;
use directory::query::{Hidden, Query, Visible};
use store::{Join, SideBySide};

use super::child::{MERGED, Opened, open};
use super::choices::fault;
use super::identity::identity;
use super::{FAULTY, compared, from_list, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::fault::Fault;
use crate::view::field::Field;
use crate::view::merge::Merge;
use crate::view::merge_confirm::MergeConfirm;
use crate::visitor::{ChildPath, Form, OtherPath, SignedIn};

/// The fields of the form.
const NUMBER: &str = "number";
const REASON: &str = "reason";
const NO_NUMBER: &str = "Fill in the ContactPoint number of the other record";
const NO_REASON: &str = "Choose why you need to open the other record";
const NOT_FOUND: &str = "No other record is found by that number";
/// Why two records may be of one child when one of them has no name.
const NO_NAME: &str = "No names to compare: one of the two has none";
const UNFIT: &str = "These two cannot be merged: they are the same record, one of them holds nothing any more, together they hold more than one record may, or a young adult’s consent is in the other one only";

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    ask(&visitor, &child, (None, &[])).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let number = Number::parse(sent.fields().text(NUMBER)).ok();
    let reason = from_list::given(&sent, &from_list::of_officer(visitor.actor()));
    let (Some(number), Some(reason)) = (number, reason) else {
        let no_number = number.is_none().then_some((NUMBER, NO_NUMBER));
        let no_reason = reason.is_none().then_some((REASON, NO_REASON));
        let wrong: Vec<_> = no_number.into_iter().chain(no_reason).collect();
        return ask(&visitor, &child, (Some(&sent), &wrong)).await;
    };
    visitor.count(Often::Search).await?;
    let visible = Visible {
        number: Some(number),
        ..Visible::default()
    };
    let query =
        Query::of(visible, Hidden::default()).map_err(|refusal| visitor.refused(refusal))?;
    let own = child.reference();
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
        Err(Refusal::NoRecord) => {
            ask(&visitor, &child, (Some(&sent), &[(NUMBER, NOT_FOUND)])).await
        }
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

/// The form that asks which record the other is and why it is to be opened, with what is wrong with what was sent.
async fn ask(
    visitor: &SignedIn,
    child: &ChildPath,
    (sent, wrong): (Option<&Form>, &[(&str, &str)]),
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, _) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let typed = |field| sent.map_or("", |sent| sent.fields().text(field));
    let of = |field| {
        let mut own = wrong.iter().filter(|(known, _)| *known == field);
        own.next().map(|(_, text)| (*text).to_owned())
    };
    let page = Merge {
        layout: visitor.layout(""),
        identity: identity(disclosure.view(), visitor.now().today),
        action: child.below("merge"),
        child_href: child.href(),
        number: Field {
            value: typed(NUMBER).to_owned(),
            fault: of(NUMBER),
        },
        reasons: from_list::choices(&from_list::of_officer(visitor.actor()), typed(REASON)),
        reason_fault: of(REASON),
        faults: wrong.iter().map(|(of, text)| fault(of, text)).collect(),
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        FAULTY
    };
    Ok(shown(status, &page))
}

async fn both(
    visitor: &SignedIn,
    child: &ChildPath,
    (other, faulty): (&OtherPath, Option<Fault>),
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let references = [child.reference(), other.0.clone()];
    let asked = visitor.ask(move |store, session, now| {
        let both = references.each_ref().map(String::as_str);
        let shown = store.side_by_side(session, both, now)?;
        Ok(shown.map(|shown| {
            let [this, that] = &shown.disclosures;
            let lines = compared::lines(store, (this.view(), that.view()), now.today);
            (shown, lines)
        }))
    });
    let (shown_both, lines) = match asked.await? {
        Ok(found) => found,
        // Of one of the two no reason was given: the page before asks for it, or for that of its own record.
        Err(Refusal::NoReason) => return Ok(to(&child.below("merge"))),
        Err(refusal) => return Err(visitor.refused(refusal)),
    };
    let SideBySide {
        disclosures: [this, that],
        explanation,
    } = shown_both;
    let explanation = explanation.as_ref();
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
        why: explanation.map_or_else(|| vec![NO_NAME.to_owned()], compared::why),
        picture: explanation.map_or_else(String::new, compared::picture),
        faults: faulty.into_iter().collect(),
        watermark: visitor.watermark(that.at()),
    };
    Ok(shown(status, &page))
}
