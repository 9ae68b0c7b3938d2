//! One part of a record that is wrong: what is right, as far as it is known, and why.

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::child::{Child, Mark, View};
use directory::correction::{Disputed, Right, may_set};
use directory::disclosure::Disclosure;
use directory::disputing::{Told, shown_value};
use directory::following::Weight;
use directory::setting::{Place, PlaceKind};
use directory::text::PlaceCode;
use store::Said;

use super::child::{
    CORRECTED, DISMISSED, NOT_KNOWN, Opened, REPORTED, SHOWN_AGAIN, TAKEN_OUT, UNDONE, open,
};
use super::choices::capital;
use super::identity::{called, identity};
use super::record::Surroundings;
use super::wrong_form::Answers;
use super::wrong_missing::{is_missing, own_scheme, proposal, why_not_set};
use super::{FAULTY, shown, to, wrong_words};
use crate::problem::{Problem, What};
use crate::view::wrong_field::WrongField;
use crate::visitor::{ChildPath, Form, Segments, SignedIn};
use crate::words;

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
) -> Result<Response, Problem> {
    let field = field(&visitor, &segments)?;
    page(&visitor, &child, (StatusCode::OK, field), None).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
    sent: Form,
) -> Result<Response, Problem> {
    let field = field(&visitor, &segments)?;
    let mut answers = Answers::sent(sent.fields());
    if let Some(kind) = place_kind(field) {
        answers.found = places(&visitor, kind, answers.place.value.clone()).await?;
    }
    let scheme = own_scheme(visitor.actor());
    let Some(told) = answers.read((field, scheme), visitor.now().today) else {
        return page(&visitor, &child, (FAULTY, field), Some(answers)).await;
    };
    let reference = child.reference();
    let corrected = corrected(&told);
    let asked =
        visitor.ask(move |store, session, now| store.say_wrong(session, &reference, &told, now));
    match asked.await? {
        Ok(Said::Corrected) => Ok(to(&child.done(corrected))),
        // Whether somebody else has reported it is not told: behind a shield no page shows it (R43).
        Ok(Said::Reported) | Err(Refusal::AlreadySo) => Ok(to(&child.done(REPORTED))),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(Refusal::DoesNotFit) => {
            answers.mark_same();
            page(&visitor, &child, (FAULTY, field), Some(answers)).await
        }
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

pub(crate) async fn undo(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
    sent: Form,
) -> Result<Response, Problem> {
    let field = field(&visitor, &segments)?;
    let reference = child.reference();
    let entry = Some(sent.fields().text("entry").to_owned()).filter(|code| !code.is_empty());
    let asked = visitor.ask(move |store, session, now| {
        let what = (field, entry.as_deref());
        store.undo_correction(session, &reference, what, now)
    });
    let done = if field.has_one_value() {
        UNDONE
    } else {
        SHOWN_AGAIN
    };
    ended(&visitor, &child, asked.await?, done)
}

pub(crate) async fn dismiss(
    visitor: SignedIn,
    child: ChildPath,
    segments: Segments,
    _form: Form,
) -> Result<Response, Problem> {
    let field = field(&visitor, &segments)?;
    let reference = child.reference();
    let asked = visitor
        .ask(move |store, session, now| store.dismiss_report(session, &reference, field, now));
    ended(&visitor, &child, asked.await?, DISMISSED)
}

fn ended(
    visitor: &SignedIn,
    child: &ChildPath,
    asked: Result<(), Refusal>,
    done: &str,
) -> Result<Response, Problem> {
    match asked {
        Ok(()) => Ok(to(&child.done(done))),
        Err(Refusal::AlreadySo) => Ok(to(&child.href())),
        Err(Refusal::NoReason) => Ok(to(&child.below("reason"))),
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

/// What becomes of a record on which this is put right.
fn corrected(told: &Told) -> &'static str {
    match (&told.entry, &told.right) {
        (Some(_), _) => TAKEN_OUT,
        (None, Right::NotKnown) => NOT_KNOWN,
        (None, _) => CORRECTED,
    }
}

fn field(visitor: &SignedIn, segments: &Segments) -> Result<Disputed, Problem> {
    Disputed::parse(segments.text("field")).ok_or_else(|| visitor.problem(What::NoSuchPage))
}

fn place_kind(field: Disputed) -> Option<PlaceKind> {
    match field {
        Disputed::Education => Some(PlaceKind::School),
        Disputed::PrimaryCare => Some(PlaceKind::Practice),
        _ => None,
    }
}

async fn places(visitor: &SignedIn, kind: PlaceKind, name: String) -> Result<Vec<Place>, Problem> {
    visitor
        .ask(move |store, _, _| Ok(store.places_called(kind, &name)))
        .await
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    (status, field): (StatusCode, Disputed),
    answers: Option<Answers>,
) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, beside) = open(visitor, child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let view = disclosure.view();
    let single = shown_value(field, view)
        .and_then(|said| wrong_words::value(field, &said, |code| beside.place(code)));
    let value = single.or_else(|| wrong_words::list(field, view));
    let (whole, sets) = sets(visitor, &disclosure);
    let mark = |weight| whole.and_then(|child| wrong_words::mark(child, field, weight));
    let (corrected, reported) = (mark(Weight::Correction), mark(Weight::Report));
    let today = visitor.now().today;
    let missing = is_missing(field, view, visitor.actor(), today);
    if value.is_none() && corrected.or(reported).is_none() && !missing {
        return Ok(to(&child.below("wrong")));
    }
    let reported = reported.filter(|_| sets);
    let answers = match (answers, reported) {
        (Some(answers), _) => answers,
        (None, Some(mark)) => Answers::reported(mark, &beside_name(visitor, &mark.right).await?),
        (None, None) => Answers::default(),
    };
    let ends = |done: &str, mark: Option<&Mark>| {
        let there = mark.filter(|_| sets);
        there.map(|_| child.below(&format!("wrong/{}/{done}", field.code())))
    };
    let seen = whole.filter(|_| field.can_hide());
    let entries = seen.map(|child| wrong_words::shown_entries(child, field));
    let entries = entries.unwrap_or_default();
    let out = seen.filter(|_| sets);
    let can_say = field.has_one_value() || missing || value.is_some();
    let reports = seen_reports(whole.filter(|_| sets), field);
    let page = WrongField {
        can_say,
        reports,
        layout: visitor.layout("/search"),
        identity: identity(view, visitor.now().today),
        called: called(view),
        action: child.below(&format!("wrong/{}", field.code())),
        back_href: child.below("wrong"),
        what: field.words().to_owned(),
        heading: capital(field.words()),
        value: value.unwrap_or_else(|| words::NOT_KNOWN.to_owned()),
        note: whole.and_then(|child| wrong_words::note(child, field)),
        is_missing: missing,
        proposal: proposal(reported),
        why_not_set: why_not_set(field),
        sets: sets && field.has_one_value(),
        takes_out: out.is_some() && !entries.is_empty(),
        taken_out: out.map_or_else(Vec::new, |child| wrong_words::taken_out(child, field)),
        undo_href: ends("undo", corrected),
        dismiss_href: ends("dismiss", reported),
        rights: if missing {
            answers.rights_of_missing(field)
        } else {
            answers.rights(field)
        },
        entries: answers.entries(field, &entries),
        inputs: answers.inputs(field, own_scheme(visitor.actor())),
        causes: answers.causes(),
        right_fault: answers.right_fault.clone(),
        entry_fault: answers.entry_fault.clone(),
        cause_fault: answers.cause_fault.clone(),
        faults: answers.faults,
    };
    Ok(shown(status, &page))
}

/// What was reported of a list, one for each report: whoever closes them has seen them all.
fn seen_reports(whole: Option<&Child>, field: Disputed) -> Vec<String> {
    let reports = whole.map(|child| wrong_words::reports(child, field));
    reports
        .filter(|_| !field.has_one_value())
        .unwrap_or_default()
}

/// The record when it is seen whole, and whether this person sets what is right on it.
fn sets<'d>(visitor: &SignedIn, disclosure: &'d Disclosure) -> (Option<&'d Child>, bool) {
    match disclosure.view() {
        View::Whole(child) => {
            let may = may_set(visitor.actor(), disclosure.reason(), child);
            (Some(child), may)
        }
        View::Restricted(_) => (None, false),
    }
}

/// The name of the school or practice that was said to be right.
async fn beside_name(visitor: &SignedIn, right: &Right) -> Result<String, Problem> {
    let Right::Is(said) = right else {
        return Ok(String::new());
    };
    let school = said.education.as_ref().and_then(|it| it.place());
    let practice = said.primary_care.as_ref().and_then(|it| it.place());
    let Some(code) = school.or(practice).cloned() else {
        return Ok(String::new());
    };
    visitor
        .ask(move |store, _, _| {
            let place = store.place(&code);
            Ok(place.map_or_else(String::new, |place| place.name.to_string()))
        })
        .await
}

impl Surroundings {
    /// The name of the school or practice of the record.
    pub(super) fn place(&self, code: &PlaceCode) -> String {
        let known = [&self.school, &self.practice];
        let place = known.into_iter().flatten().find(|one| one.code == *code);
        super::record::named(place, code.as_str())
    }
}
