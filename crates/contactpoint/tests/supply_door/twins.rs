//! Two directories that differ in one thing: in one of them the child is shielded. A supplier is told the same, byte for byte (X2, F1).

use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Known, Restriction, Row, Supplier};
use directory::text::SupplierKey;
use jiff::civil::date;

use crate::practice::{Answer, PRACTITIONER, Practice, clock, move_clock};
use crate::program::{Pair, admit, code, digest, send, supply, token};

pub const HEADING: &str = "Ref,Surname,Forename,Born,Postcode,Number\n";
pub const JANE: &str = "N-1,O'Brien,Jane,05/03/2019,ZZ99 3VZ,9434765919\n";

/// A directory that knows Jane, by a file of this supplier.
pub async fn knowing_jane(pair: &Pair) -> Practice {
    let practice = Practice::open();
    admit(&practice, &[pair]);
    let token = token(&practice, pair, "jane").await;
    supply(&practice, &token, "jane", &format!("{HEADING}{JANE}")).await;
    practice
}

/// Another supplier's own record of Jane is restricted there.
pub fn shield(practice: &Practice) {
    let supplier = Supplier {
        code: code("local-50"),
        kind: SourceKind::Local,
    };
    let text = |text: &str| directory::text::NamePart::parse(text).unwrap();
    let row = Row {
        line: 2,
        key: SupplierKey::parse("S-1").unwrap(),
        confirmed: date(2026, 7, 1),
        particulars: Particulars {
            name: Some(directory::name::Name {
                given: Some(text("Jane")),
                family: text("O'Brien"),
            }),
            born: Some(date(2019, 3, 5)),
            other_numbers: directory::number::OtherNumber::parse(
                directory::number::Scheme::Nhs,
                "9434765919",
            )
            .into_iter()
            .collect(),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::AtSource,
        known: Known::Still,
    };
    practice.store.accept(&supplier, &[row], clock()).unwrap();
}

/// What rows can say of Jane: the same, later, otherwise, moved, misspelt, nearly, under another key, by the number, twice, and of others.
const SENT: [&str; 12] = [
    JANE,
    "N-1,O'Brien,Jane,05/03/2019,BS1 1AA,9434765919\n",
    "N-1,O'Brien,Janet,05/03/2019,ZZ99 3VZ,\n",
    "N-1,Smith,Jane,05/03/2019,ZZ99 3VZ,\n",
    "N-8,O'Brien,Jane,05/03/2019,ZZ99 3VZ,\n",
    "N-9,OBrien,Jayne,05/03/2019,ZZ99 3VZ,\n",
    "N-10,O'Brien,Jane,06/03/2019,ZZ99 3VZ,\n",
    "N-11,Another,Name,01/01/2015,,9434765919\n",
    "N-12,Sm1th,Jane,05/03/2019,,\n",
    "N-13,O'Brien,Jane,05/03/2019,,\nN-13,O'Brien,June,05/03/2019,,\n",
    "N-14,Marsh,Kelly,14/05/2011,,\n",
    "N-15,,Jane,05/03/2019,,\n",
];

/// Rows as they are sent a few at a time.
pub fn lines(file: &str) -> String {
    let names: Vec<&str> = HEADING.trim().split(',').collect();
    let mut lines = String::new();
    for row in file.lines() {
        let members: serde_json::Map<String, serde_json::Value> = names
            .iter()
            .zip(row.split(','))
            .map(|(n, v)| ((*n).to_owned(), v.into()))
            .collect();
        lines.push_str(&serde_json::to_string(&members).unwrap());
        lines.push('\n');
    }
    lines
}

async fn told(practice: &Practice, pair: &Pair) -> Vec<Answer> {
    let token = token(practice, pair, "told").await;
    let mut answers = Vec::new();
    for round in 0..3 {
        for (at, rows) in SENT.iter().enumerate() {
            let file = format!("{HEADING}{rows}");
            answers.push(supply(practice, &token, &format!("{round}-{at}"), &file).await);
            let headers = [
                ("authorization", token.as_str()),
                ("content-type", "application/x-ndjson"),
            ];
            let day = format!("/supply/rows?extracted=2026-07-0{}", round + 1);
            answers.push(send(practice, &day, &headers, lines(rows)).await);
            let hash = digest(file.as_bytes());
            let headers = [
                headers[0],
                ("content-type", "text/csv"),
                ("content-digest", hash.as_str()),
            ];
            answers.push(send(practice, "/supply/check", &headers, file).await);
        }
    }
    answers
}

#[tokio::test]
async fn x2_what_a_supplier_is_told_is_the_same_whether_or_not_a_child_is_shielded() {
    let pair = Pair::edwards();
    let (open, shielded) = (knowing_jane(&pair).await, knowing_jane(&pair).await);
    shield(&shielded);
    let (here, there) = (told(&open, &pair).await, told(&shielded, &pair).await);
    assert_eq!(here.len(), SENT.len() * 9);
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(here, there);
        assert!(here.says("accepted"), "it was answered: {}", here.body);
    }
    move_clock(60);
    let query = [
        ("given_name", "Jane"),
        ("family_name", "O'Brien"),
        ("postcode", "ZZ99 3VZ"),
    ];
    let mut browser = open.signed_in(PRACTITIONER).await;
    assert!(
        browser.search(&query).await.says("/child/"),
        "the twins do differ"
    );
    let mut browser = shielded.signed_in(PRACTITIONER).await;
    assert!(
        !browser.search(&query).await.says("/child/"),
        "the twins do differ"
    );
}
