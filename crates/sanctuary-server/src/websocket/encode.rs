//! Frames of a server, encoded once and shared by all who receive them.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use super::close::CloseStatus;
use super::header::{MAX_CONTROL, Opcode, server_header};

/// One or more whole frames as they go onto the stream, header included. Cloning shares the bytes,
/// within a thread: all who get a frame are served by the same one, and counting for one thread is cheaper.
/// `Debug` shows the length only.
///
/// Count and bytes are one piece of memory: a queue that is handed on touches one cold cache line for
/// each frame and not three, which `Bytes` would.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded(Rc<[u8]>);

impl Encoded {
    /// A binary message of `len` bytes, which `fill` appends to the buffer it is given.
    pub fn binary(len: usize, fill: impl FnOnce(&mut Vec<u8>)) -> Self {
        Self(whole(Opcode::Binary, len, fill).into())
    }

    /// A binary message that consists of these parts. Its memory is written once, which is what counts
    /// for messages that are large, kept, or both.
    pub fn of_parts(parts: [&[u8]; 2]) -> Self {
        let len = parts.iter().map(|part| part.len()).sum();
        let (header, n) = server_header(Opcode::Binary, len);
        let mut frame: Rc<[u8]> = std::iter::repeat_n(0, n + len).collect();
        // Nobody else has it yet.
        if let Some(mut rest) = Rc::get_mut(&mut frame) {
            for part in [&header[..n], parts[0], parts[1]] {
                let (place, after) = rest.split_at_mut(part.len());
                place.copy_from_slice(part);
                rest = after;
            }
        }
        Self(frame)
    }

    /// Frames that are encoded already.
    pub(crate) fn whole(frames: &[u8]) -> Self {
        Self(frames.into())
    }

    /// A text message.
    pub fn text(text: &str) -> Self {
        Self(bytes_of(Opcode::Text, text.as_bytes()).into())
    }

    /// A ping with an empty payload.
    pub fn ping() -> Self {
        Self(bytes_of(Opcode::Ping, &[]).into())
    }

    /// The answer to a ping with that payload, of 125 bytes at most.
    pub fn pong(payload: &[u8]) -> Self {
        let payload = payload.get(..MAX_CONTROL).unwrap_or(payload);
        Self(bytes_of(Opcode::Pong, payload).into())
    }

    /// A close frame. A reason beyond 123 bytes is cut.
    pub fn close(status: CloseStatus, reason: &str) -> Self {
        Self(bytes_of(Opcode::Close, &status.payload(reason)).into())
    }

    /// The answer to a close frame: the same status, or none if it had none.
    pub fn close_answer(status: Option<CloseStatus>) -> Self {
        let payload = status.map(|status| status.payload("")).unwrap_or_default();
        Self(bytes_of(Opcode::Close, &payload).into())
    }

    /// This, and `next` right behind it.
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        Self([&*self.0, &*next.0].concat().into())
    }
}

fn bytes_of(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    whole(opcode, payload.len(), |out| out.extend_from_slice(payload))
}

fn whole(opcode: Opcode, len: usize, fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let (header, n) = server_header(opcode, len);
    let mut out = Vec::with_capacity(n + len);
    out.extend_from_slice(&header[..n]);
    fill(&mut out);
    out
}

impl Deref for Encoded {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({} bytes)", self.0.len())
    }
}
