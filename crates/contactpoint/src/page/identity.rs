//! Which child it is, in the words of every page about one.

use directory::Date;
use directory::child::View;

use crate::view::identity::Identity;
use crate::words;

/// The four things that even a shielded record shows (R43).
pub(super) fn identity(view: &View, today: Date) -> Identity {
    Identity {
        name: view.name().map(words::typeset).unwrap_or_default(),
        date_of_birth: words::born(view.born()),
        age: words::age(view.born(), today),
        gender: words::gender(view.gender()).to_owned(),
        number: view.number().to_string(),
    }
}

/// The whole name, where two children are told apart.
pub(super) fn called_fully(view: &View) -> String {
    view.name()
        .map_or_else(|| "this child".to_owned(), words::typeset)
}

/// What to call the child in a sentence.
pub(super) fn called(view: &View) -> String {
    view.name().map_or_else(
        || "the child".to_owned(),
        |name| words::typeset(&name.familiar()),
    )
}
