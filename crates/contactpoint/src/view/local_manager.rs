//! Whom to ask when the directory may not answer.

use super::telephone::Telephone;

/// The local ContactPoint manager's team.
#[derive(Clone, Default)]
pub struct LocalManager {
    /// As `Northshire ContactPoint team`.
    pub team: String,
    /// To ring.
    pub telephone: Telephone,
    /// To write to, without any detail of a child.
    pub email: String,
}
