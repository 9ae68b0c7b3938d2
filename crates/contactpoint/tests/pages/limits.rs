//! What happens at the limits: too many failures, too many looks, too much at once, and a database that is lost.

use std::net::{IpAddr, Ipv4Addr};

use contactpoint::desk::Limits;
use contactpoint::throttle::Rate;

use crate::practice::{PRACTITIONER, Practice, move_clock, secrets, with_reason};

/// An attacker elsewhere cannot lock an honest user out; from the attacker's own address even the right secrets look wrong.
#[tokio::test]
async fn r61_too_many_failures_bar_the_address_they_came_from_and_no_other() {
    let limits = Limits {
        failures: Rate {
            max: 3,
            minutes: 15,
        },
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let mut attacker = practice.stranger();
    attacker.address = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));
    attacker.get("/sign-in").await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(
            attacker
                .sign_in(PRACTITIONER, ["a guess", "111111", "000000"])
                .await,
        );
    }
    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    answers.push(
        attacker
            .sign_in(PRACTITIONER, [&password, &pin, &code])
            .await,
    );
    for answer in &answers {
        assert_eq!(answer, &answers[0], "barred or not, the bytes are the same");
    }
    let mut honest = practice.stranger();
    honest.get("/sign-in").await;
    assert_eq!(
        honest
            .sign_in(PRACTITIONER, [&password, &pin, &code])
            .await
            .status,
        303
    );
    move_clock(17 * 60);
    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    assert_eq!(
        attacker
            .sign_in(PRACTITIONER, [&password, &pin, &code])
            .await
            .status,
        303,
        "and not for ever"
    );
}

#[tokio::test]
async fn r61_one_address_may_not_try_many_names() {
    let limits = Limits {
        address_failures: Rate {
            max: 3,
            minutes: 15,
        },
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let mut attacker = practice.stranger();
    attacker.get("/sign-in").await;
    for name in ["a", "b", "c"] {
        assert_eq!(
            attacker
                .sign_in(name, ["a guess", "111111", "000000"])
                .await
                .status,
            422
        );
    }
    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    assert_eq!(
        attacker
            .sign_in(PRACTITIONER, [&password, &pin, &code])
            .await
            .status,
        422
    );
}

#[tokio::test]
async fn x7_records_and_searches_are_limited_for_each_person() {
    let limits = Limits {
        record_opens_hour_max: 3,
        searches_hour_max: 4,
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Kelly", "Marsh").await;
    for _ in 0..3 {
        assert_eq!(browser.get(&child).await.status, 200);
    }
    let answer = browser.get(&child).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("60"))
    );
    assert!(answer.says("Please wait a minute") && !answer.says("Kelly"));
    for _ in 0..3 {
        browser
            .search(&[("family_name", "Marsh"), ("given_name", "Kelly")])
            .await;
    }
    let fields = with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]);
    assert_eq!(browser.post("/search", &fields).await.status, 429);
    let mut other = practice.signed_in(crate::practice::NURSE).await;
    other.get("/search").await;
    assert_eq!(
        other.post("/search", &fields).await.status,
        303,
        "somebody else's looks are their own"
    );
}

#[tokio::test]
async fn when_too_much_is_asked_at_once_the_next_is_told_to_come_back() {
    let practice = Practice::with(Limits {
        requests_at_once_max: 0,
        ..Limits::default()
    });
    let answer = practice.stranger().get("/about").await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (503, Some("5"))
    );
    assert!(
        answer.says("The directory is busy")
            && answer.says("Nothing was shown and nothing was changed.")
    );
}

/// The database's file is cut to nothing under the running program.
#[tokio::test]
async fn a_lost_database_answers_503_and_never_data() {
    let practice = Practice::open();
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let child = browser.open_child("Kelly", "Marsh").await;
    for entry in std::fs::read_dir(practice.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("sqlite") && !path.to_string_lossy().ends_with("-shm") {
            std::fs::OpenOptions::new()
                .write(true)
                .truncate(true)
                .open(path)
                .unwrap();
        }
    }
    for path in ["/", "/look-ups", child.as_str(), "/health"] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, Some("60")),
            "{path}"
        );
        assert!(
            answer.says("Nothing was shown and nothing was changed.") && !answer.says("Kelly"),
            "{path}"
        );
        for word in ["sqlite", "SQL", "disk image", "malformed"] {
            assert!(!answer.says(word), "{path}: {word}");
        }
    }
    let fields = with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]);
    assert_eq!(browser.post("/search", &fields).await.status, 503);
    assert_eq!(
        browser.get("/about").await.status,
        200,
        "what needs no record is still there"
    );
}
