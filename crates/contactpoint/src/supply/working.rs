//! Who is working with the child, from one row.

use directory::Date;
use directory::involvement::{
    Assessment, Involvement, Lead, Period, Practitioner, SensitiveInvolvement,
};
use directory::name::Name;
use directory::service::SensitiveService;
use directory::statement::Said;
use directory::statement_key::statement_key;
use directory::supplied::SparedWorking;
use directory::text::{self, JobTitle, OrganisationName, ServiceCode, SupplierKey};

use super::code::Code;
use super::complaint::Complaint;
use super::consent_facts::consent;
use super::entry::{Day, Entry};
use super::gate::{Gate, Standing};
use super::mapping::{Mapping, Services};
use super::meaning::Meaning;
use super::person_name;

/// What a row says of who is working with the child.
#[derive(Debug)]
pub enum Working {
    /// Nothing.
    Nobody,
    /// An involvement under its key.
    Said(SupplierKey, Said),
    /// An involvement that was refused; its faults have been noted. With what stays of what was said before.
    Refused(SparedWorking),
    /// A sensitive involvement that was refused: nothing of it is kept, and no fault has been noted. With the keys under which it
    /// may have been taken before, and is to be taken back (X4, X5).
    Withheld(Complaint, Vec<SupplierKey>),
}

/// Who is working with the child whose key is given, born as the row says.
pub fn working(
    entry: &mut Entry<'_>,
    (key, born): (&SupplierKey, Option<Date>),
    mapping: &Mapping,
    gate: &mut Gate,
) -> Working {
    if !entry.says_involvement() {
        return Working::Nobody;
    }
    let Some(code) = service(entry, mapping) else {
        return if is_withdrawal(entry, born, mapping) {
            Working::Withheld(Complaint::NoConsent, of_any_service(entry, key, gate))
        } else {
            Working::Refused(spared(entry, key))
        };
    };
    match gate.standing(&code) {
        Standing::Sensitive(service) => sensitive(entry, (key, born), &service),
        Standing::Ordinary => ordinary(entry, (key, code), mapping, gate),
        Standing::NotKnownHere => {
            entry.ask(Meaning::Service, Complaint::NotKnownHere);
            ordinary(entry, (key, code), mapping, gate)
        }
        Standing::Unclassified if is_withdrawal(entry, born, mapping) => {
            Working::Withheld(Complaint::NoConsent, of_any_service(entry, key, gate))
        }
        Standing::Unclassified => {
            entry.refuse(Meaning::Service, Complaint::Unclassified);
            // Nobody is recorded with a service that somebody has listed and nobody classified (X13); another code is a typing error.
            Working::Refused(if gate.is_listed(&code) {
                SparedWorking::Nobody
            } else {
                spared(entry, key)
            })
        }
    }
}

/// What stays of an involvement that is refused for a fault: of one that names a practitioner. Nothing sensitive does by a row that does not
/// say its consent.
fn spared(entry: &Entry<'_>, child: &SupplierKey) -> SparedWorking {
    let own = entry.text(Meaning::InvolvementKey);
    let key = own.and_then(|own| statement_key(child, &[own]));
    key.map_or(SparedWorking::Unread, SparedWorking::Under)
}

/// Whether a row surely tells of no sensitive service: only such a row may ever be written down again when it is refused (R28,
/// Annex B 5). Every field counts, also of columns that are left out on purpose. Errs on the side of no.
pub fn is_surely_ordinary(entry: &Entry<'_>, mapping: &Mapping, gate: &Gate) -> bool {
    if mapping.services == Services::Sensitive {
        return false;
    }
    let mut fields = entry.fields().filter(|(_, text)| !text.is_empty());
    if fields.any(|(name, text)| gate.tells_of_sensitive(name) || gate.tells_of_sensitive(text)) {
        return false;
    }
    if !entry.says_involvement() {
        return true;
    }
    let code = entry
        .text(Meaning::Service)
        .or_else(|| mapping.constant(Meaning::Service))
        .and_then(|text| ServiceCode::parse(text).ok());
    code.is_some_and(|code| matches!(gate.standing(&code), Standing::Ordinary))
}

fn service(entry: &mut Entry<'_>, mapping: &Mapping) -> Option<ServiceCode> {
    needed(entry, Meaning::Service, mapping, ServiceCode::parse)
}

/// Whether a row of which nobody can read which service it is about says that there is no consent: what was said with one is taken back,
/// and a blank or mistyped service does not keep it (X5, R28). Rows of a sensitive service's own system are about nothing else; of others
/// it has to be said.
fn is_withdrawal(entry: &Entry<'_>, born: Option<Date>, mapping: &Mapping) -> bool {
    const ANSWERS: [Meaning; 5] = [
        Meaning::ConsentBy,
        Meaning::ConsentDay,
        Meaning::ConsentUnderstanding,
        Meaning::ConsentChild,
        Meaning::ConsentCarer,
    ];
    let says_any = ANSWERS.iter().any(|one| entry.text(*one).is_some());
    let is_said = mapping.services == Services::Sensitive || says_any;
    is_said && consent(entry, born).is_none()
}

/// The key of a sensitive involvement. By the supplier's own key for it, whatever its service is called by now: the same that was recorded
/// under one code is taken back under another. Without, by the service.
fn sensitive_key(
    entry: &Entry<'_>,
    child: &SupplierKey,
    service: &ServiceCode,
) -> Option<SupplierKey> {
    match entry.text(Meaning::InvolvementKey) {
        Some(own) => statement_key(child, &[own, ""]),
        None => statement_key(child, &["", service.as_str()]),
    }
}

/// The same as older programs hashed it, which read the service with the own key too.
fn older_key(entry: &Entry<'_>, child: &SupplierKey, service: &ServiceCode) -> Option<SupplierKey> {
    let own = entry.text(Meaning::InvolvementKey).unwrap_or("");
    statement_key(child, &[own, service.as_str()])
}

/// The keys under which a sensitive involvement may stand, whichever sensitive service it is in.
fn of_any_service(entry: &Entry<'_>, child: &SupplierKey, gate: &Gate) -> Vec<SupplierKey> {
    let services = gate.sensitive_services();
    let keys = services.iter().flat_map(|service| {
        let (own, older) = (
            sensitive_key(entry, child, service),
            older_key(entry, child, service),
        );
        own.into_iter().chain(older)
    });
    each_once(keys)
}

/// The keys under which an involvement may stand that is in a sensitive service by now: as one, and as the ordinary one that it was before
/// somebody classified its service.
fn of_service(
    entry: &mut Entry<'_>,
    child: &SupplierKey,
    service: &ServiceCode,
) -> Vec<SupplierKey> {
    let sensitive = [
        sensitive_key(entry, child, service),
        older_key(entry, child, service),
    ];
    let name = match entry.text(Meaning::InvolvementKey) {
        Some(_) => None,
        None => practitioner_name(entry),
    };
    let ordinary = involvement_key(entry, child, service, name.as_ref());
    each_once(sensitive.into_iter().flatten().chain(ordinary))
}

fn each_once(keys: impl Iterator<Item = SupplierKey>) -> Vec<SupplierKey> {
    let mut once: Vec<SupplierKey> = Vec::new();
    for key in keys {
        if !once.contains(&key) {
            once.push(key);
        }
    }
    once
}

/// With consent, only that there is one: practitioner, organisation, job and dates are not even read into values.
fn sensitive(
    entry: &mut Entry<'_>,
    (child, born): (&SupplierKey, Option<Date>),
    service: &SensitiveService,
) -> Working {
    let Some(consent) = consent(entry, born) else {
        let keys = of_service(entry, child, service.code());
        return Working::Withheld(Complaint::NoConsent, keys);
    };
    let end = entry.all(Meaning::End).find(|(_, text)| !text.is_empty());
    let is_over = end.is_some_and(|(slot, text)| {
        slot.column
            .day(text)
            .is_none_or(|day| day <= entry.extracted)
    });
    if is_over {
        let keys = of_service(entry, child, service.code());
        return Working::Withheld(Complaint::SensitiveEnded, keys);
    }
    match sensitive_key(entry, child, service.code()) {
        Some(key) => {
            let involvement = SensitiveInvolvement::consented(service, consent);
            Working::Said(key, Said::Sensitive(Box::new(involvement)))
        }
        None => Working::Withheld(Complaint::Missing, Vec::new()),
    }
}

fn ordinary(
    entry: &mut Entry<'_>,
    (key, service): (&SupplierKey, ServiceCode),
    mapping: &Mapping,
    gate: &mut Gate,
) -> Working {
    let mark = entry.faults.len();
    let practitioner = practitioner(entry, mapping);
    let period = period(entry);
    let lead = match entry.code(Meaning::Lead) {
        Some(Code::Lead) => Lead::Lead,
        _ => Lead::Member,
    };
    let assessment = match entry.code(Meaning::Assessment) {
        Some(Code::Current) => Assessment::Current,
        Some(Code::Past) => Assessment::Past,
        _ => Assessment::None,
    };
    let (Some(practitioner), Some(period), false) =
        (practitioner, period, entry.has_errors_since(mark))
    else {
        return Working::Refused(spared(entry, key));
    };
    let spared = spared(entry, key);
    let key = involvement_key(entry, key, &service, Some(&practitioner.name));
    let involvement = Involvement {
        practitioner,
        service,
        period,
        lead,
        assessment,
        account: None,
    };
    if let Err(fault) = gate.check(&involvement) {
        let meaning = if fault.what == "organisation" {
            Meaning::Organisation
        } else {
            Meaning::JobTitle
        };
        entry.refuse(meaning, Complaint::Value(fault.why));
        return Working::Refused(match fault.why {
            // What would reveal a sensitive service is not a typing error (X13).
            text::Why::RevealsSensitive => SparedWorking::Nobody,
            _ => spared,
        });
    }
    match key {
        Some(key) => Working::Said(key, Said::Involvement(Box::new(involvement))),
        None => Working::Refused(spared),
    }
}

/// By the supplier's own key for the involvement, else by service and practitioner.
fn involvement_key(
    entry: &Entry<'_>,
    child: &SupplierKey,
    service: &ServiceCode,
    name: Option<&Name>,
) -> Option<SupplierKey> {
    match (entry.text(Meaning::InvolvementKey), name) {
        (Some(own), _) => statement_key(child, &[own]),
        (None, Some(name)) => {
            statement_key(child, &[service.as_str(), &name.to_string().to_lowercase()])
        }
        (None, None) => None,
    }
}

fn practitioner(entry: &mut Entry<'_>, mapping: &Mapping) -> Option<Practitioner> {
    let name = practitioner_name(entry);
    let job_title = needed(entry, Meaning::JobTitle, mapping, JobTitle::parse);
    let organisation = needed(
        entry,
        Meaning::Organisation,
        mapping,
        OrganisationName::parse,
    );
    let telephone = entry.closed(Meaning::Telephone, text::telephone);
    let email = entry.closed(Meaning::Email, text::email);
    let constant = |meaning| mapping.constant(meaning);
    Some(Practitioner {
        name: name?,
        job_title: job_title?,
        organisation: organisation?,
        telephone: telephone.or_else(|| text::telephone(constant(Meaning::Telephone)?).ok()),
        email: email.or_else(|| text::email(constant(Meaning::Email)?).ok()),
    })
}

fn practitioner_name(entry: &mut Entry<'_>) -> Option<Name> {
    let whole = entry
        .value(Meaning::PractitionerName, |text, _| {
            person_name::whole(text)
        })
        .flatten();
    let given = entry
        .value(Meaning::PractitionerGivenName, |text, _| {
            person_name::given(text, None)
        })
        .flatten();
    let family = entry
        .value(Meaning::PractitionerFamilyName, |text, _| {
            person_name::family(text)
        })
        .flatten();
    let name = whole.or_else(|| person_name::name(given, family));
    if name.is_none() {
        let meaning = match entry.all(Meaning::PractitionerName).next() {
            Some(_) => Meaning::PractitionerName,
            None => Meaning::PractitionerFamilyName,
        };
        entry.refuse(meaning, Complaint::Missing);
    }
    name
}

/// A value without which there is no involvement: from its column, else the one that holds for every row.
fn needed<T>(
    entry: &mut Entry<'_>,
    meaning: Meaning,
    mapping: &Mapping,
    parse: fn(&str) -> Result<T, text::Fault>,
) -> Option<T> {
    let Some(text) = entry.text(meaning).or_else(|| mapping.constant(meaning)) else {
        entry.refuse(meaning, Complaint::Missing);
        return None;
    };
    match parse(text) {
        Ok(value) => Some(value),
        Err(fault) => {
            entry.refuse(meaning, Complaint::Value(fault.why));
            None
        }
    }
}

/// From when until when. An end that cannot be read refuses: whether it has ended must not be guessed. An end that is
/// still to come is one that is planned, and the involvement is current.
fn period(entry: &mut Entry<'_>) -> Option<Period> {
    let since = entry.past_day(Meaning::Start);
    let end = entry.all(Meaning::End).find(|(_, text)| !text.is_empty());
    let Some((slot, text)) = end else {
        return Some(Period::Current { since: since.on() });
    };
    let Some(ended) = slot.column.day(text) else {
        entry.refuse(Meaning::End, Complaint::NotADay);
        return None;
    };
    if ended > entry.extracted {
        return Some(Period::Current { since: since.on() });
    }
    if let Day::On(start) = since
        && start > ended
    {
        entry.query(Meaning::Start, Complaint::EndBeforeStart);
        return Some(Period::Ended { since: None, ended });
    }
    Some(Period::Ended {
        since: since.on(),
        ended,
    })
}
