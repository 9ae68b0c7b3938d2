//! A shield that is placed while a batch is being resolved, at any point of it: no row of the batch is published beside it (F1).
//!
//! A batch of many rows is read on several connections (SQLite) or statement by statement (PostgreSQL), which is not one state of the database.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use directory::address::AddressState;
use directory::query::{Born, Hidden, Query, Visible};
use directory::shield::Ground;
use directory::supplied::{Outcome, Row};
use directory::text::{self, NamePart};
use jiff::civil::date;
use store::{Options, Session, Store};

use crate::practice::*;

const BORN: directory::Date = date(2013, 8, 21);
/// So many rows that their keys and records are read on several connections.
const ROWS: usize = 200;
/// Where the child was moved to, for safety.
const REFUGE: &str = "SW1A 2AA";

/// What is done in the middle of a batch.
type Act = Box<dyn FnOnce()>;

thread_local! {
    /// How many draws are left before it is done, and what.
    static ARMED: RefCell<Option<(usize, Act)>> = const { RefCell::new(None) };
    static DRAWS: Cell<usize> = const { Cell::new(0) };
}

/// Randomness as always; at one of its draws somebody acts. A batch draws when it makes a record or lets a row wait.
fn interrupted(bytes: &mut [u8]) {
    DRAWS.set(DRAWS.get() + 1);
    let act = ARMED.with_borrow_mut(|armed| match armed.take() {
        Some((0, act)) => Some(act),
        Some((left, act)) => {
            *armed = Some((left - 1, act));
            None
        }
        None => None,
    });
    if let Some(act) = act {
        act();
    }
    entropy(bytes);
}

/// The child, misspelt and at the refuge, among many others.
fn batch() -> Vec<Row> {
    let name = |place: usize| {
        let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
        format!(
            "Q{}{}u{}",
            letter(place),
            letter(place / 26),
            letter(place / 7)
        )
    };
    let mut rows: Vec<Row> = (0..ROWS)
        .map(|place| {
            let born = date(2010, 1, 1).saturating_add(jiff::Span::new().days(place as i64 * 9));
            row(
                &format!("n{place}"),
                &name(place),
                &name(place * 31 + 5),
                born,
            )
        })
        .collect();
    let mut moved = row("refuge", "Maya", "Holliss", BORN);
    if let Some(residence) = &mut moved.particulars.residence
        && let AddressState::Current(address) = &mut residence.state
    {
        address.postcode = text::postcode(REFUGE).ok();
    }
    moved.particulars.education = None;
    rows.insert(ROWS / 2, moved);
    rows
}

fn at_the_refuge(session: &Session) -> Query {
    let visible = Visible {
        given: NamePart::parse("Maya").ok(),
        born: Some(Born::On(BORN)),
        ..Visible::default()
    };
    let hidden = Hidden {
        postcode: text::postcode(REFUGE).ok(),
        ..Hidden::default()
    };
    assert!(session.actor().authority().is_some());
    Query::of(visible, hidden).unwrap()
}

/// Takes the batch while a shield is placed at one of its draws. Whether it was, and how often the batch drew.
fn taken(practice: &Practice, at: usize) -> (bool, usize) {
    practice.accept(&[row("1", "Maya", "Hollis", BORN)]);
    let sam = practice.session("sam");
    let reference = practice.opened(&sam, by_name("Maya", "Hollis", BORN));
    let jane = practice.session("jane");
    let supplying = Store::open(Options {
        entropy: interrupted,
        ..practice.options.clone()
    })
    .unwrap();
    let (store, now) = (Arc::clone(&practice.store), practice.now());
    let act: Act = Box::new(move || {
        let placed = store.shield(&sam, &reference, Ground::FleeingAbuse, now);
        placed.unwrap().unwrap();
    });
    DRAWS.set(0);
    ARMED.set(Some((at, act)));
    let census = directory::supplied::Supplier {
        code: parse("census"),
        kind: directory::statement::SourceKind::Census,
    };
    let outcomes = supplying.accept(&census, &batch(), practice.now()).unwrap();
    let was_placed = ARMED.take().is_none();
    assert_eq!(outcomes.len(), ROWS + 1);
    let found = practice.shown(&jane, at_the_refuge(&jane));
    if was_placed {
        assert!(
            found.is_empty(),
            "published beside a shield placed at draw {at}"
        );
        assert!(!outcomes.contains(&Outcome::TakenBack));
    } else {
        assert_eq!(found.len(), 1, "without a shield it is found");
    }
    (was_placed, DRAWS.get())
}

#[test]
fn f1_a_shield_placed_at_any_point_of_a_batch_lets_no_row_of_it_be_published() {
    let fresh: [fn() -> Practice; 2] = [Practice::sqlite, Practice::postgres];
    for fresh in fresh {
        let (was_placed, draws) = taken(&fresh(), usize::MAX);
        assert!(!was_placed && draws > ROWS);
        for at in [0, 1, draws / 4, draws / 2, draws - 1] {
            let (was_placed, _) = taken(&fresh(), at);
            assert!(
                was_placed,
                "a batch draws as often as before: {at} of {draws}"
            );
        }
    }
}
