//! One connection to the broadcaster.

use std::io;

use crate::framing::Framing;
use crate::link::{Link, Reading};
use crate::outbox::Outbox;

/// A connection.
pub(super) struct Peer {
    link: Link,
    pub(super) room: Option<usize>,
    pub(super) is_listed: bool,
    outbox: Outbox,
    /// The beginning of a message that is not whole yet.
    partial: Vec<u8>,
}

impl Peer {
    pub(super) fn new(link: Link) -> Self {
        Self {
            link,
            room: None,
            is_listed: false,
            outbox: Outbox::default(),
            partial: Vec::new(),
        }
    }

    /// Where to append what is to be written.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        self.outbox.bytes()
    }

    pub(super) fn has_more_to_write(&self) -> bool {
        self.outbox.len() > 0 || self.link.is_behind()
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.outbox.flush(&mut self.link)
    }

    /// Reads everything there is and acts on whole messages; if the peer has ended its direction, to
    /// the end. `false` at the end.
    pub(super) fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        to_the_end: bool,
        mut act: impl FnMut(&mut Self, &[u8]),
    ) -> bool {
        loop {
            let kept = self.partial.len();
            if buffer.len() < 2 * kept {
                buffer.resize(4 * kept, 0);
            }
            let (front, room) = buffer.split_at_mut(kept);
            front.copy_from_slice(&self.partial);
            let room_len = room.len();
            let n = match self.link.read(room) {
                Ok(Reading::Bytes(n)) => n,
                Ok(Reading::Nothing) => return true,
                Ok(Reading::End) | Err(_) => return false,
            };
            let mut rest = buffer.get(..kept + n).unwrap_or_default();
            while let Ok(Some(frame)) = Framing::Prefixed.parse(rest) {
                act(self, frame.payload);
                rest = rest.get(frame.size..).unwrap_or_default();
            }
            self.partial.clear();
            self.partial.extend_from_slice(rest);
            if n < room_len && self.link.short_read_is_last() && !to_the_end {
                return true;
            }
        }
    }
}
