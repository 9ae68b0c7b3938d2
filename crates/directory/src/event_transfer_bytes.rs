//! The canonical bytes of events about who is responsible for a child: tags 80 to 83 of version 1.

use super::What;
use super::event_bytes::{of_tag, read_number, read_seen, write_seen};
use crate::bytes::{Reader, Writer};
use crate::transfer::{Act, Side};

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::Transferred { seen, side, act } => {
            out.u8(80);
            write_seen(out, *seen);
            out.u8(side_tag(*side));
            out.u8(act_tag(*act));
        }
        What::MovedListed { shown } => {
            out.u8(81);
            out.list(shown, |out, number| out.u64(number.digits()));
        }
        What::TakeOnOffered { seen } => {
            out.u8(82);
            write_seen(out, *seen);
        }
        What::TakenOn { seen } => {
            out.u8(83);
            write_seen(out, *seen);
        }
        _ => {}
    }
}

/// Reads what was done under a tag. `None`: not of this file, or cut short.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tag {
        80 => What::Transferred {
            seen: read_seen(from)?,
            side: of_tag(from, &Side::ALL, side_tag)?,
            act: of_tag(from, &Act::ALL, act_tag)?,
        },
        81 => What::MovedListed {
            shown: from.list(read_number)?,
        },
        82 => What::TakeOnOffered {
            seen: read_seen(from)?,
        },
        83 => What::TakenOn {
            seen: read_seen(from)?,
        },
        _ => return None,
    };
    Some(what)
}

fn side_tag(side: Side) -> u8 {
    match side {
        Side::Losing => 1,
        Side::Gaining => 2,
    }
}

fn act_tag(act: Act) -> u8 {
    match act {
        Act::Propose => 1,
        Act::Agree => 2,
        Act::Decline => 3,
        Act::Withdraw => 4,
    }
}
