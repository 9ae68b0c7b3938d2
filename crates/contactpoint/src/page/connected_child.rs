//! The open records that could give one shielded child's whereabouts away, and whether each of them is shielded as well (X3).

use axum::http::StatusCode;
use axum::response::Response;
use directory::access::Refusal;
use directory::address::{AddressState, Residence};
use directory::child::View;
use directory::connected::{Rest, Tie};
use directory::disclosure::Disclosure;
use directory::shield::Ground;
use store::{Choice as Decision, Connected, ShownConnected, Store};

use super::child::SHIELDED;
use super::choices::{self, choice, fault};
use super::connected::{DECIDED, GONE, PATH, UNREASONED, WHY, href, tell};
use super::identity::{called, called_fully, identity};
use super::{FAULTY, from_list, shown, to};
use crate::desk::Often;
use crate::problem::Problem;
use crate::view::choice::Choice;
use crate::view::connected_child::{ConnectedChild, One};
use crate::visitor::{ChildPath, Done, Form, SignedIn};
use crate::words;

const SHIELD: &str = "shield";
const LEAVE_OPEN: &str = "leave-open";
const CHANGED: &str = "Other records are connected now than those you decided about. Look at what is listed now, and decide again";

/// What was chosen of each record, by its reference.
type Chosen = Vec<(String, Decision)>;

/// What comes before a page is shown.
#[derive(Default)]
struct Before<'s> {
    /// What has become of the shield before, or of this one.
    done: Option<String>,
    /// What was chosen, and does not decide about everything that is connected.
    chosen: Option<Chosen>,
    /// The reason for the next that was sent with it.
    next: Option<&'s str>,
}

impl Before<'_> {
    /// Whether the shield has just been placed.
    fn is_placed(&self) -> bool {
        self.done.as_deref() == Some(SHIELDED)
    }
}

pub(crate) async fn show(
    visitor: SignedIn,
    child: ChildPath,
    Done(done): Done,
) -> Result<Response, Problem> {
    let before = Before {
        done,
        ..Before::default()
    };
    page(&visitor, &child, before).await
}

pub(crate) async fn send(
    visitor: SignedIn,
    child: ChildPath,
    sent: Form,
) -> Result<Response, Problem> {
    let fields = sent.fields();
    let named = |value, decision| {
        let names = fields.named_by(value).into_iter();
        names.map(move |name| (name, decision))
    };
    let chosen: Chosen = named(SHIELD, Decision::Shield)
        .chain(named(LEAVE_OPEN, Decision::LeaveOpen))
        .collect();
    let (reference, choices) = (child.reference(), chosen.clone());
    let asked = visitor
        .ask(move |store, session, now| store.decide_connected(session, &reference, &choices, now));
    let done = match asked.await? {
        Ok(()) => DECIDED,
        Err(Refusal::DoesNotFit) => {
            let before = Before {
                chosen: Some(chosen),
                next: Some(fields.text("reason")),
                ..Before::default()
            };
            return page(&visitor, &child, before).await;
        }
        Err(Refusal::NoReason) => return Ok(to(&format!("{PATH}?done={UNREASONED}"))),
        Err(_) => GONE,
    };
    let reason = from_list::given(&sent, &[WHY]);
    let following = from_list::next(&visitor, (&child, reason), Store::take_up_shield).await?;
    let href = following.map_or_else(|| PATH.to_owned(), |child| href(&child));
    Ok(to(&format!("{href}?done={done}")))
}

async fn page(
    visitor: &SignedIn,
    child: &ChildPath,
    before: Before<'_>,
) -> Result<Response, Problem> {
    visitor.count(Often::Open).await?;
    let reference = child.reference();
    let asked =
        visitor.ask(move |store, session, now| store.show_connected(session, &reference, now));
    let found = match asked.await? {
        Ok(found) => found,
        // The shield stands, and what is connected is for the responsible authority's officers.
        Err(_) if before.is_placed() => return Ok(to(&child.done(SHIELDED))),
        Err(Refusal::NoReason) => return Ok(to(&format!("{PATH}?done={UNREASONED}"))),
        Err(_) => return Ok(to(&format!("{PATH}?done={GONE}"))),
    };
    if before.is_placed() && !found.awaits {
        return Ok(to(&child.done(SHIELDED)));
    }
    let status = match before.chosen {
        Some(_) => FAULTY,
        None => StatusCode::OK,
    };
    Ok(shown(status, &view(visitor, child, (&found, before))))
}

fn view(
    visitor: &SignedIn,
    child: &ChildPath,
    (found, before): (&ShownConnected, Before<'_>),
) -> ConnectedChild {
    let is_placed = before.is_placed();
    let Before { done, chosen, next } = before;
    let today = visitor.now().today;
    let of = found.disclosure.of();
    let pairs = found.disclosure.open().iter().zip(&found.open);
    let open: Vec<One> = pairs
        .map(|((_, open), one)| one_of((open, one), chosen.as_ref(), today))
        .collect();
    let undecided = open.iter().filter_map(|one| {
        let text = one.fault.clone()?;
        Some(fault(&one.name, &text))
    });
    let mut faults: Vec<_> = undecided.collect();
    if chosen.is_some() && faults.is_empty() {
        let first = open.first().map_or("child", |one| one.name.as_str());
        faults.push(fault(first, CHANGED));
    }
    let mut layout = visitor.layout("/shield");
    if is_placed {
        layout.tell(format!("{}’s record is shielded.", called(of)), true);
    } else {
        tell(&mut layout, done.as_deref());
    }
    // Who has just placed the shield did not come from the list, and is asked for no reason for another of it.
    let next = match next {
        None if is_placed => Vec::new(),
        Some("") => Vec::new(),
        sent => choices::next(WHY, sent),
    };
    ConnectedChild {
        layout,
        identity: identity(of, today),
        called: called(of),
        action: href(child),
        ground: ground(found.ground),
        is_by_rule: found.is_by_rule,
        open,
        next,
        more: found.rest == Rest::More,
        faults,
        watermark: visitor.watermark(found.disclosure.at()),
    }
}

fn one_of(
    (open, one): (&Disclosure, &Connected),
    chosen: Option<&Chosen>,
    today: directory::Date,
) -> One {
    let view = open.view();
    let name = called_fully(view);
    let decided = match chosen {
        Some(chosen) => {
            let found = chosen.iter().find(|(of, _)| *of == one.reference);
            found.map(|(_, decision)| *decision)
        }
        None => one.was_left_open.then_some(Decision::LeaveOpen),
    };
    let undecided = chosen.is_some() && decided.is_none();
    One {
        name: one.reference.clone(),
        heading: format!("{name}, born {}", words::born(view.born())),
        shares: shares(one, view, today),
        choices: answers(decided),
        fault: undecided.then(|| format!("Choose whether {name} is shielded as well")),
    }
}

fn answers(decided: Option<Decision>) -> Vec<Choice> {
    let picked = match decided {
        Some(Decision::Shield) => SHIELD,
        Some(Decision::LeaveOpen) => LEAVE_OPEN,
        None => "",
    };
    vec![
        choice(SHIELD, "Shield this record as well", picked),
        choice(LEAVE_OPEN, "Leave it open", picked),
    ]
}

/// Whether it may be the same child, what the two records share, and where the open one says the child lives.
fn shares(one: &Connected, view: &View, today: directory::Date) -> String {
    let mut text = String::new();
    if one.ties.contains(&Tie::MayBeSame) {
        text.push_str("May be the same child.");
    }
    let shared = one.ties.iter().filter_map(|tie| match tie {
        Tie::MayBeSame => None,
        Tie::Address => Some("the address"),
        Tie::FamilyAtPostcode => Some("the family name and the postcode"),
        Tie::Carer => Some("a parent or carer"),
    });
    let shared: Vec<&str> = shared.collect();
    if !shared.is_empty() {
        let space = if text.is_empty() { "" } else { " " };
        text.push_str(&format!("{space}Shares {}.", shared.join(" and ")));
    }
    if let View::Whole(child) = view
        && let Some(lives) = child.residence.as_ref().and_then(|one| home(&one.value))
    {
        text.push_str(&lives);
    }
    text.push_str(&format!(" Age {}.", words::age(view.born(), today)));
    if one.was_left_open {
        text.push_str(" Left open before.");
    }
    text
}

fn home(residence: &Residence) -> Option<String> {
    let (says, address) = match &residence.state {
        AddressState::Current(address) => ("Lives at", address),
        AddressState::LastKnown(address) => ("Last known at", address),
        AddressState::NoKnown | AddressState::LeftEngland(_) => return None,
    };
    let postcode = address.postcode.as_ref().map(ToString::to_string);
    let lines = address.lines.iter().map(words::typeset).chain(postcode);
    Some(format!(" {says} {}.", lines.collect::<Vec<_>>().join(", ")))
}

/// On what ground the others are shielded: as this child, or, where a source restricted it, on the widest one.
fn ground(ground: Ground) -> String {
    match ground {
        Ground::RestrictedAtSource => Ground::SignificantHarm.words().to_owned(),
        chosen => chosen.words().to_owned(),
    }
}
