//! "Something is wrong here": which part of the record.

use axum::http::StatusCode;
use axum::response::Response;
use directory::correction::Disputed;
use directory::disputing::shown_value;

use super::child::{Opened, open};
use super::choices::capital;
use super::identity::{called, identity};
use super::wrong_missing::is_missing;
use super::{shown, to, wrong_words};
use crate::problem::Problem;
use crate::view::wrong::{Part, Wrong};
use crate::visitor::{ChildPath, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn, child: ChildPath) -> Result<Response, Problem> {
    let Opened::Shown(disclosure, beside) = open(&visitor, &child).await? else {
        return Ok(to(&child.below("reason")));
    };
    let view = disclosure.view();
    let today = visitor.now().today;
    let parts = Disputed::ALL.into_iter().filter_map(|field| {
        let single = shown_value(field, view)
            .and_then(|said| wrong_words::value(field, &said, |code| beside.place(code)));
        let value = single.or_else(|| wrong_words::list(field, view));
        let is_missing = value.is_none() && is_missing(field, view, visitor.actor(), today);
        // Of a list all may have been taken out, and be shown again.
        if value.is_none() && !is_missing && !wrong_words::is_marked(field, view) {
            return None;
        }
        Some(Part {
            what: capital(field.words()),
            value: value.unwrap_or_else(|| words::NOT_KNOWN.to_owned()),
            is_missing,
            href: child.below(&format!("wrong/{}", field.code())),
        })
    });
    let page = Wrong {
        layout: visitor.layout("/search"),
        identity: identity(view, visitor.now().today),
        called: called(view),
        child_href: child.href(),
        parts: parts.collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}
