//! Two children beside one another, field by field: what each says, from where, and whether they agree.

use directory::Date;
use directory::child::{Child, Item, Provenance, View};
use directory::setting::{Education, PrimaryCare};
use matching::link::{Explanation, Term, against_words, odds_words};
use store::{ShownRow, Store};

use crate::view::review_row::{Agreement, Beside, Line, Side};
use crate::words;

/// From how many bits on a field speaks strongly, and speaks at all.
const STRONGLY_BITS: f32 = 6.0;
const AT_ALL_BITS: f32 = 1.5;

/// Why a row may be of a record when one of the two has no name.
const BY_KEY: &str = "No names to compare: the supplier’s own key, a number, the postcode, or the day of birth with school or practice leads from the \
     row to this record";

/// The records of which a row may be, each beside the row.
pub(super) fn records(store: &Store, shown: &ShownRow, today: Date) -> Vec<Beside> {
    let count = shown.beside.len();
    let each = shown.beside.iter().zip(shown.disclosure.beside()).zip(1..);
    each.map(|((beside, (_, disclosure)), place)| {
        let lines = lines(store, (shown.disclosure.said(), disclosure.view()), today);
        Beside {
            place,
            heading: match count {
                1 => "The record".to_owned(),
                _ => format!("Record {place} of {count}"),
            },
            number: disclosure.view().number().to_string(),
            summary: summary(&lines),
            why: match &beside.explanation {
                Some(explanation) => why(explanation),
                None => vec![BY_KEY.to_owned()],
            },
            picture: beside.explanation.as_ref().map(picture).unwrap_or_default(),
            lines,
        }
    })
    .collect()
}

/// What a row says, when there is no record beside it.
pub(super) fn alone(store: &Store, shown: &ShownRow, today: Date) -> Vec<Line> {
    if !shown.beside.is_empty() {
        return Vec::new();
    }
    let said = shown.disclosure.said();
    let mut lines = lines(store, (said, said), today);
    lines.retain(|line| !line.row.lines.is_empty());
    lines
}

/// Two views field by field.
pub(super) fn lines(store: &Store, (one, other): (&View, &View), today: Date) -> Vec<Line> {
    let (one, other) = (sides(store, one, today), sides(store, other, today));
    let pairs = one.into_iter().zip(other);
    pairs
        .map(|((field, row), (_, record))| Line {
            field,
            agreement: agreement(&row, &record),
            row,
            record,
        })
        .filter(|line| line.agreement != Agreement::Neither)
        .collect()
}

fn agreement(row: &Side, record: &Side) -> Agreement {
    let folded = |side: &Side| side.lines.join(" ").to_lowercase();
    match (row.lines.is_empty(), record.lines.is_empty()) {
        (true, true) => Agreement::Neither,
        (false, true) => Agreement::OnlyRow,
        (true, false) => Agreement::OnlyRecord,
        (false, false) if folded(row) == folded(record) => Agreement::Same,
        (false, false) => Agreement::Differs,
    }
}

/// What differs, for whoever hears the page rather than sees it.
pub(super) fn summary(lines: &[Line]) -> String {
    let named = |wanted: Agreement| -> Vec<String> {
        let each = lines.iter().filter(|line| line.agreement == wanted);
        each.map(|line| line.field.to_lowercase()).collect()
    };
    let (differ, same) = (named(Agreement::Differs), named(Agreement::Same));
    let differ = match differ.as_slice() {
        [] => "Nothing that both say differs.".to_owned(),
        [one] => format!("One thing differs: {one}."),
        several => format!("{} things differ: {}.", several.len(), several.join(", ")),
    };
    match same.as_slice() {
        [] => differ,
        same => format!("{differ} The same in both: {}.", same.join(", ")),
    }
}

/// The bits as a waterfall. The sum is called evidence: how probable it is that these two are one child nobody has measured, and it is not
/// claimed.
pub(super) fn picture(explanation: &Explanation) -> String {
    let bits = explanation.total_bits;
    let claimed = format!("{}, {bits:+.1} bits", odds_words(bits));
    let said = format!("Evidence for one child: {bits:+.1} bits");
    explanation.svg().replace(&claimed, &said)
}

/// Why, strongest first.
pub(super) fn why(explanation: &Explanation) -> Vec<String> {
    let said = |term: &&Term| term.level != "missing";
    let mut terms: Vec<&Term> = explanation.terms.iter().filter(said).collect();
    let size = |term: &Term| (term.bits + term.frequency_bits).abs();
    terms.sort_by(|one, other| size(other).total_cmp(&size(one)));
    let mut why = vec![sentence(against_words(explanation.against))];
    why.extend(terms.into_iter().map(term_words));
    let silent: Vec<String> = explanation
        .terms
        .iter()
        .filter(|term| term.level == "missing")
        .map(|term| lowered(&term.field))
        .collect();
    if !silent.is_empty() {
        why.push(format!(
            "Not compared, because one of the two does not say: {}",
            silent.join(", ")
        ));
    }
    why
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase());
    first.into_iter().flatten().chain(letters).collect()
}

fn term_words(term: &Term) -> String {
    let speaks = match term.bits + term.frequency_bits {
        bits if bits >= STRONGLY_BITS => "speaks strongly for it",
        bits if bits >= AT_ALL_BITS => "speaks for it",
        bits if bits > -AT_ALL_BITS => "says little",
        bits if bits > -STRONGLY_BITS => "speaks against it",
        _ => "speaks strongly against it",
    };
    format!("{}: {} – {speaks}", term.field, term.level)
}

/// With a small first letter, unless it begins an abbreviation.
fn lowered(field: &str) -> String {
    let mut characters = field.chars();
    match (characters.next(), characters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first
            .to_lowercase()
            .chain([second])
            .chain(characters)
            .collect(),
        _ => field.to_owned(),
    }
}

fn sides(store: &Store, view: &View, today: Date) -> Vec<(&'static str, Side)> {
    let View::Whole(child) = view else {
        return Vec::new();
    };
    let names = child.former_names.iter().chain(&child.other_names);
    let names = names.map(|name| words::typeset(&name.value)).collect();
    let numbers = child.other_numbers.iter();
    let numbers =
        numbers.map(|number| format!("{}: {}", number.value.scheme.words(), number.value));
    vec![
        (
            "Name",
            side(child.name.as_ref(), today, |name| {
                vec![words::typeset(name)]
            }),
        ),
        ("Former and other names", unsourced(names)),
        (
            "Date of birth",
            side(child.born.as_ref(), today, |born| vec![words::day(*born)]),
        ),
        (
            "Gender",
            side(child.gender.as_ref(), today, |gender| {
                vec![words::gender(Some(*gender)).to_owned()]
            }),
        ),
        ("Address", address(child, today)),
        ("Authority", authority(store, child)),
        ("Parents and carers", carers(child, today)),
        ("Education", education(store, child, today)),
        ("General practice", practice(store, child, today)),
        ("Other numbers", unsourced(numbers.collect())),
    ]
}

fn side<T>(item: Option<&Item<T>>, today: Date, said: impl FnOnce(&T) -> Vec<String>) -> Side {
    item.map_or_else(Side::default, |item| Side {
        lines: said(&item.value),
        source: source(&item.provenance, today),
    })
}

fn unsourced(lines: Vec<String>) -> Side {
    Side {
        lines,
        source: None,
    }
}

/// Who said it, and when. `None`: it is not told (R31).
fn source(provenance: &Provenance, today: Date) -> Option<String> {
    let ago = words::ago(provenance.last_confirmed?, today);
    Some(format!(
        "{}, {ago}",
        words::typeset(&provenance.kind.words())
    ))
}

fn address(child: &Child, today: Date) -> Side {
    side(child.residence.as_ref(), today, |residence| {
        let address = residence.address();
        let lines = address.into_iter().flat_map(|address| {
            let postcode = address.postcode.as_ref().map(ToString::to_string);
            address.lines.iter().map(words::typeset).chain(postcode)
        });
        let lines: Vec<String> = lines.collect();
        if lines.is_empty() {
            vec![words::address_state(Some(&residence.state)).to_owned()]
        } else {
            lines
        }
    })
}

fn authority(store: &Store, child: &Child) -> Side {
    let residence = child.residence.as_ref();
    let code = residence.and_then(|residence| residence.value.authority.as_ref());
    let name = code.map(|code| {
        let known = store.authority(code);
        known.map_or_else(|| code.to_string(), |known| words::typeset(&known.name))
    });
    unsourced(name.into_iter().collect())
}

fn carers(child: &Child, today: Date) -> Side {
    let names = child.carers.iter();
    Side {
        lines: names
            .map(|carer| words::typeset(&carer.value.name))
            .collect(),
        source: child
            .carers
            .first()
            .and_then(|carer| source(&carer.provenance, today)),
    }
}

fn education(store: &Store, child: &Child, today: Date) -> Side {
    side(child.education.as_ref(), today, |education: &Education| {
        let place = education.place().map(|code| {
            let known = store.place(code);
            known.map_or_else(
                || format!("Code {code}"),
                |known| words::typeset(&known.name),
            )
        });
        vec![place.unwrap_or_else(|| words::education(Some(education)).to_owned())]
    })
}

fn practice(store: &Store, child: &Child, today: Date) -> Side {
    side(child.primary_care.as_ref(), today, |care: &PrimaryCare| {
        let place = care.place().map(|code| {
            let known = store.place(code);
            known.map_or_else(
                || format!("Code {code}"),
                |known| words::typeset(&known.name),
            )
        });
        vec![place.unwrap_or_else(|| words::primary_care(Some(care)).to_owned())]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Side {
        unsourced(
            text.split('|')
                .filter(|one| !one.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
        )
    }

    fn line(field: &'static str, row: &str, record: &str) -> Line {
        let (row, record) = (said(row), said(record));
        Line {
            field,
            agreement: agreement(&row, &record),
            row,
            record,
        }
    }

    #[test]
    fn what_differs_is_said_in_words_and_letters_in_another_case_do_not() {
        let lines = [
            line("Name", "KELLY MARSH", "Kelly Marsh"),
            line("Date of birth", "14 May 2011", "15 May 2011"),
            line("Address", "", "1 High Street|Yate"),
        ];
        assert_eq!(
            lines.iter().map(|line| line.agreement).collect::<Vec<_>>(),
            [Agreement::Same, Agreement::Differs, Agreement::OnlyRecord]
        );
        assert_eq!(
            summary(&lines),
            "One thing differs: date of birth. The same in both: name."
        );
    }

    #[test]
    fn a_picture_claims_no_probability_that_was_not_measured() {
        for total_bits in [-23.4, -1.0, 4.0, 31.0] {
            let explanation = Explanation {
                prior_bits: -23.4,
                terms: Vec::new(),
                others_bits: 0.0,
                total_bits,
                probability: 0.0,
                against: matching::link::Class::Unrelated,
            };
            let picture = picture(&explanation);
            assert!(!picture.contains("probable") && !picture.contains("one person"));
            let said = format!("Evidence for one child: {total_bits:+.1} bits");
            assert!(picture.contains(&said), "{picture}");
        }
    }

    #[test]
    fn a_field_speaks_for_or_against_in_words() {
        let term = |bits| Term {
            field: "Given name".to_owned(),
            compared: (String::new(), String::new()),
            level: "the same",
            bits,
            frequency_bits: 0.0,
        };
        assert_eq!(
            term_words(&term(8.0)),
            "Given name: the same – speaks strongly for it"
        );
        assert!(term_words(&term(0.9)).ends_with("says little"));
        assert!(term_words(&term(-3.0)).ends_with("speaks against it"));
    }
}
