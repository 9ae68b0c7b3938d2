//! What a supplier answers to what is listed for it (X8): that it has mended it at the source, or that it stands by what it says. It settles
//! nothing: a feed does that, or a person.
//!
//! What can be answered is what is listed, of a shielded child as of any other; nothing of a record is told that the list does not say (X2).

use directory::correction::{Disputed, SourceAnswer, SourceAnswered};
use directory::event::{By, Event, Seen, What};
use directory::following;
use directory::record::{Author, Decided};
use directory::text::{SupplierCode, SupplierKey};
use directory::{Date, Now};

use crate::Store;
use crate::disclose::{Loaded, TRIES_MAX};
use crate::driver::Value;
use crate::error::Error;
use crate::filing::source_key;
use crate::follow::told;
use crate::held_words::as_if_said;

/// Whoever stands under a supplier's own key, shielded or not: as many as may.
const UNDER: &str = "SELECT record FROM search_key WHERE key = $1 \
     UNION SELECT record FROM guarded_key WHERE key = $1 ORDER BY record LIMIT 64";

/// A line of the list, with an answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// The supplier's own key.
    pub key: SupplierKey,
    /// The field in dispute.
    pub field: Disputed,
    /// Since when.
    pub since: Date,
    /// What is answered.
    pub answer: SourceAnswer,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerTaken {
    /// It stands, since this day.
    Since(Date),
    /// No such line is listed for the supplier.
    NotListed,
    /// It was answered as often as it can be: the last answer stands.
    TooOften,
}

impl Store {
    /// Takes a supplier's answer to a line of its list. The same again changes nothing.
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn answer_correction(
        &self,
        supplier: &SupplierCode,
        answering: &Answering,
        now: Now,
    ) -> Result<AnswerTaken, Error> {
        for _ in 0..TRIES_MAX {
            match self.answer_once(supplier, answering, now) {
                Err(Error::Contended) => {}
                answered => return answered,
            }
        }
        Err(Error::Contended)
    }

    fn answer_once(
        &self,
        supplier: &SupplierCode,
        answering: &Answering,
        now: Now,
    ) -> Result<AnswerTaken, Error> {
        let under = source_key(&self.ring(), supplier, &answering.key);
        let ids = self.read(UNDER, &[Value::Int(under)], |row| row.int(0))?;
        let all = self
            .pool
            .with_reader(|connection| self.load(connection, &ids))?;
        let mut taken = AnswerTaken::NotListed;
        for loaded in all {
            match answer(&loaded, (supplier, answering), now) {
                Answer::NotListed => {}
                Answer::Full => taken = AnswerTaken::TooOften,
                Answer::Before(on) => taken = AnswerTaken::Since(on),
                Answer::New(answered) => {
                    self.write_answer(loaded, (supplier, answered), now)?;
                    taken = AnswerTaken::Since(now.today);
                }
            }
        }
        Ok(taken)
    }

    /// Writes it on the record: of what the record is filed under, nothing changes.
    fn write_answer(
        &self,
        mut loaded: Loaded,
        (supplier, answered): (&SupplierCode, Box<SourceAnswered>),
        now: Now,
    ) -> Result<(), Error> {
        let what = What::CorrectionAnswered {
            seen: Seen {
                number: loaded.record.number,
                version: loaded.version.saturating_add(1),
            },
            field: answered.field,
            answer: answered.answer,
        };
        let event = self.prepare(&Event::now(now, By::Supplier(supplier.clone()), what))?;
        let keys = self.keys(&loaded.record);
        let by = Author::Supplier(supplier.clone());
        loaded
            .record
            .decide(by, now, Decided::SourceAnswered(answered));
        let write = self.prepare_write(&loaded, &keys, &keys)?;
        self.writer.write(move |connection| {
            write.run(connection)?;
            event.insert(connection)
        })
    }
}

/// What an answer is to one record.
enum Answer {
    NotListed,
    /// The same was answered last, on a day.
    Before(Date),
    Full,
    New(Box<SourceAnswered>),
}

fn answer(loaded: &Loaded, (supplier, answering): (&SupplierCode, &Answering), now: Now) -> Answer {
    let heard = as_if_said(&loaded.record);
    let mut listed = told(&heard, supplier);
    listed.retain(|(one, source)| {
        let line = (&source.key, one.dispute.field, one.dispute.on);
        line == (&answering.key, answering.field, answering.since)
    });
    let Some((_, source)) = listed.first() else {
        return Answer::NotListed;
    };
    let last = listed.iter().map(|(one, source)| {
        let last = following::answer(&heard, one, source);
        last.filter(|last| last.answer == answering.answer)
            .map(|last| last.on)
    });
    // One line may be of several entries of a list: it was answered if each of them was.
    if let Some(days) = last.collect::<Option<Vec<Date>>>()
        && let Some(on) = days.into_iter().max()
    {
        return Answer::Before(on);
    }
    if !listed
        .iter()
        .all(|(one, source)| following::can_answer(&heard, one, source))
    {
        return Answer::Full;
    }
    Answer::New(Box::new(SourceAnswered {
        field: answering.field,
        since: answering.since,
        source: (*source).clone(),
        answer: answering.answer,
        on: now.today,
    }))
}
