//! A supplier's program, over a socket.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::client::{Answer, exchange};
use crate::data::Data;

pub const PUBLIC: (&str, &str) = ("CONTACTPOINT_PUBLIC_URL", "https://contactpoint.example");
pub const CODE: &str = "local-40";
const MAPPING: &str = r#"
name = "centre"
title = "Northgate family centre"
code = "local-40"
kind = "local"
[columns]
Ref      = { is = "key" }
Surname  = { is = "family-name", needs = "value" }
Forename = { is = "given-name" }
Born     = { is = "born", dates = "dd/mm/yyyy" }
Postcode = { is = "postcode", needs = "optional" }
"#;
const WAIT: Duration = Duration::from_secs(120);

pub struct Sender {
    pair: Ed25519KeyPair,
    pub mapping: String,
}

/// A file of so many children, none of whom is like another.
pub fn file(children: std::ops::Range<u32>) -> String {
    let rows = children.map(|child| {
        let (a, b) = (
            letters(child.wrapping_mul(48_271)),
            letters(child.wrapping_mul(69_621)),
        );
        let (day, month, year) = (child % 28 + 1, child % 12 + 1, 2010 + child % 9);
        format!("N-{child},{a},{b},{day:02}/{month:02}/{year},\n")
    });
    let heading = "Ref,Surname,Forename,Born,Postcode\n".to_owned();
    std::iter::once(heading).chain(rows).collect()
}

fn letters(mut number: u32) -> String {
    let mut word = String::from("K");
    for _ in 0..5 {
        word.push(char::from(b'a' + u8::try_from(number % 26).unwrap()));
        number /= 26;
    }
    word
}

impl Sender {
    /// A program that a directory has admitted.
    pub fn admitted(data: &Data) -> Sender {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let key = data.path.join("public.jwk");
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x});
        std::fs::write(&key, jwk.to_string()).unwrap();
        let mapping = data.path.join("centre.toml");
        std::fs::write(&mapping, MAPPING).unwrap();
        let (key, mapping) = (key.display().to_string(), mapping.display().to_string());
        data.good(&[
            "supplier",
            "add",
            CODE,
            "--mapping",
            &mapping,
            "--key",
            &key,
        ]);
        Sender { pair, mapping }
    }

    pub fn token(&self, address: SocketAddr, id: &str) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let end = directory::Timestamp::now().as_second() + 120;
        let audience = format!("{}/supply/token", PUBLIC.1);
        let claims = json!({"iss": CODE, "sub": CODE, "aud": audience, "exp": end, "jti": id});
        let message = format!("{}.{}", part(&json!({"alg": "EdDSA"})), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes()));
        let form = format!(
            "grant_type=client_credentials&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={message}.{signature}"
        );
        let kind = "content-type: application/x-www-form-urlencoded\r\n";
        let answer = post(address, ("/supply/token", kind), &form);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let given: Value = serde_json::from_str(&answer.body).unwrap();
        format!(
            "authorization: Bearer {}\r\n",
            given["access_token"].as_str().unwrap()
        )
    }
}

/// Sends a file under a key.
pub fn send(address: SocketAddr, token: &str, (key, file): (&str, &str)) -> Answer {
    let headers = format!("{token}content-type: text/csv\r\nidempotency-key: {key}\r\n");
    post(
        address,
        ("/supply/files?extracted=2026-07-01", &headers),
        file,
    )
}

pub fn post(address: SocketAddr, (path, headers): (&str, &str), body: &str) -> Answer {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\n{headers}content-length: {length}\r\n");
    exchange(
        address,
        &format!("{head}host: x\r\nconnection: close\r\n\r\n{body}"),
    )
}

pub fn get(address: SocketAddr, token: &str, path: &str) -> Answer {
    let head = format!("GET {path} HTTP/1.1\r\n{token}");
    exchange(
        address,
        &format!("{head}host: x\r\nconnection: close\r\n\r\n"),
    )
}

/// Waits for what becomes of a file.
pub fn report(address: SocketAddr, token: &str, path: &str) -> String {
    let started = Instant::now();
    loop {
        let answer = get(address, token, path);
        assert_eq!(answer.status, 200, "{}", answer.body);
        if !answer.body.contains("\"state\":\"taking\"") {
            return answer.body;
        }
        assert!(started.elapsed() < WAIT, "it was not taken in time");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The supplier is told nothing but that the directory is out of order.
pub fn is_out_of_order(answer: &Answer) -> bool {
    answer.status == 503
        && answer.header("retry-after").is_some()
        && answer.body.contains("out-of-order")
}
