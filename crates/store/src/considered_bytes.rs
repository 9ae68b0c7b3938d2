//! The stored bytes of what an officer decided about connected records: decision 30.

use directory::bytes::{Reader, Writer};
use directory::connected::{Considered, Rest};
use directory::number::Number;

/// The tag of the decision.
pub(crate) const TAG: u8 = 30;

/// Writes the decision, with its tag.
pub(crate) fn write(out: &mut Writer, considered: &Considered) {
    out.u8(TAG);
    out.list(&considered.left_open, |out, number| {
        out.u64(number.digits());
    });
    out.u8(match considered.rest {
        Rest::None => 0,
        Rest::More => 1,
    });
}

/// Reads the decision behind its tag.
pub(crate) fn read(from: &mut Reader<'_>) -> Option<Considered> {
    Some(Considered {
        left_open: from.list(|from| from.u64().and_then(Number::from_digits))?,
        rest: match from.u8()? {
            0 => Rest::None,
            1 => Rest::More,
            _ => return None,
        },
    })
}
