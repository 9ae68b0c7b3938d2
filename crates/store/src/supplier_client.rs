//! The programs of suppliers: their public keys and their mappings, sealed, every change with its event.

use directory::Now;
use directory::account::Suspension;
use directory::bytes::{Reader, Writer};
use directory::event::{AtDoor, By, Event, What};
use directory::supplier_client::{CLIENT_KEYS_MAX, ClientSetting, Fingerprint};
use directory::text::SupplierCode;
use sha2::{Digest, Sha256};

use crate::driver::Value;
use crate::error::Error;
use crate::key::{Subject, hashed};
use crate::seal::{Column, hex};
use crate::{Store, long_text};

/// A supplier's program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplierClient {
    /// The supplier, which is also the program's name.
    pub supplier: SupplierCode,
    /// The text of the mapping by which what it sends is read.
    pub mapping: String,
    /// The public keys that are good, each in a form of its own that whoever verifies knows; the oldest first.
    pub keys: Vec<Vec<u8>>,
    /// Whether it is suspended.
    pub suspension: Suspension,
}

impl SupplierClient {
    /// What the ledger names of it.
    #[must_use]
    pub fn setting(&self) -> ClientSetting {
        ClientSetting {
            supplier: self.supplier.clone(),
            mapping: fingerprint(self.mapping.as_bytes()),
            keys: self.keys.iter().map(|key| fingerprint(key)).collect(),
            suspension: self.suspension,
        }
    }
}

/// The mark of some bytes.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(bytes).into())
}

impl Store {
    /// Adds a supplier's program, or changes it. What it was given before stays good only while it is not suspended.
    ///
    /// # Errors
    /// [`Error::Unfit`] when it has no key or more than [`CLIENT_KEYS_MAX`], [`Error`] when it could not be written.
    pub fn put_supplier_client(&self, client: &SupplierClient, now: Now) -> Result<(), Error> {
        if !(1..=CLIENT_KEYS_MAX).contains(&client.keys.len()) {
            return Err(Error::Unfit(format!(
                "a supplier's program has one key, or {CLIENT_KEYS_MAX} while one takes the place of the other"
            )));
        }
        let id = self.client_id(&client.supplier);
        let plain = write_client(client);
        let body = self
            .ring()
            .seal(Column::SupplierClientBody, id, &plain, self.random())?;
        let what = What::AtDoor(AtDoor::ClientSet(client.setting()));
        let prepared = self.prepare(&Event::now(now, By::Operator, what))?;
        self.writer.write(move |connection| {
            let sql = "INSERT INTO supplier_client (id, body) VALUES ($1, $2) \
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body";
            connection.execute(sql, &[Value::Int(id), Value::Blob(&body)])?;
            prepared.insert(connection)
        })
    }

    /// The program of a supplier.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn supplier_client(
        &self,
        supplier: &SupplierCode,
    ) -> Result<Option<SupplierClient>, Error> {
        self.client_under(self.client_id(supplier))
    }

    /// Every supplier's program, by name.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn supplier_clients(&self) -> Result<Vec<SupplierClient>, Error> {
        let sql = "SELECT id, body FROM supplier_client";
        let rows = self.read(sql, &[], |row| Ok((row.int(0)?, row.blob(1)?)))?;
        let opened = rows
            .into_iter()
            .map(|(id, body)| self.open_client(id, &body));
        let mut clients = opened.collect::<Result<Vec<SupplierClient>, Error>>()?;
        clients.sort_by(|a, b| a.supplier.as_str().cmp(b.supplier.as_str()));
        Ok(clients)
    }

    pub(crate) fn client_id(&self, supplier: &SupplierCode) -> i64 {
        let name = supplier.as_str().as_bytes();
        hashed(&self.ring(), Subject::SupplierClient, name)
    }

    pub(crate) fn client_under(&self, id: i64) -> Result<Option<SupplierClient>, Error> {
        let sql = "SELECT id, body FROM supplier_client WHERE id = $1";
        let rows = self.read(sql, &[Value::Int(id)], |row| {
            Ok((row.int(0)?, row.blob(1)?))
        })?;
        let found = rows.into_iter().next();
        found
            .map(|(id, body)| self.open_client(id, &body))
            .transpose()
    }

    fn open_client(&self, id: i64, body: &[u8]) -> Result<SupplierClient, Error> {
        let plain = self.ring().unseal(Column::SupplierClientBody, id, body)?;
        read_client(&plain).ok_or(Error::Inconsistent("a supplier's program"))
    }
}

fn write_client(client: &SupplierClient) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(client.supplier.as_str());
    long_text::write(&mut out, &client.mapping);
    out.list(&client.keys, |out, key| out.text(&hex(key)));
    out.u8(u8::from(client.suspension == Suspension::Suspended));
    out.finish()
}

fn read_client(bytes: &[u8]) -> Option<SupplierClient> {
    let mut from = Reader::new(bytes);
    let client = SupplierClient {
        supplier: SupplierCode::parse(from.text()?).ok()?,
        mapping: long_text::read(&mut from)?,
        keys: from.list(|from| unhex(from.text()?))?,
        suspension: match from.u8()? {
            0 => Suspension::None,
            1 => Suspension::Suspended,
            _ => return None,
        },
    };
    from.is_finished().then_some(client)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}
