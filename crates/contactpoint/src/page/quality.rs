//! What may be wrong, old or missing: every measure, in one's own authority and together.

use axum::http::StatusCode;
use axum::response::Response;
use directory::organisation::Authority;
use directory::quality::Measure;
use directory::text::AuthorityCode;
use store::{Cell, Figures};

use super::shown;
use crate::figures;
use crate::problem::Problem;
use crate::view::quality::{Line, Quality};
use crate::visitor::SignedIn;
use crate::words;

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| {
        let seen = store.see_figures(session, now)?;
        Ok(seen.map(|figures| (figures, store.authorities())))
    });
    let (counted, authorities) = asked.await?.map_err(|refusal| visitor.refused(refusal))?;
    let own = visitor.actor().authority();
    let named = own.and_then(|own| authorities.iter().find(|one| one.code == *own));
    let lines = Measure::ALL
        .into_iter()
        .map(|measure| line(measure, own, (&counted, &authorities)));
    let page = Quality {
        layout: visitor.layout("/quality"),
        counted: counted.at.map(words::moment),
        area: named.map(|one| words::typeset(&one.name)),
        lines: lines.collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

fn line(
    measure: Measure,
    own: Option<&AuthorityCode>,
    (counted, authorities): (&Figures, &[Authority]),
) -> Line {
    let of = |area: Option<AuthorityCode>| counted.of(&Cell::Authority(measure, area));
    let areas = authorities.iter().map(|one| Some(one.code.clone()));
    let shown = areas.chain([None]).filter_map(|area| of(area).number());
    // Made of what is shown alone: it cannot tell what is not.
    let together = shown.reduce(u64::saturating_add);
    Line {
        href: format!("/quality/{}", measure.code()),
        name: measure.words(),
        definition: measure.definition(),
        own: own.map_or_else(String::new, |own| figures::figure(of(Some(own.clone())))),
        together: together.map_or_else(|| "none is shown".to_owned(), figures::grouped),
    }
}
