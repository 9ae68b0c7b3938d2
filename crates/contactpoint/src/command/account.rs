//! `contactpoint account`: the people who may sign in, the checks on them, and their secrets.

mod given;
mod secrets;

use clap::{Args, Subcommand};
use directory::Date;
use directory::account::{Account, AccountId, Checks, Role, Suspension};
use directory::text::UserName;
use store::{NewSecrets, Store};

use super::say::{say, table};
use super::{Stop, parse, token};
use crate::clock;
use crate::config::Config;
use given::{Given, needed};
use secrets::Asked;

/// What to do with accounts.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Add an account; asks for its password and PIN
    Add(Add),
    /// Change an account; what is not given stays
    Change(Change),
    /// Suspend an account: its open sessions end at their next request
    Suspend(Whose),
    /// Lift the suspension of an account
    Restore(Whose),
    /// List the accounts
    List,
    /// Show the code that the security token shows now: in a practice directory only
    Token(Whose),
}

/// Whose account.
#[derive(Args, Debug)]
pub struct Whose {
    /// The name the person signs in with
    #[arg(value_name = "USER", value_parser = parse::text::<directory::text::kind::User>)]
    user_name: UserName,
}

/// An account to be added.
#[derive(Args, Debug)]
pub struct Add {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    given: Given,
    /// Read the password and the PIN from the first two lines of the standard input
    #[arg(long)]
    password_stdin: bool,
}

/// An account to be changed.
#[derive(Args, Debug)]
pub struct Change {
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    given: Given,
    /// Ask for a new password and PIN, and make a new key for the security token
    #[arg(long)]
    new_secrets: bool,
    /// Read the new password and PIN from the first two lines of the standard input
    #[arg(long, requires = "new_secrets")]
    password_stdin: bool,
}

/// Runs the command.
pub fn run(config: &Config, command: Command) -> Result<(), Stop> {
    let store = config.open()?;
    if matches!(command, Command::Token(_)) && !config.is_practice() {
        return Err(Stop::Failed(
            "codes are shown in a practice directory only. Here they are on the person's own security token.".to_owned(),
        ));
    }
    match command {
        Command::Add(wanted) => add(&store, wanted),
        Command::Change(wanted) => change(&store, wanted),
        Command::Suspend(whose) => suspend(&store, &whose.user_name, Suspension::Suspended),
        Command::Restore(whose) => suspend(&store, &whose.user_name, Suspension::None),
        Command::List => list(&store),
        Command::Token(whose) => show_code(&store, &whose.user_name),
    }?;
    store.sequence(clock::now())?;
    Ok(())
}

fn add(store: &Store, wanted: Add) -> Result<(), Stop> {
    let user_name = wanted.whose.user_name;
    if store.account(&user_name)?.is_some() {
        return Err(Stop::Failed(format!(
            "the user name {user_name} is taken, and nothing was changed"
        )));
    }
    let account = blank(next_id(store)?, user_name, &wanted.given)?;
    let account = wanted.given.into_account(store, account)?;
    let secrets = secrets::ask(Asked::of(wanted.password_stdin))?;
    put(store, &account, Some(&secrets))?;
    say(format_args!("Added {}.", account.user_name));
    say_token(&account.user_name, &secrets);
    Ok(())
}

fn change(store: &Store, wanted: Change) -> Result<(), Stop> {
    let account = known(store, &wanted.whose.user_name)?;
    let account = wanted.given.into_account(store, account)?;
    let secrets = if wanted.new_secrets {
        Some(secrets::ask(Asked::of(wanted.password_stdin))?)
    } else {
        None
    };
    put(store, &account, secrets.as_ref())?;
    say(format_args!("Changed {}.", account.user_name));
    if let Some(secrets) = &secrets {
        say_token(&account.user_name, secrets);
    }
    Ok(())
}

fn suspend(store: &Store, user_name: &UserName, suspension: Suspension) -> Result<(), Stop> {
    let account = Account {
        suspension,
        ..known(store, user_name)?
    };
    put(store, &account, None)?;
    let done = match suspension {
        Suspension::Suspended => "is suspended: open sessions end at their next request",
        Suspension::None => "is no longer suspended",
    };
    say(format_args!("{user_name} {done}."));
    Ok(())
}

fn list(store: &Store) -> Result<(), Stop> {
    let day = |day: Option<Date>| day.map_or_else(|| "never".to_owned(), |day| day.to_string());
    let row = |account: Account| {
        let roles: Vec<&str> = account.roles.iter().map(|role| role.code()).collect();
        let suspended = account.suspension == Suspension::Suspended;
        vec![
            account.user_name.to_string(),
            account.name.to_string(),
            account.job_title.to_string(),
            account.organisation.0.to_string(),
            roles.join(","),
            day(account.checks.identity),
            day(account.checks.disclosure),
            day(account.checks.training),
            if suspended { "suspended" } else { "" }.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = store.accounts()?.into_iter().map(row).collect();
    say(table(
        &[
            "user",
            "name",
            "job",
            "organisation",
            "roles",
            "identity",
            "dbs",
            "training",
            "",
        ],
        &rows,
    ));
    Ok(())
}

fn show_code(store: &Store, user_name: &UserName) -> Result<(), Stop> {
    let Some(key) = store.token_key(user_name)? else {
        return Err(unknown(user_name));
    };
    let (code, seconds) = token::code(&key, clock::now().at)
        .ok_or_else(|| Stop::Failed("the clock of this machine does not fit".to_owned()))?;
    say(code);
    super::say::note(format_args!("good for {seconds} seconds, and once"));
    Ok(())
}

fn blank(id: AccountId, user_name: UserName, given: &Given) -> Result<Account, Stop> {
    Ok(Account {
        id,
        user_name,
        name: needed(given.name.clone(), "--name")?,
        job_title: needed(given.job.clone(), "--job")?,
        organisation: needed(given.organisation(), "--organisation")?,
        telephone: None,
        email: None,
        roles: needed(
            (!given.role.is_empty()).then(|| given.role.clone()),
            "--role",
        )?,
        checks: Checks::default(),
        suspension: Suspension::None,
    })
}

fn next_id(store: &Store) -> Result<AccountId, Stop> {
    let last = store
        .accounts()?
        .iter()
        .map(|account| account.id.0)
        .max()
        .unwrap_or(0);
    Ok(AccountId(last.saturating_add(1)))
}

fn known(store: &Store, user_name: &UserName) -> Result<Account, Stop> {
    store.account(user_name)?.ok_or_else(|| unknown(user_name))
}

fn unknown(user_name: &UserName) -> Stop {
    Stop::Failed(format!(
        "there is no account {user_name}. To see them: contactpoint account list"
    ))
}

fn put(store: &Store, account: &Account, secrets: Option<&NewSecrets>) -> Result<(), Stop> {
    let put = store.put_account(account, secrets, clock::now());
    put.map_err(|error| Stop::Failed(format!("{error}. The account was not changed.")))
}

fn say_token(user_name: &UserName, secrets: &NewSecrets) {
    say(format_args!(
        "The key of the security token, shown this once. Enter it into the person's authenticator:\n  {}\n  {}",
        token::key_text(&secrets.token),
        token::key_link(&secrets.token, user_name.as_str())
    ));
}

/// A role by its code.
fn role(code: &str) -> Result<Role, String> {
    Role::parse(code).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.into_iter().map(Role::code).collect();
        format!("the roles are: {}", known.join(", "))
    })
}
