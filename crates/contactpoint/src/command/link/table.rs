//! The second reading: every row into the engine's table, pieces of files in several threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use matching::link::{Builder, RowError, Schema, SourceId, Table};

use super::rows::RowReader;
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
    let pieces: Vec<(usize, Piece)> = sources
        .iter()
        .enumerate()
        .flat_map(|(number, source)| source.pieces.iter().map(move |piece| (number, *piece)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<Builder, Stop> {
        let mut builder = Builder::new(schema.clone());
        let ids: Vec<SourceId> = sources
            .iter()
            .map(|source| builder.source(&source.name, source.rows))
            .collect();
        while let Some((number, piece)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let (Some(source), Some(id)) = (sources.get(*number), ids.get(*number)) {
                read_piece(source, *piece, &mut builder, *id)?;
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
    let mut whole = builders
        .next()
        .unwrap_or_else(|| Ok(Builder::new(schema.clone())))?;
    for builder in builders {
        whole.append(builder?).map_err(refused)?;
    }
    whole.finish().map_err(refused)
}

fn read_piece(
    source: &Source,
    piece: Piece,
    builder: &mut Builder,
    id: SourceId,
) -> Result<(), Stop> {
    let changed = || {
        Stop::Failed(format!(
            "{} changed while it was read. Nothing was written. Run again when it is at rest.",
            source.path.display()
        ))
    };
    let mut rows = RowReader::at(&source.path, source.delimiter, piece.byte)?;
    let first = usize::try_from(piece.first).unwrap_or(usize::MAX);
    let count = usize::try_from(piece.rows).unwrap_or(usize::MAX);
    for row in first..first.saturating_add(count) {
        let record = rows.next()?.ok_or_else(changed)?;
        let fields: Vec<&str> = source
            .places
            .iter()
            .map(|place| place.and_then(|place| record.get(place)).unwrap_or(""))
            .collect();
        let rank = source.ranks.get(row).copied().ok_or_else(changed)?;
        let key = source.first_key.saturating_add(u64::from(rank));
        builder.push(key, id, &fields).map_err(refused)?;
    }
    Ok(())
}

fn refused(error: RowError) -> Stop {
    Stop::Failed(format!(
        "the files cannot be linked: {error}. Nothing was written."
    ))
}
