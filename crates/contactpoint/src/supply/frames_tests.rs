//! Files in portions of any size, with lines of any length.

use super::*;
use crate::supply::limit::BUFFER_BYTES;
use proptest::prelude::*;

/// A reader that gives a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let many = self.1.min(room.len()).min(self.0.len());
        room[..many].copy_from_slice(&self.0[..many]);
        self.0 = &self.0[many..];
        Ok(many)
    }
}

fn frames(bytes: &[u8], step: usize) -> Vec<(Frame, Vec<String>)> {
    let mut frames = Frames::new(Slow(bytes, step), b',').unwrap();
    let mut cells = Cells::default();
    let mut found = Vec::new();
    loop {
        let frame = frames.next(&mut cells).unwrap();
        if frame == Frame::End {
            assert_eq!(frames.bytes(), bytes.len() as u64, "every byte is counted");
            return found;
        }
        found.push((
            frame,
            (0..cells.len())
                .map(|at| cells.get(at).to_owned())
                .collect(),
        ));
    }
}

fn kinds(bytes: &[u8]) -> Vec<Frame> {
    frames(bytes, 4096)
        .into_iter()
        .map(|(frame, _)| frame)
        .collect()
}

#[test]
fn lines_are_counted_over_quotes_blank_lines_and_marks() {
    let text = "\u{feff}a,b\n\n\"c\nd\",e\r\nf,g".as_bytes();
    assert_eq!(kinds(text), [Frame::Row(1), Frame::Row(3), Frame::Row(5)]);
    assert_eq!(
        frames(text, 1)[0].1,
        ["a", "b"],
        "the mark is no part of the heading"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line_and_byte() {
    let found = kinds(b"a,b\nZo\xeb,c\nd,e\n");
    assert_eq!(
        found,
        [
            Frame::Row(1),
            Frame::Broken(2, Complaint::Encoding { byte: 6 }),
            Frame::Row(3)
        ]
    );
}

#[test]
fn a_line_longer_than_the_buffer_costs_one_line() {
    let mut text = b"a,b\n".to_vec();
    text.extend(std::iter::repeat_n(b'x', BUFFER_BYTES * 3));
    text.extend_from_slice(b"\nc,d\n");
    assert_eq!(
        kinds(&text),
        [
            Frame::Row(1),
            Frame::Broken(2, Complaint::RowTooLong),
            Frame::Row(3)
        ]
    );
    let mut text = b"a,b\n\"".to_vec();
    text.extend(std::iter::repeat_n(b'x', ROW_BYTES_MAX * 2));
    text.extend_from_slice(b"\nc,d\n");
    assert_eq!(
        kinds(&text),
        [
            Frame::Row(1),
            Frame::Broken(2, Complaint::RowTooLong),
            Frame::Row(3)
        ]
    );
}

proptest! {
    #[test]
    fn any_bytes_in_any_portions_give_the_same_and_never_panic(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n')], 0..300),
        step in 1usize..50,
    ) {
        prop_assert_eq!(frames(&bytes, step), frames(&bytes, 4096));
    }
}
