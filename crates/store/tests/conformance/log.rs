//! The ledger: every event in the tree, and every tampering found.

use jiff::civil::date;
use store::{Location, Store};

use crate::practice::{Practice, both, by_name, reason, row};

fn busy(practice: &Practice, searches: usize) {
    practice.accept(&[row("1", "Kelly", "Marsh", date(2011, 5, 14))]);
    let jane = practice.session("jane");
    for _ in 0..searches {
        practice.shown(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
    }
    practice.store.sequence(practice.now()).unwrap();
}

fn finding(store: &Store, known: &[String]) -> Option<store::Finding> {
    store.verify(known, &mut |_| {}).unwrap().finding
}

fn tamper(practice: &Practice, sql: &str) {
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

#[test]
fn every_event_is_in_the_tree_and_the_audit_agrees() {
    both(|practice| {
        busy(practice, 300);
        let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
        assert!(audit.size > 300, "{audit:?}");
        assert_eq!(audit.waiting, 0);
        let again = practice.reopened().verify(&[], &mut |_| {}).unwrap();
        assert_eq!(again, audit);
    });
}

#[test]
fn events_that_wait_are_counted_and_then_placed() {
    both(|practice| {
        let before = practice.store.sequence(practice.now()).unwrap().size;
        let jane = practice.session("jane");
        practice.shown(&jane, by_name("No", "Body", date(2011, 5, 14)));
        assert_eq!(practice.store.verify(&[], &mut |_| {}).unwrap().waiting, 2);
        assert_eq!(
            practice.store.sequence(practice.now()).unwrap().size,
            before + 2
        );
        assert_eq!(practice.store.sequence(practice.now()).unwrap().added, 0);
    });
}

#[test]
fn tiles_and_checkpoints_stand_before_independent_verifiers() {
    struct Served<'a>(&'a Store);
    impl tlog_tiles::TileReader for Served<'_> {
        fn height(&self) -> u8 {
            8
        }
        fn read_tiles(
            &self,
            tiles: &[tlog_tiles::Tile],
        ) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
            let read = |tile: &tlog_tiles::Tile| {
                let tile = ledger::Tile {
                    level: ledger::Level::Hashes(tile.level()),
                    index: tile.level_index(),
                    width: u16::try_from(tile.width()).unwrap(),
                };
                self.0.tile(&tile.to_string()).unwrap().unwrap()
            };
            Ok(tiles.iter().map(read).collect())
        }
        fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
    }
    both(|practice| {
        busy(practice, 600);
        let note = practice.store.checkpoint().unwrap().unwrap();
        let head = practice
            .store
            .log()
            .unwrap()
            .open(note.as_bytes())
            .unwrap()
            .head();
        let served = Served(&practice.store);
        let root = tlog_tiles::Hash(head.root.0);
        let reader = tlog_tiles::TileHashReader::new(head.size, root, &served);
        assert_eq!(tlog_tiles::tree_hash(head.size, &reader).unwrap(), root);
        let bundle = practice.store.tile("tile/entries/000").unwrap().unwrap();
        for place in [0usize, 5, 255] {
            let leaf = tlog_tiles::record_hash(&bundle[place * 34 + 2..place * 34 + 34]);
            let proof = tlog_tiles::prove_record(head.size, place as u64, &reader).unwrap();
            assert!(tlog_tiles::check_record(&proof, head.size, root, place as u64, leaf).is_ok());
        }
    });
}

#[test]
fn x2_everybody_reads_the_log_as_it_was_the_day_before() {
    both(|practice| {
        let store = &practice.store;
        busy(practice, 40);
        let first = store.checkpoint().unwrap().unwrap();
        assert_eq!(store.published_checkpoint().unwrap(), None, "the first day");
        assert_eq!(store.published_tile("tile/0/000").unwrap(), None);
        let today = practice.now();
        let next = directory::Now {
            today: today.today.tomorrow().unwrap(),
            ..today
        };
        store.sequence(next).unwrap();
        assert_eq!(store.published_checkpoint().unwrap().unwrap(), first);
        let jane = practice.session("jane");
        for _ in 0..10 {
            practice.shown(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
        }
        store.sequence(next).unwrap();
        store.sequence(today).unwrap();
        assert_ne!(store.checkpoint().unwrap().unwrap(), first);
        assert_eq!(store.published_checkpoint().unwrap().unwrap(), first);
        let size: u64 = first.lines().nth(1).unwrap().parse().unwrap();
        assert!((40..240).contains(&size), "{size}");
        let last = format!("tile/0/000.p/{size}");
        assert!(store.published_tile(&last).unwrap().is_some(), "{last}");
        // As wide as the tree has become since it is for nobody yet.
        let wider = format!("tile/0/000.p/{}", size + 1);
        assert!(store.tile(&wider).unwrap().is_some(), "{wider}");
        assert_eq!(store.published_tile(&wider).unwrap(), None);
    });
}

#[test]
fn r75_every_tampering_is_found_and_named() {
    let tamperings: [(&str, Option<u64>); 9] = [
        ("UPDATE event SET commitment = body WHERE leaf = 7", Some(7)),
        ("DELETE FROM event WHERE leaf = 9", Some(9)),
        ("UPDATE event SET leaf = NULL WHERE leaf = 9", Some(9)),
        (
            "UPDATE event SET body = (SELECT body FROM event e WHERE e.leaf = 3) WHERE leaf = 11",
            Some(11),
        ),
        (
            "UPDATE event SET leaf = -1 WHERE leaf = 4; UPDATE event SET leaf = 4 WHERE leaf = 5; UPDATE event SET leaf = 5 WHERE leaf = -1",
            Some(4),
        ),
        ("DELETE FROM tile WHERE level = 0 AND position = 0", None),
        (
            "UPDATE tile SET body = (SELECT body FROM tile t WHERE t.level = -1 AND t.position = 0) WHERE level = 0 AND position = 0",
            None,
        ),
        ("DELETE FROM checkpoint", None),
        (
            "UPDATE checkpoint SET note = REPLACE(note, 'contactpoint', 'contactpoinl')",
            None,
        ),
    ];
    for (sql, position) in tamperings {
        both(|practice| {
            busy(practice, 30);
            assert_eq!(finding(&practice.store, &[]), None);
            tamper(practice, sql);
            let found = finding(&practice.store, &[]).unwrap_or_else(|| panic!("not found: {sql}"));
            if position.is_some() {
                assert_eq!(found.position, position, "{sql}: {found:?}");
            }
        });
    }
}

/// SQLite keeps a text where bytes or a number should be.
#[test]
fn r75_what_is_not_of_its_type_is_found_where_it_stands() {
    for (sql, position) in [
        ("UPDATE event SET body = 'x' WHERE leaf = 6", Some(6)),
        ("UPDATE event SET commitment = 'x' WHERE leaf = 8", Some(8)),
        ("UPDATE event SET actor = 'x' WHERE leaf = 10", Some(10)),
        ("UPDATE record SET body = 'x'", None),
    ] {
        let practice = Practice::sqlite();
        busy(&practice, 30);
        tamper(&practice, sql);
        let found = finding(&practice.store, &[]).unwrap_or_else(|| panic!("not found: {sql}"));
        assert_eq!(found.position, position, "{sql}: {found:?}");
    }
}

#[test]
fn an_older_backup_is_found_by_a_checkpoint_somebody_else_kept() {
    let practice = Practice::sqlite();
    busy(&practice, 20);
    let Location::Sqlite(file) = &practice.options.location else {
        panic!("sqlite")
    };
    let backup = practice.folder().join("backup.db");
    rusqlite::Connection::open(file)
        .unwrap()
        .execute("VACUUM INTO ?1", [backup.to_str().unwrap()])
        .unwrap();
    let jane = practice.session("jane");
    practice.shown(&jane, by_name("Kelly", "Marsh", date(2011, 5, 14)));
    practice.store.sequence(practice.now()).unwrap();
    let kept = practice.store.checkpoint().unwrap().unwrap();
    let mut options = practice.options.clone();
    options.location = Location::Sqlite(backup);
    let restored = Store::open(options).unwrap();
    assert_eq!(finding(&restored, &[]), None, "in itself it is whole");
    assert!(
        finding(&restored, std::slice::from_ref(&kept)).is_some(),
        "measured against what was known it is short"
    );
    assert_eq!(finding(&practice.store, &[kept]), None);
}

#[test]
fn a_known_checkpoint_of_another_log_is_refused() {
    both(|practice| {
        busy(practice, 3);
        let other = Practice::sqlite();
        busy(&other, 3);
        let foreign = other.store.checkpoint().unwrap().unwrap();
        assert!(practice.store.verify(&[foreign], &mut |_| {}).is_err());
        assert!(
            practice
                .store
                .verify(&["nonsense".to_owned()], &mut |_| {})
                .is_err()
        );
    });
}

#[test]
fn many_at_once_share_commits_and_none_is_lost() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", date(2011, 5, 14))]);
        let sessions: Vec<_> = (0..8).map(|_| practice.session("jane")).collect();
        let before = practice.store.sequence(practice.now()).unwrap().size;
        let now = practice.now();
        std::thread::scope(|scope| {
            for session in &sessions {
                scope.spawn(move || {
                    for _ in 0..25 {
                        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
                        let found = practice
                            .store
                            .search(session, reason(session), query, now)
                            .unwrap()
                            .unwrap();
                        assert_eq!(found.children.len(), 1);
                    }
                });
            }
        });
        assert_eq!(
            practice.store.sequence(practice.now()).unwrap().size,
            before + 200
        );
        assert_eq!(finding(&practice.store, &[]), None);
    });
}
