//! Kelly's record and what is done with it.

use askama::Template;

use super::super::child::{
    Address, Assessment, Carer, Child, Ended, Holder, Involvement, JoinLinks, Notes, OtherName,
    OwnBodyNumber, OwnInvolvement, Place, Provenance,
};
use super::super::child_shielded::ChildShielded;
use super::super::fault::Fault;
use super::super::field::{DateField, Field};
use super::super::involve::{Involve, ShownContact};
use super::super::involve_end::InvolveEnd;
use super::super::involve_end_for::InvolveEndFor;
use super::super::layout::{Layout, Told};
use super::super::shield::Shield;
use super::super::shield_confirm::ShieldConfirm;
use super::super::take_on::TakeOn;
use super::super::telephone::Telephone;
use super::super::watermark::Watermark;
use super::{choice, fault, identity, layout, local_manager};

/// A child's record in its states, and what is done with it.
pub fn pages() -> Vec<(&'static str, String)> {
    let shield = Shield {
        layout: layout(""),
        number: Field::default(),
        reasons: vec![choice("shield-decision", "Decide on or review a shield")],
        reason_fault: None,
        faults: vec![],
    };
    let unreasoned = fault("reason", "Choose why you need to open this record");
    let unanswered = fault("service", "Choose the service you work for");
    vec![
        ("child", child()),
        ("child_empty", child_empty()),
        ("child_shielded", child_shielded()),
        ("take_on", take_on("Nobody of your authority", vec![])),
        (
            "take_on_faults",
            take_on("Nobody of your authority", vec![unreasoned]),
        ),
        (
            "take_on_own",
            take_on("You, on 3 July 2026 at 2:05pm", vec![]),
        ),
        ("involve", involve(vec![])),
        ("involve_faults", involve(vec![unanswered])),
        ("involve_end", involve_end()),
        ("involve_end_for", involve_end_for(vec![])),
        (
            "involve_end_for_faults",
            involve_end_for(vec![fault("cause", "Choose why it has ended")]),
        ),
        ("shield", shield.render().unwrap()),
        ("shield_faults", shield_faults()),
        ("shield_confirm", shield_confirm()),
    ]
}

fn provenance(source: &str, on: &str) -> Provenance {
    Provenance {
        source: source.into(),
        last_confirmed: Some(on.into()),
        stale: false,
        corrected: false,
        filled: false,
    }
}

fn involvement(
    practitioner: &str,
    job_title: &str,
    organisation: &str,
    telephone: &str,
) -> Involvement {
    Involvement {
        practitioner: practitioner.into(),
        job_title: job_title.into(),
        organisation: organisation.into(),
        telephone: Some(Telephone::new(telephone)),
        email: Some(format!(
            "{}@example.org",
            practitioner.to_lowercase().replace(' ', ".")
        )),
        since: Some("4 September 2025".into()),
        provenance: provenance(organisation, "20 June 2026"),
        ..Involvement::default()
    }
}

fn involvements() -> Vec<Involvement> {
    vec![
        Involvement {
            lead_professional: true,
            end_href: Some("/child/h4ndl3/involve/end/1/w0rk3r".into()),
            ..involvement(
                "Jane Okafor",
                "Learning mentor",
                "Northfield Academy",
                "01632960114",
            )
        },
        involvement(
            "Tim Reeve",
            "Housing officer",
            "Aire Valley Housing Association",
            "01632960187",
        ),
        Involvement {
            service: Some("Young Carers Group".into()),
            provenance: Provenance {
                source: "Leeds Young Carers".into(),
                last_confirmed: Some("2 March 2025".into()),
                stale: true,
                corrected: false,
                filled: false,
            },
            ..involvement(
                "Libby Hart",
                "Group worker",
                "Leeds Young Carers",
                "07700900123",
            )
        },
        Involvement {
            ended: Some(Ended {
                on: "12 March 2026".into(),
                shown_until: "11 March 2027".into(),
            }),
            provenance: Provenance {
                corrected: true,
                ..provenance("", "12 March 2026")
            },
            ..involvement(
                "Paul Adeyemi",
                "Social worker",
                "Leeds City Council",
                "01134960145",
            )
        },
    ]
}

fn join_links() -> JoinLinks {
    JoinLinks {
        merge_href: "/child/h4ndl3/merge".into(),
        split_href: "/child/h4ndl3/split".into(),
        undo_href: Some("/child/h4ndl3/undo".into()),
    }
}

fn child() -> String {
    Child {
        shielded: false,
        layout: layout("/search"),
        identity: identity(),
        identity_sources: vec![
            "Name and gender confirmed 2 weeks ago by NHS registrations.".into(),
            "Date of birth corrected by the directory on 3 July 2026, listed for the source."
                .into(),
        ],
        notes: Notes {
            carers: Some("Reported as wrong on 3 July 2026, listed for the source".into()),
            ..Notes::default()
        },
        wrong_href: "/child/h4ndl3/wrong".into(),
        called: "Kelly".into(),
        former_names: vec![OtherName {
            name: "Kelly Dunn".into(),
            provenance: provenance("NHS registrations", "20 June 2026"),
        }],
        other_names: vec![OtherName {
            name: "Kel Marsh".into(),
            provenance: provenance("School census", "18 May 2026"),
        }],
        involvements: involvements(),
        sensitive: true,
        local_manager: local_manager(),
        assessment: Assessment::Current(Holder {
            name: "Jane Okafor".into(),
            provenance: provenance("Children’s social care", "3 July 2026"),
        }),
        involve_href: None,
        shield_href: Some("/child/h4ndl3/shield".into()),
        connected_href: None,
        join: Some(join_links()),
        results_href: "/results/t1ck3t".into(),
        results_words: "Back to the search results",
        own_involvements: vec![OwnInvolvement {
            service: "Learning mentors".into(),
            end_href: "/child/h4ndl3/involve/end/1".into(),
        }],
        setting: school(),
        practice: surgery(),
        carers: vec![Carer {
            name: "Dawn Marsh".into(),
            relationship: "mother".into(),
            telephone: Some(Telephone::new("07700900456")),
            email: None,
            provenance: provenance("Child benefit", "1 April 2026"),
        }],
        address: mill_lane(),
        own_numbers: vec![OwnBodyNumber {
            label: "Unique pupil number".into(),
            value: "A 82010 011 001B".into(),
            provenance: provenance("School census", "18 May 2026"),
        }],
        not_supplied: [
            "youth justice",
            "housing associations other than Aire Valley",
        ]
        .map(String::from)
        .to_vec(),
        watermark: watermark(),
    }
    .render()
    .unwrap()
}

fn school() -> Place {
    Place {
        status: "Registered at a school".into(),
        name: Some("Northfield Academy".into()),
        telephone: Some(Telephone::new("01632960100")),
        email: Some("office@northfield.example".into()),
        since: Some("1 September 2022".into()),
        provenance: Some(provenance("School census", "18 May 2026")),
        note: None,
    }
}

fn surgery() -> Place {
    Place {
        status: "Registered with a general practice".into(),
        name: Some("Lakeside Surgery".into()),
        telephone: Some(Telephone::new("01632960220")),
        email: None,
        since: None,
        provenance: Some(Provenance {
            source: "NHS registrations".into(),
            last_confirmed: Some("2 February 2025".into()),
            stale: true,
            corrected: false,
            filled: false,
        }),
        note: None,
    }
}

fn mill_lane() -> Address {
    Address {
        lines: ["12 Mill Lane", "Leeds", "LS1 4AP"]
            .map(String::from)
            .to_vec(),
        status: "Current address".into(),
        authority: "Leeds".into(),
        provenance: Some(Provenance {
            corrected: true,
            filled: false,
            ..provenance("", "3 July 2026")
        }),
        note: None,
    }
}

fn child_empty() -> String {
    Child {
        shielded: false,
        layout: Layout {
            told: Some(Told {
                words: "Nothing was taken back.".into(),
                is_done: false,
            }),
            ..layout("/search")
        },
        identity: identity(),
        identity_sources: vec![],
        notes: Notes::default(),
        wrong_href: "/child/h4ndl3/wrong".into(),
        called: "Kelly".into(),
        former_names: vec![],
        other_names: vec![],
        involvements: vec![],
        sensitive: false,
        local_manager: local_manager(),
        assessment: Assessment::None,
        involve_href: Some("/child/h4ndl3/involve".into()),
        shield_href: None,
        connected_href: Some("/connected/h4ndl3".into()),
        join: None,
        results_href: "/results/t1ck3t".into(),
        results_words: "Back to the search results",
        own_involvements: vec![],
        setting: Place {
            status: "Not known".into(),
            ..Place::default()
        },
        practice: Place {
            status: "Not known".into(),
            ..Place::default()
        },
        carers: vec![],
        address: Address {
            status: "Not known".into(),
            authority: "Leeds".into(),
            ..Address::default()
        },
        own_numbers: vec![],
        not_supplied: vec!["youth justice".into()],
        watermark: watermark(),
    }
    .render()
    .unwrap()
}

fn child_shielded() -> String {
    ChildShielded {
        layout: layout("/search"),
        identity: identity(),
        wrong_href: "/child/h4ndl3/wrong".into(),
        take_on_href: Some("/child/h4ndl3/take-on".into()),
        results_href: "/results/t1ck3t".into(),
        results_words: "Back to the search results",
        local_manager: local_manager(),
        watermark: watermark(),
    }
    .render()
    .unwrap()
}

fn take_on(word: &str, faults: Vec<Fault>) -> String {
    TakeOn {
        layout: layout("/shield"),
        identity: identity(),
        child_href: "/child/h4ndl3".into(),
        action: "/child/h4ndl3/take-on".into(),
        word: word.into(),
        is_own: word.starts_with("You"),
        reasons: vec![choice("shield-decision", "Decide on or review a shield")],
        faults,
        watermark: watermark(),
    }
    .render()
    .unwrap()
}

fn involve(faults: Vec<Fault>) -> String {
    Involve {
        layout: layout("/search"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/child/h4ndl3/involve".into(),
        local_manager: local_manager(),
        child_href: "/child/h4ndl3".into(),
        shown: ShownContact {
            practitioner: "Jane Okafor".into(),
            job_title: "Learning mentor".into(),
            organisation: "Northfield Academy".into(),
            telephone: Some(Telephone::new("01632960114")),
            email: Some("jane.okafor@example.org".into()),
        },
        services: vec![
            choice("1", "Learning mentors"),
            choice("2", "Special educational needs"),
        ],
        service_fault: faults.first().map(|fault| fault.text.clone()),
        since: DateField::default(),
        lead_professional: vec![choice("yes", "Yes"), choice("no", "No")],
        lead_professional_fault: None,
        lead_professional_now: Some("Paul Adeyemi, Leeds City Council".into()),
        assessment: vec![
            choice("none", "No"),
            choice("current", "Yes, a current one"),
            choice("past", "Yes, a past one"),
        ],
        assessment_fault: None,
        faults,
    }
    .render()
    .unwrap()
}

fn involve_end() -> String {
    InvolveEnd {
        layout: layout("/search"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/child/h4ndl3/involve/end/1".into(),
        child_href: "/child/h4ndl3".into(),
        service: "Learning mentors".into(),
        since: Some("4 September 2025".into()),
        shown_until: "3 July 2027".into(),
        lead_professional: true,
    }
    .render()
    .unwrap()
}

fn involve_end_for(faults: Vec<Fault>) -> String {
    InvolveEndFor {
        layout: layout("/search"),
        identity: identity(),
        called: "Kelly".into(),
        action: "/child/h4ndl3/involve/end/1/w0rk3r".into(),
        child_href: "/child/h4ndl3".into(),
        practitioner: "Jane Okafor".into(),
        organisation: "Northfield Academy".into(),
        service: "Learning mentors".into(),
        since: Some("4 September 2025".into()),
        shown_until: "3 July 2027".into(),
        lead_professional: true,
        causes: vec![
            choice("left", "They have left the service"),
            choice("mistake", "It was recorded by mistake"),
        ],
        faults,
    }
    .render()
    .unwrap()
}

fn shield_faults() -> String {
    let text = "The check characters do not fit. Look at the number again";
    Shield {
        layout: layout(""),
        number: Field {
            value: "4821 0937 56-L".into(),
            fault: Some(text.into()),
        },
        reasons: vec![choice("shield-decision", "Decide on or review a shield")],
        reason_fault: None,
        faults: vec![fault("number", text)],
    }
    .render()
    .unwrap()
}

fn shield_confirm() -> String {
    ShieldConfirm {
        layout: layout(""),
        identity: identity(),
        called: "Kelly".into(),
        action: "/child/h4ndl3/shield".into(),
        child_href: "/child/h4ndl3".into(),
        grounds: vec![
            choice("fleeing", "Fleeing abuse or domestic violence"),
            choice(
                "adoption",
                "Adopted, with little or no contact with the birth family",
            ),
            choice("police", "Under police protection"),
            choice(
                "source",
                "Restricted by the organisation that supplied the details",
            ),
        ],
        ground_fault: None,
        reasons: vec![choice("shield", "Decide on a shield")],
        reason_fault: None,
        faults: vec![],
    }
    .render()
    .unwrap()
}

fn watermark() -> Watermark {
    Watermark {
        viewer: "Jane Okafor".into(),
        organisation: "Northfield Academy".into(),
        at: "3 July 2026 at 2:05pm".into(),
    }
}
