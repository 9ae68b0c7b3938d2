//! What is behind a shield stays unheard, in whatever order it is said; and what a person or a consent has ended is not said again by
//! what waited meanwhile.

use directory::consent::{Answer, Consent, ConsentFact, Understanding};
use directory::involvement::SensitiveInvolvement;
use directory::record::Shielding;
use directory::row::Waits;
use directory::shield::Ground;
use directory::statement::{Said, SourceKind};
use directory::supplied::{Outcome, Restriction, Row, Supplier};
use directory::text;
use jiff::civil::date;
use store::Verdict;

use crate::practice::{Practice, by_name, parse, reason, row};
use crate::review::{decide, from_all, shown, staffed, taken_up, waiting};

const BORN: directory::Date = date(2016, 3, 1);

pub fn at(mut row: Row, postcode: &str, day: i8) -> Row {
    if let Some(residence) = &mut row.particulars.residence
        && let directory::address::AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(postcode).ok();
    }
    row.confirmed = date(2026, 11, day);
    row
}

pub fn vague(key: &str, given: &str, family: &str) -> Row {
    let mut row = row(key, given, family, BORN);
    row.particulars.residence = None;
    row
}

pub fn shield(practice: &Practice, given: &str, family: &str) {
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name(given, family, BORN));
    let placed = practice
        .store
        .shield(&sam, &reference, Ground::FleeingAbuse, practice.now());
    placed.unwrap().unwrap();
}

pub fn shieldings(practice: &Practice, given: &str, family: &str) -> Vec<Shielding> {
    let jane = practice.session("jane");
    let query = by_name(given, family, BORN);
    let found = practice
        .store
        .search(&jane, reason(&jane), query, practice.now());
    let children = found.unwrap().unwrap().children;
    let mut all: Vec<Shielding> = children
        .iter()
        .map(|child| child.disclosure.shielding())
        .collect();
    all.sort_by_key(|shielding| *shielding == Shielding::Shielded);
    all
}

#[test]
fn x2_two_rows_under_one_key_are_held_in_either_order() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, "Maya", "Hollis");
        let known = row("1", "Maya", "Hollis", BORN);
        let mut other = known.clone();
        other.particulars.gender = None;
        practice.accept(&[other, known]);
        let dora = practice.session("dora");
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
    });
}

#[test]
fn f1_a_linked_row_that_comes_to_speak_of_a_shielded_child_is_held() {
    staffed(|practice| {
        practice.accept(&[
            row("1", "Amina", "Hussain", BORN),
            at(row("8", "Maya", "Hollis", BORN), "LS1 4AP", 1),
        ]);
        practice.accept(&[vague("2", "Amina", "Hussain")]);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        decide(practice, &dora, (Waits::Review, &reference), &link).unwrap();
        shield(practice, "Maya", "Hollis");
        practice.accept(&[at(row("2", "Maya", "Hollis", BORN), "SW1A 2AA", 9)]);
        assert_eq!(
            shieldings(practice, "Maya", "Hollis"),
            [Shielding::Shielded]
        );
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        // What it said before, it goes on saying of the child it was linked to.
        let again = at(vague("2", "Amina", "Hussain"), "BS37 4AX", 1);
        practice.accept(&[again]);
        assert_eq!(shieldings(practice, "Amina", "Hussain"), [Shielding::None]);
    });
}

/// Whether a practitioner finds anybody by these names at a postcode.
fn lives_openly(practice: &Practice, (given, family): (&str, &str), postcode: &str) -> bool {
    let jane = practice.session("jane");
    let query = by_name(given, family, BORN);
    let found = practice
        .store
        .search(&jane, reason(&jane), query, practice.now());
    found.unwrap().unwrap().children.iter().any(|child| {
        let directory::child::View::Whole(child) = child.disclosure.view() else {
            return false;
        };
        let home = child.residence.as_ref();
        let address = home.and_then(|home| home.value.address());
        address.is_some_and(|address| address.postcode == text::postcode(postcode).ok())
    })
}

/// Says of the first row that waits that it is of nobody beside it.
fn keep_apart(practice: &Practice, user: &str, waits: Waits) {
    let session = practice.session(user);
    let reference = taken_up(practice, &session, waits);
    let seen = shown(practice, &session, (waits, &reference)).unwrap();
    assert!(!seen.beside.is_empty());
    let apart = from_all(&seen);
    let decided = decide(practice, &session, (waits, &reference), &apart);
    assert_eq!(decided, Ok(()));
}

#[test]
fn f1_a_key_kept_apart_that_is_given_back_to_the_shielded_child_is_held() {
    staffed(|practice| {
        let sam = practice.session("sam");
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        shield(practice, "Maya", "Hollis");
        // By mistake her twin comes under her key.
        let twin = |code, day| at(row("1", "Ottilie", "Hollis", BORN), code, day);
        practice.accept(&[twin("BS37 4AX", 2)]);
        keep_apart(practice, "sam", Waits::Held);
        assert!(lives_openly(practice, ("Ottilie", "Hollis"), "BS37 4AX"));
        // What is harmless is not asked again, nor what was seen.
        practice.accept(&[twin("LS1 4AP", 3)]);
        assert!(lives_openly(practice, ("Ottilie", "Hollis"), "LS1 4AP"));
        let mut registered = twin("LS1 4AP", 4);
        registered.particulars.primary_care = None;
        practice.accept(&[registered]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        // The key is Maya's again, who has fled.
        let fled = at(row("1", "Maya", "Hollis", BORN), "SW1A 2AA", 9);
        practice.accept(std::slice::from_ref(&fled));
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        for given in ["Maya", "Ottilie"] {
            assert!(!lives_openly(practice, (given, "Hollis"), "SW1A 2AA"));
        }
        assert!(lives_openly(practice, ("Ottilie", "Hollis"), "LS1 4AP"));
        // The officer sees it beside her, and says that it is hers.
        let reference = taken_up(practice, &sam, Waits::Held);
        let seen = shown(practice, &sam, (Waits::Held, &reference)).unwrap();
        let link = Verdict::Link(seen.beside[0].reference.clone());
        let linked = decide(practice, &sam, (Waits::Held, &reference), &link);
        assert_eq!(linked, Ok(()));
        assert!(!lives_openly(practice, ("Maya", "Hollis"), "SW1A 2AA"));
    });
}

#[test]
fn f1_a_key_kept_apart_while_its_child_was_open_guards_when_they_are_shielded() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        let other = at(row("1", "Ruth", "Quillington", BORN), "LS1 4AP", 2);
        assert_eq!(
            practice.accept(std::slice::from_ref(&other)),
            [Outcome::Waiting]
        );
        keep_apart(practice, "dora", Waits::Review);
        shield(practice, "Maya", "Hollis");
        let ruth = ("Ruth", "Quillington");
        assert!(lives_openly(practice, ruth, "LS1 4AP"));
        let again = at(other, "LS1 4AP", 3);
        practice.accept(std::slice::from_ref(&again));
        let sam = practice.session("sam");
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        practice.accept(&[at(row("1", "Maya", "Hollis", BORN), "SW1A 2AA", 9)]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert_eq!(
            shieldings(practice, "Maya", "Hollis"),
            [Shielding::Shielded]
        );
        assert!(lives_openly(practice, ruth, "LS1 4AP"));
        assert!(!lives_openly(practice, ruth, "SW1A 2AA"));
    });
}

#[test]
fn f1_a_namesake_kept_apart_who_comes_to_live_where_the_shielded_child_does_is_held() {
    staffed(|practice| {
        let sam = practice.session("sam");
        practice.accept(&[at(row("1", "Maya", "Hollis", BORN), "SW1A 2AA", 1)]);
        shield(practice, "Maya", "Hollis");
        let namesake = |code, day| {
            let mut namesake = at(row("2", "Maya", "Hollis", BORN), code, day);
            let home = namesake.particulars.residence.as_mut().unwrap();
            if let directory::address::AddressState::Current(address) = &mut home.state {
                address.lines = vec![parse("7 Fir Road"), parse("Leeds")];
            }
            namesake
        };
        practice.accept(&[namesake("LS1 4AP", 2)]);
        keep_apart(practice, "sam", Waits::Held);
        practice.accept(&[namesake("BS16 1AA", 3)]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 0);
        assert!(lives_openly(practice, ("Maya", "Hollis"), "BS16 1AA"));
        practice.accept(&[namesake("SW1A 2AA", 4)]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 1);
        assert!(!lives_openly(practice, ("Maya", "Hollis"), "SW1A 2AA"));
    });
}

#[test]
fn f1_a_child_who_is_restricted_at_source_is_shielded_with_their_duplicates() {
    staffed(|practice| {
        practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
        // The other register's row waited, and was thought to be of another child.
        practice.accept(&[vague("2", "Maya", "Hollis")]);
        let dora = practice.session("dora");
        let reference = taken_up(practice, &dora, Waits::Review);
        let seen = shown(practice, &dora, (Waits::Review, &reference)).unwrap();
        let apart = from_all(&seen);
        decide(practice, &dora, (Waits::Review, &reference), &apart).unwrap();
        assert_eq!(shieldings(practice, "Maya", "Hollis"), [Shielding::None; 2]);
        let mut restricted = at(row("1", "Maya", "Hollis", BORN), "BS37 4AX", 9);
        restricted.restriction = Restriction::AtSource;
        practice.accept(&[restricted]);
        assert_eq!(
            shieldings(practice, "Maya", "Hollis"),
            [Shielding::Shielded; 2]
        );
    });
}

#[test]
fn a_row_that_was_taken_since_waits_no_longer_in_its_older_words() {
    staffed(|practice| {
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        assert_eq!(
            practice.accept(&[vague("2", "Amina", "Hussain")]),
            [Outcome::Waiting]
        );
        let dora = practice.session("dora");
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        let mut certain = at(
            row("2", "Bertil", "Sundqvist", date(2012, 7, 9)),
            "LS1 4AP",
            9,
        );
        certain.particulars.education = None;
        assert_eq!(practice.accept(&[certain]), [Outcome::Accepted]);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}

#[test]
fn x5_a_row_that_waited_cannot_bring_back_what_consent_has_ended_for() {
    staffed(|practice| {
        let clinic = Supplier {
            code: parse("clinic"),
            kind: SourceKind::Local,
        };
        let accept = |row: Row| {
            let accepted = practice.store.accept(&clinic, &[row], practice.now());
            accepted.unwrap()[0]
        };
        practice.accept(&[row("1", "Amina", "Hussain", BORN)]);
        let fact = ConsentFact {
            born: Some(BORN),
            understanding: Understanding::Presumed,
            child: Answer::Agreed,
            carer: Answer::Agreed,
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
        let mut with_consent = vague("c", "Amina", "Hussain");
        with_consent.also = vec![(parse("c-1"), Said::Sensitive(Box::new(involvement)))];
        assert_eq!(accept(with_consent), Outcome::Waiting);
        let dora = practice.session("dora");
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        // Consent has ended: the next row says who the child is, and that the involvement stands no longer.
        let mut ended = at(row("c", "Amina", "Hussain", BORN), "BS37 4AX", 9);
        ended.withdrawn = vec![parse("c-1")];
        accept(ended);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}

#[test]
fn f1_rows_that_wait_are_held_when_a_row_like_them_is() {
    staffed(|practice| {
        practice.accept(&[
            row("1", "Maya", "Hollis", BORN),
            at(row("5", "Ruth", "Quillington", BORN), "LS1 4AP", 1),
        ]);
        shield(practice, "Maya", "Hollis");
        assert_eq!(
            practice.accept(&[vague("k", "Ruth", "Quillington")]),
            [Outcome::Waiting]
        );
        let (dora, sam) = (practice.session("dora"), practice.session("sam"));
        assert_eq!(waiting(practice, &dora, Waits::Review), 1);
        // The shielded child's own row comes under that name.
        let renamed = at(row("1", "Ruth", "Quillington", BORN), "SW1A 2AA", 9);
        practice.accept(&[renamed]);
        assert_eq!(waiting(practice, &sam, Waits::Held), 2);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
        // Sent again, it stays there.
        practice.accept(&[vague("k", "Ruth", "Quillington")]);
        assert_eq!(waiting(practice, &dora, Waits::Review), 0);
    });
}
