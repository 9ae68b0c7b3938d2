//! Keys by which candidates are found with point look-ups: what a record is filed under and what a query looks for.
//!
//! A key is an exact value, so a store may keep only a keyed hash of it. Record side: [`record_keys`]; query side:
//! [`query_keys`], which also tries other readings (day and month exchanged, names transposed, nicknames, the years of an
//! age). Names enter as phonetic codes, so most spellings and many typing errors need no further key; a record's given
//! name is filed under its own code and, unless it is a canonical form itself, those of up to two canonical forms.
//!
//! Records filed under one key (estimates, not measurements), at 11 million records over 19 years of birth (1,600 a day, 580,000 a year), for the
//! commonest values: family code 1.2 %, given code 2.5 %, both together 0.05 %. Typical values are a tenth of it or less.
//!
//! | kind | commonest | found although |
//! |---|---|---|
//! | `Number` | 1 | everything else is wrong |
//! | `DobFamily` | 20 | the given name is wrong or missing |
//! | `DobGiven` | 40 | the family name is wrong, changed or missing |
//! | `YearFamilyGiven` | 290 | day or month is wrong or missing |
//! | `MonthDayFamilyGiven` | 15 | the year is wrong |
//! | `FamilyGiven` | 5,500 (typical 10 to 100) | the date is missing or all wrong |
//! | `YearGivenFamilyHead` | 400 | the end of the family name *and* day or month are wrong |
//! | `YearGivenFamilyTail` | 400 | its beginning *and* day or month are wrong |
//! | `Postcode` | 100 (typical 8) | names and date are all wrong |
//! | `DistrictFamilyGiven` | 20 | the date is missing, the name common |
//! | `AreaFamilyGiven` | 450 (typical 1) | the date is missing, the name common |
//! | `SettingDob` | 5 | both names are wrong or missing |
//! | `SettingFamily` | 40 | date and given name are wrong or missing |
//!
//! The two `…FamilyHead/Tail` kinds are worth their two keys: without them a typing error that changes the sound of the
//! family name is only forgiven together with a right full date.

mod key;
mod name_code;
mod query;
mod record;

pub use key::{Field, Key, KeyKind, fields};
pub use query::{LOOKUPS_MAX, Lookup, query_keys};
pub use record::{RECORD_KEYS_MAX, record_keys};
