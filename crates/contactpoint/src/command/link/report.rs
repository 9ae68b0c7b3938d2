//! What a run did, for people and for programs.

use std::fmt;

use matching::link::{Clusters, Conflict, Contradiction, Edge, PassReport, Scored, Thresholds};
use serde::Serialize;

use super::judgement::Judgement;
use super::names::{Names, shown};
use super::not_known::{self, NotKnown};
use super::phases::Phase;
use super::reading::{ColumnReport, hint, other_orders};
use crate::command::say::{grouped, table};

/// Conflicts that are named in the report; all are counted.
const CONFLICTS_NAMED_MAX: usize = 10;
/// What is said when no pair is linked: it may be so, or nothing could be learned.
const NOTHING_LINKED: &str = "Nothing was linked: nobody is there twice, or the records are too few or too much alike to learn from. --model compares by a model learned from other files, --explain shows what a pair lacks.";
const BYTES_PER_MEGABYTE: u64 = 1_000_000;

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The files and their records.
    pub files: Vec<FileReport>,
    /// How much of each column could be read.
    pub columns: Vec<ColumnReport>,
    /// Values that far too many records have for them to be anybody's.
    pub not_known: Vec<NotKnown>,
    /// All records.
    pub records: u64,
    /// Pairs that were compared.
    pub comparisons: u64,
    /// How they were found.
    pub passes: Vec<Pass>,
    /// Thresholds, in bits.
    pub thresholds: Bits,
    /// Pairs at or above the review threshold.
    pub pairs_worth_a_look: u64,
    /// Pairs at or above the link threshold.
    pub pairs_linked: u64,
    /// Pairs at or above the certain threshold.
    pub pairs_certain: u64,
    /// People, as far as can be told.
    pub clusters: u64,
    /// Clusters of more than one record.
    pub clusters_joined: u64,
    /// Records of the largest.
    pub largest_cluster: u64,
    /// Links that something contradicts, for review.
    pub conflicts: u64,
    /// The strongest of them.
    pub conflicts_named: Vec<Named>,
    /// How long each phase took.
    pub phases: Vec<Phase>,
    /// The most memory that was held, in bytes. `None`: the system does not say.
    pub memory_bytes_peak: Option<u64>,
    /// How good it is, when the truth is known.
    pub judgement: Option<Judgement>,
}

/// A file.
#[derive(Clone, Debug, Serialize)]
pub struct FileReport {
    /// Its name.
    pub file: String,
    /// Its records.
    pub records: u64,
}

/// A way in which pairs were found.
#[derive(Clone, Debug, Serialize)]
pub struct Pass {
    /// What its pairs share.
    pub name: String,
    /// Pairs compared, those of earlier passes left out.
    pub comparisons: u64,
    /// Blocks that were too large and divided.
    pub divided: u64,
    /// Records of the largest block.
    pub largest: u64,
}

/// Thresholds, in bits.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Bits {
    /// From here on a pair is linked.
    pub link: f32,
    /// From here on an expected 99.9 % of links are right. `None`: from nowhere on.
    pub certain: Option<f32>,
    /// From here on a pair is worth a look.
    pub review: f32,
}

/// A link that something contradicts.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// The one record: `file:id`.
    pub one: String,
    /// The other.
    pub other: String,
    /// How strong the link is.
    pub bits: f32,
    /// What contradicts it.
    pub because: &'static str,
}

/// What was found, before it is counted.
pub struct Found<'a> {
    /// The pairs.
    pub scored: &'a Scored,
    /// Thresholds of the model.
    pub thresholds: Thresholds,
    /// The people.
    pub clusters: &'a Clusters,
    /// Links that something contradicts.
    pub conflicts: &'a [Conflict],
    /// The records' names.
    pub names: &'a Names<'a>,
}

impl Report {
    /// Counts what was found.
    pub fn of(found: &Found<'_>) -> Report {
        let Found {
            scored,
            thresholds,
            clusters,
            conflicts,
            names,
        } = *found;
        let linked = scored
            .edges
            .iter()
            .filter(|edge| edge.bits >= thresholds.link_bits);
        let is_certain = |edge: &&Edge| {
            thresholds
                .certain_bits
                .is_some_and(|bits| edge.bits >= bits)
        };
        let sizes = sizes(clusters);
        let named = conflicts
            .iter()
            .take(CONFLICTS_NAMED_MAX)
            .map(|conflict| Named {
                one: names.name(conflict.edge.left),
                other: names.name(conflict.edge.right),
                bits: conflict.edge.bits,
                because: because(conflict.because),
            });
        Report {
            files: names.files(),
            columns: Vec::new(),
            not_known: Vec::new(),
            records: clusters.of_row.len() as u64,
            comparisons: scored.comparisons,
            passes: scored.passes.iter().map(Pass::of).collect(),
            thresholds: Bits {
                link: thresholds.link_bits,
                certain: thresholds.certain_bits,
                review: thresholds.review_bits,
            },
            pairs_worth_a_look: scored.edges.len() as u64,
            pairs_certain: linked.clone().filter(is_certain).count() as u64,
            pairs_linked: linked.count() as u64,
            clusters: sizes.iter().filter(|size| **size > 0).count() as u64,
            clusters_joined: sizes.iter().filter(|size| **size > 1).count() as u64,
            largest_cluster: u64::from(sizes.iter().copied().max().unwrap_or(0)),
            conflicts: conflicts.len() as u64,
            conflicts_named: named.collect(),
            phases: Vec::new(),
            memory_bytes_peak: None,
            judgement: None,
        }
    }
}

impl Pass {
    fn of(pass: &PassReport) -> Pass {
        Pass {
            name: pass.name.clone(),
            comparisons: pass.comparisons,
            divided: pass.divided as u64,
            largest: pass.largest as u64,
        }
    }
}

/// Records of each cluster, at its lowest row; 0 elsewhere.
fn sizes(clusters: &Clusters) -> Vec<u32> {
    let mut sizes = vec![0_u32; clusters.of_row.len()];
    for cluster in &clusters.of_row {
        if let Some(size) = usize::try_from(*cluster)
            .ok()
            .and_then(|place| sizes.get_mut(place))
        {
            *size = size.saturating_add(1);
        }
    }
    sizes
}

/// Why a link was not followed, in words.
pub fn because(contradiction: Contradiction) -> &'static str {
    match contradiction {
        Contradiction::Decided => "a person has kept them apart",
        Contradiction::Identifiers => "different identifiers",
        Contradiction::Source => "two rows of a file of distinct people",
        Contradiction::Household => "two of one household, perhaps twins",
        Contradiction::Doubtful => "most of the records it would join speak against it",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (count, words) in self.counts() {
            writeln!(f, "{:>15}  {words}", grouped(count))?;
        }
        for named in &self.conflicts_named {
            let Named {
                one,
                other,
                bits,
                because,
            } = named;
            let (one, other) = (shown(one), shown(other));
            writeln!(f, "{:>17}{one} and {other}, {bits:.1} bits: {because}", "")?;
        }
        for file in self.files.iter().filter(|file| file.records == 0) {
            writeln!(
                f,
                "\n{} has no row: there is nothing below its heading.",
                file.file
            )?;
        }
        if self.pairs_linked == 0 && self.records > 1 {
            writeln!(f, "\n{NOTHING_LINKED}")?;
        }
        self.fmt_unread(f)?;
        write!(f, "{}", other_orders(&self.columns))?;
        write!(f, "{}", not_known::lines(&self.not_known))?;
        writeln!(f, "\n{}", self.phase_table())?;
        if let Some(bytes) = self.memory_bytes_peak {
            let megabytes = bytes.checked_div(BYTES_PER_MEGABYTE).unwrap_or(0);
            writeln!(f, "{} MB of memory at most", grouped(megabytes))?;
        }
        if let Some(judgement) = &self.judgement {
            write!(f, "\n{judgement}")?;
        }
        Ok(())
    }
}

impl Report {
    fn counts(&self) -> Vec<(u64, String)> {
        let of_files = self
            .files
            .iter()
            .map(|file| (file.records, format!("records of {}", file.file)));
        let mut counts: Vec<(u64, String)> = of_files.collect();
        let Bits {
            link,
            certain,
            review,
        } = self.thresholds;
        let certain = match certain {
            Some(bits) => {
                format!("of these certain, at {bits:.1} bits or more: 99.9 % should be right")
            }
            None => "of these certain: nowhere 99.9 % should be right".to_owned(),
        };
        let worth_a_look = grouped(self.pairs_worth_a_look);
        let (joined, largest) = (grouped(self.clusters_joined), grouped(self.largest_cluster));
        counts.extend([
            (self.records, "records in all".to_owned()),
            (self.comparisons, format!("comparisons in {} passes", self.passes.len())),
            (
                self.pairs_linked,
                format!("pairs linked, at {link:.1} bits or more; {worth_a_look} worth a look, at {review:.1} or more"),
            ),
            (self.pairs_certain, certain),
            (self.clusters, format!("clusters; {joined} have more than one record, the largest {largest}")),
            (self.conflicts, "conflicts for review".to_owned()),
        ]);
        counts
    }

    /// The columns of which some values could not be read.
    fn fmt_unread(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.columns.iter().filter(|column| column.unread > 0);
        for (place, one) in columns.enumerate() {
            let before = if place == 0 { "\n" } else { "" };
            writeln!(
                f,
                "{before}{:>15}  of {} values of {:?} in {} could not be read as a {}, and were taken as missing; the first is {:?}. {}.",
                grouped(one.unread),
                grouped(one.filled),
                one.column,
                one.file,
                one.kind,
                one.example.as_deref().unwrap_or_default(),
                hint(one.kind)
            )?;
        }
        Ok(())
    }

    fn phase_table(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .phases
            .iter()
            .map(|phase| {
                let processor = phase
                    .processor_seconds
                    .map_or(String::new(), |seconds| format!("{seconds:.2}"));
                vec![
                    phase.name.to_owned(),
                    format!("{:.2}", phase.wall_seconds),
                    processor,
                ]
            })
            .collect();
        table(&["phase", "seconds", "of processors"], &rows)
    }
}
