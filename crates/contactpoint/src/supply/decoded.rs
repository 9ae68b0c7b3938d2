//! A file in the supplier's encoding, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16LE, WINDOWS_1252};

use super::format::Encoding;

/// How many bytes are decoded at a time.
const STEP_BYTES: usize = 16_384;
/// Stands where something could not be decoded: never a byte of UTF-8, so that whoever reads finds it there.
const UNDECODABLE: u8 = 0xff;

/// A reader that gives UTF-8.
pub struct Decoded<R> {
    reader: R,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    taken: usize,
}

impl<R: Read> Decoded<R> {
    /// Reads a file in an encoding. UTF-8 is passed on as it is, good or bad.
    pub fn new(reader: R, encoding: Encoding) -> Decoded<R> {
        let decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder()),
            Encoding::Utf16 => Some(UTF_16LE.new_decoder()),
        };
        Decoded {
            reader,
            decoder,
            text: Vec::new(),
            taken: 0,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.reader.read(room);
        };
        while self.taken >= self.text.len() {
            let mut raw = [0; STEP_BYTES];
            let bytes = self.reader.read(&mut raw)?;
            self.text.clear();
            self.taken = 0;
            decode(decoder, raw.get(..bytes).unwrap_or(&[]), &mut self.text);
            if bytes == 0 {
                if self.text.is_empty() {
                    return Ok(0);
                }
                *decoder = encoding_rs::UTF_8.new_decoder_without_bom_handling();
            }
        }
        let waiting = self.text.get(self.taken..).unwrap_or(&[]);
        let bytes = waiting.len().min(room.len());
        if let (Some(from), Some(to)) = (waiting.get(..bytes), room.get_mut(..bytes)) {
            to.copy_from_slice(from);
        }
        self.taken = self.taken.saturating_add(bytes);
        Ok(bytes)
    }
}

/// Decodes some bytes; none: the file is at its end.
fn decode(decoder: &mut Decoder, mut raw: &[u8], text: &mut Vec<u8>) {
    let is_last = raw.is_empty();
    let mut room = vec![0; STEP_BYTES];
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(raw, &mut room, is_last);
        text.extend_from_slice(room.get(..written).unwrap_or(&[]));
        raw = raw.get(read..).unwrap_or(&[]);
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => text.push(UNDECODABLE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        let mut decoded = Decoded::new(bytes, encoding);
        decoded.read_to_end(&mut text).unwrap();
        text
    }

    fn utf16(text: &str) -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect()
    }

    #[test]
    fn names_in_the_encodings_of_spreadsheets_are_read() {
        assert_eq!(
            decoded(b"Zo\xeb O\x92Neill", Encoding::Windows1252),
            "Zoë O’Neill".as_bytes()
        );
        assert_eq!(
            decoded(&utf16("Zoë\r\nŁucja"), Encoding::Utf16),
            "Zoë\r\nŁucja".as_bytes()
        );
        let big: Vec<u8> = [0xfe, 0xff, 0, b'Z', 0, 0xeb].to_vec();
        assert_eq!(decoded(&big, Encoding::Utf16), "Zë".as_bytes());
        assert_eq!(
            decoded("\u{feff}Zoë".as_bytes(), Encoding::Windows1252),
            "Zoë".as_bytes(),
            "a file of refused rows has a mark of UTF-8"
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_not_guessed() {
        let mut text = utf16("a");
        text.extend([0x00, 0xd8, b'b', 0]);
        assert_eq!(decoded(&text, Encoding::Utf16), b"a\xffb");
        assert_eq!(
            decoded(b"\xff\xfea", Encoding::Utf16),
            b"\xff",
            "half a letter"
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_any_bytes_end(text in "[^\\u{feff}]{0,500}", bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(decoded(&utf16(&text), Encoding::Utf16), text.as_bytes());
            let _ = (decoded(&bytes, Encoding::Utf16), decoded(&bytes, Encoding::Windows1252));
        }
    }
}
