//! Signing in, and what ends a session.

use directory::account::{Role, Suspension};
use jiff::civil::date;
use store::{IDLE_MINUTES_MAX, SESSION_HOURS_MAX};

use crate::practice::{AUTHORITY, account, authority, both, organisation, origin, secrets};

#[test]
fn r61_all_four_are_needed_and_each_code_is_good_once() {
    both(|practice| {
        let now = practice.now();
        let right = practice.credentials("jane", now);
        let tries: [fn(&mut store::Credentials); 5] = [
            |c| c.user_name = "nobody".into(),
            |c| c.password.push('x'),
            |c| c.pin = "000000".into(),
            |c| c.code = "000000".into(),
            |c| c.code.clear(),
        ];
        for change in tries {
            let mut wrong = practice.credentials("jane", now);
            change(&mut wrong);
            assert!(
                practice
                    .store
                    .sign_in(&wrong, &origin(), now)
                    .unwrap()
                    .is_err()
            );
        }
        assert!(
            practice
                .store
                .sign_in(&right, &origin(), now)
                .unwrap()
                .is_ok()
        );
        assert!(
            practice
                .store
                .sign_in(&right, &origin(), now)
                .unwrap()
                .is_err(),
            "a replayed code"
        );
    });
}

#[test]
fn user_names_do_not_depend_on_case() {
    both(|practice| {
        let now = practice.now();
        let mut credentials = practice.credentials("jane", now);
        credentials.user_name = "JANE".into();
        assert!(
            practice
                .store
                .sign_in(&credentials, &origin(), now)
                .unwrap()
                .is_ok()
        );
    });
}

#[test]
fn r58_losing_a_check_ends_an_open_session_at_the_next_request() {
    both(|practice| {
        let store = &practice.store;
        let (_, secret) = practice.signed_in("jane");
        assert!(store.resume(&secret, practice.now()).unwrap().is_some());
        let mut lapsed = account(1, "jane", vec![Role::Practitioner], 1);
        lapsed.checks.training = Some(date(2020, 1, 1));
        store.put_account(&lapsed, None, practice.now()).unwrap();
        assert!(store.resume(&secret, practice.now()).unwrap().is_none());
        store
            .put_account(
                &account(1, "jane", vec![Role::Practitioner], 1),
                None,
                practice.now(),
            )
            .unwrap();
        assert!(
            store.resume(&secret, practice.now()).unwrap().is_none(),
            "an ended session stays ended"
        );
    });
}

#[test]
fn r56_r42_suspension_accreditation_and_shielding_end_sessions_too() {
    both(|practice| {
        let store = &practice.store;
        let (_, secret) = practice.signed_in("jane");
        let mut suspended = account(1, "jane", vec![Role::Practitioner], 1);
        suspended.suspension = Suspension::Suspended;
        store.put_account(&suspended, None, practice.now()).unwrap();
        assert!(store.resume(&secret, practice.now()).unwrap().is_none());
        assert!(
            store
                .sign_in(
                    &practice.credentials("jane", practice.now()),
                    &origin(),
                    practice.now()
                )
                .unwrap()
                .is_err()
        );

        let (_, secret) = practice.signed_in("paul");
        let mut lapsed = organisation(
            2,
            "South Gloucestershire Council",
            directory::organisation::Sector::SocialCare,
        );
        lapsed.accredited_until = Some(date(2026, 1, 1));
        store.put_organisation(&lapsed, practice.now()).unwrap();
        assert!(store.resume(&secret, practice.now()).unwrap().is_none());
        lapsed.accredited_until = Some(date(2030, 1, 1));
        store.put_organisation(&lapsed, practice.now()).unwrap();

        let (_, secret) = practice.signed_in("paul");
        let mut early = authority(AUTHORITY, "South Gloucestershire");
        early.shielding = directory::organisation::ShieldingPhase::UnderWay;
        store.put_authority(&early, practice.now()).unwrap();
        assert!(store.resume(&secret, practice.now()).unwrap().is_none());
    });
}

#[test]
fn another_process_that_closes_an_authority_is_heard_at_the_next_request() {
    both(|practice| {
        let other = practice.reopened();
        let (_, secret) = practice.signed_in("jane");
        let mut early = authority(AUTHORITY, "South Gloucestershire");
        early.shielding = directory::organisation::ShieldingPhase::UnderWay;
        other.put_authority(&early, practice.now()).unwrap();
        assert!(
            practice
                .store
                .resume(&secret, practice.now())
                .unwrap()
                .is_none()
        );
    });
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    both(|practice| {
        let store = &practice.store;
        let (_, secret) = practice.signed_in("jane");
        assert!(
            store
                .resume(&secret, practice.after_seconds(IDLE_MINUTES_MAX * 60 - 40))
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .resume(&secret, practice.after_seconds(IDLE_MINUTES_MAX * 60 - 40))
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .resume(&secret, practice.after_seconds(IDLE_MINUTES_MAX * 60 + 40))
                .unwrap()
                .is_none()
        );
        let (_, secret) = practice.signed_in("jane");
        for _ in 0..SESSION_HOURS_MAX * 4 - 1 {
            assert!(
                store
                    .resume(&secret, practice.after_seconds(15 * 60 - 1))
                    .unwrap()
                    .is_some()
            );
        }
        assert!(
            store
                .resume(&secret, practice.after_seconds(16 * 60))
                .unwrap()
                .is_none(),
            "too old, though in use"
        );
    });
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_only() {
    both(|practice| {
        let store = &practice.store;
        let (first, _) = practice.signed_in("jane");
        let (second, second_secret) = practice.signed_in("jane");
        let paul = practice.session("paul");
        let lines = store.sessions(&first, practice.now()).unwrap();
        assert_eq!(lines.len(), 2);
        assert!(
            store
                .end_session(&paul, second.mark(), practice.now())
                .unwrap()
                .is_err()
        );
        assert!(
            store
                .resume(&second_secret, practice.now())
                .unwrap()
                .is_some()
        );
        assert!(
            store
                .end_session(&first, second.mark(), practice.now())
                .unwrap()
                .is_ok()
        );
        assert!(
            store
                .resume(&second_secret, practice.now())
                .unwrap()
                .is_none()
        );
    });
}

#[test]
fn a_made_up_secret_resumes_nothing() {
    both(|practice| {
        for secret in ["", "x", &"0".repeat(64), &"é".repeat(32)] {
            assert!(
                practice
                    .store
                    .resume(secret, practice.now())
                    .unwrap()
                    .is_none()
            );
        }
    });
}

#[test]
fn weak_secrets_and_taken_names_are_refused() {
    both(|practice| {
        let mut weak = secrets("new");
        weak.password = "short".into();
        let new = account(9, "new", vec![Role::Practitioner], 1);
        assert!(
            practice
                .store
                .put_account(&new, Some(&weak), practice.now())
                .is_err()
        );
        let mut weak = secrets("new");
        weak.pin = "12a456".into();
        assert!(
            practice
                .store
                .put_account(&new, Some(&weak), practice.now())
                .is_err()
        );
        assert!(
            practice
                .store
                .put_account(&new, None, practice.now())
                .is_err()
        );
        let taken = account(9, "Jane", vec![Role::Practitioner], 1);
        assert!(
            practice
                .store
                .put_account(&taken, Some(&secrets("new")), practice.now())
                .is_err()
        );
    });
}

#[test]
fn a_new_sealing_key_is_taken_up_by_a_running_store() {
    both(|practice| {
        let other = practice.reopened();
        let (_, secret) = practice.signed_in("jane");
        assert_eq!(other.rotate_key(practice.now()).unwrap(), 2);
        other
            .put_account(
                &account(1, "jane", vec![Role::Practitioner], 1),
                None,
                practice.now(),
            )
            .unwrap();
        assert!(
            practice
                .store
                .resume(&secret, practice.now())
                .unwrap()
                .is_some()
        );
        assert!(
            practice
                .store
                .sign_in(
                    &practice.credentials("jane", practice.now()),
                    &origin(),
                    practice.now()
                )
                .is_ok()
        );
    });
}
