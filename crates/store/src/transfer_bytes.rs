//! The stored bytes of who is responsible for a record: decisions 24 to 26.

use directory::bytes::{Reader, Writer};
use directory::record::Decided;
use directory::text::AuthorityCode;
use directory::transfer::{Act, Move, Side, Step};

const ALLOCATED: u8 = 24;
const TRANSFER: u8 = 25;
const OFFERED: u8 = 26;

/// Writes a decision of these, with its tag. Another writes nothing.
pub(crate) fn write(out: &mut Writer, decided: &Decided) {
    match decided {
        Decided::Allocated(authority) => {
            out.u8(ALLOCATED);
            out.text(authority.as_str());
        }
        Decided::Transfer(step) => {
            out.u8(TRANSFER);
            out.text(step.of.from.as_str());
            out.text(step.of.to.as_str());
            out.date(step.of.since);
            out.u8(match step.side {
                Side::Losing => 0,
                Side::Gaining => 1,
            });
            out.text(step.act.code());
        }
        Decided::Offered(authority) => {
            out.u8(OFFERED);
            out.text(authority.as_str());
        }
        _ => {}
    }
}

/// Reads a decision under its tag.
pub(crate) fn read(tag: u8, from: &mut Reader<'_>) -> Option<Decided> {
    let authority = |from: &mut Reader<'_>| AuthorityCode::parse(from.text()?).ok();
    let decided = match tag {
        ALLOCATED => Decided::Allocated(authority(from)?),
        TRANSFER => Decided::Transfer(Box::new(Step {
            of: Move {
                from: authority(from)?,
                to: authority(from)?,
                since: from.date()?,
            },
            side: match from.u8()? {
                0 => Side::Losing,
                1 => Side::Gaining,
                _ => return None,
            },
            act: Act::parse(from.text()?)?,
        })),
        OFFERED => Decided::Offered(authority(from)?),
        _ => return None,
    };
    Some(decided)
}
