//! A recipient that keeps what it is told.

use std::cell::RefCell;
use std::rc::Rc;

use bytes::Bytes;
use sanctuary_wire::{EndedReason, RelayFrame};

use crate::relay::room::Recipient;
use crate::websocket::Encoded;

#[derive(Debug, Default)]
struct Log {
    frames: Vec<RelayFrame>,
    ended: Option<EndedReason>,
}

/// One connection, as far as a room knows it.
#[derive(Clone, Debug, Default)]
pub(in crate::relay::room) struct Recorder(Rc<RefCell<Log>>);

impl Recorder {
    /// What was delivered since this was asked last.
    pub(in crate::relay::room) fn take(&self) -> Vec<RelayFrame> {
        std::mem::take(&mut self.0.borrow_mut().frames)
    }

    /// Why the session ended on this connection.
    pub(in crate::relay::room) fn ended(&self) -> Option<EndedReason> {
        self.0.borrow().ended
    }
}

impl Recipient for Recorder {
    fn deliver(&self, frame: &Encoded) {
        let mut log = self.0.borrow_mut();
        assert_eq!(log.ended, None, "delivered after the end");
        let header = match frame.get(1) {
            Some(126) => 4,
            Some(127) => 10,
            _ => 2,
        };
        let payload = Bytes::copy_from_slice(&frame[header..]);
        log.frames.push(RelayFrame::decode(&payload).unwrap());
    }

    fn replay(&self, frames: &mut dyn Iterator<Item = Encoded>) {
        for frame in frames {
            self.deliver(&frame);
        }
    }

    fn end(&self, reason: EndedReason) {
        let mut log = self.0.borrow_mut();
        assert_eq!(log.ended.replace(reason), None, "ended twice");
        log.frames.clear();
    }
}
