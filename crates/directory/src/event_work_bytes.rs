//! The canonical bytes of events about working with a child: tags 70 to 72 of version 1.

use super::What;
use super::event_bytes::{read_seen, write_seen};
use crate::account::AccountId;
use crate::bytes::{Reader, Writer};
use crate::ended_for::EndCause;
use crate::text::ServiceCode;

pub(super) const BEGUN: u8 = 70;
pub(super) const ENDED: u8 = 71;
pub(super) const ENDED_FOR: u8 = 72;

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    let (tag, seen, service) = match what {
        What::WorkBegun { seen, service } => (BEGUN, seen, service),
        What::WorkEnded { seen, service } => (ENDED, seen, service),
        What::WorkEndedFor { seen, service, .. } => (ENDED_FOR, seen, service),
        _ => return,
    };
    out.u8(tag);
    write_seen(out, *seen);
    out.text(service.as_str());
    if let What::WorkEndedFor { of, cause, .. } = what {
        out.i64(of.0);
        out.text(cause.code());
    }
}

/// Reads what was done, whose tag is read already. `None`: it is not of this file, or not what it says.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let seen = read_seen(from)?;
    let service = ServiceCode::parse(from.text()?).ok()?;
    match tag {
        BEGUN => Some(What::WorkBegun { seen, service }),
        ENDED => Some(What::WorkEnded { seen, service }),
        ENDED_FOR => Some(What::WorkEndedFor {
            seen,
            service,
            of: AccountId(from.i64()?),
            cause: from.text().and_then(EndCause::parse)?,
        }),
        _ => None,
    }
}
