//! Files that came through the door: each once under the key its sender gave it, and what became of it.

use directory::bytes::{Reader, Writer};
use directory::run::RunId;
use directory::supplier_client::Fingerprint;
use directory::text::SupplierCode;
use directory::{Date, Now};
use sha2::{Digest, Sha256};

use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::seal::Column;
use crate::{Store, long_text};

/// For how long nothing may be heard of a file that is being taken before it counts as interrupted, in minutes.
pub const SILENT_MINUTES_MAX: i64 = 5;
const MINUTE_MICROSECONDS: i64 = 60_000_000;

/// A file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Whose it is.
    pub supplier: SupplierCode,
    /// The mark of its bytes.
    pub content: Fingerprint,
    /// The day on which the supplier drew it.
    pub extracted: Date,
    /// How far it is.
    pub state: State,
    /// What is told of it, in the words of whoever took it. Empty while it is being taken.
    pub report: String,
    /// The run that it is, when a person has to let it go on. `None`: nobody has.
    pub run: Option<RunId>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is being taken.
    Taking,
    /// It was taken to its end.
    Taken,
    /// It was refused before any row was read.
    Refused,
    /// A person of the directory looks at it before any row is taken.
    Held,
    /// A person of the directory has paused it after a whole part. It is kept, and goes on when a person lets it.
    Paused,
    /// It was not taken to its end; what had been taken stays.
    Stopped,
    /// Nothing was heard of it for too long: the program ended meanwhile. What had been taken stays.
    Interrupted,
}

/// What becomes of a file that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is to be taken, for the first time or once more.
    ToTake,
    /// It was sent before under this key, or it is another file than was sent under it.
    Known(Box<Upload>),
}

/// The name of a file in an address: of whose it is and of the key its sender gave it, and of nothing else.
#[must_use]
pub fn upload_name(supplier: &SupplierCode, key: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(supplier.as_str().as_bytes());
    hash.update([0]);
    hash.update(key.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest
        .first_chunk::<8>()
        .map_or(0, |first| u64::from_be_bytes(*first))
}

impl Store {
    /// Begins to take a file, if none was sent under its name, or the same one was interrupted.
    ///
    /// # Errors
    /// [`Error`] when it could not be written, [`Error::Contended`] when the same was begun at the same time.
    pub fn begin_upload(&self, name: u64, upload: &Upload, now: Now) -> Result<Begun, Error> {
        let (client, at) = (self.client_id(&upload.supplier), now.at.as_microsecond());
        let known = self.upload(&upload.supplier, name, now)?;
        if let Some((known, version)) = known {
            let is_again = known.state == State::Interrupted
                && (known.content, known.extracted) == (upload.content, upload.extracted);
            if !is_again {
                return Ok(Begun::Known(Box::new(known)));
            }
            self.set_upload(name, version, upload, now)?;
            return Ok(Begun::ToTake);
        }
        let body = self.sealed_upload(name, upload)?;
        self.writer.write(move |connection| {
            let sql = "INSERT INTO supply_upload (id, client, version, touched, body) VALUES ($1, $2, 1, $3, $4) \
                 ON CONFLICT (id) DO NOTHING";
            let values = [Value::Int(name.cast_signed()), Value::Int(client), Value::Int(at), Value::Blob(&body)];
            if connection.execute(sql, &values)? == 0 {
                return Err(Error::Contended);
            }
            Ok(Begun::ToTake)
        })
    }

    /// Says that a file is still being taken.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn touch_upload(&self, name: u64, now: Now) -> Result<(), Error> {
        let at = now.at.as_microsecond();
        self.writer.write(move |connection| {
            let sql = "UPDATE supply_upload SET touched = $1 WHERE id = $2";
            connection
                .execute(sql, &[Value::Int(at), Value::Int(name.cast_signed())])
                .map(|_| ())
        })
    }

    /// Says what became of a file.
    ///
    /// # Errors
    /// [`Error`] when it could not be written: the file counts as interrupted then.
    pub fn end_upload(&self, name: u64, upload: &Upload, now: Now) -> Result<(), Error> {
        let known = self.upload(&upload.supplier, name, now)?;
        let Some((_, version)) = known else {
            return Err(Error::Inconsistent("a file that was being taken"));
        };
        self.set_upload(name, version, upload, now)
    }

    /// A file of a supplier, by its name, and its version. Another supplier's is no such file.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn upload(
        &self,
        supplier: &SupplierCode,
        name: u64,
        now: Now,
    ) -> Result<Option<(Upload, i64)>, Error> {
        let sql = "SELECT version, touched, body FROM supply_upload WHERE id = $1 AND client = $2";
        let id = name.cast_signed();
        let values = [Value::Int(id), Value::Int(self.client_id(supplier))];
        let rows = self.read(sql, &values, |row| {
            Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
        })?;
        let Some((version, touched, body)) = rows.into_iter().next() else {
            return Ok(None);
        };
        let plain = self.ring().unseal(Column::SupplyUploadBody, id, &body)?;
        let upload = read_upload(&plain).ok_or(Error::Inconsistent("a file that was sent"))?;
        if upload.supplier != *supplier {
            return Ok(None);
        }
        // Whoever takes it says so again and again: a moment far ahead is one of a clock that was put back since.
        let silent = now.at.as_microsecond().saturating_sub(touched);
        let silent = silent.saturating_abs();
        let is_lost = upload.state == State::Taking
            && silent > SILENT_MINUTES_MAX.saturating_mul(MINUTE_MICROSECONDS);
        let state = if is_lost {
            State::Interrupted
        } else {
            upload.state
        };
        Ok(Some((Upload { state, ..upload }, version)))
    }

    fn set_upload(&self, name: u64, version: i64, upload: &Upload, now: Now) -> Result<(), Error> {
        let body = self.sealed_upload(name, upload)?;
        let at = now.at.as_microsecond();
        self.writer
            .write(move |connection| put(connection, (name, version), at, &body))
    }

    fn sealed_upload(&self, name: u64, upload: &Upload) -> Result<Vec<u8>, Error> {
        let (id, plain) = (name.cast_signed(), write_upload(upload));
        self.ring()
            .seal(Column::SupplyUploadBody, id, &plain, self.random())
    }
}

fn put(
    connection: &mut dyn Connection,
    (name, version): (u64, i64),
    at: i64,
    body: &[u8],
) -> Result<(), Error> {
    let sql = "UPDATE supply_upload SET version = version + 1, touched = $1, body = $2 WHERE id = $3 AND version = $4";
    let values = [
        Value::Int(at),
        Value::Blob(body),
        Value::Int(name.cast_signed()),
        Value::Int(version),
    ];
    if connection.execute(sql, &values)? == 0 {
        return Err(Error::Contended);
    }
    Ok(())
}

const STATES: [State; 6] = [
    State::Taking,
    State::Taken,
    State::Refused,
    State::Stopped,
    State::Held,
    State::Paused,
];

/// That a file was interrupted is seen, not written.
fn state_tag(state: State) -> u8 {
    match state {
        State::Taking | State::Interrupted => 0,
        State::Taken => 1,
        State::Refused => 2,
        State::Stopped => 3,
        State::Held => 4,
        State::Paused => 5,
    }
}

fn write_upload(upload: &Upload) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(upload.supplier.as_str());
    out.text(&upload.content.text());
    out.date(upload.extracted);
    out.u8(state_tag(upload.state));
    long_text::write(&mut out, &upload.report);
    out.option(upload.run, |out, run| out.i64(run.0));
    out.finish()
}

fn read_upload(bytes: &[u8]) -> Option<Upload> {
    let mut from = Reader::new(bytes);
    let (supplier, content) = (from.text()?, from.text()?);
    Some(Upload {
        supplier: SupplierCode::parse(supplier).ok()?,
        content: Fingerprint::parse(content)?,
        extracted: from.date()?,
        state: {
            let tag = from.u8()?;
            STATES.into_iter().find(|state| state_tag(*state) == tag)?
        },
        report: long_text::read(&mut from)?,
        // One that was written before runs were ends with what is told of it.
        run: if from.is_finished() {
            None
        } else {
            from.option(|from| from.i64().map(RunId))?
        },
    })
}
