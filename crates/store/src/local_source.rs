//! The published list of local systems that feed the directory (R84): reference data, and nothing of a child.

use directory::bytes::{Reader, Writer};
use directory::local_source::LocalSource;
use directory::organisation::Sector;
use directory::text::{AuthorityCode, OrganisationName, SupplierCode};

use crate::Store;
use crate::driver::Value;
use crate::error::Error;
use crate::reference;

/// The kind of reference data.
pub(crate) const KIND: &str = "source";

impl Store {
    /// Adds systems to the published list, or replaces those of the same authority and supplier.
    ///
    /// # Errors
    /// [`Error`] when they could not be written.
    pub fn put_local_sources(&self, sources: &[LocalSource]) -> Result<(), Error> {
        let rows = sources.iter().map(|one| {
            let code = code_of(one.authority(), one.supplier());
            (code, encode(one))
        });
        self.put_reference_rows(KIND, rows.collect(), &[])?;
        self.refresh_reference()
    }

    /// Takes a system off the published list. Whether it was on it.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn remove_local_source(
        &self,
        authority: &AuthorityCode,
        supplier: &SupplierCode,
    ) -> Result<bool, Error> {
        let code = code_of(authority, supplier);
        let removed = self.writer.write(move |connection| {
            let sql = "DELETE FROM reference WHERE kind = $1 AND code = $2";
            let removed = connection.execute(sql, &[Value::Text(KIND), Value::Text(&code)])?;
            reference::next_version(connection)?;
            Ok(removed > 0)
        })?;
        self.refresh_reference()?;
        Ok(removed)
    }

    /// Every system on the published list, by authority and name.
    #[must_use]
    pub fn local_sources(&self) -> Vec<LocalSource> {
        let mut all = self.reference().sources.clone();
        all.sort_by(|a, b| (a.authority(), a.name()).cmp(&(b.authority(), b.name())));
        all
    }
}

/// No code has this character in it.
fn code_of(authority: &AuthorityCode, supplier: &SupplierCode) -> String {
    format!("{authority}|{supplier}")
}

fn encode(source: &LocalSource) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(source.authority().as_str());
    out.text(source.supplier().as_str());
    out.text(source.name().as_str());
    out.text(source.sector().words());
    out.finish()
}

pub(crate) fn decode(bytes: &[u8]) -> Option<LocalSource> {
    let mut from = Reader::new(bytes);
    let authority = AuthorityCode::parse(from.text()?).ok()?;
    let supplier = SupplierCode::parse(from.text()?).ok()?;
    let name = OrganisationName::parse(from.text()?).ok()?;
    let sector = Sector::parse(from.text()?)?;
    LocalSource::new((authority, supplier), name, sector).ok()
}
