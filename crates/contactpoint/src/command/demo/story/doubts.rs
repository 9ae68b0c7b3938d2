//! Rows that wait for a person: alike to children of the story and not exactly, one of them to the shielded child.

use directory::Date;
use directory::address::{Address, AddressState, Residence};
use directory::name::{Gender, Name};
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
use store::Store;

use super::children::{Child, children};
use crate::clock;
use crate::command::Stop;
use crate::command::demo::people::{AUTHORITY, fit};

/// Who supplies them.
const SUPPLIER: &str = "child-benefit";
/// Where the families lived before, as the supplier still has it: of whom, and the given name as it is written there.
const ROWS: [(&str, &str, (&str, &str)); 6] = [
    ("Ryan", "Ryan", ("2 Canal Walk", "Keynsham")),
    ("Chloe", "Chloé", ("2 Canal Walk", "Keynsham")),
    ("Jordan", "Jordon", ("16 Tower Lane", "Warmley")),
    ("Aaliyah", "Aliyah", ("40 Mill Crescent", "Alveston")),
    ("Alfie", "Alfie", ("2 Canal Walk", "Keynsham")),
    ("Maya", "Maya", ("9 Ferry Road", "Hanham")),
];

/// Adds the rows. Each must be in doubt, or there would be nothing to practise.
///
/// # Errors
/// [`Stop`] when one is not.
pub fn add(store: &Store, today: Date) -> Result<(), Stop> {
    let children = children(today);
    let mut rows = Vec::with_capacity(ROWS.len());
    for (line, (of, written, address)) in (1_u64..).zip(ROWS) {
        let child = children.iter().find(|child| child.given == of);
        let child = child.ok_or_else(|| untrue(of))?;
        rows.push(row(line, (child, written), address, today)?);
    }
    let supplier = Supplier {
        code: fit(SUPPLIER)?,
        kind: SourceKind::ChildBenefit,
    };
    let outcomes = store.accept(&supplier, &rows, clock::now())?;
    // Of the shielded child nothing tells the supplier that the row is held.
    let mut all = ROWS.iter().zip(outcomes);
    match all.find(|(_, outcome)| *outcome != Outcome::Waiting) {
        Some(((of, _, _), _)) => Err(untrue(of)),
        None => Ok(()),
    }
}

fn row(
    line: u64,
    (child, written): (&Child, &str),
    (street, town): (&str, &str),
    today: Date,
) -> Result<Row, Stop> {
    let address = Address {
        lines: vec![fit(street)?, fit(town)?],
        postcode: None,
    };
    Ok(Row {
        line,
        key: fit(&format!("story-doubt-{line}"))?,
        confirmed: today,
        particulars: Particulars {
            name: Some(Name {
                given: Some(fit(written)?),
                family: fit(child.family)?,
            }),
            born: Some(child.born),
            gender: Some(if child.female {
                Gender::Female
            } else {
                Gender::Male
            }),
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: Some(fit(AUTHORITY)?),
            }),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    })
}

fn untrue(of: &str) -> Stop {
    Stop::Failed(format!(
        "the practice directory: the row like {of} is not in doubt"
    ))
}
