//! Laws and examples of the search score.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests"
)]

use matching::birth::Birth;
use matching::comparable::Comparable;
use matching::date::Date;
use matching::difference::Difference;
use matching::person::{Person, Sex};
use matching::search::{Score, score, strong_enough};
use proptest::prelude::*;

fn born(year: u16, month: u8, day: u8) -> Option<Birth> {
    Date::new(year, month, day).map(Birth::On)
}

fn libby() -> Person<'static> {
    Person {
        given: &["Elizabeth", "Rose"],
        family: &["Choudhury"],
        former: &["Thompson"],
        birth: born(2012, 3, 4),
        sex: Some(Sex::Female),
        postcode: Some("M14 5AB"),
        settings: &["123456"],
        ..Person::default()
    }
}

fn ask(query: Person<'_>) -> Score {
    score(&Comparable::of(&query), &Comparable::of(&libby()))
}

fn differences(query: Person<'_>) -> Vec<Difference> {
    ask(query).differences.iter().collect()
}

fn query() -> Person<'static> {
    Person {
        given: &["Elizabeth"],
        family: &["Choudhury"],
        birth: born(2012, 3, 4),
        ..Person::default()
    }
}

fn assert_forgiven(noisy: Person<'_>, expected: &[Difference]) {
    assert_eq!(differences(noisy), expected, "{noisy:?}");
    assert!(strong_enough(&ask(noisy)), "{noisy:?} {}", ask(noisy).bits);
}

#[test]
fn errors_in_the_given_name_are_forgiven_and_named() {
    let given = |given| Person { given, ..query() };
    assert_forgiven(query(), &[]);
    assert_forgiven(given(&["Baby"]), &[]);
    assert_forgiven(given(&["Libby"]), &[Difference::GivenNickname]);
    assert_forgiven(given(&["Elizabteh"]), &[Difference::GivenSpelling]);
    assert_forgiven(given(&["E"]), &[Difference::GivenInitial]);
    assert_forgiven(
        given(&["Rosie"]),
        &[Difference::GivenNickname, Difference::GivenMiddle],
    );
}

#[test]
fn errors_in_the_family_name_are_forgiven_and_named() {
    let family = |family| Person { family, ..query() };
    assert_forgiven(family(&["Chowdhry"]), &[Difference::FamilySpelling]);
    assert_forgiven(family(&["Chpudhury"]), &[Difference::FamilySpelling]);
    assert_forgiven(family(&["Thompson"]), &[Difference::FamilyFormer]);
    assert_forgiven(family(&["Thomson-Choudhury"]), &[Difference::FamilyPart]);
    let transposed = Person {
        given: &["Choudhury"],
        family: &["Elizabeth"],
        ..query()
    };
    assert_forgiven(transposed, &[Difference::NamesTransposed]);
}

#[test]
fn errors_in_the_other_fields_are_forgiven_and_named() {
    let birth = |birth| Person { birth, ..query() };
    assert_forgiven(birth(born(2012, 4, 3)), &[Difference::BirthSwapped]);
    assert_forgiven(birth(born(2013, 3, 4)), &[Difference::BirthNear]);
    assert_forgiven(
        birth(Some(Birth::Years {
            first: 2011,
            last: 2012,
        })),
        &[],
    );
    assert_forgiven(
        Person {
            postcode: Some("M14"),
            ..birth(None)
        },
        &[],
    );
    assert_forgiven(
        Person {
            sex: Some(Sex::Male),
            ..query()
        },
        &[Difference::Sex],
    );
    let elsewhere = Person {
        postcode: Some("LS1 1AA"),
        settings: &["9"],
        ..query()
    };
    assert_forgiven(
        elsewhere,
        &[Difference::PostcodeDifferent, Difference::Setting],
    );
}

#[test]
fn strangers_are_not_shown() {
    for stranger in [
        Person::default(),
        Person {
            given: &["Oliver"],
            family: &["Jones"],
            ..query()
        },
        Person {
            given: &["Oliver"],
            family: &["Jones"],
            birth: None,
            ..query()
        },
        Person {
            birth: born(2009, 11, 25),
            given: &["Oliver"],
            ..query()
        },
    ] {
        assert!(
            !strong_enough(&ask(stranger)),
            "{stranger:?} {}",
            ask(stranger).bits
        );
    }
}

#[test]
fn a_rare_name_says_more_than_a_common_one() {
    let alone = |family: &'static str| {
        let person = Person {
            family: &[family],
            ..Person::default()
        };
        score(&Comparable::of(&person), &Comparable::of(&person)).bits
    };
    assert!(alone("Featherstonehaugh") > alone("Smith") + 3.0);
}

#[test]
fn the_right_child_is_before_its_twin() {
    let twin = Person {
        given: &["Eleanor"],
        ..libby()
    };
    let against =
        |person: Person<'_>| score(&Comparable::of(&query()), &Comparable::of(&person)).bits;
    assert!(against(libby()) > against(twin) + 5.0);
}

#[derive(Clone, Debug)]
struct Fields {
    given: Vec<String>,
    family: Vec<String>,
    former: Vec<String>,
    birth: Option<Birth>,
    sex: Option<Sex>,
    postcode: Option<String>,
    setting: Option<String>,
    number: Option<String>,
}

impl Fields {
    fn comparable(&self) -> Comparable {
        fn texts(texts: &[String]) -> Vec<&str> {
            texts.iter().map(String::as_str).collect()
        }
        let (given, family, former) =
            (texts(&self.given), texts(&self.family), texts(&self.former));
        let settings: Vec<&str> = self.setting.as_deref().into_iter().collect();
        Comparable::of(&Person {
            given: &given,
            family: &family,
            former: &former,
            birth: self.birth,
            sex: self.sex,
            postcode: self.postcode.as_deref(),
            settings: &settings,
            area: None,
            number: self.number.as_deref(),
        })
    }
}

const GIVEN: &str =
    "(Mohammed|Mohamed|Mo|Liz|Elizabeth|Beth|Anne-Marie|Anna|Oliver|Olive|O|Zebedee|Baby)";
const FAMILY: &str = "(Khan|Kahn|Smith|Smyth|Smith-Jones|Jones|van der Berg|Berg|O'Brien|Okonkwo)";

fn full_birth() -> impl Strategy<Value = Birth> {
    (2005_u16..2015, 1_u8..=12, 1_u8..=28).prop_filter_map("no such day", |(y, m, d)| born(y, m, d))
}

fn birth() -> impl Strategy<Value = Birth> {
    prop_oneof![
        3 => full_birth(),
        1 => (2005_u16..2015, 0_u16..3).prop_map(|(first, more)| Birth::Years { first, last: first + more }),
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    (
        prop::collection::vec(GIVEN, 0..3),
        prop::collection::vec(FAMILY, 0..3),
        prop::collection::vec(FAMILY, 0..2),
        prop::option::of(birth()),
        prop::option::of(prop_oneof![Just(Sex::Female), Just(Sex::Male)]),
        prop::option::of("(M14 5AB|M14 5XY|M14|M1 1AA|LS1 1AA)"),
        prop::option::of("[12]"),
        prop::option::of("[12]"),
    )
        .prop_map(
            |(given, family, former, birth, sex, postcode, setting, number)| Fields {
                given,
                family,
                former,
                birth,
                sex,
                postcode,
                setting,
                number,
            },
        )
}

/// The candidate with one field made to agree with the query; `None` when the query does not have it.
fn agreeing(candidate: &Fields, query: &Fields, field: usize) -> Option<Fields> {
    let mut nearer = candidate.clone();
    match field {
        0 if !query.comparable().given.is_empty() => nearer.given.clone_from(&query.given),
        1 if !query.family.is_empty() => {
            nearer.family.clone_from(&query.family);
            nearer.former.clone_from(&query.former);
        }
        2 => nearer.birth = Some(query.birth?),
        3 => nearer.sex = Some(query.sex?),
        4 => nearer.postcode = Some(query.postcode.clone()?),
        5 => nearer.setting = Some(query.setting.clone()?),
        6 => nearer.number = Some(query.number.clone()?),
        _ => return None,
    }
    Some(nearer)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn more_agreement_never_lowers_the_score(query in fields(), candidate in fields(), field in 0_usize..7) {
        let Some(nearer) = agreeing(&candidate, &query, field) else { return Ok(()) };
        let before = score(&query.comparable(), &candidate.comparable());
        let after = score(&query.comparable(), &nearer.comparable());
        prop_assume!(!before.differences.contains(Difference::NamesTransposed));
        prop_assert!(after.bits >= before.bits - 1e-4, "{:?} {:?}", before, after);
    }

    #[test]
    fn a_missing_field_is_neutral(query in fields(), candidate in fields(), field in 2_usize..7) {
        let mut less = candidate.clone();
        match field {
            2 => less.birth = None,
            3 => less.sex = None,
            4 => less.postcode = None,
            5 => less.setting = None,
            _ => less.number = None,
        }
        let Some(same) = agreeing(&candidate, &query, field) else { return Ok(()) };
        let neutral = score(&query.comparable(), &less.comparable()).bits;
        prop_assert!(neutral <= score(&query.comparable(), &same.comparable()).bits + 1e-4);
    }

    #[test]
    fn nobody_answers_better_than_the_person_itself(
        query in ("(Mohammed|Mo|Elizabeth|Anne-Marie|Anna|Oliver|Zebedee)", FAMILY, full_birth()),
        candidate in (GIVEN, FAMILY, birth()),
    ) {
        let person = |(given, family, birth): &(String, String, Birth)| {
            Comparable::of(&Person { given: &[given], family: &[family], birth: Some(*birth), ..Person::default() })
        };
        let itself = score(&person(&query), &person(&query));
        let other = score(&person(&query), &person(&candidate));
        prop_assert!(other.bits <= itself.bits + 1e-4, "{:?} {:?}", itself, other);
    }

    #[test]
    fn any_text_is_scored_without_panic(given in any::<String>(), family in any::<String>(), code in any::<String>()) {
        let person = Person {
            given: &[&given],
            family: &[&family],
            former: &[&code],
            postcode: Some(&code),
            settings: &[&code],
            area: Some(&code),
            number: Some(&code),
            ..Person::default()
        };
        let folded = Comparable::of(&person);
        prop_assert!(score(&folded, &folded).bits.is_finite());
        prop_assert!(score(&folded, &Comparable::of(&libby())).bits.is_finite());
    }
}
