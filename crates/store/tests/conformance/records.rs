//! The records held against the ledger, and a key ring that another process has changed.

use directory::shield::Ground;
use jiff::civil::date;
use store::{Finding, Location};

use crate::practice::{Practice, both, by_name, nhs, reason, row};

const BORN: directory::Date = date(2013, 8, 21);
const KEEP: &str = "CREATE TABLE kept AS SELECT id, version, body FROM record";
const PUT_BACK: &str = "UPDATE record SET version = (SELECT version FROM kept WHERE kept.id = record.id), \
     body = (SELECT body FROM kept WHERE kept.id = record.id)";

pub fn tamper(practice: &Practice, sql: &str) {
    match &practice.options.location {
        Location::Sqlite(file) => rusqlite::Connection::open(file)
            .unwrap()
            .execute_batch(sql)
            .unwrap(),
        Location::Postgres(server) => {
            postgres::Client::connect(server, postgres::NoTls)
                .unwrap()
                .batch_execute(sql)
                .unwrap();
        }
    }
}

/// How many rows a table has.
pub fn count(practice: &Practice, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    match &practice.options.location {
        Location::Sqlite(file) => rusqlite::Connection::open(file)
            .unwrap()
            .query_row(&sql, [], |row| row.get(0))
            .unwrap(),
        Location::Postgres(server) => postgres::Client::connect(server, postgres::NoTls)
            .unwrap()
            .query_one(&sql, &[])
            .unwrap()
            .get(0),
    }
}

fn finding(practice: &Practice) -> Option<Finding> {
    practice.store.verify(&[], &mut |_| {}).unwrap().finding
}

fn sequence(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
}

/// A child that somebody was shown.
fn seen(practice: &Practice) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let jane = practice.session("jane");
    practice.shown(&jane, by_name("Maya", "Hollis", BORN));
    sequence(practice);
    assert_eq!(finding(practice), None);
}

fn shield(practice: &Practice) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
    practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
        .unwrap()
        .unwrap();
}

fn changed_by_supply(practice: &Practice) {
    let mut later = row("1", "Maya", "Hollis-Marsh", BORN);
    later.confirmed = date(2026, 11, 21);
    practice.accept(&[later]);
}

/// Body and version together: the row opens, and only the ledger knows better.
#[test]
fn r35_a_whole_row_put_back_to_an_older_version_is_found() {
    both(|practice| {
        seen(practice);
        tamper(practice, KEEP);
        changed_by_supply(practice);
        let jane = practice.session("jane");
        practice.shown(&jane, by_name("Maya", "Hollis-Marsh", BORN));
        sequence(practice);
        assert_eq!(finding(practice), None);
        tamper(practice, PUT_BACK);
        let found = finding(practice).expect("the record is older than the ledger says");
        assert!(found.what.contains("was put back"), "{found:?}");
        assert!(found.position.is_some(), "{found:?}");
        assert!(!found.what.contains("Hollis"), "{found:?}");
    });
}

/// Nobody was shown the record since: no event names the newer version, but the shield's own event stands.
#[test]
fn r35_a_shield_taken_off_by_an_older_row_is_found_even_if_nobody_looked_since() {
    both(|practice| {
        seen(practice);
        // A brother about whom nobody has decided: else that there is none is an event too, and names the newer version (X3).
        practice.accept(&[row("2", "Tom", "Hollis", date(2016, 2, 29))]);
        let sam = practice.session("sam");
        let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
        tamper(practice, KEEP);
        practice
            .store
            .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
            .unwrap()
            .unwrap();
        sequence(practice);
        assert_eq!(finding(practice), None);
        tamper(practice, PUT_BACK);
        let found = finding(practice).expect("the shield is gone");
        assert!(found.what.contains("shielded"), "{found:?}");
    });
}

#[test]
fn a_record_changed_removed_or_moved_is_found() {
    for sql in [
        "DELETE FROM record",
        "UPDATE record SET version = version + 1",
        "UPDATE record SET body = commitment FROM event WHERE event.leaf = 0",
        "UPDATE record SET id = id + 1",
    ] {
        both(|practice| {
            seen(practice);
            tamper(practice, sql);
            assert!(finding(practice).is_some(), "{sql}");
        });
    }
}

/// Whoever writes the database without the key ring can copy keys, though nobody can tell what they are of.
#[test]
fn r44_f1_a_shielded_record_under_other_keys_than_its_own_is_found() {
    for (sql, said) in [
        (
            "INSERT INTO search_key SELECT key, record FROM guarded_key",
            "a search on a hidden field",
        ),
        (
            "INSERT INTO search_key SELECT MAX(key), MAX(record) FROM guarded_key",
            "a search on a hidden field",
        ),
        ("DELETE FROM guarded_key", "are held"),
        (
            "DELETE FROM guarded_key WHERE key = (SELECT MAX(key) FROM guarded_key)",
            "are held",
        ),
        ("DELETE FROM shielded_key", "what may be seen"),
    ] {
        both(|practice| {
            seen(practice);
            shield(practice);
            sequence(practice);
            assert_eq!(finding(practice), None);
            tamper(practice, sql);
            let found = finding(practice).unwrap_or_else(|| panic!("not found: {sql}"));
            assert!(found.what.contains(said), "{found:?}");
        });
    }
}

/// What somebody's own list of look-ups, and a family's, is read by.
#[test]
fn r72_an_event_filed_under_another_person_or_child_is_found_where_it_stands() {
    for sql in [
        "UPDATE event SET actor = actor + 1 WHERE leaf = (SELECT MAX(leaf) FROM event WHERE actor IS NOT NULL)",
        "UPDATE event SET actor = NULL WHERE leaf = (SELECT MAX(leaf) FROM event WHERE actor IS NOT NULL)",
        "UPDATE event SET actor = 1 WHERE leaf = (SELECT MAX(leaf) FROM event WHERE actor IS NULL)",
        "UPDATE event SET subject = subject + 1 WHERE leaf = (SELECT MAX(leaf) FROM event WHERE subject IS NOT NULL)",
        "UPDATE event SET subject = NULL WHERE leaf = (SELECT MAX(leaf) FROM event WHERE subject IS NOT NULL)",
    ] {
        both(|practice| {
            seen(practice);
            shield(practice);
            sequence(practice);
            tamper(practice, sql);
            let found = finding(practice).unwrap_or_else(|| panic!("not found: {sql}"));
            assert!(found.what.contains("filed under another"), "{found:?}");
            assert!(found.position.is_some(), "{found:?}");
        });
    }
}

#[test]
fn an_event_that_waits_is_held_against_its_commitment_too() {
    for sql in [
        "UPDATE event SET actor = actor + 1 WHERE leaf IS NULL",
        "UPDATE event SET commitment = body WHERE leaf IS NULL",
    ] {
        both(|practice| {
            seen(practice);
            let jane = practice.session("jane");
            practice.shown(&jane, by_name("Maya", "Hollis", BORN));
            assert_eq!(finding(practice), None);
            tamper(practice, sql);
            let found = finding(practice).unwrap_or_else(|| panic!("not found: {sql}"));
            assert!(found.what.contains("waits"), "{found:?}");
        });
    }
}

#[test]
fn a_ledger_emptied_under_its_records_is_found() {
    both(|practice| {
        seen(practice);
        tamper(
            practice,
            "DELETE FROM event; DELETE FROM checkpoint; DELETE FROM tile; UPDATE meta SET value = '0' WHERE name = 'tree'",
        );
        assert!(finding(practice).is_some());
    });
}

/// Supply runs for hours; another process makes a key meanwhile, and what it seals has to open here.
#[test]
fn a_key_made_elsewhere_during_a_load_is_read_when_a_value_asks_for_it() {
    both(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let other = practice.reopened();
        other.rotate_key(practice.now()).unwrap();
        let mut later = row("1", "Maya", "Hollis-Marsh", BORN);
        later.confirmed = date(2026, 11, 21);
        other.accept(&nhs(), &[later], practice.now()).unwrap();
        let mut last = row("1", "Maya", "Marsh", BORN);
        last.confirmed = date(2026, 11, 22);
        practice.accept(&[last]);
        let jane = practice.session("jane");
        let found = practice.store.search(
            &jane,
            reason(&jane),
            by_name("Maya", "Marsh", BORN),
            practice.now(),
        );
        assert_eq!(found.unwrap().unwrap().children.len(), 1);
    });
}

#[test]
fn two_that_rotate_at_once_lose_no_key() {
    both(|practice| {
        let others = [practice.reopened(), practice.reopened()];
        let now = practice.now();
        std::thread::scope(|scope| {
            for other in &others {
                scope.spawn(move || {
                    for _ in 0..5 {
                        other.rotate_key(now).unwrap();
                    }
                });
            }
        });
        let ring = std::fs::read_to_string(&practice.options.key_ring).unwrap();
        let seals = ring
            .lines()
            .filter(|line| line.starts_with("seal "))
            .count();
        assert_eq!(seals, 11);
        seen(practice);
        practice.reopened();
    });
}

/// Accreditation, checks, roles, an authority's phase and what is sensitive are the ledger's to say (R42, R56, R58, X13).
#[test]
fn r56_what_decides_who_is_admitted_is_recorded_and_held_against_the_ledger() {
    both(|practice| {
        let store = &practice.store;
        let size = || store.sequence(practice.now()).unwrap().size;
        let before = size();
        let mut bristol = crate::practice::authority("E06000023", "Bristol");
        store.put_authority(&bristol, practice.now()).unwrap();
        let services: Vec<_> = store.catalogue().services().cloned().collect();
        store.put_services(&services, practice.now()).unwrap();
        assert_eq!(size(), before, "nothing was decided");
        bristol.shielding = directory::organisation::ShieldingPhase::UnderWay;
        store.put_authority(&bristol, practice.now()).unwrap();
        let mut quiet = services
            .into_iter()
            .find(|one| one.code.as_str() == "new")
            .unwrap();
        quiet.classification = directory::service::Classification::Sensitive;
        store.put_services(&[quiet], practice.now()).unwrap();
        let lapsed = crate::practice::organisation(
            1,
            "Northfield Academy",
            directory::organisation::Sector::Education,
        );
        store.put_organisation(&lapsed, practice.now()).unwrap();
        assert_eq!(size(), before + 3);
        assert_eq!(finding(practice), None);
    });
}

#[test]
fn r58_an_account_organisation_service_or_authority_put_back_is_found() {
    for (table, key) in [
        ("account", "id"),
        ("organisation", "id"),
        ("reference", "code"),
    ] {
        both(|practice| {
            let store = &practice.store;
            tamper(
                practice,
                &format!("CREATE TABLE kept AS SELECT {key}, body FROM {table}"),
            );
            let user_name = crate::practice::parse("jane");
            let mut jane = store.account(&user_name).unwrap().unwrap();
            jane.suspension = directory::account::Suspension::Suspended;
            store.put_account(&jane, None, practice.now()).unwrap();
            let mut academy = store.organisations().unwrap().remove(0);
            academy.accredited_until = Some(date(2026, 1, 1));
            store.put_organisation(&academy, practice.now()).unwrap();
            let mut service = store
                .catalogue()
                .services()
                .find(|one| one.code.as_str() == "mentoring")
                .unwrap()
                .clone();
            service.classification = directory::service::Classification::Sensitive;
            store.put_services(&[service], practice.now()).unwrap();
            sequence(practice);
            assert_eq!(finding(practice), None);
            tamper(
                practice,
                &format!(
                    "UPDATE {table} SET body = (SELECT body FROM kept WHERE kept.{key} = {table}.{key}) \
                     WHERE {key} IN (SELECT {key} FROM kept)"
                ),
            );
            let found = finding(practice).unwrap_or_else(|| panic!("not found: {table}"));
            assert!(found.what.contains("not as the ledger says"), "{found:?}");
            assert!(found.position.is_some(), "{found:?}");
        });
    }
}
