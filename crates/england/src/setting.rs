//! Schools, colleges and general practices.

use crate::address;
use crate::authority::{authorities, children_hundreds};
use crate::options::Options;
use crate::random::{Domain, Random};
use crate::telephone;
use crate::text;

/// Children of all ages for each school of a phase; real ones are about as many.
const CHILDREN_PER_SCHOOL: [u64; 5] = [650, 2_600, 9_000, 5_500, 30_000];
const CHILDREN_PER_PRACTICE: u64 = 1_900;
/// School codes start here, above every unique reference number in use.
const SCHOOL_BASE: u32 = 900_000;

/// What kind of school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Ages 4 to 10.
    Primary = 0,
    /// Ages 11 to 17.
    Secondary = 1,
    /// For special needs, all ages.
    Special = 2,
    /// Independent, all ages; not in the census.
    Independent = 3,
    /// College, from 16; not in the census.
    College = 4,
}

/// A school or college.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Six digits from 900000, where no school is.
    pub code: u32,
    /// Name.
    pub name: String,
    /// Kind.
    pub phase: Phase,
    /// The number of its authority.
    pub authority: usize,
    /// Town.
    pub town: String,
    /// Postcode.
    pub postcode: String,
    /// Telephone of a range for drama.
    pub telephone: String,
    /// Address under `.example`.
    pub email: String,
}

/// A general practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice {
    /// The four digits after X9 in its code, which no practice has.
    pub code: u32,
    /// Name.
    pub name: String,
    /// The number of its authority.
    pub authority: usize,
    /// Postcode.
    pub postcode: String,
    /// Telephone of a range for drama.
    pub telephone: String,
}

/// How many schools and practices each authority has.
#[derive(Clone, Debug)]
pub struct Settings {
    seed: u64,
    schools: Vec<[(u32, u32); 5]>,
    practices: Vec<(u32, u32)>,
}

impl Phase {
    const ALL: [Self; 5] = [
        Self::Primary,
        Self::Secondary,
        Self::Special,
        Self::Independent,
        Self::College,
    ];

    /// One word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Special => "special",
            Self::Independent => "independent",
            Self::College => "16 plus",
        }
    }
}

impl Settings {
    /// As many as the children need, at least one of each kind in every authority.
    pub fn new(options: &Options) -> Self {
        let total = u64::from(children_hundreds()).max(1);
        let (mut school, mut practice) = (0_u32, 0_u32);
        let mut settings = Self {
            seed: options.seed,
            schools: Vec::new(),
            practices: Vec::new(),
        };
        for authority in authorities() {
            let share = options
                .children
                .saturating_mul(u64::from(authority.children_hundreds));
            let children = share.checked_div(total).unwrap_or(0);
            settings.schools.push(CHILDREN_PER_SCHOOL.map(|each| {
                let many = (children.checked_div(each).unwrap_or(0) as u32).max(1);
                let first = school;
                school = school.saturating_add(many);
                (first, many)
            }));
            let many = ((children / CHILDREN_PER_PRACTICE) as u32).max(1);
            settings.practices.push((practice, many));
            practice = practice.saturating_add(many);
        }
        settings
    }

    /// A school of a phase in an authority; `pick` decides which, the same one for the same pick.
    pub fn school_code(&self, authority: usize, phase: Phase, pick: u32) -> u32 {
        let range = self
            .schools
            .get(authority)
            .and_then(|phases| phases.get(phase as usize));
        let (first, many) = range.copied().unwrap_or((0, 1));
        SCHOOL_BASE
            .saturating_add(first)
            .saturating_add(pick.checked_rem(many).unwrap_or(0))
    }

    /// A practice in an authority.
    pub fn practice_code(&self, authority: usize, pick: u32) -> u32 {
        let (first, many) = self.practices.get(authority).copied().unwrap_or((0, 1));
        first.saturating_add(pick.checked_rem(many).unwrap_or(0))
    }

    /// Every school.
    pub fn schools(&self) -> impl Iterator<Item = School> {
        let phases = self
            .schools
            .iter()
            .enumerate()
            .flat_map(|(authority, phases)| {
                phases
                    .iter()
                    .zip(Phase::ALL)
                    .map(move |(range, phase)| (authority, phase, *range))
            });
        phases.flat_map(move |(authority, phase, (first, many))| {
            (first..first.saturating_add(many))
                .map(move |number| self.school(authority, phase, number))
        })
    }

    /// Every practice.
    pub fn practices(&self) -> impl Iterator<Item = Practice> {
        self.practices
            .iter()
            .enumerate()
            .flat_map(move |(authority, (first, many))| {
                (*first..first.saturating_add(*many))
                    .map(move |number| self.practice(authority, number))
            })
    }

    fn school(&self, authority: usize, phase: Phase, number: u32) -> School {
        let mut random = Random::new(self.seed, Domain::Setting, u64::from(number));
        let name = school_name(phase, &mut random);
        let code = SCHOOL_BASE.saturating_add(number);
        let email = [
            "office@",
            &text::slug(&name),
            "-",
            &code.to_string(),
            ".sch.example",
        ]
        .concat();
        let (town, postcode, telephone) = self.place(authority, &mut random);
        School {
            code,
            name,
            phase,
            authority,
            town,
            postcode,
            telephone,
            email,
        }
    }

    fn practice(&self, authority: usize, number: u32) -> Practice {
        const KINDS: [&str; 6] = [
            "Surgery",
            "Medical Centre",
            "Health Centre",
            "Medical Practice",
            "Group Practice",
            "Family Practice",
        ];
        let mut random = Random::new(
            self.seed,
            Domain::Setting,
            u64::from(number).wrapping_add(1 << 32),
        );
        let place = address::place_name(&mut random);
        let name = [
            &place,
            " ",
            random.choose(&KINDS).copied().unwrap_or("Surgery"),
        ]
        .concat();
        let (_, postcode, telephone) = self.place(authority, &mut random);
        Practice {
            code: number,
            name,
            authority,
            postcode,
            telephone,
        }
    }

    fn place(&self, number: usize, random: &mut Random) -> (String, String, String) {
        let Some(authority) = authorities().get(number) else {
            return Default::default();
        };
        let address = address::address(self.seed, number, authority, random);
        (
            address.town,
            address.postcode,
            telephone::landline(authority, random.below(1_000)),
        )
    }
}

/// A practice's code as it is written: X9 and four digits.
pub fn write_practice_code(out: &mut Vec<u8>, code: u32) {
    out.extend_from_slice(b"X9");
    crate::line::write_digits(out, u64::from(code), 4);
}

fn school_name(phase: Phase, random: &mut Random) -> String {
    let place = address::place_name(random);
    let saint = random.word(&address::words().saints);
    match (phase, random.below(10)) {
        (Phase::Primary, 0..3) => ["St ", saint, " CofE Primary School"].concat(),
        (Phase::Primary, 3) => ["St ", saint, " Catholic Primary School"].concat(),
        (Phase::Primary, 4..6) => [&place, " Primary Academy"].concat(),
        (Phase::Primary, _) => [&place, " Primary School"].concat(),
        (Phase::Secondary, 0) => ["St ", saint, " Catholic High School"].concat(),
        (Phase::Secondary, 1..6) => [&place, " Academy"].concat(),
        (Phase::Secondary, 6) => [&place, " Grammar School"].concat(),
        (Phase::Secondary, _) => [&place, " High School"].concat(),
        (Phase::Special, _) => [&place, " Lodge School"].concat(),
        (Phase::Independent, _) => [&place, " Independent School"].concat(),
        (Phase::College, _) => [&place, " College"].concat(),
    }
}
