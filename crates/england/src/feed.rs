//! The suppliers' feeds.

/// A file of rows about children from one supplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Feed {
    /// General Register Office: births.
    Births,
    /// NHS registrations with general practices.
    Nhs,
    /// Child benefit.
    ChildBenefit,
    /// School census, and the authorities' lists of children taught at home.
    Census,
    /// Children's social care.
    SocialCare,
    /// Early help, children's centres, youth service.
    EarlyHelp,
    /// Health visiting, school nursing and other community health.
    HealthVisiting,
    /// Youth offending service and police.
    YouthJustice,
    /// Housing.
    Housing,
    /// Education welfare, special needs, mentors, colleges.
    EducationWelfare,
    /// Voluntary organisations.
    Voluntary,
    /// Mental health: sensitive.
    MentalHealth,
    /// Sexual health: sensitive.
    SexualHealth,
    /// Drugs and alcohol: sensitive.
    SubstanceMisuse,
}

impl Feed {
    /// All feeds, in the order they are opened.
    pub const ALL: [Self; 14] = [
        Self::Births,
        Self::Nhs,
        Self::ChildBenefit,
        Self::Census,
        Self::SocialCare,
        Self::EarlyHelp,
        Self::HealthVisiting,
        Self::YouthJustice,
        Self::Housing,
        Self::EducationWelfare,
        Self::Voluntary,
        Self::MentalHealth,
        Self::SexualHealth,
        Self::SubstanceMisuse,
    ];

    /// The name of its file without `.csv`.
    pub const fn file_stem(self) -> &'static str {
        match self {
            Self::Births => "births",
            Self::Nhs => "nhs",
            Self::ChildBenefit => "child_benefit",
            Self::Census => "census",
            Self::SocialCare => "social_care",
            Self::EarlyHelp => "early_help",
            Self::HealthVisiting => "health_visiting",
            Self::YouthJustice => "youth_justice",
            Self::Housing => "housing",
            Self::EducationWelfare => "education_welfare",
            Self::Voluntary => "voluntary",
            Self::MentalHealth => "mental_health",
            Self::SexualHealth => "sexual_health",
            Self::SubstanceMisuse => "substance_misuse",
        }
    }

    /// The feed whose file has this name without `.csv`.
    pub fn of_file_stem(stem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feed| feed.file_stem() == stem)
    }
}
