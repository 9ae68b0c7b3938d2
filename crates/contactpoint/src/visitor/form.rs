//! Forms, whose content is reached only past the check of their token.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};

use super::{Visitor, not_admitted};
use crate::problem::What;

/// The field with the token.
const TOKEN: &str = "csrf";
/// The most fields a form may have.
const FIELDS_MAX: usize = 40;
/// Where the browser says a request comes from (Fetch Metadata).
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a form sent, after its token was found to be the visitor's own. There is no other way to get one.
pub(crate) struct Form(Fields);

/// What a form sent from a page of this service, whose token may be of an earlier session: then it may be shown again to whoever
/// typed it, and nothing else.
pub(crate) enum Sent {
    /// The token is the visitor's own.
    Own(Form),
    /// It is not, but the browser says that the page was one of this service.
    Stale(Fields),
}

/// What was typed, by the names of the fields.
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// What was typed some time ago, to be shown in its form again.
    pub(crate) fn of(typed: Vec<(String, String)>) -> Fields {
        Fields(typed)
    }

    /// The token that came with it.
    pub(super) fn token(&self) -> String {
        self.exact(TOKEN)
    }

    /// What was typed, without the token.
    pub(super) fn into_typed(self) -> Vec<(String, String)> {
        let mut typed = self.0;
        typed.retain(|(name, _)| name != TOKEN);
        typed
    }

    /// What was typed into a field; empty when it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// The names of the fields that were sent with a value, as boxes that were ticked are.
    pub(crate) fn named_by(&self, value: &str) -> Vec<String> {
        let ticked = self.0.iter().filter(|(_, sent)| sent == value);
        ticked.map(|(name, _)| name.clone()).collect()
    }

    /// The same to the letter, for secrets.
    pub(crate) fn exact(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }
}

impl Form {
    /// What was typed.
    pub(crate) fn fields(&self) -> &Fields {
        &self.0
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let visitor = request
            .extensions()
            .get::<Visitor>()
            .cloned()
            .ok_or_else(not_admitted)?;
        match Sent::from_request(request, state).await? {
            Sent::Own(form) => Ok(form),
            Sent::Stale(_) => Err(visitor.problem(What::Stale).into_response()),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let visitor = request
            .extensions()
            .get::<Visitor>()
            .cloned()
            .ok_or_else(not_admitted)?;
        let surely_from_here = header_text(request.headers(), FETCH_SITE) == Some("same-origin");
        let fields = match read(request, state).await {
            Ok(fields) => fields,
            Err(what) => return Err(visitor.problem(what).into_response()),
        };
        let own = visitor
            .csrf()
            .is_some_and(|token| is_same(token, fields.text(TOKEN)));
        if !own && !surely_from_here {
            return Err(visitor.problem(What::Stale).into_response());
        }
        Ok(if own {
            Sent::Own(Form(fields))
        } else {
            Sent::Stale(fields)
        })
    }
}

/// What a form sends that comes from a page of this service, as far as the browser says; its token is still to be looked at.
pub(super) async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, What> {
    if !is_from_here(request.headers()) {
        return Err(What::Forbidden);
    }
    // The body is here already, as long as it may be: the router waited for it.
    let read = axum::Form::<Vec<(String, String)>>::from_request(request, state);
    let Ok(axum::Form(fields)) = read.await else {
        return Err(What::Unreadable);
    };
    if fields.len() > FIELDS_MAX || has_duplicates(&fields) {
        return Err(What::Unreadable);
    }
    Ok(Fields(fields))
}

/// Whether a form was sent from a page of this service, as far as the browser says. Its token decides in any case.
///
/// Pages ask browsers to send no referrer, and browsers then send `Origin: null` from the pages themselves.
fn is_from_here(headers: &HeaderMap) -> bool {
    if header_text(headers, FETCH_SITE).is_some_and(|site| !matches!(site, "same-origin" | "none"))
    {
        return false;
    }
    match header_text(headers, header::ORIGIN) {
        None | Some("null") => true,
        Some(origin) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == header_text(headers, header::HOST)
        }
    }
}

/// A header as text; one that is no text is never equal to anything that is asked for.
fn header_text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Compares in a time that does not tell where two texts begin to differ.
fn is_same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

fn has_duplicates(fields: &[(String, String)]) -> bool {
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

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
    fn a_form_from_another_site_is_refused_before_it_is_read() {
        for (pairs, from_here) in [
            (
                &[("host", "cp.example"), ("origin", "https://cp.example")][..],
                true,
            ),
            (
                &[
                    ("host", "cp.example"),
                    ("origin", "null"),
                    ("sec-fetch-site", "same-origin"),
                ],
                true,
            ),
            (&[("host", "cp.example")], true),
            (
                &[("host", "cp.example"), ("origin", "https://evil.example")],
                false,
            ),
            (
                &[
                    ("host", "cp.example"),
                    ("origin", "https://cp.example.evil.example"),
                ],
                false,
            ),
            (&[("host", "cp.example"), ("origin", "cp.example")], false),
            (
                &[
                    ("host", "cp.example"),
                    ("origin", "null"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
            ),
            (
                &[
                    ("host", "cp.example"),
                    ("origin", "null"),
                    ("sec-fetch-site", "same-site"),
                ],
                false,
            ),
        ] {
            assert_eq!(is_from_here(&headers(pairs)), from_here, "{pairs:?}");
        }
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(is_same("abc", "abc"));
        for other in ["", "ab", "abd", "abcd", "ABC"] {
            assert!(!is_same("abc", other), "{other}");
        }
    }

    #[test]
    fn a_field_sent_twice_is_seen() {
        let field = |name: &str| (name.to_owned(), String::new());
        assert!(has_duplicates(&[field("a"), field("b"), field("a")]));
        assert!(!has_duplicates(&[field("a"), field("b"), field("ab")]));
        assert!(!has_duplicates(&[]));
    }
}
