//! The published list of systems that supply the directory (R84): open to everyone, and of no child.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Date;
use directory::local_source::LocalSource;
use directory::organisation::{Authority, Sector};
use directory::statement::SourceKind;
use store::{Error, Feeding, Store};

use super::shown;
use crate::figures;
use crate::problem::Problem;
use crate::view::sources::{Letter, National, Place, Sources};
use crate::visitor::{Visitor, escaped};
use crate::words;

/// What everybody may know of where the directory's data comes from.
pub(super) struct Published {
    /// National sources: the kind, and the days of their first and last extracts.
    pub(super) national: Vec<(SourceKind, Date, Date)>,
    /// Local systems that have supplied, and never one of which pages do not tell.
    pub(super) local: Vec<Local>,
    /// Every authority, by name.
    pub(super) authorities: Vec<Authority>,
}

/// A local system that has supplied.
pub(super) struct Local {
    pub(super) source: LocalSource,
    pub(super) since: Date,
    pub(super) last: Date,
}

pub(crate) async fn show(visitor: Visitor) -> Result<Response, Problem> {
    let published = published(&visitor).await?;
    let national = published
        .national
        .iter()
        .map(|(kind, since, last)| National {
            name: figures::kind(*kind),
            since: words::day(*since),
            last: words::day(*last),
        });
    let page = Sources {
        layout: visitor.layout(""),
        national: national.collect(),
        letters: letters(&published.authorities),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The same as a table that other programs read.
pub(crate) async fn show_csv(visitor: Visitor) -> Result<Response, Problem> {
    let published = published(&visitor).await?;
    let mut text = line(&[
        "authority_code",
        "authority",
        "system",
        "kind",
        "sector",
        "supplies_since",
        "last_supplied",
    ]);
    for (kind, since, last) in &published.national {
        let days = (since.to_string(), last.to_string());
        text.push_str(&line(&[
            "",
            "",
            figures::kind(*kind),
            "national",
            "",
            &days.0,
            &days.1,
        ]));
    }
    for one in &published.local {
        let source = &one.source;
        let mut known = published.authorities.iter();
        let name = known
            .find(|authority| authority.code == *source.authority())
            .map(|authority| authority.name.as_str());
        let cells = [
            source.authority().as_str(),
            name.unwrap_or_default(),
            source.name().as_str(),
            "local",
            source.sector().words(),
            &one.since.to_string(),
            &one.last.to_string(),
        ];
        text.push_str(&line(&cells));
    }
    let kind = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, kind)], text).into_response())
}

/// What everybody may know.
pub(super) async fn published(visitor: &Visitor) -> Result<Published, Problem> {
    let asked = visitor.desk().ask(read).await;
    asked.map_err(|lost| visitor.problem(lost.into()))
}

/// The sectors of an authority of which no system supplies (R85).
pub(super) fn missing<'a>(systems: impl Iterator<Item = &'a Local>) -> Vec<Sector> {
    let fed: Vec<Sector> = systems.map(|one| one.source.sector()).collect();
    let all = Sector::ALL.into_iter();
    all.filter(|sector| !fed.contains(sector)).collect()
}

fn read(store: &Store) -> Result<Published, Error> {
    let feeding = store.feeding_named()?;
    let days = |one: &Feeding| Some((one.first.as_ref()?.extracted, one.last.as_ref()?.extracted));
    let national = feeding
        .iter()
        .filter(|one| one.supplier.kind != SourceKind::Local)
        .filter_map(|one| days(one).map(|(since, last)| (one.supplier.kind, since, last)));
    let local = store.local_sources().into_iter().filter_map(|source| {
        let own = feeding.iter().find(|one| {
            one.supplier.kind == SourceKind::Local && one.supplier.code == *source.supplier()
        });
        let (since, last) = days(own?)?;
        Some(Local {
            source,
            since,
            last,
        })
    });
    Ok(Published {
        national: national.collect(),
        local: local.collect(),
        authorities: store.authorities(),
    })
}

fn letters(authorities: &[Authority]) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for one in authorities {
        let name = words::typeset(&one.name);
        let letter: String = name.chars().take(1).collect();
        let place = Place {
            href: format!("/sources/{}", escaped(one.code.as_str())),
            name,
        };
        match letters.last_mut().filter(|last| last.letter == letter) {
            Some(last) => last.authorities.push(place),
            None => letters.push(Letter {
                letter,
                authorities: vec![place],
            }),
        }
    }
    letters
}

/// A line of a table (RFC 4180).
fn line(cells: &[&str]) -> String {
    let quoted = cells.iter().map(|cell| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            (*cell).to_owned()
        }
    });
    let mut line = quoted.collect::<Vec<String>>().join(",");
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_with_a_comma_or_a_quotation_mark_stays_one() {
        assert_eq!(line(&["a,b", "c\"d", "e"]), "\"a,b\",\"c\"\"d\",e\r\n");
    }
}
