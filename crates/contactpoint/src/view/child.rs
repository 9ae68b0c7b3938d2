//! A child's record: who is working with this child and how to reach them, then everything else that is held.

use super::identity::Identity;
use super::layout::Layout;
use super::local_manager::LocalManager;
use super::telephone::Telephone;
use super::watermark::Watermark;

/// The record of a child who is not shielded.
#[derive(askama::Template)]
#[template(path = "child.html", whitespace = "minimize")]
pub struct Child {
    /// The frame.
    pub layout: Layout,
    /// The record is shielded: everybody else sees four fields of it.
    pub shielded: bool,
    /// Who this is.
    pub identity: Identity,
    /// Where name, date of birth and gender come from, a sentence for each source.
    pub identity_sources: Vec<String>,
    /// What was said to be wrong, for the parts that are lists.
    pub notes: Notes,
    /// Where "Something is wrong here" leads.
    pub wrong_href: String,
    /// The first given name, for sentences.
    pub called: String,
    /// Names this child had before.
    pub former_names: Vec<OtherName>,
    /// What other sources call the child.
    pub other_names: Vec<OtherName>,
    /// Lead professional first, then current ones, then ended ones (R16, R20).
    pub involvements: Vec<Involvement>,
    /// One or more sensitive services are involved; never more than this (R31).
    pub sensitive: bool,
    /// Whom to ask to pass on a message to a sensitive service (R32).
    pub local_manager: LocalManager,
    /// Whether there is an assessment, and who holds it; never its content (R17).
    pub assessment: Assessment,
    /// Where "I am working with this child" leads; `None` when the viewer is already involved.
    pub involve_href: Option<String>,
    /// Where a shielding officer places a shield; `None` for others, and when there is one already.
    pub shield_href: Option<String>,
    /// Where an officer who sees behind the shield decides about open records that could show where the child is.
    pub connected_href: Option<String>,
    /// Where an officer merges or splits the record; `None` for others.
    pub join: Option<JoinLinks>,
    /// Back to the results this record was opened from.
    pub results_href: String,
    /// What the way back is called.
    pub results_words: &'static str,
    /// The viewer's own involvements, each of which can be ended.
    pub own_involvements: Vec<OwnInvolvement>,
    /// Education, status in words and the setting (R13, R19).
    pub setting: Place,
    /// Primary health care, status in words and the practice (R14, R19).
    pub practice: Place,
    /// Parents and others who care for the child (R12).
    pub carers: Vec<Carer>,
    /// Where the child lives.
    pub address: Address,
    /// Numbers given by the viewer's own body, such as the NHS number.
    pub own_numbers: Vec<OwnBodyNumber>,
    /// Sectors that do not feed this directory here yet (R85).
    pub not_supplied: Vec<String>,
    /// Who is looking.
    pub watermark: Watermark,
}

/// What was said to be wrong of each list, in a sentence.
#[derive(Clone, Default)]
pub struct Notes {
    /// Of those working with the child.
    pub involvements: Option<String>,
    /// Of parents and carers.
    pub carers: Option<String>,
    /// Of former names, and of those that other sources give.
    pub former_names: Option<String>,
    /// Of the number of the viewer's own body.
    pub own_numbers: Option<String>,
}

/// Where an officer merges the record, splits it, or takes either back.
#[derive(Clone, Default)]
pub struct JoinLinks {
    /// With a second record of the same child.
    pub merge_href: String,
    /// When it holds two children.
    pub split_href: String,
    /// The last of either; `None`: there is nothing to take back.
    pub undo_href: Option<String>,
}

/// Somebody who works, or lately worked, with the child.
#[derive(Clone, Default)]
pub struct Involvement {
    /// The practitioner's full name.
    pub practitioner: String,
    /// As `Learning mentor`.
    pub job_title: String,
    /// Who employs them.
    pub organisation: String,
    /// The part of the organisation, where that says more.
    pub service: Option<String>,
    /// To ring.
    pub telephone: Option<Telephone>,
    /// To write to.
    pub email: Option<String>,
    /// First day, in words.
    pub since: Option<String>,
    /// Last day and when it leaves this page; `None` while it lasts.
    pub ended: Option<Ended>,
    /// Where this comes from.
    pub provenance: Provenance,
    /// The one lead professional.
    pub lead_professional: bool,
    /// Where the viewer ends it for the practitioner who recorded it; `None`: they may not.
    pub end_href: Option<String>,
}

/// The end of an involvement (R20).
#[derive(Clone, Default)]
pub struct Ended {
    /// As `12 March 2026`.
    pub on: String,
    /// The last day on which it is shown.
    pub shown_until: String,
}

/// Where an item comes from and how fresh it is; nothing is shown of one that is empty (R31).
#[derive(Clone, Default)]
pub struct Provenance {
    /// Who said so.
    pub source: String,
    /// When they last said so, as `20 June 2026`. `None`: neither that nor the source is shown.
    pub last_confirmed: Option<String>,
    /// More than twelve months ago.
    pub stale: bool,
    /// Put right in the directory on that day, over what the source says.
    pub corrected: bool,
    /// Said by a person on that day, where no source says anything yet.
    pub filled: bool,
}

/// A name besides the one that is shown.
#[derive(Clone, Default)]
pub struct OtherName {
    /// The name.
    pub name: String,
    /// Who said so.
    pub provenance: Provenance,
}

/// Who holds an assessment.
#[derive(Clone, Default)]
pub struct Holder {
    /// The practitioner's full name.
    pub name: String,
    /// Who said so.
    pub provenance: Provenance,
}

/// The assessment indicator.
#[derive(Clone, Default)]
pub enum Assessment {
    /// None is known.
    #[default]
    None,
    /// There is one now; who holds it.
    Current(Holder),
    /// There was one; who holds it.
    Past(Holder),
}

/// An involvement of the viewer's own.
#[derive(Clone, Default)]
pub struct OwnInvolvement {
    /// For which service.
    pub service: String,
    /// The page that ends it.
    pub end_href: String,
}

/// A setting or a practice.
#[derive(Clone, Default)]
pub struct Place {
    /// In words: `Registered at a school`, `Educated at home`, `Not known`.
    pub status: String,
    /// Its name.
    pub name: Option<String>,
    /// To ring.
    pub telephone: Option<Telephone>,
    /// To write to.
    pub email: Option<String>,
    /// First day, in words.
    pub since: Option<String>,
    /// Where this comes from; `None` when nobody has said anything.
    pub provenance: Option<Provenance>,
    /// What was said to be wrong.
    pub note: Option<String>,
}

/// A parent, or anyone else who cares for the child.
#[derive(Clone, Default)]
pub struct Carer {
    /// Full name.
    pub name: String,
    /// As `Mother`, `Foster carer`.
    pub relationship: String,
    /// To ring.
    pub telephone: Option<Telephone>,
    /// To write to.
    pub email: Option<String>,
    /// Where this comes from.
    pub provenance: Provenance,
}

/// Where the child lives, or what is known instead.
#[derive(Clone, Default)]
pub struct Address {
    /// The lines of the address; empty when there is none to show.
    pub lines: Vec<String>,
    /// In words: `Current address`, `Last known address`, `No known address`.
    pub status: String,
    /// The authority responsible for the record.
    pub authority: String,
    /// Where this comes from; `None` when nobody has said anything.
    pub provenance: Option<Provenance>,
    /// What was said to be wrong.
    pub note: Option<String>,
}

/// A number of the viewer's own body.
#[derive(Clone, Default)]
pub struct OwnBodyNumber {
    /// As `NHS number`.
    pub label: String,
    /// In its groups.
    pub value: String,
    /// Where this comes from.
    pub provenance: Provenance,
}
