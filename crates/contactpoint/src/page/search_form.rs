//! The search form: what was typed, kept as it was typed, and the query it makes or what is wrong with it.

use directory::access::{Add, Refusal};
use directory::account::Actor;
use directory::lifecycle::{age_on, birthday};
use directory::name::Gender;
use directory::number::{Number, OtherNumber, Scheme};
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::{Reason, offered};
use directory::text::{self, Fault as Unfit, NamePart, OrganisationName, Why};
use directory::{Date, Now};

use super::choices::{choice, fault, reasons};
use super::date_boxes::{self, Typed};
use crate::view::field::{DateField, DatePart, Field};
use crate::view::search_form::{OwnNumber, SearchForm};
use crate::visitor::{Fields, Form};

/// The oldest anybody in the directory can be (R22), in years.
const NO_SUCH_GENDER: &str = "Gender must be one of those offered, or none";
const AGE_YEARS_MAX: i16 = 25;
/// What the fault of a missing reason says.
const NO_REASON: &str = "Choose why you are looking for this child";

/// What is said to somebody who signed in again with a form still open.
const SEND_AGAIN: &str = "You have signed in again since you filled this in, so nothing was searched. What you typed is below: search once more";

/// What a form asks.
pub(super) enum Asked {
    /// A search.
    Search(Reason, Box<Query>),
    /// Too little to search by; nothing is wrong with what there is.
    TooLittle(Reason, Add),
    /// Something is wrong: the form says what.
    Faulty,
}

/// An empty form for somebody.
pub(super) fn blank(actor: &Actor) -> SearchForm {
    let own_number = own_scheme(actor).map(|scheme| OwnNumber {
        label: scheme.words().to_owned(),
        field: Field::default(),
    });
    SearchForm {
        genders: genders(""),
        gender_fault: None,
        own_number,
        reasons: reasons(actor, "", None),
        ..SearchForm::default()
    }
}

/// Reads what was sent: the form to show again, and what it asks.
pub(super) fn read(sent: &Form, actor: &Actor, now: Now) -> (SearchForm, Asked) {
    let sent = sent.fields();
    let mut form = typed(sent, actor);
    let visible = visible(&mut form, sent, now.today);
    let hidden = hidden(&mut form, actor);
    let reason = Reason::parse(sent.text("reason"));
    let reason = reason.filter(|reason| offered(actor.roles(), actor.sector()).contains(reason));
    if reason.is_none() {
        form.faults.push(fault("reason", NO_REASON));
        form.reason_fault = Some(NO_REASON.to_owned());
    }
    form.more_open = has_more(&form);
    let Some(reason) = reason.filter(|_| form.faults.is_empty()) else {
        return (form, Asked::Faulty);
    };
    let asked = match Query::of(visible, hidden) {
        Ok(query) => Asked::Search(reason, Box::new(query)),
        Err(Refusal::TooLittle(add) | Refusal::TooBroad(add)) => Asked::TooLittle(reason, add),
        Err(_) => Asked::Faulty,
    };
    (form, asked)
}

/// A form filled in with what was typed before.
pub(super) fn filled(typed_before: &Fields, actor: &Actor) -> SearchForm {
    let mut form = typed(typed_before, actor);
    form.more_open = has_more(&form);
    form
}

/// What was typed in an earlier session, to be sent once more in this one.
pub(super) fn again(typed_before: &Fields, actor: &Actor) -> SearchForm {
    let mut form = filled(typed_before, actor);
    form.faults.push(fault("family_name", SEND_AGAIN));
    form
}

/// The form with everything as it was typed.
fn typed(sent: &Fields, actor: &Actor) -> SearchForm {
    let field = |name| Field {
        value: sent.text(name).to_owned(),
        fault: None,
    };
    let own_number = own_scheme(actor).map(|scheme| OwnNumber {
        label: scheme.words().to_owned(),
        field: field("own_number"),
    });
    SearchForm {
        faults: Vec::new(),
        focus_first: true,
        more_open: false,
        family_name: field("family_name"),
        given_name: field("given_name"),
        date_of_birth: date_boxes::sent(sent, "date_of_birth"),
        age: field("age"),
        number: field("number"),
        genders: genders(sent.text("gender")),
        gender_fault: None,
        postcode: field("postcode"),
        setting_or_practice: field("setting_or_practice"),
        carer: field("carer"),
        own_number,
        reasons: reasons(actor, sent.text("reason"), None),
        reason_fault: None,
    }
}

fn visible(form: &mut SearchForm, sent: &Fields, today: Date) -> Visible {
    let faults = &mut form.faults;
    let mut name = |field: &mut Field, id, label| take(field, faults, (id, label), NamePart::parse);
    let family = name(&mut form.family_name, "family_name", "Family name");
    let given = name(&mut form.given_name, "given_name", "Given name");
    let day = date_of_birth(&mut form.date_of_birth, &mut form.faults, today);
    let age = age(&mut form.age, &mut form.faults);
    let born = match (day, age) {
        (Some(born), None) => Some(born),
        (None, age) => age.map(|years| born_at(years, today)),
        (Some(born), Some(years)) => {
            if !fits(born, years, today) {
                let text = "Age does not fit the date of birth: fill in one of them";
                form.age.fault = Some(text.to_owned());
                form.faults.push(fault("age", text));
            }
            Some(born)
        }
    };
    let number = take(
        &mut form.number,
        &mut form.faults,
        ("number", "ContactPoint number"),
        Number::parse,
    );
    let gender = Gender::ALL
        .into_iter()
        .find(|gender| gender.words() == sent.text("gender"));
    if gender.is_none() && !sent.text("gender").is_empty() {
        form.gender_fault = Some(NO_SUCH_GENDER.to_owned());
        form.faults.push(fault("gender", NO_SUCH_GENDER));
    }
    Visible {
        number,
        given,
        family,
        born,
        gender,
    }
}

fn hidden(form: &mut SearchForm, actor: &Actor) -> Hidden {
    let faults = &mut form.faults;
    let other_number = match (&mut form.own_number, own_scheme(actor)) {
        (Some(own), Some(scheme)) => {
            let parse = |text: &str| OtherNumber::parse(scheme, text);
            take(
                &mut own.field,
                faults,
                ("own_number", scheme.words()),
                parse,
            )
        }
        _ => None,
    };
    let place = (
        "setting_or_practice",
        "Name of the school, college or general practice",
    );
    Hidden {
        postcode: take(
            &mut form.postcode,
            faults,
            ("postcode", "Postcode"),
            text::postcode,
        ),
        place: take(
            &mut form.setting_or_practice,
            faults,
            place,
            OrganisationName::parse,
        ),
        carer: take(
            &mut form.carer,
            faults,
            ("carer", "Name of a parent or carer"),
            NamePart::parse,
        ),
        other_number,
        area: None,
    }
}

/// Reads one box: `None` when it is empty or faulty, and then the fault stands beside it and in the summary.
pub(super) fn take<T>(
    field: &mut Field,
    faults: &mut Vec<crate::view::fault::Fault>,
    (id, label): (&str, &str),
    parse: impl Fn(&str) -> Result<T, Unfit>,
) -> Option<T> {
    if field.value.is_empty() {
        return None;
    }
    match parse(&field.value) {
        Ok(value) => Some(value),
        Err(unfit) => {
            let odd = odd_character(&field.value, &parse);
            let text = said(label, unfit.why, odd);
            faults.push(fault(id, &text));
            field.fault = Some(text);
            None
        }
    }
}

/// What is wrong with a value, and how to put it right.
fn said(label: &str, why: Why, odd: Option<char>) -> String {
    match why {
        Why::Missing => format!("{label} is missing"),
        Why::TooLong { characters_max } => {
            format!("{label} must be {characters_max} characters or fewer")
        }
        Why::Character | Why::RevealsSensitive => match odd {
            Some(odd) if !is_seen(odd) => {
                format!("{label} has a character in it that cannot be seen: type it again")
            }
            Some(odd) => format!("{label} cannot have “{odd}” in it"),
            None => format!("{label} has a character that does not belong in it"),
        },
        Why::Form(form) => format!("{label} must be {form}"),
    }
}

/// Whether a character shows itself, rather than how others are to be shown, or nothing.
fn is_seen(one: char) -> bool {
    !one.is_control()
        && !matches!(one, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first character that does not belong in a value: it does not even on its own.
fn odd_character<T>(value: &str, parse: impl Fn(&str) -> Result<T, Unfit>) -> Option<char> {
    let is_odd = |one: &char| {
        let alone = parse(one.encode_utf8(&mut [0; 4]));
        alone.is_err_and(|unfit| unfit.why == Why::Character)
    };
    value.chars().find(is_odd)
}

fn date_of_birth(
    field: &mut DateField,
    faults: &mut Vec<crate::view::fault::Fault>,
    today: Date,
) -> Option<Born> {
    let oldest = today.year().saturating_sub(AGE_YEARS_MAX).saturating_sub(1);
    let read = date_boxes::read(field, "Date of birth", today);
    let wrong = match read {
        Ok(Typed::Nothing) => return None,
        Ok(typed) => match (born(typed), first_day(typed)) {
            (_, first) if first > today => (
                Some(DatePart::Year),
                "Date of birth must be in the past".to_owned(),
            ),
            (_, first) if first.year() < oldest => {
                let text = format!(
                    "Date of birth: year must be between {oldest} and {}",
                    today.year()
                );
                (Some(DatePart::Year), text)
            }
            (born, _) => return born,
        },
        Err(wrong) => (wrong.part, wrong.text),
    };
    let (part, text) = wrong;
    let id = match part {
        None | Some(DatePart::Day) => "date_of_birth_day",
        Some(DatePart::Month) => "date_of_birth_month",
        Some(DatePart::Year) => "date_of_birth_year",
    };
    faults.push(fault(id, &text));
    field.fault = Some(text);
    field.faulty_part = part;
    None
}

fn born(typed: Typed) -> Option<Born> {
    match typed {
        Typed::Nothing => None,
        Typed::Day(day) => Some(Born::On(day)),
        Typed::Month(earliest, latest) => Some(Born::Between { earliest, latest }),
        Typed::Year(year) => Some(Born::In { year }),
    }
}

fn first_day(typed: Typed) -> Date {
    match typed {
        Typed::Nothing => Date::MIN,
        Typed::Day(day) | Typed::Month(day, _) => day,
        Typed::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
    }
}

fn age(field: &mut Field, faults: &mut Vec<crate::view::fault::Fault>) -> Option<i16> {
    if field.value.is_empty() {
        return None;
    }
    let years = field
        .value
        .parse::<i16>()
        .ok()
        .filter(|years| (0..=AGE_YEARS_MAX).contains(years));
    if years.is_none() {
        let text = format!("Age must be a whole number of years from 0 to {AGE_YEARS_MAX}");
        faults.push(fault("age", &text));
        field.fault = Some(text);
    }
    years
}

/// The days on which somebody was born who is so many years old today.
pub(super) fn born_at(years: i16, today: Date) -> Born {
    let latest = birthday(today, years.saturating_neg());
    let before = birthday(today, years.saturating_add(1).saturating_neg());
    Born::Between {
        earliest: before.tomorrow().unwrap_or(before),
        latest,
    }
}

fn fits(born: Born, years: i16, today: Date) -> bool {
    let (first, last) = match born {
        Born::On(day) => (day, day),
        Born::Between { earliest, latest } => (earliest, latest),
        Born::In { year } => {
            let day = |month, day| Date::new(year, month, day).unwrap_or(today);
            (day(1, 1), day(12, 31).min(today))
        }
    };
    (age_on(last, today)..=age_on(first, today)).contains(&years)
}

/// The numbering of the searcher's own body (L2).
fn own_scheme(actor: &Actor) -> Option<Scheme> {
    Scheme::ALL
        .into_iter()
        .find(|scheme| scheme.sector() == actor.sector())
}

fn genders(sent: &str) -> Vec<crate::view::choice::Choice> {
    let label = |gender| match gender {
        Gender::Female => "Female",
        Gender::Male => "Male",
        Gender::Unspecified => "Not specified",
    };
    Gender::ALL
        .into_iter()
        .map(|gender| choice(gender.words(), label(gender), sent))
        .collect()
}

/// Whether something among the further details is filled in: they are shown unfolded then.
fn has_more(form: &SearchForm) -> bool {
    let fields = [
        &form.number,
        &form.postcode,
        &form.setting_or_practice,
        &form.carer,
    ];
    let own = form.own_number.as_ref().map(|own| &own.field);
    fields
        .into_iter()
        .chain(own)
        .any(|field| !field.value.is_empty())
        || form.genders.iter().any(|one| one.chosen)
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_age_means_exactly_the_days_on_which_one_is_that_old(years in 0i16..=25, back in 0i32..9_800, forward in 0i32..3_000) {
            let today = date(2024, 2, 29).checked_add(jiff::Span::new().days(forward)).unwrap();
            let day = today.checked_sub(jiff::Span::new().days(back)).unwrap();
            let Born::Between { earliest, latest } = born_at(years, today) else { panic!("an age is a span of days") };
            let within = (earliest..=latest).contains(&day);
            // Born on 29 February, the birthday of another year is 1 March: one day at the edge may count as either age.
            let edge = day.month() == 2 && day.day() == 29 || today.month() == 2 && today.day() == 29;
            prop_assert!(edge || within == (age_on(day, today) == years), "{day} {today} {earliest} {latest}");
        }
    }

    #[test]
    fn an_age_and_a_date_must_fit() {
        let today = date(2026, 7, 3);
        assert!(fits(Born::On(date(2015, 7, 3)), 11, today));
        assert!(!fits(Born::On(date(2015, 7, 4)), 11, today));
        assert!(
            fits(Born::In { year: 2015 }, 10, today) && fits(Born::In { year: 2015 }, 11, today)
        );
        assert!(!fits(Born::In { year: 2015 }, 12, today));
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        let wrong = Number::parse("4821 0937 56-A").unwrap_err();
        let text = said("ContactPoint number", wrong.why, None);
        assert!(text.contains("check letter does not fit"), "{text}");
        assert_eq!(
            said("Postcode", text::postcode("LS").unwrap_err().why, None),
            "Postcode must be like BS16 5TJ"
        );
    }
}
