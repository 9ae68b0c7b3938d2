//! One entry of a list on a record, which can be said to be wrong by itself: a carer, one way to reach them, a name besides the one shown,
//! or who is said to work with the child. Nothing is put in its place by hand; what is taken out stays out, whoever says it (R83).

use std::borrow::Cow;

use crate::child::{Child, Working};
use crate::correction::Disputed;
use crate::name::{Carer, Name};
use crate::record::Record;
use crate::statement::{Said, Statement};
use crate::text::{Email, ServiceCode, Telephone};

/// One entry of a list, by what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A name besides the one that is shown: used before, or given by another source.
    FormerName(Name),
    /// A parent or carer, or one way to reach them: a number or address of one that is wrong is wrong for all of them, however a source
    /// writes their names.
    Carer(Name, Part),
    /// Who is said to work with the child in a service, or one way to reach them.
    Working(ServiceCode, Name, Part),
}

/// How much of a person is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// That they are there at all.
    Whole,
    /// This telephone number.
    Telephone(Telephone),
    /// This e-mail address.
    Email(Email),
}

/// Every entry of a list of a child, each once; none of what is no such list.
#[must_use]
pub fn entries(child: &Child, field: Disputed) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    let each: Vec<Entry> = match field {
        Disputed::FormerNames => {
            let names = child.former_names.iter().chain(&child.other_names);
            names
                .map(|item| Entry::FormerName(item.value.clone()))
                .collect()
        }
        Disputed::Carers => child
            .carers
            .iter()
            .map(|item| &item.value)
            .flat_map(|one| {
                let of = move |part| Entry::Carer(one.name.clone(), part);
                parts(one.telephone.as_ref(), one.email.as_ref()).map(of)
            })
            .collect(),
        Disputed::Involvements => child
            .involvements
            .iter()
            .map(|item| &item.value)
            .flat_map(|one| {
                let who = &one.practitioner;
                let of = move |part| Entry::Working(one.service.clone(), who.name.clone(), part);
                parts(who.telephone.as_ref(), who.email.as_ref()).map(of)
            })
            .collect(),
        _ => Vec::new(),
    };
    for one in each {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn parts(telephone: Option<&Telephone>, email: Option<&Email>) -> impl Iterator<Item = Part> {
    let telephone = telephone.cloned().map(Part::Telephone);
    let email = email.cloned().map(Part::Email);
    [Some(Part::Whole), telephone, email].into_iter().flatten()
}

impl Entry {
    /// The list it is of.
    #[must_use]
    pub fn field(&self) -> Disputed {
        match self {
            Entry::FormerName(_) => Disputed::FormerNames,
            Entry::Carer(..) => Disputed::Carers,
            Entry::Working(..) => Disputed::Involvements,
        }
    }

    /// By what it is chosen among the entries of its list.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Entry::FormerName(name) => name.to_string(),
            Entry::Carer(name, part) => format!("{} {name}", part.code()),
            Entry::Working(service, name, part) => format!("{} {service} {name}", part.code()),
        }
    }

    /// Whether a statement says it; of a name also one that was replaced, as a list of names once used is made of those too.
    pub(crate) fn is_said(&self, statement: &Statement) -> bool {
        let stands = statement.superseded.is_none();
        match (self, &statement.said) {
            (Entry::FormerName(name), Said::Particulars(said)) => {
                let mut names = said.former_names.iter().chain(&said.name);
                !statement.is_taken_back() && names.any(|one| same(one, name))
            }
            (Entry::Carer(name, part), Said::Particulars(said)) => {
                let mut carers = said.carers.iter();
                stands && carers.any(|one| is_carer((name, part), one))
            }
            (Entry::Working(service, name, part), Said::Involvement(said)) => {
                let who = &said.practitioner;
                let reach = (who.telephone.as_ref(), who.email.as_ref());
                let is_them = said.service == *service && same(&who.name, name);
                stands && is_them && part.is_of(reach.0, reach.1)
            }
            _ => false,
        }
    }

    /// Whether it is not shown where a statement says it, when it was taken out. What practitioners recorded of themselves is theirs to end.
    pub(crate) fn hides(&self, statement: &Statement) -> bool {
        let is_own = match &statement.said {
            Said::Involvement(said) => said.account.is_some(),
            Said::Particulars(_) | Said::Sensitive(_) => false,
        };
        !is_own && self.is_said(statement)
    }

    /// Whether another is out where this one was taken out.
    pub(crate) fn covers(&self, other: &Entry) -> bool {
        match (self, other) {
            (Entry::Carer(_, one), Entry::Carer(_, other)) if *one != Part::Whole => {
                one.reaches_as(other)
            }
            _ => self == other,
        }
    }

    /// Whether it can be taken out: a source says it, and nobody of themselves.
    pub(crate) fn can_hide(&self, record: &Record) -> bool {
        let mut said = record.statements.iter().filter(|one| self.is_said(one));
        said.all(|one| self.hides(one))
    }
}

impl Part {
    fn code(&self) -> String {
        match self {
            Part::Whole => "whole".to_owned(),
            Part::Telephone(telephone) => telephone.to_string(),
            Part::Email(email) => email.to_string(),
        }
    }

    fn is_of(&self, telephone: Option<&Telephone>, email: Option<&Email>) -> bool {
        match self {
            Part::Whole => true,
            Part::Telephone(wrong) => telephone.is_some_and(|one| is_same_number(one, wrong)),
            Part::Email(wrong) => email.is_some_and(|one| is_same_address(one, wrong)),
        }
    }

    /// Whether both are the same number, or the same address.
    fn reaches_as(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Telephone(one), Part::Telephone(other)) => is_same_number(one, other),
            (Part::Email(one), Part::Email(other)) => is_same_address(one, other),
            _ => false,
        }
    }

    /// Takes it out of how somebody is reached. Nothing is left of them: `false`.
    fn take(&self, telephone: &mut Option<Telephone>, email: &mut Option<Email>) -> bool {
        match self {
            Part::Whole => return false,
            Part::Telephone(wrong) => {
                *telephone = telephone.take().filter(|one| !is_same_number(one, wrong));
            }
            Part::Email(wrong) => *email = email.take().filter(|one| !is_same_address(one, wrong)),
        }
        true
    }
}

/// Whether a name besides the one that is shown was taken out.
pub(crate) fn hides_name(hidden: &[&Entry], name: &Name) -> bool {
    let mut hidden = hidden.iter();
    hidden.any(|entry| matches!(entry, Entry::FormerName(wrong) if same(wrong, name)))
}

/// What is left of a carer. `None`: nothing.
pub(crate) fn left_of_carer<'c>(hidden: &[&Entry], carer: &'c Carer) -> Option<Cow<'c, Carer>> {
    let mut left = Cow::Borrowed(carer);
    for entry in hidden {
        let Entry::Carer(name, part) = entry else {
            continue;
        };
        if is_carer((name, part), &left) {
            let left = left.to_mut();
            if !part.take(&mut left.telephone, &mut left.email) {
                return None;
            }
        }
    }
    Some(left)
}

/// Whether an entry is of a carer: of this one by name, or of whoever is reached so.
fn is_carer((name, part): (&Name, &Part), carer: &Carer) -> bool {
    let is_them = *part != Part::Whole || same(name, &carer.name);
    is_them && part.is_of(carer.telephone.as_ref(), carer.email.as_ref())
}

/// Takes out of somebody who is working with the child what is hidden. Nothing is left of them: `false`.
pub(crate) fn is_left_of_working(hidden: &[&Entry], working: &mut Working) -> bool {
    let is_own = working.account.is_some();
    let who = &mut working.practitioner;
    let mut hidden = hidden.iter();
    is_own
        || hidden.all(|entry| match entry {
            Entry::Working(service, name, part)
                if *service == working.service && same(name, &who.name) =>
            {
                part.take(&mut who.telephone, &mut who.email)
            }
            _ => true,
        })
}

/// Whether two telephone numbers are one, written with or without the code of the country.
fn is_same_number(one: &Telephone, other: &Telephone) -> bool {
    national(one) == national(other)
}

/// A number without the code of the United Kingdom; one of another country with that country’s.
fn national(telephone: &Telephone) -> &str {
    let text = telephone.as_str();
    let codes = ["+44", "0044", "0"].into_iter();
    let mut after = codes.filter_map(|code| text.strip_prefix(code));
    after.next().map_or(text, |it| it.trim_start_matches('0'))
}

/// Whether two e-mail addresses are one.
fn is_same_address(one: &Email, other: &Email) -> bool {
    one.as_str().to_lowercase() == other.as_str().to_lowercase()
}

/// Whether two names are the same but for capitals.
pub(crate) fn same(a: &Name, b: &Name) -> bool {
    a.to_string().to_lowercase() == b.to_string().to_lowercase()
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
