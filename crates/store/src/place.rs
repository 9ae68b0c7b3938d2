//! Schools and practices by name: public reference data, about no child.

use directory::setting::{Place, PlaceKind};

use crate::Store;

impl Store {
    /// The schools, or the practices, that a name may mean: those with every word of it, the shortest name first, twelve at most.
    #[must_use]
    pub fn places_called(&self, kind: PlaceKind, name: &str) -> Vec<Place> {
        let reference = self.reference();
        let codes = reference.places_named(name);
        let places = codes.iter().filter_map(|code| reference.places.get(code));
        places.filter(|place| place.kind == kind).cloned().collect()
    }
}
