//! A supplier's program: its keys, its assertions, and what it sends.

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use contactpoint::door::PublicKey;
use contactpoint::routes::Verb;
use directory::account::Suspension;
use directory::text::SupplierCode;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};
use store::SupplierClient;

use crate::described::hold;
use crate::practice::{Answer, Practice, clock};

pub const AUDIENCE: &str = "https://contactpoint.example/supply/token";
pub const CODE: &str = "local-40";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 40));

pub const MAPPING: &str = r#"
name = "centre"
title = "Northgate family centre"
code = "local-40"
kind = "local"
[constant]
organisation = "Northgate Family Centre"
[columns]
Ref      = { is = "key" }
Surname  = { is = "family-name", needs = "value" }
Forename = { is = "given-name" }
Born     = { is = "born", dates = "dd/mm/yyyy" }
Postcode = { is = "postcode", needs = "optional" }
Number   = { is = "nhs-number", needs = "optional" }
Worker   = { is = "practitioner-name", needs = "optional" }
Role     = { is = "job-title", needs = "optional" }
Service  = { is = "service", needs = "optional" }
"#;

pub const FILE: &str = "Ref,Surname,Forename,Born,Postcode\n\
    N-1,O'Brien,Jane,05/03/2019,ZZ99 3VZ\nN-2,Sm1th,Ali,2017-11-23,ZZ99 3VZ\n";

/// A pair of keys.
pub enum Pair {
    Edwards(Box<Ed25519KeyPair>),
    P256(Box<EcdsaKeyPair>),
}

impl Pair {
    pub fn edwards() -> Pair {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Pair::Edwards(Box::new(
            Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap(),
        ))
    }

    pub fn p256() -> Pair {
        let (how, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(how, &random).unwrap();
        Pair::P256(Box::new(
            EcdsaKeyPair::from_pkcs8(how, document.as_ref(), &random).unwrap(),
        ))
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Pair::Edwards(_) => "EdDSA",
            Pair::P256(_) => "ES256",
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Pair::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::P256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .unwrap()
                .as_ref()
                .to_vec(),
        }
    }

    pub fn public(&self) -> Vec<u8> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let jwk = match self {
            Pair::Edwards(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": text(pair.public_key().as_ref())})
            }
            Pair::P256(pair) => {
                let point = pair.public_key().as_ref();
                json!({"kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])})
            }
        };
        PublicKey::parse(&jwk.to_string()).unwrap().to_bytes()
    }
}

pub fn code(text: &str) -> SupplierCode {
    SupplierCode::parse(text).unwrap()
}

/// Admits a program.
pub fn admit(practice: &Practice, keys: &[&Pair]) {
    admit_as(practice, MAPPING, keys, Suspension::None);
}

pub fn admit_as(practice: &Practice, mapping: &str, keys: &[&Pair], suspension: Suspension) {
    let name = mapping
        .split("code = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let client = SupplierClient {
        supplier: code(name),
        mapping: mapping.into(),
        keys: keys.iter().map(|pair| pair.public()).collect(),
        suspension,
    };
    practice
        .store
        .put_supplier_client(&client, clock())
        .unwrap();
}

pub fn claims(id: &str) -> Value {
    let exp = clock().at.as_second() + 120;
    json!({"iss": CODE, "sub": CODE, "aud": AUDIENCE, "exp": exp, "jti": id})
}

pub fn signed(pair: &Pair, claims: &Value) -> String {
    signed_as(
        pair,
        &json!({"alg": pair.algorithm(), "typ": "JWT"}),
        claims,
    )
}

pub fn signed_as(pair: &Pair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// The form that asks for a token.
pub fn form(assertion: &str) -> String {
    format!(
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
    )
}

pub async fn ask(practice: &Practice, form: &str) -> Answer {
    let kind = ("content-type", "application/x-www-form-urlencoded");
    send(practice, "/supply/token", &[kind], form.to_owned()).await
}

/// A token for a fresh assertion.
pub async fn token(practice: &Practice, pair: &Pair, id: &str) -> String {
    token_for(practice, &signed(pair, &claims(id)), "").await
}

pub async fn token_for(practice: &Practice, assertion: &str, more: &str) -> String {
    let answer = ask(practice, &format!("{}{more}", form(assertion))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let given: Value = serde_json::from_str(&answer.body).unwrap();
    format!("Bearer {}", given["access_token"].as_str().unwrap())
}

pub async fn send(
    practice: &Practice,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method("POST").uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = practice
        .send(request.body(body.into()).unwrap(), ADDRESS)
        .await;
    hold(Verb::Post, path, &answer);
    answer
}

pub async fn get(practice: &Practice, path: &str, token: &str) -> Answer {
    let request = Request::builder().uri(path).header("authorization", token);
    let answer = practice
        .send(request.body(Body::empty()).unwrap(), ADDRESS)
        .await;
    hold(Verb::Get, path, &answer);
    answer
}

/// Sends a file and waits for its report.
pub async fn supply(practice: &Practice, token: &str, key: &str, file: &str) -> Answer {
    let headers = [
        ("authorization", token),
        ("content-type", "text/csv"),
        ("idempotency-key", key),
    ];
    let answer = send(practice, "/supply/files", &headers, file.to_owned()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    report(practice, token, answer.location()).await
}

/// The report of a file that is done.
pub async fn report(practice: &Practice, token: &str, path: &str) -> Answer {
    for _ in 0..600 {
        let answer = get(practice, path, token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        if !answer.says("\"state\":\"taking\"") {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it was not taken in time");
}

pub fn digest(body: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, body);
    format!("sha-256=:{}:", STANDARD.encode(digest))
}
