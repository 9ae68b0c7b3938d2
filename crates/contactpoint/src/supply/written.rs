//! Records written in the format they came in, in a shell of the file: JSON values on lines or in an array, XML elements.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::format::Format;

/// A file of records while it is being written, in UTF-8.
pub struct Written<W> {
    out: W,
    shell: Shell,
}

/// What stands around the records.
enum Shell {
    /// Nothing: one on every line.
    Lines,
    /// The members that lead to an array. How many objects are open around it, and whether a record is in it.
    Array { objects: usize, has_records: bool },
    /// Elements.
    Elements {
        /// The elements that lead to a row.
        row: Vec<String>,
        /// Those that are open.
        open: Vec<String>,
        /// What was last written of elements that hold for all rows behind them: `/Message/School/URN`.
        beside: Map<String, Value>,
    },
}

impl<W: Write> Written<W> {
    /// Begins a file of a format that has records. `None`: the format has none.
    ///
    /// # Errors
    /// What writing gives.
    pub fn begin(format: &Format, mut out: W) -> io::Result<Option<Written<W>>> {
        let shell = match format {
            Format::Separated | Format::Parquet => return Ok(None),
            Format::JsonLines => Shell::Lines,
            Format::Json(members) => {
                for member in members {
                    write!(out, "{{{}:", Value::from(member.as_str()))?;
                }
                out.write_all(b"[")?;
                Shell::Array {
                    objects: members.len(),
                    has_records: false,
                }
            }
            Format::Xml(row) => {
                out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
                Shell::Elements {
                    row: row.clone(),
                    open: Vec::new(),
                    beside: Map::new(),
                }
            }
        };
        Ok(Some(Written { out, shell }))
    }

    /// Writes a record.
    ///
    /// # Errors
    /// What writing gives.
    pub fn write(&mut self, record: &Value) -> io::Result<()> {
        match &mut self.shell {
            Shell::Lines => writeln!(self.out, "{record}"),
            Shell::Array { has_records, .. } => {
                let before = if *has_records { ",\n" } else { "\n" };
                *has_records = true;
                write!(self.out, "{before}{record}")
            }
            Shell::Elements { row, open, beside } => {
                let Some((name, parents)) = row.split_last() else {
                    return Ok(());
                };
                for (path, value) in record.as_object().into_iter().flatten() {
                    if path.starts_with('/') && beside.get(path) != Some(value) {
                        beside.insert(path.clone(), value.clone());
                        write_beside(&mut self.out, open, (path, value))?;
                    }
                }
                go(&mut self.out, open, parents)?;
                self.out.write_all(b"\n")?;
                write_element(&mut self.out, name, record)
            }
        }
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What writing gives.
    pub fn end(mut self) -> io::Result<W> {
        match &mut self.shell {
            Shell::Lines => {}
            Shell::Array { objects, .. } => {
                writeln!(self.out, "\n]{}", "}".repeat(*objects))?;
            }
            Shell::Elements { row, open, .. } => {
                let parents = row.split_last().map_or(&[][..], |(_, parents)| parents);
                go(&mut self.out, open, parents)?;
                self.out.write_all(b"\n")?;
                go(&mut self.out, open, &[])?;
                self.out.write_all(b"\n")?;
            }
        }
        self.out.flush()?;
        Ok(self.out)
    }
}

/// An element beside the rows that holds for those behind it.
fn write_beside(
    out: &mut impl Write,
    open: &mut Vec<String>,
    (path, value): (&str, &Value),
) -> io::Result<()> {
    let way: Vec<String> = path.split('/').skip(1).map(ToOwned::to_owned).collect();
    match way.split_last() {
        Some((name, parents)) => {
            go(out, open, parents)?;
            write_element(out, name, value)
        }
        None => Ok(()),
    }
}

/// Closes and opens elements until those of a way are open.
fn go(out: &mut impl Write, open: &mut Vec<String>, way: &[String]) -> io::Result<()> {
    while !way.starts_with(open) {
        if let Some(name) = open.pop() {
            write!(out, "</{name}>")?;
        }
    }
    for name in way.get(open.len()..).unwrap_or(&[]) {
        write!(out, "<{name}>")?;
        open.push(name.clone());
    }
    Ok(())
}

fn write_element(out: &mut impl Write, name: &str, value: &Value) -> io::Result<()> {
    match value {
        Value::Array(values) => values
            .iter()
            .try_for_each(|value| write_element(out, name, value)),
        Value::Object(members) => {
            write!(out, "<{name}")?;
            for (attribute, value) in members {
                if let (Some(attribute), Some(text)) = (attribute.strip_prefix('@'), value.as_str())
                {
                    write!(out, " {attribute}=\"{}\"", escaped(text))?;
                }
            }
            out.write_all(b">")?;
            for (inner, value) in members {
                match inner.as_str() {
                    "text()" => write_text(out, value)?,
                    inner if inner.starts_with(['@', '/']) => {}
                    inner => write_element(out, inner, value)?,
                }
            }
            write!(out, "</{name}>")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            write!(out, "<{name}>")?;
            write_text(out, value)?;
            write!(out, "</{name}>")
        }
    }
}

fn write_text(out: &mut impl Write, value: &Value) -> io::Result<()> {
    match value {
        Value::String(text) => out.write_all(escaped(text).as_bytes()),
        Value::Array(values) => values.iter().try_for_each(|value| write_text(out, value)),
        Value::Null | Value::Object(_) => Ok(()),
        Value::Bool(_) | Value::Number(_) => write!(out, "{value}"),
    }
}

/// A text as XML writes it. Characters that XML 1.0 cannot have are left out: no reader takes them.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
#[path = "written_tests.rs"]
mod tests;
