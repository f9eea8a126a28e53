//! Messages and the room's order (PROTOCOL.md, section 5.3).

use sanctuary_wire::{
    Epoch, MemberNumber, MessageId, NackReason, Payload, RelayFrame, Seq, message_relayed_header,
};
use tokio::time::Instant;

use super::replay::Kept;
use super::{Limits, Open, Recipient};
use crate::relay::encode::{encode, relayed};
use crate::websocket::Encoded;

/// How many epochs before the current one messages may still come from. Members keep the secrets
/// of as many (PROTOCOL.md, section 8.6).
const PAST_EPOCHS: u64 = 2;

/// What a member sends to others.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: MessageId,
    pub(super) epoch: Epoch,
    pub(super) recipients: Vec<MemberNumber>,
    pub(super) payload: Payload,
}

impl<R: Recipient> Open<R> {
    /// Relays a message and acknowledges it, or tells why not.
    pub(super) fn message(
        &mut self,
        sender: MemberNumber,
        message: Message,
        limits: &Limits,
        now: Instant,
    ) {
        let Some(session) = self.session(sender) else {
            return;
        };
        let id = message.id;
        let last = session.accepted.last();
        if let Some(seq) = session.accepted.seq_of(id) {
            return self.tell(sender, &RelayFrame::Ack { id, seq });
        }
        if let Err(reason) = self.check(last, &message, limits) {
            return self.tell(sender, &RelayFrame::Nack { id, reason });
        }
        if self.reports.may_go_along(now) {
            self.report(now);
        }
        let seq = self.next_seq();
        let header = message_relayed_header(seq, message.epoch, message.payload.len());
        let relayed = Relayed {
            seq,
            frame: relayed(&header, &message.payload),
            from: sender,
            id: Some(id),
            recipients: message.recipients,
        };
        self.relay(relayed, &RelayFrame::Ack { id, seq }, limits, now);
        if let Some(session) = self.session(sender) {
            session.accepted.push(id, seq);
        }
    }

    fn check(&self, last: MessageId, message: &Message, limits: &Limits) -> Result<(), NackReason> {
        // An earlier message got a `Nack` and was not accepted since: this one has to wait for it.
        let is_next = message.id == last.next();
        let age = self.epoch.0.checked_sub(message.epoch.0);
        if !is_next || age.is_none_or(|age| age > PAST_EPOCHS) {
            return Err(NackReason::StaleEpoch);
        }
        // Those who are gone are known: a copy for them must not hold up what comes after it.
        let known = |member: &MemberNumber| *member <= self.last_member;
        // More than there can be name somebody twice, and are compared with every session.
        let are_too_many = message.recipients.len() > usize::from(limits.max_members);
        if are_too_many || !message.recipients.iter().all(known) {
            return Err(NackReason::RecipientsUnknown);
        }
        Ok(())
    }

    /// The next number of the room's order.
    pub(super) fn next_seq(&mut self) -> Seq {
        self.last_seq = self.last_seq.next();
        self.last_seq
    }

    /// Delivers a frame of the room's order to everyone it is for, `receipt` to its sender in its
    /// place, and keeps it for those who come back.
    pub(super) fn relay(
        &mut self,
        relayed: Relayed,
        receipt: &RelayFrame,
        limits: &Limits,
        now: Instant,
    ) {
        let receipt = encode(receipt);
        let is_for_all = relayed.recipients.is_empty();
        let is_message = relayed.id.is_some();
        let mut is_owed = false;
        for session in &mut self.sessions {
            if session.member == relayed.from {
                // A sender that has lost its state is told of its own all the same.
                session.addressed = relayed.seq;
                if is_message {
                    session.delivery.send(relayed.seq);
                }
                if let Some(recipient) = &session.recipient {
                    recipient.deliver(&receipt);
                }
            } else if is_for_all || relayed.recipients.contains(&session.member) {
                if is_message {
                    is_owed |= session.take_into_account(relayed.seq);
                }
                if let Some(recipient) = session.address(relayed.seq) {
                    recipient.deliver(&relayed.frame);
                }
            }
        }
        if is_message && !is_owed {
            // There is nobody whose word could be waited for.
            self.reports.want(now);
        }
        if limits.replays() {
            self.replay.push(relayed.keep(now), limits.replay_bytes);
        }
    }
}

/// A frame of the room's order.
#[derive(Debug)]
pub(super) struct Relayed {
    pub(super) seq: Seq,
    pub(super) frame: Encoded,
    pub(super) from: MemberNumber,
    /// For a message: its number in its sender's session.
    pub(super) id: Option<MessageId>,
    /// Empty for everyone.
    pub(super) recipients: Vec<MemberNumber>,
}

impl Relayed {
    fn keep(self, at: Instant) -> Kept {
        Kept {
            seq: self.seq,
            at,
            frame: self.frame,
            sender: self.id.map(|id| (self.from, id)),
            recipients: self.recipients.into_boxed_slice(),
        }
    }
}
