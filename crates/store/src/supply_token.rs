//! The tokens of suppliers' programs: opaque, short-lived, bound to one program; each bought with an assertion that is taken once.

use directory::account::Suspension;
use directory::bytes::{Reader, Writer};
use directory::event::{AtDoor, By, Event, What};
use directory::text::SupplierCode;
use directory::{Now, Timestamp};

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::{Column, hex, unhex};
use crate::supplier_client::SupplierClient;

/// How long a token is good, in minutes.
pub const TOKEN_MINUTES_MAX: i64 = 10;
/// How long a used assertion is remembered after its end, in minutes: clocks of two machines differ.
const REMEMBERED_MINUTES: i64 = 10;
const MINUTE_MICROSECONDS: i64 = 60_000_000;
/// The length of a token, in characters.
const SECRET_CHARACTERS: usize = 64;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// To check files, and to supply them.
    Supply,
    /// To check files only.
    Check,
}

/// An assertion that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Whose it is.
    pub supplier: SupplierCode,
    /// Its own name, of which there is none other of this supplier.
    pub id: String,
    /// When it ends.
    pub expires: Timestamp,
    /// What a token is asked for.
    pub scope: Scope,
}

/// What became of an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken, and its token is good.
    Now,
    /// It was taken before, and buys nothing.
    Before,
}

/// A supplier's program behind a token that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplying {
    /// The program.
    pub client: SupplierClient,
    /// What it may do.
    pub scope: Scope,
}

/// What is sealed of a token.
struct Body {
    full_hash: [u8; 32],
    /// Whose it is and when it ends: also in plain columns, which count for nothing if they differ.
    client: i64,
    expires: i64,
    scope: Scope,
}

impl Store {
    /// Takes an assertion, once for ever, and makes a secret the token of its supplier's program.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: then there is no token, and the assertion is not used up.
    pub fn take_assertion(
        &self,
        assertion: &Assertion,
        secret: &str,
        now: Now,
    ) -> Result<Taken, Error> {
        let client = self.client_id(&assertion.supplier);
        let used = hashed(
            &self.ring(),
            Subject::SupplyAssertion,
            format!("{client} {}", assertion.id).as_bytes(),
        );
        let used_until = later(assertion.expires, REMEMBERED_MINUTES);
        let (token, expires) = (self.token_id(secret), later(now.at, TOKEN_MINUTES_MAX));
        let body = self.ring().seal(
            Column::SupplyTokenBody,
            token,
            &write_body(&Body {
                full_hash: self.full_hash(secret),
                client,
                expires,
                scope: assertion.scope,
            }),
            self.random(),
        )?;
        let by = By::Supplier(assertion.supplier.clone());
        let prepared = self.prepare(&Event::now(now, by, What::AtDoor(AtDoor::TokenGiven)))?;
        let at = now.at.as_microsecond();
        self.writer.write(move |connection| {
            for sql in [
                "DELETE FROM supply_assertion WHERE expires < $1",
                "DELETE FROM supply_token WHERE expires < $1",
            ] {
                connection.execute(sql, &[Value::Int(at)])?;
            }
            let sql = "INSERT INTO supply_assertion (id, expires) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
            if connection.execute(sql, &[Value::Int(used), Value::Int(used_until)])? == 0 {
                return Ok(Taken::Before);
            }
            let sql = "INSERT INTO supply_token (id, client, expires, body) VALUES ($1, $2, $3, $4)";
            let values = [Value::Int(token), Value::Int(client), Value::Int(expires), Value::Blob(&body)];
            connection.execute(sql, &values)?;
            prepared.insert(connection)?;
            Ok(Taken::Now)
        })
    }

    /// Records that somebody did not prove to be a supplier's program.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn refuse_assertion(&self, supplier: Option<SupplierCode>, now: Now) -> Result<(), Error> {
        let what = What::AtDoor(AtDoor::TokenRefused { supplier });
        self.record(Event::now(now, By::Stranger, what)).map(|_| ())
    }

    /// The program behind a token, if it is good at this moment: not ended, and its supplier's program not suspended.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer: nobody is let in then.
    pub fn supplying(&self, secret: &str, now: Now) -> Result<Option<Supplying>, Error> {
        if secret.len() != SECRET_CHARACTERS {
            return Ok(None);
        }
        let id = self.token_id(secret);
        let sql = "SELECT client, expires, body FROM supply_token WHERE id = $1";
        let rows = self.read(sql, &[Value::Int(id)], |row| {
            Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
        })?;
        let Some((client, expires, sealed)) = rows.into_iter().next() else {
            return Ok(None);
        };
        let plain = self.ring().unseal(Column::SupplyTokenBody, id, &sealed)?;
        let body = read_body(&plain).ok_or(Error::Inconsistent("a supplier's token"))?;
        let is_good = blake3::Hash::from(body.full_hash) == self.full_hash(secret)
            && (body.client, body.expires) == (client, expires)
            && now.at.as_microsecond() < expires;
        if !is_good {
            return Ok(None);
        }
        // No page may have been asked for since another process changed what services there are, or the model.
        self.follow_reference()?;
        let found = self.client_under(client)?;
        let admitted = found.filter(|client| client.suspension == Suspension::None);
        Ok(admitted.map(|client| Supplying {
            client,
            scope: body.scope,
        }))
    }

    fn token_id(&self, secret: &str) -> i64 {
        hashed(&self.ring(), Subject::SupplyToken, secret.as_bytes())
    }
}

fn later(moment: Timestamp, minutes: i64) -> i64 {
    let more = minutes.saturating_mul(MINUTE_MICROSECONDS);
    moment.as_microsecond().saturating_add(more)
}

fn write_body(body: &Body) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(&hex(&body.full_hash));
    out.i64(body.client);
    out.i64(body.expires);
    out.u8(u8::from(body.scope == Scope::Check));
    out.finish()
}

fn read_body(bytes: &[u8]) -> Option<Body> {
    let mut from = Reader::new(bytes);
    Some(Body {
        full_hash: unhex(from.text()?)?,
        client: from.i64()?,
        expires: from.i64()?,
        scope: match from.u8()? {
            0 => Scope::Supply,
            1 => Scope::Check,
            _ => return None,
        },
    })
}
