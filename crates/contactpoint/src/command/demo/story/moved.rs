//! The child who has moved: the NHS has a new address in Bristol's area, and Bristol's data officer asks to become responsible (L4).

use directory::address::{Address, AddressState, Residence};
use directory::name::{Gender, Name};
use directory::number::{OtherNumber, Scheme};
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::Reason;
use directory::setting::PrimaryCare;
use directory::statement::{Particulars, SourceKind};
use directory::supplied::{Known, Outcome, Restriction, Row, Supplier};
use directory::transfer::Act;
use store::Store;

use super::children::{Child, PRACTICE, children};
use super::rows::key;
use super::shield::{an_hour_ago, sign_in};
use crate::clock;
use crate::command::Stop;
use crate::command::demo::nobody::nhs_number;
use crate::command::demo::people::{NEIGHBOUR, fit};

/// Who has moved.
const CHILD: &str = "Freya";
/// Where to.
const ADDRESS: [&str; 2] = ["4 Harbourside Terrace", "Bristol"];
/// Who asks.
const OFFICER: &str = "bea";

/// Moves the child, and asks.
///
/// # Errors
/// [`Stop`] when a step of it is refused.
pub fn add(store: &Store) -> Result<(), Stop> {
    let now = clock::now();
    let all = children(now.today);
    let place = all.iter().position(|child| child.given == CHILD);
    let place = place.ok_or_else(missing)?;
    let child = all.get(place).ok_or_else(missing)?;
    let supplier = Supplier {
        code: fit("nhs")?,
        kind: SourceKind::Nhs,
    };
    let row = row((place, child), now.today)?;
    if store.accept(&supplier, &[row], now)? != [Outcome::Accepted] {
        return Err(missing());
    }
    let asked = an_hour_ago();
    let session = sign_in(store, OFFICER, asked)?;
    let visible = Visible {
        given: Some(fit(child.given)?),
        family: Some(fit(child.family)?),
        born: Some(Born::On(child.born)),
        ..Visible::default()
    };
    let query = Query::of(visible, Hidden::default()).map_err(|_| missing())?;
    let reason = Reason::DataQuality;
    let found = store.search(&session, reason, query, asked)?;
    let found = found.map_err(|_| missing())?;
    let reference = &found.children.first().ok_or_else(missing)?.reference;
    store
        .give_reason(&session, reference, reason, asked)?
        .map_err(|_| missing())?;
    store
        .show_moved(&session, reference, asked)?
        .map_err(|_| missing())?;
    store
        .transfer(&session, reference, Act::Propose, asked)?
        .map_err(|_| missing())?;
    store.sign_out(&session, asked)?;
    Ok(())
}

fn row((place, child): (usize, &Child), today: directory::Date) -> Result<Row, Stop> {
    let [street, town] = ADDRESS;
    let address = Address {
        lines: vec![fit(street)?, fit(town)?],
        postcode: None,
    };
    let number = OtherNumber::parse(Scheme::Nhs, &nhs_number(place).to_string());
    Ok(Row {
        line: 1,
        key: fit(&key(place))?,
        confirmed: today,
        particulars: Particulars {
            name: Some(Name {
                given: Some(fit(child.given)?),
                family: fit(child.family)?,
            }),
            born: Some(child.born),
            gender: Some(Gender::Female),
            residence: Some(Residence {
                state: AddressState::Current(address),
                authority: Some(fit(NEIGHBOUR)?),
            }),
            primary_care: Some(PrimaryCare::Registered {
                place: fit(PRACTICE)?,
                since: None,
            }),
            other_numbers: number.into_iter().collect(),
            ..Particulars::default()
        },
        also: Vec::new(),
        withdrawn: Vec::new(),
        restriction: Restriction::None,
        known: Known::Still,
    })
}

fn missing() -> Stop {
    Stop::Failed("the practice directory: the child of the story could not be moved".to_owned())
}
