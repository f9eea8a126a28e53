//! A connection on its way to the shard that serves it.
//!
//! A connection may start on any shard. A frame that names a room of another shard moves the whole
//! connection there, with the frame, to be answered as if it had come there: no shard ever waits for
//! another. It can happen again only until it has a place in a room.

use ring::rand::{SecureRandom, SystemRandom};
use sanctuary_wire::{ClientFrame, InstanceId, Nonce, RelayFrame, RoomId, VERSION};
use tokio::time::Instant;

use super::line::Stream;
use super::outbox::Packed;
use super::pace::Pace;
use super::pulse::Pulse;
use super::work::Work;
use crate::relay::encode::encode;
use crate::relay::limits::Limits;
use crate::relay::room::Challenge;
use crate::slots::Guest;
use crate::websocket::{Decoder, TextPolicy};

/// What a connection is before it has a place in a room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lobby {
    /// What it has to sign.
    pub(super) challenge: Challenge,
    /// The room id that it may create a room with.
    pub(super) reserved: Option<RoomId>,
    /// What it was asked for before it is looked at.
    pub(super) work: Work,
    /// When it was greeted.
    pub(super) greeted: Instant,
    /// When it must have a place.
    pub(super) until: Instant,
}

/// A connection without a task.
pub(in crate::relay) struct Crossing {
    pub(super) stream: Box<dyn Stream>,
    pub(super) outbox: Packed,
    pub(super) decoder: Decoder,
    pub(super) pulse: Pulse,
    pub(super) pace: Pace,
    pub(super) lobby: Box<Lobby>,
    pub(super) guest: Option<Guest>,
    pub(super) brought: Brought,
}

/// What a connection comes to a shard with.
#[derive(Default)]
pub(super) struct Brought {
    /// The frame that made it cross.
    pub(super) frame: Option<ClientFrame>,
    /// What was read after that frame.
    pub(super) unread: Vec<u8>,
}

impl Crossing {
    /// A new connection: greeted, and asked for nothing yet. `None` if the system has no random
    /// bytes to give.
    pub(in crate::relay) fn begin(
        stream: Box<dyn Stream>,
        guest: Option<Guest>,
        limits: &Limits,
        instance: InstanceId,
    ) -> Option<Self> {
        let nonce = Nonce(random()?);
        let now = Instant::now();
        let hello = encode(&RelayFrame::Hello {
            version: VERSION,
            nonce,
            instance,
            max_frame: limits.max_frame,
            max_lifetime_s: limits.max_lifetime_s(),
            max_members: limits.max_members,
        });
        Some(Self {
            stream,
            outbox: Packed::one(&hello, limits.queue_bytes),
            decoder: Decoder::new(limits.max_lobby_frame(), TextPolicy::Refuse),
            pulse: Pulse::new(limits.heartbeat, now),
            pace: Pace::new(limits, now),
            lobby: Box::new(Lobby {
                challenge: Challenge(nonce),
                reserved: None,
                work: Work::None,
                greeted: now,
                until: now + limits.idle_timeout,
            }),
            guest,
            brought: Brought::default(),
        })
    }
}

/// Bytes from the system's random number generator.
pub(in crate::relay) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}
