//! `POST /supply/token`: a token for a signed assertion (RFC 6749, section 4.4; RFC 7523, section 2.2).

use axum::extract::{Form, FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Now;
use directory::text::SupplierCode;
use serde::{Deserialize, Serialize};
use store::{Assertion, Error, Scope, Store, TOKEN_MINUTES_MAX, Taken};

use super::assertion::Presented;
use super::key::PublicKey;
use super::problem::{DoorProblem, Kind};
use crate::visitor::{Visitor, address_of};

const GRANT: &str = "client_credentials";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What is asked. What is not named here is passed over, and what is there twice is an error (RFC 6749, section 3.2).
#[derive(Deserialize)]
struct Asked {
    grant_type: String,
    client_assertion_type: String,
    client_assertion: String,
    client_id: Option<String>,
    scope: Option<String>,
}

/// Why there is no token (RFC 6749, section 5.2). Whoever does not prove who they are is told nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    InvalidRequest,
    InvalidClient,
    InvalidScope,
    UnsupportedGrantType,
    TooOften,
}

#[derive(Serialize)]
struct Given<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    scope: &'static str,
}

#[derive(Serialize)]
struct NotGiven {
    error: &'static str,
    error_description: &'static str,
}

pub(crate) async fn send(visitor: Visitor, request: Request) -> Response {
    let (desk, now) = (visitor.desk(), visitor.now());
    let trusted = desk.settings().trusted_proxy;
    let address = address_of(request.extensions(), request.headers(), trusted);
    if !desk.door().may_ask(address, now) {
        return DoorProblem::from(Kind::TooOften).into_response();
    }
    let asked = match Form::<Asked>::from_request(request, &()).await {
        Ok(Form(asked)) => asked,
        Err(_) => return Refused::InvalidRequest.into_response(),
    };
    if let Err(refused) = asked.check() {
        return refused.into_response();
    }
    let audience = desk.settings().door.token_address.clone();
    let proved = desk
        .ask(move |store| prove(store, &asked, &audience, now))
        .await;
    let assertion = match proved {
        Ok(Ok(assertion)) => assertion,
        Ok(Err(refused)) => return refused.into_response(),
        Err(lost) => return DoorProblem::from(lost).into_response(),
    };
    if !desk.door().may_have(&assertion.supplier, now) {
        return Refused::TooOften.into_response();
    }
    let (secret, scope) = (desk.random_text(), assertion.scope);
    let token = secret.clone();
    match desk
        .ask(move |store| take(store, &assertion, &token, now))
        .await
    {
        Ok(Ok(())) => given(&secret, scope),
        Ok(Err(refused)) => refused.into_response(),
        Err(lost) => DoorProblem::from(lost).into_response(),
    }
}

impl Asked {
    fn check(&self) -> Result<(), Refused> {
        if self.grant_type != GRANT {
            return Err(Refused::UnsupportedGrantType);
        }
        if self.client_assertion_type != ASSERTION_TYPE {
            return Err(Refused::InvalidRequest);
        }
        Ok(())
    }

    fn scope(&self) -> Option<Scope> {
        match self.scope.as_deref() {
            None | Some("supply") => Some(Scope::Supply),
            Some("supply.check") => Some(Scope::Check),
            Some(_) => None,
        }
    }
}

/// Whether whoever asks is the program they name. The same is done whoever is named, and a refusal is an event.
fn prove(
    store: &Store,
    asked: &Asked,
    audience: &str,
    now: Now,
) -> Result<Result<Assertion, Refused>, Error> {
    let presented = Presented::read(&asked.client_assertion);
    let named = presented
        .as_ref()
        .and_then(|presented| SupplierCode::parse(presented.subject()).ok());
    let client = match &named {
        Some(supplier) => store.supplier_client(supplier)?,
        None => None,
    };
    let is_open = client
        .as_ref()
        .is_some_and(|client| client.suspension == directory::account::Suspension::None);
    let known = client.map(|client| (client.supplier, client.keys));
    let (supplier, keys) = match known {
        Some((supplier, keys)) => (Some(supplier), keys),
        None => (None, Vec::new()),
    };
    let keys: Vec<PublicKey> = keys
        .iter()
        .filter_map(|key| PublicKey::from_bytes(key))
        .collect();
    let good = presented.filter(|presented| {
        let is_one = asked
            .client_id
            .as_deref()
            .is_none_or(|id| id == presented.subject());
        presented.is_good(&keys, audience, now) & is_open & is_one
    });
    let (Some(presented), Some(supplier)) = (good, supplier.clone()) else {
        store.refuse_assertion(supplier, now)?;
        return Ok(Err(Refused::InvalidClient));
    };
    let Some(scope) = asked.scope() else {
        return Ok(Err(Refused::InvalidScope));
    };
    Ok(Ok(Assertion {
        supplier,
        id: presented.id().to_owned(),
        expires: presented.expires(),
        scope,
    }))
}

/// Takes the assertion, once.
fn take(
    store: &Store,
    assertion: &Assertion,
    secret: &str,
    now: Now,
) -> Result<Result<(), Refused>, Error> {
    match store.take_assertion(assertion, secret, now)? {
        Taken::Now => Ok(Ok(())),
        Taken::Before => {
            store.refuse_assertion(Some(assertion.supplier.clone()), now)?;
            Ok(Err(Refused::InvalidClient))
        }
    }
}

fn given(secret: &str, scope: Scope) -> Response {
    let given = Given {
        access_token: secret,
        token_type: "Bearer",
        expires_in: TOKEN_MINUTES_MAX.saturating_mul(60),
        scope: match scope {
            Scope::Supply => "supply",
            Scope::Check => "supply.check",
        },
    };
    json(StatusCode::OK, &given)
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Refused::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "send grant_type, client_assertion_type and client_assertion, each once, as a form",
            ),
            Refused::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "the assertion is not one that is taken: see /supply/docs#assertion",
            ),
            Refused::InvalidScope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "the scopes are supply and supply.check",
            ),
            Refused::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "the grant type is client_credentials",
            ),
            Refused::TooOften => return DoorProblem::from(Kind::TooOften).into_response(),
        };
        let not_given = NotGiven {
            error,
            error_description: description,
        };
        json(status, &not_given)
    }
}

/// Said as JSON.
pub(super) fn json(status: StatusCode, said: &impl Serialize) -> Response {
    match serde_json::to_string(said) {
        Ok(text) => {
            let kind = HeaderValue::from_static("application/json");
            (status, [(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => DoorProblem::from(Kind::OutOfOrder).into_response(),
    }
}
