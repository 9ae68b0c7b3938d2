//! Tokens: for a good assertion and nothing else, once each, and whoever fails learns nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use directory::account::Suspension;
use ring::rand::SystemRandom;
use serde_json::{Value, json};

use crate::practice::{Practice, clock, move_clock};
use crate::program::{
    AUDIENCE, CODE, MAPPING, Pair, admit, admit_as, ask, claims, form, get, signed, signed_as,
    token, token_for,
};

fn opened(pair: &Pair) -> Practice {
    let practice = Practice::empty(contactpoint::desk::Limits::default());
    admit(&practice, &[pair]);
    practice
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn no_assertion_but_a_good_one_buys_a_token_and_all_others_are_answered_alike() {
    let (pair, stranger) = (Pair::edwards(), Pair::edwards());
    let practice = opened(&pair);
    let other = MAPPING.replace("local-40", "local-41");
    let theirs = Pair::p256();
    admit_as(&practice, &other, &[&theirs], Suspension::None);
    let gone = MAPPING.replace("local-40", "local-42");
    admit_as(&practice, &gone, &[&pair], Suspension::Suspended);
    let now = clock().at.as_second();
    let alg = |alg: &str| json!({"alg": alg});
    let named = |name: &str| with(with(claims("n"), "sub", json!(name)), "iss", json!(name));
    let good = signed(&pair, &claims("whole"));
    let (unsigned, signature) = good.rsplit_once('.').unwrap();
    let mut flipped = signature.as_bytes().to_vec();
    flipped[10] = if flipped[10] == b'A' { b'B' } else { b'A' };
    let none = signed_as(&pair, &alg("none"), &claims("a"));
    let hostile = [
        none.clone(),
        format!("{}.", none.rsplit_once('.').unwrap().0),
        signed_as(&pair, &alg("HS256"), &claims("b")),
        signed_as(&pair, &alg("ES256"), &claims("b2")),
        signed_as(&theirs, &alg("ES256"), &claims("c")),
        signed(&stranger, &claims("d")),
        signed(
            &pair,
            &with(
                claims("e"),
                "aud",
                json!("https://another.example/supply/token"),
            ),
        ),
        signed(
            &pair,
            &with(
                claims("e2"),
                "aud",
                json!([AUDIENCE, "https://another.example"]),
            ),
        ),
        signed(&pair, &with(claims("f"), "exp", json!(now - 1))),
        signed(&pair, &with(claims("g"), "exp", json!(now + 400))),
        signed(&pair, &with(claims("h"), "nbf", json!(now + 90))),
        signed(&pair, &with(claims("i"), "iss", json!("local-41"))),
        signed(&pair, &with(claims("j"), "jti", json!(""))),
        signed(&pair, &named("local-41")),
        signed(&pair, &named("local-42")),
        signed(&pair, &named("nobody")),
        signed(&pair, &named("not a code!")),
        format!("{unsigned}.{}", String::from_utf8(flipped).unwrap()),
        unsigned.to_owned(),
        "x".repeat(9_000),
        String::from("..."),
    ];
    let mut bodies = std::collections::BTreeSet::new();
    for assertion in &hostile {
        let answer = ask(&practice, &form(assertion)).await;
        assert_eq!(answer.status, 401, "{assertion}");
        bodies.insert((answer.body, answer.headers));
    }
    let other_id = ask(&practice, &format!("{}&client_id=local-41", form(&good))).await;
    bodies.insert((other_id.body, other_id.headers));
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert!(bodies.first().unwrap().0.contains("\"invalid_client\""));
    assert_eq!(ask(&practice, &form(&good)).await.status, 200);
}

#[tokio::test]
async fn an_assertion_buys_one_token_of_ten_minutes() {
    let pair = Pair::p256();
    let practice = opened(&pair);
    let assertion = signed(&pair, &claims("once"));
    let first = ask(&practice, &form(&assertion)).await;
    assert_eq!(first.status, 200);
    let given: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(
        (&given["expires_in"], &given["scope"]),
        (&json!(600), &json!("supply"))
    );
    for _ in 0..2 {
        assert_eq!(
            ask(&practice, &form(&assertion)).await.status,
            401,
            "replayed"
        );
    }
    let bearer = format!("Bearer {}", given["access_token"].as_str().unwrap());
    let nothing = "/supply/runs/0000000000000000";
    assert_eq!(get(&practice, nothing, &bearer).await.status, 404);
    move_clock(601);
    assert_eq!(get(&practice, nothing, &bearer).await.status, 401);
    let list = with(claims("list"), "aud", json!([AUDIENCE]));
    token_for(
        &practice,
        &signed(&pair, &list),
        &format!("&client_id={CODE}&unknown=1"),
    )
    .await;
}

/// A key pair as openssl makes it, and the text of its public half.
fn rsa() -> (ring::signature::RsaKeyPair, String) {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &str| {
        let output = std::process::Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments}");
        output.stdout
    };
    openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out private.pem");
    let private = openssl("pkcs8 -topk8 -nocrypt -in private.pem -outform DER");
    let public = openssl("pkey -in private.pem -pubout");
    let pair = ring::signature::RsaKeyPair::from_pkcs8(&private).unwrap();
    (pair, String::from_utf8(public).unwrap())
}

#[tokio::test]
async fn an_rsa_key_is_as_good_as_any() {
    let (pair, public) = rsa();
    let practice = opened(&Pair::edwards());
    let mut client = practice.store.supplier_clients().unwrap().remove(0);
    let key = contactpoint::door::PublicKey::parse(&public).unwrap();
    client.keys.push(key.to_bytes());
    practice
        .store
        .put_supplier_client(&client, clock())
        .unwrap();
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    for (alg, status) in [("RS512", 401), ("EdDSA", 401), ("RS256", 200)] {
        let header = text(json!({"alg": alg, "kid": "1"}).to_string().as_bytes());
        let message = format!("{header}.{}", text(claims("rsa").to_string().as_bytes()));
        let mut signature = vec![0; pair.public().modulus_len()];
        let (how, random) = (&ring::signature::RSA_PKCS1_SHA256, SystemRandom::new());
        pair.sign(how, &random, message.as_bytes(), &mut signature)
            .unwrap();
        let assertion = format!("{message}.{}", text(&signature));
        assert_eq!(
            ask(&practice, &form(&assertion)).await.status,
            status,
            "{alg}"
        );
    }
}

#[tokio::test]
async fn two_keys_are_good_at_once_and_a_dropped_one_is_not() {
    let (old, new) = (Pair::edwards(), Pair::p256());
    let practice = opened(&old);
    admit(&practice, &[&old, &new]);
    token(&practice, &old, "1").await;
    token(&practice, &new, "2").await;
    admit(&practice, &[&new]);
    assert_eq!(
        ask(&practice, &form(&signed(&old, &claims("3"))))
            .await
            .status,
        401
    );
    let bearer = token(&practice, &new, "4").await;
    admit_as(&practice, MAPPING, &[&new], Suspension::Suspended);
    let nothing = "/supply/runs/0000000000000000";
    assert_eq!(
        get(&practice, nothing, &bearer).await.status,
        401,
        "suspended"
    );
}

#[tokio::test]
async fn what_is_not_a_request_for_a_token_is_said_so() {
    let pair = Pair::edwards();
    let practice = opened(&pair);
    let whole = form(&signed(&pair, &claims("a")));
    for (form, error) in [
        (String::new(), "invalid_request"),
        ("grant_type=client_credentials".into(), "invalid_request"),
        (
            format!("{whole}&grant_type=client_credentials"),
            "invalid_request",
        ),
        (
            whole.replace("jwt-bearer", "saml2-bearer"),
            "invalid_request",
        ),
        (
            whole.replace("=client_credentials", "=password"),
            "unsupported_grant_type",
        ),
        (format!("{whole}&scope=everything"), "invalid_scope"),
    ] {
        let answer = ask(&practice, &form).await;
        assert_eq!(answer.status, 400, "{form}");
        assert!(
            answer.says(&format!("\"error\":\"{error}\"")),
            "{}",
            answer.body
        );
    }
    let big = ask(&practice, &format!("{whole}&x={}", "x".repeat(20_000))).await;
    assert_eq!(big.status, 413);
    assert_eq!(
        ask(&practice, &whole).await.status,
        200,
        "it was not used up"
    );
    let mut browser = practice.stranger();
    let answer = browser.get("/supply/token").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (405, Some("application/problem+json"))
    );
}

#[tokio::test]
async fn x7_one_address_and_one_program_ask_only_so_often() {
    let pair = Pair::edwards();
    let practice = opened(&pair);
    for at in 0..60 {
        token(&practice, &pair, &at.to_string()).await;
    }
    let next = ask(&practice, &form(&signed(&pair, &claims("next")))).await;
    assert_eq!((next.status, next.header("retry-after")), (429, Some("60")));
    for _ in 0..59 {
        assert_eq!(ask(&practice, &form("a.b.c")).await.status, 401);
    }
    assert_eq!(ask(&practice, &form("a.b.c")).await.status, 429);
    move_clock(20 * 60);
    token(&practice, &pair, "later").await;
}
