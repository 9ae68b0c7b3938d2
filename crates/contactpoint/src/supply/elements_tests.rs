//! XML files, good and hostile.

use super::*;
use proptest::prelude::*;

fn read(text: &[u8]) -> Vec<String> {
    let row = ["Message", "Pupils", "Pupil"].map(ToOwned::to_owned);
    let mut elements = Elements::new(text, &row, &["/Message/School/URN"]).unwrap();
    let mut found = Vec::new();
    loop {
        match elements.next().unwrap() {
            Next::Record(line, value) => found.push(format!("{line} {value}")),
            Next::Broken(line, complaint) => found.push(format!("{line} {complaint:?}")),
            Next::CaseInformation(line, path) => found.push(format!("{line} {path}")),
            Next::End => return found,
        }
    }
}

fn pupils(inner: &str) -> Vec<String> {
    read(format!("\u{feff}<?xml version=\"1.0\"?>\n<Message><Header><Pupil>no row</Pupil></Header>\n<Pupils>{inner}</Pupils></Message>").as_bytes())
}

#[test]
fn rows_are_where_the_mapping_says_with_attributes_and_repeated_elements() {
    let found = pupils(
        "<Pupil xmlns:p=\"urn:x\" id=\"7\"><p:Name>O&apos;Brien &#38; <![CDATA[<Co>]]></p:Name><!-- no -->\n<Line>a</Line><Line/><Line>b</Line></Pupil><Pupil>\n</Pupil><Other/>",
    );
    assert_eq!(
        found,
        [
            "3 {\"@id\":\"7\",\"Line\":[\"a\",\"\",\"b\"],\"Name\":\"O'Brien & <Co>\"}",
            "4 \"\""
        ]
    );
}

#[test]
fn what_a_file_says_of_all_its_rows_comes_with_each_row_behind_it() {
    let school = |urn: &str| format!("<School><Name>x</Name><URN>{urn}</URN></School>");
    let pupil = "<Pupils><Pupil><A>1</A></Pupil></Pupils>";
    let text = format!(
        "<Message>{pupil}{}{pupil}{}{pupil}</Message>",
        school("7"),
        school("8")
    );
    assert_eq!(
        read(text.as_bytes()),
        [
            "1 {\"A\":\"1\"}",
            "1 {\"/Message/School/URN\":\"7\",\"A\":\"1\"}",
            "1 {\"/Message/School/URN\":\"8\",\"A\":\"1\"}"
        ]
    );
}

#[test]
fn entities_of_a_file_are_never_expanded() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<Message><Pupils><Pupil><A>&b;</A></Pupil></Pupils></Message>";
    assert_eq!(read(bomb.as_bytes()), ["1 DocumentType"]);
    let external = "<!DOCTYPE x SYSTEM \"file:///etc/hostname\"><Message/>";
    assert_eq!(read(external.as_bytes()), ["1 DocumentType"]);
    assert_eq!(pupils("<Pupil><A>&b;</A></Pupil>"), ["3 Entity"]);
    assert_eq!(pupils("<Pupil A=\"&b;\"></Pupil>"), ["3 Entity"]);
}

#[test]
fn nothing_of_any_length_or_depth_is_kept() {
    let long = "x".repeat(3 * RECORD_BYTES_MAX);
    for inner in [
        format!("<Pupil><A>{long}</A></Pupil>"),
        format!("<Pupil A=\"{long}\"/>"),
        format!("<Pupil><!-- {long} --></Pupil>"),
        format!("<Pupil>{}</Pupil>", "<A>x</A>".repeat(RECORD_BYTES_MAX)),
    ] {
        assert!(
            pupils(&inner)[0].ends_with("RowTooLong"),
            "{:?}",
            pupils(&inner)
        );
    }
    assert_eq!(pupils(&"<A>".repeat(1_000)), ["3 TooDeep"]);
    assert_eq!(
        pupils(&format!("<Pupil>{}", "<A>".repeat(1_000))),
        ["3 TooDeep"]
    );
}

#[test]
fn a_file_that_breaks_off_says_so() {
    for text in [
        "<Message><Pupils><Pupil>",
        "<Message>",
        "<Message></Pupils>",
        "<Message><Pupils><Pupil a=1/>",
        "<Message><Pupils><Pupil><A>x</B></Pupil>",
        "<Message><Pupils><Pupil>a & b</Pupil>",
    ] {
        let found = read(text.as_bytes());
        let last = found.last().unwrap();
        assert!(
            ["NotXml", "CutShort", "Entity"]
                .iter()
                .any(|why| last.ends_with(why)),
            "{text} {found:?}"
        );
    }
    assert_eq!(read(b"<Message>\n<Pupils>\n"), ["3 CutShort"]);
    assert_eq!(read(b"<Message>\n<Pupils"), ["2 CutShort"]);
    assert_eq!(read(b"<Message>\n<Pupils></Message>"), ["2 NotXml"]);
    assert_eq!(read(b"<Message>\n\xff</Message>"), ["2 NotText"]);
}

proptest! {
    #[test]
    fn any_bytes_end_without_a_panic(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'<'), Just(b'>'), Just(b'/'), Just(b'&'), Just(b';'), Just(b'"'), Just(b'='), Just(b'!'), Just(b'[')], 0..300),
    ) {
        read(&bytes);
        read(&[b"<Message><Pupils><Pupil>".as_slice(), &bytes].concat());
    }
}

#[test]
fn what_is_passed_over_is_kept_only_when_it_is_noted_and_never_longer_than_it_is_told() {
    let long = "x".repeat(50_000);
    let text = format!("<A><{long}>1</{long}><C/><C/></A>");
    let row = ["A", "B"].map(ToOwned::to_owned);
    let mut unnoted = Elements::new(text.as_bytes(), &row, &[]).unwrap();
    assert!(matches!(unnoted.next().unwrap(), Next::End));
    assert!(unnoted.passed_over().is_empty());
    let mut noted = Elements::new(text.as_bytes(), &row, &[]).unwrap().noting();
    assert!(matches!(noted.next().unwrap(), Next::End));
    let passed = noted.passed_over();
    let lengths: Vec<usize> = passed.iter().map(|name| name.chars().count()).collect();
    assert_eq!(lengths, [4, 120]);
}
