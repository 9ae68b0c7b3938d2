//! What a supplier says of a child, mistakes included.

use jiff::civil::Date;

use crate::address::Address;
use crate::calendar::days_between;
use crate::mistakes;
use crate::person::{Person, Sex};
use crate::random::Random;

/// Something in a row that is not as it truly is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A slip of the fingers in a name.
    Typing = 0,
    /// A name spelt by ear.
    Phonetic = 1,
    /// Day and month in each other's place.
    DayMonthSwapped = 2,
    /// Given and family name in each other's place.
    Transposed = 3,
    /// A short or pet name.
    Nickname = 4,
    /// Accents left out.
    AccentDropped = 5,
    /// "Baby" or "Infant" for the given name.
    Placeholder = 6,
    /// A name from before adoption, remarriage or another change.
    FormerName = 7,
    /// An address lived at before.
    OldAddress = 8,
    /// No date of birth.
    DateMissing = 9,
    /// No address or postcode.
    AddressMissing = 10,
    /// Sex left out or "not specified".
    SexMissing = 11,
    /// The other twin's given name.
    TwinConfused = 12,
    /// A second row for the same child and supplier, under another key.
    Duplicate = 13,
    /// An NHS number that has been replaced.
    ReplacedNumber = 14,
}

/// The names of the faults as the truth files write them, in order.
pub const FAULT_NAMES: [&str; 15] = [
    "typing",
    "phonetic",
    "day_month_swapped",
    "transposed",
    "nickname",
    "accent_dropped",
    "placeholder",
    "former_name",
    "old_address",
    "date_missing",
    "address_missing",
    "sex_missing",
    "twin_confused",
    "duplicate",
    "replaced_number",
];

/// A set of faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub u16);

/// How often a supplier gets things wrong, in ten thousand rows (or chances to).
#[derive(Clone, Copy, Debug)]
pub struct Quality {
    /// Typing errors.
    pub typing: u32,
    /// Names by ear.
    pub phonetic: u32,
    /// Day and month swapped.
    pub swapped: u32,
    /// Names transposed.
    pub transposed: u32,
    /// Short names.
    pub nickname: u32,
    /// Accents dropped, of names that have any.
    pub accents: u32,
    /// Former names kept, of names that have changed.
    pub former_name: u32,
    /// Old addresses kept, of children who have moved within three years; a quarter as often before that.
    pub old_address: u32,
    /// Dates of birth missing.
    pub date_missing: u32,
    /// Addresses missing.
    pub address_missing: u32,
    /// Sex missing.
    pub sex_missing: u32,
    /// NHS number known, where the feed has a column for it.
    pub number_known: u32,
    /// Second rows.
    pub duplicate: u32,
}

/// What a supplier says of a child.
#[derive(Clone, Debug)]
pub struct Said {
    /// Given name.
    pub given: String,
    /// Further given names.
    pub middle: String,
    /// Family name.
    pub family: String,
    /// Former family name, when the supplier knows.
    pub former_family: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<Date>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Address.
    pub address: Option<Address>,
    /// NHS number.
    pub nhs_number: Option<u64>,
    /// Everything that is wrong.
    pub faults: Faults,
}

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        self.0 |= 1_u16.wrapping_shl(fault as u32);
    }
}

/// What the births register says, before any mistake.
pub fn at_birth(person: &Person) -> Said {
    Said {
        given: person.birth_given.clone(),
        middle: person.middle.clone(),
        family: person.birth_family.clone(),
        former_family: None,
        date_of_birth: Some(person.date_of_birth),
        sex: Some(person.sex),
        address: Some(person.birth_home().clone()),
        nhs_number: Some(person.replaced_nhs_number.unwrap_or(person.nhs_number)),
        faults: faults_of_time(person),
    }
}

/// What is true today, before any mistake.
pub fn today(person: &Person) -> Said {
    Said {
        given: person.given.clone(),
        middle: person.middle.clone(),
        family: person.family.clone(),
        former_family: person.former_family.clone(),
        date_of_birth: Some(person.date_of_birth),
        sex: Some(person.sex),
        address: Some(person.home.clone()),
        nhs_number: Some(person.nhs_number),
        faults: Faults::default(),
    }
}

impl Said {
    /// Lets a supplier of this quality get things wrong on a day.
    pub fn muddle(&mut self, person: &Person, quality: &Quality, drawn: (Date, &mut Random)) {
        let (day, random) = drawn;
        self.muddle_age(person, quality, (day, random));
        self.muddle_names(quality, random);
        if random.chance(quality.swapped)
            && let Some(swapped) = self
                .date_of_birth
                .and_then(mistakes::day_month_swapped)
                .filter(|date| *date <= day)
        {
            self.date_of_birth = Some(swapped);
            self.faults.add(Fault::DayMonthSwapped);
        }
        if random.chance(quality.date_missing) {
            self.date_of_birth = None;
            self.faults.add(Fault::DateMissing);
        }
        if random.chance(quality.address_missing) {
            self.address = None;
            self.faults.add(Fault::AddressMissing);
        }
        if random.chance(quality.sex_missing) {
            self.sex = None;
            self.faults.add(Fault::SexMissing);
        }
        if !random.chance(quality.number_known) {
            self.nhs_number = None;
        }
    }

    /// What was true once: former names, old addresses, a baby not yet named.
    fn muddle_age(&mut self, person: &Person, quality: &Quality, drawn: (Date, &mut Random)) {
        const RECENT_DAYS: i32 = 1_100;
        const NEWBORN_DAYS: i32 = 60;
        let (day, random) = drawn;
        if let Some(former) = person
            .former_family
            .as_ref()
            .filter(|_| random.chance(quality.former_name) && !person.adopted)
        {
            self.family.clone_from(former);
            self.former_family = None;
            self.faults.add(Fault::FormerName);
        }
        if let Some((address, moved)) = person.previous_home.as_ref().filter(|_| !person.adopted) {
            let recent = days_between(*moved, day) < RECENT_DAYS;
            let kept = if recent {
                quality.old_address
            } else {
                quality.old_address / 4
            };
            if random.chance(kept) {
                self.address = Some(address.clone());
                self.faults.add(Fault::OldAddress);
            }
        }
        let newborn = days_between(person.date_of_birth, day) < NEWBORN_DAYS;
        if random.chance(if newborn {
            quality.nickname.saturating_mul(6)
        } else {
            quality.nickname / 5
        }) {
            self.given = if random.chance(6_500) {
                "Baby"
            } else {
                "Infant"
            }
            .to_owned();
            self.middle.clear();
            self.faults.add(Fault::Placeholder);
        }
    }

    fn muddle_names(&mut self, quality: &Quality, random: &mut Random) {
        if random.chance(quality.nickname)
            && let Some(short) = mistakes::nickname(&self.given, random)
        {
            self.given = short;
            self.faults.add(Fault::Nickname);
        }
        if random.chance(quality.accents)
            && !(self.given.is_ascii() && self.family.is_ascii() && self.middle.is_ascii())
        {
            for name in [&mut self.given, &mut self.middle, &mut self.family] {
                *name = mistakes::without_accents(name);
            }
            self.faults.add(Fault::AccentDropped);
        }
        if random.chance(quality.typing) {
            self.spoil(mistakes::mistyped, Fault::Typing, random);
        }
        if random.chance(quality.phonetic) {
            self.spoil(mistakes::misheard, Fault::Phonetic, random);
        }
        if random.chance(quality.transposed) {
            std::mem::swap(&mut self.given, &mut self.family);
            self.faults.add(Fault::Transposed);
        }
    }

    fn spoil(&mut self, wrong: fn(&str, &mut Random) -> String, fault: Fault, random: &mut Random) {
        let name = if random.chance(5_000) {
            &mut self.given
        } else {
            &mut self.family
        };
        let spoilt = wrong(name, random);
        if spoilt != *name {
            *name = spoilt;
            self.faults.add(fault);
        }
    }
}

/// What the register of births cannot know: names and addresses since.
fn faults_of_time(person: &Person) -> Faults {
    let mut faults = Faults::default();
    if person.birth_family != person.family || person.birth_given != person.given {
        faults.add(Fault::FormerName);
    }
    if person.birth_home() != &person.home {
        faults.add(Fault::OldAddress);
    }
    if person.replaced_nhs_number.is_some() {
        faults.add(Fault::ReplacedNumber);
    }
    faults
}
