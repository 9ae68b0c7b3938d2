//! Whether a file is so unlike those before it that a person must look at it first.

use directory::Timestamp;
use directory::run::{Reach, Run, RunId, RunState, WhyHeld};
use directory::supplied::Supplier;

use crate::Store;
use crate::driver::Connection;
use crate::error::Error;
use crate::run::{NewRun, until};
use crate::run_keys::{self, FileKeys};

/// How many in a hundred of a supplier's children a full file may end.
pub const ENDED_PERCENT_MAX: u64 = 5;
/// How many rows a full file has at least, in a hundred of the last one's.
pub const FULL_PERCENT_MIN: u64 = 90;
/// How many rows a full file has at most, in a hundred of the last one's.
pub const FULL_PERCENT_MAX: u64 = 125;
/// How many rows a file of changes has at most, in a hundred of the last file's. It may be as short as it likes.
pub const DELTA_PERCENT_MAX: u64 = 1_000;
/// Files of fewer rows than this are not compared in length.
pub const ROWS_COMPARED_MIN: u64 = 100;

/// Why a run is to be held. Nothing of it is learnt from a record: it is the same whoever of the children is shielded (X2).
pub(crate) fn why_held(
    store: &Store,
    connection: &mut dyn Connection,
    (new, keys): (&NewRun, &FileKeys),
) -> Result<Option<WhyHeld>, Error> {
    let runs = store.runs_on(connection, &new.supplier.code)?;
    let done = || {
        runs.iter()
            .filter(|run| run.state == RunState::Done)
            .filter(|run| run.reach == new.reach)
    };
    if new.reach == Reach::Full {
        let newest = done().map(|run| run.extracted).max();
        if let Some(newest) = newest.filter(|newest| *newest > new.extracted) {
            return Ok(Some(WhyHeld::Early { newest }));
        }
        let stood = standing(store, connection, (&new.supplier, None))?;
        let ended = stood.beyond(keys).children();
        let of = stood.children();
        if ended.saturating_mul(100) > of.saturating_mul(ENDED_PERCENT_MAX) {
            return Ok(Some(WhyHeld::Ends { ended, of }));
        }
    }
    let before = done().next_back().map(|run| run.rows);
    Ok(before.and_then(|before| out_of_proportion(new.reach, new.rows, before)))
}

/// Whether a full file has ended whatever an earlier run said that it does not say itself: unless it is of an earlier day.
pub(crate) fn ends(full: &Run, run: &Run) -> bool {
    // By their numbers too: a clock that was put back between them must not make an earlier run a later one.
    full.id > run.id && full.began > until(run) && full.extracted >= run.extracted
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
        let since = full.began < run.began && run.began <= at;
        may_stand(run) && since && run.extracted >= full.extracted && without != Some(run.id)
    });
    let later = runs.iter().map(|run| run.id.0);
    let ids: Vec<i64> = std::iter::once(full.id.0).chain(later).collect();
    let mut keys = run_keys::read(connection, &ids)?;
    let mut noted = store.rows_noted(connection, &full.supplier.code)?;
    noted.retain(|rows| rows.came_after(full, at.as_microsecond()));
    noted.into_iter().for_each(|rows| keys.add(rows.keys));
    Ok(keys.in_order())
}

/// Whether anything that a run said may stand.
fn may_stand(run: &Run) -> bool {
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
    (supplier, but): (&Supplier, Option<&Run>),
) -> Result<FileKeys, Error> {
    let mut runs = store.runs_on(connection, &supplier.code)?;
    runs.retain(|run| may_stand(run) && but.is_none_or(|but| but.id != run.id));
    let is_ended = |run: &&Run| {
        let done = runs.iter().filter(|full| full.state == RunState::Done);
        done.filter(|full| full.reach == Reach::Full)
            .any(|full| ends(full, run))
    };
    let ids: Vec<i64> = runs
        .iter()
        .filter(|run| !is_ended(run))
        .map(|run| run.id.0)
        .collect();
    let mut keys = run_keys::read(connection, &ids)?;
    let mut noted = store.rows_noted(connection, &supplier.code)?;
    noted.retain(|rows| !runs.iter().any(|full| rows.are_ended_by(full)));
    noted.into_iter().for_each(|rows| keys.add(rows.keys));
    Ok(keys.in_order())
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
        assert!(ends(&run(2, (50, 60)), &run(1, (10, 20))));
        assert!(!ends(&run(2, (15, 60)), &run(1, (10, 20))), "beside it");
        // The clock was an hour ahead when the full file came, and was put right before the other.
        assert!(!ends(&run(1, (3_650, 3_660)), &run(2, (60, 70))));
        assert!(!ends(&run(1, (50, 60)), &run(1, (50, 60))), "itself");
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
