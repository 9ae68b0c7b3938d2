//! Keeps weights in order: more agreement never weighs less.

use super::field::{ADDRESS_LEVELS, Field};
use super::model::{Comparison, PerClass};

/// Rounds of putting neighbours in order.
const ROUNDS_MAX: usize = 60;
/// Disorder that rounding may leave.
const TOLERANCE_BITS: f32 = 1e-4;

/// Steps from a worse level to a better one of a date, the best first: a digit is less than two, and less than another day
/// of the month, or year of the day; another month is less than another year.
const DATE_STEPS: [(usize, usize); 13] = [
    (2, 1),
    (3, 1),
    (7, 1),
    (4, 3),
    (5, 3),
    (6, 3),
    (8, 5),
    (8, 7),
    (9, 8),
    (10, 9),
    (10, 2),
    (10, 4),
    (10, 6),
];
/// Of parents: the same, most words, one, none.
const PARENT_STEPS: [(usize, usize); 3] = [(2, 1), (3, 2), (4, 3)];
/// Of a text: the same; a part; spelt alike, similar; different.
const TEXT_STEPS: [(usize, usize); 5] = [(2, 1), (3, 1), (4, 3), (5, 4), (5, 2)];

/// Lowers the weight of every level to that of full agreement, and raises it to that of contradiction, class by class. In
/// place, no postcode level weighs more than a better one, and no address level either; dates, parents and texts have steps
/// of their own. Full agreement and contradiction,
/// which most pairs show, are left as learned: what is moved is the probability of rarer levels in the other classes.
pub(crate) fn keep_order(comparison: &mut Comparison) {
    let levels = &mut comparison.levels;
    match comparison.field {
        // One file or another: neither is more agreement.
        Field::File | Field::Change => {}
        Field::Sex => {
            lower_to(levels, 2, 1);
            lower_to(levels, 4, 3);
            // Of one given name, another sex weighs no more against than of two.
            raise_to(levels, 4, 2);
            lower_to(levels, 4, 3);
        }
        Field::Place => keep_steps(levels, &place_steps()),
        field => {
            let last = levels.len().saturating_sub(1);
            for level in 2..=last {
                lower_to(levels, level, 1);
            }
            for level in 2..last {
                raise_to(levels, level, last);
            }
            match field {
                Field::Date => keep_steps(levels, &DATE_STEPS),
                Field::Parent => keep_steps(levels, &PARENT_STEPS),
                Field::Text(_) => keep_steps(levels, &TEXT_STEPS),
                _ => {}
            }
        }
    }
}

/// Lowers what given names weigh that are merely alike, so that with the sex they weigh no more than the same name does: of
/// that one the sex is no news, of these it is.
pub(crate) fn keep_given_with_sex(comparisons: &mut [Comparison]) {
    let sex = comparisons.iter().find(|it| it.field == Field::Sex);
    let [same, of_name] = match sex.map(|sex| sex.levels.as_slice()) {
        Some([_, same, _, of_name, ..]) => [weights(same), weights(of_name)],
        _ => return,
    };
    let Some(given) = comparisons.iter_mut().find(|it| it.field == Field::Given) else {
        return;
    };
    let Some(mut ceiling) = given.levels.get(1).map(weights) else {
        return;
    };
    for ((ceiling, same), of_name) in ceiling.iter_mut().zip(same).zip(of_name) {
        *ceiling -= (same - of_name).max(0.0);
    }
    let last = given.levels.len().saturating_sub(1);
    for level in given.levels.iter_mut().take(last).skip(2) {
        let [matching, ..] = *level;
        for (class, ceiling) in level.iter_mut().zip(ceiling).skip(1) {
            *class = matching - (matching - *class).min(ceiling);
        }
    }
}

/// Puts neighbouring levels, worse and better, in order.
fn keep_steps(levels: &mut [PerClass], steps: &[(usize, usize)]) {
    // Of two neighbours in the wrong order the rarer level gives way: what is known of it is little.
    for _ in 0..ROUNDS_MAX {
        let mut is_in_order = true;
        for (worse, better) in steps {
            let (Some(one), Some(other)) = (levels.get(*worse), levels.get(*better)) else {
                continue;
            };
            if !outweighs(one, other) {
                continue;
            }
            is_in_order = false;
            if support(one) > support(other) {
                raise_to(levels, *better, *worse);
            } else {
                lower_to(levels, *worse, *better);
            }
        }
        if is_in_order {
            return;
        }
    }
    // What is left is settled from the worst level up.
    for (worse, better) in steps.iter().rev() {
        raise_to(levels, *better, *worse);
    }
}

/// Neighbouring levels of place, worse and better, the best first.
fn place_steps() -> Vec<(usize, usize)> {
    let width = usize::from(ADDRESS_LEVELS);
    let at =
        |postcode: usize, address: usize| postcode.saturating_mul(width).saturating_add(address);
    let mut steps = Vec::new();
    for postcode in 0..=6_usize {
        for address in 0..width {
            if postcode > 1 {
                steps.push((
                    at(postcode, address),
                    at(postcode.saturating_sub(1), address),
                ));
            }
            if address > 1 {
                steps.push((
                    at(postcode, address),
                    at(postcode, address.saturating_sub(1)),
                ));
            }
        }
    }
    steps
}

/// Whether a level weighs more than another in some class.
fn outweighs(one: &PerClass, other: &PerClass) -> bool {
    weights(one)
        .iter()
        .zip(weights(other))
        .any(|(one, other)| *one > other + TOLERANCE_BITS)
}

/// How much is known of a level: its probability where it is most probable.
fn support(level: &PerClass) -> f32 {
    level.iter().copied().fold(f32::MIN, f32::max)
}

/// Lowers the weight of a level to that of another in every class.
fn lower_to(levels: &mut [PerClass], level: usize, ceiling: usize) {
    bound(levels, (level, ceiling), f32::min);
}

/// Raises the weight of a level to that of another in every class.
fn raise_to(levels: &mut [PerClass], level: usize, floor: usize) {
    bound(levels, (level, floor), f32::max);
}

fn bound(levels: &mut [PerClass], places: (usize, usize), of: fn(f32, f32) -> f32) {
    let Some(limit) = levels.get(places.1).map(weights) else {
        return;
    };
    if let Some(level) = levels.get_mut(places.0) {
        let [matching, ..] = *level;
        for (class, limit) in level.iter_mut().zip(limit).skip(1) {
            *class = matching - of(matching - *class, limit);
        }
    }
}

fn weights(level: &PerClass) -> PerClass {
    let [matching, ..] = *level;
    level.map(|class| matching - class)
}
