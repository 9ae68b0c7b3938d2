//! Elements of XML, written into memory.

use jiff::civil::Date;

use crate::calendar::{DateStyle, write_date};

/// Elements that have been written.
#[derive(Default)]
pub struct Xml {
    /// What has been written so far.
    pub bytes: Vec<u8>,
}

impl Xml {
    /// Begins an element.
    pub fn begin(&mut self, name: &str) {
        self.put(&["<", name, ">"]);
    }

    /// Ends an element.
    pub fn end(&mut self, name: &str) {
        self.put(&["</", name, ">"]);
    }

    /// Ends an element and the line.
    pub fn end_line(&mut self, name: &str) {
        self.put(&["</", name, ">\n"]);
    }

    /// An element with a text; nothing when the text is empty.
    pub fn text(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        self.begin(name);
        for byte in text.bytes() {
            match byte {
                b'&' => self.put(&["&amp;"]),
                b'<' => self.put(&["&lt;"]),
                b'>' => self.put(&["&gt;"]),
                byte => self.bytes.push(byte),
            }
        }
        self.end(name);
    }

    /// An element with a day, year first; nothing when there is none.
    pub fn day(&mut self, name: &str, day: Option<Date>) {
        if let Some(day) = day {
            self.begin(name);
            write_date(&mut self.bytes, day, DateStyle::Iso);
            self.end(name);
        }
    }

    fn put(&mut self, parts: &[&str]) {
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_xml_are_written_as_entities_and_nothing_as_nothing() {
        let mut xml = Xml::default();
        xml.text("Name", "O'Brien & Söhne <1>");
        xml.text("None", "");
        xml.day("Day", None);
        let written = String::from_utf8(xml.bytes).unwrap();
        assert_eq!(written, "<Name>O'Brien &amp; Söhne &lt;1&gt;</Name>");
    }
}
