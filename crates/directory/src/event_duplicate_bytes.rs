//! The canonical bytes of events about records that may be of one child: tags 110 and 111 of version 1.

use super::What;
use super::event_bytes::{of_tag, read_number, read_seen, write_seen};
use crate::bytes::{Reader, Writer};
use crate::duplicate::Judged;

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::DuplicateJudged {
            seen,
            other,
            judged,
        } => {
            out.u8(110);
            write_seen(out, *seen);
            out.u64(other.digits());
            out.u8(tag(*judged));
        }
        What::DuplicatesListed { shown } => {
            out.u8(111);
            out.list(shown, |out, number| out.u64(number.digits()));
        }
        _ => {}
    }
}

/// Reads what was done under a tag. `None`: not of this file, or cut short.
pub(super) fn read(tagged: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tagged {
        110 => What::DuplicateJudged {
            seen: read_seen(from)?,
            other: read_number(from)?,
            judged: of_tag(from, &Judged::ALL, tag)?,
        },
        111 => What::DuplicatesListed {
            shown: from.list(read_number)?,
        },
        _ => return None,
    };
    Some(what)
}

fn tag(judged: Judged) -> u8 {
    match judged {
        Judged::MayBeSame => 0,
        Judged::NotSame => 1,
        Judged::NoLongerAlike => 2,
        Judged::CannotTell => 3,
        Judged::GivesWay => 4,
    }
}
