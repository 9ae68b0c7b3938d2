//! From a record to the current view of the child: which source wins for which field, freshest first.

use crate::Date;
use crate::address::{AddressState, Residence};
use crate::child::{Child, Item, Provenance, SensitiveServices};
use crate::lifecycle::{CHILD_UNTIL_YEARS, birthday, is_stale_on};
use crate::name::{Carer, Name};
use crate::number::OtherNumber;
use crate::record::Record;
use crate::service::{Catalogue, reveals_sensitive};
use crate::statement::{Particulars, Said, Source, SourceKind, Statement};
use crate::text::SupplierCode;
use crate::working::involvements;

/// The most parents and carers shown.
pub const CARERS_MAX: usize = 8;
/// The most former names shown.
pub const FORMER_NAMES_MAX: usize = 8;

/// The order in which sources are believed for one field, the best first. A kind that is not named comes last.
type Precedence = &'static [SourceKind];

/// What one row says of who the child is, and the statement it stands in.
type Heard<'a> = (&'a Statement, &'a Particulars);

// Name and gender: what somebody is called now, before what was registered at birth.
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

/// The current view of a child on a day. A pure function of the record, the catalogue and the day: the same for any order of the
/// same statements.
///
/// An involvement in a service that the catalogue does not call ordinary today is left out, whatever it was when it was
/// recorded (X13): the reader checks what the writer checked.
#[must_use]
pub fn child(record: &Record, catalogue: &Catalogue, today: Date) -> Child {
    let heard = heard(record, today);
    let said: Vec<Heard<'_>> = standing(&heard);
    let believed = |precedence| move |s: &Statement| rank(precedence, s);
    // A source that has not confirmed for a year gives way to one that has: a child moves, and changes school.
    let of_now = |precedence| {
        move |s: &Statement| (is_stale_on(s.last_confirmed, today), rank(precedence, s))
    };
    let name = name(&said, today);
    let born = best(&said, today, believed(BIRTH), |p| p.born);
    Child {
        number: record.number,
        shielding: record.shielding(),
        former_names: former_names(&heard, name.as_ref().map(|item| &item.value)),
        name,
        born: born.clone(),
        gender: best(&said, today, believed(NAME), |p| p.gender),
        residence: residence(&said, today, of_now(RESIDENCE)),
        carers: carers(&said, born.map(|item| item.value), today),
        education: best(&said, today, of_now(EDUCATION), |p| p.education.clone()),
        primary_care: best(&said, today, of_now(PRIMARY_CARE), |p| {
            p.primary_care.clone()
        }),
        involvements: involvements(record, catalogue, today),
        sensitive_services: sensitive(record),
        other_numbers: other_numbers(&said),
    }
}

/// What was said of who the child is, the freshest first, what no longer stands included.
///
/// What a sensitive service's own system says is left out: its source and day would tell of it (R31, X13). Only a child whom
/// nobody else knows by name is shown by it.
fn heard(record: &Record, today: Date) -> Vec<Heard<'_>> {
    let mut heard: Vec<Heard<'_>> = record
        .statements
        .iter()
        .filter_map(|statement| match &statement.said {
            Said::Particulars(particulars) => Some((statement, &**particulars)),
            Said::Involvement(_) | Said::Sensitive(_) => None,
        })
        .collect();
    heard.sort_by_key(|(statement, _)| std::cmp::Reverse(statement.freshness(today)));
    let sensitive = sensitive_suppliers(record);
    let quiet = |(statement, _): &Heard<'_>| {
        let Source { kind, supplier, .. } = &statement.source;
        *kind == SourceKind::Local
            && (sensitive.contains(&supplier) || reveals_sensitive(supplier.as_str()))
    };
    let named = |(statement, particulars): &Heard<'_>| {
        statement.superseded.is_none() && particulars.name.is_some()
    };
    if heard.iter().any(|one| named(one) && !quiet(one)) {
        heard.retain(|one| !quiet(one));
    }
    heard
}

fn sensitive_suppliers(record: &Record) -> Vec<&SupplierCode> {
    record
        .statements
        .iter()
        .filter(|statement| matches!(statement.said, Said::Sensitive(_)))
        .map(|statement| &statement.source.supplier)
        .collect()
}

fn standing<'a>(heard: &[Heard<'a>]) -> Vec<Heard<'a>> {
    heard
        .iter()
        .filter(|(statement, _)| statement.superseded.is_none())
        .copied()
        .collect()
}

/// How far down a source stands among those believed for a field.
fn rank(precedence: Precedence, statement: &Statement) -> usize {
    precedence
        .iter()
        .position(|kind| *kind == statement.source.kind)
        .unwrap_or(precedence.len())
}

/// The value of a field from the source that is believed most; among equals the freshest.
fn best<T, R: Ord>(
    said: &[Heard<'_>],
    today: Date,
    rank: impl Fn(&Statement) -> R,
    field: impl Fn(&Particulars) -> Option<T>,
) -> Option<Item<T>> {
    said.iter()
        .filter_map(|(statement, particulars)| Some((*statement, field(particulars)?)))
        .min_by_key(|(statement, _)| rank(statement))
        .map(|(statement, value)| Item {
            value,
            provenance: provenance(statement, today),
        })
}

fn provenance(statement: &Statement, today: Date) -> Provenance {
    Provenance::of(&statement.source, statement.confirmed_by(today))
}

/// The name: a whole one before one without a given name (a newborn's placeholder).
fn name(said: &[Heard<'_>], today: Date) -> Option<Item<Name>> {
    let whole = |p: &Particulars| p.name.clone().filter(Name::is_whole);
    let rank = |s: &Statement| rank(NAME, s);
    best(said, today, rank, whole).or_else(|| best(said, today, rank, |p| p.name.clone()))
}

/// Names used before: those that sources call former, and whole names that a source replaced by another.
fn former_names(heard: &[Heard<'_>], current: Option<&Name>) -> Vec<Name> {
    let mut former: Vec<Name> = Vec::new();
    for (statement, particulars) in heard {
        let replaced = statement
            .superseded
            .and(particulars.name.as_ref())
            .filter(|name| name.is_whole());
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

/// Where the child lives, or that the child left England; the last known address only if there is no current one, and that there is
/// no known address only if nobody knows one (L1).
fn residence<R: Ord>(
    said: &[Heard<'_>],
    today: Date,
    rank: impl Fn(&Statement) -> R,
) -> Option<Item<Residence>> {
    let knows = |residence: &Residence| match residence.state {
        AddressState::Current(_) | AddressState::LeftEngland(_) => 0u8,
        AddressState::LastKnown(_) => 1,
        AddressState::NoKnown => 2,
    };
    (0..=2).find_map(|state| {
        best(said, today, &rank, |p| {
            p.residence.clone().filter(|r| knows(r) == state)
        })
    })
}

/// Parents and carers, by the freshest word on each. Of a young adult only somebody who has care may be shown (L1), and no source
/// says who has: nobody is.
fn carers(said: &[Heard<'_>], born: Option<Date>, today: Date) -> Vec<Item<Carer>> {
    if born.is_some_and(|born| today >= birthday(born, CHILD_UNTIL_YEARS)) {
        return Vec::new();
    }
    let mut carers: Vec<Item<Carer>> = Vec::new();
    for (statement, particulars) in said {
        for carer in &particulars.carers {
            let room = carers.len() < CARERS_MAX;
            match carers
                .iter_mut()
                .find(|item| same(&item.value.name, &carer.name))
            {
                Some(known) => fill(&mut known.value, carer),
                None if room => carers.push(Item {
                    value: carer.clone(),
                    provenance: provenance(statement, today),
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

fn other_numbers(said: &[Heard<'_>]) -> Vec<OtherNumber> {
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
