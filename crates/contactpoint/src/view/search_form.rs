//! The form that asks for a child, kept as typed when it could not be answered.

use super::choice::Choice;
use super::fault::Fault;
use super::field::{DateField, Field};

/// What a practitioner has in hand, and why they ask.
#[derive(Clone, Default)]
pub struct SearchForm {
    /// What is wrong with the form as a whole, one line for each faulty box.
    pub faults: Vec<Fault>,
    /// Put the cursor into the first box when the page opens.
    pub focus_first: bool,
    /// Show the further details unfolded.
    pub more_open: bool,
    /// The child's family name.
    pub family_name: Field,
    /// The child's given name or names.
    pub given_name: Field,
    /// The child's date of birth, or a year alone.
    pub date_of_birth: DateField,
    /// In years, when the date is not known.
    pub age: Field,
    /// The ContactPoint number.
    pub number: Field,
    /// Female, male, not known; none chosen means any.
    pub genders: Vec<Choice>,
    /// What is wrong with the one that was sent.
    pub gender_fault: Option<String>,
    /// Postcode of the child's home.
    pub postcode: Field,
    /// Name of the child's school, college or general practice.
    pub setting_or_practice: Field,
    /// A parent's or carer's name.
    pub carer: Field,
    /// The number the searcher's own organisation gives children; `None` when it gives none.
    pub own_number: Option<OwnNumber>,
    /// Reasons for this person's role, most usual first, at most seven, none chosen beforehand (R71).
    pub reasons: Vec<Choice>,
    /// What is wrong with the answer about the reason.
    pub reason_fault: Option<String>,
}

/// A number allocated by the searcher's own organisation, such as the NHS number.
#[derive(Clone, Default)]
pub struct OwnNumber {
    /// What that organisation calls it.
    pub label: String,
    /// As typed.
    pub field: Field,
}

impl SearchForm {
    /// The attribute that puts the cursor into the first box; with faults their summary has the cursor instead.
    pub fn focus(&self) -> &'static str {
        if self.focus_first && self.faults.is_empty() {
            "autofocus"
        } else {
            ""
        }
    }
}
