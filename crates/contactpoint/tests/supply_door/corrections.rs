//! What was said to be wrong, asked for and answered by the supplier that said it: its own, nothing else (R83, X8), and behind a shield no
//! other (X2).

use axum::body::Body;
use axum::http::Request;
use directory::account::Suspension;
use serde_json::json;

use crate::practice::{Answer, DATA_OFFICER, PRACTITIONER, Practice, move_clock};
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
    let put = Request::builder()
        .method("PUT")
        .uri(PATH)
        .header("authorization", token)
        .body(Body::empty());
    let address = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    let answer = practice.send(put.unwrap(), address).await;
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

/// An answer to the line about Jane's date of birth, with something else in place of a part of it.
async fn answer(practice: &Practice, token: &str, (answer, with): (&str, (&str, &str))) -> Answer {
    let line = format!(
        r#"{{"key":"N-1","field":"date-of-birth","since":"2026-07-04","answer":"{answer}"}}"#
    );
    let kind = ("content-type", "application/json");
    let headers = [("authorization", token), kind];
    send(practice, PATH, &headers, line.replace(with.0, with.1)).await
}

const AS_IT_IS: (&str, &str) = ("\u{0}", "");

#[tokio::test]
async fn x8_r4_a_supplier_answers_a_line_of_its_own_in_one_of_two_words_and_a_data_officer_sees_it()
{
    let (practice, pair, other) = (Practice::open(), Pair::edwards(), Pair::edwards());
    let mapping = MAPPING.replace("[constant]", "[constant]\nauthority = \"E10000999\"");
    admit_as(&practice, &mapping, &[&pair], Suspension::None);
    let another = mapping.replace("local-40", "local-60");
    admit_as(&practice, &another, &[&other], Suspension::None);
    feed(&practice, &pair, ("first", JANE)).await;
    report(&practice).await;
    let theirs = token_of_another(&practice, &other, "other").await;
    let token = token(&practice, &pair, "answers").await;
    for with in [
        ("N-1", "N-2"),
        ("date-of-birth", "name"),
        ("2026-07-04", "2026-07-03"),
    ] {
        let refused = answer(&practice, &token, ("stands", with)).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
    }
    for with in [
        ("stands", "because we say so"),
        ("\"}", "\",\"note\":\"x\"}"),
        ("date-of-birth", "notes"),
        ("{", "["),
    ] {
        let refused = answer(&practice, &token, ("stands", with)).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
    }
    let refused = answer(&practice, &theirs, ("mended", AS_IT_IS)).await;
    assert_eq!(refused.status, 404, "another's");
    assert_eq!(
        answer(&practice, "", ("mended", AS_IT_IS)).await.status,
        401
    );
    assert_eq!(get(&practice, PATH, &token).await.body, BORN, "unanswered");

    let mut officer = practice.signed_in(DATA_OFFICER).await;
    let line = BORN.split_once("}]").unwrap().0.split_once('[').unwrap().1;
    for (word, words) in [
        ("mended", "says that it is mended at the source"),
        ("stands", "stands by what it says"),
    ] {
        let taken = answer(&practice, &token, (word, AS_IT_IS)).await;
        let told = format!(r#"{line},"answer":"{word}","answered":"2026-07-04"}}"#);
        assert_eq!((taken.status, &taken.body), (200, &told));
        let listed = get(&practice, PATH, &token).await.body;
        assert_eq!(
            listed,
            format!(r#"{{"corrections":[{told}],"more":false}}"#)
        );
        let page = officer.get("/corrections").await;
        assert!(page.says(&format!("4 July 2026: {words}")), "{}", page.body);
    }
    feed(&practice, &pair, ("right", RIGHT)).await;
    let settled = answer(&practice, &token, ("mended", AS_IT_IS)).await;
    assert_eq!(settled.status, 401, "its token has ended");
    let token = crate::program::token(&practice, &pair, "settled").await;
    let settled = answer(&practice, &token, ("mended", AS_IT_IS)).await;
    assert_eq!(settled.status, 404, "a feed has confirmed it");
}

#[tokio::test]
async fn x2_what_is_told_of_an_answer_is_the_same_whether_or_not_the_child_is_shielded() {
    let pair = Pair::edwards();
    let mut told: Vec<Vec<Answer>> = Vec::new();
    for is_shielded in [false, true] {
        let practice = Practice::open();
        admit(&practice, &[&pair]);
        feed(&practice, &pair, ("first", JANE)).await;
        report(&practice).await;
        if is_shielded {
            shield(&practice);
        }
        let mut here = Vec::new();
        for (at, row) in [JANE, ELSE, RIGHT, JANE].iter().enumerate() {
            let token = token(&practice, &pair, &format!("answers-{at}")).await;
            for word in ["mended", "stands", "stands"] {
                here.push(answer(&practice, &token, (word, AS_IT_IS)).await);
                here.push(get(&practice, PATH, &token).await);
            }
            feed(&practice, &pair, (&format!("feed-{at}"), row)).await;
        }
        move_clock(-DAY_SECONDS * 5);
        told.push(here);
    }
    assert_eq!(told[0], told[1]);
    let taken = told[0].iter().filter(|one| one.says("\"answered\""));
    assert_eq!(
        taken.count(),
        18,
        "all but those behind the word that is right"
    );
}
