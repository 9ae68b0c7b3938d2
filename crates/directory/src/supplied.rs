//! A supplied row, after its mapping: what one supplier says of one child, in the directory's own closed values.

use crate::Date;
use crate::statement::{Particulars, Said, SourceKind};
use crate::stay::Stay;
use crate::text::{SupplierCode, SupplierKey};

/// A supplier of data, as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplier {
    /// The name by which it is known.
    pub code: SupplierCode,
    /// What kind of source it is.
    pub kind: SourceKind,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the file, from 1, the heading included.
    pub line: u64,
    /// The supplier's own key for the child.
    pub key: SupplierKey,
    /// The day on which the supplier says this stood: the day of the extract.
    pub confirmed: Date,
    /// Who the child is.
    pub particulars: Particulars,
    /// What else the row says, each under a key of its own: involvements. Of a row that is refused, or of a child who has left, only the keys,
    /// with no words.
    pub also: Vec<(SupplierKey, Said)>,
    /// Keys of what the supplier said before and takes back: a sensitive involvement whose consent or service has ended (X4, X5).
    pub withdrawn: Vec<SupplierKey>,
    /// Whether the source restricts its own record of the child (C20).
    pub restriction: Restriction,
    /// Whether the supplier still knows the child.
    pub known: Known,
}

impl Row {
    /// Whether it says nothing else than that something no longer stands: nothing of it is kept, not even as a row that waits.
    #[must_use]
    pub fn only_takes_back(&self) -> bool {
        let said = Particulars {
            stay: self
                .particulars
                .stay
                .filter(|stay| *stay != Stay::Withdrawn),
            ..self.particulars.clone()
        };
        let says_nothing = self.also.is_empty() && said == Particulars::default();
        self.known == Known::Still && !self.withdrawn.is_empty() && says_nothing
    }

    /// Whether it says that its supplier no longer knows the child: that ends what the supplier said, and nothing else of the row is heard.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.known == Known::NoLonger
    }

    /// Whether it says of a young adult that they do not stay, or stay no longer, by consent (R22, R23): it takes back what its supplier
    /// said under the child's own key.
    #[must_use]
    pub fn ends_stay(&self) -> bool {
        self.only_takes_back() && self.withdrawn.contains(&self.key)
    }

    /// Whether it was refused: it does no more than take something back or restrict, and is counted as refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.only_takes_back() || self.restriction == Restriction::OfRefused
    }
}

/// A row that was refused, or whose involvement was, for a fault: what its supplier said under its keys before stays, as a typing error
/// ends nothing. Never of one that was refused for want of consent, for age, or because consent was taken back (R28, R21–R23, X5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spared {
    /// The supplier's own key for the child.
    pub key: SupplierKey,
    /// What it told of who works with the child.
    pub working: SparedWorking,
}

/// What a spared row told of who works with the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SparedWorking {
    /// Nothing that stays.
    Nobody,
    /// An involvement that names a practitioner, under its key.
    Under(SupplierKey),
    /// A sensitive one, under its key, with a consent that the row itself says.
    Consented(SupplierKey),
    /// One that names a practitioner, and its key cannot be read: whatever of the kind the supplier said of the child stays.
    Unread,
}

/// Whether the source restricts its own record of a child (C20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Restriction {
    /// It does not.
    None,
    /// It does: a provisional shield is placed at once.
    AtSource,
    /// It does, in a row that was refused: whoever stands under the row's own keys is shielded at once, and nothing of it is said.
    OfRefused,
}

/// Whether a supplier still knows a child. It is no matter of consent: somebody who has left a school has taken nothing back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Known {
    /// It does.
    #[default]
    Still,
    /// It does not: the child has left, or their case is closed. What the supplier said by that day under the child's own key ends, and
    /// what it said of who works with the child, as by a full file that no longer has the child.
    NoLonger,
}

/// What became of a row, as the supplier is told. Of a row that met a shielded child: what would have become of it otherwise (X2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Taken. So is every row that says that the child has left, whether there was anything to end or not.
    Accepted,
    /// Taken before: nothing new.
    Unchanged,
    /// It may be a child who is known, or not: it waits for a person to decide.
    Waiting,
    /// It was refused, and only took something back or restricted. The same words whether there was anything to take back, or anybody
    /// to shield, or not.
    TakenBack,
}
