//! Which of several members of one name a path takes: the one that comes first in a list of uses, or the second that there is.

use serde_json::{Map, Value};

/// How one of several is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// By a member: the one with the first of some values that there is. `[use=official|usual|*]`.
    First(String, Vec<Wanted>),
    /// By its place, from 1: `[#2]`.
    Nth(usize),
}

/// Which one a choice by a member takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one whose member has a value.
    Value(String),
    /// The only one there is, unless what it says makes it another column's: `*`.
    Only,
}

impl Choice {
    /// Reads what stands in brackets. `None`: it is no choice.
    #[must_use]
    pub fn parse(text: &str) -> Option<Choice> {
        if let Some(place) = text.strip_prefix('#') {
            let place = place.parse().ok()?;
            return (place > 0).then_some(Choice::Nth(place));
        }
        let (member, values) = text.split_once('=')?;
        if !values.contains('|') {
            return None;
        }
        let wanted = values.split('|').map(|value| match value {
            "*" => Wanted::Only,
            value => Wanted::Value(value.to_owned()),
        });
        Some(Choice::First(member.to_owned(), wanted.collect()))
    }

    /// The member that says it.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        match self {
            Choice::First(member, _) => Some(member),
            Choice::Nth(_) => None,
        }
    }

    /// The one of several. The only one is not taken for being the only one when another path takes it for what it says.
    #[must_use]
    pub fn of<'a>(
        &self,
        several: &[&'a Map<String, Value>],
        is_elsewhere: impl Fn(&Map<String, Value>) -> bool,
    ) -> Option<&'a Map<String, Value>> {
        match self {
            Choice::Nth(place) => several.get(place.checked_sub(1)?).copied(),
            Choice::First(member, wanted) => wanted.iter().find_map(|wanted| {
                let found = wanted.among(member, several)?;
                let is_left = *wanted == Wanted::Only && is_elsewhere(found);
                (!is_left).then_some(found)
            }),
        }
    }
}

impl Wanted {
    /// The value of the member. `None`: whatever it is.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Wanted::Value(value) => Some(value),
            Wanted::Only => None,
        }
    }

    fn among<'a>(
        &self,
        member: &str,
        several: &[&'a Map<String, Value>],
    ) -> Option<&'a Map<String, Value>> {
        let said = |object: &&&Map<String, Value>| match (self, object.get(member)) {
            (Wanted::Value(value), Some(said)) => said.as_str() == Some(value.as_str()),
            (Wanted::Only, _) => true,
            _ => false,
        };
        let mut found = several.iter().filter(said);
        let first = found.next().copied()?;
        // Of two that say the same nobody can tell which holds.
        found.next().is_none().then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(condition: &str, uses: &[&str]) -> Option<usize> {
        let objects: Vec<Map<String, Value>> = uses
            .iter()
            .map(|said| {
                let said = Some(*said).filter(|said| !said.is_empty());
                said.map(|said| ("use".to_owned(), Value::from(said)))
                    .into_iter()
                    .collect()
            })
            .collect();
        let several: Vec<&Map<String, Value>> = objects.iter().collect();
        let found = Choice::parse(condition).unwrap().of(&several, |_| false)?;
        several.iter().position(|one| std::ptr::eq(*one, found))
    }

    #[test]
    fn the_first_of_some_uses_that_there_is_else_the_only_one() {
        let choice = "use=official|usual|*";
        assert_eq!(chosen(choice, &["old", "usual", "official"]), Some(2));
        assert_eq!(chosen(choice, &["old", "usual"]), Some(1));
        assert_eq!(chosen(choice, &[""]), Some(0));
        assert_eq!(chosen(choice, &["nickname"]), Some(0));
        assert_eq!(chosen(choice, &["nickname", "temp"]), None);
        assert_eq!(chosen(choice, &[]), None);
    }

    #[test]
    fn nobody_can_tell_which_of_two_official_ones_holds() {
        assert_eq!(
            chosen("use=official|usual|*", &["official", "official"]),
            None
        );
    }

    #[test]
    fn by_its_place_from_1() {
        assert_eq!(chosen("#2", &["a", "b", "c"]), Some(1));
        assert_eq!(chosen("#4", &["a", "b", "c"]), None);
        assert_eq!(Choice::parse("#0"), None);
        assert_eq!(Choice::parse("use=official"), None);
    }
}
