//! Latencies, and what is told of them.

use std::time::Duration;

use serde::Serialize;

/// Latencies as they were measured.
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<Duration>);

/// What is told of a sample, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// How many were measured.
    pub count: usize,
    /// Half of them took no longer.
    pub p50: u64,
    /// Nine of ten took no longer.
    pub p90: u64,
    /// Ninety-nine of a hundred took no longer.
    pub p99: u64,
    /// None took longer.
    pub max: u64,
}

impl Sample {
    /// Adds a measurement.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Adds the measurements of another.
    pub fn join(&mut self, other: Sample) {
        self.0.extend(other.0);
    }

    /// What is told of them.
    pub fn told(mut self) -> Told {
        self.0.sort_unstable();
        let at = |hundredths: usize| {
            // The nearest rank: the smallest measurement that so many hundredths do not exceed.
            let rank = self.0.len().saturating_mul(hundredths).div_ceil(100);
            let took = self
                .0
                .get(rank.saturating_sub(1))
                .copied()
                .unwrap_or_default();
            u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
        };
        Told {
            count: self.0.len(),
            p50: at(50),
            p90: at(90),
            p99: at(99),
            max: at(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut sample = Sample::default();
        for micros in (1..=200).rev() {
            sample.add(Duration::from_micros(micros));
        }
        assert_eq!(
            sample.told(),
            Told {
                count: 200,
                p50: 100,
                p90: 180,
                p99: 198,
                max: 200
            }
        );
        assert_eq!(Sample::default().told(), Told::default());
    }
}
