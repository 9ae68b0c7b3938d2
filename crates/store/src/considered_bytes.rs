//! The stored bytes of what an officer decided about connected records: decision 50, and 30 of before it was kept what they gave away.

use directory::bytes::{Reader, Writer};
use directory::connected::{Considered, LeftOpen, Rest};
use directory::number::Number;

/// The tag of the decision.
pub(crate) const TAG: u8 = 50;
/// The tag of one that only says what kind of ties there were.
pub(crate) const TAG_OF_TIES: u8 = 30;

/// Writes the decision, with its tag.
pub(crate) fn write(out: &mut Writer, considered: &Considered) {
    out.u8(TAG);
    out.list(&considered.left_open, |out, one| {
        out.u64(one.number.digits());
        out.list(&one.gave_away, |out, hash| out.i64(*hash));
    });
    out.u8(match considered.rest {
        Rest::None => 0,
        Rest::More => 1,
    });
}

/// Reads the decision behind its tag.
pub(crate) fn read(from: &mut Reader<'_>) -> Option<Considered> {
    read_with(from, |from| from.list(Reader::i64))
}

/// The same of one that only says what kind of ties there were: what the records gave away is not known, and is asked once more.
pub(crate) fn read_of_ties(from: &mut Reader<'_>) -> Option<Considered> {
    read_with(from, |from| from.list(Reader::u8).map(|_| Vec::new()))
}

fn read_with(
    from: &mut Reader<'_>,
    gave_away: fn(&mut Reader<'_>) -> Option<Vec<i64>>,
) -> Option<Considered> {
    let read_left_open = |from: &mut Reader<'_>| {
        Some(LeftOpen {
            number: from.u64().and_then(Number::from_digits)?,
            gave_away: gave_away(from)?,
        })
    };
    Some(Considered {
        left_open: from.list(read_left_open)?,
        rest: match from.u8()? {
            0 => Rest::None,
            1 => Rest::More,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x3_of_an_older_decision_it_is_not_known_what_a_record_gave_away() {
        let mut out = Writer::new();
        out.u16(1);
        out.u64(Number::from_random(5).digits());
        out.list(&[0, 2], |out, tie| out.u8(*tie));
        out.u8(1);
        let bytes = out.finish();
        let read = read_of_ties(&mut Reader::new(&bytes)).unwrap();
        let left_open = LeftOpen {
            number: Number::from_random(5),
            gave_away: Vec::new(),
        };
        assert_eq!((read.left_open, read.rest), (vec![left_open], Rest::More));
    }
}
