//! A key under which records like a row stand, and what sharing it says beside names and a year.

use matching::block::KeyKind;

/// A key under which records like a row stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LikenessKey {
    pub(crate) key: i64,
    pub(crate) tells: Tells,
}

/// What keys that are shared say beside names and a year of birth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tells(u8);

impl Tells {
    /// Names and a year at most, of which there are the more the larger the directory is.
    const NAMES: Tells = Tells(0);
    const FAMILY_ON_DAY: Tells = Tells(1);
    const GIVEN_ON_DAY: Tells = Tells(2);
    /// A place, a number, or a day with the whole name.
    pub(crate) const MORE: Tells = Tells(4);

    /// What a key of a kind says.
    pub(crate) fn of(kind: KeyKind) -> Tells {
        match kind {
            KeyKind::YearFamilyGiven
            | KeyKind::FamilyGiven
            | KeyKind::YearGivenFamilyHead
            | KeyKind::YearGivenFamilyTail => Tells::NAMES,
            KeyKind::DobFamily => Tells::FAMILY_ON_DAY,
            KeyKind::DobGiven => Tells::GIVEN_ON_DAY,
            KeyKind::Number
            | KeyKind::MonthDayFamilyGiven
            | KeyKind::Postcode
            | KeyKind::DistrictFamilyGiven
            | KeyKind::AreaFamilyGiven
            | KeyKind::SettingDob
            | KeyKind::SettingFamily => Tells::MORE,
        }
    }

    /// What both say.
    pub(crate) fn and(self, other: Tells) -> Tells {
        Tells(self.0 | other.0)
    }

    /// Whether it is more than a name in a year, or one name on a day.
    pub(crate) fn is_much(self) -> bool {
        let on_day = Tells::FAMILY_ON_DAY.and(Tells::GIVEN_ON_DAY);
        self.0 & Tells::MORE.0 != 0 || self.and(on_day) == self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_year_and_one_name_on_a_day_are_little() {
        let of = |kinds: &[KeyKind]| {
            let each = kinds.iter().map(|kind| Tells::of(*kind));
            each.fold(Tells::default(), Tells::and).is_much()
        };
        assert!(!of(&[KeyKind::YearFamilyGiven, KeyKind::FamilyGiven]));
        assert!(!of(&[KeyKind::DobGiven, KeyKind::DobGiven]));
        assert!(!of(&[KeyKind::DobFamily, KeyKind::FamilyGiven]));
        assert!(of(&[KeyKind::DobFamily, KeyKind::DobGiven]));
        assert!(of(&[KeyKind::FamilyGiven, KeyKind::Postcode]));
        assert!(of(&[KeyKind::MonthDayFamilyGiven]));
    }
}
