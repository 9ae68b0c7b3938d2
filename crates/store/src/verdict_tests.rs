#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use directory::name::{Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::statement::Particulars;
use directory::text::{NamePart, Text};
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::matching_model::{MatchingModel, MatchingModelError};
use crate::portrayed::Portrayed;

const THRESHOLDS: Thresholds = Thresholds {
    link_bits: 4.0,
    review_bits: -3.0,
    guarded_bits: -8.0,
};

fn likened(bits: f32) -> Likened {
    Likened {
        bits,
        widest_bits: bits,
        nearest_bits: bits,
        is_identical: false,
        shares_number: false,
        numbers_differ: false,
        is_household: false,
        is_another: false,
        is_namesake: false,
    }
}

fn standing(id: i64, bits: f32) -> Standing {
    Standing {
        id,
        likened: likened(bits),
        is_other_row: false,
    }
}

fn decided(standings: &[Standing]) -> Verdict {
    decide(standings.to_vec(), Joins::ByLikeness, &THRESHOLDS)
}

#[test]
fn whom_names_and_birth_tell_apart_comes_after_all_others_whatever_a_number_says() {
    let of = |bits, is_another| {
        Likelihood::of(&Likened {
            is_another,
            ..likened(bits)
        })
    };
    assert!(of(-2.0, false) > of(20.0, true));
    assert!(of(3.001, false) > of(3.0, false));
    assert!(of(3.001, true) > of(3.0, true));
    assert_eq!(of(f32::NEG_INFINITY, true), of(f32::NEG_INFINITY, true));
}

#[test]
fn one_of_them_nobody_or_a_question() {
    assert_eq!(decided(&[]), Verdict::New);
    assert_eq!(decided(&[standing(1, -3.5)]), Verdict::New);
    assert_eq!(decided(&[standing(1, 0.0)]), Verdict::Review(vec![1]));
    assert_eq!(
        decided(&[standing(1, 9.0), standing(2, 1.0)]),
        Verdict::Link(1)
    );
    assert_eq!(
        decided(&[standing(1, 9.0), standing(2, 10.0)]),
        Verdict::Review(vec![2, 1]),
        "of two alike neither is taken"
    );
}

#[test]
fn what_contradicts_never_links_by_itself() {
    let against: [fn(&mut Standing); 4] = [
        |it| it.likened.numbers_differ = true,
        |it| it.likened.is_household = true,
        |it| it.is_other_row = true,
        |it| (it.likened.shares_number, it.likened.is_another) = (true, true),
    ];
    for change in against {
        let mut one = standing(1, 40.0);
        change(&mut one);
        assert_eq!(decided(&[one]), Verdict::Review(vec![1]));
    }
}

#[test]
fn other_names_at_one_address_on_one_birthday_are_other_children() {
    let mut other = standing(1, 8.0);
    other.likened.is_another = true;
    assert_eq!(decided(&[other]), Verdict::New);
    other.likened.shares_number = true;
    assert_eq!(decided(&[other]), Verdict::Review(vec![1]));
}

#[test]
fn two_rows_of_one_supplier_with_two_numbers_are_two_children() {
    let mut twin = standing(1, 3.0);
    twin.is_other_row = true;
    assert_eq!(decided(&[twin]), Verdict::Review(vec![1]));
    twin.likened.numbers_differ = true;
    assert_eq!(decided(&[twin]), Verdict::New);
    twin.likened.is_identical = true;
    assert_eq!(decided(&[twin]), Verdict::Review(vec![1]));
}

#[test]
fn r31_a_sensitive_services_row_joins_exactly_or_is_asked_about() {
    let sure = standing(1, 40.0);
    let exactly = |it| decide(vec![it], Joins::ExactlyOnly, &THRESHOLDS);
    assert_eq!(exactly(sure), Verdict::Review(vec![1]));
    let mut identical = sure;
    identical.likened.is_identical = true;
    assert_eq!(exactly(identical), Verdict::Link(1));
}

#[test]
fn f1_a_row_of_an_open_child_is_held_for_more_than_a_twins_likeness_only() {
    let mut twin = likened(-30.0);
    twin.widest_bits = 20.0;
    assert_eq!(is_held(&twin, false, &THRESHOLDS), Hold::Yes);
    assert_eq!(is_held(&twin, true, &THRESHOLDS), Hold::No);
    twin.is_namesake = true;
    assert_eq!(is_held(&twin, true, &THRESHOLDS), Hold::Yes);
    // What it is like waits behind the shield, and is hardly of the child.
    twin.nearest_bits = twin.widest_bits;
    twin.widest_bits = -20.0;
    assert_eq!(is_held(&twin, true, &THRESHOLDS), Hold::NearWaiting);
    twin.is_identical = true;
    assert_eq!(is_held(&twin, true, &THRESHOLDS), Hold::Yes);
}

fn standings() -> impl Strategy<Value = Vec<Standing>> {
    let one = (-12.0_f32..30.0, any::<[bool; 4]>()).prop_map(|(bits, flags)| {
        let [is_identical, shares_number, numbers_differ, is_household] = flags;
        Likened {
            is_identical,
            shares_number,
            numbers_differ,
            is_household,
            ..likened(bits)
        }
    });
    prop::collection::vec(one, 0..4).prop_map(|all| {
        let standing = |(id, likened)| Standing {
            id,
            likened,
            is_other_row: false,
        };
        (1..).zip(all).map(standing).collect()
    })
}

proptest! {
    /// Whoever would be linked or asked about, were the child not shielded, is held when the child is (F1): the guarded threshold is
    /// never the higher one.
    #[test]
    fn f1_what_is_linked_is_held_behind_a_shield(standings in standings()) {
        let verdict = decided(&standings);
        if let Verdict::Link(id) = verdict {
            let linked = standings.iter().find(|it| it.id == id).unwrap();
            prop_assert_eq!(is_held(&linked.likened, false, &THRESHOLDS), Hold::Yes);
        }
    }

    /// More that speaks for a child never makes a linked row a new child.
    #[test]
    fn more_agreement_never_turns_a_link_into_a_new_child(standings in standings(), place in 0_usize..4, more in 0.0_f32..20.0) {
        let before = decided(&standings);
        let mut after = standings;
        if let Some(one) = after.get_mut(place) {
            one.likened.bits += more;
        }
        prop_assert!(before == Verdict::New || decided(&after) != Verdict::New);
    }
}

fn text<K: directory::text::Kind>(text: &str) -> Text<K> {
    Text::parse(text).unwrap()
}

fn known() -> Particulars {
    Particulars {
        name: Some(Name {
            given: NamePart::parse("Maya").ok(),
            family: text("Hollis"),
        }),
        born: Some(date(2013, 8, 21)),
        gender: Some(Gender::Female),
        other_numbers: vec![OtherNumber::parse(Scheme::Nhs, "9434765919").unwrap()],
        ..Particulars::default()
    }
}

proptest! {
    /// A row that agrees in one field more is no less of the child: what was linked or asked about does not become new.
    #[test]
    fn a_field_that_agrees_never_makes_a_row_new(differ in any::<[bool; 4]>(), mended in 0_usize..4) {
        let row = |differ: [bool; 4]| {
            let mut row = known();
            if differ[0] {
                row.name.as_mut().unwrap().given = NamePart::parse("Mya").ok();
            }
            if differ[1] {
                row.name.as_mut().unwrap().family = text("Holis");
            }
            if differ[2] {
                row.born = Some(date(2013, 8, 12));
            }
            if differ[3] {
                row.other_numbers.clear();
            }
            row
        };
        let model = MatchingModel::built_in().unwrap();
        let known = Portrayed::of_row(&known()).unwrap();
        let verdict = |differ| {
            let likened = Portrayed::of_row(&row(differ)).unwrap().likened(&known, model.scales());
            let one = Standing { id: 1, likened, is_other_row: false };
            decide(vec![one], Joins::ByLikeness, model.thresholds())
        };
        let row_of = |differ| Portrayed::of_row(&row(differ)).unwrap();
        let decided_by = row_of(differ).likened(&known, model.scales()).bits;
        let differing = row_of(differ);
        let (one, other) = differing.nearest(&known, model.scales()).unwrap();
        let explained = model.scales().explain(one, other).total_bits;
        prop_assert!((explained - decided_by).abs() < 1e-3, "what is explained is what was decided by");
        let mut mending = differ;
        mending[mended] = false;
        prop_assert!(verdict(differ) == Verdict::New || verdict(mending) != Verdict::New);
    }
}

#[test]
fn the_built_in_model_is_read_again_from_its_text() {
    let model = MatchingModel::built_in().unwrap();
    assert_eq!(MatchingModel::parse(&model.to_text()).unwrap(), *model);
    let thresholds = model.thresholds();
    assert!(thresholds.guarded_bits <= thresholds.review_bits);
    assert!(thresholds.review_bits <= thresholds.link_bits);
    let line = format!(
        "thresholds\t{}\t{}\t{}\n",
        thresholds.link_bits, thresholds.review_bits, thresholds.guarded_bits
    );
    let text = model.to_text();
    assert!(text.contains(&line));
    let higher = text.replace(&line, "thresholds\t4\t-3\t0\n");
    assert_eq!(
        MatchingModel::parse(&higher),
        Err(MatchingModelError::Thresholds)
    );
}
