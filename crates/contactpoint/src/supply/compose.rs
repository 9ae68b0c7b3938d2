//! A whole row: who the child is and who is working with the child, or why not.

use directory::address::AddressState;
use directory::setting::{Education, PrimaryCare};
use directory::statement::{Particulars, Said};
use directory::stay::Stay;
use directory::supplied::{Known, Restriction, Row, Spared, SparedWorking};
use directory::text::{AuthorityCode, PlaceCode, SupplierKey};

use super::code::Code;
use super::complaint::Complaint;
use super::entry::Entry;
use super::fault::Fault;
use super::gate::Gate;
use super::grade::Grade;
use super::leaving::{known, left};
use super::mapping::{AuthorityFrom, Mapping, Services};
use super::meaning::Meaning;
use super::particulars::particulars;
use super::stay::{self, Ended};
use super::working::{Working, working};

/// In whose area a school or practice is.
pub type AuthorityOf<'a> = &'a (dyn Fn(&PlaceCode) -> Option<AuthorityCode> + Sync);

/// The row, or `None` when it was refused. Its faults are noted in the entry. Of a refused row there may be one that only takes
/// something back, or restricts, or both. Of a child who has left there is one that says no more.
pub fn compose(
    entry: &mut Entry<'_>,
    mapping: &Mapping,
    gate: &mut Gate,
    authority_of: AuthorityOf<'_>,
) -> Option<Row> {
    let restriction = restriction(entry);
    let key = entry.closed(Meaning::Key, SupplierKey::parse);
    let known = known(entry);
    // What cannot be read ends nothing; and whoever has taken back a consent has done more than leave (X5).
    let has_left = known == Known::NoLonger && !entry.has_errors_since(entry.before);
    match key {
        Some(key) if has_left && !stay::takes_back(entry) => {
            Some(left(entry, (key, restriction), mapping, gate))
        }
        key => said(entry, (key, restriction), (mapping, authority_of), gate),
    }
}

/// The row of a child whom the supplier knows.
fn said(
    entry: &mut Entry<'_>,
    (key, restriction): (Option<SupplierKey>, Restriction),
    (mapping, authority_of): (&Mapping, AuthorityOf<'_>),
    gate: &mut Gate,
) -> Option<Row> {
    let mut said = particulars(entry, mapping);
    place_in_authority(&mut said, entry, mapping, authority_of);
    if mapping.services == Services::Sensitive {
        said = identity(said);
    }
    let is_refused = entry.has_errors_since(entry.before);
    let ended = stay::ended(entry);
    let mark = entry.faults.len();
    let working = match &key {
        Some(key) => working(entry, (key, said.born), mapping, gate),
        None => Working::Nobody,
    };
    let mut withdrawn = Vec::new();
    let stays = stays(&working);
    let restricting = (restriction, own_key(&stays));
    let also = match (working, mapping.services) {
        (Working::Said(key, said), Services::Mixed) => vec![(key, said)],
        (Working::Said(key, said @ Said::Sensitive(_)), Services::Sensitive) => vec![(key, said)],
        (Working::Nobody | Working::Refused(_), Services::Mixed) => Vec::new(),
        (Working::Withheld(complaint, keys), Services::Mixed) => {
            withhold_members(entry);
            withhold(entry, mark, complaint);
            withdrawn.extend(keys);
            Vec::new()
        }
        (working, Services::Sensitive) => {
            let (complaint, withdrawn) = match working {
                Working::Withheld(complaint, before) => (complaint, before),
                _ => (Complaint::Unclassified, Vec::new()),
            };
            withhold(entry, entry.before, complaint);
            return refused(entry, key, (None, withdrawn), restricting);
        }
    };
    if is_refused || key.is_none() {
        // A typing error ends nothing; age and consent do (R21–R23, R28, X5).
        if !stay::is_of_age(entry) && !stay::is_withdrawn(entry) {
            entry.spared = spared(key.as_ref(), stays);
        }
        note_refused(entry, mapping, restriction);
        if ended.is_some() {
            // Nothing of who works with them stands on a consent that is not there (X5).
            withdrawn.extend(also.into_iter().map(|(key, _)| key));
            withdrawn.extend(key.clone());
        }
        return refused(entry, key, (ended, withdrawn), restricting);
    }
    if stays != SparedWorking::Nobody && entry.has_errors_since(entry.before) {
        entry.spared = spared(key.as_ref(), stays);
    }
    Some(Row {
        line: entry.line,
        key: key?,
        confirmed: entry.extracted,
        particulars: said,
        also,
        withdrawn,
        restriction,
        known: Known::Still,
    })
}

/// Notes of a refused row what nobody may know of it, and what somebody must.
fn note_refused(entry: &mut Entry<'_>, mapping: &Mapping, restriction: Restriction) {
    if mapping.services == Services::Sensitive {
        withhold_refused(entry);
    }
    if restriction == Restriction::AtSource {
        entry
            .faults
            .push(Fault::of_row(entry.line, Complaint::RestrictedRefused));
    }
}

/// What stays of who works with the child, if the row or its involvement is refused for a fault.
fn stays(working: &Working) -> SparedWorking {
    match working {
        Working::Nobody | Working::Withheld(..) => SparedWorking::Nobody,
        Working::Refused(stays) => stays.clone(),
        Working::Said(key, Said::Sensitive(_)) => SparedWorking::Consented(key.clone()),
        Working::Said(key, _) => SparedWorking::Under(key.clone()),
    }
}

fn spared(key: Option<&SupplierKey>, working: SparedWorking) -> Option<Spared> {
    let key = key?.clone();
    Some(Spared { key, working })
}

/// A refused row, of which nothing is kept but that something its supplier said before no longer stands (X4, X5), and that the source
/// restricts its own record: a typing error is not to show a child at risk (C20).
fn refused(
    entry: &Entry<'_>,
    key: Option<SupplierKey>,
    (ended, withdrawn): (Option<Ended>, Vec<SupplierKey>),
    (restriction, own): (Restriction, Option<SupplierKey>),
) -> Option<Row> {
    // A sensitive service's child may stand under the key of the involvement alone.
    let own = own.filter(|_| restriction == Restriction::AtSource && withdrawn.is_empty());
    let no_words = || Said::Particulars(Box::default());
    let row = Row {
        line: entry.line,
        key: key?,
        confirmed: entry.extracted,
        particulars: Particulars {
            stay: ended
                .filter(|ended| *ended == Ended::Withdrawn)
                .map(|_| Stay::Withdrawn),
            ..Particulars::default()
        },
        also: own.into_iter().map(|own| (own, no_words())).collect(),
        withdrawn,
        restriction: match restriction {
            Restriction::None => Restriction::None,
            Restriction::AtSource | Restriction::OfRefused => Restriction::OfRefused,
        },
        known: Known::Still,
    };
    row.is_refused().then_some(row)
}

/// The key of the involvement of which a refused row tells, if it can be read.
fn own_key(stays: &SparedWorking) -> Option<SupplierKey> {
    match stays {
        SparedWorking::Nobody | SparedWorking::Unread => None,
        SparedWorking::Under(key) | SparedWorking::Consented(key) => Some(key.clone()),
    }
}

/// Forgets every fault from a place on, and notes only the line and the rule (Annex B 5).
fn withhold(entry: &mut Entry<'_>, mark: usize, complaint: Complaint) {
    entry.faults.truncate(mark);
    entry.faults.push(Fault::of_row(entry.line, complaint));
}

/// Which members a row has that nobody named could tell of the sensitive involvement in it (Annex B 5).
fn withhold_members(entry: &mut Entry<'_>) {
    let own = entry.faults.get_mut(entry.before..).unwrap_or_default();
    let is_member = |fault: &&mut Fault| {
        matches!(
            fault.complaint,
            Complaint::UnknownColumn | Complaint::CaseColumn
        )
    };
    for fault in own.iter_mut().filter(is_member) {
        *fault = Fault::of_row(fault.line, fault.complaint);
    }
}

/// Of a sensitive service's row that is refused for something else than consent, too, only the line and the rule (Annex B 5).
fn withhold_refused(entry: &mut Entry<'_>) {
    let own = entry.faults.get(entry.before..).unwrap_or(&[]);
    let error = own.iter().find(|fault| fault.grade == Grade::Error);
    if let Some(complaint) = error.map(|fault| fault.complaint) {
        withhold(entry, entry.before, complaint);
    }
}

/// What is needed to find the child's record, and nothing else: a sensitive service is not to be a source for the rest.
fn identity(said: Particulars) -> Particulars {
    Particulars {
        name: said.name,
        born: said.born,
        gender: said.gender,
        residence: said.residence,
        other_numbers: said.other_numbers,
        ..Particulars::default()
    }
}

/// Whether the source restricts its own record. A code that was not agreed protects: a child at risk is not to be shown
/// because of a slip of the pen (C20). Of several marks the strictest counts.
fn restriction(entry: &mut Entry<'_>) -> Restriction {
    let Some((slot, text)) = entry.all(Meaning::Restricted).next() else {
        return Restriction::None;
    };
    let marks = text
        .split('\n')
        .map(str::trim)
        .filter(|mark| !mark.is_empty());
    let codes: Vec<Option<Code>> = marks.map(|mark| slot.column.code(mark)).collect();
    if codes.contains(&None) {
        entry.is_not_agreed = true;
        entry.query(Meaning::Restricted, Complaint::RestrictionNotACode);
        return Restriction::AtSource;
    }
    if codes.contains(&Some(Code::Restricted)) {
        Restriction::AtSource
    } else {
        Restriction::None
    }
}

/// The authority of a home of which the row names none (R86): that of the school or practice, where the mapping says so, else the one in
/// whose area every child of this source lives. What is written in the column and cannot be read may be another one, and who has left
/// England lives in none.
fn place_in_authority(
    said: &mut Particulars,
    entry: &Entry<'_>,
    mapping: &Mapping,
    authority_of: AuthorityOf<'_>,
) {
    let by_place = || {
        let education = said.education.as_ref();
        let school = education.and_then(Education::place);
        let practice = said.primary_care.as_ref().and_then(PrimaryCare::place);
        school.or(practice).and_then(authority_of)
    };
    let by_place = match mapping.authority_from {
        AuthorityFrom::Place => by_place(),
        AuthorityFrom::Nowhere => None,
    };
    let constant = || AuthorityCode::parse(mapping.constant(Meaning::Authority)?).ok();
    let is_blank = entry.text(Meaning::Authority).is_none();
    if let Some(residence) = &mut said.residence
        && residence.authority.is_none()
    {
        let is_outside = matches!(residence.state, AddressState::LeftEngland(_));
        residence.authority = by_place.or_else(|| {
            let may_be_constant = is_blank && !is_outside;
            may_be_constant.then(constant).flatten()
        });
    }
}
