//! Files that come packed with gzip: the same file, packed or not, is one file, and what cannot be unpacked leaves nothing.

use std::io::Write as _;

use contactpoint::desk::Limits;
use contactpoint::door::DoorLimits;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::practice::{Answer, Practice};
use crate::program::{FILE, Pair, admit, digest, get, report, send, supply, token};
use crate::twins::{HEADING, JANE, knowing_jane, lines, shield};

pub fn packed(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(bytes.as_ref()).unwrap();
    gzip.finish().unwrap()
}

async fn opened(of_door: DoorLimits) -> (Practice, String) {
    let (practice, pair) = (
        Practice::with_door(Limits::default(), of_door),
        Pair::edwards(),
    );
    admit(&practice, &[&pair]);
    let token = token(&practice, &pair, "first").await;
    (practice, token)
}

/// Sends a body that is said to be gzip.
async fn send_packed(
    practice: &Practice,
    token: &str,
    (path, kind): (&str, &str),
    more: &[(&str, &str)],
    body: Vec<u8>,
) -> Answer {
    let headers = [
        ("authorization", token),
        ("content-type", kind),
        ("content-encoding", "gzip"),
    ];
    send(practice, path, &[&headers[..], more].concat(), body).await
}

const FILES: (&str, &str) = ("/supply/files", "text/csv");
const CHECK: (&str, &str) = ("/supply/check", "text/csv");
const ROWS: (&str, &str) = ("/supply/rows", "application/x-ndjson");

/// Sends a packed file and waits for its report.
async fn supply_packed(practice: &Practice, token: &str, key: &str, body: Vec<u8>) -> Answer {
    let key = [("idempotency-key", key)];
    let answer = send_packed(practice, token, FILES, &key, body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    report(practice, token, answer.location()).await
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn runs(practice: &Practice) -> usize {
    practice.store.runs(None).unwrap().len()
}

#[tokio::test]
async fn r80_a_packed_file_is_answered_the_same_byte_for_byte() {
    let (plain, of_plain) = opened(DoorLimits::default()).await;
    let (practice, of_packed) = opened(DoorLimits::default()).await;
    let rows = lines(JANE);
    for (sent, file) in [(CHECK, FILE), (ROWS, rows.as_str())] {
        let headers = [
            ("authorization", of_plain.as_str()),
            ("content-type", sent.1),
        ];
        let here = send(&plain, sent.0, &headers, file.to_owned()).await;
        let there = send_packed(&practice, &of_packed, sent, &[], packed(file)).await;
        assert_eq!((here.status, here.body), (200, there.body));
    }
    let here = supply(&plain, &of_plain, "a", FILE).await;
    // Two members, one after the other, are one file.
    let (first, second) = FILE.split_at(40);
    let members = [packed(first), packed(second)].concat();
    let there = supply_packed(&practice, &of_packed, "a", members).await;
    assert_eq!(here.body, there.body);
    let run = json(&there.body);
    assert_eq!(run["state"], "taken");
    assert_eq!(run["report"]["rows"]["accepted"], 1);
    let kept = |practice: &Practice| {
        let run = practice.store.runs(None).unwrap().pop().unwrap();
        (run.rows, run.totals)
    };
    assert_eq!(kept(&plain), kept(&practice));
}

#[tokio::test]
async fn the_same_file_plain_and_then_packed_is_one_file() {
    let (practice, token) = opened(DoorLimits::default()).await;
    let first = supply(&practice, &token, "a", FILE).await;
    let key = [("idempotency-key", "a")];
    let again = send_packed(&practice, &token, FILES, &key, packed(FILE)).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let other = packed(FILE.replace("Jane", "Joan"));
    let other = send_packed(&practice, &token, FILES, &key, other).await;
    assert_eq!(other.status, 422, "another file");
    let anew = json(
        &supply_packed(&practice, &token, "b", packed(FILE))
            .await
            .body,
    );
    assert_eq!(anew["state"], "taken");
    assert_eq!(anew["sha256"], json(&first.body)["sha256"]);
    assert_eq!(anew["report"], json(&first.body)["report"]);
    assert_eq!(runs(&practice), 1, "nothing was taken anew");
}

#[tokio::test]
async fn the_digest_is_of_what_was_sent_or_of_the_file_in_it() {
    let (practice, token) = opened(DoorLimits::default()).await;
    let body = packed(FILE);
    for (said, status) in [
        (digest(&body), 200),
        (digest(FILE.as_bytes()), 200),
        (digest(b"another"), 400),
    ] {
        let said = [("content-digest", said.as_str())];
        let answer = send_packed(&practice, &token, CHECK, &said, body.clone()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_unpacked_is_refused_and_leaves_nothing() {
    let (practice, token) = opened(DoorLimits::default()).await;
    let whole = packed(FILE);
    let mut damaged = whole.clone();
    let sum = damaged.len() - 8;
    damaged[sum] ^= 1;
    let cut = whole[..whole.len() / 2].to_vec();
    let without_end = whole[..whole.len() - 1].to_vec();
    let and_more = [&whole[..], b"more"].concat();
    let plain = FILE.as_bytes().to_vec();
    for body in [damaged, cut, without_end, and_more, plain, Vec::new()] {
        for sent in [FILES, CHECK, ROWS] {
            let answer = send_packed(&practice, &token, sent, &[], body.clone()).await;
            assert_eq!(answer.status, 400, "{}", answer.body);
            let problem = json(&answer.body);
            assert_eq!(problem["type"], "/supply/docs#broken");
            assert!(answer.says("Nothing of the request was kept"));
            assert!(answer.says("Pack it again") && !answer.says("O'Brien"));
        }
    }
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
        ("content-encoding", "br"),
    ];
    let other = send(&practice, "/supply/files", &headers, whole.clone()).await;
    assert_eq!(
        (other.status, other.header("accept-encoding")),
        (415, Some("gzip"))
    );
    assert_eq!(runs(&practice), 0);
    let done = supply_packed(&practice, &token, "a", whole).await;
    assert!(done.says("\"state\":\"taken\""), "the place is free again");
}

#[tokio::test]
async fn a_few_bytes_that_hold_too_many_are_refused_and_leave_nothing() {
    let of_door = DoorLimits {
        file_bytes_max: 1_000_000,
        ..DoorLimits::default()
    };
    let (practice, token) = opened(of_door).await;
    let bomb = |bytes: usize| {
        let row = JANE.as_bytes();
        packed(row.repeat(bytes / row.len()))
    };
    for (sent, most) in [(FILES, 1_000_000), (CHECK, 1_000_000), (ROWS, 262_144)] {
        let body = bomb(32 << 20);
        assert!(body.len() < 250_000, "{}", body.len());
        let answer = send_packed(&practice, &token, sent, &[], body).await;
        assert_eq!(answer.status, 413, "{}", answer.body);
        let problem = json(&answer.body);
        let detail = problem["detail"].as_str().unwrap();
        assert!(
            detail.contains(&format!("unpacked, at most {most} bytes")),
            "{detail}"
        );
        assert!(answer.says("Nothing of the request was kept") && answer.says("larger limit"));
    }
    // As many as may be are taken, however few they are packed.
    let rows = JANE.repeat(20_000);
    let most = format!(
        "{HEADING}{rows}{}",
        "\n".repeat(1_000_000 - HEADING.len() - rows.len())
    );
    let within = send_packed(&practice, &token, CHECK, &[], packed(&most)).await;
    assert_eq!(within.status, 200, "{}", within.body);
    let beyond = send_packed(&practice, &token, CHECK, &[], packed(most + "\n")).await;
    assert_eq!(beyond.status, 413);
    assert_eq!(runs(&practice), 0);
    let left = std::fs::read_dir(practice.folder.path()).unwrap();
    let mut left = left.map(|entry| entry.unwrap().file_name());
    assert!(!left.any(|name| name.to_string_lossy().starts_with("spool")));
    let done = supply_packed(&practice, &token, "a", packed(FILE)).await;
    assert!(done.says("\"state\":\"taken\""), "the place is free again");
}

#[tokio::test]
async fn a_disk_without_room_takes_no_file_and_says_so() {
    let of_door = DoorLimits {
        free_bytes_min: u64::MAX,
        ..DoorLimits::default()
    };
    let (practice, token) = opened(of_door).await;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
    ];
    for path in ["/supply/files", "/supply/check"] {
        let answer = send(&practice, path, &headers, FILE).await;
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (503, Some("60"))
        );
        let problem = json(&answer.body);
        assert_eq!(problem["type"], "/supply/docs#no-room");
        assert!(answer.says("Nothing of the request was kept"));
    }
    assert_eq!(runs(&practice), 0);
    let rows = [headers[0], ("content-type", ROWS.1)];
    let rows = send(&practice, ROWS.0, &rows, lines(JANE)).await;
    assert_eq!(rows.status, 200, "rows take no room there");
    let nothing = "/supply/runs/0000000000000000";
    assert_eq!(get(&practice, nothing, &token).await.status, 404);
}

#[tokio::test]
async fn x2_a_packed_file_is_answered_the_same_whether_or_not_a_child_is_shielded() {
    let pair = Pair::edwards();
    let (open, shielded) = (knowing_jane(&pair).await, knowing_jane(&pair).await);
    shield(&shielded);
    let files = [
        format!("{HEADING}{JANE}"),
        format!("{HEADING}N-8,O'Brien,Jane,05/03/2019,BS1 1AA,9434765919\n"),
        format!("{HEADING}N-9,OBrien,Jayne,05/03/2019,ZZ99 3VZ,\n"),
    ];
    let mut told = Vec::new();
    for practice in [&open, &shielded] {
        let token = token(practice, &pair, "told").await;
        let mut answers = Vec::new();
        for (at, file) in files.iter().enumerate() {
            let key = at.to_string();
            answers.push(supply_packed(practice, &token, &key, packed(file)).await);
            let rows = lines(file.split_once('\n').unwrap().1);
            answers.push(send_packed(practice, &token, ROWS, &[], packed(rows)).await);
            answers.push(send_packed(practice, &token, CHECK, &[], packed(file)).await);
        }
        told.push(answers);
    }
    assert_eq!(told[0].len(), 9);
    assert!(told[0].iter().all(|answer| answer.says("accepted")));
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn a_packed_body_that_is_not_said_to_be_one_is_told_how_to_say_it() {
    let (practice, token) = opened(DoorLimits::default()).await;
    let headers = [
        ("authorization", token.as_str()),
        ("content-type", "text/csv"),
        ("idempotency-key", "unsaid"),
    ];
    let answer = send(&practice, "/supply/files", &headers, packed(FILE)).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    let problem = json(&answer.body);
    assert_eq!(problem["type"], "/supply/docs#unreadable");
    assert!(answer.body.contains("Content-Encoding: gzip"), "{problem}");
    assert_eq!(runs(&practice), 0);
}
