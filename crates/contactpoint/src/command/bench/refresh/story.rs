//! What sources say of a shielded child afterwards: the refreshes by which shielded children were found in 2009 (F1).

use directory::address::{Address, AddressState, Residence};
use directory::name::{Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Restriction, Row, Supplier};
use directory::text::{AddressLine, NamePart, Postcode, SupplierCode, SupplierKey, postcode};
use directory::{Date, text};
use england::{Domain, England, Person, Random, Sex, mistakes};
use jiff::ToSpan as _;

/// The fewest and the most refreshes of one child.
const REFRESHES: (i32, i32) = (2, 6);
/// How often a source knows the NHS number, in ten thousand rows.
const NUMBER_KNOWN: u32 = 5_000;
/// How many days lie between two refreshes.
const DAYS_BETWEEN: i64 = 30;
/// Letters of postcodes that nobody lives in.
const LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// What is different in one refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refresh {
    /// The same words again.
    Again,
    /// A slip of the fingers in a name.
    Misspelt,
    /// A name spelt by ear.
    ByEar,
    /// A short name.
    Nickname,
    /// Day and month in each other's place.
    DayMonth,
    /// Given and family name in each other's place.
    Transposed,
    /// Without a date of birth.
    Dateless,
    /// Another address, from now on.
    Moved,
    /// Another family name, from now on; the source says the former one.
    Renamed,
    /// The same source, under another key from now on.
    Rekeyed,
    /// Another source.
    NewSupplier,
    /// Two rows under two keys.
    Split,
    /// Back under its first key, as when a source joins its two records of one child.
    Merged,
    /// What stood before the shield, drawn then.
    Restored,
}

impl Refresh {
    /// Every one.
    pub const ALL: [Refresh; 14] = [
        Refresh::Again,
        Refresh::Misspelt,
        Refresh::ByEar,
        Refresh::Nickname,
        Refresh::DayMonth,
        Refresh::Transposed,
        Refresh::Dateless,
        Refresh::Moved,
        Refresh::Renamed,
        Refresh::Rekeyed,
        Refresh::NewSupplier,
        Refresh::Split,
        Refresh::Merged,
        Refresh::Restored,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Refresh::Again => "again",
            Refresh::Misspelt => "misspelt",
            Refresh::ByEar => "spelt by ear",
            Refresh::Nickname => "short name",
            Refresh::DayMonth => "day and month swapped",
            Refresh::Transposed => "names transposed",
            Refresh::Dateless => "no date of birth",
            Refresh::Moved => "moved",
            Refresh::Renamed => "renamed",
            Refresh::Rekeyed => "under another key",
            Refresh::NewSupplier => "another source",
            Refresh::Split => "split in two",
            Refresh::Merged => "joined again",
            Refresh::Restored => "restored",
        }
    }
}

/// A row, by whom, and what was different in it.
#[derive(Clone, Debug)]
pub struct Said {
    /// Which of the [`suppliers`].
    pub supplier: usize,
    /// The row.
    pub row: Row,
    /// What is different in it.
    pub refresh: Refresh,
}

/// Who supplies: the first said the child was there, and restricts it; the others come later.
pub fn suppliers() -> Vec<Supplier> {
    let of = |code: &str, kind| {
        SupplierCode::parse(code)
            .ok()
            .map(|code| Supplier { code, kind })
    };
    [
        of("nhs", SourceKind::Nhs),
        of("census", SourceKind::Census),
        of("child-benefit", SourceKind::ChildBenefit),
        of("local-01", SourceKind::Local),
        of("local-02", SourceKind::Local),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What is known of a child as a story goes on.
struct Known {
    index: u64,
    given: String,
    family: String,
    former: Option<String>,
    born: Date,
    sex: Sex,
    number: u64,
    key: u32,
    home: u32,
    supplier: usize,
    confirmed: Date,
}

/// The row by which a child is known, restricted at its source (C20) when `restriction` says so.
pub fn first(person: &Person, on: Date, restriction: Restriction) -> Option<Row> {
    let known = Known::of(person, on);
    let mut row = known.row(true)?;
    row.restriction = restriction;
    row.particulars.residence = residence(&person.home.line, &person.home.postcode);
    Some(row)
}

/// A child's refreshes, in their order.
pub fn story(england: &England, person: &Person, from: Date) -> Vec<Said> {
    let mut random = Random::new(england.options().seed, Domain::Query, person.index);
    let mut known = Known::of(person, from);
    let count = random.between(REFRESHES.0, REFRESHES.1);
    let children = u32::try_from(england.options().children).unwrap_or(u32::MAX);
    let mut said = Vec::new();
    for _ in 0..count {
        let Some(refresh) = random.choose(&Refresh::ALL).copied() else {
            break;
        };
        let other = england.child(u64::from(random.below(children)));
        let another_name = other.map(|other| other.family).unwrap_or_default();
        said.extend(known.refresh(person, (refresh, another_name), &mut random));
    }
    said
}

impl Known {
    fn of(person: &Person, on: Date) -> Known {
        Known {
            index: person.index,
            given: person.given.clone(),
            family: person.family.clone(),
            former: None,
            born: person.date_of_birth,
            sex: person.sex,
            number: person.nhs_number,
            key: 0,
            home: 0,
            supplier: 0,
            confirmed: on,
        }
    }

    fn refresh(
        &mut self,
        person: &Person,
        (refresh, another_name): (Refresh, String),
        random: &mut Random,
    ) -> Vec<Said> {
        self.confirmed = later(self.confirmed);
        self.last_from_now_on(refresh, another_name, random);
        let has_number = random.chance(NUMBER_KNOWN);
        let mut row = match refresh {
            Refresh::Restored => {
                let mut row = self.row(has_number);
                if let Some(row) = &mut row {
                    row.particulars.name = name(&person.given, &person.family);
                    row.particulars.former_names.clear();
                    row.confirmed = earlier(self.confirmed);
                }
                row
            }
            _ => self.row(has_number),
        };
        if let Some(row) = &mut row {
            muddle(&mut row.particulars, self, (refresh, random));
        }
        let mut rows: Vec<Row> = row.into_iter().collect();
        if refresh == Refresh::Split {
            let half = self.half();
            rows.extend(half);
        }
        rows.into_iter()
            .map(|row| Said {
                supplier: self.supplier,
                row,
                refresh,
            })
            .collect()
    }

    /// What a refresh changes for good.
    fn last_from_now_on(&mut self, refresh: Refresh, another_name: String, random: &mut Random) {
        match refresh {
            Refresh::Moved => self.home = self.home.saturating_add(1),
            Refresh::Renamed if another_name != self.family && !another_name.is_empty() => {
                self.former = Some(std::mem::replace(&mut self.family, another_name));
            }
            Refresh::Rekeyed => self.key = self.key.saturating_add(1),
            Refresh::Merged => self.key = 0,
            Refresh::NewSupplier => {
                let others = u32::try_from(suppliers().len()).unwrap_or(1);
                let step = random.below(others.saturating_sub(1)).saturating_add(1);
                let next = u32::try_from(self.supplier).unwrap_or(0).wrapping_add(step);
                self.supplier = usize::try_from(next.checked_rem(others).unwrap_or(0)).unwrap_or(0);
            }
            _ => {}
        }
    }

    fn row(&self, has_number: bool) -> Option<Row> {
        let number = self.number.to_string();
        let number = OtherNumber::parse(Scheme::Nhs, &number).ok();
        let former = self.former.as_deref();
        Some(Row {
            line: 2,
            key: SupplierKey::parse(&format!("{}-{}", self.index, self.key)).ok()?,
            confirmed: self.confirmed,
            particulars: Particulars {
                name: name(&self.given, &self.family),
                former_names: former
                    .and_then(|former| name(&self.given, former))
                    .into_iter()
                    .collect(),
                born: Some(self.born),
                gender: Some(match self.sex {
                    Sex::Female => Gender::Female,
                    Sex::Male => Gender::Male,
                }),
                residence: residence(
                    &format!("{} Hiding Place", self.home),
                    secret(self.index, self.home).as_deref()?,
                ),
                other_numbers: number.filter(|_| has_number).into_iter().collect(),
                ..Particulars::default()
            },
            also: Vec::new(),
            withdrawn: Vec::new(),
            restriction: Restriction::None,
            known: directory::supplied::Known::Still,
        })
    }

    /// The second row of a split: the same child under another key, with less said.
    fn half(&self) -> Option<Row> {
        let mut half = self.row(false)?;
        half.key = SupplierKey::parse(&format!("{}-{}-half", self.index, self.key)).ok()?;
        half.particulars.gender = None;
        Some(half)
    }
}

fn muddle(said: &mut Particulars, known: &Known, (refresh, random): (Refresh, &mut Random)) {
    let spoilt = match refresh {
        Refresh::Misspelt => spoil((&known.given, &known.family), mistakes::mistyped, random),
        Refresh::ByEar => spoil((&known.given, &known.family), mistakes::misheard, random),
        Refresh::Nickname => {
            mistakes::nickname(&known.given, random).and_then(|given| name(&given, &known.family))
        }
        Refresh::Transposed => name(&known.family, &known.given),
        _ => None,
    };
    if let Some(spoilt) = spoilt {
        said.name = Some(spoilt);
    }
    match refresh {
        Refresh::DayMonth => {
            said.born = mistakes::day_month_swapped(known.born).or(said.born);
        }
        Refresh::Dateless => said.born = None,
        _ => {}
    }
}

fn spoil(
    (given, family): (&str, &str),
    wrong: fn(&str, &mut Random) -> String,
    random: &mut Random,
) -> Option<Name> {
    if random.chance(5_000) {
        name(&wrong(given, random), family)
    } else {
        name(given, &wrong(family, random))
    }
}

fn name(given: &str, family: &str) -> Option<Name> {
    Some(Name {
        given: NamePart::parse(given).ok(),
        family: NamePart::parse(family).ok()?,
    })
}

fn residence(line: &str, code: &str) -> Option<Residence> {
    Some(Residence {
        state: AddressState::Current(Address {
            lines: vec![AddressLine::parse(line).ok()?],
            postcode: text::postcode(code).ok(),
        }),
        authority: None,
    })
}

/// A postcode that only this child lives in, so that whoever is shown with it is known to be found by it.
fn secret(index: u64, home: u32) -> Option<String> {
    let letter = |place: u64| {
        let at = usize::try_from(place % 20).ok()?;
        LETTERS.get(at).map(|letter| char::from(*letter))
    };
    let digits = index / 400;
    Some(format!(
        "Z{}{}{} {}{}{}",
        letter(u64::from(home))?,
        digits / 100 % 10,
        digits / 10 % 10,
        digits % 10,
        letter(index / 20)?,
        letter(index)?
    ))
}

/// The postcode of a row.
pub fn postcode_of(row: &Row) -> Option<Postcode> {
    let residence = row.particulars.residence.as_ref()?;
    postcode(residence.address()?.postcode.as_ref()?.as_str()).ok()
}

fn later(day: Date) -> Date {
    day.checked_add(DAYS_BETWEEN.days()).unwrap_or(day)
}

fn earlier(day: Date) -> Date {
    day.checked_sub(DAYS_BETWEEN.saturating_mul(6).days())
        .unwrap_or(day)
}
