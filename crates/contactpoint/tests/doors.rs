//! Every door, tried by every kind of visitor: the list is the route table's own.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

mod practice;

use std::fmt::Write as _;

use contactpoint::routes::{ROUTES, Route, Verb, Who};
use directory::account::Suspension;
use jiff::civil::date;
use practice::{
    AUDITOR, Answer, Browser, DATA_OFFICER, OFFICER, PRACTITIONER, Practice, clock, move_clock,
    secrets,
};

/// A kind of visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Stranger,
    Practitioner,
    Suspended,
    Expired,
    Officer,
    DataOfficer,
    Auditor,
    /// A supplier's program, with a token.
    Program,
}

const KINDS: [Kind; 8] = [
    Kind::Stranger,
    Kind::Practitioner,
    Kind::Suspended,
    Kind::Expired,
    Kind::Officer,
    Kind::DataOfficer,
    Kind::Auditor,
    Kind::Program,
];

const NOBODY: &str = "000000000000000000000000000000000000000000000000";

impl Kind {
    fn user_name(self) -> Option<&'static str> {
        match self {
            Kind::Stranger | Kind::Program => None,
            Kind::Practitioner | Kind::Suspended | Kind::Expired => Some(PRACTITIONER),
            Kind::Officer => Some(OFFICER),
            Kind::DataOfficer => Some(DATA_OFFICER),
            Kind::Auditor => Some(AUDITOR),
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Kind::Officer => "shield-decision",
            Kind::DataOfficer => "data-quality",
            _ => "find-practitioners",
        }
    }
}

/// What a visitor has in hand: a browser, and the path of a child and of results, their own where they can have them.
struct InHand<'a> {
    browser: Browser<'a>,
    child: String,
    results: String,
}

async fn prepared(practice: &Practice, kind: Kind) -> InHand<'_> {
    let (child, results) = (
        format!("/child/{NOBODY}{NOBODY}"),
        format!("/results/{NOBODY}"),
    );
    let Some(user_name) = kind.user_name() else {
        let mut browser = practice.stranger();
        browser.get("/sign-in").await;
        if kind == Kind::Program {
            browser.headers.push(("authorization", token(practice)));
        }
        return InHand {
            browser,
            child,
            results,
        };
    };
    let mut browser = practice.signed_in(user_name).await;
    if kind == Kind::Auditor {
        return InHand {
            browser,
            child,
            results,
        };
    }
    let reason = kind.reason();
    let fields = [
        ("given_name", "Kelly"),
        ("family_name", "Marsh"),
        ("reason", reason),
    ];
    let found = browser.post("/search", &fields).await;
    let results = found.location().to_owned();
    let child = practice::child_path(&browser.get(&results).await.body);
    InHand {
        browser,
        child,
        results,
    }
}

/// A token of a supplier's program.
fn token(practice: &Practice) -> String {
    let supplier = directory::text::SupplierCode::parse("local-02").unwrap();
    let client = store::SupplierClient {
        supplier: supplier.clone(),
        mapping: contactpoint::supply::built_in_text("early_help")
            .unwrap()
            .into(),
        keys: vec![vec![1]],
        suspension: Suspension::None,
    };
    practice
        .store
        .put_supplier_client(&client, clock())
        .unwrap();
    let secret = practice.desk.random_text();
    let assertion = store::Assertion {
        supplier,
        id: secret.clone(),
        expires: clock().at,
        scope: store::Scope::Supply,
    };
    practice
        .store
        .take_assertion(&assertion, &secret, clock())
        .unwrap();
    format!("Bearer {secret}")
}

/// Takes something away from the account while its session is open, and gives it back afterwards.
fn during(practice: &Practice, kind: Kind, begins: bool) {
    let mut account = practice.account(PRACTITIONER);
    match kind {
        Kind::Suspended if begins => account.suspension = Suspension::Suspended,
        Kind::Suspended => account.suspension = Suspension::None,
        Kind::Expired if begins => account.checks.disclosure = Some(date(2023, 7, 2)),
        Kind::Expired => account.checks.disclosure = Some(date(2025, 1, 20)),
        _ => return,
    }
    practice.put_account(&account, false);
}

async fn knock(practice: &Practice, route: &Route, kind: Kind) -> Answer {
    let mut hand = prepared(practice, kind).await;
    let needs_reason = route.path.starts_with("/child/") && !route.path.ends_with("/reason");
    if needs_reason && !matches!(kind, Kind::Stranger | Kind::Auditor | Kind::Program) {
        hand.browser
            .post(
                &format!("{}/reason", hand.child),
                &[("reason", kind.reason())],
            )
            .await;
    }
    let path = path(route, &hand);
    during(practice, kind, true);
    let answer = match route.verb {
        Verb::Get => hand.browser.get(&path).await,
        Verb::Post => hand.browser.post(&path, &fields(route.path)).await,
    };
    during(practice, kind, false);
    Answer {
        headers: answer
            .headers
            .into_iter()
            .map(|(n, v)| (n, plain(&v, &hand)))
            .collect(),
        ..answer
    }
}

fn path(route: &Route, hand: &InHand<'_>) -> String {
    let child = hand.child.trim_start_matches("/child/");
    let ticket = hand.results.trim_start_matches("/results/");
    let asset = contactpoint::asset::STYLESHEET.trim_start_matches("/assets/");
    let path = route
        .path
        .replace("{reference}", child)
        .replace("{ticket}", ticket)
        .replace("{name}", asset)
        .replace("{row}", NOBODY)
        .replace("{supplier}", "nhs")
        .replace("{measure}", "children")
        .replace("{authority}", "E06000025")
        .replace("{other}", NOBODY);
    path.replace("{service}", "learning-mentor")
        .replace("{worker}", NOBODY)
        .replace("{mark}", "1")
        .replace("{field}", "date-of-birth")
        .replace("{*path}", "0/000.p/1")
        .replace("{run}", "0000000000000000")
}

/// Takes out of an address what is of one session only.
fn plain(value: &str, hand: &InHand<'_>) -> String {
    let value = value.replace(hand.child.trim_start_matches("/child/"), "{reference}");
    match value.strip_prefix("/results/") {
        Some(_) => "/results/{ticket}".into(),
        None if value.ends_with("/shield") && value.starts_with("/child/") => {
            "/child/{reference}/shield".into()
        }
        None => value,
    }
}

/// What a form of each address is filled with.
fn fields(path: &str) -> Vec<(&'static str, &'static str)> {
    match path {
        "/sign-in" => vec![
            ("user_name", "nobody"),
            ("password", "x"),
            ("pin", "1"),
            ("security_code", "000000"),
        ],
        "/search" => vec![
            ("given_name", "Kelly"),
            ("family_name", "Marsh"),
            ("reason", "find-practitioners"),
        ],
        "/child/{reference}/reason" => vec![("reason", "find-practitioners")],
        "/child/{reference}/involve" => {
            vec![
                ("service", "learning-mentor"),
                ("lead_professional", "no"),
                ("assessment", "none"),
            ]
        }
        "/child/{reference}/shield" => {
            vec![("ground", "fleeing-abuse"), ("reason", "shield-decision")]
        }
        "/child/{reference}/wrong/{field}" => {
            vec![("right", "only-wrong"), ("cause", "known-from-work")]
        }
        "/review" => vec![("reason", "data-quality")],
        "/held" => vec![("reason", "shield-decision")],
        "/duplicates/{reference}/{other}/reason" => vec![("reason", "data-quality")],
        "/review/{row}" | "/held/{row}" => vec![("decision", "cannot-tell")],
        "/shield" => vec![("number", "0000 0000 00-A"), ("reason", "shield-decision")],
        "/child/{reference}/involve/end/{service}/{worker}" => vec![("cause", "left")],
        _ => vec![],
    }
}

#[tokio::test]
async fn every_route_answers_every_kind_of_visitor_as_written_down() {
    let practice = Practice::open();
    let mut table = String::new();
    for route in ROUTES {
        writeln!(table, "{:?} {} – {:?}", route.verb, route.path, route.who).unwrap();
        for kind in KINDS {
            let answer = knock(&practice, route, kind).await;
            let line = format!("{kind:?}");
            writeln!(
                table,
                "    {line:<14}{} {}",
                answer.status,
                answer.location()
            )
            .unwrap();
            guarded(route, &answer);
        }
    }
    insta::assert_snapshot!("doors", table);
}

/// What every answer carries, whoever asks for whatever.
fn guarded(route: &Route, answer: &Answer) {
    let place = format!("{:?} {}", route.verb, route.path);
    let policy = answer
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{place}: no policy"));
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
        "{place}"
    );
    assert_eq!(
        answer.header("x-content-type-options"),
        Some("nosniff"),
        "{place}"
    );
    assert_eq!(
        answer.header("referrer-policy"),
        Some("no-referrer"),
        "{place}"
    );
    let kept = answer.header("cache-control").unwrap_or_default();
    assert_eq!(
        kept == "no-store",
        !route.path.starts_with("/assets/"),
        "{place}: {kept}"
    );
    for cookie in answer.all("set-cookie") {
        assert!(
            cookie.starts_with("__Host-contactpoint"),
            "{place}: {cookie}"
        );
        assert!(
            cookie.contains("; Path=/; Secure; HttpOnly; SameSite=Strict"),
            "{place}: {cookie}"
        );
    }
}

#[tokio::test]
async fn r51_nobody_gets_through_a_door_that_is_not_open_to_strangers() {
    let practice = Practice::open();
    for route in ROUTES
        .iter()
        .filter(|route| route.who.is_for_pages())
        .filter(|route| !matches!(route.who, Who::Anybody | Who::Stranger))
    {
        for kind in [Kind::Stranger, Kind::Suspended, Kind::Expired] {
            let answer = knock(&practice, route, kind).await;
            assert_eq!(answer.status, 303, "{} {kind:?}", route.path);
            assert!(
                answer.location().starts_with("/sign-in"),
                "{} {kind:?}",
                route.path
            );
            assert_eq!(answer.body, "", "{} {kind:?}", route.path);
        }
    }
}

#[tokio::test]
async fn no_page_opens_to_a_program_and_no_door_of_programs_to_a_person() {
    let practice = Practice::open();
    for route in ROUTES {
        let is_open = matches!(route.who, Who::Anybody | Who::Stranger);
        if route.who.is_for_pages() && !is_open {
            let answer = knock(&practice, route, Kind::Program).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (303, ""),
                "{}",
                route.path
            );
        }
        if !route.who.is_for_pages() {
            for kind in [
                Kind::Stranger,
                Kind::Practitioner,
                Kind::Officer,
                Kind::Auditor,
            ] {
                let answer = knock(&practice, route, kind).await;
                let refused = if route.who == Who::Asserting {
                    400
                } else {
                    401
                };
                assert_eq!(answer.status, refused, "{} {kind:?}", route.path);
                assert!(answer.header("content-type").unwrap().ends_with("json"));
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_its_own_session() {
    let practice = Practice::open();
    let mut other = practice.signed_in(PRACTITIONER).await;
    other.get("/").await;
    let of_pages = ROUTES.iter().filter(|route| route.who.is_for_pages());
    for route in of_pages.filter(|route| route.verb == Verb::Post) {
        let kind = match route.who {
            Who::Anybody | Who::Stranger => Kind::Stranger,
            Who::Asserting | Who::Checker | Who::Supplier => Kind::Program,
            Who::ShieldingOfficer | Who::Corrector => Kind::Officer,
            Who::DataOfficer | Who::RecordOfficer => Kind::DataOfficer,
            Who::Overseer | Who::FigureReader => Kind::DataOfficer,
            Who::SignedIn | Who::Searcher | Who::Practitioner => Kind::Practitioner,
        };
        let mut hand = prepared(&practice, kind).await;
        let path = path(route, &hand);
        for token in [
            None,
            Some(String::new()),
            Some("0".repeat(64)),
            Some(other.csrf.clone()),
        ] {
            let token: Vec<(&str, &str)> =
                token.iter().map(|token| ("csrf", token.as_str())).collect();
            let answer = hand
                .browser
                .post_raw(&path, &[token, fields(route.path)].concat())
                .await;
            assert_eq!(answer.status, 403, "{}", route.path);
            assert!(
                answer.says("Nothing was shown and nothing was changed."),
                "{}",
                route.path
            );
        }
        if kind != Kind::Stranger {
            assert_eq!(
                hand.browser.get("/sessions").await.status,
                200,
                "{}: still signed in",
                route.path
            );
        }
    }
    let child = other.open_child("Kelly", "Marsh").await;
    let record = other.get(&child).await;
    assert!(
        record.says("12 Mill Lane") && !record.says("Learning mentoring"),
        "nothing was changed"
    );
}

#[tokio::test]
async fn a_form_from_another_site_or_of_another_kind_is_refused() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        browser.headers.push((name, value.into()));
        assert_eq!(
            browser.post("/search", &fields("/search")).await.status,
            403,
            "{name}"
        );
        browser.headers.pop();
    }
    let twice = [("given_name", "Kelly"), ("given_name", "Ayo")];
    assert_eq!(browser.post("/search", &twice).await.status, 400);
    let long = "x".repeat(20_000);
    let answer = browser.post("/search", &[("given_name", &long)]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(browser.post("/nowhere", &[]).await.status, 404);
    assert_eq!(browser.post("/about", &[]).await.status, 405);
}

#[tokio::test]
async fn annex_b_8_a_session_ends_at_the_next_request_after_a_gate_closes() {
    let practice = Practice::open();
    for kind in [Kind::Suspended, Kind::Expired] {
        let mut browser = practice.signed_in(PRACTITIONER).await;
        assert_eq!(browser.get("/search").await.status, 200);
        during(&practice, kind, true);
        assert_eq!(
            browser.get("/search").await.location(),
            "/sign-in?next=/search"
        );
        during(&practice, kind, false);
        assert_eq!(
            browser.get("/search").await.status,
            303,
            "{kind:?}: it stays closed when the gate opens again"
        );
    }
}

#[tokio::test]
async fn a_session_ends_after_twenty_minutes_without_use_and_ten_hours_with_it() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    move_clock(19 * 60);
    assert_eq!(browser.post("/session/extend", &[]).await.status, 204);
    move_clock(19 * 60);
    assert_eq!(browser.get("/").await.status, 200);
    move_clock(21 * 60);
    assert_eq!(browser.get("/").await.status, 303);
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for _ in 0..40 {
        move_clock(15 * 60);
        assert_eq!(browser.get("/").await.status, 200);
    }
    move_clock(60);
    assert_eq!(browser.get("/").await.status, 303);
    assert!(clock().at.as_second() > 0 && !secrets(&practice, PRACTITIONER)[2].is_empty());
}
