//! Numbers of the room's order that were dealt with, so that what is sent again after a lost connection is no forgery, and
//! what comes under a number that was passed is one (PROTOCOL.md, section 5.3).

use std::collections::BTreeSet;

use sanctuary_wire::Seq;

/// Numbers that are remembered: more than can be on their way when a connection is lost.
const MAX_REMEMBERED: usize = 16_384;

/// The highest numbers that were dealt with.
#[derive(Default)]
pub(crate) struct Numbers(BTreeSet<Seq>);

impl Numbers {
    /// A frame under this number was dealt with.
    pub(crate) fn add(&mut self, seq: Seq) {
        self.0.insert(seq);
        if self.0.len() > MAX_REMEMBERED {
            self.0.pop_first();
        }
    }

    /// Whether a frame under this number was dealt with.
    pub(crate) fn has(&self, seq: Seq) -> bool {
        self.0.contains(&seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_are_remembered_and_no_more_than_that() {
        let (mut numbers, most) = (Numbers::default(), u64::try_from(MAX_REMEMBERED).unwrap());
        for seq in (1..=most + 1).chain([1]) {
            numbers.add(Seq(seq));
        }
        assert!(!numbers.has(Seq(1)) && numbers.has(Seq(2)) && numbers.has(Seq(most + 1)));
        assert!(!numbers.has(Seq(most + 2)));
        assert_eq!(numbers.0.len(), MAX_REMEMBERED);
    }
}
