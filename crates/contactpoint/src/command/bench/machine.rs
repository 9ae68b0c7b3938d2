//! What the system says of this process and of the database's files.

use std::path::{Path, PathBuf};

use store::Location;

/// The most memory this process has held, in bytes. `None`: the system does not say.
pub fn memory_bytes_peak() -> Option<u64> {
    memory_of("/proc/self/status")
}

/// The most memory another process has held, in bytes.
pub fn memory_bytes_peak_of(process: u32) -> Option<u64> {
    memory_of(&format!("/proc/{process}/status"))
}

/// How long the processors have worked for this process, in seconds. `None`: the system does not say.
pub fn processor_seconds() -> Option<f64> {
    const TICKS_OF_A_SECOND: f64 = 100.0;
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may have anything in it; times of the user and of the system are 12th and 13th from there.
    let (_, rest) = text.rsplit_once(')')?;
    let ticks: Option<u32> = rest
        .split_ascii_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u32>().ok())
        .sum();
    Some(f64::from(ticks?) / TICKS_OF_A_SECOND)
}

/// The size of the database, in bytes. `None`: it is kept elsewhere.
pub fn database_bytes(location: &Location) -> Option<u64> {
    let Location::Sqlite(file) = location else {
        return None;
    };
    let with = |suffix: &str| PathBuf::from(format!("{}{suffix}", file.display()));
    let length = |path: &Path| path.metadata().map_or(0, |data| data.len());
    Some(
        ["", "-wal"]
            .into_iter()
            .map(|suffix| length(&with(suffix)))
            .sum(),
    )
}

fn memory_of(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}
