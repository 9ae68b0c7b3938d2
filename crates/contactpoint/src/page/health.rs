//! Whether the directory can answer, which it cannot when it cannot write, for the machine that watches it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::visitor::Visitor;

pub(crate) async fn show(visitor: Visitor) -> Response {
    let now = visitor.now();
    match visitor.desk().ask(move |store| store.probe(now)).await {
        Ok(()) => (StatusCode::OK, "The directory answers.\n").into_response(),
        Err(lost) => visitor.problem(lost.into()).into_response(),
    }
}
