//! The columns of the files to be linked, and the fields that are compared.

use std::fmt;

use super::kind::Kind;

/// Columns a schema may have, of whatever kind.
pub const COLUMNS_MAX: usize = 40;

/// A column: its name in the files' configuration and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, for explanations and errors.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
        }
    }
}

/// The columns, in the order fields of a row are given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    columns: Vec<Column>,
}

/// Why columns make no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaError {
    /// More than [`COLUMNS_MAX`] columns: so many.
    ColumnsTooMany(usize),
    /// Two columns have this name.
    NameTwice(String),
    /// A second column of a kind of which there can be only one.
    KindTwice(Kind, String),
    /// Nothing to tell people apart by: no name, date, identifier or text.
    NothingToCompare,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColumnsTooMany(columns) => {
                write!(
                    out,
                    "{columns} columns are too many: {COLUMNS_MAX} can be compared"
                )
            }
            Self::NameTwice(name) => write!(out, "two columns are called {name}"),
            Self::KindTwice(kind, name) => {
                write!(out, "{name} is a second column of the kind {}", kind.name())
            }
            Self::NothingToCompare => write!(
                out,
                "no column tells people apart: a name, date, identifier, code or text is needed"
            ),
        }
    }
}

impl std::error::Error for SchemaError {}

impl Schema {
    /// A schema of these columns. Several columns of given names, address lines or parents' names are read together, in
    /// column order.
    ///
    /// # Errors
    /// A [`SchemaError`] naming the first column at fault.
    pub fn new(columns: Vec<Column>) -> Result<Self, SchemaError> {
        if columns.len() > COLUMNS_MAX {
            return Err(SchemaError::ColumnsTooMany(columns.len()));
        }
        for (place, column) in columns.iter().enumerate() {
            let before = || columns.iter().take(place);
            if before().any(|other| other.name == column.name) {
                return Err(SchemaError::NameTwice(column.name.clone()));
            }
            let is_single = matches!(
                column.kind,
                Kind::Date | Kind::Postcode | Kind::Sex | Kind::FullName
            );
            if is_single && before().any(|other| other.kind == column.kind) {
                return Err(SchemaError::KindTwice(column.kind, column.name.clone()));
            }
        }
        let tells = |column: &Column| !matches!(column.kind, Kind::Sex);
        if !columns.iter().any(tells) {
            return Err(SchemaError::NothingToCompare);
        }
        Ok(Self { columns })
    }

    /// The columns in order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether there is a column of this kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.columns.iter().any(|column| column.kind == kind)
    }

    /// The names of the columns of a kind, in order.
    pub fn names_of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = self
            .columns
            .iter()
            .filter(move |column| column.kind == kind);
        of_kind.map(|column| column.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(count: usize) -> Vec<Column> {
        let names = (0..count).map(|place| format!("text {place}"));
        names.map(|name| Column::new(&name, Kind::Text)).collect()
    }

    #[test]
    fn as_many_texts_as_columns_and_no_more() {
        assert!(Schema::new(texts(COLUMNS_MAX)).is_ok());
        let error = Schema::new(texts(COLUMNS_MAX + 1)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "41 columns are too many: 40 can be compared"
        );
    }

    #[test]
    fn a_second_date_is_refused_by_name() {
        let columns = vec![
            Column::new("born", Kind::Date),
            Column::new("died", Kind::Date),
        ];
        let error = Schema::new(columns).unwrap_err();
        assert_eq!(
            error.to_string(),
            "died is a second column of the kind date"
        );
    }
}
