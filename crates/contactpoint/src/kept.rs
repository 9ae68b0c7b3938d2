//! Forms that were sent after their session had ended: kept for a few minutes in memory, for the account that filled them in.
//!
//! Nothing here is ever written to disk, and no other account can have it. A form proves by its token whose it is: the token of a
//! session is on that session's pages only. No form with a secret in it gets here.

use std::collections::HashMap;

use directory::Timestamp;
use directory::account::AccountId;

/// The most sessions whose forms are still known after they ended.
const SESSIONS_MAX: usize = 16_384;
/// For how long after its last request the forms of a session are known, in seconds: a working day.
const SESSION_SECONDS_MAX: i64 = 12 * 3_600;
/// The most forms kept at once; of one account at most one.
const FORMS_MAX: usize = 512;
/// For how long a form is kept, in seconds.
const FORM_SECONDS_MAX: i64 = 15 * 60;
/// The most that is kept of one form, in bytes.
const FORM_BYTES_MAX: usize = 4_096;

/// What was typed: names and values.
pub(crate) type Typed = Vec<(String, String)>;

/// The forms kept, and the sessions whose forms would be.
#[derive(Default)]
pub(crate) struct Kept {
    sessions: HashMap<u64, (AccountId, Timestamp)>,
    forms: HashMap<AccountId, Form>,
}

struct Form {
    path: &'static str,
    typed: Typed,
    at: Timestamp,
}

impl Kept {
    /// Remembers whose the forms of a session are, by a hash of their token.
    pub(crate) fn remember(&mut self, token: u64, account: AccountId, at: Timestamp) {
        if self.sessions.len() >= SESSIONS_MAX && !self.sessions.contains_key(&token) {
            self.sessions
                .retain(|_, (_, last)| is_within(*last, at, SESSION_SECONDS_MAX));
            if self.sessions.len() >= SESSIONS_MAX
                && let Some(any) = self.sessions.keys().next().copied()
            {
                self.sessions.remove(&any);
            }
        }
        self.sessions.insert(token, (account, at));
    }

    /// Forgets a session that somebody ended: nothing of it is kept.
    pub(crate) fn forget(&mut self, token: u64) {
        if let Some((account, _)) = self.sessions.remove(&token) {
            self.forms.remove(&account);
        }
    }

    /// Keeps a form of a session that has ended; `None`: it is not known whose it is, or it is too large.
    pub(crate) fn keep(
        &mut self,
        token: u64,
        path: &'static str,
        typed: Typed,
        at: Timestamp,
    ) -> Option<()> {
        let (account, last) = *self.sessions.get(&token)?;
        let bytes = typed.iter().fold(0_usize, |sum, (name, value)| {
            sum.saturating_add(name.len()).saturating_add(value.len())
        });
        if bytes > FORM_BYTES_MAX || !is_within(last, at, SESSION_SECONDS_MAX) {
            return None;
        }
        self.forms
            .retain(|_, form| is_within(form.at, at, FORM_SECONDS_MAX));
        if self.forms.len() >= FORMS_MAX && !self.forms.contains_key(&account) {
            return None;
        }
        self.forms.insert(account, Form { path, typed, at });
        Some(())
    }

    /// Gives back what this account typed into the form of a page, once.
    pub(crate) fn take(
        &mut self,
        account: AccountId,
        path: &'static str,
        at: Timestamp,
    ) -> Option<Typed> {
        if self.forms.get(&account)?.path != path {
            return None;
        }
        let form = self.forms.remove(&account)?;
        is_within(form.at, at, FORM_SECONDS_MAX).then_some(form.typed)
    }
}

fn is_within(then: Timestamp, at: Timestamp, seconds: i64) -> bool {
    at.as_second().saturating_sub(then.as_second()) <= seconds
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "tests")]
mod tests {
    use super::*;

    const JANE: AccountId = AccountId(1);
    const SAM: AccountId = AccountId(2);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_783_080_300 + seconds).unwrap()
    }

    fn typed(text: &str) -> Typed {
        vec![("family_name".to_owned(), text.to_owned())]
    }

    #[test]
    fn a_form_is_given_back_once_to_its_own_account_and_page() {
        let mut kept = Kept::default();
        kept.remember(7, JANE, at(0));
        assert_eq!(kept.keep(7, "/search", typed("Marsh"), at(60)), Some(()));
        assert_eq!(kept.take(SAM, "/search", at(61)), None);
        assert_eq!(kept.take(JANE, "/shield", at(61)), None);
        assert_eq!(kept.take(JANE, "/search", at(61)), Some(typed("Marsh")));
        assert_eq!(kept.take(JANE, "/search", at(61)), None);
    }

    #[test]
    fn a_form_of_nobody_known_too_large_or_of_a_session_somebody_ended_is_not_kept() {
        let mut kept = Kept::default();
        assert_eq!(kept.keep(7, "/search", typed("Marsh"), at(0)), None);
        kept.remember(7, JANE, at(0));
        assert_eq!(kept.keep(8, "/search", typed("Marsh"), at(0)), None);
        let large = typed(&"x".repeat(FORM_BYTES_MAX));
        assert_eq!(kept.keep(7, "/search", large, at(0)), None);
        assert_eq!(kept.keep(7, "/search", typed("Marsh"), at(0)), Some(()));
        kept.forget(7);
        assert_eq!(kept.take(JANE, "/search", at(0)), None);
        assert_eq!(kept.keep(7, "/search", typed("Marsh"), at(0)), None);
    }

    #[test]
    fn both_the_form_and_the_session_expire() {
        let mut kept = Kept::default();
        kept.remember(7, JANE, at(0));
        kept.keep(7, "/search", typed("Marsh"), at(0));
        assert_eq!(kept.take(JANE, "/search", at(FORM_SECONDS_MAX + 1)), None);
        let late = at(SESSION_SECONDS_MAX + 1);
        assert_eq!(kept.keep(7, "/search", typed("Marsh"), late), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut kept = Kept::default();
        let many = i64::try_from(SESSIONS_MAX).unwrap();
        for one in 0..=many {
            kept.remember(one.cast_unsigned(), AccountId(one), at(0));
        }
        assert_eq!(kept.sessions.len(), SESSIONS_MAX);
        let tokens: Vec<u64> = kept.sessions.keys().copied().take(FORMS_MAX + 1).collect();
        for token in tokens {
            kept.keep(token, "/search", typed("Marsh"), at(0));
        }
        assert_eq!(kept.forms.len(), FORMS_MAX);
    }
}
