//! What the directory holds and what it never holds.

use axum::http::StatusCode;
use axum::response::Response;

use super::shown;
use crate::view::about::About;
use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    shown(
        StatusCode::OK,
        &About {
            layout: visitor.layout(""),
        },
    )
}
