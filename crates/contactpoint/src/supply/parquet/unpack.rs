//! A page unpacked, to exactly the length that it declares and not a byte further.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use ruzstd::decoding::StreamingDecoder;

/// Whether pages packed like this are read.
#[must_use]
pub fn is_read(packing: Compression) -> bool {
    matches!(
        packing,
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
    )
}

/// The bytes of a page. `None`: it is not packed like this, or not of this length.
#[must_use]
pub fn unpack(packing: Compression, packed: &[u8], length: usize) -> Option<Vec<u8>> {
    match packing {
        Compression::UNCOMPRESSED => (packed.len() == length).then(|| packed.to_vec()),
        Compression::SNAPPY => {
            let is_so_long = snap::raw::decompress_len(packed).ok()? == length;
            let mut bytes = vec![0; if is_so_long { length } else { return None }];
            let written = snap::raw::Decoder::new().decompress(packed, &mut bytes);
            (written.ok()? == length).then_some(bytes)
        }
        Compression::GZIP(_) => exactly(MultiGzDecoder::new(packed), length),
        Compression::ZSTD(_) => {
            let window = u64::try_from(length).ok()?.max(WINDOW_BYTES_MIN);
            let decoder = StreamingDecoder::new_with_max_window_size(packed, window);
            exactly(decoder.ok()?, length)
        }
        _ => None,
    }
}

/// Writers may declare this window however short a page is, in bytes.
const WINDOW_BYTES_MIN: u64 = 8_388_608;

fn exactly(reader: impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    let most = u64::try_from(length).ok()?.checked_add(1)?;
    reader.take(most).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use parquet::basic::{GzipLevel, ZstdLevel};
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<(Compression, Vec<u8>)> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(bytes).unwrap();
        vec![
            (Compression::UNCOMPRESSED, bytes.to_vec()),
            (
                Compression::SNAPPY,
                snap::raw::Encoder::new().compress_vec(bytes).unwrap(),
            ),
            (
                Compression::GZIP(GzipLevel::default()),
                gzip.finish().unwrap(),
            ),
            (
                Compression::ZSTD(ZstdLevel::default()),
                compress_to_vec(bytes, CompressionLevel::Fastest),
            ),
        ]
    }

    #[test]
    fn what_was_packed_comes_out_at_its_length_and_at_no_other() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|n| (n % 7) as u8).collect();
        for (packing, packed) in packed(&bytes) {
            assert_eq!(unpack(packing, &packed, bytes.len()), Some(bytes.clone()));
            for length in [0, 10, bytes.len() - 1, bytes.len() + 1, 1_000_000] {
                assert_eq!(unpack(packing, &packed, length), None, "{packing}");
            }
        }
    }

    #[test]
    fn a_page_that_would_swell_without_end_is_stopped_at_its_declared_length() {
        let zeros = vec![0; 64 << 20];
        for (packing, packed) in packed(&zeros).into_iter().skip(1) {
            assert_eq!(unpack(packing, &packed, 1_000), None, "{packing}");
        }
    }

    #[test]
    fn other_packings_are_nothing() {
        assert!(!is_read(Compression::LZ4_RAW) && !is_read(Compression::LZO));
        assert_eq!(unpack(Compression::LZ4_RAW, &[0], 1), None);
    }
}
