//! What is believed of a field among matches before anything is learned.

use super::field::{Field, SEX_OF_NAME};

/// Pairs that what is believed of a field beforehand counts as.
pub(crate) const BELIEF_PAIRS: f64 = 40.0;

/// The level of dates that agree as far as both are known.
const DATE_AS_FAR: usize = 7;
/// How many times as many matches as unrelated pairs have dates that agree as far as both are known. One in fifty of strangers born in
/// half a century agrees in the year; half of what that gives, as some of them are of fewer years.
const AS_FAR_AS_KNOWN_ODDS: f64 = 20.0;

/// Shares of levels among matches believed beforehand; level 0 is left out of all sums.
pub(crate) fn beliefs(field: Field, unrelated: &[f64]) -> Vec<f64> {
    let shares: Vec<f64> = match field {
        Field::File => unrelated.to_vec(),
        Field::Given => vec![
            0.0, 0.85, 0.02, 0.01, 0.03, 0.04, 0.01, 0.01, 0.01, 0.005, 0.002, 0.013,
        ],
        Field::Further => vec![0.0, 0.85, 0.08, 0.07],
        Field::Family => vec![0.0, 0.84, 0.02, 0.02, 0.04, 0.01, 0.02, 0.005, 0.045],
        Field::Date => {
            let mut shares = vec![
                0.0, 0.92, 0.01, 0.03, 0.005, 0.005, 0.005, 0.01, 0.005, 0.005, 0.005,
            ];
            // How many dates are years or months alone is a matter of the file, and shows in how many of strangers agree so far.
            let as_far_as_known = unrelated.get(DATE_AS_FAR).copied().unwrap_or(0.0);
            let believed = (as_far_as_known * AS_FAR_AS_KNOWN_ODDS).clamp(0.01, 0.8);
            set_share(&mut shares, DATE_AS_FAR, believed);
            shares
        }
        Field::Place => {
            let postcode = [1.0, 0.75, 0.03, 0.03, 0.03, 0.03, 0.13];
            let address = [1.0, 0.65, 0.1, 0.1, 0.15];
            let joint = postcode
                .iter()
                .flat_map(|one| address.iter().map(move |other| one * other));
            let mut shares: Vec<f64> = joint.collect();
            shares.iter_mut().take(1).for_each(|missing| *missing = 0.0);
            shares
        }
        Field::Change => vec![0.0, 0.97, 0.03],
        Field::Sex => vec![0.0, 0.985, 0.015, 0.985, 0.015],
        Field::Parent => vec![0.0, 0.7, 0.15, 0.1, 0.05],
        Field::Text(_) => vec![0.0, 0.7, 0.08, 0.06, 0.03, 0.13],
        Field::Code(_) => vec![0.0, 0.8, 0.05, 0.15],
        Field::Identifier(_) => vec![0.0, 0.975, 0.015, 0.01],
    };
    normalised(field, shares)
}

/// Shares that sum to one; those of sex by themselves with one given name and with two.
pub(crate) fn normalised(field: Field, mut shares: Vec<f64>) -> Vec<f64> {
    let size = match field {
        Field::Sex => usize::from(SEX_OF_NAME),
        _ => shares.len().max(1),
    };
    let known = shares.get_mut(1..).unwrap_or_default();
    for part in known.chunks_mut(size) {
        let sum: f64 = part.iter().sum();
        if sum > 0.0 {
            part.iter_mut().for_each(|share| *share /= sum);
        }
    }
    shares
}

pub(crate) fn set_share(shares: &mut [f64], place: usize, value: f64) {
    if let Some(share) = shares.get_mut(place) {
        *share = value;
    }
}
