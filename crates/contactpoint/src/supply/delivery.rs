//! What is known of a file before it is read: whose it is, and the day of the extract.

use directory::Date;
use directory::service::Catalogue;

use super::compose::AuthorityOf;
use super::mapping::Mapping;

/// What is known of a file before it is read.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    /// The supplier's mapping.
    pub mapping: &'a Mapping,
    /// The services, classified (X13).
    pub catalogue: &'a Catalogue,
    /// In whose area a school or practice is, for mappings that take the authority from there.
    pub authority_of: AuthorityOf<'a>,
    /// The day on which the supplier drew the file: what it says stood on that day.
    pub extracted: Date,
}
