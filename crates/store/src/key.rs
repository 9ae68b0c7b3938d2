//! Keyed hashes: what stands in an index instead of a name, a date or a number. Without the key they tell nothing.

use crate::seal::KeyRing;

/// What a hash is of; two kinds never share a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// An account, as the one who did something.
    Actor,
    /// A child's ContactPoint number, as the one an event is about.
    Child,
    /// A user name.
    UserName,
    /// A session's secret.
    Session,
    /// A ContactPoint number, as a search key.
    Number,
    /// A number of another body, as a search key.
    OtherNumber,
    /// A supplier's own key for a child.
    Source,
    /// The same, of a sensitive involvement that was taken back: it stands nowhere else.
    Withdrawn,
    /// A supplier's program, by its name.
    SupplierClient,
    /// An assertion of a supplier's program, by its own name.
    SupplyAssertion,
    /// The token of a supplier's program.
    SupplyToken,
    /// A supplier, as one who follows what is wrong.
    FollowSupplier,
    /// An authority, as one who follows what is wrong.
    FollowAuthority,
    /// The same, of shielded children.
    FollowShielded,
    /// An authority, as one whose officers know of a child who has moved.
    Moved,
    /// An authority, as one whose officers decide about records connected with a shielded one.
    Connected,
    /// An authority, as one whose officers decide about records that may be of one child.
    Suspected,
    /// The name of a parent or carer.
    Carer,
    /// The telephone number or e-mail address of a parent or carer.
    CarerReach,
    /// The postcode of a home, where sources do not agree about it.
    Home,
    /// The lines of a home's address.
    HomeLines,
    /// A home that an open record gives away which was left open beside a shielded one: it stands in no index.
    GivenAway,
    /// A supplier's file, and how it is read.
    File,
    /// A file that came again after others, by its mark and the run that it began before.
    FileAgain,
    /// A supplier, as one whose rows come beside its files.
    RowsBeside,
    /// A key of names, dates and places, of one kind of the `matching` crate.
    Block(u8),
    /// An authority, as the one whose officers decide of a row that waits.
    Area,
    /// What a row says that a person has kept apart from a child.
    RowWord,
}

/// A tag and a value of so many bytes together are hashed in one piece, which is quicker: nearly all are.
const SHORT_BYTES_MAX: usize = 256;

impl Subject {
    fn tag(self) -> [u8; 2] {
        match self {
            Subject::Actor => [0, 1],
            Subject::Child => [0, 2],
            Subject::UserName => [0, 3],
            Subject::Session => [0, 4],
            Subject::Number => [0, 5],
            Subject::OtherNumber => [0, 6],
            Subject::Source => [0, 7],
            Subject::Withdrawn => [0, 9],
            Subject::SupplierClient => [0, 60],
            Subject::SupplyAssertion => [0, 61],
            Subject::SupplyToken => [0, 62],
            Subject::FollowSupplier => [0, 50],
            Subject::FollowAuthority => [0, 51],
            Subject::FollowShielded => [0, 52],
            Subject::Moved => [0, 80],
            Subject::Connected => [0, 100],
            Subject::Suspected => [0, 110],
            Subject::Carer => [0, 101],
            Subject::CarerReach => [0, 102],
            Subject::Home => [0, 103],
            Subject::HomeLines => [0, 104],
            Subject::GivenAway => [0, 105],
            Subject::File => [0, 8],
            Subject::FileAgain => [0, 10],
            Subject::RowsBeside => [0, 63],
            Subject::Block(kind) => [1, kind],
            Subject::Area => [0, 40],
            Subject::RowWord => [0, 41],
        }
    }
}

/// The bits by which a key lies near another.
const NEAR_BITS: u32 = 32;

/// A key that lies near another in an index: it has the first half of its bits of that one and the second half of its own, so that what
/// changes together is on the same pages. It tells who has the other key as well, which the index tells anyhow.
pub(crate) fn near(other: i64, own: i64) -> i64 {
    let own_bits = u64::MAX >> NEAR_BITS;
    (other.cast_unsigned() & !own_bits | own.cast_unsigned() & own_bits).cast_signed()
}

/// The first 64 bits of a keyed hash (BLAKE3) of the subject's tag and the value.
pub(crate) fn hashed(ring: &KeyRing, subject: Subject, value: &[u8]) -> i64 {
    let tag = subject.tag();
    let mut bytes = [0u8; SHORT_BYTES_MAX];
    let length = tag.len().saturating_add(value.len());
    let hash = if let Some(short) = bytes.get_mut(..length) {
        let (before, rest) = short.split_at_mut(tag.len());
        before.copy_from_slice(&tag);
        rest.copy_from_slice(value);
        blake3::keyed_hash(&ring.index, short)
    } else {
        let mut hasher = blake3::Hasher::new_keyed(&ring.index);
        hasher.update(&tag);
        hasher.update(value);
        hasher.finalize()
    };
    let [a, b, c, d, e, f, g, h, ..] = *hash.as_bytes();
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}
