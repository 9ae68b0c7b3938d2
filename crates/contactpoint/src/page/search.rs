//! Searching: the form, and its answer – results, no result, or the form again with everything that was typed.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::access::{Add, Refusal};

use super::search_form::{self, Asked};
use super::{FAULTY, search_again, shown, to};
use crate::desk::Often;
use crate::problem::{Problem, What};
use crate::view::search::Search;
use crate::view::search_form::SearchForm;
use crate::view::too_broad::TooBroad;
use crate::visitor::{Again, Sent, SignedIn};

const PATH: &str = "/search";

pub(crate) async fn show(visitor: SignedIn, again: Again) -> Result<Response, Problem> {
    let form = match (visitor.kept_form(PATH), again) {
        (Some(typed), _) => search_form::again(&typed, visitor.actor()),
        (None, Again::No) => search_form::blank(visitor.actor()),
        (None, Again::Last) => asked(&visitor, None).await?,
        (None, Again::Of(ticket)) => asked(&visitor, Some(ticket)).await?,
    };
    let form = SearchForm {
        focus_first: true,
        ..form
    };
    let page = Search {
        layout: visitor.layout(PATH),
        form,
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The form with a search of this session filled in; empty, when there is none.
async fn asked(visitor: &SignedIn, ticket: Option<String>) -> Result<SearchForm, Problem> {
    let asked = visitor.ask(move |store, session, _| store.asked(session, ticket.as_deref()));
    let actor = visitor.actor();
    Ok(match asked.await? {
        None => search_form::blank(actor),
        Some((reason, query)) => {
            let typed = search_again::typed(reason, &query, visitor.now().today);
            search_form::filled(&typed, actor)
        }
    })
}

pub(crate) async fn send(visitor: SignedIn, sent: Sent) -> Result<Response, Problem> {
    visitor.count(Often::Search).await?;
    let sent = match sent {
        Sent::Own(form) => form,
        Sent::Stale(typed) => {
            let form = search_form::again(&typed, visitor.actor());
            return Ok(shown(
                FAULTY,
                &Search {
                    layout: visitor.layout(PATH),
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
                    layout: visitor.layout(PATH),
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
        layout: visitor.layout(PATH),
        form,
        add: add.words().to_owned(),
        field: match add {
            Add::Born | Add::BornOrFamilyName => "date_of_birth_day",
            Add::FamilyName => "family_name",
            Add::GivenNameOrBorn => "given_name",
        },
    };
    shown(FAULTY, &page)
}
