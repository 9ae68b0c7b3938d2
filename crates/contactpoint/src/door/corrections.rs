//! `GET /supply/corrections`: what a supplier is to look into (R83, X8): its own key, the field in dispute and since when, and nothing else.
//!
//! How far each is, is not told: what a row that waits behind a shield would have changed could be read from it (X2).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use directory::event::By;
use serde::Serialize;
use store::{Longest, SupplierTask};

use super::admit::Program;
use super::problem::DoorProblem;
use super::token::json;

/// What is told.
#[derive(Serialize)]
struct Corrections {
    /// Those that wait the longest, the longest first.
    corrections: Vec<Correction>,
    /// Whether more wait than are told.
    more: bool,
}

/// A field in dispute: no value, neither the supplier's nor another's.
#[derive(Serialize)]
struct Correction {
    key: String,
    field: &'static str,
    since: String,
}

pub(crate) async fn show(program: Program) -> Response {
    let (supplier, now) = (program.client.supplier.clone(), program.now);
    let asked = program.desk.ask(move |store| {
        let by = By::Supplier(supplier.clone());
        store.supplier_tasks(by, &supplier, now)
    });
    match asked.await {
        Ok(tasks) => json(StatusCode::OK, &told(&tasks)),
        Err(lost) => DoorProblem::from(lost).into_response(),
    }
}

fn told(tasks: &Longest<SupplierTask>) -> Corrections {
    let corrections = tasks.lines.iter().map(|task| Correction {
        key: task.key.to_string(),
        field: task.field.code(),
        since: task.since.to_string(),
    });
    Corrections {
        corrections: corrections.collect(),
        more: tasks.left.is_any(),
    }
}
