//! Whether two paths name one file, however they are written.

use std::io;
use std::path::{Path, PathBuf};

/// Whether two paths name one file, which may not be there yet.
pub fn is_same(one: &Path, other: &Path) -> bool {
    whole(one) == whole(other)
}

/// The path from the root, without links; of a file that is not there yet, that of its folder with its name.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| in_its_folder(path))
        .unwrap_or_else(|_| path.to_owned())
}

fn in_its_folder(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    Ok(folder.unwrap_or(Path::new(".")).canonicalize()?.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_by_any_path_whether_it_is_there_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        std::fs::create_dir(here.join("in")).unwrap();
        for is_there in [false, true] {
            if is_there {
                std::fs::write(here.join("a.csv"), "a").unwrap();
            }
            assert!(is_same(&here.join("a.csv"), &here.join("in/../a.csv")));
            assert!(!is_same(&here.join("a.csv"), &here.join("in/a.csv")));
        }
        assert!(is_same(Path::new("none.csv"), Path::new("./none.csv")));
        assert!(!is_same(Path::new("none.csv"), Path::new("other.csv")));
    }
}
