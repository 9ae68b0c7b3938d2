//! What went wrong at the door, for a program to read (RFC 9457): what happened, what was kept, and what to do.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::desk::Lost;
use crate::view::supply_docs::DoorTrouble;

/// What kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No token, or none that is good.
    NoToken,
    /// The token is for something else.
    OtherScope,
    /// There is no such file of this supplier.
    NoRun,
    /// There is no such address at the door.
    NoAddress,
    /// The address is not asked in this way.
    NotSo,
    /// The request did not arrive in time.
    TooSlow,
    /// A file of this supplier is being sent or taken.
    Sending,
    /// Another file was sent under this key.
    KeyUsed,
    /// More was sent than is taken.
    TooLarge,
    /// The type is not the one that was agreed.
    OtherType,
    /// It is packed in another way than with gzip, or more than once.
    Wrapped,
    /// It is said to be packed with gzip, and is not whole.
    Broken,
    /// What arrived is not what was sent.
    Digest,
    /// A header or parameter that cannot be understood.
    Unreadable,
    /// The mapping of this supplier takes files only.
    FilesOnly,
    /// No such line is listed for this supplier.
    NotListed,
    /// A line was answered as often as it can be.
    Answered,
    /// By the rows more would end than may without a person looking at it.
    EndTooMuch,
    /// More than one program needs.
    TooOften,
    /// More work than the machine can do.
    Busy,
    /// The disk has no room for it.
    NoRoom,
    /// The directory cannot answer.
    OutOfOrder,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DoorProblem {
    kind: Kind,
    /// More of what happened, when there is more to say.
    more: Option<String>,
}

/// As it is sent.
#[derive(Serialize)]
struct Sent<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    kept: &'static str,
    next: &'static str,
}

/// What is said of a kind.
struct Words {
    kind: Kind,
    status: u16,
    slug: &'static str,
    title: &'static str,
    detail: &'static str,
    next: &'static str,
}

const NOTHING_KEPT: &str = "Nothing of the request was kept and nothing was changed.";
/// Of rows that would end too much: as of a file that is held (C20).
const SHIELDS_KEPT: &str = "No row was taken and nothing has ended. A child whom a row restricts, and who was known by its key, is hidden all the same.";
const RETRY_SECONDS: &str = "60";

const OUT_OF_ORDER: Words = Words {
    kind: Kind::OutOfOrder,
    status: 503,
    slug: "out-of-order",
    title: "Out of order",
    detail: "The directory cannot answer just now.",
    next: "Wait as long as Retry-After says, and send it again: what was taken before does not change by it.",
};
/// What is said of each kind.
static WORDS: [Words; 22] = [
    Words {
        kind: Kind::NoToken,
        status: 401,
        slug: "no-token",
        title: "No token, or none that is good",
        detail: "The request carries no token, or one that has ended or was taken back.",
        next: "Get a token at /supply/token and send it as: Authorization: Bearer TOKEN",
    },
    Words {
        kind: Kind::OtherScope,
        status: 403,
        slug: "other-scope",
        title: "The token is for something else",
        detail: "The token is good for checking only.",
        next: "Ask for a token with the scope supply.",
    },
    Words {
        kind: Kind::NoRun,
        status: 404,
        slug: "no-run",
        title: "No such file",
        detail: "No file of this supplier has this name.",
        next: "Ask with the address that was given when the file was sent.",
    },
    Words {
        kind: Kind::NoAddress,
        status: 404,
        slug: "no-address",
        title: "No such address",
        detail: "There is nothing at this address.",
        next: "See /supply/docs for the addresses there are.",
    },
    Words {
        kind: Kind::NotSo,
        status: 405,
        slug: "not-so",
        title: "Not asked in this way",
        detail: "This address is not asked with this method.",
        next: "See /supply/docs for the method of each address.",
    },
    Words {
        kind: Kind::TooSlow,
        status: 408,
        slug: "too-slow",
        title: "Not sent in time",
        detail: "The request did not arrive in the time there is for one.",
        next: "Send it again, all of it.",
    },
    Words {
        kind: Kind::Sending,
        status: 409,
        slug: "sending",
        title: "One file at a time",
        detail: "A file of this supplier is being sent or taken.",
        next: "Ask for the report of that one, and send this one when it is done.",
    },
    Words {
        kind: Kind::KeyUsed,
        status: 422,
        slug: "key-used",
        title: "The key was used for another file",
        detail: "Another file, or another day, was sent under this Idempotency-Key.",
        next: "Send it under a key of its own.",
    },
    Words {
        kind: Kind::TooLarge,
        status: 413,
        slug: "too-large",
        title: "Too much at once",
        detail: "More was sent than is taken, unpacked: 4294967296 bytes of a file where the directory has set nothing else, 67108864 of one to check, 100 rows or 262144 bytes of rows.",
        next: "Send rows as a file, and changes in several files. A file that must be one, as it names every child, needs a larger limit: ask the directory.",
    },
    Words {
        kind: Kind::OtherType,
        status: 415,
        slug: "other-type",
        title: "Not the agreed type",
        detail: "The Content-Type is not of the format that the mapping of this supplier declares.",
        next: "Send what was agreed, under its own type: text/csv, application/x-ndjson, application/json, application/fhir+json, application/xml or text/xml.",
    },
    Words {
        kind: Kind::Wrapped,
        status: 415,
        slug: "wrapped",
        title: "Packed in another way",
        detail: "The body has a Content-Encoding other than gzip, or more than one.",
        next: "Send it packed with gzip, or as it is without a Content-Encoding.",
    },
    Words {
        kind: Kind::Broken,
        status: 400,
        slug: "broken",
        title: "Cannot be unpacked",
        detail: "The Content-Encoding says gzip, and the body is not gzip, is cut off or is damaged.",
        next: "Pack it again and send all of it, or send it as it is without a Content-Encoding.",
    },
    Words {
        kind: Kind::Digest,
        status: 400,
        slug: "digest",
        title: "Not what was sent",
        detail: "The body does not have the sha-256 that its Content-Digest says, or says none.",
        next: "Send it again. If it happens again, look for what changes it on the way.",
    },
    Words {
        kind: Kind::Unreadable,
        status: 400,
        slug: "unreadable",
        title: "Cannot be understood",
        detail: "A header or a parameter of the request cannot be understood.",
        next: "Put it right and send it again.",
    },
    Words {
        kind: Kind::FilesOnly,
        status: 422,
        slug: "files-only",
        title: "Files only",
        detail: "The mapping of this supplier reads XML, of which single rows cannot be sent.",
        next: "Send it as a file.",
    },
    Words {
        kind: Kind::NotListed,
        status: 404,
        slug: "not-listed",
        title: "Not listed",
        detail: "No correction with this key, field and day is listed for this supplier, or it is settled by now.",
        next: "Ask /supply/corrections, and answer a line of it as it is there.",
    },
    Words {
        kind: Kind::Answered,
        status: 409,
        slug: "answered",
        title: "Answered too often",
        detail: "This correction was answered 8 times. The last answer stands.",
        next: "Ask the directory, if another answer is to stand.",
    },
    Words {
        kind: Kind::EndTooMuch,
        status: 422,
        slug: "end-too-much",
        title: "Too much would end",
        detail: "By these rows and those of the last 24 hours, or of up to one hour more, ten or more children would have left, or involvements ended, and more than 5 in 100 of those that this supplier told of.",
        next: "Send the rows by which children leave or involvements end as a file: a person of the directory looks at it and can let it go on. Send the others as rows again, without those.",
    },
    Words {
        kind: Kind::TooOften,
        status: 429,
        slug: "too-often",
        title: "Too often",
        detail: "More was asked than one program needs in so short a time.",
        next: "Wait as long as Retry-After says. Send many rows as one file.",
    },
    Words {
        kind: Kind::Busy,
        status: 503,
        slug: "busy",
        title: "Busy",
        detail: "More is being done than the directory can do at once.",
        next: "Wait as long as Retry-After says, and send it again.",
    },
    Words {
        kind: Kind::NoRoom,
        status: 503,
        slug: "no-room",
        title: "No room",
        detail: "The directory has no room on its disk for the file just now.",
        next: "Wait as long as Retry-After says, and send it again. If it stays so, tell the directory.",
    },
    OUT_OF_ORDER,
];

impl DoorProblem {
    /// A problem with more of what happened.
    pub(super) fn with(kind: Kind, more: impl Into<String>) -> DoorProblem {
        DoorProblem {
            kind,
            more: Some(more.into()),
        }
    }
}

impl From<Kind> for DoorProblem {
    fn from(kind: Kind) -> DoorProblem {
        DoorProblem { kind, more: None }
    }
}

impl From<Lost> for DoorProblem {
    fn from(lost: Lost) -> DoorProblem {
        match lost {
            Lost::Busy => Kind::Busy.into(),
            Lost::FirstLoad | Lost::OutOfOrder => Kind::OutOfOrder.into(),
        }
    }
}

impl IntoResponse for DoorProblem {
    fn into_response(self) -> Response {
        let words = self.kind.words();
        let sent = Sent {
            r#type: format!("/supply/docs#{}", words.slug),
            title: words.title,
            status: words.status,
            detail: self.more.as_deref().unwrap_or(words.detail),
            kept: self.kind.kept(),
            next: words.next,
        };
        let status =
            StatusCode::from_u16(words.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = serde_json::to_string(&sent).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, kind)], text).into_response();
        if let Some((name, value)) = self.kind.header() {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl Kind {
    /// What a program does about it is one step, and in one place.
    fn header(self) -> Option<(HeaderName, &'static str)> {
        match self {
            Kind::NoToken => Some((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")),
            Kind::OtherScope => Some((
                header::WWW_AUTHENTICATE,
                "Bearer error=\"insufficient_scope\", scope=\"supply\"",
            )),
            Kind::Sending | Kind::Busy => Some((header::RETRY_AFTER, "5")),
            Kind::TooOften | Kind::NoRoom | Kind::OutOfOrder => {
                Some((header::RETRY_AFTER, RETRY_SECONDS))
            }
            Kind::Wrapped => Some((header::ACCEPT_ENCODING, "gzip")),
            Kind::Digest => Some((HeaderName::from_static("want-content-digest"), "sha-256=10")),
            Kind::TooSlow => Some((header::CONNECTION, "close")),
            _ => None,
        }
    }

    fn kept(self) -> &'static str {
        match self {
            Kind::EndTooMuch => SHIELDS_KEPT,
            _ => NOTHING_KEPT,
        }
    }

    fn words(self) -> &'static Words {
        let own = WORDS.iter().find(|words| words.kind == self);
        own.unwrap_or(&OUT_OF_ORDER)
    }
}

/// Whether an address is one that a program asks.
pub(crate) fn is_of_the_door(path: &str) -> bool {
    streams(path)
        || matches!(path, "/supply/token" | "/supply/corrections")
        || path.starts_with("/supply/runs/")
}

/// Every kind of problem, for the page that explains them.
pub(crate) fn troubles() -> Vec<DoorTrouble> {
    let words = WORDS.iter();
    words
        .map(|words| DoorTrouble {
            slug: words.slug,
            status: words.status,
            title: words.title,
            detail: words.detail,
            next: words.next,
        })
        .collect()
}

/// Whether what is sent to an address is read by whoever answers there, after knowing who sends it.
pub(crate) fn streams(path: &str) -> bool {
    matches!(path, "/supply/files" | "/supply/check" | "/supply/rows")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::{CHECK_BYTES_MAX, FILE_BYTES_MAX, ROWS_BYTES_MAX, ROWS_MAX};
    use directory::correction::ANSWERS_MAX;
    use store::{ENDED_PERCENT_MAX, ROWS_WEIGHED_HOURS};

    #[test]
    fn the_limits_are_named_as_they_are() {
        let words = Kind::TooLarge.words();
        assert_eq!(words.status, 413);
        for limit in [
            FILE_BYTES_MAX,
            CHECK_BYTES_MAX,
            ROWS_BYTES_MAX,
            ROWS_MAX as u64,
        ] {
            assert!(words.detail.contains(&format!(" {limit} ")), "{limit}");
        }
        let detail = Kind::Answered.words().detail;
        assert!(detail.contains(&format!(" {ANSWERS_MAX} times")));
        let detail = Kind::EndTooMuch.words().detail;
        assert!(detail.contains(&format!(" {ROWS_WEIGHED_HOURS} hours")));
        assert!(detail.contains(&format!(" {ENDED_PERCENT_MAX} in 100 ")));
    }
}
