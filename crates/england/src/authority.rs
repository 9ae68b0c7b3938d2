//! The 153 authorities of England with children's services, as they were from April 2023.

use std::sync::LazyLock;

use crate::weighted::Weighted;

/// An authority with children's services.
#[derive(Clone, Debug)]
pub struct Authority {
    /// The code of the Office for National Statistics, such as E06000023.
    pub code: &'static str,
    /// The name, such as "Bristol, City of".
    pub name: &'static str,
    /// County, unitary, metropolitan or london.
    pub kind: &'static str,
    /// Children under 18, in hundreds, roughly.
    pub children_hundreds: u32,
    /// Postcode areas, such as BS, each with this authority's turn among those that share it, and how many share.
    pub areas: Vec<(&'static str, u32, u32)>,
    /// Which mix of heritages lives here.
    pub mix: Mix,
}

/// How mixed a place is; the column of weights in the heritage files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// London.
    London = 0,
    /// Towns with large South Asian communities.
    Mill = 1,
    /// Other cities.
    Urban = 2,
    /// Shires and smaller towns.
    Shire = 3,
}

/// All 153, in the order of their numbers here.
pub fn authorities() -> &'static [Authority] {
    static ALL: LazyLock<Vec<Authority>> = LazyLock::new(read);
    &ALL
}

/// Where children live: draws an authority by its number of children.
pub fn by_children() -> &'static Weighted {
    static TABLE: LazyLock<Weighted> = LazyLock::new(|| {
        Weighted::new(
            authorities()
                .iter()
                .map(|authority| authority.children_hundreds),
        )
    });
    &TABLE
}

/// All children of all authorities, in hundreds.
pub fn children_hundreds() -> u32 {
    authorities()
        .iter()
        .map(|authority| authority.children_hundreds)
        .sum()
}

impl Authority {
    /// The name without "City of" and "County of", for the names of services.
    pub fn short_name(&self) -> &'static str {
        let city = self.name.strip_suffix(", City of");
        city.or_else(|| self.name.strip_suffix(", County of"))
            .unwrap_or(self.name)
    }
}

fn read() -> Vec<Authority> {
    let file = include_str!("../data/authorities.txt");
    let mut all: Vec<Authority> = file.lines().filter_map(parse).collect();
    let taken: Vec<&'static str> = all
        .iter()
        .flat_map(|authority| authority.areas.iter().map(|area| area.0))
        .collect();
    let mut seen: Vec<&'static str> = Vec::new();
    for area in all.iter_mut().flat_map(|authority| &mut authority.areas) {
        area.1 = seen.iter().filter(|name| **name == area.0).count() as u32;
        area.2 = taken.iter().filter(|name| **name == area.0).count() as u32;
        seen.push(area.0);
    }
    all
}

fn parse(line: &'static str) -> Option<Authority> {
    let mut cells = line.split('|');
    let (code, name, kind) = (cells.next()?, cells.next()?, cells.next()?);
    let thousands: f64 = cells.next()?.parse().ok()?;
    let areas = cells
        .next()?
        .split_whitespace()
        .map(|area| (area, 0, 1))
        .collect();
    let mix = match cells.next()? {
        "L" => Mix::London,
        "M" => Mix::Mill,
        "U" => Mix::Urban,
        _ => Mix::Shire,
    };
    let children_hundreds = (thousands * 10.0) as u32;
    Some(Authority {
        code,
        name,
        kind,
        children_hundreds,
        areas,
        mix,
    })
}
