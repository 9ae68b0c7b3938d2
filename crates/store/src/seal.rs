//! Sealing: authenticated encryption bound to table, column and row, with keys that are never in the database (F4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};

use crate::error::Error;

const HEADING: &str = "contactpoint key ring 1";
const NONCE_BYTES: usize = 12;
const KEY_ID_BYTES: usize = 4;

/// Where a sealed value stands: a value moved to another table, column or row does not open.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    /// In one version: an older body put back under a newer version does not open.
    RecordBody(i64),
    EventBody,
    AccountBody,
    AccountSecrets,
    SessionBody,
    TaskBody,
    OrganisationBody,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Column::RecordBody(_) => "record.body",
            Column::EventBody => "event.body",
            Column::AccountBody => "account.body",
            Column::AccountSecrets => "account.secrets",
            Column::SessionBody => "session.body",
            Column::TaskBody => "task.body",
            Column::OrganisationBody => "organisation.body",
        }
    }

    fn bound_to(self, row: i64) -> Vec<u8> {
        let mut bound = Vec::with_capacity(32);
        bound.extend_from_slice(self.name().as_bytes());
        bound.push(0);
        bound.extend_from_slice(&row.to_be_bytes());
        if let Column::RecordBody(version) = self {
            bound.extend_from_slice(&version.to_be_bytes());
        }
        bound
    }
}

/// The keys of one database. Several sealing keys are open, the newest seals.
pub(crate) struct KeyRing {
    texts: BTreeMap<u32, [u8; 32]>,
    seals: BTreeMap<u32, Aes256GcmSiv>,
    /// Keys the search hashes.
    pub(crate) index: [u8; 32],
    /// Signs checkpoints (Ed25519 seed).
    pub(crate) ledger: [u8; 32],
    /// Hashes session secrets and seals references.
    pub(crate) session: [u8; 32],
}

impl KeyRing {
    /// Reads the ring's file, or makes one for a fresh database.
    pub(crate) fn open(file: &Path, fresh: bool, entropy: fn(&mut [u8])) -> Result<KeyRing, Error> {
        match std::fs::read_to_string(file) {
            Ok(text) => KeyRing::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && fresh => {
                KeyRing::new(entropy).create(file)?;
                // Another process may have been first: its ring is the one that counts.
                KeyRing::open(file, false, entropy)
            }
            Err(error) => Err(Error::KeyRing(format!("its file cannot be read: {error}"))),
        }
    }

    fn new(entropy: fn(&mut [u8])) -> KeyRing {
        let random = || {
            let mut key = [0; 32];
            entropy(&mut key);
            key
        };
        let mut ring = KeyRing {
            texts: BTreeMap::new(),
            seals: BTreeMap::new(),
            index: random(),
            ledger: random(),
            session: random(),
        };
        ring.add(1, random());
        ring
    }

    fn add(&mut self, id: u32, key: [u8; 32]) {
        self.texts.insert(id, key);
        self.seals.insert(id, Aes256GcmSiv::new(&key.into()));
    }

    fn parse(text: &str) -> Result<KeyRing, Error> {
        let bad = || Error::KeyRing("its file is not a key ring, or is cut short".to_owned());
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(bad());
        }
        let mut ring = KeyRing {
            texts: BTreeMap::new(),
            seals: BTreeMap::new(),
            index: [0; 32],
            ledger: [0; 32],
            session: [0; 32],
        };
        let mut named: Vec<&str> = Vec::new();
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["index", key] => ring.index = unhex(key).ok_or_else(bad)?,
                ["ledger", key] => ring.ledger = unhex(key).ok_or_else(bad)?,
                ["session", key] => ring.session = unhex(key).ok_or_else(bad)?,
                ["seal", id, key] => {
                    ring.add(id.parse().map_err(|_| bad())?, unhex(key).ok_or_else(bad)?);
                    continue;
                }
                ["end"] => {}
                _ => return Err(bad()),
            }
            named.extend(words.first().copied());
        }
        if named == ["index", "ledger", "session", "end"] && !ring.seals.is_empty() {
            Ok(ring)
        } else {
            Err(bad())
        }
    }

    /// Writes the file for the first time, unless there is one by now.
    fn create(&self, file: &Path) -> Result<(), Error> {
        let new = self.write_beside(file)?;
        match std::fs::hard_link(&new, file) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(failed(error));
            }
            _ => {}
        }
        std::fs::remove_file(&new).map_err(failed)?;
        sync_folder(file)
    }

    /// Writes the file beside itself first, so that a failure in between leaves the old ring whole.
    fn save(&self, file: &Path) -> Result<(), Error> {
        let new = self.write_beside(file)?;
        std::fs::rename(&new, file).map_err(failed)?;
        sync_folder(file)
    }

    fn write_beside(&self, file: &Path) -> Result<PathBuf, Error> {
        let mut text = format!("{HEADING}\n");
        for (name, key) in [
            ("index", &self.index),
            ("ledger", &self.ledger),
            ("session", &self.session),
        ] {
            let _ = writeln!(text, "{name} {}", hex(key));
        }
        for (id, key) in &self.texts {
            let _ = writeln!(text, "seal {id} {}", hex(key));
        }
        text.push_str("end\n");
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{}.new", std::process::id()));
        let new = PathBuf::from(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        owner_only(&mut options);
        let _ = std::fs::remove_file(&new);
        let mut out = options.open(&new).map_err(failed)?;
        out.write_all(text.as_bytes())
            .and_then(|()| out.sync_all())
            .map_err(failed)?;
        Ok(new)
    }

    /// Adds a new key, which seals from now on, and writes the file.
    pub(crate) fn rotate(&mut self, file: &Path, entropy: fn(&mut [u8])) -> Result<u32, Error> {
        let mut key = [0; 32];
        entropy(&mut key);
        let id = self.newest().saturating_add(1);
        self.add(id, key);
        if let Err(error) = self.save(file) {
            self.texts.remove(&id);
            self.seals.remove(&id);
            return Err(error);
        }
        Ok(id)
    }

    fn newest(&self) -> u32 {
        self.seals.last_key_value().map_or(0, |(id, _)| *id)
    }

    /// A mark by which a database knows its own ring, and which tells nothing of the keys.
    pub(crate) fn mark(&self) -> String {
        hex(blake3::keyed_hash(&self.index, b"contactpoint ring mark").as_bytes())
    }

    /// Seals bytes for a place: key id, nonce, ciphertext with its tag.
    pub(crate) fn seal(
        &self,
        column: Column,
        row: i64,
        plain: &[u8],
        nonce: [u8; 12],
    ) -> Result<Vec<u8>, Error> {
        let id = self.newest();
        let cipher = self
            .seals
            .get(&id)
            .ok_or(Error::Inconsistent("no sealing key"))?;
        let aad = column.bound_to(row);
        let sealed = cipher
            .encrypt(
                &Nonce::from(nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| Error::Inconsistent("a value too long to seal"))?;
        let mut out = Vec::with_capacity(
            sealed
                .len()
                .saturating_add(KEY_ID_BYTES)
                .saturating_add(NONCE_BYTES),
        );
        out.extend_from_slice(&id.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for this place.
    pub(crate) fn unseal(&self, column: Column, row: i64, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let cut = Error::Inconsistent("a sealed value is cut short");
        let (id, rest) = sealed
            .split_first_chunk::<KEY_ID_BYTES>()
            .ok_or(cut.clone())?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(cut)?;
        let cipher = self
            .seals
            .get(&u32::from_be_bytes(*id))
            .ok_or(Error::Inconsistent(
                "a value is sealed with a key that is not in the ring",
            ))?;
        cipher
            .decrypt(
                &Nonce::from(*nonce),
                Payload {
                    msg: body,
                    aad: &column.bound_to(row),
                },
            )
            .map_err(|_| Error::Inconsistent("a sealed value was changed or moved"))
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::KeyRing(format!("its file cannot be written: {error}"))
}

fn sync_folder(file: &Path) -> Result<(), Error> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

#[cfg(unix)]
fn owner_only(options: &mut std::fs::OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn owner_only(_: &mut std::fs::OpenOptions) {}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (index, byte) in key.iter_mut().enumerate() {
        let at = index.checked_mul(2)?;
        *byte = u8::from_str_radix(text.get(at..at.checked_add(2)?)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_up(bytes: &mut [u8]) {
        use std::sync::atomic::{AtomicU8, Ordering};
        static NEXT: AtomicU8 = AtomicU8::new(1);
        for byte in bytes {
            *byte = NEXT.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let ring = KeyRing::new(count_up);
        let sealed = ring
            .seal(Column::RecordBody(1), 7, b"a name", [1; 12])
            .unwrap();
        assert_eq!(
            ring.unseal(Column::RecordBody(1), 7, &sealed).unwrap(),
            b"a name"
        );
        assert!(ring.unseal(Column::RecordBody(1), 8, &sealed).is_err());
        assert!(ring.unseal(Column::EventBody, 7, &sealed).is_err());
        assert!(ring.unseal(Column::RecordBody(2), 7, &sealed).is_err());
        for index in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[index] ^= 1;
            assert!(ring.unseal(Column::RecordBody(1), 7, &bad).is_err());
            assert!(
                ring.unseal(Column::RecordBody(1), 7, &sealed[..index])
                    .is_err()
            );
        }
    }

    #[test]
    fn the_newest_key_seals_and_older_ones_stay_open() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        let mut ring = KeyRing::open(&file, true, count_up).unwrap();
        let old = ring
            .seal(Column::RecordBody(1), 7, b"old", [1; 12])
            .unwrap();
        assert_eq!(ring.rotate(&file, count_up).unwrap(), 2);
        let new = ring
            .seal(Column::RecordBody(1), 7, b"new", [2; 12])
            .unwrap();
        let again = KeyRing::open(&file, false, count_up).unwrap();
        assert_eq!(
            again.unseal(Column::RecordBody(1), 7, &old).unwrap(),
            b"old"
        );
        assert_eq!(
            again.unseal(Column::RecordBody(1), 7, &new).unwrap(),
            b"new"
        );
        assert_eq!(new[..4], 2u32.to_be_bytes());
        assert_eq!(again.mark(), ring.mark());
    }

    #[test]
    fn a_ring_is_readable_by_its_owner_only_and_never_made_for_a_used_database() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        assert!(KeyRing::open(&file, false, count_up).is_err());
        KeyRing::open(&file, true, count_up).unwrap();
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let text = std::fs::read_to_string(&file).unwrap();
        for cut in 0..text.len() - 1 {
            assert!(
                KeyRing::parse(text.get(..cut).unwrap()).is_err(),
                "cut at {cut}"
            );
        }
    }
}
