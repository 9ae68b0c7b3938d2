//! `contactpoint demo`: a practice directory of synthetic children, made on the first start and served from then on.

mod build;
mod feeds;
mod nobody;
mod people;
mod story;

use std::net::SocketAddr;

use clap::Args;
use store::Location;

use super::say::{say, table};
use super::{Stop, serve};
use crate::config::{Config, program};

/// How many children when nobody says.
const CHILDREN: u64 = 20_000;

/// What is wanted.
#[derive(Args, Debug)]
pub struct Wanted {
    /// How many synthetic children, on the first start
    #[arg(long, value_name = "N", default_value_t = CHILDREN, value_parser = clap::value_parser!(u64).range(1..=super::england::CHILDREN_MAX))]
    children: u64,
    /// Where to listen: 127.0.0.1:8080 when nothing else is said
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

/// Runs the command.
pub fn run(config: &Config, wanted: &Wanted) -> Result<(), Stop> {
    if matches!(config.location, Location::Postgres(_)) {
        return Err(Stop::Usage(
            "the practice directory is kept in the embedded database: leave out --postgres"
                .to_owned(),
        ));
    }
    if !config.data.join(build::WHOLE).is_file() {
        build::build(config, wanted.children)?;
    }
    if !config.is_practice() {
        return Err(Stop::Failed(format!(
            "{} is not a practice directory, and was left alone. Name another folder with --data.",
            config.data.display()
        )));
    }
    let config = &Config {
        tls: (None, None),
        ..config.clone()
    };
    let store = config.open()?;
    let serving = serve::Wanted {
        listen: wanted.listen,
        ..serve::Wanted::default()
    };
    serve::run_saying(config, store, &serving, |address| welcome(config, address))
}

fn welcome(config: &Config, address: SocketAddr) {
    let row = |person: &people::Person| {
        vec![
            person.user_name.to_owned(),
            person.name.to_owned(),
            person.job.to_owned(),
            person.note.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = people::PEOPLE.iter().map(row).collect();
    let data = config.data.display();
    say(format_args!(
        "\nA practice directory. Every child, carer and practitioner in it is synthetic.\n\n{}\n\n\
         Everybody's password is: {}\nEverybody's PIN is:      {}\n\
         The code of the security token, here of jane, changes every 30 seconds:\n  {} account token jane --data {data}\n",
        table(&["user name", "name", "job", ""], &rows),
        people::PASSWORD,
        people::PIN,
        program()
    ));
    let kelly = story::kelly_in_words(crate::clock::now().today);
    let maya = story::maya_in_words(crate::clock::now().today);
    say(format_args!(
        "Four things to try:\n  \
         1. As jane, search for {kelly}. Who else is working with her, and how are they reached?\n  \
         2. As libby, find Kelly and say \"I am involved\". Then look again as jane.\n  \
         3. As jane, search for {maya}: four things are shown. Add the postcode {}: there is no such child.\n  \
         4. As dora, open \"Moved\": Bristol asks for a child who has moved there. Is Bristol to become responsible?\n\n\
         Open http://{address}/ and stop it with Ctrl-C.",
        story::MAYA_POSTCODE
    ));
}
