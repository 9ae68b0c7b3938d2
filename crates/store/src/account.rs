//! Accounts and the secrets their people sign in with.

use argon2::{Algorithm, Argon2, Params, Version};
use directory::Now;
use directory::account::{Account, AccountId};
use directory::event::{By, Event, What};
use directory::organisation::OrganisationId;
use directory::text::UserName;

use crate::driver::Value;
use crate::error::Error;
use crate::key::Subject;
use crate::seal::Column;
use crate::{Store, account_bytes, key};

/// The least length of a password, in characters.
const PASSWORD_CHARACTERS_MIN: usize = 12;
/// The most length of a password, in bytes.
const PASSWORD_BYTES_MAX: usize = 1_024;
/// The least digits of a PIN.
pub const PIN_DIGITS_MIN: usize = 6;
/// The most digits of a PIN.
pub const PIN_DIGITS_MAX: usize = 12;

/// The cost of a guess (OWASP password storage cheat sheet: Argon2id with 19 MiB and two passes).
const ARGON2_KIBIBYTES: u32 = 19_456;
const ARGON2_PASSES: u32 = 2;

/// New secrets for an account.
pub struct NewSecrets {
    /// The password.
    pub password: String,
    /// The PIN.
    pub pin: String,
    /// The key of the security token (RFC 6238), 160 bits.
    pub token: [u8; 20],
}

/// What is kept of the secrets: one hash over password and PIN, so that nobody learns which of the two was wrong.
#[derive(Clone)]
pub(crate) struct Secrets {
    pub(crate) salt: [u8; 16],
    pub(crate) hash: [u8; 32],
    pub(crate) token: [u8; 20],
}

/// An account with what is needed to sign in to it.
pub(crate) struct Stored {
    pub(crate) account: Account,
    pub(crate) secrets: Secrets,
}

/// The hash of a password and a PIN together.
pub(crate) fn hash(salt: &[u8; 16], password: &str, pin: &str) -> Result<[u8; 32], Error> {
    let fault = |_| Error::Inconsistent("the parameters of the password hash");
    let params = Params::new(ARGON2_KIBIBYTES, ARGON2_PASSES, 1, Some(32)).map_err(fault)?;
    let mut input = Vec::with_capacity(password.len().saturating_add(pin.len()).saturating_add(8));
    input.extend_from_slice(
        &u64::try_from(password.len())
            .unwrap_or(u64::MAX)
            .to_be_bytes(),
    );
    input.extend_from_slice(password.as_bytes());
    input.extend_from_slice(pin.as_bytes());
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(&input, salt, &mut out)
        .map_err(fault)?;
    Ok(out)
}

/// Whether new secrets may be used.
fn check(secrets: &NewSecrets) -> Result<(), Error> {
    if secrets.password.chars().count() < PASSWORD_CHARACTERS_MIN
        || secrets.password.len() > PASSWORD_BYTES_MAX
    {
        return Err(Error::Unfit(format!(
            "a password has at least {PASSWORD_CHARACTERS_MIN} characters and at most {PASSWORD_BYTES_MAX} bytes"
        )));
    }
    let digits = secrets.pin.len();
    let all = secrets.pin.bytes().all(|byte| byte.is_ascii_digit());
    if !all || !(PIN_DIGITS_MIN..=PIN_DIGITS_MAX).contains(&digits) {
        return Err(Error::Unfit(format!(
            "a PIN has {PIN_DIGITS_MIN} to {PIN_DIGITS_MAX} digits"
        )));
    }
    Ok(())
}

impl Store {
    /// Adds an account with its secrets, or changes one, with new secrets if any are given.
    ///
    /// # Errors
    /// [`Error::Unfit`] when the secrets are too weak, a new account has none, or the user name is another's.
    pub fn put_account(
        &self,
        account: &Account,
        secrets: Option<&NewSecrets>,
        now: Now,
    ) -> Result<(), Error> {
        let id = account.id.0;
        let known = self.stored(&account.user_name)?;
        if known
            .as_ref()
            .is_some_and(|known| known.account.id != account.id)
        {
            return Err(Error::Unfit("the user name is taken".to_owned()));
        }
        let secrets = match (secrets, known) {
            (Some(new), _) => self.hashed(new)?,
            (None, Some(known)) => known.secrets,
            (None, None) => {
                return Err(Error::Unfit(
                    "a new account needs a password, a PIN and a token".to_owned(),
                ));
            }
        };
        let ring = self.ring();
        let body = ring.seal(
            Column::AccountBody,
            id,
            &account_bytes::account(account),
            self.random(),
        )?;
        let sealed = ring.seal(
            Column::AccountSecrets,
            id,
            &account_bytes::secrets(&secrets),
            self.random(),
        )?;
        let user_name = user_key(&ring, &account.user_name);
        drop(ring);
        let organisation = account.organisation.0;
        let event = Event::now(now, By::Operator, What::account_set(account));
        let prepared = self.prepare(&event)?;
        self.writer.write(move |connection| {
            let sql = "INSERT INTO account (id, user_name, organisation, token_step, secrets, body) \
                 VALUES ($1, $2, $3, 0, $4, $5) ON CONFLICT (id) DO UPDATE SET user_name = excluded.user_name, \
                 organisation = excluded.organisation, secrets = excluded.secrets, body = excluded.body";
            let values =
                [Value::Int(id), Value::Int(user_name), Value::Int(organisation), Value::Blob(&sealed), Value::Blob(&body)];
            connection.execute(sql, &values)?;
            prepared.insert(connection)
        })
    }

    /// The account of a user name.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn account(&self, user_name: &UserName) -> Result<Option<Account>, Error> {
        Ok(self.stored(user_name)?.map(|stored| stored.account))
    }

    /// Every account, by id.
    ///
    /// # Errors
    /// [`Error`] when they could not be read.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        let rows = self.read("SELECT id, body FROM account ORDER BY id", &[], |row| {
            Ok((row.int(0)?, row.blob(1)?))
        })?;
        rows.into_iter()
            .map(|(id, body)| self.open_account(id, &body))
            .collect()
    }

    /// For which organisation somebody works. `None`: there is no such account any more.
    pub(crate) fn organisation_of(
        &self,
        account: AccountId,
    ) -> Result<Option<OrganisationId>, Error> {
        let sql = "SELECT id, body FROM account WHERE id = $1";
        let rows = self.read(sql, &[Value::Int(account.0)], |row| {
            Ok((row.int(0)?, row.blob(1)?))
        })?;
        let found = rows.into_iter().next();
        let account = found.map(|(id, body)| self.open_account(id, &body));
        Ok(account.transpose()?.map(|account| account.organisation))
    }

    /// The key of an account's security token: for issuing it, and for practice directories.
    ///
    /// # Errors
    /// [`Error`] when it could not be read.
    pub fn token_key(&self, user_name: &UserName) -> Result<Option<[u8; 20]>, Error> {
        Ok(self.stored(user_name)?.map(|stored| stored.secrets.token))
    }

    pub(crate) fn stored(&self, user_name: &UserName) -> Result<Option<Stored>, Error> {
        let user = user_key(&self.ring(), user_name);
        let sql = "SELECT id, body, secrets FROM account WHERE user_name = $1";
        let rows = self.read(sql, &[Value::Int(user)], |row| {
            Ok((row.int(0)?, row.blob(1)?, row.blob(2)?))
        })?;
        let Some((id, body, sealed)) = rows.into_iter().next() else {
            return Ok(None);
        };
        let account = self.open_account(id, &body)?;
        let plain = self.ring().unseal(Column::AccountSecrets, id, &sealed)?;
        let secrets = account_bytes::read_secrets(&plain)
            .ok_or(Error::Inconsistent("an account's secrets"))?;
        Ok(Some(Stored { account, secrets }))
    }

    pub(crate) fn open_account(&self, id: i64, body: &[u8]) -> Result<Account, Error> {
        let plain = self.ring().unseal(Column::AccountBody, id, body)?;
        account_bytes::read_account(AccountId(id), &plain).ok_or(Error::Inconsistent("an account"))
    }

    fn hashed(&self, new: &NewSecrets) -> Result<Secrets, Error> {
        check(new)?;
        let salt = self.random();
        Ok(Secrets {
            salt,
            hash: hash(&salt, &new.password, &new.pin)?,
            token: new.token,
        })
    }
}

/// User names are compared without regard to case.
fn user_key(ring: &crate::seal::KeyRing, user_name: &UserName) -> i64 {
    key::hashed(
        ring,
        Subject::UserName,
        user_name.as_str().to_lowercase().as_bytes(),
    )
}
