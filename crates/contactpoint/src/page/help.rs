//! How to search, and the rules of sharing.

use axum::http::StatusCode;
use axum::response::Response;

use super::shown;
use crate::view::help::Help;
use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    shown(
        StatusCode::OK,
        &Help {
            layout: visitor.layout(""),
            local_manager: visitor.local_manager(),
        },
    )
}
