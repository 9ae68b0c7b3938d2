//! A few rows: each answered by itself, all that are accepted taken together.

use serde_json::{Value, json};

use crate::practice::{PRACTITIONER, Practice};
use crate::program::{MAPPING, Pair, admit, admit_as, send, token};

pub async fn rows(practice: &Practice, token: &str, lines: &str) -> Value {
    let headers = [
        ("authorization", token),
        ("content-type", "application/x-ndjson"),
    ];
    let answer = send(practice, "/supply/rows", &headers, lines.to_owned()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn r80_every_row_is_answered_by_itself() {
    let (practice, pair) = (Practice::open(), Pair::edwards());
    admit(&practice, &[&pair]);
    let token = token(&practice, &pair, "a").await;
    let lines = [
        r#"{"Ref":"N-1","Surname":"O'Brien","Forename":"Jane, \"J\"","Born":"05/03/2019"}"#,
        r#"{"Ref":"N-2","Surname":"O'Brien","Forename":"Jane","Born":"05/03/2019"}"#,
        "",
        r#"{"Ref":3,"Surname":"Sm1th","Forename":"Ali","Born":"23/11/2017"}"#,
        r#"{"Ref":"N-4","Surname":"Smith","Forename":"Ali","Born":"23/11/2017","Notes":"likes trains"}"#,
        r#"{"Ref":"N-5","Ref":"N-6","Surname":"Smith","Forename":"Ali","Born":"23/11/2017"}"#,
        r#"{"Ref":"N-7","Surname":["Smith"]}"#,
        "{",
        "[]",
        "\u{1}",
    ];
    let told = rows(&practice, &token, &lines.join("\n")).await;
    let outcomes: Vec<&str> = told["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        [&["accepted"; 2][..], &["refused"; 7][..]].concat()
    );
    assert_eq!(
        (&told["accepted"], &told["refused"]),
        (&json!(2), &json!(7))
    );
    let text = told.to_string();
    for value in ["Sm1th", "likes trains", "\"J\""] {
        assert!(!text.contains(value), "never a value: {value}");
    }
    for (at, row) in (1..).zip(told["rows"].as_array().unwrap()) {
        assert_eq!(row["row"], at);
        for fault in row["faults"].as_array().unwrap() {
            assert_eq!((&fault["line"], &fault["row"]), (&json!(at), &json!(at)));
        }
    }
    assert!(
        told["rows"][3]["faults"][0]["wrong"]
            .as_str()
            .unwrap()
            .contains("Notes")
    );
    let mut browser = practice.signed_in(PRACTITIONER).await;
    browser.find_child("Jane", "O'Brien").await;
}

#[tokio::test]
async fn no_more_rows_than_a_few_and_none_of_a_supplier_that_sends_xml() {
    let (practice, pair) = (
        Practice::empty(contactpoint::desk::Limits::default()),
        Pair::edwards(),
    );
    admit(&practice, &[&pair]);
    let bearer = token(&practice, &pair, "a").await;
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/x-ndjson"),
    ];
    let many = "{}\n".repeat(101);
    assert_eq!(
        send(&practice, "/supply/rows", &headers, many).await.status,
        413
    );
    let csv = [headers[0], ("content-type", "text/csv")];
    assert_eq!(
        send(&practice, "/supply/rows", &csv, "{}").await.status,
        415
    );
    assert_eq!(
        send(&practice, "/supply/rows?day=1", &headers, "{}")
            .await
            .status,
        400
    );
    assert_eq!(
        send(&practice, "/supply/rows", &headers[1..], "{}")
            .await
            .status,
        401
    );
    assert_eq!(rows(&practice, &bearer, "\n\n").await["rows"], json!([]));
    let json_mapping = MAPPING.replace("kind =", "format = \"ndjson\"\nkind =");
    admit_as(
        &practice,
        &json_mapping,
        &[&pair],
        directory::account::Suspension::None,
    );
    let line = r#"{"Ref":"N-1","Surname":"O'Brien","Forename":"Jane","Born":"05/03/2019"}"#;
    assert_eq!(rows(&practice, &bearer, line).await["accepted"], 1);
    let xml = MAPPING.replace("kind =", "format = \"xml\"\nrows = \"A/B\"\nkind =");
    admit_as(
        &practice,
        &xml,
        &[&pair],
        directory::account::Suspension::None,
    );
    assert_eq!(
        send(&practice, "/supply/rows", &headers, line).await.status,
        422
    );
}
