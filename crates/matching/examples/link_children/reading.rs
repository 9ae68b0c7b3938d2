//! Reads the feeds in pieces of whole records, as many threads at once as there are.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use matching::link::{Builder, Records, Table, whole_records};

use super::feeds::{COLUMNS_MAX, FEEDS, Places, schema, sources};

/// How much is read at a time, in bytes.
const PIECE_BYTES: usize = 1 << 20;
/// Bits of a key below those of the feed, and below those of the piece.
const FEED_SHIFT: u32 = 48;
const PIECE_SHIFT: u32 = 20;

/// Some whole records of a feed.
pub struct Piece {
    /// Place of the feed in [`FEEDS`].
    pub feed: usize,
    /// How many pieces of the feed came before.
    number: u64,
    bytes: Vec<u8>,
}

/// The feeds of a folder, cut into pieces in their order.
pub struct Pieces {
    directory: PathBuf,
    feed: usize,
    end: usize,
    file: Option<File>,
    number: u64,
    /// What was read beyond the last piece.
    rest: Vec<u8>,
}

impl Pieces {
    /// Feeds from `first` up to `end`, by their places.
    pub fn of(directory: &Path, first: usize, end: usize) -> Self {
        Self {
            directory: directory.to_owned(),
            feed: first,
            end,
            file: None,
            number: 0,
            rest: Vec::new(),
        }
    }

    /// The next piece; a feed's first begins with its heading.
    pub fn next(&mut self) -> Option<Piece> {
        if self.feed >= self.end {
            return None;
        }
        if self.file.is_none() {
            let name = format!("{}.csv", FEEDS[self.feed].0);
            self.file = Some(File::open(self.directory.join(name)).unwrap());
        }
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let wanted = PIECE_BYTES as u64;
            let file = self.file.as_mut().unwrap();
            bytes.reserve(PIECE_BYTES);
            let read = file.take(wanted).read_to_end(&mut bytes).unwrap();
            let is_end = read < PIECE_BYTES;
            let whole = if is_end {
                bytes.len()
            } else {
                whole_records(&bytes, b',')
            };
            if whole == 0 && !is_end {
                continue;
            }
            self.rest.extend_from_slice(&bytes[whole..]);
            bytes.truncate(whole);
            let piece = Piece {
                feed: self.feed,
                number: self.number,
                bytes,
            };
            self.number += 1;
            if is_end {
                (self.file, self.number) = (None, 0);
                self.feed += 1;
            }
            return Some(piece);
        }
    }
}

impl Piece {
    /// The key of its first record; the others follow. Keys are in the order of the feeds and of their records.
    fn first_key(&self) -> u64 {
        (self.feed as u64) << FEED_SHIFT | self.number << PIECE_SHIFT
    }

    fn text(&self) -> &str {
        let text = std::str::from_utf8(&self.bytes).unwrap();
        text.strip_prefix('\u{feff}').unwrap_or(text)
    }

    /// Every record, as the table's columns; the heading is passed over.
    pub fn each_row(&self, places: &Places, mut row: impl FnMut(&[&str])) {
        let mut records = Records::new(self.text(), b',');
        if self.number == 0 {
            records.advance();
        }
        let mut fields: Vec<Cow<'_, str>> = Vec::new();
        while records.advance() {
            places.fields(&records, &mut fields);
            let mut whole = [""; COLUMNS_MAX];
            row(places.row(&fields, &mut whole));
        }
    }
}

/// Where each feed has the columns.
pub fn places(directory: &Path, numbers: bool) -> Vec<Places> {
    let of = |feed: usize| {
        let piece = Pieces::of(directory, feed, FEEDS.len()).next().unwrap();
        let mut records = Records::new(piece.text(), b',');
        records.advance();
        let heading: Vec<String> = (0..records.count())
            .map(|place| records.field(place).into_owned())
            .collect();
        Places::of(feed, &heading, numbers)
    };
    (0..FEEDS.len()).map(of).collect()
}

/// The table of all feeds. Its rows are in the order of the feeds and of their records, whatever the threads.
pub fn read(directory: &Path, numbers: bool, threads: usize) -> Table {
    let places = places(directory, numbers);
    let pieces = Mutex::new(Pieces::of(directory, 0, FEEDS.len()));
    let work = || {
        let mut builder = Builder::new(schema(numbers));
        let sources = sources(&mut builder);
        loop {
            let next = pieces.lock().unwrap().next();
            let Some(piece) = next else {
                return builder;
            };
            let mut key = piece.first_key();
            piece.each_row(&places[piece.feed], |row| {
                builder.push(key, sources[piece.feed], row).unwrap();
                key += 1;
            });
        }
    };
    let mut builders = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let builders: Vec<Builder> = handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .collect();
        builders.into_iter()
    });
    let first = builders.next().unwrap();
    first.finish_with(builders.collect(), threads).unwrap()
}

/// The person of every row of the table: the truth lists rows in the order of each feed.
pub fn read_truth(directory: &Path) -> Vec<u32> {
    let mut truth: HashMap<String, Vec<u32>> = HashMap::new();
    let mut reader = csv::Reader::from_path(directory.join("truth.csv")).unwrap();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).unwrap() {
        let person = record[2].parse().unwrap();
        if let Some(people) = truth.get_mut(&record[0]) {
            people.push(person);
        } else {
            truth.insert(record[0].to_owned(), vec![person]);
        }
    }
    let of_feed = |(feed, _): &(&str, &str)| truth.remove(*feed).unwrap_or_default();
    FEEDS.iter().flat_map(of_feed).collect()
}
