//! How each supplier writes: its columns, its dates, its codes, and how good its data are.

mod headings;
mod quality;

use crate::calendar::DateStyle;
use crate::feed::Feed;
use crate::row::Cell;
use crate::said::Quality;
use headings::{
    BIRTHS, CENSUS, CHILD_BENEFIT, COUNCIL, EARLY_HELP, HEALTH_VISITING, NHS, SENSITIVE_HEALTH,
    SOCIAL_CARE, SUBSTANCE_MISUSE, VOLUNTARY, YOUTH_JUSTICE,
};
use quality::{BENEFIT, COUNCIL_DATA, HEALTH, LOCAL, LOCAL_HEALTH, REGISTER, SCHOOLS};

/// How a supplier writes its feed.
pub struct Layout {
    /// Which feed.
    pub feed: Feed,
    /// Headings, each with what writes its cells.
    columns: &'static [(&'static str, Cell)],
    /// How dates are written.
    pub dates: DateStyle,
    /// Codes for female, male and not specified.
    pub sexes: [&'static str; 3],
    /// Codes for yes and no.
    pub yes_no: [&'static str; 2],
    /// Codes for an assessment: none, current, past.
    pub assessments: [&'static str; 3],
    /// What the supplier's child numbers begin with.
    pub key_prefix: &'static str,
    /// How often things are wrong.
    pub(crate) quality: Quality,
}

impl Layout {
    /// The headings, in order.
    pub fn headings(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|(heading, _)| *heading)
    }

    pub(crate) fn cells(&self) -> impl Iterator<Item = Cell> {
        self.columns.iter().map(|(_, cell)| *cell)
    }
}

/// Every feed's layout, in the order of [`Feed::ALL`].
pub fn layouts() -> &'static [Layout] {
    &LAYOUTS
}

/// The layout of a feed.
pub fn layout(feed: Feed) -> &'static Layout {
    let [first, ..] = &LAYOUTS;
    LAYOUTS
        .iter()
        .find(|layout| layout.feed == feed)
        .unwrap_or(first)
}

static LAYOUTS: [Layout; 14] = [
    national(
        Feed::Births,
        BIRTHS,
        DateStyle::Slashed,
        ["Female", "Male", ""],
        REGISTER,
    ),
    national(Feed::Nhs, NHS, DateStyle::Iso, ["2", "1", "0"], HEALTH),
    national(
        Feed::ChildBenefit,
        CHILD_BENEFIT,
        DateStyle::Slashed,
        ["F", "M", "U"],
        BENEFIT,
    ),
    national(
        Feed::Census,
        CENSUS,
        DateStyle::Iso,
        ["F", "M", ""],
        SCHOOLS,
    ),
    social(Feed::SocialCare, SOCIAL_CARE, "SC"),
    social(Feed::EarlyHelp, EARLY_HELP, "EH"),
    health(Feed::HealthVisiting, HEALTH_VISITING, "CH"),
    youth(Feed::YouthJustice, YOUTH_JUSTICE, "YO"),
    council(Feed::Housing, COUNCIL, "HO"),
    council(Feed::EducationWelfare, COUNCIL, "EW"),
    youth(Feed::Voluntary, VOLUNTARY, "VS"),
    health(Feed::MentalHealth, SENSITIVE_HEALTH, "MH"),
    health(Feed::SexualHealth, SENSITIVE_HEALTH, "SH"),
    youth(Feed::SubstanceMisuse, SUBSTANCE_MISUSE, "SM"),
];

const fn national(
    feed: Feed,
    columns: &'static [(&'static str, Cell)],
    dates: DateStyle,
    sexes: [&'static str; 3],
    quality: Quality,
) -> Layout {
    Layout {
        feed,
        columns,
        dates,
        sexes,
        yes_no: ["Y", "N"],
        assessments: ["", "", ""],
        key_prefix: "",
        quality,
    }
}

const fn social(
    feed: Feed,
    columns: &'static [(&'static str, Cell)],
    key_prefix: &'static str,
) -> Layout {
    let (yes_no, assessments) = (["Y", "N"], ["", "CURRENT", "CLOSED"]);
    Layout {
        feed,
        columns,
        dates: DateStyle::Slashed,
        sexes: ["F", "M", "U"],
        yes_no,
        assessments,
        key_prefix,
        quality: LOCAL,
    }
}

const fn health(
    feed: Feed,
    columns: &'static [(&'static str, Cell)],
    key_prefix: &'static str,
) -> Layout {
    let (yes_no, assessments) = (["true", "false"], ["none", "current", "past"]);
    Layout {
        feed,
        columns,
        dates: DateStyle::Iso,
        sexes: ["female", "male", "unknown"],
        yes_no,
        assessments,
        key_prefix,
        quality: LOCAL_HEALTH,
    }
}

const fn youth(
    feed: Feed,
    columns: &'static [(&'static str, Cell)],
    key_prefix: &'static str,
) -> Layout {
    let (yes_no, assessments) = (["Yes", "No"], ["0", "1", "2"]);
    Layout {
        feed,
        columns,
        dates: DateStyle::MonthName,
        sexes: ["Female", "Male", "Not known"],
        yes_no,
        assessments,
        key_prefix,
        quality: LOCAL,
    }
}

const fn council(
    feed: Feed,
    columns: &'static [(&'static str, Cell)],
    key_prefix: &'static str,
) -> Layout {
    let (yes_no, assessments) = (["1", "0"], ["N", "C", "P"]);
    Layout {
        feed,
        columns,
        dates: DateStyle::Compact,
        sexes: ["2", "1", "9"],
        yes_no,
        assessments,
        key_prefix,
        quality: COUNCIL_DATA,
    }
}
