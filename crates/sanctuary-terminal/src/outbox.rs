//! Own messages on their way to the relay.
//!
//! Invariants:
//! - Messages are accepted in the order in which they were written, each once: ids count up from 1
//!   within a session, and what is sent again after a lost connection goes out as the same bytes
//!   under the same id.
//! - Those who came into the group just before a message, but after it was encrypted, get a copy,
//!   encrypted anew (PROTOCOL.md, section 9.1).
//! - What waits, stands in the order in which it was written, copies included.
//! - What passes by (section 9.4) goes out only if nothing else waits, is not sent again, and no copies are made of it.
//! - While cover traffic is on, one message goes out for each tick.
//! - A refused message makes the relay refuse those behind it; they go out anew, encrypted in the
//!   current epoch, once every one in flight is answered.
//! - At most [`MAX_IN_FLIGHT`] are on their way at once. That bounds what is encrypted anew, and what is copied: receivers
//!   bear only so many keys left out.

use std::collections::VecDeque;

use sanctuary_e2ee::{E2eeError, Identity, Member, Result, Said, TextId};
use sanctuary_wire::{ClientFrame, Epoch, MemberNumber, MessageId, Payload};
use zeroize::Zeroizing;

/// Messages that wait for an answer of the relay at once.
const MAX_IN_FLIGHT: usize = 64;

/// A message, or a copy of one, that the relay took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The message, if somebody wants to know how far it came.
    pub(crate) id: Option<TextId>,
    /// Whether it is a copy.
    pub(crate) is_copy: bool,
    /// Whether a copy of it is made for newcomers.
    pub(crate) is_copied: bool,
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
    /// The epoch that the room had reached when this client came back to it.
    not_before: u64,
    /// What passes by and may go out next.
    passing: Option<Zeroizing<Vec<u8>>>,
}

/// What is to be encrypted.
pub(crate) enum Content {
    /// Application data.
    Open(Zeroizing<Vec<u8>>),
    /// Something for those with these identities.
    Whisper(Vec<Identity>, Said),
}

/// What may go out now.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// How many messages.
    pub(crate) allowance: usize,
    /// The least size class that they are padded to.
    pub(crate) class: usize,
}

#[cfg(test)]
impl Pace {
    /// Without cover traffic.
    pub(crate) const FREE: Self = Self {
        allowance: usize::MAX,
        class: 0,
    };
}

/// What a pump brought.
#[derive(Default)]
pub(crate) struct Pumped {
    pub(crate) frames: Vec<ClientFrame>,
    /// Messages that nobody is there for any more.
    pub(crate) unsent: Vec<TextId>,
    /// Messages of which a copy was wanted that nobody is there for any more.
    pub(crate) uncopied: Vec<TextId>,
}

struct Item {
    /// Its place among all that was written; that of a copy is its message's.
    order: u64,
    id: Option<TextId>,
    is_passing: bool,
    content: Content,
    /// Empty for everyone; a copy has some.
    recipients: Vec<MemberNumber>,
    sealed: Option<Sealed>,
}

struct Sealed {
    epoch: u64,
    payload: Payload,
    refused: bool,
}

impl Outbox {
    /// Takes over a message; [`Outbox::pump`] sends it.
    pub(crate) fn add(&mut self, id: Option<TextId>, content: Content) {
        self.push(id, content, false);
    }

    /// Takes over what passes by: it goes out with the next pump, or with a later one while cover traffic is on, or
    /// not at all.
    pub(crate) fn pass(&mut self, data: Zeroizing<Vec<u8>>) {
        self.passing = Some(data);
    }

    /// No connection stands: what passes by is over.
    pub(crate) fn lost(&mut self) {
        self.passing = None;
    }

    fn push(&mut self, id: Option<TextId>, content: Content, is_passing: bool) {
        self.written += 1;
        self.items.push_back(Item {
            order: self.written,
            id,
            is_passing,
            content,
            recipients: Vec::new(),
            sealed: None,
        });
    }

    /// Encrypts what was not sent yet, or is to be sent anew, into frames, as many as may go out.
    pub(crate) fn pump(&mut self, member: &mut Member, pace: Pace) -> Result<Pumped> {
        let mut pumped = Pumped::default();
        let current = member.epoch()?;
        if self.in_flight().next().is_some() && self.in_flight().all(|sealed| sealed.refused) {
            self.recall();
        }
        // Nothing of a new epoch may overtake what newcomers may need a copy of.
        let is_ready = |sealed: &Sealed| !sealed.refused && sealed.epoch == current;
        if current < self.not_before || !self.in_flight().all(is_ready) {
            return Ok(pumped);
        }
        let mut at = self.in_flight().count();
        let is_idle = at == self.items.len();
        let mut left = pace.allowance.min(MAX_IN_FLIGHT.saturating_sub(at));
        if let Some(data) = self.passing.take_if(|_| !is_idle || pace.allowance > 0)
            && is_idle
            && left > 0
        {
            self.push(None, Content::Open(data), true);
        }
        while left > 0
            && let Some(item) = self.items.get_mut(at)
        {
            let Some((epoch, payload)) = item.content.encrypt(member, pace.class)? else {
                let Some(item) = self.items.remove(at) else {
                    break;
                };
                if item.recipients.is_empty() {
                    pumped.unsent.extend(item.id);
                } else {
                    pumped.uncopied.extend(item.id);
                }
                continue;
            };
            let sealed = Sealed {
                epoch,
                payload: payload.into(),
                refused: false,
            };
            let id = self.accepted + 1 + at as u64;
            pumped.frames.push(frame(id, &item.recipients, &sealed));
            item.sealed = Some(sealed);
            left -= 1;
            at += 1;
        }
        Ok(pumped)
    }

    /// What is on its way stands first.
    fn in_flight(&self) -> impl Iterator<Item = &Sealed> {
        self.items.iter().map_while(|item| item.sealed.as_ref())
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
        late.retain(|_| !item.is_passing);
        let accepted = Accepted {
            id: item.id,
            is_copy,
            is_copied: !late.is_empty(),
        };
        if accepted.is_copied {
            self.copy(item, late);
        }
        Some(accepted)
    }

    /// A copy for newcomers waits: before what was said later, behind what is on its way.
    fn copy(&mut self, item: Item, recipients: Vec<MemberNumber>) {
        let after = |other: &Item| other.sealed.is_some() || other.order <= item.order;
        let at = self.items.partition_point(after);
        let copy = Item {
            recipients,
            sealed: None,
            ..item
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

    /// The relay refused this message: its epoch was too old, or one before it was refused.
    pub(crate) fn refuse(&mut self, id: MessageId) {
        let item = self.item(id);
        if let Some(sealed) = item.and_then(|item| item.sealed.as_mut()) {
            sealed.refused = true;
        }
    }

    /// What is in flight after the last one that the relay took, to be sent again on a new connection to a room that has come
    /// to `epoch`. The answers to the others come again in their places.
    /// What passes by is over instead, and those behind it move up. If the room has moved on, what the relay has not taken waits
    /// instead until this client has caught up, so that whoever has come in meanwhile can read it.
    pub(crate) fn unanswered(&mut self, last: MessageId, epoch: Epoch) -> Vec<ClientFrame> {
        self.not_before = epoch.0;
        let mut id = self.accepted;
        self.items.retain(|item| {
            id += 1;
            id <= last.0 || !item.is_passing
        });
        let taken = usize::try_from(last.0.saturating_sub(self.accepted)).unwrap_or(usize::MAX);
        let is_open = |sealed: &Sealed| !sealed.refused && sealed.epoch == epoch.0;
        if !self.in_flight().skip(taken).all(is_open) {
            self.take_back(taken);
        }
        (self.accepted + 1..)
            .zip(&self.items)
            .skip(taken)
            .map_while(|(id, item)| Some(frame(id, &item.recipients, item.sealed.as_ref()?)))
            .collect()
    }

    fn item(&mut self, id: MessageId) -> Option<&mut Item> {
        let at = id.0.checked_sub(self.accepted + 1)?;
        self.items.get_mut(usize::try_from(at).ok()?)
    }

    /// The group was taken up anew: everything is to be encrypted anew.
    pub(crate) fn recall(&mut self) {
        self.items.retain(|item| !item.is_passing);
        self.take_back(0);
    }

    /// All but the first so many wait again.
    fn take_back(&mut self, kept: usize) {
        let waiting = self.items.make_contiguous().get_mut(kept..);
        let waiting = waiting.unwrap_or_default();
        for item in &mut *waiting {
            item.sealed = None;
        }
        waiting.sort_by_key(|item| item.order);
    }

    /// A new session: ids count from 1 again.
    pub(crate) fn restart(&mut self) {
        self.recall();
        self.accepted = 0;
    }
}

impl Content {
    /// Encrypts it; none if it is a whisper that nobody is there for.
    fn encrypt(&self, member: &mut Member, class: usize) -> Result<Option<(u64, Vec<u8>)>> {
        let encrypted = match self {
            Self::Open(data) => member.encrypt_large(data, class),
            Self::Whisper(recipients, said) => member.encrypt_whisper(recipients, said, class),
        };
        match encrypted {
            Err(E2eeError::UnknownMember) => Ok(None),
            other => other.map(Some),
        }
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
mod tests;
