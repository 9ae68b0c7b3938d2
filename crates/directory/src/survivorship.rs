//! From a record to the current view of the child: which source wins for which field, freshest first.

use crate::Date;
use crate::child::{Child, Item, Provenance, SensitiveServices, Working};
use crate::involvement::{Involvement, Lead, Period};
use crate::lifecycle::is_ended_visible_on;
use crate::name::{Carer, Name};
use crate::record::Record;
use crate::service::Catalogue;
use crate::statement::{Particulars, Said, SourceKind, Statement};

/// The most parents and carers shown.
pub const CARERS_MAX: usize = 8;
/// The most former names shown.
pub const FORMER_NAMES_MAX: usize = 8;

/// The order in which sources are believed for one field, the best first. A kind that is not named comes last.
type Precedence = &'static [SourceKind];

const NAME: Precedence = &[
    SourceKind::Nhs,
    SourceKind::Census,
    SourceKind::ChildBenefit,
    SourceKind::Births,
];
const BIRTH: Precedence = &[
    SourceKind::Births,
    SourceKind::Nhs,
    SourceKind::ChildBenefit,
    SourceKind::Census,
];
const RESIDENCE: Precedence = &[
    SourceKind::Nhs,
    SourceKind::Census,
    SourceKind::ChildBenefit,
    SourceKind::Local,
];
const EDUCATION: Precedence = &[SourceKind::Census, SourceKind::Local];
const PRIMARY_CARE: Precedence = &[SourceKind::Nhs];

/// The current view of a child on a day. A pure function of the record, the catalogue and the day.
///
/// An involvement in a service that the catalogue does not call ordinary today is left out, whatever it was when it was
/// recorded (X13): the reader checks what the writer checked.
#[must_use]
pub fn child(record: &Record, catalogue: &Catalogue, today: Date) -> Child {
    let said: Vec<(&Statement, &Particulars)> = record.standing().filter_map(particulars).collect();
    let name = name(&said);
    let former_names = former_names(record, name.as_ref().map(|item| &item.value));
    Child {
        number: record.number,
        shielding: record.shielding(),
        name,
        former_names,
        born: best(&said, BIRTH, |p| p.born),
        gender: best(&said, BIRTH, |p| p.gender),
        residence: best(&said, RESIDENCE, |p| p.residence.clone()),
        carers: carers(&said),
        education: best(&said, EDUCATION, |p| p.education.clone()),
        primary_care: best(&said, PRIMARY_CARE, |p| p.primary_care.clone()),
        involvements: involvements(record, catalogue, today),
        sensitive_services: sensitive(record),
        other_numbers: other_numbers(&said),
    }
}

fn particulars(statement: &Statement) -> Option<(&Statement, &Particulars)> {
    match &statement.said {
        Said::Particulars(particulars) => Some((statement, particulars)),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

/// The value of a field from the source that is believed most; among equals the freshest, then the latest said.
fn best<T>(
    said: &[(&Statement, &Particulars)],
    precedence: Precedence,
    field: impl Fn(&Particulars) -> Option<T>,
) -> Option<Item<T>> {
    let rank = |kind| {
        precedence
            .iter()
            .position(|k| *k == kind)
            .unwrap_or(precedence.len())
    };
    said.iter()
        .enumerate()
        .filter_map(|(index, (statement, particulars))| {
            Some((index, statement, field(particulars)?))
        })
        .max_by_key(|(index, s, _)| {
            (
                std::cmp::Reverse(rank(s.source.kind)),
                s.last_confirmed,
                *index,
            )
        })
        .map(|(_, statement, value)| Item {
            value,
            provenance: provenance(statement),
        })
}

fn provenance(statement: &Statement) -> Provenance {
    Provenance::of(&statement.source, statement.last_confirmed)
}

/// The name: a whole one before one without a given name (a newborn's placeholder).
fn name(said: &[(&Statement, &Particulars)]) -> Option<Item<Name>> {
    best(said, NAME, |p| {
        p.name.clone().filter(|name| name.given.is_some())
    })
    .or_else(|| best(said, NAME, |p| p.name.clone()))
}

/// Names used before: those that sources call former, and whole names that a source replaced by another.
fn former_names(record: &Record, current: Option<&Name>) -> Vec<Name> {
    let mut former: Vec<Name> = Vec::new();
    for statement in &record.statements {
        let Some((_, particulars)) = particulars(statement) else {
            continue;
        };
        let replaced = statement.superseded.and(particulars.name.as_ref());
        for name in particulars.former_names.iter().chain(replaced) {
            let known = current.is_some_and(|current| same(current, name))
                || former.iter().any(|f| same(f, name));
            if !known && former.len() < FORMER_NAMES_MAX {
                former.push(name.clone());
            }
        }
    }
    former
}

fn same(a: &Name, b: &Name) -> bool {
    a.to_string().to_lowercase() == b.to_string().to_lowercase()
}

fn carers(said: &[(&Statement, &Particulars)]) -> Vec<Item<Carer>> {
    let mut carers: Vec<Item<Carer>> = Vec::new();
    let mut fresh: Vec<_> = said.to_vec();
    fresh.sort_by_key(|(statement, _)| std::cmp::Reverse(statement.last_confirmed));
    for (statement, particulars) in fresh {
        for carer in &particulars.carers {
            let room = carers.len() < CARERS_MAX;
            match carers
                .iter_mut()
                .find(|item| same(&item.value.name, &carer.name))
            {
                Some(known) => fill(&mut known.value, carer),
                None if room => carers.push(Item {
                    value: carer.clone(),
                    provenance: provenance(statement),
                }),
                None => {}
            }
        }
    }
    carers
}

/// Takes what a less fresh source adds to a carer who is already known.
fn fill(known: &mut Carer, carer: &Carer) {
    known.telephone = known.telephone.take().or_else(|| carer.telephone.clone());
    known.email = known.email.take().or_else(|| carer.email.clone());
}

fn other_numbers(said: &[(&Statement, &Particulars)]) -> Vec<crate::number::OtherNumber> {
    let mut numbers = Vec::new();
    for number in said
        .iter()
        .flat_map(|(_, particulars)| &particulars.other_numbers)
    {
        if !numbers.contains(number) {
            numbers.push(number.clone());
        }
    }
    numbers
}

/// Those working with the child: one lead professional at most (R16), current before ended, ended ones for a year (R20).
fn involvements(record: &Record, catalogue: &Catalogue, today: Date) -> Vec<Item<Working>> {
    let mut working: Vec<Item<Working>> = record
        .standing()
        .filter_map(|statement| match &statement.said {
            Said::Involvement(involvement) => Some((statement, involvement)),
            Said::Particulars(_) | Said::Sensitive(_) => None,
        })
        .filter(|(_, involvement)| is_shown(involvement, today))
        .filter_map(|(statement, involvement)| {
            Some(Item {
                value: working_in(involvement, catalogue)?,
                provenance: provenance(statement),
            })
        })
        .collect();
    keep_one_lead(&mut working);
    working.sort_by(|a, b| order(&a.value).cmp(&order(&b.value)));
    working
}

fn is_shown(involvement: &Involvement, today: Date) -> bool {
    involvement.check().is_ok()
        && involvement
            .period
            .ended()
            .is_none_or(|ended| is_ended_visible_on(ended, today))
}

fn working_in(involvement: &Involvement, catalogue: &Catalogue) -> Option<Working> {
    let service = catalogue.ordinary(&involvement.service).ok()?;
    Some(Working {
        practitioner: involvement.practitioner.clone(),
        service: involvement.service.clone(),
        service_name: service.name().to_owned(),
        period: involvement.period,
        lead: involvement.lead,
        assessment: involvement.assessment,
        account: involvement.account,
    })
}

fn is_current(period: Period) -> bool {
    matches!(period, Period::Current { .. })
}

/// The lead professional is the one last confirmed among those who say so and are still working with the child (R16).
fn keep_one_lead(working: &mut [Item<Working>]) {
    let lead = working
        .iter()
        .enumerate()
        .filter(|(_, item)| item.value.lead == Lead::Lead && is_current(item.value.period))
        .max_by_key(|(index, item)| {
            (
                item.provenance.last_confirmed,
                item.value.period.since(),
                *index,
            )
        })
        .map(|(index, _)| index);
    for (index, item) in working.iter_mut().enumerate() {
        if Some(index) != lead {
            item.value.lead = Lead::Member;
        }
    }
}

type Order<'a> = (bool, bool, std::cmp::Reverse<Option<Date>>, &'a str, String);

fn order(working: &Working) -> Order<'_> {
    let since = std::cmp::Reverse(working.period.ended().or(working.period.since()));
    let name = working.practitioner.name.to_string();
    (
        !is_current(working.period),
        working.lead == Lead::Member,
        since,
        working.practitioner.organisation.as_str(),
        name,
    )
}

/// One unspecific indicator, whether one sensitive service stands or ten (R31). It has no end: an ended sensitive involvement is
/// withdrawn by its source, so that no date can be read from it (X4, X5).
fn sensitive(record: &Record) -> SensitiveServices {
    let any = record
        .standing()
        .any(|statement| matches!(statement.said, Said::Sensitive(_)));
    if any {
        SensitiveServices::OneOrMore
    } else {
        SensitiveServices::None
    }
}

#[cfg(test)]
#[path = "survivorship_tests.rs"]
mod tests;
