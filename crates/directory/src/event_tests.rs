//! The bytes of an event: fixed for ever, read back exactly, and never a panic.

use super::*;
use crate::Date;
use crate::account::{Checks, Role, Suspension};
use crate::correction::{Cause, Disputed, SourceAnswer};
use crate::duplicate::Judged;
use crate::ended_for::EndCause;
use crate::organisation::{Admission, ShieldingPhase};
use crate::precedence::{Believed, Precedence};
use crate::row::{RowMark, Waits};
use crate::run::{RunId, RunStep};
use crate::service::Classification;
use crate::text::AuthorityCode;
use crate::transfer::{Act, Side};
use jiff::civil::date;
use proptest::prelude::*;

fn name() -> impl Strategy<Value = Option<NamePart>> {
    prop::option::of(
        "[A-Za-zé' -]{1,20}".prop_filter_map("a name", |text| NamePart::parse(&text).ok()),
    )
}

fn day() -> impl Strategy<Value = Date> {
    (1990i16..2030, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn born() -> impl Strategy<Value = Option<Born>> {
    prop::option::of(prop_oneof![
        day().prop_map(Born::On),
        (1990i16..2030).prop_map(|year| Born::In { year }),
        (day(), day()).prop_map(|(earliest, latest)| Born::Between { earliest, latest }),
    ])
}

prop_compose! {
    fn query()(
        number in prop::option::of(any::<u64>().prop_map(Number::from_random)),
        given in name(), family in name(), born in born(), gender in prop::option::of(prop::sample::select(&Gender::ALL[..])),
        postal in prop::option::of(Just("BS16 5TJ")), carer in name(), area: bool,
    ) -> Option<Query> {
        let visible = Visible { number, given, family, born, gender };
        let hidden = Hidden { postcode: postal.and_then(|p| postcode(p).ok()), carer, area: area.then_some(OwnArea), ..Hidden::default() };
        Query::of(visible, hidden).ok()
    }
}

fn work() -> impl Strategy<Value = What> {
    let number = any::<u64>().prop_map(Number::from_random);
    let seen = (number, any::<i64>()).prop_map(|(number, version)| Seen { number, version });
    let service = "[A-Z]{2}[0-9]{2}".prop_map(|code| ServiceCode::parse(&code).unwrap());
    let ended_for = (any::<i64>(), prop::sample::select(&EndCause::ALL[..]));
    (seen, service, any::<bool>(), prop::option::of(ended_for)).prop_map(
        |(seen, service, begins, ended_for)| match ended_for {
            Some((of, cause)) => What::WorkEndedFor {
                seen,
                service,
                of: AccountId(of),
                cause,
            },
            None if begins => What::WorkBegun { seen, service },
            None => What::WorkEnded { seen, service },
        },
    )
}

fn what() -> impl Strategy<Value = What> {
    let number = any::<u64>().prop_map(Number::from_random);
    let seen =
        (number.clone(), any::<i64>()).prop_map(|(number, version)| Seen { number, version });
    let reason = prop::sample::select(&Reason::ALL[..]);
    prop_oneof![
        work(),
        prop::sample::select(vec![What::SignedIn, What::SignedOut, What::SessionEnded]),
        prop::option::of(any::<i64>().prop_map(AccountId))
            .prop_map(|account| What::SignInFailed { account }),
        (
            reason.clone(),
            query().prop_filter_map("enough", |q| q),
            prop::collection::vec(seen.clone(), 0..20)
        )
            .prop_map(|(reason, query, shown)| What::Searched {
                reason,
                query,
                shown
            }),
        (seen, reason.clone(), prop::sample::select(&Viewer::ALL[..])).prop_map(
            |(seen, reason, viewer)| What::Opened {
                seen,
                reason,
                viewer
            }
        ),
        (number.clone(), reason.clone())
            .prop_map(|(number, reason)| What::Reasoned { number, reason }),
        (
            prop::sample::select(&ASKED[..]),
            prop::option::of(number.clone()),
            prop::option::of(reason),
            prop::sample::select(&REFUSALS[..])
        )
            .prop_map(|(asked, number, reason, refusal)| What::Refused {
                asked,
                number,
                reason,
                refusal
            }),
        (number, prop::sample::select(&Ground::CHOICES[..]))
            .prop_map(|(number, ground)| What::ShieldPlaced { number, ground }),
        settings(),
        wrong(),
        review(),
        transfers(),
        connected(),
        duplicates(),
        any::<[u64; 4]>().prop_map(|[rows, changed, refused, waiting]| What::Supplied(Totals {
            rows,
            changed,
            refused,
            waiting
        })),
    ]
}

fn wrong() -> impl Strategy<Value = What> {
    let number = || any::<u64>().prop_map(Number::from_random);
    let numbers = || prop::collection::vec(number(), 0..20);
    let field = || prop::sample::select(&Disputed::ALL[..]);
    let cause = || prop::sample::select(&Cause::ALL[..]);
    let said = || (number(), field(), cause());
    let answer = prop::sample::select(&SourceAnswer::ALL[..]);
    let order = prop::sample::subsequence(&Precedence::KINDS[..], 1..5)
        .prop_map(|kinds| Precedence::of(kinds).unwrap());
    prop_oneof![
        said().prop_map(|(number, field, cause)| What::ErrorReported {
            number,
            field,
            cause
        }),
        said().prop_map(|(number, field, cause)| What::Corrected {
            number,
            field,
            cause
        }),
        (number(), field()).prop_map(|(number, field)| What::CorrectionUndone { number, field }),
        (number(), field()).prop_map(|(number, field)| What::ReportDismissed { number, field }),
        (number(), any::<i64>(), field(), answer).prop_map(|(number, version, field, answer)| {
            What::CorrectionAnswered {
                seen: Seen { number, version },
                field,
                answer,
            }
        }),
        (prop::sample::select(&Believed::ALL[..]), order)
            .prop_map(|(field, order)| What::PrecedenceSet { field, order }),
        Just(What::PrecedenceSet {
            field: Believed::Carers,
            order: Precedence::of_field(Believed::Carers, vec![]).unwrap(),
        }),
        numbers().prop_map(|shown| What::Followed { shown }),
        numbers().prop_map(|shown| What::CorrectionsListed {
            supplier: SupplierCode::parse("nhs").unwrap(),
            shown
        }),
    ]
}

fn connected() -> impl Strategy<Value = What> {
    let number = || any::<u64>().prop_map(Number::from_random);
    let seen =
        move || (number(), any::<i64>()).prop_map(|(number, version)| Seen { number, version });
    let numbers = move || prop::collection::vec(number(), 0..20);
    let reason = prop::sample::select(&Reason::ALL[..]);
    prop_oneof![
        (seen(), reason, prop::collection::vec(seen(), 0..20)).prop_map(|(seen, reason, shown)| {
            What::ConnectedShown {
                seen,
                reason,
                shown,
            }
        }),
        (seen(), numbers())
            .prop_map(|(seen, left_open)| What::ConnectedDecided { seen, left_open }),
        numbers().prop_map(|shown| What::ConnectedListed { shown }),
        seen().prop_map(|seen| What::ConnectedFound { seen }),
    ]
}

fn duplicates() -> impl Strategy<Value = What> {
    let number = || any::<u64>().prop_map(Number::from_random);
    let judged = prop::sample::select(&Judged::ALL[..]);
    prop_oneof![
        (number(), any::<i64>(), number(), judged).prop_map(|(number, version, other, judged)| {
            What::DuplicateJudged {
                seen: Seen { number, version },
                other,
                judged,
            }
        }),
        prop::collection::vec(number(), 0..20).prop_map(|shown| What::DuplicatesListed { shown }),
    ]
}

fn transfers() -> impl Strategy<Value = What> {
    let number = || any::<u64>().prop_map(Number::from_random);
    let act = prop::sample::select(&Act::ALL[..]);
    prop_oneof![
        (
            number(),
            any::<i64>(),
            prop::sample::select(&Side::ALL[..]),
            act
        )
            .prop_map(|(number, version, side, act)| What::Transferred {
                seen: Seen { number, version },
                side,
                act
            }),
        prop::collection::vec(number(), 0..20).prop_map(|shown| What::MovedListed { shown }),
        (number(), any::<i64>(), any::<bool>()).prop_map(|(number, version, first)| {
            let seen = Seen { number, version };
            if first {
                What::TakeOnOffered { seen }
            } else {
                What::TakenOn { seen }
            }
        }),
    ]
}

fn review() -> impl Strategy<Value = What> {
    let number = || any::<u64>().prop_map(Number::from_random);
    let seen = (number(), any::<i64>()).prop_map(|(number, version)| Seen { number, version });
    let row = || any::<i64>().prop_map(RowMark);
    let joined = || (number(), number());
    prop_oneof![
        (
            row(),
            prop::sample::select(&Waits::ALL[..]),
            prop::collection::vec(seen, 0..4),
            prop::sample::select(&Reason::ALL[..])
        )
            .prop_map(|(row, waits, shown, reason)| What::RowShown {
                row,
                waits,
                shown,
                reason
            }),
        (row(), number()).prop_map(|(row, number)| What::RowLinked { row, number }),
        (row(), prop::collection::vec(number(), 0..4))
            .prop_map(|(row, from)| What::RowApart { row, from }),
        row().prop_map(|row| What::RowPutOff { row }),
        joined().prop_map(|(number, from)| What::Merged { number, from }),
        joined().prop_map(|(number, from)| What::MergeUndone { number, from }),
        joined().prop_map(|(number, off)| What::Split { number, off }),
        joined().prop_map(|(number, off)| What::SplitUndone { number, off }),
    ]
}

fn settings() -> impl Strategy<Value = What> {
    let day = || prop::option::of(day());
    let code = "E0600000[0-9]".prop_map(|code| AuthorityCode::parse(&code).unwrap());
    let account = || any::<i64>().prop_map(AccountId);
    let roles = prop::collection::vec(prop::sample::select(&Role::ALL[..]), 0..4);
    prop_oneof![
        (
            account(),
            any::<i64>(),
            roles,
            [day(), day(), day()],
            any::<bool>()
        )
            .prop_map(
                |(account, organisation, roles, [identity, disclosure, training], suspended)| {
                    What::AccountSet {
                        account,
                        organisation: OrganisationId(organisation),
                        roles,
                        checks: Checks {
                            identity,
                            disclosure,
                            training,
                        },
                        suspension: if suspended {
                            Suspension::Suspended
                        } else {
                            Suspension::None
                        },
                    }
                }
            ),
        (any::<i64>(), prop::option::of(code.clone()), day()).prop_map(
            |(organisation, authority, accredited_until)| What::OrganisationSet {
                organisation: OrganisationId(organisation),
                admitted: authority.map_or(Admission::NationalPartner, Admission::Authority),
                accredited_until,
            }
        ),
        (
            code,
            prop::sample::select(vec![ShieldingPhase::UnderWay, ShieldingPhase::Complete])
        )
            .prop_map(|(authority, shielding)| What::AuthoritySet {
                authority,
                shielding
            }),
        prop::sample::select(vec![
            Classification::Unclassified,
            Classification::Ordinary,
            Classification::Sensitive
        ])
        .prop_map(|classification| What::ServiceSet {
            service: ServiceCode::parse("mentoring").unwrap(),
            classification
        }),
        (any::<i64>(), prop::sample::select(&RunStep::ALL[..])).prop_map(|(run, step)| What::Run {
            run: RunId(run),
            supplier: SupplierCode::parse("nhs").unwrap(),
            step
        }),
        prop::sample::select(&ASKED[..]).prop_map(|asked| What::HeldBack { asked }),
        prop::option::of(account()).prop_map(|account| What::SignInBarred { account }),
    ]
}

proptest! {
    #[test]
    fn every_event_reads_back(micros in 0i64..4_000_000_000_000_000, account: i64, organisation: i64, session: u64, what in what()) {
        let event = Event {
            at: Timestamp::from_microsecond(micros).unwrap(),
            by: By::Person { account: AccountId(account), organisation: OrganisationId(organisation), session },
            what,
        };
        prop_assert_eq!(Event::from_canonical(&event.canonical()), Some(event));
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Event::from_canonical(&bytes);
    }
}

#[test]
fn the_bytes_of_version_one_never_change() {
    let event = Event {
        at: Timestamp::from_microsecond(1_000_000).unwrap(),
        by: By::Person {
            account: AccountId(1),
            organisation: OrganisationId(2),
            session: 3,
        },
        what: What::Reasoned {
            number: Number::from_digits(4).unwrap(),
            reason: Reason::FindPractitioners,
        },
    };
    let hex: String = event
        .canonical()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let expected = "0100000000000f4240".to_owned()
        + "01"
        + "0000000000000001"
        + "0000000000000002"
        + "0000000000000003"
        + "06"
        + "0000000000000004"
        + "0012"
        + "66696e642d70726163746974696f6e657273";
    assert_eq!(hex, expected);
}

#[test]
fn the_bytes_of_an_account_that_was_set_never_change() {
    let event = Event {
        at: Timestamp::from_microsecond(1_000_000).unwrap(),
        by: By::Operator,
        what: What::AccountSet {
            account: AccountId(1),
            organisation: OrganisationId(2),
            roles: vec![Role::Auditor],
            checks: Checks {
                identity: Some(date(2025, 1, 6)),
                ..Checks::default()
            },
            suspension: Suspension::Suspended,
        },
    };
    let hex: String = event
        .canonical()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let expected = "0100000000000f4240".to_owned()
        + "02"
        + "0f"
        + "0000000000000001"
        + "0000000000000002"
        + "0001"
        + "0007"
        + "61756469746f72"
        + "0107e90106"
        + "0000"
        + "01";
    assert_eq!(hex, expected);
}

#[test]
fn a_query_that_would_be_too_little_today_still_reads_back() {
    let visible = Visible::default();
    assert!(Query::of(visible.clone(), Hidden::default()).is_err());
    let one_digit = OtherNumber {
        scheme: Scheme::Nhs,
        text: OtherNumberText::parse("9999999999").unwrap(),
    };
    assert!(OtherNumber::parse(Scheme::Nhs, one_digit.text.as_str()).is_err());
    let numbered = Hidden {
        other_number: Some(one_digit),
        ..Hidden::default()
    };
    for query in [
        Query::Visible(visible.clone()),
        Query::Hidden(visible.clone(), Hidden::default()),
        Query::Hidden(visible, numbered),
    ] {
        let event = Event {
            at: Timestamp::from_microsecond(1).unwrap(),
            by: By::Stranger,
            what: What::Searched {
                reason: Reason::FindPractitioners,
                query,
                shown: Vec::new(),
            },
        };
        assert_eq!(Event::from_canonical(&event.canonical()), Some(event));
    }
}

#[test]
fn every_refusal_and_every_ask_has_a_tag_of_its_own() {
    let mut tags: Vec<u8> = REFUSALS
        .iter()
        .map(|refusal| refusal_tag(*refusal))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), REFUSALS.len());
    let mut tags: Vec<u8> = ASKED.iter().map(|asked| asked_tag(*asked)).collect();
    tags.dedup();
    assert_eq!(tags.len(), ASKED.len());
}
