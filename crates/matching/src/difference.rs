//! In what a candidate differs from what was asked for: a closed set.

/// One way in which a candidate differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Difference {
    /// Another form of the given name.
    GivenNickname,
    /// The given name is spelt differently or mistyped.
    GivenSpelling,
    /// Only the initial agrees.
    GivenInitial,
    /// What agrees is a further given name.
    GivenMiddle,
    /// The given name is another.
    GivenDifferent,
    /// The family name is spelt differently or mistyped.
    FamilySpelling,
    /// What agrees is a part of a double-barrelled name, or it lacks a particle.
    FamilyPart,
    /// What agrees is a former name.
    FamilyFormer,
    /// The family name is another.
    FamilyDifferent,
    /// Given and family name stand the other way round.
    NamesTransposed,
    /// Day and month of birth are exchanged.
    BirthSwapped,
    /// The date of birth differs in one digit, the year, or the day.
    BirthNear,
    /// The date of birth is another.
    BirthDifferent,
    /// The sex differs.
    Sex,
    /// The postcode agrees in part.
    PostcodeNear,
    /// The postcode is another.
    PostcodeDifferent,
    /// No setting agrees.
    Setting,
    /// The area differs.
    Area,
    /// The number differs.
    Number,
}

impl Difference {
    /// All, in order.
    pub const ALL: [Self; 19] = [
        Self::GivenNickname,
        Self::GivenSpelling,
        Self::GivenInitial,
        Self::GivenMiddle,
        Self::GivenDifferent,
        Self::FamilySpelling,
        Self::FamilyPart,
        Self::FamilyFormer,
        Self::FamilyDifferent,
        Self::NamesTransposed,
        Self::BirthSwapped,
        Self::BirthNear,
        Self::BirthDifferent,
        Self::Sex,
        Self::PostcodeNear,
        Self::PostcodeDifferent,
        Self::Setting,
        Self::Area,
        Self::Number,
    ];

    fn bit(self) -> u32 {
        1_u32.wrapping_shl(u32::from(self as u8))
    }
}

/// A set of differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Differences(u32);

impl Differences {
    /// Adds one.
    pub fn insert(&mut self, difference: Difference) {
        self.0 |= difference.bit();
    }

    /// Both sets together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn contains(self, difference: Difference) -> bool {
        self.0 & difference.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Difference> {
        Difference::ALL
            .into_iter()
            .filter(move |difference| self.contains(*difference))
    }
}

impl FromIterator<Difference> for Differences {
    fn from_iter<I: IntoIterator<Item = Difference>>(differences: I) -> Self {
        let mut set = Self::default();
        differences
            .into_iter()
            .for_each(|difference| set.insert(difference));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_a_set_returns_what_was_put_in() {
        assert!(Difference::ALL.is_sorted());
        assert_eq!(
            Difference::ALL.last().map(|last| *last as usize),
            Some(Difference::ALL.len() - 1)
        );
        let set: Differences = [Difference::Sex, Difference::GivenNickname]
            .into_iter()
            .collect();
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Difference::GivenNickname, Difference::Sex]
        );
        assert!(!set.contains(Difference::Number) && !set.is_empty());
    }
}
