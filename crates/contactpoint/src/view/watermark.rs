//! Who looked at a record and when, laid over it on the screen and on paper.

/// How often the words are repeated over the page.
const REPEATS: u8 = 24;

/// The words of a watermark.
#[derive(Clone, Default)]
pub struct Watermark {
    /// The viewer's full name.
    pub viewer: String,
    /// The viewer's organisation.
    pub organisation: String,
    /// As `3 July 2026 at 2:05pm`.
    pub at: String,
}

impl Watermark {
    /// One turn for each repetition.
    pub fn repeats(&self) -> std::ops::Range<u8> {
        0..REPEATS
    }
}
