//! What varies in an address: a child, a ticket, a mark, and what was just done.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::{Visitor, not_admitted};
use crate::problem::What;
use crate::view::sign_in::SentForm;
use crate::words;

/// The length of a reference and of a ticket, in characters.
const REFERENCE_CHARACTERS: usize = 48;

/// The lists from which a record is opened, each with what stands in place of the ticket of a search.
const LISTS: [(&str, &str); 3] = [
    ("", "/corrections"),
    ("-review", "/review"),
    ("-held", "/held"),
];

/// The parts of a path that vary.
pub(crate) struct Segments(Vec<(String, String)>);

/// The part of a path that names a child: a reference and the ticket of the search that gave it, both of this session only; or in place of
/// the ticket the mark of the list from which the record was opened.
pub(crate) struct ChildPath {
    whole: String,
}

/// What the address of the sign-in page says of what came before.
pub(crate) struct Before {
    /// The page a stranger asked for, to go to after signing in.
    pub(crate) next: Option<&'static str>,
    /// What became of a form that was sent when its session had ended.
    pub(crate) sent: Option<SentForm>,
}

/// The search that is to be changed, as the address of the form says.
pub(crate) enum Again {
    /// None: an empty form.
    No,
    /// The last of this session.
    Last,
    /// The one with this ticket.
    Of(String),
}

/// What was just done, as the address says after a redirection.
pub(crate) struct Done(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let read = RawPathParams::from_request_parts(parts, state).await;
        let segments = read.map(|params| {
            params
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        });
        match (segments, parts.extensions.get::<Visitor>()) {
            (Ok(segments), _) => Ok(Segments(segments)),
            (Err(_), Some(visitor)) => Err(visitor.problem(What::Unreadable).into_response()),
            (Err(_), None) => Err(not_admitted()),
        }
    }
}

impl Segments {
    /// A part by its name in the route's path.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ChildPath {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let segments = Segments::from_request_parts(parts, state).await?;
        Ok(ChildPath {
            whole: segments.text("reference").to_owned(),
        })
    }
}

impl ChildPath {
    /// The path of a child that a search found.
    pub(crate) fn new(reference: &str, ticket: &str) -> Self {
        ChildPath {
            whole: format!("{reference}{ticket}"),
        }
    }

    /// The path of a child whose record is opened from a list of this address.
    pub(crate) fn from_list(reference: &str, address: &str) -> Self {
        let list = LISTS.iter().find(|(_, known)| *known == address);
        ChildPath::new(reference, list.map_or("", |(mark, _)| *mark))
    }

    /// The address of the list from which the record was opened. `None`: a search found it.
    pub(crate) fn list(&self) -> Option<&'static str> {
        let ticket = self.ticket();
        let list = LISTS.iter().find(|(mark, _)| *mark == ticket);
        list.map(|(_, address)| *address)
    }

    /// The store's reference. Anything else than one is answered by the store as no record.
    pub(crate) fn reference(&self) -> String {
        self.whole
            .get(..REFERENCE_CHARACTERS)
            .unwrap_or_default()
            .to_owned()
    }

    /// The ticket of the search that gave it.
    pub(crate) fn ticket(&self) -> String {
        self.whole
            .get(REFERENCE_CHARACTERS..)
            .unwrap_or_default()
            .to_owned()
    }

    /// The address of the record.
    pub(crate) fn href(&self) -> String {
        format!("/child/{}", escaped(&self.whole))
    }

    /// The address of the results it was found among, or of the list from which it was opened.
    pub(crate) fn results(&self) -> String {
        match self.list() {
            Some(address) => address.to_owned(),
            None => format!("/results/{}", escaped(&self.ticket())),
        }
    }

    /// How the way back there is called.
    pub(crate) fn results_words(&self) -> &'static str {
        match self.list() {
            Some(_) => "Back to the list",
            None => "Back to the search results",
        }
    }

    /// The address of the record after something was done to it.
    pub(crate) fn done(&self, done: &str) -> String {
        format!("{}?done={done}", self.href())
    }

    /// The address of something below the record.
    pub(crate) fn below(&self, rest: &str) -> String {
        format!("{}/{rest}", self.href())
    }
}

/// One segment of a path, with everything escaped that is not plainly itself (RFC 3986, unreserved).
pub(crate) fn escaped(segment: &str) -> String {
    let mut escaped = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' | b'.' => {
                escaped.push(char::from(byte))
            }
            _ => {
                escaped.push('%');
                escaped.push_str(&words::hexadecimal(&[byte]).to_uppercase());
            }
        }
    }
    escaped
}

impl<S: Send + Sync> FromRequestParts<S> for Before {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let said = |name: &str| {
            let pairs = parts.uri.query().unwrap_or_default().split('&');
            let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        Ok(Before {
            next: said("next").and_then(crate::routes::page),
            sent: said("form").and_then(of_word),
        })
    }
}

/// What became of a form, as an address says it.
pub(super) fn word(sent: SentForm) -> &'static str {
    match sent {
        SentForm::Kept => "kept",
        SentForm::Lost => "lost",
    }
}

fn of_word(told: &str) -> Option<SentForm> {
    [SentForm::Kept, SentForm::Lost]
        .into_iter()
        .find(|sent| word(*sent) == told)
}

impl<S: Send + Sync> FromRequestParts<S> for Again {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        Ok(match parts.uri.query() {
            Some("again") => Again::Last,
            Some(query) => match query.strip_prefix("again=") {
                Some(ticket) => Again::Of(ticket.to_owned()),
                None => Again::No,
            },
            None => Again::No,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Done {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let done = parts
            .uri
            .query()
            .and_then(|query| query.strip_prefix("done="));
        Ok(Done(done.map(ToOwned::to_owned)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_escaped_so_that_it_stays_one() {
        assert_eq!(escaped("a/b..?é"), "a%2Fb..%3F%C3%A9");
    }
}
