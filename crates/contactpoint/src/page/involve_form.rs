//! The form that adds an involvement: what was sent, and what it says or what is wrong with it.

use directory::Date;
use directory::involvement::{Assessment, Lead, is_before_any_work};
use directory::text::ServiceCode;
use store::Involving;

use super::choices::{choice, fault};
use super::date_boxes::{self, Typed, Wrong};
use crate::view::choice::Choice;
use crate::view::fault::Fault;
use crate::view::field::{DateField, DatePart};
use crate::visitor::Form;

const FIRST_DAY: &str = "First day";
const NO_SERVICE: &str = "Choose the service you work for";
const NO_LEAD: &str = "Choose whether you are the lead professional";
const NO_ASSESSMENT: &str = "Choose whether you hold an assessment";

/// The answers as they were sent, with what is wrong with them.
#[derive(Default)]
pub(super) struct Answers {
    service: String,
    lead: String,
    assessment: String,
    pub(super) since: DateField,
    pub(super) service_fault: Option<String>,
    pub(super) lead_fault: Option<String>,
    pub(super) assessment_fault: Option<String>,
    pub(super) faults: Vec<Fault>,
    /// Every answer is one, and they do not fit the record or the person.
    pub(super) refused: bool,
}

impl Answers {
    /// Reads what was sent; `None` when something is wrong with it.
    pub(super) fn read(sent: &Form, today: Date) -> (Answers, Option<Involving>) {
        let mut answers = Answers {
            service: sent.fields().text("service").to_owned(),
            lead: sent.fields().text("lead_professional").to_owned(),
            assessment: sent.fields().text("assessment").to_owned(),
            since: date_boxes::sent(sent.fields(), "since"),
            ..Answers::default()
        };
        let service = ServiceCode::parse(&answers.service).ok();
        if service.is_none() {
            answers.service_fault = Some(answers.wrong("service", NO_SERVICE));
        }
        let since = answers.read_since(today);
        let lead = lead_of(&answers.lead);
        if lead.is_none() {
            answers.lead_fault = Some(answers.wrong("lead_professional", NO_LEAD));
        }
        let assessment = assessment_of(&answers.assessment);
        if assessment.is_none() {
            answers.assessment_fault = Some(answers.wrong("assessment", NO_ASSESSMENT));
        }
        let whole = match (service, since, lead, assessment) {
            (Some(service), Ok(since), Some(lead), Some(assessment)) => Some(Involving {
                service,
                since,
                lead,
                assessment,
            }),
            _ => None,
        };
        (answers, whole)
    }

    /// What does not fit: the first day the child, or the service the person, of whose own it is none, or no longer.
    pub(super) fn mark_refused(&mut self, born: Option<Date>, today: Date) {
        let since = match date_boxes::read(&self.since, FIRST_DAY, today) {
            Ok(Typed::Day(day)) => Some(day),
            _ => None,
        };
        if since
            .zip(born)
            .is_some_and(|(since, born)| is_before_any_work(since, born))
        {
            self.mark_since(Wrong {
                part: Some(DatePart::Year),
                text: "First day must not be more than a year before the child was born".to_owned(),
            });
        } else {
            self.service_fault = Some(self.wrong("service", NO_SERVICE));
        }
    }

    /// The services to choose from. One that is the only one is chosen: there is nothing to decide.
    pub(super) fn services(&self, own: &[(String, String)]) -> Vec<Choice> {
        let chosen = match own {
            [(only, _)] => only,
            _ => &self.service,
        };
        own.iter()
            .map(|(code, name)| choice(code, name, chosen))
            .collect()
    }

    pub(super) fn lead(&self) -> Vec<Choice> {
        [("yes", "Yes"), ("no", "No")]
            .map(|(value, label)| choice(value, label, &self.lead))
            .to_vec()
    }

    pub(super) fn assessment(&self) -> Vec<Choice> {
        let choices = [
            ("none", "No"),
            ("current", "Yes, a current one"),
            ("past", "I held one that is past"),
        ];
        choices
            .map(|(value, label)| choice(value, label, &self.assessment))
            .to_vec()
    }

    /// The first day. One that is known in part only is as good as not known.
    fn read_since(&mut self, today: Date) -> Result<Option<Date>, ()> {
        let wrong = match date_boxes::read(&self.since, FIRST_DAY, today) {
            Ok(Typed::Nothing) => return Ok(None),
            Ok(Typed::Day(day)) if day <= today => return Ok(Some(day)),
            Ok(Typed::Day(_)) => Wrong {
                part: Some(DatePart::Year),
                text: "First day must be today or in the past".to_owned(),
            },
            Ok(Typed::Month(..) | Typed::Year(_)) => Wrong {
                part: Some(DatePart::Day),
                text: "First day must have a day, a month and a year, or be left empty".to_owned(),
            },
            Err(wrong) => wrong,
        };
        self.mark_since(wrong);
        Err(())
    }

    fn mark_since(&mut self, wrong: Wrong) {
        let id = match wrong.part {
            None | Some(DatePart::Day) => "since_day",
            Some(DatePart::Month) => "since_month",
            Some(DatePart::Year) => "since_year",
        };
        self.since.fault = Some(self.wrong(id, &wrong.text));
        self.since.faulty_part = wrong.part;
    }

    fn wrong(&mut self, field: &str, text: &str) -> String {
        self.faults.push(fault(field, text));
        text.to_owned()
    }
}

fn lead_of(sent: &str) -> Option<Lead> {
    match sent {
        "yes" => Some(Lead::Lead),
        "no" => Some(Lead::Member),
        _ => None,
    }
}

fn assessment_of(sent: &str) -> Option<Assessment> {
    match sent {
        "none" => Some(Assessment::None),
        "current" => Some(Assessment::Current),
        "past" => Some(Assessment::Past),
        _ => None,
    }
}
