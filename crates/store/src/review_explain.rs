//! Why a row may or may not be of a record, field by field in bits, as a person who decides is told it.

use directory::survivorship;
use matching::link::Explanation;

use crate::Store;
use crate::batch::{Batch, Touched};
use crate::incoming::Incoming;
use crate::portrayed::Portrayed;

impl Store {
    /// The evidence that a row is of a record of the batch, by the model that rows are resolved by. No value is in it, only fields, how
    /// they agree, and bits: what of either child may be seen, the page shows beside it. `None`: one of them has no name.
    pub(crate) fn evidence(
        &self,
        (batch, touched): (&Batch<'_>, &Touched),
        incoming: &Incoming<'_>,
    ) -> Option<Explanation> {
        let model = self.matching_model();
        let row = incoming.portrayed.as_ref()?;
        // What waits behind the shield is no word of the record: this very row is among it.
        let mut record = touched.loaded.record.clone();
        record.quarantined.clear();
        let catalogue = &self.reference().catalogue;
        let child = survivorship::child(&record, catalogue, batch.now.today);
        let known = Portrayed::of_record(&record, &child, &model)?;
        self.evidence_between(row, &known)
    }

    /// The evidence that two portrayed are one child, by what is nearest of all that is said of either. No value is in it.
    pub(crate) fn evidence_between(
        &self,
        one: &Portrayed,
        other: &Portrayed,
    ) -> Option<Explanation> {
        let model = self.matching_model();
        let (one, other) = one.nearest(other, model.scales())?;
        let mut explanation = model.scales().explain(one, other);
        for term in &mut explanation.terms {
            term.compared = (String::new(), String::new());
        }
        Some(explanation)
    }
}
