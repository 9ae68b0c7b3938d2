//! What can be wrong with a row or a value, under which rule, and how to put it right.

use directory::text::Why;

use super::format::Encoding;

/// What is wrong. Never carries the value itself (R28, Annex B 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// The value is not of its kind.
    Value(Why),
    /// Nothing was there, and the row is of no use without it.
    Missing,
    /// Not a day written in one of the forms that the mapping names.
    NotADay,
    /// A day after the day of the extract.
    AfterExtract,
    /// A last day before the first.
    EndBeforeStart,
    /// Not one of the codes that the mapping names.
    NotACode,
    /// The person is 25 or older: nobody of that age is in the directory.
    TooOld,
    /// The person is 18 or older, without their own consent to stay, or without a ground that still holds.
    OfAge,
    /// A young adult has taken back their consent to stay.
    StayWithdrawn,
    /// The source says a place of registration is known, and names none.
    NoPlace,
    /// A telephone number or e-mail address of nobody.
    NobodysContact,
    /// The row has more or fewer fields than the heading.
    Fields,
    /// A quote is not closed, or something follows a closing quote.
    Quotes,
    /// The row is longer than the limit.
    RowTooLong,
    /// A field is longer than the limit.
    FieldTooLong,
    /// A byte that is not UTF-8.
    Encoding {
        /// Its place in the file, from 0.
        byte: u64,
    },
    /// Bytes that are not text in the encoding of the file.
    NotText,
    /// Not JSON, or not the rows that the mapping says.
    NotJson,
    /// Not XML.
    NotXml,
    /// It ends before its end.
    CutShort,
    /// A document type: nothing is read that a file defines for itself.
    DocumentType,
    /// An entity that XML itself does not have.
    Entity,
    /// Deeper within each other than the limit.
    TooDeep,
    /// Not an object with members.
    NotARecord,
    /// Several values where there can be one.
    Repeated,
    /// More of a kind than the directory keeps, as of carers: those behind the last were left out.
    MoreThanTaken,
    /// Not of the kind of rows that the mapping is for.
    OtherKind,
    /// None of its columns is in the mapping.
    NotTheseColumns,
    /// The mapping does not name the column.
    UnknownColumn,
    /// The mapping does not name the column, and its name says that it holds case information.
    CaseColumn,
    /// An earlier row of the same child in this file says otherwise of the child: that one stands.
    DiffersFromEarlier,
    /// There is no consent by whoever has the right to give it.
    NoConsent,
    /// The service is not in the catalogue, or nobody has classified it.
    Unclassified,
    /// Whether the service is classified is not known where the file is checked.
    NotKnownHere,
    /// A sensitive service that has ended leaves no trace.
    SensitiveEnded,
    /// The source restricts its own record of the child in a way the mapping does not know: the record is protected.
    RestrictionNotACode,
    /// The source restricts its own record of the child, and the row was refused.
    RestrictedRefused,
}

impl Complaint {
    /// The same of a file in an encoding: of one that is not UTF-8 nobody can tell at which byte it is wrong.
    #[must_use]
    pub fn of_file_in(self, encoding: Encoding) -> Complaint {
        match self {
            Complaint::Encoding { .. } if encoding != Encoding::Utf8 => Complaint::NotText,
            other => other,
        }
    }

    /// The rule under which it is refused: of the project's specification, or `format`.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Complaint::Value(Why::RevealsSensitive)
            | Complaint::Unclassified
            | Complaint::NotKnownHere => "X13",
            Complaint::Value(Why::TooLong { .. } | Why::Character)
            | Complaint::FieldTooLong
            | Complaint::NotTheseColumns
            | Complaint::UnknownColumn
            | Complaint::CaseColumn => "R4",
            Complaint::NoConsent => "R28",
            Complaint::SensitiveEnded => "X4",
            Complaint::OfAge => "R22",
            Complaint::StayWithdrawn => "C8",
            Complaint::TooOld => "R23",
            Complaint::RestrictionNotACode | Complaint::RestrictedRefused => "C20",
            Complaint::NoPlace => "R19",
            Complaint::NobodysContact | Complaint::MoreThanTaken => "R12",
            Complaint::Value(Why::Missing | Why::Form(_))
            | Complaint::Missing
            | Complaint::NotADay
            | Complaint::AfterExtract
            | Complaint::EndBeforeStart
            | Complaint::NotACode
            | Complaint::Fields
            | Complaint::Quotes
            | Complaint::RowTooLong
            | Complaint::NotText
            | Complaint::NotJson
            | Complaint::NotXml
            | Complaint::CutShort
            | Complaint::DocumentType
            | Complaint::Entity
            | Complaint::TooDeep
            | Complaint::NotARecord
            | Complaint::Repeated
            | Complaint::OtherKind
            | Complaint::DiffersFromEarlier
            | Complaint::Encoding { .. } => "format",
        }
    }

    /// What is wrong, in words that follow the kind of value.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Complaint::Value(Why::Missing) | Complaint::Missing => "is missing",
            Complaint::Value(Why::TooLong { .. }) => "is longer than such a value can be",
            Complaint::Value(Why::Character) => "has a character that does not belong in it",
            Complaint::Value(Why::Form(_)) => "is not of its form",
            Complaint::Value(Why::RevealsSensitive) => "would reveal a sensitive service",
            Complaint::NotADay => "is not a day in the form that was agreed",
            Complaint::AfterExtract => "lies after the day of the extract",
            Complaint::EndBeforeStart => "lies after the last day",
            Complaint::NotACode => "is not one of the codes that were agreed",
            Complaint::TooOld => "makes the person 25 or older",
            Complaint::OfAge => {
                "makes the person 18 or older, without a ground that holds and their own consent to stay"
            }
            Complaint::StayWithdrawn => "says that consent to stay was taken back",
            Complaint::NoPlace => "says registered, and no place is named",
            Complaint::NobodysContact => "belongs to nobody who is named",
            Complaint::Fields => "has more or fewer fields than the heading",
            Complaint::Quotes => "has a quotation mark that is not closed",
            Complaint::RowTooLong => "is longer than a row can be",
            Complaint::FieldTooLong => "has a field longer than a field can be",
            Complaint::Encoding { .. } => "is not written in UTF-8",
            Complaint::NotText => "is not written in the encoding that was agreed",
            Complaint::NotJson => "is not the JSON that was agreed",
            Complaint::NotXml => "is not well-formed XML",
            Complaint::CutShort => "ends before its end",
            Complaint::DocumentType => "is a document type, which is never read",
            Complaint::Entity => "has an entity that XML itself does not have",
            Complaint::TooDeep => "is nested deeper than a row can be",
            Complaint::NotARecord => "is not an object with members",
            Complaint::Repeated => "has several values where there can be one",
            Complaint::MoreThanTaken => {
                "names more than the directory keeps, and the last were left out"
            }
            Complaint::OtherKind => "is not of the kind of rows that was agreed",
            Complaint::NotTheseColumns => "has no column that was agreed",
            Complaint::UnknownColumn => "is not in the agreed mapping",
            Complaint::CaseColumn => {
                "looks like case information, which this directory never takes"
            }
            Complaint::DiffersFromEarlier => {
                "says otherwise of the child than an earlier row with the same key"
            }
            Complaint::NoConsent => "was refused",
            Complaint::Unclassified => "is not in the catalogue of classified services",
            Complaint::NotKnownHere => "could not be looked up here",
            Complaint::SensitiveEnded => "was not taken",
            Complaint::RestrictionNotACode => "is not one of the codes that were agreed",
            Complaint::RestrictedRefused => "asks for protection and was refused",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            Complaint::Value(Why::Form(form)) => form,
            Complaint::Value(Why::Missing) | Complaint::Missing => "give it at the source",
            Complaint::Value(Why::TooLong { .. } | Why::Character) => {
                "give the value alone, without remarks"
            }
            Complaint::Value(Why::RevealsSensitive) => {
                "supply it under the sensitive service that it is, with consent"
            }
            Complaint::NotADay => "give the true day in the agreed form or name yours in `dates`",
            Complaint::AfterExtract => "give the true day in the agreed form",
            Complaint::EndBeforeStart => "give the true first and last day",
            Complaint::NotACode => "use an agreed code, or agree on this one",
            Complaint::TooOld => "leave out people of 25 and older, or put the date of birth right",
            Complaint::OfAge => {
                "leave the row out, or give the ground and the day of the young person's own consent; nothing of it was kept"
            }
            Complaint::StayWithdrawn => {
                "nothing of the row was kept, and what stood on the consent has ended; leave the person out from now on"
            }
            Complaint::NoPlace => "name the school or practice, or say that it is not known",
            Complaint::NobodysContact => "give the name of whom it belongs to",
            Complaint::Fields => "put fields that contain the separator in quotation marks",
            Complaint::Quotes => "double every quotation mark inside a quoted field",
            Complaint::RowTooLong | Complaint::FieldTooLong => {
                "give the agreed values alone, without remarks"
            }
            Complaint::Encoding { .. } | Complaint::NotText => {
                "write the file in UTF-8, or declare its encoding in its mapping, as encoding = \"windows-1252\""
            }
            Complaint::NotJson => {
                "nothing behind this place could be read, unless every line is a row of its own; write the file again"
            }
            Complaint::NotXml => {
                "nothing behind this place could be read; close every element by its own name, and write the file again"
            }
            Complaint::CutShort => {
                "nothing behind this place could be read; give the whole file, to its last bracket or element"
            }
            Complaint::DocumentType | Complaint::Entity => {
                "leave the document type out and write characters themselves"
            }
            Complaint::TooDeep | Complaint::NotARecord => "give the agreed rows alone",
            Complaint::Repeated => "give the one that holds on the day of the extract",
            Complaint::MoreThanTaken => "put first who is to be named",
            Complaint::OtherKind => "leave such rows out of the extract",
            Complaint::NotTheseColumns => "is it another supplier's file?",
            Complaint::UnknownColumn => {
                "leave it out of the extract, as contactpoint supply strip does, or agree on what it means"
            }
            Complaint::CaseColumn => {
                "leave it out of the extract, as contactpoint supply strip does"
            }
            Complaint::DiffersFromEarlier => {
                "the earlier row stands; give the same details in every row of a child"
            }
            Complaint::NoConsent => "nothing of it was kept; see the rule in the supplier's guide",
            Complaint::Unclassified => "ask the authority to classify the service first",
            Complaint::NotKnownHere => {
                "check again with the list of services that the directory gives its suppliers"
            }
            Complaint::SensitiveEnded => "nothing of it was kept; leave such rows out",
            Complaint::RestrictionNotACode => {
                "the record is protected until an officer decides; use an agreed code"
            }
            Complaint::RestrictedRefused => {
                "tell the shielding officers about this row today, then put it right"
            }
        }
    }
}
