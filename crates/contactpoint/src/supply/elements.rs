//! The rows of an XML file: the elements that the mapping says are rows. No document type, no entities of its own, one row in memory.

use std::collections::BTreeSet;
use std::io::{self, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::case_information::is_case_information;
use super::complaint::Complaint;
use super::limit::{COLUMNS_MAX, NAMES_LEFT_OUT_MAX, RECORD_BYTES_MAX, RECORD_DEPTH_MAX};
use super::metered::Metered;
use super::objects::{Next, told};

/// The rows of a file.
pub struct Elements<R> {
    reader: Reader<Metered<R>>,
    buffer: Vec<u8>,
    /// The elements that lead to a row.
    row: Vec<String>,
    /// Elements beside the rows, each with what it says for the rows behind it.
    beside: Vec<Beside>,
    /// The elements that reading is in.
    open: Vec<String>,
    /// Elements beside the rows that looked like case information, each told of once.
    told: Vec<String>,
    /// Elements beside the rows that lead nowhere, when they are to be noted: what is in them is passed over.
    passed: Option<BTreeSet<String>>,
    is_over: bool,
}

/// An element beside the rows whose text holds for every row behind it.
struct Beside {
    /// The name of the column: `/Message/School/URN`.
    name: String,
    way: Vec<String>,
    text: Option<String>,
}

/// An element of a row while it is being read.
#[derive(Default)]
struct Element {
    name: String,
    members: Map<String, Value>,
    text: String,
}

/// Why a row, or the rest of the file, cannot be read.
enum Lost {
    Reading(io::Error),
    /// Nothing behind this place can be understood.
    File(Complaint),
}

impl<R: Read> Elements<R> {
    /// The elements of a file to which some elements lead, the outermost first. With the names of columns beside the rows: those
    /// that begin with `/`.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn new(reader: R, row: &[String], beside: &[&str]) -> io::Result<Elements<R>> {
        let mut reader = Reader::from_reader(Metered::new(reader)?);
        reader.config_mut().expand_empty_elements = true;
        Ok(Elements {
            reader,
            buffer: Vec::new(),
            row: row.to_vec(),
            beside: beside.iter().map(|name| Beside::named(name)).collect(),
            open: Vec::new(),
            told: Vec::new(),
            passed: None,
            is_over: false,
        })
    }

    /// Notes from now on which elements beside the rows are passed over.
    #[must_use]
    pub fn noting(mut self) -> Elements<R> {
        self.passed = Some(BTreeSet::new());
        self
    }

    /// How many bytes of the file have been taken.
    pub fn bytes(&self) -> u64 {
        self.reader.get_ref().bytes()
    }

    /// The outermost elements that were passed over so far, each cut to `PATH_CHARACTERS_MAX` and beginning with `/`, when they were noted.
    pub fn passed_over(&mut self) -> BTreeSet<String> {
        self.passed.take().unwrap_or_default()
    }

    /// The next row.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn next(&mut self) -> io::Result<Next> {
        if self.is_over {
            return Ok(Next::End);
        }
        match self.find_row() {
            Ok(next) => Ok(next),
            Err(Lost::Reading(error)) => Err(error),
            Err(Lost::File(complaint)) => {
                self.is_over = true;
                Ok(Next::Broken(self.line(), complaint))
            }
        }
    }

    fn find_row(&mut self) -> Result<Next, Lost> {
        loop {
            self.reader.get_mut().allow();
            match self.event()? {
                Event::Start(start) => {
                    let element = begun(&start)?;
                    self.open.push(element.name.clone());
                    if self.open.len() > RECORD_DEPTH_MAX {
                        return Err(Lost::File(Complaint::TooDeep));
                    }
                    if self.open == self.row {
                        let line = self.line();
                        let mut value = self.element(element, 0)?;
                        self.put_beside(&mut value);
                        return Ok(Next::Record(line, value));
                    }
                    self.note_passed();
                    if let Some(path) = self.untold_case_information() {
                        return Ok(Next::CaseInformation(self.line(), path));
                    }
                    self.look_beside(element)?;
                }
                Event::End(_) => {
                    self.open.pop();
                }
                Event::DocType(_) => return Err(Lost::File(Complaint::DocumentType)),
                Event::Eof => {
                    if !self.open.is_empty() {
                        return Err(Lost::File(Complaint::CutShort));
                    }
                    self.is_over = true;
                    return Ok(Next::End);
                }
                _ => {}
            }
        }
    }

    /// Notes the element that has just begun beside the rows, when it leads to nothing that is taken and is the outermost that does not.
    fn note_passed(&mut self) {
        let Some(passed) = &mut self.passed else {
            return;
        };
        let leads = |open: &[String]| {
            self.row.starts_with(open) || self.beside.iter().any(|one| one.way.starts_with(open))
        };
        let Some((_, parents)) = self.open.split_last() else {
            return;
        };
        if passed.len() <= NAMES_LEFT_OUT_MAX && !leads(&self.open) && leads(parents) {
            passed.insert(told(&format!("/{}", self.open.join("/"))));
        }
    }

    /// The path of the element that has just begun beside the rows, when it looks like case information and was not told of yet.
    fn untold_case_information(&mut self) -> Option<String> {
        let name = self.open.last()?;
        let is_on_the_way = self.row.starts_with(&self.open);
        if is_on_the_way || self.told.len() >= COLUMNS_MAX || !is_case_information(name) {
            return None;
        }
        let path = told(&format!("/{}", self.open.join("/")));
        if self.told.contains(&path) {
            return None;
        }
        self.told.push(path.clone());
        Some(path)
    }

    /// Keeps the text of an element that holds for the rows behind it.
    fn look_beside(&mut self, element: Element) -> Result<(), Lost> {
        let at = self
            .beside
            .iter()
            .position(|beside| beside.way == self.open);
        let Some(at) = at else { return Ok(()) };
        let value = self.element(element, 0)?;
        if let Some(beside) = self.beside.get_mut(at) {
            beside.text = value.as_str().map(ToOwned::to_owned);
        }
        Ok(())
    }

    fn put_beside(&self, row: &mut Value) {
        let Value::Object(members) = row else { return };
        for beside in &self.beside {
            if let Some(text) = &beside.text {
                members.insert(beside.name.clone(), Value::String(text.clone()));
            }
        }
    }

    /// The rest of an element that has begun, up to its end.
    fn element(&mut self, mut element: Element, depth: usize) -> Result<Value, Lost> {
        if depth > RECORD_DEPTH_MAX {
            return Err(Lost::File(Complaint::TooDeep));
        }
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let inner = begun(&start)?;
                    self.open.push(inner.name.clone());
                    let name = inner.name.clone();
                    let value = self.element(inner, depth.saturating_add(1))?;
                    put(&mut element.members, name, value);
                }
                Event::End(_) => {
                    self.open.pop();
                    return Ok(element.ended());
                }
                Event::Text(text) => element.text.push_str(&text.xml10_content()),
                Event::CData(text) => element.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        Ok(None) => predefined(&reference),
                        Err(_) => None,
                    };
                    element
                        .text
                        .push(resolved.ok_or(Lost::File(Complaint::Entity))?);
                }
                Event::DocType(_) => return Err(Lost::File(Complaint::DocumentType)),
                Event::Eof => return Err(Lost::File(Complaint::CutShort)),
                _ => {}
            }
            if element.text.len() > RECORD_BYTES_MAX {
                return Err(Lost::File(Complaint::RowTooLong));
            }
        }
    }

    fn event(&mut self) -> Result<Event<'static>, Lost> {
        self.buffer.clear();
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => Ok(event.into_owned()),
            Err(quick_xml::Error::Io(error)) if Metered::<R>::is_spent(&error) => {
                Err(Lost::File(Complaint::RowTooLong))
            }
            Err(quick_xml::Error::Encoding(_)) => Err(Lost::File(Complaint::NotText)),
            Err(quick_xml::Error::Io(error)) => Err(Lost::Reading(io::Error::new(
                error.kind(),
                error.to_string(),
            ))),
            // Something that was begun, a tag or a comment, has no end before the file has.
            Err(quick_xml::Error::Syntax(_)) => Err(Lost::File(Complaint::CutShort)),
            Err(_) => Err(Lost::File(Complaint::NotXml)),
        }
    }

    fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }
}

impl Beside {
    fn named(name: &str) -> Beside {
        let way = name.split('/').skip(1).map(ToOwned::to_owned);
        Beside {
            name: name.to_owned(),
            way: way.collect(),
            text: None,
        }
    }
}

impl Element {
    fn ended(mut self) -> Value {
        let text = self.text.trim();
        if self.members.is_empty() {
            return Value::String(text.to_owned());
        }
        if !text.is_empty() {
            let text = Value::String(text.to_owned());
            put(&mut self.members, "text()".to_owned(), text);
        }
        Value::Object(self.members)
    }
}

/// An element with its attributes, `@` before their names, without the names of name spaces.
fn begun(start: &BytesStart<'_>) -> Result<Element, Lost> {
    let mut element = Element {
        name: start.local_name().as_ref().to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Lost::File(Complaint::NotXml))?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
        let value = value.map_err(|_| Lost::File(Complaint::Entity))?;
        let name = format!("@{}", attribute.key.local_name().as_ref());
        put(
            &mut element.members,
            name,
            Value::String(value.into_owned()),
        );
    }
    Ok(element)
}

/// The entities that XML itself has; a file's own are never taken.
fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

fn put(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        Some(Value::Array(values)) => values.push(value),
        Some(one) => {
            let first = one.take();
            *one = Value::Array(vec![first, value]);
        }
        None => {
            members.insert(name, value);
        }
    }
}

#[cfg(test)]
#[path = "elements_tests.rs"]
mod tests;
