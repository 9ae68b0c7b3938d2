//! The children one practises with: Kelly of the notice of South Gloucestershire, and an example of everything that is special.

mod children;
mod doubts;
mod moved;
mod rows;
mod shield;

use std::io::Cursor;

use contactpoint::supply::{Mapping, Summary};
use directory::Date;
use directory::run::Reach;
use directory::setting::{Place, PlaceKind};
use directory::text::telephone;
use store::Store;

use super::people::{AUTHORITY, fit};
use crate::command::{Stop, feed};
use children::{Child, children};
use rows::{Row, rows};

pub use children::MAYA_POSTCODE;
pub use doubts::add as add_doubts;
pub use moved::add as add_moved;
pub use shield::shield;

/// The schools and practice of the story: code, kind, name, telephone.
const PLACES: [(&str, PlaceKind, &str, &str); 3] = [
    (
        children::ACADEMY,
        PlaceKind::School,
        "Northfield Academy",
        "0117 496 0110",
    ),
    (
        children::PRIMARY,
        PlaceKind::School,
        "Meadow Lane Primary School",
        "0117 496 0111",
    ),
    (
        children::PRACTICE,
        PlaceKind::Practice,
        "Lakeside Surgery",
        "0117 496 0112",
    ),
];

/// Adds the children of the story, through the same supply as everybody else.
///
/// # Errors
/// [`Stop`] when a row is not taken.
pub fn add(store: &Store, today: Date) -> Result<(), Stop> {
    let places = PLACES
        .iter()
        .map(place)
        .collect::<Result<Vec<Place>, Stop>>()?;
    store.put_places(&places)?;
    let all = rows(today);
    for name in contactpoint::supply::names() {
        let of_feed: Vec<&Row> = all.iter().filter(|row| row.feed == name).collect();
        if of_feed.is_empty() {
            continue;
        }
        let mapping = feed::mapping(name)?;
        let file = file(&mapping, &of_feed)?;
        // Beside what the suppliers sent, whatever their files are of.
        let sent = feed::sent(&mapping, Some(Reach::Delta), today);
        let name = format!("the story's {name}");
        let summary = feed::load_whole(store, &sent, (&name, &|| Ok(Cursor::new(&file))))?;
        whole(&name, &summary)?;
    }
    Ok(())
}

/// Kelly, as one asks for her.
pub fn kelly_in_words(today: Date) -> String {
    in_words(today, "Kelly")
}

/// The shielded child, as one asks for her.
pub fn maya_in_words(today: Date) -> String {
    in_words(today, "Maya")
}

fn in_words(today: Date, given: &str) -> String {
    let child = children(today)
        .into_iter()
        .find(|child| child.given == given);
    let words = |child: Child| {
        format!(
            "{} {}, born {}",
            child.given,
            child.family,
            child.born.strftime("%-d %B %Y")
        )
    };
    child.map(words).unwrap_or_default()
}

fn place((code, kind, name, number): &(&str, PlaceKind, &str, &str)) -> Result<Place, Stop> {
    Ok(Place {
        code: fit(code)?,
        kind: *kind,
        name: fit(name)?,
        telephone: telephone(number).ok(),
        email: None,
        authority: Some(fit(AUTHORITY)?),
    })
}

/// The rows as their supplier would write them: every column of the mapping, blank where nothing is said.
fn file(mapping: &Mapping, rows: &[&Row]) -> Result<Vec<u8>, Stop> {
    let unwritten = |error: &dyn std::fmt::Display| {
        Stop::Failed(format!("the story's {}: {error}", mapping.name))
    };
    let mut headings: Vec<&str> = mapping.columns.iter().map(|column| &*column.name).collect();
    headings.dedup();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(mapping.delimiter)
        .from_writer(Vec::new());
    writer
        .write_record(&headings)
        .map_err(|error| unwritten(&error))?;
    for row in rows {
        let cell = |heading: &&str| {
            row.cells
                .iter()
                .find(|(name, _)| name == heading)
                .map_or("", |(_, text)| text)
        };
        writer
            .write_record(headings.iter().map(cell))
            .map_err(|error| unwritten(&error))?;
    }
    writer.into_inner().map_err(|error| unwritten(&error))
}

/// A story with a gap is no story: every row must have been taken.
fn whole(name: &str, summary: &Summary) -> Result<(), Stop> {
    if summary.has_faults() || summary.waiting > 0 {
        return Err(Stop::Failed(format!(
            "{name} was not all taken:\n{summary}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contactpoint::supply::{Delivery, Rows};
    use directory::organisation::Sector;
    use directory::service::{Catalogue, Classification, Service};
    use jiff::ToSpan as _;
    use jiff::civil::date;

    /// The services as `england` classifies them.
    fn catalogue() -> Catalogue {
        let mut catalogue = Catalogue::default();
        for service in england::services() {
            let sensitive = service.sensitive;
            catalogue.put(Service {
                code: fit(service.code).unwrap(),
                name: service.name.to_owned(),
                sector: Sector::parse(service.sector).unwrap(),
                classification: if sensitive {
                    Classification::Sensitive
                } else {
                    Classification::Ordinary
                },
            });
        }
        catalogue
    }

    #[test]
    fn on_any_day_every_row_of_the_story_is_without_fault() {
        let catalogue = catalogue();
        let days = [
            date(2026, 11, 22),
            date(2028, 2, 29),
            date(2029, 12, 31),
            date(2030, 5, 14),
        ];
        for today in days
            .into_iter()
            .chain((0..40).map(|step: i64| date(2026, 1, 1) + (step * 29).days()))
        {
            let all = rows(today);
            for name in contactpoint::supply::names() {
                let of_feed: Vec<&Row> = all.iter().filter(|row| row.feed == name).collect();
                let mapping = feed::mapping(name).unwrap();
                let known: Vec<&str> = mapping.columns.iter().map(|column| &*column.name).collect();
                for (heading, _) in of_feed.iter().flat_map(|row| &row.cells) {
                    assert!(known.contains(heading), "{name} {heading}");
                }
                let authority_of = |_: &_| fit(AUTHORITY).ok();
                let delivery = Delivery {
                    mapping: &mapping,
                    catalogue: &catalogue,
                    authority_of: &authority_of,
                    extracted: today,
                };
                let text = file(&mapping, &of_feed).unwrap();
                let batch = Rows::open(text.as_slice(), delivery)
                    .unwrap()
                    .read()
                    .unwrap()
                    .unwrap_or_default();
                assert_eq!(batch.faults, [], "{name} on {today}");
                assert_eq!(batch.rows.len(), of_feed.len());
            }
        }
    }

    #[test]
    fn r94_kelly_is_fifteen_on_any_day() {
        for today in [
            date(2026, 11, 22),
            date(2027, 5, 13),
            date(2027, 5, 14),
            date(2028, 2, 29),
        ] {
            let kelly = children(today).remove(0);
            assert_eq!(
                (kelly.given, directory::lifecycle::age_on(kelly.born, today)),
                ("Kelly", 15)
            );
        }
        assert_eq!(
            kelly_in_words(date(2026, 11, 22)),
            "Kelly Marsh, born 14 May 2011"
        );
    }
}
