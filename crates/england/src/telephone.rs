//! Telephone numbers of the ranges that Ofcom keeps free for drama: nobody answers.

/// The ranges used, each of a thousand numbers (Ofcom, "Telephone numbers for use in TV and radio drama programmes").
const LONDON: &str = "020 7946 0";
const ELSEWHERE: &str = "01632 960";
const MOBILE: &str = "07700 900";
const ANYWHERE: &str = "03069 990";
const CITIES: [(&str, &[&str]); 10] = [
    ("0113 496 0", &["Leeds"]),
    ("0114 496 0", &["Sheffield"]),
    ("0115 496 0", &["Nottingham"]),
    ("0116 496 0", &["Leicester"]),
    ("0117 496 0", &["Bristol, City of", "South Gloucestershire"]),
    ("0118 496 0", &["Reading", "Wokingham"]),
    ("0121 496 0", &["Birmingham", "Solihull", "Sandwell"]),
    ("0151 496 0", &["Liverpool", "Knowsley", "Sefton", "Wirral"]),
    (
        "0161 496 0",
        &["Manchester", "Salford", "Stockport", "Tameside", "Trafford"],
    ),
    (
        "0191 498 0",
        &[
            "Newcastle upon Tyne",
            "Gateshead",
            "North Tyneside",
            "South Tyneside",
            "Sunderland",
            "County Durham",
        ],
    ),
];

/// A desk telephone in an authority; `number` counts round every thousand.
pub fn landline(authority: &crate::Authority, number: u32) -> String {
    let city = CITIES
        .iter()
        .find(|(_, names)| names.contains(&authority.name))
        .map(|(range, _)| *range);
    let range = city.unwrap_or(if authority.kind == "london" {
        LONDON
    } else {
        ELSEWHERE
    });
    in_range(range, number)
}

/// A mobile telephone.
pub fn mobile(number: u32) -> String {
    in_range(MOBILE, number)
}

/// A number that is not tied to a place.
pub fn anywhere(number: u32) -> String {
    in_range(ANYWHERE, number)
}

/// Whether a telephone number, as written here, is of a range for drama.
pub fn is_for_drama(telephone: &str) -> bool {
    let ranges = [LONDON, ELSEWHERE, MOBILE, ANYWHERE];
    let mut all = ranges.iter().chain(CITIES.iter().map(|(range, _)| range));
    all.any(|range| {
        telephone
            .strip_prefix(*range)
            .is_some_and(|rest| rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn in_range(range: &str, number: u32) -> String {
    let mut telephone = range.to_owned();
    for unit in [100, 10, 1_u32] {
        let digit = number.checked_div(unit).unwrap_or(0) % 10;
        telephone.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
    telephone
}
