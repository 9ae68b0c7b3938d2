//! Families: parents, siblings, step-children, adopted and looked-after children, and where they live and lived.

use jiff::civil::Date;

use crate::address::Address;
use crate::age::ages_days;
use crate::authority::{self, Mix, authorities};
use crate::calendar::{age_years, days_between, later};
use crate::education::{education, school_age};
use crate::england::England;
use crate::heritage::{self, Rule};
use crate::identifier;
use crate::involvement::involvements;
use crate::naming::{adult, family_name, given_names, marry};
use crate::person::{Carer, Education, Ground, Person, Sex};
use crate::random::{Domain, Random};

// How often things happen, in ten thousand families or children.
const MIXED: u32 = 1_300;
const MOVED: u32 = 2_300;
const MOVED_FAR: u32 = 3_300;
const MARRIED: u32 = 6_000;
const FATHER_NOT_REGISTERED: u32 = 550;
const SEPARATED: u32 = 2_200;
const STEP_FAMILY: u32 = 1_800;
const STEP_NAME_AT_SCHOOL: u32 = 2_500;
const FAMILY_AT_RISK: u32 = 42;
const YOUNG_ADULT: u32 = 300;
const ADOPTED: u32 = 45;
const ADOPTED_AT_RISK: u32 = 2_000;
const LOOKED_AFTER: u32 = 66;
const LOOKED_AFTER_AT_RISK: u32 = 300;
const NAME_CHANGED: u32 = 260;
const NO_PRACTICE: u32 = 130;
const ONE_NAME: u32 = 120;
const MOVE_DAYS_MAX: i32 = 2_200;

/// What a family shares.
struct Household {
    number: u64,
    mix: Mix,
    heritage: usize,
    style: u32,
    home: Address,
    previous_home: Option<(Address, Date)>,
    mother: Carer,
    father: Carer,
    separated: bool,
    at_risk: bool,
    practice: u32,
    school: u32,
}

/// Everyone under one number, eldest first; the first has index `first`.
pub fn family(england: &England, number: u64, first: u64, size: u64) -> Vec<Person> {
    let mut random = Random::new(england.options().seed, Domain::Family, number);
    let household = household(england, number, &mut random);
    let step = if size > 1 && random.chance(STEP_FAMILY) {
        random.between(1, 2) as usize
    } else {
        0
    };
    let other_father = other_father(&household, &mut random);
    let young_adult = size == 1 && random.chance(YOUNG_ADULT);
    let ages = if young_adult {
        vec![(0, 1)]
    } else {
        ages_days(size, &mut random)
    };
    let mut people: Vec<Person> = Vec::with_capacity(ages.len());
    for ((position, (days, together)), index) in ages.into_iter().enumerate().zip(first..) {
        let from_before = position < step && together == 1;
        let father = if from_before {
            &other_father
        } else {
            &household.father
        };
        let birth = later(england.options().today, days.saturating_neg());
        let mut person = newborn(england, &household, father, (index, birth), &mut random);
        person.born_together = together;
        avoid_sibling_names(&mut person, &people, &mut random);
        if from_before && random.chance(STEP_NAME_AT_SCHOOL) {
            person.preferred_family = Some(household.father.family.clone());
        }
        grow_up(england, &household, &mut person, &mut random);
        if young_adult {
            come_of_age(england, &mut person, &mut random);
        }
        settle(england, &household, &mut person, &mut random);
        people.push(person);
    }
    people
}

fn household(england: &England, number: u64, random: &mut Random) -> Household {
    let here = authority::by_children().draw(random);
    let mix = authorities()
        .get(here)
        .map_or(Mix::Shire, |authority| authority.mix);
    let fathers = heritage::draw(mix, random);
    let mothers = if random.chance(MIXED) {
        heritage::draw(mix, random)
    } else {
        fathers
    };
    let home = england.address(here, random);
    let at_risk = random.chance(FAMILY_AT_RISK);
    let previous_home =
        (at_risk || random.chance(MOVED)).then(|| previous_home(england, here, at_risk, random));
    let father = adult(fathers, Sex::Male, random);
    let mut mother = adult(mothers, Sex::Female, random);
    if random.chance(MARRIED) {
        marry(&mut mother, &father, heritage::heritage(mothers), random);
    }
    Household {
        number,
        mix,
        heritage: fathers,
        style: random.below(100),
        home,
        previous_home,
        mother,
        father,
        separated: random.chance(SEPARATED),
        at_risk,
        practice: random.below(1 << 20),
        school: random.below(1 << 20),
    }
}

/// Where a family lived before, and when it moved; a family at risk has moved far and not long ago.
fn previous_home(
    england: &England,
    here: usize,
    at_risk: bool,
    random: &mut Random,
) -> (Address, Date) {
    let far = at_risk || random.chance(MOVED_FAR);
    let there = if far {
        authority::by_children().draw(random)
    } else {
        here
    };
    let longest = if at_risk { 500 } else { MOVE_DAYS_MAX };
    let moved = later(
        england.options().today,
        random.between(5, longest).saturating_neg(),
    );
    (england.address(there, random), moved)
}

fn other_father(household: &Household, random: &mut Random) -> Carer {
    let number = if random.chance(MIXED) {
        heritage::draw(household.mix, random)
    } else {
        household.heritage
    };
    adult(number, Sex::Male, random)
}

/// The child as registered at birth.
fn newborn(
    england: &England,
    household: &Household,
    father: &Carer,
    birth: (u64, Date),
    random: &mut Random,
) -> Person {
    let (index, date_of_birth) = birth;
    let sex = if random.chance(5_120) {
        Sex::Male
    } else {
        Sex::Female
    };
    let heritage = heritage::heritage(household.heritage);
    let (given, middle) = heritage.map_or_else(Default::default, |heritage| {
        given_names(heritage, sex, random)
    });
    let family = heritage.map_or_else(String::new, |heritage| {
        family_name(
            heritage,
            (&household.mother, father),
            household.style,
            (sex, random),
        )
    });
    let (given, family) = if heritage.is_some_and(|heritage| heritage.rule == Rule::Patronymic)
        && random.chance(ONE_NAME)
    {
        (String::new(), given)
    } else {
        (given, family)
    };
    let moved_after_birth = household
        .previous_home
        .as_ref()
        .filter(|(_, moved)| *moved > date_of_birth);
    let mut carers = vec![household.mother.clone()];
    if !household.separated {
        carers.push(household.father.clone());
    }
    Person {
        index,
        family_number: household.number,
        birth_given: given.clone(),
        birth_family: family.clone(),
        given,
        middle,
        family,
        former_family: None,
        preferred_family: None,
        sex,
        date_of_birth,
        heritage: household.heritage,
        home: household.home.clone(),
        previous_home: moved_after_birth.cloned(),
        mother: household.mother.clone(),
        father: (!random.chance(FATHER_NOT_REGISTERED)).then(|| father.clone()),
        carers,
        nhs_number: identifier::nhs_number(index),
        replaced_nhs_number: None,
        upn: None,
        former_upn: None,
        education: Education::NotYet,
        practice: None,
        involvements: Vec::new(),
        born_together: 1,
        born_here: !random.chance(if household.heritage == 0 { 250 } else { 2_200 }),
        adopted: false,
        looked_after: false,
        at_risk: household.at_risk && age_years(date_of_birth, england.options().today) < 18,
        ground: None,
    }
}

/// No two children of one family are given the same first name.
fn avoid_sibling_names(person: &mut Person, siblings: &[Person], random: &mut Random) {
    const TRIES: usize = 12;
    for _ in 0..TRIES {
        if person.given.is_empty()
            || siblings
                .iter()
                .all(|sibling| sibling.birth_given != person.given)
        {
            break;
        }
        if let Some(heritage) = heritage::heritage(person.heritage) {
            person.given = heritage.given(person.sex, random);
        }
    }
    person.birth_given.clone_from(&person.given);
}

/// What may happen after birth: adoption, care, another name.
fn grow_up(england: &England, household: &Household, person: &mut Person, random: &mut Random) {
    if random.chance(ADOPTED) {
        adopt(england, household, person, random);
    } else if random.chance(LOOKED_AFTER) && !household.at_risk {
        place_with_carers(england, household, person, random);
    } else if random.chance(NAME_CHANGED) {
        let stepfather = other_father(household, random);
        person.former_family = Some(std::mem::replace(&mut person.family, stepfather.family));
    }
}

fn adopt(england: &England, household: &Household, person: &mut Person, random: &mut Random) {
    let number = heritage::draw(household.mix, random);
    let mother = adult(number, Sex::Female, random);
    let father = adult(number, Sex::Male, random);
    person.birth_family = if random.chance(5_000) {
        mother.family.clone()
    } else {
        father.family.clone()
    };
    if let Some(heritage) = heritage::heritage(number).filter(|_| random.chance(3_500)) {
        person.birth_given = heritage.given(person.sex, random);
    }
    person.former_family = Some(person.birth_family.clone());
    let days = days_between(person.date_of_birth, england.options().today);
    let there = authority::by_children().draw(random);
    let adopted_on = later(person.date_of_birth, random.between(days / 4, days));
    person.previous_home = Some((england.address(there, random), adopted_on));
    person.mother = mother;
    person.father = (!random.chance(4_000)).then_some(father);
    person.replaced_nhs_number = Some(identifier::replaced_nhs_number(person.index));
    person.adopted = true;
    person.born_here = true;
    person.at_risk |= random.chance(ADOPTED_AT_RISK);
}

fn place_with_carers(
    england: &England,
    household: &Household,
    person: &mut Person,
    random: &mut Random,
) {
    let here = household.home.authority;
    let there = if random.chance(3_500) {
        authority::by_children().draw(random)
    } else {
        here
    };
    let days = days_between(person.date_of_birth, england.options().today).min(MOVE_DAYS_MAX);
    let placed = later(
        england.options().today,
        random.between(0, days).saturating_neg(),
    );
    let mut address = england.address(there, random);
    std::mem::swap(&mut person.home, &mut address);
    person.previous_home = Some((address, placed));
    let number = heritage::draw(household.mix, random);
    person.carers = vec![
        adult(number, Sex::Female, random),
        adult(number, Sex::Male, random),
    ];
    person.looked_after = true;
    person.at_risk |= random.chance(LOOKED_AFTER_AT_RISK);
}

fn come_of_age(england: &England, person: &mut Person, random: &mut Random) {
    const EIGHTEEN_YEARS: i32 = 6_575;
    let (ground, oldest) = match random.below(20) {
        0..6 => (Ground::Connexions, 7_303),
        6..13 => (Ground::CareLeaver, 9_129),
        _ => (Ground::LearningDifficulties, 9_129),
    };
    person.date_of_birth = later(
        england.options().today,
        random.between(EIGHTEEN_YEARS, oldest).saturating_neg(),
    );
    person.ground = Some(ground);
    person.looked_after = false;
    person.at_risk = false;
}

/// School, practice and the services that work with the child.
fn settle(england: &England, household: &Household, person: &mut Person, random: &mut Random) {
    let settings = england.settings();
    let practice = settings.practice_code(person.home.authority, household.practice);
    person.practice = (!random.chance(NO_PRACTICE)).then_some(practice);
    person.education = education(england, person, household.school, random);
    if school_age(england, person.date_of_birth) >= 4 {
        person.upn = Some(identifier::upn(person.index));
        let replaced = person.adopted || random.chance(60);
        person.former_upn = replaced.then(|| identifier::former_upn(person.index));
    }
    person.involvements = involvements(england, person, random);
}
