//! Migrations, on both databases: forward only, whole or not at all, and never under a newer database.

use super::*;
use crate::Location;
use crate::driver::{Value, connect_writer};

#[path = "../tests/conformance/cluster.rs"]
mod cluster;

const FURTHER: &str = "CREATE TABLE later (id {id}, note TEXT NOT NULL); \
     INSERT INTO later (id, note) SELECT 1, value FROM meta WHERE name = 'kept'; \
     ALTER TABLE feed ADD COLUMN files {int}";
const BROKEN: &str = "CREATE TABLE later (id {id}); INSERT INTO nowhere (id) VALUES (1)";

fn both(test: impl Fn(&Location)) {
    let folder = tempfile::tempdir().unwrap();
    test(&Location::Sqlite(folder.path().join("contactpoint.db")));
    test(&Location::Postgres(cluster::database()));
}

fn connect(location: &Location) -> Box<dyn Connection> {
    connect_writer(location).unwrap()
}

fn has(connection: &mut dyn Connection, table: &str) -> bool {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    connection.query(&sql, &[], &mut |_| Ok(())).is_ok()
}

/// A database as the version after so many steps left it, with something in it.
fn made_by_version(location: &Location, version: usize) -> Box<dyn Connection> {
    let mut connection = connect(location);
    bring_up(connection.as_mut(), &STEPS[..version]).unwrap();
    put(connection.as_mut(), "kept", "a value of an older version").unwrap();
    let sql = "INSERT INTO record (id, version, body) VALUES ($1, $2, $3)";
    let values = [Value::Int(7), Value::Int(3), Value::Blob(b"sealed")];
    connection.execute(sql, &values).unwrap();
    connection
}

fn kept(connection: &mut dyn Connection) -> (i64, i64, Vec<u8>) {
    let mut found = None;
    connection
        .query("SELECT id, version, body FROM record", &[], &mut |row| {
            found = Some((row.int(0)?, row.int(1)?, row.blob(2)?));
            Ok(())
        })
        .unwrap();
    found.unwrap()
}

#[test]
fn every_supported_version_is_brought_up_to_date_and_keeps_what_it_has() {
    for version in 1..=STEPS.len() {
        both(|location| {
            drop(made_by_version(location, version));
            let mut connection = connect(location);
            migrate(connection.as_mut()).unwrap();
            assert_eq!(super::version(connection.as_mut()), Ok(STEPS.len()));
            assert_eq!(kept(connection.as_mut()), (7, 3, b"sealed".to_vec()));
            migrate(connection.as_mut()).unwrap();
        });
    }
}

#[test]
fn a_further_step_is_taken_once_and_sees_what_is_there() {
    both(|location| {
        drop(made_by_version(location, STEPS.len()));
        let steps = [STEPS, &[FURTHER]].concat();
        for _ in 0..2 {
            let mut connection = connect(location);
            bring_up(connection.as_mut(), &steps).unwrap();
            assert_eq!(super::version(connection.as_mut()), Ok(steps.len()));
            let mut notes = Vec::new();
            connection
                .query("SELECT note FROM later", &[], &mut |row| {
                    notes.push(row.text(0)?);
                    Ok(())
                })
                .unwrap();
            assert_eq!(notes, ["a value of an older version"]);
            assert_eq!(kept(connection.as_mut()), (7, 3, b"sealed".to_vec()));
        }
    });
}

#[test]
fn several_steps_are_one_transaction_and_a_failure_in_any_leaves_the_old_version() {
    both(|location| {
        drop(made_by_version(location, STEPS.len()));
        let further = "CREATE TABLE first (id {id})";
        let steps = [STEPS, &[further, BROKEN]].concat();
        let mut connection = connect(location);
        assert!(bring_up(connection.as_mut(), &steps).is_err());
        drop(connection);
        let mut connection = connect(location);
        assert_eq!(super::version(connection.as_mut()), Ok(STEPS.len()));
        for table in ["first", "later"] {
            assert!(!has(connect(location).as_mut(), table), "{table}");
        }
        assert_eq!(kept(connection.as_mut()), (7, 3, b"sealed".to_vec()));
        migrate(connection.as_mut()).unwrap();
    });
}

/// What a kill in the middle leaves: a connection that is gone before it commits.
#[test]
fn a_migration_that_breaks_off_leaves_the_old_version() {
    both(|location| {
        let steps = [STEPS, &[FURTHER]].concat();
        let mut connection = made_by_version(location, STEPS.len());
        connection.batch(connection.dialect().begin()).unwrap();
        take_steps(connection.as_mut(), &steps).unwrap();
        drop(connection);
        let mut connection = connect(location);
        assert_eq!(super::version(connection.as_mut()), Ok(STEPS.len()));
        assert!(!has(connect(location).as_mut(), "later"));
        bring_up(connection.as_mut(), &steps).unwrap();
        assert!(has(connection.as_mut(), "later"));
    });
}

#[test]
fn a_newer_database_is_refused_in_plain_words_and_left_as_it_is() {
    both(|location| {
        let mut connection = made_by_version(location, STEPS.len());
        let newer = STEPS.len() + 1;
        put(connection.as_mut(), "schema", &newer.to_string()).unwrap();
        let Err(Error::Unfit(words)) = migrate(connection.as_mut()) else {
            panic!("refused");
        };
        for word in [&format!("version {newer}"), "newer program"] {
            assert!(words.contains(word), "{words}");
        }
        assert_eq!(super::version(connection.as_mut()), Ok(newer));
        assert_eq!(kept(connection.as_mut()), (7, 3, b"sealed".to_vec()));
    });
}

#[test]
fn two_processes_that_migrate_at_once_take_every_step_once() {
    both(|location| {
        drop(made_by_version(location, STEPS.len()));
        let steps = [STEPS, &[FURTHER]].concat();
        std::thread::scope(|scope| {
            let migrations: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| bring_up(connect(location).as_mut(), &steps)))
                .collect();
            for migration in migrations {
                assert_eq!(migration.join().unwrap(), Ok(()));
            }
        });
    });
}
