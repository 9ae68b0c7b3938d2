//! Signing in. Every failure is the same page after the same work, whatever was wrong and however often it went wrong before.

use axum::http::{StatusCode, header};
use axum::response::Response;
use store::{Credentials, Origin};

use super::{FAULTY, shown, to};
use crate::problem::{Problem, What};
use crate::view::layout::Layout;
use crate::view::sign_in::SignIn;
use crate::visitor::{Before, Caller, Form, Visitor, set_cookie, unset_cookie};

pub(crate) async fn show(visitor: Visitor, Before { next, sent }: Before) -> Response {
    if visitor.is_signed_in() {
        return to(next.unwrap_or("/"));
    }
    let token = visitor
        .form_token()
        .map_or_else(|| visitor.desk().random_text(), ToOwned::to_owned);
    let page = SignIn {
        layout: Layout {
            csrf: token.clone(),
            ..visitor.layout("")
        },
        user_name: String::new(),
        failed: false,
        sent,
        next: next.unwrap_or_default().to_owned(),
    };
    let mut response = shown(StatusCode::OK, &page);
    if let Some(cookie) = set_cookie(&visitor.desk().settings().form_cookie, &token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

pub(crate) async fn send(
    visitor: Visitor,
    caller: Caller,
    form: Form,
) -> Result<Response, Problem> {
    let desk = visitor.desk();
    let (now, user_name) = (visitor.now(), form.fields().text("user_name").to_owned());
    let busy = || visitor.problem(What::Busy);
    let _slow_turn = match desk.slowed(&user_name, caller.address, now) {
        Some(which) => Some(desk.slow_turn(which).await.ok_or_else(busy)?),
        None => None,
    };
    let _turn = desk.turn().await.ok_or_else(busy)?;
    // Somebody barred is answered as any who fails, after the same work: a guess that would be right tells nothing.
    let may_try = desk.may_try(&user_name, caller.address, now);
    let credentials = Credentials {
        user_name: user_name.clone(),
        password: form.fields().exact("password"),
        pin: form.fields().exact("pin"),
        code: form.fields().exact("security_code"),
    };
    let from = Origin {
        address: caller.address.to_string(),
        browser: caller.browser,
    };
    let asked = desk
        .ask(move |store| {
            if may_try {
                store.sign_in(&credentials, &from, now)
            } else {
                store.bar_sign_in(&credentials, now).map(Err)
            }
        })
        .await;
    let Ok(signed_in) = asked.map_err(|lost| visitor.problem(lost.into()))? else {
        desk.count_failure(&user_name, caller.address, now);
        return Ok(failed(&visitor, user_name, form.fields().text("next")));
    };
    desk.welcome(&user_name, caller.address, now);
    let mut response = to(crate::routes::page(form.fields().text("next")).unwrap_or("/"));
    let settings = desk.settings();
    let cookies = [
        set_cookie(&settings.session_cookie, &signed_in.secret),
        unset_cookie(&settings.form_cookie),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn failed(visitor: &Visitor, user_name: String, next: &str) -> Response {
    let csrf = visitor.form_token().unwrap_or_default().to_owned();
    let page = SignIn {
        layout: Layout {
            csrf,
            ..visitor.layout("")
        },
        user_name,
        failed: true,
        sent: None,
        next: crate::routes::page(next).unwrap_or_default().to_owned(),
    };
    shown(FAULTY, &page)
}
