//! What was said to be wrong, asked for by the supplier that said it: its own, nothing else (R83, X8), and behind a shield no other (X2).

use axum::body::Body;
use axum::http::Request;
use directory::account::Suspension;
use serde_json::json;

use crate::practice::{Answer, PRACTITIONER, Practice, move_clock};
use crate::program::{MAPPING, Pair, admit, admit_as, claims, get, send, signed, token, token_for};
use crate::twins::{JANE, lines, shield};

const PATH: &str = "/supply/corrections";
const NOTHING: &str = r#"{"corrections":[],"more":false}"#;
const BORN: &str =
    r#"{"corrections":[{"key":"N-1","field":"date-of-birth","since":"2026-07-04"}],"more":false}"#;
const RIGHT: &str = "N-1,O'Brien,Jane,05/04/2019,ZZ99 3VZ,9434765919\n";
const ELSE: &str = "N-1,O'Brien,Jane,07/03/2019,ZZ99 3VZ,9434765919\n";
const DAY_SECONDS: i64 = 86_400;

/// A practitioner says that Jane was born a month later.
async fn report(practice: &Practice) {
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let child = browser.open_child("Jane", "O'Brien").await;
    let answers = [
        ("right", "is"),
        ("date_of_birth_day", "5"),
        ("date_of_birth_month", "4"),
        ("date_of_birth_year", "2019"),
        ("cause", "carer-asked"),
    ];
    let path = format!("{child}/wrong/date-of-birth");
    let sent = browser.post(&path, &answers).await;
    assert_eq!(sent.location(), format!("{child}?done=reported"));
}

/// What the program of the first supplier is told.
async fn asked(practice: &Practice, pair: &Pair, id: &str) -> Answer {
    let token = token(practice, pair, id).await;
    get(practice, PATH, &token).await
}

/// A row of the next day.
async fn feed(practice: &Practice, pair: &Pair, (id, row): (&str, &str)) {
    move_clock(DAY_SECONDS);
    let token = token(practice, pair, id).await;
    say(practice, &token, row).await;
}

async fn say(practice: &Practice, token: &str, row: &str) {
    let kind = ("content-type", "application/x-ndjson");
    let headers = [("authorization", token), kind];
    let answer = send(practice, "/supply/rows", &headers, lines(row)).await;
    assert!(answer.says("\"accepted\":1"), "{}", answer.body);
}

/// The token of another supplier's program.
async fn token_of_another(practice: &Practice, pair: &Pair, id: &str) -> String {
    let mut claims = claims(id);
    claims["iss"] = json!("local-60");
    claims["sub"] = json!("local-60");
    token_for(practice, &signed(pair, &claims), "").await
}

#[tokio::test]
async fn r83_a_supplier_asks_what_to_look_into_of_its_own_and_it_goes_when_a_feed_says_what_is_right()
 {
    let (practice, pair, other) = (Practice::open(), Pair::edwards(), Pair::edwards());
    admit(&practice, &[&pair]);
    let mapping = MAPPING.replace("local-40", "local-60");
    admit_as(&practice, &mapping, &[&other], Suspension::None);
    feed(&practice, &pair, ("first", JANE)).await;
    assert_eq!(asked(&practice, &pair, "before").await.body, NOTHING);
    report(&practice).await;
    // Another speaks of the same child, and is told nothing of what it did not say.
    let token = token_of_another(&practice, &other, "other").await;
    say(&practice, &token, &JANE.replace("N-1", "S-1")).await;
    assert_eq!(asked(&practice, &pair, "own").await.body, BORN);
    assert_eq!(get(&practice, PATH, &token).await.body, NOTHING);

    feed(&practice, &pair, ("wrong", JANE)).await;
    assert_eq!(asked(&practice, &pair, "still").await.body, BORN);
    feed(&practice, &pair, ("right", RIGHT)).await;
    assert_eq!(asked(&practice, &pair, "gone").await.body, NOTHING);
    feed(&practice, &pair, ("again", JANE)).await;
    assert_eq!(asked(&practice, &pair, "back").await.body, BORN);
    practice.store.sequence(crate::practice::clock()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

#[tokio::test]
async fn r51_nobody_is_told_without_a_token_to_supply() {
    let (practice, pair) = (Practice::open(), Pair::edwards());
    admit(&practice, &[&pair]);
    for token in ["", "Bearer nothing"] {
        let answer = get(&practice, PATH, token).await;
        assert_eq!(answer.status, 401);
        assert!(!answer.says("corrections\":"));
    }
    let assertion = signed(&pair, &claims("check"));
    let check = token_for(&practice, &assertion, "&scope=supply.check").await;
    assert_eq!(get(&practice, PATH, &check).await.status, 403);
    let token = token(&practice, &pair, "post").await;
    let posted = Request::builder()
        .method("POST")
        .uri(PATH)
        .header("authorization", token)
        .body(Body::empty());
    let address = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    let answer = practice.send(posted.unwrap(), address).await;
    assert_eq!(answer.status, 405);
    let kind = answer.header("content-type").unwrap();
    assert_eq!(kind, "application/problem+json");
}

#[tokio::test]
async fn x2_what_is_listed_is_the_same_whether_or_not_the_child_is_shielded() {
    let pair = Pair::edwards();
    let mut told: Vec<Vec<String>> = Vec::new();
    for is_shielded in [false, true] {
        let practice = Practice::open();
        admit(&practice, &[&pair]);
        feed(&practice, &pair, ("first", JANE)).await;
        report(&practice).await;
        if is_shielded {
            shield(&practice);
        }
        let mut here = vec![asked(&practice, &pair, "before").await.body];
        let rows = [JANE, ELSE, RIGHT, RIGHT, JANE, ELSE, JANE, RIGHT];
        for (at, row) in rows.iter().enumerate() {
            feed(&practice, &pair, (&format!("feed-{at}"), row)).await;
            here.push(asked(&practice, &pair, &format!("asked-{at}")).await.body);
        }
        move_clock(-DAY_SECONDS * 9);
        told.push(here);
    }
    assert_eq!(told[0], told[1]);
    let listed = told[0].iter().map(|body| body.contains("N-1"));
    let listed: Vec<bool> = listed.collect();
    assert_eq!(
        listed,
        [true, true, true, false, false, true, false, true, false]
    );
}
