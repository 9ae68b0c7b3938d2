//! Cookies: read by their whole name, set for this host alone.

use axum::http::{HeaderMap, HeaderValue, header};

/// The length of the token of the sign-in form, in characters.
const FORM_TOKEN_CHARACTERS: usize = 64;

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut named = pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(known, _)| *known == name);
    named.next().map(|(_, value)| value.to_owned())
}

/// Whether a text can be the token of a sign-in form.
pub(super) fn is_form_token(token: &str) -> bool {
    token.len() == FORM_TOKEN_CHARACTERS && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A cookie that only this host sees, only over a secure connection, never a script, never from another site. It ends with the
/// browser.
pub(crate) fn set_cookie(name: &str, value: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict"
    ))
    .ok()
}

/// Takes a cookie away.
pub(crate) fn unset_cookie(name: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!(
        "{name}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"
    ))
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

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
    fn cookies_are_read_by_their_whole_name() {
        let headers = headers(&[(
            "cookie",
            "x__Host-contactpoint=no; __Host-contactpoint=yes; other=1",
        )]);
        assert_eq!(
            cookie(&headers, "__Host-contactpoint").as_deref(),
            Some("yes")
        );
        assert_eq!(cookie(&headers, "contactpoint"), None);
    }
}
