//! What suppliers took back of sensitive involvements: words of the same day or an earlier one are not heard again, in whichever file they
//! come, and whenever a person lets it go on (X5, R28).
//!
//! Of such an involvement nothing is kept on the record, so the record cannot tell which words are old. What is kept instead is a keyed hash
//! of the supplier's own key, of a kind that stands nowhere else, and a day. It is on no record, in no journal, list or count, and whoever
//! sends the old words is answered as of any others that say nothing new.

use directory::statement::Said;
use directory::supplied::Row;
use directory::text::{SupplierCode, SupplierKey};
use directory::{Date, Now};

use crate::Store;
use crate::batch::Batch;
use crate::driver::{Connection, Dialect, Rows, Value};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::key::{Subject, hashed};
use crate::known::in_order;
use crate::seal::KeyRing;

/// For how many days it is kept what was taken back: a year, for which what has ended stays in sight too (R25). A file that was drawn
/// before is not held against it.
pub const WITHDRAWN_DAYS: i64 = 366;

impl Store {
    /// Reads which sensitive involvements were taken back, of those that rows tell of or take back.
    pub(crate) fn read_withdrawn(
        &self,
        batch: &mut Batch<'_>,
        incoming: &[Incoming<'_>],
    ) -> Result<(), Error> {
        let ring = self.ring();
        let mut keys = Vec::new();
        for one in incoming {
            let own = consented(one.row).chain(&one.row.withdrawn);
            keys.extend(own.map(|key| withdrawn_key(&ring, &one.source.supplier, key)));
        }
        let keys = in_order(keys);
        let withdrawn = &mut batch.withdrawn;
        let mut take = |row: &dyn Rows| {
            withdrawn.insert(row.int(0)?, row.int(1)?);
            Ok(())
        };
        if keys.is_empty() {
            return Ok(());
        }
        if batch.connection.dialect() == Dialect::Postgres {
            let sql = "SELECT key, day FROM withdrawn WHERE key = ANY($1)";
            return batch
                .connection
                .query(sql, &[Value::Ints(&keys)], &mut take);
        }
        let sql = "SELECT key, day FROM withdrawn WHERE key = $1";
        keys.iter()
            .try_for_each(|key| batch.connection.query(sql, &[Value::Int(*key)], &mut take))
    }

    /// Notes that what a supplier says under a key is not heard until a day, and of that day.
    pub(crate) fn note_withdrawn(
        &self,
        batch: &mut Batch<'_>,
        (supplier, key): (&SupplierCode, &SupplierKey),
        until: Date,
    ) {
        let key = withdrawn_key(&self.ring(), supplier, key);
        let until = number(until);
        if batch.withdrawn.get(&key).is_none_or(|known| *known < until) {
            batch.withdrawn.insert(key, until);
            batch.waits.withdraw((key, until));
        }
    }

    /// Whether a row tells of a sensitive involvement that was taken back on the day of the row or later. Which was said first on one day
    /// nobody can tell: whoever consents again is heard from the next day on.
    pub(crate) fn is_withdrawn(&self, batch: &Batch<'_>, incoming: &Incoming<'_>) -> bool {
        let ring = self.ring();
        let confirmed = number(incoming.row.confirmed.min(batch.now.today));
        consented(incoming.row).any(|key| {
            let key = withdrawn_key(&ring, &incoming.source.supplier, key);
            let until = batch.withdrawn.get(&key);
            until.is_some_and(|until| confirmed <= *until)
        })
    }
}

/// Writes what was taken back: a key, and the last day whose words are not heard.
pub(crate) fn write(
    connection: &mut dyn Connection,
    withdrawn: &[(i64, i64)],
) -> Result<(), Error> {
    let sql = "INSERT INTO withdrawn (key, day) VALUES ($1, $2) \
         ON CONFLICT (key) DO UPDATE SET day = excluded.day WHERE withdrawn.day < excluded.day";
    for (key, day) in withdrawn {
        connection.execute(sql, &[Value::Int(*key), Value::Int(*day)])?;
    }
    Ok(())
}

/// The first day, as the table has it, of which it is kept what was taken back.
pub(crate) fn first_kept(now: Now) -> i64 {
    let kept = jiff::Span::new().days(WITHDRAWN_DAYS);
    number(now.today.saturating_sub(kept))
}

/// Forgets what was taken back before a day, as the table has it.
pub(crate) fn forget(connection: &mut dyn Connection, first_kept: i64) -> Result<(), Error> {
    let sql = "DELETE FROM withdrawn WHERE day < $1";
    connection
        .execute(sql, &[Value::Int(first_kept)])
        .map(|_| ())
}

/// The keys of the sensitive involvements that a row tells of.
fn consented(row: &Row) -> impl Iterator<Item = &SupplierKey> {
    let also = row.also.iter();
    let sensitive = also.filter(|(_, said)| matches!(said, Said::Sensitive(_)));
    sensitive.map(|(key, _)| key)
}

fn withdrawn_key(ring: &KeyRing, supplier: &SupplierCode, key: &SupplierKey) -> i64 {
    let (supplier, key) = (supplier.as_str().as_bytes(), key.as_str().as_bytes());
    hashed(ring, Subject::Withdrawn, &[supplier, &[0], key].concat())
}

/// A day as a number, in the order of days.
fn number(day: Date) -> i64 {
    let years = i64::from(day.year()).saturating_mul(10_000);
    let months = i64::from(day.month()).saturating_mul(100);
    years
        .saturating_add(months)
        .saturating_add(i64::from(day.day()))
}
