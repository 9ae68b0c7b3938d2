//! The supplier's own keys of a file, hashed: in order and in blobs, so that millions are cheap; nothing is looked up among them by chance.

use directory::involvement::Period;
use directory::run::{Ends, Reach};
use directory::statement::Said;
use directory::supplied::{Restriction, Row, Spared, SparedWorking, Supplier};

use crate::Store;
use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::filing::source_key;
use crate::known::in_order;
use crate::said_in_turn::in_turn;

/// How many keys one row of the table holds.
const KEYS_OF_A_PART: usize = 131_072;
/// How many children with an involvement one row of the table holds.
const PAIRS_OF_A_PART: usize = 65_536;
/// The first byte of a part: keys of children, of what else a row says, of what has ended, of children each with an involvement, of
/// children who are spared, of whatever is only spared, or of children who have left.
const OF_CHILDREN: u8 = 0;
const OF_OTHERS: u8 = 1;
const OF_ENDED: u8 = 2;
const OF_WORKING: u8 = 3;
const OF_SPARED: u8 = 4;
/// Of what no row says, and what is spared.
const OF_ONLY_SPARED: u8 = 5;
const OF_LEFT: u8 = 6;

/// The supplier's own keys of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileKeys {
    /// Of children.
    pub(crate) children: Vec<i64>,
    /// Of what else rows say: involvements.
    pub(crate) others: Vec<i64>,
    /// Those of the others that bear an end.
    pub(crate) ended: Vec<i64>,
    /// Of involvements that name a practitioner, each behind its child's.
    pub(crate) working: Vec<(i64, i64)>,
    /// Of children of whom a row tells of an involvement whose own key cannot be read: none of theirs ends by it.
    pub(crate) spared: Vec<i64>,
    /// Those of the children and of the others that no row says, and that stay because a row has a fault.
    pub(crate) only_spared: Vec<i64>,
    /// Of children who have left, as rows say. They count as ended; what stands under their keys is looked for all the same.
    pub(crate) left: Vec<i64>,
    /// Children and others that are spared, and not yet among the former. Not kept.
    pub(crate) sparing: (Vec<i64>, Vec<i64>),
    /// Those of the others that are spared: whether they bear an end, their rows do not say. Not kept.
    pub(crate) unsaid: Vec<i64>,
    /// Of what rows say no longer stands. Not kept.
    pub(crate) withdrawn: Vec<i64>,
    /// How many rows bear a restriction. Not kept: it would count children whom their source protects (C20).
    pub(crate) restricted: u64,
    /// The own keys of those. Not kept.
    pub(crate) restricting: Vec<i64>,
    /// How many bear one that was not agreed. Not kept.
    pub(crate) not_agreed: u64,
}

impl FileKeys {
    /// In order, each once. To be called before it is asked anything.
    pub(crate) fn in_order(mut self) -> FileKeys {
        self.take_sparing();
        for keys in [
            &mut self.children,
            &mut self.others,
            &mut self.ended,
            &mut self.spared,
            &mut self.only_spared,
            &mut self.left,
            &mut self.withdrawn,
            &mut self.restricting,
        ] {
            keys.sort_unstable();
            keys.dedup();
        }
        self.working.sort_unstable();
        self.working.dedup();
        self
    }

    /// Adds those of a later file, but not which of them have ended or left. They are in no order then.
    pub(crate) fn add(&mut self, later: FileKeys) {
        self.children.extend(later.children);
        self.others.extend(later.others);
        self.working.extend(later.working);
        self.spared.extend(later.spared);
        self.only_spared.extend(later.only_spared);
    }

    /// Puts what is spared among the children and the others: what a row says too is not only spared.
    fn take_sparing(&mut self) {
        let (children, others) = std::mem::take(&mut self.sparing);
        for (spared, said) in [(children, &mut self.children), (others, &mut self.others)] {
            said.sort_unstable();
            let unsaid = |key: &i64| said.binary_search(key).is_err();
            let unsaid: Vec<i64> = spared.into_iter().filter(unsaid).collect();
            said.extend(&unsaid);
            self.only_spared.extend(unsaid);
        }
    }

    /// Without what is only spared, of one file. They are in order.
    pub(crate) fn only_said(mut self) -> FileKeys {
        let only_spared = &self.only_spared;
        for keys in [&mut self.children, &mut self.others] {
            keys.retain(|key| only_spared.binary_search(key).is_err());
        }
        self
    }

    /// Counts rows that bear a restriction that was not agreed (C20).
    pub fn count_not_agreed(&mut self, rows: u64) {
        self.not_agreed = self.not_agreed.saturating_add(rows);
    }

    /// How many rows bear a restriction, and how many of them one that was not agreed.
    pub(crate) fn restrictions(&self) -> (u64, u64) {
        (self.restricted, self.not_agreed)
    }

    /// Whether anything bears an end, or anybody has left.
    pub(crate) fn says_ended(&self) -> bool {
        !self.ended.is_empty() || !self.left.is_empty()
    }

    /// Whether so many children have left, or involvements ended, as far as the rows say it. They are in order.
    pub(crate) fn ends_any(&self, least: u64) -> bool {
        let most = self.left.len().max(self.ended.len());
        u64::try_from(most).unwrap_or(u64::MAX) >= least
    }

    /// What a file ends of what stands, which is self, and of how many involvements that have not ended. Both are in order.
    pub(crate) fn ends(&self, file: &FileKeys, reach: Reach) -> (Ends, u64) {
        let leaving = self.working_with(&file.left);
        let is_gone = |key: &i64| match reach {
            Reach::Full if file.others.binary_search(key).is_err() => true,
            // Of a child who has left and is said in another row, the rows say it in their order.
            Reach::Full | Reach::Delta => leaving.binary_search(key).is_ok(),
        };
        let bears_an_end = |key: &i64| file.ended.binary_search(key).is_ok();
        let is_withdrawn = |key: &i64| file.withdrawn.binary_search(key).is_ok();
        let (mut involvements, mut open) = (0_u64, 0_u64);
        let ended = |key: &&i64| self.ended.binary_search(key).is_ok();
        for key in self.others.iter().filter(|key| !ended(key)) {
            open = open.saturating_add(1);
            // What ends because a consent has is not counted: nothing is to wait for a person then (X5).
            if (is_gone(key) || bears_an_end(key)) && !is_withdrawn(key) {
                involvements = involvements.saturating_add(1);
            }
        }
        let gone = |key: &&i64| match reach {
            Reach::Full if !file.has(**key) => true,
            Reach::Full | Reach::Delta => file.left.binary_search(key).is_ok(),
        };
        let children = self.known().filter(gone).count();
        let ends = Ends {
            children: u64::try_from(children).unwrap_or(u64::MAX),
            involvements,
        };
        (ends, open)
    }

    /// What rows end of what stands, which is self, as a file of changes does. Both are in order, and of what stands no more is looked at
    /// than the rows name.
    pub(crate) fn ends_by_rows(&self, rows: &FileKeys) -> Ends {
        let is_among = |keys: &[i64], key: i64| keys.binary_search(&key).is_ok();
        let children = rows.left.iter();
        let children =
            children.filter(|key| is_among(&self.children, **key) && !is_among(&self.left, **key));
        let leaving = rows.left.iter().flat_map(|child| {
            let first = self.working.partition_point(|(of, _)| of < child);
            let theirs = self.working.get(first..).unwrap_or_default().iter();
            theirs.take_while(move |(of, _)| of == child)
        });
        let leaving = leaving.map(|(_, key)| *key);
        let mut involvements = in_order(leaving.chain(rows.ended.iter().copied()).collect());
        involvements.retain(|key| {
            is_among(&self.others, *key)
                && !is_among(&self.ended, *key)
                && !is_among(&rows.withdrawn, *key)
        });
        Ends {
            children: u64::try_from(children.count()).unwrap_or(u64::MAX),
            involvements: u64::try_from(involvements.len()).unwrap_or(u64::MAX),
        }
    }

    /// How many keys it holds.
    pub(crate) fn count(&self) -> usize {
        let lists = [
            &self.children,
            &self.others,
            &self.ended,
            &self.spared,
            &self.only_spared,
            &self.left,
        ];
        let single = lists.iter().map(|keys| keys.len());
        single
            .sum::<usize>()
            .saturating_add(self.working.len().saturating_mul(2))
    }

    /// Adds what stands, which is given in order, of the children who are spared.
    pub(crate) fn spare(&mut self, standing: &FileKeys) {
        self.spared.sort_unstable();
        let each = standing.working.iter();
        let spared = each.filter(|(child, _)| self.spared.binary_search(child).is_ok());
        let spared: Vec<(i64, i64)> = spared.copied().collect();
        self.unsaid.extend(spared.iter().map(|(_, key)| *key));
        self.sparing.1.extend(&self.unsaid);
        self.working.extend(spared);
        // What had ended before has not begun again by a row that could not be read.
        let had_ended = |key: &&i64| standing.ended.binary_search(key).is_ok();
        self.ended.extend(self.unsaid.iter().filter(had_ended));
    }

    /// Whether a key is among them.
    pub(crate) fn has(&self, key: i64) -> bool {
        self.children.binary_search(&key).is_ok() || self.others.binary_search(&key).is_ok()
    }

    /// How many children, but those who have left.
    pub(crate) fn children(&self) -> u64 {
        u64::try_from(self.known().count()).unwrap_or(u64::MAX)
    }

    /// The children, but those who have left.
    fn known(&self) -> impl Iterator<Item = &i64> {
        let children = self.children.iter();
        children.filter(|key| self.left.is_empty() || self.left.binary_search(key).is_err())
    }

    /// The involvements of some children, in order, as those are.
    pub(crate) fn working_with(&self, children: &[i64]) -> Vec<i64> {
        if children.is_empty() {
            return Vec::new();
        }
        let is_of_these = |child: i64| children.binary_search(&child).is_ok();
        let working = self.working.iter();
        let theirs = working.filter(|(child, _)| is_of_these(*child));
        in_order(theirs.map(|(_, key)| *key).collect())
    }

    /// Those that are here and not in the other. Both are in order.
    pub(crate) fn beyond(&self, other: &FileKeys) -> FileKeys {
        let gone = |keys: &[i64]| {
            let mut gone: Vec<i64> = keys.to_vec();
            gone.retain(|key| !other.has(*key));
            gone
        };
        FileKeys {
            children: gone(&self.children),
            others: gone(&self.others),
            ..FileKeys::default()
        }
    }

    /// As they are kept.
    pub(crate) fn parts(&self) -> Vec<Vec<u8>> {
        let part = |tag: u8, keys: &mut dyn Iterator<Item = i64>| {
            let bytes = keys.flat_map(i64::to_be_bytes);
            std::iter::once(tag).chain(bytes).collect::<Vec<u8>>()
        };
        let lists = [
            (OF_CHILDREN, &self.children),
            (OF_OTHERS, &self.others),
            (OF_ENDED, &self.ended),
            (OF_SPARED, &self.spared),
            (OF_ONLY_SPARED, &self.only_spared),
            (OF_LEFT, &self.left),
        ];
        let mut parts = Vec::new();
        for (tag, keys) in lists {
            let each = keys.chunks(KEYS_OF_A_PART);
            parts.extend(each.map(|keys| part(tag, &mut keys.iter().copied())));
        }
        let each = self.working.chunks(PAIRS_OF_A_PART);
        parts.extend(each.map(|pairs| {
            let mut keys = pairs.iter().flat_map(|(child, key)| [*child, *key]);
            part(OF_WORKING, &mut keys)
        }));
        parts
    }

    /// Adds a part as it is kept. `None`: it is none.
    pub(crate) fn add_part(&mut self, bytes: &[u8]) -> Option<()> {
        let (tag, keys) = bytes.split_first()?;
        let (keys, rest) = keys.as_chunks::<8>();
        let into = match *tag {
            OF_CHILDREN => &mut self.children,
            OF_OTHERS => &mut self.others,
            OF_ENDED => &mut self.ended,
            OF_SPARED => &mut self.spared,
            OF_ONLY_SPARED => &mut self.only_spared,
            OF_LEFT => &mut self.left,
            OF_WORKING => return self.add_working(keys, rest),
            _ => return None,
        };
        into.extend(keys.iter().map(|key| i64::from_be_bytes(*key)));
        rest.is_empty().then_some(())
    }

    fn add_working(&mut self, keys: &[[u8; 8]], rest: &[u8]) -> Option<()> {
        let (pairs, half) = keys.as_chunks::<2>();
        let pair =
            |[child, key]: &[[u8; 8]; 2]| (i64::from_be_bytes(*child), i64::from_be_bytes(*key));
        self.working.extend(pairs.iter().map(pair));
        (half.is_empty() && rest.is_empty()).then_some(())
    }
}

impl Store {
    /// Adds the keys of a row of a file.
    pub fn add_keys(&self, keys: &mut FileKeys, supplier: &Supplier, row: &Row) {
        let ring = self.ring();
        let hashed = |key| source_key(&ring, &supplier.code, key);
        keys.withdrawn.extend(row.withdrawn.iter().map(hashed));
        if row.restriction != Restriction::None {
            keys.restricted = keys.restricted.saturating_add(1);
            let own = std::iter::once(&row.key).chain(row.also.iter().map(|(key, _)| key));
            keys.restricting
                .extend(own.chain(&row.withdrawn).map(hashed));
        }
        // A row that only takes something back or restricts tells of nobody.
        if row.is_refused() {
            return;
        }
        let child = hashed(&row.key);
        if row.is_leaving() {
            keys.left.push(child);
            return;
        }
        keys.children.push(child);
        for (key, said) in &row.also {
            let key = hashed(key);
            keys.others.push(key);
            let Said::Involvement(involvement) = said else {
                continue;
            };
            keys.working.push((child, key));
            if matches!(involvement.period, Period::Ended { .. }) {
                keys.ended.push(key);
            }
        }
    }

    /// Adds the keys of a row that was refused, or whose involvement was, for a fault: it ends nothing.
    pub fn add_spared(&self, keys: &mut FileKeys, supplier: &Supplier, spared: &Spared) {
        let ring = self.ring();
        let child = source_key(&ring, &supplier.code, &spared.key);
        keys.sparing.0.push(child);
        match &spared.working {
            SparedWorking::Nobody => {}
            SparedWorking::Under(key) => {
                let key = source_key(&ring, &supplier.code, key);
                keys.sparing.1.push(key);
                keys.unsaid.push(key);
                keys.working.push((child, key));
            }
            SparedWorking::Consented(key) => {
                let key = source_key(&ring, &supplier.code, key);
                keys.sparing.1.push(key);
            }
            SparedWorking::Unread => keys.spared.push(child),
        }
    }
}

/// Writes the keys of a run's file.
pub(crate) fn write(
    connection: &mut dyn Connection,
    run: i64,
    parts: &[Vec<u8>],
) -> Result<(), Error> {
    let sql = "INSERT INTO run_key (run, part, body) VALUES ($1, $2, $3)";
    for (part, body) in (0i64..).zip(parts) {
        connection.execute(sql, &[Value::Int(run), Value::Int(part), Value::Blob(body)])?;
    }
    Ok(())
}

/// Reads the keys of runs' files, in order.
pub(crate) fn read(connection: &mut dyn Connection, runs: &[i64]) -> Result<FileKeys, Error> {
    let mut each = Vec::with_capacity(runs.len());
    for run in runs {
        let mut of_run = FileKeys::default();
        let sql = "SELECT body FROM run_key WHERE run = $1 ORDER BY part";
        connection.query(sql, &[Value::Int(*run)], &mut |row| {
            of_run
                .add_part(&row.blob(0)?)
                .ok_or(Error::Inconsistent("the keys of a run"))
        })?;
        each.push(of_run.in_order());
    }
    Ok(in_turn(each))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_in_parts_and_tell_what_is_gone() {
        let many = i64::try_from(KEYS_OF_A_PART).unwrap() + 5;
        let keys = FileKeys {
            children: (0..many).rev().chain([3]).collect(),
            others: vec![-4, i64::MAX],
            ended: vec![-4],
            working: vec![(1, -4), (1, i64::MAX)],
            spared: vec![7],
            left: vec![8],
            ..FileKeys::default()
        }
        .in_order();
        let parts = keys.parts();
        assert_eq!(parts.len(), 7);
        let mut read = FileKeys::default();
        for part in &parts {
            read.add_part(part).unwrap();
        }
        assert_eq!(read, keys);
        assert!(read.add_part(&[0, 1]).is_none() && read.add_part(&[9]).is_none());
        assert!(
            read.add_part(&[OF_WORKING, 0, 0, 0, 0, 0, 0, 0, 1])
                .is_none()
        );
        let later = FileKeys {
            children: (1..many).collect(),
            others: vec![i64::MAX],
            ..FileKeys::default()
        };
        let gone = keys.beyond(&later);
        assert_eq!((gone.children, gone.others), (vec![0], vec![-4]));
    }

    #[test]
    fn what_a_file_ends_is_what_is_not_in_it_and_what_first_bears_an_end_in_it() {
        let stood = FileKeys {
            children: vec![1, 2],
            others: vec![10, 11, 12, 13],
            ended: vec![10],
            ..FileKeys::default()
        };
        let file = FileKeys {
            children: vec![1],
            others: vec![11, 12],
            ended: vec![12],
            withdrawn: vec![13],
            ..FileKeys::default()
        };
        let (ends, open) = stood.ends(&file, Reach::Full);
        assert_eq!((ends.children, ends.involvements, open), (1, 1, 3));
        let (ends, _) = stood.ends(&file, Reach::Delta);
        assert_eq!((ends.children, ends.involvements), (0, 1));
        // A consent that has ended waits for nobody; everything else that is gone counts.
        let (ends, _) = stood.ends(&FileKeys::default(), Reach::Full);
        assert_eq!((ends.children, ends.involvements), (2, 3));
    }

    #[test]
    fn who_has_left_counts_as_ended_once_with_whoever_works_with_them() {
        let stood = FileKeys {
            children: vec![1, 2, 3],
            others: vec![10, 11, 12],
            ended: vec![11],
            working: vec![(1, 10), (1, 11), (2, 12)],
            ..FileKeys::default()
        };
        let file = FileKeys {
            left: vec![1, 9],
            ..FileKeys::default()
        };
        let (ends, open) = stood.ends(&file, Reach::Delta);
        assert_eq!((ends.children, ends.involvements, open), (1, 1, 2));
        let stood = in_turn(vec![stood, file.clone()]);
        assert!(stood.has(1), "looked for all the same");
        let (ends, open) = stood.ends(&file, Reach::Delta);
        assert_eq!((ends.children, ends.involvements, open), (0, 0, 1));
        assert_eq!(stood.children(), 2);
        let (ends, _) = stood.ends(&FileKeys::default(), Reach::Full);
        assert_eq!((ends.children, ends.involvements), (2, 1));
        let again = FileKeys {
            children: vec![1],
            others: vec![10],
            working: vec![(1, 10)],
            ..FileKeys::default()
        };
        let stood = in_turn(vec![stood, again]);
        let (ends, open) = stood.ends(&file, Reach::Delta);
        assert_eq!(
            (ends.children, ends.involvements, open),
            (1, 1, 2),
            "came back"
        );
    }

    #[test]
    fn what_is_only_spared_stands_and_is_not_said() {
        let keys = FileKeys {
            children: vec![1],
            others: vec![10],
            sparing: (vec![1, 2], vec![10, 11]),
            ..FileKeys::default()
        };
        let keys = keys.in_order().in_order();
        assert!([1, 2, 10, 11].into_iter().all(|key| keys.has(key)));
        let mut read = FileKeys::default();
        for part in keys.parts() {
            read.add_part(&part).unwrap();
        }
        assert_eq!(read, keys);
        let said = read.only_said();
        assert_eq!((said.children, said.others), (vec![1], vec![10]));
    }

    #[test]
    fn what_a_later_file_says_has_not_ended_has_not() {
        let keys = FileKeys {
            others: vec![10, 11],
            ended: vec![10, 11],
            ..FileKeys::default()
        };
        let later = FileKeys {
            others: vec![10],
            ..FileKeys::default()
        };
        assert_eq!(in_turn(vec![keys, later]).ended, [11]);
    }

    #[test]
    fn of_a_child_who_is_spared_nothing_ends() {
        let stood = FileKeys {
            others: vec![10, 11, 12],
            ended: vec![11],
            working: vec![(1, 10), (1, 11), (2, 12)],
            ..FileKeys::default()
        };
        let mut file = FileKeys {
            children: vec![1, 2],
            spared: vec![1],
            ..FileKeys::default()
        };
        file.spare(&stood);
        let file = file.in_order();
        assert_eq!(stood.beyond(&file).others, [12]);
        assert_eq!(file.ended, [11], "and what had ended has not begun again");
    }
}
