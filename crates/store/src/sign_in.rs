//! Signing in: user name, password, PIN and security token (R61). Every failure is the same answer after the same work.

use directory::account::{AccountId, Actor, NotAdmitted, admit};
use directory::event::{Asked, By, Event, What};
use directory::text::UserName;
use directory::{Now, Timestamp};
use totp_rs::Builder;

use crate::Store;
use crate::account::{Secrets, Stored, hash};
use crate::driver::Value;
use crate::error::Error;
use crate::seal::{Column, hex};
use crate::session::{Body, Session, write_body};

/// The most of an address or a browser's name that is kept, in characters.
const ORIGIN_CHARACTERS_MAX: usize = 120;
/// The length of a code of the security token, in digits.
const TOKEN_DIGITS: usize = 6;

/// What somebody signs in with.
pub struct Credentials {
    /// The user name, as typed.
    pub user_name: String,
    /// The password, as typed.
    pub password: String,
    /// The PIN, as typed.
    pub pin: String,
    /// The code the security token shows.
    pub code: String,
}

/// Where somebody signs in from.
pub struct Origin {
    /// The network address.
    pub address: String,
    /// The browser, as it names itself.
    pub browser: String,
}

/// Somebody who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The secret to be kept in the cookie, and nowhere else.
    pub secret: String,
}

/// Not signed in. Why is nobody's to know: there is nothing in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSignedIn;

impl Store {
    /// Signs somebody in, if all four are right and every gate is open today.
    ///
    /// A user name that is nobody's is put through the same work with secrets that cannot fit.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer.
    pub fn sign_in(
        &self,
        credentials: &Credentials,
        from: &Origin,
        now: Now,
    ) -> Result<Result<SignedIn, NotSignedIn>, Error> {
        self.follow_reference()?;
        let stored = self.named(credentials)?;
        let secrets = stored
            .as_ref()
            .map_or_else(nobody, |stored| stored.secrets.clone());
        let step = verify(&secrets, credentials, now.at)?;
        let admitted = self.admitted(stored.as_ref(), now)?;
        let account = stored.as_ref().map(|stored| stored.account.id);
        if let (Some(step), Some(actor)) = (step, admitted)
            && let Some(signed_in) = self.begin(actor, step, from, now)?
        {
            return Ok(Ok(signed_in));
        }
        self.record(Event::now(
            now,
            By::Stranger,
            What::SignInFailed { account },
        ))?;
        Ok(Err(NotSignedIn))
    }

    /// Refuses somebody who tried in vain too often, whatever they sent, after the same work and with an event of its own (X7).
    ///
    /// # Errors
    /// [`Error`] when the database does not answer.
    pub fn bar_sign_in(&self, credentials: &Credentials, now: Now) -> Result<NotSignedIn, Error> {
        let stored = self.named(credentials)?;
        verify(&nobody(), credentials, now.at)?;
        self.admitted(stored.as_ref(), now)?;
        let account = stored.map(|stored| stored.account.id);
        self.record(Event::now(
            now,
            By::Stranger,
            What::SignInBarred { account },
        ))?;
        Ok(NotSignedIn)
    }

    /// Records that somebody asked more often than one person needs, and was not answered (X7).
    ///
    /// # Errors
    /// [`Error`] when it could not be written.
    pub fn hold_back(&self, session: &Session, asked: Asked, now: Now) -> Result<(), Error> {
        let what = What::HeldBack { asked };
        self.record(Event::now(now, session.by(), what)).map(|_| ())
    }

    /// The account of the user name that was typed, if it is one.
    fn named(&self, credentials: &Credentials) -> Result<Option<Stored>, Error> {
        match UserName::parse(&credentials.user_name) {
            Ok(user_name) => self.stored(&user_name),
            Err(_) => Ok(None),
        }
    }

    fn admitted(&self, stored: Option<&Stored>, now: Now) -> Result<Option<Actor>, Error> {
        let organisation = stored.map_or(0, |stored| stored.account.organisation.0);
        let sql = "SELECT id, body FROM organisation WHERE id = $1";
        let rows = self.read(sql, &[Value::Int(organisation)], |row| {
            Ok((row.int(0)?, row.blob(1)?))
        })?;
        let (Some(stored), Some((id, body))) = (stored, rows.into_iter().next()) else {
            return Ok(None);
        };
        let organisation = self.open_organisation(id, &body)?;
        let authority = organisation
            .authority()
            .and_then(|code| self.authority(code));
        let admitted: Result<Actor, NotAdmitted> = admit(
            &stored.account,
            &organisation,
            authority.as_ref(),
            now.today,
        );
        Ok(admitted.ok())
    }

    /// Begins a session, unless the token's step was used before: a code is good once.
    fn begin(
        &self,
        actor: Actor,
        step: i64,
        from: &Origin,
        now: Now,
    ) -> Result<Option<SignedIn>, Error> {
        let secret = hex(&self.random::<32>());
        let id = self
            .session_id(&secret)
            .ok_or(Error::Inconsistent("a session's secret"))?;
        let AccountId(account) = actor.account();
        let at = now.at.as_microsecond();
        let body = Body {
            full_hash: self.full_hash(&secret),
            account,
            started: at,
            address: kept(&from.address),
            browser: kept(&from.browser),
        };
        let sealed =
            self.ring()
                .seal(Column::SessionBody, id, &write_body(&body), self.random())?;
        let session = self.make_session(actor, id, &secret, (now.at, now.at));
        let prepared = self.prepare(&Event::now(now, session.by(), What::SignedIn))?;
        let begun = self.writer.write(move |connection| {
            let sql = "UPDATE account SET token_step = $1 WHERE id = $2 AND token_step < $1";
            if connection.execute(sql, &[Value::Int(step), Value::Int(account)])? == 0 {
                return Ok(false);
            }
            let sql = "INSERT INTO session (id, account, started, last_used, body) VALUES ($1, $2, $3, $3, $4)";
            connection.execute(sql, &[Value::Int(id), Value::Int(account), Value::Int(at), Value::Blob(&sealed)])?;
            prepared.insert(connection)?;
            Ok(true)
        })?;
        Ok(begun.then_some(SignedIn { session, secret }))
    }
}

/// Secrets nobody has: no password or code fits them.
fn nobody() -> Secrets {
    Secrets {
        salt: [0; 16],
        hash: [0; 32],
        token: [0; 20],
    }
}

/// The step of the security token, when password, PIN and code are all right. All are always tried.
fn verify(
    secrets: &Secrets,
    credentials: &Credentials,
    at: Timestamp,
) -> Result<Option<i64>, Error> {
    let hashed = hash(&secrets.salt, &credentials.password, &credentials.pin)?;
    // A comparison of keyed hashes, which does not tell by its time where two hashes begin to differ.
    let known = blake3::Hash::from_bytes(secrets.hash) == blake3::Hash::from_bytes(hashed);
    let code: String = credentials
        .code
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let step = token_step(&secrets.token, &code, at);
    Ok(step.filter(|_| known))
}

/// The step at which a code is good (RFC 6238: 30 seconds, one step of grace either way).
fn token_step(key: &[u8; 20], code: &str, at: Timestamp) -> Option<i64> {
    if code.len() != TOKEN_DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let totp = Builder::new().with_secret(key.to_vec()).build().ok()?;
    let step = totp.check(code, u64::try_from(at.as_second()).ok()?)?;
    i64::try_from(step).ok()
}

fn kept(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(ORIGIN_CHARACTERS_MAX)
        .collect()
}
