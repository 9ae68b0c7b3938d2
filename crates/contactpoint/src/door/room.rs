//! Whether the disk has room for a file that arrives. Its spool lies beside the database: no file may take the room by which people are
//! answered.

use std::io;
use std::path::Path;

use super::limits::DoorSettings;
use super::problem::{DoorProblem, Kind};

/// After how many bytes of a file it is asked again how much room there is.
const ASKED_EVERY_BYTES: u64 = 1_048_576;

/// The room of a file that arrives.
pub(super) struct Room<'a> {
    folder: &'a Path,
    free_bytes_min: u64,
    /// How many bytes may come until it is asked again.
    left: u64,
    measure: Measure,
}

/// Tells how many bytes are free where a folder is.
type Measure = fn(&Path) -> io::Result<u64>;

impl Room<'_> {
    /// Room for a file of which so many bytes are announced.
    pub(super) fn of(settings: &DoorSettings, announced: u64) -> Result<Room<'_>, DoorProblem> {
        Room::measured(settings, announced, free_bytes)
    }

    fn measured(
        settings: &DoorSettings,
        announced: u64,
        measure: Measure,
    ) -> Result<Room<'_>, DoorProblem> {
        let room = Room {
            folder: &settings.spool,
            free_bytes_min: settings.limits.free_bytes_min,
            left: 0,
            measure,
        };
        room.ask(announced)?;
        Ok(room)
    }

    /// Takes room for bytes that have come.
    pub(super) fn take(&mut self, bytes: u64) -> Result<(), DoorProblem> {
        if self.left < bytes {
            let more = bytes.max(ASKED_EVERY_BYTES);
            self.ask(more)?;
            self.left = more;
        }
        self.left = self.left.saturating_sub(bytes);
        Ok(())
    }

    fn ask(&self, bytes: u64) -> Result<(), DoorProblem> {
        let free = (self.measure)(self.folder).map_err(|error| unspooled(&error))?;
        if free < self.free_bytes_min.saturating_add(bytes) {
            tracing::error!(
                free,
                least = self.free_bytes_min,
                "a supplier's file was not received: too little of the disk would stay free"
            );
            return Err(Kind::NoRoom.into());
        }
        Ok(())
    }
}

/// Why a file cannot be spooled, for its sender; in its own words in the log.
pub(super) fn unspooled(error: &io::Error) -> DoorProblem {
    tracing::error!(%error, "a supplier's file cannot be spooled");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Kind::NoRoom.into(),
        _ => Kind::OutOfOrder.into(),
    }
}

/// How many bytes this program may still write where a folder is.
fn free_bytes(folder: &Path) -> io::Result<u64> {
    let of_disk = rustix::fs::statvfs(folder)?;
    Ok(of_disk.f_bavail.saturating_mul(of_disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::door::DoorLimits;

    const MIB: u64 = 1_048_576;

    fn keeping(free_bytes_min: u64) -> DoorSettings {
        DoorSettings {
            limits: DoorLimits {
                free_bytes_min,
                ..DoorLimits::default()
            },
            ..DoorSettings::at("http://127.0.0.1", PathBuf::from("."))
        }
    }

    fn ten_mebibytes(_: &Path) -> io::Result<u64> {
        Ok(10 * MIB)
    }

    #[test]
    fn what_is_announced_must_fit_beside_what_stays_free() {
        let settings = keeping(4 * MIB);
        let of = |announced| Room::measured(&settings, announced, ten_mebibytes).map(|_| ());
        assert_eq!((of(0), of(6 * MIB)), (Ok(()), Ok(())));
        assert_eq!(of(6 * MIB + 1), Err(Kind::NoRoom.into()));
        assert_eq!(of(u64::MAX), Err(Kind::NoRoom.into()));
    }

    #[test]
    fn a_file_that_announced_nothing_is_stopped_when_the_disk_has_become_full() {
        let settings = keeping(4 * MIB);
        let mut room = Room::measured(&settings, 0, ten_mebibytes).unwrap();
        for _ in 0..64 {
            room.take(65_536).unwrap();
        }
        // Somebody else has filled it meanwhile.
        room.measure = |_| Ok(5 * MIB - 1);
        assert_eq!(room.take(1), Err(Kind::NoRoom.into()));
        room.measure = |_| Ok(5 * MIB);
        assert_eq!(room.take(1), Ok(()));
        assert_eq!(room.take(2 * MIB), Err(Kind::NoRoom.into()));
    }

    #[test]
    fn a_disk_that_is_full_after_all_is_no_room_and_not_another_fault() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert_eq!(unspooled(&kind.into()), Kind::NoRoom.into());
        }
        let denied = io::ErrorKind::PermissionDenied.into();
        assert_eq!(unspooled(&denied), Kind::OutOfOrder.into());
        let settings = keeping(0);
        let lost = Room::measured(&settings, 0, |_| Err(io::ErrorKind::NotFound.into()));
        assert_eq!(lost.map(|_| ()), Err(Kind::OutOfOrder.into()));
    }

    #[test]
    fn a_disk_is_measured() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_bytes(folder.path()).unwrap() > 0);
        assert!(free_bytes(&folder.path().join("none")).is_err());
    }
}
