//! Loading a file: one thread reads, the other hands batches on, so that neither waits for the other.

use std::fmt;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use directory::supplied::{Outcome, Row};

use super::batch::Batch;
use super::delivery::Delivery;
use super::limit::{BATCHES_MADE_MAX, BATCHES_WAITING_MAX};
use super::refusal::Refusal;
use super::rows::{Rows, Unread};
use super::summary::Summary;

/// Whoever takes rows: the store. Tells what became of each.
pub type Sink<'a, E> = &'a mut dyn FnMut(Vec<Row>) -> Result<Vec<Outcome>, E>;

/// Whoever takes batches of which something was made, and is shown what was made of the next.
pub type Taking<'a, M, E> =
    &'a mut dyn FnMut((Batch, M), Option<&mut M>) -> Result<ControlFlow<()>, E>;

/// Why loading stopped, with what had been done by then.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The file was refused before any row was read.
    Refused(Refusal),
    /// The file could not be read to its end.
    Reading(io::Error, Box<Summary>),
    /// The rows could not be taken.
    Sink(E, Box<Summary>),
    /// The reading thread came to a sudden end: a mistake in this program.
    Reader(Box<Summary>),
}

/// Why going through a file broke off.
#[derive(Debug)]
pub enum Broken<E> {
    /// The file was refused before any row was read.
    Refused(Refusal),
    /// The file could not be read to its end.
    Reading(io::Error),
    /// Whoever takes the batches could not.
    Taking(E),
    /// The reading thread came to a sudden end: a mistake in this program.
    Reader,
}

/// Loads a file. `progress` is told after each batch how many bytes have been taken.
///
/// Rows that were handed on before it stopped stay; loading the whole file again changes nothing about them.
///
/// # Errors
/// [`Stopped`].
pub fn load<R: Read + Send, E>(
    reader: R,
    delivery: Delivery<'_>,
    sink: Sink<'_, E>,
    progress: &mut dyn FnMut(u64),
) -> Result<Summary, Stopped<E>> {
    let mut summary = Summary::default();
    let mut take = |mut batch: Batch| {
        summary.count_batch(&batch);
        let rows = std::mem::take(&mut batch.rows);
        if !rows.is_empty() {
            summary.count_outcomes(&sink(rows)?);
        }
        progress(batch.bytes);
        Ok(ControlFlow::Continue(()))
    };
    let gone_through = each_batch(reader, delivery, &mut take);
    match gone_through {
        Ok(()) => Ok(summary),
        Err(Broken::Refused(refusal)) => Err(Stopped::Refused(refusal)),
        Err(Broken::Reading(error)) => Err(Stopped::Reading(error, Box::new(summary))),
        Err(Broken::Taking(error)) => Err(Stopped::Sink(error, Box::new(summary))),
        Err(Broken::Reader) => Err(Stopped::Reader(Box::new(summary))),
    }
}

/// Goes through a file in batches, until its end or a break.
///
/// # Errors
/// [`Broken`].
pub fn each_batch<R: Read + Send, E>(
    reader: R,
    delivery: Delivery<'_>,
    take: &mut dyn FnMut(Batch) -> Result<ControlFlow<()>, E>,
) -> Result<(), Broken<E>> {
    let mut rows = match Rows::open(reader, delivery) {
        Ok(rows) => rows,
        Err(Unread::Refused(refusal)) => return Err(Broken::Refused(refusal)),
        Err(Unread::Reading(error)) => return Err(Broken::Reading(error)),
    };
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(BATCHES_WAITING_MAX);
        let reading = scope.spawn(move || read_all(&mut rows, &sender));
        for batch in receiver {
            if take(batch).map_err(Broken::Taking)?.is_break() {
                return Ok(());
            }
        }
        match reading.join() {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Broken::Reading(error)),
            Err(_) => Err(Broken::Reader),
        }
    })
}

/// Goes through a file in batches and makes something of the rows of each on a thread of its own, ahead of whoever takes it, who is shown what
/// was made of the next.
///
/// # Errors
/// [`Broken`].
pub fn each_batch_made<R: Read + Send, M: Send, E>(
    reader: R,
    delivery: Delivery<'_>,
    make: &(dyn Fn(Vec<Row>) -> M + Sync),
    take: Taking<'_, M, E>,
) -> Result<(), Broken<E>> {
    let mut rows = match Rows::open(reader, delivery) {
        Ok(rows) => rows,
        Err(Unread::Refused(refusal)) => return Err(Broken::Refused(refusal)),
        Err(Unread::Reading(error)) => return Err(Broken::Reading(error)),
    };
    thread::scope(|scope| {
        let (sender, read) = sync_channel(BATCHES_WAITING_MAX);
        let (maker, made) = sync_channel(BATCHES_MADE_MAX);
        let reading = scope.spawn(move || {
            store::go_second();
            read_all(&mut rows, &sender)
        });
        let making = scope.spawn(move || {
            store::go_second();
            for mut batch in read {
                let of_rows = make(std::mem::take(&mut batch.rows));
                if maker.send((batch, of_rows)).is_err() {
                    break;
                }
            }
        });
        let mut made = made.into_iter();
        let mut next = made.next();
        while let Some(batch) = next {
            next = made.next();
            let of_next = next.as_mut().map(|(_, of_rows)| of_rows);
            if take(batch, of_next).map_err(Broken::Taking)?.is_break() {
                return Ok(());
            }
        }
        match (reading.join(), making.join()) {
            (Ok(Ok(())), Ok(())) => Ok(()),
            (Ok(Err(error)), Ok(())) => Err(Broken::Reading(error)),
            _ => Err(Broken::Reader),
        }
    })
}

/// Reads until the end, or until nobody wants more.
fn read_all<R: Read>(rows: &mut Rows<'_, R>, sender: &SyncSender<Batch>) -> io::Result<()> {
    while let Some(batch) = rows.read()? {
        if sender.send(batch).is_err() {
            break;
        }
    }
    Ok(())
}

impl<E: fmt::Display> fmt::Display for Stopped<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (why, summary) = match self {
            Stopped::Refused(refusal) => return write!(f, "{refusal}"),
            Stopped::Reading(error, summary) => (
                format!("The file could not be read to its end: {error}."),
                summary,
            ),
            Stopped::Sink(error, summary) => {
                (format!("The rows could not be stored: {error}."), summary)
            }
            Stopped::Reader(summary) => ("Reading came to a sudden end.".to_owned(), summary),
        };
        let taken = summary
            .accepted
            .saturating_add(summary.unchanged)
            .saturating_add(summary.waiting);
        write!(
            f,
            "{why} {taken} rows had been taken and stay. Load the whole file again when it is put right: they will not change."
        )
    }
}

impl<E: fmt::Display + fmt::Debug> std::error::Error for Stopped<E> {}

#[cfg(test)]
#[path = "load_tests.rs"]
mod tests;
