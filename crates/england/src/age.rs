//! How old the children of a family are, and how many they are.

use std::sync::LazyLock;

use crate::random::Random;
use crate::weighted::Weighted;

/// The children of a block, spread over families; a block is made whole, so that any child is reached by its number.
pub const CHILDREN_PER_BLOCK: u64 = 64;
/// One day less than the shortest eighteen years.
const DAYS_MAX: i32 = 6_573;
const DAYS_PER_YEAR: i32 = 365;
/// Families with children aged under 18 by number of children, in a thousand.
const SIZES: [u32; 7] = [420, 380, 135, 44, 14, 5, 2];
/// The first child drawn of a family, by age. Births have fallen since 2012, so the middle ages are most; the ends weigh more
/// here than they come out, because a sibling's age is drawn near and so inwards.
const AGES: [u32; 18] = [
    960, 800, 700, 640, 615, 620, 635, 645, 650, 658, 662, 670, 674, 672, 670, 690, 760, 850,
];
/// Births of more than one child at once, in ten thousand neighbouring pairs of siblings.
const TOGETHER: u32 = 290;

/// The sizes of the families of one block; they add up to its children.
pub fn family_sizes(random: &mut Random) -> Vec<u64> {
    static TABLE: LazyLock<Weighted> = LazyLock::new(|| Weighted::new(SIZES));
    let mut left = CHILDREN_PER_BLOCK;
    let mut sizes = Vec::with_capacity(40);
    while left > 0 {
        let size = (TABLE.draw(random) as u64).saturating_add(1).min(left);
        left = left.saturating_sub(size);
        sizes.push(size);
    }
    sizes
}

/// Ages of the children of a family, eldest first: days, and how many were born together.
pub fn ages_days(size: u64, random: &mut Random) -> Vec<(i32, u8)> {
    let mut days = vec![first_age(random)];
    while (days.len() as u64) < size {
        let next = next_age(&days, random);
        days.push(next);
    }
    days.sort_unstable_by(|one, other| other.cmp(one));
    let mut ages: Vec<(i32, u8)> = days.into_iter().map(|days| (days, 1)).collect();
    let mut previous: Option<(i32, u8)> = None;
    let mut births_together = 0_u8;
    for age in &mut ages {
        if let Some(before) = previous {
            let wanted = if births_together == 1 { 250 } else { TOGETHER };
            if births_together < 2 && random.chance(wanted) {
                *age = (before.0, 2);
                births_together = births_together.saturating_add(1);
            } else {
                births_together = 0;
            }
        }
        previous = Some(*age);
    }
    count_together(&mut ages);
    ages
}

fn count_together(ages: &mut [(i32, u8)]) {
    let days: Vec<i32> = ages.iter().map(|age| age.0).collect();
    for age in ages {
        age.1 = days.iter().filter(|other| **other == age.0).count().min(3) as u8;
    }
}

fn first_age(random: &mut Random) -> i32 {
    static TABLE: LazyLock<Weighted> = LazyLock::new(|| Weighted::new(AGES));
    let years = TABLE.draw(random) as i32;
    years
        .saturating_mul(DAYS_PER_YEAR)
        .saturating_add(random.between(0, 369))
        .min(DAYS_MAX)
}

/// An age at least eleven months from every sibling's; after some tries, as near as it comes.
fn next_age(siblings: &[i32], random: &mut Random) -> i32 {
    const CLOSEST: i32 = 330;
    const TRIES: usize = 12;
    let anchor = random.choose(siblings).copied().unwrap_or(0);
    let mut age = anchor;
    for _ in 0..TRIES {
        let gap = random.between(400, 1_500);
        age = if random.chance(5_000) {
            anchor.saturating_add(gap)
        } else {
            anchor.saturating_sub(gap)
        };
        let apart = siblings
            .iter()
            .all(|sibling| sibling.abs_diff(age) >= CLOSEST as u32);
        if apart && (0..=DAYS_MAX).contains(&age) {
            return age;
        }
    }
    let spread = random.between(0, DAYS_MAX);
    if (0..=DAYS_MAX).contains(&age) && !siblings.contains(&age) {
        age
    } else {
        spread
    }
}
