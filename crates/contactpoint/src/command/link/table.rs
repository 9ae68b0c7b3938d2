//! The second reading: every row into the engine's table, pieces of files in several threads.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::RangeInclusive;
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
        let date = source
            .date
            .and_then(|place| Some((place, *fields.get(place)?)));
        if let Some((place, _)) = date.filter(|(_, text)| is_month_first_only(text)) {
            // The order is that of the file by now: a month first means the other one.
            reading.other_order(file, place);
        }
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
    let (month, mark, day, rest) = two_numbers(text)?;
    Some(format!("{day}{mark}{month}{rest}"))
}

/// Whether a date of three numbers, the year last, has the month first as nothing else makes it a date.
fn is_month_first_only(text: &str) -> bool {
    let Some((first, _, second, rest)) = two_numbers(text) else {
        return false;
    };
    let is = |number: &str, range: RangeInclusive<u8>| {
        number
            .parse::<u8>()
            .is_ok_and(|number| range.contains(&number))
    };
    let year = rest.trim_start_matches(|mark: char| !mark.is_alphanumeric());
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    is(first, 1..=12) && is(second, 13..=31) && year.len() < rest.len() && digits == 4
}

/// Two numbers of a day or month at the beginning of a date, what stands between them, and what is behind them.
fn two_numbers(text: &str) -> Option<(&str, char, &str, &str)> {
    let (first, rest) = number(text.trim())?;
    let mark = rest.chars().next().filter(|mark| !mark.is_alphanumeric())?;
    let (second, rest) = number(rest.strip_prefix(mark)?)?;
    Some((first, mark, second, rest))
}

/// A number of one or two digits, and what is behind it.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(digits)
        .filter(|_| (1..=2).contains(&digits))
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

    #[test]
    fn a_day_behind_twelve_tells_that_the_month_stands_first() {
        for text in ["02/14/2010", " 2-14-2010 00:00", "12.31.1999"] {
            assert!(is_month_first_only(text), "{text}");
        }
        for text in [
            "06/02/2010",
            "14/02/2010",
            "02/45/2010",
            "2010-02-14",
            "02/14/10",
            "02/14",
            "14 Feb 2010",
            "",
        ] {
            assert!(!is_month_first_only(text), "{text}");
        }
    }
}
