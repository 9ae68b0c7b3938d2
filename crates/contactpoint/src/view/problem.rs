//! A page for what went wrong: what happened, what was kept, what to do.

use super::layout::Layout;

/// What was kept when nothing could be read or written.
const NOTHING: &str = "Nothing was shown and nothing was changed.";

/// An answer that is not what was asked for.
#[derive(askama::Template)]
#[template(path = "problem.html", whitespace = "minimize")]
pub struct Problem {
    /// The frame; without a viewer when it cannot be known who asks.
    pub layout: Layout,
    /// The HTTP status, which the page itself does not show.
    pub status: u16,
    /// The heading.
    pub heading: &'static str,
    /// What happened, in one or two sentences.
    pub happened: &'static str,
    /// What was kept and what was not.
    pub kept: &'static str,
    /// What to do, one step each.
    pub steps: &'static [&'static str],
}

impl Problem {
    /// 400: the request cannot be read.
    pub fn unreadable(layout: Layout) -> Self {
        Self {
            layout,
            status: 400,
            heading: "Sorry, that could not be read",
            happened: "The page sent something this service does not understand. This can happen when a form was open for a long time, or when an address was typed or copied in part.",
            kept: NOTHING,
            steps: &[
                "Go back, load the page again and send the form once more.",
                "If it happens again, start from the home page.",
            ],
        }
    }

    /// 403: this person may not do this.
    pub fn forbidden(layout: Layout) -> Self {
        Self {
            layout,
            status: 403,
            heading: "You cannot use this page",
            happened: "Your role does not open it, or the request did not come from a page of this service.",
            kept: NOTHING,
            steps: &[
                "See on the home page what you can do.",
                "If you need this for your work, ask the local ContactPoint manager.",
            ],
        }
    }

    /// 403: a form of an earlier session, or of none.
    pub fn stale(layout: Layout) -> Self {
        Self {
            layout,
            status: 403,
            heading: "That page is no longer valid",
            happened: "You have signed in or out since the page was opened.",
            kept: "What you filled in was not kept. Nothing was shown and nothing was changed.",
            steps: &["Open the page again from the home page, and fill it in once more."],
        }
    }

    /// 404: there is no such page. Never used for a child's record, which answers as a search without a result does.
    pub fn page_not_found(layout: Layout) -> Self {
        Self {
            layout,
            status: 404,
            heading: "Page not found",
            happened: "There is no page at this address.",
            kept: NOTHING,
            steps: &[
                "If you typed the address, check that it is correct.",
                "If you pasted it, check that you copied all of it.",
            ],
        }
    }

    /// 409: the record changed between reading and deciding.
    pub fn changed_meanwhile(layout: Layout) -> Self {
        Self {
            layout,
            status: 409,
            heading: "The record has changed",
            happened: "Someone else, or a supplier, changed this record while you had it open.",
            kept: "Your change was not made. The other change was kept.",
            steps: &[
                "Open the record again.",
                "Check whether your change is still needed, and make it again if so.",
            ],
        }
    }

    /// 413: more was sent than any form here needs.
    pub fn too_large(layout: Layout) -> Self {
        Self {
            layout,
            status: 413,
            heading: "That was too much to take in",
            happened: "The form sent more than this service accepts.",
            kept: "What you sent was not kept. Nothing was shown and nothing was changed.",
            steps: &["Go back and shorten what you typed or pasted."],
        }
    }

    /// 429: more was asked than one person may in an hour (X7).
    pub fn too_many(layout: Layout) -> Self {
        Self {
            layout,
            status: 429,
            heading: "You have asked as much as one person may in an hour",
            happened: "More records were opened, or more searches made, than one person usually needs.",
            kept: NOTHING,
            steps: &[
                "Try again in 5 minutes, and again later if you have to: what you asked more than an hour ago no longer counts.",
                "If your work needs more than that, ask the local ContactPoint manager.",
                "If a child is in danger, do not wait: ring the people you would ring without this service, or 999.",
            ],
        }
    }

    /// 503: more work than the machine can do.
    pub fn busy(layout: Layout) -> Self {
        Self {
            layout,
            status: 503,
            heading: "The directory is busy",
            happened: "More people are using it at this moment than it can answer.",
            kept: NOTHING,
            steps: &[
                "Wait a few seconds, then try again.",
                "If a child is in danger, do not wait: ring the people you would ring without this service, or 999.",
            ],
        }
    }

    /// 503: a first load is under way, and nothing else is written.
    pub fn first_load(layout: Layout) -> Self {
        Self {
            layout,
            status: 503,
            heading: "Children are being loaded for the first time",
            happened: "Until all of them are there, nothing can be decided about a record: it would not hold when the load is finished.",
            kept: NOTHING,
            steps: &[
                "Ask the local ContactPoint manager when the load will be finished, and do it then.",
                "If a child must be shielded, tell the local ContactPoint manager at once: as soon as the load is finished, the child is found with all details.",
                "If a child is in danger, do not wait: ring the people you would ring without this service, or 999.",
            ],
        }
    }

    /// 503: the database does not answer, or the disk is full.
    pub fn out_of_order(layout: Layout) -> Self {
        Self {
            layout,
            status: 503,
            heading: "The directory cannot answer now",
            happened: "It cannot reach or write its records. It never shows a record without writing down who looked, so it shows none until this is put right.",
            kept: NOTHING,
            steps: &[
                "Try again in a few minutes.",
                "Ring the local ContactPoint manager if it lasts.",
                "If a child is in danger, do not wait: ring the people you would ring without this service, or 999.",
            ],
        }
    }
}
