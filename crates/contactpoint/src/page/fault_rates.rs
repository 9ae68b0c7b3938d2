//! How often the last files of suppliers had faults, run by run: figures, and nothing that tells of a row.

use std::collections::BTreeMap;

use directory::figure::Figure;
use directory::run_fault::{FaultCost, RunFault};
use store::{RATED_RUNS_MAX, Rated};

use crate::figures;
use crate::view::fault_rates::{FaultLine, FaultRates};
use crate::words;

/// A kind of fault: everything of it but how often.
type Kind<'a> = (&'a str, &'a str, &'a str, &'a str, FaultCost);

/// What is shown of the last runs of a supplier, the newest first. Kinds of fault that are few in each of them are not told.
pub(super) fn rates(lately: &[Rated]) -> FaultRates {
    let mut kinds: BTreeMap<Kind<'_>, Vec<u64>> = BTreeMap::new();
    for (at, (_, faults)) in lately.iter().enumerate() {
        for fault in faults.iter().flatten() {
            let counts = kinds.entry(kind(fault)).or_default();
            counts.resize(lately.len(), 0);
            if let Some(count) = counts.get_mut(at) {
                *count = count.saturating_add(fault.count);
            }
        }
    }
    let mut told: Vec<(Kind<'_>, Vec<u64>)> = kinds.into_iter().collect();
    told.retain(|(_, counts)| counts.iter().any(|count| Figure::of(*count) != Figure::Few));
    told.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().max().copied()));
    FaultRates {
        runs: lately.iter().map(|(run, _)| heading(run)).collect(),
        is_kept: lately.iter().any(|(_, faults)| faults.is_some()),
        lines: told
            .into_iter()
            .map(|(kind, counts)| line(kind, &counts, lately))
            .collect(),
    }
}

/// All faults of each of the last runs together, the newest first; as many as are told of one after the other.
pub(super) fn together(lately: &[Rated]) -> Vec<String> {
    let each = (0..RATED_RUNS_MAX).map(|at| {
        let Some((run, Some(faults))) = lately.get(at) else {
            return "–".to_owned();
        };
        let counts = faults.iter().map(|fault| fault.count);
        figures::rate(counts.fold(0, u64::saturating_add), run.rows)
    });
    each.collect()
}

fn kind(fault: &RunFault) -> Kind<'_> {
    let column = fault.column.as_deref().unwrap_or("");
    (column, &fault.what, &fault.wrong, &fault.rule, fault.cost)
}

fn heading(run: &directory::run::Run) -> String {
    format!("Run {}, {}", run.id.0, words::day(run.extracted))
}

fn line(
    (column, what, wrong, rule, cost): Kind<'_>,
    counts: &[u64],
    lately: &[Rated],
) -> FaultLine {
    let rates = lately.iter().zip(counts).map(|((run, faults), count)| {
        let rate = match faults {
            Some(_) => figures::rate(*count, run.rows),
            None => "–".to_owned(),
        };
        (heading(run), rate)
    });
    FaultLine {
        column: if column.is_empty() {
            "The whole row".to_owned()
        } else {
            column.to_owned()
        },
        wrong: format!("{what} {wrong}"),
        rule: rule.to_owned(),
        cost: match cost {
            FaultCost::Refused => "Refused",
            FaultCost::Asked => "Asked",
        },
        rates: rates.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::Timestamp;
    use directory::run::{Applied, Reach, Run, RunBy, RunId, RunState, RunTotals};
    use directory::statement::SourceKind;
    use directory::supplied::Supplier;
    use directory::text::SupplierCode;
    use jiff::civil::date;

    fn run(id: i64, rows: u64) -> Run {
        Run {
            id: RunId(id),
            supplier: Supplier {
                code: SupplierCode::parse("nhs").unwrap(),
                kind: SourceKind::Nhs,
            },
            mapping: "nhs".to_owned(),
            reach: Reach::Delta,
            applied: Applied::InBatches,
            extracted: date(2026, 6, 1),
            state: RunState::Done,
            held: None,
            began: Timestamp::UNIX_EPOCH,
            ended: None,
            by: RunBy::Supplier,
            rows,
            totals: RunTotals::default(),
        }
    }

    fn fault(column: &str, count: u64) -> RunFault {
        RunFault {
            cost: FaultCost::Asked,
            column: Some(column.to_owned()),
            what: "date of birth".to_owned(),
            wrong: "is missing".to_owned(),
            rule: "format".to_owned(),
            count,
        }
    }

    #[test]
    fn f10_a_fault_is_followed_from_run_to_run_and_nothing_small_is_told() {
        let lately = [
            (run(3, 1_000), Some(vec![fault("Born", 3), fault("Sex", 7)])),
            (run(2, 1_000), Some(vec![fault("Born", 100)])),
            (run(1, 1_000), None),
        ];
        let rates = rates(&lately);
        assert_eq!(rates.lines.len(), 1, "few in every run is not told");
        let born = &rates.lines[0];
        assert_eq!(born.column, "Born");
        let told: Vec<&str> = born.rates.iter().map(|(_, rate)| rate.as_str()).collect();
        assert_eq!(told, ["fewer than 8", "10%", "–"]);
        assert_eq!(together(&lately), ["1%", "10%", "–", "–"]);
    }
}
