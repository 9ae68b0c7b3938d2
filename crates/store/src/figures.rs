//! The figures of data quality as they are kept and shown: already suppressed and rounded, the same for everybody (X2).

use std::collections::HashMap;

use directory::figure::{Figure, Rounded};
use directory::quality::Measure;
use directory::text::{AuthorityCode, SupplierCode};
use directory::{Now, Timestamp};

use directory::access::Refusal;
use directory::event::Asked;
use directory::oversight::may_see_figures;

use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::session::Session;
use crate::{Store, schema};

/// The moment of the last count, in microseconds, in the table of single values.
const COUNTED: &str = "quality counted";
/// How a figure that is withheld is kept.
const WITHHELD: i64 = 0;
/// What stands for children of no authority.
const NO_AUTHORITY: &str = "none";
/// What stands for all of them together.
const ALL: &str = "";

/// Of what a figure is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// Of the children of an authority; `None`: of those of no authority.
    Authority(Measure, Option<AuthorityCode>),
    /// Of a supplier.
    Supplier(Measure, SupplierCode),
    /// Of how many children of an authority a supplier says something.
    Coverage(SupplierCode, Option<AuthorityCode>),
}

/// Every figure of one count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// When the counting began. `None`: nothing was counted yet.
    pub at: Option<Timestamp>,
    shown: HashMap<Cell, Figure>,
}

impl Figures {
    /// A figure.
    #[must_use]
    pub fn of(&self, cell: &Cell) -> Figure {
        self.shown.get(cell).copied().unwrap_or_default()
    }

    /// Every figure that is not few.
    pub(crate) fn from(shown: impl Iterator<Item = (Cell, Figure)>) -> Figures {
        Figures {
            at: None,
            shown: shown.filter(|(_, figure)| *figure != Figure::Few).collect(),
        }
    }

    /// Writes them in place of those before.
    pub(crate) fn write(&self, connection: &mut dyn Connection, now: Now) -> Result<(), Error> {
        connection.execute("DELETE FROM figure", &[])?;
        let sql =
            "INSERT INTO figure (measure, authority, supplier, shown) VALUES ($1, $2, $3, $4)";
        for (cell, figure) in &self.shown {
            let (measure, authority, supplier) = cell.columns();
            let number = figure
                .number()
                .and_then(|number| i64::try_from(number).ok());
            let values = [
                Value::Text(measure.code()),
                Value::Text(authority),
                Value::Text(supplier),
                Value::Int(number.unwrap_or(WITHHELD)),
            ];
            connection.execute(sql, &values)?;
        }
        schema::put(connection, COUNTED, &now.at.as_microsecond().to_string())
    }
}

impl Store {
    /// The figures of data quality, for those who may see them.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn see_figures(
        &self,
        session: &Session,
        now: Now,
    ) -> Result<Result<Figures, Refusal>, Error> {
        if let Err(refusal) = may_see_figures(session.actor()) {
            return self.refuse(session, (Asked::Oversee, None, None), refusal, now);
        }
        self.figures().map(Ok)
    }

    /// The figures of the last count. They are what everybody sees.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn figures(&self) -> Result<Figures, Error> {
        self.pool.with_snapshot(|connection| {
            let at = schema::get(connection, COUNTED)?;
            let at = at.and_then(|at| Timestamp::from_microsecond(at.parse().ok()?).ok());
            let mut shown = HashMap::new();
            let sql = "SELECT measure, authority, supplier, shown FROM figure";
            connection.query(sql, &[], &mut |row| {
                let columns = (row.text(0)?, row.text(1)?, row.text(2)?);
                let cell = Cell::of(&columns.0, &columns.1, &columns.2);
                let figure = figure(row.int(3)?);
                let (Some(cell), Some(figure)) = (cell, figure) else {
                    return Err(Error::Inconsistent("a figure"));
                };
                shown.insert(cell, figure);
                Ok(())
            })?;
            Ok(Figures { at, shown })
        })
    }
}

fn figure(kept: i64) -> Option<Figure> {
    if kept == WITHHELD {
        return Some(Figure::Withheld);
    }
    let number = u64::try_from(kept).ok()?;
    Rounded::shown(number).map(Figure::About)
}

impl Cell {
    fn columns(&self) -> (Measure, &str, &str) {
        match self {
            Cell::Authority(measure, authority) => (*measure, authority_column(authority), ALL),
            Cell::Supplier(measure, supplier) => (*measure, ALL, supplier.as_str()),
            Cell::Coverage(supplier, authority) => (
                Measure::Children,
                authority_column(authority),
                supplier.as_str(),
            ),
        }
    }

    fn of(measure: &str, authority: &str, supplier: &str) -> Option<Cell> {
        let measure = Measure::parse(measure)?;
        let of_authority = || match authority {
            NO_AUTHORITY => Some(None),
            code => AuthorityCode::parse(code).ok().map(Some),
        };
        Some(match (authority, supplier) {
            (_, ALL) => Cell::Authority(measure, of_authority()?),
            (ALL, code) => Cell::Supplier(measure, SupplierCode::parse(code).ok()?),
            (_, code) => Cell::Coverage(SupplierCode::parse(code).ok()?, of_authority()?),
        })
    }
}

fn authority_column(authority: &Option<AuthorityCode>) -> &str {
    authority
        .as_ref()
        .map_or(NO_AUTHORITY, AuthorityCode::as_str)
}
