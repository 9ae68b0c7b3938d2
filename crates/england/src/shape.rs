//! The same rows as other systems write them: a school's census return, a transfer file, patients in a bundle, a council's tables.

mod bundle;
mod census;
mod dataset;
mod demographics;
mod full_return;
mod transfer;
mod xml;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::england::England;
use crate::feed::Feed;
use crate::options::Options;
use crate::person::Education;
use crate::row::Row;
use crate::write::{Chunk, Summary, chunk_count};
use dataset::Dataset;
use xml::Xml;

/// How many schools' files are written of each shape that has one file for a school: those that are met first.
const SCHOOLS_MAX: usize = 12;

/// A file that other systems write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// Some schools' census returns, from the rows of the census.
    CensusReturn,
    /// One school's census return with all that belongs to the census and not to the directory.
    FullReturn,
    /// Common transfer files of pupils who came to some schools, from rows of the census.
    PupilTransfer,
    /// Patients in a FHIR R4 bundle, from the rows of the NHS.
    Patients,
    /// Patients as a national register of demographics gives them, from the rows of the NHS.
    Demographics,
    /// Tables of the Standard Safeguarding Dataset, from the rows of social care.
    SafeguardingDataset,
}

type Sink = Box<dyn Write + Send>;

/// What has been written of the shapes that are wanted.
pub struct Shaped {
    wanted: Vec<Shape>,
    returns: Schools,
    full: Schools,
    transfers: Schools,
    patients: Vec<u8>,
    patients_count: u64,
    demographics: Vec<u8>,
    demographics_count: u64,
    dataset: Dataset,
}

/// Some schools' files, each in memory until all are whole.
#[derive(Default)]
struct Schools {
    files: BTreeMap<u32, Vec<u8>>,
    pupils: u64,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 6] = [
        Self::CensusReturn,
        Self::FullReturn,
        Self::PupilTransfer,
        Self::Patients,
        Self::Demographics,
        Self::SafeguardingDataset,
    ];

    /// The word by which a command asks for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CensusReturn => "census-xml",
            Self::FullReturn => "census-full-xml",
            Self::PupilTransfer => "ctf-xml",
            Self::Patients => "fhir",
            Self::Demographics => "fhir-pds",
            Self::SafeguardingDataset => "ssds",
        }
    }

    /// The shape that a word asks for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.word() == word)
    }

    /// The feed whose rows it has.
    pub const fn feed(self) -> Feed {
        match self {
            Self::CensusReturn | Self::FullReturn | Self::PupilTransfer => Feed::Census,
            Self::Patients | Self::Demographics => Feed::Nhs,
            Self::SafeguardingDataset => Feed::SocialCare,
        }
    }
}

/// Writes the shapes that are wanted: the same options give the same bytes, and every row is one of the feeds'.
///
/// `open` is asked for each file by its name with its ending, or without for separated values.
///
/// # Errors
/// The first error of `open` or of a sink.
pub fn write_shapes(
    options: &Options,
    shapes: &[Shape],
    open: &mut dyn FnMut(&str) -> io::Result<Sink>,
    progress: &mut dyn FnMut(u64),
) -> io::Result<Summary> {
    let england = England::new(options);
    let mut sinks = open_all(shapes, open)?;
    let mut shaped = Shaped::of(shapes);
    let mut summary = Summary::default();
    for number in 0..chunk_count(options) {
        let mut chunk = Chunk::of(&england, number, Some(shaped));
        let Some(so_far) = chunk.shaped.take() else {
            return Err(io::Error::other("the shapes of a chunk are missing"));
        };
        shaped = so_far;
        shaped.write(&mut sinks)?;
        summary.children = summary.children.saturating_add(chunk.children);
        summary.families = summary.families.saturating_add(chunk.families);
        progress(summary.children);
    }
    shaped.end((&england, sinks), open, &mut summary)?;
    Ok(summary)
}

/// The files that are written as rows come: of patients in both forms, then of every table.
fn open_all(
    shapes: &[Shape],
    open: &mut dyn FnMut(&str) -> io::Result<Sink>,
) -> io::Result<Vec<Sink>> {
    let mut sinks = Vec::new();
    if shapes.contains(&Shape::Patients) {
        let mut sink = open("fhir_patients.json")?;
        sink.write_all(bundle::OPENING.as_bytes())?;
        sinks.push(sink);
    }
    if shapes.contains(&Shape::Demographics) {
        let mut sink = open("fhir_demographics.json")?;
        sink.write_all(demographics::OPENING.as_bytes())?;
        sinks.push(sink);
    }
    if shapes.contains(&Shape::SafeguardingDataset) {
        for (name, heading) in dataset::TABLES {
            let mut sink = open(name)?;
            writeln!(sink, "{heading}")?;
            sinks.push(sink);
        }
    }
    Ok(sinks)
}

impl Shaped {
    fn of(shapes: &[Shape]) -> Self {
        Self {
            wanted: shapes.to_vec(),
            returns: Schools::default(),
            full: Schools::default(),
            transfers: Schools::default(),
            patients: Vec::new(),
            patients_count: 0,
            demographics: Vec::new(),
            demographics_count: 0,
            dataset: Dataset::default(),
        }
    }

    /// Adds a row of a feed to the shapes that have it.
    pub fn add(&mut self, row: &Row<'_>) {
        for at in 0..self.wanted.len() {
            if let Some(shape) = self.wanted.get(at).copied()
                && shape.feed() == row.layout.feed
            {
                self.add_to(shape, row);
            }
        }
    }

    fn add_to(&mut self, shape: Shape, row: &Row<'_>) {
        match shape {
            Shape::CensusReturn => self.returns.add(SCHOOLS_MAX, row, census::write_pupil),
            Shape::FullReturn => self.full.add(1, row, full_return::write_pupil),
            Shape::PupilTransfer if row.luck.is_multiple_of(transfer::ONE_IN) => {
                self.transfers.add(SCHOOLS_MAX, row, transfer::write_pupil);
            }
            Shape::PupilTransfer => {}
            Shape::Patients => {
                if self.patients_count > 0 {
                    self.patients.push(b',');
                }
                bundle::write_patient(&mut self.patients, row);
                self.patients_count = self.patients_count.saturating_add(1);
            }
            Shape::Demographics => {
                if self.demographics_count > 0 {
                    self.demographics.push(b',');
                }
                demographics::write_patient(&mut self.demographics, row);
                self.demographics_count = self.demographics_count.saturating_add(1);
            }
            Shape::SafeguardingDataset => self.dataset.add(row),
        }
    }

    /// Writes what waits, in the order of the sinks.
    fn write(&mut self, sinks: &mut [Sink]) -> io::Result<()> {
        let mut sinks = sinks.iter_mut();
        if self.wanted.contains(&Shape::Patients)
            && let Some(sink) = sinks.next()
        {
            sink.write_all(&self.patients)?;
            self.patients.clear();
        }
        if self.wanted.contains(&Shape::Demographics)
            && let Some(sink) = sinks.next()
        {
            sink.write_all(&self.demographics)?;
            self.demographics.clear();
        }
        for (sink, table) in sinks.zip(self.dataset.tables_mut()) {
            sink.write_all(&table.bytes)?;
            table.bytes.clear();
        }
        Ok(())
    }

    /// How many rows each shape has.
    fn count(&self, summary: &mut Summary) {
        let counts = [
            (
                Shape::CensusReturn,
                "census_return_*.xml",
                self.returns.pupils,
            ),
            (Shape::FullReturn, "census_full_*.xml", self.full.pupils),
            (
                Shape::PupilTransfer,
                "pupil_transfer_*.xml",
                self.transfers.pupils,
            ),
            (Shape::Patients, "fhir_patients.json", self.patients_count),
            (
                Shape::Demographics,
                "fhir_demographics.json",
                self.demographics_count,
            ),
            (
                Shape::SafeguardingDataset,
                "ssd_*.csv",
                self.dataset.involvements,
            ),
        ];
        for (shape, name, count) in counts {
            if self.wanted.contains(&shape) {
                summary.rows.push((name, count));
            }
        }
    }

    fn end(
        self,
        (england, mut sinks): (&England, Vec<Sink>),
        open: &mut dyn FnMut(&str) -> io::Result<Sink>,
        summary: &mut Summary,
    ) -> io::Result<()> {
        self.count(summary);
        let mut bundles = sinks.iter_mut();
        for (shape, closing) in [
            (Shape::Patients, bundle::CLOSING),
            (Shape::Demographics, demographics::CLOSING),
        ] {
            if self.wanted.contains(&shape)
                && let Some(sink) = bundles.next()
            {
                sink.write_all(closing.as_bytes())?;
            }
        }
        for sink in &mut sinks {
            sink.flush()?;
        }
        let today = england.options().today;
        for school in england.settings().schools() {
            if let Some(pupils) = self.returns.files.get(&school.code) {
                let mut sink = open(&format!("census_return_{}.xml", school.code))?;
                census::write_return(&mut sink, (&school, today), pupils)?;
            }
            if let Some(pupils) = self.full.files.get(&school.code) {
                let mut sink = open(&format!("census_full_{}.xml", school.code))?;
                full_return::write_return(&mut sink, (&school, today), pupils)?;
            }
            if let Some(pupils) = self.transfers.files.get(&school.code) {
                let mut sink = open(&format!("pupil_transfer_{}.xml", school.code))?;
                transfer::write_file(&mut sink, (&school, today), pupils)?;
            }
        }
        Ok(())
    }
}

impl Schools {
    /// Adds a pupil to the file of the school, when it is one of those that have files.
    fn add(&mut self, schools_max: usize, row: &Row<'_>, write: fn(&mut Xml, &Row<'_>)) {
        let Education::School { code, .. } = row.person.education else {
            return;
        };
        if row.person.upn.is_none()
            || (self.files.len() >= schools_max && !self.files.contains_key(&code))
        {
            return;
        }
        let mut xml = Xml::default();
        write(&mut xml, row);
        self.files.entry(code).or_default().extend(xml.bytes);
        self.pupils = self.pupils.saturating_add(1);
    }
}
