//! A list that is cut: those that wait the longest, and whether more wait behind them.

use directory::number::Number;

/// The most lines of such a list.
pub const FOLLOWED_MAX: usize = 200;
/// The most records that are read for one such list.
pub const FOLLOWED_READ_MAX: usize = 4_000;

/// Those that wait the longest, the longest first: at most [`FOLLOWED_MAX`] of what [`FOLLOWED_READ_MAX`] records say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Longest<T> {
    /// They.
    pub lines: Vec<T>,
    /// What is not among them.
    pub left: Left,
}

/// What a cut list leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Nothing: these are all.
    Nothing,
    /// More wait, none of them longer than those that are listed.
    Later,
    /// More wait than were read, and some of them may wait longer.
    Unread,
}

/// Whether all that stands under a key was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Whole,
    InPart,
}

impl<T> Longest<T> {
    /// Cuts lines, each with the number of its record, that are in order and were read so far. Gives also whose lines are left.
    pub(crate) fn of(mut all: Vec<(Number, T)>, read: Read) -> (Longest<T>, Vec<Number>) {
        let left = match read {
            Read::InPart => Left::Unread,
            Read::Whole if all.len() > FOLLOWED_MAX => Left::Later,
            Read::Whole => Left::Nothing,
        };
        all.truncate(FOLLOWED_MAX);
        let mut shown: Vec<Number> = all.iter().map(|(number, _)| *number).collect();
        shown.sort_unstable();
        shown.dedup();
        let lines = all.into_iter().map(|(_, line)| line).collect();
        (Longest { lines, left }, shown)
    }
}

impl Left {
    /// Whether more wait than are listed.
    #[must_use]
    pub fn is_any(self) -> bool {
        self != Left::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_leaves_out_is_said_and_no_record_is_named_that_is_not_on_it() {
        let lines = |many: u64| (0..many).map(|one| (Number::from_random(one / 2), one));
        let cut = |many, read| Longest::of(lines(many).collect(), read);
        let (list, shown) = cut(3, Read::Whole);
        assert_eq!((list.lines, list.left), (vec![0, 1, 2], Left::Nothing));
        assert_eq!(shown.len(), 2);
        let (list, shown) = cut(201, Read::Whole);
        assert_eq!((list.lines.len(), shown.len()), (FOLLOWED_MAX, 100));
        assert_eq!(list.left, Left::Later);
        assert_eq!(cut(1, Read::InPart).0.left, Left::Unread);
        assert!(!Left::Nothing.is_any() && Left::Unread.is_any());
    }
}
