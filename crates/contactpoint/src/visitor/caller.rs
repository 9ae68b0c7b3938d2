//! Where a request comes from, and what its browser takes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use axum::response::Response;

use super::{Visitor, not_admitted};
use crate::words;

/// Where a proxy says for whom it asks.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from.
pub(crate) struct Caller {
    /// The network address; of a network's last part only its beginning.
    pub(crate) address: IpAddr,
    /// The browser by its name.
    pub(crate) browser: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Visitor>().ok_or_else(not_admitted)?;
        let address = address_of(
            &parts.extensions,
            &parts.headers,
            visitor.desk.settings().trusted_proxy,
        );
        let agent = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Caller {
            address,
            browser: words::browser(agent.unwrap_or_default()),
        })
    }
}

/// The address a request comes from, as one party: what the trusted proxy says, or else the other end of the connection.
pub(crate) fn address_of(
    extensions: &Extensions,
    headers: &HeaderMap,
    trusted_proxy: Option<IpAddr>,
) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let told = if peer.is_some() && peer == trusted_proxy {
        forwarded_for(headers)
    } else {
        None
    };
    network(told.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

/// Whether a request came through a proxy that says so.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED_FOR)
}

/// The address a trusted proxy saw: the last it added.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .next_back()?
        .to_str()
        .ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// An address as one party: a version 6 address stands for its network of 64 bits, all of which one party can use.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Whether a browser takes a file compressed with gzip.
pub(crate) struct TakesGzip(pub(crate) bool);

impl<S: Send + Sync> FromRequestParts<S> for TakesGzip {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let takes = parts
            .headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok());
        Ok(TakesGzip(
            takes.flat_map(|value| value.split(',')).any(is_gzip),
        ))
    }
}

/// Whether one item of `Accept-Encoding` is gzip and not forbidden by a weight of zero (RFC 9110, 12.5.3).
fn is_gzip(item: &str) -> bool {
    let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
    let weight = weight
        .trim()
        .strip_prefix("q=")
        .and_then(|weight| weight.parse::<f32>().ok());
    name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn one_network_is_one_party() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn only_the_last_word_of_the_proxy_is_taken() {
        let headers = headers(&[("x-forwarded-for", "203.0.113.9, 192.0.2.7")]);
        assert_eq!(forwarded_for(&headers), "192.0.2.7".parse().ok());
    }

    #[test]
    fn gzip_is_taken_when_it_is_offered() {
        for (item, takes) in [
            ("gzip", true),
            (" GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("*", false),
        ] {
            assert_eq!(is_gzip(item), takes, "{item}");
        }
    }
}
