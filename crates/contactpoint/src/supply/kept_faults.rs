//! What of a file's faults is kept with its run: by column and rule, and nothing that tells of a sensitive service or of a protected child.

use directory::run_fault::{FaultCost, RunFault};
use directory::text::Why;

use super::complaint::Complaint;
use super::grade::Grade;
use super::mapping::{Mapping, Services};
use super::summary::{FaultKind, Summary};

/// Faults that only the supplier is told of: how often they are found would count rows of sensitive services (R28, X4, X13) or
/// children whose source protects them (C20).
const NEVER_KEPT: [Complaint; 5] = [
    Complaint::NoConsent,
    Complaint::SensitiveEnded,
    Complaint::Value(Why::RevealsSensitive),
    Complaint::RestrictionNotACode,
    Complaint::RestrictedRefused,
];

impl Summary {
    /// Whether the file has a row of which nothing may be kept, for want of a consent that stands, or may have one that could not be read:
    /// nor may the file be kept (R28, X4, Annex B 5).
    #[must_use]
    pub fn has_withheld(&self, mapping: &Mapping) -> bool {
        // Of a refused row of a sensitive service it is often not known whether there was a consent: then there was none.
        self.withheld || (mapping.services == Services::Sensitive && self.refused > 0)
    }

    /// What of the faults is kept with the run. Of a sensitive service's file nothing is: nothing of one is ever counted.
    #[must_use]
    pub fn kept_faults(&self, mapping: &Mapping) -> Vec<RunFault> {
        if mapping.services == Services::Sensitive {
            return Vec::new();
        }
        let kinds = self.by_kind.iter().filter(|(kind, _)| is_kept(kind));
        let faults = kinds.map(|(kind, count)| RunFault {
            cost: match kind.grade {
                Grade::Error => FaultCost::Refused,
                Grade::Query => FaultCost::Asked,
            },
            column: kind.column.as_deref().map(ToOwned::to_owned),
            what: kind.what.to_owned(),
            wrong: kind.words.to_owned(),
            rule: kind.rule.to_owned(),
            count: *count,
        });
        faults.collect()
    }
}

fn is_kept(kind: &FaultKind) -> bool {
    let mut never = NEVER_KEPT.iter();
    !never.any(|one| (one.rule(), one.words()) == (kind.rule, kind.words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supply::batch::Batch;
    use crate::supply::{Fault, built_in};

    fn with(faults: Vec<Fault>) -> Summary {
        let mut summary = Summary::default();
        summary.count_batch(&Batch {
            read: 10,
            faults,
            ..Batch::default()
        });
        summary
    }

    #[test]
    fn f10_faults_are_kept_by_column_and_rule() {
        let wrong = |line, complaint| Fault {
            column: Some("Born".into()),
            what: "date of birth",
            ..Fault::of_row(line, complaint)
        };
        let summary = with(vec![
            wrong(2, Complaint::NotADay),
            wrong(3, Complaint::NotADay),
            wrong(4, Complaint::TooOld),
        ]);
        let kept = summary.kept_faults(&built_in("nhs").unwrap().unwrap());
        let told: Vec<_> = kept
            .iter()
            .map(|fault| (fault.column.as_deref(), fault.rule.as_str(), fault.count))
            .collect();
        assert_eq!(
            told,
            [(Some("Born"), "format", 2), (Some("Born"), "R23", 1)]
        );
    }

    #[test]
    fn r28_c20_nothing_is_kept_that_counts_sensitive_services_or_protected_children() {
        let each = NEVER_KEPT.into_iter();
        let summary = with(each.map(|never| Fault::of_row(2, never)).collect());
        assert!(summary.has_faults());
        let mapping = built_in("nhs").unwrap().unwrap();
        assert_eq!(summary.kept_faults(&mapping), []);
        let sensitive = Mapping {
            services: Services::Sensitive,
            ..mapping
        };
        let other = with(vec![Fault::of_row(2, Complaint::Fields)]);
        assert_eq!(other.kept_faults(&sensitive), []);
    }

    #[test]
    fn r28_every_refused_row_of_a_sensitive_service_is_withheld_and_of_others_what_was_found_to_be()
    {
        let mapping = built_in("nhs").unwrap().unwrap();
        let mut others = with(vec![Fault::of_row(2, Complaint::Fields)]);
        assert!(!others.has_withheld(&mapping));
        for withheld in [true, false] {
            others.count_batch(&Batch {
                withheld,
                ..Batch::default()
            });
            assert!(others.has_withheld(&mapping), "once in the file is enough");
        }
        let nothing = Summary::default();
        assert!(!nothing.has_withheld(&mapping));
        let sensitive = Mapping {
            services: Services::Sensitive,
            ..mapping
        };
        assert!(!nothing.has_withheld(&sensitive));
        let refused = Summary {
            refused: 1,
            ..Summary::default()
        };
        assert!(refused.has_withheld(&sensitive));
    }
}
