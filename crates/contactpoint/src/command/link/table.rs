//! The second reading: every row into the engine's table, pieces of files in several threads.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use matching::link::{Builder, Records, RowError, Schema, SourceId, Table};

use super::source::{Piece, Source};
use crate::command::Stop;

/// Reads all rows.
///
/// # Errors
/// [`Stop::Failed`] when a file has changed since its ids were read, or there are too many rows.
pub fn read(
    sources: &[Source],
    schema: &Schema,
    threads: usize,
    bar: &ProgressBar,
) -> Result<Table, Stop> {
    let pieces: Vec<(usize, Piece, u64)> = sources
        .iter()
        .enumerate()
        .flat_map(|(number, source)| {
            let ends = source.pieces.iter().skip(1).map(|piece| piece.byte);
            let pieces = source.pieces.iter().zip(ends.chain([u64::MAX]));
            pieces.map(move |(piece, end)| (number, *piece, end))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Builder, Stop> {
        let mut builder = Builder::new(schema.clone());
        let ids: Vec<SourceId> = sources
            .iter()
            .map(|source| builder.source(&source.name, source.rows))
            .collect();
        while let Some((number, piece, end)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let (Some(source), Some(id)) = (sources.get(*number), ids.get(*number)) {
                let text = piece_text(source, piece.byte, *end)?;
                read_piece(source, (*piece, &text), &mut builder, *id)?;
                bar.inc(u64::from(piece.rows));
            }
        }
        Ok(builder)
    };
    let builders: Vec<Result<Builder, Stop>> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let ended = handles.into_iter().map(|handle| handle.join());
        let lost = || {
            Stop::Failed(
                "the rows could not be read: a thread came to an end. Nothing was written."
                    .to_owned(),
            )
        };
        ended
            .map(|ended| ended.unwrap_or_else(|_| Err(lost())))
            .collect()
    });
    let mut builders = builders.into_iter();
    let first = builders
        .next()
        .unwrap_or_else(|| Ok(Builder::new(schema.clone())))?;
    let others = builders.collect::<Result<Vec<_>, Stop>>()?;
    first.finish_with(others, threads).map_err(refused)
}

/// The bytes of a file from one place to another, or to its end.
fn piece_text(source: &Source, byte: u64, end: u64) -> Result<String, Stop> {
    let read = || {
        let mut file = File::open(&source.path)?;
        file.seek(SeekFrom::Start(byte))?;
        let mut bytes = Vec::new();
        file.take(end.saturating_sub(byte))
            .read_to_end(&mut bytes)?;
        io::Result::Ok(bytes)
    };
    let unread = |error: io::Error| {
        Stop::Failed(format!(
            "{} cannot be read: {error}. Nothing was written.",
            source.path.display()
        ))
    };
    // The first reading found it to be UTF-8.
    String::from_utf8(read().map_err(unread)?).map_err(|_| changed(source))
}

fn read_piece(
    source: &Source,
    piece: (Piece, &str),
    builder: &mut Builder,
    id: SourceId,
) -> Result<(), Stop> {
    let (piece, text) = piece;
    let mut records = Records::new(text, source.delimiter);
    let first = usize::try_from(piece.first).unwrap_or(usize::MAX);
    let count = usize::try_from(piece.rows).unwrap_or(usize::MAX);
    for row in first..first.saturating_add(count) {
        if !records.advance() {
            return Err(changed(source));
        }
        let places = source.places.iter();
        let fields: Vec<Cow<'_, str>> = places
            .map(|place| place.map_or(Cow::Borrowed(""), |place| records.field(place)))
            .collect();
        let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
        let rank = source
            .ranks
            .get(row)
            .copied()
            .ok_or_else(|| changed(source))?;
        let key = source.first_key.saturating_add(u64::from(rank));
        builder.push(key, id, &fields).map_err(refused)?;
    }
    if records.advance() {
        return Err(changed(source));
    }
    Ok(())
}

fn changed(source: &Source) -> Stop {
    Stop::Failed(format!(
        "{} changed while it was read. Nothing was written. Run again when it is at rest.",
        source.path.display()
    ))
}

fn refused(error: RowError) -> Stop {
    Stop::Failed(format!(
        "the files cannot be linked: {error}. Nothing was written."
    ))
}
