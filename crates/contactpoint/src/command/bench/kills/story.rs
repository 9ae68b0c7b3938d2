//! What is done to a directory: the commands of a story, one after the other, each as an operator would type it.

use std::fs;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use directory::Date;
use jiff::ToSpan as _;

/// What a load says when it is done.
pub const LOADED: &str = "This was run";
/// Of so many rows of a full file the later one lacks one: too few to be held.
const ROWS_PER_ENDED: usize = 40;

/// One command of a story.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it does, in words.
    pub name: &'static str,
    /// The run that it begins, ends or takes back, when it is of one.
    pub run: Option<i64>,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it says when it is done.
    pub says: &'static str,
    /// What it says when it was done before, with another exit code than success.
    pub said_before: Option<&'static str>,
}

/// A story, and what its directory is called.
#[derive(Clone, Debug)]
pub struct Story {
    /// What it is called.
    pub name: &'static str,
    /// Its commands.
    pub steps: Vec<Step>,
}

/// The two stories: files as runs, ended, taken back and loaded again; and a first load.
pub fn stories(england: &Path, today: Date) -> [Story; 2] {
    let load = |run: i64, name: &'static str, (file, days, how): (&str, i64, &str)| {
        let drawn = today.checked_sub(days.days()).unwrap_or(today).to_string();
        let supplier = if file == "births" { "births" } else { "nhs" };
        let path = england.join(format!("{file}.csv")).display().to_string();
        let words = ["supply", "load", "--supplier", supplier, "--extracted"];
        let words = words
            .into_iter()
            .chain([drawn.as_str(), how, path.as_str()]);
        Step {
            name,
            run: Some(run),
            arguments: words.map(ToOwned::to_owned).collect(),
            says: LOADED,
            said_before: None,
        }
    };
    let batches = vec![
        reference(england),
        load(1, "a file of changes", ("births", 9, "--delta")),
        load(2, "a full file", ("nhs", 8, "--full")),
        load(3, "a full file that ends some", ("nhs-later", 2, "--full")),
        taken_back(3),
        load(4, "the same once more", ("nhs-later", 2, "--full")),
        taken_back(1),
    ];
    let first = vec![
        reference(england),
        load(1, "a first load", ("births", 9, "--first")),
        load(2, "a first load, its second file", ("nhs", 8, "--first")),
        Step {
            name: "filing a first load",
            run: None,
            arguments: ["supply", "finish"].map(ToOwned::to_owned).into(),
            says: "is finished",
            said_before: Some("no first load is under way"),
        },
    ];
    [
        Story {
            name: "batches",
            steps: batches,
        },
        Story {
            name: "first",
            steps: first,
        },
    ]
}

fn reference(england: &Path) -> Step {
    let folder = england.display().to_string();
    Step {
        name: "reference data",
        run: None,
        arguments: ["reference", "load", &folder].map(ToOwned::to_owned).into(),
        says: "practices",
        said_before: None,
    }
}

fn taken_back(run: i64) -> Step {
    Step {
        name: "taking a run back",
        run: Some(run),
        arguments: vec!["supply".to_owned(), "take-back".to_owned(), run.to_string()],
        says: "is taken back",
        said_before: Some("was taken back before"),
    }
}

/// Writes the later full file: the same but for some rows.
///
/// # Errors
/// What the system says.
pub fn write_later(england: &Path) -> io::Result<()> {
    let lines = BufReader::new(fs::File::open(england.join("nhs.csv"))?).lines();
    let mut later = BufWriter::new(fs::File::create(england.join("nhs-later.csv"))?);
    for (at, line) in lines.enumerate() {
        let is_left_out = at.checked_rem(ROWS_PER_ENDED) == Some(1);
        if !is_left_out {
            writeln!(later, "{}", line?)?;
        }
    }
    later.flush()
}
