//! Between what a share lies, so that few people are not taken for many.

/// Standard deviations of the normal distribution between which 95 % lie.
const DEVIATIONS_95: f64 = 1.959_964;

/// The score interval of a share, 95 % (Wilson 1927): shares from which so many of so many would not surprise. It takes
/// the counted to be independent, which pairs of one person's records are not quite: for pairs it is rather narrow.
/// Anything is possible of none.
pub fn wilson(part: u64, whole: u64) -> [f64; 2] {
    if whole == 0 {
        return [0.0, 1.0];
    }
    let count = whole as f64;
    let share = part as f64 / count;
    let square = DEVIATIONS_95 * DEVIATIONS_95;
    let middle = share + square / (2.0 * count);
    let reach =
        DEVIATIONS_95 * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
    [middle - reach, middle + reach].map(|bound| (bound / (1.0 + square / count)).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998), table I, method 3.
    #[test]
    fn published_intervals() {
        for (part, whole, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let [found_low, found_high] = wilson(part, whole);
            assert!(
                (found_low - low).abs() < 5e-5,
                "{part} of {whole}: {found_low}"
            );
            assert!(
                (found_high - high).abs() < 5e-5,
                "{part} of {whole}: {found_high}"
            );
        }
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }
}
