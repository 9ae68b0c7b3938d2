//! A consent that ended has ended, whichever run is taken back, and so has what went with it (X5, R28, C4).

use directory::Date;
use directory::child::View;
use directory::involvement::{Assessment, Involvement, Lead, Period, Practitioner};
use directory::lifecycle::{Participation, ParticipationGround};
use directory::name::Name;
use directory::number::Number;
use directory::run::Reach;
use directory::statement::{Said, SourceKind};
use directory::stay::Stay;
use directory::supplied::{Outcome, Row, Supplier};
use directory::text::NamePart;
use jiff::civil::date;

use crate::practice::{Practice, both, by_name, parse, row};
use crate::runs::{self, File, file};
use crate::stay::{accept, ends};

const BORN: Date = date(2007, 6, 1);

fn college() -> Supplier {
    Supplier {
        code: parse("college"),
        kind: SourceKind::Local,
    }
}

fn consents(key: &str, consented: Date) -> Row {
    let mut row = row(key, "Nell", "Tarrant", BORN);
    row.particulars.stay = Some(Stay::Consented(Participation {
        ground: ParticipationGround::CareLeaver,
        consented,
    }));
    row
}

fn mentored(mut row: Row, key: &str) -> Row {
    let involvement = Involvement {
        practitioner: Practitioner {
            name: Name {
                given: NamePart::parse("Paul").ok(),
                family: parse("Mentor"),
            },
            job_title: parse("Learning mentor"),
            organisation: parse("Northfield College"),
            telephone: None,
            email: None,
        },
        service: parse("mentoring"),
        period: Period::Current { since: None },
        lead: Lead::Member,
        assessment: Assessment::None,
        account: None,
    };
    row.also
        .push((parse(key), Said::Involvement(Box::new(involvement))));
    row
}

/// How many work with her, as somebody sees who opens her record. `None`: nobody finds her.
fn involved(practice: &Practice) -> Option<usize> {
    let jane = practice.session("jane");
    let query = || by_name("Nell", "Tarrant", BORN);
    if practice.shown(&jane, query()).is_empty() {
        return None;
    }
    let reference = practice.opened(&jane, query());
    let shown = practice.store.disclose(&jane, &reference, practice.now());
    let shown = shown.unwrap().unwrap();
    match shown.view() {
        View::Whole(child) => Some(child.involvements.len()),
        View::Restricted(_) => panic!("not shielded"),
    }
}

fn of_nhs(day: i8) -> File {
    let mut file = file(Reach::Delta, day, []);
    file.rows = vec![row("n", "Nell", "Tarrant", BORN)];
    file
}

fn of_college(day: i8) -> File {
    let consented = consents("1", date(2026, 3, 1));
    File {
        supplier: college(),
        rows: vec![mentored(consented, "1-w")],
        ..file(Reach::Delta, day, [])
    }
}

/// Consents anew on a later day, so that she is found, and nobody is said to work with her.
fn consents_anew(practice: &Practice) {
    let later = practice.after_seconds(4 * 86_400);
    let mut again = consents("1", later.today.yesterday().unwrap());
    again.confirmed = later.today;
    let taken = practice.store.accept(&college(), &[again], later);
    assert_eq!(taken.unwrap(), [Outcome::Accepted]);
}

#[test]
fn x5_c4_an_involvement_that_ended_with_consent_stays_ended_when_an_earlier_run_is_taken_back() {
    for stay in [None, Some(Stay::Withdrawn)] {
        both(|practice| {
            let earlier = runs::load(practice, &of_nhs(1));
            runs::load(practice, &of_college(2));
            assert_eq!(involved(practice), Some(1));
            assert_eq!(accept(practice, ends("1", stay)), Outcome::TakenBack);
            assert_eq!(involved(practice), None);
            runs::take_back(practice, earlier.id);
            assert_eq!(involved(practice), None);
            consents_anew(practice);
            assert_eq!(involved(practice), Some(0), "nobody said so since");
        });
    }
}

#[test]
fn x5_an_involvement_that_was_only_confirmed_since_stays_ended_too() {
    both(|practice| {
        assert_eq!(
            accept(practice, mentored(consents("1", date(2026, 3, 1)), "1-w")),
            Outcome::Accepted
        );
        let earlier = runs::load(practice, &of_nhs(1));
        let mut confirmed = of_college(2);
        confirmed.rows[0].confirmed = date(2026, 11, 2);
        runs::load(practice, &confirmed);
        accept(practice, ends("1", None));
        runs::take_back(practice, earlier.id);
        consents_anew(practice);
        assert_eq!(involved(practice), Some(0));
    });
}

#[test]
fn x5_c8_what_stands_on_another_record_without_the_run_has_ended_there_too() {
    both(|practice| {
        // By its own key the college's second row is of whom the first run said; without that, of nobody who is known.
        let mut vague = row("n", "Nell", "Tarrant", BORN);
        let said = &mut vague.particulars;
        (said.residence, said.education, said.primary_care) = (None, None, None);
        practice.accept(&[vague]);
        let first = File {
            rows: vec![row("1", "Nell", "Tarrant", BORN)],
            ..of_college(1)
        };
        let earlier = runs::load(practice, &first);
        let mut renamed = of_college(2);
        renamed.rows[0].particulars.name = row("1", "Nell", "Okonkwo", BORN).particulars.name;
        renamed.rows[0].confirmed = date(2026, 11, 2);
        runs::load(practice, &renamed);
        let found = |family: &str| {
            let jane = practice.session("jane");
            practice.shown(&jane, by_name("Nell", family, BORN)).len()
        };
        assert_eq!(found("Okonkwo"), 1);
        accept(practice, ends("1", Some(Stay::Withdrawn)));
        assert_eq!((found("Okonkwo"), found("Tarrant")), (0, 0));
        runs::take_back(practice, earlier.id);
        assert_eq!(practice.store.rows_waiting().unwrap(), 0);
        assert_eq!((found("Okonkwo"), found("Tarrant")), (0, 0));
    });
}

#[test]
fn x5_what_is_said_with_a_new_consent_stands_when_an_earlier_run_is_taken_back() {
    both(|practice| {
        let earlier = runs::load(practice, &of_nhs(1));
        runs::load(practice, &of_college(2));
        accept(practice, ends("1", None));
        let later = practice.after_seconds(4 * 86_400);
        let mut again = mentored(consents("1", later.today.yesterday().unwrap()), "1-v");
        again.confirmed = later.today;
        let taken = practice.store.accept(&college(), &[again], later);
        assert_eq!(taken.unwrap(), [Outcome::Accepted]);
        assert_eq!(involved(practice), Some(1));
        runs::take_back(practice, earlier.id);
        assert_eq!(involved(practice), Some(1));
    });
}

fn shown(practice: &Practice, family: &str) -> Vec<Number> {
    let jane = practice.session("jane");
    practice.shown(&jane, by_name("Nell", family, BORN))
}

#[test]
fn c8_r22_one_young_adults_withdrawal_is_not_anothers() {
    both(|practice| {
        let mut vague = consents("1", date(2026, 3, 1));
        let said = &mut vague.particulars;
        (said.residence, said.education, said.primary_care) = (None, None, None);
        assert_eq!(accept(practice, vague), Outcome::Accepted);
        // Under another's key, as if she were the first.
        let of_two = |day, row| File {
            rows: vec![row],
            ..of_college(day)
        };
        let wrong = of_two(1, row("2", "Nell", "Tarrant", BORN));
        let wrong = runs::load(practice, &wrong);
        let mut other = consents("2", date(2026, 3, 1));
        other.particulars.name = row("2", "Nell", "Okonkwo", BORN).particulars.name;
        other.confirmed = date(2026, 11, 2);
        runs::load(practice, &of_two(2, other));
        let [one, two] = ["Tarrant", "Okonkwo"].map(|family| shown(practice, family));
        assert!(one.len() == 1 && one == two, "they are taken for one");
        assert_eq!(
            accept(practice, ends("1", Some(Stay::Withdrawn))),
            Outcome::TakenBack
        );
        assert_eq!(shown(practice, "Okonkwo"), []);
        runs::take_back(practice, wrong.id);
        let [hers] = shown(practice, "Okonkwo")[..] else {
            panic!("nobody took hers back");
        };
        assert!(![one, two].concat().contains(&hers), "a child of her own");
        assert_eq!(shown(practice, "Tarrant"), [hers], "the other took it back");
    });
}
