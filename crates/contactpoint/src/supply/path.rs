//! Where in a record a column's value is: names from the outside in, as `name[use=official]/family`.

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

/// One name of the way, and the members that what it leads to must have: `Contact[Order=1][Responsibility=true]`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: String,
    having: Vec<(String, String)>,
}

/// What lies on the way to a value: its name, and what the member of a name in it is.
pub type Way<'a> = [(
    &'a str,
    Option<&'a serde_json::Map<String, serde_json::Value>>,
)];

impl Path {
    /// Reads a path. One that begins with `/` is beside the record, and comes with it as one member of that name.
    #[must_use]
    pub fn parse(text: &str) -> Path {
        if text.starts_with('/') {
            return Path {
                steps: vec![Step::parse(text)],
            };
        }
        let (mut steps, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let end = end_of_step(rest);
            let (step, more) = rest.split_at_checked(end).unwrap_or((rest, ""));
            steps.push(Step::parse(step));
            rest = more.strip_prefix('/').unwrap_or("");
        }
        Path { steps }
    }

    /// Whether a value is exactly there.
    #[must_use]
    pub fn is_at(&self, way: &Way<'_>) -> bool {
        self.steps.len() == way.len() && self.leads_along(way)
    }

    /// Whether a value is there or anywhere below.
    #[must_use]
    pub fn holds(&self, way: &Way<'_>) -> bool {
        self.steps.len() <= way.len() && self.leads_along(way)
    }

    /// Whether a value is one by which this path is chosen: the `use` of `name[use=official]`.
    #[must_use]
    pub fn is_chosen_by(&self, way: &Way<'_>) -> bool {
        let Some(((own, _), before)) = way.split_last() else {
            return false;
        };
        let last = before
            .len()
            .checked_sub(1)
            .and_then(|at| self.steps.get(at));
        let chooses = |step: &Step| step.having.iter().any(|(name, _)| name == own);
        last.is_some_and(chooses) && self.leads_along(before)
    }

    /// How many names there are on the way.
    #[must_use]
    pub fn length(&self) -> usize {
        self.steps.len()
    }

    fn leads_along(&self, way: &Way<'_>) -> bool {
        let mut steps = self.steps.iter().zip(way);
        steps.all(|(step, (name, within))| {
            step.name == *name
                && step.having.iter().all(|(member, value)| {
                    let member = within.and_then(|object| object.get(member));
                    member.and_then(|member| member.as_str()) == Some(value)
                })
        })
    }
}

impl Step {
    /// Reads a name and what stands in brackets behind it. Brackets without `=` in them are part of the name.
    fn parse(text: &str) -> Step {
        let (mut name, mut having) = (text, Vec::new());
        while let Some((before, condition)) = name
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once('['))
        {
            let Some((member, value)) = condition.split_once('=') else {
                break;
            };
            having.push((member.to_owned(), value.to_owned()));
            name = before;
        }
        Step {
            name: name.to_owned(),
            having,
        }
    }
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
