//! A young adult's own consent to stay, as sources say it and take it back (R22, R23, C4, C8).

use crate::Date;
use crate::lifecycle::{Participation, ParticipationGround, birthday};
use crate::record::{Author, Decided, Record};
use crate::statement::{Said, Source, Statement};
use crate::{Now, Timestamp};

/// What a row says of a young adult's consent to stay: the fact and nothing else (C4). No page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// They consented, on a ground.
    Consented(Participation),
    /// They have taken it back. It is heard and never kept as a statement.
    Withdrawn,
}

/// The consents by which a record stays: of the last decision, and of what sources say. One that was given before somebody took consent
/// back, or on the same day, counts no longer, whoever says it (C8): only a new one does.
pub(crate) fn participations(record: &Record) -> impl Iterator<Item = Participation> {
    let ended = ended_on(record);
    let decided = record
        .decisions
        .iter()
        .rev()
        .find_map(|decision| match decision.decided {
            Decided::Participates(participation) => Some(Some(participation)),
            Decided::ParticipationEnded => Some(None),
            _ => None,
        });
    let said = record.standing().filter_map(consent);
    let said = said.filter(move |stay| ended.is_none_or(|ended| stay.consented > ended));
    decided.flatten().into_iter().chain(said)
}

/// Whether somebody born on a day stays on another by one of these consents: its ground holds until a birthday (R23).
pub(crate) fn stays_on(record: &Record, born: Date, day: Date) -> bool {
    participations(record).any(|stay| {
        let until: fn(ParticipationGround) -> i16 = ParticipationGround::until_years;
        stay.consented <= day && day < birthday(born, until(stay.ground))
    })
}

/// Whether participation has ever ended on a record.
pub(crate) fn has_ended(record: &Record) -> bool {
    ended_on(record).is_some()
}

impl Record {
    /// Hears from a source that a young adult does not stay, or stays no longer, by consent: `Withdrawn` ends every consent so far, and
    /// silence those that rest on this source. With it goes at once whatever stands of sensitive services (X5); the rest is taken off the
    /// directory and kept for the archive (R24). Gives whether anything changed.
    pub fn end_stay(&mut self, source: &Source, said: Option<Stay>, now: Now) -> bool {
        let own = |one: &Statement| one.source == *source && consent(one).is_some();
        let is_own = self.standing().any(own);
        let stays = participations(self).next().is_some();
        let ends = match said {
            // Remembered also where nothing stands yet: an older word of consent may still come.
            Some(Stay::Withdrawn) => stays || !has_ended(self),
            Some(Stay::Consented(_)) | None => stays && is_own,
        };
        if !ends {
            return false;
        }
        let by = Author::Supplier(source.supplier.clone());
        self.decide(by, now, Decided::ParticipationEnded);
        let is_sensitive = |one: &&Statement| matches!(one.said, Said::Sensitive(_));
        let sensitive: Vec<Source> = self
            .standing()
            .filter(is_sensitive)
            .map(|one| one.source.clone())
            .collect();
        for source in &sensitive {
            self.withdraw(source, now.today);
        }
        self.quarantined
            .retain(|one| !matches!(one.statement.said, Said::Sensitive(_)));
        // They guard nobody: what may be of a sensitive row goes.
        self.held_words
            .retain(|word| !word.statement.may_be_sensitive());
        true
    }
}

/// The day on which consent was last taken back.
fn ended_on(record: &Record) -> Option<Date> {
    let ended = |decision: &crate::record::Decision| {
        matches!(decision.decided, Decided::ParticipationEnded).then(|| day_of(decision.at))
    };
    record.decisions.iter().filter_map(ended).max()
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn consent(statement: &Statement) -> Option<Participation> {
    match &statement.said {
        Said::Particulars(said) => match said.stay {
            Some(Stay::Consented(participation)) => Some(participation),
            Some(Stay::Withdrawn) | None => None,
        },
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

#[cfg(test)]
#[path = "stay_tests.rs"]
mod tests;
