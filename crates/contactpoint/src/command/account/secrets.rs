//! Asking for a password and a PIN: on the terminal without showing them, or from two lines of the standard input.

use std::io::{self, BufRead as _, IsTerminal as _};

use console::Term;
use store::NewSecrets;

use crate::command::{Stop, token};

/// The longest line that is read, in bytes.
const LINE_BYTES_MAX: u64 = 4_096;

/// Where the secrets are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// On the terminal.
    Terminal,
    /// On the standard input.
    Input,
}

impl Asked {
    /// As the option says.
    pub fn of(input: bool) -> Asked {
        if input { Asked::Input } else { Asked::Terminal }
    }
}

/// Asks for a password and a PIN, and makes a new key for the security token.
///
/// # Errors
/// [`Stop`] when there is nobody to ask, or the two entries differ.
pub fn ask(asked: Asked) -> Result<NewSecrets, Stop> {
    let (password, pin) = match asked {
        Asked::Terminal if io::stdin().is_terminal() => (twice("Password")?, twice("PIN")?),
        Asked::Terminal => {
            return Err(Stop::Usage(
                "there is no terminal to ask for the password on. Use --password-stdin: password and PIN, a line each"
                    .to_owned(),
            ));
        }
        Asked::Input => (line()?, line()?),
    };
    Ok(NewSecrets {
        password,
        pin,
        token: token::new_key(),
    })
}

fn twice(what: &str) -> Result<String, Stop> {
    let first = hidden(&format!("{what}: "))?;
    let second = hidden(&format!("{what} again: "))?;
    if first == second {
        Ok(first)
    } else {
        Err(Stop::Failed(
            "the two entries differ, and nothing was changed".to_owned(),
        ))
    }
}

fn hidden(prompt: &str) -> Result<String, Stop> {
    let terminal = Term::stderr();
    let entered = terminal
        .write_str(prompt)
        .and_then(|()| terminal.read_secure_line());
    entered.map_err(|error| Stop::Failed(format!("the terminal cannot be read: {error}")))
}

fn line() -> Result<String, Stop> {
    let mut line = String::new();
    let read = io::Read::take(io::stdin().lock(), LINE_BYTES_MAX).read_line(&mut line);
    match read {
        Ok(1..) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Ok(0) => Err(Stop::Usage(
            "the standard input ended before password and PIN, a line each".to_owned(),
        )),
        Err(error) => Err(Stop::Failed(format!(
            "the standard input cannot be read: {error}"
        ))),
    }
}
