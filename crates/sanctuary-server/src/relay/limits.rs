//! How much the relay takes and keeps (PROTOCOL.md, section 12).

use std::num::NonZeroUsize;
use std::thread::available_parallelism;
use std::time::Duration;

use sanctuary_wire::limits::{
    MAX_FRAME, MAX_LIFETIME_S, MAX_LOBBY_FRAME, MAX_MEMBERS, MIN_LIFETIME_S, frame_for,
};

use super::connection::BURST_S;
use super::memory;

/// Limits that break the relay's promises together. The options are named as on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// No connection could be served.
    #[error("--max-connections must be at least 1")]
    NoConnections,
    /// Nobody could join a full room: the group state would not fit into a frame.
    #[error(
        "rooms of {members} members need frames of up to {needed} KiB: raise --max-frame to that, or lower \
         --max-members"
    )]
    FramesTooSmall {
        /// [`Limits::max_members`].
        members: u16,
        /// The least [`Limits::max_frame`] for them, in KiB.
        needed: u32,
    },
    /// Whoever is sent the group state of a full room would be cut off, and again when it is back.
    #[error(
        "rooms of {members} members need queues of up to {needed} KiB: raise --queue-bytes to that, or lower \
         --max-members"
    )]
    QueueTooSmall {
        /// [`Limits::max_members`].
        members: u16,
        /// The least [`Limits::queue_bytes`] for them, in KiB.
        needed: u32,
    },
    /// Who was cut off at the bound of its queue could not resume.
    #[error(
        "--replay-bytes must be at least one and a half times --queue-bytes, so that a reader who was cut off can \
         resume: raise it to {needed} KiB, lower --queue-bytes, or keep nothing with --replay-bytes 0"
    )]
    ReplayTooSmall {
        /// The least [`Limits::replay_bytes`], in KiB.
        needed: usize,
    },
    /// A change of a full room would not arrive before the lease is over.
    #[error(
        "rooms of {members} members need {needed} KiB per second from one connection: raise --byte-rate to that, lower \
         --max-members, or set no limit with --byte-rate 0"
    )]
    BytesTooSlow {
        /// [`Limits::max_members`].
        members: u16,
        /// The least [`Limits::byte_rate`] for them, in KiB.
        needed: u32,
    },
    /// The first room would be refused.
    #[error(
        "one room needs {needed} MiB of memory with frames of that size and so many threads: raise --max-memory to that, \
         lower --max-frame or --threads, or set no bound with --max-memory 0"
    )]
    MemoryTooSmall {
        /// The least [`Limits::max_memory`], in MiB.
        needed: usize,
    },
}

/// How much the relay takes and keeps. `Default` gives the values of PROTOCOL.md, section 12.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest frame in bytes that a client may send. Default 1 MiB.
    pub max_frame: u32,
    /// Sessions that a room may have, those away included. Default 100.
    pub max_members: u16,
    /// Connections at once, those to the page included. Default 10 000: a hundred full rooms.
    pub max_connections: u32,
    /// Rooms that the relay may have at once. Default 10 000: with small rooms some 100 MB, and far
    /// beyond what one machine's network carries if they are busy.
    pub max_rooms: usize,
    /// Longest lifetime of a room. Default, and most: 3600 s. Whole seconds count.
    pub max_lifetime: Duration,
    /// How long a session without a connection is kept. Default 60 s, as long as the frames that its
    /// member misses: of both times the shorter one counts.
    pub session_grace: Duration,
    /// How long a lease lasts. Default 10 s.
    pub lease: Duration,
    /// How long relayed frames are kept for members who come back. Zero turns replay off. Default 60 s.
    pub replay_window: Duration,
    /// How many bytes of relayed frames a room keeps for members who come back. Zero turns replay
    /// off. Default 4 MiB.
    pub replay_bytes: usize,
    /// Time that a connection has to create, join or resume. Default 600 s: somebody has to type a
    /// password, and may have to look for it.
    pub idle_timeout: Duration,
    /// Bytes that may wait for one reader before it is cut off. Default 2 MiB: several
    /// times the group state of a full room, and so much less than what a room keeps that a reader who
    /// was cut off can resume.
    pub queue_bytes: usize,
    /// How long a connection may be silent before the relay pings it; silent as long again, it
    /// counts as lost. Default 20 s: below the minute or so after which proxies and the address
    /// translation of mobile networks forget a connection.
    pub heartbeat: Duration,
    /// Frames per second that one connection may send, control frames of WebSocket included; five
    /// seconds' worth may come at once. Zero for no limit. Default 200: four times what the liveliest
    /// member writes; and a room of a hundred who all send as much is still no more than what one
    /// processor delivers.
    pub frame_rate: u32,
    /// Bytes per second that one connection may send; five seconds' worth may come at once. Zero for no
    /// limit. Default 2 MiB: more than a member's line carries upwards, mostly.
    pub byte_rate: u32,
    /// Bytes that the whole relay may have allocated before it gives up what it can do without: first
    /// new rooms and new members, then what is kept for others. Zero for no limit. Default: none; the
    /// program sets half of the memory that there is. The least is what one room needs: 10 MiB with
    /// frames of 1 MiB and eight threads.
    pub max_memory: usize,
    /// Joins per second that the relay bears without asking newcomers for work; a new room counts for four. Zero for
    /// any number. Default 30: four hundred people may come at once, and a hundred rooms be made; verifying
    /// as many signatures takes a fiftieth of a processor.
    pub easy_joins: u32,
    /// Threads that serve rooms. Default: one for each core.
    pub shards: NonZeroUsize,
}

impl Limits {
    /// Shortest lifetime of a room (fixed by the protocol).
    pub const MIN_LIFETIME: Duration = Duration::from_secs(MIN_LIFETIME_S as u64);

    /// Whether the limits fit together.
    pub fn check(&self) -> Result<(), LimitsError> {
        if self.max_connections == 0 {
            return Err(LimitsError::NoConnections);
        }
        let needed = frame_for(self.max_members);
        if self.max_frame < needed {
            return Err(LimitsError::FramesTooSmall {
                members: self.max_members,
                needed: needed.div_ceil(1024),
            });
        }
        if self.queue_bytes < usize::try_from(needed).unwrap_or(usize::MAX) {
            return Err(LimitsError::QueueTooSmall {
                members: self.max_members,
                needed: needed.div_ceil(1024),
            });
        }
        // With each frame the window keeps some eighty bytes of its own, which is a fifth of the smallest
        // message that a client sends; and the room goes on talking until the reader is back.
        let needed = self.queue_bytes.saturating_add(self.queue_bytes / 2);
        if self.replays() && self.replay_bytes < needed {
            return Err(LimitsError::ReplayTooSmall {
                needed: needed.div_ceil(1024),
            });
        }
        self.check_rate()?;
        self.check_memory()
    }

    /// A commit of a full room may come at once, and so within any lease.
    fn check_rate(&self) -> Result<(), LimitsError> {
        let needed = frame_for(self.max_members).div_ceil(BURST_S);
        if (1..needed).contains(&self.byte_rate) {
            return Err(LimitsError::BytesTooSlow {
                members: self.max_members,
                needed: needed.div_ceil(1024),
            });
        }
        Ok(())
    }

    /// One room fits below where anything is given up: a frame that comes, the same on its way out, and a group state.
    fn check_memory(&self) -> Result<(), LimitsError> {
        let frames = (self.max_frame as usize).saturating_mul(3);
        let needed = memory::bound_for(frames, self.shards.get()).div_ceil(1 << 20);
        if (1..needed << 20).contains(&self.max_memory) {
            return Err(LimitsError::MemoryTooSmall { needed });
        }
        Ok(())
    }

    /// The longest lifetime in whole seconds, never above the protocol's.
    pub(crate) fn max_lifetime_s(&self) -> u32 {
        u32::try_from(self.max_lifetime.as_secs())
            .unwrap_or(MAX_LIFETIME_S)
            .min(MAX_LIFETIME_S)
    }

    /// Largest frame in bytes that somebody may send who has no place in a room yet.
    pub(crate) fn max_lobby_frame(&self) -> usize {
        self.max_frame.min(MAX_LOBBY_FRAME) as usize
    }

    /// Whether relayed frames are kept at all.
    pub(crate) fn replays(&self) -> bool {
        !self.replay_window.is_zero() && self.replay_bytes > 0
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: MAX_FRAME,
            max_members: MAX_MEMBERS,
            max_connections: 10_000,
            max_rooms: 10_000,
            max_lifetime: Duration::from_secs(u64::from(MAX_LIFETIME_S)),
            session_grace: Duration::from_secs(60),
            lease: Duration::from_secs(10),
            replay_window: Duration::from_secs(60),
            replay_bytes: 4 << 20,
            idle_timeout: Duration::from_secs(600),
            queue_bytes: 2 << 20,
            heartbeat: Duration::from_secs(20),
            frame_rate: 200,
            byte_rate: 2 << 20,
            max_memory: 0,
            easy_joins: 30,
            shards: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_fit_together() {
        assert_eq!(Limits::default().check(), Ok(()));
    }

    #[test]
    fn a_full_room_fits_into_a_frame_and_a_queue() {
        let crowded = Limits {
            max_members: 1000,
            ..Limits::default()
        };
        let (members, needed) = (1000, 3128);
        let refused = crowded.check();
        assert_eq!(
            refused,
            Err(LimitsError::FramesTooSmall { members, needed })
        );
        let crowded = Limits {
            max_frame: 4 << 20,
            ..crowded
        };
        let refused = crowded.check();
        assert_eq!(refused, Err(LimitsError::QueueTooSmall { members, needed }));
        let crowded = Limits {
            queue_bytes: 4 << 20,
            replay_bytes: 6 << 20,
            ..crowded
        };
        assert_eq!(crowded.check(), Ok(()));
    }

    #[test]
    fn what_is_kept_is_more_than_a_reader_may_fall_behind() {
        let short = Limits {
            queue_bytes: 4 << 20,
            ..Limits::default()
        };
        let needed = 6 << 10;
        assert_eq!(short.check(), Err(LimitsError::ReplayTooSmall { needed }));
        let none = Limits {
            replay_window: Duration::ZERO,
            ..short
        };
        assert_eq!(none.check(), Ok(()), "nobody is promised anything");
    }

    #[test]
    fn a_full_room_can_change_within_a_lease() {
        let slow = |byte_rate| Limits {
            byte_rate,
            ..Limits::default()
        };
        let (members, needed) = (100, 86);
        let refused = Err(LimitsError::BytesTooSlow { members, needed });
        assert_eq!(slow(1).check(), refused);
        assert_eq!(slow(80 << 10).check(), refused);
        assert_eq!(slow(86 << 10).check(), Ok(()));
        assert_eq!(slow(0).check(), Ok(()));
    }

    #[test]
    fn the_bound_on_memory_has_place_for_a_room() {
        let small = |max_memory, max_frame| Limits {
            max_memory,
            max_frame,
            shards: NonZeroUsize::new(8).unwrap(),
            ..Limits::default()
        };
        let refused = |needed| Err(LimitsError::MemoryTooSmall { needed });
        assert_eq!(small(10, 1 << 20).check(), refused(10));
        assert_eq!(small((10 << 20) - 1, 1 << 20).check(), refused(10));
        assert_eq!(small(10 << 20, 1 << 20).check(), Ok(()));
        assert_eq!(small(10 << 20, 4 << 20).check(), refused(22));
        assert_eq!(small(0, 16 << 20).check(), Ok(()));
    }
}
