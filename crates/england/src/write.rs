//! Writes every file: blocks of families are made on several threads and written in their order.

mod chunk;

use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::england::England;
use crate::feed::Feed;
use crate::layout::{Layout, layouts};
use crate::options::Options;
use crate::{reference, truth};
use chunk::CHILDREN_PER_CHUNK;
pub use chunk::Chunk;

/// Chunks that may wait to be written, per thread; with their size this bounds the memory.
const WAITING_MAX: usize = 1;
const THREADS_MAX: usize = 8;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Children and young adults.
    pub children: u64,
    /// Families.
    pub families: u64,
    /// Rows of each file, by its name without `.csv`.
    pub rows: Vec<(&'static str, u64)>,
    /// Bytes of the feeds and truth files together.
    pub bytes: u64,
}

/// Writes all files: `open` is asked for each by its name without `.csv`, `progress` is told children written so far.
///
/// The bytes depend on the options alone, not on the number of threads.
///
/// # Errors
/// The first error of `open` or of a sink.
pub fn write(
    options: &Options,
    open: &mut dyn FnMut(&str) -> io::Result<Box<dyn Write + Send>>,
    progress: &mut dyn FnMut(u64),
) -> io::Result<Summary> {
    let england = England::new(options);
    let mut summary = Summary::default();
    for file in reference::FILES {
        let rows = reference::write_reference(&england, file, &mut *open(file)?)?;
        summary.rows.push((file, rows));
    }
    let mut sinks = open_all(open)?;
    let mut totals = vec![0_u64; sinks.len()];
    thread::scope(|scope| -> io::Result<()> {
        let england = &england;
        let threads = thread::available_parallelism()
            .map_or(1, usize::from)
            .min(THREADS_MAX);
        let workers: Vec<Receiver<Chunk>> = (0..threads)
            .map(|first| {
                let (sender, receiver) = sync_channel(WAITING_MAX);
                scope.spawn(move || make(england, first, threads, &sender));
                receiver
            })
            .collect();
        for number in 0..chunk_count(options) {
            let worker = workers.get((number as usize).checked_rem(threads).unwrap_or(0));
            let Some(chunk) = worker.and_then(|worker| worker.recv().ok()) else {
                return Err(io::Error::other("a thread that makes families has stopped"));
            };
            put(&chunk, &mut sinks, &mut totals, &mut summary)?;
            progress(summary.children);
        }
        Ok(())
    })?;
    for sink in &mut sinks {
        sink.flush()?;
    }
    summary.rows.extend(file_names().zip(totals));
    Ok(summary)
}

/// Feeds in their order, then the two truth files.
fn file_names() -> impl Iterator<Item = &'static str> {
    Feed::ALL
        .into_iter()
        .map(Feed::file_stem)
        .chain(["truth", "people"])
}

fn open_all(
    open: &mut dyn FnMut(&str) -> io::Result<Box<dyn Write + Send>>,
) -> io::Result<Vec<Box<dyn Write + Send>>> {
    let mut sinks = file_names().map(open).collect::<io::Result<Vec<_>>>()?;
    let headings = layouts()
        .iter()
        .map(heading_line)
        .chain([truth::TRUTH.to_owned(), truth::PEOPLE.to_owned()]);
    for (sink, headings) in sinks.iter_mut().zip(headings) {
        sink.write_all(headings.as_bytes())?;
    }
    Ok(sinks)
}

fn heading_line(layout: &Layout) -> String {
    let mut line = layout.headings().collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// How many chunks there are.
pub fn chunk_count(options: &Options) -> u64 {
    options.children.div_ceil(CHILDREN_PER_CHUNK)
}

/// Makes every chunk whose turn is this thread's, until nobody wants more.
fn make(england: &England, first: usize, step: usize, sender: &SyncSender<Chunk>) {
    for number in (first as u64..chunk_count(england.options())).step_by(step.max(1)) {
        if sender.send(Chunk::of(england, number, None)).is_err() {
            return;
        }
    }
}

fn put(
    chunk: &Chunk,
    sinks: &mut [Box<dyn Write + Send>],
    totals: &mut [u64],
    summary: &mut Summary,
) -> io::Result<()> {
    for ((file, sink), total) in chunk.files().zip(sinks).zip(totals) {
        sink.write_all(&file.line.bytes)?;
        *total = total.saturating_add(file.rows);
        summary.bytes = summary.bytes.saturating_add(file.line.bytes.len() as u64);
    }
    summary.children = summary.children.saturating_add(chunk.children);
    summary.families = summary.families.saturating_add(chunk.families);
    Ok(())
}
