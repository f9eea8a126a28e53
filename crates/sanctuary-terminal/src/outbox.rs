//! Own messages on their way to the relay.
//!
//! Invariants:
//! - Messages are accepted in the order in which they were written, each once: ids count up from 1 within a session, and what is
//!   sent again after a lost connection goes out as the same bytes under the same id.
//! - A refused message makes the relay refuse those behind it; they go out anew, encrypted in the current epoch, once every one in
//!   flight is answered.

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
