//! Somebody who plays in a history, and what it has been told.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sanctuary_wire::{
    Completeness, Continuity, Epoch, MemberNumber, MemberPresence, MessageId, Payload, Presence,
    RelayFrame, Seq, SessionKey, Signature,
};

use super::recorder::Recorder;
use crate::relay::room::Seat;

/// What stands at a place of the room's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::relay::room) enum Content {
    Commit(MemberNumber, Epoch),
    Message(MemberNumber, MessageId),
}

/// A commit or message that somebody learned the place of.
pub(in crate::relay::room) type Learned = (Seq, Content);

pub(in crate::relay::room) struct Actor {
    seed: u64,
    /// Made once: to make it is what takes the time in a history.
    session_key: SessionKey,
    pub(in crate::relay::room) member: MemberNumber,
    pub(in crate::relay::room) connection: Option<(Recorder, Seat)>,
    /// Places of connections that it had before.
    pub(in crate::relay::room) former: Vec<Seat>,
    /// The session may still be resumed.
    pub(in crate::relay::room) lives: bool,
    /// Its first commit since it joined or lost its state.
    pub(in crate::relay::room) base: Option<Seq>,
    /// Everything it was told of the order since then.
    pub(in crate::relay::room) seen: BTreeMap<Seq, Content>,
    pub(in crate::relay::room) accepted: MessageId,
    pub(in crate::relay::room) last_commit: Option<(Epoch, Payload)>,
    /// Own messages that it still shows, and what it was told of them.
    pub(in crate::relay::room) own: BTreeMap<Seq, Option<Completeness>>,
    /// The last own message that it does not show any more.
    cleared: MessageId,
    /// What it was told of own messages since it was asked last.
    pub(in crate::relay::room) verdicts: Vec<(Seq, Completeness)>,
    /// Numbers that it has told the relay to have.
    pub(in crate::relay::room) has: BTreeSet<Seq>,
    /// Whom it believes to be there.
    pub(in crate::relay::room) roster: BTreeMap<MemberNumber, Presence>,
}

pub(in crate::relay::room) fn keys(seed: u64) -> Ed25519KeyPair {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    Ed25519KeyPair::from_seed_unchecked(&bytes).unwrap()
}

pub(in crate::relay::room) fn public(keys: &Ed25519KeyPair) -> [u8; 32] {
    keys.public_key().as_ref().try_into().unwrap()
}

pub(in crate::relay::room) fn sign(keys: &Ed25519KeyPair, bytes: &[u8]) -> Signature {
    Signature(keys.sign(bytes).as_ref().try_into().unwrap())
}

/// A payload that says what it is.
pub(in crate::relay::room) fn text(member: MemberNumber, number: u64) -> Payload {
    let mut bytes = member.0.to_be_bytes().to_vec();
    bytes.extend(number.to_be_bytes());
    Payload(Bytes::from(bytes))
}

fn read(payload: &Payload) -> (MemberNumber, u64) {
    let (member, number) = payload.split_first_chunk().unwrap();
    let number = u64::from_be_bytes(number.try_into().unwrap());
    (MemberNumber(u32::from_be_bytes(*member)), number)
}

impl Actor {
    pub(in crate::relay::room) fn new(seed: u64, recorder: Recorder, seat: Seat) -> Self {
        Self {
            seed,
            session_key: SessionKey(public(&keys(seed))),
            member: seat.member,
            connection: Some((recorder, seat)),
            former: Vec::new(),
            lives: true,
            base: None,
            seen: BTreeMap::new(),
            accepted: MessageId(0),
            last_commit: None,
            own: BTreeMap::new(),
            cleared: MessageId(0),
            verdicts: Vec::new(),
            has: BTreeSet::new(),
            roster: BTreeMap::new(),
        }
    }

    pub(in crate::relay::room) fn keys(&self) -> Ed25519KeyPair {
        keys(self.seed)
    }

    pub(in crate::relay::room) fn session_key(&self) -> SessionKey {
        self.session_key
    }

    /// The last place in the order that it knows of.
    pub(in crate::relay::room) fn last_seq(&self) -> Seq {
        let last = self.seen.keys().next_back().copied();
        last.or(self.base).unwrap_or_default()
    }

    /// As if the last frames had never arrived.
    pub(in crate::relay::room) fn forget(&mut self, frames: usize) {
        for _ in 0..frames {
            self.seen.pop_last();
            if let Some(told) = self.own.values_mut().rfind(|told| told.is_some()) {
                *told = None;
            }
        }
    }

    /// It has everything up to `seq`.
    pub(in crate::relay::room) fn keep(&mut self, seq: Seq) {
        self.has
            .extend(self.seen.range(..=seq).map(|(seq, _)| *seq));
    }

    /// What it is told of its own messages up to `seq`.
    fn learn(&mut self, up_to: Seq, completeness: Completeness) {
        for (seq, told) in self.own.range_mut(..=up_to) {
            if told.is_none() {
                *told = Some(completeness);
                self.verdicts.push((*seq, completeness));
            }
        }
    }

    /// Takes in what came; gives what it learned of the order, and the leases it got.
    pub(in crate::relay::room) fn listen(&mut self) -> (Vec<Learned>, Vec<Epoch>) {
        let (mut learned, mut leases) = (Vec::new(), Vec::new());
        let Some((recorder, _)) = &self.connection else {
            return (learned, leases);
        };
        for frame in recorder.clone().take() {
            match frame {
                RelayFrame::Admitted { members, .. } => self.meet(&members),
                RelayFrame::Resumed {
                    members,
                    continuity,
                    last_message_id,
                    ..
                } => {
                    self.meet(&members);
                    assert_eq!(last_message_id, self.accepted);
                    self.come_back(continuity);
                }
                RelayFrame::Presence { member, presence } => {
                    let before = self.roster.insert(member, presence);
                    assert_ne!(before, Some(presence), "told twice");
                    if presence == Presence::Gone {
                        self.roster.remove(&member);
                    }
                }
                RelayFrame::Lease { epoch, .. } => leases.push(epoch),
                RelayFrame::CommitAccepted { seq, epoch } => {
                    let commit = Content::Commit(self.member, epoch);
                    self.base.get_or_insert(seq);
                    learned.push((seq, commit));
                }
                RelayFrame::CommitRelayed {
                    seq,
                    epoch,
                    member,
                    commit,
                } => {
                    assert_eq!(read(&commit), (member, epoch.0));
                    learned.push(self.see(seq, Content::Commit(member, epoch)));
                }
                RelayFrame::MessageRelayed { seq, payload, .. } => {
                    let (member, id) = read(&payload);
                    learned.push(self.see(seq, Content::Message(member, MessageId(id))));
                }
                RelayFrame::Ack { id, seq } if seq > Seq(0) => {
                    if id > self.cleared {
                        self.own.entry(seq).or_default();
                    }
                    learned.push((seq, Content::Message(self.member, id)));
                }
                RelayFrame::Ack { .. }
                | RelayFrame::Nack { .. }
                | RelayFrame::Alarm { .. }
                | RelayFrame::Locked { .. }
                | RelayFrame::CommitRejected { .. } => {}
                RelayFrame::Delivered { seq, completeness } => self.learn(seq, completeness),
                other => panic!("unexpected {}", other.name()),
            }
            // What it sent itself counts as seen where it is told of it.
            if let Some((seq, content)) = learned.last()
                && self.base.is_some_and(|base| *seq > base)
            {
                self.seen.insert(*seq, content.clone());
            }
        }
        (learned, leases)
    }

    /// Its session is its own again: with its state, or without.
    fn come_back(&mut self, continuity: Continuity) {
        match continuity {
            Continuity::Complete => self.keep(Seq(u64::MAX)),
            Continuity::Gap => {}
            Continuity::Fresh => {
                self.own.clear();
                self.cleared = self.accepted;
            }
        }
        if continuity != Continuity::Complete {
            self.base = None;
            self.seen.clear();
        }
    }

    /// A frame of somebody else's: in order, not twice, and not before its first commit.
    fn see(&self, seq: Seq, content: Content) -> Learned {
        let base = self.base.expect("a frame before the first commit");
        assert!(seq > base, "a frame from before the first commit");
        assert!(seq > self.last_seq(), "{seq:?} after {:?}", self.last_seq());
        (seq, content)
    }

    fn meet(&mut self, members: &[MemberPresence]) {
        self.roster = members
            .iter()
            .map(|member| (member.member, member.presence))
            .collect();
    }
}
