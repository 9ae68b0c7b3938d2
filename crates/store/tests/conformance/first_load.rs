//! The first load: the same directory as batch by batch, found when it is finished and not before.

use std::sync::mpsc::channel;
use std::thread::{scope, sleep};
use std::time::Duration;

use directory::correction::{Cause, Disputed, Right};
use directory::disputing::Told;
use directory::involvement::{Assessment, Lead};
use directory::query::{Hidden, Query};
use directory::record::Shielding;
use directory::shield::Ground;
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text;
use jiff::civil::date;
use store::{Error, Involving, Location};

use crate::practice::{Practice, both, by_name, nhs, parse, row, with_nhs_number};
use crate::records::tamper;

const BORN: directory::Date = date(2012, 2, 29);

fn shown(practice: &Practice, given: &str, family: &str) -> usize {
    practice
        .shown(&practice.session("jane"), by_name(given, family, BORN))
        .len()
}

fn batches() -> Vec<Vec<Row>> {
    let number = "9434765919";
    vec![
        vec![
            row("1", "Kelly", "Marsh", BORN),
            row("2", "Sinéad", "O’Brien", BORN),
            with_nhs_number(row("3", "Amina", "Hussain", BORN), number),
        ],
        // A new name, which takes keys away; a duplicate by number; the same again.
        vec![
            row("1", "Kelly", "Marsh-Jones", BORN),
            with_nhs_number(row("4", "Aminah", "Husain", BORN), number),
            row("2", "Sinéad", "O’Brien", BORN),
        ],
        // And back to the old name: what was taken away is there again.
        vec![row("1", "Kelly", "Marsh", BORN)],
    ]
}

#[test]
fn a_first_load_makes_the_same_directory_as_batch_by_batch() {
    both(|practice| {
        let mut first = practice.store.first_load().unwrap();
        let mut outcomes = Vec::new();
        for batch in batches() {
            outcomes.push(first.accept(&nhs(), &batch, practice.now()).unwrap());
        }
        assert_eq!(shown(practice, "Kelly", "Marsh"), 0, "not yet");
        first.finish(|_| ()).unwrap();

        let other = Practice::sqlite();
        let expected: Vec<Vec<Outcome>> =
            batches().iter().map(|batch| other.accept(batch)).collect();
        assert_eq!(outcomes, expected);
        for (given, family) in [
            ("Kelly", "Marsh"),
            ("Sinead", "OBrien"),
            ("Amina", "Hussain"),
        ] {
            assert_eq!(shown(practice, given, family), 1, "{given} {family}");
            assert_eq!(shown(&other, given, family), 1, "{given} {family}");
        }
        // From here on it is a directory like any other.
        let rows = [
            row("5", "Tom", "Marsh", BORN),
            row("1", "Kelly", "Marsh", BORN),
        ];
        assert_eq!(practice.accept(&rows), other.accept(&rows));
        assert_eq!(
            shown(practice, "Tom", "Marsh"),
            shown(&other, "Tom", "Marsh")
        );
        assert!(
            matches!(practice.store.first_load(), Err(Error::Unfit(_))),
            "there are children"
        );
    });
}

#[test]
fn an_interrupted_first_load_goes_on_where_it_stopped() {
    both(|practice| {
        let [one, two, three] = batches().try_into().unwrap();
        let mut first = practice.store.first_load().unwrap();
        first.accept(&nhs(), &one, practice.now()).unwrap();
        drop(first);
        let again = practice.reopened();
        let mut first = again.first_load().unwrap();
        let outcomes = first.accept(&nhs(), &one, practice.now()).unwrap();
        assert_eq!(outcomes, [Outcome::Unchanged; 3]);
        first.accept(&nhs(), &two, practice.now()).unwrap();
        first.accept(&nhs(), &three, practice.now()).unwrap();
        first.finish(|_| ()).unwrap();
        assert_eq!(shown(practice, "Kelly", "Marsh"), 1);
        assert_eq!(shown(practice, "Amina", "Hussain"), 1);
    });
}

#[test]
fn while_it_is_under_way_nobody_else_loads() {
    both(|practice| {
        let mut first = practice.store.first_load().unwrap();
        first
            .accept(&nhs(), &[row("1", "Kelly", "Marsh", BORN)], practice.now())
            .unwrap();
        let stranger = [row("2", "Tom", "Baker", BORN)];
        let refused = practice.store.accept(&nhs(), &stranger, practice.now());
        assert_eq!(refused, Err(Error::FirstLoad));
        // A second process goes on from here, and the first finds out before it writes.
        let elsewhere = practice.reopened();
        let mut second = elsewhere.first_load().unwrap();
        second.accept(&nhs(), &stranger, practice.now()).unwrap();
        let late = first.accept(&nhs(), &[row("3", "Ann", "Archer", BORN)], practice.now());
        assert!(matches!(late, Err(Error::Unfit(_))), "{late:?}");
        assert!(matches!(first.finish(|_| ()), Err(Error::Unfit(_))));
        second.finish(|_| ()).unwrap();
        assert_eq!(shown(practice, "Kelly", "Marsh"), 1);
        assert_eq!(
            shown(practice, "Ann", "Archer"),
            0,
            "nothing of a refused batch"
        );
    });
}

#[test]
fn r44_what_is_shielded_at_its_source_during_a_first_load_has_no_search_key_after_it() {
    both(|practice| {
        let mut first = practice.store.first_load().unwrap();
        first
            .accept(&nhs(), &[row("1", "Kelly", "Marsh", BORN)], practice.now())
            .unwrap();
        let mut restricted = row("1", "Kelly", "Marsh", BORN);
        restricted.restriction = directory::supplied::Restriction::AtSource;
        first.accept(&nhs(), &[restricted], practice.now()).unwrap();
        first.finish(|_| ()).unwrap();
        let jane = practice.session("jane");
        let hidden = Hidden {
            postcode: text::postcode("BS37 4AX").ok(),
            ..Hidden::default()
        };
        let visible = by_name("Kelly", "Marsh", BORN).visible().clone();
        let by_postcode = practice.shown(&jane, Query::of(visible, hidden).unwrap());
        assert_eq!(by_postcode.len(), 0, "a hidden field finds nobody");
        assert_eq!(
            practice.shown(&jane, by_name("Kelly", "Marsh", BORN)).len(),
            1
        );
    });
}

/// Has the directory say that a first load is under way, or not.
fn say_under_way(practice: &Practice, yes: bool) {
    let word = if yes { "yes" } else { "no" };
    let sql = format!(
        "INSERT INTO meta (name, value) VALUES ('first-load', '{word}') \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    );
    tamper(practice, &sql);
}

#[test]
fn r44_f1_nobody_decides_past_the_keys_that_a_first_load_keeps() {
    both(|practice| {
        practice.accept(&[row("1", "Kelly", "Marsh", BORN)]);
        let (sam, jane) = (practice.session("sam"), practice.session("jane"));
        let query = || by_name("Kelly", "Marsh", BORN);
        let (by_sam, by_jane) = (
            practice.opened(&sam, query()),
            practice.opened(&jane, query()),
        );
        let involving = Involving {
            service: parse("mentoring"),
            since: None,
            lead: Lead::Member,
            assessment: Assessment::None,
        };
        let (store, now) = (&practice.store, practice.now());
        let involved = || store.involve(&jane, &by_jane, &involving, now);
        let shielded = || store.shield(&sam, &by_sam, Ground::FleeingAbuse, now);
        let standing = |record: &str| store.disclose(&sam, record, now).unwrap().unwrap();
        say_under_way(practice, true);
        assert_eq!(involved(), Err(Error::FirstLoad));
        assert_eq!(shielded(), Err(Error::FirstLoad));
        assert_eq!(standing(&by_sam).shielding(), Shielding::None);
        say_under_way(practice, false);
        assert_eq!(involved(), Ok(Ok(())), "it was not written before");
        assert_eq!(shielded(), Ok(Ok(())));
        // Nor about a child who is shielded, by whose change others may come to be.
        say_under_way(practice, true);
        let right = Particulars {
            born: Some(date(2012, 2, 28)),
            ..Particulars::default()
        };
        let told = Told {
            field: Disputed::Born,
            cause: Cause::CarerAsked,
            right: Right::is(Disputed::Born, &right).unwrap(),
            entry: None,
        };
        assert_eq!(
            store.say_wrong(&sam, &by_sam, &told, now),
            Err(Error::FirstLoad)
        );
    });
}

/// Rows of one of two suppliers about every tenth child from some child on: some spelt otherwise, one twice, one restricted.
fn feed(supplier: usize, from: usize) -> Vec<Row> {
    const GIVEN: [&str; 6] = ["Kelly", "Aminah", "Oliver", "Sinead", "Tomasz", "Priya"];
    const FAMILY: [&str; 5] = ["Marsh", "Hussain", "O’Brien", "Nowak", "Patel"];
    let one = |child: usize| {
        let given = match (supplier, child % 4) {
            (1, 1) => "Kely",
            (1, 2) => "Aminha",
            _ => GIVEN[child % GIVEN.len()],
        };
        let day = i8::try_from(child % 28).unwrap() + 1;
        let month = i8::try_from(child % 12).unwrap() + 1;
        let family = FAMILY[child % FAMILY.len()];
        let mut row = row(&child.to_string(), given, family, date(2012, month, day));
        if let Some(residence) = &mut row.particulars.residence
            && let directory::address::AddressState::Current(address) = &mut residence.state
        {
            let postcode = format!("BS{} {}AX", child % 30 + 1, child % 9 + 1);
            address.postcode = text::postcode(&postcode).ok();
        }
        // Some stood open before.
        if supplier == 0 && child % 11 == 5 || supplier == 1 && child % 13 == 7 {
            row.restriction = Restriction::AtSource;
        }
        row
    };
    let mut rows: Vec<Row> = (from..from + 20).map(one).collect();
    // Once more under another key, in the same batch: the record is no longer as it was read.
    let mut again = one(from + 3);
    again.key = parse(&format!("again-{from}"));
    rows.push(again);
    rows
}

#[test]
fn rows_that_are_taken_while_those_before_them_are_written_become_what_they_become_one_after_the_other()
 {
    both(|practice| {
        let benefit = Supplier {
            code: parse("child-benefit"),
            kind: SourceKind::ChildBenefit,
        };
        let suppliers = [nhs(), benefit];
        let other = Practice::sqlite();
        let mut first = practice.store.first_load().unwrap();
        let mut one_by_one = other.store.first_load().unwrap();
        let froms = [0, 20, 10, 40, 30, 0].into_iter();
        let each = froms.flat_map(|from| [0, 1].map(|place| (from, place)));
        let mut batches = each.map(|(from, place)| {
            let (supplier, rows) = (&suppliers[place], feed(place, from));
            let ready = practice.store.ready(supplier, rows.clone(), practice.now());
            (from, supplier, rows, ready.unwrap())
        });
        let mut next = batches.next();
        while let Some((from, supplier, rows, ready)) = next {
            next = batches.next();
            let expected = one_by_one.accept(supplier, &rows, other.now()).unwrap();
            let of_next = next.as_mut().map(|(.., ready)| ready);
            // Now and then what comes next is not known yet.
            let of_next = of_next.filter(|_| from != 40);
            let outcomes = first.accept_ready(ready, of_next).unwrap();
            assert_eq!(outcomes, expected, "{} from {from}", supplier.code.as_str());
        }
        first.land().unwrap();
        first.finish(|_| ()).unwrap();
        one_by_one.finish(|_| ()).unwrap();
        let compared = practice.store.compare(&other.store).unwrap();
        assert!(compared.is_same(), "{compared:?}");
        assert_eq!(
            practice.store.rows_waiting().unwrap(),
            other.store.rows_waiting().unwrap()
        );
    });
}

#[test]
fn a_load_of_which_a_batch_was_not_written_takes_no_more() {
    both(|practice| {
        let ready = |key: &str, given: &str, family: &str| {
            let rows = vec![row(key, given, family, BORN)];
            practice.store.ready(&nhs(), rows, practice.now()).unwrap()
        };
        let mut first = practice.store.first_load().unwrap();
        first
            .accept_ready(ready("1", "Kelly", "Marsh"), None)
            .unwrap();
        first.land().unwrap();
        // A second process takes the turn.
        let elsewhere = practice.reopened();
        let mut second = elsewhere.first_load().unwrap();
        let stranger = [row("2", "Tom", "Baker", BORN)];
        second.accept(&nhs(), &stranger, practice.now()).unwrap();
        assert!(
            first
                .accept_ready(ready("3", "Ann", "Archer"), None)
                .is_err()
        );
        assert!(
            first
                .accept_ready(ready("4", "Zoe", "Nowak"), None)
                .is_err()
        );
        assert!(matches!(first.finish(|_| ()), Err(Error::Unfit(_))));
        second.finish(|_| ()).unwrap();
        assert_eq!(shown(practice, "Tom", "Baker"), 1);
        assert_eq!(shown(practice, "Ann", "Archer"), 0);
    });
}

#[test]
fn what_comes_while_a_first_load_is_being_finished_is_refused_and_never_lost() {
    both(|practice| {
        let mut first = practice.store.first_load().unwrap();
        let kelly = [row("1", "Kelly", "Marsh", BORN)];
        first.accept(&nhs(), &kelly, practice.now()).unwrap();
        let tom = || vec![row("2", "Tom", "Baker", BORN)];
        let ready = practice.store.ready(&nhs(), tom(), practice.now()).unwrap();
        let elsewhere = practice.reopened();
        let second = elsewhere.first_load().unwrap();
        let ((files, filing), (goes_on, waits)) = (channel(), channel::<()>());
        let late = scope(|scope| {
            let finishing = scope.spawn(move || {
                second.finish(move |_| {
                    files.send(()).unwrap();
                    // Until it is dropped.
                    assert!(waits.recv().is_err());
                })
            });
            filing.recv().unwrap();
            let sent = first.accept_ready(ready, None);
            drop(goes_on);
            finishing.join().unwrap().unwrap();
            sent.and_then(|_| first.land())
        });
        assert!(matches!(late, Err(Error::Unfit(_))), "{late:?}");
        assert_eq!(crate::records::count(practice, "key_run"), 0);
        assert_eq!(practice.accept(&tom()), [Outcome::Accepted]);
        assert_eq!(shown(practice, "Kelly", "Marsh"), 1);
        assert_eq!(shown(practice, "Tom", "Baker"), 1);
    });
}

/// Keeps the turn of supply from moving until it is dropped.
enum Kept {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Kept {
    fn of(practice: &Practice) -> Kept {
        match &practice.options.location {
            Location::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).unwrap();
                connection.execute_batch("BEGIN IMMEDIATE").unwrap();
                Kept::Sqlite(connection)
            }
            Location::Postgres(server) => {
                let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
                let sql = "BEGIN; SELECT value FROM meta WHERE name = 'supply' FOR UPDATE";
                client.batch_execute(sql).unwrap();
                Kept::Postgres(Box::new(client))
            }
        }
    }

    fn let_go(self) {
        match self {
            Kept::Sqlite(connection) => connection.execute_batch("COMMIT").unwrap(),
            Kept::Postgres(mut client) => client.batch_execute("COMMIT").unwrap(),
        }
    }
}

#[test]
fn a_first_load_does_not_begin_beside_a_batch_that_is_being_written() {
    both(|practice| {
        let elsewhere = practice.reopened();
        let kept = Kept::of(practice);
        let (now, rows) = (practice.now(), [row("1", "Kelly", "Marsh", BORN)]);
        let (accepted, begun) = scope(|scope| {
            let accepting = scope.spawn(|| practice.store.accept(&nhs(), &rows, now));
            sleep(Duration::from_millis(700));
            let beginning = scope.spawn(|| elsewhere.first_load().map(|_| ()));
            sleep(Duration::from_millis(300));
            kept.let_go();
            (accepting.join().unwrap(), beginning.join().unwrap())
        });
        // One of the two, whichever was first: the keys of the batch would be in no run of the load.
        assert!(accepted.is_ok() != begun.is_ok(), "{accepted:?} {begun:?}");
    });
}
