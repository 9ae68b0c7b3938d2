//! How names are handed on: to wives, to children, by the customs of each heritage.

use crate::heritage::{self, Heritage, Rule};
use crate::person::{Carer, Sex};
use crate::random::Random;
use crate::telephone;

/// A parent or carer of a heritage, not yet married.
pub fn adult(number: usize, sex: Sex, random: &mut Random) -> Carer {
    let Some(heritage) = heritage::heritage(number) else {
        return Carer {
            given: String::new(),
            family: String::new(),
            former_family: None,
            telephone: String::new(),
        };
    };
    let mut family = match (heritage.rule, sex) {
        (Rule::Begum, Sex::Female) if random.chance(6_500) => heritage.wife(random),
        (Rule::Sikh, Sex::Female) if random.chance(5_000) => "Kaur".to_owned(),
        (Rule::Sikh, Sex::Male) if random.chance(5_000) => "Singh".to_owned(),
        (Rule::TwoFamilies, _) if random.chance(6_000) => {
            [&heritage.family(random), " ", &heritage.family(random)].concat()
        }
        _ => heritage.family(random),
    };
    if sex == Sex::Female {
        family = feminine(heritage.rule, &family);
    }
    Carer {
        given: heritage.adult(sex, random),
        family,
        former_family: None,
        telephone: telephone::mobile(random.below(1_000)),
    }
}

/// Takes the husband's name where that is the custom, sometimes joined to her own.
pub fn marry(mother: &mut Carer, father: &Carer, heritage: Option<&Heritage>, random: &mut Random) {
    let rule = heritage.map_or(Rule::Plain, |heritage| heritage.rule);
    let takes = match rule {
        Rule::Plain | Rule::Slavic => 8_500,
        Rule::Lithuanian => 7_000,
        Rule::Chinese | Rule::Vietnamese | Rule::TwoFamilies | Rule::Patronymic => 1_000,
        Rule::Sikh | Rule::Begum => 2_000,
    };
    if !random.chance(takes) {
        return;
    }
    let married = if rule == Rule::Plain
        && random.chance(600)
        && !mother.family.contains('-')
        && !father.family.contains('-')
    {
        [&mother.family, "-", &father.family].concat()
    } else if rule == Rule::Lithuanian {
        married_lithuanian(&father.family)
    } else {
        feminine(rule, &father.family)
    };
    mother.former_family = Some(std::mem::replace(&mut mother.family, married));
}

/// The first given name and the others of a child.
pub fn given_names(heritage: &Heritage, sex: Sex, random: &mut Random) -> (String, String) {
    let given = heritage.given(sex, random);
    let middle = match (heritage.rule, sex) {
        (Rule::Vietnamese, Sex::Female) if random.chance(5_000) => "Thị".to_owned(),
        (Rule::Vietnamese, Sex::Male) if random.chance(5_000) => "Văn".to_owned(),
        (Rule::Begum, Sex::Male) if random.chance(2_500) => return (muhammad(random), given),
        (Rule::Plain | Rule::TwoFamilies | Rule::Slavic, _) => match random.below(100) {
            0..66 => heritage.given(sex, random),
            66..78 => [
                &heritage.given(sex, random),
                " ",
                &heritage.given(sex, random),
            ]
            .concat(),
            78..80 => [
                &heritage.given(sex, random),
                " ",
                &heritage.given(sex, random),
                " ",
                &heritage.given(sex, random),
            ]
            .concat(),
            _ => String::new(),
        },
        _ if random.chance(2_500) => heritage.given(sex, random),
        _ => String::new(),
    };
    (given, middle)
}

fn muhammad(random: &mut Random) -> String {
    const SPELLINGS: [&str; 9] = [
        "Muhammad", "Mohammed", "Mohammad", "Muhammad", "Muhammed", "Mohamed", "Mohamad", "Md",
        "Mohammed",
    ];
    random
        .choose(&SPELLINGS)
        .map_or_else(String::new, |spelling| (*spelling).to_owned())
}

/// The family name a child is given; `style`, below 100, is the family's own custom and the same for all its children.
pub fn family_name(
    heritage: &Heritage,
    parents: (&Carer, &Carer),
    style: u32,
    drawn: (Sex, &mut Random),
) -> String {
    let ((mother, father), (sex, random)) = (parents, drawn);
    let maiden = mother.former_family.as_ref().unwrap_or(&mother.family);
    match heritage.rule {
        Rule::Plain
            if style < 7
                && !maiden.contains('-')
                && !father.family.contains('-')
                && *maiden != father.family =>
        {
            [maiden, "-", &father.family].concat()
        }
        Rule::Plain | Rule::Chinese | Rule::Vietnamese if style < 20 => maiden.clone(),
        Rule::Sikh if style < 45 && sex == Sex::Female => "Kaur".to_owned(),
        Rule::Sikh if style < 45 => "Singh".to_owned(),
        Rule::Begum if sex == Sex::Female && random.chance(3_500) => heritage.wife(random),
        Rule::Patronymic if style < 60 => father.given.clone(),
        Rule::TwoFamilies if style < 70 => {
            [first_word(&father.family), " ", first_word(maiden)].concat()
        }
        Rule::Slavic | Rule::Lithuanian if sex == Sex::Female => {
            feminine(heritage.rule, &father.family)
        }
        _ => father.family.clone(),
    }
}

/// The last word of a family name but with its particle, so that two can be put together.
fn first_word(family: &str) -> &str {
    if family.len() > 16 {
        family.split(' ').next_back().unwrap_or(family)
    } else {
        family
    }
}

fn feminine(rule: Rule, family: &str) -> String {
    let endings: &[(&str, &str)] = match rule {
        Rule::Slavic => &[
            ("ski", "ska"),
            ("cki", "cka"),
            ("skyi", "ska"),
            ("ński", "ńska"),
        ],
        Rule::Lithuanian => &[
            ("auskas", "auskaitė"),
            ("evičius", "evičiūtė"),
            ("inskas", "inskaitė"),
            ("onis", "onytė"),
            ("ius", "iūtė"),
        ],
        _ => &[],
    };
    let changed = endings
        .iter()
        .find_map(|(his, hers)| family.strip_suffix(his).map(|stem| [stem, hers].concat()));
    changed.unwrap_or_else(|| family.to_owned())
}

fn married_lithuanian(family: &str) -> String {
    let endings = [
        ("as", "ienė"),
        ("is", "ienė"),
        ("ius", "ienė"),
        ("us", "ienė"),
    ];
    let changed = endings
        .iter()
        .find_map(|(his, hers)| family.strip_suffix(his).map(|stem| [stem, hers].concat()));
    changed.unwrap_or_else(|| family.to_owned())
}
