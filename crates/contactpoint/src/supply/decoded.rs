//! A file in the supplier's encoding, read as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::format::Encoding;

/// How many bytes are decoded at a time.
const STEP_BYTES: usize = 16_384;
/// Stands where something could not be decoded: never a byte of UTF-8, so that whoever reads finds it there.
const UNDECODABLE: u8 = 0xff;

/// What a file begins with that is written in UTF-8, so that it is not taken for one in the encoding that its mapping declares.
#[must_use]
pub fn mark(declared: Encoding) -> &'static [u8] {
    match declared {
        Encoding::Utf8 => &[],
        Encoding::Other(_) => "\u{feff}".as_bytes(),
    }
}

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
            Encoding::Other(other) => Some(other.new_decoder()),
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
    use encoding_rs::{
        EUC_JP, GB18030, ISO_2022_JP, ISO_8859_8, ISO_8859_14, UTF_16BE, UTF_16LE, WINDOWS_1250,
        WINDOWS_1252, WINDOWS_1253,
    };
    use proptest::prelude::*;

    const WINDOWS: Encoding = Encoding::Other(WINDOWS_1252);
    const UTF16: Encoding = Encoding::Other(UTF_16LE);

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
            decoded(b"Zo\xeb O\x92Neill", WINDOWS),
            "Zoë O’Neill".as_bytes()
        );
        assert_eq!(
            decoded(&utf16("Zoë\r\nŁucja"), UTF16),
            "Zoë\r\nŁucja".as_bytes()
        );
        let big: Vec<u8> = [0xfe, 0xff, 0, b'Z', 0, 0xeb].to_vec();
        assert_eq!(decoded(&big, UTF16), "Zë".as_bytes());
        assert_eq!(
            decoded("\u{feff}Zoë".as_bytes(), WINDOWS),
            "Zoë".as_bytes(),
            "a file of refused rows has a mark of UTF-8"
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_not_guessed() {
        let mut text = utf16("a");
        text.extend([0x00, 0xd8, b'b', 0]);
        assert_eq!(decoded(&text, UTF16), b"a\xffb");
        assert_eq!(decoded(b"\xff\xfea", UTF16), b"\xff", "half a letter");
    }

    #[test]
    fn names_in_any_encoding_of_the_standard_are_read() {
        for (encoding, text) in [
            (ISO_8859_14, "Siân Ŵyn"),
            (WINDOWS_1250, "Łucja Świątek"),
            (WINDOWS_1253, "Ελένη"),
            (GB18030, "Zoë 王"),
            (EUC_JP, "山田 Hana"),
            (ISO_2022_JP, "山田 Hana"),
        ] {
            let (bytes, _, is_lossy) = encoding.encode(text);
            assert!(!is_lossy && *bytes != *text.as_bytes(), "{text}");
            let read = decoded(&bytes, Encoding::Other(encoding));
            assert_eq!(read, text.as_bytes(), "{text}");
        }
        let big: Vec<u8> = "Zoë".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(
            decoded(&big, Encoding::Other(UTF_16BE)),
            "Zoë".as_bytes(),
            "without a mark, when the mapping says which end comes first"
        );
    }

    #[test]
    fn what_an_encoding_has_no_letter_for_stays_in_its_place_as_undecodable() {
        for (encoding, bytes, expected) in [
            (WINDOWS_1253, &b"a\xaab\n"[..], &b"a\xffb\n"[..]),
            (ISO_8859_8, b"a\xa1b", b"a\xffb"),
            (GB18030, b"a\xff,b\n", b"a\xff,b\n"),
            (GB18030, b"a\x81\n", b"a\xff\n"),
            (EUC_JP, b"a\xa4\nb", b"a\xff\nb"),
        ] {
            let read = decoded(bytes, Encoding::Other(encoding));
            assert_eq!(read, expected, "{}", encoding.name());
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_any_bytes_end(text in "[^\\u{feff}]{0,500}", bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(decoded(&utf16(&text), UTF16), text.as_bytes());
            for encoding in [UTF_16LE, WINDOWS_1252, WINDOWS_1253, GB18030, EUC_JP, ISO_2022_JP] {
                decoded(&bytes, Encoding::Other(encoding));
            }
        }
    }
}
