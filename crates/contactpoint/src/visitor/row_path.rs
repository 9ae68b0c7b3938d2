//! What varies in the addresses of worklists and their rows.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use store::Order;

use super::escaped;
use super::path::Segments;

/// What follows the reference of a row in a list of the likeliest first.
const LIKELIEST: &str = "-likeliest";

/// The part of a path that names a row that waits: a reference of this session only, and in which order the next one comes.
pub(crate) struct RowPath {
    reference: String,
    order: Order,
}

/// The part of a path that names a second record: a reference of this session only.
pub(crate) struct OtherPath(pub(crate) String);

/// How a list was asked for, and what was done before.
pub(crate) struct Listed {
    /// Which row comes first.
    pub(crate) order: Order,
    /// What was just done.
    pub(crate) done: Option<String>,
}

impl RowPath {
    /// The path of a row.
    pub(crate) fn new(reference: &str, order: Order) -> Self {
        RowPath {
            reference: reference.to_owned(),
            order,
        }
    }

    /// The store's reference.
    pub(crate) fn reference(&self) -> String {
        self.reference.clone()
    }

    /// In which order the next one comes.
    pub(crate) fn order(&self) -> Order {
        self.order
    }

    /// The address of the row, below that of its list.
    pub(crate) fn href(&self, list: &str) -> String {
        let order = match self.order {
            Order::Oldest => "",
            Order::Likeliest => LIKELIEST,
        };
        format!("{list}/{}{order}", escaped(&self.reference))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RowPath {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let segments = Segments::from_request_parts(parts, state).await?;
        let whole = segments.text("row");
        Ok(match whole.strip_suffix(LIKELIEST) {
            Some(reference) => RowPath::new(reference, Order::Likeliest),
            None => RowPath::new(whole, Order::Oldest),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OtherPath {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let segments = Segments::from_request_parts(parts, state).await?;
        Ok(OtherPath(segments.text("other").to_owned()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Listed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Listed {
            order: if query == "likeliest" {
                Order::Likeliest
            } else {
                Order::Oldest
            },
            done: query.strip_prefix("done=").map(ToOwned::to_owned),
        })
    }
}
