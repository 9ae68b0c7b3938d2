//! Rules about whom the directory holds and who may ask it.

use directory::account::Role;
use directory::child::View;
use directory::organisation::{Admission, Sector};
use directory::query::{Hidden, OwnArea, Query};
use directory::statement::Particulars;
use jiff::civil::date;

use crate::practice::{
    Practice, account, both, by_name, organisation, origin, parse, reason, row, secrets, visible,
};

/// The code of the authority that is responsible for the record somebody opens.
fn authority_of(practice: &Practice, user: &str, query: Query) -> String {
    let session = practice.session(user);
    let reference = practice.opened(&session, query);
    let shown = practice
        .store
        .disclose(&session, &reference, practice.now())
        .unwrap()
        .unwrap();
    let View::Whole(child) = shown.view() else {
        panic!("the whole record");
    };
    let residence = child.residence.as_ref().expect("a residence");
    let authority = residence.value.authority.as_ref().expect("an authority");
    authority.as_str().to_owned()
}

#[test]
fn r3_r86_a_child_of_another_authority_is_found_and_stays_that_authority_s() {
    both(|practice| {
        let mut moved = row("1", "Kelly", "Marsh", date(2011, 5, 14));
        if let Some(residence) = &mut moved.particulars.residence {
            residence.authority = Some(parse("E06000023"));
        }
        practice.accept(&[moved]);
        for user in ["jane", "paul"] {
            let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
            assert_eq!(authority_of(practice, user, query), "E06000023");
        }
    });
}

#[test]
fn r6_a_child_in_no_school_with_no_practice_starts_nothing() {
    both(|practice| {
        let mut bare = row("1", "Oscar", "Little", date(2019, 3, 2));
        bare.particulars.education = None;
        bare.particulars.primary_care = None;
        let size = || practice.store.sequence(practice.now()).unwrap().size;
        let before = size();
        practice.accept(&[bare]);
        assert_eq!(size(), before, "no event is made of what a record says");
        let session = practice.session("jane");
        let before = size();
        let shown = practice.shown(&session, by_name("Oscar", "Little", date(2019, 3, 2)));
        assert_eq!((shown.len(), size()), (1, before + 1), "the search alone");
    });
}

#[test]
fn r10_a_child_is_in_it_without_anybody_s_asking_and_with_nothing_but_a_name() {
    both(|practice| {
        let mut bare = row("1", "Oscar", "Little", date(2019, 3, 2));
        bare.particulars = Particulars {
            name: bare.particulars.name,
            born: bare.particulars.born,
            ..Particulars::default()
        };
        practice.accept(&[bare]);
        let session = practice.session("jane");
        let query = by_name("Oscar", "Little", date(2019, 3, 2));
        assert_eq!(practice.shown(&session, query).len(), 1);
    });
}

#[test]
fn r53_nobody_signs_in_but_for_an_organisation_that_is_there() {
    both(|practice| {
        let store = &practice.store;
        let stray = account(9, "stray", vec![Role::Practitioner], 99);
        store
            .put_account(&stray, Some(&secrets("stray")), practice.now())
            .unwrap();
        let now = practice.now();
        let signed_in = store.sign_in(&practice.credentials("stray", now), &origin(), now);
        assert!(signed_in.unwrap().is_err());
    });
}

#[test]
fn r64_a_national_partner_s_people_search_and_have_no_area_of_their_own() {
    both(|practice| {
        let mut partner = organisation(7, "A national charity", Sector::Voluntary);
        partner.admitted = Admission::NationalPartner;
        practice
            .store
            .put_organisation(&partner, practice.now())
            .unwrap();
        let kim = account(7, "kim", vec![Role::Practitioner], 7);
        practice
            .store
            .put_account(&kim, Some(&secrets("kim")), practice.now())
            .unwrap();
        practice.accept(&[row("1", "Kelly", "Marsh", date(2011, 5, 14))]);
        let session = practice.session("kim");
        assert_eq!(session.actor().authority(), None);
        let query = by_name("Kelly", "Marsh", date(2011, 5, 14));
        assert_eq!(practice.shown(&session, query).len(), 1);
        let hidden = Hidden {
            area: Some(OwnArea),
            ..Hidden::default()
        };
        let own = Query::of(visible("Kelly", "Marsh", Some(date(2011, 5, 14))), hidden).unwrap();
        let found = practice
            .store
            .search(&session, reason(&session), own, practice.now())
            .unwrap();
        assert!(found.map_or(true, |found| found.children.is_empty()));
    });
}
