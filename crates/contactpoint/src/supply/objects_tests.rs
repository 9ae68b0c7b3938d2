//! JSON files, good and broken.

use super::*;
use proptest::prelude::*;

fn read(mut objects: Objects<&[u8]>) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        match objects.next().unwrap() {
            Next::Record(line, value) => found.push(format!("{line} {value}")),
            Next::Broken(line, complaint) => found.push(format!("{line} {complaint:?}")),
            Next::CaseInformation(line, path) => found.push(format!("{line} {path}")),
            Next::End => return found,
        }
    }
}

fn lines(text: &[u8]) -> Vec<String> {
    read(Objects::of_lines(text).unwrap())
}

fn array(text: &[u8], members: &[&str]) -> Vec<String> {
    let members: Vec<String> = members.iter().map(ToString::to_string).collect();
    read(Objects::of_array(text, &members).unwrap())
}

#[test]
fn a_broken_line_costs_one_line() {
    let text = "\u{feff}{\"a\":1}\n\n{\"a\":\n[1]\n{\"b\":\"}\"} x\n{\"c\":2}";
    assert_eq!(
        lines(text.as_bytes()),
        [
            "1 {\"a\":1}",
            "3 NotJson",
            "4 [1]",
            "5 NotJson",
            "6 {\"c\":2}"
        ]
    );
    assert_eq!(lines(b"{\"a\":\"\xff\"}\n{}"), ["1 NotText", "2 {}"]);
}

#[test]
fn a_line_or_object_without_end_is_not_kept_in_memory() {
    let long = "x".repeat(3 * RECORD_BYTES_MAX);
    let text = format!("{{\"a\":\"{long}\"}}\n{{\"b\":1}}\n");
    assert_eq!(lines(text.as_bytes()), ["1 RowTooLong", "2 {\"b\":1}"]);
    let text = format!("[{{\"a\":\"{long}\"}},\n{{\"b\":1}}]");
    assert_eq!(array(text.as_bytes(), &[]), ["1 RowTooLong", "2 {\"b\":1}"]);
    let deep = "[".repeat(3 * RECORD_BYTES_MAX);
    assert_eq!(
        array(format!("[{{\"a\":{deep}").as_bytes(), &[]),
        ["1 CutShort"]
    );
}

#[test]
fn the_rows_are_found_where_the_mapping_says() {
    let text = br#"{"type": "x", "n": 12, "m": {"entry": [{"wrong": 1}]}, "entry": [ {"a": "]}\""} , {"b": [1,{}]} ], "more": 1}"#;
    assert_eq!(
        array(text, &["entry"]),
        ["1 {\"a\":\"]}\\\"\"}", "1 {\"b\":[1,{}]}"]
    );
    assert_eq!(array(b"[]", &[]), [""; 0]);
    assert_eq!(array(b"{\"m\":{\"e\":[{}]}}", &["m", "e"]), ["1 {}"]);
}

#[test]
fn what_cannot_be_understood_is_one_fault_and_the_end() {
    for text in [
        "",
        "{",
        "{}",
        "[{} {}]",
        "[{},1]",
        "[{}",
        "{\"a\":1}",
        "nothing",
        "{\"entry\":{}}",
    ] {
        let found = array(
            text.as_bytes(),
            if text.contains("entry") || text.starts_with('{') {
                &["entry"]
            } else {
                &[]
            },
        );
        let is_lost = |found: &&String| found.ends_with("NotJson") || found.ends_with("CutShort");
        assert!(is_lost(&found.last().unwrap()), "{text} {found:?}");
        assert_eq!(found.iter().filter(is_lost).count(), 1);
    }
}

proptest! {
    #[test]
    fn any_bytes_end_without_a_panic(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'{'), Just(b'}'), Just(b'['), Just(b']'), Just(b','), Just(b':'), Just(b'\n')], 0..400),
    ) {
        lines(&bytes);
        array(&bytes, &[]);
        array(&[b"[{\"a\":1},".as_slice(), &bytes].concat(), &[]);
        array(&[b"{\"e\":".as_slice(), &bytes].concat(), &["e"]);
    }
}

#[test]
fn what_is_passed_over_is_kept_only_when_it_is_noted_and_never_longer_than_it_is_told() {
    let long = "x".repeat(50_000);
    let text = format!("{{\"n\":1,\"{long}\":1,\"notes{long}\":2,\"rows\":[],\"n\":2}}");
    let way = ["rows".to_owned()];
    let mut unnoted = Objects::of_array(text.as_bytes(), &way).unwrap();
    let Next::CaseInformation(_, path) = unnoted.next().unwrap() else {
        panic!("notes are told of");
    };
    assert_eq!(path.chars().count(), PATH_CHARACTERS_MAX);
    assert!(matches!(unnoted.next().unwrap(), Next::End));
    assert!(unnoted.passed_over().unwrap().is_empty());
    let mut noted = Objects::of_array(text.as_bytes(), &way).unwrap().noting();
    while !matches!(noted.next().unwrap(), Next::End) {}
    let passed = noted.passed_over().unwrap();
    assert_eq!(passed.len(), 3, "each once");
    assert!(
        passed
            .iter()
            .all(|name| name.chars().count() <= PATH_CHARACTERS_MAX)
    );
}
