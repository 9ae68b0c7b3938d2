//! The gate before every route: resumes the session, asks for the role, and hands on who it is.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use directory::access::Refusal;
use directory::account::{Actor, Role};
use directory::event::Asked;
use directory::reason::offered;

use super::cookie::{cookie, is_form_token};
use super::{SignedIn, Visitor};
use crate::desk::Desk;
use crate::problem::What;
use crate::routes::{Route, Who, is_page};

/// Lets in whom a route admits, and no one else reaches its handler.
pub(crate) async fn admit(
    State((desk, route)): State<(Arc<Desk>, &'static Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = desk.now();
    let form_token = cookie(request.headers(), &desk.settings().form_cookie)
        .filter(|token| is_form_token(token));
    let mut visitor = Visitor {
        desk: Arc::clone(&desk),
        now,
        session: None,
        form_token,
    };
    if route.who != Who::Anybody
        && let Some(secret) = cookie(request.headers(), &desk.settings().session_cookie)
    {
        match desk.ask(move |store| store.resume(&secret, now)).await {
            Ok(session) => visitor.session = session.map(Arc::new),
            Err(_) if route.who == Who::Stranger => {}
            Err(lost) => return visitor.problem(lost.into()).into_response(),
        }
    }
    if !matches!(route.who, Who::Anybody | Who::Stranger) {
        let Some(session) = visitor.session.clone() else {
            return to_sign_in(route);
        };
        let signed_in = SignedIn { desk, now, session };
        if !may(signed_in.actor(), route.who) {
            return turned_away(&signed_in, route).await;
        }
        request.extensions_mut().insert(signed_in);
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

fn may(actor: &Actor, who: Who) -> bool {
    match who {
        Who::Anybody | Who::Stranger | Who::SignedIn => true,
        Who::Searcher => !offered(actor.roles(), actor.sector()).is_empty(),
        Who::Practitioner => actor.is(Role::Practitioner),
        Who::ShieldingOfficer => actor.is(Role::ShieldingOfficer),
    }
}

/// A stranger is sent to sign in, and afterwards to the page that was asked for, if its address is the same in every session.
fn to_sign_in(route: &Route) -> Response {
    match route.path {
        "/" => Redirect::to("/sign-in").into_response(),
        path if is_page(path) => Redirect::to(&format!("/sign-in?next={path}")).into_response(),
        _ => Redirect::to("/sign-in").into_response(),
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
        Who::Anybody | Who::Stranger | Who::SignedIn => None,
    }
}
