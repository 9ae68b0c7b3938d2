//! Where in a record a column's value is: names from the outside in, as `name[use=official]/family`.

use serde_json::{Map, Value};

use super::choice::{Choice, Wanted};

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
    /// Those up to the one with a choice.
    before_choice: usize,
    /// What other paths take of those between which this one chooses: members and their values.
    elsewhere: Vec<Vec<(String, String)>>,
}

/// One name of the way, the members that what it leads to must have: `Contact[Order=1][Responsibility=true]`; and which it is of
/// several that have them: `Contact[Responsibility=true][#2]`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: String,
    having: Vec<(String, String)>,
    choice: Option<Choice>,
}

/// What lies on the way to a value: its name, and what the member of a name in it is.
pub type Way<'a> = [(&'a str, Option<&'a Map<String, Value>>)];

/// The object of a record through which a path with a choice leads.
pub type Chosen<'a> = Option<&'a Map<String, Value>>;

impl Path {
    /// Reads a path. One that begins with `/` is beside the record, and comes with it as one member of that name.
    #[must_use]
    pub fn parse(text: &str) -> Path {
        if text.starts_with('/') {
            return Path::of(vec![Step::parse(text)]);
        }
        let (mut steps, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let end = end_of_step(rest);
            let (step, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
            steps.push(Step::parse(step));
            rest = more.strip_prefix('/').unwrap_or("");
        }
        Path::of(steps)
    }

    fn of(steps: Vec<Step>) -> Path {
        let at = steps.iter().position(|step| step.choice.is_some());
        Path {
            steps,
            before_choice: at.map_or(0, |at| at.saturating_add(1)),
            elsewhere: Vec::new(),
        }
    }

    /// Leaves to another path what that one takes for what it says: `*` never makes the current name of a former one.
    pub fn leave_to(&mut self, other: &Path) {
        let theirs = other.steps.get(..self.before_choice).unwrap_or(&[]);
        let (Some((own, way)), Some((theirs, their_way))) =
            (self.before_choice().split_last(), theirs.split_last())
        else {
            return;
        };
        if own.name != theirs.name || way != their_way {
            return;
        }
        let mut elsewhere = Vec::new();
        if theirs.having.iter().any(|one| !own.having.contains(one)) {
            elsewhere.push(theirs.having.clone());
        }
        if let (Some(Choice::First(member, wanted)), true) =
            (&theirs.choice, own.choice != theirs.choice)
        {
            let values = wanted.iter().filter_map(Wanted::value);
            elsewhere.extend(values.map(|value| {
                let one = (member.clone(), value.to_owned());
                theirs.having.iter().cloned().chain([one]).collect()
            }));
        }
        self.elsewhere.extend(elsewhere);
    }

    /// Through which object of a record the path leads, where it has a choice.
    #[must_use]
    pub fn choose<'a>(&self, record: &'a Map<String, Value>) -> Chosen<'a> {
        let choice = self.choice()?;
        choice.of(&self.candidates(record), |object| {
            let mut elsewhere = self.elsewhere.iter();
            elsewhere.any(|having| has_all(object, having))
        })
    }

    /// Whether it ends at the names between which another chooses.
    #[must_use]
    pub fn ends_at_choice_of(&self, other: &Path) -> bool {
        self.steps.len() == other.before_choice
    }

    /// Which of several it takes, and a name for those: `Some((2, …))` for the second. `None`: it does not count.
    #[must_use]
    pub fn place_among(&self) -> Option<(usize, String)> {
        let steps = self.before_choice().iter();
        let names: Vec<_> = steps.map(|step| (&step.name, &step.having)).collect();
        match self.choice()? {
            Choice::Nth(place) => Some((*place, format!("{names:?}"))),
            Choice::First(..) => None,
        }
    }

    /// How many there are to choose from in a record.
    #[must_use]
    pub fn count(&self, record: &Map<String, Value>) -> usize {
        self.candidates(record).len()
    }

    /// Whether a value is exactly there.
    #[must_use]
    pub fn is_at(&self, way: &Way<'_>, chosen: Chosen<'_>) -> bool {
        self.steps.len() == way.len() && self.leads_along(way, chosen)
    }

    /// Whether a value is there or anywhere below. A path with a choice holds nothing.
    #[must_use]
    pub fn holds(&self, way: &Way<'_>) -> bool {
        self.steps.len() <= way.len() && self.leads_along(way, None)
    }

    /// Whether a value is one by which this path is chosen: the `use` of `name[use=official]`.
    #[must_use]
    pub fn is_chosen_by(&self, way: &Way<'_>, chosen: Chosen<'_>) -> bool {
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

    fn leads_along(&self, way: &Way<'_>, chosen: Chosen<'_>) -> bool {
        let mut steps = self.steps.iter().zip(way);
        steps.all(|(step, (name, within))| {
            let is_it = || match (within, chosen) {
                (Some(object), Some(chosen)) => std::ptr::eq(*object, chosen),
                _ => false,
            };
            step.name == *name
                && (step.choice.is_none() || is_it())
                && within.map_or(step.having.is_empty(), |object| step.fits(object))
        })
    }

    fn choice(&self) -> Option<&Choice> {
        self.steps.iter().find_map(|step| step.choice.as_ref())
    }

    fn before_choice(&self) -> &[Step] {
        self.steps.get(..self.before_choice).unwrap_or(&[])
    }

    /// Every object to which the steps up to the choice lead.
    fn candidates<'a>(&self, record: &'a Map<String, Value>) -> Vec<&'a Map<String, Value>> {
        let mut objects = vec![record];
        for step in self.before_choice() {
            let within = objects.iter().filter_map(|object| object.get(&step.name));
            let each = within.flat_map(|value| match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            });
            let each = each.filter_map(Value::as_object);
            objects = each.filter(|object| step.fits(object)).collect();
        }
        objects
    }
}

impl Step {
    /// Reads a name and what stands in brackets behind it. Brackets with neither `=` nor `#` in them are part of the name.
    fn parse(text: &str) -> Step {
        let (mut name, mut having, mut choice) = (text, Vec::new(), None);
        while let Some((before, condition)) = name
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once('['))
        {
            if let Some(chosen) = Choice::parse(condition) {
                choice = Some(chosen);
            } else if let Some((member, value)) = condition.split_once('=') {
                having.push((member.to_owned(), value.to_owned()));
            } else {
                break;
            }
            name = before;
        }
        Step {
            name: name.to_owned(),
            having,
            choice,
        }
    }

    /// Whether an object has the members that it must have.
    fn fits(&self, object: &Map<String, Value>) -> bool {
        has_all(object, &self.having)
    }
}

fn has_all(object: &Map<String, Value>, having: &[(String, String)]) -> bool {
    having
        .iter()
        .all(|(member, value)| object.get(member).and_then(Value::as_str) == Some(value.as_str()))
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
