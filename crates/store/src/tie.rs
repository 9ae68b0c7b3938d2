//! What two records share by which one gives the other's whereabouts away: an address, a family name at a postcode, a parent or carer
//! (X3).

use directory::address::Address;
use directory::child::Child;
use directory::connected::Tie;
use directory::name::{Carer, Name};
use directory::record::Record;
use directory::statement::{Particulars, Said, Statement};
use directory::text::{NamePart, Postcode};
use matching::comparable::Comparable;
use matching::normalise::{NamePart as Part, fold_name};
use matching::person::Person;

use crate::filing::row_keys;
use crate::key::{Subject, hashed, near};
use crate::known::in_order;
use crate::seal::KeyRing;

/// Where any source says that a child lives, and with whom.
pub(crate) struct Traces {
    addresses: Vec<Address>,
    families: Vec<String>,
    carers: Vec<Carer>,
}

/// The keys under which open records stand that may be connected.
pub(crate) struct TraceKeys {
    /// Of postcodes, and of the lines of addresses.
    pub(crate) places: Vec<i64>,
    /// Of carers' telephone numbers and e-mail addresses.
    pub(crate) reaches: Vec<i64>,
    /// Of carers' names.
    pub(crate) names: Vec<i64>,
}

/// Whether a carer's name, by its key, is so seldom that it says by itself who is meant.
pub(crate) type IsSeldom<'a> = &'a dyn Fn(i64) -> bool;

impl Traces {
    /// Of all that stands on a record, whichever source is believed, of what people set right, and of what waits behind its shield:
    /// any of it may be true, and may be shown one day.
    pub(crate) fn of(record: &Record, filed: &Child) -> Traces {
        let mut traces = Traces {
            addresses: Vec::new(),
            families: Vec::new(),
            carers: Vec::new(),
        };
        for statement in record.standing().chain(record.waiting()) {
            let Some(said) = particulars(statement) else {
                continue;
            };
            let address = said.residence.as_ref().and_then(|home| home.address());
            traces.addresses.extend(address.cloned());
            let family = said.name.as_ref().map(|name| folded(&name.family));
            traces.families.extend(family);
            traces.carers.extend(said.carers.iter().cloned());
        }
        let home = filed.residence.as_ref();
        let address = home.and_then(|home| home.value.address());
        traces.addresses.extend(address.cloned());
        let family = filed.name.as_ref().map(|name| folded(&name.value.family));
        traces.families.extend(family);
        let carers = filed.carers.iter().map(|one| one.value.clone());
        traces.carers.extend(carers);
        traces
    }

    /// The keys to look under.
    pub(crate) fn keys(&self, ring: &KeyRing) -> TraceKeys {
        let postcodes = || {
            self.addresses
                .iter()
                .filter_map(|one| one.postcode.as_ref())
        };
        let places = postcodes().flat_map(|one| place_keys(ring, one));
        let homes = postcodes().map(|one| home_key(ring, one));
        TraceKeys {
            places: places
                .chain(homes)
                .chain(lines_keys(ring, &self.addresses))
                .collect(),
            reaches: self
                .carers
                .iter()
                .flat_map(|one| reach_keys(ring, one))
                .collect(),
            names: self.carers.iter().map(|one| carer_key(ring, one)).collect(),
        }
    }

    /// What an open record shares, the most telling first; nothing: they are not connected.
    pub(crate) fn ties(
        &self,
        open: &Traces,
        (ring, is_seldom): (&KeyRing, IsSeldom<'_>),
    ) -> Vec<Tie> {
        let shares = |same: fn(&Address, &Address) -> bool| {
            let mut homes = open.addresses.iter();
            homes.any(|home| self.addresses.iter().any(|one| same(one, home)))
        };
        let mut ties = Vec::new();
        if shares(same_home) {
            ties.push(Tie::Address);
        } else if self.is_family_of(open) && shares(same_postcode) {
            ties.push(Tie::FamilyAtPostcode);
        }
        if !self.carers_of_both(open, (ring, is_seldom)).is_empty() {
            ties.push(Tie::Carer);
        }
        ties
    }

    /// What an open record gives away that has ties, as keyed hashes in order: each home it names, each of them that is the child's too or has
    /// the child's family name at its postcode, and the parents and carers of both. Whoever shares a carer may have gone with them to a home
    /// of which the child's own record says nothing yet.
    pub(crate) fn given_away(
        &self,
        open: &Traces,
        (ring, is_seldom): (&KeyRing, IsSeldom<'_>),
    ) -> Vec<i64> {
        let is_family = self.is_family_of(open);
        let mut given = self.carers_of_both(open, (ring, is_seldom));
        for home in &open.addresses {
            let is = |same: fn(&Address, &Address) -> bool| {
                self.addresses.iter().any(|one| same(one, home))
            };
            let nearest = if is(same_home) {
                Nearness::Home
            } else if is_family && is(same_postcode) {
                Nearness::Family
            } else {
                Nearness::Elsewhere
            };
            // Whoever was left open at the child's home gives no more away when the child has left it.
            let each = Nearness::ALL.into_iter().filter(|one| *one <= nearest);
            given.extend(each.map(|nearness| given_away_hash(ring, home, nearness)));
        }
        in_order(given)
    }

    fn is_family_of(&self, open: &Traces) -> bool {
        open.families.iter().any(|one| self.families.contains(one))
    }

    /// The keys of the parents and carers of both: of the same telephone number or e-mail address, or the same name where that is seldom.
    fn carers_of_both(
        &self,
        open: &Traces,
        (ring, is_seldom): (&KeyRing, IsSeldom<'_>),
    ) -> Vec<i64> {
        let keys = |carers: &[Carer]| carers_keys(ring, carers);
        let (own, mut both) = (keys(&self.carers), keys(&open.carers));
        both.retain(|key| own.contains(key));
        let names = open.carers.iter().map(|one| carer_key(ring, one));
        let often: Vec<i64> = names.filter(|name| !is_seldom(*name)).collect();
        both.retain(|key| !often.contains(key));
        both
    }
}

/// How near a home of an open record is to a shielded child's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// It is none of the child's, as far as is known.
    Elsewhere,
    /// It has the child's family name and postcode.
    Family,
    /// It is the child's.
    Home,
}

impl Nearness {
    const ALL: [Nearness; 3] = [Nearness::Elsewhere, Nearness::Family, Nearness::Home];
}

/// The keys of what stands on a record by which its officers find it when a brother or sister is shielded: parents and carers, the lines
/// of addresses, and every postcode, unless there is only the one by which it is filed anyhow.
pub(crate) fn trace_keys(ring: &KeyRing, record: &Record, filed: &Child) -> Vec<i64> {
    let mut keys = Vec::new();
    let home = filed.residence.as_ref();
    let home = home.and_then(|home| home.value.address());
    let mut homes: Vec<&Address> = home.into_iter().collect();
    for said in record.standing().filter_map(particulars) {
        keys.extend(carers_keys(ring, &said.carers));
        homes.extend(said.residence.as_ref().and_then(|home| home.address()));
    }
    keys.extend(lines_keys(ring, homes.iter().copied()));
    let postcodes = || homes.iter().filter_map(|one| one.postcode.as_ref());
    let filed_under = home.and_then(|home| home.postcode.as_ref());
    if postcodes().any(|one| Some(one) != filed_under) {
        keys.extend(postcodes().map(|one| home_key(ring, one)));
    }
    keys
}

/// The same of a record of which only these particulars speak.
pub(crate) fn first_trace_keys(ring: &KeyRing, said: &Particulars) -> Vec<i64> {
    let home = said.residence.as_ref().and_then(|home| home.address());
    let lines = lines_keys(ring, home);
    carers_keys(ring, &said.carers)
        .into_iter()
        .chain(lines)
        .collect()
}

/// The keys of parents and carers.
pub(crate) fn carers_keys(ring: &KeyRing, carers: &[Carer]) -> Vec<i64> {
    let each = carers.iter();
    let keys = each.flat_map(|one| [vec![carer_key(ring, one)], reach_keys(ring, one)].concat());
    keys.collect()
}

fn particulars(statement: &Statement) -> Option<&Particulars> {
    match &statement.said {
        Said::Particulars(said) => Some(said),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

fn carer_key(ring: &KeyRing, carer: &Carer) -> i64 {
    hashed(ring, Subject::Carer, called(&carer.name).as_bytes())
}

fn reach_keys(ring: &KeyRing, carer: &Carer) -> Vec<i64> {
    let telephone = carer.telephone.as_ref().map(|one| one.as_str());
    let email = carer.email.as_ref().map(|one| one.as_str());
    let each = telephone.into_iter().chain(email);
    each.map(|one| hashed(ring, Subject::CarerReach, one.as_bytes()))
        .collect()
}

/// The keys of the lines of addresses, by which one without a postcode is found, and finds others.
fn lines_keys<'a>(ring: &KeyRing, homes: impl IntoIterator<Item = &'a Address>) -> Vec<i64> {
    let lines = homes.into_iter().map(words);
    let lines = lines.filter(|words| !words.is_empty());
    lines
        .map(|words| hashed(ring, Subject::HomeLines, words.join(" ").as_bytes()))
        .collect()
}

/// The hash of a home however it is written, and of how near it is.
fn given_away_hash(ring: &KeyRing, home: &Address, nearness: Nearness) -> i64 {
    let postcode = home.postcode.as_ref().map_or("", |one| one.as_str());
    let nearness = match nearness {
        Nearness::Elsewhere => "0",
        Nearness::Family => "1",
        Nearness::Home => "2",
    };
    let text = [nearness, postcode, &words(home).join(" ")].join("\n");
    hashed(ring, Subject::GivenAway, text.as_bytes())
}

/// Near the key of the same postcode, since both change when a family moves.
fn home_key(ring: &KeyRing, postcode: &Postcode) -> i64 {
    let home = hashed(ring, Subject::Home, postcode.as_str().as_bytes());
    let place = place_keys(ring, postcode).first().copied();
    near(place.unwrap_or(home), home)
}

fn place_keys(ring: &KeyRing, postcode: &Postcode) -> Vec<i64> {
    let place = Person {
        postcode: Some(postcode.as_str()),
        ..Person::default()
    };
    let keys = row_keys(ring, &Comparable::of(&place)).into_iter();
    keys.map(|likeness| likeness.key).collect()
}

/// The same postcode, and the words of one address stand one after another in the other: `12 Mill Lane` in `Flat 2, 12 Mill Lane`.
/// Without a postcode every word the same.
fn same_home(one: &Address, other: &Address) -> bool {
    let (words, others) = (words(one), words(other));
    if one.postcode.is_none() || other.postcode.is_none() {
        return words == others;
    }
    let holds = |whole: &[String], part: &[String]| {
        !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
    };
    // The last line is the town, which one writes and another does not.
    let street = |words: &[String], address: &Address| -> Vec<String> {
        let last = address.lines.last().filter(|_| address.lines.len() > 1);
        let town = last.map_or(0, |line| words_of(line.as_str()).len());
        words
            .iter()
            .take(words.len().saturating_sub(town))
            .cloned()
            .collect()
    };
    let (own, theirs) = (street(&words, one), street(&others, other));
    same_postcode(one, other) && (holds(&own, &theirs) || holds(&theirs, &own))
}

fn same_postcode(one: &Address, other: &Address) -> bool {
    one.postcode.is_some() && one.postcode == other.postcode
}

fn words(address: &Address) -> Vec<String> {
    let lines = address.lines.iter();
    lines.flat_map(|line| words_of(line.as_str())).collect()
}

/// The words of a line, letters and digits only, in lower case.
fn words_of(line: &str) -> Vec<String> {
    let words = line.split(|one: char| !one.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

fn called(name: &Name) -> String {
    let given = name.given.as_ref().map(folded).unwrap_or_default();
    [given, folded(&name.family)].join(" ")
}

fn folded(part: &NamePart) -> String {
    let folded = fold_name(part.as_str(), Part::Family);
    folded.words().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::text::{self, AddressLine};

    fn address(lines: &[&str], postcode: Option<&str>) -> Address {
        let lines = lines.iter().map(|line| AddressLine::parse(line).unwrap());
        Address {
            lines: lines.collect(),
            postcode: postcode.map(|one| text::postcode(one).unwrap()),
        }
    }

    #[test]
    fn x3_an_address_is_the_same_however_it_is_written() {
        let flat = address(&["Flat 2", "12 Mill Lane", "Yate"], Some("BS37 4AX"));
        for same in [
            address(&["12, Mill lane", "Yate"], Some("bs374ax")),
            address(&["Flat 2, 12 Mill Lane", "Yate"], Some("BS37 4AX")),
            address(&["12 Mill Lane"], Some("BS37 4AX")),
        ] {
            assert!(
                same_home(&flat, &same) && same_home(&same, &flat),
                "{same:?}"
            );
        }
        for other in [
            address(&["2 Mill Lane", "Yate"], Some("BS37 4AX")),
            address(&["112 Mill Lane", "Yate"], Some("BS37 4AX")),
            address(&["12 Mill Lane", "Yate"], Some("BS37 4AY")),
            address(&["12 Mill Lane", "Yate"], None),
        ] {
            assert!(!same_home(&flat, &other), "{other:?}");
        }
    }
}
