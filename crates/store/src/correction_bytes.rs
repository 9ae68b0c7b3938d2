//! The stored bytes of reports and corrections: decisions 20 to 23 of a record, 34 to 36 where they are about one entry of a list, 40 where
//! they went with a split, 44 of an involvement that was ended for somebody else, 46 of a source's answer; and the orders of sources.

use directory::account::AccountId;
use directory::bytes::{Reader, Writer};
use directory::correction::{Cause, Dispute, Disputed, Right, SourceAnswer, SourceAnswered};
use directory::ended_for::EndedFor;
use directory::entry::{Entry, Part};
use directory::following::Weight;
use directory::number::Number;
use directory::precedence::{Believed, Precedence};
use directory::record::Decided;
use directory::statement::SourceKind;

use crate::codec::{
    read_name, read_particulars, read_source, read_text, write_name, write_particulars,
    write_source,
};

/// Writes a decision of these, with its tag. Another writes nothing.
pub(crate) fn write(out: &mut Writer, decided: &Decided) {
    match decided {
        Decided::Reported(dispute) => write_dispute(out, (20, 34), dispute),
        Decided::Corrected(dispute) => write_dispute(out, (21, 35), dispute),
        Decided::CorrectionUndone(field) => {
            out.u8(22);
            out.text(field.code());
        }
        Decided::ReportDismissed(field) => {
            out.u8(23);
            out.text(field.code());
        }
        Decided::EntryShown(entry) => {
            out.u8(36);
            write_entry(out, entry);
        }
        Decided::DisputeParted {
            off,
            weight,
            dispute,
        } => {
            out.u8(40);
            out.u64(off.digits());
            let tags = match weight {
                Weight::Report => (20, 34),
                Weight::Correction => (21, 35),
            };
            write_dispute(out, tags, dispute);
        }
        Decided::SourceAnswered(answered) => {
            out.u8(46);
            out.text(answered.field.code());
            out.date(answered.since);
            write_source(out, &answered.source);
            out.text(answered.answer.code());
            out.date(answered.on);
        }
        Decided::WorkEnded(ended) => {
            out.u8(44);
            out.i64(ended.of.0);
            out.text(ended.service.as_str());
            write_name(out, &ended.name);
            out.date(ended.on);
        }
        _ => {}
    }
}

/// Reads a decision under its tag.
pub(crate) fn read(tag: u8, from: &mut Reader<'_>) -> Option<Decided> {
    let decided = match tag {
        20 => Decided::Reported(Box::new(read_dispute(from)?)),
        21 => Decided::Corrected(Box::new(read_dispute(from)?)),
        22 => Decided::CorrectionUndone(read_field(from)?),
        23 => Decided::ReportDismissed(read_field(from)?),
        34 => Decided::Reported(Box::new(read_dispute_of_entry(from)?)),
        35 => Decided::Corrected(Box::new(read_dispute_of_entry(from)?)),
        36 => Decided::EntryShown(Box::new(read_entry(from)?)),
        40 => {
            let off = from.u64().and_then(Number::from_digits)?;
            let (weight, dispute) = match from.u8()? {
                20 => (Weight::Report, read_dispute(from)?),
                34 => (Weight::Report, read_dispute_of_entry(from)?),
                21 => (Weight::Correction, read_dispute(from)?),
                35 => (Weight::Correction, read_dispute_of_entry(from)?),
                _ => return None,
            };
            Decided::DisputeParted {
                off,
                weight,
                dispute: Box::new(dispute),
            }
        }
        46 => Decided::SourceAnswered(Box::new(SourceAnswered {
            field: read_field(from)?,
            since: from.date()?,
            source: read_source(from)?,
            answer: from.text().and_then(SourceAnswer::parse)?,
            on: from.date()?,
        })),
        44 => Decided::WorkEnded(Box::new(EndedFor {
            of: AccountId(from.i64()?),
            service: read_text(from)?,
            name: read_name(from)?,
            on: from.date()?,
        })),
        _ => return None,
    };
    Some(decided)
}

/// The order of a field, as reference data.
pub(crate) fn precedence(field: Believed, order: &Precedence) -> Vec<u8> {
    let mut out = Writer::new();
    out.text(field.code());
    out.list(order.kinds(), |out, kind| out.text(kind.code()));
    out.finish()
}

pub(crate) fn read_precedence(bytes: &[u8]) -> Option<(Believed, Precedence)> {
    let mut from = Reader::new(bytes);
    let field = Believed::parse(from.text()?)?;
    let kinds = from.list(|from| SourceKind::parse(from.text()?))?;
    Some((field, Precedence::of_field(field, kinds).ok()?))
}

/// Writes it under the tag of a field, or under that of one entry of a list, which comes first then.
fn write_dispute(out: &mut Writer, (of_field, of_entry): (u8, u8), dispute: &Dispute) {
    match &dispute.entry {
        None => out.u8(of_field),
        Some(entry) => {
            out.u8(of_entry);
            write_entry(out, entry);
        }
    }
    out.text(dispute.field.code());
    out.text(dispute.cause.code());
    out.date(dispute.on);
    write_particulars(out, &dispute.wrong);
    out.list(&dispute.sources, write_source);
    match &dispute.right {
        Right::Unsaid => out.u8(0),
        Right::NotKnown => out.u8(1),
        Right::Is(right) => {
            out.u8(2);
            write_particulars(out, right);
        }
    }
}

fn read_dispute(from: &mut Reader<'_>) -> Option<Dispute> {
    Some(Dispute {
        field: read_field(from)?,
        cause: from.text().and_then(Cause::parse)?,
        on: from.date()?,
        wrong: read_particulars(from)?,
        entry: None,
        sources: from.list(read_source)?,
        right: match from.u8()? {
            0 => Right::Unsaid,
            1 => Right::NotKnown,
            2 => Right::Is(Box::new(read_particulars(from)?)),
            _ => return None,
        },
    })
}

fn read_dispute_of_entry(from: &mut Reader<'_>) -> Option<Dispute> {
    let entry = read_entry(from)?;
    let dispute = read_dispute(from)?;
    (dispute.field == entry.field()).then_some(Dispute {
        entry: Some(entry),
        ..dispute
    })
}

fn write_entry(out: &mut Writer, entry: &Entry) {
    match entry {
        Entry::FormerName(name) => {
            out.u8(0);
            write_name(out, name);
        }
        Entry::Carer(name, part) => {
            out.u8(1);
            write_name(out, name);
            write_part(out, part);
        }
        Entry::Working(service, name, part) => {
            out.u8(2);
            out.text(service.as_str());
            write_name(out, name);
            write_part(out, part);
        }
    }
}

fn read_entry(from: &mut Reader<'_>) -> Option<Entry> {
    let entry = match from.u8()? {
        0 => Entry::FormerName(read_name(from)?),
        1 => Entry::Carer(read_name(from)?, read_part(from)?),
        2 => Entry::Working(read_text(from)?, read_name(from)?, read_part(from)?),
        _ => return None,
    };
    Some(entry)
}

fn write_part(out: &mut Writer, part: &Part) {
    match part {
        Part::Whole => out.u8(0),
        Part::Telephone(telephone) => {
            out.u8(1);
            out.text(telephone.as_str());
        }
        Part::Email(email) => {
            out.u8(2);
            out.text(email.as_str());
        }
    }
}

fn read_part(from: &mut Reader<'_>) -> Option<Part> {
    let part = match from.u8()? {
        0 => Part::Whole,
        1 => Part::Telephone(read_text(from)?),
        2 => Part::Email(read_text(from)?),
        _ => return None,
    };
    Some(part)
}

fn read_field(from: &mut Reader<'_>) -> Option<Disputed> {
    from.text().and_then(Disputed::parse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use directory::Timestamp;
    use directory::record::{Author, Decision, Record};
    use directory::statement::{Particulars, Source};
    use directory::text::{self, NamePart, ServiceCode, SupplierCode, SupplierKey};
    use proptest::prelude::*;

    fn dispute(field: Disputed, right: Right) -> Dispute {
        let name = directory::name::Name {
            given: NamePart::parse("Kelly").ok(),
            family: NamePart::parse("Marsh").unwrap(),
        };
        Dispute {
            field,
            cause: Cause::ChildAsked,
            on: directory::Date::constant(2026, 7, 3),
            wrong: Particulars {
                name: Some(name),
                ..Particulars::default()
            },
            entry: None,
            sources: vec![Source {
                kind: SourceKind::Nhs,
                supplier: SupplierCode::parse("nhs").unwrap(),
                key: SupplierKey::parse("1").unwrap(),
            }],
            right,
        }
    }

    fn parted(weight: Weight, dispute: &Dispute) -> Decided {
        Decided::DisputeParted {
            off: Number::from_random(2),
            weight,
            dispute: Box::new(dispute.clone()),
        }
    }

    #[test]
    fn every_decision_reads_back() {
        let mut record = Record::empty(Number::from_random(1));
        for field in Disputed::ALL {
            let rights = [
                Right::Unsaid,
                Right::NotKnown,
                Right::Is(Box::new(dispute(field, Right::Unsaid).wrong)),
            ];
            for right in rights {
                let dispute = Box::new(dispute(field, right));
                for decided in [
                    Decided::Reported(dispute.clone()),
                    Decided::Corrected(dispute.clone()),
                    parted(Weight::Report, &dispute),
                    parted(Weight::Correction, &dispute),
                    Decided::CorrectionUndone(field),
                    Decided::ReportDismissed(field),
                ] {
                    record.decisions.push(Decision {
                        by: Author::Account(AccountId(1)),
                        at: Timestamp::UNIX_EPOCH,
                        decided,
                    });
                }
            }
        }
        let bytes = crate::codec::encode(&record);
        assert_eq!(crate::codec::decode(&bytes), Some(record));
    }

    #[test]
    fn every_decision_about_an_entry_reads_back() {
        let name = || dispute(Disputed::Name, Right::Unsaid).wrong.name.unwrap();
        let service = || ServiceCode::parse("EH01").unwrap();
        let telephone = || Part::Telephone(text::telephone("01632 960 001").unwrap());
        let email = || Part::Email(text::email("ruth@home.example").unwrap());
        let mut record = Record::empty(Number::from_random(1));
        for entry in [
            Entry::FormerName(name()),
            Entry::Carer(name(), Part::Whole),
            Entry::Carer(name(), telephone()),
            Entry::Carer(name(), email()),
            Entry::Working(service(), name(), Part::Whole),
            Entry::Working(service(), name(), telephone()),
        ] {
            let about = Dispute {
                entry: Some(entry.clone()),
                ..dispute(entry.field(), Right::NotKnown)
            };
            for decided in [
                Decided::Reported(Box::new(about.clone())),
                Decided::Corrected(Box::new(about.clone())),
                parted(Weight::Report, &about),
                parted(Weight::Correction, &about),
                Decided::EntryShown(Box::new(entry)),
            ] {
                record.decide(Author::Account(AccountId(1)), now(), decided);
            }
        }
        let ended = EndedFor {
            of: AccountId(7),
            service: service(),
            name: name(),
            on: now().today,
        };
        let ended = Decided::WorkEnded(Box::new(ended));
        record.decide(Author::Account(AccountId(1)), now(), ended);
        let bytes = crate::codec::encode(&record);
        assert_eq!(crate::codec::decode(&bytes), Some(record));
    }

    #[test]
    fn every_answer_of_a_source_reads_back() {
        let mut record = Record::empty(Number::from_random(1));
        for field in Disputed::ALL {
            for answer in SourceAnswer::ALL {
                let Dispute {
                    on, mut sources, ..
                } = dispute(field, Right::Unsaid);
                let answered = SourceAnswered {
                    field,
                    since: on,
                    source: sources.remove(0),
                    answer,
                    on: directory::Date::constant(2026, 7, 9),
                };
                let by = Author::Supplier(answered.source.supplier.clone());
                record.decide(by, now(), Decided::SourceAnswered(Box::new(answered)));
            }
        }
        let bytes = crate::codec::encode(&record);
        assert_eq!(crate::codec::decode(&bytes), Some(record));
    }

    fn now() -> directory::Now {
        directory::Now {
            at: Timestamp::UNIX_EPOCH,
            today: directory::Date::constant(2026, 7, 3),
        }
    }

    #[test]
    fn every_order_reads_back() {
        let order = Precedence::of(vec![SourceKind::Census, SourceKind::Nhs]).unwrap();
        for field in Believed::ALL {
            let read = read_precedence(&precedence(field, &order));
            assert_eq!(read, Some((field, order.clone())));
        }
        let nobody = Precedence::of_field(Believed::Carers, vec![]).unwrap();
        let read = read_precedence(&precedence(Believed::Carers, &nobody));
        assert_eq!(read, Some((Believed::Carers, nobody.clone())));
        assert_eq!(read_precedence(&precedence(Believed::Name, &nobody)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(tag in 19u8..50, bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = read(tag, &mut Reader::new(&bytes));
            let _ = read_precedence(&bytes);
        }
    }
}
