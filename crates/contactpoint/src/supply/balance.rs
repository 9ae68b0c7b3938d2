//! Where a JSON value ends, without reading what is in it.

/// How far a value has been followed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Balance {
    open: usize,
    is_text: bool,
    is_escaped: bool,
}

impl Balance {
    /// How many bytes there are to the end of the value, from where it was followed to before. `None`: it goes on behind them.
    ///
    /// A number or a word ends with its first byte here: whoever needs the rest passes over it.
    pub fn end_of(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = bytes.iter().position(|byte| self.ends_with(*byte))?;
        Some(end.saturating_add(1))
    }

    fn ends_with(&mut self, byte: u8) -> bool {
        if self.is_text {
            match (self.is_escaped, byte) {
                (true, _) => self.is_escaped = false,
                (false, b'\\') => self.is_escaped = true,
                (false, b'"') => self.is_text = false,
                (false, _) => {}
            }
            return !self.is_text && self.open == 0;
        }
        match byte {
            b'"' => self.is_text = true,
            b'{' | b'[' => self.open = self.open.saturating_add(1),
            b'}' | b']' => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        !self.is_text && self.open == 0
    }
}
