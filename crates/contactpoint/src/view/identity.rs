//! The four things that say which child this is, and that even a shielded record shows (R43).

/// Name, date of birth, gender and number, in words.
#[derive(Clone, Default)]
pub struct Identity {
    /// Full current name.
    pub name: String,
    /// As `14 May 2011`.
    pub date_of_birth: String,
    /// In whole years.
    pub age: String,
    /// As `female`, or `gender not specified`.
    pub gender: String,
    /// The ContactPoint number in its groups.
    pub number: String,
}
