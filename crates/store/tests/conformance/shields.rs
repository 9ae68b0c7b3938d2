//! A shielded child is found by visible fields only, shows four of them, and no feed un-shields them (R43, R44, F1).

use directory::access::Refusal;
use directory::child::View;
use directory::involvement::{Assessment, Lead};
use directory::query::{Hidden, OwnArea, Query, Visible};
use directory::record::Shielding;
use directory::shield::Ground;
use directory::supplied::{Outcome, Restriction};
use directory::text::{self, NamePart};
use jiff::civil::date;
use proptest::prelude::*;

use crate::practice::{Practice, both, by_name, parse, row, visible, with_nhs_number};

const BORN: directory::Date = date(2013, 8, 21);

fn known(practice: &Practice) {
    let mut child = with_nhs_number(row("1", "Maya", "Hollis", BORN), "9434765919");
    child.particulars.former_names.push(directory::name::Name {
        given: NamePart::parse("Maya").ok(),
        family: parse("Trevelyan"),
    });
    practice.accept(&[child]);
}

fn shielded(practice: &Practice) -> directory::number::Number {
    known(practice);
    let sam = practice.session("sam");
    let query = by_name("Maya", "Hollis", BORN);
    let number = practice.shown(&sam, query.clone())[0];
    let reference = practice.opened(&sam, query);
    practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
        .unwrap()
        .unwrap();
    number
}

#[test]
fn r43_a_shielded_record_shows_four_fields() {
    both(|practice| {
        shielded(practice);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Maya", "Hollis", BORN));
        let disclosure = practice
            .store
            .disclose(&jane, &reference, practice.now())
            .unwrap()
            .unwrap();
        assert!(matches!(disclosure.view(), View::Restricted(_)));
        assert_eq!(disclosure.shielding(), Shielding::Shielded);
    });
}

#[test]
fn r43_nobody_is_listed_behind_a_shield_who_does_not_see_behind_it() {
    both(|practice| {
        shielded(practice);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Maya", "Hollis", BORN));
        let involving = store::Involving {
            service: parse("mentoring"),
            since: None,
            lead: Lead::Lead,
            assessment: Assessment::None,
        };
        let now = practice.now();
        let answer = practice.store.involve(&jane, &reference, &involving, now);
        assert_eq!(answer.unwrap(), Err(Refusal::NotPermitted));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
        let disclosure = practice.store.disclose(&sam, &reference, now);
        match disclosure.unwrap().unwrap().view() {
            View::Whole(child) => assert!(child.involvements.is_empty()),
            View::Restricted(_) => panic!("an officer of the responsible authority"),
        }
    });
}

#[test]
fn r44_search_on_a_hidden_field_never_returns_a_shielded_child() {
    both(|practice| {
        let number = shielded(practice);
        let jane = practice.session("jane");
        assert_eq!(
            practice.shown(&jane, by_name("Maya", "Hollis", BORN)),
            [number]
        );
        assert_eq!(
            practice.shown(
                &jane,
                Query::of(
                    Visible {
                        number: Some(number),
                        ..Visible::default()
                    },
                    Hidden::default()
                )
                .unwrap()
            ),
            [number]
        );
        let hiddens = [
            Hidden {
                postcode: text::postcode("BS37 4AX").ok(),
                ..Hidden::default()
            },
            Hidden {
                place: Some(parse("Northfield Academy")),
                ..Hidden::default()
            },
            Hidden {
                place: Some(parse("Lakeside Surgery")),
                ..Hidden::default()
            },
            Hidden {
                carer: NamePart::parse("Hollis").ok(),
                ..Hidden::default()
            },
            Hidden {
                area: Some(OwnArea),
                ..Hidden::default()
            },
        ];
        for hidden in hiddens {
            for visible in [
                visible("Maya", "Hollis", Some(BORN)),
                Visible {
                    number: Some(number),
                    ..Visible::default()
                },
            ] {
                let query = Query::of(visible, hidden.clone()).unwrap();
                assert_eq!(practice.shown(&jane, query), [], "{hidden:?}");
            }
        }
    });
}

#[test]
fn x10_a_shielded_child_is_not_found_by_a_former_name() {
    both(|practice| {
        shielded(practice);
        let jane = practice.session("jane");
        let by_former_name = practice.shown(&jane, by_name("Maya", "Trevelyan", BORN));
        assert_eq!(
            by_former_name,
            practice.shown(&jane, by_name("Maya", "Quillington", BORN)),
            "it counts like any other"
        );
        let name_alone = Query::of(visible("Maya", "Trevelyan", None), Hidden::default()).unwrap();
        assert!(practice.shown(&jane, name_alone).is_empty());
    });
}

#[test]
fn r41_only_a_shielding_officer_places_a_shield_and_once() {
    both(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Maya", "Hollis", BORN));
        let refused = practice
            .store
            .shield(&jane, &reference, Ground::FleeingAbuse, practice.now())
            .unwrap();
        assert_eq!(refused, Err(Refusal::NotPermitted));
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
        assert_eq!(
            practice
                .store
                .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
                .unwrap(),
            Ok(())
        );
        let again = practice
            .store
            .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
            .unwrap();
        assert_eq!(again, Err(Refusal::AlreadySo));
    });
}

#[test]
#[allow(clippy::too_many_lines, reason = "one list of rows")]
fn f1_a_row_that_may_be_a_shielded_child_is_held_and_answered_like_any_other() {
    both(|practice| {
        shielded(practice);
        let open = Practice::sqlite();
        known(&open);
        let sam = practice.session("sam");
        let refreshes = [
            row("1", "Maya", "Hollis", BORN),
            row("new-key", "Maya", "Hollis", BORN),
            row("new-key", "Maia", "Holis", BORN),
            row("new-key", "Maya", "Hollis", date(2013, 8, 12)),
            row("new-key", "Hollis", "Maya", BORN),
            row("new-key", "Maya", "Trevelyan", BORN),
            with_nhs_number(
                row("new-key", "Other", "Person", date(2009, 1, 1)),
                "9434765919",
            ),
        ];
        for (index, mut refreshed) in refreshes.into_iter().enumerate() {
            refreshed.particulars.residence = None;
            assert_eq!(
                practice.accept(&[refreshed.clone()]),
                open.accept(&[refreshed.clone()]),
                "row {index}"
            );
            let name = refreshed.particulars.name.clone().unwrap();
            let query = Query::of(
                visible(
                    name.given.as_ref().unwrap().as_str(),
                    name.family.as_str(),
                    refreshed.particulars.born,
                ),
                Hidden::default(),
            );
            for number in practice.shown(&sam, query.unwrap()) {
                let disclosed = practice.opened(
                    &sam,
                    Query::of(
                        Visible {
                            number: Some(number),
                            ..Visible::default()
                        },
                        Hidden::default(),
                    )
                    .unwrap(),
                );
                let jane = practice.session("jane");
                let _ = disclosed;
                let reference = practice.opened(
                    &jane,
                    Query::of(
                        Visible {
                            number: Some(number),
                            ..Visible::default()
                        },
                        Hidden::default(),
                    )
                    .unwrap(),
                );
                let view = practice
                    .store
                    .disclose(&jane, &reference, practice.now())
                    .unwrap()
                    .unwrap();
                assert_eq!(
                    view.shielding(),
                    Shielding::Shielded,
                    "row {index} was published"
                );
            }
        }
        assert_eq!(
            practice.store.rows_waiting().unwrap(),
            0,
            "X2: no count tells of a held row"
        );
    });
}

#[test]
fn c20_a_source_that_restricts_its_record_shields_it_at_once() {
    both(|practice| {
        let mut restricted = row("1", "Maya", "Hollis", BORN);
        restricted.restriction = Restriction::AtSource;
        assert_eq!(practice.accept(&[restricted]), [Outcome::Accepted]);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, by_name("Maya", "Hollis", BORN));
        let view = practice
            .store
            .disclose(&jane, &reference, practice.now())
            .unwrap()
            .unwrap();
        assert_eq!(view.shielding(), Shielding::Shielded);
    });
}

#[test]
fn f1_a_row_in_the_same_batch_as_the_restriction_is_held_too() {
    both(|practice| {
        let mut restricted = row("1", "Maya", "Hollis", BORN);
        restricted.restriction = Restriction::AtSource;
        practice.accept(&[restricted, row("2", "Maya", "Hollis", BORN)]);
        let jane = practice.session("jane");
        assert_eq!(
            practice.shown(&jane, by_name("Maya", "Hollis", BORN)).len(),
            1
        );
    });
}

fn spelling(name: &str, slip: u8) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = usize::from(slip) % letters.len();
    match slip % 4 {
        0 if letters.len() > 3 => {
            letters.remove(at.max(1));
        }
        1 => letters.insert(at + 1, letters[at]),
        2 if at + 1 < letters.len() && at > 0 => letters.swap(at, at + 1),
        _ => {}
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn f1_no_refresh_makes_a_hidden_value_readable(slips in prop::collection::vec((any::<u8>(), any::<u8>(), any::<bool>(), 0u8..4), 1..8)) {
        let practice = Practice::sqlite();
        shielded(&practice);
        let jane = practice.session("jane");
        for (index, (given, family, swapped, key)) in slips.into_iter().enumerate() {
            let (given, family) = (spelling("Maya", given), spelling("Hollis", family));
            let (given, family) = if swapped { (family, given) } else { (given, family) };
            let mut refreshed = row(&format!("k{key}-{index}"), &given, &family, BORN);
            refreshed.particulars.residence = refreshed.particulars.residence.map(|mut residence| {
                if let directory::address::AddressState::Current(address) = &mut residence.state {
                    address.postcode = text::postcode("SW1A 2AA").ok();
                }
                residence
            });
            practice.accept(&[refreshed]);
        }
        for postcode in ["BS37 4AX", "SW1A 2AA"] {
            for (given, family) in [("Maya", "Hollis"), ("Hollis", "Maya")] {
                let hidden = Hidden { postcode: text::postcode(postcode).ok(), ..Hidden::default() };
                let query = Query::of(visible(given, family, Some(BORN)), hidden).unwrap();
                prop_assert!(practice.shown(&jane, query).is_empty());
            }
        }
    }
}
