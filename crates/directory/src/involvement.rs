//! Who is working with a child: ordinary involvements, shown in full, and sensitive ones, of which nobody learns more than that there is one.

use crate::Date;
use crate::account::AccountId;
use crate::consent::Consent;
use crate::name::Name;
use crate::service::{SensitiveService, reveals_sensitive};
use crate::text::{Email, Fault, JobTitle, OrganisationName, ServiceCode, Telephone, Why};

/// Somebody who works with children, and how to reach them (R15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practitioner {
    /// Their name.
    pub name: Name,
    /// What their job is called.
    pub job_title: JobTitle,
    /// Where they work.
    pub organisation: OrganisationName,
    /// Their work telephone number.
    pub telephone: Option<Telephone>,
    /// Their work e-mail address.
    pub email: Option<Email>,
}

/// An ordinary involvement: a practitioner working with a child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involvement {
    /// Who.
    pub practitioner: Practitioner,
    /// In which service. Shown only while the catalogue says that the service is ordinary (X13): see `child`.
    pub service: ServiceCode,
    /// From when, until when.
    pub period: Period,
    /// Whether the practitioner is the lead professional (R16).
    pub lead: Lead,
    /// Whether the practitioner holds an assessment of the child (R17).
    pub assessment: Assessment,
    /// The account of the practitioner, when the practitioner recorded it here.
    pub account: Option<AccountId>,
}

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Still working with the child.
    Current {
        /// The first day, when known.
        since: Option<Date>,
    },
    /// No longer working with the child.
    Ended {
        /// The first day, when known.
        since: Option<Date>,
        /// The last day.
        ended: Date,
    },
}

/// How long before the birth of a child people can have begun to work with their family, in years.
const BEFORE_BIRTH_YEARS: i16 = 1;

/// Whether nobody can have begun to work with a child on this day: it is long before the child's birth.
#[must_use]
pub fn is_before_any_work(first: Date, born: Date) -> bool {
    let earliest = born.checked_sub(jiff::Span::new().years(BEFORE_BIRTH_YEARS));
    earliest.is_ok_and(|earliest| first < earliest)
}

/// Whether an involvement is that of the lead professional.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lead {
    /// The lead professional.
    Lead,
    /// One of those working with the child.
    Member,
}

/// Whether a common assessment exists: the fact and its holder, never the assessment (R17, C15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assessment {
    /// None held here.
    None,
    /// There is one.
    Current,
    /// There was one.
    Past,
}

/// A sensitive involvement. Holds no practitioner, organisation, date or job: only that there is a service, for brokering (R34),
/// and the consent without which it could not be constructed (R28).
///
/// The fields are private, so there is no way round the consent:
///
/// ```compile_fail,E0451
/// use directory::consent::Consent;
/// use directory::involvement::SensitiveInvolvement;
/// use directory::text::ServiceCode;
///
/// fn without_asking(service: ServiceCode, consent: Consent) -> SensitiveInvolvement {
///     SensitiveInvolvement { service, consent }
/// }
/// ```
///
/// nor is there a way to a consent but to ask for it:
///
/// ```compile_fail,E0451
/// use directory::consent::{Consent, ConsentFact};
///
/// fn presumed(fact: ConsentFact) -> Consent {
///     Consent { fact }
/// }
/// ```
///
/// nor to call a service sensitive, or ordinary, that nobody classified:
///
/// ```compile_fail,E0451
/// use directory::service::SensitiveService;
/// use directory::text::ServiceCode;
///
/// fn unclassified(code: ServiceCode) -> SensitiveService {
///     SensitiveService { code }
/// }
/// ```
///
/// The one way:
///
/// ```
/// use directory::Date;
/// use directory::consent::{Consent, ConsentFact, NoConsent};
/// use directory::involvement::SensitiveInvolvement;
/// use directory::service::SensitiveService;
///
/// fn asked(service: &SensitiveService, fact: ConsentFact, today: Date) -> Result<SensitiveInvolvement, NoConsent> {
///     Ok(SensitiveInvolvement::consented(service, Consent::given(fact, today)?))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensitiveInvolvement {
    service: ServiceCode,
    consent: Consent,
}

impl Practitioner {
    /// Whether the e-mail address gives a sensitive service away, in what is not the practitioner's own name (Ms Counsell's does not).
    fn email_reveals(&self) -> bool {
        let Some(email) = &self.email else {
            return false;
        };
        let own = self.name.to_string().to_lowercase();
        let lower = email.as_str().to_lowercase();
        let (local, domain) = lower.split_once('@').unwrap_or((&lower, ""));
        let others: Vec<&str> = local
            .split(['.', '_', '-', '+'])
            .filter(|word| !own.split([' ', '-']).any(|part| part == *word))
            .collect();
        reveals_sensitive(&others.join(" ")) || reveals_sensitive(&domain.replace('.', " "))
    }
}

impl Involvement {
    /// Checks that nothing shown of it would reveal a sensitive service (X13): job title, organisation, e-mail address.
    ///
    /// # Errors
    /// A [`Fault`] naming the revealing item.
    pub fn check(&self) -> Result<(), Fault> {
        let practitioner = &self.practitioner;
        let what = if reveals_sensitive(practitioner.job_title.as_str()) {
            "job title"
        } else if reveals_sensitive(practitioner.organisation.as_str()) {
            "organisation"
        } else if practitioner.email_reveals() {
            "e-mail address"
        } else {
            return Ok(());
        };
        Err(Fault {
            what,
            why: Why::RevealsSensitive,
        })
    }
}

impl Period {
    /// The first day, when known.
    #[must_use]
    pub fn since(self) -> Option<Date> {
        match self {
            Period::Current { since } | Period::Ended { since, .. } => since,
        }
    }

    /// The last day, when it has ended.
    #[must_use]
    pub fn ended(self) -> Option<Date> {
        match self {
            Period::Current { .. } => None,
            Period::Ended { ended, .. } => Some(ended),
        }
    }
}

impl SensitiveInvolvement {
    /// A sensitive involvement, from a service classified as sensitive and a consent.
    #[must_use]
    pub fn consented(service: &SensitiveService, consent: Consent) -> SensitiveInvolvement {
        SensitiveInvolvement {
            service: service.code().clone(),
            consent,
        }
    }

    /// The service's code: for storage and for the management team's brokering (R34), never for a page.
    #[must_use]
    pub fn service(&self) -> &ServiceCode {
        &self.service
    }

    /// The consent it rests on.
    #[must_use]
    pub fn consent(&self) -> &Consent {
        &self.consent
    }
}

#[cfg(test)]
#[path = "involvement_tests.rs"]
mod tests;
