//! The fields of one row, in one buffer that is used again for the next row.

/// The fields of a row.
#[derive(Debug, Default)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

/// The fields of a row while they are being read: bytes of which nobody knows yet that they are text.
#[derive(Debug, Default)]
pub struct Gathering {
    /// The bytes of all fields.
    pub bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    /// How many fields there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the row is an empty line.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.is_empty() && self.len() <= 1
    }

    /// The field at a place, without the white space around it; empty when there is none.
    #[must_use]
    pub fn get(&self, place: usize) -> &str {
        self.as_sent(place).trim()
    }

    /// The field at a place, white space and all; empty when there is none.
    #[must_use]
    pub fn as_sent(&self, place: usize) -> &str {
        let start = place
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let end = self.ends.get(place).copied();
        start
            .zip(end)
            .and_then(|(start, end)| self.text.get(start..end))
            .unwrap_or("")
    }

    /// Gives the buffers up to be filled again.
    #[must_use]
    pub fn emptied(self) -> Gathering {
        let mut gathering = Gathering {
            bytes: self.text.into_bytes(),
            ends: self.ends,
        };
        gathering.bytes.clear();
        gathering.ends.clear();
        gathering
    }
}

impl Gathering {
    /// Ends a field and tells its length in bytes.
    pub fn end_field(&mut self) -> usize {
        let start = self.ends.last().copied().unwrap_or(0);
        self.ends.push(self.bytes.len());
        self.bytes.len().saturating_sub(start)
    }

    /// Takes the bytes as text. `Err`: they are not UTF-8.
    ///
    /// # Errors
    /// The fields that are UTF-8 when not all are, the others empty.
    pub fn into_cells(self) -> Result<Cells, Cells> {
        let ends = self.ends;
        match String::from_utf8(self.bytes) {
            Ok(text) => Ok(Cells { text, ends }),
            Err(error) => Err(readable(error.as_bytes(), &ends)),
        }
    }
}

/// The fields that are text, each in its place.
fn readable(bytes: &[u8], ends: &[usize]) -> Cells {
    let mut cells = Cells::default();
    let mut start = 0;
    for end in ends {
        let field = bytes.get(start..*end).unwrap_or(&[]);
        cells
            .text
            .push_str(std::str::from_utf8(field).unwrap_or(""));
        cells.ends.push(cells.text.len());
        start = *end;
    }
    cells
}
