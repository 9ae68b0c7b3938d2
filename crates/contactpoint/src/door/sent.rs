//! What the head of a request says of what is sent: its type, how it is packed, its digest, the key it is sent under, and the day it was
//! drawn.

use axum::http::{HeaderMap, HeaderName, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use directory::Date;
use directory::supplier_client::Fingerprint;

use super::problem::{DoorProblem, Kind};
use crate::supply::Format;

const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// A Parquet file is held in memory whole: that is for whoever loads it, not for a program that serves others.
const BY_COLUMNS: &str = "The mapping of this supplier reads Parquet, which does not come in at this door: have it loaded by command, or agree on another format.";
/// The longest key of a file, in characters.
const KEY_CHARACTERS_MAX: usize = 64;

/// How a body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// As it is.
    AsItIs,
    /// Packed with gzip.
    Gzip,
}

/// How a body is sent: packed once, or not at all.
pub(super) fn packing(headers: &HeaderMap) -> Result<Packing, DoorProblem> {
    let said = one(headers, &header::CONTENT_ENCODING)?.unwrap_or("identity");
    let is = |name: &str| said.trim().eq_ignore_ascii_case(name);
    if is("identity") {
        return Ok(Packing::AsItIs);
    }
    // The older name of the same (RFC 9110, section 8.4.1.3).
    if is("gzip") || is("x-gzip") {
        return Ok(Packing::Gzip);
    }
    Err(Kind::Wrapped.into())
}

/// Whether the type is of the agreed format.
pub(super) fn check_type(headers: &HeaderMap, format: &Format) -> Result<(), DoorProblem> {
    let allowed: &[&str] = match format {
        Format::Separated => &["text/csv", "text/tab-separated-values"],
        Format::JsonLines => &["application/x-ndjson", "application/jsonl"],
        Format::Json(_) => &["application/json", "application/fhir+json"],
        Format::Parquet => return Err(DoorProblem::with(Kind::OtherType, BY_COLUMNS)),
        Format::Xml(_) => &["application/xml", "text/xml"],
    };
    let sent = one(headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if allowed
        .iter()
        .any(|kind| essence.eq_ignore_ascii_case(kind))
    {
        return Ok(());
    }
    Err(Kind::OtherType.into())
}

/// The SHA-256 that the body, or the file in it, is said to have (RFC 9530). `None`: nothing is said.
pub(super) fn digest(headers: &HeaderMap) -> Result<Option<Fingerprint>, DoorProblem> {
    let Some(said) = one(headers, &CONTENT_DIGEST)? else {
        return Ok(None);
    };
    let of_sha = said
        .split(',')
        .filter_map(|member| member.trim().strip_prefix("sha-256="));
    let bytes = of_sha
        .filter_map(|value| value.strip_prefix(':')?.strip_suffix(':'))
        .filter_map(|value| STANDARD.decode(value).ok())
        .find_map(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes
        .map(|bytes| Some(Fingerprint(bytes)))
        .ok_or_else(|| Kind::Digest.into())
}

/// The key that the sender gave the file. `None`: none was given.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, DoorProblem> {
    let Some(said) = one(headers, &IDEMPOTENCY_KEY)? else {
        return Ok(None);
    };
    let inner = said
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(said);
    let fits = (1..=KEY_CHARACTERS_MAX).contains(&inner.len())
        && inner
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
    if !fits {
        return Err(DoorProblem::with(
            Kind::Unreadable,
            "An Idempotency-Key is 1 to 64 letters, digits and - _ . : characters.",
        ));
    }
    Ok(Some(inner.to_owned()))
}

/// The day the supplier drew the file: `extracted` in the address, today when it says nothing.
pub(super) fn extracted(uri: &Uri, today: Date) -> Result<Date, DoorProblem> {
    let Some(query) = uri.query().filter(|query| !query.is_empty()) else {
        return Ok(today);
    };
    let day = query
        .strip_prefix("extracted=")
        .and_then(|day| day.parse::<Date>().ok())
        .filter(|day| day.to_string() == query.trim_start_matches("extracted="));
    match day {
        Some(day) if day <= today => Ok(day),
        _ => Err(DoorProblem::with(
            Kind::Unreadable,
            "The only parameter is extracted, a day as 2026-07-03 that is not ahead.",
        )),
    }
}

/// A header that is there once, or not at all.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, DoorProblem> {
    let mut all = headers.get_all(name).iter();
    let first = all.next();
    let unreadable = || {
        DoorProblem::with(
            Kind::Unreadable,
            format!("The header {name} is there twice, or is not text."),
        )
    };
    if all.next().is_some() {
        return Err(unreadable());
    }
    first
        .map(|value| value.to_str().map_err(|_| unreadable()))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use jiff::civil::date;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn a_digest_is_of_sha_256_or_none() {
        let said = "sha-512=:AA==:, sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
        let found = digest(&headers(CONTENT_DIGEST, said)).unwrap().unwrap();
        assert!(found.text().starts_with("e3b0c44298fc1c14"));
        for wrong in ["", "sha-256=AA", "sha-256=:AA==:", "sha-512=:AA==:", "md5"] {
            assert!(digest(&headers(CONTENT_DIGEST, wrong)).is_err(), "{wrong}");
        }
        assert_eq!(digest(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_body_is_packed_once_with_gzip_or_not_at_all() {
        let of = |value| packing(&headers(header::CONTENT_ENCODING, value));
        assert_eq!(packing(&HeaderMap::new()), Ok(Packing::AsItIs));
        assert_eq!(of("identity"), Ok(Packing::AsItIs));
        for gzip in ["gzip", "GZIP", "x-gzip"] {
            assert_eq!(of(gzip), Ok(Packing::Gzip), "{gzip}");
        }
        for other in ["", "br", "deflate", "zstd", "gzip, gzip", "gzip, br"] {
            assert_eq!(of(other), Err(Kind::Wrapped.into()), "{other}");
        }
        let mut twice = headers(header::CONTENT_ENCODING, "gzip");
        twice.append(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(packing(&twice).is_err());
    }

    #[test]
    fn a_day_is_a_day_and_not_ahead() {
        let of = |uri: &'static str| extracted(&Uri::from_static(uri), date(2026, 7, 3));
        assert_eq!(of("/supply/files"), Ok(date(2026, 7, 3)));
        assert_eq!(
            of("/supply/files?extracted=2026-07-01"),
            Ok(date(2026, 7, 1))
        );
        for wrong in [
            "/?extracted=2026-07-04",
            "/?extracted=1",
            "/?other=1",
            "/?extracted=2026-07-01&a=b",
            "/?extracted=20260701",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_written_with_quotation_marks_or_without() {
        let of = |value| key(&headers(IDEMPOTENCY_KEY, value)).map(|key| key.unwrap_or_default());
        assert_eq!(of("\"a-1\""), Ok("a-1".to_owned()));
        assert_eq!(of("a-1"), Ok("a-1".to_owned()));
        for wrong in ["", "\"\"", "a b", "a/b"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
