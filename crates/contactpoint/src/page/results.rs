//! What a search found, again and again without asking again: its ticket is good in this session only.

use axum::http::StatusCode;
use axum::response::Response;
use directory::Date;
use directory::access::{Field, Refusal};
use directory::address::Residence;
use directory::child::{Child, View};
use directory::reason::Reason;
use directory::record::Shielding;
use directory::setting::Place;
use store::{Best, Error, Found, FoundChild, NearDoubles, Recalled, Session, Store};

use super::choices::capital;
use super::{search_words, shown, to};
use crate::desk::Often;
use crate::problem::{Problem, What};
use crate::view::results::{self, Item, Results};
use crate::visitor::{ChildPath, Segments, SignedIn, escaped};
use crate::words;

pub(crate) async fn show(visitor: SignedIn, segments: Segments) -> Result<Response, Problem> {
    let ticket = segments.text("ticket").to_owned();
    let found = sight(&visitor, ticket.clone())
        .await?
        .map_err(|refusal| visitor.refused(refusal))?;
    if found.children.is_empty() {
        return Err(visitor.problem(What::NoRecord));
    }
    if found.ticket != ticket {
        // A search of its own: the next Reload shows it again, and is no search.
        return Ok(to(&format!("/results/{}", found.ticket)));
    }
    let asked = visitor.ask(move |store, session, _| {
        let beside = beside(&found, store, session)?;
        Ok((found, beside))
    });
    let (found, beside) = asked.await?;
    let today = visitor.now().today;
    let children = found.children.iter().zip(beside);
    let page = Results {
        layout: visitor.layout("/search"),
        searched_for: words::typeset(&search_words::query(&found.query)),
        again_href: format!("/search?again={}", escaped(&found.ticket)),
        reason: found.reason.words().to_owned(),
        near_doubles: found.near_doubles == NearDoubles::Some,
        best_is_clear: found.best == Best::Clear,
        found: children
            .map(|(child, beside)| one(&found, child, &beside, today))
            .collect(),
    };
    Ok(shown(StatusCode::OK, &page))
}

/// What a search showed, by its ticket. If a record has changed since, the same is searched for anew, which counts as a search (X7).
pub(super) async fn sight(
    visitor: &SignedIn,
    ticket: String,
) -> Result<Result<Box<Found>, Refusal>, Problem> {
    let recalled = visitor.ask(move |store, session, now| store.recall(session, &ticket, now));
    let (reason, query) = match recalled.await? {
        Ok(Recalled::Same(found)) => return Ok(Ok(found)),
        Ok(Recalled::Changed(reason, query)) => (reason, query),
        Err(refusal) => return Ok(Err(refusal)),
    };
    visitor.count(Often::Search).await?;
    let searched =
        visitor.ask(move |store, session, now| store.search(session, reason, *query, now));
    Ok(searched.await?.map(Box::new))
}

/// What is not in the list itself: the name of the school, and whether the way to the record is open already.
struct Beside {
    school: Option<Place>,
    reason: Option<Reason>,
}

fn beside(found: &Found, store: &Store, session: &Session) -> Result<Vec<Beside>, Error> {
    let children = &found.children;
    let references: Vec<&str> = children
        .iter()
        .map(|child| child.reference.as_str())
        .collect();
    let reasons = store.reasons_given(session, &references)?;
    let beside = children.iter().zip(reasons).map(|(child, reason)| Beside {
        school: school(child, store),
        reason,
    });
    Ok(beside.collect())
}

fn school(child: &FoundChild, store: &Store) -> Option<Place> {
    let View::Whole(child) = child.disclosure.view() else {
        return None;
    };
    child
        .education
        .as_ref()?
        .value
        .place()
        .and_then(|code| store.place(code))
}

fn one(found: &Found, child: &FoundChild, beside: &Beside, today: Date) -> results::Found {
    let view = child.disclosure.view();
    let item = |label: &str, value: String, field| Item {
        label: label.to_owned(),
        value,
        differs: differs(child, field),
    };
    let born = match view.born() {
        Some(born) => format!("{} ({})", words::day(born), words::age(Some(born), today)),
        None => words::NOT_KNOWN.to_owned(),
    };
    let mut items = vec![
        item("Born", born, Field::Born),
        item(
            "Gender",
            words::gender(view.gender()).to_owned(),
            Field::Gender,
        ),
        item("Number", view.number().to_string(), Field::Number),
    ];
    if let View::Whole(whole) = view
        && child.disclosure.shielding() == Shielding::None
    {
        let home = whole
            .residence
            .as_ref()
            .and_then(|residence| town(&residence.value));
        items.push(item(
            "Home",
            home.unwrap_or_else(|| words::NOT_KNOWN.to_owned()),
            Field::Residence,
        ));
        items.push(item(
            "Education",
            education(whole, beside.school.as_ref()),
            Field::Education,
        ));
    }
    let path = ChildPath::new(&child.reference, &found.ticket);
    results::Found {
        reason_href: match beside.reason {
            None => path.below("reason"),
            // Once for each child in a session.
            Some(_) => path.href(),
        },
        name: item(
            "Name",
            view.name().map(words::typeset).unwrap_or_default(),
            Field::Name,
        ),
        items,
        restricted: child.disclosure.shielding() == Shielding::Shielded,
    }
}

/// Whether a detail is marked. Two children's numbers always differ: theirs are marked only where nothing else tells them apart.
fn differs(child: &FoundChild, field: Field) -> bool {
    let others = child.differs.iter().any(|other| *other != Field::Number);
    child.differs.contains(&field) && (field != Field::Number || !others)
}

/// The last line of an address and the first half of its postcode: enough to tell children apart.
fn town(residence: &Residence) -> Option<String> {
    let address = residence.address()?;
    let outward = address
        .postcode
        .as_ref()
        .and_then(|postcode| postcode.as_str().split(' ').next());
    let town = address.lines.last().map(|line| line.as_str());
    let said: Vec<&str> = [town, outward].into_iter().flatten().collect();
    Some(words::typeset(&said.join(", ")))
}

fn education(child: &Child, school: Option<&Place>) -> String {
    let status = words::education(child.education.as_ref().map(|item| &item.value));
    let said = school.map_or(status, |school| school.name.as_str());
    capital(&words::typeset(&said))
}
