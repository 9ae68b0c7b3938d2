//! One line of the summary at the top of a form that could not be accepted.

/// What is wrong with a form, with the box to go to.
#[derive(Clone, Default)]
pub struct Fault {
    /// The id of the box, without `#`.
    pub field: String,
    /// What is wrong and how to put it right.
    pub text: String,
}
