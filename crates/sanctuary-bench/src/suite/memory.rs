//! What members cost who do nothing, what is left of them when they are gone, and how long it takes
//! to get in.

use std::time::Duration;

use anyhow::Result;

use crate::contender::Running;
use crate::crowd::Crowd;
use crate::dialect::{Sanctuary, Sizes};

/// Members that join before memory is looked at first, so that what the relay loads and sets up
/// once does not count for those who come later.
const FIRST_GUESTS: usize = 10;

/// Members on their way in at once.
const AT_ONCE: usize = 64;

/// Payload sizes here: as small as a seal can be.
const MESSAGE: usize = 284;

/// People who sit in rooms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Idle {
    pub(crate) rooms: usize,
    pub(crate) members: usize,
    /// How long the CPU is watched.
    pub(crate) watched: Duration,
}

/// What they cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdleCost {
    /// Resident bytes for each.
    pub(crate) bytes_per_member: f64,
    /// The share of one CPU that all of them together take.
    pub(crate) cpu_share: f64,
    /// Members that came in per second.
    pub(crate) per_second: f64,
    /// Members that came in per second of the server's CPU time.
    pub(crate) per_cpu_second: f64,
}

/// Has people come and sit there.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn idle(server: &Running, idle: Idle) -> Result<IdleCost> {
    let accounts = server.accounts();
    first_guests(server)?;
    let empty = accounts.resident()?;
    let before = accounts.cpu()?;
    let mut crowd = crowd(server)?;
    let gathering = crowd.gather(idle.rooms, idle.members, AT_ONCE)?;
    let gathering_cpu = accounts.cpu()?.saturating_sub(before);
    crowd.settle()?;
    let full = accounts.resident()?;
    let start = accounts.cpu()?;
    crowd.sit(idle.watched)?;
    let cpu = accounts.cpu()?.saturating_sub(start);
    let members = (idle.rooms * idle.members) as f64;
    Ok(IdleCost {
        bytes_per_member: full.saturating_sub(empty) as f64 / members,
        cpu_share: cpu.as_secs_f64() / idle.watched.as_secs_f64(),
        per_second: members / gathering.as_secs_f64(),
        per_cpu_second: members / gathering_cpu.as_secs_f64(),
    })
}

/// People who come and leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving {
    pub(crate) rooms: usize,
    pub(crate) members: usize,
    /// How long after the last one left memory is looked at.
    pub(crate) after: Duration,
}

/// What is left of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    /// Resident bytes before they came.
    pub(crate) before: u64,
    /// While they were there.
    pub(crate) during: u64,
    /// After they left.
    pub(crate) after: u64,
}

/// Has people come and leave.
pub(crate) fn leave(server: &Running, leaving: Leaving) -> Result<Left> {
    let accounts = server.accounts();
    first_guests(server)?;
    let before = accounts.resident()?;
    let mut crowd = crowd(server)?;
    crowd.gather(leaving.rooms, leaving.members, AT_ONCE)?;
    crowd.settle()?;
    let during = accounts.resident()?;
    crowd.leave()?;
    crowd.sit(leaving.after)?;
    let after = accounts.resident()?;
    Ok(Left {
        before,
        during,
        after,
    })
}

/// People who all want into one room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowding {
    pub(crate) members: usize,
}

/// Has them all come at once. Returns the time until the last one was in.
pub(crate) fn join(server: &Running, crowding: Crowding) -> Result<Duration> {
    let mut crowd = crowd(server)?;
    crowd.gather(1, crowding.members, crowding.members)
}

fn first_guests(server: &Running) -> Result<()> {
    let mut crowd = crowd(server)?;
    crowd.gather(1, FIRST_GUESTS, FIRST_GUESTS)?;
    crowd.settle()?;
    crowd.leave()
}

fn crowd(server: &Running) -> Result<Crowd<Sanctuary>> {
    let dialect = Sanctuary::new(Sizes::of_messages(MESSAGE))?;
    Crowd::new(server.target(), dialect)
}
