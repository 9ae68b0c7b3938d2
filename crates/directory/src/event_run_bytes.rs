//! The canonical bytes of the steps of supply runs: tag 30 of version 1.

use super::What;
use crate::bytes::{Reader, Writer};
use crate::run::{RunId, RunStep};
use crate::text::SupplierCode;

/// Writes a step, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    let What::Run {
        run,
        supplier,
        step,
    } = what
    else {
        return;
    };
    out.u8(30);
    out.i64(run.0);
    out.text(supplier.as_str());
    let place = RunStep::ALL.iter().position(|one| one == step);
    let place = place.and_then(|place| u8::try_from(place).ok());
    out.u8(place.unwrap_or(u8::MAX));
}

/// Reads a step, after its tag.
pub(super) fn read(from: &mut Reader<'_>) -> Option<What> {
    Some(What::Run {
        run: RunId(from.i64()?),
        supplier: SupplierCode::parse(from.text()?).ok()?,
        step: *RunStep::ALL.get(usize::from(from.u8()?))?,
    })
}
