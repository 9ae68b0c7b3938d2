//! Files in any encoding of the standard and with any delimiter: read as they were meant, or refused by the line.

use std::collections::BTreeMap;

use super::*;
use directory::Date;
use directory::service::Catalogue;
use directory::supplied::Row;
use encoding_rs::{GB18030, ISO_8859_14, MACINTOSH, WINDOWS_1250, WINDOWS_1252, WINDOWS_1253};

const HEAD: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"nhs\"\n";
const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
Family = { is = "family-name", needs = "value" }
Given = { is = "given-name" }
Born = { is = "born", dates = ["d/m/yyyy", "dd/mm/yyyy hh:mm:ss"] }
"#;

fn mapping(head: &str) -> Mapping {
    Mapping::parse(&format!("{HEAD}{head}\n{COLUMNS}")).unwrap()
}

fn read(mapping: &Mapping, file: &[u8]) -> Result<(Vec<Row>, Vec<String>), Refusal> {
    let delivery = Delivery {
        mapping,
        catalogue: &Catalogue::default(),
        authority_of: &|_| None,
        extracted: Date::constant(2026, 6, 30),
    };
    let mut rows = match Rows::open(file, delivery) {
        Ok(rows) => rows,
        Err(Unread::Refused(refusal)) => return Err(refusal),
        Err(Unread::Reading(error)) => panic!("{error}"),
    };
    let batch = rows.read().unwrap().unwrap_or_default();
    let words = batch.faults.iter().map(ToString::to_string).collect();
    Ok((batch.rows, words))
}

fn names(rows: &[Row]) -> Vec<String> {
    let names = rows.iter().map(|row| row.particulars.name.as_ref());
    names.map(|name| name.unwrap().to_string()).collect()
}

#[test]
fn r80_names_come_in_as_they_are_written_in_any_encoding() {
    for (label, encoding, given) in [
        ("iso-8859-14", ISO_8859_14, "Ŵyn"),
        ("windows-1250", WINDOWS_1250, "Świętosława"),
        ("macintosh", MACINTOSH, "Zoë"),
        ("latin1", WINDOWS_1252, "Zoë"),
        ("gb18030", GB18030, "Zoë"),
    ] {
        let mapping = mapping(&format!("encoding = \"{label}\""));
        let text = format!("Id,Family,Given,Born\nK1,Lee,{given},5/3/2016\n");
        let (bytes, ..) = encoding.encode(&text);
        let (rows, words) = read(&mapping, &bytes).unwrap();
        assert_eq!(words, [""; 0], "{label}");
        assert_eq!(names(&rows), [format!("{given} Lee")], "{label}");
    }
}

#[test]
fn what_cannot_be_decoded_refuses_its_row_by_line_and_not_the_others() {
    let mapping = mapping("encoding = \"windows-1253\"");
    let (good, ..) = WINDOWS_1253.encode("K3,Ελένη,Lee,05/03/2016 00:00:00\n");
    let bad = b"Id,Given,Family,Born\nK1,Ann,Lee,5/3/2016\nK2,A\xaann,Lee,5/3/2016\n";
    let file = [&bad[..], &good].concat();
    let (rows, words) = read(&mapping, &file).unwrap();
    assert_eq!(names(&rows), ["Ann Lee", "Ελένη Lee"]);
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(
        words[0].starts_with("line 3, row 2: row is not written in the encoding that was agreed"),
        "{words:?}"
    );
    let heading = b"Id,Given\xaa,Family,Born\nK1,Ann,Lee,5/3/2016\n";
    let refusal = read(&mapping, heading).unwrap_err();
    assert_eq!(refusal, Refusal::NotItsEncoding);
    assert!(
        refusal.to_string().contains("that the mapping declares"),
        "{refusal}"
    );
}

#[test]
fn r80_any_ascii_character_separates_but_a_quotation_mark_and_a_line_end() {
    for (written, delimiter) in [
        (";", ';'),
        ("\\t", '\t'),
        (" ", ' '),
        ("'", '\''),
        ("~", '~'),
        ("\\u001f", '\u{1f}'),
        ("\\u0000", '\0'),
        ("x", 'x'),
    ] {
        let mapping = mapping(&format!("delimiter = \"{written}\""));
        let file = "Id,Family,Given,Born\nK1,Lee,\"Ann\",5/3/2016\n";
        let file = file.replace(',', &delimiter.to_string());
        let (rows, words) = read(&mapping, file.as_bytes()).unwrap();
        assert_eq!(words, [""; 0], "{written}");
        assert_eq!(names(&rows), ["Ann Lee"], "{written}");
    }
    for refused in ["\\\"", "\\n", "\\r", "", "::", "§", "\\u00a0"] {
        let head = format!("{HEAD}delimiter = \"{refused}\"\n{COLUMNS}");
        let why = Mapping::parse(&head).unwrap_err().to_string();
        assert!(
            why.contains("`delimiter` is one ASCII character, as , ; | or a tab (\\t)"),
            "{why}"
        );
    }
}

#[test]
fn an_encoding_that_nobody_knows_is_refused_with_those_that_are() {
    for refused in ["ebcdic", "utf-32", "replacement", ""] {
        let head = format!("{HEAD}encoding = \"{refused}\"\n{COLUMNS}");
        let why = Mapping::parse(&head).unwrap_err().to_string();
        assert!(
            why.contains("`encoding` is utf-8, utf-16, windows-1252 or another label of the Encoding Standard"),
            "{why}"
        );
    }
}

#[test]
fn r4_what_is_stripped_or_joined_of_a_file_in_another_encoding_is_read_again_as_it_was() {
    let mapping_of = |head: &str, more: &str| {
        Mapping::parse(&format!(
            "{HEAD}{head}\nencoding = \"windows-1252\"\n{more}{COLUMNS}"
        ))
        .unwrap()
    };
    let xml = mapping_of("format = \"xml\"\nrows = \"M/C\"", "");
    let file =
        b"<M><C><Id>K1</Id><Family>Lee</Family><Given>Zo\xeb</Given><Born>5/3/2016</Born></C></M>";
    let json = mapping_of("format = \"json\"", "");
    let array = b"[{\"Id\":\"K1\",\"Family\":\"Lee\",\"Given\":\"Zo\xeb\",\"Born\":\"5/3/2016\"}]";
    for (mapping, file) in [(&xml, &file[..]), (&json, &array[..])] {
        let mut out = Vec::new();
        strip(mapping, file, &mut out).unwrap();
        let (rows, words) = read(mapping, &out).unwrap();
        assert_eq!((names(&rows), words), (vec!["Zoë Lee".to_owned()], vec![]));
    }
    let tables = mapping_of("", "[tables]\nrows = \"a\"\nbeside = {}\n");
    let table = b"Id,Family,Given,Born\nK1,Lee,Zo\xeb,5/3/2016\n";
    let mut out = Vec::new();
    let mut open = |_: &str| Ok(&table[..]);
    join((&tables, &BTreeMap::new()), &mut open, &mut out).unwrap();
    let (rows, words) = read(&tables, &out).unwrap();
    assert_eq!((names(&rows), words), (vec!["Zoë Lee".to_owned()], vec![]));
}
