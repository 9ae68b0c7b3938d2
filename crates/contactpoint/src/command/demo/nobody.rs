//! Numbers for the people of the story: well formed, of nobody, and of no child of the generated England either.

use england::nhs_number_is_valid;

/// The first number of the range that is kept for tests.
const TEST_RANGE: u64 = 9_990_000_000;
/// Numbers that share all digits but the last two.
const DECADE: u64 = 100;
/// A group of numbers of which the generated England uses this many at the most.
const USED: usize = 9;

/// The NHS number of a person of the story. The England takes nine numbers of every hundred, and some hundreds have ten.
pub fn nhs_number(person: usize) -> u64 {
    (0..)
        .map(|decade: u64| TEST_RANGE.saturating_add(decade.saturating_mul(DECADE)))
        .filter_map(|first| {
            (first..first.saturating_add(DECADE))
                .filter(|number| nhs_number_is_valid(*number))
                .nth(USED)
        })
        .nth(person)
        .unwrap_or(TEST_RANGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_of_the_test_range_well_formed_and_apart() {
        let numbers: std::collections::BTreeSet<u64> = (0..12).map(nhs_number).collect();
        assert_eq!(numbers.len(), 12);
        assert!(
            numbers
                .iter()
                .all(|number| nhs_number_is_valid(*number) && number / 10_000_000 == 999)
        );
    }

    #[test]
    fn no_child_of_the_generated_england_has_one() {
        let story: Vec<u64> = (0..12).map(nhs_number).collect();
        let options = england::Options {
            children: 200,
            seed: 2009,
            today: jiff::civil::date(2026, 9, 14),
        };
        let england = england::England::new(&options);
        let theirs: Vec<u64> = (0..200)
            .filter_map(|index| england.child(index))
            .map(|child| child.nhs_number)
            .collect();
        assert!(theirs.len() == 200 && story.iter().all(|number| !theirs.contains(number)));
    }
}
