//! Rows that are held for shielding officers and that none of them can decide: of shielded children for whom no authority is responsible, and
//! those that their source restricts, of nobody who is known, which name neither child nor authority.
//!
//! Nobody is shown them, as only the responsible authority's officers see behind a shield (C6, X1): not the officers of whose area a row
//! names, who would learn that such a child is hidden, nor those of the supplier's authority, nor those of every authority. So nothing is told but that there are any,
//! and to the operator alone: no count, no supplier, no row. It is told a day late, so that nobody learns by loading a row of somebody
//! and asking whether it is held. When an authority takes the child on (`take_on.rs`), its officers are shown them.

use directory::Now;

use crate::Store;
use crate::driver::Value;
use crate::entry::first_id_of;
use crate::error::Error;
use crate::review_area::NO_AREA;

/// How long a row is held before it is told that there are any, in hours.
pub const UNTOLD_HOURS: i64 = 24;
const ANY: &str = "SELECT id FROM task WHERE kind = 'held' AND area = $1 AND id < $2 LIMIT 1";

impl Store {
    /// Whether rows are held, for [`UNTOLD_HOURS`] and longer, that nobody can decide: for the operator alone.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn holds_what_nobody_decides(&self, now: Now) -> Result<bool, Error> {
        let told = jiff::SignedDuration::from_hours(UNTOLD_HOURS);
        let before = now
            .at
            .checked_sub(told)
            .unwrap_or(directory::Timestamp::MIN);
        let values = [Value::Int(NO_AREA), Value::Int(first_id_of(before))];
        let found = self.read(ANY, &values, |row| row.int(0))?;
        Ok(!found.is_empty())
    }
}
