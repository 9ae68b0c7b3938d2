//! Which source wins, what of it is shown and until when, whatever the order in which it was said.

#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use crate::access::Viewer;
use crate::account::AccountId;
use crate::name::Gender;
use crate::number::Number;
use crate::precedence::Precedence;
use crate::record::{Author, Decided};
use crate::sample::{self, TODAY, catalogue, involved, particulars, record, said, source};
use crate::service::Classification;
use crate::setting::{Education, PrimaryCare};
use crate::shield::Ground;
use crate::statement::SourceKind;
use crate::text::{PlaceCode, email, telephone};
use crate::working::tests::{an_involvement, days_ago};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

fn view(record: &Record) -> Child {
    child(record, &catalogue(), TODAY)
}

fn empty() -> Record {
    Record::empty(Number::from_random(1))
}

/// A record in which each source says one thing, confirmed that many days ago.
fn of(rows: Vec<(SourceKind, i32, Particulars)>) -> Record {
    let mut record = empty();
    for (index, (kind, days_ago, particulars)) in rows.into_iter().enumerate() {
        let source = source(kind, "supplier", &index.to_string());
        record.accept(source, said(particulars), TODAY - days_ago.days());
    }
    record
}

fn named(text: &str) -> Particulars {
    Particulars {
        name: Some(sample::name(text)),
        ..Particulars::default()
    }
}

fn born(day: Date) -> Particulars {
    Particulars {
        born: Some(day),
        ..Particulars::default()
    }
}

fn living(line: &str) -> Particulars {
    Particulars {
        residence: Some(sample::residence(line, sample::AREA)),
        ..Particulars::default()
    }
}

fn state(state: AddressState) -> Particulars {
    let residence = Residence {
        state,
        authority: None,
    };
    Particulars {
        residence: Some(residence),
        ..Particulars::default()
    }
}

fn school(code: &str) -> Particulars {
    let place = PlaceCode::parse(code).unwrap();
    Particulars {
        education: Some(Education::Registered { place, since: None }),
        ..Particulars::default()
    }
}

#[test]
fn r82_for_each_field_its_own_source_is_believed_before_a_fresher_one() {
    let winners = |value: fn(SourceKind) -> Particulars| {
        let mut kinds: Vec<SourceKind> = SourceKind::ALL.to_vec();
        let mut order = Vec::new();
        while !kinds.is_empty() {
            // The best of those left says its own name, though it was confirmed the longest ago.
            let won = kinds.iter().copied().find(|kind| {
                let rows = kinds.iter().map(|other| {
                    let days_ago = if other == kind { 300 } else { 1 };
                    (*other, days_ago, value(*other))
                });
                let view = view(&of(rows.collect()));
                let kinds = [
                    view.name.map(|item| item.provenance.kind),
                    view.born.map(|item| item.provenance.kind),
                    view.gender.map(|item| item.provenance.kind),
                    view.residence.map(|item| item.provenance.kind),
                    view.education.map(|item| item.provenance.kind),
                    view.primary_care.map(|item| item.provenance.kind),
                ];
                kinds.contains(&Some(*kind))
            });
            let Some(won) = won else { break };
            order.push(won);
            kinds.retain(|kind| *kind != won);
        }
        order
    };
    use SourceKind::{Births, Census, ChildBenefit, Local, Nhs};
    let starts = |order: Vec<SourceKind>, with: &[SourceKind]| {
        assert_eq!(order.get(..with.len()), Some(with));
    };
    starts(
        winners(|_| named("A B")),
        &[Nhs, Census, ChildBenefit, Births],
    );
    starts(
        winners(|_| born(TODAY)),
        &[Births, Nhs, ChildBenefit, Census],
    );
    let gender = |_| Particulars {
        gender: Some(Gender::Male),
        ..Particulars::default()
    };
    starts(winners(gender), &[Nhs, Census, ChildBenefit, Births]);
    starts(
        winners(|_| living("1 Elm")),
        &[Nhs, Census, ChildBenefit, Local],
    );
    starts(winners(|_| school("1")), &[Census, Local]);
    let practice = |_| Particulars {
        primary_care: Some(PrimaryCare::NotRegistered),
        ..Particulars::default()
    };
    starts(winners(practice), &[Nhs]);
}

#[test]
fn among_sources_of_one_kind_the_freshest_wins_and_says_when() {
    let record = of(vec![
        (SourceKind::Nhs, 2, living("2 New Road")),
        (SourceKind::Nhs, 90, living("1 Old Road")),
    ]);
    let residence = view(&record).residence.unwrap();
    assert_eq!(
        residence.value,
        sample::residence("2 New Road", sample::AREA)
    );
    assert_eq!(residence.provenance.last_confirmed, Some(TODAY - 2.days()));
}

#[test]
fn r82_a_source_silent_for_a_year_gives_way_where_children_move() {
    let record = of(vec![
        (SourceKind::Nhs, 400, living("1 Old Road")),
        (SourceKind::Census, 2, living("2 New Road")),
        (SourceKind::Births, 4000, born(date(2011, 5, 14))),
        (SourceKind::Nhs, 2, born(date(2011, 5, 15))),
    ]);
    let view = view(&record);
    assert_eq!(
        view.residence.unwrap().value,
        sample::residence("2 New Road", sample::AREA)
    );
    assert_eq!(
        view.born.unwrap().value,
        date(2011, 5, 14),
        "a birth stays where it was registered"
    );
}

#[test]
fn l1_the_last_known_address_only_if_none_is_current() {
    let AddressState::Current(address) = sample::residence("1 Old Road", sample::AREA).state else {
        panic!("no address");
    };
    let last_known = || state(AddressState::LastKnown(address.clone()));
    let kind = |rows| view(&of(rows)).residence.map(|item| item.provenance.kind);
    use SourceKind::{Census, ChildBenefit, Nhs};
    assert_eq!(
        kind(vec![
            (Nhs, 1, state(AddressState::NoKnown)),
            (ChildBenefit, 1, last_known()),
            (Census, 9, living("2 New Road")),
        ]),
        Some(Census)
    );
    assert_eq!(
        kind(vec![
            (Nhs, 1, state(AddressState::NoKnown)),
            (ChildBenefit, 1, last_known()),
        ]),
        Some(ChildBenefit)
    );
    assert_eq!(
        kind(vec![(Nhs, 1, state(AddressState::NoKnown))]),
        Some(Nhs)
    );
}

#[test]
fn r19_unknown_is_unknown_and_stated_is_stated() {
    let nothing = view(&of(vec![(SourceKind::Nhs, 1, named("Kelly Marsh"))]));
    assert_eq!((&nothing.education, &nothing.primary_care), (&None, &None));
    assert_eq!((&nothing.born, &nothing.gender), (&None, &None));
    assert_eq!(nothing.residence, None);
    for stated in [
        Education::AtHome,
        Education::Otherwise,
        Education::NotRegistered,
    ] {
        let row = Particulars {
            education: Some(stated.clone()),
            ..Particulars::default()
        };
        let view = view(&of(vec![(SourceKind::Local, 1, row)]));
        assert_eq!(view.education.map(|item| item.value), Some(stated));
    }
}

#[test]
fn r19_leaving_school_for_home_is_seen_when_the_school_says_nothing_more() {
    let home = Particulars {
        education: Some(Education::AtHome),
        ..Particulars::default()
    };
    let rows = vec![
        (SourceKind::Census, 400, school("109364")),
        (SourceKind::Local, 5, home),
    ];
    let education = view(&of(rows)).education.unwrap();
    assert_eq!(education.value, Education::AtHome);
}

#[test]
fn a_placeholder_gives_way_to_a_name_and_is_never_a_former_one() {
    for placeholder in ["Marsh", "Baby Marsh", "Baby Girl Marsh"] {
        let mut record = of(vec![
            (SourceKind::Nhs, 1, named(placeholder)),
            (SourceKind::Births, 200, named("Kelly Marsh")),
        ]);
        let name = view(&record).name.unwrap();
        assert_eq!(name.value, sample::name("Kelly Marsh"), "{placeholder}");
        let nhs = source(SourceKind::Nhs, "supplier", "0");
        record.accept(nhs, said(named("Kelly Ann Marsh")), TODAY);
        let after = view(&record);
        assert_eq!(after.name.unwrap().value, sample::name("Kelly Ann Marsh"));
        assert!(after.former_names.is_empty(), "{:?}", after.former_names);
    }
    let alone = view(&of(vec![(SourceKind::Nhs, 1, named("Baby Marsh"))]));
    assert_eq!(alone.name.unwrap().value, sample::name("Baby Marsh"));
}

fn called(record: &Record) -> Vec<(String, SourceKind)> {
    let others = view(record).other_names.into_iter();
    others
        .map(|item| (item.value.to_string(), item.provenance.kind))
        .collect()
}

#[test]
fn r11_what_another_source_calls_the_child_is_said_with_its_source_once_and_only_if_it_says_more() {
    let mut older = named("Kelly Ellery");
    older.former_names = vec![sample::name("Kelly Dunn")];
    let record = of(vec![
        (SourceKind::Nhs, 30, named("Kelly Rose Marsh")),
        (SourceKind::Census, 20, named("Kit Marsh")),
        (SourceKind::ChildBenefit, 10, named("KIT MARSH")),
        (SourceKind::Births, 9, named("kelly marsh")),
        (SourceKind::Local, 8, named("Baby Marsh")),
        (SourceKind::Local, 7, named("Rose Marsh")),
        (SourceKind::Local, 6, named("Kelly Dunn")),
        (SourceKind::Local, 5, older),
    ]);
    assert_eq!(
        view(&record).name.unwrap().value,
        sample::name("Kelly Rose Marsh")
    );
    let expected = [
        ("Kelly Ellery", SourceKind::Local),
        ("Rose Marsh", SourceKind::Local),
        ("KIT MARSH", SourceKind::ChildBenefit),
    ];
    assert_eq!(
        called(&record),
        expected.map(|(name, kind)| (name.to_owned(), kind)),
        "what is part of the name shown, or former to any source, is not said again"
    );
}

#[test]
fn r31_the_name_that_only_a_sensitive_service_gives_is_not_said() {
    let mut record = of(vec![(SourceKind::Nhs, 9, named("Kelly Marsh"))]);
    let clinic = |key: &str| source(SourceKind::Local, "northfield", key);
    record.accept(clinic("child"), said(named("Kit Ellery")), TODAY);
    assert_eq!(called(&record).len(), 1);
    record.accept(clinic("service"), sample::sensitive("SH01"), TODAY);
    assert!(called(&record).is_empty());
}

#[test]
fn c18_x10_a_list_and_a_shield_show_no_name_of_another_source() {
    let mut record = of(vec![
        (SourceKind::Nhs, 9, named("Kelly Marsh")),
        (SourceKind::Census, 8, named("Kit Ellery")),
    ]);
    let nurse = sample::practitioner();
    let seen = |record: &Record| {
        let view = view(record).seen_by(Viewer::Practitioner, &nurse);
        format!("{:?}", view.unwrap())
    };
    assert!(seen(&record).contains("Ellery"));
    let listed = view(&record).seen_by(Viewer::Practitioner, &nurse).unwrap();
    assert!(!format!("{:?}", listed.listed()).contains("Ellery"));
    record.decide(
        Author::Account(AccountId(9)),
        sample::now(),
        Decided::ShieldPlaced(Ground::AdoptionThreat),
    );
    assert!(!seen(&record).contains("Ellery"));
}

#[test]
fn l1_former_names_are_those_stated_and_those_replaced_each_once() {
    let mut record = of(vec![(SourceKind::Nhs, 9, named("Kelly Turner"))]);
    let mut row = named("Kelly Marsh");
    row.former_names = vec![sample::name("kelly turner"), sample::name("Kelly Reed")];
    let nhs = source(SourceKind::Nhs, "supplier", "0");
    record.accept(nhs, said(row), TODAY);
    let former: Vec<String> = view(&record)
        .former_names
        .iter()
        .map(|item| item.value.to_string().to_lowercase())
        .collect();
    assert_eq!(former, ["kelly turner", "kelly reed"]);
    let by = |item: &Item<Name>| (item.provenance.kind, item.provenance.last_confirmed);
    assert!(
        view(&record)
            .former_names
            .iter()
            .all(|item| by(item) == (SourceKind::Nhs, Some(TODAY)))
    );
}

#[test]
fn r12_a_carer_is_shown_once_with_the_freshest_word() {
    let mut fresh = particulars();
    fresh.carers[0].telephone = None;
    let mut old = particulars();
    old.carers[0].name = sample::name("RUTH MARSH");
    old.carers[0].email = email("old@home.example").ok();
    let record = of(vec![
        (SourceKind::ChildBenefit, 90, old),
        (SourceKind::Nhs, 1, fresh),
    ]);
    let carers = view(&record).carers;
    assert_eq!(carers.len(), 1);
    let carer = &carers[0].value;
    assert_eq!(carer.email, email("ruth@home.example").ok());
    assert_eq!(carer.telephone, telephone("01632 960 001").ok());
}

fn caring(name: &str, telephone_number: &str, address: &str) -> Particulars {
    Particulars {
        carers: vec![Carer {
            name: sample::name(name),
            telephone: telephone(telephone_number).ok(),
            email: email(address).ok(),
        }],
        ..Particulars::default()
    }
}

fn ordered(kinds: &[SourceKind]) -> Survivorship {
    let order = Precedence::of_field(Believed::Carers, kinds.to_vec()).unwrap();
    Survivorship::default().with(Believed::Carers, order)
}

/// The parents and carers that are shown by an order.
fn carers_by(record: &Record, kinds: &[SourceKind]) -> Vec<Item<Carer>> {
    shown(record, (&catalogue(), &ordered(kinds)), TODAY).carers
}

fn names(carers: &[Item<Carer>]) -> Vec<String> {
    carers.iter().map(|c| c.value.name.to_string()).collect()
}

#[test]
fn r12_r82_an_order_says_whose_word_on_a_carer_stands_and_takes_no_carer_away() {
    use SourceKind::{Census, ChildBenefit, Nhs};
    let record = of(vec![
        (Nhs, 1, caring("Ruth Marsh", "01632 960 001", "")),
        (Nhs, 2, caring("Sam Reed", "01632 960 003", "")),
        (
            ChildBenefit,
            90,
            caring("RUTH MARSH", "01632 960 002", "r@home.example"),
        ),
    ]);
    let ruth = |kinds: &[SourceKind]| {
        let carers = carers_by(&record, kinds);
        let ruth = carers.iter().find(|one| one.value.email.is_some()).unwrap();
        (ruth.value.telephone.clone(), ruth.provenance.kind)
    };
    let number = |text: &str| telephone(text).ok();
    // Who adds an address of ninety days ago is named in either case.
    assert_eq!(ruth(&[]), (number("01632 960 001"), ChildBenefit));
    assert_eq!(ruth(&[Census, Nhs]), ruth(&[]));
    assert_eq!(
        ruth(&[ChildBenefit, Nhs]),
        (number("01632 960 002"), ChildBenefit)
    );
    assert_eq!(names(&carers_by(&record, &[])), ["Ruth Marsh", "Sam Reed"]);
    assert_eq!(
        names(&carers_by(&record, &[ChildBenefit])),
        ["RUTH MARSH", "Sam Reed"]
    );
    assert_eq!(
        view(&record).carers,
        carers_by(&record, &[]),
        "as it is filed"
    );
}

#[test]
fn r12_how_to_reach_a_carer_is_as_old_as_its_oldest_part_whoever_is_believed() {
    use SourceKind::{ChildBenefit, Nhs};
    let record = of(vec![
        (Nhs, 1, caring("Ruth Marsh", "", "r@home.example")),
        (ChildBenefit, 90, caring("Ruth Marsh", "01632 960 002", "")),
    ]);
    for kinds in [&[][..], &[Nhs], &[ChildBenefit]] {
        let carers = carers_by(&record, kinds);
        let by = &carers[0].provenance;
        assert_eq!(
            (by.kind, by.last_confirmed),
            (ChildBenefit, Some(TODAY - 90.days()))
        );
        let carer = &carers[0].value;
        assert!(carer.telephone.is_some() && carer.email.is_some());
    }
}

#[test]
fn r82_a_source_silent_for_a_year_gives_way_in_what_it_says_of_carers() {
    use SourceKind::{ChildBenefit, Nhs};
    let telephone_after = |days_ago| {
        let record = of(vec![
            (Nhs, 1, caring("Ruth Marsh", "01632 960 001", "")),
            (
                ChildBenefit,
                days_ago,
                caring("Ruth Marsh", "01632 960 002", ""),
            ),
        ]);
        carers_by(&record, &[ChildBenefit])[0]
            .value
            .telephone
            .clone()
    };
    assert_eq!(telephone_after(300), telephone("01632 960 002").ok());
    assert_eq!(telephone_after(400), telephone("01632 960 001").ok());
}

#[test]
fn of_more_carers_than_are_shown_those_of_the_believed_source_stay() {
    let mut rows: Vec<_> = (0..CARERS_MAX)
        .map(|at| {
            let name = format!("Carer {}", "A".repeat(at + 1));
            (SourceKind::Nhs, 1, caring(&name, "", ""))
        })
        .collect();
    rows.push((SourceKind::Local, 90, caring("Ruth Marsh", "", "")));
    let record = of(rows);
    let has_ruth = |kinds: &[SourceKind]| {
        let carers = carers_by(&record, kinds);
        assert_eq!(carers.len(), CARERS_MAX);
        names(&carers).contains(&"Ruth Marsh".to_owned())
    };
    assert!(!has_ruth(&[]) && !has_ruth(&[SourceKind::Nhs]) && has_ruth(&[SourceKind::Local]));
}

#[test]
fn x10_behind_a_shield_carers_are_shown_by_the_built_in_order() {
    let mut record = of(vec![
        (
            SourceKind::Nhs,
            1,
            caring("Ruth Marsh", "01632 960 001", ""),
        ),
        (
            SourceKind::Local,
            90,
            caring("Ruth Marsh", "01632 960 002", ""),
        ),
    ]);
    let built_in = view(&record).carers;
    assert_ne!(carers_by(&record, &[SourceKind::Local]), built_in);
    record.decide(
        Author::Account(AccountId(9)),
        sample::now(),
        Decided::ShieldPlaced(Ground::AdoptionThreat),
    );
    assert_eq!(carers_by(&record, &[SourceKind::Local]), built_in);
}

#[test]
fn a_word_dated_ahead_is_not_believed_the_more() {
    let record = of(vec![
        (SourceKind::Nhs, -900, living("1 Old Road")),
        (SourceKind::Nhs, 0, living("2 New Road")),
    ]);
    let residence = view(&record).residence.unwrap();
    assert_eq!(residence.provenance.last_confirmed, Some(TODAY));
}

#[test]
fn r31_x13_one_or_three_sensitive_services_are_the_same_bytes() {
    let one = record();
    let mut three = record();
    for (supplier, service) in [("recovery", "SM01"), ("mental_health", "MH01")] {
        let mut row = particulars();
        row.carers[0].name = sample::name("Said AtTheClinic");
        row.former_names.push(sample::name("Another One"));
        three.accept(source(SourceKind::Local, supplier, "k"), said(row), TODAY);
        three.accept(
            source(SourceKind::Local, supplier, "s"),
            sample::sensitive(service),
            TODAY,
        );
    }
    assert_eq!(view(&one).sensitive_services, SensitiveServices::OneOrMore);
    assert_eq!(format!("{:?}", view(&one)), format!("{:?}", view(&three)));
}

#[test]
fn r31_a_sensitive_services_own_row_shows_nothing_of_itself() {
    let mut record = record();
    let mut row = living("9 Clinic Street");
    row.education = Some(Education::NotRegistered);
    record.accept(source(SourceKind::Local, "clinic", "k"), said(row), TODAY);
    assert_eq!(view(&record), view(&sample::record()));
    let mut unknown = empty();
    let row = named("Kelly Marsh");
    unknown.accept(source(SourceKind::Local, "clinic", "k"), said(row), TODAY);
    unknown.accept(
        source(SourceKind::Local, "clinic", "s"),
        sample::sensitive("SH01"),
        TODAY,
    );
    assert!(
        view(&unknown).name.is_some(),
        "C1: a child whom nobody else knows stays findable"
    );
    // The particulars came with the involvement, and only then: their day is its day.
    let of_name = |record: &Record| view(record).name.unwrap().provenance;
    assert_eq!(of_name(&unknown), Provenance::untold());
    unknown.accept(
        source(SourceKind::Local, "youth_club", "k"),
        said(named("Kelly Marsh")),
        TODAY,
    );
    let told = of_name(&unknown);
    assert_eq!(told.supplier.as_str(), "youth_club");
    assert_eq!(told.last_confirmed, Some(TODAY));
}

#[test]
fn x4_x5_a_withdrawn_sensitive_service_leaves_no_trace() {
    let mut record = record();
    let clinic = source(SourceKind::Local, "clinic", "1");
    record.withdraw(&clinic, TODAY);
    assert_eq!(view(&record).sensitive_services, SensitiveServices::None);
    assert!(!format!("{record:?}").contains("clinic"));
}

fn kind() -> impl Strategy<Value = SourceKind> {
    prop::sample::select(&SourceKind::ALL[..])
}

prop_compose! {
    fn a_row()(
        name in prop::option::of(prop::sample::select(vec!["Kelly Marsh", "Kelly Turner", "Baby Marsh", "Marsh"])),
        days_old in prop::option::of(0i32..9000), gender in prop::option::of(prop::sample::select(&Gender::ALL[..])),
        line in prop::option::of(prop::sample::select(vec!["1 Elm Road", "2 Oak Lane"])),
        carers in prop::collection::vec(prop::sample::select(vec!["Ruth Marsh", "ruth marsh", "Sam Reed"]), 0..3),
        school in prop::option::of(prop::sample::select(vec!["1", "2"])),
    ) -> Particulars {
        let carer = |name: &str| Carer { name: sample::name(name), telephone: None, email: None };
        Particulars {
            name: name.map(sample::name),
            born: days_old.map(|days| TODAY - days.days()),
            gender,
            residence: line.map(|line| sample::residence(line, sample::AREA)),
            carers: carers.into_iter().map(carer).collect(),
            education: school.map(|code| Education::Registered { place: PlaceCode::parse(code).unwrap(), since: None }),
            ..Particulars::default()
        }
    }
}

fn a_said() -> impl Strategy<Value = Said> {
    prop_oneof![
        3 => a_row().prop_map(said),
        4 => an_involvement().prop_map(involved),
        1 => prop::sample::select(vec!["SH01", "MH01"]).prop_map(sample::sensitive),
    ]
}

prop_compose! {
    /// Statements of any kind, each source with one that stands at most, as `accept` leaves them.
    fn statements()(
        rows in prop::collection::vec((kind(), prop::sample::select(vec!["nhs", "council", "clinic"]), days_ago(), days_ago(), any::<bool>(), a_said()), 0..14),
    ) -> Vec<Statement> {
        rows.into_iter().enumerate().map(|(index, (kind, supplier, first, last, stands, said))| Statement {
            source: source(kind, supplier, &index.to_string()),
            first_confirmed: TODAY - first.max(last).days(),
            last_confirmed: TODAY - last.days(),
            superseded: (!stands).then_some(TODAY),
            said,
        }).collect()
    }
}

fn with(statements: Vec<Statement>) -> Record {
    Record {
        statements,
        ..empty()
    }
}

proptest! {
    #[test]
    fn any_order_of_the_same_statements_is_the_same_view(
        (original, shuffled) in statements().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(view(&with(original)), view(&with(shuffled)));
    }

    #[test]
    fn r31_sensitive_services_change_the_indicator_and_nothing_else(
        all in statements(),
        more in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec!["SH01", "MH01", "SM01"]), days_ago()), 1..4),
        row in a_row(),
    ) {
        let plain: Vec<Statement> = all.into_iter().filter(|s| !matches!(s.said, Said::Sensitive(_))).collect();
        let named = Statement {
            source: source(SourceKind::Nhs, "nhs", "named"),
            first_confirmed: TODAY,
            last_confirmed: TODAY,
            superseded: None,
            said: said(named("Kelly Marsh")),
        };
        let plain: Vec<Statement> = plain.into_iter().chain([named]).collect();
        let mut sensitive = plain.clone();
        for (index, (at, service, days_ago)) in more.into_iter().enumerate() {
            for (key, said) in [("s", sample::sensitive(service)), ("k", said(row.clone()))] {
                let statement = Statement {
                    source: source(SourceKind::Local, "the_clinic", &format!("{key}{index}")),
                    first_confirmed: TODAY - days_ago.days(),
                    last_confirmed: TODAY - days_ago.days(),
                    superseded: None,
                    said,
                };
                sensitive.insert(at.index(sensitive.len() + 1), statement);
            }
        }
        let mut expected = view(&with(plain));
        expected.sensitive_services = SensitiveServices::OneOrMore;
        prop_assert_eq!(format!("{expected:?}"), format!("{:?}", view(&with(sensitive))));
    }

    #[test]
    fn x13_taking_a_service_out_of_the_catalogue_is_as_if_it_had_never_been_recorded(all in statements()) {
        let mut without = catalogue();
        without.put(sample::service("EH01", "Early help", Classification::Sensitive));
        let never: Vec<Statement> = all.iter()
            .filter(|s| !matches!(&s.said, Said::Involvement(one) if one.service.as_str() == "EH01"))
            .cloned()
            .collect();
        prop_assert_eq!(child(&with(all), &without, TODAY), child(&with(never), &catalogue(), TODAY));
    }

    #[test]
    fn any_record_on_any_day_is_answered(all in statements(), year in -9999i16..=9999, month in 1i8..=12, day in 1i8..=28) {
        let day = date(year, month, day);
        let view = child(&with(all), &catalogue(), day);
        prop_assert!(view.former_names.len() <= BESIDES_MAX && view.other_names.len() <= BESIDES_MAX);
        prop_assert!(view.carers.len() <= CARERS_MAX);
        let mut besides: Vec<String> = view.former_names.iter().chain(&view.other_names).chain(&view.name)
            .map(|item| item.value.to_string().to_lowercase())
            .collect();
        let listed = besides.len();
        besides.sort();
        besides.dedup();
        prop_assert_eq!(besides.len(), listed, "each name once");
    }

    #[test]
    fn r12_no_order_of_sources_takes_a_carer_away_or_changes_anything_else(
        all in statements(),
        kinds in prop::sample::subsequence(&Precedence::KINDS[..], 0..=5).prop_shuffle(),
    ) {
        let record = with(all);
        let mut by_order = shown(&record, (&catalogue(), &ordered(&kinds)), TODAY);
        let mut built_in = view(&record);
        let folded = |child: &mut Child| {
            let carers = std::mem::take(&mut child.carers);
            let mut names: Vec<String> = names(&carers).iter().map(|name| name.to_lowercase()).collect();
            names.sort();
            names
        };
        prop_assert_eq!(folded(&mut by_order), folded(&mut built_in));
        prop_assert_eq!(by_order, built_in);
    }

    #[test]
    fn a_view_is_a_function(all in statements()) {
        let record = with(all);
        prop_assert_eq!(view(&record), view(&record.clone()));
    }
}
