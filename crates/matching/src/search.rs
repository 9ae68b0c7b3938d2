//! How well a candidate answers a query: bits of evidence, what differs, the threshold to be shown, the order.

use std::cmp::Ordering;

use crate::birth::{Birth, BirthLevel, birth_level};
use crate::comparable::{Comparable, FamilyName, GivenName};
use crate::difference::{Difference, Differences};
use crate::postcode::{Postcode, PostcodeLevel, postcode_level};
use crate::similarity::{NameLevel, compound_level, word_level};
use crate::weight::{
    AREA_DIFFERENT_BITS, AREA_SAME_BITS, FAMILY_DIFFERENT_BITS, FORMER_BITS, FURTHER_ALIKE_BITS,
    FURTHER_DIFFERENT_BITS, FURTHER_SAME_BITS, GIVEN_DIFFERENT_BITS, MIDDLE_BITS,
    NUMBER_DIFFERENT_BITS, NUMBER_SAME_BITS, SETTING_DIFFERENT_BITS, SETTING_SAME_BITS,
    SEX_DIFFERENT_BITS, SEX_SAME_BITS, TRANSPOSED_BITS, birth_bits, name_bits, postcode_bits,
};

/// Bits a candidate needs to be shown at all. A common given and a common family name both exact have about 13; a full
/// date of birth with one name alike and the other different about 12; a date of birth alone with other names, −1.
pub const SHOWN_BITS_MIN: f32 = 9.0;
/// Bits behind the best candidate from which one is no longer worth showing beside it: 1 : 65,000.
pub const BEHIND_BEST_BITS_MAX: f32 = 16.0;

/// The evidence that a candidate is the person asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Sum of the fields' weights, in bits: twice as likely per bit. Finite.
    pub bits: f32,
    /// In what the candidate differs; a missing field is no difference.
    pub differences: Differences,
}

impl Score {
    fn none() -> Self {
        Self {
            bits: 0.0,
            differences: Differences::default(),
        }
    }

    fn of(bits: f32, difference: Option<Difference>) -> Self {
        Self {
            bits,
            differences: difference.into_iter().collect(),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            bits: self.bits + other.bits,
            differences: self.differences.union(other.differences),
        }
    }

    fn better_of(self, other: Self) -> Self {
        if other.bits > self.bits { other } else { self }
    }
}

/// Scores a candidate against a query with the default weights of [`crate::weight`].
///
/// A field missing on either side counts 0. Within a field, nearer agreement never lowers the sum.
#[must_use]
pub fn score(query: &Comparable, candidate: &Comparable) -> Score {
    names(query, candidate)
        .and(both(query.birth, candidate.birth, birth))
        .and(both(query.sex, candidate.sex, |one, other| {
            equality(
                one == other,
                (SEX_SAME_BITS, SEX_DIFFERENT_BITS),
                Difference::Sex,
            )
        }))
        .and(both(
            query.postcode.as_ref(),
            candidate.postcode.as_ref(),
            postcode,
        ))
        .and(setting(&query.settings, &candidate.settings))
        .and(both(
            query.area.as_ref(),
            candidate.area.as_ref(),
            |one, other| {
                equality(
                    one == other,
                    (AREA_SAME_BITS, AREA_DIFFERENT_BITS),
                    Difference::Area,
                )
            },
        ))
        .and(both(
            query.number.as_ref(),
            candidate.number.as_ref(),
            |one, other| {
                equality(
                    one == other,
                    (NUMBER_SAME_BITS, NUMBER_DIFFERENT_BITS),
                    Difference::Number,
                )
            },
        ))
}

/// Whether a candidate is to be shown at all.
#[must_use]
pub fn strong_enough(score: &Score) -> bool {
    score.bits >= SHOWN_BITS_MIN
}

/// Sorts best first; equal scores in the order of the caller's key, so the result never depends on the order of input.
pub fn rank<K: Ord>(scored: &mut [(Score, K)]) {
    scored.sort_unstable_by(by_rank);
}

/// How many from the start of a ranked list are strong enough and not hopelessly behind the best, at most `count_max`.
#[must_use]
pub fn worth_showing<K>(ranked: &[(Score, K)], count_max: usize) -> usize {
    let Some((best, _)) = ranked.first() else {
        return 0;
    };
    let floor = best.bits - BEHIND_BEST_BITS_MAX;
    ranked
        .iter()
        .take(count_max)
        .take_while(|(score, _)| strong_enough(score) && score.bits >= floor)
        .count()
}

fn by_rank<K: Ord>(one: &(Score, K), other: &(Score, K)) -> Ordering {
    other
        .0
        .bits
        .total_cmp(&one.0.bits)
        .then_with(|| one.1.cmp(&other.1))
}

fn both<T>(one: Option<T>, other: Option<T>, compare: impl FnOnce(T, T) -> Score) -> Score {
    one.zip(other)
        .map_or_else(Score::none, |(one, other)| compare(one, other))
}

fn equality(
    agrees: bool,
    (same_bits, different_bits): (f32, f32),
    difference: Difference,
) -> Score {
    if agrees {
        Score::of(same_bits, None)
    } else {
        Score::of(different_bits, Some(difference))
    }
}

fn names(query: &Comparable, candidate: &Comparable) -> Score {
    let straight =
        given(&query.given, &candidate.given).and(family(&query.family, &candidate.family));
    let is_settled = !straight.differences.contains(Difference::GivenDifferent)
        && !straight.differences.contains(Difference::FamilyDifferent);
    if is_settled {
        return straight;
    }
    match transposed(query, candidate) {
        Some(other) => straight.better_of(other),
        None => straight,
    }
}

/// The query's given name among the candidate's family names and the reverse; both must be alike.
fn transposed(query: &Comparable, candidate: &Comparable) -> Option<Score> {
    let one = crossed(&query.given, &candidate.family)?;
    let other = crossed(&candidate.given, &query.family)?;
    Some(Score::of(
        one + other + TRANSPOSED_BITS,
        Some(Difference::NamesTransposed),
    ))
}

fn crossed(given: &[GivenName], family: &[FamilyName]) -> Option<f32> {
    let pairs = given
        .iter()
        .flat_map(|name| family.iter().map(move |family| (&name.word, family)));
    pairs
        .filter_map(|(word, family)| {
            let level = family
                .part_words()
                .map(|part| word_level(word, part))
                .min()?;
            let rarity = word.rarity_bits.min(family.joined.rarity_bits);
            (level <= NameLevel::TypingError)
                .then(|| name_bits(level, rarity, GIVEN_DIFFERENT_BITS))
        })
        .reduce(f32::max)
}

struct GivenMatch<'a> {
    score: Score,
    query: &'a GivenName,
    candidate: &'a GivenName,
}

fn given(query: &[GivenName], candidate: &[GivenName]) -> Score {
    let pairs = query
        .iter()
        .flat_map(|one| candidate.iter().map(move |other| (one, other)));
    let best = pairs
        .map(|(one, other)| given_match(one, other))
        .reduce(|best, next| {
            if next.score.bits > best.score.bits {
                next
            } else {
                best
            }
        });
    let Some(best) = best else {
        return Score::none();
    };
    let further = query
        .iter()
        .filter(|name| name.place != best.query.place)
        .map(|name| further_given(name, candidate, best.candidate.place))
        .sum::<f32>();
    Score {
        bits: best.score.bits + further,
        ..best.score
    }
}

fn given_match<'a>(one: &'a GivenName, other: &'a GivenName) -> GivenMatch<'a> {
    let level = word_level(&one.word, &other.word);
    let rarity = one.word.rarity_bits.min(other.word.rarity_bits);
    let mut score = Score::of(
        name_bits(level, rarity, GIVEN_DIFFERENT_BITS),
        given_difference(level),
    );
    if level != NameLevel::Different {
        let mut middles = u8::from(one.place > 0);
        if one.place != other.place {
            // Two in the same place say no less than two that are not.
            middles = middles.saturating_add(u8::from(other.place > 0));
            score.differences.insert(Difference::GivenMiddle);
        }
        score.bits += MIDDLE_BITS * f32::from(middles);
    }
    GivenMatch {
        score,
        query: one,
        candidate: other,
    }
}

fn given_difference(level: NameLevel) -> Option<Difference> {
    match level {
        NameLevel::Exact => None,
        NameLevel::Nickname => Some(Difference::GivenNickname),
        NameLevel::Part | NameLevel::Phonetic | NameLevel::TypingError | NameLevel::Similar => {
            Some(Difference::GivenSpelling)
        }
        NameLevel::Initial => Some(Difference::GivenInitial),
        NameLevel::Different => Some(Difference::GivenDifferent),
    }
}

/// A further given name of the query against those of the candidate that are not taken; 0 when there are none.
fn further_given(name: &GivenName, candidate: &[GivenName], taken_place: u8) -> f32 {
    let free = candidate.iter().filter(|other| other.place != taken_place);
    match free.map(|other| word_level(&name.word, &other.word)).min() {
        None => 0.0,
        Some(NameLevel::Exact) => FURTHER_SAME_BITS,
        Some(NameLevel::Different) => FURTHER_DIFFERENT_BITS,
        Some(_) => FURTHER_ALIKE_BITS,
    }
}

fn family(query: &[FamilyName], candidate: &[FamilyName]) -> Score {
    let pairs = query
        .iter()
        .flat_map(|one| candidate.iter().map(move |other| (one, other)));
    pairs
        .map(|(one, other)| family_pair(one, other))
        .reduce(Score::better_of)
        .unwrap_or_else(Score::none)
}

fn family_pair(one: &FamilyName, other: &FamilyName) -> Score {
    let level = compound_level(one, other);
    let rarity = one.joined.rarity_bits.min(other.joined.rarity_bits);
    let is_former = (one.is_former || other.is_former) && level != NameLevel::Different;
    let score = Score::of(
        name_bits(level, rarity, FAMILY_DIFFERENT_BITS),
        family_difference(level),
    );
    if is_former {
        score.and(Score::of(FORMER_BITS, Some(Difference::FamilyFormer)))
    } else {
        score
    }
}

fn family_difference(level: NameLevel) -> Option<Difference> {
    match level {
        NameLevel::Exact => None,
        NameLevel::Part => Some(Difference::FamilyPart),
        NameLevel::Different => Some(Difference::FamilyDifferent),
        _ => Some(Difference::FamilySpelling),
    }
}

fn birth(query: Birth, candidate: Birth) -> Score {
    let level = birth_level(query, candidate);
    let difference = match level {
        BirthLevel::Exact | BirthLevel::YearsMeet => None,
        BirthLevel::DayMonthSwapped => Some(Difference::BirthSwapped),
        BirthLevel::OneDigit
        | BirthLevel::OtherYear
        | BirthLevel::SameMonth
        | BirthLevel::YearsTouch => Some(Difference::BirthNear),
        BirthLevel::SameYear | BirthLevel::Different => Some(Difference::BirthDifferent),
    };
    Score::of(birth_bits(level, query, candidate), difference)
}

fn postcode(query: &Postcode, candidate: &Postcode) -> Score {
    let level = postcode_level(query, candidate);
    let difference = match level {
        PostcodeLevel::Full => None,
        PostcodeLevel::Different => Some(Difference::PostcodeDifferent),
        _ if query.full().is_none() || candidate.full().is_none() => None,
        _ => Some(Difference::PostcodeNear),
    };
    Score::of(postcode_bits(level), difference)
}

fn setting(query: &[String], candidate: &[String]) -> Score {
    if query.is_empty() || candidate.is_empty() {
        return Score::none();
    }
    let agrees = query.iter().any(|code| candidate.contains(code));
    equality(
        agrees,
        (SETTING_SAME_BITS, SETTING_DIFFERENT_BITS),
        Difference::Setting,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score_of(bits: f32) -> Score {
        Score {
            bits,
            ..Score::none()
        }
    }

    #[test]
    fn ranking_is_best_first_and_ties_follow_the_key() {
        let mut scored = [
            (score_of(9.0), 7),
            (score_of(20.0), 9),
            (score_of(9.0), 3),
            (score_of(20.0), 1),
        ];
        rank(&mut scored);
        assert_eq!(scored.map(|(_, key)| key), [1, 9, 3, 7]);
    }

    #[test]
    fn the_weak_and_the_hopelessly_behind_are_not_shown() {
        let ranked: Vec<(Score, u8)> = [40.0, 30.0, 23.0, 12.0]
            .map(score_of)
            .into_iter()
            .zip(0..)
            .collect();
        assert_eq!(worth_showing(&ranked, 20), 2);
        assert_eq!(worth_showing(&ranked, 1), 1);
        assert_eq!(worth_showing(&[(score_of(8.9), 0)], 20), 0);
        assert_eq!(worth_showing::<u8>(&[], 20), 0);
    }
}
