//! How long each phase of a run took.

use std::time::Instant;

use serde::Serialize;

/// Clock ticks of a process in a second, as Linux counts them for every program.
const TICKS_PER_SECOND: f64 = 100.0;

/// A phase that is over.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// What was done.
    pub name: &'static str,
    /// How long it took, in seconds.
    pub wall_seconds: f64,
    /// How long processors worked, in seconds. `None`: the system does not say.
    pub processor_seconds: Option<f64>,
}

/// The phases so far, and the one that runs.
#[derive(Debug)]
pub struct Phases {
    done: Vec<Phase>,
    begun: Instant,
    processor_begun: Option<f64>,
}

impl Phases {
    /// Begins the first.
    pub fn begin() -> Phases {
        Phases {
            done: Vec::new(),
            begun: Instant::now(),
            processor_begun: processor_seconds(),
        }
    }

    /// Ends the one that runs, gives it its name, and begins the next.
    pub fn end(&mut self, name: &'static str) {
        let processor = processor_seconds();
        self.done.push(Phase {
            name,
            wall_seconds: self.begun.elapsed().as_secs_f64(),
            processor_seconds: processor
                .zip(self.processor_begun)
                .map(|(now, then)| now - then),
        });
        self.begun = Instant::now();
        self.processor_begun = processor;
    }

    /// All that are over, with their sum.
    pub fn done(&self) -> Vec<Phase> {
        let mut all = self.done.clone();
        all.push(Phase {
            name: "in all",
            wall_seconds: all.iter().map(|phase| phase.wall_seconds).sum(),
            processor_seconds: all.iter().map(|phase| phase.processor_seconds).sum(),
        });
        all
    }
}

/// What processors have worked for this process, in seconds.
fn processor_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may have spaces; the numbers after it have none.
    let (_, numbers) = text.rsplit_once(')')?;
    let mut ticks = numbers.split_whitespace().skip(11).map(str::parse::<f64>);
    let (user, system) = (ticks.next()?.ok()?, ticks.next()?.ok()?);
    Some((user + system) / TICKS_PER_SECOND)
}
