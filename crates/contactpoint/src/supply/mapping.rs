//! A supplier's mapping: which column of its file means what. Data, written in a closed language (R80, C16), not code.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use directory::organisation::Sector;
use directory::run::Reach;
use directory::service::reveals_sensitive;
use directory::statement::SourceKind;
use directory::supplied::Supplier;
use directory::text::SupplierCode;
use serde::Deserialize;

use super::case_information::is_case_information;
use super::code::Code;
use super::column::{Column, Presence};
use super::constant;
use super::date_form::DateForm;
use super::format::{Encoding, Format};
use super::in_order::InOrder;
use super::meaning::{Meaning, Needs, Part};
use super::tables::Tables;

/// The most carers one row can name.
pub const CARERS_MAX: u8 = 4;

/// A supplier's mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The name by which a command asks for it, and the stem of the file: `social_care`.
    pub name: String,
    /// What the supplier is called.
    pub title: String,
    /// The supplier as the directory keeps it. The code never gives a sensitive service away (X13, R31).
    pub supplier: Supplier,
    /// The sector it feeds (R85). `None`: a universal source of no sector.
    pub sector: Option<Sector>,
    /// Whether it is a sensitive service altogether.
    pub services: Services,
    /// Where the authority of the child's home is taken from when no column says it.
    pub authority_from: AuthorityFrom,
    /// What its files are of, when whoever sends one does not say.
    pub reach: Reach,
    /// How its files are written.
    pub format: Format,
    /// In which encoding.
    pub encoding: Encoding,
    /// What separates its fields, in separated values.
    pub delimiter: u8,
    /// The tables of which its file is made where it comes from. `None`: it is a file as it is.
    pub tables: Option<Tables>,
    /// Columns that always hold one of some values, which say what kind of row it is. A row with another is refused.
    pub only: Vec<(Arc<str>, Vec<String>)>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// The columns that are left out on purpose.
    pub ignored: Vec<Arc<str>>,
    /// Values that hold for every row because the supplier has only this one.
    pub constants: Vec<(Meaning, String)>,
}

/// Whether a supplier's rows themselves say that a sensitive service knows the child.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Services {
    /// It has ordinary services, perhaps sensitive ones too: a row without its involvement gives nothing away.
    #[default]
    Mixed,
    /// It is a sensitive service: without consent nothing of a row is kept (R28, C1).
    Sensitive,
}

/// Where the authority of the child's home (R86) is taken from when no column says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorityFrom {
    /// From nowhere: it stays unknown.
    #[default]
    Nowhere,
    /// From the area of the school or practice the row names: near enough to start from, and another source can say better.
    Place,
}

/// A mapping that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Text {
    name: String,
    title: String,
    code: String,
    kind: String,
    sector: Option<String>,
    #[serde(default)]
    services: Services,
    #[serde(default)]
    authority_from: AuthorityFrom,
    reach: Option<String>,
    format: Option<String>,
    encoding: Option<String>,
    rows: Option<String>,
    delimiter: Option<String>,
    tables: Option<Tables>,
    #[serde(default)]
    constant: BTreeMap<String, String>,
    columns: InOrder,
}

/// A column as a mapping writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnText {
    is: Option<OneOrMore>,
    needs: Option<String>,
    dates: Option<OneOrMore>,
    codes: Option<BTreeMap<String, String>>,
    carer: Option<u8>,
    ignored: Option<String>,
    only: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`Unusable`] when it says anything that the language does not know, or not enough to read a file by.
    pub fn parse(text: &str) -> Result<Mapping, Unusable> {
        let text: Text = toml::from_str(text).map_err(|error| Unusable(error.to_string()))?;
        let mut mapping = Mapping {
            supplier: supplier(&text)?,
            sector: sector(text.sector.as_deref())?,
            services: text.services,
            authority_from: text.authority_from,
            reach: reach(text.reach.as_deref())?,
            format: format(&text)?,
            encoding: encoding(text.encoding.as_deref())?,
            delimiter: delimiter(text.delimiter.as_deref())?,
            tables: text.tables,
            only: Vec::new(),
            constants: constant::read(text.constant).map_err(Unusable)?,
            name: text.name,
            title: text.title,
            columns: Vec::new(),
            ignored: Vec::new(),
        };
        for (name, column) in text.columns.0 {
            mapping.declare(&name, column)?;
        }
        mapping.check()?;
        Ok(mapping)
    }

    /// Whether its rows can say who is working with a child.
    #[must_use]
    pub fn has_involvements(&self) -> bool {
        let columns = self.columns.iter().map(|column| column.meaning);
        columns
            .into_iter()
            .any(|meaning| meaning.part() == Part::Involvement)
    }

    /// Whether its rows are of social care, which restricts records, and have no mark for those it restricts (C20).
    #[must_use]
    pub fn is_unmarked(&self) -> bool {
        let mut columns = self.columns.iter();
        self.sector == Some(Sector::SocialCare)
            && !columns.any(|column| column.meaning == Meaning::Restricted)
    }

    /// Whether a column has a meaning here, or always one value.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        let columns = self.columns.iter().map(|column| &column.name);
        let only = self.only.iter().map(|(name, _)| name);
        columns
            .chain(only)
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The value that holds for every row.
    #[must_use]
    pub fn constant(&self, meaning: Meaning) -> Option<&str> {
        self.constants
            .iter()
            .find(|(known, _)| *known == meaning)
            .map(|(_, value)| value.as_str())
    }

    fn declare(&mut self, name: &str, column: ColumnText) -> Result<(), Unusable> {
        let shared: Arc<str> = name.into();
        if let (None, None, Some(values)) = (&column.is, &column.ignored, &column.only) {
            self.only
                .push((shared, values.words().map(str::to_owned).collect()));
            return Ok(());
        }
        match (&column.is, &column.ignored) {
            (None, Some(why)) => {
                if why.trim().is_empty() {
                    return Err(Unusable(format!(
                        "column {name} is ignored without saying why"
                    )));
                }
                if is_case_information(name) {
                    return Err(Unusable(format!(
                        "column {name} names case information: the supplier must leave it out (R4)"
                    )));
                }
                self.ignored.push(shared);
                Ok(())
            }
            (Some(is), None) => {
                for word in is.words() {
                    let meaning = Meaning::parse(word).ok_or_else(|| {
                        let known: Vec<&str> = Meaning::words_in_mappings().collect();
                        Unusable(format!(
                            "column {name}: no such meaning: {word}. What a column can mean is: {}",
                            known.join(", ")
                        ))
                    })?;
                    self.columns.push(declared(&shared, meaning, &column)?);
                }
                Ok(())
            }
            (None, None) | (Some(_), Some(_)) => Err(Unusable(format!(
                "column {name} must have either `is`, `ignored` or `only`"
            ))),
        }
    }

    fn check(&self) -> Result<(), Unusable> {
        if let Some(tables) = &self.tables {
            if self.format != Format::Separated {
                return Err(Unusable("`tables` stands with csv only".into()));
            }
            tables.check().map_err(Unusable)?;
        }
        let count = |meaning| {
            let columns = self
                .columns
                .iter()
                .filter(|column| column.meaning == meaning);
            columns.count()
        };
        constant::check(self).map_err(Unusable)?;
        if count(Meaning::Key) != 1 {
            return Err(Unusable("exactly one column must be the key".into()));
        }
        for column in &self.columns {
            if !column.meaning.is_repeatable() && count(column.meaning) > 1 {
                let what = column.meaning.words();
                return Err(Unusable(format!("two columns are the {what}")));
            }
        }
        if count(Meaning::Born) == 0 {
            return Err(Unusable(
                "a column must be the date of birth: without it nobody can tell who is under 18 (R21)"
                    .into(),
            ));
        }
        if self.services == Services::Sensitive && self.sector.is_some() {
            // By a sector it would be on lists and pages, which tell of no sensitive service (R28, X13).
            return Err(Unusable(
                "a sensitive service names no `sector`, so that it is on no list and no page: leave it out".into(),
            ));
        }
        if self.services == Services::Sensitive
            && (count(Meaning::Known) > 0 || count(Meaning::KnownUntil) > 0)
        {
            // Of such a service's child nothing need stand under the child's own key (X4): its involvement has to be named.
            return Err(Unusable(
                "a sensitive service says `end` of an involvement, and never that a child is known no longer".into(),
            ));
        }
        if !self.has_involvements() {
            return Ok(());
        }
        let has = |meaning| count(meaning) > 0 || self.constant(meaning).is_some();
        let named = has(Meaning::PractitionerName) || has(Meaning::PractitionerFamilyName);
        if named && has(Meaning::Service) && has(Meaning::JobTitle) && has(Meaning::Organisation) {
            Ok(())
        } else {
            Err(Unusable(
                "involvements need a service, a practitioner's name, a job title and an organisation".into(),
            ))
        }
    }
}

impl OneOrMore {
    fn words(&self) -> impl Iterator<Item = &str> {
        let words = match self {
            OneOrMore::One(word) => std::slice::from_ref(word),
            OneOrMore::More(words) => words.as_slice(),
        };
        words.iter().map(String::as_str)
    }
}

fn supplier(text: &Text) -> Result<Supplier, Unusable> {
    let code = SupplierCode::parse(&text.code).map_err(|fault| Unusable(fault.to_string()))?;
    if code == SupplierCode::own() {
        return Err(Unusable(format!(
            "the supplier's code is {code}, which is the directory's own: choose another"
        )));
    }
    if reveals_sensitive(code.as_str()) {
        return Err(Unusable(
            "the supplier's code would reveal a sensitive service wherever it is shown (X13)"
                .into(),
        ));
    }
    let kind = match text.kind.as_str() {
        "births" => SourceKind::Births,
        "nhs" => SourceKind::Nhs,
        "child-benefit" => SourceKind::ChildBenefit,
        "census" => SourceKind::Census,
        "local" => SourceKind::Local,
        other => {
            return Err(Unusable(format!(
                "no such kind of source: {other}. `kind` is births, nhs, child-benefit, census or local"
            )));
        }
    };
    Ok(Supplier { code, kind })
}

fn sector(word: Option<&str>) -> Result<Option<Sector>, Unusable> {
    let Some(word) = word else { return Ok(None) };
    let sector = Sector::parse(word).ok_or_else(|| {
        let known = Sector::ALL.map(Sector::words);
        Unusable(format!(
            "no such sector: {word}. `sector` is {}",
            known.join(", ")
        ))
    })?;
    Ok(Some(sector))
}

fn reach(word: Option<&str>) -> Result<Reach, Unusable> {
    let Some(word) = word else {
        return Ok(Reach::Delta);
    };
    Reach::parse(word).ok_or_else(|| Unusable("`reach` is full or delta".into()))
}

fn format(text: &Text) -> Result<Format, Unusable> {
    let format = Format::parse(text.format.as_deref(), text.rows.as_deref());
    let format = format.map_err(|why| Unusable(why.into()))?;
    if format != Format::Separated && text.delimiter.is_some() {
        return Err(Unusable("`delimiter` stands with csv only".into()));
    }
    Ok(format)
}

fn encoding(word: Option<&str>) -> Result<Encoding, Unusable> {
    Encoding::parse(word.unwrap_or("utf-8"))
        .ok_or_else(|| {
            Unusable(
                "`encoding` is utf-8, utf-16, windows-1252 or another label of the Encoding Standard, as iso-8859-14 or macintosh"
                    .into(),
            )
        })
}

fn delimiter(text: Option<&str>) -> Result<u8, Unusable> {
    match text.unwrap_or(",").as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(*byte),
        _ => Err(Unusable(
            "`delimiter` is one ASCII character, as , ; | or a tab (\\t), and no quotation mark or line end".into(),
        )),
    }
}

fn declared(name: &Arc<str>, meaning: Meaning, text: &ColumnText) -> Result<Column, Unusable> {
    let unusable = |why: &str| Err(Unusable(format!("column {name}: {why}")));
    let needs = meaning.needs();
    if (needs == Needs::Dates) != text.dates.is_some() {
        return unusable("`dates` stands with days, and only with days");
    }
    let allowed: &[Code] = match (needs, text.codes.is_some()) {
        (Needs::Codes(codes), true) | (Needs::SpecialCodes(codes), _) => codes,
        (Needs::Codes(_), false) => return unusable("`codes` is missing"),
        (_, true) => return unusable("`codes` stands with codes only"),
        (_, false) => &[],
    };
    let carer = text.carer.unwrap_or(1);
    if (needs != Needs::Carer && text.carer.is_some()) || !(1..=CARERS_MAX).contains(&carer) {
        return unusable("`carer` stands with carers, from 1 to 4");
    }
    let presence = match (text.needs.as_deref(), meaning) {
        // Whether somebody is under 18 must not be left open by mistake (R21): a mapping says when it may be.
        (None, Meaning::Key | Meaning::Born) => Presence::Value,
        (None, _) => Presence::Column,
        (Some(word), _) => match Presence::parse(word) {
            Some(presence) => presence,
            None => return unusable("`needs` is value, column or optional"),
        },
    };
    Ok(Column {
        name: Arc::clone(name),
        meaning,
        presence,
        dates: dates(name, text.dates.as_ref())?,
        codes: codes(name, text.codes.as_ref(), allowed)?,
        carer,
    })
}

fn dates(name: &str, words: Option<&OneOrMore>) -> Result<Vec<DateForm>, Unusable> {
    let words = words.into_iter().flat_map(OneOrMore::words);
    words
        .map(|word| {
            DateForm::parse(word).ok_or_else(|| {
                let known: Vec<&str> = DateForm::words().collect();
                Unusable(format!(
                    "column {name}: a day is written {}",
                    known.join(", ")
                ))
            })
        })
        .collect()
}

fn codes(
    name: &str,
    codes: Option<&BTreeMap<String, String>>,
    allowed: &[Code],
) -> Result<Vec<(String, Code)>, Unusable> {
    let codes = codes.into_iter().flatten();
    codes
        .map(|(code, word)| match Code::parse(word) {
            Some(meaning) if allowed.contains(&meaning) => Ok((code.clone(), meaning)),
            _ => {
                let known: Vec<&str> = allowed.iter().map(|code| code.word()).collect();
                Err(Unusable(format!(
                    "column {name}: a code means {}",
                    known.join(", ")
                )))
            }
        })
        .collect()
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
