//! What the caller decides about a run, and what it hears of its progress.

/// How a run is made. The result depends on the seed only, not on the threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Chooses every sample.
    pub seed: u64,
    /// Threads that work, at least one.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            threads: 1,
        }
    }
}

/// A step that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Pairs are sampled, the model is learned and the passes are chosen.
    Learning,
    /// A pass of comparisons, of so many.
    Comparing {
        /// Number of the pass, from 1.
        pass: usize,
        /// All passes.
        passes: usize,
    },
    /// Links are gathered into clusters.
    Clustering,
}
