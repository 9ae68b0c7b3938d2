//! The pages: one file for each address, extract, ask the store once, show.

pub(crate) mod about;
pub(crate) mod accessibility;
pub(crate) mod assets;
pub(crate) mod child;
mod choices;
mod compared;
pub(crate) mod connected;
pub(crate) mod connected_child;
pub(crate) mod corrections;
mod date_boxes;
pub(crate) mod duplicate_pair;
pub(crate) mod duplicates;
mod fault_rates;
mod from_list;
pub(crate) mod health;
pub(crate) mod help;
pub(crate) mod home;
mod identity;
pub(crate) mod involve;
pub(crate) mod involve_end;
pub(crate) mod involve_end_for;
mod involve_form;
pub(crate) mod join_undo;
pub(crate) mod log;
pub(crate) mod look_ups;
pub(crate) mod measure;
pub(crate) mod merge;
pub(crate) mod moved;
pub(crate) mod moved_child;
mod open_run;
pub(crate) mod quality;
pub(crate) mod reason;
mod record;
pub(crate) mod results;
pub(crate) mod review;
pub(crate) mod review_row;
pub(crate) mod search;
mod search_again;
mod search_form;
mod search_words;
pub(crate) mod sessions;
pub(crate) mod shield;
pub(crate) mod shield_confirm;
pub(crate) mod sign_in;
pub(crate) mod signed_out;
pub(crate) mod sources;
pub(crate) mod sources_of;
pub(crate) mod split;
pub(crate) mod supplier;
pub(crate) mod suppliers;
pub(crate) mod supply_docs;
pub(crate) mod take_on;
pub(crate) mod wrong;
pub(crate) mod wrong_field;
mod wrong_form;
mod wrong_missing;
mod wrong_words;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// A page that could not be answered as asked, with what was typed still in it.
const FAULTY: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// A rendered page. Never compressed: it carries a token beside what was typed (BREACH).
pub(crate) fn shown(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            (status, [(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// To another page, which is then asked for with GET.
fn to(href: &str) -> Response {
    Redirect::to(href).into_response()
}
