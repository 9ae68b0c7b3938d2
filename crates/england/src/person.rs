//! A child as they truly are, whatever suppliers say.

use jiff::civil::Date;

use crate::address::Address;
use crate::involvement::Involvement;
use crate::setting::Phase;

/// Recorded sex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Where a child learns (R19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Education {
    /// Below school age.
    NotYet,
    /// On the roll of a school.
    School {
        /// The school's code.
        code: u32,
        /// The school's kind.
        phase: Phase,
        /// First day on the roll.
        since: Date,
    },
    /// Taught at home, known to the authority.
    AtHome,
    /// Nowhere that any supplier knows of.
    Nowhere,
}

/// Why a young adult takes part after the 18th birthday (R22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Receives Connexions services, aged 18 or 19.
    Connexions,
    /// Has left care, up to the 25th birthday.
    CareLeaver,
    /// Has learning difficulties, up to the 25th birthday.
    LearningDifficulties,
}

/// A parent or another person who cares for the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carer {
    /// Given name.
    pub given: String,
    /// Family name now.
    pub family: String,
    /// Family name at birth, when another.
    pub former_family: Option<String>,
    /// Telephone of a range for drama.
    pub telephone: String,
}

/// A child or participating young adult, and the truth about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The number of the person, from 0.
    pub index: u64,
    /// The number of the family born into or, when placed or adopted, grown up in.
    pub family_number: u64,
    /// First given name; empty for the few who have one name only.
    pub given: String,
    /// Further given names with spaces between them; empty when none.
    pub middle: String,
    /// Family name now.
    pub family: String,
    /// First given name in the births register.
    pub birth_given: String,
    /// Family name in the births register.
    pub birth_family: String,
    /// A former family name, when it has changed.
    pub former_family: Option<String>,
    /// The name used at school when it is not the legal one, such as a stepfather's.
    pub preferred_family: Option<String>,
    /// Sex as recorded.
    pub sex: Sex,
    /// Date of birth.
    pub date_of_birth: Date,
    /// The number of the heritage in [`crate::heritages`].
    pub heritage: usize,
    /// Where the child lives.
    pub home: Address,
    /// Where the child lived before, and the day of the move.
    pub previous_home: Option<(Address, Date)>,
    /// Mother by birth, or as registered.
    pub mother: Carer,
    /// Father as registered.
    pub father: Option<Carer>,
    /// Who cares for the child now, main carer first.
    pub carers: Vec<Carer>,
    /// NHS number now.
    pub nhs_number: u64,
    /// The number that an adoption replaced.
    pub replaced_nhs_number: Option<u64>,
    /// Unique pupil number, from school age.
    pub upn: Option<String>,
    /// An earlier pupil number.
    pub former_upn: Option<String>,
    /// Where the child learns.
    pub education: Education,
    /// Code of the general practice; `None` when not registered.
    pub practice: Option<u32>,
    /// Services that work or worked with the child.
    pub involvements: Vec<Involvement>,
    /// 1 for a single birth, 2 for a twin, 3 for a triplet.
    pub born_together: u8,
    /// Born in England, and so in its births register.
    pub born_here: bool,
    /// Adopted: the names at birth must not meet the names now.
    pub adopted: bool,
    /// Looked after by the authority, at a carer's address.
    pub looked_after: bool,
    /// At risk if the place becomes known: would be shielded, case by case (R38).
    pub at_risk: bool,
    /// The ground on which a young adult takes part.
    pub ground: Option<Ground>,
}

impl Sex {
    /// The other sex.
    pub const fn other(self) -> Self {
        match self {
            Self::Female => Self::Male,
            Self::Male => Self::Female,
        }
    }
}

impl Person {
    /// Where the child was born, or lived first as far as is known.
    pub fn birth_home(&self) -> &Address {
        match &self.previous_home {
            Some((address, moved)) if *moved > self.date_of_birth => address,
            _ => &self.home,
        }
    }
}
