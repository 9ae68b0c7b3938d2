//! Suppliers, figures of data quality, and the published list.

use askama::Template;

use super::super::fault_rates::{FaultLine, FaultRates, SupplierFaults};
use super::super::measure::{Line as MeasureLine, Measure};
use super::super::quality::{Line as QualityLine, Quality};
use super::super::sources::{Letter, National, Place, Sources};
use super::super::sources_of::{SourcesOf, System};
use super::super::supplier::{Covered, GoOn, Line, OpenRun, Supplier, Told};
use super::super::suppliers::{Line as SupplierLine, Suppliers};
use super::{layout, stranger};

/// Each page filled, and each before there is anything.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("suppliers", suppliers(vec![supplier_line()])),
        ("suppliers_none", suppliers(vec![])),
        ("supplier", supplier(true)),
        ("supplier_not_counted", supplier(false)),
        ("quality", quality(Some("3 July 2026 at 2:05am"))),
        ("quality_not_counted", quality(None)),
        (
            "measure",
            measure(Some(vec![measure_line("NHS registrations")])),
        ),
        ("measure_of_nobody", measure(None)),
        ("sources", sources()),
        ("sources_of", sources_of()),
    ]
}

fn supplier_line() -> SupplierLine {
    SupplierLine {
        href: "/suppliers/nhs".into(),
        name: "NHS registrations".into(),
        kind: "National source".into(),
        last: "3 July 2026, today".into(),
        rhythm: "Usually every 7 days: overdue".into(),
        waits: "1 run is held".into(),
    }
}

fn suppliers(lines: Vec<SupplierLine>) -> String {
    Suppliers {
        layout: layout("/suppliers"),
        lines,
    }
    .render()
    .unwrap()
}

fn supplier(is_counted: bool) -> String {
    let run = Line {
        number: "7".into(),
        drawn: "3 July 2026".into(),
        reach: "full file",
        state: "done, 3 July 2026 at 2:05am".into(),
        rows: "1,200".into(),
        refused: "10, under 1%".into(),
    };
    Supplier {
        layout: layout("/suppliers"),
        name: "NHS registrations".into(),
        facts: vec![("Code", "nhs".into()), ("Kind", "National source".into())],
        open: vec![OpenRun {
            number: "8".into(),
            state: "held",
            facts: vec![("File", "Full file, 1,200 rows, drawn on 3 July 2026".into())],
            why: Some("It would end 80 of the supplier’s 1,200 children.".into()),
            next: "Nothing of it was applied.",
            releases: Some("What this supplier said of those children ends.".into()),
            otherwise: Some("Leave it: it does nothing."),
            go_on: Some(GoOn {
                action: Some("/suppliers/nhs/release/8".into()),
                about: "If the file is right, let it go on.",
                who: None,
                button: "Release this run",
            }),
            command: "contactpoint supply release 8".into(),
        }],
        held: Some("No row of this supplier is held for you.".into()),
        coverage: vec![Covered {
            authority: "South Gloucestershire".into(),
            figure: "1,195".into(),
        }],
        counted: is_counted.then(|| "3 July 2026 at 2:05am".into()),
        figures: vec![Told {
            name: "Children",
            definition: "Records of the directory that are not shielded and not archived.",
            figure: "1,195".into(),
        }],
        runs: vec![run],
        faults: FaultRates {
            runs: vec!["Run 7, 3 July 2026".into(), "Run 6, 26 June 2026".into()],
            is_kept: is_counted,
            lines: vec![FaultLine {
                column: "Born".into(),
                wrong: "date of birth is not a day in the form that was agreed".into(),
                rule: "format".into(),
                cost: "Asked",
                rates: vec![
                    ("Run 7, 3 July 2026".into(), "2%".into()),
                    ("Run 6, 26 June 2026".into(), "fewer than 8".into()),
                ],
            }],
        },
    }
    .render()
    .unwrap()
}

fn quality(counted: Option<&str>) -> String {
    Quality {
        layout: layout("/quality"),
        counted: counted.map(ToOwned::to_owned),
        area: Some("South Gloucestershire".into()),
        lines: vec![QualityLine {
            href: "/quality/children".into(),
            name: "Children",
            definition: "Records of the directory that are not shielded and not archived.",
            own: "fewer than 8".into(),
            together: "20,005".into(),
        }],
        faults: counted
            .map(|_| SupplierFaults {
                href: "/suppliers/nhs#faults".into(),
                name: "NHS registrations".into(),
                rates: vec![
                    ("Last file", "2%".into()),
                    ("The one before", "fewer than 8".into()),
                    ("Two before", "–".into()),
                    ("Three before", "–".into()),
                ],
            })
            .into_iter()
            .collect(),
    }
    .render()
    .unwrap()
}

fn measure_line(name: &str) -> MeasureLine {
    MeasureLine {
        name: name.into(),
        href: "/suppliers/nhs".into(),
        figure: "1,195".into(),
    }
}

fn measure(suppliers: Option<Vec<MeasureLine>>) -> String {
    Measure {
        layout: layout("/quality"),
        name: "Address not confirmed",
        definition: "Children whose address no source has confirmed for over 12 months.",
        counted: Some("3 July 2026 at 2:05am".into()),
        authorities: vec![measure_line("South Gloucestershire")],
        few_authorities: 3,
        suppliers,
    }
    .render()
    .unwrap()
}

fn sources() -> String {
    Sources {
        layout: stranger(),
        national: vec![National {
            name: "NHS registrations",
            since: "3 July 2025".into(),
            last: "3 July 2026".into(),
        }],
        letters: vec![Letter {
            letter: "S".into(),
            authorities: vec![Place {
                href: "/sources/E06000025".into(),
                name: "South Gloucestershire".into(),
            }],
        }],
    }
    .render()
    .unwrap()
}

fn sources_of() -> String {
    SourcesOf {
        layout: stranger(),
        authority: "South Gloucestershire".into(),
        systems: vec![System {
            name: "Early help".into(),
            sector: "Social care".into(),
            since: "3 July 2025".into(),
            last: "3 July 2026".into(),
        }],
        missing: vec!["Police".into()],
    }
    .render()
    .unwrap()
}
