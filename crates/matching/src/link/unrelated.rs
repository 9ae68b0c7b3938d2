//! How probable each level is for pairs that are no match: of random pairs, of counted words, of files' sizes.

use super::belief::{normalised, set_share};
use super::field::{ADDRESS_LEVELS, Field, SAME, file_level};
use super::lexicon::Words;
use super::model::Comparison;
use super::plan::Plan;
use super::sample::Pattern;
use super::table::{Table, source_of};

/// Shares of address levels – same, most, part, other – of unrelated neighbours with one postcode.
pub(crate) const NEIGHBOUR_ADDRESS: [f64; 4] = [0.03, 0.12, 0.45, 0.40];

/// The least part of a level's share among random pairs that is left for pairs which are no match.
const LEFT_MIN: f64 = 1.0 / 16.0;

/// Shares of levels among unrelated pairs: of random pairs, with half a pair more at every level; agreement of names and
/// codes by their counts in the whole table.
pub(crate) fn unrelated(
    random: &[Pattern],
    comparisons: &[Comparison],
    plan: &Plan,
    table: &Table,
) -> Vec<Vec<f64>> {
    let mut shares: Vec<Vec<f64>> = comparisons
        .iter()
        .map(|it| vec![0.5; it.levels.len()])
        .collect();
    for pattern in random {
        for (share, level) in shares.iter_mut().zip(pattern.levels) {
            if let Some(count) = share.get_mut(usize::from(level)) {
                *count += pattern.stands_for;
            }
        }
    }
    for (share, comparison) in shares.iter_mut().zip(comparisons) {
        let known = normalised(comparison.field, std::mem::take(share));
        *share = match comparison.field {
            Field::File => files_unrelated(table),
            Field::Place => place_unrelated(known, plan.postcode_chance),
            Field::Given => with_same(known, &table.lexicons.given),
            Field::Family => with_same(known, &table.lexicons.family),
            Field::Text(column) | Field::Code(column) => match table.lexicons.free.get(column) {
                Some(words) => with_same(known, words),
                None => known,
            },
            Field::Identifier(_) => identifier_unrelated(known, table.rows()),
            _ => known,
        };
    }
    shares
}

/// Shares of levels among pairs that are no match. Random pairs are a mixture: of the share `share` that are matches, m of a
/// level, of the others u, so that r = share·m + (1 − share)·u (the law of total probability; Jaro 1989 takes u = r, for the
/// share of matches is next to nothing in a large file, as it is not in a small one). Hence u = (r − share·m) / (1 − share),
/// of levels that were counted on random pairs; but no less than half a pair of the `pairs` there are, nor than a part of r,
/// because what is subtracted is itself learned.
pub(crate) fn without_matches(
    field: Field,
    random: &[f64],
    matching: &[f64],
    (share, pairs): (f64, f64),
) -> Vec<f64> {
    let levels = random.iter().zip(matching).enumerate();
    let left = levels.map(|(level, (random, matching))| {
        if !is_counted(field, level) {
            return *random;
        }
        let left = (random - share * matching) / (1.0 - share).max(f64::MIN_POSITIVE);
        let least = (0.5 / pairs).max(random * LEFT_MIN).min(*random);
        left.clamp(least, random.max(least))
    });
    left.collect()
}

/// Whether the share of a level is that of random pairs, matches among them.
fn is_counted(field: Field, level: usize) -> bool {
    let levels = usize::from(ADDRESS_LEVELS);
    match field {
        // Pairs of one postcode are counted without those of one family.
        Field::Place => level < levels || level >= levels.saturating_mul(2),
        Field::File | Field::Change | Field::Identifier(_) => false,
        _ => true,
    }
}

/// What is believed of a household's members: their sexes differ as those of strangers do, and when their given names
/// are the same one is written wrongly, so that the sex is as for any two.
pub(crate) fn of_household(comparisons: &[Comparison], unrelated: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let shares = comparisons.iter().zip(unrelated);
    shares
        .map(
            |(comparison, shares)| match (comparison.field, shares.as_slice()) {
                (Field::Sex, [missing, same, different, ..]) => {
                    vec![*missing, *same, *different, *same, *different]
                }
                _ => shares.clone(),
            },
        )
        .collect()
}

/// Replaces the share of full agreement by the sum of squared frequencies.
pub(crate) fn with_same(mut shares: Vec<f64>, words: &Words) -> Vec<f64> {
    let total = words.total() as f64;
    if total < 1.0 {
        return shares;
    }
    let same = words.squares() as f64 / (total * total);
    set_share(&mut shares, 1, same);
    shares
}

pub(crate) fn identifier_unrelated(mut shares: Vec<f64>, rows: usize) -> Vec<f64> {
    // An identifier belongs to one person; that two people have the same is an error of recording.
    set_share(&mut shares, 1, 0.01 / (rows as f64).max(1.0));
    shares
}

/// Chances that both records of any pair stand in a file, and that they stand in two.
pub(crate) fn files_unrelated(table: &Table) -> Vec<f64> {
    let mut rows = vec![0.0_f64; table.sources.len()];
    for row in table.rows.chunks_exact(table.layout.width.max(1)) {
        if let Some(count) = rows.get_mut(usize::from(source_of(&table.layout, row))) {
            *count += 1.0;
        }
    }
    let all: f64 = rows.iter().sum();
    let mut shares = vec![0.0; Field::File.levels().len()];
    let mut one_file = 0.0;
    for (file, count) in rows.into_iter().enumerate() {
        let level = u16::try_from(file).map_or(0, |file| usize::from(file_level(file, file)));
        let pairs = (count / all.max(1.0)).powi(2);
        one_file += pairs;
        if let Some(share) = shares.get_mut(level) {
            *share += pairs;
        }
    }
    set_share(&mut shares, usize::from(SAME), 1.0 - one_file);
    shares
}

pub(crate) fn place_unrelated(mut shares: Vec<f64>, postcode_chance: f64) -> Vec<f64> {
    let levels = usize::from(ADDRESS_LEVELS);
    if postcode_chance > 0.0 {
        set_share(&mut shares, levels, postcode_chance);
        for (address, part) in (1..levels).zip(NEIGHBOUR_ADDRESS) {
            set_share(
                &mut shares,
                levels.saturating_add(address),
                postcode_chance * part,
            );
        }
    }
    shares
}

/// Share of pairs that agree on given and family name by chance; 0 when the records lack one.
pub(crate) fn namesakes_min(comparisons: &[Comparison], unrelated: &[Vec<f64>]) -> f64 {
    let same = |field| {
        let place = comparisons
            .iter()
            .position(|comparison| comparison.field == field);
        let shares = place.and_then(|place| unrelated.get(place));
        shares
            .and_then(|shares| shares.get(usize::from(SAME)))
            .copied()
            .unwrap_or(0.0)
    };
    same(Field::Given) * same(Field::Family)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 1,000 random pairs 20 are matches, 18 of them of one date; two others are, too.
    #[test]
    fn matches_among_random_pairs_are_left_out() {
        let (share, random) = (0.02, [0.0, 0.02, 0.98]);
        let found = without_matches(Field::Date, &random, &[0.0, 0.9, 0.1], (share, 500_000.0));
        assert!((found[1] - 0.002 / 0.98).abs() < 1e-12, "{found:?}");
        assert!((found[2] - 0.978 / 0.98).abs() < 0.02, "{found:?}");
        // What is left is not nothing, and an identifier's share was never counted.
        let found = without_matches(Field::Date, &random, &[0.0, 1.0, 0.0], (share, 5e5));
        assert!((found[1] - 0.02 / 16.0).abs() < 1e-12, "{found:?}");
        let number = without_matches(
            Field::Identifier(0),
            &random,
            &[0.0, 1.0, 0.0],
            (share, 5e5),
        );
        assert_eq!(number, random);
    }
}
