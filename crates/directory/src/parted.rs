//! When a record is split, what was said to be wrong goes with what it is about, and comes back when that is taken back (R83).

use crate::Now;
use crate::correction::Dispute;
use crate::following::{Weight, not_taken_back};
use crate::record::{Author, Decided, Record};
use crate::statement::{Said, Statement};
use crate::taken_over::with_answers;

/// Has the reports and corrections follow the statements that were split off: to the new record go those about any of them, and those about
/// nothing else count in the old one no longer. What is about neither stays.
pub(crate) fn part(old: &mut Record, new: &mut Record, (by, now): (&Author, Now)) {
    let all = not_taken_back(old).into_iter();
    let all: Vec<(Weight, Dispute)> = all.map(|(weight, one)| (weight, one.clone())).collect();
    for (weight, dispute) in all {
        if !is_about(&dispute, &new.statements) {
            continue;
        }
        let stays = is_about(&dispute, &old.statements);
        let dispute = Box::new(dispute);
        let came: fn(Box<Dispute>) -> Decided = match weight {
            Weight::Report => Decided::Reported,
            Weight::Correction => Decided::Corrected,
        };
        for one in with_answers(old, &dispute, came) {
            new.decide(by.clone(), now, one);
        }
        if !stays {
            let parted = Decided::DisputeParted {
                off: new.number,
                weight,
                dispute,
            };
            old.decide(by.clone(), now, parted);
        }
    }
}

/// What was decided of a record that was split off but for the reports and corrections that came to it with the split and count here again
/// when that is taken back; and those of them that ended there, which end here too.
pub(crate) fn apart_from_parted(
    here: &Record,
    off: &Record,
    (by, now): (&Author, Now),
) -> (Record, Vec<Decided>) {
    let (mut rest, mut ended) = (off.clone(), Vec::new());
    let (own, theirs) = (not_taken_back(here), not_taken_back(off));
    let after = off.after_last(Decided::SplitFrom(here.number));
    let came = after.take_while(|decided| {
        let is_answer = matches!(decided, Decided::SourceAnswered(_));
        is_answer || matches!(decided, Decided::Reported(_) | Decided::Corrected(_))
    });
    let came = came.filter_map(|decided| match decided {
        Decided::Reported(dispute) => Some((Weight::Report, dispute)),
        Decided::Corrected(dispute) => Some((Weight::Correction, dispute)),
        _ => None,
    });
    for (weight, dispute) in came {
        let is_here = own.contains(&(weight, &*dispute));
        let is_there = theirs.contains(&(weight, &*dispute));
        let answers = with_answers(off, &dispute, Decided::Reported);
        let answers = answers.into_iter().skip(1);
        ended.extend(answers.filter(|one| !here.own_decided().any(|own| own == one)));
        let parted = Decided::DisputeParted {
            off: off.number,
            weight,
            dispute,
        };
        let returns = here.decisions.iter().any(|one| one.decided == parted);
        if returns && !is_there {
            ended.push(parted.clone());
        }
        if returns || is_here {
            rest.decide(by.clone(), now, parted);
        }
    }
    (rest, ended)
}

/// Whether a report or correction is about any of some statements: of a source that was told, or one that says what is wrong.
fn is_about(dispute: &Dispute, statements: &[Statement]) -> bool {
    let mut statements = statements.iter();
    statements.any(|one| dispute.sources.contains(&one.source) || says(one, dispute))
}

fn says(statement: &Statement, dispute: &Dispute) -> bool {
    let field = dispute.field;
    match (&dispute.entry, &statement.said) {
        (Some(entry), _) => entry.is_said(statement),
        (None, Said::Particulars(said)) => field
            .part(said)
            .is_some_and(|part| field.agree(&part, &dispute.wrong)),
        (None, Said::Involvement(_) | Said::Sensitive(_)) => false,
    }
}

#[cfg(test)]
#[path = "parted_tests.rs"]
mod tests;
