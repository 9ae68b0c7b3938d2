//! Whether the directory can answer, for the machine that watches it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    match visitor.desk().ask(|store| store.checkpoint()).await {
        Ok(_) => (StatusCode::OK, "The directory answers.\n").into_response(),
        Err(lost) => visitor.problem(lost.into()).into_response(),
    }
}
