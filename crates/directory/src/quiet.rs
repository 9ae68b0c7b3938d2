//! Sources that are a sensitive service's own system, of which their words would tell (R31, X13).

use std::collections::HashMap;

use crate::child::Provenance;
use crate::record::Record;
use crate::service::reveals_sensitive;
use crate::statement::{Said, Source, SourceKind, Statement};
use crate::text::SupplierCode;

/// The suppliers of a record, each with whether its words would tell: asked of many statements, it is worked out once.
pub(crate) struct Quiet<'r>(HashMap<&'r SupplierCode, bool>);

impl<'r> Quiet<'r> {
    pub(crate) fn of(record: &'r Record) -> Quiet<'r> {
        let mut suppliers = HashMap::new();
        for Statement { source, said, .. } in &record.statements {
            let is_told = suppliers
                .entry(&source.supplier)
                .or_insert_with(|| reveals_sensitive(source.supplier.as_str()));
            *is_told |= matches!(said, Said::Sensitive(_));
        }
        Quiet(suppliers)
    }

    /// Whether it is such a source.
    pub(crate) fn holds(&self, Source { kind, supplier, .. }: &Source) -> bool {
        self.has(*kind, supplier)
    }

    /// Whether something comes from such a source.
    pub(crate) fn is_of(&self, Provenance { kind, supplier, .. }: &Provenance) -> bool {
        self.has(*kind, supplier)
    }

    fn has(&self, kind: SourceKind, supplier: &SupplierCode) -> bool {
        let known = self.0.get(supplier).copied();
        kind == SourceKind::Local && known.unwrap_or_else(|| reveals_sensitive(supplier.as_str()))
    }
}
