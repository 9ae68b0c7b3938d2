//! `contactpoint link`: which records of one or several files are the same person.

mod config;
mod decided;
mod explained;
mod for_review;
mod groups;
mod heading;
mod ids;
mod interval;
mod judge;
mod judgement;
mod labels;
mod names;
mod not_known;
mod part;
mod phases;
mod reading;
mod report;
mod rows;
mod source;
mod table;
mod truth;

use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use clap::Args;
use matching::link::{
    Clusters, Conflict, Decisions, Model, Scored, Settings, Step, Table, cluster_in_threads,
    compare, train,
};

use self::config::Config;
use self::explained::{Form, explained};
use self::for_review::for_review;
use self::names::Names;
use self::part::Part;
use self::phases::Phases;
use self::reading::Reading;
use self::report::{Found, Report};
use self::source::Source;
use super::Stop;
use super::bench::machine::memory_bytes_peak;
use super::same_file::is_same;
use super::say::{counting, say};

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// What the columns hold: a TOML file, as docs/matching.md describes it
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The column that says which person a record is of, to judge the result by
    #[arg(long, value_name = "COLUMN")]
    truth: Option<String>,
    /// Write every record with its cluster
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the links that something contradicts, for review
    #[arg(long, value_name = "FILE")]
    review_out: Option<PathBuf>,
    /// Keep to what people decided: a file as --review-out writes it, with a column `decision` that says same or different
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Write the model that was learned
    #[arg(long, value_name = "FILE")]
    model_out: Option<PathBuf>,
    /// Compare by this model instead of learning one
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Explain two records instead of linking all: their ids, or file:id
    #[arg(long, num_args = 2, value_name = "ID", conflicts_with_all = ["out", "review_out", "truth", "decisions"])]
    explain: Option<Vec<String>>,
    /// Write the picture of the explanation
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Give the report as JSON
    #[arg(long)]
    json: bool,
    /// Chooses every sample; the same seed gives the same result
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Threads that work; as many as there are processors when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// The files: one is searched for duplicates, several are linked
    #[arg(required = true, value_name = "CSV")]
    files: Vec<PathBuf>,
}

impl Wanted {
    /// A report of these files, with nothing written.
    pub fn of(config: PathBuf, files: Vec<PathBuf>, json: bool) -> Wanted {
        Wanted {
            config,
            truth: None,
            out: None,
            review_out: None,
            decisions: None,
            svg: None,
            model_out: None,
            model: None,
            explain: None,
            json,
            seed: 1,
            threads: None,
            files,
        }
    }
}

impl Wanted {
    fn settings(&self) -> Settings {
        let threads = self.threads.map(usize::from);
        Settings {
            seed: self.seed,
            threads: threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from)),
        }
    }
}

/// The files that are written when all is done.
struct Outputs {
    clusters: Option<Part>,
    review: Option<Part>,
    model: Option<Part>,
    picture: Option<Part>,
}

/// Links the files.
///
/// # Errors
/// [`Stop`]; nothing is written then.
pub fn run(wanted: &Wanted) -> Result<(), Stop> {
    let config = config::read(&wanted.config)?;
    let model = wanted
        .model
        .as_deref()
        .map(|path| read_model(path, &config))
        .transpose()?;
    let mut outputs = Outputs::begin(wanted, &config)?;
    let settings = wanted.settings();
    let mut phases = Phases::begin();
    let mut sources = source::read_all(&wanted.files, &config, wanted.truth.as_deref())?;
    phases.end("reading ids");
    let mut truth = truth::read(&sources, config.truth.as_ref(), config.people.as_ref())?;
    phases.end("reading the truth");
    let (table, reading) = read_table(&sources, &config, settings.threads)?;
    let columns = reading.reports(&sources, &config.schema);
    if let Some(truth) = &mut truth {
        truth.take_lacking(reading.lacking());
    }
    sources.iter_mut().for_each(Source::forget_rows);
    phases.end("reading fields");
    let names = Names::of(&sources);
    let decisions = wanted.decisions.as_deref();
    let decisions = decisions
        .map(|path| decided::read(path, &names))
        .transpose()?
        .unwrap_or_default();
    let model = model.unwrap_or_else(|| train(&table, &settings).model);
    phases.end("learning");
    outputs.fill_model(&model)?;
    if let Some(pair) = &wanted.explain {
        let form = if wanted.json { Form::Json } else { Form::Words };
        let explanation = explained(&names, &table, &model, (pair, form))?;
        outputs.fill_picture(&explanation.svg)?;
        outputs.publish()?;
        say(explanation.text);
        return Ok(());
    }
    let (scored, clusters) = linked((&table, &model), &decisions, &settings, &mut phases);
    let conflicts = for_review(&clusters);
    outputs.fill(&names, (&clusters, &conflicts))?;
    phases.end("writing");
    let mut report = Report::of(&Found {
        scored: &scored,
        thresholds: model.thresholds,
        clusters: &clusters,
        conflicts: &conflicts,
        names: &names,
    });
    report.columns = columns;
    report.not_known = not_known::of(&table);
    report.phases = phases.done();
    report.memory_bytes_peak = memory_bytes_peak();
    report.judgement = truth.map(|truth| {
        let run = judge::Run {
            table: &table,
            model: &model,
            edges: &scored.edges,
            decisions: &decisions,
            threads: settings.threads,
        };
        judge::judge(&run, &truth, &clusters)
    });
    outputs.publish()?;
    say(shown(&report, wanted)?);
    Ok(())
}

fn read_model(path: &Path, config: &Config) -> Result<Model, Stop> {
    let unread = |what: String| {
        Stop::Failed(format!(
            "{}: {what}. Nothing was written. Name a file that --model-out wrote for these columns, or learn a new model.",
            path.display()
        ))
    };
    let text = std::fs::read_to_string(path).map_err(|error| unread(error.to_string()))?;
    let model = Model::from_text(&text).map_err(|error| unread(error.to_string()))?;
    if model.reads(&config.schema) {
        Ok(model)
    } else {
        let columns: Vec<String> = model
            .columns
            .iter()
            .map(|column| format!("{} ({})", column.name, column.kind.name()))
            .collect();
        Err(unread(format!(
            "the model was learned from other columns: {}",
            columns.join(", ")
        )))
    }
}

fn read_table(
    sources: &[Source],
    config: &Config,
    threads: usize,
) -> Result<(Table, Reading), Stop> {
    let records = sources
        .iter()
        .map(|source| source.ids.len() as u64)
        .fold(0, u64::saturating_add);
    let bar = counting("reading records", records);
    let table = table::read(sources, &config.schema, threads, &bar);
    bar.finish_and_clear();
    table
}

fn linked(
    (table, model): (&Table, &Model),
    decisions: &Decisions,
    settings: &Settings,
    phases: &mut Phases,
) -> (Scored, Clusters) {
    let bar = counting("comparing, passes", 0);
    let progress = |step: Step| {
        if let Step::Comparing { pass, passes } = step {
            bar.set_length(passes as u64);
            bar.set_position(pass.saturating_sub(1) as u64);
        }
    };
    let scored = compare(table, model, settings, &progress);
    bar.finish_and_clear();
    phases.end("comparing");
    let links = (scored.edges.as_slice(), model.thresholds.link_bits);
    let clusters = cluster_in_threads(table, model, links, (decisions, settings.threads));
    phases.end("clustering");
    (scored, clusters)
}

fn shown(report: &Report, wanted: &Wanted) -> Result<String, Stop> {
    if !wanted.json {
        return Ok(report.to_string());
    }
    serde_json::to_string_pretty(report).map_err(|error| {
        Stop::Failed(format!(
            "the report cannot be said: {error}. The files that were asked for are written."
        ))
    })
}

impl Outputs {
    /// Begins all files, so that one that cannot be written is found out first.
    fn begin(wanted: &Wanted, config: &Config) -> Result<Outputs, Stop> {
        if wanted.svg.is_some() && wanted.explain.is_none() {
            return Err(Stop::Usage(
                "--svg draws the explanation of two records. Nothing was read or written. Name them with --explain.".to_owned(),
            ));
        }
        let paths: Vec<&PathBuf> = [
            &wanted.out,
            &wanted.review_out,
            &wanted.model_out,
            &wanted.svg,
        ]
        .into_iter()
        .flatten()
        .collect();
        let read: Vec<&PathBuf> = wanted
            .files
            .iter()
            .chain([&wanted.config])
            .chain(&wanted.model)
            .chain(&wanted.decisions)
            .chain(config.truth.as_ref().map(|truth| &truth.file))
            .chain(config.people.as_ref().map(|people| &people.file))
            .collect();
        for (place, path) in paths.iter().enumerate() {
            let same = |other: &&&PathBuf| is_same(path, other);
            let earlier = paths.iter().take(place).find(same);
            if let Some(other) = read.iter().find(same).or(earlier) {
                return Err(Stop::Usage(format!(
                    "{} would be written over by {}. Nothing was read or written. Name another file.",
                    other.display(),
                    path.display()
                )));
            }
        }
        let begin = |path: &Option<PathBuf>| path.as_deref().map(Part::begin).transpose();
        Ok(Outputs {
            clusters: begin(&wanted.out)?,
            review: begin(&wanted.review_out)?,
            model: begin(&wanted.model_out)?,
            picture: begin(&wanted.svg)?,
        })
    }

    fn fill_model(&mut self, model: &Model) -> Result<(), Stop> {
        let text = model.to_text();
        self.model
            .as_mut()
            .map_or(Ok(()), |part| part.fill(|to| to.write_all(text.as_bytes())))
    }

    fn fill_picture(&mut self, svg: &str) -> Result<(), Stop> {
        self.picture
            .as_mut()
            .map_or(Ok(()), |part| part.fill(|to| to.write_all(svg.as_bytes())))
    }

    fn fill(
        &mut self,
        names: &Names<'_>,
        (clusters, conflicts): (&Clusters, &[Conflict]),
    ) -> Result<(), Stop> {
        if let Some(part) = &mut self.clusters {
            part.fill(|to| names.write_clusters(clusters, to))?;
        }
        if let Some(part) = &mut self.review {
            part.fill(|to| names.write_conflicts(conflicts, to))?;
        }
        Ok(())
    }

    fn publish(self) -> Result<(), Stop> {
        let parts = [self.clusters, self.review, self.model, self.picture];
        parts.into_iter().flatten().try_for_each(Part::publish)
    }
}
