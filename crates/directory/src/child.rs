//! The current view of a child, computed from a record: every item with where it comes from and when it was last confirmed.

use crate::Date;
use crate::access::{Field, Viewer, Visibility, visibility};
use crate::account::{AccountId, Actor};
use crate::address::Residence;
use crate::correction::{Dispute, Disputed, Right};
use crate::entry::Entry;
use crate::following::{State, Weight};
use crate::involvement::{Assessment, Lead, Period, Practitioner};
use crate::name::{Carer, Gender, Name};
use crate::number::{Number, OtherNumber};
use crate::organisation::Sector;
use crate::record::Shielding;
use crate::setting::{Education, PrimaryCare};
use crate::shield::Restricted;
use crate::statement::{Source, SourceKind};
use crate::text::{AuthorityCode, ServiceCode, SupplierCode};

/// An item of the record with its provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<T> {
    /// What is said.
    pub value: T,
    /// Who said it, and when last.
    pub provenance: Provenance,
}

/// Where an item comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The kind of source.
    pub kind: SourceKind,
    /// The supplier.
    pub supplier: SupplierCode,
    /// The last day it was confirmed. `None`: neither that day nor the source may be told, as they are of a sensitive service (R31).
    pub last_confirmed: Option<Date>,
    /// Whether no source says it: a person filled it in, and it awaits one.
    pub is_filled: bool,
}

/// Everything that stands about a child. `None`: unknown, which is a value of its own and is shown as such (R19).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// The ContactPoint number.
    pub number: Number,
    /// Whether the record is shielded.
    pub shielding: Shielding,
    /// The name.
    pub name: Option<Item<Name>>,
    /// Names used before (L1).
    pub former_names: Vec<Item<Name>>,
    /// What other sources call the child at present (R11).
    pub other_names: Vec<Item<Name>>,
    /// The date of birth.
    pub born: Option<Item<Date>>,
    /// The gender.
    pub gender: Option<Item<Gender>>,
    /// Where the child lives.
    pub residence: Option<Item<Residence>>,
    /// The authority responsible for the record, whose officers look after it: not always the one in whose area the child lives (L4).
    pub authority: Option<AuthorityCode>,
    /// Parents and carers.
    pub carers: Vec<Item<Carer>>,
    /// Education.
    pub education: Option<Item<Education>>,
    /// Primary medical care.
    pub primary_care: Option<Item<PrimaryCare>>,
    /// Who is working with the child: the lead professional first, then current ones, then ended ones still shown (R20).
    pub involvements: Vec<Item<Working>>,
    /// Whether one or more sensitive services are involved (R31). Nothing else of them is here.
    pub sensitive_services: SensitiveServices,
    /// Numbers other bodies gave.
    pub other_numbers: Vec<Item<OtherNumber>>,
    /// What of it was reported as wrong or put right by a person: one mark at most for each field, of a list for each entry that is out
    /// and one for its reports.
    pub disputes: Vec<Mark>,
}

/// That a field was reported as wrong, or put right over what sources say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which field.
    pub field: Disputed,
    /// On which day.
    pub on: Date,
    /// Whether it was only reported.
    pub weight: Weight,
    /// How far its sources are, who have been told.
    pub state: State,
    /// What was said to be right.
    pub right: Right,
    /// Which entry, where the field is a list and one was chosen: for those who may show it again, and nobody else.
    pub entry: Option<Entry>,
    /// Whether nothing stood there: it is missing rather than wrong.
    pub is_omission: bool,
}

/// The sensitive indicator: there is no count, type, date or name to show (R31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SensitiveServices {
    /// None is recorded here.
    None,
    /// One or more.
    OneOrMore,
}

/// An involvement as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Working {
    /// Who, and how to reach them.
    pub practitioner: Practitioner,
    /// The service's code.
    pub service: ServiceCode,
    /// The service's name.
    pub service_name: String,
    /// From when, until when.
    pub period: Period,
    /// The lead professional, at most one (R16).
    pub lead: Lead,
    /// Whether they hold an assessment (R17).
    pub assessment: Assessment,
    /// The account that recorded it, when a practitioner did.
    pub account: Option<AccountId>,
}

/// What one viewer may see of a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Everything that the viewer may see.
    Whole(Box<Child>),
    /// A shielded record (R43).
    Restricted(Restricted),
}

impl Child {
    /// The authority responsible for the record (R86). `None`: nobody yet.
    #[must_use]
    pub fn responsible(&self) -> Option<&AuthorityCode> {
        self.authority.as_ref()
    }

    /// What stays visible behind a shield: number, name, date of birth, gender, and nothing else (R43).
    /// A child without a known name shows none.
    #[must_use]
    pub fn restricted(&self) -> Option<Restricted> {
        let name = self.name.as_ref()?.value.clone();
        Some(Restricted {
            number: self.number,
            name,
            born: self.born.as_ref().map(|born| born.value),
            gender: self.gender.as_ref().map(|gender| gender.value),
        })
    }

    /// What a viewer may see, field by field, by the table of Annex A ([`visibility`]).
    #[must_use]
    pub fn seen_by(self, viewer: Viewer, actor: &Actor) -> Option<View> {
        let shielding = self.shielding;
        let shows = |field| visibility(field, viewer, shielding);
        if shows(Field::Number) != Visibility::Shown {
            return None;
        }
        if shows(Field::Residence) != Visibility::Shown {
            return self.restricted().map(View::Restricted);
        }
        let mut child = self;
        for field in Field::ALL {
            match shows(field) {
                Visibility::Shown => {}
                Visibility::AllocatingBody => child.only_numbers_of(actor.sector()),
                Visibility::Hidden
                | Visibility::Aggregate
                | Visibility::CountOnly
                | Visibility::Brokering
                | Visibility::FirstYear => child.clear(field),
            }
        }
        Some(View::Whole(Box::new(child)))
    }

    /// Keeps the numbers that bodies of a sector gave, and no number that was proposed of others (L2).
    fn only_numbers_of(&mut self, sector: Sector) {
        self.other_numbers
            .retain(|item| item.value.scheme.sector() == sector);
        let numbers = self.disputes.iter_mut();
        for mark in numbers.filter(|mark| mark.field == Disputed::OtherNumbers) {
            let Right::Is(right) = &mark.right else {
                continue;
            };
            let mut proposed = right.other_numbers.iter();
            if proposed.any(|number| number.scheme.sector() != sector) {
                mark.right = Right::Unsaid;
            }
        }
    }

    /// Where everything comes from that sources say of who the child is.
    pub(crate) fn provenances(&mut self) -> impl Iterator<Item = &mut Provenance> {
        let one = [
            self.name.as_mut().map(|item| &mut item.provenance),
            self.born.as_mut().map(|item| &mut item.provenance),
            self.gender.as_mut().map(|item| &mut item.provenance),
            self.residence.as_mut().map(|item| &mut item.provenance),
            self.education.as_mut().map(|item| &mut item.provenance),
            self.primary_care.as_mut().map(|item| &mut item.provenance),
        ];
        let former = self.former_names.iter_mut();
        let others = self.other_names.iter_mut();
        let carers = self.carers.iter_mut();
        let numbers = self.other_numbers.iter_mut();
        one.into_iter()
            .flatten()
            .chain(former.map(|item| &mut item.provenance))
            .chain(others.map(|item| &mut item.provenance))
            .chain(carers.map(|item| &mut item.provenance))
            .chain(numbers.map(|item| &mut item.provenance))
    }

    /// Only these fields of it.
    fn only(mut self, fields: &[Field]) -> Child {
        for field in Field::ALL {
            if !fields.contains(&field) {
                self.clear(field);
            }
        }
        self
    }

    /// Takes a field out. The number stays, and what is never in a `Child` needs no taking.
    fn clear(&mut self, field: Field) {
        self.disputes.retain(|mark| mark.field.field() != field);
        match field {
            Field::Name => self.name = None,
            Field::Born => self.born = None,
            Field::Gender => self.gender = None,
            Field::FormerNames => {
                self.former_names.clear();
                self.other_names.clear();
            }
            Field::Residence => self.residence = None,
            Field::Authority => {
                self.authority = None;
                if let Some(residence) = &mut self.residence {
                    residence.value.authority = None;
                }
            }
            Field::Carers => self.carers.clear(),
            Field::Education => self.education = None,
            Field::PrimaryCare => self.primary_care = None,
            Field::Involvements => self.involvements.clear(),
            Field::SensitiveIndicator => self.sensitive_services = SensitiveServices::None,
            Field::OtherNumbers => self.other_numbers.clear(),
            Field::ShieldFact => self.shielding = Shielding::None,
            Field::Number | Field::SensitiveContact | Field::Archived => {}
        }
    }
}

impl Provenance {
    /// The provenance of what a person put right in the directory, or filled in.
    #[must_use]
    pub(crate) fn said_by_a_person(correction: &Dispute) -> Provenance {
        Provenance {
            is_filled: correction.is_omission(),
            ..Provenance::by_a_person(correction.on)
        }
    }

    /// The provenance of what somebody entered in the directory on a day, who is not the source itself.
    #[must_use]
    pub(crate) fn by_a_person(on: Date) -> Provenance {
        Provenance {
            kind: SourceKind::Correction,
            supplier: SupplierCode::own(),
            last_confirmed: Some(on),
            is_filled: false,
        }
    }

    /// The provenance of what a source last confirmed on a day.
    #[must_use]
    pub fn of(source: &Source, last_confirmed: Date) -> Provenance {
        Provenance {
            kind: source.kind,
            supplier: source.supplier.clone(),
            last_confirmed: Some(last_confirmed),
            is_filled: false,
        }
    }

    /// The provenance of what only a sensitive service's own system says: its day would be one of the involvement (R31).
    #[must_use]
    pub(crate) fn untold() -> Provenance {
        Provenance {
            kind: SourceKind::Local,
            supplier: SupplierCode::own(),
            last_confirmed: None,
            is_filled: false,
        }
    }
}

/// The fields in a list of results: what a child is known by and told from another by. To see who works with the child is to open
/// the record, for a reason of its own (C18).
const LISTED: [Field; 8] = [
    Field::Number,
    Field::Name,
    Field::Born,
    Field::Gender,
    Field::Residence,
    Field::Authority,
    Field::Education,
    Field::ShieldFact,
];

/// The fields by which an officer tells whether two are one child. Who works with the child is not among them: it is not needed.
const COMPARED: [Field; 12] = [
    Field::Number,
    Field::Name,
    Field::Born,
    Field::Gender,
    Field::FormerNames,
    Field::Residence,
    Field::Authority,
    Field::Carers,
    Field::Education,
    Field::PrimaryCare,
    Field::OtherNumbers,
    Field::ShieldFact,
];

impl View {
    /// What of it is compared with another.
    #[must_use]
    pub fn compared(self) -> View {
        match self {
            View::Whole(child) => View::Whole(Box::new(child.only(&COMPARED))),
            View::Restricted(restricted) => View::Restricted(restricted),
        }
    }

    /// What of it is shown of one source by itself: what is compared, and who says to be involved. Never that a service is sensitive.
    #[must_use]
    pub fn by_source(self) -> View {
        match self {
            View::Whole(child) => {
                let involvements = child.involvements.clone();
                let mut child = child.only(&COMPARED);
                child.involvements = involvements;
                View::Whole(Box::new(child))
            }
            View::Restricted(restricted) => View::Restricted(restricted),
        }
    }

    /// What of it a list of results holds: number, name, birth, gender; of a record without a shield also address and school.
    #[must_use]
    pub fn listed(self) -> View {
        match self {
            View::Whole(child) => View::Whole(Box::new(child.only(&LISTED))),
            View::Restricted(restricted) => View::Restricted(restricted),
        }
    }

    /// The ContactPoint number, visible in every view (R18).
    #[must_use]
    pub fn number(&self) -> Number {
        match self {
            View::Whole(child) => child.number,
            View::Restricted(restricted) => restricted.number,
        }
    }

    /// The name, when known.
    #[must_use]
    pub fn name(&self) -> Option<&Name> {
        match self {
            View::Whole(child) => child.name.as_ref().map(|name| &name.value),
            View::Restricted(restricted) => Some(&restricted.name),
        }
    }

    /// The date of birth, when known.
    #[must_use]
    pub fn born(&self) -> Option<Date> {
        match self {
            View::Whole(child) => child.born.as_ref().map(|born| born.value),
            View::Restricted(restricted) => restricted.born,
        }
    }

    /// The gender, when known.
    #[must_use]
    pub fn gender(&self) -> Option<Gender> {
        match self {
            View::Whole(child) => child.gender.as_ref().map(|gender| gender.value),
            View::Restricted(restricted) => restricted.gender,
        }
    }
}

#[cfg(test)]
#[path = "child_tests.rs"]
mod tests;
