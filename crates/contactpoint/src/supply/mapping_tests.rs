//! The closed language of mappings.

use super::*;

const HEAD: &str = "name = \"a\"\ntitle = \"A\"\ncode = \"a\"\nkind = \"local\"\n";

fn parse(head: &str, columns: &str) -> Result<Mapping, Unusable> {
    Mapping::parse(&format!("{HEAD}{head}\n[columns]\n{columns}"))
}

fn why(head: &str, columns: &str) -> String {
    parse(head, columns).unwrap_err().to_string()
}

#[test]
fn the_directorys_own_code_is_no_suppliers() {
    let head = HEAD.replace("code = \"a\"", "code = \"contactpoint\"");
    let refused = Mapping::parse(&format!("{head}[columns]\nK = {{ is = \"key\" }}"));
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("the directory's own"), "{why}");
}

#[test]
fn a_column_can_be_a_key_and_a_number() {
    let columns =
        "NHS = { is = [\"key\", \"nhs-number\"] }\nB = { is = \"born\", dates = \"yyyymmdd\" }";
    let mapping = parse("", columns).unwrap();
    let meanings: Vec<Meaning> = mapping.columns.iter().map(|c| c.meaning).collect();
    assert_eq!(meanings, [Meaning::Key, Meaning::NhsNumber, Meaning::Born]);
    for needed in [0, 2] {
        assert_eq!(
            mapping.columns[needed].presence,
            Presence::Value,
            "a key and a date of birth are needed when nothing is said"
        );
    }
}

#[test]
fn r80_the_language_is_closed() {
    assert!(why("colour = 1", "K = { is = \"key\" }").contains("colour"));
    assert!(why("", "K = { is = \"key\", trim = true }").contains("trim"));
    assert!(why("", "K = { is = \"key\" }\nN = { is = \"note\" }").contains("no such meaning"));
    assert!(why("", "K = { is = \"key\" }\nG = { is = \"gender\" }").contains("codes"));
    assert!(why("", "K = { is = \"key\" }\nB = { is = \"born\" }").contains("dates"));
    assert!(
        why(
            "",
            "K = { is = \"key\" }\nB = { is = \"born\", dates = \"mm/dd/yyyy\" }"
        )
        .contains("dd/mm/yyyy")
    );
    assert!(
        why(
            "",
            "K = { is = \"key\" }\nG = { is = \"gender\", codes = { x = \"lead\" } }"
        )
        .contains("female")
    );
    assert!(why("delimiter = \"::\"", "K = { is = \"key\" }").contains("tab"));
    assert!(why("", "A = { is = \"given-name\" }").contains("key"));
    assert!(why("", "K = { is = \"key\" }\nL = { is = \"key\" }").contains("key"));
    assert!(why("", "K = { is = \"key\" }\nX = { }").contains("either"));
    assert!(why("", "K = { is = \"key\" }\nX = { ignored = \" \" }").contains("why"));
    assert!(why("", "K = { is = \"key\", carer = 2 }").contains("carer"));
    assert!(
        why(
            "",
            "K = { is = \"key\" }\nB = { is = \"born\", dates = \"yyyymmdd\" }\nS = { is = \"start\", dates = \"yyyymmdd\" }"
        )
        .contains("practitioner")
    );
}

#[test]
fn what_a_mapping_may_say_is_listed_where_it_says_something_else() {
    let with = |head: &str| {
        let text = format!("{head}[columns]\nK = {{ is = \"key\" }}");
        Mapping::parse(&text).unwrap_err().to_string()
    };
    assert_eq!(
        with(&HEAD.replace("local", "magic")),
        "no such kind of source: magic. `kind` is births, nhs, child-benefit, census or local"
    );
    assert_eq!(
        with(&format!("{HEAD}sector = \"magic\"\n")),
        "no such sector: magic. `sector` is education, health, social care, youth justice, voluntary organisations, housing, police"
    );
    let meaning = why("", "K = { is = \"key\" }\nN = { is = \"first-name\" }");
    assert!(
        meaning
            .starts_with("column N: no such meaning: first-name. What a column can mean is: key, ")
            && meaning.contains("given-name")
            && meaning.contains("consent-by"),
        "{meaning}"
    );
}

#[test]
fn r4_case_information_cannot_be_ignored_it_must_be_left_out() {
    let fault = why(
        "",
        "K = { is = \"key\" }\n\"Case Notes\" = { ignored = \"not needed\" }",
    );
    assert!(fault.contains("R4"), "{fault}");
}

#[test]
fn r28_x13_a_sensitive_service_names_no_sector() {
    let columns = "K = { is = \"key\" }\nB = { is = \"born\", dates = \"yyyymmdd\" }";
    let both = "services = \"sensitive\"\nsector = \"health\"";
    assert!(why(both, columns).contains("names no `sector`"));
    for either in both.lines() {
        assert!(parse(either, columns).is_ok(), "{either}");
    }
}

#[test]
fn x13_a_suppliers_code_cannot_name_a_sensitive_service() {
    let text = HEAD.replace("code = \"a\"", "code = \"mental-health\"");
    let fault = Mapping::parse(&format!("{text}[columns]\nK = {{ is = \"key\" }}")).unwrap_err();
    assert!(fault.to_string().contains("X13"));
}
