//! The rows of a file one at a time, in memory that does not grow with the file; what is wrong is told by line and column.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use csv::{ErrorKind, StringRecord};

use crate::command::Stop;

/// The most bytes of a row.
const ROW_BYTES_MAX: u64 = 1_048_576;
/// How much is read at a time, in bytes.
const BUFFER_BYTES: usize = 262_144;
/// What every fault of a file ends with.
const KEPT: &str = "Nothing was written.";

/// The rows of a file, or of its end.
pub struct RowReader {
    path: PathBuf,
    reader: csv::Reader<Bounded>,
    watch: Rc<Watch>,
    record: StringRecord,
    /// The byte of the file at which reading began.
    first_byte: u64,
    /// The bytes of the whole file.
    length: u64,
    /// The byte at which the last row began, if it goes over lines: as it does when no quotation mark closes what one opens.
    torn: Option<u64>,
    /// The heading, to name columns by; may be empty.
    heading: Vec<String>,
}

/// What the rows and the bytes under them must know of one another.
#[derive(Default)]
struct Watch {
    /// Bytes that may be read before a row must end.
    left: Cell<u64>,
    /// Whether quotation marks so far are in pairs.
    is_quoted: Cell<bool>,
}

/// A file that ends with an error when a row does not.
struct Bounded {
    file: File,
    watch: Rc<Watch>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.watch.left.get() == 0 {
            return Err(io::Error::other("the row is too long"));
        }
        let read = self.file.read(buffer)?;
        let taken = buffer.get(..read).unwrap_or_default();
        let quotes = taken.iter().filter(|byte| **byte == b'"').count();
        self.watch
            .is_quoted
            .set(self.watch.is_quoted.get() != (quotes % 2 == 1));
        self.watch
            .left
            .set(self.watch.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

impl RowReader {
    /// Begins at the first line and reads the heading.
    ///
    /// # Errors
    /// [`Stop::Failed`] when there is none.
    pub fn open(path: &Path, delimiter: u8) -> Result<(RowReader, Vec<String>), Stop> {
        let mut rows = RowReader::at(path, delimiter, 0)?;
        let heading: Vec<String> = match rows.next()? {
            Some(record) => record.iter().map(|cell| cell.trim().to_owned()).collect(),
            None => {
                return Err(Stop::Failed(format!(
                    "{} is empty: it has not even a heading. {KEPT} Leave the file out, or write it again.",
                    path.display()
                )));
            }
        };
        rows.heading.clone_from(&heading);
        Ok((rows, heading))
    }

    /// Begins at a byte that [`RowReader::byte`] gave.
    ///
    /// # Errors
    /// [`Stop::Failed`] when the file cannot be read.
    pub fn at(path: &Path, delimiter: u8, byte: u64) -> Result<RowReader, Stop> {
        let unread = |error: io::Error| {
            Stop::Failed(format!(
                "{} cannot be read: {error}. {KEPT}",
                path.display()
            ))
        };
        let mut file = File::open(path).map_err(unread)?;
        let metadata = file.metadata().map_err(unread)?;
        if !metadata.is_file() {
            return Err(unread(io::Error::other(
                "it is not a file, and must be read twice",
            )));
        }
        file.seek(SeekFrom::Start(byte)).map_err(unread)?;
        let watch = Rc::new(Watch::default());
        watch.left.set(ROW_BYTES_MAX);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(Bounded {
                file,
                watch: Rc::clone(&watch),
            });
        Ok(RowReader {
            path: path.to_owned(),
            reader,
            watch,
            record: StringRecord::new(),
            first_byte: byte,
            length: metadata.len(),
            torn: None,
            heading: Vec::new(),
        })
    }

    /// The next row; empty lines are passed over.
    ///
    /// # Errors
    /// [`Stop::Failed`] naming the line, and the column where it is one.
    pub fn next(&mut self) -> Result<Option<&StringRecord>, Stop> {
        let byte = self.byte();
        let read = self.reader.read_record(&mut self.record);
        match read {
            Ok(true) => {
                self.watch.left.set(ROW_BYTES_MAX);
                self.torn = self.record.as_slice().contains('\n').then_some(byte);
                Ok(Some(&self.record))
            }
            Ok(false) if self.watch.is_quoted.get() => {
                self.torn.map_or(Ok(None), |byte| Err(self.unclosed(byte)))
            }
            Ok(false) => Ok(None),
            Err(error) => Err(self.broken(&error, byte)),
        }
    }

    /// The byte of the file at which the next row begins, or the end of line before it.
    pub fn byte(&self) -> u64 {
        self.first_byte
            .saturating_add(self.reader.position().byte())
    }

    /// Says what is wrong with the row that begins at a byte.
    pub fn fault(&self, byte: u64, what: &str) -> Stop {
        let line = line_of(&self.path, byte);
        Stop::Failed(format!("{} line {line}{what} {KEPT}", self.path.display()))
    }

    /// The line, from 1, of the row that begins at a byte.
    pub fn line_of(&self, byte: u64) -> u64 {
        line_of(&self.path, byte)
    }

    fn unclosed(&self, byte: u64) -> Stop {
        self.fault(byte, ": a quotation mark opens a field and none closes it before the end of the file. Close it, or take it out.")
    }

    fn broken(&self, error: &csv::Error, byte: u64) -> Stop {
        match error.kind() {
            ErrorKind::Io(_) if self.watch.left.get() == 0 => self.fault(
                byte,
                &format!(": the row does not end within {ROW_BYTES_MAX} bytes. Look for a quotation mark that is not closed."),
            ),
            ErrorKind::Utf8 { err, .. } => {
                let column = err.field();
                let named = self.heading.get(column).map_or_else(
                    || column.saturating_add(1).to_string(),
                    |name| format!("{name:?}"),
                );
                self.fault(byte, &format!(", column {named}: this is not UTF-8. Save the file as UTF-8 and run again."))
            }
            ErrorKind::UnequalLengths { .. } if self.byte() >= self.length && self.watch.is_quoted.get() => self.unclosed(byte),
            ErrorKind::UnequalLengths { expected_len, len, .. } => self.fault(
                byte,
                &format!(": {len} fields where the heading has {expected_len}. Put a field with the delimiter in it into quotation marks, or take the line out."),
            ),
            _ => Stop::Failed(format!("{} cannot be read to its end: {error}. {KEPT}", self.path.display())),
        }
    }
}

/// The line, from 1, of the row that begins at a byte, ends of lines before it passed over.
fn line_of(path: &Path, byte: u64) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let mut line = 1_u64;
    let mut place = 0_u64;
    for read in io::BufReader::with_capacity(BUFFER_BYTES, file).bytes() {
        let Ok(read) = read else { break };
        if place >= byte && read != b'\n' && read != b'\r' {
            break;
        }
        line = line.saturating_add(u64::from(read == b'\n'));
        place = place.saturating_add(1);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let all = || {
            let (mut rows, _) = RowReader::open(&path, b',')?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                lines.push(row.clone());
            }
            Ok(lines.len())
        };
        match all() {
            Ok(count) => format!("{count} rows"),
            Err(Stop::Failed(text)) => text.replace(&*path.to_string_lossy(), "a.csv"),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        assert_eq!(told(b"id,name\r\n\r\n1,a\r\n2,b\r\n"), "2 rows");
        assert!(
            told(b"id,name\r\n\r\n1,a\r\n2,b,c\r\n")
                .starts_with("a.csv line 4: 3 fields where the heading has 2.")
        );
        assert!(told(b"id,name\n1,\"two\nlines\"\n2\n").starts_with("a.csv line 4: 1 fields"));
        assert!(
            told(b"id,name\n1,a\n2,\xe9\n")
                .starts_with("a.csv line 3, column \"name\": this is not UTF-8.")
        );
        assert!(told(b"").starts_with("a.csv is empty"));
        assert_eq!(told(b"\xef\xbb\xbfid,name\n1,O'Brien\n"), "1 rows");
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_found() {
        let text = told(b"id,name\n1,a\n2,\"b\n3,c\n4,d\n");
        assert!(
            text.starts_with("a.csv line 3: a quotation mark opens"),
            "{text}"
        );
        assert_eq!(told(b"id,name\n1,5\" tall\n"), "1 rows");
        let mut long = b"id,name\n1,a\n2,\"".to_vec();
        long.resize(3_000_000, b'x');
        assert!(
            told(&long).starts_with("a.csv line 3: the row does not end within"),
            "{}",
            told(&long)
        );
    }
}
