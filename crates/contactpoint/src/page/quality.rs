//! What may be wrong, old or missing: every measure, in one's own authority and together.

use axum::http::StatusCode;
use axum::response::Response;
use directory::local_source::LocalSource;
use directory::organisation::Authority;
use directory::quality::Measure;
use directory::text::AuthorityCode;
use store::{Cell, Error, Feeding, Figures, RATED_RUNS_MAX, Rated, Store};

use super::suppliers::{href, name};
use super::{fault_rates, shown};
use crate::figures;
use crate::problem::Problem;
use crate::view::fault_rates::SupplierFaults;
use crate::view::quality::{Line, Quality};
use crate::visitor::SignedIn;
use crate::words;

/// What the last files of a supplier are called, the newest first.
const FILES: [&str; RATED_RUNS_MAX] = ["Last file", "The one before", "Two before", "Three before"];

pub(crate) async fn show(visitor: SignedIn) -> Result<Response, Problem> {
    let asked = visitor.ask(|store, session, now| {
        let seen = store.see_figures(session, now)?;
        let lately = match &seen {
            Ok(_) => lately(store)?,
            Err(_) => Vec::new(),
        };
        let beside = (store.authorities(), store.local_sources());
        Ok(seen.map(|figures| (figures, beside, lately)))
    });
    let (counted, (authorities, listed), lately) =
        asked.await?.map_err(|refusal| visitor.refused(refusal))?;
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
        faults: lately.iter().map(|one| faults(one, &listed)).collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// The suppliers of which pages tell, and what was wrong with their last files.
fn lately(store: &Store) -> Result<Vec<(Feeding, Vec<Rated>)>, Error> {
    let named = store.feeding_named()?.into_iter().map(|feeding| {
        let lately = store.faults_lately(&feeding.supplier.code)?;
        Ok((feeding, lately))
    });
    named.collect()
}

fn faults((feeding, lately): &(Feeding, Vec<Rated>), listed: &[LocalSource]) -> SupplierFaults {
    let rates = FILES.into_iter().zip(fault_rates::together(lately));
    SupplierFaults {
        href: format!("{}#faults", href(feeding)),
        name: name(feeding, listed),
        rates: rates.collect(),
    }
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
