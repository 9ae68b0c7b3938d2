//! Writes a synthetic England to a folder: `generate CHILDREN SEED FOLDER`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use england::{Options, write};
use jiff::civil::date;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(children), Some(seed), Some(folder)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(io::Error::other("usage: generate CHILDREN SEED FOLDER"));
    };
    let children = children.parse().map_err(io::Error::other)?;
    let seed = seed.parse().map_err(io::Error::other)?;
    let options = Options {
        children,
        seed,
        today: date(2026, 9, 14),
    };
    fs::create_dir_all(&folder)?;
    let mut open = |name: &str| -> io::Result<Box<dyn Write + Send>> {
        let file = File::create(Path::new(&folder).join([name, ".csv"].concat()))?;
        Ok(Box::new(BufWriter::new(file)))
    };
    let summary = write(&options, &mut open, &mut |_| {})?;
    writeln!(io::stdout(), "{summary:?}")
}
