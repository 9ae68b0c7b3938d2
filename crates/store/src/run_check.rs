//! Whether a file is so unlike those before it that a person must look at it first.

use std::sync::Arc;

use directory::run::{Applied, Ends, Reach, Run, RunId, RunState, WhyHeld};
use directory::supplied::Supplier;
use directory::{Now, Timestamp};

use crate::Store;
use crate::driver::Connection;
use crate::error::Error;
use crate::run::NewRun;
use crate::run_keys::FileKeys;
use crate::said_in_turn::{self, in_turn};
use crate::stood::Stood;

/// How many in a hundred of a supplier's children a file may end, and of the involvements that have not ended.
pub const ENDED_PERCENT_MAX: u64 = 5;
/// How many in a hundred of a file's rows may bear a restriction that was not agreed: each shields a child (C20).
pub const NOT_AGREED_PERCENT_MAX: u64 = 3;
/// How many in a hundred of a file's rows may bear a restriction, agreed or not, unless as many did in the one before.
pub const RESTRICTED_PERCENT_MAX: u64 = 50;
/// Fewer rows than this that restrict are never held, whatever their share: a family in hiding is hidden at once.
pub const RESTRICTING_ROWS_MIN: u64 = 10;
/// Fewer children than this, or involvements, always end in a file of changes: of few, one is many in a hundred.
pub const ENDED_IN_CHANGES_MIN: u64 = 10;
/// For how many hours what a supplier's rows beside its files ended counts with what the next of them would end.
pub const ROWS_WEIGHED_HOURS: i64 = 24;
const MICROSECONDS_OF_AN_HOUR: i64 = 3_600_000_000;
/// How many rows a full file has at least, in a hundred of the last one's.
pub const FULL_PERCENT_MIN: u64 = 90;
/// How many rows a full file has at most, in a hundred of the last one's.
pub const FULL_PERCENT_MAX: u64 = 125;
/// How many rows a file of changes has at most, in a hundred of the last file's. It may be as short as it likes.
pub const DELTA_PERCENT_MAX: u64 = 1_000;
/// Files of fewer rows than this are not compared in length.
pub const ROWS_COMPARED_MIN: u64 = 100;

/// What was found of a file before anything of it is applied.
pub(crate) struct Found {
    /// Why it is to be held.
    pub(crate) held: Option<WhyHeld>,
    /// What it ends, or would.
    pub(crate) ends: Ends,
    /// What of it restricts, by more than is usual (C20).
    pub(crate) restricts: bool,
    /// The own keys of rows that restrict and do not wait, though the rest of it does: it is held for something else (C20).
    pub(crate) restricting: Vec<i64>,
    /// Its keys, in order, and those of what it spares.
    pub(crate) keys: FileKeys,
}

/// What a file is beside those before it. Nothing of it is learnt from a record: it is the same whoever of the children is shielded (X2).
pub(crate) fn found(
    store: &Store,
    connection: &mut dyn Connection,
    (new, keys): (&NewRun, &FileKeys),
) -> Result<Found, Error> {
    let mut found = Found {
        held: None,
        ends: Ends::default(),
        restricts: false,
        restricting: Vec::new(),
        keys: keys.clone(),
    };
    // A first load is never held, and ends nothing: the directory was empty.
    if new.applied == Applied::InFirstLoad {
        return Ok(found);
    }
    let runs = store.runs_on(connection, &new.supplier.code)?;
    let done = runs.iter().filter(|run| run.state == RunState::Done);
    let done: Vec<&Run> = done.filter(|run| run.reach == new.reach).collect();
    let before = done.last().map(|run| run.rows);
    let (restricted, not_agreed) = keys.restrictions();
    let is_much =
        |rows: u64, percent| rows >= RESTRICTING_ROWS_MIN && is_many(rows, new.rows, percent);
    found.restricts = is_much(restricted, RESTRICTED_PERCENT_MAX);
    let is_usual = done.last().is_some_and(|run| run.totals.restricts);
    let restricts = found.restricts && !is_usual || is_much(not_agreed, NOT_AGREED_PERCENT_MAX);
    // A file of changes in which nothing ends and nobody has left is not held against what stands: that may be millions of keys, for a few rows.
    if new.reach == Reach::Full || keys.says_ended() {
        let stood = standing(store, connection, (&new.supplier, None))?;
        found.keys.spare(&stood);
        found.keys = found.keys.in_order();
        let (ends, open) = stood.ends(&found.keys, new.reach);
        found.ends = ends;
        let least = match new.reach {
            Reach::Full => 0,
            Reach::Delta => ENDED_IN_CHANGES_MIN,
        };
        found.held = ends_too_much(ends, (stood.children(), open), least);
    }
    let newest = done.iter().map(|run| run.extracted).max();
    let newest = newest.filter(|newest| new.reach == Reach::Full && *newest > new.extracted);
    found.held = newest
        .map(|newest| WhyHeld::Early { newest })
        .or(found.held)
        .or(restricts.then_some(WhyHeld::Restricts))
        .or_else(|| before.and_then(|before| out_of_proportion(new.reach, new.rows, before)));
    if found.held.is_some() && !restricts {
        found.restricting.clone_from(&keys.restricting);
    }
    Ok(found)
}

/// Whether rows that come beside files end too much of what their supplier said, with those of the hours before, or of at most one hour
/// more. They are weighed by the supplier's own keys, as if all of them were one file of changes: it is the same whoever of the children is
/// shielded (X2).
pub(crate) fn rows_end_too_much(
    store: &Store,
    connection: &mut dyn Connection,
    (supplier, keys): (&Supplier, &FileKeys),
    now: Now,
) -> Result<bool, Error> {
    let weighed = ROWS_WEIGHED_HOURS.saturating_mul(MICROSECONDS_OF_AN_HOUR);
    let since = now.at.as_microsecond().saturating_sub(weighed);
    let kept = store.stood.of(&supplier.code, since);
    let since = kept.as_ref().map_or(since, |stood| stood.before);
    let before = store.rows_noted_from(connection, (&supplier.code, since))?;
    let each = before.into_iter().map(|rows| rows.keys);
    let mut rows = in_turn(each.chain([keys.clone()]).collect());
    rows.withdrawn.clone_from(&keys.withdrawn);
    // So few are never too many, and for them the keys of all that stands, which may be millions, are not read.
    if !rows.ends_any(ENDED_IN_CHANGES_MIN) {
        return Ok(false);
    }
    let runs = store.runs_on(connection, &supplier.code)?;
    let stood = if let Some(stood) = kept.filter(|stood| stood.is_of(&runs)) {
        stood
    } else {
        let keys = standing_before(store, connection, (supplier, None), since)?;
        let stood = Arc::new(Stood::of(since, &runs, keys));
        store.stood.keep(&supplier.code, &stood);
        stood
    };
    let held = ends_too_much(stood.ends(&rows), stood.of, ENDED_IN_CHANGES_MIN);
    Ok(held.is_some())
}

/// Whether a file ends too much of what stands. Less than the least is never too much.
fn ends_too_much(ends: Ends, (children, involvements): (u64, u64), least: u64) -> Option<WhyHeld> {
    let is_too_much = |ended: u64, of| ended >= least && is_many(ended, of, ENDED_PERCENT_MAX);
    if is_too_much(ends.children, children) {
        Some(WhyHeld::Ends {
            ended: ends.children,
            of: children,
        })
    } else if is_too_much(ends.involvements, involvements) {
        Some(WhyHeld::EndsInvolvements {
            ended: ends.involvements,
            of: involvements,
        })
    } else {
        None
    }
}

/// Whether some are more than so many in a hundred.
fn is_many(some: u64, of: u64, percent: u64) -> bool {
    some.saturating_mul(100) > of.saturating_mul(percent)
}

/// Whether a full file has ended whatever an earlier run said, at last at a moment, that it does not say itself: unless it is of an
/// earlier day, or of a first load, by which nothing ends.
pub(crate) fn ends(full: &Run, run: &Run, said_last: Timestamp) -> bool {
    // By their numbers too: a clock that was put back between them must not make an earlier run a later one.
    let is_later = full.id > run.id && full.began > said_last;
    is_later && full.extracted >= run.extracted && full.applied == Applied::InBatches
}

fn out_of_proportion(reach: Reach, rows: u64, before: u64) -> Option<WhyHeld> {
    let (least, most) = match reach {
        Reach::Full => (FULL_PERCENT_MIN, FULL_PERCENT_MAX),
        Reach::Delta => (0, DELTA_PERCENT_MAX),
    };
    let percent = |of: u64| before.saturating_mul(of);
    let rows_in_hundredths = rows.saturating_mul(100);
    if rows.max(before) < ROWS_COMPARED_MIN {
        None
    } else if rows_in_hundredths < percent(least) {
        Some(WhyHeld::Shrinks { rows, before })
    } else if rows_in_hundredths > percent(most) && rows >= ROWS_COMPARED_MIN {
        Some(WhyHeld::Grows { rows, before })
    } else {
        None
    }
}

/// Which of its supplier's own keys a full file leaves standing, when it is ended at a moment: its own, and those of files that had
/// begun after it by then and are not of an earlier day. A file that was held, or is slow, does not end what was said since.
/// `without`: a run that is being taken back.
pub(crate) fn left_standing(
    store: &Store,
    connection: &mut dyn Connection,
    full: &Run,
    (at, without): (Timestamp, Option<RunId>),
) -> Result<FileKeys, Error> {
    let mut runs = store.runs_on(connection, &full.supplier.code)?;
    runs.retain(|run| {
        let is_since = began_since(run, full) && run.began <= at;
        is_since && without != Some(run.id)
    });
    let runs: Vec<&Run> = std::iter::once(full).chain(&runs).collect();
    let mut noted = store.rows_noted(connection, &full.supplier.code)?;
    noted.retain(|rows| rows.came_after(full, at.as_microsecond()));
    let mut keys = said_in_turn::read(connection, &runs, noted)?;
    if !keys.spared.is_empty() {
        // What stands of those it spares: without the run that is taken back that may be more than stood when it began.
        let before = said_before(store, connection, (full, without), &keys)?;
        keys.spare(&before);
        keys = keys.in_order();
    }
    Ok(keys)
}

/// Whether a run says what a full file does not end: it began after it, whatever the clock did, and is of no earlier day.
fn began_since(run: &Run, full: &Run) -> bool {
    may_stand(run) && run.id > full.id && run.extracted >= full.extracted
}

/// What was known of what a supplier says, when it was worked out what a full file ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heard {
    /// The last run, and how many do not wait for a person: one that was held may be let go on meanwhile.
    runs: (i64, i64),
    /// The last rows that were noted.
    rows: i64,
    /// The moment up to which it was heard: no earlier than any of it, where a clock was put back.
    pub(crate) at: Timestamp,
}

/// What is known by now of what a supplier says.
pub(crate) fn heard(
    store: &Store,
    connection: &mut dyn Connection,
    (supplier, now): (&Supplier, Now),
) -> Result<Heard, Error> {
    let last = store.last_run_on(connection, &supplier.code)?;
    let rows = store.last_noted(connection, &supplier.code)?;
    let rows_at = rows.and_then(|rows| Timestamp::from_microsecond(rows).ok());
    let began = last.as_ref().map(|run| run.began);
    Ok(Heard {
        runs: (
            last.map_or(0, |run| run.id.0),
            store.runs_not_waiting(connection, &supplier.code)?,
        ),
        rows: rows.unwrap_or(i64::MIN),
        at: now
            .at
            .max(rows_at.unwrap_or(now.at))
            .max(began.unwrap_or(now.at)),
    })
}

/// Of which keys a full file's supplier has come to speak since it was worked out what the file ends. `None`: of none.
pub(crate) fn said_since(
    store: &Store,
    connection: &mut dyn Connection,
    full: &Run,
    (before, heard): (Heard, Heard),
) -> Result<Option<FileKeys>, Error> {
    if (before.runs, before.rows) == (heard.runs, heard.rows) {
        return Ok(None);
    }
    let mut runs = store.runs_on(connection, &full.supplier.code)?;
    runs.retain(|run| began_since(run, full));
    let runs: Vec<&Run> = runs.iter().collect();
    let from = before.rows.saturating_add(1);
    let mut noted = store.rows_noted_from(connection, (&full.supplier.code, from))?;
    noted.retain(|rows| rows.came_after(full, i64::MAX));
    said_in_turn::read(connection, &runs, noted).map(Some)
}

/// The keys of what came before a full file of those whom it spares, of which any are kept.
fn said_before(
    store: &Store,
    connection: &mut dyn Connection,
    (full, without): (&Run, Option<RunId>),
    spared: &FileKeys,
) -> Result<FileKeys, Error> {
    let mut runs = store.runs_on(connection, &full.supplier.code)?;
    runs.retain(|run| may_stand(run) && run.id < full.id && without != Some(run.id));
    let runs: Vec<&Run> = runs.iter().collect();
    let noted = store.rows_noted(connection, &full.supplier.code)?;
    said_in_turn::read_spared(connection, spared, (&runs, noted))
}

/// Whether anything that a run said may stand.
pub(crate) fn may_stand(run: &Run) -> bool {
    match run.state {
        RunState::Held | RunState::Released | RunState::TakenBack => false,
        RunState::Running | RunState::Paused | RunState::Done => true,
    }
}

/// Under which of its own keys a supplier may have something standing: those of its last full file, and of every file and row beside
/// it and since. More than stand in truth, never fewer. `but`: a run that is not counted.
pub(crate) fn standing(
    store: &Store,
    connection: &mut dyn Connection,
    of: (&Supplier, Option<&Run>),
) -> Result<FileKeys, Error> {
    standing_before(store, connection, of, i64::MAX)
}

/// The same without the rows beside files that came at a moment, in microseconds, or later.
fn standing_before(
    store: &Store,
    connection: &mut dyn Connection,
    (supplier, but): (&Supplier, Option<&Run>),
    rows_before: i64,
) -> Result<FileKeys, Error> {
    let mut runs = store.runs_on(connection, &supplier.code)?;
    runs.retain(|run| may_stand(run) && but.is_none_or(|but| but.id != run.id));
    let mut left: Vec<&Run> = Vec::with_capacity(runs.len());
    for run in &runs {
        let said_last = store.said_last(connection, run)?;
        let done = runs.iter().filter(|full| full.state == RunState::Done);
        let mut full = done.filter(|full| full.reach == Reach::Full);
        if !full.any(|full| ends(full, run, said_last)) {
            left.push(run);
        }
    }
    let mut noted = store.rows_noted(connection, &supplier.code)?;
    noted.retain(|rows| rows.at < rows_before && !runs.iter().any(|full| rows.are_ended_by(full)));
    said_in_turn::read(connection, &left, noted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: i64, (began, ended): (i64, i64)) -> Run {
        let moment = |second| directory::Timestamp::from_second(second).unwrap();
        Run {
            id: directory::run::RunId(id),
            supplier: Supplier {
                code: directory::text::SupplierCode::parse("nhs").unwrap(),
                kind: directory::statement::SourceKind::Nhs,
            },
            mapping: "nhs".to_owned(),
            reach: Reach::Full,
            applied: directory::run::Applied::InBatches,
            extracted: jiff::civil::date(2026, 11, 2),
            state: RunState::Done,
            held: None,
            began: moment(began),
            ended: Some(moment(ended)),
            by: directory::run::RunBy::Operator,
            rows: 1,
            totals: directory::run::RunTotals::default(),
        }
    }

    #[test]
    fn a_full_file_ends_what_was_before_it_and_nothing_since_whatever_the_clock_did() {
        let ends = |full: (i64, (i64, i64)), other: (i64, (i64, i64))| {
            let other = run(other.0, other.1);
            super::ends(&run(full.0, full.1), &other, other.ended.unwrap())
        };
        assert!(ends((2, (50, 60)), (1, (10, 20))));
        assert!(!ends((2, (15, 60)), (1, (10, 20))), "beside it");
        // The clock was an hour ahead when the full file came, and was put right before the other.
        assert!(!ends((1, (3_650, 3_660)), (2, (60, 70))));
        assert!(began_since(&run(2, (60, 70)), &run(1, (3_650, 3_660))));
        assert!(!ends((1, (50, 60)), (1, (50, 60))), "itself");
        let first = |run: Run| Run {
            applied: Applied::InFirstLoad,
            ..run
        };
        let (earlier, later) = (run(1, (10, 20)), run(2, (50, 60)));
        let ended = earlier.ended.unwrap();
        assert!(!super::ends(&first(later), &first(earlier), ended));
    }

    #[test]
    fn a_file_out_of_proportion_is_held() {
        let held = |reach, rows, before| out_of_proportion(reach, rows, before);
        let shrinks = |rows, before| Some(WhyHeld::Shrinks { rows, before });
        let grows = |rows, before| Some(WhyHeld::Grows { rows, before });
        assert_eq!(held(Reach::Full, 900, 1_000), None);
        assert_eq!(held(Reach::Full, 899, 1_000), shrinks(899, 1_000));
        assert_eq!(held(Reach::Full, 1_250, 1_000), None);
        assert_eq!(held(Reach::Full, 1_251, 1_000), grows(1_251, 1_000));
        assert_eq!(held(Reach::Full, 0, 1_000), shrinks(0, 1_000));
        assert_eq!(held(Reach::Full, 1, 99), None, "too short to be compared");
        assert_eq!(held(Reach::Delta, 0, 1_000_000), None);
        assert_eq!(held(Reach::Delta, 10_000, 1_000), None);
        assert_eq!(held(Reach::Delta, 10_001, 1_000), grows(10_001, 1_000));
    }
}
