//! A file that gets its name only when it is whole, and all files of a run get theirs together.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::command::Stop;

/// How much is written at a time, in bytes.
const BUFFER_BYTES: usize = 262_144;

/// A file being written beside the name it will have. Dropped before it is published, it is removed.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    unnamed: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Part {
    /// Begins a file, so that a folder that cannot be written is found out before the work.
    ///
    /// # Errors
    /// [`Stop::Failed`] when it cannot be made.
    pub fn begin(path: &Path) -> Result<Part, Stop> {
        let name = path.file_name().filter(|_| !path.is_dir());
        let name = name.ok_or_else(|| {
            Stop::Usage(format!(
                "{} is not the name of a file to write. Nothing was read or written.",
                path.display()
            ))
        })?;
        let unnamed = path.with_file_name(format!(
            ".{}.{}.part",
            name.to_string_lossy(),
            std::process::id()
        ));
        let file = File::create_new(&unnamed).map_err(|error| unwritten(path, &error))?;
        Ok(Part {
            path: path.to_owned(),
            unnamed,
            file: Some(BufWriter::with_capacity(BUFFER_BYTES, file)),
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
        self.file = None;
        std::fs::rename(&self.unnamed, &self.path).map_err(|error| unwritten(&self.path, &error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it is published there is none of this name.
        let _ = std::fs::remove_file(&self.unnamed);
    }
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
        part.publish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "after");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(Part::begin(folder.path()).is_err());
    }
}
