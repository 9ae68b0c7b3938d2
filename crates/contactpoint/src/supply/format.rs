//! How a supplier writes its file: as separated values, JSON or XML, and in which encoding.

/// How a file is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Separated values with a heading (RFC 4180).
    #[default]
    Separated,
    /// One JSON object on every line.
    JsonLines,
    /// One JSON array of objects. With the members that lead to it; none: the file is the array.
    Json(Vec<String>),
    /// XML (1.0, without a document type). With the elements that lead to a row, the outermost first.
    Xml(Vec<String>),
    /// Parquet, by a program that was built with it. Its columns are those of separated values.
    Parquet,
}

/// The encoding of a file. A mark of UTF-8 or UTF-16 at its beginning says more than the declared one, but for UTF-8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// Another of the Encoding Standard, as Windows-1252, or UTF-16 as a spreadsheet writes it.
    Other(&'static encoding_rs::Encoding),
}

impl Format {
    /// The format a word of a mapping names, and where its rows are.
    ///
    /// # Errors
    /// What a mapping must say.
    pub fn parse(word: Option<&str>, rows: Option<&str>) -> Result<Format, &'static str> {
        let steps = |path: &str| path.split('/').map(ToOwned::to_owned).collect();
        match (word.unwrap_or("csv"), rows) {
            (_, Some(path)) if path.split('/').any(str::is_empty) => {
                Err("`rows` is names with / between them")
            }
            ("csv", None) => Ok(Format::Separated),
            ("parquet", None) => Ok(Format::Parquet),
            ("ndjson", None) => Ok(Format::JsonLines),
            ("json", rows) => Ok(Format::Json(rows.map_or_else(Vec::new, steps))),
            ("xml", Some(rows)) => Ok(Format::Xml(steps(rows))),
            ("xml", None) => Err("`rows` says which element is a row: Message/Pupils/Pupil"),
            ("csv" | "ndjson" | "parquet", Some(_)) => Err("`rows` stands with json and xml only"),
            _ => Err("`format` is csv, json, ndjson, parquet or xml"),
        }
    }
}

impl Encoding {
    /// The encoding a word of a mapping names: any label of the Encoding Standard, but for those that it never decodes.
    #[must_use]
    pub fn parse(word: &str) -> Option<Encoding> {
        let known = encoding_rs::Encoding::for_label_no_replacement(word.as_bytes())?;
        if known == encoding_rs::UTF_8 {
            return Some(Encoding::Utf8);
        }
        Some(Encoding::Other(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_of_the_standard_names_its_encoding() {
        for (labels, expected) in [
            (&["utf-8", "UTF8", "unicode-1-1-utf-8"][..], Encoding::Utf8),
            (
                &["windows-1252", "iso-8859-1", "latin1", "cp1252", "us-ascii"],
                Encoding::Other(encoding_rs::WINDOWS_1252),
            ),
            (
                &["utf-16", "utf-16le"],
                Encoding::Other(encoding_rs::UTF_16LE),
            ),
            (&["utf-16be"], Encoding::Other(encoding_rs::UTF_16BE)),
            (&["iso-8859-14"], Encoding::Other(encoding_rs::ISO_8859_14)),
            (&["macintosh"], Encoding::Other(encoding_rs::MACINTOSH)),
        ] {
            for label in labels {
                assert_eq!(Encoding::parse(label), Some(expected), "{label}");
            }
        }
        for no_label in ["", "ebcdic", "utf-32", "cp037", "replacement", "hz-gb-2312"] {
            assert_eq!(Encoding::parse(no_label), None, "{no_label}");
        }
    }
}
