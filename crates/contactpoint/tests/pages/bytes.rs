//! Answers that must not differ by one byte.

use contactpoint::desk::Limits;
use contactpoint::throttle::Rate;
use directory::account::{Account, Role, Suspension};
use jiff::civil::date;

use crate::practice::{
    Answer, Browser, HIDDEN, NURSE, PRACTITIONER, Practice, account, code_of, move_clock, token,
    with_reason,
};

const NOBODY: &str = "000000000000000000000000000000000000000000000000";
const DAY_SECONDS: i64 = 86_400;

/// The account with each of its gates closed in turn.
fn closed_gates(account: &Account) -> [(&'static str, Account); 4] {
    let mut suspended = account.clone();
    suspended.suspension = Suspension::Suspended;
    let mut expired = account.clone();
    expired.checks.disclosure = Some(date(2023, 7, 2));
    let mut untrained = account.clone();
    untrained.checks.training = None;
    let mut unknown = account.clone();
    unknown.checks.identity = None;
    [
        ("suspended", suspended),
        ("expired", expired),
        ("untrained", untrained),
        ("identity never checked", unknown),
    ]
}

/// Annex B 8, check 2: the same bytes whatever is wrong.
#[tokio::test]
async fn r61_every_failure_to_sign_in_is_the_same_bytes() {
    let failures = Rate {
        max: 100,
        minutes: 15,
    };
    let practice = Practice::empty(Limits {
        failures,
        ..Limits::default()
    });
    let account = account(9, "kim.new", "Kim New", 1, &[Role::Practitioner]);
    let mut browser = practice.stranger();
    assert_eq!(browser.get("/sign-in").await.status, 200);
    let code = code_of(&token(9));
    let right = ["correct horse battery", "482915", code.as_str()];
    let mut answers = vec![("nobody's name", browser.sign_in("kim.new", right).await)];
    practice.put_account(&account, true);
    for (what, secrets) in [
        ("password", ["wrong horse battery", right[1], right[2]]),
        ("PIN", [right[0], "482916", right[2]]),
        ("code", [right[0], right[1], "000000"]),
        ("no code", [right[0], right[1], ""]),
        ("nothing", ["", "", ""]),
    ] {
        answers.push((what, browser.sign_in("kim.new", secrets).await));
    }
    for (what, changed) in closed_gates(&account) {
        practice.put_account(&changed, false);
        answers.push((what, browser.sign_in("kim.new", right).await));
    }
    let first = answers[0].1.clone();
    assert_eq!(first.status, 422);
    assert!(first.says("You are not signed in"));
    for (what, answer) in &answers {
        assert_eq!(answer, &first, "{what}");
    }
    practice.put_account(&account, false);
    let opened = browser.sign_in("kim.new", right).await;
    assert_eq!(opened.status, 303, "with everything right it opens");
    let mut again = practice.stranger();
    again.get("/sign-in").await;
    let answer = again.sign_in("kim.new", right).await;
    assert_eq!(answer.status, 422, "a code is good once");
}

/// What was asked, with its answer.
type Asked = Vec<(String, Answer)>;

async fn searched(browser: &mut Browser<'_>, asked: &mut Asked) {
    let ayo = [("given_name", "Ayo"), ("family_name", "Bello")];
    let nobody = [("given_name", "Nobody"), ("family_name", "Nowhereson")];
    let grown = [("given_name", "Grown"), ("family_name", "Upton")];
    for (named, hidden) in [
        (nobody, None),
        (nobody, Some(("postcode", "BS1 1AA"))),
        (nobody, Some(("setting_or_practice", "Harbour School"))),
        (ayo, Some(("postcode", "BS1 1AA"))),
        (ayo, Some(("setting_or_practice", "Harbour School"))),
        (ayo, Some(("setting_or_practice", "Hidden Practice"))),
        (ayo, Some(("carer", "Bola Bello"))),
        (grown, None),
        (grown, Some(("date_of_birth_day", "4/7/2008"))),
    ] {
        let fields: Vec<_> = named.into_iter().chain(hidden).collect();
        let answer = browser.post("/search", &with_reason(&fields)).await;
        asked.push((format!("{fields:?}"), answer));
    }
}

/// Check 33: one answer for every way not to find a child.
#[tokio::test]
async fn r44_no_such_child_shielded_archived_and_not_yours_are_the_same_bytes() {
    let practice = Practice::open();
    let mut other = practice.signed_in(NURSE).await;
    let child_at_17 = other
        .search(&[("given_name", "Grown"), ("family_name", "Upton")])
        .await;
    assert!(child_at_17.says("4 July 2008 (17)"));
    move_clock(DAY_SECONDS);
    let mut other = practice.signed_in(NURSE).await;
    let others_child = other.open_child("Kelly", "Marsh").await;
    let kelly = with_reason(&[("given_name", "Kelly"), ("family_name", "Marsh")]);
    let others_results = other.post("/search", &kelly).await.location().to_owned();

    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/").await;
    let mut asked = Asked::new();
    searched(&mut browser, &mut asked).await;
    for path in [
        others_child.clone(),
        format!("{others_child}/reason"),
        others_results,
        format!("/child/{NOBODY}{NOBODY}"),
        "/child/x".into(),
        "/results/x".into(),
    ] {
        let answer = browser.get(&path).await;
        asked.push((path, answer));
    }
    let first = asked[0].1.clone();
    assert_eq!(first.status, 200);
    assert!(first.says("No record was found"));
    for (what, answer) in &asked {
        assert_eq!(answer, &first, "{what}");
        assert!(HIDDEN.iter().all(|hidden| !answer.says(hidden)), "{what}");
    }
    let found = browser
        .search(&[("given_name", "Ayo"), ("family_name", "Bello")])
        .await;
    assert!(found.says("Ayo Bello") && found.says("Other details are restricted."));
}
