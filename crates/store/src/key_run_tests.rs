#![allow(clippy::arithmetic_side_effects, reason = "tests")]

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn change(added: &[KeyEntry], removed: &[KeyEntry]) -> KeyChange {
    let mut added = added.to_vec();
    added.sort_unstable();
    added.dedup();
    KeyChange {
        added,
        removed: removed.to_vec(),
    }
}

fn everything(mut runs: KeyRuns) -> Vec<KeyEntry> {
    let mut all = Vec::new();
    runs.join();
    runs.in_order(3, &mut |part| {
        all.extend_from_slice(part);
        Ok(())
    })
    .unwrap();
    all
}

#[test]
fn of_a_key_that_very_many_share_no_more_is_read_than_from_a_table() {
    let mut runs = KeyRuns::default();
    let many: Vec<KeyEntry> = (0..100).map(|id| (5, id)).collect();
    runs.push(&change(&many, &[])).unwrap();
    let mut found = 0;
    runs.under(&[5], &mut |_| found += 1);
    assert_eq!(found, 64);
}

#[test]
fn bytes_cut_short_or_too_long_are_refused() {
    let bytes = change(&[(1, 2), (i64::MIN, 3)], &[(-1, 2)]).to_bytes();
    for length in 0..bytes.len() {
        assert_eq!(KeyChange::from_bytes(&bytes[..length]), None);
    }
    assert_eq!(KeyChange::from_bytes(&[bytes, vec![0]].concat()), None);
}

/// Entries added, and which of those that stand are taken out.
type Change = (Vec<KeyEntry>, Vec<usize>);

/// Each batch makes records after those of the last, and may change older ones.
fn batches() -> impl Strategy<Value = Vec<Change>> {
    let key = prop_oneof![any::<i64>(), 1i64..30, Just(i64::MIN), Just(i64::MAX)];
    let added = prop::collection::vec((key, 0i64..4), 0..40);
    prop::collection::vec((added, prop::collection::vec(any::<usize>(), 0..3)), 0..12)
}

proptest! {
    #[test]
    fn runs_hold_what_a_set_holds(batches in batches()) {
        let mut set: BTreeSet<KeyEntry> = BTreeSet::new();
        let mut runs = KeyRuns::default();
        for (number, (added, picks)) in batches.iter().enumerate() {
            let first = i64::try_from(number).unwrap() * 2;
            // Of the four ids two belong to records of this batch and two to those of the one before.
            let added: Vec<KeyEntry> = added.iter().map(|(key, id)| (*key, (first + id - 2).max(0))).collect();
            let standing: Vec<KeyEntry> = set.iter().copied().collect();
            let removed: Vec<KeyEntry> = picks
                .iter()
                .filter_map(|pick| standing.get(pick % standing.len().max(1)).copied())
                .filter(|entry| !added.contains(entry))
                .collect();
            removed.iter().for_each(|entry| { set.remove(entry); });
            set.extend(&added);
            // A record without a key of its own is no record of the load.
            let all = [added, vec![(0, first), (0, first + 1)]].concat();
            set.extend([(0, first), (0, first + 1)]);
            let change = change(&all, &removed.into_iter().filter(|entry| !all.contains(entry)).collect::<Vec<_>>());
            prop_assert_eq!(KeyChange::from_bytes(&change.to_bytes()), Some(change.clone()));
            runs.push(&change).unwrap();
        }
        for key in set.iter().map(|entry| entry.0).chain([7, -7]) {
            let wanted: BTreeSet<KeyEntry> = set.iter().filter(|entry| entry.0 == key).copied().collect();
            let mut found = BTreeSet::new();
            runs.under(&[key], &mut |entry| { found.insert(entry); });
            // What was taken out may still be read, and is compared as every candidate is.
            prop_assert!(found.is_superset(&wanted));
        }
        let mut all = everything(runs);
        all.dedup();
        let all: BTreeSet<KeyEntry> = all.into_iter().collect();
        prop_assert_eq!(all, set);
    }
}
