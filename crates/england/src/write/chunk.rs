//! Some blocks of families, written to memory.

use jiff::civil::Date;

use crate::age::CHILDREN_PER_BLOCK;
use crate::calendar::{age_years, days_between};
use crate::england::England;
use crate::feed::Feed;
use crate::identifier::supplier_key;
use crate::involvement::Involvement;
use crate::layout::layout;
use crate::line::Line;
use crate::person::{Education, Person};
use crate::random::{Domain, Random};
use crate::row::Row;
use crate::said::{self, Fault, Said};
use crate::service::services;
use crate::setting::Phase;
use crate::shape::Shaped;
use crate::truth::{write_person, write_truth};

/// Blocks of 64 children in a chunk: some 5 MB of text.
const BLOCKS_PER_CHUNK: u64 = 64;
/// Children in a chunk.
pub const CHILDREN_PER_CHUNK: u64 = BLOCKS_PER_CHUNK * CHILDREN_PER_BLOCK;
/// Second rows are numbered as children after the last possible one.
const DUPLICATE_OFFSET: u64 = 50_000_000;
/// Twins taken for each other, in ten thousand rows about twins.
const TWIN_CONFUSED: u32 = 120;

/// One file's part of a chunk.
#[derive(Default)]
pub struct Part {
    /// Its bytes.
    pub line: Line,
    /// Its rows.
    pub rows: u64,
}

/// Some blocks of families, written to memory.
#[derive(Default)]
pub struct Chunk {
    feeds: [Part; Feed::ALL.len()],
    truth: Part,
    people: Part,
    /// What else is made of the rows, when it is.
    pub shaped: Option<Shaped>,
    /// Children in it.
    pub children: u64,
    /// Families in it.
    pub families: u64,
}

/// What is needed to write the rows about one child.
struct Subject<'a> {
    england: &'a England,
    person: &'a Person,
    twin: Option<&'a Person>,
    today: Date,
}

impl Chunk {
    /// The chunk of a number, its rows added to what was shaped before.
    pub fn of(england: &England, number: u64, shaped: Option<Shaped>) -> Self {
        let start = number.wrapping_mul(BLOCKS_PER_CHUNK);
        let mut chunk = Self {
            shaped,
            ..Self::default()
        };
        for block in start..start.wrapping_add(BLOCKS_PER_CHUNK) {
            for family in england.block(block) {
                chunk.add(england, &family);
            }
        }
        chunk
    }

    /// The parts in the order of the files.
    pub fn files(&self) -> impl Iterator<Item = &Part> {
        self.feeds.iter().chain([&self.truth, &self.people])
    }

    /// Adds every row about a family.
    fn add(&mut self, england: &England, family: &[Person]) {
        for person in family {
            let mut random = Random::new(england.options().seed, Domain::Said, person.index);
            let twin = family.iter().find(|other| {
                other.index != person.index && other.date_of_birth == person.date_of_birth
            });
            let subject = Subject {
                england,
                person,
                twin,
                today: england.options().today,
            };
            write_person(&mut self.people.line, person);
            self.people.rows = self.people.rows.saturating_add(1);
            self.add_national(&subject, &mut random);
            for (number, involvement) in (0..).zip(&person.involvements) {
                self.add_involvement(&subject, involvement, (number, &mut random));
            }
            self.children = self.children.saturating_add(1);
        }
        self.families = self.families.saturating_add(u64::from(!family.is_empty()));
    }

    fn add_national(&mut self, subject: &Subject<'_>, random: &mut Random) {
        let person = subject.person;
        if is_registered(subject, random) {
            self.add_row(subject, Feed::Births, (person.index, None), random);
        }
        if random.chance(if days_between(person.date_of_birth, subject.today) < 10 {
            5_000
        } else {
            9_880
        }) {
            self.add_row(subject, Feed::Nhs, (person.index, None), random);
        }
        let age = age_years(person.date_of_birth, subject.today);
        let claims = match age {
            0 => 8_300,
            1..16 => 8_900,
            16..20 if person.education != Education::Nowhere => 8_000,
            _ => 0,
        };
        if random.chance(claims) && !person.looked_after {
            self.add_row(subject, Feed::ChildBenefit, (person.index, None), random);
        }
        if in_census(person) && random.chance(9_960) {
            self.add_row(subject, Feed::Census, (person.index, None), random);
        }
    }

    fn add_involvement(
        &mut self,
        subject: &Subject<'_>,
        involvement: &Involvement,
        drawn: (u64, &mut Random),
    ) {
        let (number, random) = drawn;
        let Some(service) = services().get(involvement.service) else {
            return;
        };
        self.add_row(subject, service.feed, (number, Some(involvement)), random);
    }

    /// Writes a row, and rarely a second one.
    fn add_row(
        &mut self,
        subject: &Subject<'_>,
        feed: Feed,
        about: (u64, Option<&Involvement>),
        random: &mut Random,
    ) {
        let duplicate = random.chance(layout(feed).quality.duplicate);
        self.write_row(subject, feed, (about, 0), random);
        if duplicate {
            self.write_row(subject, feed, (about, DUPLICATE_OFFSET), random);
        }
    }

    fn write_row(
        &mut self,
        subject: &Subject<'_>,
        feed: Feed,
        about: ((u64, Option<&Involvement>), u64),
        random: &mut Random,
    ) {
        let ((number, involvement), offset) = about;
        let (england, person, layout) = (subject.england, subject.person, layout(feed));
        let mut said = if feed == Feed::Births {
            said::at_birth(person)
        } else {
            said::today(person)
        };
        said.muddle(person, &layout.quality, (subject.today, random));
        confuse_twins(&mut said, subject.twin, random);
        if offset > 0 {
            said.faults.add(Fault::Duplicate);
        }
        let child_key = supplier_key(person.index.wrapping_add(offset), feed as u64);
        let (key, child_key) = match feed {
            Feed::ChildBenefit => (child_key, supplier_key(person.family_number, feed as u64)),
            _ if involvement.is_some() => {
                (child_key.wrapping_mul(10).wrapping_add(number), child_key)
            }
            _ => (child_key, child_key),
        };
        let involvement =
            involvement.map(|involvement| (involvement, england.practitioner(involvement)));
        let luck = Row::draw_luck(random);
        let row = Row {
            england,
            layout,
            person,
            said,
            key,
            child_key,
            involvement,
            luck,
        };
        if let Some(shaped) = &mut self.shaped {
            shaped.add(&row);
        }
        write_truth(&mut self.truth.line, &row);
        self.truth.rows = self.truth.rows.saturating_add(1);
        if let Some(part) = self.feeds.get_mut(feed as usize) {
            for cell in layout.cells() {
                cell(&mut part.line, &row);
            }
            part.line.end();
            part.rows = part.rows.saturating_add(1);
        }
    }
}

fn is_registered(subject: &Subject<'_>, random: &mut Random) -> bool {
    const DAYS_TO_REGISTER: i32 = 20;
    let days = days_between(subject.person.date_of_birth, subject.today);
    subject.person.born_here && (days >= DAYS_TO_REGISTER || random.chance(4_000))
}

/// Maintained schools and academies are in the census; authorities add the children taught at home.
fn in_census(person: &Person) -> bool {
    match person.education {
        Education::School { phase, .. } => {
            matches!(phase, Phase::Primary | Phase::Secondary | Phase::Special)
        }
        Education::AtHome => true,
        Education::NotYet | Education::Nowhere => false,
    }
}

fn confuse_twins(said: &mut Said, twin: Option<&Person>, random: &mut Random) {
    if let Some(twin) = twin
        && random.chance(TWIN_CONFUSED)
    {
        said.given.clone_from(&twin.given);
        said.faults.add(Fault::TwinConfused);
    }
}
