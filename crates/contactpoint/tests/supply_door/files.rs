//! Files: taken once whatever is lost on the way, refused whole or by the row, and never larger, slower or other than agreed.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use contactpoint::desk::Limits;
use contactpoint::door::DoorLimits;
use contactpoint::throttle::Rate;
use directory::run::RunState;
use serde_json::Value;

use crate::practice::{PRACTITIONER, Practice, move_clock};
use crate::program::{
    FILE, MAPPING, Pair, admit, admit_as, claims, digest, get, report, send, signed, supply, token,
    token_for,
};

async fn opened() -> (Practice, Pair, String) {
    let (practice, pair) = (Practice::open(), Pair::edwards());
    admit(&practice, &[&pair]);
    let token = token(&practice, &pair, "first").await;
    (practice, pair, token)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn r80_a_file_is_taken_and_its_report_says_what_to_put_right() {
    let (practice, _, token) = opened().await;
    let run = json(&supply(&practice, &token, "a", FILE).await.body);
    assert_eq!(run["state"], "taken");
    let rows = &run["report"]["rows"];
    assert_eq!(
        (&rows["read"], &rows["accepted"], &rows["refused"]),
        (&2.into(), &1.into(), &1.into())
    );
    let fault = &run["report"]["faults"][0];
    assert_eq!(
        (&fault["line"], &fault["column"]),
        (&3.into(), &"Surname".into())
    );
    assert!(!run.to_string().contains("Sm1th"), "never a value");
    let id = practice.store.runs(None).unwrap().pop().unwrap().id;
    let kept = practice.store.run_faults(id).unwrap().unwrap();
    let told = &run["report"]["kinds"];
    assert_eq!(told.as_array().unwrap().len(), kept.len());
    assert_eq!(
        (&told[0]["column"], &told[0]["rule"], &told[0]["count"]),
        (
            &kept[0].column.clone().into(),
            &kept[0].rule.clone().into(),
            &kept[0].count.into()
        ),
        "the run keeps what its supplier is told, by column and rule"
    );
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.find_child("Jane", "O'Brien").await;
}

#[tokio::test]
async fn a_file_is_taken_once_under_its_key() {
    let (practice, pair, token) = opened().await;
    let first = supply(&practice, &token, "a", FILE).await;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
        ("idempotency-key", "\"a\""),
    ];
    let again = send(&practice, "/supply/files", &headers, FILE).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = send(
        &practice,
        "/supply/files",
        &headers,
        FILE.replace("Jane", "Joan"),
    )
    .await;
    assert_eq!(other.status, 422);
    let day = send(
        &practice,
        "/supply/files?extracted=2026-07-01",
        &headers,
        FILE,
    )
    .await;
    assert_eq!(day.status, 422, "another day is another file");
    let other = MAPPING.replace("local-40", "local-41");
    admit_as(
        &practice,
        &other,
        &[&pair],
        directory::account::Suspension::None,
    );
    let mut theirs = claims("theirs");
    theirs["iss"] = "local-41".into();
    theirs["sub"] = "local-41".into();
    let theirs = token_for(&practice, &signed(&pair, &theirs), "").await;
    let path = format!(
        "/supply/runs/{}",
        json(&first.body)["run"].as_str().unwrap()
    );
    assert_eq!(
        get(&practice, &path, &theirs).await.status,
        404,
        "another's file"
    );
    assert_eq!(
        get(&practice, "/supply/runs/../x", &token).await.status,
        404
    );
}

#[tokio::test]
async fn two_of_the_same_file_at_once_are_one() {
    let (practice, _, token) = opened().await;
    let many: String = (0..3_000)
        .map(|at| format!("M-{at},Bright,Ann,05/03/2019,ZZ99 3VZ\n"))
        .collect();
    let file = format!("Ref,Surname,Forename,Born,Postcode\n{many}");
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
        ("idempotency-key", "a"),
    ];
    let one = || send(&practice, "/supply/files", &headers, file.clone());
    let (first, second) = tokio::join!(one(), one());
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409]);
    let path = [&first, &second]
        .iter()
        .find(|answer| answer.status == 202)
        .unwrap()
        .location()
        .to_owned();
    let done = report(&practice, &token, &path).await;
    assert!(done.says("\"state\":\"taken\""), "{}", done.body);
    let again = one().await;
    assert_eq!((again.status, again.body), (200, done.body));
}

#[tokio::test]
async fn a_check_says_the_same_and_keeps_nothing() {
    let (practice, pair, token) = opened().await;
    let scoped = token_for(
        &practice,
        &signed(&pair, &claims("check")),
        "&scope=supply.check",
    )
    .await;
    for token in [&token, &scoped] {
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "text/csv; charset=utf-8"),
        ];
        let checked = send(&practice, "/supply/check", &headers, FILE).await;
        assert_eq!(json(&checked.body)["report"]["rows"]["refused"], 1);
        let notes = FILE.replace("Postcode", "Case notes");
        let refused = send(&practice, "/supply/check", &headers, notes).await;
        assert!(
            refused.says("\"state\":\"refused\"") && refused.says("R4"),
            "{}",
            refused.body
        );
    }
    let headers = [
        ("authorization", scoped.as_str()),
        ("content-type", "text/csv"),
    ];
    assert_eq!(
        send(&practice, "/supply/files", &headers, FILE)
            .await
            .status,
        403
    );
    assert_eq!(
        send(&practice, "/supply/rows", &headers, "").await.status,
        403
    );
    assert_eq!(
        get(&practice, "/supply/runs/0000000000000000", &scoped)
            .await
            .status,
        403
    );
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let found = browser
        .search(&[("given_name", "Jane"), ("family_name", "O'Brien")])
        .await;
    assert!(!found.says("/child/"), "nothing was taken");
}

#[tokio::test]
async fn a_file_that_is_not_as_agreed_is_refused_whole() {
    let (practice, _, token) = opened().await;
    for (key, file) in [
        ("a", FILE.replace("Postcode", "Shoe size")),
        ("b", String::new()),
        ("c", "\u{0}".into()),
    ] {
        let done = supply(&practice, &token, key, &file).await;
        assert!(
            done.says("\"state\":\"refused\"") && done.says("\"problem\":"),
            "{}",
            done.body
        );
    }
}

#[tokio::test]
async fn what_is_sent_in_another_way_than_agreed_is_not_read() {
    let (practice, _, token) = opened().await;
    let good = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
    ];
    let with = |name, value| [&good[..], &[(name, value)]].concat();
    let wrong = digest(b"another file");
    let long = "k".repeat(65);
    for (status, path, headers) in [
        (401, "/supply/files", good[1..].to_vec()),
        (
            401,
            "/supply/files",
            vec![("authorization", "Basic eDp5"), good[1]],
        ),
        (401, "/supply/files", with("authorization", token.as_str())),
        (
            415,
            "/supply/files",
            vec![good[0], ("content-type", "application/json")],
        ),
        (415, "/supply/files", good[..1].to_vec()),
        (400, "/supply/files", with("content-type", "text/csv")),
        (400, "/supply/files", with("content-encoding", "gzip")),
        (415, "/supply/files", with("content-encoding", "deflate")),
        (415, "/supply/check", with("content-encoding", "br")),
        (400, "/supply/files", with("content-digest", wrong.as_str())),
        (400, "/supply/check", with("content-digest", "md5=:AA==:")),
        (400, "/supply/files", with("idempotency-key", long.as_str())),
        (400, "/supply/files", with("idempotency-key", "a b")),
        (400, "/supply/files?extracted=2099-01-01", good.to_vec()),
        (400, "/supply/files?extracted=x", good.to_vec()),
    ] {
        let answer = send(&practice, path, &headers, FILE).await;
        assert_eq!(answer.status, status, "{path} {headers:?} {}", answer.body);
        assert!(answer.says("Nothing of the request was kept"));
        assert!(!answer.says("O'Brien"));
    }
    let right = digest(FILE.as_bytes());
    let headers = with("content-digest", right.as_str());
    assert_eq!(
        send(&practice, "/supply/check", &headers, FILE)
            .await
            .status,
        200
    );
}

/// A body that sends a little and then nothing.
struct Stalled(Option<Bytes>);

impl HttpBody for Stalled {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        match self.0.take() {
            Some(bytes) => Poll::Ready(Some(Ok(http_body::Frame::data(bytes)))),
            None => Poll::Pending,
        }
    }
}

/// A body without an end.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_static(
            &[b'x'; 65_536],
        )))))
    }
}

#[tokio::test]
async fn slow_and_giant_bodies_are_cut_off_and_leave_nothing() {
    let of_door = DoorLimits {
        file_bytes_max: 1_000_000,
        silent_seconds_max: 1,
        ..DoorLimits::default()
    };
    let (practice, pair) = (
        Practice::with_door(Limits::default(), of_door),
        Pair::edwards(),
    );
    admit(&practice, &[&pair]);
    let token = token(&practice, &pair, "a").await;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
    ];
    let rows = [headers[0], ("content-type", "application/x-ndjson")];
    assert_eq!(
        send(&practice, "/supply/rows", &rows, Body::new(Endless))
            .await
            .status,
        413
    );
    assert_eq!(
        send(&practice, "/supply/check", &headers, Body::new(Endless))
            .await
            .status,
        413
    );
    let large = send(&practice, "/supply/files", &headers, Body::new(Endless)).await;
    assert_eq!(large.status, 413);
    for path in ["/supply/files", "/supply/check"] {
        let slow = Body::new(Stalled(Some(Bytes::from_static(b"Ref,"))));
        let answer = send(&practice, path, &headers, slow).await;
        assert_eq!(
            (answer.status, answer.header("connection")),
            (408, Some("close"))
        );
    }
    let slow = Body::new(Stalled(None));
    assert_eq!(
        send(&practice, "/supply/rows", &rows, slow).await.status,
        408
    );
    assert_eq!(
        send(&practice, "/supply/check", &headers, FILE)
            .await
            .status,
        200,
        "the place is free again"
    );
    let left = std::fs::read_dir(practice.folder.path()).unwrap();
    let left = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with("spool")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn x7_one_program_comes_only_so_often() {
    let requests = Rate {
        max: 5,
        minutes: 15,
    };
    let of_door = DoorLimits {
        requests,
        ..DoorLimits::default()
    };
    let practice = Practice::with_door(Limits::default(), of_door);
    let pair = Pair::edwards();
    admit(&practice, &[&pair]);
    let bearer = token(&practice, &pair, "a").await;
    let nothing = "/supply/runs/0000000000000000";
    for _ in 0..5 {
        assert_eq!(get(&practice, nothing, &bearer).await.status, 404);
    }
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "text/csv"),
    ];
    assert_eq!(get(&practice, nothing, &bearer).await.status, 429);
    for path in ["/supply/files", "/supply/check", "/supply/rows"] {
        assert_eq!(send(&practice, path, &headers, FILE).await.status, 429);
    }
    move_clock(20 * 60);
    let bearer = token(&practice, &pair, "later").await;
    assert_eq!(get(&practice, nothing, &bearer).await.status, 404);
}

#[tokio::test]
async fn a_held_file_goes_on_by_itself_when_a_person_has_released_its_run() {
    let (practice, _, token) = opened().await;
    let file = |rows: usize| {
        let rows = (0..rows).map(|at| format!("H-{at},Bright,Ann,05/03/2019,ZZ99 3VZ\n"));
        let rows: String = rows.collect();
        format!("Ref,Surname,Forename,Born,Postcode\n{rows}")
    };
    supply(&practice, &token, "few", &file(9)).await;
    let held = json(&supply(&practice, &token, "many", &file(120)).await.body);
    assert_eq!(held["state"], "held");
    assert_eq!(held["report"]["ends"]["children"], 0);
    let path = format!("/supply/runs/{}", held["run"].as_str().unwrap());
    let runs = practice.store.runs(None).unwrap();
    let mut runs = runs.into_iter();
    let run = runs.find(|run| run.state == RunState::Held).unwrap();
    let other = json(&supply(&practice, &token, "more", &file(150)).await.body);
    let path_of_other = format!("/supply/runs/{}", other["run"].as_str().unwrap());
    let released = practice.store.release_run(
        run.id,
        directory::event::By::Operator,
        directory::Now {
            at: run.began,
            today: run.extracted,
        },
    );
    released.unwrap().unwrap();
    let told = json(&get(&practice, &path, &token).await.body);
    assert!(
        ["released", "taking", "taken"].contains(&told["state"].as_str().unwrap()),
        "{told}"
    );
    let other = json(&get(&practice, &path_of_other, &token).await.body);
    assert_eq!(other["state"], "held", "another file of the same day");
    for _ in 0..300 {
        let told = json(&get(&practice, &path, &token).await.body);
        if told["state"] == "taken" {
            assert_eq!(told["report"]["rows"]["accepted"], 120);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("it did not go on by itself");
}
