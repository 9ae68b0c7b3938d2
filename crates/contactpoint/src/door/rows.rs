//! `POST /supply/rows`: a few rows, a JSON object a line, each answered by itself. All that are accepted are taken together.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::Date;
use directory::supplied::Row;
use serde::Serialize;
use store::{Error, Store};
use tokio::time::{Instant, sleep};

use super::admit::Program;
use super::limits::{ROWS_BYTES_MAX, ROWS_MAX};
use super::members::Members;
use super::problem::{DoorProblem, Kind};
use super::report::FaultLine;
use super::{receive, sent, step, take, token};
use crate::supply::{Batch, Encoding, Format, Mapping, Rows, Summary, Unread};

/// What is told of rows.
#[derive(Serialize)]
struct Answers {
    accepted: u64,
    refused: u64,
    rows: Vec<Answer>,
}

/// What is told of a row.
#[derive(Serialize)]
struct Answer {
    row: u64,
    outcome: &'static str,
    faults: Vec<FaultLine>,
}

/// Rows that were read.
struct Read {
    answers: Answers,
    rows: Vec<Row>,
    summary: Summary,
}

pub(crate) async fn send(program: Program, request: Request) -> Response {
    match answered(&program, request).await {
        Ok(answers) => token::json(StatusCode::OK, &answers),
        Err(problem) => problem.into_response(),
    }
}

async fn answered(program: &Program, request: Request) -> Result<Answers, DoorProblem> {
    let (parts, body) = request.into_parts();
    let mapping = of_rows(program.mapping()?)?;
    let packing = sent::packing(&parts.headers)?;
    sent::check_type(&parts.headers, &Format::JsonLines)?;
    let extracted = sent::extracted(&parts.uri, program.now.today)?;
    let lines = receive::few(program, (body, packing), ROWS_BYTES_MAX).await?;
    if lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !is_blank(line))
        .count()
        > ROWS_MAX
    {
        return Err(Kind::TooLarge.into());
    }
    let begun = Instant::now();
    let now = program.now;
    let answers = program
        .desk
        .ask(move |store| {
            let read = read(store, &mapping, &lines, extracted)?;
            take::take_rows(store, &mapping, (&read.rows, read.summary), now)?;
            Ok(read.answers)
        })
        .await;
    sleep(step::rest(begun)).await;
    Ok(answers?)
}

/// The mapping of single rows: what is a column in a file is a member here, in UTF-8.
fn of_rows(mapping: Mapping) -> Result<Mapping, DoorProblem> {
    let format = match mapping.format {
        Format::Separated => Format::Separated,
        Format::JsonLines | Format::Json(_) => Format::JsonLines,
        Format::Xml(_) | Format::Parquet => return Err(Kind::FilesOnly.into()),
    };
    Ok(Mapping {
        format,
        encoding: Encoding::Utf8,
        ..mapping
    })
}

fn read(store: &Store, mapping: &Mapping, lines: &[u8], extracted: Date) -> Result<Read, Error> {
    let mut read = Read {
        answers: Answers {
            accepted: 0,
            refused: 0,
            rows: Vec::new(),
        },
        rows: Vec::new(),
        summary: Summary::default(),
    };
    let lines = lines.split(|byte| *byte == b'\n');
    for (number, line) in (1..).zip(lines.filter(|line| !is_blank(line))) {
        let batch = take::with_delivery(store, mapping, extracted, |delivery| {
            let text = as_file(mapping, line).ok_or("it is not an object of texts and numbers")?;
            let mut rows =
                Rows::open(text.as_slice(), delivery).map_err(|unread| words(&unread))?;
            let batch = rows.read().map_err(|_| "it cannot be read".to_owned())?;
            Ok::<Batch, String>(batch.unwrap_or_default())
        });
        read.hear(mapping, number, batch);
    }
    Ok(read)
}

impl Read {
    fn hear(&mut self, mapping: &Mapping, number: u64, batch: Result<Batch, String>) {
        let answers = &mut self.answers;
        let (row, faults) = match batch {
            Ok(mut batch) => {
                for fault in &mut batch.faults {
                    fault.line = number;
                }
                self.summary.count_batch(&batch);
                let faults = batch.faults.iter();
                let faults = faults.map(|fault| FaultLine::of(fault, mapping)).collect();
                (batch.rows.pop(), faults)
            }
            Err(words) => {
                self.summary.read = self.summary.read.saturating_add(1);
                self.summary.refused = self.summary.refused.saturating_add(1);
                (None, vec![FaultLine::of_refusal(number, &words)])
            }
        };
        let is_accepted = row.as_ref().is_some_and(|row| !row.is_refused());
        let (count, outcome) = if is_accepted {
            (&mut answers.accepted, "accepted")
        } else {
            (&mut answers.refused, "refused")
        };
        *count = count.saturating_add(1);
        answers.rows.push(Answer {
            row: number,
            outcome,
            faults,
        });
        self.rows.extend(row.map(|row| Row {
            line: number,
            ..row
        }));
    }
}

/// A line as a file of one row. `None`: it is no object of texts and numbers.
fn as_file(mapping: &Mapping, line: &[u8]) -> Option<Vec<u8>> {
    if mapping.format != Format::Separated {
        return Some(line.to_vec());
    }
    let members = Members::read(line)?;
    let mut writer = csv::WriterBuilder::new()
        .delimiter(mapping.delimiter)
        .from_writer(Vec::new());
    let (names, values): (Vec<String>, Vec<String>) = members.into_iter().unzip();
    writer.write_record(names).ok()?;
    writer.write_record(values).ok()?;
    writer.into_inner().ok()
}

fn words(unread: &Unread) -> String {
    match unread {
        Unread::Refused(refusal) => refusal.to_string(),
        Unread::Reading(_) => "it cannot be read".to_owned(),
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}
