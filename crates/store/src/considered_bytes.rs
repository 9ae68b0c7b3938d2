//! The stored bytes of what an officer decided about connected records: decision 30.

use directory::bytes::{Reader, Writer};
use directory::connected::{Considered, LeftOpen, Rest, Tie};
use directory::number::Number;

/// The tag of the decision.
pub(crate) const TAG: u8 = 30;

/// Writes the decision, with its tag.
pub(crate) fn write(out: &mut Writer, considered: &Considered) {
    out.u8(TAG);
    out.list(&considered.left_open, |out, one| {
        out.u64(one.number.digits());
        out.list(&one.ties, |out, tie| out.u8(tag(*tie)));
    });
    out.u8(match considered.rest {
        Rest::None => 0,
        Rest::More => 1,
    });
}

/// Reads the decision behind its tag.
pub(crate) fn read(from: &mut Reader<'_>) -> Option<Considered> {
    Some(Considered {
        left_open: from.list(read_left_open)?,
        rest: match from.u8()? {
            0 => Rest::None,
            1 => Rest::More,
            _ => return None,
        },
    })
}

fn read_left_open(from: &mut Reader<'_>) -> Option<LeftOpen> {
    Some(LeftOpen {
        number: from.u64().and_then(Number::from_digits)?,
        ties: from.list(|from| {
            let read = from.u8()?;
            Tie::ALL.into_iter().find(|tie| tag(*tie) == read)
        })?,
    })
}

fn tag(tie: Tie) -> u8 {
    match tie {
        Tie::Address => 0,
        Tie::FamilyAtPostcode => 1,
        Tie::Carer => 2,
    }
}
