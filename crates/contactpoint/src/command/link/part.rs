//! A file that gets its name only when it is whole, and all files of a run get theirs together.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};

use crate::command::Stop;

/// How much is written at a time, in bytes.
const BUFFER_BYTES: usize = 262_144;
/// Who may read and write a new file, before the mask of the process.
const MODE_BEFORE_MASK: u32 = 0o666;

/// A file being written in the folder where it will have its name. Dropped before it is published, it is removed; where the system can
/// keep a file without a name, nothing is left of it either when the program is killed.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    /// The name it has until it is published, or has for a moment before.
    beside: PathBuf,
    file: Option<BufWriter<File>>,
    named: Named,
}

/// Whether a file that is being written has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    No,
    Beside,
}

impl Part {
    /// Begins a file, so that a folder that cannot be written is found out before the work.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot be made.
    pub fn begin(path: &Path) -> Result<Part, Stop> {
        // Behind a link is the file that is meant.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // A device, as /dev/stdout may be, would become a file.
        let is_file = std::fs::metadata(path).map_or(true, |there| there.is_file());
        let name = path.file_name().filter(|name| is_file && *name != "-");
        let name = name.ok_or_else(|| {
            Stop::Usage(format!(
                "{} is not the name of a file to write. Nothing was read or written. Name a file: only the report goes to the standard output.",
                path.display()
            ))
        })?;
        let beside = path.with_file_name(format!(
            ".{}.{}.part",
            name.to_string_lossy(),
            std::process::id()
        ));
        let (file, named) = match nameless_beside(path) {
            Ok(file) => (Ok(file), Named::No),
            Err(_) => (File::create_new(&beside), Named::Beside),
        };
        let file = file.map_err(|error| unwritten(path, &error))?;
        Ok(Part {
            path: path.to_owned(),
            beside,
            file: Some(BufWriter::with_capacity(BUFFER_BYTES, file)),
            named,
        })
    }

    /// Writes all of it, and makes it durable.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot be written.
    pub fn fill(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Stop> {
        let path = self.path.clone();
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let written = write(file)
            .and_then(|()| file.flush())
            .and_then(|()| file.get_ref().sync_all());
        written.map_err(|error| unwritten(&path, &error))
    }

    /// Gives it its name, in place of what had it before.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot have it.
    pub fn publish(mut self) -> Result<(), Stop> {
        let file = self.file.take();
        let linked = match (self.named, &file) {
            (Named::No, Some(file)) => give_name(file.get_ref(), &self.beside),
            _ => Ok(()),
        };
        linked
            .and_then(|()| std::fs::rename(&self.beside, &self.path))
            .map_err(|error| unwritten(&self.path, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it is published there is none of this name.
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// A file without a name, in the folder of a path.
fn nameless_beside(path: &Path) -> io::Result<File> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    let mode = Mode::from_raw_mode(MODE_BEFORE_MASK);
    let opened = rustix::fs::open(folder.unwrap_or(Path::new(".")), flags, mode);
    let file = File::from(opened?);
    // By this it gets its name later: where there is none it must have one from the beginning.
    std::fs::metadata(open_as(&file))?;
    Ok(file)
}

fn open_as(file: &File) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// Gives a name to a file that has none (`open(2)`, at `O_TMPFILE`).
fn give_name(file: &File, name: &Path) -> io::Result<()> {
    let open = open_as(file);
    // One of a program of the same number that was killed before it was done.
    let _ = std::fs::remove_file(name);
    Ok(rustix::fs::linkat(
        CWD,
        open,
        CWD,
        name,
        AtFlags::SYMLINK_FOLLOW,
    )?)
}

fn unwritten(path: &Path, error: &io::Error) -> Stop {
    Stop::Failed(format!(
        "{} could not be written: {error}. What had this name before is as it was. Make room, or name another file, and run again.",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_leaves_the_name_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "before").unwrap();
        let mut part = Part::begin(&path).unwrap();
        assert!(
            part.fill(|to| to.write_all(b"half").and(Err(io::Error::other("full"))))
                .is_err()
        );
        drop(part);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        let mut part = Part::begin(&path).unwrap();
        part.fill(|to| to.write_all(b"after")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "before");
        // A program that is killed now leaves nothing else.
        let is_nameless = part.named == Named::No;
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, if is_nameless { 1 } else { 2 });
        part.publish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(Part::begin(folder.path()).is_err());
        assert!(Part::begin(Path::new("-")).is_err());
        assert!(Part::begin(Path::new("/dev/null")).is_err());
    }

    #[test]
    fn behind_a_link_the_file_itself_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (
            folder.path().join("out.csv"),
            folder.path().join("link.csv"),
        );
        std::fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let mut part = Part::begin(&link).unwrap();
        part.fill(|to| to.write_all(b"after")).unwrap();
        part.publish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "after");
    }
}
