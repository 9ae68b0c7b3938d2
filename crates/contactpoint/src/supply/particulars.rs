//! Who the child is, from one row.

use directory::Date;
use directory::address::{ADDRESS_LINES_MAX, Address, AddressState, Residence, Return};
use directory::lifecycle::{CHILD_UNTIL_YEARS, Participation, age_on, birthday};
use directory::name::{Carer, Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::setting::{Education, PrimaryCare};
use directory::statement::Particulars;
use directory::stay::Stay;
use directory::text::{self, AddressLine, AuthorityCode, PlaceCode, Postcode};

use super::code::Code;
use super::column::Presence;
use super::complaint::Complaint;
use super::entry::Entry;
use super::limit::AGE_YEARS_MAX;
use super::mapping::{CARERS_MAX, Mapping};
use super::meaning::Meaning;
use super::person_name;
use super::stay::{is_withdrawn, stay};

/// Who the child is, as the row says. Faults are noted in the entry.
pub fn particulars(entry: &mut Entry<'_>, mapping: &Mapping) -> Particulars {
    let name = name(entry);
    let (born, stay) = born(entry);
    Particulars {
        former_names: former_names(entry, name.as_ref()),
        name,
        born,
        stay: stay.map(Stay::Consented),
        gender: gender(entry),
        residence: residence(entry),
        carers: carers(entry),
        education: education(entry, mapping),
        primary_care: primary_care(entry, mapping),
        other_numbers: other_numbers(entry),
    }
}

/// The name. A family name that is needed is there when there is any name: some people have only one.
fn name(entry: &mut Entry<'_>) -> Option<Name> {
    if entry.text(Meaning::FullName).is_some() {
        return entry
            .value(Meaning::FullName, |text, _| person_name::whole(text))
            .flatten();
    }
    let middle: Vec<&str> = entry
        .all(Meaning::MiddleNames)
        .map(|(_, text)| text)
        .collect();
    let middle = Some(middle.join(" ")).filter(|names| !names.trim().is_empty());
    let given = entry
        .value(Meaning::GivenName, |text, _| {
            person_name::given(text, middle.as_deref())
        })
        .flatten();
    let family = match entry.text(Meaning::FamilyName) {
        None => None,
        Some(_) => entry
            .value(Meaning::FamilyName, |text, _| person_name::family(text))
            .flatten(),
    };
    let name = person_name::name(given, family);
    let needed = entry.all(Meaning::FamilyName).next();
    if let (None, Some((slot, ""))) = (&name, needed)
        && slot.column.presence == Presence::Value
    {
        entry.refuse(Meaning::FamilyName, Complaint::Missing);
    }
    name
}

fn former_names(entry: &mut Entry<'_>, name: Option<&Name>) -> Vec<Name> {
    let own = name.and_then(|name| name.given.clone());
    let given = entry
        .value(Meaning::FormerGivenName, |text, _| {
            person_name::given(text, None)
        })
        .flatten()
        .or(own);
    let mut names = Vec::new();
    let all = entry.all(Meaning::FormerFamilyName);
    let parts = all.flat_map(|(slot, text)| text.split('\n').map(move |part| (slot, part)));
    for (slot, text) in parts {
        if text.is_empty() {
            continue;
        }
        match person_name::family(text) {
            Ok(Some(family)) => {
                let former = Name {
                    given: given.clone(),
                    family,
                };
                if Some(&former) != name && !names.contains(&former) {
                    names.push(former);
                }
            }
            Ok(None) => {}
            Err(complaint) => entry.fault(&slot.column, complaint),
        }
    }
    names
}

/// The date of birth, and of a young adult the consent to stay. From the 18th birthday on a row is refused that does not say by what
/// right they stay (R21, R22); so is one that says consent was taken back, whether or not it says the age. A date that cannot be read
/// refuses the row, and so does none, but where the mapping says that it may be blank.
fn born(entry: &mut Entry<'_>) -> (Option<Date>, Option<Participation>) {
    let extracted = entry.extracted;
    let born = entry.past_day(Meaning::Born).on();
    if born.is_some_and(|born| extracted < birthday(born, CHILD_UNTIL_YEARS)) {
        return (born, None);
    }
    if is_withdrawn(entry) {
        entry.refuse(Meaning::StayGround, Complaint::StayWithdrawn);
        return (None, None);
    }
    let Some(born) = born else {
        return (None, None);
    };
    if age_on(born, extracted) >= AGE_YEARS_MAX {
        entry.refuse(Meaning::Born, Complaint::TooOld);
        return (None, None);
    }
    match stay(entry, born) {
        Some(stay) => (Some(born), Some(stay)),
        None => {
            entry.refuse(Meaning::Born, Complaint::OfAge);
            (None, None)
        }
    }
}

fn gender(entry: &mut Entry<'_>) -> Option<Gender> {
    match entry.code(Meaning::Gender)? {
        Code::Female => Some(Gender::Female),
        Code::Male => Some(Gender::Male),
        Code::Unspecified => Some(Gender::Unspecified),
        _ => None,
    }
}

fn residence(entry: &mut Entry<'_>) -> Option<Residence> {
    let address = address(entry);
    let stated = entry.code(Meaning::AddressState);
    let special = entry
        .all(Meaning::Postcode)
        .find_map(|(slot, text)| slot.column.code(text));
    let authority = entry.closed(Meaning::Authority, AuthorityCode::parse);
    let state = match (special.or(stated), address) {
        (Some(Code::NoKnown), _) => AddressState::NoKnown,
        (Some(Code::LeftReturning), _) => AddressState::LeftEngland(Return::Intended),
        (Some(Code::LeftForGood), _) => AddressState::LeftEngland(Return::NotIntended),
        (Some(Code::Left), _) => AddressState::LeftEngland(Return::Unknown),
        (Some(Code::LastKnown), Some(address)) => AddressState::LastKnown(address),
        (_, Some(address)) => AddressState::Current(address),
        (_, None) => return None,
    };
    Some(Residence { state, authority })
}

/// The address: its lines, and the postcode. A postcode alone is kept as the one line that an address must have.
fn address(entry: &mut Entry<'_>) -> Option<Address> {
    let mut lines: Vec<AddressLine> = Vec::new();
    for meaning in [Meaning::AddressLine, Meaning::Address] {
        for (slot, text) in entry.all(meaning) {
            for part in parts(meaning, text) {
                match AddressLine::parse(part) {
                    Ok(line) if lines.len() < ADDRESS_LINES_MAX => lines.push(line),
                    Ok(_) => {}
                    Err(fault) => entry.fault(&slot.column, Complaint::Value(fault.why)),
                }
            }
        }
    }
    let postcode = postcode(entry);
    if let (true, Some(postcode)) = (lines.is_empty(), &postcode) {
        lines.extend(AddressLine::parse(postcode.as_str()).ok());
    }
    (!lines.is_empty()).then_some(Address { lines, postcode })
}

fn parts(meaning: Meaning, text: &str) -> impl Iterator<Item = &str> {
    let separator = if meaning == Meaning::Address {
        ','
    } else {
        '\n'
    };
    text.split(separator)
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn postcode(entry: &mut Entry<'_>) -> Option<Postcode> {
    entry
        .value(Meaning::Postcode, |text, column| match column.code(text) {
            Some(_) => Ok(None),
            None => text::postcode(text)
                .map(Some)
                .map_err(|fault| Complaint::Value(fault.why)),
        })
        .flatten()
}

fn carers(entry: &mut Entry<'_>) -> Vec<Carer> {
    (1..=CARERS_MAX)
        .filter_map(|number| carer(entry, number))
        .collect()
}

fn carer(entry: &mut Entry<'_>, number: u8) -> Option<Carer> {
    let whole = of_carer(entry, (Meaning::CarerName, number), person_name::whole).flatten();
    let given = of_carer(entry, (Meaning::CarerGivenName, number), |text| {
        person_name::given(text, None)
    });
    let family = of_carer(
        entry,
        (Meaning::CarerFamilyName, number),
        person_name::family,
    );
    let closed = |fault: text::Fault| Complaint::Value(fault.why);
    let telephone = of_carer(entry, (Meaning::CarerTelephone, number), |text| {
        text::telephone(text).map_err(closed)
    });
    let email = of_carer(entry, (Meaning::CarerEmail, number), |text| {
        text::email(text).map_err(closed)
    });
    let name = whole.or_else(|| person_name::name(given.flatten(), family.flatten()));
    match name {
        Some(name) => Some(Carer {
            name,
            telephone,
            email,
        }),
        None => {
            if telephone.is_some() {
                entry.query(Meaning::CarerTelephone, Complaint::NobodysContact);
            } else if email.is_some() {
                entry.query(Meaning::CarerEmail, Complaint::NobodysContact);
            }
            None
        }
    }
}

fn of_carer<T>(
    entry: &mut Entry<'_>,
    (meaning, number): (Meaning, u8),
    parse: impl FnOnce(&str) -> Result<T, Complaint>,
) -> Option<T> {
    let (slot, text) = entry
        .all(meaning)
        .find(|(slot, text)| slot.column.carer == number && !text.is_empty())?;
    match parse(text) {
        Ok(value) => Some(value),
        Err(complaint) => {
            entry.fault(&slot.column, complaint);
            None
        }
    }
}

/// Education. What a status says of it counts; without one, a school means that the child is on its roll (R19: never from a blank).
fn education(entry: &mut Entry<'_>, mapping: &Mapping) -> Option<Education> {
    let status = entry.code(Meaning::EducationStatus);
    let (place, special) = place(entry, Meaning::School);
    let meanings = (Meaning::School, Meaning::EducationStatus);
    let place = place.or_else(|| of_every_row(mapping, meanings, status));
    let since = entry.past_day(Meaning::SchoolStart).on();
    match (status.or(special), place) {
        (Some(Code::AtHome), _) => Some(Education::AtHome),
        (Some(Code::Otherwise), _) => Some(Education::Otherwise),
        (Some(Code::NotRegistered), _) => Some(Education::NotRegistered),
        (Some(Code::Unknown), _) => None,
        (Some(Code::Registered), None) => {
            entry.query(Meaning::School, Complaint::NoPlace);
            None
        }
        (_, place) => place.map(|place| Education::Registered { place, since }),
    }
}

/// Primary care, in the same way.
fn primary_care(entry: &mut Entry<'_>, mapping: &Mapping) -> Option<PrimaryCare> {
    let status = entry.code(Meaning::PrimaryCareStatus);
    let (place, special) = place(entry, Meaning::Practice);
    let meanings = (Meaning::Practice, Meaning::PrimaryCareStatus);
    let place = place.or_else(|| of_every_row(mapping, meanings, status));
    let since = entry.past_day(Meaning::PracticeStart).on();
    match (status.or(special), place) {
        (Some(Code::Otherwise), _) => Some(PrimaryCare::Otherwise),
        (Some(Code::NotRegistered), _) => Some(PrimaryCare::NotRegistered),
        (Some(Code::Unknown), _) => None,
        (Some(Code::Registered), None) => {
            entry.query(Meaning::Practice, Complaint::NoPlace);
            None
        }
        (_, place) => place.map(|place| PrimaryCare::Registered { place, since }),
    }
}

fn place(entry: &mut Entry<'_>, meaning: Meaning) -> (Option<PlaceCode>, Option<Code>) {
    let special = entry
        .all(meaning)
        .find_map(|(slot, text)| slot.column.code(text));
    if special.is_some() {
        return (None, special);
    }
    (entry.closed(meaning, PlaceCode::parse), None)
}

/// The place of which every row is, where the mapping has no column of it. Nothing follows from a status that is blank, or cannot be
/// read (R19).
fn of_every_row(
    mapping: &Mapping,
    (place, status): (Meaning, Meaning),
    said: Option<Code>,
) -> Option<PlaceCode> {
    let constant = mapping.constant(place)?;
    let mut columns = mapping.columns.iter();
    let has_status = columns.any(|column| column.meaning == status);
    if has_status && said != Some(Code::Registered) {
        return None;
    }
    PlaceCode::parse(constant).ok()
}

fn other_numbers(entry: &mut Entry<'_>) -> Vec<OtherNumber> {
    let nhs = entry.closed(Meaning::NhsNumber, |text| {
        OtherNumber::parse(Scheme::Nhs, text)
    });
    let pupil = entry.closed(Meaning::PupilNumber, |text| {
        OtherNumber::parse(Scheme::Pupil, text)
    });
    [nhs, pupil].into_iter().flatten().collect()
}
