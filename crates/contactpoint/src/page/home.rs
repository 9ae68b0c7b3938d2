//! The first page after signing in.

use axum::http::StatusCode;
use axum::response::Response;

use super::{search_form, shown};
use crate::view::home::Home;
use crate::visitor::SignedIn;

pub(crate) async fn show(visitor: SignedIn) -> Response {
    let home = Home {
        layout: visitor.layout("/"),
        form: search_form::blank(visitor.actor()),
    };
    shown(StatusCode::OK, &home)
}
