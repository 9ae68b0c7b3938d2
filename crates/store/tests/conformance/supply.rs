//! Rows become records: once, whole batches only, and in doubt never by themselves.

use directory::child::{SensitiveServices, View};
use directory::consent::{Answer, Consent, ConsentFact, Understanding};
use directory::involvement::SensitiveInvolvement;
use directory::query::{Hidden, Query, Visible};
use directory::shield::Ground;
use directory::statement::{Particulars, Said, SourceKind};
use directory::supplied::{Outcome, Row, Supplier};
use directory::text;
use jiff::civil::date;

use crate::practice::{Practice, both, by_name, nhs, parse, row, with_nhs_number};

fn shown(practice: &Practice, given: &str, family: &str, born: directory::Date) -> usize {
    practice
        .shown(&practice.session("jane"), by_name(given, family, born))
        .len()
}

#[test]
fn the_same_file_twice_changes_nothing() {
    both(|practice| {
        let rows = [
            row("1", "Kelly", "Marsh", date(2011, 5, 14)),
            row("2", "Tom", "Marsh", date(2014, 1, 2)),
        ];
        assert_eq!(
            practice.accept(&rows),
            [Outcome::Accepted, Outcome::Accepted]
        );
        assert_eq!(
            practice.accept(&rows),
            [Outcome::Unchanged, Outcome::Unchanged]
        );
        assert_eq!(shown(practice, "Kelly", "Marsh", date(2011, 5, 14)), 1);
    });
}

#[test]
fn rows_join_by_own_key_by_number_and_by_exact_identity() {
    both(|practice| {
        let born = date(2011, 5, 14);
        practice.accept(&[with_nhs_number(
            row("1", "Kelly", "Marsh", born),
            "9434765919",
        )]);
        let renamed = with_nhs_number(row("1", "Kelly", "Marsh-Jones", born), "9434765919");
        assert_eq!(practice.accept(&[renamed]), [Outcome::Accepted], "own key");
        let other = directory::supplied::Supplier {
            code: parse("census"),
            kind: directory::statement::SourceKind::Census,
        };
        let by_number = with_nhs_number(row("c1", "Kellie", "Marsh", born), "9434765919");
        assert_eq!(
            practice
                .store
                .accept(&other, &[by_number], practice.now())
                .unwrap(),
            [Outcome::Accepted]
        );
        let third = directory::supplied::Supplier {
            code: parse("benefit"),
            kind: directory::statement::SourceKind::ChildBenefit,
        };
        let exact = row("b1", "KELLY", "MARSH-JONES", born);
        assert_eq!(
            practice
                .store
                .accept(&third, &[exact], practice.now())
                .unwrap(),
            [Outcome::Accepted]
        );
        assert_eq!(shown(practice, "Kelly", "Marsh", born), 1);
    });
}

#[test]
fn twins_stay_two_and_doubt_waits() {
    both(|practice| {
        let born = date(2016, 3, 1);
        practice.accept(&[row("1", "Amina", "Hussain", born)]);
        assert_eq!(
            practice.accept(&[row("2", "Yusuf", "Hussain", born)]),
            [Outcome::Accepted],
            "a twin is new"
        );
        let mut moved = row("3", "Amina", "Hussain", born);
        moved.particulars.residence = None;
        assert_eq!(
            practice.accept(&[moved]),
            [Outcome::Waiting],
            "alike, and not exactly"
        );
        assert_eq!(practice.store.rows_waiting().unwrap(), 1);
        assert_eq!(
            shown(practice, "Amina", "Hussain", born),
            2,
            "the twins, and no third"
        );
        assert!(shown(practice, "Yusuf", "Hussain", born) >= 1);
    });
}

#[test]
fn two_rows_of_one_new_child_at_once_make_one_child() {
    both(|practice| {
        let born = date(2016, 3, 1);
        let now = practice.now();
        std::thread::scope(|scope| {
            for supplier in ["a", "b", "c", "d"] {
                scope.spawn(move || {
                    let supplier = directory::supplied::Supplier {
                        code: parse(supplier),
                        kind: directory::statement::SourceKind::Local,
                    };
                    practice
                        .store
                        .accept(&supplier, &[row("1", "Amina", "Hussain", born)], now)
                        .unwrap();
                });
            }
        });
        assert_eq!(shown(practice, "Amina", "Hussain", born), 1);
    });
}

#[test]
fn two_processes_at_once_make_one_child() {
    both(|practice| {
        let born = date(2016, 3, 1);
        let other = practice.reopened();
        let now = practice.now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                practice
                    .store
                    .accept(&nhs(), &[row("1", "Amina", "Hussain", born)], now)
                    .unwrap()
            });
            scope.spawn(|| {
                other
                    .accept(&nhs(), &[row("2", "Amina", "Hussain", born)], now)
                    .unwrap()
            });
        });
        assert_eq!(shown(practice, "Amina", "Hussain", born), 1);
    });
}

#[test]
fn a_new_name_is_found_and_the_old_one_still_leads_there() {
    both(|practice| {
        let born = date(2011, 5, 14);
        practice.accept(&[row("1", "Kelly", "Marsh", born)]);
        let mut renamed = row("1", "Kelly", "Fairweather", born);
        renamed.confirmed = date(2026, 11, 10);
        practice.accept(&[renamed]);
        assert_eq!(shown(practice, "Kelly", "Fairweather", born), 1);
        assert_eq!(
            shown(practice, "Kelly", "Marsh", born),
            1,
            "by the former name"
        );
    });
}

#[test]
fn a_move_is_found_by_the_new_postcode_and_not_by_the_old() {
    both(|practice| {
        let born = date(2011, 5, 14);
        practice.accept(&[row("1", "Kelly", "Marsh", born)]);
        let mut moved = row("1", "Kelly", "Marsh", born);
        moved.confirmed = date(2026, 11, 10);
        if let Some(residence) = &mut moved.particulars.residence
            && let directory::address::AddressState::Current(address) = &mut residence.state
        {
            address.postcode = text::postcode("LS1 4AP").ok();
        }
        practice.accept(&[moved]);
        let jane = practice.session("jane");
        let by_postcode = |postcode: &str| {
            let hidden = Hidden {
                postcode: text::postcode(postcode).ok(),
                ..Hidden::default()
            };
            let visible = Visible {
                family: directory::text::NamePart::parse("Marsh").ok(),
                ..Visible::default()
            };
            practice
                .shown(&jane, Query::of(visible, hidden).unwrap())
                .len()
        };
        assert_eq!(by_postcode("LS1 4AP"), 1);
        assert_eq!(by_postcode("BS37 4AX"), 0);
    });
}

#[test]
fn too_large_a_batch_is_refused_whole() {
    both(|practice| {
        let rows: Vec<_> = (0..=store::BATCH_ROWS_MAX)
            .map(|i| row(&i.to_string(), "A", "B", date(2015, 1, 1)))
            .collect();
        assert!(
            practice
                .store
                .accept(&nhs(), &rows, practice.now())
                .is_err()
        );
        assert_eq!(shown(practice, "A", "B", date(2015, 1, 1)), 0);
    });
}

/// A row of a sensitive service's own system, with the child's consent.
pub fn of_clinic(key: &str, statement: &str, practice: &Practice) -> Row {
    let fact = ConsentFact {
        born: Some(date(2010, 5, 14)),
        understanding: Understanding::Presumed,
        child: Answer::Agreed,
        carer: Answer::None,
        on: date(2026, 5, 1),
        reference: None,
    };
    let service = practice
        .store
        .catalogue()
        .sensitive(&parse("quiet"))
        .unwrap();
    let consent = Consent::given(fact, practice.now().today).unwrap();
    let involvement = SensitiveInvolvement::consented(&service, consent);
    let mut row = row(key, "Kelly", "Marsh", date(2010, 5, 14));
    row.also = vec![(parse(statement), Said::Sensitive(Box::new(involvement)))];
    row
}

/// The same supplier, taking back what it said.
pub fn taking_back(key: &str, statement: &str) -> Row {
    Row {
        particulars: Particulars::default(),
        withdrawn: vec![parse(statement)],
        ..row(key, "Kelly", "Marsh", date(2010, 5, 14))
    }
}

pub fn sensitive_services(practice: &Practice) -> SensitiveServices {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Kelly", "Marsh", date(2010, 5, 14)));
    let disclosure = practice.store.disclose(&sam, &reference, practice.now());
    match disclosure.unwrap().unwrap().view() {
        View::Whole(child) => child.sensitive_services,
        View::Restricted(_) => panic!("a whole record"),
    }
}

#[test]
fn x5_a_sensitive_indicator_goes_with_its_consent_and_leaves_nothing_behind() {
    both(|practice| {
        let clinic = Supplier {
            code: parse("clinic"),
            kind: SourceKind::Local,
        };
        let accept = |row: Row| {
            practice
                .store
                .accept(&clinic, &[row], practice.now())
                .unwrap()
        };
        practice.accept(&[row("1", "Kelly", "Marsh", date(2010, 5, 14))]);
        assert_eq!(accept(of_clinic("c", "c-1", practice)), [Outcome::Accepted]);
        assert_eq!(sensitive_services(practice), SensitiveServices::OneOrMore);
        // Another key, and another supplier's same key, take nothing back.
        assert_eq!(accept(taking_back("c", "c-2")), [Outcome::TakenBack]);
        practice.accept(&[taking_back("c", "c-1")]);
        assert_eq!(sensitive_services(practice), SensitiveServices::OneOrMore);
        assert_eq!(accept(taking_back("c", "c-1")), [Outcome::TakenBack]);
        assert_eq!(sensitive_services(practice), SensitiveServices::None);
        assert_eq!(
            accept(taking_back("c", "c-1")),
            [Outcome::TakenBack],
            "twice"
        );
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        assert_eq!(shown(practice, "Kelly", "Marsh", date(2010, 5, 14)), 1);
    });
}

#[test]
fn x5_consent_that_ends_in_the_same_batch_or_while_a_row_waits_is_heard_too() {
    both(|practice| {
        let clinic = Supplier {
            code: parse("clinic"),
            kind: SourceKind::Local,
        };
        let accept = |rows: &[Row]| {
            practice
                .store
                .accept(&clinic, rows, practice.now())
                .unwrap()
        };
        practice.accept(&[row("1", "Kelly", "Marsh", date(2010, 5, 14))]);
        // Both in one batch: whatever the order of the file, the end is the end.
        accept(&[of_clinic("c", "c-1", practice), taking_back("c", "c-1")]);
        assert_eq!(sensitive_services(practice), SensitiveServices::None);
        // A row in doubt waits; taken back, it waits no longer.
        let mut doubtful = of_clinic("d", "d-1", practice);
        doubtful.particulars.name.as_mut().unwrap().family = parse("Marsch");
        assert_eq!(accept(&[doubtful]), [Outcome::Waiting]);
        accept(&[taking_back("d", "d-1")]);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
    });
}

#[test]
fn x5_consent_that_ends_behind_a_shield_is_heard_too() {
    let practice = Practice::sqlite();
    let clinic = Supplier {
        code: parse("clinic"),
        kind: SourceKind::Local,
    };
    let accept = |row: Row| {
        practice
            .store
            .accept(&clinic, &[row], practice.now())
            .unwrap()
    };
    practice.accept(&[row("1", "Kelly", "Marsh", date(2010, 5, 14))]);
    accept(of_clinic("c", "c-1", &practice));
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Kelly", "Marsh", date(2010, 5, 14)));
    practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now())
        .unwrap()
        .unwrap();
    let record = || {
        let database =
            rusqlite::Connection::open(practice.folder().join("contactpoint.db")).unwrap();
        let read = "SELECT version, length(body) FROM record";
        database
            .query_row(read, [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
            })
            .unwrap()
    };
    let before = record();
    assert_eq!(accept(taking_back("c", "c-2")), [Outcome::TakenBack]);
    assert_eq!(record(), before, "nothing stood under that key");
    assert_eq!(accept(taking_back("c", "c-1")), [Outcome::TakenBack]);
    let after = record();
    assert_eq!(after.0, before.0 + 1);
    assert!(after.1 < before.1, "the statement is gone, not only marked");
}
