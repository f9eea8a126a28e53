//! Own messages on their way to the relay.
//!
//! Invariants:
//! - Messages are accepted in the order in which they were written, each once: ids count up from 1
//!   within a session, and what is sent again after a lost connection goes out as the same bytes
//!   under the same id.
//! - Whoever came into the group just before a message, but after it was encrypted, gets a copy of
//!   their own, encrypted anew (PROTOCOL.md, section 9.1): one who leaves takes nobody else's along.
//! - What waits, stands in the order in which it was written, copies included.
//! - A refused message makes the relay refuse those behind it; they go out anew, encrypted in the
//!   current epoch, once every one in flight is answered.

use std::collections::VecDeque;

use sanctuary_e2ee::{Member, Result};
use sanctuary_wire::{ClientFrame, Epoch, MemberNumber, MessageId, Payload};
use zeroize::Zeroizing;

use crate::event::TextId;

/// A message, or a copy of one, that the relay took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The message.
    pub(crate) id: TextId,
    /// Whether it is a copy.
    pub(crate) is_copy: bool,
    /// How many copies of it are made, one for each newcomer.
    pub(crate) copies: usize,
}

/// Messages that were said and not accepted yet.
#[derive(Default)]
pub(crate) struct Outbox {
    /// First what is on its way, then what waits.
    items: VecDeque<Item>,
    /// The id of the first item is the one after this.
    accepted: u64,
    /// How many messages were written.
    written: u64,
}

struct Item {
    /// Its place among all that was written; that of a copy is its message's.
    order: u64,
    id: TextId,
    data: Zeroizing<Vec<u8>>,
    /// Empty for everyone; a copy has some.
    recipients: Vec<MemberNumber>,
    /// A copy that nobody is there for any more.
    is_void: bool,
    sealed: Option<Sealed>,
}

struct Sealed {
    epoch: u64,
    payload: Payload,
    refused: bool,
}

impl Outbox {
    /// Takes over a message; [`Outbox::pump`] sends it.
    pub(crate) fn add(&mut self, id: TextId, data: Zeroizing<Vec<u8>>) {
        self.written += 1;
        self.items.push_back(Item {
            order: self.written,
            id,
            data,
            recipients: Vec::new(),
            is_void: false,
            sealed: None,
        });
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
            } else {
                // Nothing of a new epoch may overtake what newcomers may need a copy of.
                let epoch = member.epoch()?;
                if in_flight.any(|sealed| sealed.refused || sealed.epoch != epoch) {
                    return Ok(Vec::new());
                }
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
                frames.push(frame(id, &item.recipients, &sealed));
                item.sealed = Some(sealed);
            }
        }
        Ok(frames)
    }

    /// The relay has this message, in its place among all frames. `late` gives those who came in after
    /// an epoch, who could not read it there.
    pub(crate) fn accept(
        &mut self,
        id: MessageId,
        late: impl FnOnce(u64) -> Vec<MemberNumber>,
    ) -> Option<Accepted> {
        if id.0 != self.accepted + 1 {
            return None;
        }
        let item = self.items.pop_front()?;
        self.accepted += 1;
        let mut late = item
            .sealed
            .as_ref()
            .map_or_else(Vec::new, |sealed| late(sealed.epoch));
        let is_copy = !item.recipients.is_empty();
        late.retain(|number| !is_copy || item.recipients.contains(number));
        for number in &late {
            self.copy(&item, *number);
        }
        Some(Accepted {
            id: item.id,
            is_copy,
            copies: late.len(),
        })
    }

    /// A copy for one newcomer waits: before what was said later, behind what is on its way.
    fn copy(&mut self, item: &Item, number: MemberNumber) {
        let after = |other: &Item| other.sealed.is_some() || other.order <= item.order;
        let at = self.items.partition_point(after);
        let copy = Item {
            order: item.order,
            id: item.id,
            data: item.data.clone(),
            recipients: vec![number],
            is_void: false,
            sealed: None,
        };
        self.items.insert(at, copy);
    }

    /// The relay has all up to this message; their places are lost, so nobody knows who came in before
    /// them and who after.
    pub(crate) fn accept_up_to(&mut self, id: MessageId) -> Vec<Accepted> {
        let mut accepted = Vec::new();
        while self.accepted < id.0
            && let Some(one) = self.accept(MessageId(self.accepted + 1), |_| Vec::new())
        {
            accepted.push(one);
        }
        accepted
    }

    /// Whom this message is for is not there any more. Tells which message it is a copy of, once: a
    /// copy that is sent again on a new connection is refused again.
    pub(crate) fn give_up(&mut self, id: MessageId) -> Option<TextId> {
        self.refuse(id);
        let item = self.item(id)?;
        if item.is_void || item.recipients.is_empty() {
            return None;
        }
        item.is_void = true;
        Some(item.id)
    }

    /// The relay refused this message: its epoch was too old, or one before it was refused.
    pub(crate) fn refuse(&mut self, id: MessageId) {
        let item = self.item(id);
        if let Some(sealed) = item.and_then(|item| item.sealed.as_mut()) {
            sealed.refused = true;
        }
    }

    /// What is in flight after the last one that the relay took, to be sent again on a new connection.
    /// The answers to the others come again in their places.
    pub(crate) fn unanswered(&self, last: MessageId) -> Vec<ClientFrame> {
        (self.accepted + 1..)
            .zip(&self.items)
            .filter(|(id, _)| *id > last.0)
            .filter_map(|(id, item)| Some(frame(id, &item.recipients, item.sealed.as_ref()?)))
            .collect()
    }

    fn item(&mut self, id: MessageId) -> Option<&mut Item> {
        let at = id.0.checked_sub(self.accepted + 1)?;
        self.items.get_mut(usize::try_from(at).ok()?)
    }

    /// The group was taken up anew: everything is to be encrypted anew.
    pub(crate) fn recall(&mut self) {
        self.items.retain(|item| !item.is_void);
        for item in &mut self.items {
            item.sealed = None;
        }
        self.items.make_contiguous().sort_by_key(|item| item.order);
    }

    /// A new session: ids count from 1 again.
    pub(crate) fn restart(&mut self) {
        self.recall();
        self.accepted = 0;
    }
}

fn frame(id: u64, recipients: &[MemberNumber], sealed: &Sealed) -> ClientFrame {
    ClientFrame::Message {
        id: MessageId(id),
        epoch: Epoch(sealed.epoch),
        recipients: recipients.to_vec(),
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
            outbox.add(TextId([message; 16]), Zeroizing::new(vec![message]));
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

    fn recipients(frames: &[ClientFrame]) -> Vec<Vec<u32>> {
        let of = |frame: &ClientFrame| match frame {
            ClientFrame::Message { recipients, .. } => recipients.iter().map(|to| to.0).collect(),
            other => panic!("no message: {}", other.name()),
        };
        frames.iter().map(of).collect()
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
        outbox.accept_up_to(MessageId(2));
        outbox.add(TextId([9; 16]), Zeroizing::new(vec![9]));
        assert_eq!(sent(&outbox.pump(&mut member).unwrap()), [(4, 0)]);
    }

    #[test]
    fn a_lost_connection_repeats_the_same_bytes() {
        let (mut outbox, mut member) = (outbox(3), member());
        let first = outbox.pump(&mut member).unwrap();
        outbox.accept(MessageId(1), |_| Vec::new());
        assert_eq!(outbox.unanswered(MessageId(0)), first[1..]);
        // An answer that comes twice, or late, changes nothing.
        outbox.accept(MessageId(1), |_| Vec::new());
        assert_eq!(outbox.unanswered(MessageId(0)), first[1..]);
    }

    #[test]
    fn refused_messages_wait_for_those_behind_them_and_keep_their_order() {
        let (mut outbox, mut member) = (outbox(3), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        outbox.accept(MessageId(1), |_| Vec::new());
        outbox.refuse(MessageId(2));
        outbox.add(TextId([9; 16]), Zeroizing::new(vec![9]));
        assert!(outbox.pump(&mut member).unwrap().is_empty());
        outbox.refuse(MessageId(3));
        assert_eq!(
            sent(&outbox.pump(&mut member).unwrap()),
            [(2, 1), (3, 1), (4, 1)]
        );
        outbox.refuse(MessageId(1));
        outbox.refuse(MessageId(99));
        assert_eq!(outbox.unanswered(MessageId(0)).len(), 3);
    }

    #[test]
    fn a_new_session_counts_from_one() {
        let (mut outbox, mut member) = (outbox(3), member());
        outbox.pump(&mut member).unwrap();
        outbox.accept(MessageId(1), |_| Vec::new());
        outbox.restart();
        assert_eq!(sent(&outbox.pump(&mut member).unwrap()), [(1, 0), (2, 0)]);
    }

    #[test]
    fn whoever_came_in_before_a_message_took_its_place_gets_a_copy_before_what_follows() {
        let (mut outbox, mut member) = (outbox(2), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        outbox.add(TextId([9; 16]), Zeroizing::new(vec![9]));
        let accepted = outbox.accept(MessageId(1), |epoch| {
            assert_eq!(epoch, 0);
            vec![super::MemberNumber(7)]
        });
        assert_eq!(
            accepted,
            Some(Accepted {
                id: TextId([0; 16]),
                is_copy: false,
                copies: 1
            })
        );
        outbox.accept(MessageId(2), |_| Vec::new());
        let frames = outbox.pump(&mut member).unwrap();
        assert_eq!(sent(&frames), [(3, 1), (4, 1)]);
        assert!(matches!(
            &frames[0],
            ClientFrame::Message { recipients, .. } if *recipients == [super::MemberNumber(7)]
        ));
        // The newcomer is gone again: what was behind the copy takes its number.
        assert_eq!(outbox.give_up(MessageId(3)), Some(TextId([0; 16])));
        // Told once, although a new connection has it sent, and refused, again.
        assert_eq!(outbox.unanswered(MessageId(2)), frames);
        assert_eq!(outbox.give_up(MessageId(3)), None);
        outbox.refuse(MessageId(4));
        assert_eq!(sent(&outbox.pump(&mut member).unwrap()), [(3, 1)]);
    }

    #[test]
    fn what_the_relay_took_before_the_connection_was_lost_is_answered_and_not_sent_again() {
        let (mut outbox, mut member) = (outbox(3), member());
        outbox.pump(&mut member).unwrap();
        assert_eq!(sent(&outbox.unanswered(MessageId(2))), [(3, 0)]);
        let first = outbox.accept(MessageId(1), |_| vec![super::MemberNumber(7)]);
        assert!(first.is_some_and(|accepted| accepted.copies == 1));
    }

    #[test]
    fn what_was_said_in_a_new_epoch_does_not_overtake_the_copies_of_what_was_said_before() {
        let (mut outbox, mut member) = (outbox(2), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        outbox.add(TextId([9; 16]), Zeroizing::new(vec![9]));
        assert!(outbox.pump(&mut member).unwrap().is_empty());
        for id in [1, 2] {
            outbox.accept(MessageId(id), |_| vec![super::MemberNumber(7)]);
        }
        assert_eq!(
            sent(&outbox.pump(&mut member).unwrap()),
            [(3, 1), (4, 1), (5, 1)]
        );
        let order: Vec<_> = outbox.items.iter().map(|item| item.id.0[0]).collect();
        assert_eq!(order, [0, 1, 9]);
    }

    #[test]
    fn each_newcomer_gets_a_copy_of_their_own_and_one_who_leaves_takes_no_others_along() {
        let (mut outbox, mut member) = (outbox(1), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        let late = |_| vec![super::MemberNumber(7), super::MemberNumber(8)];
        let accepted = outbox.accept(MessageId(1), late);
        assert!(accepted.is_some_and(|accepted| accepted.copies == 2));
        let frames = outbox.pump(&mut member).unwrap();
        assert_eq!(recipients(&frames), [[7], [8]]);
        assert_eq!(outbox.give_up(MessageId(2)), Some(TextId([0; 16])));
        outbox.refuse(MessageId(3));
        let frames = outbox.pump(&mut member).unwrap();
        assert_eq!(
            (sent(&frames), recipients(&frames)),
            (vec![(2, 1)], vec![vec![8]])
        );
    }

    #[test]
    fn a_copy_that_is_made_again_stays_before_the_copies_of_what_was_said_later() {
        let (mut outbox, mut member) = (outbox(2), member());
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        for id in [1, 2] {
            outbox.accept(MessageId(id), |_| vec![super::MemberNumber(7)]);
        }
        outbox.pump(&mut member).unwrap();
        next_epoch(&mut member);
        // The newcomer came in anew: the copy of the first message is to be copied once more, and
        // that of the second was refused.
        outbox.accept(MessageId(3), |_| vec![super::MemberNumber(7)]);
        outbox.refuse(MessageId(4));
        outbox.pump(&mut member).unwrap();
        let order: Vec<_> = outbox.items.iter().map(|item| item.id.0[0]).collect();
        assert_eq!(order, [0, 1]);
    }
}
