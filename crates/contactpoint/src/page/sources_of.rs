//! Which local systems supply the directory from an authority's area, and which sectors do not yet (R84, R85).

use axum::http::StatusCode;
use axum::response::Response;

use super::choices::capital;
use super::shown;
use super::sources::{missing, published};
use crate::problem::{Problem, What};
use crate::view::sources_of::{SourcesOf, System};
use crate::visitor::{Segments, Visitor};
use crate::words;

pub(crate) async fn show(visitor: Visitor, segments: Segments) -> Result<Response, Problem> {
    let published = published(&visitor).await?;
    let code = segments.text("authority");
    let mut known = published.authorities.iter();
    let authority = known
        .find(|one| one.code.as_str() == code)
        .map(|one| words::typeset(&one.name))
        .ok_or_else(|| visitor.problem(What::NoSuchPage))?;
    let own = || {
        let local = published.local.iter();
        local.filter(|one| one.source.authority().as_str() == code)
    };
    let systems = own().map(|one| System {
        name: words::typeset(one.source.name()),
        sector: capital(one.source.sector().words()),
        since: words::day(one.since),
        last: words::day(one.last),
    });
    let missing = missing(own()).into_iter();
    let page = SourcesOf {
        layout: visitor.layout(""),
        authority,
        systems: systems.collect(),
        missing: missing.map(|sector| capital(sector.words())).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}
