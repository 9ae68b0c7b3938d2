//! People who work with children, and how to reach them.

use crate::address;
use crate::authority::authorities;
use crate::heritage;
use crate::person::Sex;
use crate::random::{Domain, Random};
use crate::service::services;
use crate::telephone;
use crate::text;

/// Somebody who works with children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practitioner {
    /// Given name, family name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// Organisation or team.
    pub organisation: String,
    /// Telephone of a range for drama.
    pub telephone: String,
    /// Address under the reserved top-level domain `.example` (RFC 2606).
    pub email: String,
}

/// The practitioner of this number in a service of an authority.
pub fn practitioner(seed: u64, authority: usize, service: usize, number: u32) -> Practitioner {
    let index = ((authority as u64) << 48)
        .wrapping_add((service as u64) << 32)
        .wrapping_add(u64::from(number));
    let mut random = Random::new(seed, Domain::Practitioner, index);
    let (Some(place), Some(kind)) = (authorities().get(authority), services().get(service)) else {
        return Practitioner {
            name: String::new(),
            job_title: String::new(),
            organisation: String::new(),
            telephone: String::new(),
            email: String::new(),
        };
    };
    let sex = if random.chance(7_500) {
        Sex::Female
    } else {
        Sex::Male
    };
    let heritage = heritage::heritage(heritage::draw(place.mix, &mut random));
    let given = heritage.map_or_else(String::new, |heritage| heritage.adult(sex, &mut random));
    let family = heritage.map_or_else(String::new, |heritage| heritage.family(&mut random));
    let town = address::place_name(&mut random);
    let organisation = kind
        .organisation
        .replace("{a}", place.short_name())
        .replace("{t}", &town);
    let telephone = match random.below(10) {
        0..7 => telephone::landline(place, random.below(1_000)),
        7..9 => telephone::mobile(random.below(1_000)),
        _ => telephone::anywhere(random.below(1_000)),
    };
    let email = [
        &text::slug(&given),
        ".",
        &text::slug(&family),
        "@",
        &text::slug(&organisation),
        ".example",
    ]
    .concat();
    let job_title = random
        .choose(&kind.job_titles)
        .copied()
        .unwrap_or("Practitioner")
        .to_owned();
    Practitioner {
        name: [&given, " ", &family].concat(),
        job_title,
        organisation,
        telephone,
        email,
    }
}
