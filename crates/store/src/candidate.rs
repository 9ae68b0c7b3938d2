//! Between the directory and `matching`: what of a child is compared, and by which keys a child is found.
//!
//! Behind a shield only current name, date of birth, gender and number are handed over, so no key and no score can depend on more.

use directory::Date;
use directory::access::Field;
use directory::child::Child;
use directory::name::{Gender, Name};
use directory::number::{Number, OtherNumber};
use directory::query::{Born, Query};
use directory::record::{Record, Shielding};
use directory::statement::{Particulars, Said, Statement};
use directory::text::{AuthorityCode, NamePart};
use matching::birth::Birth;
use matching::block::{query_keys, record_keys};
use matching::comparable::Comparable;
use matching::difference::{Difference, Differences};
use matching::double::near_double;
use matching::identity::same_identity;
use matching::normalise::{NamePart as Part, fold_name};
use matching::person::{Person, Sex};
use matching::search::{BEHIND_BEST_BITS_MAX, SHOWN_BITS_MIN, score};
use matching::similarity::name_similarity;

use crate::Store;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::reference::Reference;
use crate::seal::KeyRing;
use crate::session::Session;
use crate::write::Keys;

/// Evidence from which a row that is not exactly a known child waits for a person, in bits.
const DOUBTFUL_BITS_MIN: f32 = 18.0;
/// Evidence that makes a single result stand out by itself, in bits.
const STRONG_BITS_MIN: f32 = 20.0;
/// What a parent's or carer's name counts for or against, in bits.
const CARER_SAME_BITS: f32 = 7.0;
const CARER_DIFFERENT_BITS: f32 = -2.0;
const CARER_SIMILARITY_MIN: f32 = 0.85;
/// What a ContactPoint number counts for, in bits.
const NUMBER_BITS: f32 = 60.0;
/// How many names besides the current one a child is found by.
const OTHER_NAMES_MAX: usize = 4;

/// A child as it is compared.
pub(crate) struct Candidate {
    number: Number,
    whole: Comparable,
    /// What each source says, for exact identity. Only filled for supply.
    said: Vec<Comparable>,
    other_numbers: Vec<OtherNumber>,
    carers: Vec<String>,
    area: Option<AuthorityCode>,
}

/// A query with what its texts were taken to mean.
pub(crate) struct LookedUp {
    whole: Comparable,
    /// Keys of the index, with their weights in bits, the most telling first.
    pub(crate) keys: Vec<(i64, f32)>,
}

/// A candidate's evidence.
pub(crate) struct Scored {
    pub(crate) bits: f32,
    whole: Comparable,
    excluded: bool,
}

/// How a supplied row and a known child stand to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// The same child: an agreeing strong identifier, or exact identity.
    Same,
    /// It may be.
    Doubtful,
    /// Alike as twins are, or in one field: another child, unless somebody must be protected.
    Sibling,
    /// Nothing speaks for it.
    Different,
}

/// Which children of a list are near-doubles of one another, and in what they differ.
pub(crate) struct Comparison {
    differs: Vec<Vec<Field>>,
}

impl Candidate {
    /// A child of a record. `None`: without a name nobody is found.
    pub(crate) fn of(record: &Record, child: &Child) -> Option<Candidate> {
        let name = &child.name.as_ref()?.value;
        let born = child.born.as_ref().map(|born| born.value);
        let gender = child.gender.as_ref().map(|gender| gender.value);
        let shielded = child.shielding == Shielding::Shielded;
        let whole = if shielded {
            comparable(name, born, gender)
        } else {
            whole(record, child, name)
        };
        Some(Candidate {
            number: child.number,
            whole,
            said: Vec::new(),
            other_numbers: if shielded {
                Vec::new()
            } else {
                child.other_numbers.clone()
            },
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

    /// A child with everything that is said, shielded or not: for resolving supplied rows only, inside the store (F1).
    pub(crate) fn guarded(record: &Record, child: &Child) -> Option<Candidate> {
        let name = &child.name.as_ref()?.value;
        let said = record
            .standing()
            .filter_map(|statement| match &statement.said {
                Said::Particulars(particulars) => said_comparable(particulars),
                Said::Involvement(_) | Said::Sensitive(_) => None,
            });
        Some(Candidate {
            number: child.number,
            whole: whole(record, child, name),
            said: said.collect(),
            other_numbers: child.other_numbers.clone(),
            carers: Vec::new(),
            area: None,
        })
    }

    /// The evidence that this is the child a query asks for.
    pub(crate) fn score(
        self,
        query: &Query,
        looked_up: &LookedUp,
        own: Option<&AuthorityCode>,
    ) -> Scored {
        let mut bits = score(&looked_up.whole, &self.whole).bits;
        let visible = query.visible();
        let mut excluded = visible.number.is_some_and(|number| number != self.number);
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

    /// Whether names and birth are alike, and at most a number tells the two apart.
    pub(crate) fn is_namesake(&self, known: &Candidate) -> bool {
        let scored = score(&self.whole, &known.whole);
        let differs = [
            Difference::GivenDifferent,
            Difference::FamilyDifferent,
            Difference::BirthDifferent,
        ];
        scored.bits >= DOUBTFUL_BITS_MIN
            && !differs
                .into_iter()
                .any(|one| scored.differences.contains(one))
    }

    /// Whether names and birth say that a key both came under is of two people.
    pub(crate) fn contradicts(&self, known: &Candidate) -> bool {
        contradicts(score(&self.whole, &known.whole).differences)
    }

    /// How an incoming row (this) and a known child stand to one another.
    pub(crate) fn likeness(&self, known: &Candidate) -> Likeness {
        let scored = score(&self.whole, &known.whole);
        let number = self
            .other_numbers
            .iter()
            .any(|number| known.other_numbers.contains(number));
        if number {
            return if contradicts(scored.differences) {
                Likeness::Doubtful
            } else {
                Likeness::Same
            };
        }
        let exact = self
            .said
            .iter()
            .any(|said| known.said.iter().any(|one| same_identity(said, one)));
        let conflicting = self.conflicts(known);
        if exact {
            return if conflicting {
                Likeness::Doubtful
            } else {
                Likeness::Same
            };
        }
        let twin = scored.differences.contains(Difference::GivenDifferent) || conflicting;
        match scored.bits {
            bits if bits >= DOUBTFUL_BITS_MIN && !twin => Likeness::Doubtful,
            bits if bits >= SHOWN_BITS_MIN => Likeness::Sibling,
            _ => Likeness::Different,
        }
    }

    /// Two different numbers of one scheme are two children, as far as anybody can tell without a person.
    fn conflicts(&self, known: &Candidate) -> bool {
        self.other_numbers.iter().any(|one| {
            let mut same_scheme = known
                .other_numbers
                .iter()
                .filter(|other| other.scheme == one.scheme)
                .peekable();
            same_scheme.peek().is_some() && same_scheme.all(|other| other != one)
        })
    }
}

/// Whether names and birth speak against a strong identifier that agrees.
fn contradicts(differences: Differences) -> bool {
    let has = |difference| differences.contains(difference);
    let names = has(Difference::GivenDifferent);
    let born = has(Difference::BirthDifferent);
    names && (born || has(Difference::FamilyDifferent)) || born && has(Difference::FamilyDifferent)
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

impl Comparison {
    /// Compares the children of a list, best first.
    pub(crate) fn of<'a>(scored: impl Iterator<Item = &'a Scored>) -> Comparison {
        let all: Vec<&Scored> = scored.collect();
        let mut differs = vec![Vec::new(); all.len()];
        for (index, one) in all.iter().enumerate() {
            for (other_index, other) in all.iter().enumerate() {
                if index != other_index && near_double(&one.whole, &other.whole).is_some() {
                    let fields = differing(&one.whole, &other.whole);
                    if let Some(known) = differs.get_mut(index) {
                        known.extend(fields);
                    }
                }
            }
        }
        for fields in &mut differs {
            fields.sort_unstable();
            fields.dedup();
        }
        Comparison { differs }
    }

    /// In which fields a child differs from a near-double.
    pub(crate) fn differs(&self, index: usize) -> Vec<Field> {
        self.differs.get(index).cloned().unwrap_or_default()
    }

    /// Whether any two are near-doubles.
    pub(crate) fn any(&self) -> bool {
        self.differs.iter().any(|fields| !fields.is_empty())
    }
}

/// In what two near-doubles differ. They always differ in their numbers.
fn differing(one: &Comparable, other: &Comparable) -> Vec<Field> {
    let mut fields = vec![Field::Number];
    let texts = |c: &Comparable| {
        c.given
            .iter()
            .map(|given| given.word.text.clone())
            .collect::<Vec<_>>()
    };
    if texts(one) != texts(other)
        || score(one, other)
            .differences
            .contains(Difference::FamilySpelling)
    {
        fields.push(Field::Name);
    }
    if one.birth != other.birth {
        fields.push(Field::Born);
    }
    if one.sex != other.sex {
        fields.push(Field::Gender);
    }
    if one.postcode != other.postcode {
        fields.push(Field::Residence);
    }
    if one.settings != other.settings {
        fields.push(Field::Education);
    }
    fields
}

/// Drops what is hopelessly behind the best of a ranked list, but nobody who is easily taken for the best: a twin is shown and
/// pointed out, however well the other's name fits.
pub(crate) fn keep_worth_showing<T>(ranked: &mut Vec<T>, scored: impl Fn(&T) -> &Scored) {
    let Some(best) = ranked.first().map(&scored) else {
        return;
    };
    let floor = best.bits - BEHIND_BEST_BITS_MAX;
    let whole = best.whole.clone();
    ranked.retain(|one| {
        let one = scored(one);
        one.bits >= floor || near_double(&whole, &one.whole).is_some()
    });
}

fn birth(born: Date) -> Option<Birth> {
    let year = u16::try_from(born.year()).ok()?;
    matching::date::Date::new(year, born.month().unsigned_abs(), born.day().unsigned_abs())
        .map(Birth::On)
}

fn sex(gender: Gender) -> Option<Sex> {
    match gender {
        Gender::Female => Some(Sex::Female),
        Gender::Male => Some(Sex::Male),
        Gender::Unspecified => None,
    }
}

/// The visible fields only.
fn comparable(name: &Name, born: Option<Date>, gender: Option<Gender>) -> Comparable {
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
fn said_comparable(said: &Particulars) -> Option<Comparable> {
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

/// Everything by which an unshielded child is found.
fn whole(record: &Record, child: &Child, name: &Name) -> Comparable {
    let others = other_names(record, child, name);
    let mut given: Vec<&str> = name.given.iter().map(NamePart::as_str).collect();
    given.extend(
        others
            .iter()
            .filter_map(|other| other.given.as_ref())
            .map(NamePart::as_str),
    );
    given.dedup();
    let former: Vec<&str> = others.iter().map(|other| other.family.as_str()).collect();
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
        given: &given,
        family: &[name.family.as_str()],
        former: &former,
        birth: child.born.as_ref().and_then(|born| birth(born.value)),
        sex: child.gender.as_ref().and_then(|gender| sex(gender.value)),
        postcode: postcode.map(|postcode| postcode.as_str()),
        settings: &settings,
        area: residence
            .and_then(|r| r.authority.as_ref())
            .map(|authority| authority.as_str()),
        number: None,
    })
}

/// Names besides the current one: former ones, and what other sources call the child.
fn other_names(record: &Record, child: &Child, current: &Name) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let said = record
        .standing()
        .filter_map(|statement| match &statement.said {
            Said::Particulars(particulars) => particulars.name.as_ref(),
            Said::Involvement(_) | Said::Sensitive(_) => None,
        });
    for name in child.former_names.iter().chain(said) {
        if name != current && !names.contains(name) && names.len() < OTHER_NAMES_MAX {
            names.push(name.clone());
        }
    }
    names
}

/// The key of a ContactPoint number.
pub(crate) fn number_key(ring: &KeyRing, number: Number) -> i64 {
    hashed(ring, Subject::Number, &number.digits().to_be_bytes())
}

/// The bytes of which another body's number's key is the hash.
pub(crate) fn number_bytes(number: &OtherNumber) -> Vec<u8> {
    let mut bytes = number.scheme.words().as_bytes().to_vec();
    bytes.push(0);
    bytes.extend_from_slice(number.text.as_str().as_bytes());
    bytes
}

fn block_keys(ring: &KeyRing, whole: &Comparable) -> Vec<i64> {
    record_keys(whole)
        .iter()
        .map(|key| hashed(ring, Subject::Block(key.kind.number()), key.value()))
        .collect()
}

/// The keys of what one source said, by itself.
fn said_keys(ring: &KeyRing, statement: &Statement) -> Vec<i64> {
    match &statement.said {
        Said::Particulars(particulars) => {
            let mut keys: Vec<i64> = particulars
                .other_numbers
                .iter()
                .map(|number| hashed(ring, Subject::OtherNumber, &number_bytes(number)))
                .collect();
            keys.extend(
                said_comparable(particulars)
                    .iter()
                    .flat_map(|said| block_keys(ring, said)),
            );
            keys
        }
        Said::Involvement(_) | Said::Sensitive(_) => Vec::new(),
    }
}

/// The keys under which records like a row stand.
pub(crate) fn row_keys(ring: &KeyRing, candidate: &Candidate) -> Vec<i64> {
    block_keys(ring, &candidate.whole)
}

/// The keys under which a shielded child may stand whom a row is about: also by other readings of its names and dates.
pub(crate) fn guarding_keys(ring: &KeyRing, candidate: &Candidate) -> Vec<i64> {
    let readings = query_keys(&candidate.whole);
    let readings = readings
        .iter()
        .map(|l| hashed(ring, Subject::Block(l.key.kind.number()), l.key.value()));
    let mut keys: Vec<i64> = block_keys(ring, &candidate.whole)
        .into_iter()
        .chain(readings)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl Store {
    /// Every key of a record, by index.
    pub(crate) fn keys(&self, record: &Record, now: directory::Now) -> Result<Keys, Error> {
        let child = directory::survivorship::child(record, &self.reference().catalogue, now.today);
        let ring = self.ring();
        let number = number_key(&ring, record.number);
        let mut every = vec![number];
        let mut sources: Vec<_> = record
            .statements
            .iter()
            .filter(|s| s.superseded.is_none())
            .map(|s| &s.source)
            .collect();
        sources.dedup();
        for source in sources {
            every.push(hashed(
                &ring,
                Subject::Source,
                &crate::accept::source_bytes(source, &source.key),
            ));
        }
        for other in &child.other_numbers {
            every.push(hashed(&ring, Subject::OtherNumber, &number_bytes(other)));
        }
        let mut visible = vec![number];
        if let Some(name) = child.name.as_ref().map(|name| &name.value) {
            every.extend(block_keys(&ring, &whole(record, &child, name)));
            if child.shielding == Shielding::Shielded {
                // What any source ever said of a shielded child is looked at when a row is resolved (F1).
                every.extend(
                    record
                        .statements
                        .iter()
                        .flat_map(|statement| said_keys(&ring, statement)),
                );
            }
            let born = child.born.as_ref().map(|born| born.value);
            let gender = child.gender.as_ref().map(|gender| gender.value);
            visible.extend(block_keys(&ring, &comparable(name, born, gender)));
        }
        Ok(Keys::of(child.shielding, every, visible))
    }

    /// What a query means, and the keys it is looked up by.
    pub(crate) fn looked_up(&self, session: &Session, query: &Query) -> LookedUp {
        let reference = self.reference();
        let whole = query_comparable(query, &reference, session.actor().authority());
        let ring = self.ring();
        let mut keys: Vec<(i64, f32)> = Vec::with_capacity(32);
        if let Some(number) = query.visible().number {
            keys.push((number_key(&ring, number), NUMBER_BITS));
        }
        if let Some(other) = query
            .hidden()
            .and_then(|hidden| hidden.other_number.as_ref())
        {
            keys.push((
                hashed(&ring, Subject::OtherNumber, &number_bytes(other)),
                NUMBER_BITS,
            ));
        }
        if keys.is_empty() {
            let found = query_keys(&whole);
            keys.extend(found.iter().map(|l| {
                (
                    hashed(&ring, Subject::Block(l.key.kind.number()), l.key.value()),
                    l.weight,
                )
            }));
        }
        LookedUp { whole, keys }
    }
}

fn query_comparable(
    query: &Query,
    reference: &Reference,
    own: Option<&AuthorityCode>,
) -> Comparable {
    let visible = query.visible();
    let hidden = query.hidden();
    let given: Vec<&str> = visible.given.iter().map(NamePart::as_str).collect();
    let family: Vec<&str> = visible.family.iter().map(NamePart::as_str).collect();
    let places = hidden
        .and_then(|h| h.place.as_ref())
        .map(|place| reference.places_named(place.as_str()))
        .unwrap_or_default();
    let settings: Vec<&str> = places.iter().map(|code| code.as_str()).collect();
    let area = hidden.and_then(|hidden| hidden.area).and(own);
    Comparable::of(&Person {
        given: &given,
        family: &family,
        former: &[],
        birth: visible.born.and_then(query_birth),
        sex: visible.gender.and_then(sex),
        postcode: hidden
            .and_then(|hidden| hidden.postcode.as_ref())
            .map(|postcode| postcode.as_str()),
        settings: &settings,
        area: area.map(|area| area.as_str()),
        number: None,
    })
}

fn query_birth(born: Born) -> Option<Birth> {
    let year = |year: i16| u16::try_from(year).ok();
    match born {
        Born::On(day) => birth(day),
        Born::In { year: only } => Some(Birth::Years {
            first: year(only)?,
            last: year(only)?,
        }),
        Born::Between { earliest, latest } => Some(Birth::Years {
            first: year(earliest.year())?,
            last: year(latest.year())?,
        }),
    }
}
