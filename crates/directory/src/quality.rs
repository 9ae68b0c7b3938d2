//! What is counted of the records, for those who look after the data: what may be wrong, old or missing, never of whom (R81, F10).

use crate::Date;
use crate::child::{Child, Item, Provenance};
use crate::involvement::Period;
use crate::lifecycle::{Standing, age_on, is_stale_on, standing_on};
use crate::record::{Record, Shielding};
use crate::setting::PlaceKind;
use crate::statement::{Said, SourceKind};
use crate::text::{PlaceCode, SupplierCode};

/// The age from which a child is expected at school, in years.
const SCHOOL_FROM_YEARS: i16 = 5;
/// The birthday from which no longer, in years.
const SCHOOL_UNTIL_YEARS: i16 = 16;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Children.
    Children,
    /// Rows in doubt.
    RowsToReview,
    /// Another record may be of the same child.
    SuspectedDuplicates,
    /// No source says when the child was born.
    BornNotKnown,
    /// No source says how a child is educated.
    SchoolNotKnown,
    /// The school's code is of none that is known.
    SchoolNotListed,
    /// No source says of a practice, nor that there is none.
    PracticeNotKnown,
    /// The practice's code is of none that is known.
    PracticeNotListed,
    /// The address was not confirmed for a year.
    AddressOld,
    /// Somebody is said to work with the child, and nobody has confirmed it for a year.
    ContactOld,
    /// Nobody is recorded as working with the child.
    NobodyInvolved,
}

/// Something that counts for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// As what.
    pub measure: Measure,
    /// Of which suppliers' figures it is a part too.
    pub suppliers: Vec<SupplierCode>,
}

/// What counts for a record on a day; `is_listed` says whether a school or practice is known.
///
/// For a shielded record nothing does, whatever is on it: it is in no figure (X2). Nor does anything of a sensitive involvement: a child
/// of whom only sensitive services know counts as one with whom nobody is recorded as working (X4).
#[must_use]
pub fn noted(
    (record, child): (&Record, &Child),
    is_listed: &dyn Fn(PlaceKind, &PlaceCode) -> bool,
    today: Date,
) -> Vec<Noted> {
    let born = child.born.as_ref().map(|born| born.value);
    let is_live = standing_on(record, born, today) == Standing::Live && child.name.is_some();
    if record.shielding() == Shielding::Shielded || !is_live {
        return Vec::new();
    }
    let quiet = quiet(record);
    let mut noted = vec![Noted {
        measure: Measure::Children,
        suppliers: speaking(record, &quiet),
    }];
    noted.extend(
        born.is_none()
            .then_some(Noted::of_nobody(Measure::BornNotKnown)),
    );
    noted.extend(of_duplicates(record, &quiet));
    noted.extend(of_places((child, born), is_listed, today));
    noted.extend(of_contacts(child, today));
    for one in &mut noted {
        one.suppliers.retain(|supplier| !quiet.contains(supplier));
    }
    noted
}

/// The suppliers that said something sensitive of the child: that they say anything is not counted.
fn quiet(record: &Record) -> Vec<SupplierCode> {
    let sensitive = record
        .statements
        .iter()
        .filter(|statement| matches!(statement.said, Said::Sensitive(_)));
    sensitive
        .map(|statement| statement.source.supplier.clone())
        .collect()
}

fn speaking(record: &Record, quiet: &[SupplierCode]) -> Vec<SupplierCode> {
    let standing = record.standing().map(|statement| &statement.source);
    let mut suppliers: Vec<SupplierCode> = standing
        .filter(|source| is_supplier(source.kind) && !quiet.contains(&source.supplier))
        .map(|source| source.supplier.clone())
        .collect();
    suppliers.sort_unstable();
    suppliers.dedup();
    suppliers
}

/// Whether another record waits beside this one. That it is shielded meanwhile changes nothing here, and so tells nothing (X2).
fn of_duplicates(record: &Record, quiet: &[SupplierCode]) -> Option<Noted> {
    (!record.suspects().is_empty()).then(|| Noted {
        measure: Measure::SuspectedDuplicates,
        suppliers: speaking(record, quiet),
    })
}

fn of_places(
    (child, born): (&Child, Option<Date>),
    is_listed: &dyn Fn(PlaceKind, &PlaceCode) -> bool,
    today: Date,
) -> Vec<Noted> {
    let school_age = born
        .map(|born| age_on(born, today))
        .is_some_and(|age| (SCHOOL_FROM_YEARS..SCHOOL_UNTIL_YEARS).contains(&age));
    let school = match &child.education {
        None => school_age.then_some(Noted::of_nobody(Measure::SchoolNotKnown)),
        Some(item) => item
            .value
            .place()
            .filter(|code| !is_listed(PlaceKind::School, code))
            .map(|_| Noted::said(Measure::SchoolNotListed, item)),
    };
    let practice = match &child.primary_care {
        None => Some(Noted::of_nobody(Measure::PracticeNotKnown)),
        Some(item) => item
            .value
            .place()
            .filter(|code| !is_listed(PlaceKind::Practice, code))
            .map(|_| Noted::said(Measure::PracticeNotListed, item)),
    };
    school.into_iter().chain(practice).collect()
}

fn of_contacts(child: &Child, today: Date) -> Vec<Noted> {
    let address = child.residence.iter();
    let is_old = |one: &Provenance| one.last_confirmed.is_some_and(|on| is_stale_on(on, today));
    let address = address.filter(|item| is_old(&item.provenance));
    let mut noted: Vec<Noted> = address
        .map(|item| Noted::said(Measure::AddressOld, item))
        .collect();
    let mut current = child
        .involvements
        .iter()
        .filter(|item| matches!(item.value.period, Period::Current { .. }))
        .peekable();
    if current.peek().is_none() {
        noted.push(Noted::of_nobody(Measure::NobodyInvolved));
    }
    let mut old = Vec::new();
    for item in current.filter(|item| is_old(&item.provenance)) {
        old.push(Noted::said(Measure::ContactOld, item));
    }
    if let Some(mut first) = old.pop() {
        let others = old.into_iter().flat_map(|one| one.suppliers);
        first.suppliers.extend(others);
        first.suppliers.sort_unstable();
        first.suppliers.dedup();
        noted.push(first);
    }
    noted
}

fn is_supplier(kind: SourceKind) -> bool {
    !matches!(kind, SourceKind::Practitioner | SourceKind::Correction)
}

impl Noted {
    fn of_nobody(measure: Measure) -> Noted {
        Noted {
            measure,
            suppliers: Vec::new(),
        }
    }

    fn said<T>(measure: Measure, item: &Item<T>) -> Noted {
        let provenance = &item.provenance;
        // Of a source that is not told nothing is counted (R31).
        let is_told = is_supplier(provenance.kind) && provenance.last_confirmed.is_some();
        let supplier = is_told.then(|| provenance.supplier.clone());
        Noted {
            measure,
            suppliers: supplier.into_iter().collect(),
        }
    }
}

impl Measure {
    /// Every measure, in the order in which they are listed.
    pub const ALL: [Measure; 11] = [
        Measure::Children,
        Measure::RowsToReview,
        Measure::SuspectedDuplicates,
        Measure::BornNotKnown,
        Measure::SchoolNotKnown,
        Measure::SchoolNotListed,
        Measure::PracticeNotKnown,
        Measure::PracticeNotListed,
        Measure::AddressOld,
        Measure::ContactOld,
        Measure::NobodyInvolved,
    ];

    /// The code used in addresses and tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Measure::Children => "children",
            Measure::RowsToReview => "rows-to-review",
            Measure::SuspectedDuplicates => "suspected-duplicates",
            Measure::BornNotKnown => "born-not-known",
            Measure::SchoolNotKnown => "school-not-known",
            Measure::SchoolNotListed => "school-not-listed",
            Measure::PracticeNotKnown => "practice-not-known",
            Measure::PracticeNotListed => "practice-not-listed",
            Measure::AddressOld => "address-old",
            Measure::ContactOld => "contact-old",
            Measure::NobodyInvolved => "nobody-involved",
        }
    }

    /// The measure of a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Measure> {
        Measure::ALL.into_iter().find(|one| one.code() == code)
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Measure::Children => "Children",
            Measure::RowsToReview => "Rows in doubt",
            Measure::SuspectedDuplicates => "Suspected duplicates",
            Measure::BornNotKnown => "Date of birth not known",
            Measure::SchoolNotKnown => "School not known",
            Measure::SchoolNotListed => "School not in the register",
            Measure::PracticeNotKnown => "Practice not known",
            Measure::PracticeNotListed => "Practice not in the register",
            Measure::AddressOld => "Address not confirmed",
            Measure::ContactOld => "Contact not confirmed",
            Measure::NobodyInvolved => "Nobody involved",
        }
    }

    /// What is counted, in a sentence.
    #[must_use]
    pub fn definition(self) -> &'static str {
        match self {
            Measure::Children => "Records of the directory that are not shielded and not archived.",
            Measure::RowsToReview => {
                "Supplied rows that may be of a child who is known already, and wait for a data officer."
            }
            Measure::SuspectedDuplicates => {
                "Records that may be of a child who has another record as well, and wait for a data officer."
            }
            Measure::BornNotKnown => {
                "Children of whom no source says when they were born: nobody can tell when they turn 18."
            }
            Measure::SchoolNotKnown => {
                "Children from 5 to 15 years old of whom no source says how they are educated."
            }
            Measure::SchoolNotListed => {
                "Children whose school has a code that is not in the register of schools."
            }
            Measure::PracticeNotKnown => {
                "Children of whom no source says with which general practice they are, nor that they are with none."
            }
            Measure::PracticeNotListed => {
                "Children whose general practice has a code that is not in the register of practices."
            }
            Measure::AddressOld => {
                "Children whose address no source has confirmed for over 12 months."
            }
            Measure::ContactOld => {
                "Children with somebody recorded as working with them whom no source has confirmed for over 12 months."
            }
            Measure::NobodyInvolved => {
                "Children with whom nobody is recorded as working now. School and general practice are not counted as that."
            }
        }
    }

    /// Whether it is counted by supplier too: not what nobody says, and not the rows that wait. Of rows with a guessed postcode their number
    /// would confirm what is hidden of a shielded child, as those that are held are not among them (R44, X2).
    #[must_use]
    pub fn is_by_supplier(self) -> bool {
        !matches!(
            self,
            Measure::BornNotKnown
                | Measure::SchoolNotKnown
                | Measure::PracticeNotKnown
                | Measure::NobodyInvolved
                | Measure::RowsToReview
        )
    }
}

#[cfg(test)]
#[path = "quality_tests.rs"]
mod tests;
