//! What comes out of a body that is packed with gzip: a little at a time, so that a few bytes that hold a great many take no memory.

use std::io::Write as _;

use axum::body::Bytes;
use flate2::write::MultiGzDecoder;

use super::problem::{DoorProblem, Kind};

/// A body that is being unpacked. It may have several members, one after the other (RFC 1952).
pub(super) struct Unpacking {
    decoder: MultiGzDecoder<Vec<u8>>,
    packed: Bytes,
}

impl Unpacking {
    /// Nothing has come yet.
    pub(super) fn new() -> Unpacking {
        Unpacking {
            decoder: MultiGzDecoder::new(Vec::new()),
            packed: Bytes::new(),
        }
    }

    /// Takes a piece of the body. What came before is unpacked by then.
    pub(super) fn take(&mut self, piece: Bytes) {
        self.packed = piece;
    }

    /// The next bytes, some tens of kibibytes at most. `None`: more of the body is needed.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, DoorProblem> {
        while !self.packed.is_empty() {
            let taken = self.decoder.write(&self.packed);
            let taken = taken.ok().filter(|taken| *taken > 0).ok_or(Kind::Broken)?;
            drop(self.packed.split_to(taken.min(self.packed.len())));
            if let Some(unpacked) = self.unpacked() {
                return Ok(Some(unpacked));
            }
        }
        Ok(None)
    }

    /// The last bytes: the body is at its end, and must be whole.
    pub(super) fn end(&mut self) -> Result<Option<Bytes>, DoorProblem> {
        self.decoder.try_finish().map_err(|_| Kind::Broken)?;
        Ok(self.unpacked())
    }

    fn unpacked(&mut self) -> Option<Bytes> {
        let unpacked = std::mem::take(self.decoder.get_mut());
        (!unpacked.is_empty()).then(|| unpacked.into())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    /// What comes out of a body that arrives in such pieces, and the most that came at once.
    fn unpacked(body: &[u8], piece: usize) -> Result<(Vec<u8>, usize), DoorProblem> {
        let (mut unpacking, mut whole, mut most) = (Unpacking::new(), Vec::new(), 0);
        let mut hear = |bytes: Bytes| {
            most = most.max(bytes.len());
            whole.extend_from_slice(&bytes);
        };
        for piece in body.chunks(piece) {
            unpacking.take(Bytes::copy_from_slice(piece));
            while let Some(bytes) = unpacking.next()? {
                hear(bytes);
            }
        }
        if let Some(bytes) = unpacking.end()? {
            hear(bytes);
        }
        Ok((whole, most))
    }

    #[test]
    fn a_few_bytes_that_hold_a_great_many_come_out_a_little_at_a_time() {
        let bomb = packed(&vec![0; 64 << 20]);
        assert!(bomb.len() < 100_000);
        for piece in [1_000, bomb.len()] {
            let (whole, most) = unpacked(&bomb, piece).unwrap();
            assert_eq!(whole.len(), 64 << 20);
            assert!(most <= 65_536, "{most}");
        }
    }

    #[test]
    fn a_body_that_is_not_whole_gzip_is_broken() {
        let whole = packed(b"Ref,Surname\nN-1,Smith\n");
        let at_end = whole.len() - 8;
        let mut other_sum = whole.clone();
        other_sum[at_end] ^= 1;
        let mut other_length = whole.clone();
        other_length[at_end + 4] ^= 1;
        let after = [&whole[..], b"more"].concat();
        let half_a_member = [&whole[..], &whole[..12]].concat();
        let broken = [&b""[..], b"Ref,Surname\n", b"\x1f\x8b", b"\x1f\x8b\x08"];
        let cut = (1..whole.len()).map(|length| &whole[..length]);
        let damaged = [&other_sum, &other_length, &after, &half_a_member];
        let damaged = damaged.into_iter().map(Vec::as_slice);
        for body in broken.into_iter().chain(cut).chain(damaged) {
            for piece in [1, 7, 1_000] {
                assert_eq!(unpacked(body, piece), Err(Kind::Broken.into()), "{body:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_file_in_any_members_and_pieces_comes_out_as_it_was(
            members in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3_000), 1..4),
            piece in 1usize..5_000,
        ) {
            let body: Vec<u8> = members.iter().flat_map(|one| packed(one)).collect();
            prop_assert_eq!(unpacked(&body, piece).unwrap().0, members.concat());
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1usize..300) {
            let _ = unpacked(&bytes, piece);
            let _ = unpacked(&[&packed(b"")[..10], &bytes[..]].concat(), piece);
        }
    }
}
