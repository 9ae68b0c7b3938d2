//! Figures, freshness and why a run is held, in words: the same on every page and at the command line.

use directory::Date;
use directory::figure::Figure;
use directory::run::{RunState, WhyHeld};
use directory::run_fault::FaultCost;
use directory::statement::SourceKind;
use store::{ENDED_PERCENT_MAX, Feeding, JOURNAL_DAYS};

/// From how many runs on a supplier has a rhythm.
const RHYTHM_RUNS_MIN: u64 = 4;
/// How many times its rhythm a supplier may let pass before it is overdue.
const RHYTHMS_MAX: i64 = 2;
const PERCENT: u64 = 100;

/// For how many days a run can be taken back.
pub const TAKE_BACK_DAYS: i64 = JOURNAL_DAYS;

/// That rows are held which nobody can decide, for the operator alone: no count and nothing of whom (C6).
pub const NOBODY_DECIDES: &str = "Rows are held that nobody can decide: they may be of shielded children for whom no authority is responsible, \
     or their source restricts them and says neither who the child is nor where. Ask the shielding officers of every authority whether they \
     look after a shielded child without a known address: two of one authority can take the child on, on the child's page. Ask the suppliers \
     that restrict rows to send no such row without a name.";

/// What the operator is told where the directory has placed shields of which no officer hears.
pub const NOBODY_HEARS: &str = "The directory has shielded records by itself, because they may be of shielded children, and no authority is responsible \
     for them: no officer hears of it. Ask the shielding officers of every authority whether they look after a shielded child without a known \
     address: two of one authority can take each such record on, on its page.";

/// A figure in words.
#[must_use]
pub fn figure(figure: Figure) -> String {
    match figure {
        Figure::Few => "fewer than 8".to_owned(),
        Figure::Withheld => "not shown".to_owned(),
        Figure::About(rounded) => grouped(rounded.number()),
    }
}

/// A count that stands by itself, in words.
#[must_use]
pub fn count(count: u64) -> String {
    figure(Figure::of(count))
}

/// How many in a hundred, as the figures tell that are shown. `None`: too few to say.
#[must_use]
pub fn share(part: u64, of: u64) -> Option<String> {
    let (part, of) = (Figure::of(part).number()?, Figure::of(of).number()?);
    let percent = part.saturating_mul(PERCENT).checked_div(of)?.min(PERCENT);
    Some(match percent {
        0 => "under 1%".to_owned(),
        percent => format!("{percent}%"),
    })
}

/// How often something was found in a file of so many rows, in words: few is not told from none, and the rest by the hundred.
#[must_use]
pub fn rate(found: u64, rows: u64) -> String {
    share(found, rows).unwrap_or_else(|| count(found))
}

/// What a fault cost, in words.
#[must_use]
pub fn fault_cost(cost: FaultCost) -> &'static str {
    match cost {
        FaultCost::Refused => "refused",
        FaultCost::Asked => "asked",
    }
}

/// Every how many days a supplier sends a file, as it has done so far. `None`: it has no rhythm yet.
#[must_use]
pub fn rhythm(feeding: &Feeding) -> Option<i64> {
    let (first, last) = (feeding.first.as_ref()?, feeding.last.as_ref()?);
    if feeding.done < RHYTHM_RUNS_MIN {
        return None;
    }
    let days = days_between(first.extracted, last.extracted);
    let gaps = i64::try_from(feeding.done.saturating_sub(1)).ok()?;
    Some(days.checked_div(gaps)?.max(1))
}

/// The rhythm of a supplier, and whether its next file is overdue by it, in words.
#[must_use]
pub fn rhythm_words(feeding: &Feeding, today: Date) -> String {
    let (Some(last), Some(every)) = (&feeding.last, rhythm(feeding)) else {
        return "No rhythm yet".to_owned();
    };
    let usual = match every {
        1 => "Usually daily".to_owned(),
        every => format!("Usually every {every} days"),
    };
    let age = days_between(last.extracted, today);
    if age > every.saturating_mul(RHYTHMS_MAX) {
        format!("{usual}: overdue")
    } else {
        usual
    }
}

/// Why a run is held. The numbers are figures: of a short file nothing small is told.
#[must_use]
pub fn why_held(held: WhyHeld) -> String {
    match held {
        WhyHeld::Ends { ended, of } => format!(
            "It would end {} of the supplier’s {} children, because they are not in it or have left. A person looks first \
             at a file that would end more than {ENDED_PERCENT_MAX} in 100.",
            count(ended),
            count(of)
        ),
        WhyHeld::EndsInvolvements { ended, of } => format!(
            "After it {} of the {} involvements that the supplier told of would have ended, because they are not in it, bear an end or are of children who have left. A person looks first at a file by which more than {ENDED_PERCENT_MAX} in 100 would.",
            count(ended),
            count(of)
        ),
        WhyHeld::Restricts => {
            "Far more of its rows than is usual ask for their child to be protected, or ask in a way that was not agreed: it would \
             shield the children."
                .to_owned()
        }
        WhyHeld::Shrinks { rows, before } => format!(
            "It is far shorter than the one before: {} rows, and there were {}.",
            count(rows),
            count(before)
        ),
        WhyHeld::Grows { rows, before } => format!(
            "It is far longer than the one before: {} rows, and there were {}.",
            count(rows),
            count(before)
        ),
        WhyHeld::Early { newest } => format!(
            "A full file of a later day, {}, was applied already.",
            crate::words::day(newest)
        ),
    }
}

/// What releasing a held run does.
#[must_use]
pub fn releasing(held: WhyHeld) -> String {
    match held {
        WhyHeld::Ends { .. } => {
            "What this supplier said of those children ends: what it alone said of them is shown no more, what others say stays, and no \
             record is destroyed."
        }
        WhyHeld::EndsInvolvements { .. } => {
            "Those involvements end: one that bears its end in the file is shown as ended for a year, any other is shown no more."
        }
        WhyHeld::Restricts => {
            "It shields the children of those rows: everybody but the shielding officers of the responsible authority sees four fields of \
             them. No file takes a shield off, nor does taking the run back."
        }
        WhyHeld::Shrinks { .. } => {
            "What this supplier said of every child who is not in the file ends: what it alone said of them is shown no more."
        }
        WhyHeld::Grows { .. } => {
            "All its rows are applied: those of children who are not known make new records."
        }
        WhyHeld::Early { .. } => {
            "It is applied as of its own day: what was said or confirmed later stands, and is not ended by it."
        }
    }
    .to_owned()
}

/// What to do with a held run that is not to be released.
#[must_use]
pub fn not_releasing(held: WhyHeld) -> &'static str {
    match held {
        WhyHeld::Restricts => {
            "Leave it: it does nothing. Ask the supplier for a right file, which is checked anew as a run of its own. Ring the supplier at \
             once all the same: if one of its children is in danger, a shielding officer shields that child by hand."
        }
        _ => {
            "Leave it: it does nothing. Ask the supplier for a right file, which is checked anew as a run of its own. It stays on this \
             page until the operator takes it back. Children whom it restricts, and of whom the supplier told before, are shielded already."
        }
    }
}

/// What to do with a run that is not at its end.
#[must_use]
pub fn what_to_do(state: RunState) -> &'static str {
    match state {
        RunState::Held => "It waits: what the supplier said stands as it did.",
        RunState::Released => {
            "Nothing of it was applied yet. It goes on by itself if it came to the suppliers’ door and is still kept there, or when the same file is sent again."
        }
        RunState::Running => {
            "It is being applied, or was interrupted. If it was, it goes on when the same file is sent again."
        }
        RunState::Paused => {
            "It was stopped after a whole part, and what was applied stays. It waits for somebody to let it go on."
        }
        RunState::Done | RunState::TakenBack => "Nothing.",
    }
}

/// Of what kind a source is, to be read at the beginning of a line.
#[must_use]
pub fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Births => "Register of births",
        SourceKind::Nhs => "NHS registrations",
        SourceKind::ChildBenefit => "Child benefit",
        SourceKind::Census => "School census",
        SourceKind::Local => "Local system",
        SourceKind::Practitioner | SourceKind::Correction => "The directory itself",
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// A number with its thousands apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (left, digit) in (1..=digits.len()).rev().zip(digits.chars()) {
        text.push(digit);
        if left > 1 && left % 3 == 1 {
            text.push(',');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::Timestamp;
    use directory::run::{Applied, Reach, Run, RunBy, RunId, RunTotals};
    use directory::supplied::Supplier;
    use directory::text::SupplierCode;
    use jiff::civil::date;

    fn feeding(done: u64, first: Date, last: Date) -> Feeding {
        let supplier = Supplier {
            code: SupplierCode::parse("nhs").unwrap(),
            kind: SourceKind::Nhs,
        };
        let run = |extracted| Run {
            id: RunId(1),
            supplier: supplier.clone(),
            mapping: "nhs".to_owned(),
            reach: Reach::Delta,
            applied: Applied::InBatches,
            extracted,
            state: RunState::Done,
            held: None,
            began: Timestamp::UNIX_EPOCH,
            ended: None,
            by: RunBy::Supplier,
            rows: 100,
            totals: RunTotals::default(),
        };
        Feeding {
            sectors: Vec::new(),
            first: Some(run(first)),
            last: Some(run(last)),
            done,
            open: Vec::new(),
            supplier,
        }
    }

    #[test]
    fn f10_a_supplier_is_overdue_by_its_own_rhythm() {
        let weekly = feeding(5, date(2026, 6, 1), date(2026, 6, 29));
        let words = |today| rhythm_words(&weekly, today);
        assert_eq!(words(date(2026, 7, 3)), "Usually every 7 days");
        assert_eq!(words(date(2026, 7, 13)), "Usually every 7 days");
        assert_eq!(words(date(2026, 7, 14)), "Usually every 7 days: overdue");
        let young = feeding(3, date(2026, 6, 1), date(2026, 6, 29));
        assert_eq!(rhythm_words(&young, date(2027, 1, 1)), "No rhythm yet");
    }

    #[test]
    fn x2_shares_and_counts_tell_nothing_small() {
        assert_eq!(count(7), "fewer than 8");
        assert_eq!(count(1_234_567), "1,234,565");
        assert_eq!(share(7, 1_000), None);
        assert_eq!(share(7, 7), None);
        assert_eq!(share(12, 10_000).as_deref(), Some("under 1%"));
        assert_eq!(share(12, 52).as_deref(), Some("20%"));
        assert_eq!(share(999, 998).as_deref(), Some("100%"));
        let held = why_held(WhyHeld::Ends { ended: 3, of: 41 });
        assert!(
            held.contains("fewer than 8") && held.contains("40"),
            "{held}"
        );
    }
}
