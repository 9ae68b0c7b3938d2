//! Why a row may or may not be of a record, field by field in bits. The one place to change when rows are resolved by a trained model.

use matching::comparable::Comparable;
use matching::difference::Difference;
use matching::link::{Class, Explanation, Term};
use matching::search::score;
use matching::weight::{NUMBER_DIFFERENT_BITS, NUMBER_SAME_BITS};

use crate::candidate::Candidate;

/// log2 of the odds that any row is of any one of eleven million children, before anything is compared.
const PRIOR_BITS: f32 = -23.4;

/// What of two people is compared at a time.
struct Part {
    field: &'static str,
    only: fn(&Comparable) -> Comparable,
}

const PARTS: [Part; 7] = [
    Part {
        field: "Given name",
        only: |whole| Comparable {
            given: whole.given.clone(),
            ..Comparable::default()
        },
    },
    Part {
        field: "Family name",
        only: |whole| Comparable {
            family: whole.family.clone(),
            ..Comparable::default()
        },
    },
    Part {
        field: "Date of birth",
        only: |whole| Comparable {
            birth: whole.birth,
            ..Comparable::default()
        },
    },
    Part {
        field: "Gender",
        only: |whole| Comparable {
            sex: whole.sex,
            ..Comparable::default()
        },
    },
    Part {
        field: "Postcode",
        only: |whole| Comparable {
            postcode: whole.postcode,
            ..Comparable::default()
        },
    },
    Part {
        field: "School and practice",
        only: |whole| Comparable {
            settings: whole.settings.clone(),
            ..Comparable::default()
        },
    },
    Part {
        field: "Authority",
        only: |whole| Comparable {
            area: whole.area.clone(),
            ..Comparable::default()
        },
    },
];

/// What is said of a field that one of the two does not have.
const MISSING: &str = "missing";

impl Candidate {
    /// The evidence that a row (this) is of a known child. No value is in it, only fields, how they agree, and bits.
    pub(crate) fn evidence(&self, known: &Candidate) -> Explanation {
        let (row, record) = (self.whole(), known.whole());
        let mut terms: Vec<Term> = PARTS.iter().map(|part| term(part, row, record)).collect();
        terms.push(self.number_term(known));
        // Names that stand the other way round agree together and not one by one.
        let whole: f32 = score(row, record).bits;
        let apart: f32 = PARTS
            .iter()
            .map(|part| score(&(part.only)(row), &(part.only)(record)).bits)
            .sum();
        let others_bits = whole - apart;
        let sum: f32 = terms.iter().map(|term| term.bits).sum();
        let total_bits = PRIOR_BITS + sum + others_bits;
        Explanation {
            prior_bits: PRIOR_BITS,
            terms,
            others_bits,
            total_bits,
            probability: 1.0 / (1.0 + (-total_bits).exp2()),
            against: Class::Unrelated,
        }
    }

    fn number_term(&self, known: &Candidate) -> Term {
        let (level, bits) = if self.shares_number(known) {
            ("the same", NUMBER_SAME_BITS)
        } else if self.conflicts(known) {
            ("different", NUMBER_DIFFERENT_BITS)
        } else {
            (MISSING, 0.0)
        };
        new_term("NHS or pupil number", level, bits)
    }
}

fn term(part: &Part, row: &Comparable, record: &Comparable) -> Term {
    let (one, other) = ((part.only)(row), (part.only)(record));
    let nothing = Comparable::default();
    if one == nothing || other == nothing {
        return new_term(part.field, MISSING, 0.0);
    }
    let scored = score(&one, &other);
    let first = Difference::ALL
        .into_iter()
        .find(|difference| scored.differences.contains(*difference));
    new_term(part.field, first.map_or("the same", words), scored.bits)
}

fn new_term(field: &str, level: &'static str, bits: f32) -> Term {
    Term {
        field: field.to_owned(),
        compared: (String::new(), String::new()),
        level,
        bits,
        frequency_bits: 0.0,
    }
}

fn words(difference: Difference) -> &'static str {
    match difference {
        Difference::GivenNickname => "a short form",
        Difference::GivenSpelling | Difference::FamilySpelling => "spelt differently",
        Difference::GivenInitial => "the initial only",
        Difference::GivenMiddle => "another given name",
        Difference::GivenDifferent
        | Difference::FamilyDifferent
        | Difference::BirthDifferent
        | Difference::Sex
        | Difference::PostcodeDifferent
        | Difference::Setting
        | Difference::Area
        | Difference::Number => "different",
        Difference::FamilyPart => "a part of it",
        Difference::FamilyFormer => "a former name",
        Difference::NamesTransposed => "the other way round",
        Difference::BirthSwapped => "day and month exchanged",
        Difference::BirthNear => "nearly the same",
        Difference::PostcodeNear => "the same in part",
    }
}
