//! "They are no longer working with this child": the viewer ends what another practitioner recorded.

use super::choice::Choice;
use super::fault::Fault;
use super::identity::Identity;
use super::layout::Layout;

/// The page that asks why an involvement of somebody else has ended.
#[derive(askama::Template)]
#[template(path = "involve_end_for.html", whitespace = "minimize")]
pub struct InvolveEndFor {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// Where the form is sent.
    pub action: String,
    /// Back to the record.
    pub child_href: String,
    /// Whose involvement it is.
    pub practitioner: String,
    /// Where they work.
    pub organisation: String,
    /// In which service.
    pub service: String,
    /// First day, in words.
    pub since: Option<String>,
    /// Last day on which it would be shown if it ended today (R20).
    pub shown_until: String,
    /// The practitioner is the lead professional.
    pub lead_professional: bool,
    /// Why it may have ended.
    pub causes: Vec<Choice>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
}

impl InvolveEndFor {
    /// The sentence beside the radio buttons, when there is a fault.
    pub fn fault(&self) -> Option<String> {
        self.faults.first().map(|fault| fault.text.clone())
    }
}
