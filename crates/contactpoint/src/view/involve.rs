//! "I am working with this child": the viewer adds their own involvement.

use super::choice::Choice;
use super::fault::Fault;
use super::field::DateField;
use super::identity::Identity;
use super::layout::Layout;
use super::local_manager::LocalManager;
use super::telephone::Telephone;

/// The form that adds an involvement.
#[derive(askama::Template)]
#[template(path = "involve.html", whitespace = "minimize")]
pub struct Involve {
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
    /// What others will see.
    pub shown: ShownContact,
    /// Services of the viewer's own organisation.
    pub services: Vec<Choice>,
    /// What is wrong with the answer.
    pub service_fault: Option<String>,
    /// First day; may stay empty.
    pub since: DateField,
    /// Yes or no.
    pub lead_professional: Vec<Choice>,
    /// What is wrong with the answer.
    pub lead_professional_fault: Option<String>,
    /// Who is lead professional now and would no longer be, in words.
    pub lead_professional_now: Option<String>,
    /// None, current or past.
    pub assessment: Vec<Choice>,
    /// What is wrong with the answer.
    pub assessment_fault: Option<String>,
    /// Whom to ask when the viewer's organisation has no service that can be shown.
    pub local_manager: LocalManager,
    /// What is wrong with the form, one line for each.
    pub faults: Vec<Fault>,
}

/// The viewer's own contact details as others will see them.
#[derive(Clone, Default)]
pub struct ShownContact {
    /// Full name.
    pub practitioner: String,
    /// As `Learning mentor`.
    pub job_title: String,
    /// Employer.
    pub organisation: String,
    /// To ring.
    pub telephone: Option<Telephone>,
    /// To write to.
    pub email: Option<String>,
}
