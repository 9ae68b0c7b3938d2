//! Supply runs on the terminal: which there are, how each stands, and letting one go on, wait, or be taken back.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use contactpoint::figures;
use contactpoint::run::{Course, Ran, Sent};
use contactpoint::supply::Mapping;
use contactpoint::words;
use directory::Date;
use directory::event::By;
use directory::run::{Applied, Ends, Reach, Run, RunId, RunState, WhyHeld};
use directory::run_fault::RunFault;
use directory::text::SupplierCode;
use store::{Error, NotSo, NotTakenBack, Store};

use super::{failed, show, whose};
use crate::clock;
use crate::command::say::{grouped, say, table};
use crate::command::{Stop, feed};
use crate::config::Config;

/// What to do with runs.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// List the runs, or those of one supplier
    Runs(Listed),
    /// Show one run: what became of its rows, and what can be done with it
    Show(Which),
    /// Let a held run go on, after looking at it: load its file again
    Release(Which),
    /// Stop a run after the batch that is being written
    Pause(Which),
    /// Let a paused run go on
    Resume(Resumed),
    /// Take a run back: the directory is what it would have been without it
    TakeBack(Which),
}

/// Which runs.
#[derive(Args, Debug)]
pub struct Listed {
    /// Of this supplier only, by its code as: nhs
    #[arg(long, value_name = "CODE")]
    supplier: Option<String>,
}

/// Which run.
#[derive(Args, Debug)]
pub struct Which {
    /// The run's number
    #[arg(value_name = "RUN")]
    run: i64,
}

/// Which run, and perhaps its file.
#[derive(Args, Debug)]
pub struct Resumed {
    #[command(flatten)]
    which: Which,
    /// The same file as before, to go on with at once
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The mapping by which the file was read, if it was that of a file
    #[arg(long, value_name = "MAPPING", requires = "file")]
    mapping: Option<PathBuf>,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    match command {
        Command::Runs(listed) => list(&store, listed.supplier.as_deref()),
        Command::Show(which) => show_run(&store, RunId(which.run)),
        Command::Release(which) => {
            let id = RunId(which.run);
            let released = store.release_run(id, By::Operator, clock::now());
            step(id, released.map_err(failed)?, "held")?;
            say(format_args!(
                "Run {} is released. Nothing of it is applied yet: load the same file again, with the same words. A file that came to the \
                 suppliers' door goes on by itself, if it is still kept there.",
                id.0
            ));
            Ok(())
        }
        Command::Pause(which) => {
            let id = RunId(which.run);
            let paused = store.pause_run(id, By::Operator, clock::now());
            step(id, paused.map_err(failed)?, "running")?;
            say(format_args!(
                "Run {} is paused after the last whole part. What was applied stays. Go on with: contactpoint supply resume {}",
                id.0, id.0
            ));
            Ok(())
        }
        Command::Resume(resumed) => resume(&store, &resumed),
        Command::TakeBack(which) => take_back(&store, RunId(which.run)),
    }
}

/// Says what became of a file.
///
/// # Errors
/// [`Stop::Found`] when a person has to look at it.
pub fn told((store, mapping): (&Store, &Mapping), extracted: Date, ran: &Ran) -> Result<(), Stop> {
    match ran {
        Ran::Done(run, summary) => {
            show(mapping, summary, extracted);
            if let Some(ends_some) = run.totals.ends.filter(|ends| *ends != Ends::default()) {
                say(format_args!("What has ended by it: {}.", ends(ends_some)));
            }
            let until = store.can_be_taken_back_until(run.id).map_err(failed)?;
            let until = until.map(|until| format!(" until {}", words::moment(until)));
            say(format_args!(
                "This was run {}. It can be taken back{} with: contactpoint supply take-back {}",
                run.id.0,
                until.unwrap_or_default(),
                run.id.0
            ));
            Ok(())
        }
        Ran::Already(run, _) => {
            say(format_args!(
                "{}, as it stood on {extracted}\n\nThis file was taken already, as run {}. Nothing changed.",
                mapping.title, run.id.0
            ));
            Ok(())
        }
        Ran::Held(run, summary) => {
            show(mapping, summary, extracted);
            say(format_args!(
                "Run {} is held, and nothing of it was applied: {}.\nLook at the file. If it is right: contactpoint supply release {}, \
                 and load it again. If not, leave it: it does nothing.",
                run.id.0,
                run.held.map(why).unwrap_or_default(),
                run.id.0
            ));
            Err(Stop::Found)
        }
        Ran::Paused(run, _) if run.applied == Applied::InFirstLoad => {
            say(format_args!(
                "Run {} is paused. What was taken stays. Go on with: contactpoint supply resume {}, and load it again with --first",
                run.id.0, run.id.0
            ));
            Err(Stop::Found)
        }
        Ran::Paused(run, _) => {
            say(format_args!(
                "Run {} is paused after {} of {} rows. What was applied stays. Go on with: contactpoint supply resume {}",
                run.id.0,
                grouped(run.totals.read),
                grouped(run.rows),
                run.id.0
            ));
            Err(Stop::Found)
        }
    }
}

fn list(store: &Store, supplier: Option<&str>) -> Result<(), Stop> {
    let code = supplier.map(SupplierCode::parse).transpose();
    let code = code.map_err(|fault| Stop::Usage(format!("no supplier's code: {fault}")))?;
    let runs = store.runs(code.as_ref()).map_err(failed)?;
    if runs.is_empty() {
        say("There are no runs yet: every file that is loaded is one.");
        return Ok(());
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            vec![
                run.id.0.to_string(),
                run.supplier.code.to_string(),
                run.reach.word().to_owned(),
                run.extracted.to_string(),
                run.state.words().to_owned(),
                grouped(run.rows),
                grouped(run.totals.accepted),
                grouped(run.totals.waiting),
                grouped(run.totals.refused),
            ]
        })
        .collect();
    let headings = [
        "run", "supplier", "file", "drawn on", "stands", "rows", "taken", "wait", "refused",
    ];
    say(table(&headings, &rows));
    Ok(())
}

fn show_run(store: &Store, id: RunId) -> Result<(), Stop> {
    let run = known(store, id)?;
    let totals = run.totals;
    let day = |at| clock::day_of(at).to_string();
    let of = match run.reach {
        Reach::Full => "a full file: whoever is not in it has ended",
        Reach::Delta => "what is new or has changed",
    };
    let lines = [
        ("supplier", run.supplier.code.to_string()),
        ("mapping", run.mapping.clone()),
        ("file", of.to_owned()),
        ("drawn on", run.extracted.to_string()),
        ("stands", run.state.words().to_owned()),
        ("began", day(run.began)),
        ("ended", run.ended.map(day).unwrap_or_default()),
        ("rows", grouped(run.rows)),
        ("rows applied", grouped(totals.read)),
        ("taken", grouped(totals.accepted)),
        ("said nothing new", grouped(totals.unchanged)),
        ("wait for a person", grouped(totals.waiting)),
        ("refused", grouped(totals.refused)),
        ("met a known child", counted(run.known_told())),
        ("made a new child", counted(run.new_told())),
        (
            if run.state == RunState::Done {
                "ended"
            } else {
                "would end"
            },
            totals.ends.map(ends).unwrap_or_default(),
        ),
        ("why held", run.held.map(why).unwrap_or_default()),
    ];
    let rows: Vec<Vec<String>> = lines
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect();
    say(table(&["run", &id.0.to_string()], &rows));
    if let Some(faults) = store.run_faults(id).map_err(failed)? {
        say_faults(&faults);
    }
    say(format_args!("\n{}", next(&run)));
    Ok(())
}

/// What a file ends, in words: by the supplier's own keys in its files.
fn ends(ends: Ends) -> String {
    format!(
        "{} children, {} involvements",
        grouped(ends.children),
        grouped(ends.involvements)
    )
}

/// A count that older runs do not have.
/// A figure as the pages show it: a dash where it is not told.
fn counted(count: Option<u64>) -> String {
    count.map_or_else(|| "–".to_owned(), figures::count)
}

/// What was wrong with the file, by column and rule.
fn say_faults(faults: &[RunFault]) {
    if faults.is_empty() {
        return;
    }
    let line = |fault: &RunFault| {
        vec![
            grouped(fault.count),
            fault.column.clone().unwrap_or_else(|| "–".to_owned()),
            format!("{} {}", fault.what, fault.wrong),
            fault.rule.clone(),
            figures::fault_cost(fault.cost).to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = faults.iter().map(line).collect();
    say(format_args!("\nFaults, by column and rule"));
    say(table(&["times", "column", "what", "rule", "cost"], &rows));
}

/// What can be done with a run.
fn next(run: &Run) -> String {
    let id = run.id.0;
    match run.state {
        RunState::Running | RunState::Paused if run.applied == Applied::InFirstLoad => format!(
            "It is being taken into the first load, or was interrupted or paused. Paused, go on with: contactpoint supply resume {id}. Load \
             the same file again with --first, or, when the first load is finished, without. It cannot be taken back."
        ),
        RunState::Held => format!(
            "It waits: what the supplier said stands as it did. Look at the file; if it is right: contactpoint supply release {id}"
        ),
        RunState::Released => "Nothing of it was applied yet: load the same file again.".to_owned(),
        RunState::Running => format!(
            "It is being applied, or was interrupted. Load the same file again to go on; stop it with: contactpoint supply pause {id}; \
             take it back with: contactpoint supply take-back {id}"
        ),
        RunState::Paused => format!("Go on with: contactpoint supply resume {id}"),
        RunState::Done if run.applied == Applied::InFirstLoad => {
            "It was part of the first load, and cannot be taken back.".to_owned()
        }
        RunState::Done => format!("Take it back with: contactpoint supply take-back {id}"),
        RunState::TakenBack => {
            "What suppliers say is what it would have been without it. What people decided stays, and so does a shield that it placed: \
             no file and no taking back lifts one, only a shielding officer's decision. The same file can be loaded again."
                .to_owned()
        }
    }
}

fn resume(store: &Store, resumed: &Resumed) -> Result<(), Stop> {
    let id = RunId(resumed.which.run);
    let run = known(store, id)?;
    let needs = "paused or released";
    let Some(file) = &resumed.file else {
        let gone_on = store.resume_run(id, By::Operator, clock::now());
        step(id, gone_on.map_err(failed)?, needs)?;
        say(format_args!(
            "Run {} may go on: load the same file again, with the same words. A file that came to the suppliers' door goes on by itself, \
             if it is still kept there.",
            id.0
        ));
        return Ok(());
    };
    if !matches!(run.state, RunState::Paused | RunState::Released) {
        step(id, Err(NotSo::Stands(run.state)), needs)?;
    }
    // It goes on when it is known to be the same file, read in the same way: until then it stays where it is.
    let mapping = mapping_of(&run, resumed.mapping.as_deref())?;
    let sent = Sent {
        course: Course::Resumes(id),
        ..feed::sent(&mapping, Some(run.reach), run.extracted)
    };
    let ran = feed::load_file(store, &sent, file);
    let ran = ran.map_err(|not_run| Stop::Failed(format!("{}: {not_run}", file.display())))?;
    told((store, &mapping), run.extracted, &ran)
}

/// The mapping of a run: the one of its name that comes with the program, under the code of its supplier, or the one of a file.
fn mapping_of(run: &Run, named: Option<&Path>) -> Result<Mapping, Stop> {
    let mapping = match named {
        Some(path) => whose::read(path)?,
        None => feed::mapping_as(&run.mapping, &run.supplier.code)?,
    };
    if mapping.name == run.mapping && mapping.supplier == run.supplier {
        return Ok(mapping);
    }
    Err(Stop::Usage(format!(
        "run {} was read by the mapping {} of {}, and this one is {} of {}. Nothing was changed: name the same with --mapping",
        run.id.0, run.mapping, run.supplier.code, mapping.name, mapping.supplier.code
    )))
}

fn take_back(store: &Store, id: RunId) -> Result<(), Stop> {
    let taken = store.take_back_run(id, &By::Operator, clock::now());
    let not = match taken.map_err(|error| not_now(id, &error))? {
        Ok(()) => {
            // It is; its event has its place at the latest when the directory is served.
            let _ = store.sequence(clock::now());
            say(format_args!(
                "Run {} is taken back: what suppliers say is what it would be without it.\n\
                 What people decided stays, and what practitioners recorded, and a shield that it placed: no taking back lifts one. A sensitive involvement that it changed is gone until its \
                 supplier says it again. The same file can be loaded again, as another run.",
                id.0
            ));
            return Ok(());
        }
        Err(not) => not,
    };
    let days = store::JOURNAL_DAYS;
    Err(match not {
        NotTakenBack::NoRun => no_run(id),
        NotTakenBack::Already => Stop::Usage(format!("run {} was taken back before", id.0)),
        NotTakenBack::FirstLoad => Stop::Usage(format!(
            "run {} was part of the first load, of which no journal is kept: it cannot be taken back. Nothing was changed",
            id.0
        )),
        NotTakenBack::TooOld => Stop::Usage(format!(
            "run {} is older than {days} days, for which what a run did is kept: it cannot be taken back. Nothing was changed",
            id.0
        )),
        NotTakenBack::Joined => Stop::Usage(format!(
            "records that run {} had to do with were merged or split by a person since. Nothing was changed: take the merger or split \
             back on the record's page first, then the run. Where that is done, suppliers have said something meanwhile, and where \
             that belongs cannot be told: set right by hand what the run said",
            id.0
        )),
        NotTakenBack::TooLarge => Stop::Failed(format!(
            "run {} and those since have more than {} rows, which is more than can be gone through again at once. Nothing was changed: \
             take back the later runs first, or restore a backup",
            id.0,
            grouped(u64::try_from(store::ROWS_AGAIN_MAX).unwrap_or(u64::MAX))
        )),
    })
}

/// What is said when a run could not be taken back, and could be another time.
fn not_now(id: RunId, error: &Error) -> Stop {
    let id = id.0;
    Stop::Failed(match error {
        Error::Contended => format!(
            "run {id} could not be taken back: again and again others wrote to the directory while it was worked out. Nothing was \
             changed. Pause the runs that are under way with: contactpoint supply pause RUN. If suppliers' programs send rows or files, \
             have them wait, or stop contactpoint serve. Then ask again."
        ),
        error => format!(
            "run {id} could not be taken back: {error}. It is taken back whole or not at all: see contactpoint supply show {id}, and ask \
             again when that is put right."
        ),
    })
}

fn known(store: &Store, id: RunId) -> Result<Run, Stop> {
    let run = store.run(id).map_err(failed)?;
    run.ok_or_else(|| no_run(id))
}

fn no_run(id: RunId) -> Stop {
    Stop::Usage(format!(
        "there is no run {}. See: contactpoint supply runs",
        id.0
    ))
}

fn step(id: RunId, stepped: Result<(), NotSo>, needs: &str) -> Result<(), Stop> {
    match stepped {
        Ok(()) => Ok(()),
        Err(NotSo::NoRun) => Err(no_run(id)),
        Err(NotSo::Stands(state)) => Err(Stop::Usage(format!(
            "run {} is {}, not {needs}: nothing was done",
            id.0,
            state.words()
        ))),
    }
}

/// Why a run is held, in words.
fn why(held: WhyHeld) -> String {
    match held {
        WhyHeld::Ends { ended, of } => format!(
            "it would end {} of the supplier's {} children, as they are not in it or have left",
            grouped(ended),
            grouped(of)
        ),
        WhyHeld::EndsInvolvements { ended, of } => format!(
            "after it {} of the {} involvements the supplier told of would have ended, as they are not in it, bear an end or are of children who have left",
            grouped(ended),
            grouped(of)
        ),
        WhyHeld::Restricts => format!(
            "more than {} in 100 of its rows ask for protection in a way that was not agreed, or more than {} in any way: it would \
             shield their children",
            store::NOT_AGREED_PERCENT_MAX,
            store::RESTRICTED_PERCENT_MAX
        ),
        WhyHeld::Shrinks { rows, before } => format!(
            "it has {} rows, and the one before had {}",
            grouped(rows),
            grouped(before)
        ),
        WhyHeld::Grows { rows, before } => format!(
            "it has {} rows, and the one before had only {}",
            grouped(rows),
            grouped(before)
        ),
        WhyHeld::Early { newest } => {
            format!("a full file of a later day, {newest}, was applied already")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_others_keep_from_being_taken_back_says_what_to_stop() {
        let Stop::Failed(said) = not_now(RunId(7), &Error::Contended) else {
            panic!("it failed");
        };
        for words in [
            "run 7",
            "Nothing was changed",
            "contactpoint supply pause RUN",
            "stop contactpoint serve",
        ] {
            assert!(said.contains(words), "{words}\n{said}");
        }
        let other = not_now(RunId(7), &Error::FirstLoad);
        assert!(matches!(other, Stop::Failed(said) if said.contains("contactpoint supply finish")));
    }
}
