//! What somebody types who looks for a child and does not have everything right.

use jiff::civil::Date;

use crate::mistakes;
use crate::person::{Person, Sex};
use crate::random::Random;

/// The one thing that is wrong with a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing.
    Exact,
    /// A short or pet name for the given name.
    Nickname,
    /// A slip of the fingers in one name.
    TypingError,
    /// One name spelt by ear.
    Phonetic,
    /// Day and month of birth in each other's place.
    DayMonthSwapped,
    /// Given and family name in each other's place.
    Transposed,
    /// A former family name.
    FormerName,
    /// The postcode lived at before.
    Moved,
    /// Names without their accents.
    AccentDropped,
}

/// What is typed into a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoisyQuery {
    /// Given name, which may be empty.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Date of birth, in nine of ten queries.
    pub date_of_birth: Option<Date>,
    /// Sex, in half of them.
    pub gender: Option<Sex>,
    /// Postcode, in a third of them, and always when no date of birth is given.
    pub postcode: Option<String>,
    /// What is wrong with it.
    pub kind: Kind,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Exact,
        Self::Nickname,
        Self::TypingError,
        Self::Phonetic,
        Self::DayMonthSwapped,
        Self::Transposed,
        Self::FormerName,
        Self::Moved,
        Self::AccentDropped,
    ];
}

/// A query for a person with one mistake of a kind that the person allows.
pub fn noisy_query(person: &Person, random: &mut Random) -> NoisyQuery {
    const TRIES: usize = 8;
    for _ in 0..TRIES {
        let kind = random.choose(&Kind::ALL).copied().unwrap_or(Kind::Exact);
        if let Some(query) = noisy_query_of(person, kind, random) {
            return query;
        }
    }
    exact(person, random)
}

/// A query with this one mistake; nothing when the person does not allow it (no nickname, never moved, no accents).
pub fn noisy_query_of(person: &Person, kind: Kind, random: &mut Random) -> Option<NoisyQuery> {
    let mut query = exact(person, random);
    query.kind = kind;
    match kind {
        Kind::Exact => {}
        Kind::Nickname => query.given = mistakes::nickname(&person.given, random)?,
        Kind::TypingError => in_one_name(&mut query, mistakes::mistyped, random),
        Kind::Phonetic => in_one_name(&mut query, mistakes::misheard, random),
        Kind::DayMonthSwapped => {
            query.date_of_birth = Some(mistakes::day_month_swapped(person.date_of_birth)?)
        }
        Kind::Transposed => std::mem::swap(&mut query.given, &mut query.family),
        Kind::FormerName => query.family.clone_from(person.former_family.as_ref()?),
        Kind::Moved => query.postcode = Some(person.previous_home.as_ref()?.0.postcode.clone()),
        Kind::AccentDropped => {
            let (given, family) = (
                mistakes::without_accents(&query.given),
                mistakes::without_accents(&query.family),
            );
            let changed = (&given, &family) != (&query.given, &query.family);
            (query.given, query.family) = (given, family);
            return changed.then_some(query);
        }
    }
    Some(query)
}

fn exact(person: &Person, random: &mut Random) -> NoisyQuery {
    let date_of_birth = random.chance(9_000).then_some(person.date_of_birth);
    let with_postcode = date_of_birth.is_none() || random.chance(3_300);
    NoisyQuery {
        given: person.given.clone(),
        family: person.family.clone(),
        date_of_birth,
        gender: random.chance(5_000).then_some(person.sex),
        postcode: with_postcode.then(|| person.home.postcode.clone()),
        kind: Kind::Exact,
    }
}

fn in_one_name(
    query: &mut NoisyQuery,
    wrong: fn(&str, &mut Random) -> String,
    random: &mut Random,
) {
    if query.given.is_empty() || random.chance(5_000) {
        query.family = wrong(&query.family, random);
    } else {
        query.given = wrong(&query.given, random);
    }
}
