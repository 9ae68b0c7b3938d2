//! The form that says what is wrong: what was sent, and what it says or what is wrong with it. No free text: each answer has the
//! closed form of its field.

use directory::Date;
use directory::address::{Address, AddressState, Residence};
use directory::child::Mark;
use directory::correction::{Cause, Disputed, Right};
use directory::disputing::Told;
use directory::entry::Entry;
use directory::name::{Carer, Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::setting::{Education, Place, PrimaryCare};
use directory::statement::Particulars;
use directory::text::{self, AddressLine, NamePart, PlaceCode};

use super::choices::{choice, fault};
use super::date_boxes::{self, Typed, Wrong};
use super::search_form::take;
use crate::view::choice::Choice;
use crate::view::fault::Fault;
use crate::view::field::{DateField, DatePart, Field};
use crate::view::wrong_field::Inputs;
use crate::visitor::Fields;
use crate::words;

const NO_RIGHT: &str = "Choose what you know";
const NO_CAUSE: &str = "Choose how you know";
const NO_ENTRY: &str = "Choose who or what is meant";
const SAME: &str = "What you say is right is what the record shows, or cannot be taken. Check it";
const GONE: &str = "That is not shown any more, or cannot be taken out. Choose again";
/// The oldest anybody in the directory can be (R22), in years.
const AGE_YEARS_MAX: i16 = 26;

/// What the answers of `right` stand for, beside a gender and the kinds of education.
const IS: &str = "is";
const ONLY_WRONG: &str = "only-wrong";
const NOT_KNOWN: &str = "not-known";
/// The answer of `entry` that means no entry.
const NO_SUCH: &str = "none";

/// The boxes of a parent or carer, with what each is called.
const CARER_BOXES: [(&str, &str); 4] = [
    ("carer_given_name", "Given name"),
    ("carer_family_name", "Family name"),
    ("carer_telephone", "Telephone"),
    ("carer_email", "E-mail address"),
];

/// The answers as they were sent, with what is wrong with them.
#[derive(Default)]
pub(super) struct Answers {
    right: String,
    cause: String,
    entry: String,
    given: Field,
    family: Field,
    line: Field,
    town: Field,
    postcode: Field,
    pub(super) place: Field,
    place_code: String,
    born: DateField,
    carer: [Field; 4],
    number: Field,
    /// The schools or practices that the name may mean.
    pub(super) found: Vec<Place>,
    pub(super) right_fault: Option<String>,
    pub(super) cause_fault: Option<String>,
    pub(super) entry_fault: Option<String>,
    pub(super) faults: Vec<Fault>,
}

impl Answers {
    /// The answers as they were sent.
    pub(super) fn sent(sent: &Fields) -> Answers {
        let field = |name| typed(sent.text(name));
        Answers {
            right: sent.text("right").to_owned(),
            cause: sent.text("cause").to_owned(),
            entry: sent.text("entry").to_owned(),
            given: field("given_name"),
            family: field("family_name"),
            line: field("line"),
            town: field("town"),
            postcode: field("postcode"),
            place: field("place"),
            place_code: sent.text("place_code").to_owned(),
            born: date_boxes::sent(sent, "date_of_birth"),
            carer: CARER_BOXES.map(|(name, _)| field(name)),
            number: field("number"),
            ..Answers::default()
        }
    }

    /// Filled in with what somebody reported to be wrong and to be right, for who may set it.
    pub(super) fn reported(mark: &Mark, place_name: &str) -> Answers {
        Answers {
            entry: mark.entry.as_ref().map(Entry::code).unwrap_or_default(),
            ..Answers::proposed(&mark.right, place_name)
        }
    }

    fn proposed(right: &Right, place_name: &str) -> Answers {
        let Right::Is(said) = right else {
            return Answers::default();
        };
        let text = |text: Option<String>| typed(&text.unwrap_or_default());
        let name = said.name.as_ref();
        let given = name.and_then(|name| name.given.as_ref());
        let address = said.residence.as_ref().and_then(|it| it.address());
        let mut lines = address.into_iter().flat_map(|address| &address.lines);
        let right = said
            .gender
            .map_or(IS.to_owned(), |gender| gender.words().to_owned());
        let boxed = |day: Date| DateField {
            day: day.day().to_string(),
            month: day.month().to_string(),
            year: day.year().to_string(),
            ..DateField::default()
        };
        Answers {
            right: closed(said).map_or(right, ToOwned::to_owned),
            given: text(given.map(ToString::to_string)),
            family: text(name.map(|name| name.family.to_string())),
            line: text(lines.next().map(ToString::to_string)),
            town: text(lines.next().map(ToString::to_string)),
            postcode: text(address.and_then(|it| it.postcode.as_ref().map(ToString::to_string))),
            place: typed(place_name),
            born: said.born.map(boxed).unwrap_or_default(),
            ..Answers::default()
        }
    }

    /// Reads the answers; `None` when something is wrong with them.
    pub(super) fn read(
        &mut self,
        (field, scheme): (Disputed, Option<Scheme>),
        today: Date,
    ) -> Option<Told> {
        let entry = self.read_entry(field);
        let right = match field {
            Disputed::Carers | Disputed::OtherNumbers => self.read_proposal(field, scheme),
            field if field.has_one_value() => self.read_right(field, today),
            _ => Some(Right::Unsaid),
        };
        // Of an entry that is wrong nobody knows what is right, unless it is said.
        let right = right.map(|right| match (right, &entry) {
            (Right::Unsaid, Some(_)) => Right::NotKnown,
            (right, _) => right,
        });
        let cause = Cause::parse(&self.cause);
        if cause.is_none() {
            self.cause_fault = Some(self.wrong("cause", NO_CAUSE));
        }
        Some(Told {
            field,
            cause: cause?,
            right: right.filter(|_| self.faults.is_empty())?,
            entry,
        })
    }

    /// What is said to be right is what stands, or what is said to be wrong stands no more.
    pub(super) fn mark_same(&mut self) {
        if self.entry.is_empty() || self.entry == NO_SUCH {
            self.right_fault = Some(self.wrong("right", SAME));
        } else {
            self.entry_fault = Some(self.wrong("entry", GONE));
        }
    }

    /// What can be said.
    pub(super) fn rights(&self, field: Disputed) -> Vec<Choice> {
        let is = match field {
            Disputed::Name => "I know the right name",
            Disputed::Born => "I know the right date",
            Disputed::Residence => "I know the right address",
            Disputed::Education => "I know the right school",
            Disputed::PrimaryCare => "I know the right practice",
            _ => "",
        };
        let mut rights: Vec<(&str, &str)> = Vec::new();
        match field {
            Disputed::Gender => rights.extend([
                ("female", "Female is right"),
                ("male", "Male is right"),
                ("unspecified", "Not specified is right"),
            ]),
            Disputed::Education => rights.extend([
                (IS, is),
                ("at-home", "Educated at home"),
                ("otherwise", "Educated in another way"),
                ("not-registered", "Not registered at any school"),
            ]),
            Disputed::PrimaryCare => rights.extend([
                (IS, is),
                ("not-registered", "Not registered with any practice"),
            ]),
            Disputed::Name | Disputed::Born | Disputed::Residence => rights.push((IS, is)),
            Disputed::Carers => rights.push((IS, "I know who is right, or who is missing")),
            Disputed::OtherNumbers => rights.push((IS, "I know the right number")),
            _ => return Vec::new(),
        }
        if field != Disputed::Name && field.has_one_value() {
            rights.push((NOT_KNOWN, "Nobody knows what is right"));
        }
        rights.push((ONLY_WRONG, "I only know that it is wrong"));
        rights
            .into_iter()
            .map(|(value, label)| choice(value, label, &self.right))
            .collect()
    }

    /// What can be said of what is missing: what is right, and nothing else.
    pub(super) fn rights_of_missing(&self, field: Disputed) -> Vec<Choice> {
        let mut rights = self.rights(field);
        rights.retain(|one| one.value != NOT_KNOWN && one.value != ONLY_WRONG);
        rights
    }

    /// The boxes of a field.
    pub(super) fn inputs(&self, field: Disputed, scheme: Option<Scheme>) -> Inputs {
        match (field, scheme) {
            (Disputed::Carers, _) => return Inputs::Carer(Box::new(self.carer.clone())),
            (Disputed::OtherNumbers, Some(scheme)) => {
                return Inputs::Number(scheme.words(), self.number.clone());
            }
            _ => {}
        }
        match field {
            Disputed::Name => Inputs::Name(self.given.clone(), self.family.clone()),
            Disputed::Born => Inputs::Date(self.born.clone()),
            Disputed::Residence => {
                Inputs::Address(self.line.clone(), self.town.clone(), self.postcode.clone())
            }
            Disputed::Education => self.place_input("Name of the school or college"),
            Disputed::PrimaryCare => self.place_input("Name of the general practice"),
            _ => Inputs::None,
        }
    }

    fn place_input(&self, label: &str) -> Inputs {
        let several = if self.found.len() > 1 {
            self.found.as_slice()
        } else {
            &[]
        };
        let found = several.iter().map(|place| {
            let name = words::typeset(&place.name);
            choice(place.code.as_str(), &name, &self.place_code)
        });
        Inputs::Place(label.to_owned(), self.place.clone(), found.collect())
    }

    /// How it is known.
    pub(super) fn causes(&self) -> Vec<Choice> {
        let causes = Cause::ALL.into_iter();
        causes
            .map(|cause| choice(cause.code(), cause.words(), &self.cause))
            .collect()
    }

    /// The entries of a list, to choose the one that is wrong; of those working with the child it has to be one of them.
    pub(super) fn entries(&self, field: Disputed, shown: &[(Entry, String)]) -> Vec<Choice> {
        let shown = shown.iter();
        let mut choices: Vec<Choice> = shown
            .map(|(entry, label)| choice(&entry.code(), label, &self.entry))
            .collect();
        if !choices.is_empty() && field != Disputed::Involvements {
            choices.push(choice(
                NO_SUCH,
                "None of these, or I cannot say",
                &self.entry,
            ));
        }
        choices
    }

    fn read_entry(&mut self, field: Disputed) -> Option<String> {
        let meant = Some(self.entry.clone()).filter(|code| !code.is_empty() && code != NO_SUCH);
        if field == Disputed::Involvements && meant.is_none() {
            self.entry_fault = Some(self.wrong("entry", NO_ENTRY));
        }
        meant.filter(|_| field.can_hide())
    }

    fn read_right(&mut self, field: Disputed, today: Date) -> Option<Right> {
        let said = match (self.right.as_str(), field) {
            (ONLY_WRONG, _) => return Some(Right::Unsaid),
            (NOT_KNOWN, field) if field != Disputed::Name => return Some(Right::NotKnown),
            (IS, Disputed::Name) => self.read_name()?,
            (IS, Disputed::Born) => self.read_born(today)?,
            (IS, Disputed::Residence) => self.read_address()?,
            (IS, Disputed::Education) => Particulars {
                education: Some(Education::Registered {
                    place: self.read_place("school")?,
                    since: None,
                }),
                ..Particulars::default()
            },
            (IS, Disputed::PrimaryCare) => Particulars {
                primary_care: Some(PrimaryCare::Registered {
                    place: self.read_place("practice")?,
                    since: None,
                }),
                ..Particulars::default()
            },
            (sent, field) => match of_closed(field, sent) {
                Some(said) => said,
                None => {
                    self.right_fault = Some(self.wrong("right", NO_RIGHT));
                    return None;
                }
            },
        };
        Right::is(field, &said)
    }

    /// What is proposed for a list.
    fn read_proposal(&mut self, field: Disputed, scheme: Option<Scheme>) -> Option<Right> {
        let said = match (self.right.as_str(), field, scheme) {
            (ONLY_WRONG, _, _) => return Some(Right::Unsaid),
            (IS, Disputed::Carers, _) => Particulars {
                carers: vec![self.read_carer()?],
                ..Particulars::default()
            },
            (IS, Disputed::OtherNumbers, Some(scheme)) => {
                let parse = |text: &str| OtherNumber::parse(scheme, text);
                let label = ("number", scheme.words());
                let number = needed(&mut self.number, &mut self.faults, label, parse)?;
                Particulars {
                    other_numbers: vec![number],
                    ..Particulars::default()
                }
            }
            _ => {
                self.right_fault = Some(self.wrong("right", NO_RIGHT));
                return None;
            }
        };
        Some(Right::Is(Box::new(said)))
    }

    fn read_carer(&mut self) -> Option<Carer> {
        let [given, family, telephone, email] = &mut self.carer;
        let [given_box, family_box, telephone_box, email_box] = CARER_BOXES;
        let faults = &mut self.faults;
        let family = needed(family, faults, family_box, NamePart::parse);
        let given = needed(given, faults, given_box, NamePart::parse);
        let telephone = take(telephone, faults, telephone_box, text::telephone);
        let email = take(email, faults, email_box, text::email);
        Some(Carer {
            name: Name {
                given: Some(given?),
                family: family?,
            },
            telephone,
            email,
        })
    }

    fn read_name(&mut self) -> Option<Particulars> {
        let faults = &mut self.faults;
        let family = ("family_name", "Family name");
        let family = needed(&mut self.family, faults, family, NamePart::parse);
        let given = ("given_name", "Given name");
        let given = needed(&mut self.given, faults, given, NamePart::parse);
        let name = Name {
            given: Some(given?),
            family: family?,
        };
        Some(Particulars {
            name: Some(name),
            ..Particulars::default()
        })
    }

    fn read_born(&mut self, today: Date) -> Option<Particulars> {
        let oldest = today.year().saturating_sub(AGE_YEARS_MAX);
        let wrong = |part, text: &str| Wrong {
            part: Some(part),
            text: text.to_owned(),
        };
        let wrong = match date_boxes::read(&self.born, "Date of birth", today) {
            Ok(Typed::Day(day)) if day <= today && day.year() >= oldest => {
                return Some(Particulars {
                    born: Some(day),
                    ..Particulars::default()
                });
            }
            Ok(Typed::Day(_)) => wrong(
                DatePart::Year,
                "Date of birth must be that of a child or young person",
            ),
            Ok(Typed::Nothing | Typed::Month(..) | Typed::Year(_)) => wrong(
                DatePart::Day,
                "Date of birth must have a day, a month and a year",
            ),
            Err(wrong) => wrong,
        };
        let id = match wrong.part {
            None | Some(DatePart::Day) => "date_of_birth_day",
            Some(DatePart::Month) => "date_of_birth_month",
            Some(DatePart::Year) => "date_of_birth_year",
        };
        self.born.fault = Some(self.wrong(id, &wrong.text));
        self.born.faulty_part = wrong.part;
        None
    }

    fn read_address(&mut self) -> Option<Particulars> {
        let faults = &mut self.faults;
        let line = ("line", "House and street");
        let line = needed(&mut self.line, faults, line, AddressLine::parse);
        let postcode = ("postcode", "Postcode");
        let postcode = needed(&mut self.postcode, faults, postcode, text::postcode);
        let town = ("town", "Town");
        let town = take(&mut self.town, faults, town, AddressLine::parse);
        let address = Address {
            lines: [line?].into_iter().chain(town).collect(),
            postcode: Some(postcode?),
        };
        Some(Particulars {
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: None,
            }),
            ..Particulars::default()
        })
    }

    fn read_place(&mut self, kind: &str) -> Option<PlaceCode> {
        let chosen = self
            .found
            .iter()
            .find(|place| place.code.as_str() == self.place_code);
        let text = match (chosen, self.found.as_slice()) {
            (Some(place), _) => return Some(place.code.clone()),
            (None, [only]) => return Some(only.code.clone()),
            (None, []) if self.place.value.is_empty() => format!("Fill in the name of the {kind}"),
            (None, []) => format!("No {kind} of that name is known here. Check the spelling"),
            (None, _) => {
                let text = format!("Choose which {kind}");
                self.place.fault = Some(self.wrong("place_code", &text));
                return None;
            }
        };
        self.place.fault = Some(self.wrong("place", &text));
        None
    }

    fn wrong(&mut self, field: &str, text: &str) -> String {
        self.faults.push(fault(field, text));
        text.to_owned()
    }
}

fn typed(text: &str) -> Field {
    Field {
        value: text.to_owned(),
        fault: None,
    }
}

/// Reads one box that may not be empty.
fn needed<T>(
    field: &mut Field,
    faults: &mut Vec<Fault>,
    (id, label): (&str, &str),
    parse: impl Fn(&str) -> Result<T, text::Fault>,
) -> Option<T> {
    if field.value.is_empty() {
        let text = format!("{label} is missing");
        faults.push(fault(id, &text));
        field.fault = Some(text);
        return None;
    }
    take(field, faults, (id, label), parse)
}

/// The answer that a value without a box of its own is.
fn closed(said: &Particulars) -> Option<&'static str> {
    match (&said.education, &said.primary_care) {
        (Some(Education::AtHome), _) => Some("at-home"),
        (Some(Education::Otherwise), _) => Some("otherwise"),
        (Some(Education::NotRegistered), _) | (_, Some(PrimaryCare::NotRegistered)) => {
            Some("not-registered")
        }
        _ => None,
    }
}

/// The value that an answer without a box of its own stands for.
fn of_closed(field: Disputed, sent: &str) -> Option<Particulars> {
    let education = |education| Particulars {
        education: Some(education),
        ..Particulars::default()
    };
    match (field, sent) {
        (Disputed::Gender, sent) => {
            let gender = Gender::ALL.into_iter().find(|one| one.words() == sent)?;
            Some(Particulars {
                gender: Some(gender),
                ..Particulars::default()
            })
        }
        (Disputed::Education, "at-home") => Some(education(Education::AtHome)),
        (Disputed::Education, "otherwise") => Some(education(Education::Otherwise)),
        (Disputed::Education, "not-registered") => Some(education(Education::NotRegistered)),
        (Disputed::PrimaryCare, "not-registered") => Some(Particulars {
            primary_care: Some(PrimaryCare::NotRegistered),
            ..Particulars::default()
        }),
        _ => None,
    }
}
