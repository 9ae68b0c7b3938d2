//! The closed meanings that a supplier's codes can have.

/// What a code of a supplier's list means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Not known: as if nothing were there.
    Unknown,
    /// Female.
    Female,
    /// Male.
    Male,
    /// Stated to be unspecified (L1).
    Unspecified,
    /// On the roll of a school, on the list of a practice.
    Registered,
    /// Educated at home.
    AtHome,
    /// Educated, or medically cared for, in another way.
    Otherwise,
    /// Stated not to be registered anywhere.
    NotRegistered,
    /// The address is where the child lives.
    Current,
    /// The address is the last known one.
    LastKnown,
    /// There is no known address.
    NoKnown,
    /// Left England, meaning to return.
    LeftReturning,
    /// Left England, not meaning to return.
    LeftForGood,
    /// Left England; whether to return is not known.
    Left,
    /// The source restricts its own record (C20).
    Restricted,
    /// The source does not restrict its own record.
    Open,
    /// A young adult who receives guidance of the kind Connexions gave, until the 20th birthday (R22).
    Guidance,
    /// A young adult who has left care (R22).
    CareLeaver,
    /// A young adult with learning difficulties (R22).
    LearningDifficulties,
    /// A young adult has taken back their consent to stay (R23, C8).
    Withdrawn,
    /// Known to the supplier.
    Known,
    /// Known no longer: left, or closed.
    Ended,
    /// The lead professional (R16).
    Lead,
    /// Not the lead professional.
    Member,
    /// There is no assessment (R17).
    None,
    /// There was an assessment.
    Past,
    /// Given by the child.
    Child,
    /// Given by a parent or carer.
    Carer,
    /// Given by both.
    Both,
    /// Given by nobody.
    Nobody,
    /// Agreed.
    Agreed,
    /// Refused.
    Refused,
    /// Understanding is presumed from the age (C2).
    Presumed,
    /// Judged to understand.
    Understands,
    /// Judged not to understand.
    DoesNotUnderstand,
}

const WORDS: [(&str, Code); 35] = [
    ("unknown", Code::Unknown),
    ("female", Code::Female),
    ("male", Code::Male),
    ("unspecified", Code::Unspecified),
    ("registered", Code::Registered),
    ("at-home", Code::AtHome),
    ("otherwise", Code::Otherwise),
    ("not-registered", Code::NotRegistered),
    ("current", Code::Current),
    ("last-known", Code::LastKnown),
    ("no-known", Code::NoKnown),
    ("left-returning", Code::LeftReturning),
    ("left-for-good", Code::LeftForGood),
    ("left", Code::Left),
    ("restricted", Code::Restricted),
    ("open", Code::Open),
    ("guidance", Code::Guidance),
    ("care-leaver", Code::CareLeaver),
    ("learning-difficulties", Code::LearningDifficulties),
    ("withdrawn", Code::Withdrawn),
    ("known", Code::Known),
    ("ended", Code::Ended),
    ("lead", Code::Lead),
    ("member", Code::Member),
    ("none", Code::None),
    ("past", Code::Past),
    ("child", Code::Child),
    ("carer", Code::Carer),
    ("both", Code::Both),
    ("nobody", Code::Nobody),
    ("agreed", Code::Agreed),
    ("refused", Code::Refused),
    ("presumed", Code::Presumed),
    ("understands", Code::Understands),
    ("does-not-understand", Code::DoesNotUnderstand),
];

impl Code {
    /// The meaning a word names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Code> {
        WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, code)| *code)
    }

    /// The word that names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(_, code)| *code == self)
            .map_or("", |(word, _)| word)
    }
}
