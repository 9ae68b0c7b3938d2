//! The program as a process of its own, which is killed.

use std::io::{self, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The signal that nothing can be done about.
const SIGKILL: i32 = 9;

/// How a process came to its end, and what it had said by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Whether it was killed before it ended by itself.
    pub is_killed: bool,
    /// Whether it ended with success.
    pub is_good: bool,
    /// Its answer.
    pub answer: String,
    /// Its remarks.
    pub remarks: String,
}

impl Ended {
    /// Whether it said this, in its answer or beside it.
    pub fn says(&self, words: &str) -> bool {
        self.answer.contains(words) || self.remarks.contains(words)
    }
}

/// Starts this program on a directory.
///
/// # Errors
/// What the system says.
pub fn start(program: &Path, data: &Path, arguments: &[String]) -> io::Result<Child> {
    Command::new(program)
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Kills a process, unless it has ended.
///
/// # Errors
/// What the system says.
pub fn kill(mut child: Child) -> io::Result<Ended> {
    child.kill()?;
    ended(child)
}

/// Waits for a process to end by itself. What it says is a few kilobytes, which a pipe holds: nobody has to read meanwhile.
///
/// # Errors
/// What the system says.
pub fn ended(mut child: Child) -> io::Result<Ended> {
    let status = child.wait()?;
    let (mut answer, mut remarks) = (String::new(), String::new());
    if let Some(mut out) = child.stdout.take() {
        out.read_to_string(&mut answer)?;
    }
    if let Some(mut out) = child.stderr.take() {
        out.read_to_string(&mut remarks)?;
    }
    Ok(Ended {
        is_killed: status.signal() == Some(SIGKILL),
        is_good: status.success(),
        answer,
        remarks,
    })
}
