//! A model that one process gives the directory is taken up by the others that run, with the next request of anybody.

use directory::account::Suspension;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Supplier};
use directory::text::SupplierCode;
use jiff::civil::date;
use store::{Assertion, MatchingModel, Scope, SupplierClient};

use crate::practice::{Practice, both, parse, row};

/// A model by which nothing is sure enough to join.
fn unsure() -> MatchingModel {
    let text = MatchingModel::built_in().unwrap().to_text();
    let changed = text.replace("thresholds\t4\t", "thresholds\t900\t");
    assert_ne!(text, changed);
    MatchingModel::parse(&changed).unwrap()
}

/// What becomes of a row by another supplier of a child who is known.
fn joins(practice: &Practice, key: &str) -> Vec<Outcome> {
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    let like = [row(key, "Amina", "Hussain", date(2016, 3, 1))];
    let store = &practice.store;
    store.accept(&census, &like, practice.now()).unwrap()
}

/// The practice with a child, and another process that gives it a model while the first one runs.
fn given(practice: &Practice) {
    practice.accept(&[row("1", "Amina", "Hussain", date(2016, 3, 1))]);
    practice.reopened().set_matching_model(unsure()).unwrap();
}

fn link_bits(practice: &Practice) -> f32 {
    practice.store.matching_model().thresholds().link_bits
}

#[test]
fn a_process_that_runs_takes_up_a_model_when_somebody_asks_for_a_page() {
    both(|practice| {
        let (_, secret) = practice.signed_in("jane");
        given(practice);
        assert!(link_bits(practice) < 900.0, "nobody has asked anything");
        let resumed = practice.store.resume(&secret, practice.now());
        assert!(resumed.unwrap().is_some());
        assert!(link_bits(practice) >= 900.0);
        assert_eq!(joins(practice, "c1"), [Outcome::Waiting]);
        assert!(practice.reopened().matching_model().thresholds().link_bits >= 900.0);
    });
}

#[test]
fn a_process_that_runs_takes_up_a_model_when_a_suppliers_program_sends_something() {
    both(|practice| {
        let (store, secret) = (&practice.store, "a".repeat(64));
        let supplier = SupplierCode::parse("local-40").unwrap();
        let client = SupplierClient {
            supplier: supplier.clone(),
            mapping: "name = \"centre\"".into(),
            keys: vec![b"one".to_vec()],
            suspension: Suspension::None,
        };
        store.put_supplier_client(&client, practice.now()).unwrap();
        let assertion = Assertion {
            supplier,
            id: "a".into(),
            expires: practice.after_seconds(0).at,
            scope: Scope::Supply,
        };
        let now = practice.now();
        store.take_assertion(&assertion, &secret, now).unwrap();
        given(practice);
        assert!(store.supplying(&secret, practice.now()).unwrap().is_some());
        assert_eq!(joins(practice, "c1"), [Outcome::Waiting]);
    });
}
