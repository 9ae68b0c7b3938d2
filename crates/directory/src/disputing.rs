//! From what a person says is wrong to a dispute: what they were shown of the field, and who said it.

use crate::Date;
use crate::access::{Refusal, viewer};
use crate::account::Actor;
use crate::child::{Child, Item, View};
use crate::correction::{Cause, DISPUTE_SOURCES_MAX, Dispute, Disputed, Right, may_set};
use crate::entry::{Entry, entries};
use crate::following::{
    Followed, State, Weight, correction, followed, has_room, hidden, overrides, sayers,
};
use crate::lifecycle::{CHILD_UNTIL_YEARS, birthday, standing_on};
use crate::omission::{proposes, sources_to_ask};
use crate::precedence::Survivorship;
use crate::reason::Reason;
use crate::record::{Decided, Record};
use crate::service::{Catalogue, reveals_sensitive};
use crate::statement::{Particulars, Said, Source};
use crate::survivorship::{shown, sources_of};

/// What a person says is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which field.
    pub field: Disputed,
    /// Why.
    pub cause: Cause,
    /// What is right.
    pub right: Right,
    /// Which entry, where the field is a list and one is meant: the code of one that is shown ([`Entry::code`]).
    pub entry: Option<String>,
}

/// What a viewer is shown of a field, as a row would say it. `None`: nothing.
#[must_use]
pub fn shown_value(field: Disputed, view: &View) -> Option<Particulars> {
    let said = match view {
        View::Whole(child) => said_of(child),
        View::Restricted(restricted) => Particulars {
            name: Some(restricted.name.clone()),
            born: restricted.born,
            gender: restricted.gender,
            ..Particulars::default()
        },
    };
    field.part(&said)
}

fn said_of(child: &Child) -> Particulars {
    Particulars {
        name: child.name.as_ref().map(|item| item.value.clone()),
        born: child.born.as_ref().map(|item| item.value),
        gender: child.gender.as_ref().map(|item| item.value),
        residence: child.residence.as_ref().map(|item| item.value.clone()),
        education: child.education.as_ref().map(|item| item.value.clone()),
        primary_care: child.primary_care.as_ref().map(|item| item.value.clone()),
        ..Particulars::default()
    }
}

/// Decides what becomes of it when somebody says that something is wrong: it is set right by those who may, and reported by everybody
/// else who is shown the field.
///
/// # Errors
/// [`Refusal::NotPermitted`] for a field they are not shown; [`Refusal::DoesNotFit`] when nothing stands there to be wrong, what is
/// said to be right is what stands, or the record holds no more; [`Refusal::AlreadySo`] when it was said before and is open.
pub fn say_wrong(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    who: (&Actor, Reason),
    told: &Told,
    today: Date,
) -> Result<Decided, Refusal> {
    let (view, may) = seen(record, settings, who, today)?;
    let dispute = dispute(record, &view, told, who.0, today)?;
    let can_be_set = match &dispute.entry {
        Some(entry) => entry.can_hide(record),
        None => told.field.has_one_value(),
    };
    if may && can_be_set && dispute.right != Right::Unsaid {
        let correction = over_earlier(record, dispute)?;
        return Ok(Decided::Corrected(Box::new(correction)));
    }
    if is_reported(record, &dispute) {
        return Err(Refusal::AlreadySo);
    }
    Ok(Decided::Reported(Box::new(dispute)))
}

/// Decides about undoing the correction of a field, of a list that of one entry, by its code: those who may set it may take it back.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody else; [`Refusal::AlreadySo`] when none stands.
pub fn undo(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    who: (&Actor, Reason),
    (field, entry): (Disputed, Option<&str>),
    today: Date,
) -> Result<Decided, Refusal> {
    end(record, settings, who, (field, Weight::Correction), today)?;
    if field.has_one_value() {
        return Ok(Decided::CorrectionUndone(field));
    }
    let mut hidden = hidden(record).into_iter();
    let is_meant = |one: &&Entry| one.field() == field && Some(one.code().as_str()) == entry;
    let entry = hidden.find(is_meant).ok_or(Refusal::AlreadySo)?;
    Ok(Decided::EntryShown(Box::new(entry.clone())))
}

/// Decides about dismissing the reports of a field: those who may set it may say that nothing is wrong.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody else; [`Refusal::AlreadySo`] when there is none.
pub fn dismiss(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    who: (&Actor, Reason),
    field: Disputed,
    today: Date,
) -> Result<Decided, Refusal> {
    end(record, settings, who, (field, Weight::Report), today)
        .map(|()| Decided::ReportDismissed(field))
}

fn end(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    who: (&Actor, Reason),
    (field, weight): (Disputed, Weight),
    today: Date,
) -> Result<(), Refusal> {
    let (_, may) = seen(record, settings, who, today)?;
    if !may {
        return Err(Refusal::NotPermitted);
    }
    let there = followed(record)
        .iter()
        .any(|one| one.dispute.field == field && one.weight == weight);
    there.then_some(()).ok_or(Refusal::AlreadySo)
}

/// What somebody is shown, and whether they may set what is right.
fn seen(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    (actor, reason): (&Actor, Reason),
    today: Date,
) -> Result<(View, bool), Refusal> {
    let child = shown(record, settings, today);
    let standing = standing_on(record, child.born.as_ref().map(|born| born.value), today);
    let viewer = viewer(actor, reason, &child, standing)?;
    let may = may_set(actor, reason, &child);
    let view = child.seen_by(viewer, actor).ok_or(Refusal::NoRecord)?;
    Ok((view, may))
}

/// Makes a dispute of what somebody says, who was shown this of the record.
fn dispute(
    record: &Record,
    view: &View,
    told: &Told,
    actor: &Actor,
    today: Date,
) -> Result<Dispute, Refusal> {
    let value = shown_value(told.field, view);
    let (sources, entry) = match (view, told.field) {
        (_, field) if field.has_one_value() => match &value {
            Some(wrong) => (sources_of(record, field, wrong, today), None),
            None => (of_nothing(record, view, field)?, None),
        },
        (View::Restricted(_), _) => return Err(Refusal::NotPermitted),
        (View::Whole(child), _) => match meant(child, told)? {
            Some(entry) => (of_entry(record, &entry), Some(entry)),
            None => (of_list(record, (child, told), actor, today)?, None),
        },
    };
    let wrong = value.unwrap_or_default();
    if !has_room(record) || !fits(told, &wrong, actor) {
        return Err(Refusal::DoesNotFit);
    }
    Ok(Dispute {
        field: told.field,
        cause: told.cause,
        on: today,
        wrong: carried(told, wrong),
        entry,
        sources,
        right: with_authority(told, view),
    })
}

/// Whether the same was reported before and is open, and nothing more is said.
fn is_reported(record: &Record, dispute: &Dispute) -> bool {
    let again = |one: &Followed<'_>| {
        let same = one.dispute.field == dispute.field
            && one.dispute.entry == dispute.entry
            && one.dispute.sources == dispute.sources
            && one.dispute.right == dispute.right;
        same && one.weight == Weight::Report && one.state != State::Settled
    };
    let says_no_more = dispute.right == Right::Unsaid || dispute.entry.is_some();
    says_no_more && followed(record).iter().any(again)
}

/// A correction of what an earlier one set is of the same error, and is followed at the same sources. That the error was right after
/// all is said by undoing.
fn over_earlier(record: &Record, mut dispute: Dispute) -> Result<Dispute, Refusal> {
    let of_one_value = dispute.entry.is_none();
    let earlier =
        correction(record, dispute.field).filter(|one| of_one_value && overrides(record, one));
    let Some(earlier) = earlier else {
        return Ok(dispute);
    };
    if matches!(&dispute.right, Right::Is(right) if dispute.field.agree(right, &earlier.wrong)) {
        return Err(Refusal::DoesNotFit);
    }
    dispute.wrong = earlier.wrong.clone();
    for source in &earlier.sources {
        if !dispute.sources.contains(source) {
            dispute.sources.push(source.clone());
        }
    }
    Ok(dispute)
}

/// Who is asked for what nobody says; behind a shield nobody learns whether anybody says what is hidden (X2).
fn of_nothing(record: &Record, view: &View, field: Disputed) -> Result<Vec<Source>, Refusal> {
    let visible = [Disputed::Name, Disputed::Born, Disputed::Gender];
    match view {
        View::Restricted(_) if !visible.contains(&field) => Err(Refusal::NotPermitted),
        View::Restricted(_) | View::Whole(_) => Ok(sources_to_ask(record, field)),
    }
}

/// Whether what is said to be right is a value of the field, and another than what is shown. Everybody has a name: it is never
/// not known.
///
/// Where nothing is shown, only what is missing can be said. Of a list one entry can be wrong, and one thing be proposed.
fn fits(told: &Told, wrong: &Particulars, actor: &Actor) -> bool {
    let is_there = !told.field.has_one_value() || *wrong != Particulars::default();
    match &told.right {
        Right::Unsaid => is_there,
        Right::NotKnown if !told.field.has_one_value() => told.entry.is_some(),
        Right::NotKnown => is_there && told.field != Disputed::Name,
        Right::Is(right) if !told.field.has_one_value() => proposes(told.field, right, |number| {
            number.scheme.sector() == actor.sector()
        }),
        Right::Is(right) => {
            told.field.part(right).as_ref() == Some(right) && !told.field.agree(right, wrong)
        }
    }
}

fn carried(told: &Told, wrong: Particulars) -> Particulars {
    if told.field.has_one_value() {
        wrong
    } else {
        Particulars::default()
    }
}

/// An address that is put right says nothing of whose area it is in: that stays as sources said, and who is responsible passes by
/// agreement only (L4).
fn with_authority(told: &Told, view: &View) -> Right {
    let area = match view {
        View::Whole(child) => child.residence.as_ref(),
        View::Restricted(_) => None,
    };
    let area = area.and_then(|item| item.value.authority.clone());
    match &told.right {
        Right::Is(right) => {
            let mut right = right.clone();
            if let Some(residence) = &mut right.residence {
                residence.authority.clone_from(&area);
            }
            Right::Is(right)
        }
        right => right.clone(),
    }
}

/// Whether somebody who is shown nothing of a list can say what is missing: a carer of a child, never of a young adult (L1), or a number.
#[must_use]
pub fn can_be_missing(child: &Child, field: Disputed, today: Date) -> bool {
    let is_of_age = |item: &Item<Date>| today >= birthday(item.value, CHILD_UNTIL_YEARS);
    match field {
        Disputed::Carers => !child.born.as_ref().is_some_and(is_of_age),
        Disputed::OtherNumbers => true,
        _ => false,
    }
}

/// The entry that is meant. `None`: the list as a whole.
fn meant(child: &Child, told: &Told) -> Result<Option<Entry>, Refusal> {
    let Some(code) = &told.entry else {
        return Ok(None);
    };
    let mut shown = entries(child, told.field).into_iter();
    let entry = shown.find(|entry| entry.code() == *code);
    entry.map(Some).ok_or(Refusal::DoesNotFit)
}

/// Who says an entry: nobody, where it is a name that its source has replaced.
fn of_entry(record: &Record, entry: &Entry) -> Vec<Source> {
    let says = sayers(record, entry, Weight::Report).into_iter();
    says.take(DISPUTE_SOURCES_MAX).cloned().collect()
}

/// Who speaks in a field that is a list. Nobody is told who would learn of a sensitive service by it (X13).
fn of_list(
    record: &Record,
    (child, told): (&Child, &Told),
    actor: &Actor,
    today: Date,
) -> Result<Vec<Source>, Refusal> {
    let field = told.field;
    let is_shown = match field {
        Disputed::Carers => !child.carers.is_empty(),
        Disputed::FormerNames => !child.former_names.is_empty() || !child.other_names.is_empty(),
        Disputed::OtherNumbers => !child.other_numbers.is_empty(),
        // Of those working with the child one is meant.
        _ => false,
    };
    if !is_shown && can_be_missing(child, field, today) && told.right != Right::Unsaid {
        return Ok(sources_to_ask(record, field));
    }
    if !is_shown {
        return Err(Refusal::DoesNotFit);
    }
    let own = |said: &Particulars| {
        let mut schemes = said.other_numbers.iter().map(|number| number.scheme);
        schemes.any(|scheme| scheme.sector() == actor.sector())
    };
    let speaks = |said: &Said| match (said, field) {
        (Said::Particulars(said), Disputed::Carers) => !said.carers.is_empty(),
        (Said::Particulars(said), Disputed::FormerNames) => said.name.is_some(),
        (Said::Particulars(said), Disputed::OtherNumbers) => own(said),
        _ => false,
    };
    let mut sources: Vec<Source> = record
        .standing()
        .filter(|statement| speaks(&statement.said))
        .map(|statement| statement.source.clone())
        .filter(|source| !reveals_sensitive(source.supplier.as_str()))
        .collect();
    sources.truncate(DISPUTE_SOURCES_MAX);
    if sources.is_empty() {
        return Err(Refusal::DoesNotFit);
    }
    Ok(sources)
}
