//! What each viewer sees of a child, field by field against Annex A.

use super::*;
use crate::account::Role;
use crate::organisation::Sector;
use crate::sample::{self, AREA, TODAY, actor, catalogue, practitioner};
use crate::statement::SourceKind;
use crate::survivorship;

fn whole(shielding: Shielding) -> Child {
    let record = match shielding {
        Shielding::None => sample::record(),
        Shielding::Shielded => sample::shielded(),
    };
    survivorship::child(&record, &catalogue(), TODAY)
}

/// Whether a field stands in a view. `None`: no view has a place for it.
fn holds(view: &View, field: Field) -> Option<bool> {
    let View::Whole(child) = view else {
        let visible = [
            Field::Number,
            Field::Name,
            Field::Born,
            Field::Gender,
            Field::ShieldFact,
        ];
        return Some(visible.contains(&field));
    };
    let residence = child.residence.as_ref();
    let holds = match field {
        Field::Number => true,
        Field::Name => child.name.is_some(),
        Field::Born => child.born.is_some(),
        Field::Gender => child.gender.is_some(),
        Field::FormerNames => !child.former_names.is_empty(),
        Field::Residence => residence.is_some(),
        Field::Authority => {
            child.authority.is_some() || residence.is_some_and(|r| r.value.authority.is_some())
        }
        Field::Carers => !child.carers.is_empty(),
        Field::Education => child.education.is_some(),
        Field::PrimaryCare => child.primary_care.is_some(),
        Field::Involvements => !child.involvements.is_empty(),
        Field::SensitiveIndicator => child.sensitive_services == SensitiveServices::OneOrMore,
        Field::OtherNumbers => !child.other_numbers.is_empty(),
        Field::ShieldFact => child.shielding == Shielding::Shielded,
        Field::SensitiveContact | Field::Archived => return None,
    };
    Some(holds)
}

#[test]
fn annex_a_every_viewer_sees_each_field_exactly_as_the_table_says() {
    for shielding in [Shielding::None, Shielding::Shielded] {
        for viewer in Viewer::ALL {
            let police = actor(1, Sector::Police, &[Role::Practitioner], AREA);
            let seen = whole(shielding).seen_by(viewer, &police);
            let Some(view) = seen else {
                assert_eq!(viewer, Viewer::Reports);
                continue;
            };
            for field in Field::ALL {
                let mut shown = visibility(field, viewer, shielding) == Visibility::Shown;
                if field == Field::ShieldFact && shielding == Shielding::None {
                    shown = false;
                }
                if let Some(held) = holds(&view, field) {
                    assert_eq!(held, shown, "{field:?} {viewer:?} {shielding:?}");
                }
            }
        }
    }
}

#[test]
fn r34_no_view_has_a_place_for_a_sensitive_contact() {
    for viewer in Viewer::ALL {
        for shielding in [Shielding::None, Shielding::Shielded] {
            let view = whole(shielding).seen_by(viewer, &practitioner());
            let bytes = format!("{view:?}");
            for secret in ["SH01", "clinic", "Sexual", "2026-11-03"] {
                assert!(!bytes.contains(secret), "{secret} {viewer:?}");
            }
        }
    }
}

#[test]
fn reports_see_no_child() {
    for shielding in [Shielding::None, Shielding::Shielded] {
        assert_eq!(
            whole(shielding).seen_by(Viewer::Reports, &practitioner()),
            None
        );
    }
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let mut child = whole(Shielding::Shielded);
    child.born = None;
    child.gender = None;
    let view = child
        .clone()
        .seen_by(Viewer::Practitioner, &practitioner())
        .unwrap();
    assert_eq!((view.born(), view.gender()), (None, None));
    assert!(view.name().is_some());
    child.name = None;
    assert_eq!(
        child.seen_by(Viewer::Practitioner, &practitioner()),
        None,
        "a shielded record shows a name or nothing"
    );
}

#[test]
fn a_view_answers_the_same_shielded_or_not() {
    let see = |shielding| {
        whole(shielding)
            .seen_by(Viewer::Practitioner, &practitioner())
            .unwrap()
    };
    let (open, shielded) = (see(Shielding::None), see(Shielding::Shielded));
    assert_eq!(open.number(), shielded.number());
    assert_eq!(open.name(), shielded.name());
    assert_eq!(open.born(), shielded.born());
    assert_eq!(open.gender(), shielded.gender());
    assert_eq!(shielded.clone().listed(), shielded);
}

#[test]
fn provenance_names_the_source_and_the_day() {
    let name = whole(Shielding::None).name.unwrap();
    assert_eq!(name.provenance.kind, SourceKind::Nhs);
    assert_eq!(name.provenance.supplier.as_str(), "nhs");
    assert!(name.provenance.last_confirmed.unwrap() < TODAY);
}
