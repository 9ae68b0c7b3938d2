//! A child whom a supplier restricts is hidden at once, though the row is refused or its file is held (C20).

use directory::account::Suspension;
use serde_json::Value;

use crate::practice::{Browser, PRACTITIONER, Practice};
use crate::program::{MAPPING, Pair, admit_as, supply, token};
use crate::rows::rows;

const HEADING: &str = "Ref,Surname,Forename,Born,Postcode,Hidden\n";
const JANE: &str = "N-1,O'Brien,Jane,05/03/2019,ZZ99 3VZ,\n";
/// With a digit in the surname, and restricted.
const WRONG: &str = "N-1,O'Br1en,Jane,05/03/2019,ZZ99 3VZ,Y\n";

/// A directory that knows Jane, by a file of this supplier.
async fn knowing_jane() -> (Practice, String) {
    let (practice, pair) = (Practice::open(), Pair::edwards());
    let mark =
        "Hidden = { is = \"restricted\", codes = { Y = \"restricted\" }, needs = \"optional\" }\n";
    let mapping = format!("{MAPPING}{mark}");
    admit_as(&practice, &mapping, &[&pair], Suspension::None);
    let token = token(&practice, &pair, "jane").await;
    supply(&practice, &token, "jane", &format!("{HEADING}{JANE}")).await;
    (practice, token)
}

/// Whether Jane is found by where she lives.
async fn is_shown(browser: &mut Browser<'_>) -> bool {
    let query = [
        ("given_name", "Jane"),
        ("family_name", "O'Brien"),
        ("postcode", "ZZ99 3VZ"),
    ];
    let found = browser.search(&query).await;
    browser.find_child("Jane", "O'Brien").await;
    found.says("/child/")
}

fn counts(report: &str) -> (Value, Value) {
    let report: Value = serde_json::from_str(report).unwrap();
    let rows = &report["report"]["rows"];
    (rows["accepted"].clone(), rows["refused"].clone())
}

#[tokio::test]
async fn c20_a_child_of_a_refused_row_that_restricts_is_hidden_by_a_file() {
    let (practice, token) = knowing_jane().await;
    let mut browser = practice.signed_in(PRACTITIONER).await;
    assert!(is_shown(&mut browser).await);
    let other = "N-2,Smith,Ali,23/11/2017,ZZ99 3VZ,\n";
    let file = format!("{HEADING}{WRONG}{other}");
    let told = supply(&practice, &token, "wrong", &file).await;
    assert_eq!(counts(&told.body), (1.into(), 1.into()), "{}", told.body);
    assert!(!is_shown(&mut browser).await);
    let run = practice.store.runs(None).unwrap().pop().unwrap();
    let totals = &run.totals;
    assert_eq!((totals.read, totals.accepted, totals.refused), (2, 1, 1));
    assert!(!totals.restricts);
}

#[tokio::test]
async fn c20_x2_a_child_of_a_refused_row_that_restricts_is_hidden_by_a_row_and_nobody_is_told_more()
{
    let (practice, token) = knowing_jane().await;
    let mut browser = practice.signed_in(PRACTITIONER).await;
    let line = |key: &str| {
        let row = r#"{"Ref":"N-1","Surname":"O'Br1en","Forename":"Jane","Born":"05/03/2019","Hidden":"Y"}"#;
        row.replace("N-1", key)
    };
    let of_nobody = rows(&practice, &token, &line("N-9")).await;
    assert_eq!(of_nobody["refused"], 1);
    assert!(is_shown(&mut browser).await);
    let of_jane = rows(&practice, &token, &line("N-1")).await;
    assert!(!is_shown(&mut browser).await);
    assert_eq!(of_jane, of_nobody);
    assert_eq!(rows(&practice, &token, &line("N-1")).await, of_nobody);
}
