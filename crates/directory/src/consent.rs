//! Consent to record a sensitive service: a gate on storage, decided by the child's understanding (R28–R30, C2).

use crate::Date;
use crate::lifecycle::birthday;
use crate::text::SupplierKey;

/// The age at which understanding is presumed (R30), in years.
pub const UNDERSTANDING_YEARS: i16 = 12;

/// What was answered when consent was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Agreed.
    Agreed,
    /// Refused.
    Refused,
    /// Not asked, or did not answer.
    None,
}

/// What is held of how consent was given: coded facts only, never a narrative, never shown to users (C4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentFact {
    /// The child's date of birth as the asker knew it. `None`: not known.
    pub born: Option<Date>,
    /// The practitioner's judgement of the child's understanding.
    pub understanding: Understanding,
    /// What the child answered.
    pub child: Answer,
    /// What a parent or carer answered.
    pub carer: Answer,
    /// The day it was asked.
    pub on: Date,
    /// The supplier's reference to its own evidence.
    pub reference: Option<SupplierKey>,
}

/// Whether the child understands, as presumed by age or judged by a practitioner (C2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Understanding {
    /// Nobody judged: presumed from 12, not before.
    Presumed,
    /// Judged to understand, at any age.
    Understands,
    /// Judged not to understand, at any age.
    DoesNotUnderstand,
}

/// A consent that was given by whoever had the right to give it. The only way to get one is [`Consent::given`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    fact: ConsentFact,
}

/// Why there is no consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoConsent {
    /// The child understands and did not agree; a parent can neither give nor veto.
    ChildDidNotAgree,
    /// The child does not understand, and no parent or carer agreed.
    CarerDidNotAgree,
    /// The answer is dated before the child was born, or after the day it was supplied.
    DayDoesNotFit,
}

impl Consent {
    /// Decides whether these facts are a consent on the day they are looked at.
    ///
    /// A child who understands decides alone. For a child who does not, a parent or carer decides, and a child's own refusal
    /// still counts (the strictest reading). A child whose date of birth is not known is taken to understand.
    ///
    /// # Errors
    /// [`NoConsent`] when they are not.
    pub fn given(fact: ConsentFact, today: Date) -> Result<Consent, NoConsent> {
        if fact.on > today || fact.born.is_some_and(|born| born > fact.on) {
            return Err(NoConsent::DayDoesNotFit);
        }
        let agreed = if understands(&fact) {
            (fact.child == Answer::Agreed)
                .then_some(())
                .ok_or(NoConsent::ChildDidNotAgree)
        } else if fact.child == Answer::Refused {
            Err(NoConsent::ChildDidNotAgree)
        } else {
            (fact.carer == Answer::Agreed)
                .then_some(())
                .ok_or(NoConsent::CarerDidNotAgree)
        };
        agreed.map(|()| Consent { fact })
    }

    /// The facts it rests on: for evidence (UK GDPR article 7(1)), never for a page.
    #[must_use]
    pub fn fact(&self) -> &ConsentFact {
        &self.fact
    }
}

fn understands(fact: &ConsentFact) -> bool {
    match fact.understanding {
        Understanding::Understands => true,
        Understanding::DoesNotUnderstand => false,
        Understanding::Presumed => fact
            .born
            .is_none_or(|born| fact.on >= birthday(born, UNDERSTANDING_YEARS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fact(born: Date, child: Answer, carer: Answer) -> ConsentFact {
        ConsentFact {
            born: Some(born),
            understanding: Understanding::Presumed,
            child,
            carer,
            on: date(2026, 5, 1),
            reference: None,
        }
    }

    const TODAY: Date = date(2026, 6, 1);

    #[test]
    fn c2_r29_r30_who_decides_by_age_and_judgement() {
        use Answer::{Agreed, None as Silent, Refused};
        let (twelve, eleven) = (date(2014, 5, 1), date(2014, 5, 2));
        let ask = |born, child, carer| Consent::given(fact(born, child, carer), TODAY).is_ok();
        assert!(ask(twelve, Agreed, Refused), "a parent cannot veto");
        assert!(
            !ask(twelve, Refused, Agreed),
            "Annex B 7: child of 12 refuses, parent agrees"
        );
        assert!(!ask(twelve, Silent, Agreed), "a parent cannot give");
        assert!(ask(eleven, Silent, Agreed));
        assert!(
            !ask(eleven, Agreed, Silent),
            "a child who does not understand cannot give alone"
        );
        assert!(
            !ask(eleven, Refused, Agreed),
            "a child's own refusal counts at any age"
        );
    }

    #[test]
    fn c2_a_judgement_rebuts_the_presumption() {
        let mut young = fact(date(2015, 5, 2), Answer::Refused, Answer::Agreed);
        young.understanding = Understanding::Understands;
        assert_eq!(
            Consent::given(young, TODAY),
            Err(NoConsent::ChildDidNotAgree),
            "Annex B 7: child of 11 judged competent"
        );
        let mut old = fact(date(2010, 5, 2), Answer::None, Answer::Agreed);
        old.understanding = Understanding::DoesNotUnderstand;
        assert!(Consent::given(old, TODAY).is_ok());
    }

    #[test]
    fn r28_unknown_birth_is_taken_as_understanding() {
        let mut unknown = fact(TODAY, Answer::None, Answer::Agreed);
        unknown.born = None;
        assert_eq!(
            Consent::given(unknown, TODAY),
            Err(NoConsent::ChildDidNotAgree)
        );
    }

    #[test]
    fn a_day_that_cannot_be_is_no_consent() {
        let mut future = fact(date(2014, 5, 1), Answer::Agreed, Answer::Agreed);
        future.on = date(2026, 6, 2);
        assert_eq!(Consent::given(future, TODAY), Err(NoConsent::DayDoesNotFit));
    }
}
