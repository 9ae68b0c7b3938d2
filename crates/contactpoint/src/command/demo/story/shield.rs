//! The shield on Maya's record, placed as any other: by a shielding officer who is signed in, looks, and gives a reason.

use directory::Now;
use directory::query::{Born, Hidden, Query, Visible};
use directory::reason::Reason;
use directory::shield::Ground;
use directory::text::UserName;
use jiff::ToSpan as _;
use store::{Credentials, Origin, Session, Store};

use super::children::children;
use crate::clock;
use crate::command::demo::people::{PASSWORD, PIN, fit};
use crate::command::{Stop, token};

/// Who places it.
const OFFICER: &str = "sam";
/// On whose record.
const CHILD: &str = "Maya";
/// How long before now it is placed, in minutes: the officer's code of now stays good for whoever practises.
const MINUTES_AGO: i64 = 60;

/// Places the shield.
///
/// # Errors
/// [`Stop`] when a step of it is refused.
pub fn shield(store: &Store) -> Result<(), Stop> {
    let now = an_hour_ago();
    let session = sign_in(store, OFFICER, now)?;
    let child = children(now.today)
        .into_iter()
        .find(|child| child.given == CHILD)
        .ok_or_else(missing)?;
    let visible = Visible {
        given: Some(fit(child.given)?),
        family: Some(fit(child.family)?),
        born: Some(Born::On(child.born)),
        ..Visible::default()
    };
    let query = Query::of(visible, Hidden::default()).map_err(|_| missing())?;
    let found = store
        .search(&session, Reason::ShieldDecision, query, now)?
        .map_err(|_| missing())?;
    let reference = &found.children.first().ok_or_else(missing)?.reference;
    store
        .give_reason(&session, reference, Reason::ShieldDecision, now)?
        .map_err(|_| missing())?;
    store
        .shield(&session, reference, Ground::FleeingAbuse, now)?
        .map_err(|_| missing())?;
    store.sign_out(&session, now)?;
    Ok(())
}

/// When officers of the story do what they do: their codes of now stay good for whoever practises.
pub(super) fn an_hour_ago() -> Now {
    let at = clock::now().at;
    let at = at.checked_sub(MINUTES_AGO.minutes()).unwrap_or(at);
    Now {
        at,
        today: clock::day_of(at),
    }
}

/// Signs somebody of the practice directory in.
pub(super) fn sign_in(store: &Store, officer: &str, now: Now) -> Result<Session, Stop> {
    let user_name: UserName = fit(officer)?;
    let key = store.token_key(&user_name)?.ok_or_else(missing)?;
    let (code, _) = token::code(&key, now.at).ok_or_else(missing)?;
    let credentials = Credentials {
        user_name: officer.to_owned(),
        password: PASSWORD.to_owned(),
        pin: PIN.to_owned(),
        code,
    };
    let from = Origin {
        address: "127.0.0.1".to_owned(),
        browser: "contactpoint demo".to_owned(),
    };
    let signed_in = store
        .sign_in(&credentials, &from, now)?
        .map_err(|_| missing())?;
    Ok(signed_in.session)
}

fn missing() -> Stop {
    Stop::Failed("the practice directory: the shield of the story could not be placed".to_owned())
}
