//! A person says that something on a record is wrong (R83, R88, X8): which field, why, and what is right as far as it is known.
//!
//! Nothing here is free text: the field and the cause are closed lists, and what is right has the form of the field itself.

use crate::Date;
use crate::access::Field;
use crate::account::{Actor, Role};
use crate::address::Residence;
use crate::child::Child;
use crate::entry::Entry;
use crate::name::Name;
use crate::reason::Reason;
use crate::record::Shielding;
use crate::statement::{Particulars, Source};

/// The most reports, corrections and their ends a record holds.
pub const DISPUTES_MAX: usize = 60;
/// The most sources one report goes to.
pub const DISPUTE_SOURCES_MAX: usize = 16;
/// The most answers of one source to what is listed for it.
pub const ANSWERS_MAX: usize = 8;

/// A field that can be said to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Disputed {
    /// The name.
    Name,
    /// The date of birth.
    Born,
    /// The gender.
    Gender,
    /// The address.
    Residence,
    /// The school.
    Education,
    /// The general practice.
    PrimaryCare,
    /// Parents and carers.
    Carers,
    /// Names besides the one shown: used before, or given by another source.
    FormerNames,
    /// One who is said to work with the child.
    Involvements,
    /// The number that the viewer's own body gave.
    OtherNumbers,
}

/// On what a person rests who says that something is wrong. A request of the child or a parent is one of them (R70, R88).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The child or young person asked for it.
    ChildAsked,
    /// A parent or carer asked for it.
    CarerAsked,
    /// They have seen a document that says so.
    DocumentSeen,
    /// They know it from working with the child.
    KnownFromWork,
    /// The source itself said so.
    SourceSaid,
}

/// What is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Right {
    /// Only that it is wrong was said.
    Unsaid,
    /// Nobody knows: it is to be shown as not known.
    NotKnown,
    /// This: a value of the field, and nothing else.
    Is(Box<Particulars>),
}

/// That something on a record is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Which field.
    pub field: Disputed,
    /// Why it is said.
    pub cause: Cause,
    /// On which day.
    pub on: Date,
    /// What was shown: a value of the field, and nothing else. Empty where the field is a list.
    pub wrong: Particulars,
    /// Which entry is wrong, where the field is a list and one was chosen.
    pub entry: Option<Entry>,
    /// Who said it, each under their own key: it is listed for them (X8).
    pub sources: Vec<Source>,
    /// What is right.
    pub right: Right,
}

/// What a source answers to what is listed for it (X8). It can say nothing else (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceAnswer {
    /// It has mended it: what it sends next will say so.
    Mended,
    /// It has looked, and stands by what it says.
    Stands,
}

/// That a source answered: it settles nothing, and is for whoever follows the dispute to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAnswered {
    /// Which field is in dispute.
    pub field: Disputed,
    /// Since when.
    pub since: Date,
    /// Who answered, under its own key.
    pub source: Source,
    /// What.
    pub answer: SourceAnswer,
    /// On which day.
    pub on: Date,
}

impl SourceAnswer {
    /// Both answers.
    pub const ALL: [SourceAnswer; 2] = [SourceAnswer::Mended, SourceAnswer::Stands];

    /// The code used at the door for suppliers' programs, and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            SourceAnswer::Mended => "mended",
            SourceAnswer::Stands => "stands",
        }
    }

    /// The answer of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<SourceAnswer> {
        SourceAnswer::ALL.into_iter().find(|one| one.code() == code)
    }

    /// In words, as on a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            SourceAnswer::Mended => "says that it is mended at the source",
            SourceAnswer::Stands => "stands by what it says",
        }
    }
}

impl Disputed {
    /// Every such field, in the order of the page.
    pub const ALL: [Disputed; 10] = [
        Disputed::Name,
        Disputed::Born,
        Disputed::Gender,
        Disputed::Residence,
        Disputed::Education,
        Disputed::PrimaryCare,
        Disputed::Carers,
        Disputed::FormerNames,
        Disputed::Involvements,
        Disputed::OtherNumbers,
    ];

    /// The code used in addresses, in lists for suppliers and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Disputed::Name => "name",
            Disputed::Born => "date-of-birth",
            Disputed::Gender => "gender",
            Disputed::Residence => "address",
            Disputed::Education => "school",
            Disputed::PrimaryCare => "practice",
            Disputed::Carers => "carers",
            Disputed::FormerNames => "former-names",
            Disputed::Involvements => "involvement",
            Disputed::OtherNumbers => "number",
        }
    }

    /// The field of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Disputed> {
        Disputed::ALL.into_iter().find(|field| field.code() == code)
    }

    /// In words, as on the record page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Disputed::Name => "name",
            Disputed::Born => "date of birth",
            Disputed::Gender => "gender",
            Disputed::Residence => "address",
            Disputed::Education => "school",
            Disputed::PrimaryCare => "general practice",
            Disputed::Carers => "parents and carers",
            Disputed::FormerNames => "former and other names",
            Disputed::Involvements => "people working with the child",
            Disputed::OtherNumbers => "number of your organisation",
        }
    }

    /// The row of Annex A it is.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            Disputed::Name => Field::Name,
            Disputed::Born => Field::Born,
            Disputed::Gender => Field::Gender,
            Disputed::Residence => Field::Residence,
            Disputed::Education => Field::Education,
            Disputed::PrimaryCare => Field::PrimaryCare,
            Disputed::Carers => Field::Carers,
            Disputed::FormerNames => Field::FormerNames,
            Disputed::Involvements => Field::Involvements,
            Disputed::OtherNumbers => Field::OtherNumbers,
        }
    }

    /// Whether what is right can be said: the field has one value. Of a list only that it is wrong is said, as a whole or of one entry, and
    /// its sources put it right.
    #[must_use]
    pub fn has_one_value(self) -> bool {
        !matches!(
            self,
            Disputed::Carers
                | Disputed::FormerNames
                | Disputed::Involvements
                | Disputed::OtherNumbers
        )
    }

    /// Whether it is a list of which an entry that is wrong can be taken out meanwhile. A number that another body gave is that body's to end:
    /// by it children are told apart.
    #[must_use]
    pub fn can_hide(self) -> bool {
        let is_list = !self.has_one_value();
        is_list && self != Disputed::OtherNumbers
    }

    /// What a row says of this field, and nothing else. `None`: nothing, or the field is a list.
    #[must_use]
    pub fn part(self, said: &Particulars) -> Option<Particulars> {
        let nothing = Particulars::default();
        let part = match self {
            Disputed::Name => Particulars {
                name: said.name.clone(),
                ..nothing
            },
            Disputed::Born => Particulars {
                born: said.born,
                ..nothing
            },
            Disputed::Gender => Particulars {
                gender: said.gender,
                ..nothing
            },
            Disputed::Residence => Particulars {
                residence: said.residence.clone(),
                ..nothing
            },
            Disputed::Education => Particulars {
                education: said.education.clone(),
                ..nothing
            },
            Disputed::PrimaryCare => Particulars {
                primary_care: said.primary_care.clone(),
                ..nothing
            },
            Disputed::Carers
            | Disputed::FormerNames
            | Disputed::Involvements
            | Disputed::OtherNumbers => nothing,
        };
        (part != Particulars::default()).then_some(part)
    }

    /// Whether two rows say the same of this field, however it is written.
    #[must_use]
    pub fn agree(self, one: &Particulars, other: &Particulars) -> bool {
        match self {
            Disputed::Name => one.name.as_ref().map(called) == other.name.as_ref().map(called),
            Disputed::Born => one.born == other.born,
            Disputed::Gender => one.gender == other.gender,
            Disputed::Residence => {
                let place = |said: &Particulars| said.residence.as_ref().map(place);
                place(one) == place(other)
            }
            Disputed::Education => {
                let kind = |said: &Particulars| {
                    let education = said.education.as_ref();
                    education.map(|it| (std::mem::discriminant(it), it.place().cloned()))
                };
                kind(one) == kind(other)
            }
            Disputed::PrimaryCare => {
                let kind = |said: &Particulars| {
                    let care = said.primary_care.as_ref();
                    care.map(|it| (std::mem::discriminant(it), it.place().cloned()))
                };
                kind(one) == kind(other)
            }
            Disputed::Carers
            | Disputed::FormerNames
            | Disputed::Involvements
            | Disputed::OtherNumbers => false,
        }
    }
}

/// A name as it is compared: letters only.
pub(crate) fn called(name: &Name) -> String {
    letters(&name.to_string())
}

/// A place as it is compared: what state it is, its postcode, and its first line in letters and digits only. Two writings of one
/// address differ in the lines after the first.
fn place(residence: &Residence) -> (std::mem::Discriminant<crate::address::AddressState>, String) {
    let written = residence.address().map(|address| {
        let first = address.lines.first().map(|line| letters(line.as_str()));
        let postcode = address.postcode.as_ref().map(|code| letters(code.as_str()));
        match postcode {
            Some(postcode) => format!("{} {postcode}", first.unwrap_or_default()),
            None => address
                .lines
                .iter()
                .map(|line| letters(line.as_str()))
                .collect(),
        }
    });
    (
        std::mem::discriminant(&residence.state),
        written.unwrap_or_default(),
    )
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl Right {
    /// That a value of a field is right. `None`: it is none of this field.
    #[must_use]
    pub fn is(field: Disputed, value: &Particulars) -> Option<Right> {
        let part = field.part(value)?;
        Some(Right::Is(Box::new(part)))
    }
}

impl Cause {
    /// Every cause.
    pub const ALL: [Cause; 5] = [
        Cause::ChildAsked,
        Cause::CarerAsked,
        Cause::DocumentSeen,
        Cause::KnownFromWork,
        Cause::SourceSaid,
    ];

    /// The code used in forms and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Cause::ChildAsked => "child-asked",
            Cause::CarerAsked => "carer-asked",
            Cause::DocumentSeen => "document-seen",
            Cause::KnownFromWork => "known-from-work",
            Cause::SourceSaid => "source-said",
        }
    }

    /// The cause of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.code() == code)
    }

    /// In words, as offered on a page.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Cause::ChildAsked => "The child or young person told me",
            Cause::CarerAsked => "A parent or carer told me",
            Cause::DocumentSeen => "I have seen a document that says so",
            Cause::KnownFromWork => "I know it from my work with the child",
            Cause::SourceSaid => "The service it comes from told me",
        }
    }
}

/// Whether somebody may set what is right meanwhile, and take that back; everybody else who sees a field may report it.
///
/// Reasonable steps to put an error right are the responsible authority's (L7): its data officers, correcting the record, and any
/// data officer while nobody is responsible yet. Behind a shield only those who see behind it, because a corrected name or date
/// of birth changes by what the child is found (R43, C6).
#[must_use]
pub fn may_set(actor: &Actor, reason: Reason, child: &Child) -> bool {
    let responsible = child.responsible();
    let own = responsible.is_some() && responsible == actor.authority();
    let behind = own && reason == Reason::ShieldDecision && actor.is(Role::ShieldingOfficer);
    let correcting = reason == Reason::DataQuality && actor.is(Role::DataOfficer);
    match child.shielding {
        Shielding::Shielded => behind,
        Shielding::None => behind || correcting && (own || responsible.is_none()),
    }
}

/// Whether somebody follows the reports and corrections of a record to their end: the officers of its authority; behind a shield
/// only shielding officers, since the list would tell which authority it is (X1).
#[must_use]
pub fn may_follow(actor: &Actor, child: &Child) -> bool {
    let own = child.responsible().is_some() && child.responsible() == actor.authority();
    let officer = match child.shielding {
        Shielding::Shielded => actor.is(Role::ShieldingOfficer),
        Shielding::None => actor.is(Role::DataOfficer) || actor.is(Role::ShieldingOfficer),
    };
    own && officer
}
