//! From what a person says is wrong to a dispute: what they were shown of the field, and who said it.

use crate::Date;
use crate::access::{Refusal, viewer};
use crate::account::Actor;
use crate::child::{Child, Item, View};
use crate::correction::{Cause, DISPUTE_SOURCES_MAX, Dispute, Disputed, Right, may_set};
use crate::following::{Followed, State, Weight, correction, followed, has_room, overrides};
use crate::lifecycle::{CHILD_UNTIL_YEARS, birthday, standing_on};
use crate::omission::{proposes, sources_to_ask};
use crate::precedence::Survivorship;
use crate::reason::Reason;
use crate::record::{Decided, Record};
use crate::service::{Catalogue, reveals_sensitive};
use crate::statement::{Particulars, Said, Source};
use crate::survivorship::{shown, sources_of};
use crate::text::ServiceCode;

/// What a person says is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Which field.
    pub field: Disputed,
    /// Why.
    pub cause: Cause,
    /// What is right.
    pub right: Right,
    /// Who of those shown as working with the child, where that is the field.
    pub about: Option<About>,
}

/// Somebody who is shown as working with the child, by what is shown of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// In which service.
    pub service: ServiceCode,
    /// Their name, as shown.
    pub practitioner: String,
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
    let dispute = dispute(record, (&view, settings.0), told, who.0, today)?;
    Ok(
        if may && told.field.has_one_value() && dispute.right != Right::Unsaid {
            Decided::Corrected(Box::new(over_earlier(record, dispute)?))
        } else {
            Decided::Reported(Box::new(dispute))
        },
    )
}

/// Decides about undoing the correction of a field: those who may set it may take it back.
///
/// # Errors
/// [`Refusal::NotPermitted`] for anybody else; [`Refusal::AlreadySo`] when none stands.
pub fn undo(
    record: &Record,
    settings: (&Catalogue, &Survivorship),
    who: (&Actor, Reason),
    field: Disputed,
    today: Date,
) -> Result<Decided, Refusal> {
    end(record, settings, who, (field, Weight::Correction), today)
        .map(|()| Decided::CorrectionUndone(field))
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
    (view, catalogue): (&View, &Catalogue),
    told: &Told,
    actor: &Actor,
    today: Date,
) -> Result<Dispute, Refusal> {
    let value = shown_value(told.field, view);
    let sources = match (view, told.field) {
        (_, field) if field.has_one_value() => match &value {
            Some(wrong) => sources_of(record, field, wrong, today),
            None => of_nothing(record, view, field)?,
        },
        (View::Restricted(_), _) => return Err(Refusal::NotPermitted),
        (View::Whole(child), field) => {
            of_list(record, (child, field, told), (catalogue, today), actor)?
        }
    };
    let wrong = value.unwrap_or_default();
    if !has_room(record) || !fits(told, &wrong, actor) {
        return Err(Refusal::DoesNotFit);
    }
    let dispute = Dispute {
        field: told.field,
        cause: told.cause,
        on: today,
        wrong: carried(told, wrong),
        sources,
        right: with_authority(told, view),
    };
    let again = |one: &Followed<'_>| {
        let same = one.dispute.field == dispute.field
            && one.dispute.sources == dispute.sources
            && one.dispute.right == dispute.right;
        same && one.weight == Weight::Report && one.state != State::Settled
    };
    if followed(record).iter().any(again) && told.right == Right::Unsaid {
        return Err(Refusal::AlreadySo);
    }
    Ok(dispute)
}

/// A correction of what an earlier one set is of the same error, and is followed at the same sources. That the error was right after
/// all is said by undoing.
fn over_earlier(record: &Record, mut dispute: Dispute) -> Result<Dispute, Refusal> {
    let earlier = correction(record, dispute.field).filter(|one| overrides(record, one));
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
/// Where nothing is shown, only what is missing can be said. Of a list one thing can be proposed.
fn fits(told: &Told, wrong: &Particulars, actor: &Actor) -> bool {
    let is_there = !told.field.has_one_value() || *wrong != Particulars::default();
    match &told.right {
        Right::Unsaid => is_there,
        Right::NotKnown => is_there && told.field.has_one_value() && told.field != Disputed::Name,
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

/// Who speaks in a field that is a list. Nobody is told who would learn of a sensitive service by it (X13).
fn of_list(
    record: &Record,
    (child, field, told): (&Child, Disputed, &Told),
    (catalogue, today): (&Catalogue, Date),
    actor: &Actor,
) -> Result<Vec<Source>, Refusal> {
    let is_shown = match field {
        Disputed::Carers => !child.carers.is_empty(),
        Disputed::FormerNames => !child.former_names.is_empty(),
        Disputed::OtherNumbers => !child.other_numbers.is_empty(),
        _ => told.about.is_some(),
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
    let speaks = |said: &Said| match (said, field, &told.about) {
        (Said::Particulars(said), Disputed::Carers, _) => !said.carers.is_empty(),
        (Said::Particulars(said), Disputed::FormerNames, _) => said.name.is_some(),
        (Said::Particulars(said), Disputed::OtherNumbers, _) => own(said),
        (Said::Involvement(said), Disputed::Involvements, Some(about)) => {
            said.service == about.service
                && catalogue.ordinary(&said.service).is_ok()
                && said.practitioner.name.to_string() == about.practitioner
        }
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
