//! An answer that is not what was asked for: one type, one rendering for each kind, and never the database's own words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::page;
use crate::view::layout::Layout;
use crate::view::local_manager::LocalManager;
use crate::view::no_result::NoResult;
use crate::view::problem::Problem as View;

/// After how many seconds to try again when the directory is busy.
const BUSY_RETRY_SECONDS: &str = "5";
/// After how many seconds to try again when it cannot answer.
const RETRY_SECONDS: &str = "60";
/// After how many seconds to try again when somebody asked too often: the hour that is looked back on moves on in steps of this length.
const OFTEN_RETRY_SECONDS: &str = "300";

/// What kind of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// No record: never existed, shielded and asked by a hidden field, archived, not theirs. One rendering (R26, R44, X2).
    NoRecord,
    /// The request cannot be read.
    Unreadable,
    /// This person may not do this, or the form comes from another site.
    Forbidden,
    /// The form is one of an earlier session, or of none.
    Stale,
    /// There is no such page.
    NoSuchPage,
    /// There is such a page, but not to be asked in this way.
    NotSo,
    /// The record is not as it was when the form was made.
    Changed,
    /// More was sent than any form needs.
    TooLarge,
    /// The request did not arrive in time.
    TooSlow,
    /// More was asked than one person needs in so short a time (X7).
    TooOften,
    /// More work than the machine can do.
    Busy,
    /// A first load is under way.
    FirstLoad,
    /// The store does not answer.
    OutOfOrder,
}

/// An answer that is not what was asked for.
pub(crate) struct Problem(Box<Parts>);

struct Parts {
    what: What,
    layout: Layout,
    local_manager: LocalManager,
}

impl Problem {
    /// A problem, in the frame of the page of whoever asked.
    pub(crate) fn new(what: What, layout: Layout, local_manager: LocalManager) -> Self {
        Self(Box::new(Parts {
            what,
            layout,
            local_manager,
        }))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts {
            what,
            layout,
            local_manager,
        } = *self.0;
        let view = match what {
            What::NoRecord => {
                let layout = Layout {
                    here: "/search",
                    ..layout
                };
                return page::shown(
                    StatusCode::OK,
                    &NoResult {
                        layout,
                        local_manager,
                    },
                );
            }
            What::Unreadable => View::unreadable(layout),
            What::Forbidden => View::forbidden(layout),
            What::Stale => View::stale(layout),
            What::NoSuchPage => View::page_not_found(layout),
            What::NotSo => View {
                status: StatusCode::METHOD_NOT_ALLOWED.as_u16(),
                ..View::page_not_found(layout)
            },
            What::Changed => View::changed_meanwhile(layout),
            What::TooLarge => View::too_large(layout),
            What::TooSlow => View {
                status: StatusCode::REQUEST_TIMEOUT.as_u16(),
                ..View::unreadable(layout)
            },
            What::TooOften => View::too_many(layout),
            What::Busy => View::busy(layout),
            What::FirstLoad => View::first_load(layout),
            What::OutOfOrder => View::out_of_order(layout),
        };
        let status = StatusCode::from_u16(view.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let mut response = page::shown(status, &view);
        if let Some(seconds) = retry_after(what) {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

fn retry_after(what: What) -> Option<&'static str> {
    match what {
        What::Busy => Some(BUSY_RETRY_SECONDS),
        What::FirstLoad | What::OutOfOrder => Some(RETRY_SECONDS),
        What::TooOften => Some(OFTEN_RETRY_SECONDS),
        What::NoRecord
        | What::Unreadable
        | What::Forbidden
        | What::Stale
        | What::NoSuchPage
        | What::NotSo
        | What::Changed
        | What::TooLarge
        | What::TooSlow => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Lost;

    #[tokio::test]
    async fn r44_whoever_decides_during_a_first_load_is_told_what_happened_and_what_to_do() {
        let what = What::from(Lost::FirstLoad);
        let problem = Problem::new(what, Layout::default(), LocalManager::default());
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
        let page = String::from_utf8(body.unwrap().to_vec()).unwrap();
        for words in [
            "Children are being loaded for the first time",
            "Nothing was shown and nothing was changed.",
            "If a child must be shielded",
        ] {
            assert!(page.contains(words), "{words}\n{page}");
        }
    }
}
