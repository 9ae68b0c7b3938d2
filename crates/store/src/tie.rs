//! What an open record shares with a shielded one: an address, a family name at a postcode, a parent or carer (X3).

use directory::address::Address;
use directory::child::Child;
use directory::connected::Tie;
use directory::name::{Carer, Name};
use directory::record::Record;
use directory::statement::Said;
use directory::text::{NamePart, Postcode};
use matching::comparable::Comparable;
use matching::normalise::{NamePart as Part, fold_name};
use matching::person::Person;

use crate::filing::row_keys;
use crate::key::{Subject, hashed};
use crate::seal::KeyRing;

/// Everything that any source says of where a shielded child lives and with whom.
pub(crate) struct Traces {
    addresses: Vec<Address>,
    families: Vec<String>,
    carers: Vec<Carer>,
}

/// The keys under which open records stand that may be connected.
pub(crate) struct TraceKeys {
    pub(crate) places: Vec<i64>,
    pub(crate) carers: Vec<i64>,
}

/// Whether a carer's name is so seldom that it says by itself who is meant.
pub(crate) type IsSeldom<'a> = &'a dyn Fn(i64) -> bool;

impl Traces {
    /// Of what stands on a record, whichever source is believed: what any of them says may be true.
    pub(crate) fn of(record: &Record) -> Traces {
        let mut traces = Traces {
            addresses: Vec::new(),
            families: Vec::new(),
            carers: Vec::new(),
        };
        for statement in record.standing() {
            let Said::Particulars(said) = &statement.said else {
                continue;
            };
            let address = said.residence.as_ref().and_then(|home| home.address());
            traces.addresses.extend(address.cloned());
            let family = said.name.as_ref().map(|name| folded(&name.family));
            traces.families.extend(family);
            traces.carers.extend(said.carers.iter().cloned());
        }
        traces
    }

    /// The keys to look under.
    pub(crate) fn keys(&self, ring: &KeyRing) -> TraceKeys {
        let postcodes = self
            .addresses
            .iter()
            .filter_map(|one| one.postcode.as_ref());
        TraceKeys {
            places: postcodes.flat_map(|one| place_keys(ring, one)).collect(),
            carers: carer_keys(ring, &self.carers).collect(),
        }
    }

    /// What a child shares, the most telling first; nothing: they are not connected.
    pub(crate) fn ties(
        &self,
        child: &Child,
        (ring, is_seldom): (&KeyRing, IsSeldom<'_>),
    ) -> Vec<Tie> {
        let residence = child.residence.as_ref();
        let home = residence.and_then(|one| one.value.address());
        let shares = |same: fn(&Address, &Address) -> bool| {
            home.is_some_and(|home| self.addresses.iter().any(|one| same(one, home)))
        };
        let family = child.name.as_ref().map(|one| folded(&one.value.family));
        let mut ties = Vec::new();
        if shares(same_home) {
            ties.push(Tie::Address);
        } else if shares(same_postcode) && family.is_some_and(|one| self.families.contains(&one)) {
            ties.push(Tie::FamilyAtPostcode);
        }
        let theirs = child.carers.iter().map(|one| &one.value);
        let mut pairs = theirs.flat_map(|theirs| self.carers.iter().map(move |own| (own, theirs)));
        if pairs.any(|(own, theirs)| same_carer((own, theirs), (ring, is_seldom))) {
            ties.push(Tie::Carer);
        }
        ties
    }
}

/// The keys of parents and carers, by name.
pub(crate) fn carer_keys<'a>(
    ring: &'a KeyRing,
    carers: impl IntoIterator<Item = &'a Carer>,
) -> impl Iterator<Item = i64> {
    let each = carers.into_iter();
    each.map(|one| hashed(ring, Subject::Carer, called(&one.name).as_bytes()))
}

fn place_keys(ring: &KeyRing, postcode: &Postcode) -> Vec<i64> {
    let place = Person {
        postcode: Some(postcode.as_str()),
        ..Person::default()
    };
    row_keys(ring, &Comparable::of(&place))
}

/// The same postcode and, folded, the same first line; without a postcode every line.
fn same_home(one: &Address, other: &Address) -> bool {
    let lines = |address: &Address| -> Vec<String> {
        address
            .lines
            .iter()
            .map(|line| plain(line.as_str()))
            .collect()
    };
    match (&one.postcode, &other.postcode) {
        (Some(_), Some(_)) => {
            same_postcode(one, other) && lines(one).first() == lines(other).first()
        }
        _ => lines(one) == lines(other),
    }
}

fn same_postcode(one: &Address, other: &Address) -> bool {
    one.postcode.is_some() && one.postcode == other.postcode
}

/// The same name, and the same telephone number or e-mail address, unless the name is seldom.
fn same_carer((one, other): (&Carer, &Carer), (ring, is_seldom): (&KeyRing, IsSeldom<'_>)) -> bool {
    let name = called(&one.name);
    if name != called(&other.name) {
        return false;
    }
    let telephone = one.telephone.is_some() && one.telephone == other.telephone;
    let email = one.email.is_some() && one.email == other.email;
    telephone || email || is_seldom(hashed(ring, Subject::Carer, name.as_bytes()))
}

fn called(name: &Name) -> String {
    let given = name.given.as_ref().map(folded).unwrap_or_default();
    [given, folded(&name.family)].join(" ")
}

fn folded(part: &NamePart) -> String {
    let folded = fold_name(part.as_str(), Part::Family);
    folded.words().collect::<Vec<_>>().join(" ")
}

/// Letters and digits only, in lower case.
fn plain(line: &str) -> String {
    let letters = line.chars().filter(|one| one.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}
