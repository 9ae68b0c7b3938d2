//! Every route in one table: the router and the tests of its doors are both made of it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::desk::Desk;
use crate::door::{self, DoorProblem, Kind};
use crate::page;
use crate::problem::{Problem, What};
use crate::view::layout::Layout;
use crate::visitor::{address_of, admit, astray, is_forwarded};

/// One route.
pub struct Route {
    /// In which way it is asked.
    pub verb: Verb,
    /// Its path; what varies is in braces.
    pub path: &'static str,
    /// Whom it admits.
    pub who: Who,
    answer: fn() -> MethodRouter,
}

/// In which way a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// To be shown something.
    Get,
    /// To have something done; needs a form with its token.
    Post,
}

/// Whom a route admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody; who it is does not matter.
    Anybody,
    /// Everybody, and who is signed in is shown so.
    Stranger,
    /// Everybody who is signed in.
    SignedIn,
    /// Those who have a role in which children are looked for.
    Searcher,
    /// Practitioners.
    Practitioner,
    /// Shielding officers (R41).
    ShieldingOfficer,
    /// Data officers.
    DataOfficer,
    /// Data officers and shielding officers: those who merge and split records, and decide who is responsible for them.
    RecordOfficer,
    /// Those who set right what is wrong on records: data officers, and shielding officers.
    Corrector,
    /// Those who look after supply: data officers, administrators, auditors and shielding officers.
    Overseer,
    /// Those who see the figures of data quality: data officers and auditors.
    FigureReader,
    /// Suppliers' programs that prove who they are, for a token.
    Asserting,
    /// Suppliers' programs with a token of any kind.
    Checker,
    /// Suppliers' programs with a token to supply.
    Supplier,
}

impl Who {
    /// Whether it is somebody in front of a page, and not a supplier's program.
    #[must_use]
    pub fn is_for_pages(self) -> bool {
        !matches!(self, Who::Asserting | Who::Checker | Who::Supplier)
    }
}

/// Every route.
pub static ROUTES: &[Route] = &[
    Route {
        verb: Verb::Get,
        path: "/",
        who: Who::SignedIn,
        answer: || get(page::home::show),
    },
    Route {
        verb: Verb::Get,
        path: "/sign-in",
        who: Who::Stranger,
        answer: || get(page::sign_in::show),
    },
    Route {
        verb: Verb::Post,
        path: "/sign-in",
        who: Who::Anybody,
        answer: || post(page::sign_in::send),
    },
    Route {
        verb: Verb::Get,
        path: "/search",
        who: Who::Searcher,
        answer: || get(page::search::show),
    },
    Route {
        verb: Verb::Post,
        path: "/search",
        who: Who::Searcher,
        answer: || post(page::search::send),
    },
    Route {
        verb: Verb::Get,
        path: "/results/{ticket}",
        who: Who::Searcher,
        answer: || get(page::results::show),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}",
        who: Who::Searcher,
        answer: || get(page::child::show),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/reason",
        who: Who::Searcher,
        answer: || get(page::reason::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/reason",
        who: Who::Searcher,
        answer: || post(page::reason::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/involve",
        who: Who::Practitioner,
        answer: || get(page::involve::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/involve",
        who: Who::Practitioner,
        answer: || post(page::involve::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/involve/end/{service}",
        who: Who::Practitioner,
        answer: || get(page::involve_end::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/involve/end/{service}",
        who: Who::Practitioner,
        answer: || post(page::involve_end::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/involve/end/{service}/{worker}",
        who: Who::Searcher,
        answer: || get(page::involve_end_for::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/involve/end/{service}/{worker}",
        who: Who::Searcher,
        answer: || post(page::involve_end_for::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/wrong",
        who: Who::Searcher,
        answer: || get(page::wrong::show),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/wrong/{field}",
        who: Who::Searcher,
        answer: || get(page::wrong_field::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/wrong/{field}",
        who: Who::Searcher,
        answer: || post(page::wrong_field::send),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/wrong/{field}/undo",
        who: Who::Corrector,
        answer: || post(page::wrong_field::undo),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/wrong/{field}/dismiss",
        who: Who::Corrector,
        answer: || post(page::wrong_field::dismiss),
    },
    Route {
        verb: Verb::Get,
        path: "/corrections",
        who: Who::Corrector,
        answer: || get(page::corrections::show),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/shield",
        who: Who::ShieldingOfficer,
        answer: || get(page::shield_confirm::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/shield",
        who: Who::ShieldingOfficer,
        answer: || post(page::shield_confirm::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/take-on",
        who: Who::ShieldingOfficer,
        answer: || get(page::take_on::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/take-on",
        who: Who::ShieldingOfficer,
        answer: || post(page::take_on::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/merge",
        who: Who::RecordOfficer,
        answer: || get(page::merge::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/merge",
        who: Who::RecordOfficer,
        answer: || post(page::merge::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/merge/{other}",
        who: Who::RecordOfficer,
        answer: || get(page::merge::show_both),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/merge/{other}",
        who: Who::RecordOfficer,
        answer: || post(page::merge::send_both),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/split",
        who: Who::RecordOfficer,
        answer: || get(page::split::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/split",
        who: Who::RecordOfficer,
        answer: || post(page::split::send),
    },
    Route {
        verb: Verb::Get,
        path: "/child/{reference}/undo",
        who: Who::RecordOfficer,
        answer: || get(page::join_undo::show),
    },
    Route {
        verb: Verb::Post,
        path: "/child/{reference}/undo",
        who: Who::RecordOfficer,
        answer: || post(page::join_undo::send),
    },
    Route {
        verb: Verb::Get,
        path: "/shield",
        who: Who::ShieldingOfficer,
        answer: || get(page::shield::show),
    },
    Route {
        verb: Verb::Post,
        path: "/shield",
        who: Who::ShieldingOfficer,
        answer: || post(page::shield::send),
    },
    Route {
        verb: Verb::Get,
        path: "/connected",
        who: Who::ShieldingOfficer,
        answer: || get(page::connected::show),
    },
    Route {
        verb: Verb::Post,
        path: "/connected/{reference}/reason",
        who: Who::ShieldingOfficer,
        answer: || post(page::connected::send),
    },
    Route {
        verb: Verb::Get,
        path: "/connected/{reference}",
        who: Who::ShieldingOfficer,
        answer: || get(page::connected_child::show),
    },
    Route {
        verb: Verb::Post,
        path: "/connected/{reference}",
        who: Who::ShieldingOfficer,
        answer: || post(page::connected_child::send),
    },
    Route {
        verb: Verb::Get,
        path: "/review",
        who: Who::DataOfficer,
        answer: || get(page::review::show),
    },
    Route {
        verb: Verb::Post,
        path: "/review",
        who: Who::DataOfficer,
        answer: || post(page::review::send),
    },
    Route {
        verb: Verb::Get,
        path: "/review/{row}",
        who: Who::DataOfficer,
        answer: || get(page::review_row::show),
    },
    Route {
        verb: Verb::Post,
        path: "/review/{row}",
        who: Who::DataOfficer,
        answer: || post(page::review_row::send),
    },
    Route {
        verb: Verb::Get,
        path: "/duplicates",
        who: Who::DataOfficer,
        answer: || get(page::duplicates::show),
    },
    Route {
        verb: Verb::Post,
        path: "/duplicates/{reference}/{other}/reason",
        who: Who::DataOfficer,
        answer: || post(page::duplicates::send),
    },
    Route {
        verb: Verb::Get,
        path: "/duplicates/{reference}/{other}",
        who: Who::DataOfficer,
        answer: || get(page::duplicate_pair::show),
    },
    Route {
        verb: Verb::Post,
        path: "/duplicates/{reference}/{other}",
        who: Who::DataOfficer,
        answer: || post(page::duplicate_pair::send),
    },
    Route {
        verb: Verb::Get,
        path: "/held",
        who: Who::ShieldingOfficer,
        answer: || get(page::review::show_held),
    },
    Route {
        verb: Verb::Post,
        path: "/held",
        who: Who::ShieldingOfficer,
        answer: || post(page::review::send_held),
    },
    Route {
        verb: Verb::Get,
        path: "/held/{row}",
        who: Who::ShieldingOfficer,
        answer: || get(page::review_row::show_held),
    },
    Route {
        verb: Verb::Post,
        path: "/held/{row}",
        who: Who::ShieldingOfficer,
        answer: || post(page::review_row::send_held),
    },
    Route {
        verb: Verb::Get,
        path: "/moved",
        who: Who::RecordOfficer,
        answer: || get(page::moved::show),
    },
    Route {
        verb: Verb::Post,
        path: "/moved/{reference}/reason",
        who: Who::RecordOfficer,
        answer: || post(page::moved::send),
    },
    Route {
        verb: Verb::Get,
        path: "/moved/{reference}",
        who: Who::RecordOfficer,
        answer: || get(page::moved_child::show),
    },
    Route {
        verb: Verb::Post,
        path: "/moved/{reference}",
        who: Who::RecordOfficer,
        answer: || post(page::moved_child::send),
    },
    Route {
        verb: Verb::Get,
        path: "/suppliers",
        who: Who::Overseer,
        answer: || get(page::suppliers::show),
    },
    Route {
        verb: Verb::Get,
        path: "/suppliers/{supplier}",
        who: Who::Overseer,
        answer: || get(page::supplier::show),
    },
    Route {
        verb: Verb::Post,
        path: "/suppliers/{supplier}/release/{run}",
        who: Who::Overseer,
        answer: || post(page::supplier::release),
    },
    Route {
        verb: Verb::Post,
        path: "/suppliers/{supplier}/resume/{run}",
        who: Who::Overseer,
        answer: || post(page::supplier::resume),
    },
    Route {
        verb: Verb::Get,
        path: "/quality",
        who: Who::FigureReader,
        answer: || get(page::quality::show),
    },
    Route {
        verb: Verb::Get,
        path: "/quality/{measure}",
        who: Who::FigureReader,
        answer: || get(page::measure::show),
    },
    Route {
        verb: Verb::Get,
        path: "/sources",
        who: Who::Stranger,
        answer: || get(page::sources::show),
    },
    Route {
        verb: Verb::Get,
        path: "/sources.csv",
        who: Who::Stranger,
        answer: || get(page::sources::show_csv),
    },
    Route {
        verb: Verb::Get,
        path: "/sources/{authority}",
        who: Who::Stranger,
        answer: || get(page::sources_of::show),
    },
    Route {
        verb: Verb::Get,
        path: "/look-ups",
        who: Who::SignedIn,
        answer: || get(page::look_ups::show),
    },
    Route {
        verb: Verb::Get,
        path: "/sessions",
        who: Who::SignedIn,
        answer: || get(page::sessions::show),
    },
    Route {
        verb: Verb::Post,
        path: "/sessions/{mark}/end",
        who: Who::SignedIn,
        answer: || post(page::sessions::end),
    },
    Route {
        verb: Verb::Post,
        path: "/session/extend",
        who: Who::SignedIn,
        answer: || post(page::sessions::extend),
    },
    Route {
        verb: Verb::Post,
        path: "/sign-out",
        who: Who::SignedIn,
        answer: || post(page::signed_out::send),
    },
    Route {
        verb: Verb::Get,
        path: "/signed-out",
        who: Who::Stranger,
        answer: || get(page::signed_out::show),
    },
    Route {
        verb: Verb::Get,
        path: "/about",
        who: Who::Stranger,
        answer: || get(page::about::show),
    },
    Route {
        verb: Verb::Get,
        path: "/help",
        who: Who::Stranger,
        answer: || get(page::help::show),
    },
    Route {
        verb: Verb::Get,
        path: "/accessibility",
        who: Who::Stranger,
        answer: || get(page::accessibility::show),
    },
    Route {
        verb: Verb::Get,
        path: "/assets/{name}",
        who: Who::Anybody,
        answer: || get(page::assets::show),
    },
    Route {
        verb: Verb::Get,
        path: "/log/checkpoint",
        who: Who::Anybody,
        answer: || get(page::log::checkpoint),
    },
    Route {
        verb: Verb::Get,
        path: "/log/tile/{*path}",
        who: Who::Anybody,
        answer: || get(page::log::tile),
    },
    Route {
        verb: Verb::Post,
        path: "/supply/token",
        who: Who::Asserting,
        answer: || post(door::token),
    },
    Route {
        verb: Verb::Post,
        path: "/supply/files",
        who: Who::Supplier,
        answer: || post(door::files),
    },
    Route {
        verb: Verb::Post,
        path: "/supply/rows",
        who: Who::Supplier,
        answer: || post(door::rows),
    },
    Route {
        verb: Verb::Post,
        path: "/supply/check",
        who: Who::Checker,
        answer: || post(door::check),
    },
    Route {
        verb: Verb::Get,
        path: "/supply/runs/{run}",
        who: Who::Supplier,
        answer: || get(door::run),
    },
    Route {
        verb: Verb::Get,
        path: "/supply/corrections",
        who: Who::Supplier,
        answer: || get(door::corrections),
    },
    Route {
        verb: Verb::Post,
        path: "/supply/corrections",
        who: Who::Supplier,
        answer: || post(door::answer),
    },
    Route {
        verb: Verb::Get,
        path: "/supply/openapi.json",
        who: Who::Anybody,
        answer: || get(door::openapi),
    },
    Route {
        verb: Verb::Get,
        path: "/supply/docs",
        who: Who::Stranger,
        answer: || get(page::supply_docs::show),
    },
    Route {
        verb: Verb::Get,
        path: "/health",
        who: Who::Anybody,
        answer: || get(page::health::show),
    },
];

/// The headers of every answer, in this order.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; connect-src 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// The router of a desk.
pub fn router(desk: &Arc<Desk>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let admitted = from_fn_with_state((Arc::clone(desk), route), admit);
        router = router.route(route.path, (route.answer)().route_layer(admitted));
    }
    let nowhere = Arc::clone(desk);
    let not_so = Arc::clone(desk);
    router
        .fallback(
            move |request: Request| async move { lost(&nowhere, request, What::NoSuchPage).await },
        )
        .method_not_allowed_fallback(move |request: Request| async move {
            lost(&not_so, request, What::NotSo).await
        })
        .layer(from_fn_with_state(Arc::clone(desk), take_place))
        .layer(from_fn_with_state(Arc::clone(desk), arrive))
        .layer(from_fn(guard))
}

/// The path of a page that is the same in every session: somewhere to go after signing in.
pub(crate) fn page(path: &str) -> Option<&'static str> {
    let open = |route: &&Route| {
        route.verb == Verb::Get
            && route.who.is_for_pages()
            && !matches!(route.who, Who::Anybody | Who::Stranger)
            && !route.path.contains('{')
    };
    ROUTES
        .iter()
        .filter(open)
        .map(|route| route.path)
        .find(|known| *known == path)
}

/// An address that leads nowhere, or not in this way.
async fn lost(desk: &Arc<Desk>, request: Request, what: What) -> Response {
    if door::is_of_the_door(request.uri().path()) {
        return said(desk, request.uri().path(), what);
    }
    astray(desk, request, what).await.into_response()
}

fn stranger(desk: &Desk, what: What) -> Problem {
    let settings = desk.settings();
    let layout = Layout {
        practice: settings.practice,
        ..Layout::default()
    };
    Problem::new(what, layout, settings.local_manager.clone())
}

/// A problem as whoever asks at this address reads it: a page, or JSON.
fn said(desk: &Desk, path: &str, what: What) -> Response {
    if !door::is_of_the_door(path) {
        return stranger(desk, what).into_response();
    }
    let kind = match what {
        What::TooLarge => Kind::TooLarge,
        What::TooSlow => Kind::TooSlow,
        What::NoSuchPage => Kind::NoAddress,
        What::NotSo => Kind::NotSo,
        What::Busy => Kind::Busy,
        _ => Kind::OutOfOrder,
    };
    DoorProblem::from(kind).into_response()
}

/// Waits for the whole request, for as long and as much as one may be; only then does it take a place among those answered.
async fn arrive(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    if door::streams(request.uri().path()) {
        return next.run(request).await;
    }
    let limits = desk.settings().limits;
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let most = u64::try_from(limits.body_bytes_max).unwrap_or(u64::MAX);
    if body.size_hint().lower() > most {
        return cut_off(&desk, &path, What::TooLarge);
    }
    let whole = to_bytes(body, limits.body_bytes_max);
    match tokio::time::timeout(Duration::from_secs(limits.body_seconds_max), whole).await {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        // One that broke off is answered so as well, and nobody is there to read it.
        Ok(Err(_)) => cut_off(&desk, &path, What::TooLarge),
        Err(_) => cut_off(&desk, &path, What::TooSlow),
    }
}

/// An answer to a request that was not read to its end: nothing more is read from its connection.
fn cut_off(desk: &Desk, path: &str, what: What) -> Response {
    let mut response = said(desk, path, what);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

/// Answers only so many requests at once, and so many of one address; the next is told to come back.
async fn take_place(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    if is_forwarded(request.headers()) {
        desk.warn_of_proxy();
    }
    let trusted = desk.settings().trusted_proxy;
    let address = address_of(request.extensions(), request.headers(), trusted);
    match desk.place(address) {
        Some(_place) => next.run(request).await,
        None => said(&desk, request.uri().path(), What::Busy),
    }
}

/// Puts the guarding headers on every answer; nothing but assets is kept anywhere.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_can_only_be_posted_by_somebody_known_but_the_one_that_signs_in() {
        for route in ROUTES
            .iter()
            .filter(|route| route.verb == Verb::Post && route.path != "/sign-in")
            .filter(|route| route.path != "/supply/token")
        {
            assert!(
                !matches!(route.who, Who::Anybody | Who::Stranger),
                "{}",
                route.path
            );
        }
    }

    #[test]
    fn nobody_is_sent_to_another_place_after_signing_in() {
        assert_eq!(page("/look-ups"), Some("/look-ups"));
        for elsewhere in [
            "//evil.example",
            "/sign-out",
            "/child/{reference}",
            "/sign-in",
            "https://evil.example",
            "",
        ] {
            assert_eq!(page(elsewhere), None, "{elsewhere}");
        }
    }
}
