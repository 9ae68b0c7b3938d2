//! The door for suppliers' programs: a token for a signed assertion, files and rows in, reports and corrections out. JSON, no cookie, no page.

mod admit;
mod assertion;
mod check;
mod corrections;
mod files;
mod key;
mod limits;
mod lost;
mod members;
mod openapi;
mod problem;
mod receive;
mod report;
mod room;
mod rows;
mod run;
mod sent;
mod step;
mod take;
mod token;
mod unpack;

pub use key::{PublicKey, UnusableKey};
pub use limits::{
    CHECK_BYTES_MAX, DoorLimits, DoorSettings, FILE_BYTES_MAX, FREE_BYTES_MIN, ROWS_BYTES_MAX,
    ROWS_MAX, UPLOAD_SECONDS_MAX, UPLOAD_SILENT_SECONDS_MAX,
};

pub(crate) use admit::admit;
pub(crate) use corrections::{answer, show as corrections};
pub(crate) use limits::Door;
pub(crate) use problem::{DoorProblem, Kind, is_of_the_door, streams, troubles};
pub(crate) use token::send as token;
pub(crate) use {check::send as check, files::send as files};
pub(crate) use {openapi::show as openapi, rows::send as rows, run::show as run};
