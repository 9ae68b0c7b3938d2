//! What one source said about a child: never changed, only followed by a later statement.

use crate::Date;
use crate::address::Residence;
use crate::involvement::{Involvement, SensitiveInvolvement};
use crate::name::{Carer, Gender, Name};
use crate::number::OtherNumber;
use crate::setting::{Education, PrimaryCare};
use crate::stay::Stay;
use crate::text::{SupplierCode, SupplierKey};

/// What one source said about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Who said it, and under which key of their own.
    pub source: Source,
    /// The first day they said exactly this.
    pub first_confirmed: Date,
    /// The last day they said exactly this.
    pub last_confirmed: Date,
    /// The day a later statement of the same source and key took its place. `None`: it stands.
    pub superseded: Option<Date>,
    /// What they said.
    pub said: Said,
}

/// A source: a supplier's row, or a practitioner's own entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    /// What kind of source, by which it is preferred for some fields.
    pub kind: SourceKind,
    /// The supplier.
    pub supplier: SupplierCode,
    /// The supplier's own key for the row.
    pub key: SupplierKey,
}

/// Kinds of source (R78, R79).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// The register of births.
    Births,
    /// NHS registrations.
    Nhs,
    /// Child benefit.
    ChildBenefit,
    /// The school census.
    Census,
    /// A local case management system.
    Local,
    /// A practitioner, in the directory itself.
    Practitioner,
    /// The directory itself, by a person's correction that stands over what sources say.
    Correction,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Who the child is and where.
    Particulars(Box<Particulars>),
    /// Who is working with the child.
    Involvement(Box<Involvement>),
    /// That a sensitive service is involved, by consent.
    Sensitive(Box<SensitiveInvolvement>),
}

/// Who the child is, as one row says. `None` or empty: the row did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The name.
    pub name: Option<Name>,
    /// Names the row says were used before.
    pub former_names: Vec<Name>,
    /// The date of birth.
    pub born: Option<Date>,
    /// The gender.
    pub gender: Option<Gender>,
    /// Where the child lives.
    pub residence: Option<Residence>,
    /// Parents and carers.
    pub carers: Vec<Carer>,
    /// Education.
    pub education: Option<Education>,
    /// Primary medical care.
    pub primary_care: Option<PrimaryCare>,
    /// Numbers other bodies gave.
    pub other_numbers: Vec<OtherNumber>,
    /// Of a young adult: their own consent to stay. It is in no view (C4).
    pub stay: Option<Stay>,
}

impl Statement {
    /// Whether it tells of a sensitive involvement, or may: of a row that does, who the child is is not kept, and empty particulars stand
    /// for it.
    #[must_use]
    pub fn may_be_sensitive(&self) -> bool {
        match &self.said {
            Said::Particulars(said) => **said == Particulars::default(),
            Said::Involvement(_) => false,
            Said::Sensitive(_) => true,
        }
    }

    /// The day it was last confirmed, as far as a day can know: a source that dates its word later is not believed the more.
    #[must_use]
    pub fn confirmed_by(&self, today: Date) -> Date {
        self.last_confirmed.min(today)
    }

    /// Whether it never stood, as far as can be told: the feed that said it was taken back, and it only guards a shielded child (F1).
    /// It is marked so by an end before its beginning, which nothing else has.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.superseded
            .is_some_and(|until| until < self.first_confirmed)
    }

    /// How fresh it is, to compare: last confirmed, then first said; then by source, so that any order of the same statements is
    /// the same view.
    pub(crate) fn freshness(&self, today: Date) -> (Date, Date, &str, &str) {
        let Source { supplier, key, .. } = &self.source;
        (
            self.confirmed_by(today),
            self.first_confirmed,
            supplier.as_str(),
            key.as_str(),
        )
    }
}

impl SourceKind {
    /// Every kind of source.
    pub const ALL: [SourceKind; 7] = [
        SourceKind::Births,
        SourceKind::Nhs,
        SourceKind::ChildBenefit,
        SourceKind::Census,
        SourceKind::Local,
        SourceKind::Practitioner,
        SourceKind::Correction,
    ];

    /// In words, as the record page names where an item comes from.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            SourceKind::Births => "the register of births",
            SourceKind::Nhs => "NHS registrations",
            SourceKind::ChildBenefit => "child benefit",
            SourceKind::Census => "the school census",
            SourceKind::Local => "the service's own system",
            SourceKind::Practitioner => "the practitioner",
            SourceKind::Correction => "the directory, by a correction",
        }
    }

    /// The code used in files and in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            SourceKind::Births => "births",
            SourceKind::Nhs => "nhs",
            SourceKind::ChildBenefit => "child-benefit",
            SourceKind::Census => "census",
            SourceKind::Local => "local",
            SourceKind::Practitioner => "practitioner",
            SourceKind::Correction => "correction",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<SourceKind> {
        SourceKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
