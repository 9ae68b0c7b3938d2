//! A file on its way in: sealed on the disk under a key that is in memory only, and without a name there, so that nothing of it is
//! left when the program ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use aes_gcm_siv::aead::{Aead, Payload};
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};

/// How much is sealed at a time, in bytes.
const PIECE_BYTES: usize = 65_536;
/// How much longer a sealed piece is, in bytes: its tag.
const TAG_BYTES: usize = 16;

/// A file that is being received.
pub struct Spool {
    file: File,
    seal: Aes256GcmSiv,
    piece: Vec<u8>,
    pieces: u64,
    bytes: u64,
}

/// A file that was received, to be read from its beginning.
pub struct Spooled {
    file: File,
    seal: Aes256GcmSiv,
    pieces: u64,
    next: u64,
    piece: Vec<u8>,
    read: usize,
}

impl Spool {
    /// An empty file in a folder.
    ///
    /// # Errors
    /// What the system says when it cannot be made there.
    pub fn new(folder: &Path, entropy: fn(&mut [u8])) -> io::Result<Spool> {
        let (mut key, mut name) = ([0; 32], [0; 8]);
        entropy(&mut key);
        entropy(&mut name);
        let path = folder.join(format!("spool-{:016x}", u64::from_be_bytes(name)));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Spool {
            file,
            seal: Aes256GcmSiv::new(&key.into()),
            piece: Vec::with_capacity(PIECE_BYTES),
            pieces: 0,
            bytes: 0,
        })
    }

    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds to it.
    ///
    /// # Errors
    /// What the system says when it cannot be written: the disk is full.
    pub fn add(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        while !bytes.is_empty() {
            let room = PIECE_BYTES.saturating_sub(self.piece.len());
            let (now, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.piece.extend_from_slice(now);
            bytes = rest;
            if self.piece.len() >= PIECE_BYTES {
                self.write_piece()?;
            }
        }
        Ok(())
    }

    /// Ends it: it is read from now on.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn end(mut self) -> io::Result<Spooled> {
        // A last piece that is shorter than the others, or empty, says where the file ends.
        self.write_piece()?;
        Ok(Spooled {
            file: self.file,
            seal: self.seal,
            pieces: self.pieces,
            next: 0,
            piece: Vec::new(),
            read: 0,
        })
    }

    fn write_piece(&mut self) -> io::Result<()> {
        let sealed = self.seal.encrypt(
            &nonce(self.pieces),
            Payload {
                msg: &self.piece,
                aad: b"spool",
            },
        );
        self.file.write_all(&sealed.map_err(|_| broken())?)?;
        self.pieces = self.pieces.saturating_add(1);
        self.piece.clear();
        Ok(())
    }
}

impl Read for Spooled {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.piece.len() {
            if self.next >= self.pieces {
                return Ok(0);
            }
            self.next_piece()?;
        }
        let rest = self.piece.get(self.read..).unwrap_or_default();
        let length = rest.len().min(into.len());
        let (Some(to), Some(from)) = (into.get_mut(..length), rest.get(..length)) else {
            return Ok(0);
        };
        to.copy_from_slice(from);
        self.read = self.read.saturating_add(length);
        Ok(length)
    }
}

impl Spooled {
    /// The same file, from its beginning.
    ///
    /// # Errors
    /// What the system says when it cannot be opened once more.
    pub fn again(&self) -> io::Result<Spooled> {
        Ok(Spooled {
            file: self.file.try_clone()?,
            seal: self.seal.clone(),
            pieces: self.pieces,
            next: 0,
            piece: Vec::new(),
            read: 0,
        })
    }

    fn next_piece(&mut self) -> io::Result<()> {
        let sealed_bytes = PIECE_BYTES.saturating_add(TAG_BYTES);
        let most = u64::try_from(sealed_bytes).unwrap_or(u64::MAX);
        let from = self.next.saturating_mul(most);
        let (mut sealed, mut read) = (vec![0; sealed_bytes], 0_usize);
        while let Some(rest) = sealed.get_mut(read..).filter(|rest| !rest.is_empty()) {
            let at = from.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            match self.file.read_at(rest, at)? {
                0 => break,
                more => read = read.saturating_add(more),
            }
        }
        sealed.truncate(read);
        let payload = Payload {
            msg: &sealed,
            aad: b"spool",
        };
        let plain = self.seal.decrypt(&nonce(self.next), payload);
        self.piece = plain.map_err(|_| broken())?;
        self.read = 0;
        self.next = self.next.saturating_add(1);
        Ok(())
    }
}

/// The key is of this file alone, so the place of a piece is enough.
fn nonce(piece: u64) -> Nonce {
    let [a, b, c, d, e, f, g, h] = piece.to_be_bytes();
    Nonce::from([0, 0, 0, 0, a, b, c, d, e, f, g, h])
}

fn broken() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "the spooled file is not as it was written",
    )
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "tests"
)]
mod tests {
    use super::*;

    fn entropy(bytes: &mut [u8]) {
        bytes.fill(7);
    }

    #[test]
    fn what_is_spooled_is_read_again_and_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES * 2 + 5] {
            let sent: Vec<u8> = (0..length)
                .map(|at| u8::try_from(at % 251).unwrap())
                .collect();
            let mut spool = Spool::new(folder.path(), entropy).unwrap();
            for part in sent.chunks(1_000) {
                spool.add(part).unwrap();
            }
            assert_eq!(spool.bytes(), length as u64);
            let mut back = Vec::new();
            spool.end().unwrap().read_to_end(&mut back).unwrap();
            assert_eq!(back, sent);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn f4_nothing_of_a_child_is_on_the_disk_in_clear() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path(), entropy).unwrap();
        spool.add(b"Refuge Lane").unwrap();
        let mut spooled = spool.end().unwrap();
        let length = spooled.file.metadata().unwrap().len();
        let mut raw = vec![0; length as usize];
        spooled.file.read_exact_at(&mut raw, 0).unwrap();
        let (mut once, mut again) = (String::new(), String::new());
        spooled.again().unwrap().read_to_string(&mut again).unwrap();
        spooled.read_to_string(&mut once).unwrap();
        assert_eq!(
            (once.as_str(), again.as_str()),
            ("Refuge Lane", "Refuge Lane")
        );
        assert!(raw.len() > 11 && !raw.windows(6).any(|part| part == b"Refuge"));
    }
}
