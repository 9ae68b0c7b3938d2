//! What a column of a supplier's file can mean: the closed list. There is no meaning for a note, a result or an opinion (R4, R5).

use super::code::Code;

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The supplier's own key for the child.
    Key,
    /// Given name or names.
    GivenName,
    /// Further given names.
    MiddleNames,
    /// Family name.
    FamilyName,
    /// Whole name in one field: `FAMILY, Given` or `Given Family`.
    FullName,
    /// Given names used before.
    FormerGivenName,
    /// Family name used before, or beside the legal one.
    FormerFamilyName,
    /// Date of birth.
    Born,
    /// Gender.
    Gender,
    /// A line of the address; several in the order of the file.
    AddressLine,
    /// Whole address in one field, its lines separated by commas.
    Address,
    /// Postcode.
    Postcode,
    /// What the address is (L1).
    AddressState,
    /// Code of the authority in whose area the child lives.
    Authority,
    /// Given name of a carer.
    CarerGivenName,
    /// Family name of a carer.
    CarerFamilyName,
    /// Whole name of a carer.
    CarerName,
    /// Telephone number of a carer.
    CarerTelephone,
    /// E-mail address of a carer.
    CarerEmail,
    /// Code of the school.
    School,
    /// First day at the school.
    SchoolStart,
    /// Whether and how the child is educated (R19).
    EducationStatus,
    /// Code of the general practice.
    Practice,
    /// First day with the practice.
    PracticeStart,
    /// Whether and how the child reaches medical help (R19).
    PrimaryCareStatus,
    /// NHS number.
    NhsNumber,
    /// Unique pupil number.
    PupilNumber,
    /// Whether the source restricts its own record (C20).
    Restricted,
    /// On which ground a young adult stays (R22).
    StayGround,
    /// The day on which the young adult consented to stay, by their own consent (R22, R23).
    StayConsent,
    /// Whether the supplier still knows the child.
    Known,
    /// The last day on which the supplier knew the child: of leaving a school, or of closing a case.
    KnownUntil,
    /// The supplier's own key for an involvement.
    InvolvementKey,
    /// Code of the service.
    Service,
    /// Given name of the practitioner.
    PractitionerGivenName,
    /// Family name of the practitioner.
    PractitionerFamilyName,
    /// Whole name of the practitioner.
    PractitionerName,
    /// Job title of the practitioner.
    JobTitle,
    /// Organisation of the practitioner.
    Organisation,
    /// Work telephone number of the practitioner.
    Telephone,
    /// Work e-mail address of the practitioner.
    Email,
    /// First day of the involvement.
    Start,
    /// Last day of the involvement.
    End,
    /// Whether the practitioner is the lead professional (R16).
    Lead,
    /// Whether the practitioner holds an assessment (R17).
    Assessment,
    /// Who gave consent (R29).
    ConsentBy,
    /// The day consent was asked for.
    ConsentDay,
    /// What was judged of the child's understanding (C2).
    ConsentUnderstanding,
    /// What the child answered.
    ConsentChild,
    /// What a parent or carer answered.
    ConsentCarer,
    /// The supplier's reference to its evidence of consent.
    ConsentReference,
}

/// Which part of a row a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who the child is.
    Child,
    /// Who is working with the child.
    Involvement,
}

/// What else a mapping must or may say of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The forms of its dates.
    Dates,
    /// The meanings of its codes, of these.
    Codes(&'static [Code]),
    /// Perhaps the meanings of some special values.
    SpecialCodes(&'static [Code]),
    /// Perhaps which carer it is about.
    Carer,
}

const GENDERS: &[Code] = &[Code::Female, Code::Male, Code::Unspecified, Code::Unknown];
const EDUCATIONS: &[Code] = &[
    Code::Registered,
    Code::AtHome,
    Code::Otherwise,
    Code::NotRegistered,
    Code::Unknown,
];
const CARES: &[Code] = &[
    Code::Registered,
    Code::Otherwise,
    Code::NotRegistered,
    Code::Unknown,
];
const ADDRESSES: &[Code] = &[
    Code::Current,
    Code::LastKnown,
    Code::NoKnown,
    Code::LeftReturning,
    Code::LeftForGood,
    Code::Left,
    Code::Unknown,
];
const POSTCODES: &[Code] = &[Code::NoKnown, Code::Unknown];
const RESTRICTIONS: &[Code] = &[Code::Restricted, Code::Open];
const GROUNDS: &[Code] = &[
    Code::Guidance,
    Code::CareLeaver,
    Code::LearningDifficulties,
    Code::None,
    Code::Withdrawn,
];
const KNOWN: &[Code] = &[Code::Known, Code::Ended];
const LEADS: &[Code] = &[Code::Lead, Code::Member];
const ASSESSMENTS: &[Code] = &[Code::None, Code::Current, Code::Past];
const GIVERS: &[Code] = &[Code::Child, Code::Carer, Code::Both, Code::Nobody];
const JUDGEMENTS: &[Code] = &[Code::Presumed, Code::Understands, Code::DoesNotUnderstand];
const ANSWERS: &[Code] = &[Code::Agreed, Code::Refused, Code::None];

/// Meaning, word in a mapping, words in a fault, what else the mapping says of it. In the order of [`Meaning`].
const TABLE: [(Meaning, &str, &str, Needs); MEANINGS] = {
    use Meaning as M;
    use Needs::{Carer, Codes, Dates, Nothing, SpecialCodes};
    [
        (M::Key, "key", "supplier's key", Nothing),
        (M::GivenName, "given-name", "given name", Nothing),
        (M::MiddleNames, "middle-names", "middle names", Nothing),
        (M::FamilyName, "family-name", "family name", Nothing),
        (M::FullName, "full-name", "name", Nothing),
        (
            M::FormerGivenName,
            "former-given-name",
            "former given name",
            Nothing,
        ),
        (
            M::FormerFamilyName,
            "former-family-name",
            "former family name",
            Nothing,
        ),
        (M::Born, "born", "date of birth", Dates),
        (M::Gender, "gender", "gender", Codes(GENDERS)),
        (M::AddressLine, "address-line", "address line", Nothing),
        (M::Address, "address", "address", Nothing),
        (M::Postcode, "postcode", "postcode", SpecialCodes(POSTCODES)),
        (
            M::AddressState,
            "address-state",
            "state of the address",
            Codes(ADDRESSES),
        ),
        (M::Authority, "authority", "authority", Nothing),
        (
            M::CarerGivenName,
            "carer-given-name",
            "carer's given name",
            Carer,
        ),
        (
            M::CarerFamilyName,
            "carer-family-name",
            "carer's family name",
            Carer,
        ),
        (M::CarerName, "carer-name", "carer's name", Carer),
        (
            M::CarerTelephone,
            "carer-telephone",
            "carer's telephone number",
            Carer,
        ),
        (
            M::CarerEmail,
            "carer-email",
            "carer's e-mail address",
            Carer,
        ),
        (M::School, "school", "school", SpecialCodes(EDUCATIONS)),
        (
            M::SchoolStart,
            "school-start",
            "first day at the school",
            Dates,
        ),
        (
            M::EducationStatus,
            "education-status",
            "education status",
            Codes(EDUCATIONS),
        ),
        (
            M::Practice,
            "practice",
            "general practice",
            SpecialCodes(CARES),
        ),
        (
            M::PracticeStart,
            "practice-start",
            "first day with the practice",
            Dates,
        ),
        (
            M::PrimaryCareStatus,
            "primary-care-status",
            "primary care status",
            Codes(CARES),
        ),
        (M::NhsNumber, "nhs-number", "NHS number", Nothing),
        (M::PupilNumber, "upn", "unique pupil number", Nothing),
        (
            M::Restricted,
            "restricted",
            "restriction at the source",
            Codes(RESTRICTIONS),
        ),
        (
            M::StayGround,
            "stay-ground",
            "ground to stay after 18",
            Codes(GROUNDS),
        ),
        (
            M::StayConsent,
            "stay-consent",
            "day of the young adult's own consent",
            Dates,
        ),
        (
            M::Known,
            "known",
            "whether the child is still known",
            Codes(KNOWN),
        ),
        (M::KnownUntil, "known-until", "day of leaving", Dates),
        (
            M::InvolvementKey,
            "involvement-key",
            "key of the involvement",
            Nothing,
        ),
        (M::Service, "service", "service", Nothing),
        (
            M::PractitionerGivenName,
            "practitioner-given-name",
            "practitioner's given name",
            Nothing,
        ),
        (
            M::PractitionerFamilyName,
            "practitioner-family-name",
            "practitioner's family name",
            Nothing,
        ),
        (
            M::PractitionerName,
            "practitioner-name",
            "practitioner's name",
            Nothing,
        ),
        (M::JobTitle, "job-title", "job title", Nothing),
        (M::Organisation, "organisation", "organisation", Nothing),
        (M::Telephone, "telephone", "telephone number", Nothing),
        (M::Email, "email", "e-mail address", Nothing),
        (M::Start, "start", "first day", Dates),
        (M::End, "end", "last day", Dates),
        (M::Lead, "lead", "lead professional", Codes(LEADS)),
        (
            M::Assessment,
            "assessment",
            "assessment indicator",
            Codes(ASSESSMENTS),
        ),
        (
            M::ConsentBy,
            "consent-by",
            "giver of consent",
            Codes(GIVERS),
        ),
        (M::ConsentDay, "consent-day", "day of consent", Dates),
        (
            M::ConsentUnderstanding,
            "consent-understanding",
            "judgement of understanding",
            Codes(JUDGEMENTS),
        ),
        (
            M::ConsentChild,
            "consent-child",
            "child's answer",
            Codes(ANSWERS),
        ),
        (
            M::ConsentCarer,
            "consent-carer",
            "carer's answer",
            Codes(ANSWERS),
        ),
        (
            M::ConsentReference,
            "consent-reference",
            "reference of consent",
            Nothing,
        ),
    ]
};

/// How many meanings there are.
pub const MEANINGS: usize = 51;

impl Meaning {
    /// The meaning a word of a mapping names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Meaning> {
        TABLE.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    /// The word by which a mapping names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        TABLE.get(self.index()).map_or("", |row| row.1)
    }

    /// Every word that a mapping can use, in the order of meanings.
    pub fn words_in_mappings() -> impl Iterator<Item = &'static str> {
        TABLE.iter().map(|row| row.1)
    }

    /// Its place in the order of meanings.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// What the kind of value is called in a fault.
    #[must_use]
    pub fn words(self) -> &'static str {
        TABLE.get(self.index()).map_or("value", |row| row.2)
    }

    /// What else a mapping must or may say of such a column.
    #[must_use]
    pub fn needs(self) -> Needs {
        TABLE.get(self.index()).map_or(Needs::Nothing, |row| row.3)
    }

    /// Which part of the row it belongs to.
    #[must_use]
    pub fn part(self) -> Part {
        if self >= Meaning::InvolvementKey {
            Part::Involvement
        } else {
            Part::Child
        }
    }

    /// Whether it says where the child lives.
    #[must_use]
    pub fn is_of_home(self) -> bool {
        matches!(
            self,
            Meaning::AddressLine | Meaning::Address | Meaning::Postcode | Meaning::AddressState
        )
    }

    /// Whether one record may have several values of it, which belong together.
    #[must_use]
    pub fn can_have_parts(self) -> bool {
        matches!(
            self,
            Meaning::GivenName
                | Meaning::MiddleNames
                | Meaning::FormerGivenName
                | Meaning::FormerFamilyName
                | Meaning::AddressLine
                | Meaning::CarerGivenName
                | Meaning::PractitionerGivenName
                // Several marks of one record: the strictest counts.
                | Meaning::Restricted
        )
    }

    /// Whether several columns of one file may have it.
    #[must_use]
    pub fn is_repeatable(self) -> bool {
        matches!(
            self,
            Meaning::AddressLine
                | Meaning::MiddleNames
                | Meaning::FormerFamilyName
                | Meaning::CarerGivenName
                | Meaning::CarerFamilyName
                | Meaning::CarerName
                | Meaning::CarerTelephone
                | Meaning::CarerEmail
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_meanings() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(row.0.index(), place, "{}", row.1);
            assert_eq!(Meaning::parse(row.1), Some(row.0));
        }
    }

    #[test]
    fn r4_r5_no_column_can_mean_a_note() {
        for word in [
            "note",
            "comment",
            "risk",
            "assessment-text",
            "ethnicity",
            "photo",
        ] {
            assert_eq!(Meaning::parse(word), None);
        }
    }
}
