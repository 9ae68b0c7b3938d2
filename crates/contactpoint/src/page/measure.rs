//! One measure of data quality, by authority and by supplier.

use axum::http::StatusCode;
use axum::response::Response;
use directory::figure::Figure;
use directory::quality::Measure;
use store::Cell;

use super::shown;
use super::suppliers::{href, name};
use crate::figures;
use crate::problem::{Problem, What};
use crate::view::measure::{Line, Measure as View};
use crate::visitor::{Segments, SignedIn};
use crate::words;

pub(crate) async fn show(visitor: SignedIn, segments: Segments) -> Result<Response, Problem> {
    let measure = Measure::parse(segments.text("measure"));
    let measure = measure.ok_or_else(|| visitor.problem(What::NoSuchPage))?;
    let asked = visitor.ask(|store, session, now| {
        let seen = store.see_figures(session, now)?;
        let beside = (
            store.authorities(),
            store.feeding_named()?,
            store.local_sources(),
        );
        Ok(seen.map(|counted| (counted, beside)))
    });
    let (counted, (authorities, feeding, listed)) =
        asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let areas = authorities.into_iter().map(|one| Line {
        name: words::typeset(&one.name),
        href: String::new(),
        figure: told(counted.of(&Cell::Authority(measure, Some(one.code)))),
    });
    let nowhere = Line {
        name: "No authority known".to_owned(),
        href: String::new(),
        figure: told(counted.of(&Cell::Authority(measure, None))),
    };
    let areas: Vec<Line> = areas.chain([nowhere]).collect();
    let authorities: Vec<Line> = areas
        .iter()
        .filter(|one| !one.figure.is_empty())
        .cloned()
        .collect();
    let suppliers = feeding.iter().map(|one| Line {
        name: name(one, &listed),
        href: href(one),
        figure: told(counted.of(&Cell::Supplier(measure, one.supplier.code.clone()))),
    });
    let suppliers = suppliers.filter(|one| !one.figure.is_empty());
    let page = View {
        layout: visitor.layout("/quality"),
        name: measure.words(),
        definition: measure.definition(),
        counted: counted.at.map(words::moment),
        few_authorities: areas.len().saturating_sub(authorities.len()),
        authorities,
        suppliers: measure.is_by_supplier().then(|| suppliers.collect()),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// A figure in words; empty when it is few.
fn told(figure: Figure) -> String {
    if figure == Figure::Few {
        String::new()
    } else {
        figures::figure(figure)
    }
}
