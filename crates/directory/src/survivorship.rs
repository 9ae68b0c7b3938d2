//! From a record to the current view of the child: which source wins for which field, freshest first.

use crate::Date;
use crate::address::{AddressState, Residence};
use crate::child::{Child, Item, Mark, Provenance, SensitiveServices};
use crate::correction::{DISPUTE_SOURCES_MAX, Dispute, Disputed, Right, called};
use crate::entry::{hides_name, left_of_carer, same};
use crate::following::{State, Weight, correction, followed, hidden, overrides};
use crate::lifecycle::{CHILD_UNTIL_YEARS, birthday, is_stale_on};
use crate::name::{Carer, Name};
use crate::number::OtherNumber;
use crate::precedence::{Believed, Survivorship};
use crate::quiet::Quiet;
use crate::record::{Record, Shielding};
use crate::service::Catalogue;
use crate::setting::{Education, PrimaryCare};
use crate::statement::{Particulars, Said, Source, SourceKind, Statement};
use crate::text::NamePart;
use crate::working::involvements;

/// The most parents and carers shown.
pub const CARERS_MAX: usize = 8;
/// The most former names shown, and the most that other sources give.
pub const BESIDES_MAX: usize = 8;

/// What one row says of who the child is, and the statement it stands in.
type Heard<'a> = (&'a Statement, &'a Particulars);

/// The current view of a child on a day. A pure function of the record, the catalogue and the day: the same for any order of the
/// same statements.
///
/// An involvement in a service that the catalogue does not call ordinary today is left out, whatever it was when it was
/// recorded (X13): the reader checks what the writer checked.
///
/// By the built-in order of sources. What is shown may follow a configured one ([`shown`]); what a record is filed under and joined
/// by never does, or a change of configuration would leave keys behind that nobody takes out again (R44).
#[must_use]
pub fn child(record: &Record, catalogue: &Catalogue, today: Date) -> Child {
    let child = by(record, (catalogue, &Survivorship::default()), today);
    quietened(record, child)
}

/// The same as [`child`] by a configured order of sources.
///
/// A shielded record is always shown by the built-in order: no configuration may bring out another name or date of birth than the
/// one it is filed under (R43, X10).
#[must_use]
pub fn shown(
    record: &Record,
    (catalogue, survivorship): (&Catalogue, &Survivorship),
    today: Date,
) -> Child {
    match record.shielding() {
        Shielding::Shielded => child(record, catalogue, today),
        Shielding::None => quietened(record, by(record, (catalogue, survivorship), today)),
    }
}

/// The same, and of what only a sensitive service's own system says neither the source nor a day: it says so once, with its involvement, and
/// the day would date that (R31).
fn quietened(record: &Record, mut child: Child) -> Child {
    // Where anybody else names the child, nothing of such a source is heard.
    let is_loud = |kind| !matches!(kind, SourceKind::Local | SourceKind::Correction);
    let name = child.name.as_ref();
    if name.is_some_and(|name| is_loud(name.provenance.kind)) {
        return child;
    }
    let quiet = Quiet::of(record);
    for one in child.provenances() {
        if quiet.is_of(one) {
            *one = Provenance::untold();
        }
    }
    child
}

fn by(
    record: &Record,
    (catalogue, survivorship): (&Catalogue, &Survivorship),
    today: Date,
) -> Child {
    let heard = heard(record, today);
    let said: Vec<Heard<'_>> = standing(&heard);
    let believed = |field| {
        let order = survivorship.order(field);
        move |s: &Statement| order.rank(s.source.kind)
    };
    // A source that has not confirmed for a year gives way to one that has: a child moves, and changes school.
    let of_now = |field| {
        let order = survivorship.order(field);
        move |s: &Statement| {
            (
                is_stale_on(s.last_confirmed, today),
                order.rank(s.source.kind),
            )
        }
    };
    let put_right = |field| PutRight::of(record, field);
    let name = put_right(Disputed::Name).settle(
        &said,
        |said| name(said, today, believed(Believed::Name)),
        |p| p.name.as_ref(),
    );
    let born = put_right(Disputed::Born).settle(
        &said,
        |said| best(said, today, believed(Believed::Born), |p| p.born.as_ref()),
        |p| p.born.as_ref(),
    );
    let gender = put_right(Disputed::Gender).settle(
        &said,
        |said| {
            best(said, today, believed(Believed::Gender), |p| {
                p.gender.as_ref()
            })
        },
        |p| p.gender.as_ref(),
    );
    let residence = put_right(Disputed::Residence).settle(
        &said,
        |said| residence(said, today, of_now(Believed::Residence)),
        |p| p.residence.as_ref(),
    );
    let education = put_right(Disputed::Education).settle(
        &said,
        |said| best(said, today, of_now(Believed::Education), education),
        education,
    );
    let primary_care = put_right(Disputed::PrimaryCare).settle(
        &said,
        |said| best(said, today, of_now(Believed::PrimaryCare), primary_care),
        primary_care,
    );
    let (former_names, other_names) = besides(record, (&heard, &said), name.as_ref(), today);
    let of_carers = of_now(Believed::Carers);
    Child {
        number: record.number,
        shielding: record.shielding(),
        former_names,
        other_names,
        name,
        born: born.clone(),
        gender,
        residence,
        authority: record.responsible(),
        carers: carers(record, &said, (born.as_ref(), today), of_carers),
        education,
        primary_care,
        involvements: involvements(record, catalogue, today),
        sensitive_services: sensitive(record),
        other_numbers: other_numbers(&said, today),
        disputes: marks(record),
    }
}

/// A correction on its way into a field.
struct PutRight<'r> {
    correction: Option<&'r Dispute>,
    /// Whether it stands over the sources now.
    overrides: bool,
}

impl<'r> PutRight<'r> {
    fn of(record: &'r Record, field: Disputed) -> PutRight<'r> {
        let correction = correction(record, field);
        PutRight {
            overrides: correction.is_some_and(|one| overrides(record, one)),
            correction,
        }
    }

    /// The field's value: a person's correction over all, until a source confirms it. What it says is wrong never comes back by
    /// itself, whoever says it.
    fn settle<T: Clone>(
        &self,
        said: &[Heard<'_>],
        choose: impl Fn(&[Heard<'_>]) -> Option<Item<T>>,
        value: impl Fn(&Particulars) -> Option<&T>,
    ) -> Option<Item<T>> {
        let Some(correction) = self.correction else {
            return choose(said);
        };
        if !self.overrides {
            let is_wrong = |(_, says): &&Heard<'_>| {
                let part = correction.field.part(says);
                part.is_some_and(|part| correction.field.agree(&part, &correction.wrong))
            };
            let right: Vec<Heard<'_>> = said.iter().filter(|one| !is_wrong(one)).copied().collect();
            if let Some(chosen) = choose(&right) {
                return Some(chosen);
            }
        }
        match &correction.right {
            Right::Is(right) => value(right).map(|value| Item {
                value: value.clone(),
                provenance: Provenance::said_by_a_person(correction),
            }),
            Right::NotKnown | Right::Unsaid => None,
        }
    }
}

/// What of a record is in dispute, one mark for each field, and of a list for each entry: corrections that stand before a report that is
/// open.
fn marks(record: &Record) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for one in followed(record) {
        let field = one.dispute.field;
        let over = one.weight == Weight::Correction && overrides(record, one.dispute);
        let open = one.state != State::Settled;
        // Of a list every entry that is out is marked, and every report that says something else.
        let is_report = one.weight == Weight::Report;
        let is_same = |mark: &Mark| {
            is_report
                && mark.weight == Weight::Report
                && (&mark.entry, &mark.right) == (&one.dispute.entry, &one.dispute.right)
        };
        let again = |mark: &Mark| mark.field == field && (field.has_one_value() || is_same(mark));
        if !(open || over) || marks.iter().any(again) {
            continue;
        }
        if one.weight == Weight::Correction && !over {
            continue;
        }
        marks.push(Mark {
            field,
            on: one.dispute.on,
            weight: one.weight,
            state: one.state,
            right: one.dispute.right.clone(),
            entry: one.dispute.entry.clone(),
            is_omission: one.dispute.is_omission(),
        });
    }
    marks
}

/// What was said of who the child is, the freshest first, what no longer stands included. What was taken back with its feed was never said.
///
/// What a sensitive service's own system says is left out: its source and day would tell of it (R31, X13). Only a child whom
/// nobody else knows by name is shown by it.
fn heard(record: &Record, today: Date) -> Vec<Heard<'_>> {
    let said = record.statements.iter().filter(|one| !one.is_taken_back());
    let mut heard: Vec<Heard<'_>> = said
        .filter_map(|statement| match &statement.said {
            Said::Particulars(particulars) => Some((statement, &**particulars)),
            Said::Involvement(_) | Said::Sensitive(_) => None,
        })
        .collect();
    heard.sort_by_key(|(statement, _)| std::cmp::Reverse(statement.freshness(today)));
    let suppliers = Quiet::of(record);
    let quiet = |(statement, _): &Heard<'_>| suppliers.holds(&statement.source);
    let named = |(statement, particulars): &Heard<'_>| {
        statement.superseded.is_none() && particulars.name.is_some()
    };
    if heard.iter().any(|one| named(one) && !quiet(one)) {
        heard.retain(|one| !quiet(one));
    }
    heard
}

/// Who says a value of a field that stands: those who are told when it is wrong (X8).
#[must_use]
pub fn sources_of(
    record: &Record,
    field: Disputed,
    wrong: &Particulars,
    today: Date,
) -> Vec<Source> {
    let says = |(statement, said): &&Heard<'_>| {
        statement.superseded.is_none()
            && field
                .part(said)
                .is_some_and(|part| field.agree(&part, wrong))
    };
    heard(record, today)
        .iter()
        .filter(says)
        .map(|(statement, _)| statement.source.clone())
        .take(DISPUTE_SOURCES_MAX)
        .collect()
}

fn education(said: &Particulars) -> Option<&Education> {
    said.education.as_ref()
}

fn primary_care(said: &Particulars) -> Option<&PrimaryCare> {
    said.primary_care.as_ref()
}

fn standing<'a>(heard: &[Heard<'a>]) -> Vec<Heard<'a>> {
    heard
        .iter()
        .filter(|(statement, _)| statement.superseded.is_none())
        .copied()
        .collect()
}

/// The value of a field from the source that is believed most; among equals the freshest.
fn best<T: Clone, R: Ord>(
    said: &[Heard<'_>],
    today: Date,
    rank: impl Fn(&Statement) -> R,
    field: impl Fn(&Particulars) -> Option<&T>,
) -> Option<Item<T>> {
    said.iter()
        .filter_map(|(statement, particulars)| Some((*statement, field(particulars)?)))
        .min_by_key(|(statement, _)| rank(statement))
        .map(|(statement, value)| Item {
            value: value.clone(),
            provenance: provenance(statement, today),
        })
}

fn provenance(statement: &Statement, today: Date) -> Provenance {
    Provenance::of(&statement.source, statement.confirmed_by(today))
}

/// The name: a whole one before one without a given name (a newborn's placeholder).
fn name<R: Ord>(
    said: &[Heard<'_>],
    today: Date,
    rank: impl Fn(&Statement) -> R,
) -> Option<Item<Name>> {
    let is_whole = |name: &&Name| name.is_whole();
    best(said, today, &rank, |p| p.name.as_ref().filter(is_whole))
        .or_else(|| best(said, today, &rank, |p| p.name.as_ref()))
}

/// The names besides the current one: those used before, and those that other sources give at present. One that was wrong was never a name,
/// and one that was taken out is none. Of each, the freshest who said it.
fn besides(
    record: &Record,
    (heard, said): (&[Heard<'_>], &[Heard<'_>]),
    current: Option<&Item<Name>>,
    today: Date,
) -> (Vec<Item<Name>>, Vec<Item<Name>>) {
    let current = current.map(|item| &item.value);
    let (hidden, correction) = (hidden(record), correction(record, Disputed::Name));
    let wrong = correction.and_then(|correction| correction.wrong.name.as_ref());
    let is_name = |name: &Name| {
        let is_current = current.is_some_and(|current| same(current, name));
        let is_wrong = wrong.is_some_and(|wrong| called(wrong) == called(name));
        !is_current && !is_wrong && !hides_name(&hidden, name)
    };
    let mut former: Vec<Item<Name>> = Vec::new();
    for (statement, particulars) in heard {
        // Whole names that a source replaced by another.
        let replaced = statement
            .superseded
            .and(particulars.name.as_ref())
            .filter(|name| name.is_whole());
        let names = particulars.former_names.iter().chain(replaced);
        for name in names.filter(|name| is_name(name)) {
            list(&mut former, name, provenance(statement, today));
        }
    }
    let mut others: Vec<Item<Name>> = Vec::new();
    for (statement, particulars) in said {
        // What one source calls former is that, though another has not heard of it yet.
        let is_another = |name: &&Name| {
            let is_part = current.is_some_and(|current| is_part_of(name, current));
            is_name(name) && !is_part && !former.iter().any(|item| same(&item.value, name))
        };
        if let Some(name) = particulars.name.as_ref().filter(is_another) {
            list(&mut others, name, provenance(statement, today));
        }
    }
    (former, others)
}

/// Adds a name to a list that does not have it yet.
fn list(names: &mut Vec<Item<Name>>, name: &Name, provenance: Provenance) {
    let is_known = names.iter().any(|item| same(&item.value, name));
    if !is_known && names.len() < BESIDES_MAX {
        names.push(Item {
            value: name.clone(),
            provenance,
        });
    }
}

/// Whether a name says no more than another: the same family name, and no given name but the first ones of the other, or a placeholder.
fn is_part_of(name: &Name, whole: &Name) -> bool {
    let lower = |part: &NamePart| part.as_str().to_lowercase();
    let given = |name: &Name| -> Vec<String> {
        let given = name.given.as_ref().map(lower).unwrap_or_default();
        given.split_whitespace().map(ToOwned::to_owned).collect()
    };
    lower(&name.family) == lower(&whole.family)
        && (!name.is_whole() || given(whole).starts_with(&given(name)))
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
            p.residence.as_ref().filter(|r| knows(r) == state)
        })
    })
}

/// Parents and carers, by the word on each of the source that is believed most, among equals the freshest: whom one source names, no other
/// takes away. Of a young adult only somebody who has care may be shown (L1), and no source says who has: nobody is. What was taken out is
/// as if nobody had said it.
fn carers<R: Ord>(
    record: &Record,
    said: &[Heard<'_>],
    (born, today): (Option<&Item<Date>>, Date),
    rank: impl Fn(&Statement) -> R,
) -> Vec<Item<Carer>> {
    if born.is_some_and(|born| today >= birthday(born.value, CHILD_UNTIL_YEARS)) {
        return Vec::new();
    }
    let hidden = hidden(record);
    let mut said = said.to_vec();
    said.sort_by_key(|(statement, _)| rank(statement));
    let mut carers: Vec<Item<Carer>> = Vec::new();
    for (statement, particulars) in said {
        let left = particulars.carers.iter();
        for carer in left.filter_map(|carer| left_of_carer(&hidden, carer)) {
            let room = carers.len() < CARERS_MAX;
            let mut known = carers.iter_mut();
            if let Some(known) = known.find(|item| same(&item.value.name, &carer.name)) {
                // How to reach them is as old as its oldest part: a number of long ago is not shown as of today.
                let of = provenance(statement, today);
                let is_older = of.last_confirmed <= known.provenance.last_confirmed;
                if fill(&mut known.value, &carer) && is_older {
                    known.provenance = of;
                }
            } else if room {
                carers.push(Item {
                    value: carer.into_owned(),
                    provenance: provenance(statement, today),
                });
            }
        }
    }
    carers
}

/// Takes what a source that is believed less adds to a carer who is already known, and says whether it did.
fn fill(known: &mut Carer, carer: &Carer) -> bool {
    let adds_telephone = known.telephone.is_none() && carer.telephone.is_some();
    let adds_email = known.email.is_none() && carer.email.is_some();
    known.telephone = known.telephone.take().or_else(|| carer.telephone.clone());
    known.email = known.email.take().or_else(|| carer.email.clone());
    adds_telephone || adds_email
}

/// Numbers of other bodies, by the freshest word on each.
fn other_numbers(said: &[Heard<'_>], today: Date) -> Vec<Item<OtherNumber>> {
    let mut numbers: Vec<Item<OtherNumber>> = Vec::new();
    for (statement, particulars) in said {
        for number in &particulars.other_numbers {
            if !numbers.iter().any(|known| known.value == *number) {
                numbers.push(Item {
                    value: number.clone(),
                    provenance: provenance(statement, today),
                });
            }
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
