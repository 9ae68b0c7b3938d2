//! Why a row is or is not taken for a known child, as a value for the page on which a person decides.

use directory::Date;
use directory::record::Record;
use directory::service::Catalogue;
use directory::statement::Particulars;
use directory::survivorship;
use matching::link::Explanation;

use crate::matching_model::MatchingModel;
use crate::portrayed::Portrayed;

impl MatchingModel {
    /// Explains what a row says against a record: prior, a term in bits for every field, total and probability; in words by
    /// [`Explanation::words`]. The total is the one the row was resolved by: that of what is nearest to it of all that the record's
    /// sources say. The compared values are the row's first. They are of both children: who may not see a field must not be shown
    /// its values.
    ///
    /// `None`: one of them has no name.
    #[must_use]
    pub fn explain(
        &self,
        said: &Particulars,
        record: &Record,
        (catalogue, today): (&Catalogue, Date),
    ) -> Option<Explanation> {
        let row = Portrayed::of_row(said)?;
        let child = survivorship::child(record, catalogue, today);
        let known = Portrayed::of_record(record, &child, self)?;
        let (one, other) = row.nearest(&known, self.scales())?;
        Some(self.scales().explain(one, other))
    }
}
