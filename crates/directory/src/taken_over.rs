//! What was decided of a record goes with it into the record that takes over everything of it: of rows, of involvements, of its numbers, of
//! whom it is kept apart from, of what is wrong (R83), and what sources answered to that (X8).

use crate::correction::{Dispute, Disputed, SourceAnswered};
use crate::following::{Weight, corrections, followed, overrides};
use crate::number::Number;
use crate::record::{Decided, Record};

/// What is to be decided of a record that takes over another, in order. Both are as they were before.
pub(crate) fn taken_over(here: &Record, other: &Record) -> Vec<Decided> {
    let rows = other.own_decided().filter(|one| {
        matches!(
            one,
            Decided::RowLinked(_) | Decided::RowApart { .. } | Decided::WorkEnded(_)
        )
    });
    // Numbers that found the other find this one.
    let numbers = other.other_own_numbers().into_iter();
    let mut decided: Vec<Decided> = rows.cloned().collect();
    decided.extend(numbers.map(Decided::SplitUndone));
    decided.extend(kept_apart(here, other));
    for field in Disputed::ALL {
        decided.extend(disputes(here, other, field));
    }
    decided
}

/// The records that are of another child than the other one: so they are of another than this one.
fn kept_apart(here: &Record, other: &Record) -> Vec<Decided> {
    let own = here.other_own_numbers();
    let is_own = |number: Number| number == here.number || own.contains(&number);
    let decided = other.own_decided().filter_map(|one| match one {
        Decided::NotSame(number) if !is_own(*number) => Some(Decided::NotSame(*number)),
        _ => None,
    });
    decided.collect()
}

/// What is said to be wrong of a field there. Of two corrections the one that still stands over its sources is believed, else the later
/// one, else the one that was here; the other is reported, so that a person looks at it and its sources stay told.
fn disputes(here: &Record, other: &Record, field: Disputed) -> Vec<Decided> {
    let of_field = |record| {
        let mut all: Vec<&Dispute> = corrections(record);
        all.retain(|one| one.field == field);
        all
    };
    let (mine, mut theirs) = (of_field(here), of_field(other));
    if !field.has_one_value() {
        // What was taken out of a list of either stays out, each entry for itself.
        theirs.retain(|one| !mine.iter().any(|own| own.entry == one.entry));
        let come = theirs.into_iter();
        let come = come.flat_map(|one| with_answers(other, one, Decided::Corrected));
        return come.chain(reports(other, field)).collect();
    }
    let weight = |record, one: &Dispute| (overrides(record, one), one.on);
    let mut decided = Vec::new();
    if let Some(last) = theirs.last() {
        let stays = mine
            .last()
            .is_some_and(|one| weight(here, one) >= weight(other, last));
        if stays {
            decided.extend(with_answers(other, last, Decided::Reported));
        } else {
            let come = theirs.iter();
            decided.extend(come.flat_map(|one| with_answers(other, one, Decided::Corrected)));
            // A correction answers the reports before it, and these it has not answered.
            decided.extend(reports(here, field));
        }
    }
    decided.extend(reports(other, field));
    decided
}

fn reports(record: &Record, field: Disputed) -> Vec<Decided> {
    let open = followed(record).into_iter();
    let open = open.filter(|one| one.dispute.field == field && one.weight == Weight::Report);
    open.flat_map(|one| with_answers(record, one.dispute, Decided::Reported))
        .collect()
}

/// What is to be decided of a dispute there, and behind it what each of its sources answered last.
pub(crate) fn with_answers(
    record: &Record,
    dispute: &Dispute,
    decided: fn(Box<Dispute>) -> Decided,
) -> Vec<Decided> {
    let mut last: Vec<&SourceAnswered> = Vec::new();
    for one in record.own_decided() {
        if let Decided::SourceAnswered(one) = one
            && (one.field, one.since) == (dispute.field, dispute.on)
        {
            last.retain(|before| before.source != one.source);
            last.push(one);
        }
    }
    let answers = last.into_iter().cloned().map(Box::new);
    std::iter::once(decided(Box::new(dispute.clone())))
        .chain(answers.map(Decided::SourceAnswered))
        .collect()
}

#[cfg(test)]
#[path = "taken_over_tests.rs"]
mod tests;
