//! Rows of separated values, good and broken.

use super::*;
use crate::supply::cells::Cells;
use proptest::prelude::*;

fn rows(mut input: &[u8]) -> Vec<Result<Vec<String>, Complaint>> {
    let mut rows = Vec::new();
    let mut cells = Cells::default();
    while !input.is_empty() {
        let mut fields = cells.emptied();
        let taken = split(input, b',', &mut fields);
        assert!(taken.bytes > 0 && taken.lines > 0);
        input = &input[taken.bytes..];
        cells = match fields.into_cells() {
            Ok(cells) => cells,
            Err(cells) => cells,
        };
        rows.push(match taken.broken {
            Some(complaint) => Err(complaint),
            None => Ok((0..cells.len())
                .map(|at| cells.get(at).to_owned())
                .collect()),
        });
    }
    rows
}

fn good(input: &str) -> Vec<Vec<String>> {
    rows(input.as_bytes())
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

#[test]
fn line_ends_of_both_kinds_and_none_at_the_end() {
    let expected = vec![vec!["a", "b"], vec!["c", "d"]];
    for text in [
        "a,b\nc,d",
        "a,b\nc,d\n",
        "a,b\r\nc,d\r\n",
        "\"a\",\"b\"\r\n\"c\",\"d\"",
    ] {
        assert_eq!(good(text), expected, "{text:?}");
    }
}

#[test]
fn quotes_hold_separators_lines_and_quotes() {
    assert_eq!(
        good("\"a,b\",\"c \"\"d\"\"\",\"e\nf\"\n"),
        [["a,b", "c \"d\"", "e\nf"]]
    );
    assert_eq!(
        good("O'Brien,5\" pipe\n"),
        [["O'Brien", "5\" pipe"]],
        "a quote inside is a letter"
    );
    assert_eq!(good("a,,\n,\n"), [vec!["a", "", ""], vec!["", ""]]);
}

#[test]
fn a_quote_that_is_not_closed_costs_one_line() {
    let found = rows(b"a,\"b\nc,d\ne,f\n");
    assert_eq!(found[0], Err(Complaint::Quotes));
    assert_eq!(found[1], Ok(vec!["c".to_owned(), "d".to_owned()]));
    assert_eq!(found.len(), 3);
    assert_eq!(rows(b"\"a\"b,c\n")[0], Err(Complaint::Quotes));
}

#[test]
fn limits_are_faults() {
    let long = "x".repeat(FIELD_BYTES_MAX + 1);
    assert_eq!(
        rows(format!("{long},b\n").as_bytes())[0],
        Err(Complaint::FieldTooLong)
    );
    let longer = "x".repeat(ROW_BYTES_MAX + 1);
    assert_eq!(rows(longer.as_bytes())[0], Err(Complaint::RowTooLong));
    assert_eq!(
        rows(format!("\"{longer}\"").as_bytes())[0],
        Err(Complaint::RowTooLong)
    );
    let wide = ",".repeat(COLUMNS_MAX + 1);
    assert_eq!(rows(wide.as_bytes())[0], Err(Complaint::Fields));
}

proptest! {
    #[test]
    fn any_bytes_never_panic_and_always_end(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r')], 0..400)) {
        rows(&bytes);
    }

    #[test]
    fn a_file_the_csv_library_writes_is_read_back(table in prop::collection::vec(prop::collection::vec("[a-z\" ,\n;|é]{0,12}", 2..6), 1..10)) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let written = writer.into_inner().unwrap();
        let trimmed: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
        prop_assume!(table.iter().flatten().map(|cell| cell.matches('\n').count()).sum::<usize>() < ROW_LINES_MAX as usize);
        let found: Vec<Vec<String>> = rows(&written).into_iter().map(|row| row.unwrap()).collect();
        prop_assert_eq!(found, trimmed);
    }
}
