//! What is missing on a record and can be said, what was proposed for a list, and why a list is not set by a person, in words.

use directory::Date;
use directory::account::Actor;
use directory::child::{Mark, View};
use directory::correction::{Disputed, Right};
use directory::disputing::{can_be_missing, shown_value};
use directory::following::Weight;
use directory::name::Carer;
use directory::number::Scheme;

use super::wrong_words::list;
use crate::words;

/// Whether nothing is shown of a field of which this person can say what is missing. Behind a shield only what stays visible there
/// can be missing: of the rest nobody learns whether it is known (X2).
pub(super) fn is_missing(field: Disputed, view: &View, actor: &Actor, today: Date) -> bool {
    let View::Whole(child) = view else {
        let visible = [Disputed::Born, Disputed::Gender];
        return visible.contains(&field) && shown_value(field, view).is_none();
    };
    let has_number = Scheme::ALL
        .iter()
        .any(|scheme| scheme.sector() == actor.sector());
    match field {
        field if field.has_one_value() => shown_value(field, view).is_none(),
        Disputed::OtherNumbers if !has_number => false,
        field => can_be_missing(child, field, today) && list(field, view).is_none(),
    }
}

/// The scheme of the numbers that bodies of this person's sector give.
pub(super) fn own_scheme(actor: &Actor) -> Option<Scheme> {
    Scheme::ALL
        .into_iter()
        .find(|scheme| scheme.sector() == actor.sector())
}

/// What somebody proposed for a list, for whoever looks into it.
pub(super) fn proposal(mark: Option<&Mark>) -> Option<String> {
    let mark = mark.filter(|mark| mark.weight == Weight::Report && !mark.field.has_one_value())?;
    let Right::Is(right) = &mark.right else {
        return None;
    };
    let numbers = right.other_numbers.iter().map(ToString::to_string);
    let all: Vec<String> = right.carers.iter().map(carer).chain(numbers).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn carer(carer: &Carer) -> String {
    let telephone = carer.telephone.as_ref().map(ToString::to_string);
    let email = carer.email.as_ref().map(ToString::to_string);
    let parts = [Some(words::typeset(&carer.name)), telephone, email];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why nobody sets a list by hand, and what happens next. `None`: the field is set by those who may.
pub(super) fn why_not_set(field: Disputed) -> Option<&'static str> {
    let why = match field {
        Disputed::Carers => {
            "Nobody sets parents and carers by hand: who cares for a child is for the services that know the family to say, and a wrong \
             name here could lead somebody to a family that must not be found. For those services it is listed that parents and carers are \
             in dispute, and nothing else. A data officer of the responsible authority sees what you propose and asks them, and can take out \
             what is wrong meanwhile. The record changes when one of them says it."
        }
        Disputed::FormerNames => {
            "Nobody sets former or other names by hand: one that is not the child’s, or that the child left behind, could lead to the \
             family. For the services that gave the name it is listed that such names are in dispute, and nothing else. A data officer asks \
             them, and can take out a wrong one meanwhile. The record changes when they do."
        }
        Disputed::Involvements => {
            "Nobody says by hand who works with a child but they and their service. For the service it is listed that people working with \
             the child are in dispute, and nothing else. A data officer asks it, and can take out what is wrong meanwhile. The record changes \
             when it says so. What somebody recorded here of themselves is ended on the record: by them, by a colleague of the same service, \
             or by an officer who may correct the record, and stays there for a year, marked as ended."
        }
        Disputed::OtherNumbers => {
            "Nobody sets such a number by hand: the body that gave it out has to confirm it, or two children could be taken for one. For the \
             services that gave it, it is listed that the number is in dispute, and nothing else. A data officer asks them, and the record \
             changes when they say so."
        }
        _ => return None,
    };
    Some(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r83_every_list_says_why_it_is_not_set_and_what_happens_next() {
        for field in Disputed::ALL {
            let why = why_not_set(field);
            assert_eq!(why.is_none(), field.has_one_value(), "{field:?}");
            for said in ["by hand", "data officer", "listed", "changes when"] {
                let is_said = why.is_none_or(|why| why.contains(said) || said == "by hand");
                assert!(is_said, "{field:?}: {said}");
            }
        }
    }
}
