//! A file taken apart into rows, in one buffer of fixed size: memory does not grow with the file, whatever is in it.

use std::io::{self, Read};

use super::cells::Cells;
use super::complaint::Complaint;
use super::limit::ROW_BYTES_MAX;
use super::split::split;
use super::window::Window;

/// The rows of a file, one after the other.
#[derive(Debug)]
pub struct Frames<R> {
    window: Window<R>,
    delimiter: u8,
    /// The line on which the next row begins, from 1.
    line: u64,
}

/// What came next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A row, in the cells that were given; and its line.
    Row(u64),
    /// Something that is not a row. What could be read of it is in the cells.
    Broken(u64, Complaint),
    /// The file is at its end.
    End,
}

/// How much must be waiting, unless the file is at its end: a row of the greatest length and what follows it.
const WAITING_BYTES_MIN: usize = 2 * ROW_BYTES_MAX;
const MARK_UTF8: &[u8] = &[0xef, 0xbb, 0xbf];
const MARK_UTF16_LITTLE: &[u8] = &[0xff, 0xfe];
const MARK_UTF16_BIG: &[u8] = &[0xfe, 0xff];

impl<R: Read> Frames<R> {
    /// Begins to read. A mark of UTF-8 at the beginning is stepped over.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn new(reader: R, delimiter: u8) -> io::Result<Frames<R>> {
        let mut frames = Frames {
            window: Window::new(reader),
            delimiter,
            line: 1,
        };
        frames.window.fill(WAITING_BYTES_MIN)?;
        if frames.window.waiting().starts_with(MARK_UTF8) {
            frames.window.step(MARK_UTF8.len());
        }
        Ok(frames)
    }

    /// Whether the file begins with a mark of UTF-16.
    #[must_use]
    pub fn is_utf16(&self) -> bool {
        let waiting = self.window.waiting();
        waiting.starts_with(MARK_UTF16_LITTLE) || waiting.starts_with(MARK_UTF16_BIG)
    }

    /// How many bytes of the file have been taken.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.window.bytes()
    }

    /// Takes the next row into the cells. Empty lines are passed over.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn next(&mut self, cells: &mut Cells) -> io::Result<Frame> {
        loop {
            self.window.fill(WAITING_BYTES_MIN)?;
            if self.window.waiting().is_empty() {
                return Ok(Frame::End);
            }
            let line = self.line;
            let mut fields = std::mem::take(cells).emptied();
            let taken = split(self.window.waiting(), self.delimiter, &mut fields);
            let text = fields.into_cells();
            let encoding = match (&taken.broken, &text) {
                (None, Err(_)) => Some(self.encoding(taken.bytes)),
                _ => None,
            };
            *cells = text.unwrap_or_else(|readable| readable);
            self.line = self.line.saturating_add(taken.lines);
            self.window.step(taken.bytes);
            if taken.broken.is_some() {
                self.skip_line()?;
            }
            if let Some(complaint) = taken.broken.or(encoding) {
                return Ok(Frame::Broken(line, complaint));
            }
            if !cells.is_blank() {
                return Ok(Frame::Row(line));
            }
        }
    }

    fn encoding(&self, row_bytes: usize) -> Complaint {
        let row = self.window.waiting().get(..row_bytes).unwrap_or(&[]);
        let good = std::str::from_utf8(row).map_or_else(|error| error.valid_up_to(), str::len);
        let byte = self.window.bytes().saturating_add(good as u64);
        Complaint::Encoding { byte }
    }

    /// Passes over the rest of a line that was longer than what was waiting.
    fn skip_line(&mut self) -> io::Result<()> {
        let mut is_over = self.window.last() == Some(b'\n');
        while !is_over {
            self.window.fill(WAITING_BYTES_MIN)?;
            let waiting = self.window.waiting();
            if waiting.is_empty() {
                return Ok(());
            }
            let end = waiting.iter().position(|byte| *byte == b'\n');
            let bytes = end.map_or(waiting.len(), |end| end.saturating_add(1));
            is_over = end.is_some();
            self.window.step(bytes);
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
