//! A stretch of a file, in one buffer of fixed size: memory does not grow with the file, whatever is in it.

use std::io::{self, Read};

use super::limit::BUFFER_BYTES;

/// A stretch of a file that moves from its beginning to its end.
#[derive(Debug)]
pub struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    is_read: bool,
    bytes: u64,
}

impl<R: Read> Window<R> {
    /// A window at the beginning.
    pub fn new(reader: R) -> Window<R> {
        Window {
            reader,
            buffer: vec![0; BUFFER_BYTES],
            start: 0,
            end: 0,
            is_read: false,
            bytes: 0,
        }
    }

    /// How many bytes have been stepped over.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What has been read and not stepped over.
    pub fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or(&[])
    }

    /// The byte before what is waiting.
    pub fn last(&self) -> Option<u8> {
        let last = self.start.checked_sub(1)?;
        self.buffer.get(last).copied()
    }

    /// Steps over some bytes.
    pub fn step(&mut self, bytes: usize) {
        let before = self.start;
        self.start = self.start.saturating_add(bytes).min(self.end);
        let stepped = self.start.saturating_sub(before);
        self.bytes = self.bytes.saturating_add(stepped as u64);
    }

    /// Reads on until so many bytes are waiting, or the file is at its end. At most [`BUFFER_BYTES`] can be waited for.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn fill(&mut self, waiting_min: usize) -> io::Result<()> {
        if self.is_read || self.end.saturating_sub(self.start) >= waiting_min {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        while self.end < self.buffer.len() {
            let room = self.buffer.get_mut(self.end..).unwrap_or(&mut []);
            match self.reader.read(room) {
                Ok(0) => {
                    self.is_read = true;
                    break;
                }
                Ok(read) => self.end = self.end.saturating_add(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
