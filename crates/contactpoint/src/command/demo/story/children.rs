//! Who the children of the story are, on whatever day it is told.

use directory::Date;
use directory::lifecycle::{age_on, birthday};
use jiff::ToSpan as _;

/// The secondary school of the story.
pub const ACADEMY: &str = "899001";
/// The primary school of the story.
pub const PRIMARY: &str = "899002";
/// The general practice of the story.
pub const PRACTICE: &str = "X89901";
/// The postcode that the shield of Maya hides. No such postcode is in use.
pub const MAYA_POSTCODE: &str = "BS87 9QT";

/// In how many days the oldest of them turns 18.
const DAYS_UNTIL_18: i64 = 9;

/// A child of the story.
pub struct Child {
    pub given: &'static str,
    pub family: &'static str,
    pub former_family: &'static str,
    pub female: bool,
    pub born: Date,
    pub address: (&'static str, &'static str, &'static str),
    pub school: &'static str,
    pub carer: (&'static str, &'static str),
}

/// A household: address line, town, postcode; carer and their telephone; family name.
struct Household {
    address: (&'static str, &'static str, &'static str),
    carer: (&'static str, &'static str),
    family: &'static str,
}

const MARSH: Household = Household {
    address: ("27 Meadow Rise", "Yate", "BS87 4AX"),
    carer: ("Dawn Marsh", "07700 900114"),
    family: "Marsh",
};
const RAHMAN: Household = Household {
    address: ("8 Priory Close", "Thornbury", "BS87 2LF"),
    carer: ("Nasima Rahman", "07700 900127"),
    family: "Rahman",
};

/// Kelly first.
pub fn children(today: Date) -> Vec<Child> {
    let aged = |years, month, day| born_aged(years, (month, day), today);
    let mut all = vec![
        of(&MARSH, ("Kelly", true), aged(15, 5, 14), ACADEMY),
        of(&MARSH, ("Ryan", false), aged(12, 9, 3), ACADEMY),
        of(&MARSH, ("Chloe", true), aged(9, 2, 21), PRIMARY),
        of(&MARSH, ("Alfie", false), aged(5, 7, 30), PRIMARY),
        of(&RAHMAN, ("Aaliyah", true), aged(10, 4, 6), PRIMARY),
        of(&RAHMAN, ("Aleena", true), aged(10, 4, 6), PRIMARY),
    ];
    all.extend(alone(today));
    all
}

/// The shielded child, the one with a sensitive service, the adopted one, the one about to turn 18, and the one who has moved.
fn alone(today: Date) -> [Child; 5] {
    let aged = |years, month, day| born_aged(years, (month, day), today);
    let household = |address, carer, family| Household {
        address,
        carer,
        family,
    };
    let maya = household(
        ("3 Quarry Steps", "Marshfield", MAYA_POSTCODE),
        ("Ruth Ellis", "07700 900131"),
        "Ellis",
    );
    let jordan = household(
        ("52 Station Road", "Filton", "BS87 7HN"),
        ("Carol Bailey", "07700 900146"),
        "Bailey",
    );
    let oliver = household(
        ("11 Orchard View", "Winterbourne", "BS87 1PE"),
        ("Anna Whitcombe", "07700 900158"),
        "Whitcombe",
    );
    let tyler = household(
        ("19 Wellspring Road", "Patchway", "BS87 5DU"),
        ("Grace Adeyemi", "07700 900163"),
        "Adeyemi",
    );
    let freya = household(
        ("7 Saltwell Lane", "Frampton Cotterell", "BS87 3WD"),
        ("Imogen Tolland", "07700 900175"),
        "Tolland",
    );
    let soon = birthday(today, -18)
        .checked_add(DAYS_UNTIL_18.days())
        .unwrap_or(today);
    [
        of(&maya, ("Maya", true), aged(8, 10, 9), PRIMARY),
        of(&jordan, ("Jordan", false), aged(14, 1, 17), ACADEMY),
        Child {
            former_family: "Harker",
            ..of(&oliver, ("Oliver", false), aged(7, 6, 25), PRIMARY)
        },
        of(&tyler, ("Tyler", false), soon, ACADEMY),
        of(&freya, ("Freya", true), aged(6, 3, 11), PRIMARY),
    ]
}

fn of(
    household: &Household,
    (given, female): (&'static str, bool),
    born: Date,
    school: &'static str,
) -> Child {
    Child {
        given,
        family: household.family,
        former_family: "",
        female,
        born,
        address: household.address,
        school,
        carer: household.carer,
    }
}

/// The day of birth of somebody who has this age today, with the birthday on this day of the year.
fn born_aged(years: i16, (month, day): (i8, i8), today: Date) -> Date {
    let in_year =
        |back: i16| Date::new(today.year().saturating_sub(back), month, day).unwrap_or(today);
    let latest = in_year(years);
    if age_on(latest, today) == years {
        latest
    } else {
        in_year(years.saturating_add(1))
    }
}
