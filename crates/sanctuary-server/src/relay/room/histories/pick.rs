//! A choice among so many that nobody knows their number yet.

/// Picks one of however many there will be.
#[derive(Clone, Copy, Debug)]
pub(in crate::relay::room) struct Pick(pub(in crate::relay::room) usize);

impl Pick {
    /// The place of the picked one among `count`, of which there is at least one.
    pub(super) fn index(self, count: usize) -> usize {
        self.0 % count
    }
}
