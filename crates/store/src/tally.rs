//! Counts while they are made, in memory only: what leaves is figures.

use std::collections::{BTreeSet, HashMap};

use directory::figure::{Counted, Figure, published};
use directory::quality::{Measure, Noted};
use directory::text::{AuthorityCode, SupplierCode};

use crate::figures::{Cell, Figures};

/// How many of each.
#[derive(Default)]
pub(crate) struct Tally(HashMap<Cell, u64>);

impl Tally {
    /// Counts what was noted of a child of an authority, or of a row.
    pub(crate) fn add(&mut self, authority: &Option<AuthorityCode>, noted: Vec<Noted>) {
        for Noted { measure, suppliers } in noted {
            self.count(Cell::Authority(measure, authority.clone()));
            for supplier in suppliers {
                if measure == Measure::Children {
                    self.count(Cell::Coverage(supplier.clone(), authority.clone()));
                }
                self.count(Cell::Supplier(measure, supplier));
            }
        }
    }

    fn count(&mut self, cell: Cell) {
        let count = self.0.entry(cell).or_default();
        *count = count.saturating_add(1);
    }

    /// The figures of these authorities and suppliers, after those that were shown before. Of no other supplier is there any.
    pub(crate) fn figures(
        &self,
        authorities: impl Iterator<Item = AuthorityCode>,
        suppliers: &[SupplierCode],
        before: &Figures,
    ) -> Figures {
        let mut areas: BTreeSet<Option<AuthorityCode>> = authorities.map(Some).collect();
        areas.extend(self.0.keys().filter_map(|cell| match cell {
            Cell::Authority(_, authority) => Some(authority.clone()),
            Cell::Supplier(..) | Cell::Coverage(..) => None,
        }));
        areas.insert(None);
        let mut shown = Vec::new();
        for measure in Measure::ALL {
            let cells = areas.iter().cloned();
            let cells = cells.map(|area| Cell::Authority(measure, area)).collect();
            shown.extend(self.group(cells, before));
            let cells = suppliers.iter().cloned();
            let cells = cells.map(|code| Cell::Supplier(measure, code)).collect();
            shown.extend(self.group(cells, before));
        }
        for supplier in suppliers {
            let cells = areas.iter().cloned();
            let cells = cells
                .map(|area| Cell::Coverage(supplier.clone(), area))
                .collect();
            shown.extend(self.group(cells, before));
        }
        Figures::from(shown.into_iter())
    }

    /// The figures of counts that may add up to something known.
    fn group(&self, cells: Vec<Cell>, before: &Figures) -> Vec<(Cell, Figure)> {
        let counted: Vec<Counted> = cells
            .iter()
            .map(|cell| Counted {
                count: self.0.get(cell).copied().unwrap_or(0),
                before: before.of(cell),
            })
            .collect();
        cells.into_iter().zip(published(&counted)).collect()
    }
}
