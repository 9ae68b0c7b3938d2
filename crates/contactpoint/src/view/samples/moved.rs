//! Children who have moved.

use askama::Template;

use super::super::fault::Fault;
use super::super::moved::{Line, Moved};
use super::super::moved_child::MovedChild;
use super::super::watermark::Watermark;
use super::review::decision;
use super::{choice, fault, identity, layout};

/// The list and one child, in their states.
pub fn pages() -> Vec<(&'static str, String)> {
    let no_decision = fault("decision", "Choose what you decide");
    vec![
        ("moved", list(1, vec![])),
        ("moved_none", list(0, vec![])),
        (
            "moved_faults",
            list(
                1,
                vec![fault("reason", "Choose why you need to see these children")],
            ),
        ),
        ("moved_child", child(false, vec![])),
        ("moved_child_shielded", child(true, vec![])),
        ("moved_child_faults", child(false, vec![no_decision])),
    ]
}

fn list(lines: usize, faults: Vec<Fault>) -> String {
    let line = |stage: &str| Line {
        since: "3 July 2026".into(),
        ago: "2 weeks ago".into(),
        moved: "To Bristol".into(),
        stage: stage.into(),
        reason: Some("Correct the record"),
        action: "/moved/h4ndl3/reason".into(),
    };
    Moved {
        layout: layout("/moved"),
        asked: vec![
            line("Bristol said yes on 3 July 2026 at 2:05pm. Your authority is asked");
            lines
        ],
        open: vec![line("Nobody has been asked"); lines],
        others: vec![line("Bristol said no on 3 July 2026 at 2:05pm"); lines],
        reasons: vec![choice("data-quality", "Correct the record")],
        faults,
        lines_max: 20,
    }
    .render()
    .unwrap()
}

fn child(shielded: bool, faults: Vec<Fault>) -> String {
    let yes = choice("agree", "Yes: Bristol becomes responsible");
    let no = choice("decline", "No: South Gloucestershire stays responsible");
    MovedChild {
        layout: layout("/moved"),
        identity: identity(),
        shielded,
        from: "South Gloucestershire".into(),
        to: "Bristol".into(),
        since: "3 July 2026, 2 weeks ago".into(),
        stage: "Bristol said yes on 3 July 2026 at 2:05pm. Your authority is asked".into(),
        address: if shielded {
            vec![]
        } else {
            vec!["12 Mill Lane".into()]
        },
        decision: decision(
            "/moved/h4ndl3",
            if shielded { vec![yes] } else { vec![yes, no] },
            &faults,
        ),
        faults,
        watermark: Watermark::default(),
    }
    .render()
    .unwrap()
}
