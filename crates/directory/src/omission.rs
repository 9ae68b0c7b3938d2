//! What no source says and a person does (R83, L7: error or omission): it is filled in, and stands until a source says it too.

use crate::correction::{DISPUTE_SOURCES_MAX, Dispute, Disputed, Right};
use crate::following::State;
use crate::number::OtherNumber;
use crate::quiet::Quiet;
use crate::record::Record;
use crate::statement::{Particulars, Said, Source, SourceKind, Statement};

impl Dispute {
    /// Whether nothing stood there: it is not that a source is wrong, but that none says anything.
    #[must_use]
    pub fn is_omission(&self) -> bool {
        self.field.has_one_value() && self.wrong == Particulars::default()
    }
}

/// How far the sources are with an omission: they say what is right, nothing yet, or something else.
pub(crate) fn state(record: &Record, dispute: &Dispute) -> State {
    let mut says = said(record, dispute.field).peekable();
    if says.peek().is_none() {
        State::Waiting
    } else if is_confirmed(record, dispute) || says.any(|says| is_right(dispute, &says)) {
        State::Settled
    } else {
        State::AskedAgain
    }
}

/// How far one source is that was told.
pub(crate) fn source_state(record: &Record, dispute: &Dispute, standing: &Statement) -> State {
    if state(record, dispute) == State::Settled {
        return State::Settled;
    }
    match part(dispute.field, standing) {
        None => State::Waiting,
        Some(says) if is_right(dispute, &says) => State::Settled,
        Some(_) => State::AskedAgain,
    }
}

/// Whether what a person said stands over the sources now: while none says anything, and until one of them has said the same.
pub(crate) fn overrides(record: &Record, dispute: &Dispute) -> bool {
    said(record, dispute.field).next().is_none() || !is_confirmed(record, dispute)
}

/// Who is told that something of a child is missing: those who ever said it of the child, else every source that speaks of the child. Never
/// one whose being told would tell of a sensitive service (X13), and no practitioner: those are no feeds.
#[must_use]
pub fn sources_to_ask(record: &Record, field: Disputed) -> Vec<Source> {
    let suppliers = Quiet::of(record);
    let speaks = |one: &&Statement| {
        let feeds = !matches!(
            one.source.kind,
            SourceKind::Practitioner | SourceKind::Correction
        );
        feeds
            && matches!(one.said, Said::Particulars(_))
            && one.superseded.is_none()
            && !suppliers.holds(&one.source)
    };
    let all: Vec<&Source> = record
        .statements
        .iter()
        .filter(speaks)
        .map(|one| &one.source)
        .collect();
    let ever = |source: &&&Source| {
        let mut own = record.statements.iter();
        own.any(|one| one.source == ***source && says_anything(field, one))
    };
    let once: Vec<&Source> = all.iter().filter(ever).copied().collect();
    let asked = if once.is_empty() { all } else { once };
    asked
        .into_iter()
        .take(DISPUTE_SOURCES_MAX)
        .cloned()
        .collect()
}

/// Whether what is said to be right is one thing of a list, of its own form: a carer, or a number of the viewer's own body (L2). It is
/// a proposal to whoever looks into it, and never shown as the child's.
pub(crate) fn proposes(
    field: Disputed,
    right: &Particulars,
    is_own: impl Fn(&OtherNumber) -> bool,
) -> bool {
    let nothing = Particulars::default();
    match field {
        Disputed::Carers => {
            let only = Particulars {
                carers: right.carers.clone(),
                ..nothing
            };
            right.carers.len() == 1 && only == *right
        }
        Disputed::OtherNumbers => {
            let only = Particulars {
                other_numbers: right.other_numbers.clone(),
                ..nothing
            };
            right.other_numbers.len() == 1
                && only == *right
                && right.other_numbers.iter().all(is_own)
        }
        _ => false,
    }
}

/// What the sources say of a field that stands.
fn said(record: &Record, field: Disputed) -> impl Iterator<Item = Particulars> {
    let suppliers = Quiet::of(record);
    record
        .standing()
        .filter(move |one| !suppliers.holds(&one.source))
        .filter_map(move |one| part(field, one))
}

/// Whether any source says what is right, or has said so since in words that were not taken back.
fn is_confirmed(record: &Record, dispute: &Dispute) -> bool {
    let suppliers = Quiet::of(record);
    let own = record.statements.iter().filter(|one| !one.is_taken_back());
    let mut since = own.filter(|one| one.superseded.is_none_or(|until| until > dispute.on));
    since.any(|one| {
        !suppliers.holds(&one.source)
            && part(dispute.field, one).is_some_and(|says| is_right(dispute, &says))
    })
}

fn is_right(dispute: &Dispute, says: &Particulars) -> bool {
    matches!(&dispute.right, Right::Is(right) if dispute.field.agree(says, right))
}

fn says_anything(field: Disputed, statement: &Statement) -> bool {
    match (&statement.said, field) {
        (Said::Particulars(said), Disputed::Carers) => !said.carers.is_empty(),
        (Said::Particulars(said), Disputed::OtherNumbers) => !said.other_numbers.is_empty(),
        _ => part(field, statement).is_some(),
    }
}

fn part(field: Disputed, statement: &Statement) -> Option<Particulars> {
    match &statement.said {
        Said::Particulars(said) => field.part(said),
        Said::Involvement(_) | Said::Sensitive(_) => None,
    }
}

#[cfg(test)]
#[path = "omission_tests.rs"]
mod tests;
