//! Whoever shields a child decides about the open records that could give its whereabouts away, on both databases (X3); nobody else
//! hears of them (X1, X2, C6).

use std::ops::ControlFlow;
use std::thread;

use directory::access::Refusal;
use directory::account::Role;
use directory::address::AddressState;
use directory::connected::{Rest, Tie};
use directory::name::{Carer, Name};
use directory::query::Query;
use directory::reason::Reason;
use directory::shield::Ground;
use directory::statement::SourceKind;
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text::{self, NamePart, telephone};
use jiff::civil::date;
use store::{
    CONNECTED_SHOWN_MAX, Choice, Reconsidered, Refiled, Session, ShieldLine, ShownConnected, Store,
};

use crate::practice::{Practice, account, both, by_name, parse, row, secrets};
use crate::records::tamper;
use crate::review::staffed;

const BORN: directory::Date = date(2013, 8, 21);
const SIBLING_BORN: directory::Date = date(2016, 2, 29);

fn carer(given: &str, family: &str, rings: Option<&str>) -> Carer {
    Carer {
        name: Name {
            given: NamePart::parse(given).ok(),
            family: parse(family),
        },
        telephone: rings.map(|rings| telephone(rings).unwrap()),
        email: None,
    }
}

fn at(mut row: Row, line: &str, postcode: &str) -> Row {
    let residence = row.particulars.residence.as_mut().unwrap();
    if let AddressState::Current(address) = &mut residence.state {
        address.lines[0] = parse(line);
        address.postcode = text::postcode(postcode).ok();
    }
    row
}

fn with_carer(mut row: Row, carer: Carer) -> Row {
    row.particulars.carers.push(carer);
    row
}

/// More shields than are read at once.
const PAGED: usize = store::FOLLOWED_MAX + 5;

/// Maya, her brother, a cousin, a half-sister elsewhere, and two who only live near or share a common name.
fn household(practice: &Practice) {
    let ines = || carer("Inês", "Calder", Some("01632 960123"));
    practice.accept(&[
        with_carer(row("1", "Maya", "Hollis", BORN), ines()),
        row("2", "Tom", "Hollis", SIBLING_BORN),
        at(
            row("3", "Una", "Hollis", SIBLING_BORN),
            "The Annexe, High Street",
            "BS37 4AX",
        ),
        with_carer(
            at(
                row("4", "Zoe", "Kent", SIBLING_BORN),
                "9 Mill Lane",
                "BS16 1AA",
            ),
            carer("Ines", "CALDER", None),
        ),
        at(
            row("5", "Priya", "Shah", SIBLING_BORN),
            "2 High Street",
            "BS37 4AX",
        ),
        with_carer(
            at(
                row("6", "Owen", "Pryce", SIBLING_BORN),
                "3 Mill Lane",
                "BS16 1AA",
            ),
            carer("Ines", "Calderwood", Some("01632 960124")),
        ),
    ]);
}

fn maya() -> Query {
    by_name("Maya", "Hollis", BORN)
}

/// Shields a child, and gives the reference by which the officer goes on.
fn shields(practice: &Practice, officer: &Session, query: Query) -> String {
    let reference = practice.opened(officer, query);
    let store = &practice.store;
    let placed = store.shield(officer, &reference, Ground::FleeingAbuse, practice.now());
    placed.unwrap().unwrap();
    reference
}

fn shown(practice: &Practice, officer: &Session, reference: &str) -> ShownConnected {
    let store = &practice.store;
    let shown = store.show_connected(officer, reference, practice.now());
    shown
        .unwrap()
        .unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

fn named(shown: &ShownConnected) -> Vec<(String, Vec<Tie>)> {
    let each = shown.disclosure.open().iter().zip(&shown.open);
    let named = each.map(|((_, open), connected)| {
        let given = open.view().name().unwrap().given.as_ref().unwrap();
        (given.to_string(), connected.ties.clone())
    });
    named.collect()
}

fn decides(
    practice: &Practice,
    officer: &Session,
    reference: &str,
    choices: &[(String, Choice)],
) -> Result<(), Refusal> {
    let store = &practice.store;
    store
        .decide_connected(officer, reference, choices, practice.now())
        .unwrap()
}

fn waiting(practice: &Practice, officer: &Session) -> Vec<ShieldLine> {
    let store = &practice.store;
    store
        .shields_waiting(officer, practice.now())
        .unwrap()
        .unwrap()
}

fn is_shielded(practice: &Practice, query: Query) -> bool {
    let jane = practice.session("jane");
    let reference = practice.opened(&jane, query);
    let disclosed = practice.store.disclose(&jane, &reference, practice.now());
    let disclosed = disclosed.unwrap().unwrap();
    disclosed.shielding() == directory::record::Shielding::Shielded
}

fn is_sound(practice: &Practice) {
    practice.store.sequence(practice.now()).unwrap();
    let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
    assert_eq!(audit.finding, None);
}

#[test]
fn x3_records_that_share_the_address_or_a_carer_are_listed_and_each_is_decided_about() {
    both(|practice| {
        household(practice);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        assert_eq!(waiting(practice, &sam).len(), 1);
        let list = shown(practice, &sam, &reference);
        assert_eq!(
            named(&list),
            [
                ("Tom".to_owned(), vec![Tie::Address]),
                ("Una".to_owned(), vec![Tie::FamilyAtPostcode]),
                ("Zoe".to_owned(), vec![Tie::Carer]),
            ]
        );
        let choices: Vec<(String, Choice)> = list
            .open
            .iter()
            .zip([Choice::Shield, Choice::Shield, Choice::LeaveOpen])
            .map(|(one, choice)| (one.reference.clone(), choice))
            .collect();
        decides(practice, &sam, &reference, &choices).unwrap();
        assert!(is_shielded(
            practice,
            by_name("Tom", "Hollis", SIBLING_BORN)
        ));
        assert!(is_shielded(
            practice,
            by_name("Una", "Hollis", SIBLING_BORN)
        ));
        assert!(!is_shielded(practice, by_name("Zoe", "Kent", SIBLING_BORN)));
        // The brother and the cousin are connected with each other and with Maya, all of whom are shielded: nothing waits.
        assert_eq!(waiting(practice, &sam), []);
        // Whoever looks again sees what was decided, and may decide otherwise.
        let again = shown(practice, &sam, &reference);
        assert_eq!(named(&again), [("Zoe".to_owned(), vec![Tie::Carer])]);
        assert!(again.open[0].was_left_open);
        let choices = [(again.open[0].reference.clone(), Choice::Shield)];
        decides(practice, &sam, &reference, &choices).unwrap();
        assert!(is_shielded(practice, by_name("Zoe", "Kent", SIBLING_BORN)));
        is_sound(practice);
    });
}

#[test]
fn x3_a_shield_with_nobody_near_waits_for_nothing() {
    both(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        assert_eq!(waiting(practice, &sam), []);
        assert!(shown(practice, &sam, &reference).open.is_empty());
        is_sound(practice);
    });
}

#[test]
fn x3_what_a_source_restricts_waits_for_an_officer_as_well() {
    both(|practice| {
        household(practice);
        let mut restricted = row("1", "Maya", "Hollis", BORN);
        restricted.confirmed = date(2026, 11, 2);
        restricted.restriction = Restriction::AtSource;
        practice.accept(&[restricted]);
        let sam = practice.session("sam");
        let lines = waiting(practice, &sam);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].ground, Ground::RestrictedAtSource);
        let (store, reference) = (&practice.store, &lines[0].reference);
        let refused = store.show_connected(&sam, reference, practice.now());
        assert_eq!(refused.unwrap().err(), Some(Refusal::NoReason));
        let reason = Reason::ShieldDecision;
        let given = store.give_reason(&sam, reference, reason, practice.now());
        given.unwrap().unwrap();
        assert!(named(&shown(practice, &sam, reference)).len() >= 2);
    });
}

#[test]
fn x1_x2_c6_nobody_else_hears_who_is_connected() {
    staffed(|practice| {
        household(practice);
        let store = &practice.store;
        // Any officer may place a shield, because protection must not wait; what is connected only the responsible authority's see.
        let bob = practice.session("bob");
        let reference = shields(practice, &bob, maya());
        let shown = store.show_connected(&bob, &reference, practice.now());
        assert_eq!(shown.unwrap().err(), Some(Refusal::AlreadySo));
        assert_eq!(waiting(practice, &bob), []);
        let jane = practice.session("jane");
        let reference = practice.opened(&jane, maya());
        let shown = store.show_connected(&jane, &reference, practice.now());
        assert_eq!(shown.unwrap().err(), Some(Refusal::NotPermitted));
        let listed = store.shields_waiting(&jane, practice.now());
        assert_eq!(listed.unwrap().err(), Some(Refusal::NotPermitted));
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam).len(), 1);
        is_sound(practice);
    });
}

#[test]
fn x3_a_decision_is_about_every_record_that_is_listed_or_nothing_is_decided() {
    both(|practice| {
        household(practice);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        let tom = (list.open[0].reference.clone(), Choice::Shield);
        let refused = decides(practice, &sam, &reference, std::slice::from_ref(&tom));
        assert_eq!(refused, Err(Refusal::DoesNotFit));
        assert!(!is_shielded(
            practice,
            by_name("Tom", "Hollis", SIBLING_BORN)
        ));
        // Somebody else comes to live there meanwhile.
        practice.accept(&[row("7", "Nia", "Hollis", date(2019, 5, 4))]);
        let choices: Vec<(String, Choice)> = list
            .open
            .iter()
            .map(|one| (one.reference.clone(), Choice::LeaveOpen))
            .collect();
        let refused = decides(practice, &sam, &reference, &choices);
        assert_eq!(refused, Err(Refusal::DoesNotFit));
        assert_eq!(waiting(practice, &sam).len(), 1);
        assert_eq!(shown(practice, &sam, &reference).open.len(), 4);
    });
}

#[test]
fn x3_a_common_name_of_a_carer_connects_nobody_without_a_telephone_number() {
    both(|practice| {
        let sarah = |rings| carer("Sarah", "Smith", rings);
        let mut rows = vec![with_carer(
            row("0", "Maya", "Hollis", BORN),
            sarah(Some("01632 960123")),
        )];
        for (place, (given, family)) in LODGERS.iter().take(14).enumerate() {
            let line = format!("{} Mill Lane", place + 1);
            let lodger = row(&(place + 1).to_string(), given, family, born(place));
            let rings = (*given == "Nkechi").then_some("01632 960123");
            rows.push(with_carer(at(lodger, &line, "BS16 1AA"), sarah(rings)));
        }
        let outcomes = practice.accept(&rows);
        assert!(
            outcomes.iter().all(|one| *one == Outcome::Accepted),
            "{outcomes:?}"
        );
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list), [("Nkechi".to_owned(), vec![Tie::Carer])]);
    });
}

/// Children of one address who have nothing else in common.
pub const LODGERS: [(&str, &str); 23] = [
    ("Abdul", "Rahman"),
    ("Beatrix", "Winterbourne"),
    ("Callum", "Docherty"),
    ("Dafydd", "Llewellyn"),
    ("Efosa", "Igbinedion"),
    ("Freya", "Magnusson"),
    ("Gurpreet", "Sandhu"),
    ("Hamish", "Urquhart"),
    ("Ikram", "Osman"),
    ("Jolanta", "Wisniewska"),
    ("Kwame", "Boateng"),
    ("Leticia", "Figueiredo"),
    ("Mehmet", "Yilmaz"),
    ("Nkechi", "Adeyemi"),
    ("Oscar", "Fothergill"),
    ("Parvati", "Krishnan"),
    ("Quentin", "Zeller"),
    ("Roisin", "Gallagher"),
    ("Sunil", "Gurung"),
    ("Thuy", "Nguyen"),
    ("Ulrich", "Hackenbush"),
    ("Veronica", "Kaczmarek"),
    ("Wei", "Chen"),
];

fn born(place: usize) -> directory::Date {
    let place = i16::try_from(place).unwrap();
    let (month, day) = (1 + place % 12, 1 + place);
    date(
        2009 + place % 9,
        month.try_into().unwrap(),
        day.try_into().unwrap(),
    )
}

#[test]
fn x3_where_many_share_an_address_they_are_decided_about_a_list_at_a_time() {
    both(|practice| {
        let mut rows = vec![row("0", "Maya", "Hollis", BORN)];
        let more = CONNECTED_SHOWN_MAX + 3;
        for (place, (given, family)) in LODGERS.iter().enumerate() {
            rows.push(row(&(place + 1).to_string(), given, family, born(place)));
        }
        assert_eq!(LODGERS.len(), more);
        let outcomes = practice.accept(&rows);
        assert!(
            outcomes.iter().all(|one| *one == Outcome::Accepted),
            "{outcomes:?}"
        );
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        assert_eq!(
            (list.open.len(), list.rest),
            (CONNECTED_SHOWN_MAX, Rest::More)
        );
        let leave = |list: &ShownConnected| -> Vec<(String, Choice)> {
            let each = list.open.iter();
            each.map(|one| (one.reference.clone(), Choice::LeaveOpen))
                .collect()
        };
        decides(practice, &sam, &reference, &leave(&list)).unwrap();
        assert_eq!(waiting(practice, &sam).len(), 1);
        let list = shown(practice, &sam, &reference);
        let undecided = list.open.iter().filter(|one| !one.was_left_open).count();
        assert_eq!((undecided, list.rest), (3, Rest::None));
        decides(practice, &sam, &reference, &leave(&list)).unwrap();
        assert_eq!(waiting(practice, &sam), []);
        is_sound(practice);
    });
}

#[test]
fn x3_whoever_comes_to_live_there_later_is_found_the_next_night() {
    both(|practice| {
        household(practice);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        let choices: Vec<(String, Choice)> = list
            .open
            .iter()
            .map(|one| (one.reference.clone(), Choice::LeaveOpen))
            .collect();
        decides(practice, &sam, &reference, &choices).unwrap();
        let looks = || {
            let now = practice.now();
            let store = &practice.store;
            let done = store.reconsider(now, &mut |_| ControlFlow::Continue(()));
            done.unwrap().waiting_again
        };
        assert_eq!(looks(), 0);
        practice.accept(&[row("7", "Nia", "Hollis", date(2019, 5, 4))]);
        assert_eq!((looks(), looks()), (1, 0));
        assert_eq!(waiting(practice, &sam).len(), 1);
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list)[0].0, "Nia");
        let undecided = list.open.iter().filter(|one| !one.was_left_open);
        assert_eq!(undecided.count(), 1);
        is_sound(practice);
    });
}

/// Maya's brother, as another source has him too: at the address where she is.
fn brother_elsewhere(practice: &Practice, confirmed: [directory::Date; 2]) {
    let old = |row| at(row, "9 Mill Lane", "BS16 1AA");
    let mut by_nhs = old(row("2", "Tom", "Hollis", SIBLING_BORN));
    by_nhs.confirmed = confirmed[0];
    practice.accept(&[row("1", "Maya", "Hollis", BORN), by_nhs]);
    let mut by_school = row("77", "Tom", "Hollis", SIBLING_BORN);
    by_school.confirmed = confirmed[1];
    let school = Supplier {
        code: parse("school-census"),
        kind: SourceKind::Census,
    };
    let taken = practice.store.accept(&school, &[by_school], practice.now());
    assert_eq!(taken.unwrap(), [Outcome::Accepted]);
}

#[test]
fn x3_a_brother_is_found_by_what_any_source_says_and_not_only_the_one_that_is_believed() {
    for confirmed in [
        [date(2026, 11, 1), date(2026, 10, 1)],
        [date(2025, 9, 1), date(2026, 5, 1)],
    ] {
        both(|practice| {
            brother_elsewhere(practice, confirmed);
            let sam = practice.session("sam");
            let reference = shields(practice, &sam, maya());
            let list = shown(practice, &sam, &reference);
            assert_eq!(named(&list), [("Tom".to_owned(), vec![Tie::Address])]);
        });
    }
}

#[test]
fn x3_what_waits_behind_the_shield_counts_as_where_the_child_may_be() {
    both(|practice| {
        practice.accept(&[
            row("1", "Maya", "Hollis", BORN),
            at(
                row("2", "Tom", "Hollis", SIBLING_BORN),
                "9 Mill Lane",
                "BS16 1AA",
            ),
        ]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        assert_eq!(waiting(practice, &sam), []);
        // The refuge, from a supplier that never said anything of her: it is held. Her brother's practice says it openly.
        let mut held = at(row("9", "Maya", "Hollis", BORN), "9 Mill Lane", "BS16 1AA");
        held.confirmed = date(2026, 11, 4);
        let other = Supplier {
            code: parse("benefit"),
            kind: SourceKind::ChildBenefit,
        };
        practice
            .store
            .accept(&other, &[held], practice.now())
            .unwrap();
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list), [("Tom".to_owned(), vec![Tie::Address])]);
    });
}

#[test]
fn x3_a_carer_is_the_same_by_telephone_whatever_the_name() {
    both(|practice| {
        practice.accept(&[
            with_carer(
                row("1", "Maya", "Hollis", BORN),
                carer("Ines", "Calder", Some("01632 960123")),
            ),
            with_carer(
                at(
                    row("2", "Zoe", "Kent", SIBLING_BORN),
                    "9 Mill Lane",
                    "BS16 1AA",
                ),
                carer("Ines", "Hollis", Some("01632 960123")),
            ),
        ]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list), [("Zoe".to_owned(), vec![Tie::Carer])]);
        let leave = [(list.open[0].reference.clone(), Choice::LeaveOpen)];
        decides(practice, &sam, &reference, &leave).unwrap();
        // She comes to live with her sister: that is another question.
        let mut moved = with_carer(
            row("2", "Zoe", "Kent", SIBLING_BORN),
            carer("Ines", "Hollis", Some("01632 960123")),
        );
        moved.confirmed = date(2026, 11, 5);
        practice.accept(&[moved]);
        let list = shown(practice, &sam, &reference);
        assert_eq!(
            named(&list),
            [("Zoe".to_owned(), vec![Tie::Address, Tie::Carer])]
        );
        assert!(!list.open[0].was_left_open);
    });
}

#[test]
fn x3_when_nobody_is_connected_any_more_an_officer_takes_the_shield_off_the_list() {
    both(|practice| {
        practice.accept(&[
            row("1", "Maya", "Hollis", BORN),
            row("2", "Tom", "Hollis", SIBLING_BORN),
        ]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let mut moved = at(
            row("2", "Tom", "Hollis", SIBLING_BORN),
            "9 Mill Lane",
            "BS16 1AA",
        );
        moved.confirmed = date(2026, 11, 3);
        practice.accept(&[moved]);
        assert_eq!(waiting(practice, &sam).len(), 1);
        let list = shown(practice, &sam, &reference);
        assert!(list.open.is_empty() && list.awaits);
        decides(practice, &sam, &reference, &[]).unwrap();
        assert_eq!(waiting(practice, &sam), []);
    });
}

/// A directory of an older program, which filed no carers and followed nobody.
#[test]
fn x3_a_directory_of_an_older_program_is_filed_anew_when_it_is_opened() {
    both(|practice| {
        household(practice);
        let sam = practice.session("sam");
        shields(practice, &sam, maya());
        for sql in [
            "DELETE FROM search_key",
            "DELETE FROM follow_key",
            "DELETE FROM meta WHERE name = 'filed'",
        ] {
            tamper(practice, sql);
        }
        assert_eq!(waiting(practice, &sam), []);
        let mut told = Vec::new();
        let options = || practice.options.clone();
        Store::open_telling(options(), &mut |so_far| told.push(so_far)).unwrap();
        let of = told[0].of;
        assert!(of > 1, "a record of each");
        assert_eq!(told, [Refiled { filed: 0, of }, Refiled { filed: of, of }]);
        Store::open_telling(options(), &mut |_| panic!("filed twice")).unwrap();
        let lines = waiting(practice, &sam);
        assert_eq!(lines.len(), 1);
        let (store, reference) = (&practice.store, &lines[0].reference);
        let reason = Reason::ShieldDecision;
        let given = store.give_reason(&sam, reference, reason, practice.now());
        given.unwrap().unwrap();
        let list = shown(practice, &sam, reference);
        let expected = [
            ("Tom", Tie::Address),
            ("Una", Tie::FamilyAtPostcode),
            ("Zoe", Tie::Carer),
        ];
        let expected = expected.map(|(name, tie)| (name.to_owned(), vec![tie]));
        assert_eq!(named(&list), expected);
        // Of the shielded child nothing came to stand among what a search reads (R44).
        practice.store.sequence(practice.now()).unwrap();
        let audit = practice.store.verify(&[], &mut |_| {}).unwrap();
        assert_eq!(audit.finding, None);
    });
}

/// The choices of an officer who leaves all open that is listed.
fn leaves(list: &ShownConnected) -> Vec<(String, Choice)> {
    let each = list.open.iter();
    each.map(|one| (one.reference.clone(), Choice::LeaveOpen))
        .collect()
}

#[test]
fn x3_of_two_officers_who_decide_at_once_one_is_told_and_nothing_is_doubled() {
    both(|practice| {
        let store = &practice.store;
        let sven = account(21, "sven", vec![Role::ShieldingOfficer], 2);
        store
            .put_account(&sven, Some(&secrets("sven")), practice.now())
            .unwrap();
        let homes = [
            (Choice::LeaveOpen, ("Maya", "Hollis", BORN), "Oscar"),
            (Choice::Shield, ("Jolanta", "Wisniewska", born(9)), "Piotr"),
        ];
        for (choice, (given, family, of), brother) in homes {
            let brother = row("brother", brother, family, born(14));
            let child = |key: &str, row: Row| {
                let key = parse(&format!("{family}-{key}"));
                at(Row { key, ..row }, family, "BS16 1AA")
            };
            practice.accept(&[
                child("1", row("child", given, family, of)),
                child("2", brother),
            ]);
            let sam = practice.session("sam");
            shields(practice, &sam, by_name(given, family, of));
            let two = ["sam", "sven"].map(|user| {
                let session = practice.session(user);
                let line = waiting(practice, &session).pop().unwrap();
                let reason = Reason::ShieldDecision;
                let given = store.give_reason(&session, &line.reference, reason, practice.now());
                given.unwrap().unwrap();
                let list = shown(practice, &session, &line.reference);
                let mut choices = leaves(&list);
                choices.iter_mut().for_each(|one| one.1 = choice);
                (session, line.reference, choices)
            });
            let answers: Vec<Result<(), Refusal>> = thread::scope(|scope| {
                let both = two.iter().map(|(session, reference, choices)| {
                    scope.spawn(move || decides(practice, session, reference, choices))
                });
                let both: Vec<_> = both.collect();
                both.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let told = match choice {
                Choice::LeaveOpen => Refusal::AlreadySo,
                // What was listed is shielded: all is to be looked at again.
                Choice::Shield => Refusal::DoesNotFit,
            };
            assert!(answers.contains(&Ok(())), "{answers:?}");
            assert!(answers.contains(&Err(told)), "{answers:?}");
            assert_eq!(waiting(practice, &sam), []);
        }
        is_sound(practice);
    });
}

#[test]
fn x3_a_record_that_cannot_be_read_keeps_none_of_the_others_from_the_nightly_look() {
    both(|practice| {
        let sam = practice.session("sam");
        for (place, (given, family)) in LODGERS.iter().take(3).enumerate() {
            let home = format!("{} Mill Lane", place + 1);
            let own = at(
                row(&format!("a{place}"), given, family, born(place)),
                &home,
                "BS16 1AA",
            );
            practice.accept(&[own]);
            shields(practice, &sam, by_name(given, family, born(place)));
        }
        assert_eq!(waiting(practice, &sam), []);
        // Somebody comes to live with each of them, and the record of the first is damaged.
        for place in 0..3 {
            let home = format!("{} Mill Lane", place + 1);
            let (given, family) = LODGERS[place + 5];
            let other = row(&format!("b{place}"), given, family, born(place + 5));
            practice.accept(&[at(other, &home, "BS16 1AA")]);
        }
        let damage = "UPDATE record SET version = version + 1000 \
             WHERE id = (SELECT MIN(record) FROM shielded_key)";
        tamper(practice, damage);
        let mut told = Vec::new();
        let done = practice.store.reconsider(practice.now(), &mut |done| {
            told.push(done.failed);
            ControlFlow::Continue(())
        });
        let done = done.unwrap();
        assert_eq!((done.looked_at, done.failed, done.waiting_again), (3, 1, 2));
        assert_eq!(told, [1, 1, 1]);
        tamper(
            practice,
            "UPDATE record SET version = version - 1000 WHERE version > 1000",
        );
        let look = |practice: &Practice| {
            let go_on = &mut |_: &Reconsidered| ControlFlow::Continue(());
            practice.store.reconsider(practice.now(), go_on).unwrap()
        };
        let again = look(practice);
        assert_eq!((again.failed, again.waiting_again), (0, 1));
        assert_eq!(waiting(practice, &sam).len(), 3);
    });
}

#[test]
fn x3_shields_of_the_archived_keep_no_other_from_the_list() {
    both(|practice| {
        let restricted = |row: Row| Row {
            restriction: Restriction::AtSource,
            ..at(row, "5 Mill Lane", "BS16 1AA")
        };
        // Of age long since: their shields stand, and nobody can decide about them any more.
        let rows: Vec<Row> = (0..PAGED)
            .map(|place| {
                let given = LODGERS[place % LODGERS.len()].0;
                let family = LODGERS[place / LODGERS.len()].1;
                restricted(row(&place.to_string(), given, family, adult(place)))
            })
            .collect();
        practice.accept(&rows);
        practice.accept(&[restricted(row("m", "Maya", "Hollis", BORN))]);
        let sam = practice.session("sam");
        let lines = waiting(practice, &sam);
        assert_eq!(lines.len(), 1);
        let (store, reason) = (&practice.store, Reason::ShieldDecision);
        let given = store.give_reason(&sam, &lines[0].reference, reason, practice.now());
        given.unwrap().unwrap();
        shown(practice, &sam, &lines[0].reference);
    });
}

fn adult(place: usize) -> directory::Date {
    let place = i16::try_from(place).unwrap();
    let (month, day) = (1 + place % 12, 1 + place % 28);
    date(
        1998 + place % 9,
        month.try_into().unwrap(),
        day.try_into().unwrap(),
    )
}

fn looks(practice: &Practice) -> u64 {
    let store = &practice.store;
    let done = store.reconsider(practice.now(), &mut |_| ControlFlow::Continue(()));
    done.unwrap().waiting_again
}

fn on(day: i8, row: Row) -> Row {
    Row {
        confirmed: date(2026, 11, day),
        ..row
    }
}

#[test]
fn x3_who_was_left_open_at_the_old_home_is_asked_about_again_at_the_refuge() {
    both(|practice| {
        let with_ines = |row| with_carer(row, carer("Ines", "Calder", Some("01632 960123")));
        let child = |key, given, born| with_ines(row(key, given, "Hollis", born));
        let of_maya = || child("1", "Maya", BORN);
        let of_tom = || child("2", "Tom", SIBLING_BORN);
        practice.accept(&[of_maya(), of_tom()]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        let both_ties = [("Tom".to_owned(), vec![Tie::Address, Tie::Carer])];
        assert_eq!(named(&list), both_ties);
        decides(practice, &sam, &reference, &leaves(&list)).unwrap();
        // The same again, and written in another way, is nothing to ask about.
        let again = at(of_tom(), "1, HIGH street", "bs37 4ax");
        practice.accept(&[on(3, again)]);
        assert_eq!(looks(practice), 0);
        let refuge = |row| at(row, "4 Weir Cottages", "BS16 1AA");
        practice.accept(&[on(4, refuge(of_maya())), on(4, refuge(of_tom()))]);
        assert_eq!((looks(practice), looks(practice)), (1, 0));
        assert_eq!(waiting(practice, &sam).len(), 1);
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list), both_ties, "of the same kinds");
        assert!(!list.open[0].was_left_open);
        decides(practice, &sam, &reference, &leaves(&list)).unwrap();
        assert_eq!((looks(practice), waiting(practice, &sam).len()), (0, 0));
        is_sound(practice);
    });
}

#[test]
fn x3_whoever_shares_a_carer_is_asked_about_again_wherever_they_move() {
    both(|practice| {
        household(practice);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        decides(practice, &sam, &reference, &leaves(&list)).unwrap();
        // Of the shielded child's own move nobody has said anything yet.
        let of_zoe = with_carer(
            at(
                row("4", "Zoe", "Kent", SIBLING_BORN),
                "4 Weir Cottages",
                "BS16 1AA",
            ),
            carer("Ines", "CALDER", None),
        );
        practice.accept(&[on(4, of_zoe)]);
        assert_eq!((looks(practice), looks(practice)), (1, 0));
        let list = shown(practice, &sam, &reference);
        let undecided = list.open.iter().zip(named(&list));
        let undecided = undecided.filter(|(one, _)| !one.was_left_open);
        let undecided: Vec<_> = undecided.map(|(_, named)| named).collect();
        assert_eq!(undecided, [("Zoe".to_owned(), vec![Tie::Carer])]);
    });
}

#[test]
fn x3_an_address_without_a_postcode_is_looked_up_by_its_lines() {
    const POSTCODE: &str = "BS37 4AX";
    for (of_maya, of_tom) in [("", ""), ("", POSTCODE), (POSTCODE, "")] {
        both(|practice| {
            practice.accept(&[
                at(row("1", "Maya", "Hollis", BORN), "12 Mill Lane", of_maya),
                at(
                    row("2", "Tom", "Kent", SIBLING_BORN),
                    "12, MILL Lane",
                    of_tom,
                ),
                at(
                    row("3", "Una", "Price", date(2011, 4, 9)),
                    "21 Mill Lane",
                    "",
                ),
            ]);
            let sam = practice.session("sam");
            let reference = shields(practice, &sam, maya());
            let list = shown(practice, &sam, &reference);
            assert_eq!(named(&list), [("Tom".to_owned(), vec![Tie::Address])]);
            let compared = practice.store.compare(&practice.store).unwrap();
            assert_eq!(compared.misfiled, 0);
        });
    }
}

#[test]
fn x3_a_postcode_that_one_source_alone_gives_is_looked_up() {
    both(|practice| {
        let by_nhs = at(row("2", "Tom", "Kent", SIBLING_BORN), "9 Mill Lane", "");
        practice.accept(&[row("1", "Maya", "Hollis", BORN), by_nhs]);
        // The school, which is believed less, has him where she is; as it writes the address, its lines alone find nobody.
        let by_school = row("77", "Tom", "Kent", SIBLING_BORN);
        let by_school = at(by_school, "Flat 2, 1 High Street", "BS37 4AX");
        let school = Supplier {
            code: parse("school-census"),
            kind: SourceKind::Census,
        };
        let taken = practice.store.accept(&school, &[by_school], practice.now());
        assert_eq!(taken.unwrap(), [Outcome::Accepted]);
        let sam = practice.session("sam");
        let reference = shields(practice, &sam, maya());
        let list = shown(practice, &sam, &reference);
        assert_eq!(named(&list), [("Tom".to_owned(), vec![Tie::Address])]);
    });
}
