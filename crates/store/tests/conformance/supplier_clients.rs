//! Suppliers' programs: sealed, every change an event, an assertion taken once for ever, and a token that ends with everything it stands on.

use directory::account::Suspension;
use directory::run::RunId;
use directory::supplier_client::Fingerprint;
use directory::text::SupplierCode;
use jiff::civil::date;
use store::{Assertion, Begun, Scope, State, SupplierClient, Taken, Upload, upload_name};

use crate::practice::{Practice, both};

fn code() -> SupplierCode {
    SupplierCode::parse("local-40").unwrap()
}

fn client(keys: &[&[u8]]) -> SupplierClient {
    SupplierClient {
        supplier: code(),
        mapping: "name = \"centre\"".repeat(6_000),
        keys: keys.iter().map(|key| key.to_vec()).collect(),
        suspension: Suspension::None,
    }
}

fn assertion(practice: &Practice, id: &str) -> Assertion {
    Assertion {
        supplier: code(),
        id: id.into(),
        expires: practice.after_seconds(0).at,
        scope: Scope::Supply,
    }
}

#[test]
fn a_program_is_kept_as_it_was_put_and_every_change_is_in_the_ledger() {
    both(|practice| {
        let store = &practice.store;
        assert_eq!(store.supplier_client(&code()), Ok(None));
        let first = client(&[b"one"]);
        store.put_supplier_client(&first, practice.now()).unwrap();
        assert_eq!(store.supplier_client(&code()), Ok(Some(first)));
        let second = client(&[b"one", b"two"]);
        store.put_supplier_client(&second, practice.now()).unwrap();
        assert_eq!(store.supplier_clients(), Ok(vec![second.clone()]));
        for keys in [&[][..], &[b"one".as_slice(), b"two", b"three"][..]] {
            assert!(
                store
                    .put_supplier_client(&client(keys), practice.now())
                    .is_err()
            );
        }
        assert_eq!(practice.reopened().supplier_clients(), Ok(vec![second]));
        store.sequence(practice.now()).unwrap();
        let audit = store.verify(&[], &mut |_| {}).unwrap();
        assert!(audit.finding.is_none(), "{:?}", audit.finding);
    });
}

#[test]
fn an_assertion_is_taken_once_also_after_a_restart_and_by_two_at_once() {
    both(|practice| {
        let store = &practice.store;
        store
            .put_supplier_client(&client(&[b"one"]), practice.now())
            .unwrap();
        let take = |store: &store::Store, id: &str, secret: char| {
            let secret = secret.to_string().repeat(64);
            store.take_assertion(&assertion(practice, id), &secret, practice.now())
        };
        assert_eq!(take(store, "a", 'a'), Ok(Taken::Now));
        assert_eq!(take(store, "a", 'b'), Ok(Taken::Before));
        assert_eq!(take(&practice.reopened(), "a", 'c'), Ok(Taken::Before));
        assert_eq!(take(store, "b", 'd'), Ok(Taken::Now));
        let both: Vec<Taken> = std::thread::scope(|scope| {
            let tries = ['e', 'f', 'g', 'h']
                .map(|secret| scope.spawn(move || take(store, "c", secret).unwrap()));
            tries.map(|one| one.join().unwrap()).to_vec()
        });
        assert_eq!(both.iter().filter(|taken| **taken == Taken::Now).count(), 1);
        let is_good = |secret: char| {
            let secret = secret.to_string().repeat(64);
            store.supplying(&secret, practice.now()).unwrap().is_some()
        };
        assert!(is_good('a') && is_good('d'));
        assert!(!is_good('b') && !is_good('c'), "a replay bought nothing");
    });
}

#[test]
fn a_token_ends_by_itself_and_with_the_suspension_of_its_program() {
    both(|practice| {
        let store = &practice.store;
        let open = client(&[b"one"]);
        store.put_supplier_client(&open, practice.now()).unwrap();
        let secret = "a".repeat(64);
        let now = practice.now();
        store
            .take_assertion(&assertion(practice, "a"), &secret, now)
            .unwrap();
        let supplying = store.supplying(&secret, practice.now()).unwrap().unwrap();
        assert_eq!(
            (supplying.client, supplying.scope),
            (open.clone(), Scope::Supply)
        );
        for wrong in ["b".repeat(64), "a".repeat(63), String::new()] {
            assert_eq!(store.supplying(&wrong, practice.now()), Ok(None));
        }
        let suspended = SupplierClient {
            suspension: Suspension::Suspended,
            ..open.clone()
        };
        store
            .put_supplier_client(&suspended, practice.now())
            .unwrap();
        assert_eq!(store.supplying(&secret, practice.now()), Ok(None));
        store.put_supplier_client(&open, practice.now()).unwrap();
        assert!(store.supplying(&secret, practice.now()).unwrap().is_some());
        assert_eq!(
            store.supplying(&secret, practice.after_seconds(601)),
            Ok(None)
        );
    });
}

#[test]
fn a_file_is_begun_once_under_its_key_and_again_only_when_it_was_interrupted() {
    both(|practice| {
        let store = &practice.store;
        let upload = |content, state| Upload {
            supplier: code(),
            content: Fingerprint([content; 32]),
            extracted: date(2026, 7, 3),
            state,
            report: if matches!(state, State::Taking | State::Interrupted) {
                String::new()
            } else {
                "{\"é\":1}".repeat(9_000)
            },
            run: (state == State::Held).then_some(RunId(7)),
        };
        let name = upload_name(&code(), "k");
        let begin = |content| {
            let wanted = upload(content, State::Taking);
            store.begin_upload(name, &wanted, practice.now()).unwrap()
        };
        let known = |state| Begun::Known(Box::new(upload(1, state)));
        assert_eq!(begin(1), Begun::ToTake);
        assert_eq!(begin(1), known(State::Taking));
        assert_eq!(begin(2), known(State::Taking), "and not the other");
        practice.after_seconds(301);
        assert_eq!(begin(2), known(State::Interrupted));
        assert_eq!(begin(1), Begun::ToTake);
        // A clock that was put back by an hour does not keep it waiting for an hour.
        let early = practice.after_seconds(-3_600);
        let stands = store.upload(&code(), name, early).unwrap().unwrap();
        assert_eq!(stands.0.state, State::Interrupted);
        practice.after_seconds(3_600);
        let held = upload(1, State::Held);
        store.end_upload(name, &held, practice.now()).unwrap();
        assert_eq!(begin(1), known(State::Held), "with its run");
        let ended = upload(1, State::Taken);
        store.end_upload(name, &ended, practice.now()).unwrap();
        assert_eq!(begin(1), known(State::Taken));
        let other = SupplierCode::parse("local-41").unwrap();
        assert_eq!(
            store.upload(&other, name, practice.now()),
            Ok(None),
            "another's"
        );
    });
}
