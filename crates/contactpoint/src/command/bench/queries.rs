//! Queries as practitioners make them, drawn from the truth about the children, with one thing wrong in each.

use directory::access::Refusal;
use directory::lifecycle::{CHILD_UNTIL_YEARS, age_on};
use directory::name::Gender;
use directory::number::{OtherNumber, Scheme};
use directory::query::{Born, Hidden, Query, Visible};
use directory::text::{self, NamePart};
use england::mistakes::{Kind, NoisyQuery, noisy_query_of};
use england::{Domain, England, Person, Random, Sex};

/// How many children are tried until one allows a mistake of a kind (not everybody has moved or has an accent).
const TRIES_MAX: u64 = 20_000;

/// A query, and whom it is for.
pub struct Drawn {
    /// What is wrong with it.
    pub kind: Kind,
    /// What is typed.
    pub typed: NoisyQuery,
    /// The child's NHS number, by which the right record is known afterwards.
    pub nhs_number: u64,
}

/// Draws so many queries, as many of each kind.
pub fn draw(england: &England, count: usize, seed: u64) -> Vec<Drawn> {
    let kinds = Kind::ALL.iter().copied().cycle();
    (0_u64..)
        .zip(kinds)
        .take(count)
        .filter_map(|(at, kind)| draw_one(england, kind, (seed, at)))
        .collect()
}

fn draw_one(england: &England, kind: Kind, (seed, at): (u64, u64)) -> Option<Drawn> {
    let mut random = Random::new(seed, Domain::Query, at);
    let children = u32::try_from(england.options().children).unwrap_or(u32::MAX);
    (0..TRIES_MAX).find_map(|_| {
        let person = england.child(u64::from(random.below(children)))?;
        // The names before an adoption must not lead to the child (F1): such a query is none that should be answered.
        let must_not = kind == Kind::FormerName && person.adopted;
        if must_not || !is_in_the_feeds(&person, england) {
            return None;
        }
        let typed = noisy_query_of(&person, kind, &mut random)?;
        Some(Drawn {
            kind,
            typed,
            nhs_number: person.nhs_number,
        })
    })
}

/// Whether the child is registered with a practice, and still a child: others are not in these feeds, or no longer shown.
fn is_in_the_feeds(person: &Person, england: &England) -> bool {
    person.practice.is_some()
        && age_on(person.date_of_birth, england.options().today) < CHILD_UNTIL_YEARS
}

impl Drawn {
    /// The query in the directory's own terms.
    ///
    /// # Errors
    /// [`Refusal`] when it is too little to search by.
    pub fn query(&self) -> Result<Query, Refusal> {
        let typed = &self.typed;
        let visible = Visible {
            number: None,
            given: NamePart::parse(&typed.given).ok(),
            family: NamePart::parse(&typed.family).ok(),
            born: typed.date_of_birth.map(Born::On),
            gender: typed.gender.map(|sex| match sex {
                Sex::Female => Gender::Female,
                Sex::Male => Gender::Male,
            }),
        };
        let postcode = typed
            .postcode
            .as_deref()
            .and_then(|postcode| text::postcode(postcode).ok());
        Query::of(
            visible,
            Hidden {
                postcode,
                ..Hidden::default()
            },
        )
    }

    /// The query that finds the right record: by the number that only the right child has.
    pub fn by_number(&self) -> Option<Query> {
        let number = OtherNumber::parse(Scheme::Nhs, &self.nhs_number.to_string()).ok()?;
        Query::of(
            Visible::default(),
            Hidden {
                other_number: Some(number),
                ..Hidden::default()
            },
        )
        .ok()
    }
}

/// A kind of mistake in words.
pub fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Exact => "exact",
        Kind::Nickname => "nickname",
        Kind::TypingError => "typing error",
        Kind::Phonetic => "spelt by ear",
        Kind::DayMonthSwapped => "day and month swapped",
        Kind::Transposed => "names transposed",
        Kind::FormerName => "former name",
        Kind::Moved => "old postcode",
        Kind::AccentDropped => "accent dropped",
    }
}
