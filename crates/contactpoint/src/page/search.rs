//! Searching: the form, and its answer – results, no result, or the form again with everything that was typed.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::{Add, Refusal};

use super::search_form::{self, Asked};
use super::{FAULTY, shown, to};
use crate::desk::Often;
use crate::problem::{Problem, What};
use crate::view::search::Search;
use crate::view::search_form::SearchForm;
use crate::view::too_broad::TooBroad;
use crate::visitor::{Sent, SignedIn};

pub(crate) async fn show(visitor: SignedIn) -> Response {
    let form = SearchForm {
        focus_first: true,
        ..search_form::blank(visitor.actor())
    };
    shown(
        StatusCode::OK,
        &Search {
            layout: visitor.layout("/search"),
            form,
        },
    )
}

pub(crate) async fn send(visitor: SignedIn, sent: Sent) -> Result<Response, Problem> {
    if !visitor
        .desk()
        .may_again(Often::Search, visitor.actor().account(), visitor.now())
    {
        return Err(visitor.problem(What::TooOften));
    }
    let sent = match sent {
        Sent::Own(form) => form,
        Sent::Stale(typed) => {
            let form = search_form::again(&typed, visitor.actor());
            return Ok(shown(
                FAULTY,
                &Search {
                    layout: visitor.layout("/search"),
                    form,
                },
            ));
        }
    };
    let (form, asked) = search_form::read(&sent, visitor.actor(), visitor.now());
    let (reason, query) = match asked {
        Asked::Search(reason, query) => (reason, query),
        Asked::TooLittle(reason, add) => {
            let refusal = Refusal::TooLittle(add);
            visitor
                .ask(move |store, session, now| {
                    store.record_refusal(
                        session,
                        (directory::event::Asked::Search, Some(reason)),
                        refusal,
                        now,
                    )
                })
                .await?;
            return Ok(add_detail(&visitor, form, add));
        }
        Asked::Faulty => {
            return Ok(shown(
                FAULTY,
                &Search {
                    layout: visitor.layout("/search"),
                    form,
                },
            ));
        }
    };
    let asked = visitor.ask(move |store, session, now| {
        let found = store.search(session, reason, *query, now)?;
        Ok(found.map(|found| (!found.children.is_empty()).then_some(found.ticket)))
    });
    match asked.await? {
        Ok(Some(ticket)) => Ok(to(&format!("/results/{ticket}"))),
        Ok(None) => Ok(visitor.problem(What::NoRecord).into_response()),
        Err(Refusal::TooBroad(add) | Refusal::TooLittle(add)) => {
            Ok(add_detail(&visitor, form, add))
        }
        Err(refusal) => Err(visitor.refused(refusal)),
    }
}

fn add_detail(visitor: &SignedIn, form: SearchForm, add: Add) -> Response {
    let page = TooBroad {
        layout: visitor.layout("/search"),
        form,
        add: vec![add.words().to_owned()],
    };
    shown(FAULTY, &page)
}
