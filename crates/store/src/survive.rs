//! Which source is believed for which field, kept with the reference data so that every process shows the same.

use directory::Now;
use directory::event::{By, Event, What};
use directory::precedence::{Believed, Survivorship};

use crate::Store;
use crate::correction_bytes;
use crate::error::Error;

impl Store {
    /// The orders of sources that are in force.
    #[must_use]
    pub fn survivorship(&self) -> Survivorship {
        self.reference().survivorship.clone()
    }

    /// Puts other orders of sources in force, and gives the fields that changed; each is an event. Nothing on any record changes,
    /// and no key: only which source is shown.
    ///
    /// # Errors
    /// [`Error`] when they could not be written.
    pub fn put_survivorship(
        &self,
        wanted: &Survivorship,
        now: Now,
    ) -> Result<Vec<Believed>, Error> {
        self.refresh_reference()?;
        let changed = wanted.changed(&self.survivorship());
        let set = |field: &Believed| What::PrecedenceSet {
            field: *field,
            order: wanted.order(*field).clone(),
        };
        let events: Vec<Event> = changed
            .iter()
            .map(|field| Event::now(now, By::Operator, set(field)))
            .collect();
        let rows = changed.iter().map(|field| {
            let body = correction_bytes::precedence(*field, wanted.order(*field));
            (field.code().to_owned(), body)
        });
        if !changed.is_empty() {
            self.put_reference_rows("precedence", rows.collect(), &events)?;
            self.refresh_reference()?;
        }
        Ok(changed)
    }
}
