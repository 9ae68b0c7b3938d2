//! The style sheet, scripts and icon.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::asset;
use crate::problem::What;
use crate::visitor::{Segments, TakesGzip, Visitor};

pub(crate) async fn show(
    visitor: Visitor,
    segments: Segments,
    TakesGzip(takes_gzip): TakesGzip,
) -> Response {
    let Some(asset) = asset::find(&format!("/assets/{}", segments.text("name"))) else {
        return visitor.problem(What::NoSuchPage).into_response();
    };
    let bytes = if takes_gzip {
        asset.gzipped
    } else {
        asset.bytes
    };
    let mut response = (StatusCode::OK, bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asset.content_type),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(asset::CACHE_CONTROL),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if takes_gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
