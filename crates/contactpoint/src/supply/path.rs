//! Where in a record a column's value is: names from the outside in, as `name[use=official]/family`.

use serde_json::{Map, Value};

use super::choice::{Choice, says};

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
    /// What other paths take of those between which this one chooses: at which step, and members with their values.
    elsewhere: Vec<(usize, Having)>,
}

/// Members and their values.
type Having = Vec<(String, String)>;

/// One name of the way, the members that what it leads to must have: `Contact[Order=1][Responsibility=true]`; and which it is of
/// several that have them: `Contact[Responsibility=true][#2]`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: String,
    having: Having,
    choice: Option<Choice>,
}

/// What lies on the way to a value: its name, and what the member of a name in it is.
pub type Way<'a> = [(&'a str, Option<&'a Map<String, Value>>)];

/// The objects of a record through which a path leads where it has choices, from the outside in; fewer than it has choices where one
/// finds nothing.
pub type Chosen<'a> = Vec<&'a Map<String, Value>>;

/// Those of which a path takes one by its place alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Among {
    /// At which step of the path they are.
    pub step: usize,
    /// Which it takes, from 1.
    pub place: usize,
    /// A name for them: paths that choose between the same ones have the same.
    pub of: String,
}

impl Path {
    /// Reads a path. One that begins with `/` is beside the record, and comes with it as one member of that name.
    #[must_use]
    pub fn parse(text: &str) -> Path {
        let (mut steps, mut rest) = (Vec::new(), text);
        if text.starts_with('/') {
            (steps, rest) = (vec![Step::parse(text)], "");
        }
        while !rest.is_empty() {
            let end = end_of_step(rest);
            let (step, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
            steps.push(Step::parse(step));
            rest = more.strip_prefix('/').unwrap_or("");
        }
        Path {
            steps,
            elsewhere: Vec::new(),
        }
    }

    /// Leaves to another path what that one takes for what it says: `*` never makes the current name of a former one.
    pub fn leave_to(&mut self, other: &Path) {
        let own = self.choices();
        let left = own.flat_map(|(at, _)| self.left_to(other, at).map(move |having| (at, having)));
        let left: Vec<(usize, Having)> = left.collect();
        self.elsewhere.extend(left);
    }

    /// What another path takes of those between which a step chooses.
    fn left_to<'a>(&'a self, other: &'a Path, at: usize) -> impl Iterator<Item = Having> + 'a {
        let is_same_way = self.steps.get(..at) == other.steps.get(..at);
        let both = self.steps.get(at).zip(other.steps.get(at));
        let both = both.filter(|(own, theirs)| is_same_way && own.name == theirs.name);
        both.into_iter().flat_map(|(own, theirs)| {
            let is_narrower = theirs.having.iter().any(|one| !own.having.contains(one));
            let by_members = is_narrower.then(|| theirs.having.clone());
            let others = theirs.choice.iter().filter(|_| own.choice != theirs.choice);
            let by_choice = others.flat_map(Choice::values).map(move |(member, value)| {
                let one = (member.to_owned(), value.to_owned());
                theirs.having.iter().cloned().chain([one]).collect()
            });
            by_members.into_iter().chain(by_choice)
        })
    }

    /// Through which objects of a record the path leads where it has choices.
    #[must_use]
    pub fn choose<'a>(&self, record: &'a Map<String, Value>) -> Chosen<'a> {
        let choices = self.choices();
        let each = choices.map_while(|(at, choice)| self.chosen(record, (at, choice)));
        each.collect()
    }

    /// Whether it ends at names between which another chooses.
    #[must_use]
    pub fn ends_at_choice_of(&self, other: &Path) -> bool {
        let mut choices = other.choices();
        choices.any(|(at, _)| self.steps.len() == at.saturating_add(1))
    }

    /// Where it takes one of several by its place alone.
    pub fn among(&self) -> impl Iterator<Item = Among> {
        self.choices().filter_map(|(step, choice)| {
            let (last, way) = self.steps.get(..=step)?.split_last()?;
            Some(Among {
                step,
                place: choice.place_alone()?,
                of: format!("{:?}", (way, &last.name, &last.having)),
            })
        })
    }

    /// How many there are in a record to choose from at a step.
    #[must_use]
    pub fn count(&self, record: &Map<String, Value>, step: usize) -> usize {
        self.several(record, step).len()
    }

    /// Whether it chooses at all.
    #[must_use]
    pub fn has_choice(&self) -> bool {
        self.choices().next().is_some()
    }

    /// Whether another path leads through the same ones, as far as both have choices.
    #[must_use]
    pub fn chooses_as(&self, other: &Path) -> bool {
        self.to_last_choice() == other.to_last_choice()
    }

    /// Whether nobody can tell which of several in a record it means, since two say the same.
    #[must_use]
    pub fn is_in_doubt(&self, record: &Map<String, Value>, chosen: &[&Map<String, Value>]) -> bool {
        let undecided = self.choices().nth(chosen.len());
        undecided.is_some_and(|(at, choice)| choice.is_in_doubt(&self.several(record, at)))
    }

    /// Whether a value is exactly there.
    #[must_use]
    pub fn is_at(&self, way: &Way<'_>, chosen: &[&Map<String, Value>]) -> bool {
        self.steps.len() == way.len() && self.leads_along(way, chosen)
    }

    /// Whether a value is there or anywhere below. A path with a choice holds nothing.
    #[must_use]
    pub fn holds(&self, way: &Way<'_>) -> bool {
        self.steps.len() <= way.len() && self.leads_along(way, &[])
    }

    /// Whether a value is one by which this path is chosen: the `use` of `name[use=official]`.
    #[must_use]
    pub fn is_chosen_by(&self, way: &Way<'_>, chosen: &[&Map<String, Value>]) -> bool {
        let Some(((own, _), before)) = way.split_last() else {
            return false;
        };
        let last = before
            .len()
            .checked_sub(1)
            .and_then(|at| self.steps.get(at));
        let chooses = |step: &Step| {
            let member = step.choice.as_ref().and_then(Choice::member);
            step.having.iter().any(|(name, _)| name == own) || member == Some(own)
        };
        last.is_some_and(chooses) && self.leads_along(before, chosen)
    }

    /// How many names there are on the way.
    #[must_use]
    pub fn length(&self) -> usize {
        self.steps.len()
    }

    fn leads_along(&self, way: &Way<'_>, chosen: &[&Map<String, Value>]) -> bool {
        let mut chosen = chosen.iter();
        let mut steps = self.steps.iter().zip(way);
        steps.all(|(step, (name, within))| {
            let mut is_it = || match (within, chosen.next()) {
                (Some(object), Some(chosen)) => std::ptr::eq(*object, *chosen),
                _ => false,
            };
            step.name == *name
                && (step.choice.is_none() || is_it())
                && within.map_or(step.having.is_empty(), |object| step.fits(object))
        })
    }

    /// Its choices from the outside in, each with the step at which it is.
    fn choices(&self) -> impl Iterator<Item = (usize, &Choice)> {
        let steps = self.steps.iter().enumerate();
        steps.filter_map(|(at, step)| Some((at, step.choice.as_ref()?)))
    }

    fn to_last_choice(&self) -> Option<&[Step]> {
        let (last, _) = self.choices().last()?;
        self.steps.get(..=last)
    }

    /// The one that is chosen at a step.
    fn chosen<'a>(
        &self,
        record: &'a Map<String, Value>,
        (at, choice): (usize, &Choice),
    ) -> Option<&'a Map<String, Value>> {
        choice.of(&self.several(record, at), |object| {
            let mut elsewhere = self.elsewhere.iter();
            elsewhere.any(|(place, having)| *place == at && has_all(object, having))
        })
    }

    /// Every object to which the steps up to one lead; where one before it chooses, through the chosen one alone.
    fn several<'a>(&self, record: &'a Map<String, Value>, last: usize) -> Chosen<'a> {
        let mut objects = vec![record];
        for (at, step) in self.steps.iter().enumerate().take(last.saturating_add(1)) {
            objects = match &step.choice {
                Some(choice) if at < last => {
                    let chosen = self.chosen(record, (at, choice));
                    chosen.into_iter().collect()
                }
                _ => step.within(&objects),
            };
        }
        objects
    }
}

impl Step {
    /// Reads a name and what stands in brackets behind it. Brackets with neither `=` nor `#` in them are part of the name.
    fn parse(text: &str) -> Step {
        let (mut name, mut having, mut choice) = (text, Vec::new(), Choice::default());
        while let Some((before, condition)) = name
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once('['))
        {
            if !choice.take(condition) {
                let member = condition.split_once('=');
                let Some((member, value)) = member.filter(|(_, value)| !value.contains('|')) else {
                    break;
                };
                having.push((member.to_owned(), value.to_owned()));
            }
            name = before;
        }
        Step {
            name: name.to_owned(),
            having,
            choice: choice.is_any().then_some(choice),
        }
    }

    /// Every object of its name within some, that has the members that it must have.
    fn within<'a>(&self, objects: &[&'a Map<String, Value>]) -> Chosen<'a> {
        let within = objects.iter().filter_map(|object| object.get(&self.name));
        let each = within.flat_map(|value| match value {
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        });
        let each = each.filter_map(Value::as_object);
        each.filter(|object| self.fits(object)).collect()
    }

    /// Whether an object has the members that it must have.
    fn fits(&self, object: &Map<String, Value>) -> bool {
        has_all(object, &self.having)
    }
}

fn has_all(object: &Map<String, Value>, having: &[(String, String)]) -> bool {
    having
        .iter()
        .all(|(member, value)| says(object, member, value))
}

/// Where the first step ends: at a `/` that is not within brackets.
fn end_of_step(text: &str) -> usize {
    let mut is_within = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => is_within = true,
            b']' => is_within = false,
            b'/' if !is_within => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
