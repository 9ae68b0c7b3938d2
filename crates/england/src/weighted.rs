//! Draws from a list by weight, with whole numbers only so that every machine draws the same.

use crate::random::Random;

/// Weights, added up.
#[derive(Clone, Debug, Default)]
pub struct Weighted {
    cumulative: Vec<u32>,
}

impl Weighted {
    /// A table of these weights.
    pub fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let mut total = 0_u32;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                total = total.saturating_add(weight);
                total
            })
            .collect();
        Self { cumulative }
    }

    /// Weights that fall as names do: the r-th of `length` weighs 1 / (r + `flatness`) (Zipf and Mandelbrot).
    pub fn by_rank(length: usize, flatness: u32) -> Self {
        const SCALE: u32 = 1_000_000;
        Self::new((1..=length as u32).map(|rank| {
            SCALE
                .checked_div(rank.saturating_add(flatness))
                .unwrap_or(1)
        }))
    }

    /// The position drawn; 0 from an empty table.
    pub fn draw(&self, random: &mut Random) -> usize {
        let total = self.cumulative.last().copied().unwrap_or(0);
        let drawn = random.below(total);
        self.cumulative.partition_point(|sum| *sum <= drawn)
    }
}
