//! Taking on a shielded child of no authority: two officers of one authority, each by their own word, and nobody alone.

use super::*;
use crate::account::Role;
use crate::organisation::Sector;
use crate::sample::{self, AREA, actor};
use crate::shield::Ground;

const ELSEWHERE: &str = "E06000023";
const THIRD: &str = "E06000052";

fn officer(account: i64, area: &str) -> Actor {
    actor(account, Sector::SocialCare, &[Role::ShieldingOfficer], area)
}

fn nowhere() -> Record {
    let mut record = Record::empty(crate::number::Number::from_random(1));
    let mut said = sample::particulars();
    said.residence = None;
    record.accept(
        sample::source(crate::statement::SourceKind::Nhs, "nhs", "1"),
        sample::said(said),
        sample::TODAY,
    );
    record
}

fn hidden(mut record: Record) -> Record {
    let shield = Decided::ShieldPlaced(Ground::FleeingAbuse);
    record.decide(Author::Account(AccountId(77)), sample::now(), shield);
    record
}

fn says(record: &mut Record, actor: &Actor, now: Now) -> Result<Said, Refusal> {
    let (decided, said) = take_on(record, actor, now)?;
    record.decide(Author::Account(actor.account()), now, decided);
    Ok(said)
}

fn days_later(days: i64) -> Now {
    let now = sample::now();
    let later = jiff::SignedDuration::from_hours(days.saturating_mul(HOURS_A_DAY));
    let at = now.at.checked_add(later).unwrap();
    Now { at, ..now }
}

#[test]
fn l4_two_officers_of_one_authority_take_on_a_shielded_child_of_none() {
    let mut record = hidden(nowhere());
    assert_eq!(record.responsible(), None);
    assert_eq!(
        says(&mut record, &officer(1, AREA), sample::now()),
        Ok(Said::First)
    );
    assert_eq!(record.responsible(), None, "nobody alone");
    assert_eq!(
        says(&mut record, &officer(2, AREA), sample::now()),
        Ok(Said::Second)
    );
    assert_eq!(record.responsible().unwrap().as_str(), AREA);
    let third = says(&mut record, &officer(3, AREA), sample::now());
    assert_eq!(third, Err(Refusal::AlreadySo), "theirs already");
}

#[test]
fn l4_one_person_never_does_nor_two_of_two_authorities() {
    let mut record = hidden(nowhere());
    says(&mut record, &officer(1, AREA), sample::now()).unwrap();
    let again = says(&mut record, &officer(1, AREA), sample::now());
    assert_eq!(again, Err(Refusal::AlreadySo));
    let elsewhere = says(&mut record, &officer(2, ELSEWHERE), sample::now());
    assert_eq!(elsewhere, Ok(Said::First));
    assert_eq!(record.responsible(), None);
}

#[test]
fn x1_the_answer_is_the_same_where_somebody_is_responsible_and_nothing_changes() {
    let mut record = hidden(sample::record());
    let before = record.responsible();
    assert!(before.is_some());
    let first = says(&mut record, &officer(1, ELSEWHERE), sample::now());
    let second = says(&mut record, &officer(2, ELSEWHERE), sample::now());
    assert_eq!((first, second), (Ok(Said::First), Ok(Said::Second)));
    assert_eq!(record.responsible(), before);
}

#[test]
fn a_word_waits_for_thirty_days_and_no_longer_than_the_shield() {
    let first = officer(1, AREA);
    let mut record = hidden(nowhere());
    says(&mut record, &first, sample::now()).unwrap();
    let colleague = officer(2, AREA);
    let waits = |record: &Record, days| word(record, &colleague, days_later(days));
    assert!(matches!(waits(&record, WORD_DAYS), Word::Colleagues(_)));
    assert_eq!(waits(&record, WORD_DAYS + 1), Word::Nobodys);
    let lifted = Decided::ShieldLifted;
    record.decide(Author::Account(AccountId(77)), sample::now(), lifted);
    assert_eq!(waits(&hidden(record), 0), Word::Nobodys);
}

#[test]
fn an_open_child_is_taken_on_by_nobody() {
    let mut open = nowhere();
    let one = officer(1, AREA);
    assert_eq!(
        says(&mut open, &one, sample::now()),
        Err(Refusal::AlreadySo)
    );
}

#[test]
fn x1_no_number_of_words_said_before_changes_an_answer() {
    let (first, second) = (officer(1, AREA), officer(2, AREA));
    for mut record in [hidden(nowhere()), hidden(sample::record())] {
        let is_nobodys = record.responsible().is_none();
        // Of another authority, and of one's own long ago: more of both than any limit that there was.
        for turn in 0..60_i64 {
            let elsewhere = officer(turn.saturating_add(100), ELSEWHERE);
            let now = days_later(turn.saturating_mul(WORD_DAYS + 1));
            assert_eq!(says(&mut record, &elsewhere, now), Ok(Said::First));
            if is_nobodys {
                assert_eq!(says(&mut record, &first, now), Ok(Said::First));
            }
        }
        let (one, other) = match is_nobodys {
            true => (first.clone(), second.clone()),
            // The authority that is responsible is not asked: an officer of a third is.
            false => (officer(3, THIRD), officer(4, THIRD)),
        };
        let late = days_later(10_000);
        assert_eq!(says(&mut record, &one, late), Ok(Said::First));
        assert_eq!(says(&mut record, &other, late), Ok(Said::Second));
        let again = says(&mut record, &other, late);
        assert_eq!(again, Err(Refusal::AlreadySo), "whoever is responsible");
    }
}

#[test]
fn r41_nobody_but_a_shielding_officer_of_an_authority() {
    let record = hidden(nowhere());
    for role in Role::ALL {
        let somebody = actor(1, Sector::SocialCare, &[role], AREA);
        let allowed = take_on(&record, &somebody, sample::now()).is_ok();
        assert_eq!(allowed, role == Role::ShieldingOfficer, "{role:?}");
    }
    let partner = take_on(&record, &sample::national_partner(), sample::now());
    assert_eq!(partner, Err(Refusal::NotPermitted));
}

#[test]
fn c6_whoever_shields_a_child_of_no_authority_is_in_charge_and_takes_nobody_elses() {
    let mut record = nowhere();
    assert!(record.take_charge(&officer(1, ELSEWHERE), sample::now()));
    assert_eq!(record.responsible().unwrap().as_str(), ELSEWHERE);
    let mut anothers = sample::record();
    assert!(!anothers.take_charge(&officer(1, ELSEWHERE), sample::now()));
    assert_eq!(anothers.responsible().unwrap().as_str(), AREA);
}
