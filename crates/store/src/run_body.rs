//! The sealed bytes of a run: everything of it but its number, its supplier's code and where it stands.

use directory::Timestamp;
use directory::account::AccountId;
use directory::bytes::{Reader, Writer};
use directory::run::{Applied, Ends, Reach, Run, RunBy, RunId, RunState, RunTotals, WhyHeld};
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::SupplierCode;

/// The version of these bytes. A change of the form is a new version, and old ones stay readable.
const VERSION: u8 = 2;
/// The first version: without what is new and what ends.
const VERSION_FIRST: u8 = 1;

/// A run as bytes.
pub(crate) fn encode(run: &Run) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(VERSION);
    let kind = SourceKind::ALL
        .iter()
        .position(|kind| *kind == run.supplier.kind);
    out.u8(kind
        .and_then(|kind| u8::try_from(kind).ok())
        .unwrap_or(u8::MAX));
    out.text(&run.mapping);
    out.u8(u8::from(run.reach == Reach::Full));
    out.u8(u8::from(run.applied == Applied::InFirstLoad));
    out.date(run.extracted);
    out.option(run.held, write_held);
    out.i64(run.began.as_microsecond());
    out.option(run.ended, |out, at| out.i64(at.as_microsecond()));
    match run.by {
        RunBy::Operator => out.u8(0),
        RunBy::Supplier => out.u8(1),
        RunBy::Account(account) => {
            out.u8(2);
            out.i64(account.0);
        }
    }
    out.u64(run.rows);
    let RunTotals {
        read,
        accepted,
        unchanged,
        waiting,
        refused,
        new,
        ends,
        restricts,
    } = run.totals;
    for count in [read, accepted, unchanged, waiting, refused] {
        out.u64(count);
    }
    out.option(new, |out, new| out.u64(new));
    out.option(ends, |out, ends| {
        out.u64(ends.children);
        out.u64(ends.involvements);
    });
    out.u8(u8::from(restricts));
    out.finish()
}

/// The run of bytes. `None`: not of a known version, or cut short.
pub(crate) fn decode(
    (id, supplier, state): (RunId, SupplierCode, RunState),
    bytes: &[u8],
) -> Option<Run> {
    let mut from = Reader::new(bytes);
    let version = from.u8()?;
    if !(VERSION_FIRST..=VERSION).contains(&version) {
        return None;
    }
    let kind = *SourceKind::ALL.get(usize::from(from.u8()?))?;
    let mut run = Run {
        id,
        supplier: Supplier {
            code: supplier,
            kind,
        },
        mapping: from.text()?.to_owned(),
        reach: if from.u8()? == 1 {
            Reach::Full
        } else {
            Reach::Delta
        },
        applied: if from.u8()? == 1 {
            Applied::InFirstLoad
        } else {
            Applied::InBatches
        },
        extracted: from.date()?,
        state,
        held: from.option(read_held)?,
        began: read_moment(&mut from)?,
        ended: from.option(read_moment)?,
        by: match from.u8()? {
            0 => RunBy::Operator,
            1 => RunBy::Supplier,
            2 => RunBy::Account(AccountId(from.i64()?)),
            _ => return None,
        },
        rows: from.u64()?,
        totals: RunTotals {
            read: from.u64()?,
            accepted: from.u64()?,
            unchanged: from.u64()?,
            waiting: from.u64()?,
            refused: from.u64()?,
            ..RunTotals::default()
        },
    };
    if version > VERSION_FIRST {
        run.totals.new = from.option(|from| from.u64())?;
        run.totals.ends = from.option(read_ends)?;
        run.totals.restricts = from.u8()? == 1;
    }
    from.is_finished().then_some(run)
}

fn read_ends(from: &mut Reader<'_>) -> Option<Ends> {
    Some(Ends {
        children: from.u64()?,
        involvements: from.u64()?,
    })
}

fn read_moment(from: &mut Reader<'_>) -> Option<Timestamp> {
    Timestamp::from_microsecond(from.i64()?).ok()
}

fn write_held(out: &mut Writer, held: WhyHeld) {
    let mut counts = |tag: u8, first: u64, second: u64| {
        out.u8(tag);
        out.u64(first);
        out.u64(second);
    };
    match held {
        WhyHeld::Ends { ended, of } => counts(0, ended, of),
        WhyHeld::Shrinks { rows, before } => counts(1, rows, before),
        WhyHeld::Grows { rows, before } => counts(2, rows, before),
        WhyHeld::Early { newest } => {
            out.u8(3);
            out.date(newest);
        }
        WhyHeld::EndsInvolvements { ended, of } => {
            out.u8(4);
            out.u64(ended);
            out.u64(of);
        }
        WhyHeld::Restricts => out.u8(5),
    }
}

fn read_held(from: &mut Reader<'_>) -> Option<WhyHeld> {
    let held = match from.u8()? {
        0 => WhyHeld::Ends {
            ended: from.u64()?,
            of: from.u64()?,
        },
        1 => WhyHeld::Shrinks {
            rows: from.u64()?,
            before: from.u64()?,
        },
        2 => WhyHeld::Grows {
            rows: from.u64()?,
            before: from.u64()?,
        },
        3 => WhyHeld::Early {
            newest: from.date()?,
        },
        4 => WhyHeld::EndsInvolvements {
            ended: from.u64()?,
            of: from.u64()?,
        },
        5 => WhyHeld::Restricts,
        _ => return None,
    };
    Some(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_run_reads_back() {
        let held = [
            None,
            Some(WhyHeld::Ends { ended: 7, of: 90 }),
            Some(WhyHeld::Shrinks { rows: 1, before: 9 }),
            Some(WhyHeld::Grows { rows: 9, before: 1 }),
            Some(WhyHeld::Early {
                newest: date(2026, 11, 2),
            }),
            Some(WhyHeld::EndsInvolvements { ended: 3, of: 40 }),
            Some(WhyHeld::Restricts),
        ];
        for (index, held) in held.into_iter().enumerate() {
            let run = Run {
                id: RunId(4),
                supplier: Supplier {
                    code: SupplierCode::parse("nhs").unwrap(),
                    kind: SourceKind::Nhs,
                },
                mapping: "nhs".to_owned(),
                reach: Reach::Full,
                applied: Applied::InBatches,
                extracted: date(2026, 11, 1),
                state: RunState::Running,
                held,
                began: Timestamp::from_microsecond(5).unwrap(),
                ended: (index > 2).then(|| Timestamp::from_microsecond(6).unwrap()),
                by: RunBy::Account(AccountId(3)),
                rows: 12,
                totals: RunTotals {
                    read: 11,
                    accepted: 5,
                    unchanged: 3,
                    waiting: 2,
                    refused: 1,
                    new: (index > 1).then_some(4),
                    ends: (index > 3).then_some(Ends {
                        children: 2,
                        involvements: 9,
                    }),
                    restricts: index > 4,
                },
            };
            let named = (run.id, run.supplier.code.clone(), run.state);
            let bytes = encode(&run);
            assert_eq!(decode(named.clone(), &bytes), Some(run.clone()));
            assert_eq!(decode(named.clone(), &bytes[1..]), None);
            if index < 2 {
                // As the first version wrote it: it ended before what is new.
                let mut first = bytes[..bytes.len() - 3].to_vec();
                first[0] = VERSION_FIRST;
                assert_eq!(decode(named, &first), Some(run));
            }
        }
    }
}
