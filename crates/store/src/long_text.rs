//! Texts that are longer than one text of the canonical bytes can be.

use directory::bytes::{Reader, Writer};

/// How many characters are written at a time: of four bytes each they still fit.
const PIECE_CHARACTERS: usize = 16_000;

/// Writes a text of any length.
pub(crate) fn write(out: &mut Writer, text: &str) {
    let characters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = characters
        .chunks(PIECE_CHARACTERS)
        .map(|piece| piece.iter().collect())
        .collect();
    out.list(&pieces, |out, piece| out.text(piece));
}

/// Reads a text of any length.
pub(crate) fn read(from: &mut Reader<'_>) -> Option<String> {
    let pieces: Vec<String> = from.list(|from| from.text().map(ToOwned::to_owned))?;
    Some(pieces.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_read_as_it_is_written() {
        for text in ["", "é", &"€x".repeat(50_000)] {
            let mut out = Writer::new();
            write(&mut out, text);
            let bytes = out.finish();
            assert_eq!(read(&mut Reader::new(&bytes)).as_deref(), Some(text));
        }
    }
}
