//! What can go wrong in the store. None of it carries anything of a child.

use std::fmt;

/// Why a verb could not be carried out. Nothing was shown and nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Somebody else changed the same record at the same time, again and again. Trying again may help.
    Contended,
    /// The database gave the transaction up because of another one. The writer tries again by itself.
    Collided,
    /// More is read or written at once than the store takes. Nothing is wrong; asking again helps.
    Busy,
    /// What is stored does not fit: sealed with a key that is not in the ring, cut short, or of a newer version. Says what.
    Inconsistent(&'static str),
    /// The database does not answer, or its disk is full. Carries the database's own message, without its data.
    Database(String),
    /// The key ring's file cannot be read or written, or is not this database's.
    KeyRing(String),
    /// A first load is under way: only it writes, until it is finished.
    FirstLoad,
    /// A value given by the operator does not fit. Says what.
    Unfit(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Collided => {
                f.write_str("another transaction was in the way; nothing was changed")
            }
            Error::Busy => f.write_str("more was asked at once than can be answered"),
            Error::Contended => {
                f.write_str("the record was being changed at the same time; nothing was changed")
            }
            Error::Inconsistent(what) => write!(f, "what is stored does not fit: {what}"),
            Error::Database(message) => write!(f, "the database does not answer: {message}"),
            Error::KeyRing(message) => write!(f, "the key ring: {message}"),
            Error::FirstLoad => f.write_str(
                "a first load is under way: add --first, or end it with: contactpoint supply finish",
            ),
            Error::Unfit(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}
