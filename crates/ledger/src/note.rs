//! Signed notes: a text and the signatures under it (C2SP signed-note).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::{KeyName, Signed, VerifierKey};

/// The most bytes a note may have, signatures included.
pub const NOTE_BYTES_MAX: usize = 262_144;
/// The most signatures a note may have.
pub const NOTE_SIGNATURES_MAX: usize = 100;

const SIGNATURE_MARK: &str = "\u{2014} ";
const KEY_ID_BYTES: usize = 4;

/// A text with signatures. That they hold is known only after [`verify`](Note::verify).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key that is said to have signed.
    pub name: KeyName,
    /// The id of that key.
    pub key_id: u32,
    /// The signature itself; its form depends on the key.
    pub bytes: Vec<u8>,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSignature {
    /// The key that signed.
    pub name: KeyName,
    /// What it said besides.
    pub signed: Signed,
}

/// Why bytes are not a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFault {
    /// Above [`NOTE_BYTES_MAX`].
    TooLong,
    /// Above [`NOTE_SIGNATURES_MAX`].
    TooManySignatures,
    /// Not UTF-8, or with a control character other than the line's end.
    NotText,
    /// No text ended by a line's end, a blank line, then signature lines.
    Layout,
    /// A signature line that is not mark, name, base64 of key id and signature.
    SignatureLine,
}

/// Why a note is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// No known key has signed it.
    NoKnownKey,
    /// A known key is said to have signed it and has not.
    Forged(KeyName),
}

impl fmt::Display for NoteFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            NoteFault::TooLong => "the note is too long",
            NoteFault::TooManySignatures => "the note has too many signatures",
            NoteFault::NotText => "the note is not plain text",
            NoteFault::Layout => "the note is not a text, a blank line and signatures",
            NoteFault::SignatureLine => "a signature line of the note is malformed",
        })
    }
}

impl std::error::Error for NoteFault {}

impl fmt::Display for SignatureFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignatureFault::NoKnownKey => formatter.write_str("no known key has signed the note"),
            SignatureFault::Forged(name) => write!(
                formatter,
                "the signature said to be by {name} does not hold"
            ),
        }
    }
}

impl std::error::Error for SignatureFault {}

impl Note {
    /// A note with these signatures. The text ends with a line's end.
    pub fn new(text: String, signatures: Vec<NoteSignature>) -> Result<Note, NoteFault> {
        if text.len() > NOTE_BYTES_MAX {
            return Err(NoteFault::TooLong);
        }
        if signatures.len() > NOTE_SIGNATURES_MAX {
            return Err(NoteFault::TooManySignatures);
        }
        if !is_note_text(&text) {
            return Err(NoteFault::NotText);
        }
        if !text.ends_with('\n') || signatures.is_empty() {
            return Err(NoteFault::Layout);
        }
        if signatures
            .iter()
            .any(|signature| signature.bytes.is_empty())
        {
            return Err(NoteFault::SignatureLine);
        }
        let note = Note { text, signatures };
        if note.to_string().len() > NOTE_BYTES_MAX {
            Err(NoteFault::TooLong)
        } else {
            Ok(note)
        }
    }

    /// The note in these bytes. Whatever is accepted is written by the display as the same bytes.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteFault> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteFault::TooLong);
        }
        let message = str::from_utf8(bytes).map_err(|_| NoteFault::NotText)?;
        if !is_note_text(message) {
            return Err(NoteFault::NotText);
        }
        let (text, lines) = message.rsplit_once("\n\n").ok_or(NoteFault::Layout)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteFault::Layout)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() >= NOTE_SIGNATURES_MAX {
                return Err(NoteFault::TooManySignatures);
            }
            signatures.push(NoteSignature::parse(line).ok_or(NoteFault::SignatureLine)?);
        }
        Ok(Note {
            text: format!("{text}\n"),
            signatures,
        })
    }

    /// What was signed, its last line's end included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The note with one more signature; an earlier one by the same key gives way to it.
    pub fn signed_also(mut self, signature: NoteSignature) -> Result<Note, NoteFault> {
        self.signatures
            .retain(|old| (&old.name, old.key_id) != (&signature.name, signature.key_id));
        self.signatures.push(signature);
        Note::new(self.text, self.signatures)
    }

    /// The signatures by known keys, one for each key at most. Signatures by other keys are passed over; a single
    /// false signature in a known key's name refuses the whole note.
    pub fn verify(&self, known: &[VerifierKey]) -> Result<Vec<VerifiedSignature>, SignatureFault> {
        let mut verified = Vec::new();
        for key in known {
            let mut by_key = self
                .signatures
                .iter()
                .filter(|signature| key.is_named_by(signature))
                .peekable();
            let Some(first) = by_key.peek() else { continue };
            let forged = || SignatureFault::Forged(key.name().clone());
            let signed = key.verify(&self.text, first).ok_or_else(forged)?;
            if !by_key.all(|signature| key.verify(&self.text, signature).is_some()) {
                return Err(forged());
            }
            verified.push(VerifiedSignature {
                name: key.name().clone(),
                signed,
            });
        }
        if verified.is_empty() {
            Err(SignatureFault::NoKnownKey)
        } else {
            Ok(verified)
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| writeln!(formatter, "{signature}"))
    }
}

impl NoteSignature {
    /// The signature in this line, given without its end; `None` unless it is exactly what the display gives.
    pub fn parse(line: &str) -> Option<NoteSignature> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (key_id, bytes) = decoded.split_first_chunk::<KEY_ID_BYTES>()?;
        let signature = NoteSignature {
            name: KeyName::new(name)?,
            key_id: u32::from_be_bytes(*key_id),
            bytes: bytes.to_vec(),
        };
        (!signature.bytes.is_empty()).then_some(signature)
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.bytes);
        write!(
            formatter,
            "{SIGNATURE_MARK}{} {}",
            self.name,
            STANDARD.encode(bytes)
        )
    }
}

fn is_note_text(text: &str) -> bool {
    text.chars()
        .all(|character| character >= ' ' || character == '\n')
}
