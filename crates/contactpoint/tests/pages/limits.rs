//! What happens at the limits: too many failures, too many looks, too much at once, and a database that is lost.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use contactpoint::desk::Limits;
use contactpoint::throttle::Rate;

use crate::practice::{NURSE, PRACTITIONER, Practice, move_clock, secrets, with_reason};

fn events(practice: &Practice) -> u64 {
    practice
        .store
        .sequence(crate::practice::clock())
        .unwrap()
        .size
}

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
    let before = events(&practice);
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
    assert_eq!(
        events(&practice),
        before + 5,
        "each is recorded, barred or not"
    );
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

/// A school, or everybody behind a proxy that is not trusted: one of them cannot lock the others out.
#[tokio::test]
async fn r61_who_tries_many_names_from_one_address_slows_it_and_locks_nobody_out() {
    let limits = Limits {
        address_failures: Rate {
            max: 3,
            minutes: 15,
        },
        slowed_milliseconds: 200,
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let mut colleague = practice.signed_in(NURSE).await;
    let mut attacker = practice.stranger();
    attacker.get("/sign-in").await;
    let wrong = ["a guess", "111111", "000000"];
    for name in ["a", "b", "c"] {
        assert_eq!(attacker.sign_in(name, wrong).await.status, 422);
    }
    let slow = |begun: Instant| begun.elapsed() >= Duration::from_millis(200);
    let begun = Instant::now();
    assert_eq!(attacker.sign_in("d", wrong).await.status, 422);
    assert!(slow(begun), "guesses go slowly now");

    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    let mut honest = practice.stranger();
    honest.get("/sign-in").await;
    let begun = Instant::now();
    let answer = honest.sign_in(PRACTITIONER, [&password, &pin, &code]).await;
    assert_eq!(answer.status, 303, "the right secrets are right");
    assert!(slow(begun));

    colleague.get("/").await;
    colleague.post("/sign-out", &[]).await;
    move_clock(30);
    let [password, pin, code] = secrets(&practice, NURSE);
    colleague.get("/sign-in").await;
    let begun = Instant::now();
    let answer = colleague.sign_in(NURSE, [&password, &pin, &code]).await;
    assert_eq!(answer.status, 303);
    assert!(!slow(begun), "who signed in from here before is not slowed");
}

/// Many addresses against one account: each has its few guesses, and together they go one after the other.
#[tokio::test]
async fn r61_guesses_at_one_account_from_everywhere_go_one_after_the_other() {
    let limits = Limits {
        account_failures: Rate {
            max: 3,
            minutes: 15,
        },
        slowed_milliseconds: 150,
        slowed_waiting_max: 3,
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let from = |last: u8| IpAddr::V4(Ipv4Addr::new(203, 0, 113, last));
    let wrong = ["a guess", "111111", "000000"];
    for last in 1..=3 {
        let mut attacker = practice.stranger();
        attacker.address = from(last);
        attacker.get("/sign-in").await;
        assert_eq!(attacker.sign_in(PRACTITIONER, wrong).await.status, 422);
    }
    let mut attackers = Vec::new();
    for last in 10..15 {
        let mut attacker = practice.stranger();
        attacker.address = from(last);
        attacker.get("/sign-in").await;
        attackers.push(attacker);
    }
    let begun = Instant::now();
    let [a, b, c, d, e] = &mut attackers[..] else {
        panic!("five")
    };
    let answers = tokio::join!(
        a.sign_in(PRACTITIONER, wrong),
        b.sign_in(PRACTITIONER, wrong),
        c.sign_in(PRACTITIONER, wrong),
        d.sign_in(PRACTITIONER, wrong),
        e.sign_in(PRACTITIONER, wrong),
    );
    let statuses = [answers.0, answers.1, answers.2, answers.3, answers.4].map(|one| one.status);
    assert_eq!(statuses, [422, 422, 422, 503, 503]);
    assert!(
        begun.elapsed() >= Duration::from_millis(450),
        "one at a time"
    );
    let mut honest = practice.stranger();
    honest.get("/sign-in").await;
    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    let answer = honest.sign_in(PRACTITIONER, [&password, &pin, &code]).await;
    assert_eq!(answer.status, 303, "nobody is locked out by it");
}

/// Of many guesses at once no more count than of one after the other.
#[tokio::test]
async fn r61_guesses_at_once_are_counted_before_they_are_tried() {
    let limits = Limits {
        failures: Rate {
            max: 1,
            minutes: 15,
        },
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let [password, pin, code] = secrets(&practice, PRACTITIONER);
    let mut guess = practice.stranger();
    let mut right = practice.stranger();
    guess.get("/sign-in").await;
    right.get("/sign-in").await;
    let (guessed, barred) = tokio::join!(
        guess.sign_in(PRACTITIONER, ["a guess", "111111", "000000"]),
        right.sign_in(PRACTITIONER, [&password, &pin, &code])
    );
    assert_eq!((guessed.status, barred.status), (422, 422));
}

/// Reload after a change is a search anew: it counts as one, and leads to a ticket of its own.
#[tokio::test]
async fn x7_results_that_have_changed_are_searched_for_within_the_same_limit() {
    let limits = Limits {
        searches_hour_max: 3,
        ..Limits::default()
    };
    let practice = Practice::with(limits);
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.get("/search").await;
    let fields = with_reason(&[("family_name", "Marsh"), ("given_name", "Kelly")]);
    let answer = browser.post("/search", &fields).await;
    let old = answer.location().to_owned();
    for _ in 0..5 {
        assert_eq!(
            browser.get(&old).await.status,
            200,
            "the same sight is free"
        );
    }
    let child = crate::practice::child_path(&browser.get(&old).await.body);
    let mut nurse = practice.signed_in(NURSE).await;
    nurse.get("/search").await;
    let own = nurse.open_child("Kelly", "Marsh").await;
    let fields = [
        ("service", "school-nursing"),
        ("lead_professional", "no"),
        ("assessment", "none"),
    ];
    let answer = nurse.post(&format!("{own}/involve"), &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    for _ in 0..2 {
        let answer = browser.get(&old).await;
        assert_eq!(answer.status, 303);
        assert_ne!(answer.location(), old);
        assert_eq!(browser.get(answer.location()).await.status, 200);
    }
    let answer = browser.get(&old).await;
    assert_eq!(answer.status, 429);
    assert!(!answer.says("Kelly"));
    let answer = browser.get(&format!("{child}/reason")).await;
    assert_eq!(answer.status, 429, "nor by way of the reason");
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
    let before = events(&practice);
    let answer = browser.get(&child).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("300"))
    );
    assert_eq!(
        events(&practice),
        before + 1,
        "that it was asked is recorded"
    );
    assert!(answer.says("what you asked more than an hour ago no longer counts"));
    assert!(!answer.says("minute, then") && !answer.says("Kelly"));
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
