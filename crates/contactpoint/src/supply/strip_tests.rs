//! What is taken comes along unchanged, and of the rest no value is told.

use super::*;

const HEAD: &str = "name = \"t\"\ntitle = \"T\"\ncode = \"t\"\nkind = \"local\"\n";
const COLUMNS: &str = r#"
[columns]
Id = { is = "key" }
"Name[use=official|usual|*]/Family" = { is = "family-name", needs = "value" }
"Name[use=official|usual|*]/Given" = { is = "given-name" }
Born = { is = "born", dates = "yyyy-mm-dd" }
Kind = { only = "Child" }
"#;

fn stripped(format: &str, more: &str, file: &str) -> Result<(Stripped, String), Unstripped> {
    let mapping = Mapping::parse(&format!("{HEAD}{format}\n{COLUMNS}{more}")).unwrap();
    let mut out = Vec::new();
    let stripped = strip(&mapping, file.as_bytes(), &mut out)?;
    Ok((stripped, String::from_utf8(out).unwrap()))
}

#[test]
fn r4_only_what_the_mapping_takes_comes_along_and_the_rest_is_named_without_values() {
    let first = r#"{"Id":"K1","Kind":"Child","Name":[{"use":"usual","Family":"Lee","Given":["Ann","B"]},{"use":"old","Family":"Zimt"}],"Born":"2015-01-02","Notes":"Secret1","Care":{"Plan":["Secret2",{"x":1}],"ok":true}}"#;
    let second = r#"{"Id":"K2","Kind":"Adult","Name":[{"Family":"Secret3"}]}"#;
    let third = r#"{"Other":"Secret4"}"#;
    let inner = format!("{first},\n{second},\n{third}");
    let array = format!(
        r#"{{"History":["Secret5"],"n":12,"m":{{"before":{{"x":"Secret6"}},"rows":[{inner}],"after":"Secret7","Last":1}},"end":null}}"#
    );
    let lines = [first, second, third].join("\n");
    let expected = r#"{"Born":"2015-01-02","Id":"K1","Kind":"Child","Name":[{"Family":"Lee","Given":["Ann","B"],"use":"usual"}]}"#;
    for (format, file, beside) in [
        ("format = \"ndjson\"", lines.as_str(), &[][..]),
        (
            "format = \"json\"\nrows = \"m/rows\"",
            &array,
            &["/History", "/Last", "/after", "/before", "/end", "/n"],
        ),
    ] {
        let (stripped, out) = stripped(format, "", file).unwrap();
        assert!(out.contains(expected), "{out}");
        assert_eq!((stripped.rows, stripped.rows_left_out), (1, 2), "{format}");
        let own = [
            "Care/Plan",
            "Care/Plan/x",
            "Care/ok",
            "Name/Family",
            "Name/use",
            "Notes",
        ];
        let names: Vec<&str> = beside.iter().chain(&own).copied().collect();
        assert_eq!(stripped.left_out, names);
        assert!(!out.contains("Secret") && !format!("{stripped:?}").contains("Secret"));
        assert!(!out.contains("Zimt"), "a name that is not taken");
    }
}

#[test]
fn r4_elements_beside_the_rows_stay_behind_but_for_what_holds_for_them() {
    let format = "format = \"xml\"\nrows = \"M/P/Child\"";
    let columns = COLUMNS.replace("Kind = { only = \"Child\" }", "");
    let mapping = Mapping::parse(&format!(
        "{HEAD}{format}\n{columns}\"/M/School/URN\" = {{ is = \"school\" }}\n\"@ref\" = {{ ignored = \"a number\" }}\n"
    ))
    .unwrap();
    let file = "<M xmlns=\"urn:x\"><Header><Notes>Secret</Notes></Header><School><Head>Secret</Head><URN>900001</URN></School><P>\
        <Child ref=\"Secret\"><Id>K1</Id><Name><use>official</use><Family>O&apos;Lee</Family></Name><Born>2015-01-02</Born><SEN><Plan>Secret</Plan></SEN></Child></P>\
        <Gone><Child>Secret</Child></Gone></M>";
    let mut out = Vec::new();
    let stripped = strip(&mapping, file.as_bytes(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(
        stripped.left_out,
        [
            "/M/Gone",
            "/M/Header",
            "/M/Header/Notes",
            "/M/School/Head",
            "@ref",
            "SEN/Plan"
        ]
    );
    assert_eq!(stripped.rows, 1);
    assert!(!out.contains("Secret"), "{out}");
    for kept in [
        "<URN>900001</URN>",
        "<Family>O'Lee</Family>",
        "<use>official</use>",
    ] {
        assert!(out.contains(kept), "{kept}\n{out}");
    }
}

#[test]
fn half_a_file_is_not_stripped_and_columns_are_not_records() {
    for file in ["<A><B><Id>1</Id></B>", "<A><B>", "<!DOCTYPE x><A/>"] {
        let why = stripped("format = \"xml\"\nrows = \"A/B\"", "", file).unwrap_err();
        assert!(matches!(why, Unstripped::Broken(..)), "{why}");
    }
    let why = stripped("format = \"json\"", "", "[{\"Id\":1},").unwrap_err();
    assert!(matches!(why, Unstripped::Broken(..)), "{why}");
    let why = stripped("", "", "Id,Born\n").unwrap_err();
    assert!(matches!(why, Unstripped::Columns), "{why}");
    let many: String = (0..2_000).map(|at| format!(",\"m{at}\":1")).collect();
    let why = stripped(
        "format = \"json\"",
        "",
        &format!("[{{\"Id\":1,\"Kind\":\"Child\"{many}}}]"),
    );
    assert!(matches!(why.unwrap_err(), Unstripped::Names));
}

#[test]
fn r4_of_rows_that_are_not_kept_not_even_names_are_told_and_those_of_a_list_in_a_list_are() {
    let kept = r#"{"Id":"K1","Kind":"Child","Born":"2015-01-02","More":[[1]]}"#;
    let other = r#"{"Id":"K2","Kind":"Adult","People":{"Zimt, Ann":1}}"#;
    let nothing = r#"{"Zimt, Bea":1}"#;
    let file = [kept, other, nothing].join("\n");
    let (stripped, out) = stripped("format = \"ndjson\"", "", &file).unwrap();
    assert_eq!((stripped.rows, stripped.rows_left_out), (1, 2));
    assert_eq!(stripped.left_out, ["More"]);
    assert!(out.contains("K1") && !out.contains("K2"), "{out}");
}

#[test]
fn a_record_that_cannot_be_read_is_told_with_its_line_and_not_dropped() {
    let long = "x".repeat(2_000);
    let file = format!("\n{{\"Id\":\"{long}\",\"Kind\":\"Child\"}}\n");
    let why = stripped("format = \"ndjson\"", "", &file).unwrap_err();
    let is_told = matches!(why, Unstripped::Broken(2, Complaint::FieldTooLong));
    assert!(is_told, "{why}");
}

/// How many rows of a file of patients a check takes.
fn taken(mapping: &Mapping, file: &str) -> usize {
    let catalogue = directory::service::Catalogue::default();
    let delivery = super::super::Delivery {
        mapping,
        catalogue: &catalogue,
        authority_of: &|_| None,
        extracted: directory::Date::constant(2026, 6, 1),
    };
    let rows = super::super::Rows::open(file.as_bytes(), delivery);
    let mut rows = rows.unwrap_or_else(|unread| panic!("{unread}"));
    rows.read().unwrap().map_or(0, |batch| batch.rows.len())
}

#[test]
fn what_is_refused_by_a_choice_is_not_taken_when_it_was_stripped() {
    let mapping = super::super::built_in("fhir_patient").unwrap().unwrap();
    let name = |said: &&str| format!(r#"{{"use":"{said}","family":"Lee{said}","given":["Ann"]}}"#);
    let uses = ["official", "usual", "old", "maiden", "temp"];
    let mut refused = 0;
    for first in uses {
        for second in uses {
            for third in uses {
                for names in [&[first][..], &[first, second], &[first, second, third]] {
                    let each: Vec<String> = names.iter().map(name).collect();
                    let file = format!(
                        r#"{{"entry":[{{"resource":{{"resourceType":"Patient","id":"p1","birthDate":"2015-01-02","name":[{}]}}}}]}}"#,
                        each.join(",")
                    );
                    let mut out = Vec::new();
                    strip(&mapping, file.as_bytes(), &mut out).unwrap();
                    let out = String::from_utf8(out).unwrap();
                    let whole = taken(&mapping, &file);
                    assert_eq!(whole, taken(&mapping, &out), "{names:?}");
                    refused += usize::from(whole == 0);
                }
            }
        }
    }
    assert!(refused > 0);
}
