//! Consents that ended since a run that is taken back: what went with them stands again on the way back, and goes again when the later
//! rows have been said again. A withdrawal is undone by no run that is taken back (C4, X5).

use std::collections::{BTreeMap, HashSet};

use directory::record::{Author, Decided, Decision, Record};
use directory::statement::{Said, Source, Statement};
use directory::text::SupplierCode;
use directory::{Date, Timestamp};

use crate::Store;
use crate::batch::Batch;
use crate::error::Error;
use crate::journal::Part;
use crate::replay::{Moved, MovedRow};

/// A consent that ended by a supplier's word, and what went with it.
pub(crate) struct Ending {
    /// Of which record.
    id: i64,
    /// From when on it is made again.
    moment: Timestamp,
    decision: Decision,
    supplier: SupplierCode,
    /// Whose consent has ended by then, by their sources. `None`: the journal does not tell.
    of: Option<Vec<i64>>,
    /// Whom the supplier said no longer worked with them, and from which day.
    gone: Vec<(Source, Date)>,
    /// Who worked with them after it, as the supplier said in the same batch.
    stood: Vec<Source>,
}

impl Ending {
    /// Those of some records since the first of some parts, in the order of their moments.
    pub(crate) fn since(parts: &[Part], records: &BTreeMap<i64, Record>) -> Vec<Ending> {
        let Some(began) = parts.first().map(|part| part.now.at) else {
            return Vec::new();
        };
        let each = records.iter().flat_map(|(id, record)| {
            let (first, moments) = decided_since(record, began);
            let later = record.decisions.iter().skip(first).zip(moments);
            later.filter_map(|(decision, moment)| {
                Some(Ending {
                    id: *id,
                    moment,
                    decision: decision.clone(),
                    supplier: ended_by(decision)?.clone(),
                    of: sources_ended(parts, decision.at),
                    gone: Vec::new(),
                    stood: Vec::new(),
                })
            })
        });
        let mut endings: Vec<Ending> = each.collect();
        endings.sort_by_key(|ending| ending.moment);
        endings
    }

    /// Lets stand again what went with those of a moment or later, and gives them.
    pub(crate) fn bring_back_from(
        endings: &mut Vec<Ending>,
        at: Timestamp,
        records: &mut BTreeMap<i64, Record>,
    ) -> Vec<Ending> {
        let later = endings.partition_point(|ending| ending.moment < at);
        let mut later = endings.split_off(later);
        for ending in later.iter_mut().rev() {
            if let Some(record) = records.get_mut(&ending.id) {
                ending.bring_back(record);
            }
        }
        later
    }

    fn bring_back(&mut self, record: &mut Record) {
        // A day may be one of another time zone than that of the moment.
        let day = day_of(self.decision.at);
        let first = day.yesterday().unwrap_or(day);
        let mut seen: HashSet<Source> = HashSet::new();
        for one in record.statements.iter_mut().rev() {
            if !self.may_go(one) || !seen.insert(one.source.clone()) {
                continue;
            }
            match one.superseded {
                None => self.stood.push(one.source.clone()),
                Some(until) if until >= first => {
                    self.gone.push((one.source.clone(), until));
                    one.superseded = None;
                }
                Some(_) => {}
            }
        }
    }

    /// Takes again what went with it.
    fn take(&self, record: &mut Record) {
        let of_supplier = |one: &&Statement| one.source.supplier == self.supplier;
        let is_child = |one: &&Statement| matches!(one.said, Said::Particulars(_));
        // Under several keys of its own a supplier may mean several people: only what went then goes again.
        let is_one = record
            .standing()
            .filter(of_supplier)
            .filter(is_child)
            .count()
            <= 1;
        let standing = record.standing().filter(|one| self.may_go(one));
        let standing: Vec<Source> = standing.map(|one| one.source.clone()).collect();
        for source in standing {
            let went = self.gone.iter().find(|(gone, _)| *gone == source);
            if went.is_some() || is_one && !self.stood.contains(&source) {
                record.withdraw(
                    &source,
                    went.map_or(day_of(self.decision.at), |(_, day)| *day),
                );
            }
        }
    }

    /// Where what those said of its record stands now whose consent has ended: never where only another's words do (C8).
    fn elsewhere(&self, moved: &Moved) -> impl Iterator<Item = i64> {
        let rows = moved.get(&self.id).into_iter().flatten();
        let is_meant = |row: &&MovedRow| match &self.of {
            Some(of) => of.contains(&row.source),
            None => row.supplier == self.supplier,
        };
        rows.filter(is_meant).map(|row| row.stands)
    }

    /// Decides it where it was not decided yet, in the order of moments.
    fn decide(&self, record: &mut Record) {
        if !record.decisions.contains(&self.decision) {
            let later = record
                .decisions
                .iter()
                .position(|one| one.at > self.decision.at);
            let place = later.unwrap_or(record.decisions.len());
            record.decisions.insert(place, self.decision.clone());
        }
    }

    /// Of sensitive involvements nothing was ever taken off on the way back: what stands now was said since, with consent (X5).
    fn may_go(&self, one: &Statement) -> bool {
        one.source.supplier == self.supplier && matches!(one.said, Said::Involvement(_))
    }
}

impl Store {
    /// Takes again what went with a consent, when its end was decided again: from its record, and from wherever what was said of that
    /// record stands now.
    pub(crate) fn end_again(
        &self,
        batch: &mut Batch<'_>,
        (id, decision): (i64, &Decision),
        (endings, moved): (&[Ending], &Moved),
    ) -> Result<(), Error> {
        let is_it = |one: &&Ending| one.id == id && one.decision == *decision;
        let Some(ending) = endings.iter().find(is_it) else {
            return Ok(());
        };
        for one in ending.elsewhere(moved).chain([id]) {
            self.revise_with(batch, one, |record| {
                ending.decide(record);
                ending.take(record);
            })?;
        }
        Ok(())
    }

    /// Lets consents have ended also where later rows stand now that were said of their records: a late word of the same consent brings
    /// nobody back there either (C8).
    pub(crate) fn end_where_moved(
        &self,
        batch: &mut Batch<'_>,
        (endings, moved): (&[Ending], &Moved),
    ) -> Result<(), Error> {
        for ending in endings {
            for id in ending.elsewhere(moved) {
                self.revise_with(batch, id, |record| ending.decide(record))?;
            }
        }
        Ok(())
    }

    fn revise_with(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        change: impl FnOnce(&mut Record),
    ) -> Result<(), Error> {
        let Some(touched) = batch.touched.get(&id) else {
            return Ok(());
        };
        let mut record = touched.loaded.record.clone();
        change(&mut record);
        if record == touched.loaded.record {
            return Ok(());
        }
        self.revise(batch, (id, record), None)
    }
}

/// Where the first decision since a moment is, and from when on it and each behind it are made again: in the order in which they were made,
/// whatever the clocks of those who made them said.
pub(crate) fn decided_since(record: &Record, began: Timestamp) -> (usize, Vec<Timestamp>) {
    let is_since = |decision: &Decision| decision.at >= began;
    let first = record.decisions.iter().position(is_since);
    let first = first.unwrap_or(record.decisions.len());
    let mut moment = began;
    let later = record.decisions.iter().skip(first);
    let moments = later.map(|decision| {
        moment = moment.max(decision.at);
        moment
    });
    (first, moments.collect())
}

/// Whose consents have ended at a moment or later: by a word of the moment, or by one that came when it had ended already. `None`: of the
/// moment itself the journal does not tell, as journals before did not.
fn sources_ended(parts: &[Part], at: Timestamp) -> Option<Vec<i64>> {
    let mut is_told = false;
    let mut sources = Vec::new();
    for part in parts.iter().filter(|part| part.now.at >= at) {
        for entry in part.entries.iter().filter(|entry| entry.only_ends()) {
            is_told |= part.now.at == at;
            sources.push(entry.source());
        }
    }
    is_told.then_some(sources)
}

/// The supplier whose word ended a consent.
fn ended_by(decision: &Decision) -> Option<&SupplierCode> {
    match (&decision.decided, &decision.by) {
        (Decided::ParticipationEnded, Author::Supplier(code)) => Some(code),
        _ => None,
    }
}

fn day_of(at: Timestamp) -> Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r49_an_ending_behind_a_decision_of_a_later_clock_is_one_to_be_made_again() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let by = || Author::Supplier(SupplierCode::parse("college").unwrap());
        let decision = |second, decided| Decision {
            at: at(second),
            by: by(),
            decided,
        };
        let mut record = Record::empty(directory::number::Number::from_random(1));
        record.decisions = vec![
            decision(10, Decided::ShieldLifted),
            decision(30, Decided::ShieldLifted),
            decision(15, Decided::ParticipationEnded),
        ];
        let mut records = BTreeMap::from([(1, record)]);
        let part = Part {
            turn: 1,
            run: directory::run::RunId(1),
            now: directory::Now {
                at: at(20),
                today: jiff::civil::date(2026, 11, 1),
            },
            stage: crate::journal::Stage::Rows,
            entries: Vec::new(),
        };
        let mut endings = Ending::since(&[part], &records);
        let moments: Vec<Timestamp> = endings.iter().map(|one| one.moment).collect();
        assert_eq!(moments, [at(30)]);
        let later = Ending::bring_back_from(&mut endings, at(31), &mut records);
        assert_eq!((later.len(), endings.len()), (0, 1));
        let later = Ending::bring_back_from(&mut endings, at(30), &mut records);
        assert_eq!((later.len(), endings.len()), (1, 0));
    }
}
