//! From what sources say of involvements to who is shown as working with the child: everybody once, one lead, the ended for a year.

use std::cmp::Reverse;

use crate::Date;
use crate::child::{Item, Provenance, Working};
use crate::ended_for::ended_for;
use crate::entry::is_left_of_working;
use crate::following::hidden;
use crate::involvement::{Assessment, Involvement, Lead, Period};
use crate::lifecycle::is_ended_visible_on;
use crate::record::Record;
use crate::service::{Catalogue, reveals_sensitive};
use crate::statement::{Said, Statement};

/// An involvement that may be shown, and who said it.
struct Heard<'a> {
    statement: &'a Statement,
    working: Working,
    /// Who, where and in which service, to know the same engagement by, whoever says it.
    who: (String, String),
    /// The day it was last confirmed, and whether by the practitioner: of two on one day, theirs is the later word.
    confirmed: (Date, bool),
    /// Whether somebody else than the practitioner said that it has ended.
    is_ended_for: bool,
}

/// Those working with the child: one lead professional at most (R16), current before ended, ended ones for a year (R20).
///
/// Several sources may say the same of the same person: that is one line, with the provenance of the freshest.
pub(crate) fn involvements(
    record: &Record,
    catalogue: &Catalogue,
    today: Date,
) -> Vec<Item<Working>> {
    let mut heard = heard(record, catalogue, today);
    let ended: Vec<_> = heard.iter().filter_map(end).collect();
    heard.retain(|one| !is_over(one, &ended));
    heard.retain(|one| is_shown(one.working.period, today));
    keep_one_lead(&mut heard);
    let mut working = merged(heard, today);
    working.sort_by(|a, b| order(&a.value).cmp(&order(&b.value)));
    working
}

/// Every involvement that stands in a service that may be shown, the freshest first, without what was taken out.
fn heard<'a>(record: &'a Record, catalogue: &Catalogue, today: Date) -> Vec<Heard<'a>> {
    let mut heard: Vec<Heard<'_>> = record
        .standing()
        .filter_map(|statement| match &statement.said {
            Said::Involvement(involvement) => Heard::of(statement, involvement, catalogue, today),
            Said::Particulars(_) | Said::Sensitive(_) => None,
        })
        .collect();
    let (hidden, ended_for) = (hidden(record), ended_for(record));
    for one in &mut heard {
        one.is_ended_for = ended_for.iter().any(|ended| ended.is_of(&one.working));
    }
    heard.retain_mut(|one| is_left_of_working(&hidden, &mut one.working));
    heard.sort_by(|a, b| {
        let freshness = |one: &Heard<'a>| (one.statement.confirmed_by(today), one.since());
        freshness(b).cmp(&freshness(a)).then_with(|| {
            b.statement
                .freshness(today)
                .cmp(&a.statement.freshness(today))
        })
    });
    heard
}

impl<'a> Heard<'a> {
    /// `None`: it would tell of a sensitive service (X13).
    fn of(
        statement: &'a Statement,
        involvement: &Involvement,
        catalogue: &Catalogue,
        today: Date,
    ) -> Option<Heard<'a>> {
        let service = catalogue.ordinary(&involvement.service).ok()?;
        involvement.check().ok()?;
        if reveals_sensitive(statement.source.supplier.as_str()) {
            return None;
        }
        let practitioner = &involvement.practitioner;
        let who = format!("{}\n{}", practitioner.name, practitioner.organisation);
        Some(Heard {
            statement,
            working: Working {
                practitioner: practitioner.clone(),
                service: involvement.service.clone(),
                service_name: service.name().to_owned(),
                period: period_on(involvement.period, today),
                lead: involvement.lead,
                assessment: involvement.assessment,
                account: involvement.account,
            },
            who: (involvement.service.as_str().to_owned(), who.to_lowercase()),
            confirmed: (statement.confirmed_by(today), involvement.account.is_some()),
            is_ended_for: false,
        })
    }

    fn since(&self) -> Option<Date> {
        self.working.period.since()
    }

    /// Whether both speak of one engagement of one person: both current, or both ended on the same day.
    fn is_same(&self, other: &Heard<'_>) -> bool {
        self.who == other.who && self.working.period.ended() == other.working.period.ended()
    }
}

/// An end that lies ahead is not yet one.
fn period_on(period: Period, today: Date) -> Period {
    match period {
        Period::Ended { since, ended } if ended > today => Period::Current { since },
        Period::Current { .. } | Period::Ended { .. } => period,
    }
}

type End = ((String, String), (Date, bool));

fn end(one: &Heard<'_>) -> Option<End> {
    let ended = one.working.period.ended()?;
    Some((one.who.clone(), (ended, one.confirmed.1)))
}

/// Whether somebody said that it ended, on the day it was last said to be current or later.
fn is_over(one: &Heard<'_>, ended: &[End]) -> bool {
    is_current(one.working.period)
        && ended
            .iter()
            .any(|(who, end)| *who == one.who && one.confirmed <= *end)
}

fn is_shown(period: Period, today: Date) -> bool {
    period
        .ended()
        .is_none_or(|ended| is_ended_visible_on(ended, today))
}

fn is_current(period: Period) -> bool {
    matches!(period, Period::Current { .. })
}

/// The lead professional is the one last confirmed among those who say so and are still working with the child (R16).
fn keep_one_lead(heard: &mut [Heard<'_>]) {
    let mut found = false;
    for one in heard {
        let leads = one.working.lead == Lead::Lead && is_current(one.working.period) && !found;
        found |= leads;
        one.working.lead = if leads { Lead::Lead } else { Lead::Member };
    }
}

fn merged(heard: Vec<Heard<'_>>, today: Date) -> Vec<Item<Working>> {
    let mut merged: Vec<Heard<'_>> = Vec::with_capacity(heard.len());
    for one in heard {
        match merged.iter_mut().find(|known| known.is_same(&one)) {
            Some(known) => {
                // How to reach them is as old as its oldest part: a number of long ago is not shown as of today.
                if fill(&mut known.working, one.working) {
                    known.statement = one.statement;
                }
            }
            None => merged.push(one),
        }
    }
    merged
        .into_iter()
        .map(|one| {
            let confirmed = one.statement.confirmed_by(today);
            Item {
                value: one.working,
                provenance: if one.is_ended_for {
                    Provenance::by_a_person(confirmed)
                } else {
                    Provenance::of(&one.statement.source, confirmed)
                },
            }
        })
        .collect()
}

/// Takes what a less fresh source adds about the same engagement, and says whether it is a way to reach them.
fn fill(known: &mut Working, less_fresh: Working) -> bool {
    let practitioner = &mut known.practitioner;
    let further = &less_fresh.practitioner;
    let adds_telephone = practitioner.telephone.is_none() && further.telephone.is_some();
    let adds_email = practitioner.email.is_none() && further.email.is_some();
    practitioner.telephone = practitioner
        .telephone
        .take()
        .or(less_fresh.practitioner.telephone);
    practitioner.email = practitioner.email.take().or(less_fresh.practitioner.email);
    let earlier = known.period.since().or(less_fresh.period.since());
    match &mut known.period {
        Period::Current { since } | Period::Ended { since, .. } => *since = earlier,
    }
    if less_fresh.lead == Lead::Lead {
        known.lead = Lead::Lead;
    }
    if known.assessment == Assessment::None {
        // One that was current and is past now is past (R17).
        known.assessment = less_fresh.assessment;
    }
    known.account = known.account.or(less_fresh.account);
    adds_telephone || adds_email
}

type Order<'a> = (bool, bool, Reverse<Option<Date>>, &'a str, String, &'a str);

fn order(working: &Working) -> Order<'_> {
    let since = Reverse(working.period.ended().or(working.period.since()));
    (
        !is_current(working.period),
        working.lead == Lead::Member,
        since,
        working.practitioner.organisation.as_str(),
        working.practitioner.name.to_string(),
        working.service.as_str(),
    )
}

#[cfg(test)]
#[path = "working_tests.rs"]
pub(crate) mod tests;
