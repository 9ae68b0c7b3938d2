//! Signing in and out, and where one is signed in.

use crate::practice::{
    AUDITOR, NURSE, OFFICER, PRACTITIONER, Practice, between, move_clock, secrets,
};

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

/// Check 4: what was typed is still there after signing in again, for the same account only.
#[tokio::test]
async fn a_form_sent_after_the_session_ended_waits_for_its_own_account() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    move_clock(21 * 60);
    let typed = [
        ("family_name", "Marsh"),
        ("postcode", "LS1 4AP"),
        ("reason", "coordinate"),
    ];
    let sent = browser.post("/search", &typed).await;
    assert_eq!(sent.location(), "/sign-in?next=/search&form=kept");
    let page = browser.get(sent.location()).await;
    assert!(page.says("is kept for 15 minutes") && page.says("name=\"next\" value=\"/search\""));
    assert!(!page.says("Marsh") && !page.says("LS1"));

    let mut other = practice.signed_in(NURSE).await;
    assert!(!other.get("/search").await.says("Marsh"), "nobody else's");
    let mut again = practice.signed_in(PRACTITIONER).await;
    let form = again.get("/search").await;
    for said in [
        "value=\"Marsh\"",
        "value=\"LS1 4AP\"",
        "value=\"coordinate\" checked",
    ] {
        assert!(form.says(said), "{said}");
    }
    assert!(form.says("nothing was searched"));
    assert!(!again.get("/search").await.says("Marsh"), "once");
    let results = again.search(&typed).await;
    assert!(results.says("Kelly Marsh"), "{}", results.body);
}

#[tokio::test]
async fn a_form_that_cannot_be_kept_is_said_not_to_be() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Kelly", "Marsh").await;
    browser.get(&format!("{child}/involve")).await;
    let token = browser.csrf.clone();
    move_clock(21 * 60);
    let involve = browser
        .post(&format!("{child}/involve"), &[("since_day", "4")])
        .await;
    assert_eq!(
        involve.location(),
        "/sign-in?form=lost",
        "its address ends with the session"
    );
    assert!(browser.get(involve.location()).await.says("was not kept"));
    let large = "x".repeat(5_000);
    for (what, fields) in [
        ("no token", vec![("csrf", ""), ("family_name", "Marsh")]),
        (
            "another token",
            vec![("csrf", "0"), ("family_name", "Marsh")],
        ),
        (
            "too large",
            vec![("csrf", token.as_str()), ("family_name", large.as_str())],
        ),
    ] {
        let sent = browser.post_raw("/search", &fields).await;
        assert_eq!(sent.location(), "/sign-in?next=/search&form=lost", "{what}");
    }
    browser
        .headers
        .push(("sec-fetch-site", "cross-site".into()));
    let forged = browser
        .post_raw("/search", &[("csrf", &token), ("family_name", "Marsh")])
        .await;
    assert_eq!(forged.location(), "/sign-in?next=/search&form=lost");
    browser.headers.pop();
    for path in ["/sign-out", "/session/extend"] {
        assert_eq!(
            browser.post(path, &[]).await.location(),
            "/sign-in",
            "{path}"
        );
    }
    let mut again = practice.signed_in(PRACTITIONER).await;
    assert!(!again.get("/search").await.says("Marsh"));
}

#[tokio::test]
async fn nothing_is_kept_for_somebody_who_signed_out_or_for_long() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let (cookies, token) = (browser.cookies.clone(), browser.csrf.clone());
    browser.post("/sign-out", &[]).await;
    browser.cookies = cookies;
    let typed = [("csrf", token.as_str()), ("family_name", "Marsh")];
    let sent = browser.post_raw("/search", &typed).await;
    assert_eq!(sent.location(), "/sign-in?next=/search&form=lost");

    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    move_clock(21 * 60);
    let sent = browser.post("/search", &[("family_name", "Marsh")]).await;
    assert_eq!(sent.location(), "/sign-in?next=/search&form=kept");
    move_clock(16 * 60);
    let mut late = practice.signed_in(PRACTITIONER).await;
    assert!(!late.get("/search").await.says("Marsh"));
}

#[tokio::test]
async fn whoever_is_signed_in_has_their_menu_on_every_page_that_is_none() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    for (path, status) in [("/nowhere", 404), ("/sign-out", 405), ("/shield", 403)] {
        let page = browser.get(path).await;
        assert_eq!(page.status, status, "{path}");
        for said in [
            "Signed in as Jane Okafor",
            "Sign out",
            "href=\"/search\"",
            "What to do",
        ] {
            assert!(page.says(said), "{path}: {said}");
        }
        assert!(
            !practice.stranger().get(path).await.says("Sign out"),
            "{path}"
        );
    }
    let stale = browser.post_raw("/search", &[("csrf", "0")]).await;
    assert!(
        stale.status == 403 && stale.says("That page is no longer valid") && stale.says("Sign out")
    );
}

#[tokio::test]
async fn r55_the_menu_leads_where_the_role_may_go_and_nowhere_else() {
    let practice = Practice::open();
    for (who, leads) in [
        (PRACTITIONER, [true, false]),
        (OFFICER, [true, true]),
        (AUDITOR, [false, false]),
    ] {
        let mut browser = practice.signed_in(who).await;
        for page in ["/", "/look-ups", "/sessions", "/help", "/nowhere"] {
            let page = browser.get(page).await;
            let shown = ["href=\"/search\"", "href=\"/shield\""].map(|link| page.says(link));
            assert_eq!(shown, leads, "{who}");
        }
        for (path, may) in ["/search", "/shield"].into_iter().zip(leads) {
            assert_eq!(browser.get(path).await.status == 200, may, "{who} {path}");
        }
    }
    let mut auditor = practice.signed_in(AUDITOR).await;
    let home = auditor.get("/").await;
    assert!(home.says("Your role does not look up children.") && !home.says("Before you contact"));
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
