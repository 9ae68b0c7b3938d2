//! Reports and corrections followed to their end: computed from the record alone, so that undoing one, or taking a feed back, leaves
//! exactly what would have been without it.

use crate::Date;
use crate::correction::{DISPUTES_MAX, Dispute, Disputed, Right};
use crate::omission;
use crate::record::{Decided, Record};
use crate::statement::{Particulars, Said, Source, Statement};

/// A report or correction that has not been taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Followed<'r> {
    /// What was said.
    pub dispute: &'r Dispute,
    /// Whether it stands over the sources.
    pub weight: Weight,
    /// How far its sources are.
    pub state: State,
}

/// What a dispute does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// It was reported, and waits for somebody who may set what is right, or for the source.
    Report,
    /// It was set by somebody who may: it stands over every source until one confirms it.
    Correction,
}

/// How far a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It says what is right, or nothing of this field any more.
    Settled,
    /// It still says what is wrong, or says it again.
    Waiting,
    /// It says something else than what is wrong and what is right: a person is asked again.
    AskedAgain,
}

impl State {
    /// In words, as on a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            State::Settled => "settled",
            State::Waiting => "waiting for the source",
            State::AskedAgain => "the source says something else: decide again",
        }
    }
}

/// Every report and correction that has not been taken back, settled ones included: of each field the correction that stands, if
/// any, and the reports after it.
#[must_use]
pub fn followed(record: &Record) -> Vec<Followed<'_>> {
    let (corrections, reports) = disputes(record);
    let followed = |dispute, weight| Followed {
        dispute,
        weight,
        state: state(record, dispute),
    };
    let mut all = Vec::new();
    for field in Disputed::ALL {
        if let Some(correction) = corrections.iter().rfind(|one| one.field == field) {
            all.push(followed(*correction, Weight::Correction));
        }
        // A report is answered by a correction that came after it, and open again when that is undone.
        let standing = corrections_of(&corrections, field);
        let open = reports
            .iter()
            .filter(|(before, one)| one.field == field && *before >= standing);
        all.extend(open.map(|(_, report)| followed(*report, Weight::Report)));
    }
    all
}

/// The corrections that were not undone, and the reports that were not dismissed, each with how many such corrections of its field were
/// before it. What came with a record whose merger was undone counts no longer; undoing such a correction undid no other.
fn disputes(record: &Record) -> (Vec<&Dispute>, Vec<(usize, &Dispute)>) {
    let mut corrections: Vec<(&Dispute, bool)> = Vec::new();
    let mut reports: Vec<(usize, &Dispute)> = Vec::new();
    for (decision, went) in record.decisions_with_whether_they_went() {
        match &decision.decided {
            Decided::Reported(report) if !went => {
                let before = corrections
                    .iter()
                    .filter(|(one, went)| !went && one.field == report.field);
                reports.push((before.count(), report));
            }
            Decided::Corrected(correction) => corrections.push((correction, went)),
            Decided::CorrectionUndone(field) => {
                if let Some(last) = corrections.iter().rposition(|(one, _)| one.field == *field) {
                    corrections.remove(last);
                }
            }
            Decided::ReportDismissed(field) => reports.retain(|(_, one)| one.field != *field),
            _ => {}
        }
    }
    let stand = corrections.into_iter().filter(|(_, went)| !went);
    (stand.map(|(one, _)| one).collect(), reports)
}

fn corrections_of(corrections: &[&Dispute], field: Disputed) -> usize {
    corrections.iter().filter(|one| one.field == field).count()
}

/// The corrections that were not undone, oldest first: of each field the last one stands.
pub(crate) fn corrections(record: &Record) -> Vec<&Dispute> {
    disputes(record).0
}

/// The correction of a field that stands.
#[must_use]
pub fn correction(record: &Record, field: Disputed) -> Option<&Dispute> {
    let standing = corrections(record);
    standing.into_iter().rfind(|one| one.field == field)
}

/// Whether a correction stands over the sources now: until one of them has said what is right, and again when one that had goes
/// back to what is wrong. What a source says after it has confirmed is a change like any other.
#[must_use]
pub fn overrides(record: &Record, correction: &Dispute) -> bool {
    if correction.is_omission() {
        return omission::overrides(record, correction);
    }
    let confirmed = |source: &Source| has_confirmed(record, correction, source);
    let relapsed = |source: &Source| {
        confirmed(source) && source_state(record, correction, source) == State::Waiting
    };
    let mut sources = correction.sources.iter();
    !sources.clone().any(confirmed) || sources.any(relapsed)
}

/// How far a source is that said what is wrong.
#[must_use]
pub fn source_state(record: &Record, dispute: &Dispute, source: &Source) -> State {
    let Some(standing) = record.standing().find(|one| one.source == *source) else {
        return State::Settled;
    };
    if !dispute.field.has_one_value() {
        // Of a list: it waits until the source says another. What else it says anew settles nothing.
        let disputed = said_on(record, source, dispute.on);
        return if disputed.is_some_and(|then| same_list(dispute.field, &then.said, &standing.said))
        {
            State::Waiting
        } else {
            State::Settled
        };
    }
    if dispute.is_omission() {
        return omission::source_state(record, dispute, standing);
    }
    let Some(says) = part(dispute.field, standing) else {
        return State::Settled;
    };
    let is_right = |right: &Particulars| dispute.field.agree(&says, right);
    match &dispute.right {
        _ if dispute.field.agree(&says, &dispute.wrong) => State::Waiting,
        Right::Is(right) if is_right(right) => State::Settled,
        Right::Unsaid => State::Settled,
        Right::Is(_) | Right::NotKnown if has_confirmed(record, dispute, source) => State::Settled,
        Right::Is(_) | Right::NotKnown => State::AskedAgain,
    }
}

/// What a source said on a day.
fn said_on<'r>(record: &'r Record, source: &Source, day: Date) -> Option<&'r Statement> {
    record.statements.iter().rfind(|one| {
        one.source == *source
            && one.first_confirmed <= day
            && one.superseded.is_none_or(|until| until >= day)
            && !one.is_taken_back()
    })
}

/// Whether a source says the same list, in whatever order.
fn same_list(field: Disputed, then: &Said, now: &Said) -> bool {
    let (Said::Particulars(then), Said::Particulars(now)) = (then, now) else {
        return then == now;
    };
    match field {
        Disputed::Carers => same_all(&then.carers, &now.carers),
        Disputed::OtherNumbers => same_all(&then.other_numbers, &now.other_numbers),
        Disputed::FormerNames => {
            then.name == now.name && same_all(&then.former_names, &now.former_names)
        }
        _ => then == now,
    }
}

fn same_all<T: PartialEq>(then: &[T], now: &[T]) -> bool {
    then.len() == now.len() && then.iter().all(|one| now.contains(one))
}

/// How many reports, corrections and ends of them a record holds.
#[must_use]
pub fn has_room(record: &Record) -> bool {
    let held = record.own_decided().filter(|decided| {
        matches!(
            decided,
            Decided::Reported(_)
                | Decided::Corrected(_)
                | Decided::CorrectionUndone(_)
                | Decided::ReportDismissed(_)
        )
    });
    held.count() < DISPUTES_MAX
}

/// The state of a dispute: the one of its sources that has the farthest to go.
fn state(record: &Record, dispute: &Dispute) -> State {
    if dispute.is_omission() {
        return omission::state(record, dispute);
    }
    let states = dispute
        .sources
        .iter()
        .map(|source| source_state(record, dispute, source));
    // Nobody is to be told who could settle it: a person has to.
    states.max().unwrap_or(State::Waiting)
}

/// Whether a source has said what is right since: now, or in words that it replaced after the day of the correction.
fn has_confirmed(record: &Record, dispute: &Dispute, source: &Source) -> bool {
    let said = record.statements.iter().filter(|one| one.source == *source);
    let mut since = said.filter(|one| one.superseded.is_none_or(|until| until > dispute.on));
    since.any(|one| match (&dispute.right, part(dispute.field, one)) {
        (Right::Is(right), Some(says)) => dispute.field.agree(&says, right),
        (Right::NotKnown, None) => matches!(one.said, Said::Particulars(_)),
        _ => false,
    })
}

/// What a statement says of a field.
fn part(field: Disputed, statement: &Statement) -> Option<Particulars> {
    match &statement.said {
        Said::Particulars(said) => field.part(said),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

#[cfg(test)]
#[path = "following_tests.rs"]
mod tests;
