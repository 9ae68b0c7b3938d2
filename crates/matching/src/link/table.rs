//! The records to be linked, as rows of small numbers over words that are stored once.

use std::fmt;

use super::company::Company;
use super::kind::Kind;
use super::layout::{ABSENT, FORMER_MAX, GIVEN_MAX, Layout, at, set};
use super::lexicons::Lexicons;
use super::parents::Parents;
use super::reader::Reader;
use super::schema::Schema;

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

    /// Takes over the rows of another builder with the same schema and sources, so that parts of a file can be read by
    /// several threads.
    ///
    /// # Errors
    /// [`RowError::BuildersDiffer`]; [`RowError::RowsTooMany`].
    pub fn append(&mut self, other: Self) -> Result<(), RowError> {
        if self.schema != other.schema || self.sources != other.sources {
            return Err(RowError::BuildersDiffer);
        }
        if self.keys.len().saturating_add(other.keys.len()) > ROWS_MAX {
            return Err(RowError::RowsTooMany);
        }
        let places = self.layout.symbol_places();
        let symbols: Vec<_> = places
            .iter()
            .map(|(_, role)| self.lexicons.adopt_all(&other.lexicons, *role))
            .collect();
        let start = self.rows.len();
        self.rows.extend_from_slice(&other.rows);
        self.keys.extend_from_slice(&other.keys);
        drop(other);
        for row in self
            .rows
            .get_mut(start..)
            .unwrap_or_default()
            .chunks_exact_mut(self.layout.width)
        {
            for ((place, _), symbols) in places.iter().zip(&symbols) {
                let old = usize::try_from(at(row, *place)).unwrap_or(usize::MAX);
                set(row, *place, symbols.get(old).copied().unwrap_or(0));
            }
        }
        Ok(())
    }

    /// Ends reading: orders the records by key and counts every word.
    ///
    /// # Errors
    /// [`RowError::KeyTwice`].
    pub fn finish(self) -> Result<Table, RowError> {
        self.finish_in_threads(1)
    }

    /// [`Builder::finish`] in threads; the table is the same whatever their number.
    ///
    /// # Errors
    /// [`RowError::KeyTwice`].
    pub fn finish_in_threads(self, threads: usize) -> Result<Table, RowError> {
        let mut table = Table {
            schema: self.schema,
            layout: self.layout,
            parents: Parents::default(),
            company: Company::default(),
            lexicons: self.lexicons,
            sources: self.sources,
            ordered: self.keys.len(),
            keys: self.keys,
            rows: self.rows,
        };
        drop(self.reader);
        table.put_in_order(threads.max(1));
        let twice = table
            .keys
            .windows(2)
            .find(|pair| pair.first() == pair.get(1));
        if let Some(key) = twice.and_then(|pair| pair.first()) {
            return Err(RowError::KeyTwice(*key));
        }
        let company = std::thread::scope(|scope| {
            let learned = scope
                .spawn(|| Company::of(&table.rows, &table.keys, &table.layout, &table.lexicons));
            let parents = Parents::of(&table.rows, &table.layout);
            (parents, learned.join().unwrap_or_default())
        });
        (table.parents, table.company) = company;
        table.count_words();
        table.lexicons.relate();
        Ok(table)
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

    /// Puts the rows in the order of their keys, when they are not, and the sounds of their names beside them.
    fn put_in_order(&mut self, threads: usize) {
        let width = self.layout.width.max(1);
        let share = self.keys.len().div_ceil(threads).max(1);
        let (layout, lexicons) = (&self.layout, &self.lexicons);
        if self.keys.is_sorted() {
            let shares = self.rows.chunks_mut(share.saturating_mul(width));
            std::thread::scope(|scope| {
                for rows in shares {
                    scope.spawn(move || {
                        for row in rows.chunks_exact_mut(width) {
                            place_sounds(layout, lexicons, row);
                        }
                    });
                }
            });
            return;
        }
        let mut order: Vec<(u64, u32)> = self.keys.iter().copied().zip(0..).collect();
        // Keys mostly stand in runs, which a stable sort makes use of.
        order.sort();
        let mut ordered = vec![0_u32; self.rows.len()];
        let shares = ordered.chunks_mut(share.saturating_mul(width));
        std::thread::scope(|scope| {
            for (rows, order) in shares.zip(order.chunks(share)) {
                let from = &*self;
                scope.spawn(move || {
                    for (row, (_, old)) in rows.chunks_exact_mut(width).zip(order) {
                        let old = from.row(*old);
                        if row.len() == old.len() {
                            row.copy_from_slice(old);
                        }
                        place_sounds(layout, lexicons, row);
                    }
                });
            }
        });
        self.rows = ordered;
        self.keys = order.into_iter().map(|(key, _)| key).collect();
    }

    fn count_words(&mut self) {
        for row in self.rows.chunks_exact(self.layout.width) {
            self.lexicons.given.count(at(row, self.layout.given));
            self.lexicons.family.count(at(row, self.layout.family));
            for (place, words) in self.layout.free.iter().zip(&mut self.lexicons.free) {
                words.count(at(row, *place));
            }
        }
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
