//! What is written is read again as what it was.

use super::*;
use crate::supply::elements::Elements;
use crate::supply::objects::{Next, Objects};
use proptest::prelude::*;
use serde_json::json;

fn written(format: &Format, records: &[Value]) -> String {
    let mut file = Written::begin(format, Vec::new()).unwrap().unwrap();
    for record in records {
        file.write(record).unwrap();
    }
    String::from_utf8(file.end().unwrap()).unwrap()
}

fn xml() -> Format {
    Format::Xml(["Message", "Pupils", "Pupil"].map(str::to_owned).to_vec())
}

fn read_xml(text: &str) -> Vec<Value> {
    let Format::Xml(row) = xml() else { panic!() };
    let mut elements = Elements::new(text.as_bytes(), &row, &["/Message/School/URN"]).unwrap();
    let mut found = Vec::new();
    loop {
        match elements.next().unwrap() {
            Next::Record(_, value) => found.push(value),
            Next::End => return found,
            other => panic!("{other:?}\n{text}"),
        }
    }
}

#[test]
fn records_of_json_come_back_on_lines_and_in_arrays() {
    let records = [json!({"a": 1}), json!({"b": ["x\n", null]})];
    let lines = written(&Format::JsonLines, &records);
    assert_eq!(lines.lines().count(), 2);
    let members = ["message".to_owned(), "en\"try".to_owned()];
    let array = written(&Format::Json(members.to_vec()), &records);
    for mut objects in [
        Objects::of_lines(lines.as_bytes()).unwrap(),
        Objects::of_array(array.as_bytes(), &members).unwrap(),
    ] {
        for record in &records {
            let Next::Record(_, found) = objects.next().unwrap() else {
                panic!("{array}")
            };
            assert_eq!(found, *record);
        }
        assert!(matches!(objects.next().unwrap(), Next::End));
    }
    let empty = written(&Format::Json(members.to_vec()), &[]);
    assert!(serde_json::from_str::<Value>(&empty).is_ok(), "{empty}");
    assert!(
        Written::begin(&Format::Separated, Vec::new())
            .unwrap()
            .is_none()
    );
}

#[test]
fn elements_come_back_with_what_holds_for_all_rows_behind_it() {
    let records = [
        json!({"A": "1 & <2>", "@id": "a\"b"}),
        json!({"/Message/School/URN": "7", "L": ["x", "", "y"], "M": {"N": "n", "text()": "t"}}),
        json!({"/Message/School/URN": "7", "A": "2"}),
        json!({"/Message/School/URN": "8", "A": "3"}),
    ];
    let text = written(&xml(), &records);
    assert_eq!(read_xml(&text), records, "{text}");
    assert_eq!(text.matches("<URN>").count(), 2, "{text}");
    assert!(read_xml(&written(&xml(), &[])).is_empty());
}

proptest! {
    #[test]
    fn any_texts_come_back(texts in proptest::collection::vec("[^\\p{C}\\s]([^\\p{C}]{0,8}[^\\p{C}\\s])?", 1..4)) {
        let records: Vec<Value> = texts.iter().map(|text| json!({"A": text, "@b": text})).collect();
        let text = written(&xml(), &records);
        prop_assert_eq!(read_xml(&text), records);
    }
}
