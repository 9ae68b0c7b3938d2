//! One of several answers to a question.

/// A radio button.
#[derive(Clone, Default)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What a person reads.
    pub label: String,
    /// One more sentence, where the label alone could be misread.
    pub hint: Option<String>,
    /// Chosen already by this person, as the reason that they gave last; never set to suggest an answer.
    pub chosen: bool,
}
