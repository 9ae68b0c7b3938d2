//! A record reads back as it was written, and no bytes make the reader panic.

use super::*;
use directory::address::Address;
use directory::connected::{Considered, LeftOpen, Rest};
use directory::held_word::{HeldWord, RecordMark};
use directory::text::{AddressLine, AuthorityCode, SupplierKey, postcode, telephone};
use directory::transfer::{Act, Move, Side, Step};
use proptest::prelude::*;

fn day() -> impl Strategy<Value = Date> {
    (1990i16..2040, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap())
}

fn text<K: Kind>(regex: &'static str) -> impl Strategy<Value = Text<K>> {
    regex.prop_filter_map("a text of the kind", |text: String| Text::parse(&text).ok())
}

fn name() -> impl Strategy<Value = Name> {
    (
        prop::option::of(text("[A-Za-zéŁ' -]{1,20}")),
        text("[A-Za-zéŁ'-]{1,20}"),
    )
        .prop_map(|(given, family)| Name { given, family })
}

fn residence() -> impl Strategy<Value = Residence> {
    let address = (
        prop::collection::vec(
            text::<directory::text::kind::Line>("[A-Za-z0-9 ]{1,30}"),
            0..4,
        ),
        any::<bool>(),
    )
        .prop_map(|(lines, post): (Vec<AddressLine>, bool)| Address {
            lines,
            postcode: post.then(|| postcode("BS16 5TJ").unwrap()),
        })
        .boxed();
    let state = prop_oneof![
        address.clone().prop_map(AddressState::Current),
        address.prop_map(AddressState::LastKnown),
        Just(AddressState::NoKnown),
        prop::sample::select(&RETURNS[..]).prop_map(AddressState::LeftEngland),
    ];
    (
        state,
        prop::option::of(Just(AuthorityCode::parse("E06000025").unwrap())),
    )
        .prop_map(|(state, authority)| Residence { state, authority })
}

prop_compose! {
    fn particulars()(
        name_now in prop::option::of(name()), former_names in prop::collection::vec(name(), 0..3), born in prop::option::of(day()),
        gender in prop::option::of(prop::sample::select(&Gender::ALL[..])), residence in prop::option::of(residence()),
        carer in prop::option::of(name()), since in prop::option::of(day()), school: bool, nhs: bool,
        stay in prop::option::of((prop::sample::select(&ParticipationGround::ALL[..]), day())),
    ) -> Particulars {
        Particulars {
            name: name_now, former_names, born, gender, residence,
            carers: carer.map(|name| Carer { name, telephone: telephone("01632 960114").ok(), email: None }).into_iter().collect(),
            education: Some(if school { Education::Registered { place: Text::parse("123456").unwrap(), since } } else { Education::AtHome }),
            primary_care: school.then_some(PrimaryCare::NotRegistered),
            stay: stay.map(|(ground, consented)| Stay::Consented(Participation { ground, consented })),
            other_numbers: if nhs { vec![OtherNumber::parse(Scheme::Nhs, "9434765919").unwrap()] } else { Vec::new() },
        }
    }
}

fn said() -> impl Strategy<Value = Said> {
    let involvement = (
        name(),
        prop::option::of(day()),
        prop::option::of(day()),
        any::<bool>(),
        prop::sample::select(&ASSESSMENTS[..]),
    )
        .prop_map(|(name, since, ended, lead, assessment)| Involvement {
            practitioner: Practitioner {
                name,
                job_title: Text::parse("Learning mentor").unwrap(),
                organisation: Text::parse("Northfield Academy").unwrap(),
                telephone: None,
                email: directory::text::email("a@b.example").ok(),
            },
            service: Text::parse("mentoring").unwrap(),
            period: ended.map_or(Period::Current { since }, |ended| Period::Ended {
                since,
                ended,
            }),
            lead: if lead { Lead::Lead } else { Lead::Member },
            assessment,
            account: lead.then_some(AccountId(7)),
        });
    let consent = (day(), any::<bool>()).prop_map(|(on, own)| {
        let fact = ConsentFact {
            born: None,
            understanding: if own {
                Understanding::Understands
            } else {
                Understanding::DoesNotUnderstand
            },
            child: if own { Answer::Agreed } else { Answer::None },
            carer: Answer::Agreed,
            on,
            reference: SupplierKey::parse("ref-1").ok(),
        };
        let service = sensitive_service(&Text::parse("quiet").unwrap()).unwrap();
        Said::Sensitive(Box::new(SensitiveInvolvement::consented(
            &service,
            Consent::given(fact, on).unwrap(),
        )))
    });
    prop_oneof![
        particulars().prop_map(|p| Said::Particulars(Box::new(p))),
        involvement.prop_map(|i| Said::Involvement(Box::new(i))),
        consent,
    ]
}

prop_compose! {
    fn record()(
        number: u64,
        statements in prop::collection::vec((said(), day(), day(), prop::option::of(day()), prop::sample::select(&KINDS[..])), 0..6),
        quarantined in 0usize..3,
        held in 0usize..2,
        decisions in prop::collection::vec((0i64..4_000_000_000_000_000, prop::sample::select(&GROUNDS[..]), 0u8..21), 0..4),
    ) -> Record {
        let mut statements: Vec<Statement> = statements.into_iter().map(|(said, first_confirmed, last_confirmed, superseded, kind)| Statement {
                source: Source { kind, supplier: Text::parse("supplier").unwrap(), key: Text::parse("key-1").unwrap() },
                first_confirmed, last_confirmed, superseded, said,
            }).collect();
        let held_words = statements.drain(..held.min(statements.len())).enumerate().map(|(came, statement)| HeldWord {
            came: i64::try_from(came).unwrap(),
            of: RecordMark(-9),
            is_of_child: number.is_multiple_of(2),
            also: if number.is_multiple_of(3) {
                Vec::new()
            } else {
                vec![(Text::parse("key-3").unwrap(), statement.said.clone())]
            },
            statement,
        }).collect();
        let quarantined = statements.drain(..quarantined.min(statements.len())).map(|statement| Quarantined {
            also: vec![Text::parse("key-2").unwrap()],
            is_restricted: statement.superseded.is_some(),
            statement,
        }).collect();
        Record {
            number: Number::from_random(number),
            statements,
            quarantined,
            held_words,
            decisions: decisions.into_iter().map(|(at, ground, what)| Decision {
                by: if what == 0 { Author::Supplier(Text::parse("s").unwrap()) } else { Author::Account(AccountId(at)) },
                at: Timestamp::from_microsecond(at).unwrap(),
                decided: match what {
                    0 => Decided::ShieldPlaced(ground),
                    1 => Decided::ShieldLifted,
                    2 => Decided::Participates(Participation { ground: ParticipationGround::CareLeaver, consented: Date::new(2026, 1, 1).unwrap() }),
                    3 => Decided::ParticipationEnded,
                    4 => Decided::RowLinked(RowMark(-7)),
                    5 => Decided::RowApart {
                        row: RowMark(i64::MAX),
                        words: (at % 2 == 0).then(|| RowWords {
                            who: !at,
                            around: vec![at, 5],
                        }),
                    },
                    6 => Decided::Merged(Number::from_random(3)),
                    7 => Decided::MergedInto(Number::from_random(3)),
                    8 => Decided::MergeUndone(Number::from_random(3)),
                    9 => Decided::Brought { source: RowMark(5), kept: 2 },
                    10 => Decided::Split(Number::from_random(4)),
                    11 => Decided::SplitFrom(Number::from_random(4)),
                    12 => Decided::SplitUndone(Number::from_random(4)),
                    13 => Decided::Allocated(Text::parse("E06000025").unwrap()),
                    14 => Decided::Transfer(Box::new(Step {
                        of: Move {
                            from: Text::parse("E06000025").unwrap(),
                            to: Text::parse("E06000023").unwrap(),
                            since: Date::new(2026, 7, 1).unwrap(),
                        },
                        side: Side::ALL[usize::from(at % 2 == 0)],
                        act: Act::ALL[usize::try_from(at % 4).unwrap()],
                    })),
                    15 => Decided::Considered(Box::new(Considered {
                        left_open: vec![LeftOpen { number: Number::from_random(5), gave_away: vec![i64::MIN, 4] }, LeftOpen { number: Number::from_random(6), gave_away: vec![] }],
                        rest: if at % 2 == 0 { Rest::None } else { Rest::More },
                    })),
                    17 => Decided::MayBeSame(Number::from_random(7)),
                    18 => Decided::NotSame(Number::from_random(8)),
                    19 => Decided::WaitsNoLonger(Number::from_random(9)),
                    16 => Decided::Offered(Text::parse("E06000025").unwrap()),
                    _ => Decided::Parted { place: 399 },
                },
            }).collect(),
        }
    }
}

#[test]
fn c20_of_what_older_bytes_quarantine_it_is_taken_that_its_source_restricts_it() {
    let statement = Statement {
        source: Source {
            kind: SourceKind::Nhs,
            supplier: Text::parse("nhs").unwrap(),
            key: Text::parse("1").unwrap(),
        },
        first_confirmed: Date::new(2026, 1, 1).unwrap(),
        last_confirmed: Date::new(2026, 2, 1).unwrap(),
        superseded: None,
        said: Said::Particulars(Box::default()),
    };
    for version in [VERSION_QUARANTINED, VERSION_HELD_WORDS] {
        let mut out = Writer::new();
        out.u8(version);
        out.u64(Number::from_random(5).digits());
        out.list(&[], write_statement);
        out.list(&[], write_decision);
        out.list(std::slice::from_ref(&statement), write_statement);
        if version >= VERSION_HELD_WORDS {
            out.list(&[], write_held_word);
        }
        let mut expected = Record::empty(Number::from_random(5));
        expected.quarantined.push(Quarantined {
            statement: statement.clone(),
            also: Vec::new(),
            is_restricted: true,
        });
        assert_eq!(decode(&out.finish()), Some(expected));
    }
}

proptest! {
    #[test]
    fn every_record_reads_back(record in record()) {
        prop_assert_eq!(decode(&encode(&record)), Some(record));
    }

    #[test]
    fn cut_or_changed_bytes_are_answered(record in record(), at: prop::sample::Index, with: u8) {
        let mut bytes = encode(&record);
        let at = at.index(bytes.len());
        prop_assert_eq!(decode(&bytes[..at]), None);
        bytes[at] ^= with;
        let _ = decode(&bytes);
    }
}
