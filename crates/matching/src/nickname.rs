//! Nicknames: which given names are used for one another, from a closed table.

mod english;
mod heritage;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A group of forms of one given name. Its number may change when the table grows: keep [`canonical`] forms instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(u16);

struct Table {
    canonical: Vec<&'static str>,
    groups: FxHashMap<&'static str, Vec<Group>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        canonical: Vec::new(),
        groups: FxHashMap::default(),
    };
    for (number, line) in (0_u16..).zip(english::GROUPS.iter().chain(heritage::GROUPS)) {
        table.canonical.push(line.split(' ').next().unwrap_or(line));
        for form in line.split(' ') {
            let groups = table.groups.entry(form).or_default();
            if groups.last() != Some(&Group(number)) {
                groups.push(Group(number));
            }
        }
    }
    table
});

/// The groups a folded given name belongs to, ascending; empty when the table does not know it.
#[must_use]
pub fn groups(given: &str) -> &'static [Group] {
    TABLE.groups.get(given).map_or(&[], Vec::as_slice)
}

/// The canonical form of a group, folded: `elizabeth` for the group of Liz.
#[must_use]
pub fn canonical(group: Group) -> &'static str {
    TABLE
        .canonical
        .get(usize::from(group.0))
        .copied()
        .unwrap_or_default()
}

/// The canonical forms of a folded given name: `sasha` gives `alexandra`, `aleksandr`, `aleksandra`.
pub fn canonical_forms(given: &str) -> impl Iterator<Item = &'static str> {
    groups(given).iter().map(|group| canonical(*group))
}

/// Whether two sorted lists of groups share one.
#[must_use]
pub fn share_group(one: &[Group], other: &[Group]) -> bool {
    one.iter().any(|group| other.contains(group))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{NamePart, fold_name};
    use std::collections::HashSet;

    fn related(one: &str, other: &str) -> bool {
        share_group(groups(one), groups(other))
    }

    #[test]
    fn the_table_is_large_and_clean() {
        let lines: Vec<&str> = english::GROUPS
            .iter()
            .chain(heritage::GROUPS)
            .copied()
            .collect();
        assert!(lines.len() >= 350, "{}", lines.len());
        for line in lines {
            assert!(line.split(' ').count() >= 2, "{line}");
            let distinct: HashSet<&str> = line.split(' ').collect();
            assert_eq!(
                distinct.len(),
                line.split(' ').count(),
                "repeated in: {line}"
            );
            for form in line.split(' ') {
                assert_eq!(
                    fold_name(form, NamePart::Given).joined(),
                    form,
                    "not folded in: {line}"
                );
            }
        }
    }

    #[test]
    fn forms_of_one_name_are_related() {
        for (one, other) in [
            ("liz", "elizabeth"),
            ("beth", "eliza"),
            ("mo", "muhammad"),
            ("mohamed", "mohammad"),
            ("kasia", "katarzyna"),
            ("sasha", "aleksandr"),
            ("bill", "william"),
            ("gosia", "malgorzata"),
            ("siobhan", "shivaun"),
            ("aoife", "eefa"),
        ] {
            assert!(related(one, other), "{one} {other}");
        }
    }

    #[test]
    fn unrelated_names_are_not() {
        for (one, other) in [
            ("oliver", "george"),
            ("mohammed", "ahmed"),
            ("zzz", "zzz"),
            ("", ""),
        ] {
            assert!(!related(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_may_belong_to_several_groups() {
        let forms: Vec<&str> = canonical_forms("sasha").collect();
        assert!(
            forms.contains(&"aleksandr") && forms.contains(&"aleksandra"),
            "{forms:?}"
        );
    }
}
