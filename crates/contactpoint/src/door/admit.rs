//! Who stands at the door: a supplier's program, by its token, and nothing of a request is read before that is known.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use directory::Now;
use store::{Scope, SupplierClient, Supplying};

use super::problem::{DoorProblem, Kind};
use crate::desk::Desk;
use crate::routes::Who;
use crate::supply::Mapping;

/// A supplier's program whose token is good for the route.
#[derive(Clone)]
pub(crate) struct Program {
    pub(super) desk: Arc<Desk>,
    pub(super) now: Now,
    pub(super) client: SupplierClient,
}

/// Lets in a program whose token is good for this.
pub(crate) async fn admit(desk: Arc<Desk>, who: Who, mut request: Request, next: Next) -> Response {
    match program(desk, who, request.headers()).await {
        Ok(program) => {
            request.extensions_mut().insert(program);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn program(desk: Arc<Desk>, who: Who, headers: &HeaderMap) -> Result<Program, DoorProblem> {
    let now = desk.now();
    let secret = bearer(headers).ok_or(Kind::NoToken)?;
    let supplying = desk.ask(move |store| store.supplying(&secret, now)).await?;
    let Supplying { client, scope } = supplying.ok_or(Kind::NoToken)?;
    if who == Who::Supplier && scope == Scope::Check {
        return Err(Kind::OtherScope.into());
    }
    if !desk.door().may_come(&client.supplier, now) {
        return Err(Kind::TooOften.into());
    }
    Ok(Program { desk, now, client })
}

/// The token of a request (RFC 6750, section 2.1), given once.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

impl Program {
    /// How what it sends is read.
    pub(super) fn mapping(&self) -> Result<Mapping, DoorProblem> {
        let supplier = &self.client.supplier;
        match Mapping::parse(&self.client.mapping) {
            Ok(mapping) if mapping.supplier.code == *supplier => return Ok(mapping),
            Ok(_) => tracing::error!(%supplier, "a supplier's mapping is another's"),
            Err(unusable) => {
                tracing::error!(%supplier, %unusable, "a supplier's mapping cannot be used any more");
            }
        }
        Err(Kind::OutOfOrder.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Program {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let program = parts.extensions.get().cloned();
        program.ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}
