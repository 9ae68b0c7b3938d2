//! Sealing: authenticated encryption bound to table, column and row, with keys that are never in the database (F4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

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
    SupplierClientBody,
    SupplyTokenBody,
    SupplyUploadBody,
    RunBody,
    RunPartBody,
    RunFaultBody,
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
            Column::SupplierClientBody => "supplier_client.body",
            Column::SupplyTokenBody => "supply_token.body",
            Column::SupplyUploadBody => "supply_upload.body",
            Column::RunBody => "run.body",
            Column::RunPartBody => "run_part.body",
            Column::RunFaultBody => "run_fault.body",
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
    file: PathBuf,
    /// Other processes add keys: they are read when a value asks for one that is not here.
    sealing: RwLock<Sealing>,
    /// Keys the search hashes.
    pub(crate) index: [u8; 32],
    /// Signs checkpoints (Ed25519 seed).
    pub(crate) ledger: [u8; 32],
    /// Hashes session secrets and seals references.
    pub(crate) session: [u8; 32],
}

/// The sealing keys by their ids, as they are written and as they are used.
#[derive(Clone, Default)]
struct Sealing {
    texts: BTreeMap<u32, [u8; 32]>,
    seals: BTreeMap<u32, Arc<Aes256GcmSiv>>,
}

impl Sealing {
    fn add(&mut self, id: u32, key: [u8; 32]) {
        self.texts.insert(id, key);
        self.seals
            .insert(id, Arc::new(Aes256GcmSiv::new(&key.into())));
    }

    fn newest(&self) -> Option<(u32, Arc<Aes256GcmSiv>)> {
        let (id, cipher) = self.seals.last_key_value()?;
        Some((*id, Arc::clone(cipher)))
    }

    /// Whether it has every key of another, and each the same.
    fn covers(&self, other: &Sealing) -> bool {
        other
            .texts
            .iter()
            .all(|(id, key)| self.texts.get(id) == Some(key))
    }
}

impl KeyRing {
    /// Reads the ring's file, or makes one for a fresh database.
    pub(crate) fn open(file: &Path, fresh: bool, entropy: fn(&mut [u8])) -> Result<KeyRing, Error> {
        if fresh && !file.exists() {
            let _alone = Alone::with(file)?;
            // Another process may have been first: its ring is the one that counts.
            if !file.exists() {
                KeyRing::new(entropy).create(file)?;
            }
        }
        KeyRing::read(file)
    }

    fn read(file: &Path) -> Result<KeyRing, Error> {
        kept_from_others(file)?;
        let text = std::fs::read_to_string(file)
            .map_err(|error| Error::KeyRing(format!("its file cannot be read: {error}")))?;
        let mut ring = KeyRing::parse(&text)?;
        ring.file = file.to_owned();
        Ok(ring)
    }

    /// Takes up keys that another process has added. A file that lacks a key that is open here is not taken: it is an older one.
    ///
    /// # Errors
    /// [`Error::KeyRing`] when the file cannot be read.
    pub(crate) fn read_again(&self) -> Result<(), Error> {
        let written = KeyRing::read(&self.file)?;
        if written.mark() != self.mark() {
            return Ok(());
        }
        let written = written.sealing();
        let mut sealing = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        if written.covers(&sealing) {
            *sealing = written;
        }
        Ok(())
    }

    fn sealing(&self) -> Sealing {
        let sealing = self.sealing.read();
        sealing.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn cipher(&self, id: u32) -> Option<Arc<Aes256GcmSiv>> {
        let sealing = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        sealing.seals.get(&id).map(Arc::clone)
    }

    fn new(entropy: fn(&mut [u8])) -> KeyRing {
        let random = || {
            let mut key = [0; 32];
            entropy(&mut key);
            key
        };
        let mut sealing = Sealing::default();
        sealing.add(1, random());
        KeyRing {
            file: PathBuf::new(),
            sealing: RwLock::new(sealing),
            index: random(),
            ledger: random(),
            session: random(),
        }
    }

    fn parse(text: &str) -> Result<KeyRing, Error> {
        let bad = || Error::KeyRing("its file is not a key ring, or is cut short".to_owned());
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(bad());
        }
        let mut sealing = Sealing::default();
        let mut ring = KeyRing {
            file: PathBuf::new(),
            sealing: RwLock::default(),
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
                    sealing.add(id.parse().map_err(|_| bad())?, unhex(key).ok_or_else(bad)?);
                    continue;
                }
                ["end"] => {}
                _ => return Err(bad()),
            }
            named.extend(words.first().copied());
        }
        if named != ["index", "ledger", "session", "end"] || sealing.seals.is_empty() {
            return Err(bad());
        }
        ring.sealing = RwLock::new(sealing);
        Ok(ring)
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
        for (id, key) in &self.sealing().texts {
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

    /// Adds a new key, which seals from now on, and writes the file. What other processes have added meanwhile stays: one at a time
    /// reads the file, adds to it and writes it.
    pub(crate) fn rotate(&self, entropy: fn(&mut [u8])) -> Result<u32, Error> {
        let _alone = Alone::with(&self.file)?;
        let written = KeyRing::read(&self.file)?;
        if written.mark() != self.mark() || !written.sealing().covers(&self.sealing()) {
            return Err(Error::KeyRing(
                "its file lacks keys that are in use, so no key was added: put the newest backup of it back".to_owned(),
            ));
        }
        let mut key = [0; 32];
        entropy(&mut key);
        let mut sealing = written.sealing();
        let id = sealing
            .newest()
            .map_or(0, |(id, _)| id)
            .checked_add(1)
            .ok_or_else(|| Error::KeyRing("it has no room for another key".to_owned()))?;
        sealing.add(id, key);
        let added = KeyRing {
            sealing: RwLock::new(sealing),
            ..written
        };
        added.save(&self.file)?;
        self.read_again()?;
        Ok(id)
    }

    fn newest(&self) -> Option<(u32, Arc<Aes256GcmSiv>)> {
        let sealing = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        sealing.newest()
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
        let (id, cipher) = self.newest().ok_or(Error::Inconsistent("no sealing key"))?;
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
        let id = u32::from_be_bytes(*id);
        let cipher = match self.cipher(id) {
            Some(cipher) => cipher,
            // Another process may have made it since the ring was read.
            None => {
                self.read_again()?;
                self.cipher(id).ok_or(Error::Inconsistent(
                    "a value is sealed with a key that is not in the ring",
                ))?
            }
        };
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

/// The right to change a ring's file, of one process and one thread at a time. It ends when it is dropped, and with its process.
struct Alone {
    _lock: File,
}

impl Alone {
    /// Waits for it. The lock is a file beside the ring's, because the ring's own is replaced.
    fn with(file: &Path) -> Result<Alone, Error> {
        let mut name = file.as_os_str().to_owned();
        name.push(".lock");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        owner_only(&mut options);
        let lock = options.open(PathBuf::from(name)).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Alone { _lock: lock })
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

/// A ring that everybody on the machine can read protects nothing: it is not used until that is put right (F4).
#[cfg(unix)]
fn kept_from_others(file: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o007;
    // A file that is not there is said to be so by whoever reads it.
    let open_to_others =
        std::fs::metadata(file).is_ok_and(|known| known.permissions().mode() & OTHERS != 0);
    if !open_to_others {
        return Ok(());
    }
    Err(Error::KeyRing(format!(
        "everybody on this machine can read or change its file. Nothing was opened. Put it right with: chmod 600 {}. If others may have \
         read it, make new keys and new backups afterwards",
        file.display()
    )))
}

#[cfg(not(unix))]
fn kept_from_others(_: &Path) -> Result<(), Error> {
    Ok(())
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
        let ring = KeyRing::open(&file, true, count_up).unwrap();
        let old = ring
            .seal(Column::RecordBody(1), 7, b"old", [1; 12])
            .unwrap();
        assert_eq!(ring.rotate(count_up).unwrap(), 2);
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
    fn rings_rotated_at_once_lose_no_key_and_read_each_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        drop(KeyRing::open(&file, true, count_up).unwrap());
        let rings: Vec<KeyRing> = (0..4).map(|_| KeyRing::read(&file).unwrap()).collect();
        let mut ids: Vec<u32> = std::thread::scope(|scope| {
            let rotations: Vec<_> = rings
                .iter()
                .map(|ring| {
                    scope.spawn(|| [0; 5].map(|_: i32| ring.rotate(count_up).unwrap()).to_vec())
                })
                .collect();
            rotations
                .into_iter()
                .flat_map(|rotation| rotation.join().unwrap())
                .collect()
        });
        ids.sort_unstable();
        assert_eq!(ids, (2..=21).collect::<Vec<u32>>());
        for (sealing, opening) in rings.iter().zip(rings.iter().rev()) {
            let sealed = sealing.seal(Column::EventBody, 7, b"a", [1; 12]).unwrap();
            assert_eq!(opening.unseal(Column::EventBody, 7, &sealed).unwrap(), b"a");
        }
        assert_eq!(KeyRing::read(&file).unwrap().sealing().texts.len(), 21);
    }

    #[test]
    fn an_older_ring_put_back_is_not_taken_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        let ring = KeyRing::open(&file, true, count_up).unwrap();
        let old = std::fs::read(&file).unwrap();
        ring.rotate(count_up).unwrap();
        let sealed = ring.seal(Column::EventBody, 7, b"a", [1; 12]).unwrap();
        std::fs::write(&file, old).unwrap();
        ring.read_again().unwrap();
        assert_eq!(ring.unseal(Column::EventBody, 7, &sealed).unwrap(), b"a");
        assert!(ring.rotate(count_up).is_err());
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

    #[cfg(unix)]
    #[test]
    fn f4_a_ring_that_everybody_can_read_is_not_used_and_it_is_said_what_to_do() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ring");
        KeyRing::open(&file, true, |bytes| bytes.fill(7)).unwrap();
        let mode = |mode| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            KeyRing::open(&file, false, |bytes| bytes.fill(7)).map(|_| ())
        };
        for open_to_others in [0o644, 0o604, 0o602] {
            let Err(Error::KeyRing(said)) = mode(open_to_others) else {
                panic!("{open_to_others:o}");
            };
            assert!(
                said.contains("chmod 600") && said.contains("ring"),
                "{said}"
            );
        }
        assert_eq!(mode(0o600), Ok(()));
        assert_eq!(mode(0o640), Ok(()), "a group of the owner's choosing may");
    }
}
