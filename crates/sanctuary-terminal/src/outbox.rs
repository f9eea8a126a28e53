//! Own messages on their way to the relay.
//!
//! Invariants:
//! - Messages are accepted in the order in which they were written, each once: ids count up from 1
//!   within a session, and what is sent again after a lost connection goes out as the same bytes
//!   under the same id.
//! - A refused message makes the relay refuse those behind it; they go out anew, encrypted in the
//!   current epoch, once every one in flight is answered.

use std::collections::VecDeque;

use sanctuary_e2ee::{Member, Result};
use sanctuary_wire::{ClientFrame, Epoch, MessageId, Payload};
use zeroize::Zeroizing;

/// Messages that were said and not accepted yet.
#[derive(Default)]
pub(crate) struct Outbox {
    items: VecDeque<Item>,
    /// The id of the first item is the one after this.
    accepted: u64,
}

struct Item {
    data: Zeroizing<Vec<u8>>,
    sealed: Option<Sealed>,
}

struct Sealed {
    epoch: u64,
    payload: Payload,
    refused: bool,
}

impl Outbox {
    /// Takes over a message; [`Outbox::pump`] sends it.
    pub(crate) fn add(&mut self, data: Zeroizing<Vec<u8>>) {
        self.items.push_back(Item { data, sealed: None });
    }

    /// Encrypts what was not sent yet, or is to be sent anew, into frames.
    pub(crate) fn pump(&mut self, member: &mut Member) -> Result<Vec<ClientFrame>> {
        let mut in_flight = self
            .items
            .iter()
            .filter_map(|item| item.sealed.as_ref())
            .peekable();
        if in_flight.peek().is_some() {
            if in_flight.clone().all(|sealed| sealed.refused) {
                self.recall();
            } else if in_flight.any(|sealed| sealed.refused) {
                return Ok(Vec::new());
            }
        }
        let mut frames = Vec::new();
        for (id, item) in (self.accepted + 1..).zip(&mut self.items) {
            if item.sealed.is_none() {
                let (epoch, payload) = member.encrypt(&item.data)?;
                let sealed = Sealed {
                    epoch,
                    payload: payload.into(),
                    refused: false,
                };
                frames.push(frame(id, &sealed));
                item.sealed = Some(sealed);
            }
        }
        Ok(frames)
    }

    /// The relay has this message and all before it.
    pub(crate) fn accept(&mut self, id: MessageId) {
        while self.accepted < id.0 && self.items.pop_front().is_some() {
            self.accepted += 1;
        }
    }

    /// The relay refused this message: its epoch was too old, or one before it was refused.
    pub(crate) fn refuse(&mut self, id: MessageId) {
        let item =
            id.0.checked_sub(self.accepted + 1)
                .and_then(|at| self.items.get_mut(usize::try_from(at).ok()?));
        if let Some(sealed) = item.and_then(|item| item.sealed.as_mut()) {
            sealed.refused = true;
        }
    }

    /// What is in flight, to be sent again on a new connection.
    pub(crate) fn unanswered(&self) -> Vec<ClientFrame> {
        (self.accepted + 1..)
            .zip(&self.items)
            .filter_map(|(id, item)| Some(frame(id, item.sealed.as_ref()?)))
            .collect()
    }

    /// The group was taken up anew: everything is to be encrypted anew.
    pub(crate) fn recall(&mut self) {
        for item in &mut self.items {
            item.sealed = None;
        }
    }

    /// A new session: ids count from 1 again.
    pub(crate) fn restart(&mut self) {
        self.recall();
        self.accepted = 0;
    }
}

fn frame(id: u64, sealed: &Sealed) -> ClientFrame {
    ClientFrame::Message {
        id: MessageId(id),
        epoch: Epoch(sealed.epoch),
        recipients: Vec::new(),
        payload: sealed.payload.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sanctuary_e2ee::{
        Alias, Identity, MemberNumber, MemberParams, RoomId, RoomSecrets, Root, SignatureSeed,
    };

    use super::*;

    fn member() -> Member {
        let params = MemberParams {
            secrets: RoomSecrets::from_root(Root::new([1; 32]), RoomId::new([2; 16])),
            alias: Alias::prepare("Ann").unwrap(),
            member_number: MemberNumber(1),
            identity: Identity::random().unwrap(),
            signature_seed: SignatureSeed::random().unwrap(),
        };
        Member::create(params).unwrap().0
    }

    fn outbox(messages: u8) -> Outbox {
        let mut outbox = Outbox::default();
        for message in 0..messages {
            outbox.add(Zeroizing::new(vec![message]));
        }
        outbox
    }

    /// The ids and epochs of messages.
    fn sent(frames: &[ClientFrame]) -> Vec<(u64, u64)> {
        frames
            .iter()
            .map(|frame| match frame {
                ClientFrame::Message { id, epoch, .. } => (id.0, epoch.0),
                other => panic!("no message: {}", other.name()),
            })
            .collect()
    }

    fn next_epoch(member: &mut Member) {
        let pending = member.commit_removal(&[]).unwrap();
        member.accept(pending).unwrap();
    }

    #[test]
    fn messages_are_numbered_and_sent_once() {
        let (mut outbox, mut member) = (outbox(3), member());
        assert_eq!(
            sent(&outbox.pump(&mut member).unwrap()),
            [(1, 0), (2, 0), (3, 0)]
        );
        assert!(outbox.pump(&mut member).unwrap().is_empty());
        outbox.accept(MessageId(2));
        outbox.add(Zeroizing::new(vec![9]));
        assert_eq!(sent(&outbox.pump(&mut member).unwrap()), [(4, 0)]);
    }

    #[test]
    fn a_lost_connection_repeats_the_same_bytes() {
        let (mut outbox, mut member) = (outbox(3), member());
        let first = outbox.pump(&mut member).unwrap();
        outbox.accept(MessageId(1));
        assert_eq!(outbox.unanswered(), first[1..]);
        // An answer that comes twice, or late, changes nothing.
        outbox.accept(MessageId(1));
        assert_eq!(outbox.unanswered(), first[1..]);
    }

    #[test]
    fn refused_messages_wait_for_those_behind_them_and_keep_their_order() {
        let (mut outbox, mut member) = (outbox(3), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        outbox.accept(MessageId(1));
        outbox.refuse(MessageId(2));
        outbox.add(Zeroizing::new(vec![9]));
        assert!(outbox.pump(&mut member).unwrap().is_empty());
        outbox.refuse(MessageId(3));
        assert_eq!(
            sent(&outbox.pump(&mut member).unwrap()),
            [(2, 1), (3, 1), (4, 1)]
        );
        outbox.refuse(MessageId(1));
        outbox.refuse(MessageId(99));
        assert_eq!(outbox.unanswered().len(), 3);
    }

    #[test]
    fn a_new_session_counts_from_one() {
        let (mut outbox, mut member) = (outbox(3), member());
        outbox.pump(&mut member).unwrap();
        outbox.accept(MessageId(1));
        outbox.restart();
        assert_eq!(sent(&outbox.pump(&mut member).unwrap()), [(1, 0), (2, 0)]);
    }
}
