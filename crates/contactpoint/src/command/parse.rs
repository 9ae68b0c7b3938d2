//! Values of the command line, in the directory's own types, with faults that say what they must be.

use directory::Date;
use directory::name::Name;
use directory::organisation::Sector;
use directory::text::{Email, NamePart, Telephone, Text, kind};

use crate::clock;

/// A closed text.
pub fn text<K: directory::text::Kind>(text: &str) -> Result<Text<K>, String> {
    Text::parse(text).map_err(|fault| fault.to_string())
}

/// A day, as 2026-06-30.
pub fn day(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "a day is written like 2026-06-30".to_owned())
}

/// The same, that is not ahead: an extract of the year to come would keep every true one out, and make young adults of children.
pub fn day_of_extract(text: &str) -> Result<Date, String> {
    let (day, today) = (day(text)?, clock::now().today);
    if day > today {
        return Err(format!(
            "it is ahead: a file is of the day on which its supplier drew it, and today is {today}"
        ));
    }
    Ok(day)
}

/// A sector.
pub fn sector(text: &str) -> Result<Sector, String> {
    Sector::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Sector::ALL.into_iter().map(Sector::words).collect();
        format!("the sectors are: {}", known.join(", "))
    })
}

/// A person's name: given names, and the family name last.
pub fn name(whole: &str) -> Result<Name, String> {
    let (given, family) = whole.trim().rsplit_once(' ').unwrap_or(("", whole));
    let given = if given.trim().is_empty() {
        None
    } else {
        Some(text::<kind::Name>(given)?)
    };
    Ok(Name {
        given,
        family: NamePart::parse(family).map_err(|fault| fault.to_string())?,
    })
}

/// A telephone number.
pub fn telephone(text: &str) -> Result<Telephone, String> {
    directory::text::telephone(text).map_err(|fault| fault.to_string())
}

/// An electronic mail address.
pub fn email(text: &str) -> Result<Email, String> {
    directory::text::email(text).map_err(|fault| fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_name_is_the_family_name() {
        assert_eq!(
            name("Jane Ann Okafor").unwrap().given.unwrap().as_str(),
            "Jane Ann"
        );
        assert_eq!(name("Sukarno").unwrap().given, None);
        assert!(name(" ").is_err() && name("J4ne Doe").is_err());
    }

    #[test]
    fn a_wrong_value_is_told_what_it_must_be() {
        assert!(day("30/06/2026").unwrap_err().contains("2026-06-30"));
        assert!(sector("plumbing").unwrap_err().contains("housing"));
    }
}
