//! Answers to choose from, with the one this person chose.

use directory::account::Actor;
use directory::reason::{Reason, offered};

use crate::view::choice::Choice;
use crate::view::fault::Fault;

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
