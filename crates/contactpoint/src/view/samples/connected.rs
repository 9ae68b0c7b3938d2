//! Shields to complete.

use askama::Template;

use super::super::connected::{Connected, Line};
use super::super::connected_child::{ConnectedChild, One};
use super::super::fault::Fault;
use super::super::watermark::Watermark;
use super::{choice, fault, identity, layout};

/// The list and one child, in their states.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("connected", list(1, vec![])),
        ("connected_none", list(0, vec![])),
        (
            "connected_faults",
            list(
                1,
                vec![fault("reason", "Choose why you need to see these shields")],
            ),
        ),
        ("connected_child", child(None)),
        (
            "connected_child_faults",
            child(Some("Choose whether Tom Ellis is shielded as well")),
        ),
        ("connected_child_none", nobody()),
    ]
}

fn list(lines: usize, faults: Vec<Fault>) -> String {
    let line = Line {
        placed: "3 July 2026 at 2:05pm".into(),
        ground: "The child or the family is under police protection".into(),
        action: "/connected/h4ndl3/reason".into(),
    };
    Connected {
        layout: layout("/shield"),
        lines: vec![line; lines],
        reasons: vec![choice("shield-decision", "Decide on or review a shield")],
        faults,
        lines_max: 20,
    }
    .render()
    .unwrap()
}

fn nobody() -> String {
    ConnectedChild {
        layout: layout("/shield"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/connected/h4ndl3".into(),
        ground: "The child or the family is under police protection".into(),
        is_by_rule: true,
        open: vec![],
        next: vec![],
        more: false,
        faults: vec![],
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}

fn child(unchosen: Option<&str>) -> String {
    let one = One {
        name: "t0m".into(),
        heading: "Tom Ellis, born 29 February 2016".into(),
        shares: "Shares the address and a parent or carer. Lives at 12 Mill Lane. Age 10.".into(),
        choices: vec![
            choice("shield", "Shield this record as well"),
            choice("leave-open", "Leave it open"),
        ],
        fault: unchosen.map(ToOwned::to_owned),
    };
    ConnectedChild {
        layout: layout("/shield"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/connected/h4ndl3".into(),
        ground: "The child or the family is under police protection".into(),
        is_by_rule: false,
        open: vec![one],
        next: vec![
            choice("shield-decision", "Decide on or review a shield"),
            choice("none", "I do not: back to the list"),
        ],
        more: unchosen.is_some(),
        faults: unchosen
            .map(|text| fault("t0m", text))
            .into_iter()
            .collect(),
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}
