//! The records' own ids: texts in one buffer, in order, so that a record's place does not depend on that of its row.

/// The ids of a file, in order once they are ranked.
#[derive(Debug, Default)]
pub struct Ids {
    bytes: Vec<u8>,
    /// Where each id ends in `bytes`.
    ends: Vec<u32>,
}

/// Why an id is not taken: the ids of a file have more than 4 GiB.
#[derive(Debug)]
pub struct TooLong;

/// Two rows of one id, counted from 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Twice(pub u32, pub u32);

impl Ids {
    /// Adds an id.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn push(&mut self, id: &str) -> Result<(), TooLong> {
        self.bytes.extend_from_slice(id.as_bytes());
        self.ends
            .push(u32::try_from(self.bytes.len()).map_err(|_| TooLong)?);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The id at a place; empty when there is none.
    pub fn get(&self, place: usize) -> &str {
        let bytes = self.slice(place).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The place of an id among ranked ones.
    pub fn place_of(&self, id: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.slice(middle).unwrap_or_default().cmp(id.as_bytes()) {
                std::cmp::Ordering::Less => low = middle.saturating_add(1),
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// Puts the ids in order. Returns the rank of every row.
    ///
    /// # Errors
    /// [`Twice`] with the two first rows of the first id that stands twice.
    pub fn rank(&mut self) -> Result<Vec<u32>, Twice> {
        let mut order: Vec<(u64, u32)> = (0_u32..)
            .take(self.len())
            .map(|row| (beginning(self.of_row(row)), row))
            .collect();
        // Most ids differ in their first eight bytes: the texts are seldom fetched.
        order.sort_unstable_by(|one, other| {
            let rest = || self.of_row(one.1).cmp(self.of_row(other.1));
            one.0
                .cmp(&other.0)
                .then_with(rest)
                .then(one.1.cmp(&other.1))
        });
        let rows = || order.iter().map(|(_, row)| *row);
        if let Some((one, other)) = rows()
            .zip(rows().skip(1))
            .find(|(one, other)| self.of_row(*one) == self.of_row(*other))
        {
            return Err(Twice(one, other));
        }
        let mut ranks = vec![0_u32; self.len()];
        let mut ranked = Ids {
            bytes: Vec::with_capacity(self.bytes.len()),
            ends: Vec::with_capacity(self.ends.len()),
        };
        for (rank, row) in (0_u32..).zip(rows()) {
            if let Some(slot) = usize::try_from(row).ok().and_then(|row| ranks.get_mut(row)) {
                *slot = rank;
            }
            ranked.bytes.extend_from_slice(self.of_row(row));
            ranked
                .ends
                .push(u32::try_from(ranked.bytes.len()).unwrap_or(u32::MAX));
        }
        *self = ranked;
        Ok(ranks)
    }

    fn of_row(&self, row: u32) -> &[u8] {
        let place = usize::try_from(row).unwrap_or(usize::MAX);
        self.slice(place).unwrap_or_default()
    }

    fn slice(&self, place: usize) -> Option<&[u8]> {
        let end = usize::try_from(*self.ends.get(place)?).ok()?;
        let before = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let start = usize::try_from(before.copied().unwrap_or(0)).ok()?;
        self.bytes.get(start..end)
    }
}

/// The first eight bytes, to be compared as a number.
fn beginning(id: &[u8]) -> u64 {
    let mut bytes = [0_u8; 8];
    for (slot, byte) in bytes.iter_mut().zip(id) {
        *slot = *byte;
    }
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(texts: &[&str]) -> Ids {
        let mut ids = Ids::default();
        for text in texts {
            ids.push(text).unwrap();
        }
        ids
    }

    #[test]
    fn ranks_are_those_of_the_sorted_texts() {
        let texts = ["b", "abcdefgh2", "", "abcdefgh10", "é", "abcdefgh"];
        let mut sorted = texts.to_vec();
        sorted.sort_unstable();
        let mut ids = ids(&texts);
        let ranks = ids.rank().unwrap();
        for (text, rank) in texts.iter().zip(ranks) {
            assert_eq!(sorted[rank as usize], *text);
            assert_eq!(ids.get(rank as usize), *text);
            assert_eq!(ids.place_of(text), Some(rank as usize));
        }
        assert_eq!(ids.place_of("abcdefgh3"), None);
    }

    #[test]
    fn an_id_that_stands_twice_is_found_with_its_rows() {
        assert_eq!(ids(&["7", "x", "7", "7"]).rank(), Err(Twice(0, 2)));
        assert_eq!(ids(&["a\0", "a"]).rank(), Ok(vec![1, 0]));
    }
}
