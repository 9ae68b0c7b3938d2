//! What a Thrift structure in the compact protocol says, walked without keeping anything: sizes are known before anybody trusts them.

/// How deep structures may be within each other.
const DEPTH_MAX: usize = 16;
/// The most bytes of a number.
const VARINT_BYTES_MAX: u32 = 10;

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A number; 1 and 0 for true and false.
    Number(i64),
    /// A list or set of so many.
    List(u64),
}

/// Where a field is: the number of the field of the outermost structure that it is in, 0 for none; and its own.
pub type At = (i16, i16);

/// Walks one structure, and tells of the fields of it and of the structures that are its fields. Gives how many bytes it took.
/// `None`: it is none.
pub fn walk(bytes: &[u8], told: &mut dyn FnMut(At, Field)) -> Option<usize> {
    let mut rest = bytes;
    structure(&mut rest, (0, 0), told)?;
    bytes.len().checked_sub(rest.len())
}

fn structure(
    rest: &mut &[u8],
    (outer, depth): (i16, usize),
    told: &mut dyn FnMut(At, Field),
) -> Option<()> {
    if depth >= DEPTH_MAX {
        return None;
    }
    let mut id = 0_i16;
    loop {
        let head = byte(rest)?;
        if head == 0 {
            return Some(());
        }
        let kind = head & 0x0f;
        id = match head >> 4 {
            0 => i16::try_from(number(rest)?).ok()?,
            more => id.checked_add(i16::from(more))?,
        };
        let field = match kind {
            1 | 2 => Some(Field::Number(i64::from(kind == 1))),
            _ => value(
                rest,
                kind,
                (if depth == 0 { id } else { outer }, depth),
                told,
            )?,
        };
        if let (Some(field), 0 | 1) = (field, depth) {
            told((outer, id), field);
        }
    }
}

/// Steps over a value of a kind. What it says, if that is a number or a list.
fn value(
    rest: &mut &[u8],
    kind: u8,
    (outer, depth): (i16, usize),
    told: &mut dyn FnMut(At, Field),
) -> Option<Option<Field>> {
    let below = depth.checked_add(1)?;
    match kind {
        3 => byte(rest).map(|byte| Some(Field::Number(i64::from(byte.cast_signed())))),
        4..=6 => number(rest).map(|number| Some(Field::Number(number))),
        7 => skip(rest, 8).map(|()| None),
        8 => {
            let length = varint(rest)?;
            skip(rest, length).map(|()| None)
        }
        9 | 10 => list(rest, below).map(|count| Some(Field::List(count))),
        12 => structure(rest, (outer, below), told).map(|()| None),
        _ => None,
    }
}

fn list(rest: &mut &[u8], depth: usize) -> Option<u64> {
    if depth >= DEPTH_MAX {
        return None;
    }
    let head = byte(rest)?;
    let count = match head >> 4 {
        15 => varint(rest)?,
        few => u64::from(few),
    };
    let kind = head & 0x0f;
    for _ in 0..count {
        match kind {
            // In a list, true and false are a byte each.
            1 | 2 => skip(rest, 1)?,
            _ => {
                // Nothing is told of what is in a list: two structures down it would be nobody's.
                value(rest, kind, (0, depth.checked_add(1)?), &mut |_, _| {})?;
            }
        }
    }
    Some(count)
}

fn byte(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

fn skip(rest: &mut &[u8], bytes: u64) -> Option<()> {
    *rest = rest.get(usize::try_from(bytes).ok()?..)?;
    Some(())
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for place in 0..VARINT_BYTES_MAX {
        let byte = byte(rest)?;
        value |= u64::from(byte & 0x7f).checked_shl(place.checked_mul(7)?)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn number(rest: &mut &[u8]) -> Option<i64> {
    let value = varint(rest)?;
    Some((value >> 1).cast_signed() ^ (value & 1).cast_signed().wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> Option<(usize, Vec<(At, Field)>)> {
        let mut told = Vec::new();
        let length = walk(bytes, &mut |at, field| told.push((at, field)))?;
        Some((length, told))
    }

    #[test]
    fn numbers_lists_and_structures_are_told_and_stepped_over() {
        let bytes = [
            0x15, 0x02, // 1: 1
            0x2c, 0x15, 0x03, 0x00, // 3: { 1: -2 }
            0x18, 0x02, b'n', b'o', // 4: two bytes
            0x19, 0x25, 0x02, 0x04, // 5: a list of two numbers
            0x11, // 6: true
            0x00, 0xff,
        ];
        let expected = vec![
            ((0, 1), Field::Number(1)),
            ((3, 1), Field::Number(-2)),
            ((0, 5), Field::List(2)),
            ((0, 6), Field::Number(1)),
        ];
        assert_eq!(told(&bytes), Some((bytes.len() - 1, expected)));
    }

    #[test]
    fn what_ends_early_goes_too_deep_or_lies_is_nothing() {
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[0x15]), None);
        assert_eq!(
            told(&[0x18, 0xff, 0xff, 0xff, 0xff, 0x0f]),
            None,
            "a length"
        );
        assert_eq!(told(&[0x19, 0xfc, 0xff, 0xff, 0xff, 0x0f]), None, "a list");
        assert_eq!(told(&[0x1c; 4_096]), None, "structures within structures");
        assert_eq!(told(&[0x19; 4_096]), None, "lists within lists");
        assert_eq!(told(&[0x15; 64]), None);
        assert_eq!(told(&[0xff; 64]), None);
    }
}
