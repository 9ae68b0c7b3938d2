//! A reader that gives so much and no more until it is allowed again: no text of an XML file can fill the memory.

use std::io::{self, BufRead, Read};

use super::limit::RECORD_BYTES_MAX;
use super::window::Window;

/// A reader with a limit.
pub struct Metered<R> {
    window: Window<R>,
    left: usize,
    line: u64,
}

const MARK_UTF8: &[u8] = "\u{feff}".as_bytes();

impl<R: Read> Metered<R> {
    /// A reader that may give [`RECORD_BYTES_MAX`]. A mark of UTF-8 at the beginning is stepped over.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn new(reader: R) -> io::Result<Metered<R>> {
        let mut window = Window::new(reader);
        window.fill(MARK_UTF8.len())?;
        if window.waiting().starts_with(MARK_UTF8) {
            window.step(MARK_UTF8.len());
        }
        Ok(Metered {
            window,
            left: RECORD_BYTES_MAX,
            line: 1,
        })
    }

    /// Allows [`RECORD_BYTES_MAX`] from here on.
    pub fn allow(&mut self) {
        self.left = RECORD_BYTES_MAX;
    }

    /// The line that reading is in, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes have been given.
    pub fn bytes(&self) -> u64 {
        self.window.bytes()
    }

    /// Whether an error says that the limit was reached.
    pub fn is_spent(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::FileTooLarge
    }
}

impl<R: Read> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.window.fill(1)?;
        let waiting = self.window.waiting();
        if self.left == 0 && !waiting.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(waiting.get(..self.left).unwrap_or(waiting))
    }

    fn consume(&mut self, bytes: usize) {
        let given = self.window.waiting().get(..bytes).unwrap_or(&[]);
        let lines = given.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(lines as u64);
        self.left = self.left.saturating_sub(bytes);
        self.window.step(bytes);
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(room)?;
        self.consume(bytes);
        Ok(bytes)
    }
}
