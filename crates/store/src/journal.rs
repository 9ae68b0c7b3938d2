//! The journal of a run: of every row where it went and what it moved, so that it can be taken back and the later ones said again.
//!
//! What a record says is not repeated here: nothing of it is overwritten, so the words are still there. Only the words of a row
//! that stands on no record are kept. Of a row that tells of a sensitive involvement there is nothing at all (X4, X5, Annex B 5).

use std::collections::HashSet;

use directory::bytes::{Reader, Writer};
use directory::run::RunId;
use directory::{Date, Now, Timestamp};

use crate::Store;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::seal::Column;
use crate::waiting::{HELD, REVIEW};

/// The version of these bytes. A change of the form is a new version, and old ones stay readable.
const VERSION: u8 = 3;
/// The first version, in which no batch was in several parts. In the second no row said that a child has left.
const VERSION_OF_WHOLE_BATCHES: u8 = 1;
/// How many parts are read at once.
const PARTS_AT_ONCE: i64 = 256;

/// What a batch of a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The turn of supply in which it was written: parts of all runs lie in the order of their turns.
    pub(crate) turn: i64,
    pub(crate) run: RunId,
    /// The moment of the batch.
    pub(crate) now: Now,
    pub(crate) stage: Stage,
    pub(crate) entries: Vec<Entry>,
}

/// What kind of batch it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Rows of the file.
    Rows,
    /// More rows of the batch of which the part before was: what that said under a key is still remembered.
    MoreRows,
    /// The end of a full file: what it no longer has has ended.
    Ending,
}

/// What became of one row, or of one key that a full file no longer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The row's own key, and those of what else it says.
    pub(crate) sources: Vec<i64>,
    pub(crate) confirmed: Date,
    pub(crate) manner: Manner,
    pub(crate) place: Place,
    /// What it said to a record, by source.
    pub(crate) said: Vec<(i64, Change)>,
    /// Records, and sources of which a word stands there no longer.
    pub(crate) taken: Vec<(i64, i64)>,
    pub(crate) task: Option<TaskChange>,
    /// The row itself, when its words stand on no record.
    pub(crate) words: Option<Vec<u8>>,
}

/// What kind of row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Plain,
    /// Its source restricts its own record of the child.
    Restricted,
    /// Its supplier no longer knows the child: what was said before has ended. The row itself is among its words.
    Leaving,
}

/// Where a row went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Nowhere,
    Record(i64),
    Waits,
}

/// What a row did to what its source had said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    Same,
    /// It was confirmed; before, it had been on this day.
    Confirmed(Date),
    /// It was new.
    New,
    /// It took the place of what stood.
    InPlace,
}

/// What waits of a source now, and what waited before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TaskChange {
    /// The row of the table; 0: nothing waits any more.
    pub(crate) id: i64,
    pub(crate) before: Option<Waited>,
}

/// A row that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waited {
    pub(crate) id: i64,
    pub(crate) kind: &'static str,
    pub(crate) plain: Vec<u8>,
}

/// The kinds of rows that wait, as the table has them.
pub(crate) const KINDS: [&str; 2] = [REVIEW, HELD];

impl Stage {
    /// Whether it is of rows.
    pub(crate) fn is_of_rows(self) -> bool {
        matches!(self, Stage::Rows | Stage::MoreRows)
    }

    fn byte(self) -> u8 {
        match self {
            Stage::Rows => 0,
            Stage::Ending => 1,
            Stage::MoreRows => 2,
        }
    }

    fn of_byte(byte: u8) -> Option<Stage> {
        [Stage::Rows, Stage::Ending, Stage::MoreRows]
            .into_iter()
            .find(|stage| stage.byte() == byte)
    }
}

impl Entry {
    /// Of a row, before anything is known of it.
    pub(crate) fn of(sources: &[i64], confirmed: Date, manner: Manner) -> Entry {
        Entry {
            sources: sources.to_vec(),
            confirmed,
            manner,
            place: Place::Nowhere,
            said: Vec::new(),
            taken: Vec::new(),
            task: None,
            words: None,
        }
    }

    /// The row's own key.
    pub(crate) fn source(&self) -> i64 {
        self.sources.first().copied().unwrap_or_default()
    }

    /// Whether it says nothing but that the consent has ended which its source had said.
    pub(crate) fn only_ends(&self) -> bool {
        let says = self.said.is_empty() && self.taken.is_empty();
        self.place == Place::Nowhere && says && self.task.is_none() && self.words.is_none()
    }

    /// Every record it has to do with.
    pub(crate) fn records(&self) -> impl Iterator<Item = i64> {
        let place = match self.place {
            Place::Record(id) => Some(id),
            Place::Nowhere | Place::Waits => None,
        };
        place
            .into_iter()
            .chain(self.taken.iter().map(|(record, _)| *record))
    }
}

fn bytes(out: &mut Writer, bytes: &[u8]) {
    out.list(bytes, |out, byte| out.u8(*byte));
}

fn read_bytes(from: &mut Reader<'_>) -> Option<Vec<u8>> {
    from.list(Reader::u8)
}

impl Part {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.u8(VERSION);
        out.i64(self.now.at.as_microsecond());
        out.date(self.now.today);
        out.u8(self.stage.byte());
        out.list(&self.entries, write_entry);
        out.finish()
    }

    pub(crate) fn from_bytes((turn, run): (i64, RunId), bytes: &[u8]) -> Option<Part> {
        let mut from = Reader::new(bytes);
        let known = VERSION_OF_WHOLE_BATCHES..=VERSION;
        if !known.contains(&from.u8()?) {
            return None;
        }
        let part = Part {
            turn,
            run,
            now: Now {
                at: Timestamp::from_microsecond(from.i64()?).ok()?,
                today: from.date()?,
            },
            stage: Stage::of_byte(from.u8()?)?,
            entries: from.list(read_entry)?,
        };
        from.is_finished().then_some(part)
    }
}

fn write_entry(out: &mut Writer, entry: &Entry) {
    out.list(&entry.sources, |out, key| out.i64(*key));
    out.date(entry.confirmed);
    out.u8(match entry.manner {
        Manner::Plain => 0,
        Manner::Restricted => 1,
        Manner::Leaving => 2,
    });
    match entry.place {
        Place::Nowhere => out.u8(0),
        Place::Record(id) => {
            out.u8(1);
            out.i64(id);
        }
        Place::Waits => out.u8(2),
    }
    out.list(&entry.said, |out, (source, change)| {
        out.i64(*source);
        match change {
            Change::Same => out.u8(0),
            Change::Confirmed(from) => {
                out.u8(1);
                out.date(*from);
            }
            Change::New => out.u8(2),
            Change::InPlace => out.u8(3),
        }
    });
    out.list(&entry.taken, |out, (record, source)| {
        out.i64(*record);
        out.i64(*source);
    });
    out.option(entry.task.as_ref(), |out, task| {
        out.i64(task.id);
        out.option(task.before.as_ref(), |out, before| {
            out.i64(before.id);
            out.u8(u8::from(before.kind == KINDS[1]));
            bytes(out, &before.plain);
        });
    });
    out.option(entry.words.as_ref(), |out, words| bytes(out, words));
}

fn read_entry(from: &mut Reader<'_>) -> Option<Entry> {
    Some(Entry {
        sources: from.list(Reader::i64)?,
        confirmed: from.date()?,
        manner: match from.u8()? {
            0 => Manner::Plain,
            1 => Manner::Restricted,
            2 => Manner::Leaving,
            _ => return None,
        },
        place: match from.u8()? {
            0 => Place::Nowhere,
            1 => Place::Record(from.i64()?),
            2 => Place::Waits,
            _ => return None,
        },
        said: from.list(|from| {
            let source = from.i64()?;
            let change = match from.u8()? {
                0 => Change::Same,
                1 => Change::Confirmed(from.date()?),
                2 => Change::New,
                3 => Change::InPlace,
                _ => return None,
            };
            Some((source, change))
        })?,
        taken: from.list(|from| Some((from.i64()?, from.i64()?)))?,
        task: from.option(|from| {
            Some(TaskChange {
                id: from.i64()?,
                before: from.option(|from| {
                    Some(Waited {
                        id: from.i64()?,
                        kind: KINDS.get(usize::from(from.u8()?)).copied()?,
                        plain: read_bytes(from)?,
                    })
                })?,
            })
        })?,
        words: from.option(read_bytes)?,
    })
}

impl Store {
    /// A part of the journal, sealed.
    pub(crate) fn seal_part(&self, part: &Part) -> Result<Vec<u8>, Error> {
        let random = self.random();
        self.ring()
            .seal(Column::RunPartBody, part.turn, &part.to_bytes(), random)
    }

    /// The parts of every run and of what came beside them from a turn on, in the order of their turns. All of them are held in memory.
    /// `None`: they have more rows together than are held.
    pub(crate) fn parts_from(
        &self,
        connection: &mut dyn Connection,
        turn: i64,
        rows_max: usize,
    ) -> Result<Option<Vec<Part>>, Error> {
        let mut parts: Vec<Part> = Vec::new();
        let (mut from, mut rows) = (turn, 0usize);
        loop {
            let some = self.some_parts(connection, from)?;
            let Some(last) = some.last().map(|part| part.turn) else {
                return Ok(Some(parts));
            };
            for part in some {
                rows = rows.saturating_add(part.entries.len());
                parts.push(part);
            }
            if rows > rows_max {
                return Ok(None);
            }
            from = last.saturating_add(1);
        }
    }

    /// The first parts of every run and of what came beside them from a turn on, in the order of their turns.
    pub(crate) fn some_parts(
        &self,
        connection: &mut dyn Connection,
        turn: i64,
    ) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::new();
        let values = [Value::Int(turn), Value::Int(PARTS_AT_ONCE)];
        let sql = "SELECT id, run, body FROM run_part WHERE id >= $1 ORDER BY id LIMIT $2";
        connection.query(sql, &values, &mut |row| {
            parts.push(self.open_part((row.int(0)?, RunId(row.int(1)?)), &row.blob(2)?)?);
            Ok(())
        })?;
        Ok(parts)
    }

    /// The parts before some of those batches that had begun before the first of them, but of one run.
    pub(crate) fn begun_before(
        &self,
        connection: &mut dyn Connection,
        (parts, but): (&[Part], RunId),
    ) -> Result<Vec<Part>, Error> {
        let mut seen: HashSet<RunId> = HashSet::from([but]);
        let mut begun = Vec::new();
        for first in parts.iter().filter(|part| seen.insert(part.run)) {
            let (mut turn, mut is_begun) = (first.turn, first.stage == Stage::MoreRows);
            while is_begun {
                let Some(part) = self.part_before(connection, (turn, first.run))? else {
                    break;
                };
                (turn, is_begun) = (part.turn, part.stage == Stage::MoreRows);
                begun.push(part);
            }
        }
        begun.sort_by_key(|part| part.turn);
        Ok(begun)
    }

    /// The parts of the last batch of a run that has come through some of its rows, the last first.
    pub(crate) fn parts_of_last_batch(
        &self,
        connection: &mut dyn Connection,
        run: RunId,
    ) -> Result<Vec<Part>, Error> {
        let mut parts: Vec<Part> = Vec::new();
        while parts
            .last()
            .is_none_or(|part| part.stage == Stage::MoreRows)
        {
            let turn = parts.last().map_or(i64::MAX, |part| part.turn);
            let Some(part) = self.part_before(connection, (turn, run))? else {
                break;
            };
            parts.push(part);
        }
        Ok(parts)
    }

    /// The last part of a run before a turn.
    fn part_before(
        &self,
        connection: &mut dyn Connection,
        (turn, run): (i64, RunId),
    ) -> Result<Option<Part>, Error> {
        let mut before = None;
        let values = [Value::Int(run.0), Value::Int(turn)];
        let sql = "SELECT id, run, body FROM run_part WHERE run = $1 AND id < $2 ORDER BY id DESC LIMIT 1";
        connection.query(sql, &values, &mut |row| {
            before = Some(self.open_part((row.int(0)?, RunId(row.int(1)?)), &row.blob(2)?)?);
            Ok(())
        })?;
        Ok(before)
    }

    /// A part of the journal, of a turn and a run.
    pub(crate) fn open_part(&self, of: (i64, RunId), body: &[u8]) -> Result<Part, Error> {
        let plain = self.ring().unseal(Column::RunPartBody, of.0, body)?;
        Part::from_bytes(of, &plain).ok_or(Error::Inconsistent("a part of a run's journal"))
    }
}

/// Writes a part.
pub(crate) fn insert(
    connection: &mut dyn Connection,
    (turn, run): (i64, RunId),
    body: &[u8],
) -> Result<(), Error> {
    let sql = "INSERT INTO run_part (id, run, body) VALUES ($1, $2, $3)";
    let values = [Value::Int(turn), Value::Int(run.0), Value::Blob(body)];
    connection.execute(sql, &values).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_part_reads_back_and_a_cut_one_does_not() {
        let entry = Entry {
            sources: vec![1, -2],
            confirmed: date(2026, 11, 1),
            manner: Manner::Restricted,
            place: Place::Record(9),
            said: vec![
                (1, Change::Same),
                (-2, Change::Confirmed(date(2026, 10, 1))),
                (3, Change::New),
                (4, Change::InPlace),
            ],
            taken: vec![(9, 5)],
            task: Some(TaskChange {
                id: 7,
                before: Some(Waited {
                    id: 6,
                    kind: "held",
                    plain: vec![1, 2, 3],
                }),
            }),
            words: Some(vec![4; 300]),
        };
        let part = Part {
            turn: 3,
            run: RunId(2),
            now: Now {
                at: Timestamp::from_microsecond(77).unwrap(),
                today: date(2026, 11, 2),
            },
            stage: Stage::Ending,
            entries: vec![
                entry,
                Entry::of(&[8], date(2026, 1, 1), Manner::Plain),
                Entry::of(&[9], date(2026, 1, 1), Manner::Leaving),
            ],
        };
        let bytes = part.to_bytes();
        assert_eq!(Part::from_bytes((3, RunId(2)), &bytes), Some(part));
        for length in 0..bytes.len() {
            assert_eq!(Part::from_bytes((3, RunId(2)), &bytes[..length]), None);
        }
        for (version, is_known) in [(0, false), (1, true), (2, true), (3, true), (4, false)] {
            let of_version: Vec<u8> = [&[version], &bytes[1..]].concat();
            let read = Part::from_bytes((3, RunId(2)), &of_version);
            assert_eq!(read.is_some(), is_known, "{version}");
        }
    }
}
