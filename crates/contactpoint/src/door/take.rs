//! Where the door hands a few rows to the store; whole files are runs ([`crate::run`]).

use directory::event::Totals;
use directory::supplied::Row;
use directory::text::PlaceCode;
use directory::{Date, Now};
use store::{Error, RowsNoted, Store};

use crate::supply::{Delivery, Mapping, Summary};

/// Takes a few rows, all of them or none: none when they would end too much.
///
/// # Errors
/// [`Error`] when they could not be written: none was taken.
pub(super) fn take_rows(
    store: &Store,
    mapping: &Mapping,
    (rows, mut summary): (&[Row], Summary),
    now: Now,
) -> Result<RowsNoted, Error> {
    if !rows.is_empty() {
        match store.note_rows(&mapping.supplier, rows, now)? {
            RowsNoted::Noted => {}
            RowsNoted::EndTooMuch => return Ok(RowsNoted::EndTooMuch),
        }
        let outcomes = store.accept(&mapping.supplier, rows, now)?;
        summary.count_outcomes(&outcomes);
    }
    finished(store, mapping, &summary, now)?;
    Ok(RowsNoted::Noted)
}

/// What is known of what is sent before it is read.
pub(super) fn with_delivery<T>(
    store: &Store,
    mapping: &Mapping,
    extracted: Date,
    then: impl FnOnce(Delivery<'_>) -> T,
) -> T {
    let catalogue = store.catalogue();
    let authority_of = |place: &PlaceCode| store.place(place).and_then(|place| place.authority);
    then(Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &authority_of,
        extracted,
    })
}

/// The event of what was taken.
fn finished(store: &Store, mapping: &Mapping, summary: &Summary, now: Now) -> Result<(), Error> {
    let totals = Totals {
        rows: summary.read,
        changed: summary.accepted,
        refused: summary.refused,
        waiting: summary.waiting,
    };
    store.supplied(&mapping.supplier, mapping.sector, totals, now)
}
