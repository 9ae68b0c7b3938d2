//! A supplier's file where it lies: as it is, or packed with gzip, which its first bytes say and not its name.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

/// With these a gzip file begins (RFC 1952), and no text and no Parquet.
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file to be read, unpacked on the way.
pub struct Opened {
    length: Option<u64>,
    reader: Reader,
}

/// A file of which the first bytes were looked at.
type Begun = Chain<Cursor<Vec<u8>>, File>;

enum Reader {
    AsItIs(Begun),
    Packed(Box<MultiGzDecoder<Begun>>),
}

impl Opened {
    /// Opens a file.
    ///
    /// # Errors
    /// What the system says when it cannot be opened or read.
    pub fn at(path: &Path) -> io::Result<Opened> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut first = Vec::new();
        (&mut file)
            .take(GZIP.len() as u64)
            .read_to_end(&mut first)?;
        let is_packed = first == GZIP;
        let begun = Cursor::new(first).chain(file);
        Ok(Opened {
            length: (!is_packed).then_some(length),
            reader: if is_packed {
                Reader::Packed(Box::new(MultiGzDecoder::new(begun)))
            } else {
                Reader::AsItIs(begun)
            },
        })
    }

    /// How many bytes will be read. `None`: it is packed, and how many come out is not known before.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }
}

impl Read for Opened {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match &mut self.reader {
            Reader::AsItIs(file) => file.read(room),
            Reader::Packed(gzip) => gzip.read(room).map_err(in_words),
        }
    }
}

/// That a packed file is cut off or damaged: said in words wherever it is read.
#[derive(Debug)]
pub(super) struct NotWhole;

impl NotWhole {
    /// Whether that is what an error says.
    pub(super) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<NotWhole>())
    }
}

impl fmt::Display for NotWhole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is packed with gzip, and is cut off or damaged. Pack it again")
    }
}

impl Error for NotWhole {}

/// What is wrong with a packed file; a fault of the disk stays what it is.
fn in_words(error: io::Error) -> io::Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        InvalidData | InvalidInput | UnexpectedEof => io::Error::new(InvalidData, NotWhole),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> io::Result<(Vec<u8>, Option<u64>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("children.txt");
        std::fs::write(&path, bytes).unwrap();
        let mut opened = Opened::at(&path)?;
        let (mut whole, length) = (Vec::new(), opened.length());
        let end = opened.read_to_end(&mut whole);
        end.map(|_| (whole, length))
    }

    #[test]
    fn a_file_is_read_as_it_is_or_unpacked_by_its_first_bytes() {
        for file in [
            &b""[..],
            b"R",
            b"\x1f",
            b"Ref,Surname\nN-1,Smith\n",
            &[7; 90_000],
        ] {
            let length = file.len() as u64;
            assert_eq!(read(file).unwrap(), (file.to_vec(), Some(length)));
            assert_eq!(read(&packed(file)).unwrap(), (file.to_vec(), None));
        }
        let members = [packed(b"Ref,Sur"), packed(b""), packed(b"name\n")].concat();
        assert_eq!(read(&members).unwrap().0, b"Ref,Surname\n");
    }

    #[test]
    fn a_packed_file_that_is_not_whole_says_so() {
        let whole = packed(&[b'x'; 5_000]);
        let mut damaged = whole.clone();
        let sum = whole.len() - 6;
        damaged[sum] ^= 1;
        let more = [&whole[..], b"more"].concat();
        let cut = (2..whole.len()).map(|length| &whole[..length]);
        for file in cut.chain([&damaged[..], &more[..]]) {
            let error = read(file).unwrap_err().to_string();
            assert!(error.contains("cut off or damaged"), "{error}");
        }
    }
}
