//! The records to be linked, as rows of small numbers over words that are stored once.

use std::fmt;

use super::company::Company;
use super::kind::Kind;
use super::layout::{ABSENT, FORMER_MAX, GIVEN_MAX, Layout, at, set};
use super::lexicons::Lexicons;
use super::parents::Parents;
use super::parts::Parts;
use super::reader::Reader;
use super::schema::Schema;
use super::stand_in::{StandIn, StandIns};

/// Records a table may have.
pub const ROWS_MAX: usize = 1 << 28;
/// Sources a table may have.
pub const SOURCES_MAX: usize = 1 << 16;
/// Bits of the number at [`Layout::sex`] below the source.
const SOURCE_SHIFT: u32 = 8;
/// Bits of it that are the sex.
const SEX_MASK: u32 = 3;

/// Whether two rows of one source may be the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// They may: it is searched for duplicates.
    MayRepeat,
    /// They are known to be distinct people: none of its rows are linked with one another, nor through others.
    Distinct,
}

/// A file or supplier the records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name, for reports.
    pub name: String,
    /// Whether its rows may be the same person.
    pub rows: Rows,
}

/// A source of a [`Builder`] or [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(u16);

/// Why a row is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowError {
    /// The row has another number of fields than the schema has columns.
    FieldsCount {
        /// Columns of the schema.
        expected: usize,
        /// Fields of the row.
        found: usize,
    },
    /// Two rows have this key.
    KeyTwice(u64),
    /// More than [`ROWS_MAX`] rows.
    RowsTooMany,
    /// Two builders that are joined differ in schema or sources.
    BuildersDiffer,
}

impl fmt::Display for RowError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldsCount { expected, found } => {
                write!(
                    out,
                    "the row has {found} fields, the schema {expected} columns"
                )
            }
            Self::KeyTwice(key) => write!(out, "two rows have the key {key}"),
            Self::RowsTooMany => write!(out, "more than {ROWS_MAX} rows"),
            Self::BuildersDiffer => write!(out, "the parts differ in columns or sources"),
        }
    }
}

impl std::error::Error for RowError {}

/// A table being filled.
#[derive(Clone, Debug)]
pub struct Builder {
    schema: Schema,
    layout: Layout,
    lexicons: Lexicons,
    reader: Reader,
    sources: Vec<Source>,
    keys: Vec<u64>,
    rows: Vec<u32>,
}

/// Records ordered by key. A row is addressed by its number in that order.
#[derive(Clone, Debug)]
pub struct Table {
    pub(crate) schema: Schema,
    pub(crate) layout: Layout,
    pub(crate) lexicons: Lexicons,
    pub(crate) parents: Parents,
    pub(crate) company: Company,
    pub(crate) sources: Vec<Source>,
    pub(crate) stand_ins: StandIns,
    pub(crate) keys: Vec<u64>,
    /// Keys that are in order, from the first.
    pub(crate) ordered: usize,
    pub(crate) rows: Vec<u32>,
}

impl Builder {
    /// An empty table of these columns.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        Self {
            layout: Layout::of(&schema),
            lexicons: Lexicons::new(&schema),
            reader: Reader::new(&schema),
            sources: Vec::new(),
            keys: Vec::new(),
            rows: Vec::new(),
            schema,
        }
    }

    /// Names a source of rows. Beyond [`SOURCES_MAX`] sources, the last is returned.
    pub fn source(&mut self, name: &str, rows: Rows) -> SourceId {
        if self.sources.len() < SOURCES_MAX {
            self.sources.push(Source {
                name: name.to_owned(),
                rows,
            });
        }
        SourceId(u16::try_from(self.sources.len().saturating_sub(1)).unwrap_or(u16::MAX))
    }

    /// Adds a record. `key` is a stable number of it, the same whenever it is linked: it decides every order and every
    /// sample, so that the same records in another order give the same result.
    ///
    /// # Errors
    /// [`RowError::FieldsCount`] when there is not one field for every column; [`RowError::RowsTooMany`].
    pub fn push(&mut self, key: u64, source: SourceId, fields: &[&str]) -> Result<(), RowError> {
        let expected = self.reader.columns();
        if fields.len() != expected {
            return Err(RowError::FieldsCount {
                expected,
                found: fields.len(),
            });
        }
        if self.keys.len() >= ROWS_MAX {
            return Err(RowError::RowsTooMany);
        }
        let start = self.rows.len();
        self.rows.resize(start.saturating_add(self.layout.width), 0);
        let row = self.rows.get_mut(start..).unwrap_or_default();
        self.reader.read(fields, &mut self.lexicons, row);
        set_source(&self.layout, row, source);
        self.keys.push(key);
        Ok(())
    }

    /// The columns of the record added last that hold a text of which nothing can be read, such as `10 Downing` for a date: a bit each,
    /// the first column lowest. They are taken as missing.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.reader.unread()
    }

    /// Ends reading: orders the records by key, counts every word and takes out what [`StandIn`] tells.
    ///
    /// # Errors
    /// [`RowError::KeyTwice`].
    pub fn finish(self) -> Result<Table, RowError> {
        self.finish_with(Vec::new(), 1)
    }

    /// [`Builder::finish`] in threads, with the rows of other builders of the same schema and sources, so that parts of a
    /// file can be read by several threads. The table is the same whatever the threads and whichever builder has read what.
    ///
    /// # Errors
    /// [`RowError::BuildersDiffer`]; [`RowError::RowsTooMany`]; [`RowError::KeyTwice`].
    pub fn finish_with(self, others: Vec<Self>, threads: usize) -> Result<Table, RowError> {
        let rows = others.iter().map(|other| other.keys.len());
        if rows.fold(self.keys.len(), usize::saturating_add) > ROWS_MAX {
            return Err(RowError::RowsTooMany);
        }
        let differs = |other: &Self| self.schema != other.schema || self.sources != other.sources;
        if others.iter().any(differs) {
            return Err(RowError::BuildersDiffer);
        }
        let mut lexicons = self.lexicons;
        let mut parts = Parts::of(self.keys, self.rows);
        drop(self.reader);
        for other in others {
            drop(other.reader);
            let symbols = lexicons.adopt_all(&other.lexicons);
            parts.push(other.keys, other.rows, symbols.at_places(&self.layout));
        }
        let ordered = parts.in_order((&self.layout, &mut lexicons), threads.max(1));
        let (keys, mut rows) = (ordered.keys, ordered.rows);
        let twice = keys.windows(2).find(|pair| pair.first() == pair.get(1));
        if let Some(key) = twice.and_then(|pair| pair.first()) {
            return Err(RowError::KeyTwice(*key));
        }
        let stand_ins = StandIns::take_out(&mut rows, &self.schema, &self.layout);
        let company = Company::of(&rows, &keys, (&self.layout, &lexicons), threads);
        lexicons.relate();
        Ok(Table {
            parents: Parents::of(&ordered.parents),
            schema: self.schema,
            layout: self.layout,
            company,
            lexicons,
            sources: self.sources,
            stand_ins,
            ordered: keys.len(),
            keys,
            rows,
        })
    }
}

impl Table {
    /// How many records there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.keys.len()
    }

    /// The key of a row.
    #[must_use]
    pub fn key(&self, row: u32) -> Option<u64> {
        usize::try_from(row)
            .ok()
            .and_then(|row| self.keys.get(row))
            .copied()
    }

    /// The row of a key.
    #[must_use]
    pub fn row_of(&self, key: u64) -> Option<u32> {
        self.row_of_sorted(key)
    }

    /// The row of a key among those that are ordered: a register's later ones are not.
    pub(crate) fn row_of_sorted(&self, key: u64) -> Option<u32> {
        let ordered = self.keys.get(..self.ordered).unwrap_or_default();
        ordered
            .binary_search(&key)
            .ok()
            .and_then(|row| u32::try_from(row).ok())
    }

    /// The source of a row.
    #[must_use]
    pub fn source_of(&self, row: u32) -> Option<&Source> {
        self.sources
            .get(usize::from(source_of(&self.layout, self.row(row))))
    }

    /// The values that far too many records have for them to be anybody's: they are taken as missing.
    #[must_use]
    pub fn stand_ins(&self) -> &[StandIn] {
        &self.stand_ins.told
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The numbers of a row; empty when there is none.
    pub(crate) fn row(&self, row: u32) -> &[u32] {
        let start = usize::try_from(row)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.layout.width);
        self.rows
            .get(start..start.saturating_add(self.layout.width))
            .unwrap_or_default()
    }
}

/// Writes the sounds of a row's names beside them.
pub(crate) fn place_sounds(layout: &Layout, lexicons: &Lexicons, row: &mut [u32]) {
    let sounds = [
        lexicons.given.sketch(at(row, layout.given)).sound,
        lexicons
            .given
            .sketch(at(row, layout.given.saturating_add(1)))
            .sound,
        lexicons.family.sketch(at(row, layout.family)).sound,
    ];
    for (offset, sound) in sounds.into_iter().enumerate() {
        set(row, layout.sounds.saturating_add(offset), sound);
    }
}

/// The sex of a row: 1 male, 2 female, 0 not known.
pub(crate) fn sex_of(layout: &Layout, row: &[u32]) -> u32 {
    at(row, layout.sex) & SEX_MASK
}

/// Sets the source of a row.
pub(crate) fn set_source(layout: &Layout, row: &mut [u32], source: SourceId) {
    let sex = sex_of(layout, row);
    set(row, layout.sex, u32::from(source.0) << SOURCE_SHIFT | sex);
}

/// The number of the source of a row.
pub(crate) fn source_of(layout: &Layout, row: &[u32]) -> u16 {
    u16::try_from(at(row, layout.sex) >> SOURCE_SHIFT).unwrap_or(u16::MAX)
}

impl Layout {
    /// Places of symbols with their role.
    pub(crate) fn symbol_places(&self) -> Vec<(usize, super::lexicons::Role)> {
        use super::lexicons::Role;
        let run = |place: usize, numbers: usize, role: Role| {
            let present = if place == ABSENT { 0 } else { numbers };
            (0..present).map(move |offset| (place.saturating_add(offset), role))
        };
        let mut places: Vec<_> = run(self.given, GIVEN_MAX, Role::Given).collect();
        places.extend(run(self.family, 1, Role::Family));
        places.extend(run(self.former, FORMER_MAX, Role::Family));
        places.extend(
            self.free
                .iter()
                .enumerate()
                .map(|(column, place)| (*place, Role::Free(column))),
        );
        places
    }
}

/// Whether a kind is stored as a symbol of a column of its own.
pub(crate) fn is_free(kind: Kind) -> bool {
    matches!(kind, Kind::Code | Kind::Text)
}
