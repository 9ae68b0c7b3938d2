//! Signing out, and the page after it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{shown, to};
use crate::problem::Problem;
use crate::view::signed_out::SignedOut;
use crate::visitor::{Form, SignedIn, Visitor, unset_cookie};

/// Tells the browser to forget everything of this site, pages kept for Back included.
const FORGET: HeaderValue = HeaderValue::from_static("\"cache\", \"storage\"");

pub(crate) async fn send(visitor: SignedIn, _form: Form) -> Result<Response, Problem> {
    visitor
        .ask(|store, session, now| store.sign_out(session, now))
        .await?;
    visitor.forget_form();
    let mut response = to("/signed-out");
    let headers = response.headers_mut();
    headers.insert("clear-site-data", FORGET);
    if let Some(cookie) = unset_cookie(&visitor.desk().settings().session_cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(crate) async fn show(visitor: Visitor) -> Response {
    if visitor.is_signed_in() {
        return to("/");
    }
    let mut response = shown(
        StatusCode::OK,
        &SignedOut {
            layout: visitor.layout(""),
        },
    );
    response.headers_mut().insert("clear-site-data", FORGET);
    response
}
