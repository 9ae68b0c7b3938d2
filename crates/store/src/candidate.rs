//! Between the directory and `matching`: what of a child is compared, and by which keys a child is found.
//!
//! Behind a shield only current name, date of birth, gender and number are handed over, so no key and no score can depend on more.

use directory::Date;
use directory::child::Child;
use directory::name::{Gender, Name};
use directory::number::{Number, OtherNumber};
use directory::query::Query;
use directory::record::{Record, Shielding};
use directory::statement::{Particulars, Said};
use directory::text::{AuthorityCode, NamePart};
use matching::birth::Birth;
use matching::comparable::Comparable;
use matching::normalise::{NamePart as Part, fold_name};
use matching::person::{Person, Sex};
use matching::search::{SHOWN_BITS_MIN, score};
use matching::similarity::name_similarity;
use matching::weight::FORMER_BITS;

use crate::filing::LookedUp;

/// Evidence that makes a single result stand out by itself, in bits.
const STRONG_BITS_MIN: f32 = 20.0;
/// What a parent's or carer's name counts for or against, in bits.
const CARER_SAME_BITS: f32 = 7.0;
const CARER_DIFFERENT_BITS: f32 = -2.0;
const CARER_SIMILARITY_MIN: f32 = 0.85;
/// What a ContactPoint number counts for, in bits.
pub(crate) const NUMBER_BITS: f32 = 60.0;
/// How many names besides the current one are compared together with it.
const OTHER_NAMES_MAX: usize = 4;

/// A child as it is compared.
pub(crate) struct Candidate {
    /// The ContactPoint number, and those of records that were merged into this one.
    own_numbers: Vec<Number>,
    whole: Comparable,
    /// By each other name alone.
    others: Vec<Comparable>,
    other_numbers: Vec<OtherNumber>,
    carers: Vec<String>,
    area: Option<AuthorityCode>,
}

/// A candidate's evidence.
pub(crate) struct Scored {
    pub(crate) bits: f32,
    pub(crate) whole: Comparable,
    excluded: bool,
}

impl Candidate {
    /// A child of a record. `None`: without a name nobody is found.
    pub(crate) fn of(record: &Record, child: &Child) -> Option<Candidate> {
        let name = &child.name.as_ref()?.value;
        let born = child.born.as_ref().map(|born| born.value);
        let gender = child.gender.as_ref().map(|gender| gender.value);
        let shielded = child.shielding == Shielding::Shielded;
        let (whole, others) = if shielded {
            (comparable(name, born, gender), Vec::new())
        } else {
            found_by(child, name)
        };
        Some(Candidate {
            own_numbers: own_numbers(record),
            whole,
            others,
            other_numbers: if shielded { Vec::new() } else { numbers(child) },
            carers: if shielded {
                Vec::new()
            } else {
                child
                    .carers
                    .iter()
                    .map(|c| c.value.name.to_string())
                    .collect()
            },
            area: if shielded {
                None
            } else {
                child
                    .residence
                    .as_ref()
                    .and_then(|r| r.value.authority.clone())
            },
        })
    }

    /// The evidence that this is the child a query asks for.
    pub(crate) fn score(
        self,
        query: &Query,
        looked_up: &LookedUp,
        own: Option<&AuthorityCode>,
    ) -> Scored {
        let others = self.others.iter();
        let by_others = others.map(|other| score(&looked_up.whole, other).bits + FORMER_BITS);
        let mut bits = by_others.fold(score(&looked_up.whole, &self.whole).bits, f32::max);
        let visible = query.visible();
        let mut excluded = visible
            .number
            .is_some_and(|number| !self.own_numbers.contains(&number));
        if visible.number.is_some() && !excluded {
            bits += NUMBER_BITS;
        }
        if let Some(hidden) = query.hidden() {
            bits += hidden
                .carer
                .as_ref()
                .map_or(0.0, |carer| self.carer_bits(carer));
            excluded |= hidden.area.is_some() && (own.is_none() || self.area.as_ref() != own);
            if let Some(number) = &hidden.other_number {
                excluded |= !self.other_numbers.contains(number);
                bits += NUMBER_BITS;
            }
        }
        Scored {
            bits,
            whole: self.whole,
            excluded,
        }
    }

    fn carer_bits(&self, carer: &NamePart) -> f32 {
        let wanted = fold_name(carer.as_str(), Part::Given);
        let best = self.carers.iter().flat_map(|known| {
            let words = known
                .split(' ')
                .map(|word| name_similarity(&wanted, &fold_name(word, Part::Given)));
            words
                .chain([name_similarity(&wanted, &fold_name(known, Part::Given))])
                .collect::<Vec<_>>()
        });
        match best.max_by(f32::total_cmp) {
            None => 0.0,
            Some(similarity) if similarity >= CARER_SIMILARITY_MIN => CARER_SAME_BITS,
            Some(_) => CARER_DIFFERENT_BITS,
        }
    }
}

pub(crate) fn numbers(child: &Child) -> Vec<OtherNumber> {
    let numbers = child.other_numbers.iter();
    numbers.map(|number| number.value.clone()).collect()
}

fn own_numbers(record: &Record) -> Vec<Number> {
    let mut numbers = vec![record.number];
    numbers.extend(record.other_own_numbers());
    numbers
}

impl Scored {
    /// Whether it is likely enough to be shown.
    pub(crate) fn is_likely(&self) -> bool {
        !self.excluded && self.bits >= SHOWN_BITS_MIN
    }

    /// Whether it stands out by itself.
    pub(crate) fn is_strong(&self) -> bool {
        self.bits >= STRONG_BITS_MIN
    }
}

pub(crate) fn birth(born: Date) -> Option<Birth> {
    let year = u16::try_from(born.year()).ok()?;
    matching::date::Date::new(year, born.month().unsigned_abs(), born.day().unsigned_abs())
        .map(Birth::On)
}

pub(crate) fn sex(gender: Gender) -> Option<Sex> {
    match gender {
        Gender::Female => Some(Sex::Female),
        Gender::Male => Some(Sex::Male),
        Gender::Unspecified => None,
    }
}

/// The visible fields only.
pub(crate) fn comparable(name: &Name, born: Option<Date>, gender: Option<Gender>) -> Comparable {
    let given: Vec<&str> = name.given.iter().map(NamePart::as_str).collect();
    Comparable::of(&Person {
        given: &given,
        family: &[name.family.as_str()],
        birth: born.and_then(birth),
        sex: gender.and_then(sex),
        ..Person::default()
    })
}

/// What one row says, by itself.
pub(crate) fn said_comparable(said: &Particulars) -> Option<Comparable> {
    let name = said.name.as_ref()?;
    let given: Vec<&str> = name.given.iter().map(NamePart::as_str).collect();
    let address = said
        .residence
        .as_ref()
        .and_then(|residence| residence.address());
    Some(Comparable::of(&Person {
        given: &given,
        family: &[name.family.as_str()],
        birth: said.born.and_then(birth),
        sex: said.gender.and_then(sex),
        postcode: address
            .and_then(|address| address.postcode.as_ref())
            .map(|postcode| postcode.as_str()),
        ..Person::default()
    }))
}

/// Everything that any source says of a child, to compare it and to guard it by.
pub(crate) fn whole(record: &Record, child: &Child, name: &Name) -> Comparable {
    let others = other_names(record, child, name);
    with_names(child, name, &others.iter().collect::<Vec<_>>())
}

/// The same of an unshielded child, where its names are not those by which it is found.
pub(crate) fn said_otherwise(record: &Record, child: &Child, name: &Name) -> Option<Comparable> {
    let others = other_names(record, child, name);
    let found_by = child.other_names.iter().chain(&child.former_names);
    let found_by = found_by.map(|item| &item.value).take(OTHER_NAMES_MAX);
    let is_other = !others.iter().eq(found_by);
    is_other.then(|| with_names(child, name, &others.iter().collect::<Vec<_>>()))
}

/// Everything by which an unshielded child is found: all names together, as a given name may be searched with the family name of another
/// source, and each besides the current one alone. Of those that were corrected or taken out there is none (R83).
pub(crate) fn found_by(child: &Child, name: &Name) -> (Comparable, Vec<Comparable>) {
    let others = child.other_names.iter().chain(&child.former_names);
    let others: Vec<&Name> = others.map(|item| &item.value).collect();
    let together = others.get(..OTHER_NAMES_MAX).unwrap_or(&others);
    let alone = others.iter().map(|other| with_names(child, other, &[]));
    (with_names(child, name, together), alone.collect())
}

/// A child by a name, and by others beside it.
fn with_names(child: &Child, name: &Name, others: &[&Name]) -> Comparable {
    let mut given: Vec<&str> = name.given.iter().map(NamePart::as_str).collect();
    given.extend(
        others
            .iter()
            .filter_map(|other| other.given.as_ref())
            .map(NamePart::as_str),
    );
    given.dedup();
    let former: Vec<&str> = others.iter().map(|other| other.family.as_str()).collect();
    let named = Person {
        given: &given,
        family: &[name.family.as_str()],
        former: &former,
        ..Person::default()
    };
    besides(child, named)
}

/// What is known of a child who has no name.
pub(crate) fn nameless(child: &Child) -> Comparable {
    besides(child, Person::default())
}

/// Names, and everything else by which an unshielded child is found.
fn besides(child: &Child, named: Person<'_>) -> Comparable {
    let residence = child.residence.as_ref().map(|residence| &residence.value);
    let postcode = residence
        .and_then(|r| r.address())
        .and_then(|address| address.postcode.as_ref());
    let school = child
        .education
        .as_ref()
        .and_then(|education| education.value.place());
    let practice = child
        .primary_care
        .as_ref()
        .and_then(|care| care.value.place());
    let settings: Vec<&str> = school
        .into_iter()
        .chain(practice)
        .map(|code| code.as_str())
        .collect();
    Comparable::of(&Person {
        birth: child.born.as_ref().and_then(|born| birth(born.value)),
        sex: child.gender.as_ref().and_then(|gender| sex(gender.value)),
        postcode: postcode.map(|postcode| postcode.as_str()),
        settings: &settings,
        area: residence
            .and_then(|r| r.authority.as_ref())
            .map(|authority| authority.as_str()),
        ..named
    })
}

/// Names besides the current one: former ones, and what other sources call the child, whatever a person said of it.
pub(crate) fn other_names(record: &Record, child: &Child, current: &Name) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let said = record
        .standing()
        .filter_map(|statement| match &statement.said {
            Said::Particulars(particulars) => particulars.name.as_ref(),
            Said::Involvement(_) | Said::Sensitive(_) => None,
        });
    let former = child.former_names.iter().map(|item| &item.value);
    for name in former.chain(said) {
        if name != current && !names.contains(name) && names.len() < OTHER_NAMES_MAX {
            names.push(name.clone());
        }
    }
    names
}
