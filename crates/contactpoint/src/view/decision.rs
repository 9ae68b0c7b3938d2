//! What is decided about something that waits, and why its person would see the next.

use super::choice::Choice;

/// The form of a decision.
#[derive(Clone, Default)]
pub struct Decision {
    /// Where it is sent.
    pub action: String,
    /// How it is answered by keyboard, and what can be taken back.
    pub hint: &'static str,
    /// What can be decided.
    pub choices: Vec<Choice>,
    /// The question why the next is to be seen.
    pub next_legend: &'static str,
    /// The reason that was given for this one, and that the next is not to be seen.
    pub next: Vec<Choice>,
    /// The sentence beside the radio buttons, when there is a fault.
    pub fault: Option<String>,
}
