//! The canonical bytes of events about records connected with a shielded one: tags 100 to 103 of version 1.

use super::What;
use super::event_bytes::{read_number, read_reason, read_seen, write_seen};
use crate::bytes::{Reader, Writer};

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::ConnectedShown {
            seen,
            reason,
            shown,
        } => {
            out.u8(100);
            write_seen(out, *seen);
            out.text(reason.code());
            out.list(shown, |out, seen| write_seen(out, *seen));
        }
        What::ConnectedDecided { seen, left_open } => {
            out.u8(101);
            write_seen(out, *seen);
            out.list(left_open, |out, number| out.u64(number.digits()));
        }
        What::ConnectedListed { shown } => {
            out.u8(102);
            out.list(shown, |out, number| out.u64(number.digits()));
        }
        What::ConnectedFound { seen } => {
            out.u8(103);
            write_seen(out, *seen);
        }
        _ => {}
    }
}

/// Reads what was done under a tag. `None`: not of this file, or cut short.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tag {
        100 => What::ConnectedShown {
            seen: read_seen(from)?,
            reason: read_reason(from)?,
            shown: from.list(read_seen)?,
        },
        101 => What::ConnectedDecided {
            seen: read_seen(from)?,
            left_open: from.list(read_number)?,
        },
        102 => What::ConnectedListed {
            shown: from.list(read_number)?,
        },
        103 => What::ConnectedFound {
            seen: read_seen(from)?,
        },
        _ => return None,
    };
    Some(what)
}
