//! The gate before every route: resumes the session, asks for the role, and hands on who it is.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use directory::access::Refusal;
use directory::account::{Actor, Role};
use directory::event::Asked;
use directory::oversight::{may_oversee, may_see_figures};
use directory::reason::offered;

use super::cookie::{cookie, is_form_token};
use super::form::read;
use super::path::word;
use super::{SignedIn, Visitor};
use crate::desk::Desk;
use crate::door;
use crate::problem::{Problem, What};
use crate::routes::{Route, Verb, Who, page};
use crate::view::sign_in::SentForm;

/// Lets in whom a route admits, and no one else reaches its handler.
pub(crate) async fn admit(
    State((desk, route)): State<(Arc<Desk>, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    if matches!(route.who, Who::Checker | Who::Supplier) {
        return door::admit(desk, route.who, request, next).await;
    }
    let visitor = match visitor(&desk, request.headers(), route.who).await {
        Ok(visitor) => visitor,
        Err(problem) => return problem.into_response(),
    };
    if !matches!(route.who, Who::Anybody | Who::Stranger | Who::Asserting) {
        let Some(session) = visitor.session.clone() else {
            return to_sign_in(&visitor, route, request).await;
        };
        let signed_in = SignedIn {
            desk,
            now: visitor.now,
            session,
        };
        if !may(signed_in.actor(), route.who) {
            return turned_away(&signed_in, route).await;
        }
        request.extensions_mut().insert(signed_in);
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// An address that leads nowhere, or not in this way, in the frame of whoever asks.
pub(crate) async fn astray(desk: &Arc<Desk>, request: Request, what: What) -> Problem {
    let (parts, _body) = request.into_parts();
    match visitor(desk, &parts.headers, Who::Stranger).await {
        Ok(visitor) => visitor.problem(what),
        Err(problem) => problem,
    }
}

/// Who asks, with the session behind the cookie where the route looks at it.
async fn visitor(desk: &Arc<Desk>, headers: &HeaderMap, who: Who) -> Result<Visitor, Problem> {
    let now = desk.now();
    let form_token =
        cookie(headers, &desk.settings().form_cookie).filter(|token| is_form_token(token));
    let mut visitor = Visitor {
        desk: Arc::clone(desk),
        now,
        session: None,
        form_token,
    };
    if !matches!(who, Who::Anybody | Who::Asserting)
        && let Some(secret) = cookie(headers, &desk.settings().session_cookie)
    {
        match desk.ask(move |store| store.resume(&secret, now)).await {
            Ok(session) => visitor.session = session.map(Arc::new),
            Err(_) if who == Who::Stranger => {}
            Err(lost) => return Err(visitor.problem(lost.into())),
        }
    }
    if let Some(session) = &visitor.session {
        desk.remember_form(session.csrf(), session.actor().account(), now);
    }
    Ok(visitor)
}

/// Whether somebody's roles open what is for these people.
pub(super) fn may(actor: &Actor, who: Who) -> bool {
    match who {
        Who::Anybody | Who::Stranger | Who::SignedIn => true,
        Who::Searcher => !offered(actor.roles(), actor.sector()).is_empty(),
        Who::Practitioner => actor.is(Role::Practitioner),
        Who::ShieldingOfficer => actor.is(Role::ShieldingOfficer),
        Who::Asserting | Who::Checker | Who::Supplier => false,
        Who::Corrector => actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer),
        Who::DataOfficer => actor.is(Role::DataOfficer),
        Who::Overseer => may_oversee(actor).is_ok(),
        Who::FigureReader => may_see_figures(actor).is_ok(),
        Who::RecordOfficer => actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer),
    }
}

/// A stranger is sent to sign in, and afterwards to the page that was asked for, if its address is the same in every session. A form
/// that was sent meanwhile is kept if it is known whose it is and where to show it again, and it is said in any case.
async fn to_sign_in(visitor: &Visitor, route: &Route, request: Request) -> Response {
    let next = page(route.path).filter(|path| *path != "/");
    let sent = match (route.verb, is_for_a_person(route)) {
        (Verb::Post, true) => Some(kept(visitor, next, request).await),
        _ => None,
    };
    let next = next.map(|path| format!("next={path}"));
    let sent = sent.map(|sent| format!("form={}", word(sent)));
    let told: Vec<String> = next.into_iter().chain(sent).collect();
    if told.is_empty() {
        return Redirect::to("/sign-in").into_response();
    }
    Redirect::to(&format!("/sign-in?{}", told.join("&"))).into_response()
}

/// Whether a form of this route is filled in by somebody: not one that only ends or prolongs a session.
fn is_for_a_person(route: &Route) -> bool {
    route.who != Who::SignedIn
}

/// Keeps what was sent to a page whose address is the same in every session.
async fn kept(visitor: &Visitor, page: Option<&'static str>, request: Request) -> SentForm {
    let had_session = cookie(request.headers(), &visitor.desk.settings().session_cookie).is_some();
    let Some(path) = page.filter(|_| had_session) else {
        return SentForm::Lost;
    };
    let Ok(fields) = read(request, &()).await else {
        return SentForm::Lost;
    };
    let token = fields.token();
    match visitor
        .desk
        .keep_form(&token, path, fields.into_typed(), visitor.now)
    {
        Some(()) => SentForm::Kept,
        None => SentForm::Lost,
    }
}

/// Somebody without the role is refused, and that they asked is recorded.
async fn turned_away(signed_in: &SignedIn, route: &Route) -> Response {
    if let Some(asked) = asked(route) {
        let refused = signed_in
            .ask(move |store, session, now| {
                store.record_refusal(session, (asked, None), Refusal::NotPermitted, now)
            })
            .await;
        if let Err(problem) = refused {
            return problem.into_response();
        }
    }
    signed_in.problem(What::Forbidden).into_response()
}

/// What somebody asks for on a route that a role is needed for.
fn asked(route: &Route) -> Option<Asked> {
    match route.who {
        Who::Searcher => Some(Asked::Search),
        Who::Practitioner => Some(Asked::Involve),
        Who::ShieldingOfficer => Some(Asked::Shield),
        Who::Corrector if route.verb == Verb::Post => Some(Asked::EndDispute),
        Who::Corrector => Some(Asked::Follow),
        Who::DataOfficer => Some(Asked::Review),
        Who::RecordOfficer if route.path.starts_with("/moved") => Some(Asked::Transfer),
        Who::RecordOfficer => Some(Asked::Join),
        Who::Overseer | Who::FigureReader => Some(Asked::Oversee),
        Who::Anybody | Who::Stranger | Who::SignedIn => None,
        Who::Asserting | Who::Checker | Who::Supplier => None,
    }
}
