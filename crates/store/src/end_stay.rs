//! What goes with a young adult's consent to stay, when their supplier says that it is no more (R23, C8, X5).

use directory::Now;
use directory::record::Record;
use directory::statement::{Said, Source, Statement};
use directory::text::SupplierKey;

use crate::incoming::Incoming;
use crate::resolve::has_source;

/// What becomes of the rest of what a row said that told of a sensitive involvement, when that alone is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It stays: its supplier is known to feed the directory, and tells of no service by that.
    Stays,
    /// It goes too: it may be a sensitive service's own, and was said for the involvement alone (R28, R31).
    Goes,
}

/// Takes what waits behind a shield of what the row takes back. The words of somebody who stays no longer guard on (F1), as those do
/// that were replaced; of a sensitive involvement nothing is kept (X5).
pub(crate) fn unguard(record: &mut Record, incoming: &Incoming<'_>, rest: Rest) {
    let goes = |one: &Statement| incoming.takes_back(&one.source);
    if !incoming.row.ends_stay() {
        unguard_involvement(record, incoming, rest);
        return;
    }
    let is_sensitive = |one: &Statement| goes(one) && one.may_be_sensitive();
    record
        .quarantined
        .retain(|one| !is_sensitive(&one.statement));
    for one in &mut record.quarantined {
        one.forget_also(|source| incoming.takes_back(source));
    }
    record
        .held_words
        .retain(|word| !is_sensitive(&word.statement));
    // Whoever the supplier said works with them goes with the consent, as it would if nobody were shielded (X2).
    for word in &mut record.held_words {
        let is_gone = goes(&word.statement);
        word.forget_also(|source| is_gone || incoming.takes_back(source));
    }
    let waiting = record.quarantined.iter_mut().map(|one| &mut one.statement);
    for one in waiting.filter(|one| goes(one)) {
        let until = incoming.row.confirmed.max(one.last_confirmed);
        one.superseded.get_or_insert(until);
    }
}

/// Whether something waits behind a shield that was said in one row with what the row takes back.
pub(crate) fn tells_of_withdrawn(record: &Record, incoming: &Incoming<'_>) -> bool {
    let withdrawn = &incoming.row.withdrawn;
    record.quarantined.iter().any(|one| {
        let mut also = one.also.iter();
        one.statement.source == incoming.source && also.any(|key| withdrawn.contains(key))
    })
}

/// The same where it is an involvement: what was said beside it, in the same row, guards on if it stays.
fn unguard_involvement(record: &mut Record, incoming: &Incoming<'_>, rest: Rest) {
    let is_told = tells_of_withdrawn(record, incoming);
    let goes = |source: &Source| is_told && rest == Rest::Goes && *source == incoming.source;
    record.forget_held(|source| incoming.takes_back(source) || goes(source));
    if is_told {
        // That the row told of something sensitive is not to be seen from what is left of it.
        record.held_words.retain(|word| {
            word.statement.source != incoming.source || !word.statement.may_be_sensitive()
        });
    }
}

/// Hears from a record's source that consent is no more, and gives under which keys stands what goes with it: whoever that supplier said
/// works with them. Who they are stays said, in a record that is in no search: by it a late word of the same consent, or another
/// supplier's, finds the record on which it has ended, and makes no other.
pub(crate) fn end_stay(record: &mut Record, incoming: &Incoming<'_>, now: Now) -> Vec<SupplierKey> {
    let source = &incoming.source;
    let is_known = has_source(record, &source.supplier, |key| *key == source.key);
    if !is_known || !record.end_stay(source, incoming.row.particulars.stay, now) {
        return Vec::new();
    }
    let own: Vec<&Statement> = record
        .standing()
        .filter(|one| one.source.supplier == source.supplier && one.source.key != source.key)
        .collect();
    // Under several keys of its own a supplier may mean several people: only what this row names goes then.
    let is_one = !own
        .iter()
        .any(|one| matches!(one.said, Said::Particulars(_)));
    let goes = own.iter().filter(|one| {
        !matches!(one.said, Said::Particulars(_))
            && (is_one || incoming.row.withdrawn.contains(&one.source.key))
    });
    goes.map(|one| one.source.key.clone()).collect()
}
