//! Signing in and out, and where one is signed in.

use crate::practice::{AUDITOR, PRACTITIONER, Practice, between, move_clock, secrets};

#[tokio::test]
async fn after_signing_in_one_is_where_one_wanted_to_be_and_nowhere_else() {
    let practice = Practice::open();
    for (asked, sent) in [
        ("/look-ups", "/look-ups"),
        ("//evil.example", "/"),
        ("/child/x", "/"),
        ("/sign-out", "/"),
    ] {
        move_clock(30);
        let mut browser = practice.stranger();
        browser.get(&format!("/sign-in?next={asked}")).await;
        let [password, pin, code] = secrets(&practice, PRACTITIONER);
        let fields = [
            ("user_name", PRACTITIONER),
            ("password", password.as_str()),
            ("pin", pin.as_str()),
            ("security_code", code.as_str()),
            ("next", asked),
        ];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (303, sent), "{asked}");
        let cookies: Vec<&str> = answer.all("set-cookie").collect();
        assert!(
            cookies[0].starts_with("__Host-contactpoint=") && cookies[1].contains("Max-Age=0"),
            "{cookies:?}"
        );
    }
}

#[tokio::test]
async fn after_signing_out_nothing_is_left_and_the_session_is_dead() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/").await;
    let cookies = browser.cookies.clone();
    let answer = browser.post("/sign-out", &[]).await;
    assert_eq!(answer.location(), "/signed-out");
    assert_eq!(
        answer.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
    assert!(browser.cookies.is_empty());
    assert!(browser.get("/signed-out").await.says("You are signed out"));
    browser.cookies = cookies;
    assert_eq!(
        browser.get("/").await.location(),
        "/sign-in",
        "the cookie kept elsewhere opens nothing"
    );
}

#[tokio::test]
async fn check_6_one_ends_ones_other_session_and_nobody_elses() {
    let practice = Practice::open();
    let mut first = practice.signed_in(PRACTITIONER).await;
    first.headers.push((
        "user-agent",
        "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0".into(),
    ));
    let mut second = practice.signed_in(PRACTITIONER).await;
    let mut other = practice.signed_in(AUDITOR).await;
    let page = second.get("/sessions").await;
    assert!(page.says("<strong>This session</strong>") && page.says("192.0.2.7"));
    let end = between(&page.body, "action=\"/sessions/", "\"")
        .unwrap()
        .to_owned();
    other.get("/sessions").await;
    assert_eq!(
        other.post(&format!("/sessions/{end}"), &[]).await.status,
        303
    );
    assert_eq!(first.get("/").await.status, 200, "nobody else's");
    second.post(&format!("/sessions/{end}"), &[]).await;
    assert_eq!(first.get("/").await.status, 303, "ended");
    assert_eq!(second.get("/").await.status, 200);
}

#[tokio::test]
async fn open_pages_say_who_is_signed_in_and_need_nobody() {
    let practice = Practice::open();
    let mut stranger = practice.stranger();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for path in ["/about", "/help", "/accessibility"] {
        let page = stranger.get(path).await;
        assert!(
            page.status == 200 && !page.says("Signed in as") && page.says("Practice directory"),
            "{path}"
        );
        assert!(
            browser
                .get(path)
                .await
                .says("Signed in as Jane Okafor, Northfield Academy"),
            "{path}"
        );
    }
    assert!(
        browser
            .get("/help")
            .await
            .says("Northshire ContactPoint team")
    );
    assert!(
        !stranger
            .get("/help")
            .await
            .says("Northshire ContactPoint team")
    );
    let lost = stranger.get("/no/such/page").await;
    assert!(lost.status == 404 && lost.says("Page not found"));
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_sent_compressed_to_those_who_take_it() {
    let practice = Practice::open();
    let mut browser = practice.stranger();
    let plain = browser.get(contactpoint::asset::STYLESHEET).await;
    assert_eq!(
        (plain.status, plain.header("content-encoding")),
        (200, None)
    );
    browser.headers.push(("accept-encoding", "br, gzip".into()));
    let packed = browser.get(contactpoint::asset::STYLESHEET).await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(
        packed
            .header("cache-control")
            .is_some_and(|value| value.contains("immutable"))
    );
    assert_eq!(
        browser.get("/").await.header("content-encoding"),
        None,
        "pages are not (BREACH)"
    );
    assert_eq!(browser.get("/assets/../Cargo.toml").await.status, 404);
}
