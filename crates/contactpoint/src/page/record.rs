//! A disclosed record as the page shows it: contacts first, then everything else, each with where it comes from.

use directory::Date;
use directory::account::{AccountId, Actor, Role};
use directory::child::{Child, Item, Provenance, SensitiveServices, Working};
use directory::correction::Disputed;
use directory::disclosure::Disclosure;
use directory::involvement::{Assessment, Lead, Period};
use directory::joining::Joining;
use directory::lifecycle::{ended_hidden_from, is_stale_on};
use directory::name::{Carer, Name};
use directory::organisation::{Authority, Sector};
use directory::record::Shielding;
use directory::setting::Place;
use directory::statement::SourceKind;
use store::{Endable, Error, Store};

use super::choices::capital;
use super::wrong_words::{identity_sources, note, notes};
use crate::view::child as view;
use crate::visitor::{ChildPath, SignedIn, escaped};
use crate::words;

/// What a carer is said to be: the directory holds no more of it (R12).
const CARER: &str = "parent or carer";

/// What is not of the child, and stands beside the record: names of places, and who supplies the directory.
pub(super) struct Surroundings {
    pub(super) school: Option<Place>,
    pub(super) practice: Option<Place>,
    authority: Option<Authority>,
    supplying: Vec<Sector>,
    last: Option<Joining>,
    endable: Vec<Endable>,
}

impl Surroundings {
    /// The same with what the viewer can do about the record: take back the last merger or split, and end involvements for others.
    pub(super) fn with(self, last: Option<Joining>, endable: Vec<Endable>) -> Self {
        Self {
            last,
            endable,
            ..self
        }
    }

    /// The involvements that the viewer may end for those who recorded them.
    pub(super) fn endable(&self) -> &[Endable] {
        &self.endable
    }

    /// What could be taken back of the record.
    pub(super) fn last_joining(&self) -> Option<Joining> {
        self.last
    }

    /// Looks up what stands beside a disclosed record.
    pub(super) fn of(store: &Store, disclosure: &Disclosure) -> Result<Self, Error> {
        let directory::child::View::Whole(child) = disclosure.view() else {
            return Ok(Self {
                school: None,
                practice: None,
                authority: None,
                supplying: Vec::new(),
                last: None,
                endable: Vec::new(),
            });
        };
        let school = child.education.as_ref().and_then(|item| item.value.place());
        let practice = child
            .primary_care
            .as_ref()
            .and_then(|item| item.value.place());
        let authority = child.responsible();
        Ok(Self {
            school: school.and_then(|code| store.place(code)),
            practice: practice.and_then(|code| store.place(code)),
            authority: authority.and_then(|code| store.authority(code)),
            supplying: store.coverage()?,
            last: None,
            endable: Vec::new(),
        })
    }

    /// The sectors that do not feed the directory here yet (R85).
    fn not_supplied(&self) -> Vec<String> {
        let missing = Sector::ALL
            .into_iter()
            .filter(|sector| !self.supplying.contains(sector));
        missing.map(|sector| sector.words().to_owned()).collect()
    }
}

/// The page of a record that is not shielded from this viewer.
pub(super) fn page(
    visitor: &SignedIn,
    path: &ChildPath,
    child: &Child,
    beside: &Surroundings,
) -> view::Child {
    let today = visitor.now().today;
    let actor = visitor.actor();
    let own = own(child, actor.account());
    let shielded = child.shielding == Shielding::Shielded;
    let may_involve = actor.is(Role::Practitioner) && own.is_empty();
    view::Child {
        layout: visitor.layout("/search"),
        shielded,
        identity: super::identity::identity(
            &directory::child::View::Whole(Box::new(child.clone())),
            today,
        ),
        identity_sources: identity_sources(child, today),
        notes: notes(child),
        wrong_href: path.below("wrong"),
        called: child
            .name
            .as_ref()
            .map(|name| words::typeset(&name.value.familiar()))
            .unwrap_or_default(),
        former_names: names(&child.former_names, today),
        other_names: names(&child.other_names, today),
        involvements: child
            .involvements
            .iter()
            .map(|item| view::Involvement {
                end_href: end_href(path, &item.value, beside),
                ..involvement(item, today)
            })
            .collect(),
        sensitive: child.sensitive_services == SensitiveServices::OneOrMore,
        local_manager: visitor.local_manager(),
        assessment: assessment(child, today),
        involve_href: may_involve.then(|| path.below("involve")),
        shield_href: (actor.is(Role::ShieldingOfficer) && !shielded).then(|| path.below("shield")),
        connected_href: shielded.then(|| super::connected::href(path)),
        join: join_links(actor, path, beside, shielded),
        results_href: path.results(),
        results_words: path.results_words(),
        own_involvements: own
            .into_iter()
            .map(|working| own_involvement(path, working))
            .collect(),
        setting: setting(child, beside, today),
        practice: practice(child, beside, today),
        carers: child.carers.iter().map(|item| carer(item, today)).collect(),
        address: address(child, beside, today),
        own_numbers: own_numbers(child, actor, today),
        not_supplied: beside.not_supplied(),
        watermark: visitor.watermark(visitor.now().at),
    }
}

/// Names besides the one that is shown.
fn names(names: &[Item<Name>], today: Date) -> Vec<view::OtherName> {
    let each = names.iter().map(|item| view::OtherName {
        name: words::typeset(&item.value),
        provenance: provenance(&item.provenance, today),
    });
    each.collect()
}

/// Where an officer merges the record, splits it, or takes either back.
fn join_links(
    actor: &Actor,
    path: &ChildPath,
    beside: &Surroundings,
    shielded: bool,
) -> Option<view::JoinLinks> {
    let shields = actor.is(Role::ShieldingOfficer);
    let may = shields || actor.is(Role::DataOfficer) && !shielded;
    may.then(|| view::JoinLinks {
        merge_href: path.below("merge"),
        split_href: path.below("split"),
        undo_href: beside.last.map(|_| path.below("undo")),
    })
}

/// The viewer's own involvements that last.
pub(super) fn own(child: &Child, account: AccountId) -> Vec<&Working> {
    let working = child.involvements.iter().map(|item| &item.value);
    working
        .filter(|one| one.account == Some(account) && matches!(one.period, Period::Current { .. }))
        .collect()
}

/// Who is the lead professional now.
pub(super) fn lead(child: &Child) -> Option<&Working> {
    child
        .involvements
        .iter()
        .map(|item| &item.value)
        .find(|one| one.lead == Lead::Lead)
}

/// The last day on which something that ended is shown (R20).
pub(super) fn shown_until(ended: Date) -> String {
    let hidden_from = ended_hidden_from(ended);
    words::day(hidden_from.yesterday().unwrap_or(hidden_from))
}

fn involvement(item: &Item<Working>, today: Date) -> view::Involvement {
    let working = &item.value;
    let practitioner = &working.practitioner;
    let said = [
        practitioner.organisation.as_str(),
        practitioner.job_title.as_str(),
    ];
    let says_more = said
        .iter()
        .all(|text| text.to_lowercase() != working.service_name.to_lowercase());
    view::Involvement {
        practitioner: words::typeset(&practitioner.name),
        job_title: words::typeset(&practitioner.job_title),
        organisation: words::typeset(&practitioner.organisation),
        service: says_more.then(|| words::typeset(&working.service_name)),
        telephone: practitioner.telephone.as_ref().map(words::telephone),
        email: practitioner.email.as_ref().map(ToString::to_string),
        since: working.period.since().map(words::day),
        ended: working.period.ended().map(|on| view::Ended {
            on: words::day(on),
            shown_until: shown_until(on),
        }),
        provenance: provenance(&item.provenance, today),
        lead_professional: working.lead == Lead::Lead,
        end_href: None,
    }
}

/// Where the viewer ends the involvement for the practitioner who recorded it; `None`: they may not.
fn end_href(path: &ChildPath, working: &Working, beside: &Surroundings) -> Option<String> {
    let is_current = matches!(working.period, Period::Current { .. });
    let mut endable = beside.endable().iter().filter(|_| is_current);
    let of = |one: &&Endable| working.account == Some(one.of) && working.service == one.service;
    let meant = endable.find(of)?;
    let service = escaped(meant.service.as_str());
    Some(path.below(&format!("involve/end/{service}/{}", meant.worker)))
}

fn own_involvement(path: &ChildPath, working: &Working) -> view::OwnInvolvement {
    view::OwnInvolvement {
        service: words::typeset(&working.service_name),
        end_href: path.below(&format!(
            "involve/end/{}",
            escaped(working.service.as_str())
        )),
    }
}

/// Whether there is an assessment and who holds it, never more (R17). One that is current comes before one that was.
fn assessment(child: &Child, today: Date) -> view::Assessment {
    let held = |kind| {
        let holder = child
            .involvements
            .iter()
            .find(|item| item.value.assessment == kind)?;
        Some(view::Holder {
            name: words::typeset(&holder.value.practitioner.name),
            provenance: provenance(&holder.provenance, today),
        })
    };
    match (held(Assessment::Current), held(Assessment::Past)) {
        (Some(holder), _) => view::Assessment::Current(holder),
        (None, Some(holder)) => view::Assessment::Past(holder),
        (None, None) => view::Assessment::None,
    }
}

pub(super) fn provenance(provenance: &Provenance, today: Date) -> view::Provenance {
    let Some(last) = provenance.last_confirmed else {
        return view::Provenance::default();
    };
    let corrected = provenance.kind == SourceKind::Correction;
    let stale = is_stale_on(last, today) && !corrected;
    let words = if stale || corrected {
        words::day(last)
    } else {
        words::ago(last, today)
    };
    view::Provenance {
        source: words::typeset(&provenance.kind.words()),
        last_confirmed: Some(words),
        stale,
        corrected,
        filled: provenance.is_filled,
    }
}

fn setting(child: &Child, beside: &Surroundings, today: Date) -> view::Place {
    let item = child.education.as_ref();
    let education = item.map(|item| &item.value);
    let since = education.and_then(|education| match education {
        directory::setting::Education::Registered { since, .. } => *since,
        _ => None,
    });
    view::Place {
        status: words::education(education).to_owned(),
        name: education
            .and_then(|education| education.place())
            .map(|code| named(beside.school.as_ref(), code.as_str())),
        since: since.map(words::day),
        provenance: item.map(|item| provenance(&item.provenance, today)),
        note: note(child, Disputed::Education),
        ..reach(beside.school.as_ref())
    }
}

fn practice(child: &Child, beside: &Surroundings, today: Date) -> view::Place {
    let item = child.primary_care.as_ref();
    let care = item.map(|item| &item.value);
    let since = care.and_then(|care| match care {
        directory::setting::PrimaryCare::Registered { since, .. } => *since,
        _ => None,
    });
    view::Place {
        status: words::primary_care(care).to_owned(),
        name: care
            .and_then(|care| care.place())
            .map(|code| named(beside.practice.as_ref(), code.as_str())),
        since: since.map(words::day),
        provenance: item.map(|item| provenance(&item.provenance, today)),
        note: note(child, Disputed::PrimaryCare),
        ..reach(beside.practice.as_ref())
    }
}

/// The name of a place; one that is not in the reference data is named by its code rather than left out.
pub(super) fn named(place: Option<&Place>, code: &str) -> String {
    place.map_or_else(
        || format!("Code {code}, name not known"),
        |place| words::typeset(&place.name),
    )
}

fn reach(place: Option<&Place>) -> view::Place {
    view::Place {
        telephone: place
            .and_then(|place| place.telephone.as_ref())
            .map(words::telephone),
        email: place
            .and_then(|place| place.email.as_ref())
            .map(ToString::to_string),
        ..view::Place::default()
    }
}

fn carer(item: &Item<Carer>, today: Date) -> view::Carer {
    view::Carer {
        name: words::typeset(&item.value.name),
        relationship: CARER.to_owned(),
        telephone: item.value.telephone.as_ref().map(words::telephone),
        email: item.value.email.as_ref().map(ToString::to_string),
        provenance: provenance(&item.provenance, today),
    }
}

fn address(child: &Child, beside: &Surroundings, today: Date) -> view::Address {
    let item = child.residence.as_ref();
    let residence = item.map(|item| &item.value);
    let address = residence.and_then(|residence| residence.address());
    let lines = address.into_iter().flat_map(|address| {
        let postcode = address.postcode.as_ref().map(ToString::to_string);
        address.lines.iter().map(words::typeset).chain(postcode)
    });
    let code = child.responsible();
    let authority = beside
        .authority
        .as_ref()
        .map(|authority| words::typeset(&authority.name));
    view::Address {
        lines: lines.collect(),
        status: words::address_state(residence.map(|residence| &residence.state)).to_owned(),
        authority: authority
            .or(code.map(ToString::to_string))
            .unwrap_or_else(|| words::NOT_KNOWN.to_lowercase()),
        provenance: item.map(|item| provenance(&item.provenance, today)),
        note: note(child, Disputed::Residence),
    }
}

/// The numbers of the viewer's own body (L2). Which those are the disclosure has decided; this decides only that there is a label.
fn own_numbers(child: &Child, actor: &Actor, today: Date) -> Vec<view::OwnBodyNumber> {
    let own = child
        .other_numbers
        .iter()
        .filter(|number| number.value.scheme.sector() == actor.sector());
    own.map(|number| view::OwnBodyNumber {
        label: capital(number.value.scheme.words()),
        value: number.value.to_string(),
        provenance: provenance(&number.provenance, today),
    })
    .collect()
}
