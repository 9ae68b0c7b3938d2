//! Reports and corrections followed to their end: computed from the record alone, so that undoing one, or taking a feed back, leaves
//! exactly what would have been without it.

use crate::Date;
use crate::correction::{ANSWERS_MAX, DISPUTES_MAX, Dispute, Disputed, Right, SourceAnswered};
use crate::entry::Entry;
use crate::name::Name;
use crate::number::Number;
use crate::omission;
use crate::quiet::Quiet;
use crate::record::{Decided, Record};
use crate::service::reveals_sensitive;
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
    /// Its place among the decisions of the record, from 0.
    place: usize,
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
/// any, of each list all of them, and the reports after those that would answer them.
#[must_use]
pub fn followed<'r>(record: &'r Record) -> Vec<Followed<'r>> {
    let (corrections, reports) = disputes(record);
    let followed = |(place, dispute): Placed<'r>, weight| Followed {
        dispute,
        weight,
        state: state(record, dispute, weight),
        place,
    };
    let mut all = Vec::new();
    for field in Disputed::ALL {
        let mut own: Vec<&Placed<'_>> = of_field(&corrections, field).collect();
        if field.has_one_value() {
            own.drain(..own.len().saturating_sub(1));
        }
        all.extend(own.iter().map(|one| followed(**one, Weight::Correction)));
        // A report is answered by a correction that came after it, and open again when that is undone.
        let open = of_field(&reports, field).filter(|(place, report)| {
            let mut later = own.iter().filter(|one| one.0 > *place);
            !later.any(|(_, correction)| answers(correction, report))
        });
        all.extend(open.map(|one| followed(*one, Weight::Report)));
    }
    all
}

/// A dispute with its place among the decisions.
type Placed<'r> = (usize, &'r Dispute);

/// What stands of a record's reports and corrections, while its decisions are gone through.
#[derive(Default)]
struct Disputes<'r> {
    /// Each with whether it came with a record whose merger was undone.
    corrections: Vec<(Placed<'r>, bool)>,
    reports: Vec<Placed<'r>>,
    /// What went with a split that stands, by the number of the record that was split off.
    parted: Vec<(Number, Weight, Placed<'r>)>,
}

/// The corrections that were not undone, and the reports that were not dismissed. What came with a record whose merger was undone counts no
/// longer; undoing such a correction undid no other. What went with a split counts again, in its old place, when that is taken back.
fn disputes(record: &Record) -> (Vec<Placed<'_>>, Vec<Placed<'_>>) {
    let mut all = Disputes::default();
    let decisions = record.decisions_with_whether_they_went();
    for (place, (decision, went)) in decisions.enumerate() {
        match &decision.decided {
            Decided::Reported(report) if !went => all.reports.push((place, report)),
            Decided::Corrected(correction) => all.corrections.push(((place, correction), went)),
            Decided::CorrectionUndone(_) | Decided::EntryShown(_) => {
                all.take_correction(|one, _| undoes(&decision.decided, one));
            }
            Decided::ReportDismissed(field) => all.reports.retain(|(_, one)| one.field != *field),
            Decided::DisputeParted {
                off,
                weight,
                dispute,
            } => all.part(*off, *weight, dispute),
            Decided::SplitUndone(number) if !went => all.bring_back(*number),
            Decided::WorkEnded(ended) if !went => {
                all.reports.retain(|(_, one)| !ended.answers(one))
            }
            _ => {}
        }
    }
    let stand = all.corrections.into_iter().filter(|(_, went)| !went);
    (stand.map(|(one, _)| one).collect(), all.reports)
}

impl<'r> Disputes<'r> {
    /// Takes out the last correction of some, which are told by what was said and by whether it came and went.
    fn take_correction(&mut self, is_it: impl Fn(&Dispute, bool) -> bool) -> Option<Placed<'r>> {
        let mut all = self.corrections.iter();
        let last = all.rposition(|((_, one), went)| is_it(one, *went))?;
        Some(self.corrections.remove(last).0)
    }

    /// Lays aside what went with a split, or ended where it went.
    fn part(&mut self, off: Number, weight: Weight, dispute: &Dispute) {
        let gone = match weight {
            Weight::Correction => self.take_correction(|one, went| !went && one == dispute),
            Weight::Report => {
                let last = self.reports.iter().rposition(|(_, one)| *one == dispute);
                last.map(|last| self.reports.remove(last))
            }
        };
        self.parted.extend(gone.map(|gone| (off, weight, gone)));
    }

    fn bring_back(&mut self, off: Number) {
        for (number, weight, one) in std::mem::take(&mut self.parted) {
            match weight {
                _ if number != off => self.parted.push((number, weight, one)),
                Weight::Correction => self.corrections.push((one, false)),
                Weight::Report => self.reports.push(one),
            }
        }
        self.corrections.sort_by_key(|((place, _), _)| *place);
        self.reports.sort_by_key(|(place, _)| *place);
    }
}

/// The corrections that were not undone and the reports that were not dismissed, those that a correction answers among them, in the order in
/// which they were decided.
pub(crate) fn not_taken_back(record: &Record) -> Vec<(Weight, &Dispute)> {
    let (corrections, reports) = disputes(record);
    let corrections = corrections.into_iter().map(|one| (Weight::Correction, one));
    let reports = reports.into_iter().map(|one| (Weight::Report, one));
    let mut all: Vec<(Weight, Placed<'_>)> = corrections.chain(reports).collect();
    all.sort_by_key(|(_, (place, _))| *place);
    all.into_iter()
        .map(|(weight, (_, one))| (weight, one))
        .collect()
}

fn undoes(decided: &Decided, correction: &Dispute) -> bool {
    match decided {
        Decided::CorrectionUndone(field) => correction.field == *field,
        Decided::EntryShown(entry) => correction.entry.as_ref() == Some(&**entry),
        _ => false,
    }
}

fn of_field<'p, 'r>(
    all: &'p [Placed<'r>],
    field: Disputed,
) -> impl Iterator<Item = &'p Placed<'r>> {
    all.iter().filter(move |(_, one)| one.field == field)
}

/// Whether a correction says what becomes of a report before it. Of a list: of one about an entry that is out by it, and of one that only
/// said that the list is wrong.
fn answers(correction: &Dispute, report: &Dispute) -> bool {
    let says_nothing = report.right == Right::Unsaid;
    match (&correction.entry, &report.entry) {
        (None, _) => true,
        (Some(out), Some(entry)) => out.covers(entry),
        (Some(_), None) => says_nothing,
    }
}

/// The corrections that were not undone, oldest first: of each field the last one stands, of a list all of them.
pub(crate) fn corrections(record: &Record) -> Vec<&Dispute> {
    let (corrections, _) = disputes(record);
    corrections.into_iter().map(|(_, one)| one).collect()
}

/// The entries of lists that were taken out, and not shown again.
pub(crate) fn hidden(record: &Record) -> Vec<&Entry> {
    let standing = corrections(record).into_iter();
    standing.filter_map(|one| one.entry.as_ref()).collect()
}

/// Names besides the one shown that were taken out: they are shown no more, and guard a shielded child as before (F1).
#[must_use]
pub fn former_names_out(record: &Record) -> Vec<&Name> {
    let hidden = hidden(record).into_iter();
    hidden
        .filter_map(|entry| match entry {
            Entry::FormerName(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// Whether anything was ever put right on a record, so that it may show something else than its sources say.
#[must_use]
pub fn was_put_right(record: &Record) -> bool {
    let mut decisions = record.decisions.iter();
    decisions.any(|one| matches!(one.decided, Decided::Corrected(_)))
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
    if let Some(entry) = &correction.entry {
        // What was taken out stays out: it stands over whoever says it.
        return record.statements.iter().any(|one| entry.hides(one));
    }
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
    if let Some(entry) = &dispute.entry {
        return if entry.is_said(standing) {
            State::Waiting
        } else {
            State::Settled
        };
    }
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
                | Decided::EntryShown(_)
                | Decided::ReportDismissed(_)
        )
    });
    held.count() < DISPUTES_MAX
}

/// The sources of a dispute that have not settled it: those that were told, and of an entry of a list whoever says it now.
#[must_use]
pub fn waiting<'r>(record: &'r Record, one: &Followed<'r>) -> Vec<&'r Source> {
    match &one.dispute.entry {
        Some(entry) => sayers(record, entry, one.weight),
        None => {
            let told = one.dispute.sources.iter();
            told.filter(|source| source_state(record, one.dispute, source) != State::Settled)
                .collect()
        }
    }
}

/// What a source answered to a dispute, oldest first: not what it answered to one of the same field and day before it was made.
fn said_by<'r>(record: &'r Record, one: &Followed<'_>, source: &Source) -> Vec<&'r SourceAnswered> {
    let decided = record.decisions_with_whether_they_went();
    let since = decided.skip(one.place).filter(|(_, went)| !went);
    let answers = since.filter_map(|(decision, _)| match &decision.decided {
        Decided::SourceAnswered(answered) => Some(&**answered),
        _ => None,
    });
    let is_own = |answered: &&SourceAnswered| {
        let of = (answered.field, answered.since);
        of == (one.dispute.field, one.dispute.on) && answered.source == *source
    };
    answers.filter(is_own).collect()
}

/// What a source answered last to a dispute.
#[must_use]
pub fn answer<'r>(
    record: &'r Record,
    one: &Followed<'_>,
    source: &Source,
) -> Option<&'r SourceAnswered> {
    said_by(record, one, source).pop()
}

/// Whether a source can answer once more.
#[must_use]
pub fn can_answer(record: &Record, one: &Followed<'_>, source: &Source) -> bool {
    said_by(record, one, source).len() < ANSWERS_MAX
}

/// Who says an entry, as it is to be looked into. Never one whose being told would tell of a sensitive service (X13).
pub(crate) fn sayers<'r>(record: &'r Record, entry: &Entry, weight: Weight) -> Vec<&'r Source> {
    let suppliers = Quiet::of(record);
    let says = |one: &&Statement| match weight {
        Weight::Report => entry.is_said(one),
        Weight::Correction => entry.hides(one),
    };
    record
        .standing()
        .filter(says)
        .map(|one| &one.source)
        .filter(|source| !suppliers.holds(source) && !reveals_sensitive(source.supplier.as_str()))
        .collect()
}

/// The state of a dispute: the one of its sources that has the farthest to go.
fn state(record: &Record, dispute: &Dispute, weight: Weight) -> State {
    if let Some(entry) = &dispute.entry {
        // A report of what no source says any more, nor did then, waits for a person.
        let is_nobodys = weight == Weight::Report && dispute.sources.is_empty();
        return if is_nobodys || !sayers(record, entry, weight).is_empty() {
            State::Waiting
        } else {
            State::Settled
        };
    }
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

/// Whether a source has said what is right since: now, or in words that it replaced after the day of the correction, and that were not taken
/// back.
fn has_confirmed(record: &Record, dispute: &Dispute, source: &Source) -> bool {
    let said = record.statements.iter();
    let said = said.filter(|one| one.source == *source && !one.is_taken_back());
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
