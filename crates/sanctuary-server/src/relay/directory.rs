//! What all shards share: which room a session is in, and how many rooms there are.
//!
//! Invariants: a session key stands for one session of one room; the lock is held for single
//! look-ups only, and never taken for a frame of a member.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sanctuary_wire::{RoomId, SessionKey};
use tokio::time::Instant;

use super::limits::Limits;
use super::load::{Attempt, Load};
use super::memory::{Gauge, Memory};

/// The shard that serves a room, by its place among all shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShardIndex(pub(super) usize);

/// Finds rooms by session key, and shards by room id.
#[derive(Debug)]
pub(super) struct Directory {
    shards: usize,
    max_rooms: usize,
    rooms: AtomicUsize,
    max_connections: u32,
    /// Sessions in all rooms.
    members: AtomicUsize,
    memory: Memory,
    load: Load,
    /// Boxed, so that the memory of an entry is freed with it: a table keeps the bytes of entries
    /// that were removed.
    sessions: Mutex<HashMap<Box<SessionKey>, Box<RoomId>>>,
}

impl Directory {
    pub(super) fn new(limits: &Limits, gauge: Option<Gauge>) -> Self {
        let shards = limits.shards.get();
        Self {
            shards,
            max_rooms: limits.max_rooms,
            rooms: AtomicUsize::new(0),
            max_connections: limits.max_connections,
            members: AtomicUsize::new(0),
            load: Load::new(limits.easy_joins),
            memory: Memory::new(limits.max_memory, gauge, shards),
            sessions: Mutex::default(),
        }
    }

    /// The shard that serves a room, whether it exists or not. Ids are random, so any of their
    /// bytes spread the rooms evenly.
    pub(super) fn shard_of(&self, room_id: &RoomId) -> ShardIndex {
        let [a, b, c, d, ..] = room_id.0;
        let number = u32::from_le_bytes([a, b, c, d]) as usize;
        ShardIndex(number.checked_rem(self.shards).unwrap_or_default())
    }

    /// The memory of the whole relay.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The work that an attempt takes now, if any.
    pub(super) fn demand(&self, attempt: Attempt, now: Instant) -> Option<u8> {
        let members = share(&self.members, self.max_connections as usize);
        let share = match attempt {
            Attempt::Join => members,
            Attempt::Create => share(&self.rooms, self.max_rooms).max(members),
        };
        self.load.demand(share, now)
    }

    /// Takes note of an attempt that is looked at.
    pub(super) fn count(&self, attempt: Attempt, now: Instant) {
        self.load.count(attempt, now);
    }

    /// Whether a room could be made now.
    pub(super) fn has_place(&self) -> bool {
        self.rooms.load(Ordering::Relaxed) < self.max_rooms && !self.memory.is_tight()
    }

    /// Takes a place for one more room, if there is one, and memory for it.
    pub(super) fn open_room(&self) -> bool {
        if self.memory.is_tight() {
            return false;
        }
        self.rooms
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |rooms| {
                (rooms < self.max_rooms).then_some(rooms + 1)
            })
            .is_ok()
    }

    /// Gives a room's place back.
    pub(super) fn close_room(&self) {
        self.rooms.fetch_sub(1, Ordering::Relaxed);
    }

    /// Enters a session; `false` if its key stands for one already.
    pub(super) fn claim(&self, key: &SessionKey, room_id: &RoomId) -> bool {
        let mut sessions = self.sessions();
        if sessions.contains_key(key) {
            return false;
        }
        sessions.insert(Box::new(*key), Box::new(*room_id));
        self.members.store(sessions.len(), Ordering::Relaxed);
        true
    }

    /// The room of a session.
    pub(super) fn room_of(&self, key: &SessionKey) -> Option<RoomId> {
        self.sessions().get(key).map(|room_id| **room_id)
    }

    /// Forgets sessions.
    pub(super) fn release(&self, keys: &[SessionKey]) {
        if keys.is_empty() {
            return;
        }
        let mut sessions = self.sessions();
        for key in keys {
            sessions.remove(key);
        }
        self.members.store(sessions.len(), Ordering::Relaxed);
        // A table does not shrink by itself.
        if sessions.capacity() > 4 * sessions.len().max(64) {
            sessions.shrink_to_fit();
        }
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<Box<SessionKey>, Box<RoomId>>> {
        // Nothing panics while it is held; if it did, the map would be whole all the same.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much of it is taken, 1 for all.
fn share(taken: &AtomicUsize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a share needs no precision")]
    let share = taken.load(Ordering::Relaxed) as f64 / of.max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn directory(shards: usize, max_rooms: usize) -> Directory {
        let limits = Limits {
            shards: NonZeroUsize::new(shards).unwrap(),
            max_rooms,
            ..Limits::default()
        };
        Directory::new(&limits, None)
    }

    #[test]
    fn a_session_key_stands_for_one_session() {
        let directory = directory(2, 1);
        let (key, room) = (SessionKey([1; 32]), RoomId([2; 16]));
        assert!(directory.claim(&key, &room));
        assert!(!directory.claim(&key, &RoomId([3; 16])));
        assert_eq!(directory.room_of(&key), Some(room));
        directory.release(&[key]);
        assert_eq!(directory.room_of(&key), None);
        assert!(directory.claim(&key, &room));
    }

    #[test]
    fn there_are_never_more_rooms_than_allowed() {
        let directory = directory(2, 1);
        assert!(directory.open_room());
        assert!(!directory.open_room());
        directory.close_room();
        assert!(directory.open_room());
    }
}
