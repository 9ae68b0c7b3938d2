//! Who works with a child, since when, and with whose consent.

use jiff::civil::Date;

use crate::calendar::{age_years, later};
use crate::england::England;
use crate::person::{Ground, Person};
use crate::random::Random;
use crate::service::{self, Service, services};

/// Children with local involvement beside those looked after or at risk, in ten thousand.
const INVOLVED: u32 = 710;
const ENDED: u32 = 3_500;
/// Services at most, per child.
const SERVICES_MAX: usize = 5;

/// A service working, or having worked, with a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involvement {
    /// The number of the service in [`crate::services`].
    pub service: usize,
    /// The number of the practitioner within the service and authority.
    pub practitioner: u32,
    /// The number of the authority whose service it is.
    pub authority: usize,
    /// First day.
    pub start: Date,
    /// Last day, when ended.
    pub end: Option<Date>,
    /// Whether the practitioner is the lead professional; in truth at most one current one per child (R16).
    pub lead: bool,
    /// Whether the practitioner holds an assessment (R17).
    pub assessment: Assessment,
    /// Consent to being recorded, for a sensitive service.
    pub consent: Option<Consent>,
}

/// Whether there is or has been an early-help assessment (C15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assessment {
    /// None known.
    None,
    /// Current.
    Current,
    /// Past.
    Past,
}

/// Consent as the supplier recorded it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who gave it.
    pub by: ConsentBy,
    /// When it was given or asked.
    pub date: Option<Date>,
    /// What the practitioner judged of the child's understanding.
    pub judgement: Judgement,
}

/// Who gave consent (R29, C2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentBy {
    /// The child.
    Child,
    /// A parent or carer.
    Parent,
    /// Nobody: the row must be refused (R28).
    Nobody,
}

/// Whether the child understands well enough to decide (C2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// As presumed from the age.
    Presumed,
    /// Judged to understand, against or with the presumption.
    Competent,
    /// Judged not to understand.
    NotCompetent,
}

/// The services that work with a child.
pub fn involvements(england: &England, person: &Person, random: &mut Random) -> Vec<Involvement> {
    let mut chosen: Vec<usize> = Vec::new();
    if person.looked_after {
        chosen.push(service::number_of("SW02"));
    }
    if person.at_risk && random.chance(7_000) {
        chosen.push(service::number_of("SW01"));
    }
    match person.ground {
        Some(Ground::CareLeaver) => chosen.push(service::number_of("SW03")),
        Some(Ground::Connexions) => chosen.push(service::number_of("EH04")),
        Some(Ground::LearningDifficulties) => chosen.push(service::number_of("EW02")),
        None => {}
    }
    if !chosen.is_empty() || random.chance(INVOLVED) {
        add_services(england, person, &mut chosen, random);
    }
    let mut involvements: Vec<Involvement> = chosen
        .into_iter()
        .filter_map(|service| involvement(england, person, service, random))
        .collect();
    name_lead(&mut involvements, random);
    involvements
}

fn add_services(england: &England, person: &Person, chosen: &mut Vec<usize>, random: &mut Random) {
    const TRIES: usize = 14;
    let age = age_years(person.date_of_birth, england.options().today);
    let more = match random.below(20) {
        0..12 => 1,
        12..17 => 2,
        17..19 => 3,
        _ => 4,
    };
    let wanted = chosen.len().saturating_add(more).min(SERVICES_MAX);
    for _ in 0..TRIES {
        let number = service::by_children().draw(random);
        let suits = services()
            .get(number)
            .is_some_and(|service| (service.ages.0..=service.ages.1).contains(&age));
        if chosen.len() < wanted && suits && !chosen.contains(&number) {
            chosen.push(number);
        }
    }
}

fn involvement(
    england: &England,
    person: &Person,
    number: usize,
    random: &mut Random,
) -> Option<Involvement> {
    let service = services().get(number)?;
    let today = england.options().today;
    let earliest = later(today, -1_400).max(person.date_of_birth);
    let span = crate::calendar::days_between(earliest, today);
    let start = later(earliest, random.between(0, span));
    let end = random.chance(ENDED).then(|| {
        let recent = later(today, -540).max(start);
        later(
            recent,
            random.between(0, crate::calendar::days_between(recent, today)),
        )
    });
    let assessment = match random.below(20) {
        0..3 if end.is_none() && !service.sensitive => Assessment::Current,
        3..5 if !service.sensitive => Assessment::Past,
        _ => Assessment::None,
    };
    let elsewhere = person
        .previous_home
        .as_ref()
        .filter(|_| random.chance(2_000));
    let authority = elsewhere.map_or(person.home.authority, |(home, _)| home.authority);
    let practitioner = random.below(england.practitioners_per_service(authority));
    let consent = service
        .sensitive
        .then(|| consent(age_years(person.date_of_birth, start), start, random));
    Some(Involvement {
        service: number,
        practitioner,
        authority,
        start,
        end,
        lead: false,
        assessment,
        consent,
    })
}

fn name_lead(involvements: &mut [Involvement], random: &mut Random) {
    let sensitive = |number: usize| {
        services()
            .get(number)
            .is_some_and(|service: &Service| service.sensitive)
    };
    let wanted = involvements.len() > 1 && random.chance(6_500);
    let lead = involvements
        .iter_mut()
        .find(|involvement| involvement.end.is_none() && !sensitive(involvement.service));
    if let Some(lead) = lead.filter(|_| wanted) {
        lead.lead = true;
    }
}

/// Mostly lawful consent; some rows have none, or the parent's where the child decides, which the directory must refuse.
fn consent(age: i32, start: Date, random: &mut Random) -> Consent {
    const PRESUMED_COMPETENT_YEARS: i32 = 12;
    let old_enough = age >= PRESUMED_COMPETENT_YEARS;
    let judgement = match (random.below(20), old_enough) {
        (0, true) => Judgement::NotCompetent,
        (0, false) | (1..4, _) => Judgement::Competent,
        _ => Judgement::Presumed,
    };
    let decides = match judgement {
        Judgement::Presumed => old_enough,
        Judgement::Competent => true,
        Judgement::NotCompetent => false,
    };
    let lawful = if decides {
        ConsentBy::Child
    } else {
        ConsentBy::Parent
    };
    let unlawful = if decides {
        ConsentBy::Parent
    } else {
        ConsentBy::Child
    };
    let by = match random.below(20) {
        0..5 => ConsentBy::Nobody,
        5..7 => unlawful,
        _ => lawful,
    };
    let date = (by != ConsentBy::Nobody && !random.chance(200)).then_some(start);
    Consent {
        by,
        date,
        judgement,
    }
}
