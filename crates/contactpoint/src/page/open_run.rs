//! A run that waits for somebody or is under way: why, by which figures, what letting it go on does, and what to do otherwise.

use directory::oversight::may_release;
use directory::run::{Applied, Reach, Run, RunBy, RunState};

use super::choices::capital;
use super::supplier::ends_words;
use crate::figures;
use crate::view::supplier::{GoOn, OpenRun};
use crate::visitor::{SignedIn, escaped};
use crate::words;

/// When a held run is let go on.
const IF_RIGHT: &str = "Ask the supplier whether the file is right. If it is, a second person releases it, never the one who sent it.";
/// When a paused one is.
const AFTER_PAUSE: &str = "When what it was paused for is over, a second person lets it go on after its last whole part, never the one who sent it.";
/// Who does, for somebody who may not.
const WHO: &str = "A data officer or an administrator does that, who did not send the file.";

/// What is done with one of a first load, which only the operator loads.
const OF_FIRST_LOAD: &str = "It belongs to the first load, is under way or was left in the middle, and cannot be taken back. The operator loads the same file again: with --first, or, when the first load is finished, without.";

/// A run as it is shown beside the newest runs of its supplier.
pub(super) fn open(visitor: &SignedIn, run: &Run, newest: &[Run]) -> OpenRun {
    let number = run.id.0;
    let held = run.held.filter(|_| run.state == RunState::Held);
    let code = escaped(run.supplier.code.as_str());
    let is_of_first_load = run.applied == Applied::InFirstLoad;
    let go_on = match run.state {
        _ if is_of_first_load => None,
        RunState::Held => Some(("release", IF_RIGHT, "Release this run")),
        RunState::Paused => Some(("resume", AFTER_PAUSE, "Let this run go on")),
        _ => None,
    };
    let may = may_release(visitor.actor(), run).is_ok();
    OpenRun {
        number: number.to_string(),
        state: run.state.words(),
        why: held.map(figures::why_held),
        facts: facts(run, newest),
        next: if is_of_first_load {
            OF_FIRST_LOAD
        } else {
            figures::what_to_do(run.state)
        },
        releases: held.map(figures::releasing),
        otherwise: held.map(figures::not_releasing),
        go_on: go_on.map(|(step, about, button)| GoOn {
            action: may.then(|| format!("/suppliers/{code}/{step}/{number}")),
            about,
            who: (!may).then_some(WHO),
            button,
        }),
        command: match run.state {
            RunState::Held => format!("contactpoint supply release {number}"),
            RunState::Paused => format!("contactpoint supply resume {number}"),
            _ => String::new(),
        },
    }
}

/// What a file is of, in words.
pub(super) fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Full => "full file",
        Reach::Delta => "changes",
    }
}

/// What is known of its file, beside the last of its kind that was applied.
fn facts(run: &Run, newest: &[Run]) -> Vec<(&'static str, String)> {
    let by = match run.by {
        RunBy::Operator => "by the operator, at the command line",
        RunBy::Supplier => "by the supplier’s program",
        RunBy::Account(_) => "by somebody with an account here",
    };
    let mut facts = vec![
        ("File", of_rows(run)),
        ("Came", format!("{}, {by}", words::moment(run.began))),
    ];
    let ends = run.totals.ends.filter(|_| run.state == RunState::Held);
    facts.extend(ends.map(|ends| ("Would end", ends_words(ends))));
    let same = |one: &&Run| one.state == RunState::Done && one.reach == run.reach;
    let last = newest.iter().find(same);
    let last = last.map_or_else(|| "None among its newest runs".to_owned(), of_rows);
    facts.push(("Last one of its kind", last));
    facts
}

fn of_rows(run: &Run) -> String {
    format!(
        "{}, {} rows, drawn on {}",
        capital(reach(run.reach)),
        figures::count(run.rows),
        words::day(run.extracted)
    )
}
