//! A look-up key, its kind, and the fields each kind is made of.

use crate::date::Date;

/// Bytes of a key's value; a longer value is cut, which finds more, never less.
pub const VALUE_BYTES_MAX: usize = 32;
/// Bytes of a setting, area or number inside a key; the rest is not looked at.
pub const CODE_BYTES_MAX: usize = 20;

/// A field of a person that a key can depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Strong identifier.
    Number,
    /// Given names.
    Given,
    /// Family names; former ones too, when the person was built with them.
    Family,
    /// Date of birth, or a part of it.
    Birth,
    /// Postcode, or a part of it.
    Postcode,
    /// A setting.
    Setting,
    /// The area.
    Area,
}

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyKind {
    /// Strong identifier.
    Number = 1,
    /// Date of birth and family name.
    DobFamily = 2,
    /// Date of birth and given name.
    DobGiven = 3,
    /// Year of birth, family and given name.
    YearFamilyGiven = 4,
    /// Day and month of birth, family and given name.
    MonthDayFamilyGiven = 5,
    /// Family and given name.
    FamilyGiven = 6,
    /// Year of birth, given name and the first two letters of the family name.
    YearGivenFamilyHead = 7,
    /// Year of birth, given name and the last three letters of the family name.
    YearGivenFamilyTail = 8,
    /// Whole postcode.
    Postcode = 9,
    /// Postcode district, family and given name.
    DistrictFamilyGiven = 10,
    /// Area, family and given name.
    AreaFamilyGiven = 11,
    /// Setting and date of birth.
    SettingDob = 12,
    /// Setting and family name.
    SettingFamily = 13,
}

impl KeyKind {
    /// All, in order.
    pub const ALL: [Self; 13] = [
        Self::Number,
        Self::DobFamily,
        Self::DobGiven,
        Self::YearFamilyGiven,
        Self::MonthDayFamilyGiven,
        Self::FamilyGiven,
        Self::YearGivenFamilyHead,
        Self::YearGivenFamilyTail,
        Self::Postcode,
        Self::DistrictFamilyGiven,
        Self::AreaFamilyGiven,
        Self::SettingDob,
        Self::SettingFamily,
    ];

    /// A number that stays the same between versions, for the first byte of what is hashed.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// The fields a key of this kind depends on, and no others.
#[must_use]
pub fn fields(kind: KeyKind) -> &'static [Field] {
    match kind {
        KeyKind::Number => &[Field::Number],
        KeyKind::DobFamily => &[Field::Birth, Field::Family],
        KeyKind::DobGiven => &[Field::Birth, Field::Given],
        KeyKind::YearFamilyGiven
        | KeyKind::MonthDayFamilyGiven
        | KeyKind::YearGivenFamilyHead
        | KeyKind::YearGivenFamilyTail => &[Field::Birth, Field::Family, Field::Given],
        KeyKind::FamilyGiven => &[Field::Family, Field::Given],
        KeyKind::Postcode => &[Field::Postcode],
        KeyKind::DistrictFamilyGiven => &[Field::Postcode, Field::Family, Field::Given],
        KeyKind::AreaFamilyGiven => &[Field::Area, Field::Family, Field::Given],
        KeyKind::SettingDob => &[Field::Setting, Field::Birth],
        KeyKind::SettingFamily => &[Field::Setting, Field::Family],
    }
}

/// A look-up key: two people share one when these bytes are equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    length: u8,
    bytes: [u8; VALUE_BYTES_MAX],
}

impl Key {
    /// The value, without the kind. The layout is fixed per kind: number kinds and texts first, codes last.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.bytes
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    /// The key of the same family and given name alone, where this one is made of both and of something else besides: all keys of one
    /// such pair of names lead to children of much the same name.
    #[must_use]
    pub fn of_names(&self) -> Option<Key> {
        match self.kind {
            KeyKind::YearFamilyGiven
            | KeyKind::MonthDayFamilyGiven
            | KeyKind::DistrictFamilyGiven
            | KeyKind::AreaFamilyGiven => {}
            _ => return None,
        }
        // Both codes are at the end.
        let names = self.value().last_chunk::<{ 2 * size_of::<u32>() }>()?;
        Some(Key::new(KeyKind::FamilyGiven).append(names))
    }

    pub(super) fn new(kind: KeyKind) -> Self {
        Self {
            kind,
            length: 0,
            bytes: [0; VALUE_BYTES_MAX],
        }
    }

    pub(super) fn date(self, date: Date) -> Self {
        self.year(date.year()).month_day(date)
    }

    pub(super) fn year(self, year: u16) -> Self {
        self.append(&year.to_be_bytes())
    }

    pub(super) fn month_day(self, date: Date) -> Self {
        self.append(&[date.month(), date.day()])
    }

    pub(super) fn code(self, code: u32) -> Self {
        self.append(&code.to_be_bytes())
    }

    pub(super) fn text(self, text: &[u8]) -> Self {
        self.append(text.get(..CODE_BYTES_MAX).unwrap_or(text))
    }

    fn append(mut self, bytes: &[u8]) -> Self {
        for (slot, byte) in self
            .bytes
            .iter_mut()
            .skip(usize::from(self.length))
            .zip(bytes)
        {
            *slot = *byte;
            self.length = self.length.saturating_add(1);
        }
        self
    }
}
