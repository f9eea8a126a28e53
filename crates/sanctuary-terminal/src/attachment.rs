//! How a session holds on to its room when connections come and go (PROTOCOL.md, section 10).
//!
//! ```text
//! Attached --lost--> Lost --opened--> Resuming --Resumed--> Attached
//!                     ^                  | Refused (gone)
//!                     |                  v
//!                     +---- lost ---- Rejoining --Admitted--> Attached, as a new session
//!                                     ^      |
//!                                     +-wait-+ Refused (throttled, room or relay full, locked)
//! ```
//!
//! Invariant: a signature goes out only on the connection whose nonce it holds.

use std::time::Duration;

use sanctuary_e2ee::{Result, SessionKeys};
use sanctuary_wire::{ClientFrame, InstanceId, RefusedReason, Seq};
use tokio::time::Instant;

use crate::{connection::Hello, event::Ended, keyring::Keyring};

/// Wait before a full or a locked room, or a full relay, is asked again.
const FULL_WAIT: Duration = Duration::from_secs(5);

/// Where the session stands.
enum Standing {
    Attached,
    Lost,
    Resuming,
    Rejoining { session: SessionKeys },
}

/// The session's hold on the room.
pub(crate) struct Attachment {
    standing: Standing,
    hello: Hello,
    /// The run of the relay that has the room.
    instance: InstanceId,
    /// When a refused session asks again.
    pub(crate) retry_at: Option<Instant>,
}

impl Attachment {
    /// Starts attached, on the connection that began with `hello`.
    pub(crate) const fn new(hello: Hello) -> Self {
        Self {
            standing: Standing::Attached,
            hello,
            instance: hello.instance,
            retry_at: None,
        }
    }

    /// Whether the room's frames come and go.
    pub(crate) const fn is_attached(&self) -> bool {
        matches!(self.standing, Standing::Attached)
    }

    /// The connection is lost.
    pub(crate) fn lost(&mut self) {
        self.standing = Standing::Lost;
        self.retry_at = None;
    }

    /// A new connection stands: the frame that resumes after `last_seq`, 0 if the state of the
    /// group is not alive.
    pub(crate) fn opened(&mut self, hello: Hello, keys: &Keyring, last_seq: Seq) -> ClientFrame {
        self.hello = hello;
        self.standing = Standing::Resuming;
        keys.resume_frame(&hello.nonce, last_seq)
    }

    /// The relay knows the session.
    pub(crate) fn resumed(&mut self) {
        self.standing = Standing::Attached;
    }

    /// The relay took the client in as a new session.
    pub(crate) fn admitted(&mut self, keys: &mut Keyring) {
        if let Standing::Rejoining { session } =
            std::mem::replace(&mut self.standing, Standing::Attached)
        {
            keys.session = session;
        }
    }

    /// The relay refused: what to send next, or the end.
    pub(crate) fn refused(
        &mut self,
        reason: RefusedReason,
        retry_after: Duration,
        keys: &Keyring,
        now: Instant,
    ) -> Result<std::result::Result<Option<ClientFrame>, Ended>> {
        match &self.standing {
            Standing::Resuming => {
                self.standing = Standing::Rejoining {
                    session: SessionKeys::create()?,
                };
                return Ok(Ok(self.rejoin(keys)?));
            }
            Standing::Rejoining { .. } => {}
            Standing::Attached | Standing::Lost => return Ok(Ok(None)),
        }
        Ok(match reason {
            RefusedReason::Throttled => {
                self.retry_at = Some(now + retry_after);
                Ok(None)
            }
            RefusedReason::RoomFull | RefusedReason::RelayFull | RefusedReason::Locked => {
                self.retry_at = Some(now + FULL_WAIT);
                Ok(None)
            }
            RefusedReason::WrongPassword => Err(Ended::LockedOut),
            _ if self.hello.instance == self.instance => Err(Ended::Gone),
            _ => Err(Ended::RelayStopped),
        })
    }

    /// The frame that asks for admission as a new session.
    pub(crate) fn rejoin(&mut self, keys: &Keyring) -> Result<Option<ClientFrame>> {
        self.retry_at = None;
        match &self.standing {
            Standing::Rejoining { session } => {
                keys.join_frame(session, &self.hello.nonce).map(Some)
            }
            _ => Ok(None),
        }
    }
}
