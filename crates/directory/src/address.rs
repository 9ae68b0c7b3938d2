//! Where a child lives: the states of an address (L1), and the authority in whose area that is.

use crate::text::{AddressLine, AuthorityCode, Postcode};

/// What a source says of where the child lives. Unknown is no `Residence` at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Residence {
    /// The address and what it is.
    pub state: AddressState,
    /// The local authority in whose area it is. A hidden field of a shielded record (X1). The first one known is responsible for the record
    /// (R86), and stays so until another agrees with it (L4).
    pub authority: Option<AuthorityCode>,
}

/// The states of an address (Schedule 1 of the 2007 Regulations, L1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressState {
    /// The child lives here.
    Current(Address),
    /// The child lived here last; where the child lives now is not known.
    LastKnown(Address),
    /// There is no known address.
    NoKnown,
    /// The child has left England.
    LeftEngland(Return),
}

/// Whether somebody who has left England means to return within three years (L1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Means to return.
    Intended,
    /// Does not mean to return.
    NotIntended,
    /// No information.
    Unknown,
}

/// The most lines an address has, besides its postcode.
pub const ADDRESS_LINES_MAX: usize = 5;

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// One to [`ADDRESS_LINES_MAX`] lines, the last usually the town.
    pub lines: Vec<AddressLine>,
    /// The postcode, when known.
    pub postcode: Option<Postcode>,
}

impl Residence {
    /// The postal address, current or last known.
    #[must_use]
    pub fn address(&self) -> Option<&Address> {
        match &self.state {
            AddressState::Current(address) | AddressState::LastKnown(address) => Some(address),
            AddressState::NoKnown | AddressState::LeftEngland(_) => None,
        }
    }
}
