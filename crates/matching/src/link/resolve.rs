//! One record against its candidates: the same person, a new one, or a question for a person.

use super::cluster::Contradiction;
use super::model::Thresholds;

/// Bits by which the best person must lead the next to be linked without a question.
pub const LEAD_BITS: f32 = 3.0;
/// Bits below the link threshold from which a person is asked instead of a new one being made.
pub const DOUBT_BITS: f32 = 3.0;

/// A record on file that may be of the same person as the one that arrives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Key of the record.
    pub key: u64,
    /// The person it belongs to.
    pub person: u64,
    /// log2 of the odds that it is of the same person.
    pub bits: f32,
    /// What speaks against it whatever the bits.
    pub contradiction: Option<Contradiction>,
    /// Whether the person must not be disclosed: then a plausible match is withheld, not decided.
    pub is_guarded: bool,
}

/// What people have decided before about the record that arrives and persons on file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// The person it is.
    pub same: Option<u64>,
    /// Persons it is not.
    pub different: Vec<u64>,
}

/// What becomes of the record.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// It is of this person.
    Link {
        /// The person.
        person: u64,
        /// log2 of the odds.
        bits: f32,
    },
    /// It is of nobody on file.
    New,
    /// A person must decide between these, most probable first: several are alike (twins), one is doubtful, or something
    /// contradicts it.
    Review(Vec<u64>),
    /// A guarded person is plausible: nothing may be shown or made of the record before somebody entitled has looked.
    Quarantine(Vec<u64>),
}

/// A person as all their records together say.
#[derive(Clone, Copy)]
struct Standing {
    person: u64,
    bits: f32,
    contradiction: Option<Contradiction>,
    is_guarded: bool,
}

/// Decides what becomes of a record. A person's earlier decision stands; a guarded person is plausible from the review
/// threshold on; contradictions never link by themselves; of two persons about as probable, neither is linked.
#[must_use]
pub fn resolve(candidates: &[Candidate], decided: &Decided, thresholds: &Thresholds) -> Resolution {
    if let Some(person) = decided.same {
        return Resolution::Link {
            person,
            bits: f32::INFINITY,
        };
    }
    let mut standings = standings(candidates);
    standings.retain(|standing| !decided.different.contains(&standing.person));
    let people = |standings: &[Standing]| {
        standings
            .iter()
            .map(|standing| standing.person)
            .collect::<Vec<_>>()
    };
    let guarded: Vec<Standing> = standings
        .iter()
        .filter(|it| it.is_guarded && it.bits >= thresholds.review_bits)
        .copied()
        .collect();
    if !guarded.is_empty() {
        return Resolution::Quarantine(people(&guarded));
    }
    standings.retain(|standing| standing.bits >= thresholds.link_bits - DOUBT_BITS);
    let (first, next) = (standings.first().copied(), standings.get(1).copied());
    match (first, next) {
        (None, _) => Resolution::New,
        // Two of one household are two people, however alike.
        (Some(one), None)
            if one.contradiction == Some(Contradiction::Household)
                && one.bits < thresholds.link_bits =>
        {
            Resolution::New
        }
        (Some(one), _) if one.contradiction.is_some() || one.bits < thresholds.link_bits => {
            Resolution::Review(people(&standings))
        }
        (Some(one), Some(other)) if one.bits - other.bits < LEAD_BITS => {
            Resolution::Review(people(&standings))
        }
        (Some(one), _) => Resolution::Link {
            person: one.person,
            bits: one.bits,
        },
    }
}

/// Persons, most probable first: the bits of their best record, and any contradiction with any of their records.
fn standings(candidates: &[Candidate]) -> Vec<Standing> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    sorted.sort_by(|one, other| {
        one.person
            .cmp(&other.person)
            .then(other.bits.total_cmp(&one.bits))
    });
    let mut standings: Vec<Standing> = sorted
        .chunk_by(|one, other| one.person == other.person)
        .filter_map(|records| {
            let best = records.first()?;
            Some(Standing {
                person: best.person,
                bits: best.bits,
                contradiction: records
                    .iter()
                    .filter_map(|record| record.contradiction)
                    .min(),
                is_guarded: records.iter().any(|record| record.is_guarded),
            })
        })
        .collect();
    standings.sort_by(|one, other| {
        other
            .bits
            .total_cmp(&one.bits)
            .then(one.person.cmp(&other.person))
    });
    standings
}

#[cfg(test)]
mod tests {
    use super::*;

    const THRESHOLDS: Thresholds = Thresholds {
        link_bits: 0.0,
        certain_bits: Some(5.0),
        review_bits: -7.0,
    };

    fn candidate(person: u64, bits: f32) -> Candidate {
        Candidate {
            key: person,
            person,
            bits,
            contradiction: None,
            is_guarded: false,
        }
    }

    fn resolved(candidates: &[Candidate]) -> Resolution {
        resolve(candidates, &Decided::default(), &THRESHOLDS)
    }

    #[test]
    fn nobody_or_somebody() {
        assert_eq!(resolved(&[]), Resolution::New);
        assert_eq!(resolved(&[candidate(1, -9.0)]), Resolution::New);
        assert_eq!(resolved(&[candidate(1, -2.0)]), Resolution::Review(vec![1]));
        assert_eq!(
            resolved(&[candidate(1, 8.0), candidate(2, 1.0)]),
            Resolution::Link {
                person: 1,
                bits: 8.0
            }
        );
    }

    #[test]
    fn of_two_alike_neither_is_linked() {
        assert_eq!(
            resolved(&[candidate(1, 8.0), candidate(2, 9.0)]),
            Resolution::Review(vec![2, 1])
        );
    }

    #[test]
    fn a_contradiction_never_links_by_itself() {
        for contradiction in [
            Contradiction::Identifiers,
            Contradiction::Household,
            Contradiction::Source,
        ] {
            let against = Candidate {
                contradiction: Some(contradiction),
                bits: 1.0,
                key: 9,
                ..candidate(1, 0.0)
            };
            let resolution = resolved(&[candidate(1, 30.0), against]);
            assert_eq!(resolution, Resolution::Review(vec![1]), "{contradiction:?}");
        }
    }

    #[test]
    fn a_guarded_person_is_withheld_at_a_lower_threshold() {
        let guarded = Candidate {
            is_guarded: true,
            ..candidate(3, -5.0)
        };
        assert_eq!(
            resolved(&[candidate(1, 30.0), guarded]),
            Resolution::Quarantine(vec![3])
        );
        let unlike = Candidate {
            bits: -8.0,
            ..guarded
        };
        assert_eq!(
            resolved(&[candidate(1, 30.0), unlike]),
            Resolution::Link {
                person: 1,
                bits: 30.0
            }
        );
    }

    #[test]
    fn an_earlier_decision_stands() {
        let decided = Decided {
            same: None,
            different: vec![1],
        };
        let resolution = resolve(
            &[candidate(1, 30.0), candidate(2, -1.0)],
            &decided,
            &THRESHOLDS,
        );
        assert_eq!(resolution, Resolution::Review(vec![2]));
        let decided = Decided {
            same: Some(7),
            different: Vec::new(),
        };
        let resolution = resolve(&[candidate(1, 30.0)], &decided, &THRESHOLDS);
        assert!(matches!(resolution, Resolution::Link { person: 7, .. }));
    }
}
