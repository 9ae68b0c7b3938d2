//! Reference data: authorities, organisations, services, schools and practices. None of it is about a child.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use directory::Now;
use directory::event::{By, Event, What};
use directory::local_source::LocalSource;
use directory::organisation::{Authority, Organisation, OrganisationId, ShieldingPhase};
use directory::precedence::Survivorship;
use directory::service::{Catalogue, Service};
use directory::setting::{Place, PlaceKind};
use directory::text::{AuthorityCode, PlaceCode};
use matching::normalise::{NamePart, fold_name};

use crate::correction_bytes::read_precedence;
use crate::driver::{Connection, Value};
use crate::entry::Prepared;
use crate::error::Error;
use crate::reference_bytes as bytes;
use crate::seal::Column;
use crate::{Store, local_source, matching_model, schema};

/// How many places written in one transaction.
const PLACES_BATCH_MAX: usize = 1_000;
/// How many schools or practices a name in a search may mean.
pub(crate) const PLACES_MEANT_MAX: usize = 12;

/// Reference data kept in memory, renewed when another process has changed it.
#[derive(Default)]
pub(crate) struct Cache {
    now: RwLock<Arc<Reference>>,
}

#[derive(Default)]
pub(crate) struct Reference {
    version: String,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) places: HashMap<PlaceCode, Place>,
    pub(crate) authorities: HashMap<AuthorityCode, Authority>,
    pub(crate) survivorship: Survivorship,
    /// Systems on the published list (R84).
    pub(crate) sources: Vec<LocalSource>,
    /// Words of the names of places, folded, to the codes of the places that have them.
    words: HashMap<String, Vec<PlaceCode>>,
}

const UPSERT: &str = "INSERT INTO reference (kind, code, body) VALUES ($1, $2, $3) \
     ON CONFLICT (kind, code) DO UPDATE SET body = excluded.body";

impl Store {
    /// Adds or replaces an authority. Opening or closing it is an event (R42).
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn put_authority(&self, authority: &Authority, now: Now) -> Result<(), Error> {
        // One that nobody has opened yet is closed.
        let known = self
            .authority(&authority.code)
            .map_or(ShieldingPhase::UnderWay, |known| known.shielding);
        let event = (known != authority.shielding)
            .then(|| Event::now(now, By::Operator, What::authority_set(authority)));
        let rows = vec![(authority.code.to_string(), bytes::authority(authority))];
        self.put_reference_rows("authority", rows, event.as_slice())?;
        self.refresh_reference()
    }

    /// Adds or replaces services of the catalogue. Each that is classified otherwise than before is an event (X13).
    ///
    /// # Errors
    /// [`Error`] when they could not be written.
    pub fn put_services(&self, services: &[Service], now: Now) -> Result<(), Error> {
        let rows = services
            .iter()
            .map(|service| (service.code.to_string(), bytes::service(service)));
        let known = self.catalogue();
        let events: Vec<Event> = services
            .iter()
            .filter(|service| known.classification(&service.code) != service.classification)
            .map(|service| Event::now(now, By::Operator, What::service_set(service)))
            .collect();
        self.put_reference_rows("service", rows.collect(), &events)?;
        self.refresh_reference()
    }

    /// Adds or replaces schools and practices.
    ///
    /// # Errors
    /// [`Error`] when they could not be written; whole batches are.
    pub fn put_places(&self, places: &[Place]) -> Result<(), Error> {
        for batch in places.chunks(PLACES_BATCH_MAX) {
            let rows = batch
                .iter()
                .map(|place| (place.code.to_string(), bytes::place(place)));
            self.put_reference_rows("place", rows.collect(), &[])?;
        }
        self.refresh_reference()
    }

    /// Adds or replaces an organisation, with the event of it (R56).
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn put_organisation(&self, organisation: &Organisation, now: Now) -> Result<(), Error> {
        let id = organisation.id.0;
        let authority = organisation
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default();
        let body = self.ring().seal(
            Column::OrganisationBody,
            id,
            &bytes::organisation(organisation),
            self.random(),
        )?;
        let what = What::organisation_set(organisation);
        let prepared = self.prepare(&Event::now(now, By::Operator, what))?;
        self.writer.write(move |connection| {
            let sql = "INSERT INTO organisation (id, authority, body) VALUES ($1, $2, $3) \
                 ON CONFLICT (id) DO UPDATE SET authority = excluded.authority, body = excluded.body";
            let values = [Value::Int(id), Value::Text(&authority), Value::Blob(&body)];
            connection.execute(sql, &values)?;
            prepared.insert(connection)
        })
    }

    /// Every organisation.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn organisations(&self) -> Result<Vec<Organisation>, Error> {
        let rows = self.read(
            "SELECT id, body FROM organisation ORDER BY id",
            &[],
            |row| Ok((row.int(0)?, row.blob(1)?)),
        )?;
        rows.into_iter()
            .map(|(id, body)| self.open_organisation(id, &body))
            .collect()
    }

    /// The catalogue of services.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.reference().catalogue)
    }

    /// A school or practice by its code.
    #[must_use]
    pub fn place(&self, code: &PlaceCode) -> Option<Place> {
        self.reference().places.get(code).cloned()
    }

    /// An authority by its code.
    #[must_use]
    pub fn authority(&self, code: &AuthorityCode) -> Option<Authority> {
        self.reference().authorities.get(code).cloned()
    }

    /// Every authority, by name.
    #[must_use]
    pub fn authorities(&self) -> Vec<Authority> {
        let mut all: Vec<Authority> = self.reference().authorities.values().cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    pub(crate) fn reference(&self) -> Arc<Reference> {
        Arc::clone(
            &self
                .cache
                .now
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        )
    }

    pub(crate) fn open_organisation(&self, id: i64, body: &[u8]) -> Result<Organisation, Error> {
        let plain = self.ring().unseal(Column::OrganisationBody, id, body)?;
        bytes::read_organisation(OrganisationId(id), &plain)
            .ok_or(Error::Inconsistent("an organisation"))
    }

    pub(crate) fn put_reference_rows(
        &self,
        kind: &'static str,
        rows: Vec<(String, Vec<u8>)>,
        events: &[Event],
    ) -> Result<(), Error> {
        let prepared: Vec<Prepared> = events
            .iter()
            .map(|event| self.prepare(event))
            .collect::<Result<_, Error>>()?;
        self.writer.write(move |connection| {
            for prepared in &prepared {
                prepared.insert(connection)?;
            }
            for (code, body) in &rows {
                connection.execute(
                    UPSERT,
                    &[Value::Text(kind), Value::Text(code), Value::Blob(body)],
                )?;
            }
            next_version(connection)
        })
    }

    /// Reads the reference data again, if its version is not the one in memory.
    pub(crate) fn refresh_reference_to(&self, version: &str) -> Result<(), Error> {
        if self.reference().version == version {
            Ok(())
        } else {
            self.refresh_reference()
        }
    }

    /// Reads the reference data again, if another process has changed it since.
    pub(crate) fn follow_reference(&self) -> Result<(), Error> {
        let sql = "SELECT value FROM meta WHERE name = 'reference'";
        let version = self.read(sql, &[], |row| row.text(0))?;
        self.refresh_reference_to(version.first().map_or("", String::as_str))
    }

    /// Reads the reference data again, the model by which rows are resolved, and the key ring, which another process may have given a
    /// new key.
    pub(crate) fn refresh_reference(&self) -> Result<(), Error> {
        self.ring().read_again()?;
        let (fresh, model) = self.pool.with_reader(|connection| {
            // The version first: whatever is changed meanwhile is read again with the next one.
            Ok((load(connection)?, matching_model::kept(connection)))
        })?;
        // Both together, so that no older model stands beside a newer version.
        let mut held = self
            .cache
            .now
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match model {
            Ok(model) => self.resolve_with(model),
            // A model that only a newer program reads: this one goes on with the one it has.
            Err(Error::Unfit(_)) => {}
            Err(error) => return Err(error),
        }
        *held = Arc::new(fresh);
        Ok(())
    }
}

impl Reference {
    /// The places a name in a search may mean: those whose names have every word of it; an exact name first.
    pub(crate) fn places_named(&self, text: &str) -> Vec<PlaceCode> {
        let words = words_of(text);
        let mut lists: Vec<&Vec<PlaceCode>> = Vec::with_capacity(words.len());
        for word in &words {
            match self.words.get(word) {
                Some(codes) => lists.push(codes),
                None => return Vec::new(),
            }
        }
        lists.sort_by_key(|codes| codes.len());
        let Some((first, rest)) = lists.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<PlaceCode> = first
            .iter()
            .filter(|code| rest.iter().all(|codes| codes.contains(code)))
            .cloned()
            .collect();
        found.sort_by_key(|code| {
            (
                self.places
                    .get(code)
                    .map_or(usize::MAX, |place| words_of(place.name.as_str()).len()),
                code.clone(),
            )
        });
        found.truncate(PLACES_MEANT_MAX);
        found
    }
}

/// Tells every process that what it keeps in memory is old.
pub(crate) fn next_version(connection: &mut dyn Connection) -> Result<(), Error> {
    let version: u64 = schema::get(connection, "reference")?
        .and_then(|v| v.parse().ok())
        .unwrap_or(0);
    schema::put(
        connection,
        "reference",
        &version.saturating_add(1).to_string(),
    )
}

fn words_of(text: &str) -> Vec<String> {
    fold_name(text, NamePart::Family)
        .words()
        .map(ToOwned::to_owned)
        .collect()
}

pub(crate) fn load(connection: &mut dyn Connection) -> Result<Reference, Error> {
    let mut reference = Reference {
        version: schema::get(connection, "reference")?.unwrap_or_default(),
        ..Reference::default()
    };
    let mut catalogue = Catalogue::default();
    let bad = || Error::Inconsistent("reference data");
    connection.query(
        "SELECT kind, body FROM reference ORDER BY kind, code",
        &[],
        &mut |row| {
            let body = row.blob(1)?;
            match row.text(0)?.as_str() {
                "service" => catalogue.put(bytes::read_service(&body).ok_or_else(bad)?),
                "place" => {
                    let place = bytes::read_place(&body).ok_or_else(bad)?;
                    reference.places.insert(place.code.clone(), place);
                }
                "authority" => {
                    let authority = bytes::read_authority(&body).ok_or_else(bad)?;
                    reference
                        .authorities
                        .insert(authority.code.clone(), authority);
                }
                "precedence" => {
                    let (field, order) = read_precedence(&body).ok_or_else(bad)?;
                    let orders = std::mem::take(&mut reference.survivorship);
                    reference.survivorship = orders.with(field, order);
                }
                local_source::KIND => {
                    let source = local_source::decode(&body).ok_or_else(bad)?;
                    reference.sources.push(source);
                }
                _ => return Err(bad()),
            }
            Ok(())
        },
    )?;
    for place in reference.places.values() {
        debug_assert!(matches!(
            place.kind,
            PlaceKind::School | PlaceKind::Practice
        ));
        for word in words_of(place.name.as_str()) {
            reference
                .words
                .entry(word)
                .or_default()
                .push(place.code.clone());
        }
    }
    reference.catalogue = Arc::new(catalogue);
    Ok(reference)
}
