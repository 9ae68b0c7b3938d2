//! One line of comma-separated values (RFC 4180), written into a buffer that is used again.

/// Writes cells and ends lines.
#[derive(Debug, Default)]
pub struct Line {
    /// What has been written so far.
    pub bytes: Vec<u8>,
}

impl Line {
    /// Adds a text cell, in quotes only when it needs them.
    pub fn text(&mut self, text: &str) {
        if text
            .bytes()
            .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        {
            self.bytes.push(b'"');
            for byte in text.bytes() {
                if byte == b'"' {
                    self.bytes.push(b'"');
                }
                self.bytes.push(byte);
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
        self.bytes.push(b',');
    }

    /// Adds a cell of digits.
    pub fn number(&mut self, number: u64) {
        self.digits(number, 1);
        self.bytes.push(b',');
    }

    /// Writes digits, at least `width` of them, without ending the cell.
    pub fn digits(&mut self, number: u64, width: usize) {
        write_digits(&mut self.bytes, number, width);
    }

    /// Ends a cell whose bytes were written directly.
    pub fn end_cell(&mut self) {
        self.bytes.push(b',');
    }

    /// Ends the line.
    pub fn end(&mut self) {
        if let Some(last) = self.bytes.last_mut() {
            *last = b'\n';
        }
    }
}

/// Writes a number with leading noughts up to `width` digits.
pub fn write_digits(out: &mut Vec<u8>, number: u64, width: usize) {
    let start = out.len();
    let mut rest = number;
    while rest > 0 || out.len().saturating_sub(start) < width {
        out.push(b'0'.wrapping_add((rest % 10) as u8));
        rest /= 10;
    }
    if let Some(written) = out.get_mut(start..) {
        written.reverse();
    }
}
