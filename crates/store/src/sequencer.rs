//! The sequencer: gives events their places in the log, extends the tree, writes tiles and signs checkpoints.

use directory::{Date, Now};
use ledger::{Appended, Checkpoint, Hash, KeyName, Level, Log, SigningKey, Tile, Tree};

use crate::driver::{Connection, Value};
use crate::error::Error;
use crate::seal::{hex, unhex};
use crate::{Store, schema};

/// The most events given a place in one transaction.
const BATCH_MAX: i64 = 4_096;
/// The most batches in one call.
const BATCHES_MAX: usize = 1_024;
/// What is published of the log, in `meta`: the day in England on which it was, then the note, if there was one.
const PUBLISHED: &str = "published";
const NEWEST: &str = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1";

/// How far the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequenced {
    /// Events given a place by this call.
    pub added: u64,
    /// Leaves in the tree.
    pub size: u64,
}

impl Store {
    /// Gives every waiting event its place and signs a checkpoint over the tree. To be called at least every second. On a new day it publishes
    /// first what the log was until then.
    ///
    /// Only one process at a time holds the tree: its row is the lease.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer, or a stored tile does not belong to the tree (nothing is signed then).
    pub fn sequence(&self, now: Now) -> Result<Sequenced, Error> {
        let mut total = Sequenced { added: 0, size: 0 };
        for _ in 0..BATCHES_MAX {
            let waiting = self.read(
                "SELECT id FROM event WHERE leaf IS NULL LIMIT 1",
                &[],
                |row| row.int(0),
            )?;
            if waiting.is_empty() && total.size > 0 {
                break;
            }
            let key = self.signing_key()?;
            let batch = self.writer.write(move |connection| {
                publish(connection, now.today)?;
                extend(connection, &key)
            })?;
            total = Sequenced {
                added: total.added.saturating_add(batch.added),
                size: batch.size,
            };
            if waiting.is_empty() {
                break;
            }
        }
        Ok(total)
    }

    /// The checkpoint that everybody may read: the newest of the days before. `None` on the first day.
    ///
    /// How many events a row makes follows what is hidden of children, so nobody may watch the log grow by one (R44, X2).
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn published_checkpoint(&self) -> Result<Option<String>, Error> {
        let sql = "SELECT value FROM meta WHERE name = $1";
        let kept = self.read(sql, &[Value::Text(PUBLISHED)], |row| row.text(0))?;
        let kept = kept.into_iter().next();
        let note = kept.and_then(|kept| Some(kept.split_once('\n')?.1.to_owned()));
        Ok(note.filter(|note| !note.is_empty()))
    }

    /// A tile of the tree of that checkpoint. `None`: it has no such tile.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn published_tile(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let note = self.published_checkpoint()?.unwrap_or_default();
        match note.lines().nth(1).map(str::parse) {
            Some(Ok(size)) => self.tile_in(path, size),
            Some(Err(_)) | None => Ok(None),
        }
    }

    /// The newest checkpoint, a C2SP signed note. `None` before the first event.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn checkpoint(&self) -> Result<Option<String>, Error> {
        Ok(self
            .read(NEWEST, &[], |row| row.text(0))?
            .into_iter()
            .next())
    }

    /// A tile or entry bundle by its C2SP path (`tile/0/001`, `tile/entries/x001/234.p/7`). `None`: there is no such tile.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn tile(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        match self.log_size()? {
            Some(size) => self.tile_in(path, size),
            None => Ok(None),
        }
    }

    /// A tile of the tree of a size.
    fn tile_in(&self, path: &str, size: u64) -> Result<Option<Vec<u8>>, Error> {
        let Some(tile) = Tile::from_path(path) else {
            return Ok(None);
        };
        if Tile::in_tree(tile.level, tile.index, size)
            .is_none_or(|widest| widest.width < tile.width)
        {
            return Ok(None);
        }
        self.pool.with_reader(|connection| {
            Ok(read_tile(connection, tile)?.and_then(|bytes| narrowed(&bytes, tile)))
        })
    }

    fn log_size(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1";
        Ok(self
            .read(sql, &[], |row| row.int(0))?
            .into_iter()
            .next()
            .map(i64::cast_unsigned))
    }

    /// The log as its readers know it: what an auditor must be told once.
    ///
    /// # Errors
    /// [`Error`] when the ring's key cannot be named.
    pub fn log(&self) -> Result<Log, Error> {
        Ok(Log {
            origin: self.origin(),
            keys: vec![self.signing_key()?.verifier_key()],
        })
    }

    /// The log's name: made of the ring, so that two directories never share one.
    pub(crate) fn origin(&self) -> String {
        let mark: String = self.ring().mark().chars().take(16).collect();
        format!("contactpoint.example/log/{mark}")
    }

    pub(crate) fn signing_key(&self) -> Result<SigningKey, Error> {
        let name = KeyName::new(&self.origin()).ok_or(Error::Inconsistent("the log's name"))?;
        Ok(SigningKey::new(name, &self.ring().ledger))
    }
}

/// Publishes the checkpoint that stands, if none was published on this day or, by a clock that was a little ahead, on the next.
fn publish(connection: &mut dyn Connection, day: Date) -> Result<(), Error> {
    let kept = schema::get(connection, PUBLISHED)?;
    let last = kept.as_deref().and_then(|kept| kept.split_once('\n'));
    let last: Option<Date> = last.and_then(|(last, _)| last.parse().ok());
    if last.is_some_and(|last| last == day || day.tomorrow().is_ok_and(|next| last == next)) {
        return Ok(());
    }
    let mut note = String::new();
    connection.query(NEWEST, &[], &mut |row| {
        note = row.text(0)?;
        Ok(())
    })?;
    schema::put(connection, PUBLISHED, &format!("{day}\n{note}"))
}

/// One batch: places, tiles, tree and checkpoint in one transaction.
fn extend(connection: &mut dyn Connection, key: &SigningKey) -> Result<Sequenced, Error> {
    let tree = held_tree(connection)?;
    let mut waiting: Vec<(i64, Vec<u8>)> = Vec::new();
    let sql = "SELECT id, commitment FROM event WHERE leaf IS NULL ORDER BY id LIMIT $1";
    connection.query(sql, &[Value::Int(BATCH_MAX)], &mut |row| {
        waiting.push((row.int(0)?, row.blob(1)?));
        Ok(())
    })?;
    if waiting.is_empty() {
        return Ok(Sequenced {
            added: 0,
            size: tree.size(),
        });
    }
    let leaves: Vec<&[u8]> = waiting
        .iter()
        .map(|(_, commitment)| commitment.as_slice())
        .collect();
    let mut source = |tile: Tile| read_tile(connection, tile);
    let appended = ledger::append(&tree, &leaves, &mut source).map_err(|_| {
        Error::Inconsistent("the log's tiles do not belong to its tree; nothing was signed")
    })?;
    for ((id, _), place) in waiting.iter().zip(tree.size()..) {
        let values = [Value::Int(place.cast_signed()), Value::Int(*id)];
        connection.execute(
            "UPDATE event SET leaf = $1 WHERE id = $2 AND leaf IS NULL",
            &values,
        )?;
    }
    write_tiles(connection, &appended)?;
    sign(connection, key, &appended.tree)?;
    let added = u64::try_from(waiting.len()).unwrap_or(u64::MAX);
    Ok(Sequenced {
        added,
        size: appended.tree.size(),
    })
}

/// The tree, its row held until the transaction ends: the lease.
fn held_tree(connection: &mut dyn Connection) -> Result<Tree, Error> {
    let sql = connection.dialect().hold(
        "SELECT value FROM meta WHERE name = 'tree'",
        "SELECT value FROM meta WHERE name = 'tree' FOR UPDATE",
    );
    let mut text = None;
    connection.query(sql, &[], &mut |row| {
        text = Some(row.text(0)?);
        Ok(())
    })?;
    text.as_deref()
        .and_then(read_tree)
        .ok_or(Error::Inconsistent("the log's tree"))
}

/// The tree as text: its size, and the hashes of its frontier.
fn write_tree(tree: &Tree) -> String {
    let hashes: Vec<String> = tree.frontier().iter().map(|hash| hex(&hash.0)).collect();
    format!("{} {}", tree.size(), hashes.join(" "))
}

fn read_tree(text: &str) -> Option<Tree> {
    let mut words = text.split_whitespace();
    let size = words.next()?.parse().ok()?;
    let frontier: Option<Vec<Hash>> = words.map(|word| unhex(word).map(Hash)).collect();
    Tree::resume(size, frontier?)
}

fn write_tiles(connection: &mut dyn Connection, appended: &Appended) -> Result<(), Error> {
    let sql = "INSERT INTO tile (level, position, width, body) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (level, position) DO UPDATE SET width = excluded.width, body = excluded.body";
    for written in &appended.tiles {
        let tile = written.tile;
        connection.execute(
            sql,
            &[
                Value::Int(i64::from(tile.level.number())),
                Value::Int(tile.index.cast_signed()),
                Value::Int(i64::from(tile.width)),
                Value::Blob(&written.bytes),
            ],
        )?;
    }
    Ok(())
}

fn sign(connection: &mut dyn Connection, key: &SigningKey, tree: &Tree) -> Result<(), Error> {
    let unsigned = Error::Inconsistent("a checkpoint that cannot be signed");
    let name = key.verifier_key().name().as_str().to_owned();
    let checkpoint = Checkpoint::new(&name, tree.head()).map_err(|_| unsigned.clone())?;
    let note = checkpoint.sign(key).map_err(|_| unsigned)?;
    schema::put(connection, "tree", &write_tree(tree))?;
    connection.execute("DELETE FROM checkpoint", &[])?;
    let values = [
        Value::Int(tree.size().cast_signed()),
        Value::Text(&note.to_string()),
    ];
    connection
        .execute(
            "INSERT INTO checkpoint (size, note) VALUES ($1, $2)",
            &values,
        )
        .map(|_| ())
}

/// The stored bytes of a tile: as wide as it has become, which may be wider than asked.
pub(crate) fn read_tile(
    connection: &mut dyn Connection,
    tile: Tile,
) -> Result<Option<Vec<u8>>, Error> {
    let mut found = None;
    let sql = "SELECT body FROM tile WHERE level = $1 AND position = $2";
    let values = [
        Value::Int(i64::from(tile.level.number())),
        Value::Int(tile.index.cast_signed()),
    ];
    connection.query(sql, &values, &mut |row| {
        found = Some(row.blob(0)?);
        Ok(())
    })?;
    Ok(found)
}

/// The beginning of a stored tile, as wide as asked.
pub(crate) fn narrowed(bytes: &[u8], tile: Tile) -> Option<Vec<u8>> {
    let width = usize::from(tile.width);
    if tile.level != Level::Entries {
        return bytes.get(..width.checked_mul(32)?).map(<[u8]>::to_vec);
    }
    let mut end = 0usize;
    for _ in 0..width {
        let length: [u8; 2] = bytes.get(end..end.checked_add(2)?)?.try_into().ok()?;
        end = end
            .checked_add(2)?
            .checked_add(usize::from(u16::from_be_bytes(length)))?;
    }
    bytes.get(..end).map(<[u8]>::to_vec)
}
