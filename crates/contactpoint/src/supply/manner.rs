//! How a mapping reads a file, as a text whose form is stated here and stays: the same file read in the same way is known again by it,
//! whatever program reads it.
//!
//! Line by line a name, and texts that each have their length in bytes before them: `column 4:Name 11:family-name …`. Every word is one
//! that mappings are written in. What a mapping calls itself is left out: it changes nothing of what is read.

use std::fmt::Write as _;

use directory::organisation::Sector;

use super::column::{Column, Presence};
use super::date_form::DateForm;
use super::format::{Encoding, Format};
use super::mapping::{AuthorityFrom, Mapping, Services};
use super::tables::Tables;

/// The form of these texts. Another one knows no file again that was taken before: its run changes nothing.
const FORM: &str = "1";

/// A text of lines.
struct Lines(String);

/// How a mapping reads a file.
#[must_use]
pub fn manner(mapping: &Mapping) -> String {
    // What is added to a mapping is decided here: whether it changes what is read.
    let Mapping {
        name: _,
        title: _,
        supplier,
        sector,
        services,
        authority_from,
        reach: _,
        format,
        encoding,
        delimiter,
        tables,
        only,
        columns,
        ignored,
        constants,
    } = mapping;
    let mut lines = Lines(String::new());
    lines.say("form", &[FORM]);
    lines.say("supplier", &[supplier.code.as_str(), supplier.kind.code()]);
    lines.say("sector", &[sector.map_or("", Sector::words)]);
    lines.say("services", &[services_word(*services)]);
    lines.say("authority-from", &[authority_from_word(*authority_from)]);
    lines.format(format);
    lines.say("encoding", &[&encoding_word(*encoding)]);
    lines.say("delimiter", &[&delimiter.to_string()]);
    if let Some(tables) = tables {
        lines.tables(tables);
    }
    for (name, values) in only {
        let said = std::iter::once(&**name).chain(values.iter().map(String::as_str));
        lines.say("only", &said.collect::<Vec<&str>>());
    }
    columns.iter().for_each(|column| lines.column(column));
    for name in ignored {
        lines.say("ignored", &[name]);
    }
    for (meaning, value) in constants {
        lines.say("constant", &[meaning.word(), value]);
    }
    lines.0
}

impl Lines {
    fn say(&mut self, name: &str, texts: &[&str]) {
        self.0.push_str(name);
        for text in texts {
            let Ok(()) = write!(self.0, " {}:{text}", text.len()) else {
                return;
            };
        }
        self.0.push('\n');
    }

    fn format(&mut self, format: &Format) {
        let (word, steps): (&str, &[String]) = match format {
            Format::Separated => ("csv", &[]),
            Format::JsonLines => ("ndjson", &[]),
            Format::Json(steps) => ("json", steps),
            Format::Xml(steps) => ("xml", steps),
            Format::Parquet => ("parquet", &[]),
        };
        let steps = steps.iter().map(String::as_str);
        let texts: Vec<&str> = std::iter::once(word).chain(steps).collect();
        self.say("format", &texts);
    }

    fn tables(&mut self, tables: &Tables) {
        self.say("rows", &[&tables.rows]);
        for (name, beside) in &tables.beside {
            let latest = beside.latest.as_deref().unwrap_or_default();
            self.say("beside", &[name, &beside.key, &beside.by, latest]);
            for (column, value) in &beside.only {
                self.say("beside-only", &[name, column, value]);
            }
        }
    }

    fn column(&mut self, column: &Column) {
        let presence = match column.presence {
            Presence::Value => "value",
            Presence::Column => "column",
            Presence::Optional => "optional",
        };
        let carer = column.carer.to_string();
        let meaning = column.meaning.word();
        self.say("column", &[&column.name, meaning, presence, &carer]);
        for form in &column.dates {
            self.say("date", &[DateForm::example(*form)]);
        }
        for (code, meaning) in &column.codes {
            self.say("code", &[code, meaning.word()]);
        }
    }
}

fn services_word(services: Services) -> &'static str {
    match services {
        Services::Mixed => "mixed",
        Services::Sensitive => "sensitive",
    }
}

fn authority_from_word(from: AuthorityFrom) -> &'static str {
    match from {
        AuthorityFrom::Nowhere => "nowhere",
        AuthorityFrom::Place => "place",
    }
}

/// The name that the Encoding Standard gives it, in small letters; UTF-16 was written without the end that comes first.
fn encoding_word(encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => "utf-8".to_owned(),
        Encoding::Other(other) if other == encoding_rs::UTF_16LE => "utf-16".to_owned(),
        Encoding::Other(other) => other.name().to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::supply::{built_in, names, ready};

    const TEXT: &str = "\
        name = \"x\"\ntitle = \"X\"\ncode = \"x\"\nkind = \"local\"\nsector = \"education\"\nformat = \"json\"\nrows = \"a/b\"\n\
        [columns]\nK = { is = \"key\" }\nB = { is = \"born\", dates = [\"dd/mm/yyyy\", \"yyyy-mm-dd\"], needs = \"column\" }\n\
        G = { is = \"gender\", codes = { 1 = \"male\" } }\nF = { is = \"family-name\" }\nO = { ignored = \"old\" }\nT = { only = \"P\" }\n";

    /// What was written once is written for ever: files are known again by it.
    #[test]
    fn how_a_file_is_read_is_written_as_it_was_ever_written() {
        let mapping = Mapping::parse(TEXT).unwrap();
        let expected = "form 1:1\nsupplier 1:x 5:local\nsector 9:education\nservices 5:mixed\nauthority-from 7:nowhere\n\
             format 4:json 1:a 1:b\nencoding 5:utf-8\ndelimiter 2:44\nonly 1:T 1:P\ncolumn 1:K 3:key 5:value 1:1\n\
             column 1:B 4:born 6:column 1:1\ndate 10:05/03/2019\ndate 10:2019-03-05\ncolumn 1:G 6:gender 6:column 1:1\n\
             code 1:1 4:male\ncolumn 1:F 11:family-name 6:column 1:1\nignored 1:O\n";
        assert_eq!(manner(&mapping), expected);
    }

    #[test]
    fn an_encoding_is_written_as_it_was_ever_written_whatever_its_label() {
        for (label, word) in [
            ("utf-8", "utf-8"),
            ("utf8", "utf-8"),
            ("windows-1252", "windows-1252"),
            ("iso-8859-1", "windows-1252"),
            ("utf-16", "utf-16"),
            ("utf-16be", "utf-16be"),
            ("Latin2", "iso-8859-2"),
        ] {
            let encoding = Encoding::parse(label).unwrap();
            assert_eq!(encoding_word(encoding), word, "{label}");
        }
    }

    #[test]
    fn what_changes_what_is_read_is_another_manner_and_a_title_is_not() {
        let same = |other: &str| {
            manner(&Mapping::parse(other).unwrap()) == manner(&Mapping::parse(TEXT).unwrap())
        };
        assert!(same(&TEXT.replace("title = \"X\"", "title = \"Another\"")));
        for (what, other) in [
            ("dd/mm/yyyy", "dd-mm-yyyy"),
            ("\"male\"", "\"female\""),
            ("K = {", "L = {"),
            ("a/b", "a/b/c"),
            ("\"P\"", "\"Q\""),
        ] {
            assert!(!same(&TEXT.replace(what, other)), "{what}");
        }
    }

    #[test]
    fn every_mapping_the_program_carries_has_a_manner_of_its_own() {
        let mut seen = HashMap::new();
        for name in names().chain(ready()) {
            let text = manner(&built_in(name).unwrap().unwrap());
            assert_eq!(seen.insert(text, name), None, "{name}");
        }
    }
}
