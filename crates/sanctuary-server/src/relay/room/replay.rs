//! The frames a room keeps for members who lost their connection (PROTOCOL.md, sections 5 and 10).
//!
//! Invariants: the frames kept are the latest ones, without a hole; their bytes stay below the
//! bound, and none is kept longer than the window and [`SLACK`].

use std::collections::VecDeque;
use std::time::Duration;

use sanctuary_wire::{MemberNumber, MessageId, RelayFrame, Seq};
use tokio::time::Instant;

use crate::relay::encode::encode;
use crate::websocket::Encoded;

/// How much longer than the window a frame may be kept, so that a busy room's timer fires once for
/// all frames of that time and not once for each.
const SLACK: Duration = Duration::from_secs(1);

/// A relayed frame, as it was delivered and to whom.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) seq: Seq,
    pub(super) at: Instant,
    pub(super) frame: Encoded,
    /// For a message: who sent it, under which id.
    pub(super) sender: Option<(MemberNumber, MessageId)>,
    /// Empty for everyone.
    pub(super) recipients: Box<[MemberNumber]>,
}

impl Kept {
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.frame.len() + size_of_val(&*self.recipients)
    }

    /// The frame in the form that `member` gets it, if it gets it.
    fn form_for(&self, member: MemberNumber) -> Option<Encoded> {
        match self.sender {
            Some((sender, id)) if sender == member => {
                Some(encode(&RelayFrame::Ack { id, seq: self.seq }))
            }
            _ if self.is_for(member) => Some(self.frame.clone()),
            _ => None,
        }
    }

    /// Whether `member` gets it in some form.
    fn is_for(&self, member: MemberNumber) -> bool {
        self.recipients.is_empty()
            || self.recipients.contains(&member)
            || self.sender.is_some_and(|(sender, _)| sender == member)
    }
}

/// The replay window of a room.
#[derive(Debug, Default)]
pub(super) struct ReplayWindow {
    kept: VecDeque<Kept>,
    bytes: usize,
    /// When the first of them was relayed: asked for with each frame, and not worth a look at memory
    /// that nobody has touched for a minute.
    oldest: Option<Instant>,
}

impl ReplayWindow {
    /// Keeps one more frame, and as many of the others as fit into `bound` bytes with it.
    pub(super) fn push(&mut self, kept: Kept, bound: usize) {
        self.bytes += kept.bytes();
        self.oldest.get_or_insert(kept.at);
        self.kept.push_back(kept);
        while self.bytes > bound && self.drop_oldest() {}
    }

    /// Drops what is older than the window.
    pub(super) fn drop_old(&mut self, now: Instant, window: Duration) {
        while self.oldest.is_some_and(|at| at + window <= now) {
            self.drop_oldest();
        }
        if self.kept.is_empty() {
            self.kept = VecDeque::new();
        }
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Bytes of what is kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// When [`Self::drop_old`] is next due.
    pub(super) fn deadline(&self, window: Duration) -> Option<Instant> {
        self.oldest.map(|at| at + window + SLACK)
    }

    /// Whether every frame after `seq` is kept, there being one.
    pub(super) fn reaches_back_to(&self, seq: Seq) -> bool {
        self.kept.front().is_some_and(|kept| kept.seq <= seq.next())
    }

    /// The frames after `seq` that `member` gets, in order, in the form that it gets them.
    pub(super) fn after(
        &self,
        seq: Seq,
        member: MemberNumber,
    ) -> impl Iterator<Item = Encoded> + '_ {
        let start = self.kept.partition_point(|kept| kept.seq <= seq);
        self.kept
            .range(start..)
            .filter_map(move |kept| kept.form_for(member))
    }

    /// The number of the last frame after `seq` that `member` gets.
    pub(super) fn last_for(&self, seq: Seq, member: MemberNumber) -> Option<Seq> {
        let mut newest_first = self.kept.iter().rev().take_while(|kept| kept.seq > seq);
        let last = newest_first.find(|kept| kept.is_for(member))?;
        Some(last.seq)
    }

    fn drop_oldest(&mut self) -> bool {
        let oldest = self.kept.pop_front();
        self.bytes -= oldest.as_ref().map_or(0, Kept::bytes);
        self.oldest = self.kept.front().map(|kept| kept.at);
        oldest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(60);
    const A: MemberNumber = MemberNumber(1);
    const B: MemberNumber = MemberNumber(2);

    fn kept(seq: u64, at: Instant, recipients: &[MemberNumber]) -> Kept {
        Kept {
            seq: Seq(seq),
            at,
            frame: Encoded::binary(100, |out| out.extend([0; 100])),
            sender: Some((A, MessageId(seq))),
            recipients: recipients.into(),
        }
    }

    #[test]
    fn keeps_the_latest_frames_within_bytes_and_time() {
        let start = Instant::now();
        let mut window = ReplayWindow::default();
        let bound = 3 * kept(1, start, &[]).bytes();
        for seq in 1..=5 {
            window.push(kept(seq, start + Duration::from_secs(seq), &[]), bound);
        }
        assert!(window.reaches_back_to(Seq(2)));
        assert!(!window.reaches_back_to(Seq(1)));
        assert_eq!(window.after(Seq(3), B).count(), 2);
        window.drop_old(start + Duration::from_secs(4) + WINDOW, WINDOW);
        assert_eq!(window.after(Seq(0), B).count(), 1);
        assert_eq!(
            window.deadline(WINDOW),
            Some(start + Duration::from_secs(5) + WINDOW + SLACK)
        );
        window.drop_old(start + Duration::from_secs(5) + WINDOW, WINDOW);
        assert_eq!((window.bytes, window.deadline(WINDOW)), (0, None));
    }

    #[test]
    fn gives_each_member_its_own_form() {
        let now = Instant::now();
        let mut window = ReplayWindow::default();
        window.push(kept(1, now, &[]), 1 << 20);
        window.push(kept(2, now, &[A]), 1 << 20);
        let own: Vec<_> = window.after(Seq(0), A).collect();
        let ack = |n| {
            encode(&RelayFrame::Ack {
                id: MessageId(n),
                seq: Seq(n),
            })
        };
        assert_eq!(own, [ack(1), ack(2)]);
        assert_eq!(window.after(Seq(0), B).count(), 1);
        assert_eq!(window.last_for(Seq(0), A), Some(Seq(2)));
        assert_eq!(window.last_for(Seq(0), B), Some(Seq(1)));
        assert_eq!(window.last_for(Seq(1), B), None);
    }

    #[test]
    fn a_frame_larger_than_the_bound_leaves_nothing() {
        let mut window = ReplayWindow::default();
        window.push(kept(1, Instant::now(), &[]), 10);
        assert_eq!(window.bytes, 0);
        assert!(!window.reaches_back_to(Seq(0)));
    }
}
