//! One record that arrives, read against the words of a table without changing it.

use super::comparer::OWN;
use super::layout::{at, set};
use super::lexicons::Lexicons;
use super::reader::Reader;
use super::table::{RowError, SourceId, Table, place_sounds, set_source};

/// A record that is in no table: its row, and the words that the table does not know.
#[derive(Clone, Debug)]
pub struct Incoming {
    pub(crate) row: Vec<u32>,
    pub(crate) own: Lexicons,
}

impl Incoming {
    /// Reads a record of a source of the table.
    ///
    /// # Errors
    /// [`RowError::FieldsCount`] when there is not one field for every column of the table.
    pub fn read(table: &Table, source: SourceId, fields: &[&str]) -> Result<Self, RowError> {
        let expected = table.schema.columns().len();
        if fields.len() != expected {
            return Err(RowError::FieldsCount {
                expected,
                found: fields.len(),
            });
        }
        let mut own = Lexicons::new(&table.schema);
        let mut row = vec![0; table.layout.width];
        Reader::new(&table.schema).read(fields, &mut own, &mut row);
        table.stand_ins.forget(&mut row);
        place_sounds(&table.layout, &own, &mut row);
        set_source(&table.layout, &mut row, source);
        for (place, role) in table.layout.symbol_places() {
            let symbol = at(&row, place);
            let spelling = own.words(role).map_or("", |words| words.text(symbol));
            let known = table
                .lexicons
                .words(role)
                .and_then(|words| words.find_spelling(spelling));
            if symbol != 0 {
                set(&mut row, place, known.unwrap_or(symbol | OWN));
            }
        }
        Ok(Self { row, own })
    }
}
