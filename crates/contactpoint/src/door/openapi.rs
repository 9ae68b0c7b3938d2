//! `GET /supply/openapi.json`: the door described for programs (OpenAPI 3.1). A test holds it against every route and answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const DESCRIPTION: &str = include_str!("openapi.json");

pub(crate) async fn show() -> Response {
    let kind = HeaderValue::from_static("application/json");
    (StatusCode::OK, [(header::CONTENT_TYPE, kind)], DESCRIPTION).into_response()
}
