//! The options that bound rooms, connections and memory.

// Comments on options are what `--help` prints: plain text, not Markdown.
#![allow(clippy::doc_markdown)]

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::Args;
use sanctuary_server::relay::Limits;

use crate::units::{size, size_or_zero, time, time_or_zero};

/// What rooms may take.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rooms")]
pub(crate) struct RoomLimits {
    /// Longest lifetime that a room may be given, 5m to 60m
    #[arg(long, value_name = "TIME", default_value = "60m", env = "SANCTUARY_MAX_LIFETIME", value_parser = time(300, 3600))]
    pub(crate) max_lifetime: Duration,

    /// Most members in a room
    #[arg(long, value_name = "NUMBER", default_value_t = 100, env = "SANCTUARY_MAX_MEMBERS", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) max_members: u16,

    /// Most rooms at once
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000, env = "SANCTUARY_MAX_ROOMS", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) max_rooms: u32,

    /// How long a member whose connection is lost stays in the room
    ///
    /// Whoever comes back within that time, by a refresh or a reconnection, is the same member as before. To miss
    /// nothing, it must also come back within --replay-window.
    #[arg(long, value_name = "TIME", default_value = "60s", env = "SANCTUARY_SESSION_GRACE", value_parser = time(1, 600))]
    pub(crate) session_grace: Duration,

    /// How long a member may take for a change of the group before the next one has its turn
    #[arg(long, value_name = "TIME", default_value = "10s", env = "SANCTUARY_LEASE", value_parser = time(1, 60))]
    pub(crate) lease: Duration,

    /// How long encrypted frames are kept in memory for members who lost their connection; 0 for not at all
    #[arg(long, value_name = "TIME", default_value = "60s", env = "SANCTUARY_REPLAY_WINDOW", value_parser = time_or_zero(1, 600))]
    pub(crate) replay_window: Duration,

    /// Memory for those frames, per room; at least one and a half times --queue-bytes, or 0 to keep none
    #[arg(long, value_name = "SIZE", default_value = "4MiB", env = "SANCTUARY_REPLAY_BYTES", value_parser = size_or_zero::<usize>(384 << 10, 1 << 30))]
    pub(crate) replay_bytes: usize,
}

/// How much of the machine the server may use.
#[derive(Args, Debug)]
#[command(next_help_heading = "Capacity")]
pub(crate) struct Capacity {
    /// Most connections at once, at least 4 [default: 10000, or what the system permits]
    ///
    /// Each member of a room takes one, and so does each page while it is loaded.
    #[arg(long, value_name = "NUMBER", env = "SANCTUARY_MAX_CONNECTIONS", value_parser = clap::value_parser!(u32).range(LEAST_CONNECTIONS..=1_000_000))]
    pub(crate) max_connections: Option<u32>,

    /// How long a connection may stay open without creating or joining a room
    ///
    /// When connections run short, those who have been there longest without a room have to go before that.
    #[arg(long, value_name = "TIME", default_value = "10m", env = "SANCTUARY_IDLE_TIMEOUT", value_parser = time(10, 3600))]
    pub(crate) idle_timeout: Duration,

    /// How long a connection may be silent before it is pinged; silent as long again, it counts as lost
    #[arg(long, value_name = "TIME", default_value = "20s", env = "SANCTUARY_HEARTBEAT", value_parser = time(1, 600))]
    pub(crate) heartbeat: Duration,

    /// Memory for frames that wait for one reader
    ///
    /// A reader that falls further behind is cut off; it comes back and gets what it missed.
    #[arg(long, value_name = "SIZE", default_value = "2MiB", env = "SANCTUARY_QUEUE_BYTES", value_parser = size::<usize>(256 << 10, 1 << 30))]
    pub(crate) queue_bytes: usize,

    /// Largest frame that a client may send, 256KiB to 16MiB
    ///
    /// A room of 100 members needs frames of about 400KiB.
    #[arg(long, value_name = "SIZE", default_value = "1MiB", env = "SANCTUARY_MAX_FRAME", value_parser = size::<u32>(256 << 10, 16 << 20))]
    pub(crate) max_frame: u32,

    /// Frames per second, fragments counted, that one connection may send, at least 10; 0 for any number
    ///
    /// Whoever sends more is read no faster, and has to wait. Five seconds' worth may come at once.
    #[arg(long, value_name = "NUMBER", default_value_t = 200, env = "SANCTUARY_FRAME_RATE", value_parser = frame_rate)]
    pub(crate) frame_rate: u32,

    /// Bytes per second that one connection may send; 0 for any number
    ///
    /// A room of 100 members needs 86KiB, so that a change of it arrives in time.
    #[arg(long, value_name = "SIZE", default_value = "2MiB", env = "SANCTUARY_BYTE_RATE", value_parser = size_or_zero::<u32>(16 << 10, 1 << 30))]
    pub(crate) byte_rate: u32,

    /// Joins per second that come without asking newcomers for work; a new room counts for four; 0 for any number
    ///
    /// Beyond, each newcomer's device computes for a moment first, twice as long with each doubling. So it is too when members take half of
    /// --max-connections, and, for new rooms, when half of --max-rooms are taken.
    #[arg(long, value_name = "NUMBER", default_value_t = 30, env = "SANCTUARY_EASY_JOINS", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub(crate) easy_joins: u32,

    /// Memory that the server may allocate; 0 for all [default: half of what the machine or its control group has]
    ///
    /// From three quarters of it on, readers that are far behind are cut off, frames kept for those who lost their connection are given
    /// up, those of the largest first, and rooms end that nobody is in. If that does not help, nobody new gets in, and who is in no room
    /// yet has to leave after five seconds. One room needs 10MiB with eight threads and frames of 1MiB
    /// (--max-frame), and never less than 8MiB.
    #[arg(long, value_name = "SIZE", env = "SANCTUARY_MAX_MEMORY", value_parser = size_or_zero::<usize>(8 << 20, 1 << 40))]
    pub(crate) max_memory: Option<usize>,

    /// Threads that serve rooms [default: one per processor]
    #[arg(long, value_name = "NUMBER", env = "SANCTUARY_THREADS")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// The least number of connections with which two people can talk: one for each, and one for each while it loads the page.
pub(crate) const LEAST_CONNECTIONS: i64 = 4;

/// The least pace with which a member who writes is not held up.
const LEAST_FRAME_RATE: u32 = 10;

/// Reads a number of frames per second; zero switches the limit off.
fn frame_rate(text: &str) -> Result<u32, String> {
    let most = 1_000_000;
    let rate = text.parse().ok();
    rate.filter(|rate| *rate == 0 || (LEAST_FRAME_RATE..=most).contains(rate))
        .ok_or_else(|| format!("choose 0 or a number from {LEAST_FRAME_RATE} to {most}"))
}

/// As the relay takes them.
pub(crate) fn relay_limits(rooms: &RoomLimits, capacity: &Capacity) -> Limits {
    let unset = Limits::default();
    Limits {
        max_frame: capacity.max_frame,
        max_members: rooms.max_members,
        max_connections: capacity.max_connections.unwrap_or(unset.max_connections),
        max_rooms: rooms.max_rooms as usize,
        max_lifetime: rooms.max_lifetime,
        session_grace: rooms.session_grace,
        lease: rooms.lease,
        replay_window: rooms.replay_window,
        replay_bytes: rooms.replay_bytes,
        idle_timeout: capacity.idle_timeout,
        heartbeat: capacity.heartbeat,
        queue_bytes: capacity.queue_bytes,
        frame_rate: capacity.frame_rate,
        byte_rate: capacity.byte_rate,
        easy_joins: capacity.easy_joins,
        max_memory: capacity.max_memory.unwrap_or(unset.max_memory),
        shards: capacity.threads.unwrap_or(unset.shards),
    }
}
