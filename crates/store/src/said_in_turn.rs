//! What a supplier's files and rows say under its own keys, one after the other: of what two say of one key the later holds.

use directory::run::Run;

use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::known::in_order;
use crate::row_keys::RowKeysNoted;
use crate::run_keys::{self, FileKeys};

/// Reads the keys of runs, which are given in the order in which they began, and joins them with those of rows, each at its moment.
pub(crate) fn read(
    connection: &mut dyn Connection,
    runs: &[&Run],
    noted: Vec<RowKeysNoted>,
) -> Result<FileKeys, Error> {
    joined(runs, noted, |run| run_keys::read(connection, &[run.id.0]))
}

/// The same of the involvements of children who are spared alone, and of those that are spared by their own key: millions of others are not
/// brought into memory for them.
pub(crate) fn read_spared(
    connection: &mut dyn Connection,
    spared: &FileKeys,
    (runs, noted): (&[&Run], Vec<RowKeysNoted>),
) -> Result<FileKeys, Error> {
    let spared = Spared::of(spared);
    let each = noted.into_iter().map(|mut rows| {
        rows.keys = spared.among(rows.keys.working, &rows.keys.ended);
        rows
    });
    let noted = each.collect();
    joined(runs, noted, |run| {
        let (mut working, mut ended) = (Vec::new(), Vec::new());
        let sql = "SELECT body FROM run_key WHERE run = $1 ORDER BY part";
        connection.query(sql, &[Value::Int(run.id.0)], &mut |row| {
            let mut part = FileKeys::default();
            part.add_part(&row.blob(0)?)
                .ok_or(Error::Inconsistent("the keys of a run"))?;
            part.working.retain(|pair| spared.has(*pair));
            working.append(&mut part.working);
            ended.append(&mut part.ended);
            Ok(())
        })?;
        ended.sort_unstable();
        Ok(spared.among(working, &ended))
    })
}

/// Children who are spared, and involvements that are: each in order.
struct Spared {
    children: Vec<i64>,
    involvements: Vec<i64>,
}

impl Spared {
    fn of(keys: &FileKeys) -> Spared {
        let ordered = |keys: &[i64]| {
            let mut keys = keys.to_vec();
            keys.sort_unstable();
            keys
        };
        Spared {
            children: ordered(&keys.spared),
            involvements: ordered(&keys.unsaid),
        }
    }

    fn has(&self, (child, involvement): (i64, i64)) -> bool {
        self.children.binary_search(&child).is_ok()
            || self.involvements.binary_search(&involvement).is_ok()
    }

    /// Those of a file's involvements that are spared. What has ended in it is given in order.
    fn among(&self, mut working: Vec<(i64, i64)>, ended: &[i64]) -> FileKeys {
        working.retain(|pair| self.has(*pair));
        let others: Vec<i64> = working.iter().map(|(_, key)| *key).collect();
        let bears_an_end = |key: &&i64| ended.binary_search(key).is_ok();
        FileKeys {
            ended: others.iter().filter(bears_an_end).copied().collect(),
            others,
            working,
            ..FileKeys::default()
        }
        .in_order()
    }
}

fn joined(
    runs: &[&Run],
    noted: Vec<RowKeysNoted>,
    mut keys_of: impl FnMut(&Run) -> Result<FileKeys, Error>,
) -> Result<FileKeys, Error> {
    let mut each = Vec::with_capacity(runs.len().saturating_add(noted.len()));
    let mut moment = i64::MIN;
    for run in runs {
        // A clock that was put back makes no later run an earlier one.
        moment = moment.max(run.began.as_microsecond());
        each.push((moment, keys_of(run)?));
    }
    each.extend(noted.into_iter().map(|rows| (rows.at, rows.keys)));
    // Of one moment, the run is before the rows: they came when it had begun.
    each.sort_by_key(|(moment, _)| *moment);
    Ok(in_turn(each.into_iter().map(|(_, keys)| keys).collect()))
}

/// Joins keys, each in order and the later behind. What bears an end in any is looked up once in each: not each against all.
pub(crate) fn in_turn(each: Vec<FileKeys>) -> FileKeys {
    let ends = each.iter().flat_map(|keys| keys.ended.iter().copied());
    let mut ended: Vec<i64> = ends.collect();
    ended.sort_unstable();
    ended.dedup();
    let mut has_ended = vec![false; ended.len()];
    let mut leaving = Leaving::of(&each);
    let mut whole = FileKeys::default();
    for keys in each {
        leaving.hear(&keys);
        let mut say = |key: &i64, is_end: bool| {
            let place = ended.binary_search(key).ok();
            if let Some(said) = place.and_then(|place| has_ended.get_mut(place)) {
                *said = is_end;
            }
        };
        // In the first of them nothing has ended before: what it says is open need not be looked up. What it only spares it does not say.
        if !whole.others.is_empty() {
            let is_said = |key: &&i64| keys.only_spared.binary_search(key).is_err();
            let said = keys.others.iter().filter(is_said);
            said.for_each(|key| say(key, false));
        }
        keys.ended.iter().for_each(|key| say(key, true));
        whole.add(keys);
    }
    let ends = ended.into_iter().zip(has_ended);
    whole.ended = ends.filter_map(|(key, is)| is.then_some(key)).collect();
    whole.left = leaving.left();
    // Whoever works with a child who has left does so no longer.
    let working = whole.working_with(&whole.left);
    whole.ended.extend(working);
    whole.in_order()
}

/// Who has left, by what was said last of each.
struct Leaving {
    /// Whoever has left by any of the keys, in order.
    children: Vec<i64>,
    has_left: Vec<bool>,
}

impl Leaving {
    fn of(each: &[FileKeys]) -> Leaving {
        let left = each.iter().flat_map(|keys| keys.left.iter().copied());
        let children = in_order(left.collect());
        Leaving {
            has_left: vec![false; children.len()],
            children,
        }
    }

    /// Hears later keys. Of a child who is in a file and has left by it, nobody can tell by its keys which was said last: they have left, so
    /// that what it ends is counted.
    fn hear(&mut self, keys: &FileKeys) {
        if self.children.is_empty() {
            return;
        }
        let is_said = |key: &&i64| keys.only_spared.binary_search(key).is_err();
        for key in keys.children.iter().filter(is_said) {
            self.say(*key, false);
        }
        for key in &keys.left {
            self.say(*key, true);
        }
    }

    fn say(&mut self, key: i64, is_left: bool) {
        let place = self.children.binary_search(&key).ok();
        if let Some(said) = place.and_then(|place| self.has_left.get_mut(place)) {
            *said = is_left;
        }
    }

    fn left(self) -> Vec<i64> {
        let each = self.children.into_iter().zip(self.has_left);
        each.filter_map(|(key, is)| is.then_some(key)).collect()
    }
}

#[cfg(test)]
#[path = "said_in_turn_tests.rs"]
mod tests;
