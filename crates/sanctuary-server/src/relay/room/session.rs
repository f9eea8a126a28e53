//! What lets a member come back under the same member number (PROTOCOL.md, sections 5.5 and 10).

use std::collections::VecDeque;

use super::delivery::Delivery;
use sanctuary_wire::{
    Capsule, Epoch, MemberNumber, MemberPresence, MessageId, Payload, Presence, Seq, SessionKey,
};
use tokio::time::Instant;

/// How many of a session's latest messages keep their number for repeated acknowledgements. A
/// client that sends more before it hears of the first gets 0 for those beyond.
const REMEMBERED_ACKS: usize = 64;

/// A member's session in its room, with or without a connection.
#[derive(Debug)]
pub(super) struct Session<R> {
    pub(super) member: MemberNumber,
    pub(super) key: SessionKey,
    pub(super) capsule: Capsule,
    /// The connection; `None` while the member is away.
    pub(super) recipient: Option<R>,
    /// Counts the session's connections, so that the end of an older one is told from that of the
    /// present one.
    pub(super) attachment: u32,
    /// When the connection that it was last resumed on was greeted.
    pub(super) greeted: Option<Instant>,
    /// The last commit or message that was for this member, its own included.
    pub(super) addressed: Seq,
    /// Its first commit since it joined or lost its state: it gets the frames after it. `None` until
    /// then.
    pub(super) settled: Option<Seq>,
    /// Whether it was ever in the group: it made the room, or had a commit accepted. Losing its
    /// state does not change that.
    pub(super) was_in_group: bool,
    /// The messages accepted from it.
    pub(super) accepted: Accepted,
    /// Its last accepted commit.
    pub(super) receipt: Option<Receipt>,
    /// The epoch in which a lease of it ran out.
    pub(super) lapsed: Option<Epoch>,
    /// Which messages of others it has, and what it was told of its own.
    pub(super) delivery: Delivery,
}

impl<R> Session<R> {
    /// A session that has no state of the group yet.
    pub(super) fn new(
        member: MemberNumber,
        key: SessionKey,
        capsule: Capsule,
        recipient: R,
    ) -> Self {
        Self {
            member,
            key,
            capsule,
            recipient: Some(recipient),
            attachment: 0,
            greeted: None,
            addressed: Seq(0),
            settled: None,
            was_in_group: false,
            accepted: Accepted::default(),
            receipt: None,
            lapsed: None,
            delivery: Delivery::default(),
        }
    }

    /// Whether the member is there.
    pub(super) fn presence(&self) -> MemberPresence {
        let presence = match self.recipient {
            Some(_) => Presence::Here,
            None => Presence::Away,
        };
        MemberPresence {
            member: self.member,
            presence,
        }
    }

    /// Takes note of a frame of the room's order that is for this member. Tells whom to deliver it
    /// to, if it can be delivered now.
    pub(super) fn address(&mut self, seq: Seq) -> Option<&R> {
        self.settled?;
        self.addressed = seq;
        self.recipient.as_ref()
    }

    /// Takes note of a message that is for this member as one of the group. Tells whether its word
    /// is to be waited for.
    pub(super) fn take_into_account(&mut self, seq: Seq) -> bool {
        if self.settled.is_some() {
            self.delivery.owe(seq);
        } else if self.was_in_group {
            self.delivery.miss(seq);
        }
        self.settled.is_some()
    }
}

/// The messages accepted from one session.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    last: MessageId,
    /// Numbers of the latest ones; the last is `last`'s.
    seqs: VecDeque<Seq>,
}

impl Accepted {
    /// The last one.
    pub(super) fn last(&self) -> MessageId {
        self.last
    }

    /// The number that a message got, 0 if it is forgotten. `None` if it was not accepted.
    pub(super) fn seq_of(&self, id: MessageId) -> Option<Seq> {
        let back = usize::try_from(self.last.0.checked_sub(id.0)?).unwrap_or(usize::MAX);
        Some(
            self.seqs
                .iter()
                .rev()
                .nth(back)
                .copied()
                .unwrap_or_default(),
        )
    }

    /// Takes note of the next one.
    pub(super) fn push(&mut self, id: MessageId, seq: Seq) {
        if self.seqs.len() == REMEMBERED_ACKS {
            self.seqs.pop_front();
        }
        self.seqs.push_back(seq);
        self.last = id;
    }
}

/// What tells a repeated commit from another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receipt {
    /// SHA-256 of the commit.
    digest: [u8; 32],
    /// Its number in the room's order.
    pub(super) seq: Seq,
    /// The epoch it led to.
    pub(super) epoch: Epoch,
}

impl Receipt {
    /// A receipt for a commit that led to `epoch`.
    pub(super) fn new(commit: &Payload, seq: Seq, epoch: Epoch) -> Self {
        Self {
            digest: digest(commit),
            seq,
            epoch,
        }
    }

    /// Whether this is the receipt for that commit, made in `epoch`.
    pub(super) fn is_for(&self, commit: &Payload, epoch: Epoch) -> bool {
        self.epoch == epoch.next() && self.digest == digest(commit)
    }
}

fn digest(commit: &Payload) -> [u8; 32] {
    let mut bytes = [0; 32];
    let digest = ring::digest::digest(&ring::digest::SHA256, commit);
    for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_messages_are_remembered_and_then_forgotten() {
        let mut accepted = Accepted::default();
        assert_eq!(accepted.seq_of(MessageId(1)), None);
        for n in 1..=70 {
            accepted.push(MessageId(n), Seq(100 + n));
        }
        assert_eq!(accepted.seq_of(MessageId(70)), Some(Seq(170)));
        assert_eq!(accepted.seq_of(MessageId(7)), Some(Seq(107)));
        assert_eq!(accepted.seq_of(MessageId(6)), Some(Seq(0)));
        assert_eq!(accepted.seq_of(MessageId(0)), Some(Seq(0)));
        assert_eq!(accepted.seq_of(MessageId(71)), None);
    }
}
