//! Bits in words.

/// Bits beyond which a percentage says less than odds.
const PERCENT_BITS_MAX: f32 = 6.6;
/// Odds beyond which no figure is believed.
const ODDS_MAX: f64 = 1e9;

/// How probable it is that two records are of one person, as a data officer would say it: in per cent while both are
/// possible, as "1 in so many" when one hardly is. `bits` is log2 of the odds.
#[must_use]
pub fn odds_words(bits: f32) -> String {
    let percent = 100.0 / (1.0 + (-f64::from(bits)).exp2());
    if bits.abs() < PERCENT_BITS_MAX {
        return format!("{percent:.0} % probable to be one person");
    }
    let is_not = if bits > 0.0 { " not" } else { "" };
    let odds = f64::from(bits.abs()).exp2() + 1.0;
    if odds > ODDS_MAX {
        return format!("less than 1 in 1,000 million that they are{is_not} one person");
    }
    format!(
        "about 1 in {} that they are{is_not} one person",
        rounded(odds)
    )
}

/// A number of two figures that count: `8,800`, `2 million`.
fn rounded(odds: f64) -> String {
    let step = 10.0_f64.powf(odds.log10().floor() - 1.0);
    let rounded = (odds / step).round() * step;
    if rounded >= 1e6 {
        let millions = rounded / 1e6;
        return if millions < 9.95 && millions.fract() > 0.01 {
            format!("{millions:.1} million")
        } else {
            format!("{millions:.0} million")
        };
    }
    let whole = rounded as u64;
    if whole >= 1_000 {
        format!("{},{:03}", whole / 1_000, whole % 1_000)
    } else {
        whole.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_said_as_odds() {
        for (bits, words) in [
            (0.0, "50 % probable to be one person"),
            (-3.0, "11 % probable to be one person"),
            (13.1, "about 1 in 8,800 that they are not one person"),
            (-13.1, "about 1 in 8,800 that they are one person"),
            (7.0, "about 1 in 130 that they are not one person"),
            (21.0, "about 1 in 2.1 million that they are not one person"),
            (24.0, "about 1 in 17 million that they are not one person"),
            (
                90.0,
                "less than 1 in 1,000 million that they are not one person",
            ),
        ] {
            assert_eq!(odds_words(bits), words);
        }
        assert!(odds_words(f32::NAN).contains("one person"));
        assert!(odds_words(f32::INFINITY).starts_with("less than"));
    }
}
