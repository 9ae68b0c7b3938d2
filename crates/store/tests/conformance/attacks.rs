//! What a hostile reader tried: each test states what must hold.

use directory::involvement::{Assessment, Lead};
use directory::query::{Hidden, Query};
use directory::record::Shielding;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text;
use jiff::civil::date;

use crate::practice::*;

const BORN: directory::Date = date(2013, 8, 21);

fn shield(p: &Practice, given: &str, family: &str) {
    let sam = p.session("sam");
    let reference = p.opened(&sam, by_name(given, family, BORN));
    p.store
        .shield(&sam, &reference, Ground::FleeingAbuse, p.now())
        .unwrap()
        .unwrap();
}

fn moved(mut row: Row, postcode: &str) -> Row {
    if let Some(residence) = &mut row.particulars.residence
        && let directory::address::AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(postcode).ok();
    }
    row.particulars.education = None;
    row.particulars.primary_care = None;
    row
}

fn open_whole(p: &Practice, query: Query) -> Vec<bool> {
    let jane = p.session("jane");
    let found = p
        .store
        .search(&jane, reason(&jane), query, p.now())
        .unwrap()
        .unwrap();
    found
        .children
        .iter()
        .map(|c| c.disclosure.shielding() == Shielding::None)
        .collect()
}

#[test]
fn f1_transposed_names_at_a_new_address_are_held() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    shield(&p, "Maya", "Hollis");
    p.accept(&[moved(row("n", "Hollis", "Maya", BORN), "SW1A 2AA")]);
    assert_eq!(
        open_whole(&p, by_name("Maya", "Hollis", BORN)),
        [false],
        "the refuge address is published"
    );
}

#[test]
fn f1_a_held_rows_own_key_stays_held_under_another_name() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    shield(&p, "Maya", "Hollis");
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    p.store
        .accept(
            &census,
            &[moved(row("c9", "Maya", "Hollis", BORN), "SW1A 2AA")],
            p.now(),
        )
        .unwrap();
    let mut renamed = moved(row("c9", "Ruth", "Quillington", BORN), "SW1A 2AA");
    renamed.confirmed = date(2026, 11, 20);
    p.store.accept(&census, &[renamed], p.now()).unwrap();
    let q = by_name("Ruth", "Quillington", BORN);
    assert!(
        open_whole(&p, q).iter().all(|open| !open),
        "the row that was held is now a record of its own"
    );
}

#[test]
fn x2_the_same_file_twice_tells_nothing_of_a_shield() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    shield(&p, "Maya", "Hollis");
    let rows = [
        row("1", "Maya", "Hollis", BORN),
        row("2", "Tom", "Okonkwo", date(2014, 1, 2)),
    ];
    p.accept(&rows);
    let again = p.accept(&rows);
    assert_eq!(
        again[0], again[1],
        "the shielded child's row is the one that is never unchanged"
    );
}

#[test]
fn x2_a_row_without_a_name_tells_nothing_of_a_shield() {
    let p = Practice::sqlite();
    p.accept(&[
        with_nhs_number(row("1", "Maya", "Hollis", BORN), "9434765919"),
        with_nhs_number(row("2", "Tom", "Okonkwo", date(2014, 1, 2)), "9434765870"),
    ]);
    shield(&p, "Maya", "Hollis");
    let probe = |number| {
        let mut r = with_nhs_number(row(&format!("probe{number}"), "A", "B", BORN), number);
        r.particulars.name = None;
        r
    };
    let out = p.accept(&[probe("9434765919"), probe("9434765870")]);
    assert_eq!(out[0], out[1]);
}

#[test]
fn f1_a_shield_on_one_of_two_records_of_a_child_leaves_no_open_address() {
    let p = Practice::sqlite();
    p.accept(&[with_nhs_number(
        row("1", "Maya", "Hollis", BORN),
        "9434765919",
    )]);
    let census = Supplier {
        code: parse("local-03"),
        kind: SourceKind::Local,
    };
    // A local system that mistyped the NHS number, or has that of a sister.
    let other = with_nhs_number(
        moved(row("c1", "Maya", "Hollis", BORN), "SW1A 2AA"),
        "9434765870",
    );
    let out = p.store.accept(&census, &[other], p.now()).unwrap();
    eprintln!(
        "duplicate outcome {out:?} waiting {}",
        p.store.rows_waiting().unwrap()
    );
    shield(&p, "Maya", "Hollis");
    let q = Query::of(visible("Maya", "Hollis", None), Hidden::default()).unwrap();
    let open = open_whole(&p, q);
    assert!(open.iter().all(|open| !open), "{open:?}");
}

fn seven(bytes: &mut [u8]) {
    if bytes.len() == 8 {
        bytes.fill(7)
    } else {
        entropy(bytes)
    }
}

#[test]
fn r18_two_children_never_have_one_number() {
    let mut p = Practice::sqlite();
    let mut options = p.options.clone();
    options.entropy = seven;
    p.store = std::sync::Arc::new(store::Store::open(options).unwrap());
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    // Chance gives the second child the same number again and again: an error, never a shared number.
    let second = moved(row("2", "Yusuf", "Okonkwo", date(2019, 2, 3)), "LS1 4AP");
    assert!(p.store.accept(&nhs(), &[second], p.now()).is_err());
    let jane = p.session("jane");
    assert_eq!(p.shown(&jane, by_name("Maya", "Hollis", BORN)).len(), 1);
    assert!(
        p.shown(&jane, by_name("Yusuf", "Okonkwo", date(2019, 2, 3)))
            .is_empty()
    );
}

#[test]
fn a_child_born_the_same_day_with_the_same_given_name_keeps_their_own_feed() {
    let p = Practice::sqlite();
    p.accept(&[
        row("1", "Olivia", "Hollis", BORN),
        moved(row("2", "Olivia", "Okonkwo", BORN), "LS1 4AP"),
    ]);
    shield(&p, "Olivia", "Hollis");
    let mut again = moved(row("2", "Olivia", "Okonkwo", BORN), "M14 5AB");
    again.confirmed = date(2026, 11, 20);
    p.accept(&[again]);
    let hidden = Hidden {
        postcode: text::postcode("M14 5AB").ok(),
        ..Hidden::default()
    };
    let q = Query::of(visible("Olivia", "Okonkwo", Some(BORN)), hidden).unwrap();
    let jane = p.session("jane");
    let _found = p
        .store
        .search(&jane, reason(&jane), q, p.now())
        .unwrap()
        .unwrap();
    let held: i64 = rusqlite::Connection::open(p.folder().join("contactpoint.db"))
        .unwrap()
        .query_row("SELECT COUNT(*) FROM task WHERE kind='held'", [], |r| {
            r.get(0)
        })
        .unwrap();
    assert_eq!(
        held, 0,
        "another child's own row, by their own key, is held for ever"
    );
}

#[test]
fn r35_an_older_body_put_back_does_not_take_the_shield_off() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let db = rusqlite::Connection::open(p.folder().join("contactpoint.db")).unwrap();
    let (id, body): (i64, Vec<u8>) = db
        .query_row("SELECT id, body FROM record", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    shield(&p, "Maya", "Hollis");
    db.execute(
        "UPDATE record SET body = ?1 WHERE id = ?2",
        rusqlite::params![body, id],
    )
    .unwrap();
    let jane = p.session("jane");
    let found = p.store.search(
        &jane,
        reason(&jane),
        by_name("Maya", "Hollis", BORN),
        p.now(),
    );
    let open = found.map(|found| {
        found.map(|found| {
            found
                .children
                .iter()
                .filter(|c| c.disclosure.shielding() == Shielding::None)
                .count()
        })
    });
    let audit = p.store.verify(&[], &mut |_| {}).unwrap();
    eprintln!("open {open:?}, audit finding {:?}", audit.finding);
    assert!(
        open.is_err(),
        "somebody with the disk and no key took a shield off, and no audit sees it"
    );
}

/// The event of a change says which version came of it, though nobody has looked at that version yet.
#[test]
fn r72_a_change_taken_back_by_an_older_row_is_found() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let jane = p.session("jane");
    let reference = p.opened(&jane, by_name("Maya", "Hollis", BORN));
    let db = rusqlite::Connection::open(p.folder().join("contactpoint.db")).unwrap();
    let (version, body): (i64, Vec<u8>) = db
        .query_row("SELECT version, body FROM record", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    let involving = store::Involving {
        service: parse("mentoring"),
        since: None,
        lead: Lead::Member,
        assessment: Assessment::None,
    };
    p.store
        .involve(&jane, &reference, &involving, p.now())
        .unwrap()
        .unwrap();
    p.store.sequence(p.now()).unwrap();
    assert_eq!(p.store.verify(&[], &mut |_| {}).unwrap().finding, None);
    db.execute(
        "UPDATE record SET version = ?1, body = ?2",
        rusqlite::params![version, body],
    )
    .unwrap();
    assert!(p.store.verify(&[], &mut |_| {}).unwrap().finding.is_some());
}

#[test]
fn c20_a_restricted_row_in_doubt_protects_the_child_it_may_be() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    let mut restricted = row("c1", "Maya", "Hollis", BORN);
    restricted.particulars.residence = None;
    restricted.restriction = Restriction::AtSource;
    let out = p.store.accept(&census, &[restricted], p.now()).unwrap();
    eprintln!("outcome {out:?}");
    assert!(
        open_whole(&p, by_name("Maya", "Hollis", BORN))
            .iter()
            .all(|open| !open)
    );
}

#[test]
fn x2_a_common_name_does_not_list_only_the_shielded() {
    let p = Practice::sqlite();
    p.accept(&[row("s", "Maya", "Hollis", BORN)]);
    shield(&p, "Maya", "Hollis");
    let query = || Query::of(visible("Maya", "Hollis", None), Hidden::default()).unwrap();
    // 3,000 namesakes, written straight as index rows under the same keys, as a national load would.
    let db = rusqlite::Connection::open(p.folder().join("contactpoint.db")).unwrap();
    let keys: Vec<i64> = db
        .prepare("SELECT key FROM shielded_key")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    db.execute_batch("BEGIN").unwrap();
    for key in keys {
        for id in 1..=3_000i64 {
            db.execute(
                "INSERT OR IGNORE INTO search_key (key, record) VALUES (?1, ?2)",
                [key, id],
            )
            .unwrap();
        }
    }
    db.execute_batch("COMMIT").unwrap();
    let jane = p.session("jane");
    let found = p
        .store
        .search(&jane, reason(&jane), query(), p.now())
        .unwrap();
    assert!(
        found.is_err(),
        "too broad for everybody but the shielded child, who is listed alone"
    );
}

#[test]
fn r61_a_session_row_moved_to_another_account_does_not_open() {
    let p = Practice::sqlite();
    let (_, secret) = p.signed_in("ann");
    let db = rusqlite::Connection::open(p.folder().join("contactpoint.db")).unwrap();
    db.execute("UPDATE session SET account = 3", []).unwrap();
    let resumed = p.store.resume(&secret, p.now()).unwrap();
    assert!(
        resumed.is_none(),
        "an auditor's cookie is now a shielding officer: {:?}",
        resumed
    );
}

#[test]
fn a_key_rotated_by_another_process_is_read_here() {
    let p = Practice::sqlite();
    let other = p.reopened();
    other.rotate_key(p.now()).unwrap();
    other
        .accept(&nhs(), &[row("1", "Maya", "Hollis", BORN)], p.now())
        .unwrap();
    let jane = p.session("jane");
    let found = p.store.search(
        &jane,
        reason(&jane),
        by_name("Maya", "Hollis", BORN),
        p.now(),
    );
    assert!(found.is_ok(), "{:?}", found.err());
}

#[test]
fn a_full_record_does_not_take_rows_in_silence() {
    let p = Practice::sqlite();
    let n = "9434765919";
    let rows: Vec<Row> = (0..400)
        .map(|i| with_nhs_number(row(&format!("k{i}"), "Maya", "Hollis", BORN), n))
        .collect();
    p.accept(&rows);
    let out = p.accept(&[with_nhs_number(row("k400", "Maya", "Hollis", BORN), n)]);
    assert_eq!(
        out,
        [Outcome::Waiting],
        "the row is nowhere, and its supplier was told it was taken"
    );
}

#[test]
fn the_same_key_in_two_rows_twice_changes_nothing() {
    let p = Practice::sqlite();
    let rows = [
        row("1", "Maya", "Hollis", BORN),
        row("1", "Maia", "Hollis", BORN),
    ];
    p.accept(&rows);
    assert_eq!(p.accept(&rows), [Outcome::Unchanged, Outcome::Waiting]);
    assert_eq!(p.store.rows_waiting().unwrap(), 1, "the second waits, once");
}

#[test]
fn one_key_for_two_people_does_not_mix_them() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let mut stranger = moved(row("1", "Yusuf", "Okonkwo", date(2019, 2, 3)), "SW1A 2AA");
    stranger.confirmed = date(2026, 11, 20);
    assert_eq!(p.accept(&[stranger]), [Outcome::Waiting]);
}

#[test]
fn f1_a_key_or_number_of_a_shielded_childs_held_row_guards_too() {
    let p = Practice::sqlite();
    p.accept(&[row("1", "Maya", "Hollis", BORN)]);
    shield(&p, "Maya", "Hollis");
    let census = Supplier {
        code: parse("census"),
        kind: SourceKind::Census,
    };
    p.store
        .accept(
            &census,
            &[with_nhs_number(
                moved(row("c9", "Maya", "Hollis", BORN), "SW1A 2AA"),
                "9434765919",
            )],
            p.now(),
        )
        .unwrap();
    let benefit = Supplier {
        code: parse("benefit"),
        kind: SourceKind::ChildBenefit,
    };
    let next = with_nhs_number(
        moved(row("b1", "Ruth", "Quillington", BORN), "SW1A 2AA"),
        "9434765919",
    );
    p.store.accept(&benefit, &[next], p.now()).unwrap();
    assert!(
        open_whole(&p, by_name("Ruth", "Quillington", BORN))
            .iter()
            .all(|open| !open)
    );
}

#[test]
fn two_first_starts_at_once_leave_a_ring_that_opens_what_they_sealed() {
    for round in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let options = store::Options {
            location: store::Location::Sqlite(folder.path().join("c.db")),
            key_ring: folder.path().join("ring"),
            entropy,
        };
        drop(
            rusqlite::Connection::open(folder.path().join("c.db"))
                .unwrap()
                .execute_batch("PRAGMA journal_mode=WAL"),
        );
        let barrier = std::sync::Barrier::new(2);
        let opened: Vec<bool> = std::thread::scope(|s| {
            let hands: Vec<_> = (0..2)
                .map(|_| {
                    s.spawn(|| {
                        barrier.wait();
                        let o = store::Store::open(options.clone());
                        if let Err(e) = &o {
                            eprintln!("  {e}");
                        }
                        o.is_ok()
                    })
                })
                .collect();
            hands.into_iter().map(|h| h.join().unwrap()).collect()
        });
        let again = store::Store::open(options.clone());
        assert!(
            again.is_ok() || opened.iter().all(|o| !o),
            "round {round}: opened {opened:?}, and now: {:?}",
            again.err()
        );
    }
}

#[test]
fn f1_the_words_of_a_held_row_guard_too() {
    both(|p| {
        p.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(p, "Maya", "Hollis");
        let renamed = |key: &str, day| {
            let mut renamed = moved(row(key, "Maya", "Quillington", BORN), "SW1A 2AA");
            renamed.confirmed = date(2026, 11, day);
            renamed
        };
        // Held under the key of the child who is known; then the new name alone, from a new key, and misspelt.
        p.accept(&[renamed("1", 10)]);
        p.accept(&[renamed("2", 11)]);
        let mut misspelt = renamed("3", 12);
        misspelt.particulars.name = row("3", "Mya", "Quillingtn", BORN).particulars.name;
        p.accept(&[misspelt]);
        assert!(!open_whole(p, by_name("Maya", "Quillington", BORN)).contains(&true));
        assert!(!open_whole(p, by_name("Mya", "Quillingtn", BORN)).contains(&true));
    });
}

#[test]
fn f1_what_is_taken_back_leaves_the_shield() {
    both(|p| {
        p.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(p, "Maya", "Hollis");
        p.accept(&[row("c", "Maya", "Hollis", BORN)]);
        let mut only = row("c", "Maya", "Hollis", BORN);
        only.particulars = directory::statement::Particulars::default();
        only.withdrawn = vec![parse("c-service")];
        assert_eq!(p.accept(&[only]), [Outcome::TakenBack]);
        assert_eq!(
            open_whole(p, by_name("Maya", "Hollis", BORN)),
            [false],
            "the shield itself stands"
        );
    });
}

#[test]
fn x2_a_known_row_sent_again_after_the_shield_is_answered_as_any_other() {
    both(|p| {
        let rows = |day| {
            let mut rows = [
                row("1", "Maya", "Hollis", BORN),
                row("2", "Tom", "Okonkwo", date(2014, 1, 2)),
            ];
            rows.iter_mut()
                .for_each(|row| row.confirmed = date(2026, 11, day));
            rows
        };
        p.accept(&rows(10));
        shield(p, "Maya", "Hollis");
        assert_eq!(p.accept(&rows(10)), [Outcome::Unchanged; 2]);
        assert_eq!(p.accept(&rows(11)), [Outcome::Accepted; 2]);
        // Another word is held all the same.
        let mut moved = rows(12).map(|row| moved(row, "SW1A 2AA"));
        moved[0].particulars.carers = Vec::new();
        p.accept(&moved);
        assert_eq!(open_whole(p, by_name("Maya", "Hollis", BORN)), [false]);
    });
}
