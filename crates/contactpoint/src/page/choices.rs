//! Answers to choose from, with the one this person chose.

use directory::account::Actor;
use directory::reason::{Reason, offered};

use crate::view::choice::Choice;
use crate::view::fault::Fault;

/// What the form sends of somebody who would see no other.
const NO_NEXT: &str = "none";

/// An answer to choose; chosen when it is what was sent.
pub(super) fn choice(value: &str, label: &str, sent: &str) -> Choice {
    Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: None,
        chosen: !value.is_empty() && value == sent,
    }
}

/// The reasons somebody may give, without one that is offered in another way.
pub(super) fn reasons(actor: &Actor, sent: &str, without: Option<Reason>) -> Vec<Choice> {
    let offered = offered(actor.roles(), actor.sector())
        .into_iter()
        .filter(|reason| Some(*reason) != without);
    offered
        .map(|reason| choice(reason.code(), reason.words(), sent))
        .collect()
}

/// Why somebody would see the next that waits, once this one is decided: for the reason they gave for this one, until they choose
/// otherwise.
pub(super) fn next(reason: Reason, sent: Option<&str>) -> Vec<Choice> {
    let chosen = sent.unwrap_or(reason.code());
    vec![
        choice(reason.code(), reason.words(), chosen),
        choice(NO_NEXT, "I do not: back to the list", chosen),
    ]
}

/// A line of the summary of what is wrong.
pub(super) fn fault(field: &str, text: &str) -> Fault {
    Fault {
        field: field.to_owned(),
        text: text.to_owned(),
    }
}

/// A text with a capital first letter.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
