//! Runs of consecutive leaves, and how RFC 6962 cuts them into perfect subtrees.

/// The leaves from `start` up to, not including, `end`; never empty.
///
/// Every span the tree algorithms meet starts at a multiple of the smallest power of two that holds its length, so
/// it is a row of perfect subtrees, largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// A perfect subtree: the leaves from `index << height` on, `1 << height` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) height: u32,
    pub(crate) index: u64,
}

impl Span {
    /// Left and right child of a span: the left has the largest power of two of leaves that is smaller than the
    /// whole (RFC 6962 section 2.1). `None` for a single leaf.
    pub(crate) fn split(self) -> Option<(Span, Span)> {
        let length = self.end.checked_sub(self.start)?;
        let height = length.checked_sub(1)?.checked_ilog2()?;
        let middle = self.start.checked_add(power_of_two(height))?;
        let left = Span {
            start: self.start,
            end: middle,
        };
        Some((
            left,
            Span {
                start: middle,
                end: self.end,
            },
        ))
    }

    /// The perfect subtrees this span is made of, largest first.
    pub(crate) fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut start = self.start;
        while let Some(height) = self.end.saturating_sub(start).checked_ilog2() {
            nodes.push(Node {
                height,
                index: shifted_down(start, height),
            });
            start = start.saturating_add(power_of_two(height));
        }
        nodes
    }
}

/// `1 << height`, or zero where that is more than 64 bits.
pub(crate) fn power_of_two(height: u32) -> u64 {
    1_u64.checked_shl(height).unwrap_or(0)
}

/// `number >> height`, zero once every bit is shifted out.
pub(crate) fn shifted_down(number: u64, height: u32) -> u64 {
    number.checked_shr(height).unwrap_or(0)
}
