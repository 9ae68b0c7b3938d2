//! The canonical bytes of events about rows that wait, and about records joined and parted: tags 40 to 47 of version 1.

use super::What;
use super::event_bytes::{of_tag, read_number, read_reason, read_seen, write_seen};
use crate::bytes::{Reader, Writer};
use crate::number::Number;
use crate::row::{RowMark, Waits};

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::RowShown {
            row,
            waits,
            shown,
            reason,
        } => {
            out.u8(40);
            out.i64(row.0);
            out.u8(waits_tag(*waits));
            out.list(shown, |out, seen| write_seen(out, *seen));
            out.text(reason.code());
        }
        What::RowLinked { row, number } => {
            out.u8(41);
            out.i64(row.0);
            out.u64(number.digits());
        }
        What::RowApart { row, from } => {
            out.u8(42);
            out.i64(row.0);
            out.list(from, |out, number| out.u64(number.digits()));
        }
        What::RowPutOff { row } => {
            out.u8(43);
            out.i64(row.0);
        }
        What::Merged { number, from } => two(out, 44, (*number, *from)),
        What::MergeUndone { number, from } => two(out, 45, (*number, *from)),
        What::Split { number, off } => two(out, 46, (*number, *off)),
        What::SplitUndone { number, off } => two(out, 47, (*number, *off)),
        _ => {}
    }
}

/// Reads what was done, of its tag. `None`: the tag is of nothing known here, or the bytes do not fit it.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let row = |from: &mut Reader<'_>| from.i64().map(RowMark);
    let what = match tag {
        40 => What::RowShown {
            row: row(from)?,
            waits: of_tag(from, &Waits::ALL, waits_tag)?,
            shown: from.list(read_seen)?,
            reason: read_reason(from)?,
        },
        41 => What::RowLinked {
            row: row(from)?,
            number: read_number(from)?,
        },
        42 => What::RowApart {
            row: row(from)?,
            from: from.list(read_number)?,
        },
        43 => What::RowPutOff { row: row(from)? },
        44 => What::Merged {
            number: read_number(from)?,
            from: read_number(from)?,
        },
        45 => What::MergeUndone {
            number: read_number(from)?,
            from: read_number(from)?,
        },
        46 => What::Split {
            number: read_number(from)?,
            off: read_number(from)?,
        },
        47 => What::SplitUndone {
            number: read_number(from)?,
            off: read_number(from)?,
        },
        _ => return None,
    };
    Some(what)
}

fn two(out: &mut Writer, tag: u8, (one, other): (Number, Number)) {
    out.u8(tag);
    out.u64(one.digits());
    out.u64(other.digits());
}

fn waits_tag(waits: Waits) -> u8 {
    match waits {
        Waits::Review => 1,
        Waits::Held => 2,
    }
}
