//! The search form filled in from a search that was made: what was understood, in the boxes it is typed into.

use directory::Date;
use directory::lifecycle::age_on;
use directory::query::{Born, Query};
use directory::reason::Reason;

use crate::visitor::Fields;

/// What would be typed to ask the same for the same reason.
pub(super) fn typed(reason: Reason, query: &Query, today: Date) -> Fields {
    let visible = query.visible();
    let mut typed = Vec::new();
    let mut fill = |name: &str, text: Option<String>| {
        typed.extend(text.map(|text| (name.to_owned(), text)));
    };
    fill("reason", Some(reason.code().to_owned()));
    fill("number", visible.number.map(|number| number.to_string()));
    fill(
        "given_name",
        visible.given.as_ref().map(ToString::to_string),
    );
    fill(
        "family_name",
        visible.family.as_ref().map(ToString::to_string),
    );
    fill(
        "gender",
        visible.gender.map(|gender| gender.words().to_owned()),
    );
    if let Some(hidden) = query.hidden() {
        fill(
            "postcode",
            hidden.postcode.as_ref().map(ToString::to_string),
        );
        fill(
            "setting_or_practice",
            hidden.place.as_ref().map(ToString::to_string),
        );
        fill("carer", hidden.carer.as_ref().map(ToString::to_string));
        fill(
            "own_number",
            hidden.other_number.as_ref().map(ToString::to_string),
        );
    }
    let [day, month, year, age] = visible
        .born
        .map_or_else(Default::default, |born| boxes(born, today));
    fill("date_of_birth_day", day);
    fill("date_of_birth_month", month);
    fill("date_of_birth_year", year);
    fill("age", age);
    Fields::of(typed)
}

/// Day, month, year and age. A span of days is a month, or else all the days on which one is of an age.
fn boxes(born: Born, today: Date) -> [Option<String>; 4] {
    let text = |number: &dyn ToString| Some(number.to_string());
    match born {
        Born::On(day) => [
            text(&day.day()),
            text(&day.month()),
            text(&day.year()),
            None,
        ],
        Born::In { year } => [None, None, text(&year), None],
        Born::Between { earliest, latest } => {
            let month = (earliest.year(), earliest.month());
            if month == (latest.year(), latest.month()) {
                [None, text(&month.1), text(&month.0), None]
            } else {
                [None, None, None, text(&age_on(latest, today))]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::search_form::born_at;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_birth_goes_back_into_the_boxes_it_came_from() {
        let today = date(2026, 7, 3);
        let filled = |born| boxes(born, today).map(Option::unwrap_or_default);
        assert_eq!(filled(Born::On(date(2011, 5, 14))), ["14", "5", "2011", ""]);
        assert_eq!(filled(Born::In { year: 2011 }), ["", "", "2011", ""]);
        for years in 0..=25 {
            assert_eq!(
                filled(born_at(years, today)),
                ["", "", "", &years.to_string()]
            );
        }
        let may = Born::Between {
            earliest: date(2011, 5, 1),
            latest: date(2011, 5, 31),
        };
        assert_eq!(filled(may), ["", "5", "2011", ""]);
    }
}
