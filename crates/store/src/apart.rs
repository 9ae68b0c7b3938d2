//! How far it counts against the guard of a shielded child that a person said of a row that it is not of the child (F1).
//!
//! A supplier's key may be given to another child, or given back. So it counts for the words that the person saw: while the row says the
//! same of who its child is, and comes to say nothing else that was said of the shielded child. In other words the row is held again, once.

use std::collections::HashSet;

use directory::address::Residence;
use directory::name::{Gender, Name};
use directory::record::Record;
use directory::row::{RowMark, RowWords};
use directory::setting::Education;
use directory::statement::{Particulars, Said, Source, Statement};

use crate::Store;
use crate::batch::Batch;
use crate::incoming::Incoming;
use crate::key::{Subject, hashed};
use crate::review_row::is_apart;
use crate::seal::KeyRing;
use crate::tie::carers_keys;

impl Store {
    /// Whether a person said that a row is not of a shielded record, in the words in which it comes. `own`: where its own key places it.
    pub(crate) fn is_apart_still(
        &self,
        batch: &Batch<'_>,
        incoming: &Incoming<'_>,
        (id, own): (i64, Option<i64>),
    ) -> bool {
        let mark = incoming.keys.mark();
        if batch.set_aside.contains(&id) {
            return true;
        }
        let Some(touched) = batch.touched.get(&id).filter(|_| is_apart(batch, id, mark)) else {
            return false;
        };
        let record = &touched.loaded.record;
        let ring: &KeyRing = &self.ring();
        let open = own.filter(|own| !batch.is_shielded(*own));
        let open = open.and_then(|own| batch.touched.get(&own));
        let stands = open.and_then(|open| stands_under(&open.loaded.record, &incoming.source));
        let seen = seen_in(record, mark, (ring, stands));
        let row = &incoming.row.particulars;
        let words = row_words(ring, row);
        let known = || self.said_around(ring, record);
        let mut seen = seen.iter().filter(|seen| seen.who == words.who);
        seen.any(|seen| adds_nothing((&words, row), seen, known))
    }

    /// Where the child of a record was ever said to live, with whom, and at which school, by sources, by what waits, and by people.
    fn said_around(&self, ring: &KeyRing, record: &Record) -> HashSet<i64> {
        let child = self.filed(record);
        let set_right = Particulars {
            residence: child.residence.map(|one| one.value),
            carers: child.carers.into_iter().map(|one| one.value).collect(),
            education: child.education.map(|one| one.value),
            ..Particulars::default()
        };
        let said = record.statements.iter().chain(record.waiting());
        let said = said.filter_map(particulars).chain([&set_right]);
        said.flat_map(|said| around(ring, said)).collect()
    }
}

/// The words of what a row says that tell two children apart. Not the practice, which does not.
pub(crate) fn row_words(ring: &KeyRing, said: &Particulars) -> RowWords {
    RowWords {
        who: word(ring, ("who", &who(said))),
        around: around(ring, said),
    }
}

/// In which words a row was seen that is kept apart from a record. Where none were kept, those count that already stand on the open
/// record under the row's own key: who refreshes them says nothing new, and nobody is asked again of each row that was decided.
fn seen_in(
    record: &Record,
    mark: RowMark,
    (ring, stands): (&KeyRing, Option<&Particulars>),
) -> Vec<RowWords> {
    let seen: Vec<RowWords> = record.apart_in(mark).into_iter().cloned().collect();
    if !seen.is_empty() {
        return seen;
    }
    stands
        .map(|said| row_words(ring, said))
        .into_iter()
        .collect()
}

/// Whether a row says nothing of where its child lives, with whom and at which school that was not seen, but what was never said of the
/// shielded child. An address without a postcode can hardly be told from another.
fn adds_nothing(
    (words, row): (&RowWords, &Particulars),
    seen: &RowWords,
    known: impl Fn() -> HashSet<i64>,
) -> bool {
    let around = words.around.iter();
    let new: Vec<&i64> = around.filter(|word| !seen.around.contains(word)).collect();
    if new.is_empty() {
        return true;
    }
    let address = row.residence.as_ref().and_then(Residence::address);
    let is_told = address.is_none_or(|address| address.postcode.is_some());
    let known = known();
    is_told && !new.into_iter().any(|word| known.contains(word))
}

/// What a source says under a key, if that is who the child is.
fn stands_under<'r>(record: &'r Record, source: &Source) -> Option<&'r Particulars> {
    let mut standing = record.standing().filter(|one| one.source == *source);
    standing.find_map(particulars)
}

fn particulars(statement: &Statement) -> Option<&Particulars> {
    match &statement.said {
        Said::Particulars(said) => Some(said),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

/// Names, date of birth, gender and numbers, in one text.
fn who(said: &Particulars) -> String {
    let mut former: Vec<String> = said.former_names.iter().map(called).collect();
    former.sort_unstable();
    let numbers = said.other_numbers.iter();
    let mut numbers: Vec<String> = numbers
        .map(|number| format!("{}\u{1}{}", number.scheme.words(), number.text))
        .collect();
    numbers.sort_unstable();
    let parts = [
        said.name.as_ref().map(called).unwrap_or_default(),
        former.join("\u{2}"),
        said.born.map(|born| born.to_string()).unwrap_or_default(),
        said.gender.map_or("", called_by_gender).to_owned(),
        numbers.join("\u{2}"),
    ];
    parts.join("\u{3}")
}

fn called(name: &Name) -> String {
    let given = name
        .given
        .as_ref()
        .map(|given| given.as_str().to_lowercase());
    let family = name.family.as_str().to_lowercase();
    [given.unwrap_or_default(), family].join("\u{1}")
}

fn called_by_gender(gender: Gender) -> &'static str {
    match gender {
        Gender::Female => "female",
        Gender::Male => "male",
        Gender::Unspecified => "unspecified",
    }
}

fn around(ring: &KeyRing, said: &Particulars) -> Vec<i64> {
    let address = said.residence.as_ref().and_then(Residence::address);
    let postcode = address.and_then(|address| address.postcode.as_ref());
    let lines = address.map(|address| {
        let lines = address.lines.iter().map(|line| line.as_str());
        lines.collect::<Vec<&str>>().join(" ").to_lowercase()
    });
    let school = said.education.as_ref().and_then(Education::place);
    let mut around = carers_keys(ring, &said.carers);
    around.extend(postcode.map(|one| word(ring, ("postcode", one.as_str()))));
    around.extend(lines.map(|one| word(ring, ("lines", &one))));
    around.extend(school.map(|one| word(ring, ("school", one.as_str()))));
    around.sort_unstable();
    around.dedup();
    around
}

/// The hash of a word, and of what it is a word.
fn word(ring: &KeyRing, (of, value): (&str, &str)) -> i64 {
    let bytes = [of.as_bytes(), &[0], value.as_bytes()].concat();
    hashed(ring, Subject::RowWord, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::Date;
    use directory::account::AccountId;
    use directory::address::{Address, AddressState};
    use directory::number::{Number, OtherNumber, Scheme};
    use directory::record::{Author, Decided};
    use directory::statement::SourceKind;
    use directory::text::{Text, postcode};

    fn ring() -> KeyRing {
        let folder = tempfile::tempdir().unwrap();
        KeyRing::open(&folder.path().join("ring"), true, |bytes| bytes.fill(7)).unwrap()
    }

    fn said(given: &str, code: &str) -> Particulars {
        let address = Address {
            lines: vec![Text::parse("1 High Street").unwrap()],
            postcode: postcode(code).ok(),
        };
        Particulars {
            name: Some(Name {
                given: Text::parse(given).ok(),
                family: Text::parse("Hollis").unwrap(),
            }),
            born: Date::new(2016, 3, 1).ok(),
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: None,
            }),
            ..Particulars::default()
        }
    }

    #[test]
    fn f1_who_the_child_is_is_told_by_names_birth_gender_and_numbers_and_by_nothing_else() {
        let ring = ring();
        let words = |said: &Particulars| row_words(&ring, said);
        let first = said("Mina", "BS37 4AX");
        let moved = said("mina", "LS1 4AP");
        assert_eq!(words(&first).who, words(&moved).who);
        assert_ne!(words(&first).around, words(&moved).around);
        let mut others = vec![said("Maya", "BS37 4AX")];
        let changes: [fn(&mut Particulars); 4] = [
            |said| said.born = None,
            |said| said.gender = Some(Gender::Female),
            |said| said.former_names.extend(said.name.clone()),
            |said| {
                let number = OtherNumber::parse(Scheme::Nhs, "9434765919");
                said.other_numbers.extend(number);
            },
        ];
        others.extend(changes.map(|change| {
            let mut said = first.clone();
            change(&mut said);
            said
        }));
        for other in &others {
            assert_ne!(words(&first).who, words(other).who, "{other:?}");
        }
    }

    #[test]
    fn f1_new_words_around_a_child_count_as_harmless_unless_the_shielded_child_has_them() {
        let ring = ring();
        let seen = row_words(&ring, &said("Mina", "BS37 4AX"));
        let known = || {
            around(&ring, &said("Maya", "SW1A 2AA"))
                .into_iter()
                .collect()
        };
        let adds_nothing =
            |row: &Particulars| super::adds_nothing((&row_words(&ring, row), row), &seen, known);
        assert!(adds_nothing(&said("Mina", "BS37 4AX")));
        assert!(adds_nothing(&said("Mina", "LS1 4AP")));
        assert!(!adds_nothing(&said("Mina", "SW1A 2AA")));
        let mut vague = said("Mina", "");
        assert!(adds_nothing(&vague), "the lines that were seen");
        let home = vague.residence.as_mut().unwrap();
        let AddressState::Current(address) = &mut home.state else {
            panic!("an address")
        };
        address.lines = vec![Text::parse("9 Elm Road").unwrap()];
        assert!(!adds_nothing(&vague), "it may be anywhere");
    }

    #[test]
    fn f1_without_words_of_a_decision_those_count_that_stand_on_the_open_record() {
        let ring = ring();
        let mark = RowMark(7);
        let mut record = Record::empty(Number::from_random(1));
        let now = directory::Now {
            at: directory::Timestamp::UNIX_EPOCH,
            today: Date::new(2026, 11, 1).unwrap(),
        };
        let mut decide = |words| {
            let apart = Decided::RowApart { row: mark, words };
            record.decide(Author::Account(AccountId(1)), now, apart);
            record.clone()
        };
        let stands = said("Mina", "BS37 4AX");
        let older = decide(None);
        assert_eq!(seen_in(&older, mark, (&ring, None)), []);
        assert_eq!(
            seen_in(&older, mark, (&ring, Some(&stands))),
            [row_words(&ring, &stands)]
        );
        let looked_at = row_words(&ring, &said("Maya", "BS37 4AX"));
        let newer = decide(Some(looked_at.clone()));
        assert_eq!(seen_in(&newer, mark, (&ring, Some(&stands))), [looked_at]);
        let source = |key: &str| Source {
            kind: SourceKind::Nhs,
            supplier: Text::parse("nhs").unwrap(),
            key: Text::parse(key).unwrap(),
        };
        let mut open = Record::empty(Number::from_random(2));
        open.accept(
            source("1"),
            Said::Particulars(Box::new(stands.clone())),
            now.today,
        );
        assert_eq!(stands_under(&open, &source("1")), Some(&stands));
        assert_eq!(stands_under(&open, &source("2")), None);
    }
}
