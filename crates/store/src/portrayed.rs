//! A child or a supplied row as it is resolved: every field that tells people apart, nothing of any service.
//!
//! A record is compared as all its sources together say, and as each of them says by itself, as a child may be known to one under
//! another name and to another at another address. Behind a shield nothing that was ever said is left out (F1).

use std::borrow::Cow;
use std::sync::LazyLock;

use directory::Date;
use directory::address::Residence;
use directory::child::Child;
use directory::following::was_put_right;
use directory::name::{Carer, Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::record::{Record, Shielding};
use directory::setting::Education;
use directory::statement::{Particulars, Said, Statement};
use matching::link::{Column, Kind, Portrait, Scales, Schema, SchemaError};

use crate::candidate::{numbers, other_names};
use crate::guarding::{Waiting, bits_through, waiting};
use crate::matching_model::MatchingModel;

/// What is compared, in the order of [`fields`].
pub(crate) const COLUMNS: [(&str, Kind); 12] = [
    ("given names", Kind::GivenName),
    ("family name", Kind::FamilyName),
    ("former name", Kind::FormerName),
    ("other former name", Kind::FormerName),
    ("born", Kind::Date),
    ("gender", Kind::Sex),
    ("address", Kind::Address),
    ("postcode", Kind::Postcode),
    ("carers", Kind::ParentName),
    ("school", Kind::Code),
    ("NHS number", Kind::Identifier),
    ("unique pupil number", Kind::Identifier),
];
/// How many former names are compared.
const FORMER_NAMES_MAX: usize = 2;

static SCHEMA: LazyLock<Result<Schema, SchemaError>> = LazyLock::new(|| {
    let column = |(name, kind): (&str, Kind)| Column::new(name, kind);
    Schema::new(COLUMNS.into_iter().map(column).collect())
});

/// The columns. `None`: they are no schema, which a test of this module rules out.
pub(crate) fn schema() -> Option<&'static Schema> {
    SCHEMA.as_ref().ok()
}

/// A child or row, ready to be compared.
#[derive(Default)]
pub(crate) struct Portrayed {
    /// What all sources together say, then what each says by itself where that is something else.
    portraits: Vec<Portrait>,
    /// What waits behind the shield, as far as it guards.
    waiting: Vec<Waiting>,
    other_numbers: Vec<OtherNumber>,
}

/// How a row and a known child stand to one another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Likened {
    /// log2 of the odds that they are one child.
    pub(crate) bits: f32,
    /// The most that can be said for it ([`matching::link::Weighed::widest_bits`]).
    pub(crate) widest_bits: f32,
    /// The same, as if all that waits behind the shield were certainly of the child.
    pub(crate) nearest_bits: f32,
    /// Exact identity with what a source says.
    pub(crate) is_identical: bool,
    /// A strong identifier agrees.
    pub(crate) shares_number: bool,
    /// Both have numbers of one scheme, and none agrees: two children, as far as anybody can tell without a person.
    pub(crate) numbers_differ: bool,
    /// By something that a source says, they are more probably two of one household.
    pub(crate) is_household: bool,
    /// Names and birth say that they are two people, whatever a key says.
    pub(crate) is_another: bool,
    /// Neither given name nor family name nor birth tells them apart.
    pub(crate) is_namesake: bool,
}

/// What is said of a child, to be made a portrait of.
pub(crate) struct Spoken<'a> {
    name: Option<&'a Name>,
    former: Vec<&'a Name>,
    born: Option<Date>,
    gender: Option<Gender>,
    residence: Option<&'a Residence>,
    carers: Vec<&'a Carer>,
    education: Option<&'a Education>,
    other_numbers: Vec<&'a OtherNumber>,
}

impl Portrayed {
    /// What a row says, or one source by itself. `None`: without a name it is compared with nobody.
    pub(crate) fn of_row(said: &Particulars) -> Option<Portrayed> {
        said.name.as_ref()?;
        Some(Portrayed {
            portraits: Spoken::of(said).portrait().into_iter().collect(),
            waiting: Vec::new(),
            other_numbers: said.other_numbers.clone(),
        })
    }

    /// A record and what is computed of it. `None`: it has no name.
    pub(crate) fn of_record(
        record: &Record,
        child: &Child,
        model: &MatchingModel,
    ) -> Option<Portrayed> {
        let name = &child.name.as_ref()?.value;
        let others = other_names(record, child, name);
        let is_shielded = child.shielding == Shielding::Shielded;
        let mut portraits: Vec<Portrait> = Spoken::of_child(child, name, &others)
            .portrait()
            .into_iter()
            .collect();
        let mut said = record
            .statements
            .iter()
            .filter(|statement| statement.superseded.is_none() || is_shielded)
            .filter_map(named)
            .peekable();
        let first = said.next();
        // One source's word alone is what all together say, but for what a person put right: that guards and joins by what was said (F1).
        let alone = first.filter(|_| said.peek().is_some() || was_put_right(record));
        for said in alone.into_iter().chain(said) {
            let portrait = Spoken::of(said).portrait();
            let portrait = portrait.filter(|portrait| !portraits.contains(portrait));
            portraits.extend(portrait);
        }
        let waiting = if is_shielded {
            waiting(record, &portraits, model)
        } else {
            Vec::new()
        };
        Some(Portrayed {
            portraits,
            waiting,
            other_numbers: numbers(child),
        })
    }

    /// Weighs this row against a known child.
    pub(crate) fn likened(&self, known: &Portrayed, scales: &Scales) -> Likened {
        let mut likened = Likened {
            bits: f32::NEG_INFINITY,
            widest_bits: f32::NEG_INFINITY,
            nearest_bits: f32::NEG_INFINITY,
            is_identical: false,
            shares_number: self.shares_number(known),
            numbers_differ: self.numbers_differ(known),
            is_household: false,
            is_another: true,
            is_namesake: false,
        };
        let known: Vec<(&Portrait, f32)> = known.guarding().collect();
        for (row, row_probability) in self.guarding() {
            for (portrait, log2_probability) in &known {
                let mut weighed = scales.weigh(row, portrait);
                likened.nearest_bits = likened.nearest_bits.max(weighed.widest_bits);
                weighed.bits = bits_through(weighed.bits, row_probability + log2_probability);
                weighed.widest_bits =
                    bits_through(weighed.widest_bits, row_probability + log2_probability);
                let differs = [
                    weighed.given_differs,
                    weighed.family_differs,
                    weighed.date_differs,
                ];
                let differing = differs.into_iter().filter(|differs| *differs).count();
                likened.bits = likened.bits.max(weighed.bits);
                likened.widest_bits = likened.widest_bits.max(weighed.widest_bits);
                likened.is_identical |= row.is_identical(portrait);
                likened.is_household |= weighed.is_household;
                likened.is_another &= differing >= 2;
                likened.is_namesake |= differing == 0;
            }
        }
        likened
    }

    /// All by which it is compared, with log2 of the probability that it is of the child.
    fn guarding(&self) -> impl Iterator<Item = (&Portrait, f32)> {
        let own = self.portraits.iter().map(|portrait| (portrait, 0.0));
        let waiting = self.waiting.iter();
        own.chain(waiting.map(|one| (&one.portrait, one.log2_probability)))
    }

    /// Whether something is said here by which it is compared, and is not said there.
    pub(crate) fn says_more_than(&self, other: &Portrayed) -> bool {
        let mut portraits = self.portraits.iter();
        let mut numbers = self.other_numbers.iter();
        portraits.any(|one| !other.portraits.contains(one))
            || numbers.any(|one| !other.other_numbers.contains(one))
    }

    /// The same with given and family names exchanged, as they are exchanged in a file with its columns the wrong way round. Misspelt
    /// besides, they would not be known again otherwise.
    pub(crate) fn turned(&self) -> Portrayed {
        Portrayed {
            portraits: self.portraits.iter().filter_map(Portrait::turned).collect(),
            waiting: Vec::new(),
            other_numbers: self.other_numbers.clone(),
        }
    }

    /// The portraits of a row and of the known child that are most alike.
    pub(crate) fn nearest<'p>(
        &'p self,
        known: &'p Portrayed,
        scales: &Scales,
    ) -> Option<(&'p Portrait, &'p Portrait)> {
        let pairs = self
            .portraits
            .iter()
            .flat_map(|row| known.portraits.iter().map(move |portrait| (row, portrait)));
        pairs
            .map(|pair| (pair, scales.weigh(pair.0, pair.1).bits))
            .max_by(|one, other| one.1.total_cmp(&other.1))
            .map(|(pair, _)| pair)
    }

    fn shares_number(&self, known: &Portrayed) -> bool {
        let numbers = &mut self.other_numbers.iter();
        numbers.any(|number| known.other_numbers.contains(number))
    }

    fn numbers_differ(&self, known: &Portrayed) -> bool {
        self.other_numbers.iter().any(|one| {
            let same_scheme = |other: &&OtherNumber| other.scheme == one.scheme;
            let mut theirs = known.other_numbers.iter().filter(same_scheme).peekable();
            theirs.peek().is_some() && theirs.all(|other| other != one)
        })
    }
}

/// What a statement says of who a child is, where that has a name.
pub(crate) fn named(statement: &Statement) -> Option<&Particulars> {
    match &statement.said {
        Said::Particulars(said) => said.name.is_some().then_some(said),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

impl<'a> Spoken<'a> {
    pub(crate) fn of(said: &'a Particulars) -> Spoken<'a> {
        Spoken {
            name: said.name.as_ref(),
            former: said.former_names.iter().collect(),
            born: said.born,
            gender: said.gender,
            residence: said.residence.as_ref(),
            carers: said.carers.iter().collect(),
            education: said.education.as_ref(),
            other_numbers: said.other_numbers.iter().collect(),
        }
    }

    fn of_child(child: &'a Child, name: &'a Name, others: &'a [Name]) -> Spoken<'a> {
        Spoken {
            name: Some(name),
            former: others.iter().collect(),
            born: child.born.as_ref().map(|born| born.value),
            gender: child.gender.as_ref().map(|gender| gender.value),
            residence: child.residence.as_ref().map(|residence| &residence.value),
            carers: child.carers.iter().map(|carer| &carer.value).collect(),
            education: child.education.as_ref().map(|education| &education.value),
            other_numbers: child.other_numbers.iter().map(|n| &n.value).collect(),
        }
    }

    pub(crate) fn portrait(&self) -> Option<Portrait> {
        let fields = self.fields();
        let fields = fields.each_ref().map(|field| &**field);
        Portrait::read(schema()?, &fields).ok()
    }

    /// One text for each of [`COLUMNS`], empty where nothing is said.
    fn fields(&self) -> [Cow<'a, str>; COLUMNS.len()] {
        let text = |text: Option<&'a str>| Cow::Borrowed(text.unwrap_or_default());
        let given = self.name.and_then(|name| name.given.as_ref());
        let current = self.name.map(|name| &name.family);
        let former = self.former.iter().map(|other| &other.family);
        let mut former = former.filter(|family| current != Some(family));
        let former: [Option<&str>; FORMER_NAMES_MAX] =
            std::array::from_fn(|_| former.next().map(|family| family.as_str()));
        let [former, other_former] = former;
        let address = self.residence.and_then(Residence::address);
        let lines = address.map_or(&[][..], |address| address.lines.as_slice());
        let postcode = address.and_then(|address| address.postcode.as_ref());
        let carers = self.carers.iter().map(|carer| carer.name.to_string());
        let school = self.education.and_then(Education::place);
        let number = |scheme: Scheme| {
            let mut of_scheme = self.other_numbers.iter().filter(|it| it.scheme == scheme);
            text(of_scheme.next().map(|number| number.text.as_str()))
        };
        [
            text(given.map(|given| given.as_str())),
            text(current.map(|family| family.as_str())),
            text(former),
            text(other_former),
            self.born
                .map(|born| Cow::Owned(born.to_string()))
                .unwrap_or_default(),
            Cow::Borrowed(gender_text(self.gender)),
            joined(lines.iter().map(|line| Cow::Borrowed(line.as_str()))),
            text(postcode.map(|postcode| postcode.as_str())),
            joined(carers.map(Cow::Owned)),
            text(school.map(|school| school.as_str())),
            number(Scheme::Nhs),
            number(Scheme::Pupil),
        ]
    }
}

/// Texts with a space between them.
fn joined<'a>(mut texts: impl Iterator<Item = Cow<'a, str>>) -> Cow<'a, str> {
    let mut joined = texts.next().unwrap_or_default();
    for text in texts {
        let joined = joined.to_mut();
        joined.push(' ');
        joined.push_str(&text);
    }
    joined
}

/// One text for each of [`COLUMNS`] of what a row says.
pub(crate) fn fields(said: &Particulars) -> [Cow<'_, str>; COLUMNS.len()] {
    Spoken::of(said).fields()
}

fn gender_text(gender: Option<Gender>) -> &'static str {
    match gender {
        Some(Gender::Female) => "F",
        Some(Gender::Male) => "M",
        Some(Gender::Unspecified) | None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_a_schema() {
        assert_eq!(schema().unwrap().columns().len(), COLUMNS.len());
    }

    #[test]
    fn r31_nothing_of_a_sensitive_service_is_compared() {
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        assert!(!names.iter().any(|name| {
            ["service", "involvement", "consent", "practitioner"]
                .iter()
                .any(|word| name.contains(word))
        }));
    }
}
