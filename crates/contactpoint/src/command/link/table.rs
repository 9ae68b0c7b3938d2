//! The second reading: every row into the engine's table, pieces of files in several threads.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use matching::link::{Builder, Records, RowError, Schema, SourceId, Table};

use super::config::Dates;
use super::reading::Reading;
use super::source::{Piece, Source};
use crate::command::Stop;

/// Reads all rows; how much of each column could be read.
///
/// # Errors
/// [`Stop::Failed`] when a file has changed since its ids were read, or there are too many rows.
pub fn read(
    sources: &[Source],
    schema: &Schema,
    threads: usize,
    bar: &ProgressBar,
) -> Result<(Table, Reading), Stop> {
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
    let work = || -> Result<(Builder, Reading), Stop> {
        let mut builder = Builder::new(schema.clone());
        let mut reading = Reading::new(sources.len(), schema);
        let ids: Vec<SourceId> = sources
            .iter()
            .map(|source| builder.source(&source.name, source.rows))
            .collect();
        while let Some((number, piece, end)) = pieces.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let (Some(source), Some(id)) = (sources.get(*number), ids.get(*number)) {
                let text = piece_text(source, piece.byte, *end)?;
                let file = (*number, source);
                read_piece(file, (*piece, &text), (&mut builder, *id), &mut reading)?;
                bar.inc(u64::from(piece.rows));
            }
        }
        Ok((builder, reading))
    };
    let builders: Vec<Result<(Builder, Reading), Stop>> = std::thread::scope(|scope| {
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
    let nothing = || {
        (
            Builder::new(schema.clone()),
            Reading::new(sources.len(), schema),
        )
    };
    let (first, mut reading) = builders.next().unwrap_or_else(|| Ok(nothing()))?;
    let mut others = Vec::new();
    for builder in builders {
        let (builder, seen) = builder?;
        reading.add(seen);
        others.push(builder);
    }
    let table = first.finish_with(others, threads).map_err(refused)?;
    Ok((table, reading))
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
    (file, source): (usize, &Source),
    piece: (Piece, &str),
    (builder, id): (&mut Builder, SourceId),
    reading: &mut Reading,
) -> Result<(), Stop> {
    let (piece, text) = piece;
    let month_first = source.date.filter(|_| source.dates == Dates::MonthFirst);
    let mut records = Records::new(text, source.delimiter);
    let first = usize::try_from(piece.first).unwrap_or(usize::MAX);
    let count = usize::try_from(piece.rows).unwrap_or(usize::MAX);
    for row in first..first.saturating_add(count) {
        if !records.advance() {
            return Err(changed(source));
        }
        let places = source.places.iter();
        let mut fields: Vec<Cow<'_, str>> = places
            .map(|place| place.map_or(Cow::Borrowed(""), |place| records.field(place)))
            .collect();
        if let Some(date) = month_first.and_then(|place| fields.get_mut(place))
            && let Some(turned) = day_first(date)
        {
            *date = Cow::Owned(turned);
        }
        let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
        let rank = source
            .ranks
            .get(row)
            .copied()
            .ok_or_else(|| changed(source))?;
        let key = source.first_key.saturating_add(u64::from(rank));
        builder.push(key, id, &fields).map_err(refused)?;
        let unread = builder.unread();
        reading.row((file, row), &fields, unread);
        if source.is_judged {
            reading.lacks(key, &source.places, (&fields, unread));
        }
    }
    if records.advance() {
        return Err(changed(source));
    }
    Ok(())
}

/// A date that begins with two numbers, the month first, with the day first. `None`: it does not begin so.
fn day_first(text: &str) -> Option<String> {
    let numbered = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text.split_at_checked(digits)
            .filter(|_| (1..=2).contains(&digits))
            .map(|(number, rest)| (number.to_owned(), rest.to_owned()))
    };
    let (month, rest) = numbered(text.trim())?;
    let mark = rest.chars().next().filter(|mark| !mark.is_alphanumeric())?;
    let (day, rest) = numbered(rest.strip_prefix(mark)?)?;
    Some(format!("{day}{mark}{month}{rest}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_month_that_comes_first_goes_behind_the_day() {
        assert_eq!(day_first("3/4/2012").as_deref(), Some("4/3/2012"));
        assert_eq!(day_first(" 03-14-2012").as_deref(), Some("14-03-2012"));
        for text in [
            "2012-03-04",
            "3 Apr 2012",
            "Apr 3, 2012",
            "2012",
            "",
            "3/",
            "03142012",
        ] {
            assert_eq!(day_first(text), None, "{text}");
        }
    }
}
