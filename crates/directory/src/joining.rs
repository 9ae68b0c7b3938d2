//! Two records of one child made one, one record of two children made two, and either taken back exactly.
//!
//! The record that was merged away stays, empty but for its decisions, and says where everything went.

use crate::Now;
use crate::number::Number;
use crate::parted::{apart_from_parted, part};
use crate::record::{Author, Decided, Record, STATEMENTS_MAX, Shielding};
use crate::row::{RowDecision, RowMark};
use crate::shield::Ground;
use crate::statement::{Said, Source, Statement};
use crate::stay::{has_ended, participations};
use crate::taken_over::taken_over;
use crate::text::AuthorityCode;
use crate::transfer::Act;

/// Why two records cannot be joined, or one cannot be parted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unjoinable {
    /// Together they hold more than one record may ([`STATEMENTS_MAX`]).
    Full,
    /// One of them is empty, or they are the same.
    NotTwo,
    /// The record that would go stays by the young adult's consent (R22), and the other does not: merge the other way round.
    Participates,
    /// There is nothing to take back, or something later would have to be taken back first.
    NothingToUndo,
}

/// What was last done to a record that can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joining {
    /// The record of this number was merged into it.
    Merged(Number),
    /// The record of this number was split off.
    Split(Number),
}

impl Record {
    /// The last merger or split of this record that stands: the one that can be taken back.
    #[must_use]
    pub fn last_joining(&self) -> Option<Joining> {
        let mut standing = Vec::new();
        for decision in &self.decisions {
            match decision.decided {
                Decided::Merged(number) => standing.push(Joining::Merged(number)),
                Decided::Split(number) => standing.push(Joining::Split(number)),
                Decided::MergeUndone(number) => {
                    standing.retain(|one| *one != Joining::Merged(number));
                }
                Decided::SplitUndone(number) => {
                    standing.retain(|one| *one != Joining::Split(number));
                }
                _ => {}
            }
        }
        standing.last().copied()
    }

    /// Whose record everything of this one is in. `None`: it was not merged away.
    #[must_use]
    pub fn merged_into(&self) -> Option<Number> {
        let mut into = None;
        for decision in &self.decisions {
            match decision.decided {
                Decided::MergedInto(number) => into = Some(number),
                Decided::MergeUndone(number) if into == Some(number) => into = None,
                _ => {}
            }
        }
        into
    }

    /// The numbers of records whose child this is too: each keeps finding this record.
    #[must_use]
    pub fn other_own_numbers(&self) -> Vec<Number> {
        let mut numbers = Vec::new();
        for decided in self.own_decided() {
            match decided {
                // A split that was taken back left a number behind that somebody may have noted.
                Decided::Merged(number) | Decided::SplitUndone(number) => numbers.push(*number),
                Decided::MergeUndone(number) => numbers.retain(|known| known != number),
                _ => {}
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Takes over everything of another record of the same child. If either is shielded, this one is from now on (X9).
    ///
    /// `mark` gives the keyed hash of a source.
    ///
    /// # Errors
    /// [`Unjoinable`]; nothing is changed then.
    pub fn merge(
        &mut self,
        other: &mut Record,
        mark: impl Fn(&Source) -> RowMark,
        decided: (&Author, Now),
    ) -> Result<(), Unjoinable> {
        let responsible = self.responsible().or_else(|| other.responsible());
        self.merge_under(other, responsible, mark, decided)
    }

    /// The same, with an authority that is responsible for both from now on: the responsible one of one of them. Taken back, each has
    /// its own again.
    ///
    /// # Errors
    /// [`Unjoinable`]; nothing is changed then.
    pub fn merge_under(
        &mut self,
        other: &mut Record,
        responsible: Option<AuthorityCode>,
        mark: impl Fn(&Source) -> RowMark,
        (by, now): (&Author, Now),
    ) -> Result<(), Unjoinable> {
        let count = self.statements.len().saturating_add(other.statements.len());
        if self.number == other.number || self.is_bare() || other.is_bare() {
            return Err(Unjoinable::NotTwo);
        }
        if count > STATEMENTS_MAX {
            return Err(Unjoinable::Full);
        }
        // A consent that was taken back must not count again by standing beside another record's word (C8).
        let is_ended = has_ended(self) || has_ended(other);
        let participates = self.participates() || other.participates();
        if is_ended && participates || other.participates() && !self.participates() {
            return Err(Unjoinable::Participates);
        }
        let ground = other.shield_ground();
        let differ = self.responsible() != other.responsible();
        self.decide(by.clone(), now, Decided::Merged(other.number));
        if let Some(authority) = responsible.filter(|_| differ) {
            self.decide(by.clone(), now, Decided::Allocated(authority));
        }
        // Up to the first `Brought` they are known to be copies.
        for decided in taken_over(self, other) {
            self.decide(by.clone(), now, decided);
        }
        for (source, kept) in brought(&self.statements, &other.statements, &mark) {
            self.decide(by.clone(), now, Decided::Brought { source, kept });
        }
        self.statements.append(&mut other.statements);
        // Behind which of the two shields something waits, nobody knows any more.
        self.take_over_held(other);
        other.decide(by.clone(), now, Decided::MergedInto(self.number));
        self.shield_too(ground, (by, now));
        Ok(())
    }

    /// Takes the last merger back: the other record has again what it held, with what its sources have said since. If this one is
    /// shielded, both are: whom the shield was for is for a person to decide.
    ///
    /// # Errors
    /// [`Unjoinable::NothingToUndo`]; nothing is changed then.
    pub fn undo_merge(
        &mut self,
        other: &mut Record,
        mark: impl Fn(&Source) -> RowMark,
        (by, now): (&Author, Now),
    ) -> Result<(), Unjoinable> {
        let merged = self.last_joining() == Some(Joining::Merged(other.number));
        if !merged || other.merged_into() != Some(self.number) {
            return Err(Unjoinable::NothingToUndo);
        }
        // What two authorities agreed on since was about both.
        let agreed = self.was_transferred_since(other.number);
        let responsible = self.responsible().filter(|_| agreed);
        let mut kept = self.brought_with(other.number);
        let goes_back: Vec<RowMark> = kept
            .iter()
            .filter(|(_, count)| *count == 0)
            .map(|(source, _)| *source)
            .collect();
        let (mut here, mut there) = (Vec::new(), Vec::new());
        for statement in self.statements.drain(..) {
            let source = mark(&statement.source);
            match kept.iter_mut().find(|(brought, _)| *brought == source) {
                None => here.push(statement),
                Some((_, 0)) => there.push(statement),
                Some((_, count)) => {
                    *count = count.saturating_sub(1);
                    here.push(statement);
                }
            }
        }
        self.statements = here;
        other.statements = there;
        other.quarantined.clone_from(&self.quarantined);
        other.held_words.clone_from(&self.held_words);
        let ground = self.shield_ground();
        let apart = self.apart_since_merger(other, &goes_back);
        for (row, decided) in self.rows_decided_since_merger(other.number) {
            if goes_back.contains(&row) {
                other.decide(by.clone(), now, decided);
                self.let_go(row, (by, now));
            }
        }
        for decided in apart {
            other.decide(by.clone(), now, decided);
        }
        self.decide(by.clone(), now, Decided::MergeUndone(other.number));
        other.decide(by.clone(), now, Decided::MergeUndone(self.number));
        other.keep_responsible(responsible, (by, now));
        other.shield_too(ground, (by, now));
        Ok(())
    }

    /// Gives what is of another child to a record of its own, with what was said to be wrong of it. A shield covers both (X9). What a
    /// sensitive service said stays here, and goes only if everything else of its supplier goes.
    ///
    /// # Errors
    /// [`Unjoinable::NotTwo`] when nothing would go, or nothing stay; nothing is changed then.
    pub fn split(
        &mut self,
        new: &mut Record,
        goes: impl Fn(&Statement) -> bool,
        mark: impl Fn(&Source) -> RowMark,
        (by, now): (&Author, Now),
    ) -> Result<(), Unjoinable> {
        let places: Vec<bool> = self
            .statements
            .iter()
            .map(|one| self.goes(one, &goes))
            .collect();
        let has = |wanted: bool| {
            let each = self.statements.iter().zip(&places);
            each.filter(|(one, _)| one.superseded.is_none())
                .any(|(one, goes)| *goes == wanted && names_somebody(one))
        };
        if !has(true) || !has(false) || !new.statements.is_empty() {
            return Err(Unjoinable::NotTwo);
        }
        let ground = self.shield_ground();
        let responsible = self.responsible();
        self.decide(by.clone(), now, Decided::Split(new.number));
        new.decide(by.clone(), now, Decided::SplitFrom(self.number));
        let mut here = Vec::new();
        let mut rows = Vec::new();
        for ((place, statement), goes) in (0_u16..).zip(self.statements.split_off(0)).zip(places) {
            if goes {
                rows.push(mark(&statement.source));
                new.statements.push(statement);
                self.decide(by.clone(), now, Decided::Parted { place });
            } else {
                here.push(statement);
            }
        }
        self.statements = here;
        part(self, new, (by, now));
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            new.decide(by.clone(), now, Decided::RowLinked(row));
            self.let_go(row, (by, now));
        }
        new.shield_too(ground, (by, now));
        // Who was responsible for the one is for both, until another authority agrees with it (L4).
        self.keep_responsible(responsible.clone(), (by, now));
        new.keep_responsible(responsible, (by, now));
        Ok(())
    }

    /// Takes the last split back: every statement stands again where it stood, and what was said since follows. What was decided of the
    /// other record since is decided of this one, and what waited behind its shield waits behind this one's (F1).
    ///
    /// # Errors
    /// [`Unjoinable::NothingToUndo`] also when something was done to the other record since, or another authority is responsible for one
    /// of them by agreement; nothing is changed then.
    pub fn undo_split(
        &mut self,
        off: &mut Record,
        (by, now): (&Author, Now),
    ) -> Result<(), Unjoinable> {
        let split = self.last_joining() == Some(Joining::Split(off.number));
        if !split || off.last_joining().is_some() || off.merged_into().is_some() {
            return Err(Unjoinable::NothingToUndo);
        }
        if let (Some(here), Some(there)) = (self.responsible(), off.responsible())
            && here != there
        {
            return Err(Unjoinable::NothingToUndo);
        }
        if self.statements.len().saturating_add(off.statements.len()) > STATEMENTS_MAX {
            return Err(Unjoinable::Full);
        }
        if off.participates() && !self.participates() {
            return Err(Unjoinable::Participates);
        }
        let places = self.parted_with(off.number);
        let ground = off.shield_ground();
        let linked = off.linked_by_split(self.number);
        let by_split = |decided: &Decided| match decided {
            // The split itself linked what went: it is not a person's word of a row, unless one was known here.
            Decided::RowLinked(row) => {
                linked.contains(row) && self.row_decision(*row) == RowDecision::None
            }
            _ => false,
        };
        let (rest, ended) = apart_from_parted(self, off, (by, now));
        let mut follows = taken_over(self, &rest);
        follows.retain(|decided| !by_split(decided));
        for (order, statement) in off.statements.drain(..).enumerate() {
            let place = places
                .get(order)
                .map_or(usize::MAX, |place| usize::from(*place));
            self.statements
                .insert(place.min(self.statements.len()), statement);
        }
        self.take_over_held(off);
        self.decide(by.clone(), now, Decided::SplitUndone(off.number));
        for decided in ended.into_iter().chain(follows) {
            self.decide(by.clone(), now, decided);
        }
        off.decide(by.clone(), now, Decided::MergedInto(self.number));
        self.shield_too(ground, (by, now));
        Ok(())
    }

    /// Whether a statement goes with a split.
    fn goes(&self, statement: &Statement, goes: &impl Fn(&Statement) -> bool) -> bool {
        if !matches!(statement.said, Said::Sensitive(_)) {
            return goes(statement);
        }
        let mut beside = self
            .statements
            .iter()
            .filter(|one| {
                one.source.supplier == statement.source.supplier
                    && !matches!(one.said, Said::Sensitive(_))
            })
            .peekable();
        beside.peek().is_some() && beside.all(goes)
    }

    fn is_bare(&self) -> bool {
        self.statements.is_empty()
    }

    fn participates(&self) -> bool {
        participations(self).next().is_some()
    }

    /// Why it is shielded. `None`: it is not.
    #[must_use]
    pub fn shield_ground(&self) -> Option<Ground> {
        if self.shielding() == Shielding::None {
            return None;
        }
        self.decisions
            .iter()
            .rev()
            .find_map(|one| match one.decided {
                Decided::ShieldPlaced(ground) => Some(ground),
                _ => None,
            })
    }

    fn shield_too(&mut self, ground: Option<Ground>, (by, now): (&Author, Now)) {
        if let (Some(ground), Shielding::None) = (ground, self.shielding()) {
            self.decide(by.clone(), now, Decided::ShieldPlaced(ground));
        }
    }

    /// Whether another authority became responsible by agreement since the last merger with a number.
    fn was_transferred_since(&self, number: Number) -> bool {
        self.after_last(Decided::Merged(number))
            .any(|decided| matches!(decided, Decided::Transfer(step) if step.act == Act::Agree))
    }

    /// The sources that came with the last merger with a number, and how many statements of each were here before.
    fn brought_with(&self, number: Number) -> Vec<(RowMark, u16)> {
        let after = self.after_last(Decided::Merged(number));
        after
            .skip_while(|decided| !matches!(decided, Decided::Brought { .. }))
            .map_while(|decided| match decided {
                Decided::Brought { source, kept } => Some((source, kept)),
                _ => None,
            })
            .collect()
    }

    /// What was decided of rows since the last merger with a number, oldest first.
    fn rows_decided_since_merger(&self, number: Number) -> Vec<(RowMark, Decided)> {
        let after = self.after_last(Decided::Merged(number));
        after
            .skip_while(|decided| !matches!(decided, Decided::Brought { .. }))
            .filter_map(|decided| match decided {
                Decided::RowLinked(row) | Decided::RowApart { row, .. } => Some((row, decided)),
                _ => None,
            })
            .collect()
    }

    /// What of this record's child was said not to be since the merger with another: rows that do not go back with that one, and records.
    /// It was said of both, and is not asked again when they are parted.
    fn apart_since_merger(&self, other: &Record, goes_back: &[RowMark]) -> Vec<Decided> {
        let merged = Decided::Merged(other.number);
        let place = self.decisions.iter().rposition(|one| one.decided == merged);
        let after = place.map_or(usize::MAX, |place| place.saturating_add(1));
        let since = self.decisions_with_whether_they_went().skip(after);
        // What came with a record whose merger was undone meanwhile went with it.
        let since = since
            .skip_while(|(one, _)| !matches!(one.decided, Decided::Brought { .. }))
            .filter(|(_, went)| !went);
        let others = other.other_own_numbers();
        let mut apart = Vec::new();
        for (one, _) in since {
            match &one.decided {
                Decided::RowLinked(linked) => {
                    apart.retain(
                        |one| !matches!(one, Decided::RowApart { row, .. } if row == linked),
                    );
                }
                Decided::RowApart { row, .. } if !goes_back.contains(row) => {
                    apart.push(one.decided.clone());
                }
                Decided::NotSame(number) if *number != other.number && !others.contains(number) => {
                    apart.push(one.decided.clone());
                }
                _ => {}
            }
        }
        apart
    }

    /// A row that was linked to this record is of another child from now on.
    fn let_go(&mut self, row: RowMark, (by, now): (&Author, Now)) {
        if self.row_decision(row) == RowDecision::Linked {
            let apart = Decided::RowApart { row, words: None };
            self.decide(by.clone(), now, apart);
        }
    }

    /// The rows that the split from the record of a number linked to this one.
    fn linked_by_split(&self, from: Number) -> Vec<RowMark> {
        let split = self
            .decisions
            .iter()
            .rposition(|one| one.decided == Decided::SplitFrom(from));
        let Some(at) = split
            .and_then(|place| self.decisions.get(place))
            .map(|one| one.at)
        else {
            return Vec::new();
        };
        let linked = self.decisions.iter().filter(|one| one.at == at);
        linked
            .filter_map(|one| match one.decided {
                Decided::RowLinked(row) => Some(row),
                _ => None,
            })
            .collect()
    }

    /// Where the statements stood that went with the last split to a number.
    fn parted_with(&self, number: Number) -> Vec<u16> {
        let after = self.after_last(Decided::Split(number));
        after
            .map_while(|decided| match decided {
                Decided::Parted { place } => Some(place),
                _ => None,
            })
            .collect()
    }

    /// What was decided after the last time that something was.
    pub(crate) fn after_last(&self, wanted: Decided) -> impl Iterator<Item = Decided> {
        let all = || self.decisions.iter().map(|one| &one.decided);
        let place = all().rposition(|one| *one == wanted);
        let after = place.map_or(usize::MAX, |place| place.saturating_add(1));
        all().skip(after).cloned()
    }
}

/// The sources of statements that come, each once, with how many statements of it are here.
fn brought(
    here: &[Statement],
    come: &[Statement],
    mark: &impl Fn(&Source) -> RowMark,
) -> Vec<(RowMark, u16)> {
    let mut sources: Vec<RowMark> = come.iter().map(|one| mark(&one.source)).collect();
    sources.sort_unstable();
    sources.dedup();
    let kept = |source: RowMark| {
        here.iter()
            .filter(|one| mark(&one.source) == source)
            .count()
    };
    sources
        .into_iter()
        .map(|source| (source, u16::try_from(kept(source)).unwrap_or(u16::MAX)))
        .collect()
}

fn names_somebody(statement: &Statement) -> bool {
    match &statement.said {
        Said::Particulars(said) => said.name.is_some(),
        Said::Involvement(_) | Said::Sensitive(_) => false,
    }
}

#[cfg(test)]
#[path = "joining_tests.rs"]
mod tests;
