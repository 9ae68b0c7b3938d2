//! `contactpoint bench kills`: this program loads, ends, takes back and files, and is killed again and again at random moments; what it
//! leaves is held against a directory in which nothing was ever killed.

mod figures;
mod process;
mod story;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use directory::run::{Run, RunId, RunState};
use england::{Domain, Options, Random};
use store::{Compared, Location, Store};

use self::figures::Figures;
use self::process::Ended;
use self::story::{Step, Story, stories};
use super::super::Stop;
use super::super::england as files;
use super::super::say::{counting, note, say};
use crate::clock;
use crate::config::{self, Config};

/// The most children: what two directories hold is compared in memory.
const CHILDREN_MAX: u64 = 200_000;
/// A command is killed this often at most before it is let end.
const KILLS_OF_A_STEP_MAX: u32 = 4;
/// Of so many kills one is aimed at the end of a run, when its rows are applied and it has not ended.
const AIMED_ONE_IN: u32 = 4;
/// How often a run is looked at by whoever aims.
const LOOK_MILLISECONDS: u64 = 3;
/// How long after the last batch an aimed kill comes at most.
const AIMED_MILLISECONDS_MAX: u32 = 250;
/// Of so many rounds one is a first load.
const FIRST_LOAD_ONE_IN: u64 = 4;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many kills
    #[arg(long, value_name = "N", default_value_t = 200)]
    times: u64,
    /// How many children the files are about
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=CHILDREN_MAX))]
    children: u64,
    /// The seed of the children and of the moments
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Give the figures as JSON
    #[arg(long)]
    json: bool,
}

/// A campaign on its way.
struct Campaign<'c> {
    program: PathBuf,
    folder: &'c Path,
    times: u64,
    random: Random,
    figures: Figures,
}

/// A story whose directory was never killed, and how long each of its commands took there.
struct Whole {
    story: Story,
    took: Vec<Duration>,
}

/// Runs the campaign.
///
/// # Errors
/// [`Stop::Found`] when anything was lost, doubled or otherwise not as it would have been.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let folder = begun(config)?;
    let started = Instant::now();
    let options = Options {
        children: wanted.children,
        seed: wanted.seed,
        today: clock::now().today,
    };
    let england = folder.join("england");
    files::write(&options, &england, &|_| true)?;
    story::write_later(&england).map_err(failed)?;
    let mut campaign = Campaign {
        program: config::executable().map_err(failed)?,
        folder,
        times: wanted.times,
        random: Random::new(wanted.seed, Domain::Query, 0),
        figures: Figures::of(wanted.children, wanted.seed),
    };
    let mut wholes = Vec::new();
    for story in stories(&england, options.today) {
        wholes.push(campaign.whole(story)?);
    }
    let bar = counting("kills", wanted.times);
    while campaign.figures.kills < wanted.times {
        let is_first = campaign.figures.rounds.checked_rem(FIRST_LOAD_ONE_IN)
            == Some(FIRST_LOAD_ONE_IN.saturating_sub(1));
        let Some(whole) = wholes.get(usize::from(is_first)) else {
            break;
        };
        campaign.round(whole, &mut |kills| bar.set_position(kills))?;
    }
    bar.finish_and_clear();
    campaign.figures.seconds = started.elapsed().as_secs_f64();
    tell(wanted, &campaign.figures)
}

fn tell(wanted: &Wanted, figures: &Figures) -> Result<(), Stop> {
    if wanted.json {
        say(serde_json::to_string_pretty(figures).unwrap_or_default());
    } else {
        say(figures);
    }
    if figures.findings.is_empty() {
        Ok(())
    } else {
        Err(Stop::Found)
    }
}

/// The folder of a campaign: a new one, as everything below it is written over again and again.
fn begun(config: &Config) -> Result<&Path, Stop> {
    let folder = config.data.as_path();
    if config.location != Location::Sqlite(folder.join("contactpoint.db")) {
        return Err(Stop::Usage(
            "this is measured on the embedded database: leave --postgres out".to_owned(),
        ));
    }
    let occupied = fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_some());
    if occupied {
        return Err(Stop::Usage(format!(
            "{} holds something else, and was left alone. Name a new folder with --data.",
            folder.display()
        )));
    }
    config.mark_practice()?;
    Ok(folder)
}

impl Campaign<'_> {
    /// Lives a story without a kill.
    fn whole(&mut self, story: Story) -> Result<Whole, Stop> {
        let data = self.folder.join(story.name);
        note(format_args!("{}, without a kill", story.name));
        let mut took = Vec::new();
        for step in &story.steps {
            let started = Instant::now();
            let ended = self.ended(&data, step)?;
            if !(ended.is_good && ended.says(step.says)) {
                return Err(wrong(step, &ended));
            }
            took.push(started.elapsed());
        }
        Ok(Whole { story, took })
    }

    /// Lives a story in a new directory with the same key ring, kills it at random moments, and holds what comes of it against the whole.
    fn round(&mut self, whole: &Whole, killed: &mut dyn FnMut(u64)) -> Result<(), Stop> {
        let data = self.folder.join("killed");
        let ring = self.folder.join(whole.story.name).join("ring");
        let _ = fs::remove_dir_all(&data);
        fs::create_dir_all(&data).map_err(failed)?;
        fs::copy(ring, data.join("ring")).map_err(failed)?;
        for (step, took) in whole.story.steps.iter().zip(&whole.took) {
            let mut left = self.random.below(KILLS_OF_A_STEP_MAX.saturating_add(1));
            while left > 0 && self.figures.kills < self.times {
                left = left.saturating_sub(1);
                if self.kill(&data, step, *took)? {
                    break;
                }
                killed(self.figures.kills);
            }
            let ended = self.ended(&data, step)?;
            let is_done = ended.is_good || step.said_before.is_some_and(|words| ended.says(words));
            if !is_done {
                return Err(wrong(step, &ended));
            }
        }
        let compared = self.compare(whole, &data)?;
        self.figures.count_round(whole.story.name, &compared);
        note(format_args!("{} kills", self.figures.kills));
        Ok(())
    }

    fn compare(&self, whole: &Whole, data: &Path) -> Result<Compared, Stop> {
        let whole = open(&self.folder.join(whole.story.name))?;
        Ok(open(data)?.compare(&whole)?)
    }

    /// Kills a command at a random moment, and looks at what is left. Whether it ended before.
    fn kill(&mut self, data: &Path, step: &Step, took: Duration) -> Result<bool, Stop> {
        let before = self.stands(data, step)?;
        let mut child = process::start(&self.program, data, &step.arguments).map_err(failed)?;
        let aims = self.random.below(AIMED_ONE_IN) == 0;
        let aimed = step.run.filter(|_| aims && step.says == story::LOADED);
        match aimed {
            Some(run) => {
                let wait = self.random.below(AIMED_MILLISECONDS_MAX);
                self.wait_for_end(data, &mut child, RunId(run))?;
                std::thread::sleep(Duration::from_millis(wait.into()));
            }
            None => {
                // A little longer than it takes, so that its very end is met too.
                let thousandths = self.random.below(1_050);
                let moment = took.saturating_mul(thousandths).checked_div(1_000);
                std::thread::sleep(moment.unwrap_or_default());
            }
        }
        let ended = process::kill(child).map_err(failed)?;
        if !ended.is_killed {
            return Ok(true);
        }
        let after = self.stands(data, step)?;
        self.figures
            .count_kill(step, (before.as_ref(), after.as_ref()));
        self.look(data, (step, &ended), (before, after))?;
        Ok(false)
    }

    /// Waits until every row of a run is applied, or its process has ended.
    fn wait_for_end(
        &self,
        data: &Path,
        child: &mut std::process::Child,
        run: RunId,
    ) -> Result<(), Stop> {
        let store = open(data)?;
        while child.try_wait().map_err(failed)?.is_none() {
            let found = store.run(run)?;
            if found.is_some_and(|run| run.totals.read >= run.rows) {
                break;
            }
            std::thread::sleep(Duration::from_millis(LOOK_MILLISECONDS));
        }
        Ok(())
    }

    /// What a kill left: a ledger that is whole, no run further back than it was, and everything that was said to be done, done.
    fn look(
        &mut self,
        data: &Path,
        (step, ended): (&Step, &Ended),
        (before, after): (Option<Run>, Option<Run>),
    ) -> Result<(), Stop> {
        if let Some(before) = before {
            let fewer = |after: &Run| after.totals.read < before.totals.read;
            if after.as_ref().is_none_or(fewer) {
                self.figures.find(
                    step.name,
                    "rows of a run that were applied are not any more",
                );
            }
        }
        if ended.says(step.says) && step.run.is_some() {
            let stands = after.as_ref().map(|run| run.state);
            if !matches!(stands, Some(RunState::Done | RunState::TakenBack)) {
                self.figures
                    .find(step.name, "it said that it was done, and it is not");
            }
        }
        let audit = open(data)?.verify(&[], &mut |_| {})?;
        if let Some(finding) = audit.finding {
            self.figures.find(step.name, &finding.what);
        }
        Ok(())
    }

    fn stands(&self, data: &Path, step: &Step) -> Result<Option<Run>, Stop> {
        if !data.join("contactpoint.db").exists() {
            return Ok(None);
        }
        let run = step
            .run
            .map(|run| open(data)?.run(RunId(run)).map_err(Stop::from));
        Ok(run.transpose()?.flatten())
    }

    fn ended(&self, data: &Path, step: &Step) -> Result<Ended, Stop> {
        let child = process::start(&self.program, data, &step.arguments).map_err(failed)?;
        process::ended(child).map_err(failed)
    }
}

/// Opens a directory of the campaign, as the next command would.
fn open(data: &Path) -> Result<Store, Stop> {
    let config = Config::of(&config::Whereabouts {
        data: Some(data.to_owned()),
        key_ring: Some(data.join("ring")),
        ..config::Whereabouts::default()
    })?;
    config.begin()
}

fn wrong(step: &Step, ended: &Ended) -> Stop {
    Stop::Failed(format!(
        "{} ({}) did not end well: {}{}",
        step.name,
        step.arguments.join(" "),
        ended.answer,
        ended.remarks
    ))
}

fn failed(error: io::Error) -> Stop {
    Stop::Failed(format!("a process or a folder of the campaign: {error}"))
}
