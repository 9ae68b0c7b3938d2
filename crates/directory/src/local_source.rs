//! A local system that feeds the directory, as the published list names it (R84). Nothing of it is about a child.

use crate::organisation::Sector;
use crate::service::reveals_sensitive;
use crate::text::{AuthorityCode, Fault, OrganisationName, SupplierCode, Why};

/// A system of an authority's area that feeds the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalSource {
    authority: AuthorityCode,
    supplier: SupplierCode,
    name: OrganisationName,
    sector: Sector,
}

impl LocalSource {
    /// A system to be listed. A name that would give a sensitive service away is never listed (X13, R27).
    ///
    /// # Errors
    /// A [`Fault`] when the name reveals a sensitive service.
    pub fn new(
        (authority, supplier): (AuthorityCode, SupplierCode),
        name: OrganisationName,
        sector: Sector,
    ) -> Result<LocalSource, Fault> {
        if reveals_sensitive(name.as_str()) {
            return Err(Fault {
                what: "name of a system",
                why: Why::RevealsSensitive,
            });
        }
        Ok(LocalSource {
            authority,
            supplier,
            name,
            sector,
        })
    }

    /// In whose area.
    #[must_use]
    pub fn authority(&self) -> &AuthorityCode {
        &self.authority
    }

    /// Under which code it supplies.
    #[must_use]
    pub fn supplier(&self) -> &SupplierCode {
        &self.supplier
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &OrganisationName {
        &self.name
    }

    /// Of which sector it is.
    #[must_use]
    pub fn sector(&self) -> Sector {
        self.sector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r84_no_name_that_gives_a_sensitive_service_away_is_listed() {
        let listed = |name: &str| {
            let whose = (
                AuthorityCode::parse("E06000025").unwrap(),
                SupplierCode::parse("local-02").unwrap(),
            );
            LocalSource::new(
                whose,
                OrganisationName::parse(name).unwrap(),
                Sector::Health,
            )
        };
        assert!(listed("Health visiting system").is_ok());
        for name in ["CAMHS system", "Sexual health clinics", "Recovery service"] {
            assert_eq!(listed(name).unwrap_err().why, Why::RevealsSensitive);
        }
    }
}
