//! The services that work with children, the sensitive ones included.

use std::sync::LazyLock;

use crate::feed::Feed;
use crate::weighted::Weighted;

/// A service that works with children.
#[derive(Clone, Debug)]
pub struct Service {
    /// Code used in every feed, such as SW01.
    pub code: &'static str,
    /// Name for practitioners.
    pub name: &'static str,
    /// Sector (R52, R95).
    pub sector: &'static str,
    /// Sexual health, mental health, drugs and alcohol (R27).
    pub sensitive: bool,
    /// Which supplier's feed it reports in.
    pub feed: Feed,
    /// Youngest and oldest age, in years.
    pub ages: (i32, i32),
    /// The organisation's name; `{a}` is the authority, `{t}` a town.
    pub organisation: &'static str,
    /// Job titles of its practitioners.
    pub job_titles: Vec<&'static str>,
    weight: u32,
}

/// All services.
pub fn services() -> &'static [Service] {
    static ALL: LazyLock<Vec<Service>> = LazyLock::new(|| {
        include_str!("../data/services.txt")
            .lines()
            .filter_map(parse)
            .collect()
    });
    &ALL
}

/// Draws a service by how many children it works with.
pub fn by_children() -> &'static Weighted {
    static TABLE: LazyLock<Weighted> =
        LazyLock::new(|| Weighted::new(services().iter().map(|service| service.weight)));
    &TABLE
}

/// The number of the service with this code; the first when there is none.
pub fn number_of(code: &str) -> usize {
    services()
        .iter()
        .position(|service| service.code == code)
        .unwrap_or(0)
}

fn parse(line: &'static str) -> Option<Service> {
    let mut cells = line.split('|');
    let (code, name, sector) = (cells.next()?, cells.next()?, cells.next()?);
    let sensitive = cells.next()? == "yes";
    let feed = Feed::of_file_stem(cells.next()?)?;
    let ages = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
    let weight = cells.next()?.parse().ok()?;
    let organisation = cells.next()?;
    let job_titles = cells.next()?.split(';').collect();
    Some(Service {
        code,
        name,
        sector,
        sensitive,
        feed,
        ages,
        organisation,
        job_titles,
        weight,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r27_the_sensitive_services_are_sexual_health_mental_health_drugs_and_alcohol() {
        let sensitive: Vec<&str> = services()
            .iter()
            .filter(|service| service.sensitive)
            .map(|service| service.name)
            .collect();
        for kind in ["mental health", "Sexual health", "Drug", "Alcohol"] {
            let of_kind = sensitive.iter().filter(|name| name.contains(kind));
            assert!(of_kind.count() > 0, "{kind}");
        }
        assert_eq!(sensitive.len(), 4);
    }
}
