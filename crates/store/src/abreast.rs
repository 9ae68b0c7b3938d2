//! Reading many keys and records on several connections at once: where their pages lie on a disk, they are awaited together.
//!
//! Keys are hashes and records are many, so at eleven million children nearly everything that a supplied row needs is a page of its
//! own. What is read so is not one state of the database, as on PostgreSQL: whoever shields takes the turn of supply, so that the batch is
//! resolved again, and a record is only written in the version in which it was read.

use std::thread;

use crate::Store;
use crate::disclose::{SealedRecord, sealed_records, versions};
use crate::driver::{Connection, Dialect};
use crate::error::Error;
use crate::keys::{Depth, Index, KeyEntry};

/// The most connections that read for one batch.
const CONNECTIONS_MAX: usize = 8;
/// Fewer keys or records than this are not worth a connection.
const READ_OF_A_CONNECTION_MIN: usize = 64;

/// Reads some of what is wanted on one connection.
type Read<'r, T> = &'r (dyn Fn(&mut dyn Connection, &[i64]) -> Result<Vec<T>, Error> + Sync);

impl Store {
    /// What stands under keys, of each key as much as a row reads.
    pub(crate) fn entries_abreast(
        &self,
        index: Index,
        (connection, keys): (&mut dyn Connection, &[i64]),
    ) -> Result<Vec<KeyEntry>, Error> {
        self.abreast((connection, keys), &|connection, keys| {
            let mut entries = Vec::with_capacity(keys.len());
            index.under(connection, (keys, Depth::Row), &mut |entry| {
                entries.push(entry)
            })?;
            Ok(entries)
        })
    }

    /// Records by their ids.
    pub(crate) fn records_abreast(
        &self,
        connection: &mut dyn Connection,
        ids: &[i64],
    ) -> Result<Vec<SealedRecord>, Error> {
        self.abreast((connection, ids), &|connection, ids| {
            sealed_records(connection, ids)
        })
    }

    /// The versions of records.
    pub(crate) fn versions_abreast(
        &self,
        connection: &mut dyn Connection,
        ids: &[i64],
    ) -> Result<Vec<(i64, i64)>, Error> {
        self.abreast((connection, ids), &|connection, ids| {
            versions(connection, ids)
        })
    }

    /// On this connection if they are few, or a round trip costs more than a look-up.
    fn abreast<T: Send>(
        &self,
        (connection, wanted): (&mut dyn Connection, &[i64]),
        read: Read<'_, T>,
    ) -> Result<Vec<T>, Error> {
        let connections = wanted.len() / READ_OF_A_CONNECTION_MIN;
        let connections = connections.min(CONNECTIONS_MAX);
        if connections <= 1 || connection.dialect() == Dialect::Postgres {
            return read(connection, wanted);
        }
        thread::scope(|scope| {
            let parts = wanted.chunks(wanted.len().div_ceil(connections));
            let reading: Vec<_> = parts
                .map(|part| scope.spawn(move || self.read_giving_way(part, read)))
                .collect();
            let mut found = Vec::with_capacity(wanted.len());
            for thread in reading {
                match thread.join() {
                    Ok(part) => found.extend(part?),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(found)
        })
    }

    /// Piece by piece: while somebody searches, those who read for supply leave the processors to them.
    fn read_giving_way<T>(&self, wanted: &[i64], read: Read<'_, T>) -> Result<Vec<T>, Error> {
        self.pool.with_snapshot(|connection| {
            let mut found = Vec::with_capacity(wanted.len());
            for piece in wanted.chunks(READ_OF_A_CONNECTION_MIN) {
                self.way.give();
                found.extend(read(connection, piece)?);
            }
            Ok(found)
        })
    }
}
