//! `contactpoint bench http`: the pages of a server of its own over loopback, a search and its results again and again.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use std::io::{BufRead as _, BufReader};

use clap::Args;
use england::England;
use england::Sex;
use serde::Serialize;
use store::{Location, SignedIn};

use super::client::{Client, field};
use super::machine::memory_bytes_peak_of;
use super::prepare::{Loaded, prepare};
use super::queries::{Drawn, draw};
use super::report::{latency, megabytes};
use super::sample::{Sample, Told};
use super::{Population, staff};
use crate::command::Stop;
use crate::command::say::{grouped, say, table};
use crate::config::{Config, program};

/// What the draw of queries starts from, beside the population's seed.
const QUERY_SEED: u64 = 815;
/// How many queries are drawn; they are asked round and round.
const QUERIES: usize = 4_500;
/// The cookie of a session.
const COOKIE: &str = "__Host-contactpoint";

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    #[command(flatten)]
    population: Population,
    /// How many people are signed in
    #[arg(long, value_name = "S", default_value_t = 16)]
    sessions: usize,
    /// How many connections ask at once
    #[arg(long, value_name = "C", default_value_t = 32)]
    connections: usize,
    /// For how long, in seconds
    #[arg(long, value_name = "T", default_value_t = 20)]
    seconds: u64,
}

/// The figures of a run.
#[derive(Clone, Debug, Default, Serialize)]
struct Figures {
    children: u64,
    sessions: usize,
    connections: usize,
    seconds: f64,
    /// Searches that were answered, each with its event durable before.
    searches: usize,
    searches_per_second: f64,
    /// Requests that were told to come back.
    busy: usize,
    /// Answers that were none of those expected: what was asked, and the status.
    other: BTreeMap<String, usize>,
    search: Told,
    search_and_results: Told,
    server_memory_bytes_peak: Option<u64>,
}

/// A server of its own, ended when it is no longer needed.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killing it loses nothing that was acknowledged. One that is gone already needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs the measurement.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    let (store, loaded) = prepare(config, &wanted.population)?;
    let people = staff::sign_in(&store, wanted.sessions.max(1))?;
    drop(store);
    let drawn = draw(
        &England::new(&loaded.options()),
        QUERIES,
        loaded.seed.wrapping_add(QUERY_SEED),
    );
    let server = start(config)?;
    let mut figures = drive(&server, &people, &drawn, wanted)?;
    figures.server_memory_bytes_peak = memory_bytes_peak_of(server.process.id());
    drop(server);
    show(&loaded, wanted, figures);
    Ok(())
}

fn show(loaded: &Loaded, wanted: &Wanted, figures: Figures) {
    let figures = Figures {
        children: loaded.children,
        sessions: wanted.sessions,
        connections: wanted.connections,
        ..figures
    };
    if wanted.population.json {
        say(serde_json::to_string_pretty(&figures).unwrap_or_default());
        return;
    }
    say(format_args!(
        "{} synthetic children, {} sessions, {} connections, {:.1} s\n\
         {} searches answered, each durable: {:.0} a second; told to come back: {}; other answers: {:?}; server memory {}\n",
        grouped(figures.children),
        figures.sessions,
        figures.connections,
        figures.seconds,
        figures.searches,
        figures.searches_per_second,
        figures.busy,
        figures.other,
        megabytes(figures.server_memory_bytes_peak),
    ));
    let rows = [
        latency("search", figures.search),
        latency("search and results", figures.search_and_results),
    ];
    say(table(
        &["milliseconds", "measured", "p50", "p90", "p99", "max"],
        &rows,
    ));
}

/// Starts this program again as a server on a port of the system's choice.
fn start(config: &Config) -> Result<Server, Stop> {
    let failed =
        |error: &dyn std::fmt::Display| Stop::Failed(format!("the server did not start: {error}"));
    let mut command = Command::new(program());
    command.arg("serve").args([
        "--listen",
        "127.0.0.1:0",
        "--searches-per-hour",
        "4000000000",
    ]);
    command
        .arg("--data")
        .arg(&config.data)
        .arg("--key-ring")
        .arg(&config.key_ring);
    if let Location::Postgres(url) = &config.location {
        // Not as an argument: it may hold a password, which everybody on the machine could read.
        command.env("CONTACTPOINT_POSTGRES", url);
    }
    let mut process = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(&error))?;
    let mut line = String::new();
    let read = process
        .stdout
        .take()
        .map(|out| BufReader::new(out).read_line(&mut line));
    let address = line
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.trim().trim_end_matches('/').parse().ok());
    match (read, address) {
        (Some(Ok(_)), Some(address)) => Ok(Server { process, address }),
        _ => {
            drop(Server {
                process,
                address: SocketAddr::from(([127, 0, 0, 1], 0)),
            });
            Err(failed(&"it did not say where it listens"))
        }
    }
}

/// What one connection measured.
#[derive(Default)]
struct Measured {
    search: Sample,
    both: Sample,
    searches: usize,
    busy: usize,
    other: BTreeMap<String, usize>,
}

fn drive(
    server: &Server,
    people: &[SignedIn],
    drawn: &[Drawn],
    wanted: &Wanted,
) -> Result<Figures, Stop> {
    let forms: Vec<Vec<String>> = people
        .iter()
        .map(|person| {
            drawn
                .iter()
                .map(|drawn| form(drawn, person.session.csrf()))
                .collect()
        })
        .collect();
    let (next, end) = (AtomicUsize::new(0), AtomicBool::new(false));
    let started = Instant::now();
    let connection = |at: usize| -> std::io::Result<Measured> {
        let person = at.checked_rem(people.len()).unwrap_or(0);
        let (Some(signed_in), Some(forms)) = (people.get(person), forms.get(person)) else {
            return Ok(Measured::default());
        };
        let mut client = Client::connect(server.address, format!("{COOKIE}={}", signed_in.secret))?;
        let mut measured = Measured::default();
        while !end.load(Ordering::Relaxed) {
            let turn = next
                .fetch_add(1, Ordering::Relaxed)
                .checked_rem(forms.len())
                .unwrap_or(0);
            if let Some(form) = forms.get(turn) {
                search(&mut client, form, &mut measured)?;
            }
        }
        Ok(measured)
    };
    let measured = thread::scope(|scope| -> Result<Measured, Stop> {
        let asking: Vec<_> = (0..wanted.connections.max(1))
            .map(|at| scope.spawn(move || connection(at)))
            .collect();
        thread::sleep(Duration::from_secs(wanted.seconds));
        end.store(true, Ordering::Relaxed);
        let mut all = Measured::default();
        for thread in asking {
            let one = thread
                .join()
                .map_err(|_| Stop::Failed("a connection's thread has stopped".to_owned()))?;
            all.join(one.map_err(|error| Stop::Failed(format!("a connection broke: {error}")))?);
        }
        Ok(all)
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let searches_per_second = u32::try_from(measured.searches).map_or(0.0, f64::from) / seconds;
    Ok(Figures {
        seconds,
        searches: measured.searches,
        searches_per_second,
        busy: measured.busy,
        other: measured.other,
        search: measured.search.told(),
        search_and_results: measured.both.told(),
        ..Figures::default()
    })
}

impl Measured {
    fn join(&mut self, other: Measured) {
        self.search.join(other.search);
        self.both.join(other.both);
        self.searches = self.searches.saturating_add(other.searches);
        self.busy = self.busy.saturating_add(other.busy);
        for (what, count) in other.other {
            let known = self.other.entry(what).or_default();
            *known = known.saturating_add(count);
        }
    }

    fn count_other(&mut self, asked: &str, status: u16) {
        let count = self.other.entry(format!("{asked} {status}")).or_default();
        *count = count.saturating_add(1);
    }
}

/// One search, and its results when it has some.
fn search(client: &mut Client, form: &str, measured: &mut Measured) -> std::io::Result<()> {
    let started = Instant::now();
    let answer = client.post("/search", form)?;
    let took = started.elapsed();
    match (answer.status, answer.location) {
        (303, Some(results)) if results.starts_with("/results/") => {
            measured.search.add(took);
            measured.searches = measured.searches.saturating_add(1);
            let shown = client.get(&results)?;
            if shown.status == 200 {
                measured.both.add(started.elapsed());
            } else {
                measured.count_other("results", shown.status);
            }
        }
        // No such child, or too little to search by: an answer, with its event.
        (404 | 422, _) => {
            measured.search.add(took);
            measured.searches = measured.searches.saturating_add(1);
        }
        (429 | 503, _) => measured.busy = measured.busy.saturating_add(1),
        (status, _) => measured.count_other("search", status),
    }
    Ok(())
}

/// The search form as a browser would send it.
fn form(drawn: &Drawn, csrf: &str) -> String {
    let typed = &drawn.typed;
    let mut form = String::new();
    field(&mut form, "csrf", csrf);
    field(&mut form, "reason", "find-practitioners");
    field(&mut form, "given_name", &typed.given);
    field(&mut form, "family_name", &typed.family);
    if let Some(born) = typed.date_of_birth {
        field(&mut form, "date_of_birth_day", &born.day().to_string());
        field(&mut form, "date_of_birth_month", &born.month().to_string());
        field(&mut form, "date_of_birth_year", &born.year().to_string());
    }
    if let Some(sex) = typed.gender {
        field(
            &mut form,
            "gender",
            if sex == Sex::Female { "female" } else { "male" },
        );
    }
    field(
        &mut form,
        "postcode",
        typed.postcode.as_deref().unwrap_or_default(),
    );
    form
}
