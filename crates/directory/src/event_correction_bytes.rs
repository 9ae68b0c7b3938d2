//! The canonical bytes of events about what is wrong on a record, and about whom to believe: tags 50 to 57 of version 1.

use super::{Seen, What};
use crate::bytes::{Reader, Writer};
use crate::correction::{Cause, Disputed, SourceAnswer};
use crate::number::Number;
use crate::precedence::{Believed, Precedence};
use crate::statement::SourceKind;
use crate::text::SupplierCode;

/// Writes what was done, with its tag. What is not of this file writes nothing.
pub(super) fn write(out: &mut Writer, what: &What) {
    match what {
        What::ErrorReported {
            number,
            field,
            cause,
        } => write_said(out, 50, (*number, *field), *cause),
        What::Corrected {
            number,
            field,
            cause,
        } => write_said(out, 51, (*number, *field), *cause),
        What::CorrectionUndone { number, field } => write_of(out, 52, *number, *field),
        What::ReportDismissed { number, field } => write_of(out, 53, *number, *field),
        What::PrecedenceSet { field, order } => {
            out.u8(54);
            out.text(field.code());
            out.list(order.kinds(), |out, kind| out.text(kind.code()));
        }
        What::Followed { shown } => {
            out.u8(55);
            out.list(shown, |out, number| out.u64(number.digits()));
        }
        What::CorrectionsListed { supplier, shown } => {
            out.u8(56);
            out.text(supplier.as_str());
            out.list(shown, |out, number| out.u64(number.digits()));
        }
        What::CorrectionAnswered {
            seen,
            field,
            answer,
        } => {
            write_of(out, 57, seen.number, *field);
            out.i64(seen.version);
            out.text(answer.code());
        }
        _ => {}
    }
}

/// Reads what was done under a tag. `None`: not of this file, or cut short.
pub(super) fn read(tag: u8, from: &mut Reader<'_>) -> Option<What> {
    let what = match tag {
        50 => What::ErrorReported {
            number: read_number(from)?,
            field: read_field(from)?,
            cause: read_cause(from)?,
        },
        51 => What::Corrected {
            number: read_number(from)?,
            field: read_field(from)?,
            cause: read_cause(from)?,
        },
        52 => What::CorrectionUndone {
            number: read_number(from)?,
            field: read_field(from)?,
        },
        53 => What::ReportDismissed {
            number: read_number(from)?,
            field: read_field(from)?,
        },
        54 => {
            let field = Believed::parse(from.text()?)?;
            let kinds = from.list(|from| SourceKind::parse(from.text()?))?;
            let order = Precedence::of_field(field, kinds).ok()?;
            What::PrecedenceSet { field, order }
        }
        55 => What::Followed {
            shown: from.list(read_number)?,
        },
        56 => What::CorrectionsListed {
            supplier: SupplierCode::parse(from.text()?).ok()?,
            shown: from.list(read_number)?,
        },
        57 => {
            let (number, field) = (read_number(from)?, read_field(from)?);
            What::CorrectionAnswered {
                seen: Seen {
                    number,
                    version: from.i64()?,
                },
                field,
                answer: from.text().and_then(SourceAnswer::parse)?,
            }
        }
        _ => return None,
    };
    Some(what)
}

fn write_of(out: &mut Writer, tag: u8, number: Number, field: Disputed) {
    out.u8(tag);
    out.u64(number.digits());
    out.text(field.code());
}

fn write_said(out: &mut Writer, tag: u8, (number, field): (Number, Disputed), cause: Cause) {
    write_of(out, tag, number, field);
    out.text(cause.code());
}

fn read_number(from: &mut Reader<'_>) -> Option<Number> {
    from.u64().and_then(Number::from_digits)
}

fn read_field(from: &mut Reader<'_>) -> Option<Disputed> {
    from.text().and_then(Disputed::parse)
}

fn read_cause(from: &mut Reader<'_>) -> Option<Cause> {
    from.text().and_then(Cause::parse)
}
