//! What an involvement may say, and that a sensitive one says nothing.

use super::*;
use crate::sample::{self, TODAY, current, ended, involvement};
use crate::text::email;
use jiff::civil::date;
use proptest::prelude::*;

#[test]
fn x13_an_e_mail_address_gives_a_service_away_but_a_persons_own_name_does_not() {
    let check = |who: &str, address: &str| {
        let mut one = involvement(who, "EH01", current(None));
        one.practitioner.email = email(address).ok();
        assert!(one.practitioner.email.is_some(), "{address}");
        one.check()
    };
    let fault = Err(Fault {
        what: "e-mail address",
        why: Why::RevealsSensitive,
    });
    for address in [
        "tim.reeve@camhs.example",
        "tim@sexual-health.example",
        "drugs.team@council.example",
        "camhs.counsell@council.example",
    ] {
        assert_eq!(check("Tim Counsell", address), fault, "{address}");
    }
    for address in [
        "tim.counsell@council.example",
        "t.counsell@school.example",
        "duty@northfield.example",
    ] {
        assert_eq!(check("Tim Counsell", address), Ok(()), "{address}");
    }
    assert_eq!(check("Tim Reeve", "t.counsell@council.example"), fault);
}

#[test]
fn a_period_says_when() {
    assert_eq!(current(Some(TODAY)).since(), Some(TODAY));
    assert_eq!(current(Some(TODAY)).ended(), None);
    assert_eq!(ended(TODAY).ended(), Some(TODAY));
    assert_eq!(ended(TODAY).since(), None);
}

#[test]
fn r28_a_sensitive_involvement_holds_its_consent() {
    let crate::statement::Said::Sensitive(sensitive) = sample::sensitive("SH01") else {
        panic!("not sensitive");
    };
    assert_eq!(sensitive.service().as_str(), "SH01");
    assert_eq!(
        sensitive.consent().fact().child,
        crate::consent::Answer::Agreed
    );
}

proptest! {
    #[test]
    fn any_address_and_name_is_answered(address in "[a-z.+_-]{1,12}@[a-z.-]{3,12}", who in "[A-Z][a-z]{0,6}([ -][A-Z][a-z]{0,6})?") {
        let mut one = involvement(&who, "EH01", current(None));
        one.practitioner.email = email(&address).ok();
        let _ = one.check();
    }
}

#[test]
fn r15_nobody_began_to_work_with_a_child_long_before_the_birth() {
    let born = date(2012, 2, 29);
    for (first, impossible) in [
        (date(1999, 1, 1), true),
        (date(2011, 2, 27), true),
        (date(2011, 2, 28), false),
        (date(2011, 9, 1), false),
        (born, false),
        (date(2026, 1, 1), false),
    ] {
        assert_eq!(is_before_any_work(first, born), impossible, "{first}");
    }
}
