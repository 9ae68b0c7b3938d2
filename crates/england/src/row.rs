//! Everything one row of a feed is written from.

use crate::england::England;
use crate::involvement::Involvement;
use crate::layout::Layout;
use crate::person::Person;
use crate::practitioner::Practitioner;
use crate::random::Random;
use crate::said::Said;

/// One row of a feed, before it is written.
pub struct Row<'a> {
    /// Whose England.
    pub england: &'a England,
    /// How the supplier writes.
    pub layout: &'a Layout,
    /// The person behind the row; official facts such as practice and carers come from here.
    pub person: &'a Person,
    /// What the supplier says of the person.
    pub said: Said,
    /// Unique in the feed.
    pub key: u64,
    /// The supplier's own number for the child, or the claim.
    pub child_key: u64,
    /// A local service, for feeds that report them.
    pub involvement: Option<(&'a Involvement, Practitioner)>,
    /// A draw for small things such as days of registration.
    pub luck: u32,
}

/// Writes the cell of one column.
pub type Cell = fn(&mut crate::line::Line, &Row<'_>);

impl Row<'_> {
    /// Draws the small things.
    pub fn draw_luck(random: &mut Random) -> u32 {
        random.below(1 << 30)
    }
}
