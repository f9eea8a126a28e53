//! Where a room's frames go. The room knows no more of a connection than this.

use sanctuary_wire::EndedReason;

use crate::websocket::Encoded;

/// One connection of one session. Neither method may call back into the room.
pub(crate) trait Recipient {
    /// Queues a frame. What happens to a reader that is too slow is not the room's business.
    fn deliver(&self, frame: &Encoded);

    /// Queues the frames that a session missed, all at once.
    fn replay(&self, frames: &mut dyn Iterator<Item = Encoded>);

    /// Tells that the session is over on this connection. What is queued and not sent is dropped
    /// now, and nothing is delivered after.
    fn end(&self, reason: EndedReason);
}
