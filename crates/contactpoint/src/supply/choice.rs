//! Which of several members of one name a path takes: the one that comes first in a list of uses, or the second that there is.

use serde_json::{Map, Value};

/// How one of several is chosen: by a member, by its place, or by its place among those that a member tells apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// A member, and what it should say, the best first: `[use=official|usual|*]`.
    by: Option<(String, Vec<Wanted>)>,
    /// From 1: `[#2]`. `None`: there must be only one, since of two that say the same nobody can tell which holds.
    place: Option<usize>,
}

/// Which one a choice by a member takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The one whose member has a value; of which nothing is said, where the value is empty.
    Value(String),
    /// Whichever there is, unless what it says makes it another column's: `*`.
    Any,
}

/// Whether an object's member has a value. The empty value: nothing is said.
#[must_use]
pub fn says(object: &Map<String, Value>, member: &str, value: &str) -> bool {
    match object.get(member) {
        Some(Value::String(said)) => said == value,
        Some(Value::Null) | None => value.is_empty(),
        Some(_) => false,
    }
}

impl Choice {
    /// Takes what stands in brackets into the choice. `false`: it is none, or a second of its kind.
    #[must_use]
    pub fn take(&mut self, text: &str) -> bool {
        if let Some(place) = text.strip_prefix('#') {
            let place = place.parse().ok().filter(|place| *place > 0);
            let is_first = self.place.is_none();
            self.place = self.place.or(place);
            return is_first && place.is_some();
        }
        let Some((member, values)) = text.split_once('=') else {
            return false;
        };
        if !values.contains('|') || self.by.is_some() {
            return false;
        }
        let wanted = values.split('|').map(|value| match value {
            "*" => Wanted::Any,
            value => Wanted::Value(value.to_owned()),
        });
        self.by = Some((member.to_owned(), wanted.collect()));
        true
    }

    /// Whether it chooses at all.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.by.is_some() || self.place.is_some()
    }

    /// The member that says it.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        self.by.as_ref().map(|(member, _)| member.as_str())
    }

    /// Which of several it takes for its place alone.
    #[must_use]
    pub fn place_alone(&self) -> Option<usize> {
        self.place.filter(|_| self.by.is_none())
    }

    /// Every member and value by which it takes one.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        let by = self.by.iter();
        by.flat_map(|(member, wanted)| {
            let values = wanted.iter().filter_map(Wanted::value);
            values.map(|value| (member.as_str(), value))
        })
    }

    /// The one of several. Whichever there is, is not taken when another path takes it for what it says.
    #[must_use]
    pub fn of<'a>(
        &self,
        several: &[&'a Map<String, Value>],
        is_elsewhere: impl Fn(&Map<String, Value>) -> bool,
    ) -> Option<&'a Map<String, Value>> {
        let Some((member, wanted)) = &self.by else {
            return several.get(self.place?.checked_sub(1)?).copied();
        };
        wanted.iter().find_map(|wanted| {
            let mut found = wanted.among(member, several);
            if self.place.is_none() && found.len() > 1 {
                return None;
            }
            found.retain(|one| *wanted != Wanted::Any || !is_elsewhere(one));
            let place = self.place.unwrap_or(1);
            found.get(place.checked_sub(1)?).copied()
        })
    }

    /// Whether there are two of several that say the same of what it wants, and nothing says which of them is meant.
    #[must_use]
    pub fn is_in_doubt(&self, several: &[&Map<String, Value>]) -> bool {
        let is_one_of_two = |(member, value): (&str, &str)| {
            let mut found = several.iter().filter(|one| says(one, member, value));
            found.nth(1).is_some()
        };
        self.place.is_none() && self.values().any(is_one_of_two)
    }
}

impl Wanted {
    /// The value of the member. `None`: whatever it is.
    fn value(&self) -> Option<&str> {
        match self {
            Wanted::Value(value) => Some(value),
            Wanted::Any => None,
        }
    }

    fn among<'a>(
        &self,
        member: &str,
        several: &[&'a Map<String, Value>],
    ) -> Vec<&'a Map<String, Value>> {
        let is_wanted = |object: &&&Map<String, Value>| match self {
            Wanted::Value(value) => says(object, member, value),
            Wanted::Any => true,
        };
        several.iter().filter(is_wanted).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(uses: &[&str]) -> Vec<Map<String, Value>> {
        let one = |said: &&str| {
            let said = Some(*said).filter(|said| !said.is_empty());
            said.map(|said| ("use".to_owned(), Value::from(said)))
                .into_iter()
                .collect()
        };
        uses.iter().map(one).collect()
    }

    fn read(conditions: &[&str]) -> Choice {
        let mut choice = Choice::default();
        assert!(conditions.iter().all(|condition| choice.take(condition)));
        choice
    }

    fn chosen(conditions: &[&str], uses: &[&str]) -> Option<usize> {
        let objects = objects(uses);
        let several: Vec<&Map<String, Value>> = objects.iter().collect();
        let found = read(conditions).of(&several, |_| false)?;
        several.iter().position(|one| std::ptr::eq(*one, found))
    }

    #[test]
    fn the_first_of_some_uses_that_there_is_else_the_only_one() {
        let choice = &["use=official|usual|*"];
        assert_eq!(chosen(choice, &["old", "usual", "official"]), Some(2));
        assert_eq!(chosen(choice, &["old", "usual"]), Some(1));
        assert_eq!(chosen(choice, &[""]), Some(0));
        assert_eq!(chosen(choice, &["nickname"]), Some(0));
        assert_eq!(chosen(choice, &["nickname", "temp"]), None);
        assert_eq!(chosen(choice, &[]), None);
    }

    #[test]
    fn an_empty_value_is_the_one_of_which_nothing_is_said() {
        let choice = &["use=home|"];
        assert_eq!(chosen(choice, &["old", "", "home"]), Some(2));
        assert_eq!(chosen(choice, &["old", "", "temp"]), Some(1));
        assert_eq!(chosen(choice, &["old", "temp"]), None);
        assert_eq!(chosen(choice, &["", ""]), None);
        let null = Map::from_iter([("use".to_owned(), Value::Null)]);
        assert!(says(&null, "use", "") && says(&Map::new(), "use", ""));
        let number = Map::from_iter([("use".to_owned(), Value::from(1))]);
        assert!(!says(&number, "use", ""), "something is said");
    }

    #[test]
    fn nobody_can_tell_which_of_two_official_ones_holds() {
        let choice = "use=official|usual|*";
        assert_eq!(chosen(&[choice], &["official", "official"]), None);
        let is_in_doubt = |conditions: &[&str], uses: &[&str]| {
            let objects = objects(uses);
            read(conditions).is_in_doubt(&objects.iter().collect::<Vec<_>>())
        };
        assert!(is_in_doubt(&[choice], &["official", "official"]));
        assert!(is_in_doubt(&["use=home|"], &["", "old", ""]));
        assert!(!is_in_doubt(&["use=home|"], &["old", "old"]));
        assert!(!is_in_doubt(&["use=home|", "#1"], &["home", "home"]));
        assert!(!is_in_doubt(&["#1"], &["home", "home"]));
    }

    #[test]
    fn by_its_place_from_1() {
        assert_eq!(chosen(&["#2"], &["a", "b", "c"]), Some(1));
        assert_eq!(chosen(&["#4"], &["a", "b", "c"]), None);
    }

    #[test]
    fn by_its_place_among_those_of_the_first_use_that_there_is() {
        let choice = &["use=M|H|*", "#1"];
        assert_eq!(chosen(choice, &["W", "H", "M", "M"]), Some(2));
        assert_eq!(chosen(choice, &["W", "H", "H"]), Some(1));
        assert_eq!(chosen(choice, &["W", "F"]), Some(0));
        assert_eq!(chosen(choice, &[]), None);
        assert_eq!(chosen(&["use=M|H", "#2"], &["M", "H", "H"]), Some(2));
        let objects = objects(&["W", "F"]);
        let several: Vec<&Map<String, Value>> = objects.iter().collect();
        let is_work = |object: &Map<String, Value>| says(object, "use", "W");
        let found = read(choice).of(&several, is_work).unwrap();
        assert!(says(found, "use", "F"), "the other is another column's");
    }

    #[test]
    fn what_is_no_choice_is_not_taken_nor_a_second_of_one_kind() {
        let mut choice = Choice::default();
        for no_choice in ["#0", "#x", "use=official", "use"] {
            assert!(!choice.take(no_choice), "{no_choice}");
        }
        assert!(!choice.is_any());
        assert!(choice.take("use=a|b") && choice.take("#1"));
        assert!(!choice.take("type=c|d") && !choice.take("#2"));
    }
}
