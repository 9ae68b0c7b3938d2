//! What is wrong on a record, and where what stands comes from, in the words of its pages.

use directory::Date;
use directory::address::AddressState;
use directory::child::{Child, Mark, Provenance, View};
use directory::correction::{Disputed, Right};
use directory::entry::{Entry, Part, entries};
use directory::following::{State, Weight};
use directory::statement::{Particulars, SourceKind};
use directory::text::PlaceCode;

use super::choices::{capital, choice};
use super::record::provenance;
use super::wrong_missing::proposal;
use crate::view::child::Notes;
use crate::view::choice::Choice;
use crate::words;

/// Where name, date of birth and gender come from: one sentence for those that come from the same.
pub(super) fn identity_sources(child: &Child, today: Date) -> Vec<String> {
    let is_told = |found: &&Provenance| found.last_confirmed.is_some();
    let from = |found: Option<&Provenance>| found.filter(is_told).map(|found| said(found, today));
    let items = [
        (
            "name",
            from(child.name.as_ref().map(|item| &item.provenance)),
        ),
        (
            "date of birth",
            from(child.born.as_ref().map(|item| &item.provenance)),
        ),
        (
            "gender",
            from(child.gender.as_ref().map(|item| &item.provenance)),
        ),
    ];
    let mut sentences: Vec<(Vec<&str>, String)> = Vec::new();
    for (what, from) in items {
        let Some(from) = from else { continue };
        match sentences.iter_mut().find(|(_, known)| *known == from) {
            Some((names, _)) => names.push(what),
            None => sentences.push((vec![what], from)),
        }
    }
    let mut all: Vec<String> = sentences
        .into_iter()
        .map(|(names, from)| format!("{} {from}.", capital(&listed(&names))))
        .collect();
    let fields = [Disputed::Name, Disputed::Born, Disputed::Gender];
    all.extend(fields.into_iter().filter_map(|field| {
        note(child, field).map(|note| format!("{}: {note}.", capital(field.words())))
    }));
    all
}

fn said(from: &Provenance, today: Date) -> String {
    let view = provenance(from, today);
    let on = view.last_confirmed.unwrap_or_default();
    if view.filled {
        format!("said by a person on {on}, awaiting the source")
    } else if view.corrected {
        format!("corrected by the directory on {on}, listed for the source")
    } else if view.stale {
        format!(
            "last confirmed {on}, over 12 months ago, by {}",
            view.source
        )
    } else {
        format!("confirmed {on} by {}", view.source)
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What was said to be wrong of a field, where what stands does not say it itself; of a list also that something of it is out.
pub(super) fn note(child: &Child, field: Disputed) -> Option<String> {
    let of_reports = mark(child, field, Weight::Report).and_then(said_of);
    let out = mark(child, field, Weight::Correction);
    let out = out.and_then(said_of);
    let notes: Vec<String> = out.into_iter().chain(of_reports).collect();
    (!notes.is_empty()).then(|| notes.join(". "))
}

fn said_of(mark: &Mark) -> Option<String> {
    let on = words::day(mark.on);
    let note = match (mark.weight, &mark.right, mark.state) {
        (Weight::Report, _, _) if mark.is_omission => {
            format!("Reported as missing on {on}, listed for the source")
        }
        (Weight::Report, _, _) => format!("Reported as wrong on {on}, listed for the source"),
        (Weight::Correction, _, State::Settled) if mark.entry.is_some() => {
            format!("Something wrong was taken out by the directory on {on}")
        }
        (Weight::Correction, _, _) if mark.entry.is_some() => {
            format!("Something wrong was taken out by the directory on {on}, listed for the source")
        }
        (Weight::Correction, Right::NotKnown, _) => {
            format!("Corrected by the directory on {on}: not known, listed for the source")
        }
        (Weight::Correction, _, State::AskedAgain) => {
            "The source now says something else: an officer of the responsible authority decides"
                .to_owned()
        }
        (Weight::Correction, _, _) => return None,
    };
    Some(note)
}

/// What was said to be wrong of the parts that are lists.
pub(super) fn notes(child: &Child) -> Notes {
    Notes {
        involvements: note(child, Disputed::Involvements),
        carers: note(child, Disputed::Carers),
        former_names: note(child, Disputed::FormerNames),
        own_numbers: note(child, Disputed::OtherNumbers),
    }
}

/// The mark of a field, of a list the last one.
pub(super) fn mark(child: &Child, field: Disputed, weight: Weight) -> Option<&Mark> {
    let mut marks = child.disputes.iter().rev();
    marks.find(|mark| mark.field == field && mark.weight == weight)
}

/// Whether anything of a field is in dispute, to who sees the whole record.
pub(super) fn is_marked(field: Disputed, view: &View) -> bool {
    match view {
        View::Whole(child) => child.disputes.iter().any(|mark| mark.field == field),
        View::Restricted(_) => false,
    }
}

/// What was reported of a field, the oldest first: which entry is wrong, what is proposed, or that something is.
pub(super) fn reports(child: &Child, field: Disputed) -> Vec<String> {
    let marks = child.disputes.iter();
    let reports = marks.filter(|mark| mark.field == field && mark.weight == Weight::Report);
    let words = |mark: &Mark| match &mark.entry {
        Some(entry) => entry_words(entry, service_name(child, entry)),
        None => proposal(Some(mark)).unwrap_or_else(|| "something, not said what".to_owned()),
    };
    reports.map(words).collect()
}

/// The entries of a list that were taken out, each as it is chosen to be shown again.
pub(super) fn taken_out(child: &Child, field: Disputed) -> Vec<Choice> {
    let marks = child.disputes.iter();
    let out = marks.filter(|mark| mark.field == field && mark.weight == Weight::Correction);
    let entries = out.filter_map(|mark| mark.entry.as_ref());
    entries
        .map(|entry| choice(&entry.code(), &entry_words(entry, ""), ""))
        .collect()
}

/// The entries of a list that are shown, in words.
pub(super) fn shown_entries(child: &Child, field: Disputed) -> Vec<(Entry, String)> {
    let each = entries(child, field).into_iter();
    each.map(|entry| {
        let service = service_name(child, &entry);
        let words = entry_words(&entry, service);
        (entry, words)
    })
    .collect()
}

fn service_name<'c>(child: &'c Child, entry: &Entry) -> &'c str {
    let Entry::Working(service, ..) = entry else {
        return "";
    };
    let mut working = child.involvements.iter().map(|item| &item.value);
    let known = working.find(|one| one.service == *service);
    known.map_or("", |one| one.service_name.as_str())
}

fn entry_words(entry: &Entry, service: &str) -> String {
    let (name, part) = match entry {
        Entry::FormerName(name) => (name, &Part::Whole),
        Entry::Carer(name, part) | Entry::Working(_, name, part) => (name, part),
    };
    let reach = match part {
        Part::Whole => service.to_owned(),
        Part::Telephone(telephone) => format!("telephone {}", words::telephone(telephone).grouped),
        Part::Email(email) => format!("e-mail address {email}"),
    };
    let parts = [name.to_string(), reach];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    words::typeset(&said.join(", "))
}

/// A value of a field in words. `None`: it says nothing of it.
pub(super) fn value(
    field: Disputed,
    said: &Particulars,
    named: impl Fn(&PlaceCode) -> String,
) -> Option<String> {
    match field {
        Disputed::Name => said.name.as_ref().map(words::typeset),
        Disputed::Born => said.born.map(words::day),
        Disputed::Gender => said
            .gender
            .map(|gender| capital(words::gender(Some(gender)))),
        Disputed::Residence => said.residence.as_ref().map(|residence| {
            let state = words::address_state(Some(&residence.state)).to_owned();
            match &residence.state {
                AddressState::Current(address) | AddressState::LastKnown(address) => {
                    let postcode = address.postcode.as_ref().map(ToString::to_string);
                    let lines = address.lines.iter().map(words::typeset).chain(postcode);
                    lines.collect::<Vec<String>>().join(", ")
                }
                AddressState::NoKnown | AddressState::LeftEngland(_) => state,
            }
        }),
        Disputed::Education => said.education.as_ref().map(|education| {
            let status = words::education(Some(education)).to_owned();
            education.place().map_or(status, named)
        }),
        Disputed::PrimaryCare => said.primary_care.as_ref().map(|care| {
            let status = words::primary_care(Some(care)).to_owned();
            care.place().map_or(status, named)
        }),
        Disputed::Carers
        | Disputed::FormerNames
        | Disputed::Involvements
        | Disputed::OtherNumbers => None,
    }
}

/// A list of a record in words. `None`: nothing is on it, or the field is none.
pub(super) fn list(field: Disputed, view: &View) -> Option<String> {
    let View::Whole(child) = view else {
        return None;
    };
    let names: Vec<String> = match field {
        Disputed::Carers => {
            let carers = child.carers.iter();
            carers.map(|one| words::typeset(&one.value.name)).collect()
        }
        Disputed::FormerNames => {
            let names = child.former_names.iter().chain(&child.other_names);
            names.map(|one| words::typeset(&one.value)).collect()
        }
        Disputed::Involvements => child
            .involvements
            .iter()
            .map(|one| words::typeset(&one.value.practitioner.name))
            .collect(),
        Disputed::OtherNumbers => child
            .other_numbers
            .iter()
            .map(|one| one.value.to_string())
            .collect(),
        _ => Vec::new(),
    };
    (!names.is_empty()).then(|| names.join(", "))
}

/// The kinds of source for which it is listed, in words.
pub(super) fn told(kinds: &[SourceKind]) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.words()).collect();
    if kinds.is_empty() {
        return "No source to list it for".to_owned();
    }
    words::typeset(&capital(&listed(&kinds)))
}
