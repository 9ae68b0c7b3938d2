//! Placing a shield: on the record, and on every other record that may be of the same child.

use directory::Now;
use directory::access::{Refusal, may_shield};
use directory::event::Asked;
use directory::record::{Author, Shielding};
use directory::shield::Ground;

use crate::batch::Batch;
use crate::disclose::{Loaded, TRIES_MAX};
use crate::error::Error;
use crate::learned::ShieldIs;
use crate::session::Session;
use crate::waiting::Waits;
use crate::write::Write;
use crate::{Store, first_load, schema};

/// What placing a shield writes, and the turn of supply it was read at.
type Placed = (Vec<Write>, Waits, Option<String>);

impl Store {
    /// Places a shield: from the next request of anybody only name, date of birth, gender and number are seen (R43).
    ///
    /// Other records that may be of the same child are shielded with it, each with an event of its own: a duplicate that stayed open
    /// would show what is hidden (F1). The turn of supply moves on, so that no row is resolved against a state without the shield.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn shield(
        &self,
        session: &Session,
        reference: &str,
        ground: Ground,
        now: Now,
    ) -> Result<Result<(), Refusal>, Error> {
        // Protection goes before supply.
        let _asking = self.way.ask();
        for _ in 0..TRIES_MAX {
            let Some(loaded) = self.pointed_record(session, reference)? else {
                return self.refuse(session, (Asked::Shield, None, None), Refusal::NoRecord, now);
            };
            let number = Some(loaded.record.number);
            let reason = self.reason_given(session, reference)?;
            let allowed = may_shield(session.actor()).and_then(|()| {
                let reason = reason.ok_or(Refusal::NoReason)?;
                self.sealed(&loaded, now).viewer(session.actor(), reason)?;
                let shielded = loaded.record.shielding() == Shielding::Shielded;
                if shielded {
                    Err(Refusal::AlreadySo)
                } else {
                    Ok(())
                }
            });
            if let Err(refusal) = allowed {
                return self.refuse(session, (Asked::Shield, number, reason), refusal, now);
            }
            match self.place_shield(session, (&loaded, ground), now) {
                Ok(shielded) => {
                    for one in shielded {
                        // Until it is known that nobody is connected, the shield waits for an officer (X3): no failure takes that away.
                        let _ = self.consider_alone(session, one, now);
                    }
                    return Ok(Ok(()));
                }
                Err(Error::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Contended)
    }

    /// Shields a record that may be shielded as it was read, and gives which had no shield. Where it has changed since, as when it was merged
    /// into another that would stay open, all is asked again: [`Error::Contended`].
    fn place_shield(
        &self,
        session: &Session,
        (allowed, ground): (&Loaded, Ground),
        now: Now,
    ) -> Result<Vec<i64>, Error> {
        let ((writes, waits, turn), shielded) = self.placed(session, (allowed, ground), now)?;
        self.write_batch(writes, waits, turn)?;
        Ok(shielded)
    }

    fn placed(
        &self,
        session: &Session,
        (allowed, ground): (&Loaded, Ground),
        now: Now,
    ) -> Result<(Placed, Vec<i64>), Error> {
        self.pool.with_snapshot(|connection| {
            let turn = schema::get(connection, "supply")?;
            first_load::check(connection, false)?;
            let mut batch = Batch::of(connection, Some(session.by()), now);
            let id = allowed.id;
            self.bring(&mut batch, &[id])?;
            let version = batch.touched.get(&id).map(|one| one.loaded.version);
            if version != Some(allowed.version) {
                return Err(Error::Contended);
            }
            let shielded = self.shield_in_charge(&mut batch, session, (id, ground))?;
            let writes = self.writes(&batch)?;
            Ok(((writes, batch.waits, turn), shielded))
        })
    }

    /// Shields a record of the batch for an officer, and every other that may be of the same child. Where no authority is responsible the
    /// officer's becomes so first: nobody else would be asked about the rows that are held from now on (C6). Gives those that had no
    /// shield.
    pub(crate) fn shield_in_charge(
        &self,
        batch: &mut Batch<'_>,
        session: &Session,
        (id, ground): (i64, Ground),
    ) -> Result<Vec<i64>, Error> {
        let ids = self.without_shield(batch, id, ShieldIs::New)?;
        for id in &ids {
            self.take_charge(batch, session, *id)?;
            let by = Author::Account(session.actor().account());
            self.shield_in(batch, *id, (by, ground))?;
        }
        Ok(ids)
    }

    /// Shields a record of the batch, and every other that may be of the same child.
    pub(crate) fn shield_child(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        (by, ground): (Author, Ground),
    ) -> Result<(), Error> {
        let shield_is = match by {
            // It goes with another shield.
            Author::Directory => ShieldIs::Standing,
            Author::Account(_) | Author::Supplier(_) => ShieldIs::New,
        };
        let all = self.same_child(batch, id, shield_is)?;
        self.shield_all(batch, &all, (&by, ground))
    }

    fn without_shield(
        &self,
        batch: &mut Batch<'_>,
        id: i64,
        shield_is: ShieldIs,
    ) -> Result<Vec<i64>, Error> {
        let mut ids = self.same_child(batch, id, shield_is)?;
        ids.retain(|id| !batch.is_shielded(*id));
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use directory::Timestamp;
    use directory::account::{Account, AccountId, Actor, Checks, Role, Suspension, admit};
    use directory::name::Name;
    use directory::organisation::{Admission, Organisation, OrganisationId, Sector};
    use directory::statement::{Particulars, SourceKind};
    use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
    use directory::text::{
        JobTitle, NamePart, OrganisationName, SupplierCode, SupplierKey, UserName,
    };
    use jiff::civil::date;

    use super::*;
    use crate::{Location, Options};

    fn name(given: &str, family: &str) -> Name {
        Name {
            given: NamePart::parse(given).ok(),
            family: NamePart::parse(family).unwrap(),
        }
    }

    fn officer() -> Actor {
        let day = Some(date(2026, 1, 5));
        let account = Account {
            id: AccountId(1),
            user_name: UserName::parse("sam").unwrap(),
            name: name("Sam", "Synthetic"),
            job_title: JobTitle::parse("Officer").unwrap(),
            organisation: OrganisationId(1),
            telephone: None,
            email: None,
            roles: vec![Role::ShieldingOfficer],
            checks: Checks {
                identity: day,
                disclosure: day,
                training: day,
            },
            suspension: Suspension::None,
        };
        let organisation = Organisation {
            id: OrganisationId(1),
            name: OrganisationName::parse("Example Partner").unwrap(),
            sector: Sector::Voluntary,
            admitted: Admission::NationalPartner,
            accredited_until: Some(date(2030, 1, 1)),
            services: Vec::new(),
        };
        admit(&account, &organisation, None, date(2026, 11, 1)).unwrap()
    }

    /// The child, named so on a day.
    fn says(store: &Store, family: &str, day: i8, now: Now) {
        let row = Row {
            line: 1,
            key: SupplierKey::parse("1").unwrap(),
            confirmed: date(2026, 11, day),
            particulars: Particulars {
                name: Some(name("Maya", family)),
                born: Some(date(2013, 8, 21)),
                ..Particulars::default()
            },
            also: Vec::new(),
            withdrawn: Vec::new(),
            restriction: Restriction::None,
            known: Known::Still,
        };
        let nhs = Supplier {
            code: SupplierCode::parse("nhs").unwrap(),
            kind: SourceKind::Nhs,
        };
        let taken = store.accept(&nhs, &[row], now);
        assert_eq!(taken.unwrap(), [Outcome::Accepted]);
    }

    fn the_one(store: &Store) -> Loaded {
        let ids = store.read("SELECT id FROM record", &[], |row| row.int(0));
        let [id] = ids.unwrap()[..] else {
            panic!("one record")
        };
        let loaded = store
            .pool
            .with_reader(|connection| store.load(connection, &[id]));
        loaded.unwrap().remove(0)
    }

    fn entropy(bytes: &mut [u8]) {
        use std::io::Read as _;
        let urandom = std::fs::File::open("/dev/urandom");
        urandom.unwrap().read_exact(bytes).unwrap();
    }

    /// A merger in between changes a record like any other word: the shield would stand on what it leaves empty.
    #[test]
    fn x9_no_shield_lands_on_a_record_that_has_changed_since_it_was_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Options {
            location: Location::Sqlite(folder.path().join("contactpoint.db")),
            key_ring: folder.path().join("ring"),
            entropy,
        });
        let store = store.unwrap();
        let at = Timestamp::from_second(1_794_000_000).unwrap();
        let now = Now {
            at,
            today: date(2026, 11, 10),
        };
        let session = store.make_session(officer(), 1, "secret", (at, at));
        says(&store, "Hollis", 1, now);
        let allowed = the_one(&store);
        says(&store, "Holliss", 2, now);
        let place = |allowed: &Loaded| {
            let of = (allowed, Ground::FleeingAbuse);
            store.place_shield(&session, of, now)
        };
        assert!(matches!(place(&allowed), Err(Error::Contended)));
        assert_eq!(the_one(&store).record.shielding(), Shielding::None);
        let again = the_one(&store);
        assert!(matches!(place(&again), Ok(shielded) if shielded == [again.id]));
        assert_eq!(the_one(&store).record.shielding(), Shielding::Shielded);
    }
}
