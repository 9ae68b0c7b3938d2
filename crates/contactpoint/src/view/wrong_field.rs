//! One part of a record that is wrong: what is right, and how that is known.

use super::choice::Choice;
use super::fault::Fault;
use super::field::{DateField, Field};
use super::identity::Identity;
use super::layout::Layout;

/// The form that says what is wrong.
#[derive(askama::Template)]
#[template(path = "wrong_field.html", whitespace = "minimize")]
pub struct WrongField {
    /// The frame.
    pub layout: Layout,
    /// Which child.
    pub identity: Identity,
    /// The first given name, for sentences.
    pub called: String,
    /// Where the form is sent.
    pub action: String,
    /// Back to the parts of the record.
    pub back_href: String,
    /// As `date of birth`.
    pub what: String,
    /// As `Date of birth`.
    pub heading: String,
    /// As it is shown now.
    pub value: String,
    /// What was said to be wrong before.
    pub note: Option<String>,
    /// Nothing is shown: what is missing is said, and what is right has to be.
    pub is_missing: bool,
    /// Something of it can be said to be wrong or missing. Not where all of a list was taken out.
    pub can_say: bool,
    /// What was reported, where the part is a list.
    pub reports: Vec<String>,
    /// What somebody proposed, where the part is a list.
    pub proposal: Option<String>,
    /// Why a list is not set by a person, and what happens next.
    pub why_not_set: Option<&'static str>,
    /// What this person says is shown from now on, not only reported.
    pub sets: bool,
    /// An entry of the list that this person chooses is taken out, not only reported.
    pub takes_out: bool,
    /// The entries of the list that were taken out, each to be shown again.
    pub taken_out: Vec<Choice>,
    /// Where the correction that stands is undone, or that of an entry; `None` for others.
    pub undo_href: Option<String>,
    /// Where the reports are closed; `None` for others.
    pub dismiss_href: Option<String>,
    /// What can be said; empty where the part is a list.
    pub rights: Vec<Choice>,
    /// Which entry can be meant, where the part is a list.
    pub entries: Vec<Choice>,
    /// The boxes for what is right.
    pub inputs: Inputs,
    /// How it is known.
    pub causes: Vec<Choice>,
    /// What is wrong with the answer.
    pub right_fault: Option<String>,
    /// What is wrong with the answer.
    pub entry_fault: Option<String>,
    /// What is wrong with the answer.
    pub cause_fault: Option<String>,
    /// What is wrong with the form, one line for each.
    pub faults: Vec<Fault>,
}

/// The boxes for what is right.
#[derive(Clone, Default)]
pub enum Inputs {
    /// None: the answer says it, or nothing can be said.
    #[default]
    None,
    /// Given and family name.
    Name(Field, Field),
    /// A day.
    Date(DateField),
    /// House and street, town, postcode.
    Address(Field, Field, Field),
    /// Given name, family name, telephone and e-mail address of a parent or carer.
    Carer(Box<[Field; 4]>),
    /// A number, and what it is called.
    Number(&'static str, Field),
    /// The name of a school or practice, and those it may mean.
    Place(String, Field, Vec<Choice>),
}
