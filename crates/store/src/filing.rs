//! The keys of the index: under which a record is filed, and by which a query or a supplied row looks for it.
//!
//! The keys of a record depend on the record and nothing else, not on the day: what was filed under them can be taken out again by
//! the same function, whenever a shield is placed (R44).

use directory::Date;
use directory::child::Child;
use directory::following::former_names_out;
use directory::name::Name;
use directory::number::{Number, OtherNumber};
use directory::query::{Born, Query};
use directory::record::{Record, Shielding};
use directory::statement::{Said, Statement};
use directory::survivorship;
use directory::text::{AuthorityCode, NamePart, SupplierCode, SupplierKey};
use matching::birth::Birth;
use matching::block::{Key, query_keys, record_keys};
use matching::comparable::Comparable;
use matching::person::Person;

use crate::Store;
use crate::candidate::{
    NUMBER_BITS, birth, comparable, found_by, said_comparable, said_otherwise, sex, whole,
};
use crate::connected::connected_keys;
use crate::follow::follow_keys;
use crate::key::{Subject, hashed, near};
use crate::known::in_order;
use crate::likeness::{LikenessKey, Tells};
use crate::reference::Reference;
use crate::seal::KeyRing;
use crate::session::Session;
use crate::suspected::suspected_keys;
use crate::tie::trace_keys;
use crate::transfer::moved_keys;
use crate::write::Keys;

/// A query with what its texts were taken to mean.
pub(crate) struct LookedUp {
    pub(crate) whole: Comparable,
    /// Keys of the index, with their weights in bits, the most telling first.
    pub(crate) keys: Vec<(i64, f32)>,
}

/// The key of a ContactPoint number.
pub(crate) fn number_key(ring: &KeyRing, number: Number) -> i64 {
    hashed(ring, Subject::Number, &number.digits().to_be_bytes())
}

/// The key of another body's number.
pub(crate) fn other_number_key(ring: &KeyRing, number: &OtherNumber) -> i64 {
    let scheme = number.scheme.words().as_bytes();
    let bytes = [scheme, &[0], number.text.as_str().as_bytes()].concat();
    hashed(ring, Subject::OtherNumber, &bytes)
}

/// The key of a supplier's own key for a child, or for something else it says.
pub(crate) fn source_key(ring: &KeyRing, supplier: &SupplierCode, key: &SupplierKey) -> i64 {
    let (supplier, key) = (supplier.as_str().as_bytes(), key.as_str().as_bytes());
    hashed(ring, Subject::Source, &[supplier, &[0], key].concat())
}

/// The keys of names, dates and places. That of a pair of names is hashed once, though half of them lie near one.
struct Blocks<'r> {
    ring: &'r KeyRing,
    names: Vec<(Key, i64)>,
}

impl<'r> Blocks<'r> {
    fn of(ring: &'r KeyRing) -> Blocks<'r> {
        let names = Vec::with_capacity(8);
        Blocks { ring, names }
    }

    /// All keys with the same family and given name lie near one another.
    fn key(&mut self, key: &Key) -> i64 {
        match key.of_names() {
            Some(names) => near(self.of_names(&names), self.hashed(key)),
            None => self.hashed(key),
        }
    }

    /// Those under which records like a row stand.
    fn of_row(&mut self, compared: &Comparable) -> Vec<LikenessKey> {
        let keyed = record_keys(compared);
        let keyed = keyed.iter().map(|key| LikenessKey {
            key: self.key(key),
            tells: Tells::of(key.kind),
        });
        keyed.collect()
    }

    /// Those of a record.
    fn keys<'k>(&'k mut self, keys: &'k [Key]) -> impl Iterator<Item = i64> + 'k {
        keys.iter().map(|key| self.key(key))
    }

    fn of_names(&mut self, names: &Key) -> i64 {
        let known = self.names.iter().find(|(known, _)| known == names);
        if let Some((_, hash)) = known {
            return *hash;
        }
        let hash = self.hashed(names);
        self.names.push((*names, hash));
        hash
    }

    fn hashed(&self, key: &Key) -> i64 {
        hashed(self.ring, Subject::Block(key.kind.number()), key.value())
    }
}

fn block_keys(ring: &KeyRing, whole: &Comparable) -> Vec<i64> {
    Blocks::of(ring).keys(&record_keys(whole)).collect()
}

/// The keys of everything that a child is found by, or guarded by behind a shield.
fn name_keys(ring: &KeyRing, record: &Record, (child, name): (&Child, &Name)) -> Vec<i64> {
    match child.shielding {
        Shielding::Shielded => block_keys(ring, &whole(record, child, name)),
        Shielding::None => {
            let (together, alone) = found_by(child, name);
            // By a name that was corrected nobody is found who searches, but rows and shields look for what sources say (F1).
            let said = said_otherwise(record, child, name);
            let each = std::iter::once(&together).chain(&alone).chain(&said);
            let mut blocks = Blocks::of(ring);
            let mut keys = Vec::with_capacity(32);
            for one in each {
                keys.extend(blocks.keys(&record_keys(one)));
            }
            keys
        }
    }
}

/// The keys of what one source said, by itself.
pub(crate) fn said_keys(ring: &KeyRing, statement: &Statement) -> Vec<i64> {
    match &statement.said {
        Said::Particulars(particulars) => {
            let mut keys: Vec<i64> = particulars
                .other_numbers
                .iter()
                .map(|number| other_number_key(ring, number))
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
pub(crate) fn row_keys(ring: &KeyRing, compared: &Comparable) -> Vec<LikenessKey> {
    Blocks::of(ring).of_row(compared)
}

/// The keys under which a shielded child may stand whom a row is about: also by other readings of its names and dates.
pub(crate) fn guarding_keys(ring: &KeyRing, compared: &Comparable) -> Vec<i64> {
    row_and_guarding_keys(ring, compared).1
}

/// The keys under which records like a row stand, and those under which a shielded child may stand whom it is about.
pub(crate) fn row_and_guarding_keys(
    ring: &KeyRing,
    compared: &Comparable,
) -> (Vec<LikenessKey>, Vec<i64>) {
    let mut blocks = Blocks::of(ring);
    let alike = blocks.of_row(compared);
    let readings = query_keys(compared);
    let readings = readings.iter().map(|lookup| blocks.key(&lookup.key));
    let guarding = in_order(readings.chain(alike.iter().map(|one| one.key)).collect());
    (alike, guarding)
}

impl Store {
    /// A child as it is filed: computed of the record alone, on the last day of which it speaks.
    pub(crate) fn filed(&self, record: &Record) -> Child {
        let filed_on = record.statements.iter().map(|s| s.last_confirmed).max();
        let catalogue = &self.reference().catalogue;
        survivorship::child(record, catalogue, filed_on.unwrap_or(Date::MIN))
    }

    /// Every key of a record, by index.
    pub(crate) fn keys(&self, record: &Record) -> Keys {
        if record.merged_into().is_some() {
            // Everything of it is found in the other record, by its number too. Its own number leads here only to take that back: no row
            // is looked up by it.
            return Keys {
                guarded: vec![number_key(&self.ring(), record.number)],
                ..Keys::default()
            };
        }
        let child = self.filed(record);
        let ring = self.ring();
        let merged = record.other_own_numbers();
        let numbers = std::iter::once(&record.number).chain(&merged);
        let mut every: Vec<i64> = numbers.map(|number| number_key(&ring, *number)).collect();
        let is_shielded = child.shielding == Shielding::Shielded;
        // Of an open record there is none that is not visible.
        let mut visible = if is_shielded {
            every.clone()
        } else {
            Vec::new()
        };
        every.extend(record.linked_rows().iter().map(|row| row.0));
        // What has ended too: by it older words are found to be older, and are not heard.
        let mut sources: Vec<_> = record
            .statements
            .iter()
            .filter(|s| !s.is_taken_back() || is_shielded)
            .map(|s| &s.source)
            .collect();
        sources.dedup();
        for source in sources {
            every.push(source_key(&ring, &source.supplier, &source.key));
        }
        for other in &child.other_numbers {
            every.push(other_number_key(&ring, &other.value));
        }
        every.extend(trace_keys(&ring, record, &child));
        if is_shielded {
            // What any source ever said of a shielded child, or may have, is looked at when a row is resolved (F1), also when nothing
            // stands.
            let waiting = record.waiting();
            every.extend(
                waiting
                    .clone()
                    .map(|s| source_key(&ring, &s.source.supplier, &s.source.key)),
            );
            let statements = record.statements.iter().chain(waiting);
            every.extend(statements.flat_map(|statement| said_keys(&ring, statement)));
            for name in former_names_out(record) {
                every.extend(block_keys(&ring, &whole(record, &child, name)));
            }
        }
        if let Some(name) = child.name.as_ref().map(|name| &name.value) {
            every.extend(name_keys(&ring, record, (&child, name)));
            if is_shielded {
                let born = child.born.as_ref().map(|born| born.value);
                let gender = child.gender.as_ref().map(|gender| gender.value);
                visible.extend(block_keys(&ring, &comparable(name, born, gender)));
            }
        }
        let mut follow = follow_keys(&ring, record, &child);
        follow.extend(moved_keys(&ring, record, &child));
        follow.extend(connected_keys(&ring, record, &child));
        follow.extend(suspected_keys(&ring, record, &child));
        Keys::of(child.shielding, every, visible).followed(follow)
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
            keys.push((other_number_key(&ring, other), NUMBER_BITS));
        }
        if keys.is_empty() {
            let mut blocks = Blocks::of(&ring);
            let found = query_keys(&whole);
            keys.extend(found.iter().map(|l| (blocks.key(&l.key), l.weight)));
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
