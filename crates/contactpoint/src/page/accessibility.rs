//! The accessibility statement.

use axum::http::StatusCode;
use axum::response::Response;

use super::shown;
use crate::view::accessibility::Accessibility;
use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    shown(
        StatusCode::OK,
        &Accessibility {
            layout: visitor.layout(""),
        },
    )
}
