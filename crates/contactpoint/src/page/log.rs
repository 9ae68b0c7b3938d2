//! The ledger as everybody may read it: the checkpoint of the day before, and its tiles, which hold commitments only (C2SP tlog-tiles).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::problem::{Problem, What};
use crate::visitor::{Segments, Visitor};

pub(crate) async fn checkpoint(visitor: Visitor) -> Result<Response, Problem> {
    let asked = visitor
        .desk()
        .ask(|store| store.published_checkpoint())
        .await;
    match asked.map_err(|lost| visitor.problem(lost.into()))? {
        Some(note) => Ok(sent("text/plain; charset=utf-8", note.into_bytes())),
        None => Err(visitor.problem(What::NoSuchPage)),
    }
}

pub(crate) async fn tile(visitor: Visitor, segments: Segments) -> Result<Response, Problem> {
    let path = format!("tile/{}", segments.text("path"));
    let asked = visitor
        .desk()
        .ask(move |store| store.published_tile(&path))
        .await;
    match asked.map_err(|lost| visitor.problem(lost.into()))? {
        Some(bytes) => Ok(sent("application/octet-stream", bytes)),
        None => Err(visitor.problem(What::NoSuchPage)),
    }
}

fn sent(kind: &'static str, bytes: Vec<u8>) -> Response {
    (
        StatusCode::OK,
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        bytes,
    )
        .into_response()
}
