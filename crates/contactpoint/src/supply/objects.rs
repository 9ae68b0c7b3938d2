//! The objects of a JSON file, one after the other: of one array, or one on every line (RFC 8259). Memory holds one object.

use std::collections::BTreeSet;
use std::io::{self, Read};

use serde_json::Value;

use super::balance::Balance;
use super::case_information::is_case_information;
use super::complaint::Complaint;
use super::every_value::EveryValue;
use super::limit::{COLUMNS_MAX, NAMES_LEFT_OUT_MAX, PATH_CHARACTERS_MAX, RECORD_BYTES_MAX};
use super::window::Window;

/// The objects of a file.
#[derive(Debug)]
pub struct Objects<R> {
    window: Window<R>,
    line: u64,
    place: Place,
    /// Members on the way to the array that look like case information, and their lines; not told of yet.
    passed: Vec<(u64, String)>,
    /// All members beside the records that were passed over, when they are to be noted.
    passed_over: Option<BTreeSet<String>>,
    /// How many objects are open around the array.
    around: usize,
}

/// Where reading is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Between lines that are objects.
    Lines,
    /// Before the array, with the members that lead to it.
    Before(Vec<String>),
    /// In the array; whether a comma must come before the next object.
    Within(bool),
    /// Behind the array, or where the file cannot be understood any more.
    After,
}

/// What came next.
#[derive(Debug)]
pub enum Next {
    /// An object, or another value; and its line.
    Record(u64, Value),
    /// Something that is not one.
    Broken(u64, Complaint),
    /// Something beside the records that looks like case information: its line, and where it is.
    CaseInformation(u64, String),
    /// The file is at its end.
    End,
}

const MARK_UTF8: &[u8] = "\u{feff}".as_bytes();

impl<R: Read> Objects<R> {
    /// The objects on the lines of a file.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn of_lines(reader: R) -> io::Result<Objects<R>> {
        Objects::new(reader, Place::Lines)
    }

    /// The objects of the array to which some members lead.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn of_array(reader: R, members: &[String]) -> io::Result<Objects<R>> {
        Objects::new(reader, Place::Before(members.to_vec()))
    }

    /// Notes from now on which members beside the records are passed over.
    #[must_use]
    pub fn noting(mut self) -> Objects<R> {
        self.passed_over = Some(BTreeSet::new());
        self
    }

    /// How many bytes of the file have been taken.
    pub fn bytes(&self) -> u64 {
        self.window.bytes()
    }

    /// The next object.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn next(&mut self) -> io::Result<Next> {
        if let Place::Before(members) = &mut self.place {
            let members = std::mem::take(members);
            self.place = Place::Within(false);
            if !self.enter(&members)? {
                return Ok(self.lost());
            }
        }
        if let Some((line, name)) = self.passed.pop() {
            return Ok(Next::CaseInformation(line, name));
        }
        match self.place {
            Place::Lines => self.next_line(),
            Place::Within(needs_comma) => self.next_element(needs_comma),
            Place::Before(_) | Place::After => Ok(Next::End),
        }
    }

    /// The members that were passed over, each cut to [`PATH_CHARACTERS_MAX`] and beginning with `/`, when they were noted: before the records, and when they are at their end, behind them.
    ///
    /// # Errors
    /// What the reader returns.
    pub fn passed_over(&mut self) -> io::Result<BTreeSet<String>> {
        let around = std::mem::take(&mut self.around);
        for _ in 0..around {
            self.skip_space()?;
            if self.take(b',')? {
                // No member is taken for this: all that is left is passed over.
                self.find_member(None)?;
            }
            self.take(b'}')?;
        }
        Ok(self.passed_over.take().unwrap_or_default())
    }

    fn new(reader: R, place: Place) -> io::Result<Objects<R>> {
        let mut objects = Objects {
            window: Window::new(reader),
            line: 1,
            place,
            passed: Vec::new(),
            passed_over: None,
            around: 0,
        };
        objects.window.fill(MARK_UTF8.len())?;
        if objects.window.waiting().starts_with(MARK_UTF8) {
            objects.window.step(MARK_UTF8.len());
        }
        Ok(objects)
    }

    fn next_line(&mut self) -> io::Result<Next> {
        loop {
            self.window.fill(RECORD_BYTES_MAX)?;
            let waiting = self.window.waiting();
            if waiting.is_empty() {
                return Ok(Next::End);
            }
            let line = self.line;
            let room = waiting.get(..RECORD_BYTES_MAX).unwrap_or(waiting);
            let end = room.iter().position(|byte| *byte == b'\n');
            let text = room.get(..end.unwrap_or(room.len())).unwrap_or(&[]);
            let is_whole = end.is_some() || waiting.len() < RECORD_BYTES_MAX;
            let is_blank = text.trim_ascii().is_empty();
            let next = parsed(line, text);
            self.window.step(text.len());
            self.skip_while(|byte| byte != b'\n')?;
            self.take(b'\n')?;
            if !is_whole {
                return Ok(Next::Broken(line, Complaint::RowTooLong));
            }
            if !is_blank {
                return Ok(next);
            }
        }
    }

    fn next_element(&mut self, needs_comma: bool) -> io::Result<Next> {
        self.skip_space()?;
        if self.take(b']')? {
            self.place = Place::After;
            return Ok(Next::End);
        }
        if needs_comma && !self.take(b',')? {
            return Ok(self.lost());
        }
        self.skip_space()?;
        self.place = Place::Within(true);
        let line = self.line;
        self.window.fill(RECORD_BYTES_MAX)?;
        let waiting = self.window.waiting();
        if waiting.first() != Some(&b'{') {
            return Ok(self.lost());
        }
        let mut balance = Balance::default();
        let room = waiting.get(..RECORD_BYTES_MAX).unwrap_or(waiting);
        if let Some(length) = balance.end_of(room) {
            let next = parsed(line, room.get(..length).unwrap_or(&[]));
            self.step(length);
            return Ok(next);
        }
        self.skip_balanced(Balance::default())?;
        if self.window.waiting().is_empty() {
            return Ok(self.lost());
        }
        Ok(Next::Broken(line, Complaint::RowTooLong))
    }

    /// Goes into the members that lead to the array, and into the array. `false`: it is not there.
    fn enter(&mut self, members: &[String]) -> io::Result<bool> {
        for member in members {
            self.skip_space()?;
            if !self.take(b'{')? || !self.find_member(Some(member))? {
                return Ok(false);
            }
            self.around = self.around.saturating_add(1);
        }
        self.skip_space()?;
        self.take(b'[')
    }

    /// Goes behind the name of a member of the object that reading is in.
    fn find_member(&mut self, member: Option<&str>) -> io::Result<bool> {
        loop {
            self.skip_space()?;
            self.window.fill(RECORD_BYTES_MAX)?;
            let waiting = self.window.waiting();
            let Some(length) = Balance::default().end_of(waiting) else {
                return Ok(false);
            };
            let name = waiting.get(..length).unwrap_or(&[]);
            let named = serde_json::from_slice::<String>(name).ok();
            let is_it = member.is_some() && named.as_deref() == member;
            let is_name = name.first() == Some(&b'"');
            let line = self.line;
            self.step(length);
            self.skip_space()?;
            if !is_name || !self.take(b':')? {
                return Ok(false);
            }
            if is_it {
                return Ok(true);
            }
            self.note_passed(named.as_deref().unwrap_or(""));
            let passed = named.filter(|name| is_case_information(name));
            if let (Some(name), true) = (passed, self.passed.len() < COLUMNS_MAX) {
                self.passed.push((line, told(&format!("/{name}"))));
            }
            self.skip_space()?;
            self.skip_balanced(Balance::default())?;
            self.skip_while(|byte| byte != b',' && byte != b'}')?;
            if !self.take(b',')? {
                return Ok(false);
            }
        }
    }

    fn note_passed(&mut self, name: &str) {
        if let Some(noted) = &mut self.passed_over
            && noted.len() <= NAMES_LEFT_OUT_MAX
        {
            noted.insert(told(&format!("/{name}")));
        }
    }

    /// Passes over a value of any length.
    fn skip_balanced(&mut self, mut balance: Balance) -> io::Result<()> {
        loop {
            self.window.fill(1)?;
            let waiting = self.window.waiting();
            if waiting.is_empty() {
                return Ok(());
            }
            match balance.end_of(waiting) {
                Some(length) => {
                    self.step(length);
                    return Ok(());
                }
                None => self.step(waiting.len()),
            }
        }
    }

    fn skip_space(&mut self) -> io::Result<()> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn skip_while(&mut self, is_skipped: fn(u8) -> bool) -> io::Result<()> {
        loop {
            self.window.fill(1)?;
            let waiting = self.window.waiting();
            let end = waiting.iter().position(|byte| !is_skipped(*byte));
            let length = end.unwrap_or(waiting.len());
            self.step(length);
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    fn take(&mut self, byte: u8) -> io::Result<bool> {
        self.window.fill(1)?;
        let is_there = self.window.waiting().first() == Some(&byte);
        if is_there {
            self.step(1);
        }
        Ok(is_there)
    }

    fn step(&mut self, bytes: usize) {
        let stepped = self.window.waiting().get(..bytes).unwrap_or(&[]);
        let lines = stepped.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(lines as u64);
        self.window.step(bytes);
    }

    /// Nothing behind this place can be understood.
    fn lost(&mut self) -> Next {
        self.place = Place::After;
        let complaint = if self.window.waiting().is_empty() {
            Complaint::CutShort
        } else {
            Complaint::NotJson
        };
        Next::Broken(self.line, complaint)
    }
}

/// A path as it is told of: no longer than it can be.
pub(super) fn told(path: &str) -> String {
    path.chars().take(PATH_CHARACTERS_MAX).collect()
}

fn parsed(line: u64, text: &[u8]) -> Next {
    if std::str::from_utf8(text).is_err() {
        return Next::Broken(line, Complaint::NotText);
    }
    match serde_json::from_slice(text) {
        Ok(EveryValue(value)) => Next::Record(line, value),
        Err(_) => Next::Broken(line, Complaint::NotJson),
    }
}

#[cfg(test)]
#[path = "objects_tests.rs"]
mod tests;
