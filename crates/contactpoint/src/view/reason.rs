//! Why this record is to be opened: confirmed when it was given with the search, asked otherwise (R71, C18).

use super::choice::Choice;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;

/// The page between a result and a record.
#[derive(askama::Template)]
#[template(path = "reason.html", whitespace = "minimize")]
pub struct Reason {
    /// The frame.
    pub layout: Layout,
    /// Which child, as far as the results already showed. `None`: a list leads here, which names nobody.
    pub identity: Option<Identity>,
    /// Where the form is sent.
    pub action: String,
    /// Back to the results, or to the list.
    pub results_href: String,
    /// What the way back is called.
    pub results_words: &'static str,
    /// The reason given at the search; `None` when the record was reached directly.
    pub given: Option<Given>,
    /// Reasons for this person's role, at most seven, without the one already given.
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
}

/// A reason given before.
#[derive(Clone, Default)]
pub struct Given {
    /// What the form sends.
    pub value: String,
    /// What a person reads.
    pub label: String,
}

impl Reason {
    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}
