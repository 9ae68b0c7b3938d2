//! Events: who did what, when, and what they were shown. One for every look and every refusal (R72), in canonical bytes of their own.

use crate::access::{Refusal, Viewer};
use crate::account::{Account, AccountId, Checks, Role, Suspension};
use crate::correction::{Cause, Disputed, SourceAnswer};
use crate::duplicate::Judged;
use crate::ended_for::EndCause;
use crate::number::Number;
use crate::organisation::{Admission, Authority, Organisation, OrganisationId, ShieldingPhase};
use crate::precedence::{Believed, Precedence};
use crate::query::Query;
use crate::reason::Reason;
use crate::row::{RowMark, Waits};
use crate::run::{RunId, RunStep};
use crate::service::{Classification, Service};
use crate::shield::Ground;
use crate::supplier_client::ClientSetting;
use crate::text::{AuthorityCode, ServiceCode, SupplierCode};
use crate::transfer::{Act, Side};
use crate::{Date, Now, Timestamp};

#[path = "event_bytes.rs"]
mod event_bytes;
#[path = "event_client_bytes.rs"]
mod event_client_bytes;
#[path = "event_connected_bytes.rs"]
mod event_connected_bytes;
#[path = "event_correction_bytes.rs"]
mod event_correction_bytes;
#[path = "event_duplicate_bytes.rs"]
mod event_duplicate_bytes;
#[path = "event_review_bytes.rs"]
mod event_review_bytes;
#[path = "event_run_bytes.rs"]
mod event_run_bytes;
#[path = "event_settings_bytes.rs"]
mod event_settings_bytes;
#[path = "event_transfer_bytes.rs"]
mod event_transfer_bytes;
#[path = "event_work_bytes.rs"]
mod event_work_bytes;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: By,
    /// What was done.
    pub what: What,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody who is not signed in.
    Stranger,
    /// Somebody signed in.
    Person {
        /// Their account.
        account: AccountId,
        /// The organisation they worked for at that moment.
        organisation: OrganisationId,
        /// A mark of the session, the same for all its events; not the secret by which it is resumed.
        session: u64,
    },
    /// Somebody at the command line of the machine.
    Operator,
    /// A supplier.
    Supplier(SupplierCode),
    /// The directory itself, by a rule.
    Directory,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Signed in.
    SignedIn,
    /// Failed to sign in; the account, if the user name is somebody's. Why is in the ledger only.
    SignInFailed {
        /// The account whose user name was given.
        account: Option<AccountId>,
    },
    /// Signed out.
    SignedOut,
    /// Ended a session, their own other one.
    SessionEnded,
    /// Searched: the reason, the whole query, and every record that was shown (Hansard 24 July 2007).
    Searched {
        /// Why.
        reason: Reason,
        /// Every parameter.
        query: Query,
        /// Every record shown, best first.
        shown: Vec<Seen>,
    },
    /// Gave a reason to open a record (C18).
    Reasoned {
        /// Which.
        number: Number,
        /// Why.
        reason: Reason,
    },
    /// Was shown a record.
    Opened {
        /// Which, and in which version.
        seen: Seen,
        /// Why.
        reason: Reason,
        /// As whom.
        viewer: Viewer,
    },
    /// Recorded being involved. Written before [`What::WorkBegun`] said which version came of it, and still read.
    Involved {
        /// With whom.
        number: Number,
        /// In which service.
        service: ServiceCode,
    },
    /// Recorded being no longer involved. Written before [`What::WorkEnded`] said which version came of it, and still read.
    InvolvementEnded {
        /// With whom.
        number: Number,
        /// In which service.
        service: ServiceCode,
    },
    /// Placed a shield.
    ShieldPlaced {
        /// On whose record.
        number: Number,
        /// Why.
        ground: Ground,
    },
    /// Was refused.
    Refused {
        /// What was asked.
        asked: Asked,
        /// Of which record, when one was named.
        number: Option<Number>,
        /// The reason given, if one was.
        reason: Option<Reason>,
        /// The answer.
        refusal: Refusal,
    },
    /// Supplied a file.
    Supplied(Totals),
    /// An account was created or changed. Written before [`What::AccountSet`] said how, and still read.
    AccountChanged {
        /// Which.
        account: AccountId,
    },
    /// A new sealing key was made.
    KeyRotated {
        /// Its id.
        key: u64,
    },
    /// An account was created, changed or given new secrets: what decides whether its person is admitted, and to what (R58, R61).
    AccountSet {
        /// Which.
        account: AccountId,
        /// For whom its person works.
        organisation: OrganisationId,
        /// What they may do.
        roles: Vec<Role>,
        /// The checks on them.
        checks: Checks,
        /// Whether they are suspended.
        suspension: Suspension,
    },
    /// An organisation was added or changed: whether its people are admitted (R56, R57).
    OrganisationSet {
        /// Which.
        organisation: OrganisationId,
        /// Through whom.
        admitted: Admission,
        /// Until when it is accredited.
        accredited_until: Option<Date>,
    },
    /// An authority was opened to practitioners, or closed (R42).
    AuthoritySet {
        /// Which.
        authority: AuthorityCode,
        /// How far its first shielding is.
        shielding: ShieldingPhase,
    },
    /// A service was classified (X13, R31).
    ServiceSet {
        /// Which.
        service: ServiceCode,
        /// How.
        classification: Classification,
    },
    /// Asked more often than one person needs, and was not answered (X7).
    HeldBack {
        /// What was asked.
        asked: Asked,
    },
    /// Was shown a row that waits, beside the records of which it may be.
    RowShown {
        /// Which row.
        row: RowMark,
        /// For whom it waits.
        waits: Waits,
        /// Every record shown beside it.
        shown: Vec<Seen>,
        /// Why.
        reason: Reason,
    },
    /// Decided that a row that waits is of a known child.
    RowLinked {
        /// Which row.
        row: RowMark,
        /// Of whom it is.
        number: Number,
    },
    /// Decided that a row that waits is of none of these children.
    RowApart {
        /// Which row.
        row: RowMark,
        /// Of whom it is not.
        from: Vec<Number>,
    },
    /// Could not tell of whom a row is: it waits on, at the end of the list.
    RowPutOff {
        /// Which row.
        row: RowMark,
    },
    /// Merged two records of one child.
    Merged {
        /// Which holds everything now.
        number: Number,
        /// Which went into it.
        from: Number,
    },
    /// Took a merger back.
    MergeUndone {
        /// Which held everything.
        number: Number,
        /// Which has its own again.
        from: Number,
    },
    /// Made two records of one.
    Split {
        /// Which was split.
        number: Number,
        /// The new record.
        off: Number,
    },
    /// Took a split back.
    SplitUndone {
        /// Which holds everything again.
        number: Number,
        /// Which had been split off.
        off: Number,
    },
    /// A supply run went a step on.
    Run {
        /// Which.
        run: RunId,
        /// Whose file it is.
        supplier: SupplierCode,
        /// Which step.
        step: RunStep,
    },
    /// Tried to sign in where it had been tried in vain too often, and was not heard; the account, if the user name is somebody's.
    SignInBarred {
        /// The account whose user name was given.
        account: Option<AccountId>,
    },
    /// Recorded being involved.
    WorkBegun {
        /// With whom, and the version that came of it.
        seen: Seen,
        /// In which service.
        service: ServiceCode,
    },
    /// Recorded being no longer involved.
    WorkEnded {
        /// With whom, and the version that came of it.
        seen: Seen,
        /// In which service.
        service: ServiceCode,
    },
    /// Recorded that a practitioner who had recorded it of themselves is no longer involved (R20, L3).
    WorkEndedFor {
        /// With whom, and the version that came of it.
        seen: Seen,
        /// In which service.
        service: ServiceCode,
        /// Whose involvement it was.
        of: AccountId,
        /// Why somebody else ends it.
        cause: EndCause,
    },
    /// Something at the door for suppliers' programs.
    AtDoor(AtDoor),
    /// Reported that something on a record is wrong; what is right is on the record only (R83).
    ErrorReported {
        /// On whose record.
        number: Number,
        /// Which field.
        field: Disputed,
        /// Why it is said.
        cause: Cause,
    },
    /// Set what is right, over what sources say (R88).
    Corrected {
        /// On whose record.
        number: Number,
        /// Which field.
        field: Disputed,
        /// Why it is said.
        cause: Cause,
    },
    /// Undid the last correction of a field.
    CorrectionUndone {
        /// On whose record.
        number: Number,
        /// Which field.
        field: Disputed,
    },
    /// Looked into the reports of a field, and nothing is wrong.
    ReportDismissed {
        /// On whose record.
        number: Number,
        /// Which field.
        field: Disputed,
    },
    /// A source answered to what is listed for it (X8).
    CorrectionAnswered {
        /// On whose record, and the version that came of it.
        seen: Seen,
        /// Which field.
        field: Disputed,
        /// What.
        answer: SourceAnswer,
    },
    /// Another order of sources is believed for a field.
    PrecedenceSet {
        /// Which field.
        field: Believed,
        /// The order from now on.
        order: Precedence,
    },
    /// Was shown the list of reports and corrections to follow: no child is named on it, but these are on it.
    Followed {
        /// Whose records.
        shown: Vec<Number>,
    },
    /// Listed what a supplier is to look into (X8).
    CorrectionsListed {
        /// Which supplier.
        supplier: SupplierCode,
        /// Whose records.
        shown: Vec<Number>,
    },
    /// Did something about a child's move into another authority's area (L4). Which authorities those are is on the record only.
    Transferred {
        /// Whose record, and the version that came of it.
        seen: Seen,
        /// For which side.
        side: Side,
        /// What.
        act: Act,
    },
    /// Said that their authority takes a shielded child on, if none is responsible: another of it has to say so too (L4).
    TakeOnOffered {
        /// Whose record, and the version that came of it.
        seen: Seen,
    },
    /// Made their own authority responsible for a shielded child of none, as the second to say so or with the shield (L4, C6). By the
    /// directory: made that of a shielded child responsible for a record of none that is shielded with the child.
    TakenOn {
        /// Whose record, and the version that came of it.
        seen: Seen,
    },
    /// Was shown the list of children who have moved: no child is named on it, but these are on it.
    MovedListed {
        /// Whose records.
        shown: Vec<Number>,
    },
    /// Was shown the open records that are connected with a shielded one (X3).
    ConnectedShown {
        /// The shielded record, and in which version.
        seen: Seen,
        /// Why.
        reason: Reason,
        /// Every open record shown.
        shown: Vec<Seen>,
    },
    /// Decided about open records that are connected with a shielded one: those that were shielded as well have an event of their own.
    ConnectedDecided {
        /// The shielded record, and the version that came of it.
        seen: Seen,
        /// Those that stay open.
        left_open: Vec<Number>,
    },
    /// The directory found open records that came to be connected with a shielded one later, which wait for a decision now.
    ConnectedFound {
        /// The shielded record, and the version that came of it.
        seen: Seen,
    },
    /// Was shown the list of shields that wait for such a decision: no child is named on it, but these are on it.
    ConnectedListed {
        /// Whose records.
        shown: Vec<Number>,
    },
    /// The directory found, or an officer decided, whether two records may be of one child; each of the two has an event of its own.
    DuplicateJudged {
        /// One of them, and the version that came of it.
        seen: Seen,
        /// The other.
        other: Number,
        /// What was found or decided.
        judged: Judged,
    },
    /// Was shown the list of records that may be of one child: no child is named on it, but these are on it.
    DuplicatesListed {
        /// Whose records.
        shown: Vec<Number>,
    },
}

/// What was done at the door for suppliers' programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtDoor {
    /// A supplier's program was admitted, or changed.
    ClientSet(ClientSetting),
    /// A supplier's program proved itself, and was given a token.
    TokenGiven,
    /// Somebody did not prove to be a supplier's program; the supplier, if the name was one's. Why is told to nobody.
    TokenRefused {
        /// The supplier that was named.
        supplier: Option<SupplierCode>,
    },
}

/// What was asked when it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// A search.
    Search,
    /// To give a reason for a record.
    Reason,
    /// To open a record.
    Open,
    /// To be recorded as involved.
    Involve,
    /// To be recorded as no longer involved.
    EndInvolvement,
    /// To place a shield.
    Shield,
    /// To say that something on a record is wrong, or to set what is right.
    SayWrong,
    /// To undo a correction, or to dismiss a report.
    EndDispute,
    /// To be shown the list of reports and corrections to follow.
    Follow,
    /// To see or decide rows that wait for a data officer.
    Review,
    /// To merge two records, to split one, or to take either back.
    Join,
    /// To see children who have moved, or to decide who is responsible for one.
    Transfer,
    /// To see what suppliers' files did, or the figures of data quality, or to let a held file go on.
    Oversee,
}

/// A record in the version that was shown, or that came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// Which.
    pub number: Number,
    /// Its version.
    pub version: i64,
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows read.
    pub rows: u64,
    /// Rows that changed a record.
    pub changed: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Rows that wait for a person. Those held for a shield count as rows that changed a record, as the supplier is told (X2).
    pub waiting: u64,
}

impl Event {
    /// An event of now.
    #[must_use]
    pub fn now(now: Now, by: By, what: What) -> Event {
        Event {
            at: now.at,
            by,
            what,
        }
    }

    /// Which child it is about, when it is about one.
    #[must_use]
    pub fn number(&self) -> Option<Number> {
        match &self.what {
            What::Reasoned { number, .. }
            | What::Involved { number, .. }
            | What::InvolvementEnded { number, .. }
            | What::ShieldPlaced { number, .. }
            | What::ErrorReported { number, .. }
            | What::Corrected { number, .. }
            | What::CorrectionUndone { number, .. }
            | What::ReportDismissed { number, .. }
            | What::RowLinked { number, .. }
            | What::Merged { number, .. }
            | What::MergeUndone { number, .. }
            | What::Split { number, .. }
            | What::SplitUndone { number, .. } => Some(*number),
            What::RowShown { shown, .. } => only(shown.iter().map(|seen| seen.number)),
            What::RowApart { from, .. } => only(from.iter().copied()),
            What::Opened { seen, .. }
            | What::WorkBegun { seen, .. }
            | What::WorkEnded { seen, .. }
            | What::CorrectionAnswered { seen, .. }
            | What::WorkEndedFor { seen, .. }
            | What::Transferred { seen, .. }
            | What::TakeOnOffered { seen }
            | What::TakenOn { seen }
            | What::ConnectedShown { seen, .. }
            | What::ConnectedFound { seen }
            | What::ConnectedDecided { seen, .. }
            | What::DuplicateJudged { seen, .. } => Some(seen.number),
            What::Refused { number, .. } => *number,
            What::SignedIn
            | What::SignInFailed { .. }
            | What::SignedOut
            | What::SessionEnded
            | What::Searched { .. }
            | What::Supplied(_)
            | What::Run { .. }
            | What::AccountChanged { .. }
            | What::KeyRotated { .. }
            | What::AccountSet { .. }
            | What::OrganisationSet { .. }
            | What::AuthoritySet { .. }
            | What::ServiceSet { .. }
            | What::HeldBack { .. }
            | What::RowPutOff { .. }
            | What::SignInBarred { .. }
            | What::AtDoor(_)
            | What::PrecedenceSet { .. }
            | What::Followed { .. }
            | What::MovedListed { .. }
            | What::ConnectedListed { .. }
            | What::DuplicatesListed { .. }
            | What::CorrectionsListed { .. } => None,
        }
    }
}

/// The one there is, when there is one only.
fn only(mut numbers: impl Iterator<Item = Number>) -> Option<Number> {
    numbers.next().filter(|_| numbers.next().is_none())
}

impl What {
    /// What is recorded of an account as it stands.
    #[must_use]
    pub fn account_set(account: &Account) -> What {
        What::AccountSet {
            account: account.id,
            organisation: account.organisation,
            roles: account.roles.clone(),
            checks: account.checks,
            suspension: account.suspension,
        }
    }

    /// What is recorded of an organisation as it stands.
    #[must_use]
    pub fn organisation_set(organisation: &Organisation) -> What {
        What::OrganisationSet {
            organisation: organisation.id,
            admitted: organisation.admitted.clone(),
            accredited_until: organisation.accredited_until,
        }
    }

    /// What is recorded of an authority as it stands.
    #[must_use]
    pub fn authority_set(authority: &Authority) -> What {
        What::AuthoritySet {
            authority: authority.code.clone(),
            shielding: authority.shielding,
        }
    }

    /// What is recorded of a service as it stands.
    #[must_use]
    pub fn service_set(service: &Service) -> What {
        What::ServiceSet {
            service: service.code.clone(),
            classification: service.classification,
        }
    }
}
