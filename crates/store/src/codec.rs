//! The compact, versioned bytes of a record's statements and decisions.

use directory::account::AccountId;
use directory::address::{Address, AddressState, Residence, Return};
use directory::bytes::{Reader, Writer};
use directory::consent::{Answer, Consent, ConsentFact, Understanding};
use directory::held_word::{HeldWord, RecordMark};
use directory::involvement::{
    Assessment, Involvement, Lead, Period, Practitioner, SensitiveInvolvement,
};
use directory::lifecycle::{Participation, ParticipationGround};
use directory::name::{Carer, Gender, Name};
use directory::number::{Number, OtherNumber, Scheme};
use directory::record::{Author, Decided, Decision, Quarantined, Record};
use directory::row::{RowMark, RowWords};
use directory::service::{Catalogue, Classification, Service};
use directory::setting::{Education, PrimaryCare};
use directory::shield::Ground;
use directory::statement::{Particulars, Said, Source, SourceKind, Statement};
use directory::stay::Stay;
use directory::supplied::{Known, Restriction, Row};
use directory::text::{Kind, ServiceCode, Text};
use directory::{Date, Timestamp};

use crate::considered_bytes as considered;
use crate::correction_bytes as correction;
use crate::transfer_bytes as transfer;

/// The version of these bytes. A change of the form is a new version, and old ones stay readable.
const VERSION: u8 = 1;
/// The version of a record's bytes that end with what waits behind its shield; without any, it is written as before.
const VERSION_QUARANTINED: u8 = 2;
/// The version of a record's bytes that end with what waits behind its shield and what that would have said without it.
const VERSION_HELD_WORDS: u8 = 3;
/// A record that says of what is quarantined under which other keys it came, and whether its source restricts it.
const VERSION_RESTRICTED: u8 = 4;
/// Where a name's own tag is 0 or 1: particulars that say a young adult's consent to stay begin so.
const WITH_STAY: u8 = 2;
/// Where a source's kind stands otherwise: what waits behind a shield, and says whether it is of that very child and who works with the child,
/// begins so.
const WITH_WORK: u8 = 51;

const KINDS: [SourceKind; 7] = SourceKind::ALL;
const UNDERSTANDINGS: [Understanding; 3] = [
    Understanding::Presumed,
    Understanding::Understands,
    Understanding::DoesNotUnderstand,
];
const ANSWERS: [Answer; 3] = [Answer::Agreed, Answer::Refused, Answer::None];
const RETURNS: [Return; 3] = [Return::Intended, Return::NotIntended, Return::Unknown];
const ASSESSMENTS: [Assessment; 3] = [Assessment::None, Assessment::Current, Assessment::Past];
const LEADS: [Lead; 2] = [Lead::Lead, Lead::Member];
const GROUNDS: [Ground; 5] = [
    Ground::AdoptionThreat,
    Ground::FleeingAbuse,
    Ground::PoliceProtection,
    Ground::SignificantHarm,
    Ground::RestrictedAtSource,
];

/// The record as bytes.
pub(crate) fn encode(record: &Record) -> Vec<u8> {
    let mut out = Writer::new();
    let version = match (record.quarantined.is_empty(), record.held_words.is_empty()) {
        (false, _) => VERSION_RESTRICTED,
        (true, false) => VERSION_HELD_WORDS,
        (true, true) => VERSION,
    };
    out.u8(version);
    out.u64(record.number.digits());
    out.list(&record.statements, write_statement);
    out.list(&record.decisions, write_decision);
    if version >= VERSION_QUARANTINED {
        out.list(&record.quarantined, write_quarantined);
    }
    if version >= VERSION_HELD_WORDS {
        out.list(&record.held_words, write_held_word);
    }
    out.finish()
}

/// The record of bytes. `None`: not of a known version, or cut short.
pub(crate) fn decode(bytes: &[u8]) -> Option<Record> {
    let mut from = Reader::new(bytes);
    let version = from.u8()?;
    if !(VERSION..=VERSION_RESTRICTED).contains(&version) {
        return None;
    }
    let record = Record {
        number: Number::from_digits(from.u64()?)?,
        statements: from.list(read_statement)?,
        decisions: from.list(read_decision)?,
        quarantined: if version >= VERSION_QUARANTINED {
            from.list(|from| read_quarantined(from, version))?
        } else {
            Vec::new()
        },
        held_words: if version >= VERSION_HELD_WORDS {
            from.list(read_held_word)?
        } else {
            Vec::new()
        },
    };
    from.is_finished().then_some(record)
}

/// A supplied row as bytes, for one that waits.
pub(crate) fn encode_row(source: &Source, row: &Row) -> Vec<u8> {
    let mut out = Writer::new();
    out.u8(VERSION);
    out.date(row.confirmed);
    write_source(&mut out, source);
    let is_restricted = row.restriction == Restriction::AtSource;
    out.u8(match (row.known, is_restricted) {
        (Known::Still, false) => 0,
        (Known::Still, true) => 1,
        (Known::NoLonger, false) => 2,
        (Known::NoLonger, true) => 3,
    });
    write_particulars(&mut out, &row.particulars);
    out.list(&row.also, |out, (key, said)| {
        out.text(key.as_str());
        write_said(out, said);
    });
    out.finish()
}

/// The row of bytes, with its source. What it took back was taken back when it came; its line is not kept. `None`: not of a known
/// version, or cut short.
pub(crate) fn decode_row(bytes: &[u8]) -> Option<(Source, Row)> {
    let mut from = Reader::new(bytes);
    if from.u8()? != VERSION {
        return None;
    }
    let confirmed = from.date()?;
    let source = read_source(&mut from)?;
    let (known, restriction) = match from.u8()? {
        0 => (Known::Still, Restriction::None),
        1 => (Known::Still, Restriction::AtSource),
        2 => (Known::NoLonger, Restriction::None),
        3 => (Known::NoLonger, Restriction::AtSource),
        _ => return None,
    };
    let row = Row {
        line: 0,
        key: source.key.clone(),
        confirmed,
        particulars: read_particulars(&mut from)?,
        also: from.list(|from| Some((read_text(from)?, read_said(from)?)))?,
        withdrawn: Vec::new(),
        restriction,
        known,
    };
    from.is_finished().then_some((source, row))
}

/// Whether a row says no more than one that waits already: the same words no later, or any words from before its day.
pub(crate) fn says_no_more(row: &[u8], confirmed: Date, waiting: &[u8]) -> bool {
    const DAY_BYTES: usize = 4;
    let parts = |bytes: &'_ [u8]| {
        let mut from = Reader::new(bytes);
        from.u8()?;
        let day = from.date()?;
        Some((day, bytes.get(DAY_BYTES.saturating_add(1)..)?.to_vec()))
    };
    match (parts(row), parts(waiting)) {
        (Some((_, words)), Some((day, known))) => {
            confirmed < day || confirmed == day && words == known
        }
        _ => false,
    }
}

fn one_of<T: Copy>(from: &mut Reader<'_>, all: &[T]) -> Option<T> {
    all.get(usize::from(from.u8()?)).copied()
}

fn place<T: PartialEq>(all: &[T], value: &T) -> u8 {
    let index = all
        .iter()
        .position(|one| one == value)
        .unwrap_or(usize::from(u8::MAX));
    u8::try_from(index).unwrap_or(u8::MAX)
}

pub(crate) fn read_text<K: Kind>(from: &mut Reader<'_>) -> Option<Text<K>> {
    Text::parse(from.text()?).ok()
}

fn read_text_option<K: Kind>(from: &mut Reader<'_>) -> Option<Option<Text<K>>> {
    from.option(read_text)
}

fn write_text_option<K: Kind>(out: &mut Writer, text: Option<&Text<K>>) {
    out.option(text, |out, text| out.text(text.as_str()));
}

fn write_date_option(out: &mut Writer, date: Option<Date>) {
    out.option(date, Writer::date);
}

fn write_statement(out: &mut Writer, statement: &Statement) {
    write_source(out, &statement.source);
    out.date(statement.first_confirmed);
    out.date(statement.last_confirmed);
    write_date_option(out, statement.superseded);
    write_said(out, &statement.said);
}

fn read_statement(from: &mut Reader<'_>) -> Option<Statement> {
    let source = read_source(from)?;
    read_statement_of(from, source)
}

fn read_statement_of(from: &mut Reader<'_>, source: Source) -> Option<Statement> {
    Some(Statement {
        source,
        first_confirmed: from.date()?,
        last_confirmed: from.date()?,
        superseded: from.option(Reader::date)?,
        said: read_said(from)?,
    })
}

fn write_quarantined(out: &mut Writer, one: &Quarantined) {
    write_statement(out, &one.statement);
    out.list(&one.also, |out, key| out.text(key.as_str()));
    out.u8(u8::from(one.is_restricted));
}

/// Of which it was not yet said whether its source restricts it, that may be of a child who is shielded for that.
fn read_quarantined(from: &mut Reader<'_>, version: u8) -> Option<Quarantined> {
    Some(Quarantined {
        statement: read_statement(from)?,
        also: if version >= VERSION_RESTRICTED {
            from.list(read_text)?
        } else {
            Vec::new()
        },
        is_restricted: version < VERSION_RESTRICTED || one_of(from, &[false, true])?,
    })
}

/// What it says beside its statement, if anything, stands before that.
fn write_held_word(out: &mut Writer, word: &HeldWord) {
    out.i64(word.came);
    out.i64(word.of.0);
    if word.is_of_child || !word.also.is_empty() {
        out.u8(WITH_WORK);
        out.u8(u8::from(word.is_of_child));
        out.list(&word.also, |out, (key, said)| {
            out.text(key.as_str());
            write_said(out, said);
        });
    }
    write_statement(out, &word.statement);
}

fn read_held_word(from: &mut Reader<'_>) -> Option<HeldWord> {
    let (came, of) = (from.i64()?, RecordMark(from.i64()?));
    let mut first = from.u8()?;
    let (mut is_of_child, mut also) = (false, Vec::new());
    if first == WITH_WORK {
        is_of_child = one_of(from, &[false, true])?;
        also = from.list(|from| Some((read_text(from)?, read_said(from)?)))?;
        first = from.u8()?;
    }
    let kind = KINDS.get(usize::from(first)).copied()?;
    let source = read_source_of(from, kind)?;
    Some(HeldWord {
        came,
        of,
        is_of_child,
        statement: read_statement_of(from, source)?,
        also,
    })
}

pub(crate) fn write_source(out: &mut Writer, source: &Source) {
    out.u8(place(&KINDS, &source.kind));
    out.text(source.supplier.as_str());
    out.text(source.key.as_str());
}

pub(crate) fn read_source(from: &mut Reader<'_>) -> Option<Source> {
    let kind = one_of(from, &KINDS)?;
    read_source_of(from, kind)
}

fn read_source_of(from: &mut Reader<'_>, kind: SourceKind) -> Option<Source> {
    Some(Source {
        kind,
        supplier: read_text(from)?,
        key: read_text(from)?,
    })
}

fn write_said(out: &mut Writer, said: &Said) {
    match said {
        Said::Particulars(particulars) => {
            out.u8(0);
            write_particulars(out, particulars);
        }
        Said::Involvement(involvement) => {
            out.u8(1);
            write_involvement(out, involvement);
        }
        Said::Sensitive(sensitive) => {
            out.u8(2);
            out.text(sensitive.service().as_str());
            write_consent(out, sensitive.consent().fact());
        }
    }
}

fn read_said(from: &mut Reader<'_>) -> Option<Said> {
    let said = match from.u8()? {
        0 => Said::Particulars(Box::new(read_particulars(from)?)),
        1 => Said::Involvement(Box::new(read_involvement(from)?)),
        2 => {
            let code: ServiceCode = read_text(from)?;
            let fact = read_consent(from)?;
            let on = fact.on;
            // The reader asks the same question as the writer: without a consent there is no sensitive involvement (R28).
            let consent = Consent::given(fact, on).ok()?;
            Said::Sensitive(Box::new(SensitiveInvolvement::consented(
                &sensitive_service(&code)?,
                consent,
            )))
        }
        _ => return None,
    };
    Some(said)
}

/// A service that was sensitive when it was recorded. Nothing of it is shown, whatever the catalogue says today.
fn sensitive_service(code: &ServiceCode) -> Option<directory::service::SensitiveService> {
    let mut catalogue = Catalogue::default();
    catalogue.put(Service {
        code: code.clone(),
        name: String::new(),
        sector: directory::organisation::Sector::Health,
        classification: Classification::Sensitive,
    });
    catalogue.sensitive(code).ok()
}

/// With a consent to stay they begin with [`WITH_STAY`], and otherwise as they always did.
pub(crate) fn write_particulars(out: &mut Writer, said: &Particulars) {
    if let Some(Stay::Consented(stay)) = said.stay {
        out.u8(WITH_STAY);
        out.u8(place(&ParticipationGround::ALL, &stay.ground));
        out.date(stay.consented);
    }
    out.option(said.name.as_ref(), write_name);
    out.list(&said.former_names, write_name);
    write_date_option(out, said.born);
    out.option(said.gender, |out, gender| {
        out.u8(place(&Gender::ALL, &gender))
    });
    out.option(said.residence.as_ref(), write_residence);
    out.list(&said.carers, write_carer);
    out.option(said.education.as_ref(), write_education);
    out.option(said.primary_care.as_ref(), write_primary_care);
    out.list(&said.other_numbers, |out, number| {
        out.u8(place(&Scheme::ALL, &number.scheme));
        out.text(number.text.as_str());
    });
}

pub(crate) fn read_particulars(from: &mut Reader<'_>) -> Option<Particulars> {
    let (stay, name) = match from.u8()? {
        0 => (None, None),
        1 => (None, Some(read_name(from)?)),
        WITH_STAY => (Some(read_stay(from)?), from.option(read_name)?),
        _ => return None,
    };
    Some(Particulars {
        stay,
        name,
        former_names: from.list(read_name)?,
        born: from.option(Reader::date)?,
        gender: from.option(|from| one_of(from, &Gender::ALL))?,
        residence: from.option(read_residence)?,
        carers: from.list(read_carer)?,
        education: from.option(read_education)?,
        primary_care: from.option(read_primary_care)?,
        other_numbers: from.list(|from| {
            Some(OtherNumber {
                scheme: one_of(from, &Scheme::ALL)?,
                text: read_text(from)?,
            })
        })?,
    })
}

fn read_stay(from: &mut Reader<'_>) -> Option<Stay> {
    Some(Stay::Consented(Participation {
        ground: one_of(from, &ParticipationGround::ALL)?,
        consented: from.date()?,
    }))
}

pub(crate) fn write_name(out: &mut Writer, name: &Name) {
    write_text_option(out, name.given.as_ref());
    out.text(name.family.as_str());
}

pub(crate) fn read_name(from: &mut Reader<'_>) -> Option<Name> {
    Some(Name {
        given: read_text_option(from)?,
        family: read_text(from)?,
    })
}

fn write_carer(out: &mut Writer, carer: &Carer) {
    write_name(out, &carer.name);
    write_text_option(out, carer.telephone.as_ref());
    write_text_option(out, carer.email.as_ref());
}

fn read_carer(from: &mut Reader<'_>) -> Option<Carer> {
    Some(Carer {
        name: read_name(from)?,
        telephone: read_text_option(from)?,
        email: read_text_option(from)?,
    })
}

fn write_residence(out: &mut Writer, residence: &Residence) {
    write_text_option(out, residence.authority.as_ref());
    match &residence.state {
        AddressState::Current(address) => {
            out.u8(0);
            write_address(out, address);
        }
        AddressState::LastKnown(address) => {
            out.u8(1);
            write_address(out, address);
        }
        AddressState::NoKnown => out.u8(2),
        AddressState::LeftEngland(back) => {
            out.u8(3);
            out.u8(place(&RETURNS, back));
        }
    }
}

fn read_residence(from: &mut Reader<'_>) -> Option<Residence> {
    let authority = read_text_option(from)?;
    let state = match from.u8()? {
        0 => AddressState::Current(read_address(from)?),
        1 => AddressState::LastKnown(read_address(from)?),
        2 => AddressState::NoKnown,
        3 => AddressState::LeftEngland(one_of(from, &RETURNS)?),
        _ => return None,
    };
    Some(Residence { state, authority })
}

fn write_address(out: &mut Writer, address: &Address) {
    out.list(&address.lines, |out, line| out.text(line.as_str()));
    write_text_option(out, address.postcode.as_ref());
}

fn read_address(from: &mut Reader<'_>) -> Option<Address> {
    Some(Address {
        lines: from.list(read_text)?,
        postcode: read_text_option(from)?,
    })
}

fn write_education(out: &mut Writer, education: &Education) {
    match education {
        Education::Registered { place, since } => {
            out.u8(0);
            out.text(place.as_str());
            write_date_option(out, *since);
        }
        Education::AtHome => out.u8(1),
        Education::Otherwise => out.u8(2),
        Education::NotRegistered => out.u8(3),
    }
}

fn read_education(from: &mut Reader<'_>) -> Option<Education> {
    let education = match from.u8()? {
        0 => Education::Registered {
            place: read_text(from)?,
            since: from.option(Reader::date)?,
        },
        1 => Education::AtHome,
        2 => Education::Otherwise,
        3 => Education::NotRegistered,
        _ => return None,
    };
    Some(education)
}

fn write_primary_care(out: &mut Writer, care: &PrimaryCare) {
    match care {
        PrimaryCare::Registered { place, since } => {
            out.u8(0);
            out.text(place.as_str());
            write_date_option(out, *since);
        }
        PrimaryCare::Otherwise => out.u8(1),
        PrimaryCare::NotRegistered => out.u8(2),
    }
}

fn read_primary_care(from: &mut Reader<'_>) -> Option<PrimaryCare> {
    let care = match from.u8()? {
        0 => PrimaryCare::Registered {
            place: read_text(from)?,
            since: from.option(Reader::date)?,
        },
        1 => PrimaryCare::Otherwise,
        2 => PrimaryCare::NotRegistered,
        _ => return None,
    };
    Some(care)
}

fn write_involvement(out: &mut Writer, involvement: &Involvement) {
    write_name(out, &involvement.practitioner.name);
    out.text(involvement.practitioner.job_title.as_str());
    out.text(involvement.practitioner.organisation.as_str());
    write_text_option(out, involvement.practitioner.telephone.as_ref());
    write_text_option(out, involvement.practitioner.email.as_ref());
    out.text(involvement.service.as_str());
    write_date_option(out, involvement.period.since());
    write_date_option(out, involvement.period.ended());
    out.u8(place(&LEADS, &involvement.lead));
    out.u8(place(&ASSESSMENTS, &involvement.assessment));
    out.option(involvement.account, |out, account| out.i64(account.0));
}

fn read_involvement(from: &mut Reader<'_>) -> Option<Involvement> {
    let practitioner = Practitioner {
        name: read_name(from)?,
        job_title: read_text(from)?,
        organisation: read_text(from)?,
        telephone: read_text_option(from)?,
        email: read_text_option(from)?,
    };
    let service = read_text(from)?;
    let since = from.option(Reader::date)?;
    let period = match from.option(Reader::date)? {
        None => Period::Current { since },
        Some(ended) => Period::Ended { since, ended },
    };
    Some(Involvement {
        practitioner,
        service,
        period,
        lead: one_of(from, &LEADS)?,
        assessment: one_of(from, &ASSESSMENTS)?,
        account: from.option(|from| from.i64().map(AccountId))?,
    })
}

fn write_consent(out: &mut Writer, fact: &ConsentFact) {
    write_date_option(out, fact.born);
    out.u8(place(&UNDERSTANDINGS, &fact.understanding));
    out.u8(place(&ANSWERS, &fact.child));
    out.u8(place(&ANSWERS, &fact.carer));
    out.date(fact.on);
    write_text_option(out, fact.reference.as_ref());
}

fn read_consent(from: &mut Reader<'_>) -> Option<ConsentFact> {
    Some(ConsentFact {
        born: from.option(Reader::date)?,
        understanding: one_of(from, &UNDERSTANDINGS)?,
        child: one_of(from, &ANSWERS)?,
        carer: one_of(from, &ANSWERS)?,
        on: from.date()?,
        reference: read_text_option(from)?,
    })
}

fn write_decision(out: &mut Writer, decision: &Decision) {
    match &decision.by {
        Author::Account(account) => {
            out.u8(0);
            out.i64(account.0);
        }
        Author::Supplier(code) => {
            out.u8(1);
            out.text(code.as_str());
        }
        Author::Directory => out.u8(2),
    }
    out.i64(decision.at.as_microsecond());
    match &decision.decided {
        Decided::ShieldPlaced(ground) => {
            out.u8(0);
            out.u8(place(&GROUNDS, ground));
        }
        Decided::ShieldLifted => out.u8(1),
        Decided::Participates(participation) => {
            out.u8(2);
            out.u8(place(&ParticipationGround::ALL, &participation.ground));
            out.date(participation.consented);
        }
        Decided::ParticipationEnded => out.u8(3),
        Decided::Reported(_)
        | Decided::Corrected(_)
        | Decided::CorrectionUndone(_)
        | Decided::EntryShown(_)
        | Decided::ReportDismissed(_)
        | Decided::DisputeParted { .. }
        | Decided::WorkEnded(_)
        | Decided::SourceAnswered(_) => correction::write(out, &decision.decided),
        Decided::Allocated(_) | Decided::Offered(_) | Decided::Transfer(_) => {
            transfer::write(out, &decision.decided);
        }
        Decided::Considered(considered) => considered::write(out, considered),
        Decided::MayBeSame(number) => write_other(out, 31, *number),
        Decided::NotSame(number) => write_other(out, 32, *number),
        Decided::WaitsNoLonger(number) => write_other(out, 33, *number),
        Decided::RowLinked(row) => write_row_mark(out, 10, *row),
        Decided::RowApart { row, words: None } => write_row_mark(out, 11, *row),
        Decided::RowApart {
            row,
            words: Some(words),
        } => {
            write_row_mark(out, 37, *row);
            out.i64(words.who);
            out.list(&words.around, |out, word| out.i64(*word));
        }
        Decided::Merged(number) => write_other(out, 12, *number),
        Decided::MergedInto(number) => write_other(out, 13, *number),
        Decided::MergeUndone(number) => write_other(out, 14, *number),
        Decided::Brought { source, kept } => {
            write_row_mark(out, 15, *source);
            out.u16(*kept);
        }
        Decided::Split(number) => write_other(out, 16, *number),
        Decided::SplitFrom(number) => write_other(out, 17, *number),
        Decided::SplitUndone(number) => write_other(out, 18, *number),
        Decided::Parted { place } => {
            out.u8(19);
            out.u16(*place);
        }
    }
}

fn write_row_mark(out: &mut Writer, tag: u8, row: RowMark) {
    out.u8(tag);
    out.i64(row.0);
}

fn write_other(out: &mut Writer, tag: u8, number: Number) {
    out.u8(tag);
    out.u64(number.digits());
}

fn read_joining(tag: u8, from: &mut Reader<'_>) -> Option<Decided> {
    let row = |from: &mut Reader<'_>| from.i64().map(RowMark);
    let number = |from: &mut Reader<'_>| from.u64().and_then(Number::from_digits);
    let decided = match tag {
        10 => Decided::RowLinked(row(from)?),
        // Of what was decided before words were kept there are none.
        11 => Decided::RowApart {
            row: row(from)?,
            words: None,
        },
        12 => Decided::Merged(number(from)?),
        13 => Decided::MergedInto(number(from)?),
        14 => Decided::MergeUndone(number(from)?),
        15 => Decided::Brought {
            source: row(from)?,
            kept: from.u16()?,
        },
        16 => Decided::Split(number(from)?),
        17 => Decided::SplitFrom(number(from)?),
        18 => Decided::SplitUndone(number(from)?),
        19 => Decided::Parted { place: from.u16()? },
        31 => Decided::MayBeSame(number(from)?),
        32 => Decided::NotSame(number(from)?),
        33 => Decided::WaitsNoLonger(number(from)?),
        37 => Decided::RowApart {
            row: row(from)?,
            words: Some(RowWords {
                who: from.i64()?,
                around: from.list(Reader::i64)?,
            }),
        },
        _ => return None,
    };
    Some(decided)
}

fn read_decision(from: &mut Reader<'_>) -> Option<Decision> {
    let by = match from.u8()? {
        0 => Author::Account(AccountId(from.i64()?)),
        1 => Author::Supplier(read_text(from)?),
        2 => Author::Directory,
        _ => return None,
    };
    let at = Timestamp::from_microsecond(from.i64()?).ok()?;
    let decided = match from.u8()? {
        0 => Decided::ShieldPlaced(one_of(from, &GROUNDS)?),
        1 => Decided::ShieldLifted,
        2 => Decided::Participates(Participation {
            ground: one_of(from, &ParticipationGround::ALL)?,
            consented: from.date()?,
        }),
        3 => Decided::ParticipationEnded,
        tag @ (20..=23 | 34..=36 | 40 | 44 | 46) => correction::read(tag, from)?,
        tag @ 24..=29 => transfer::read(tag, from)?,
        considered::TAG => Decided::Considered(Box::new(considered::read(from)?)),
        considered::TAG_OF_TIES => Decided::Considered(Box::new(considered::read_of_ties(from)?)),
        tag => read_joining(tag, from)?,
    };
    Some(Decision { by, at, decided })
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
