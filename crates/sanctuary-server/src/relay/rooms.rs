//! The rooms of one shard.
//!
//! Invariants: a room is reachable here exactly as long as it has not ended; whatever it releases
//! is released in the directory at once; and the clock knows when it is due.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use sanctuary_wire::limits::{MIN_LIFETIME_S, max_group_state};
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, EndedReason, Payload, RefusedReason, RelayFrame, RoomId,
    SealedName, SessionKey,
};
use tokio::time::Instant;

use super::clock::Clock;
use super::connection::Line;
use super::directory::Directory;
use super::limits::Limits;
use super::room::{Challenge, Foundation, Joiner, Refusal, Returning, Room, Seat, Unexpected};

/// A room, and when the clock wakes it.
#[derive(Debug)]
pub(super) struct LiveRoom {
    id: RoomId,
    number: u64,
    room: RefCell<Room<Rc<Line>>>,
    set_for: Cell<Option<Instant>>,
}

impl LiveRoom {
    /// Bytes of the frames that it keeps for those who come back.
    pub(super) fn replay_bytes(&self) -> usize {
        self.room.borrow().replay_bytes()
    }

    /// Gives them up.
    pub(super) fn drop_replay(&self) {
        self.room.borrow_mut().drop_replay();
    }
}

/// A connection's place in a room.
#[derive(Clone, Debug)]
pub(super) struct Place {
    room: Rc<LiveRoom>,
    seat: Seat,
}

impl Place {
    /// Bytes of the group state of its room.
    pub(super) fn group_state_bytes(&self) -> usize {
        self.room.room.borrow().group_state_bytes()
    }
}

/// What somebody shows who makes a room.
#[derive(Debug)]
pub(super) struct Founder {
    pub(super) room_id: RoomId,
    pub(super) lifetime_s: u32,
    pub(super) admission_key: AdmissionKey,
    pub(super) session_key: SessionKey,
    pub(super) capsule: Capsule,
    pub(super) sealed_name: SealedName,
    pub(super) group_state: Payload,
}

/// Why somebody gets no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// It is told why, and may try again.
    Refused(Refusal),
    /// What it shows is not allowed: its session key stands for another session, or the group state is larger than one
    /// member's is.
    Unexpected,
}

impl From<Refusal> for NoPlace {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// All rooms of a shard.
#[derive(Debug)]
pub(super) struct Rooms {
    limits: Arc<Limits>,
    directory: Arc<Directory>,
    /// Boxed keys, so that their memory is freed with them.
    by_id: RefCell<HashMap<Box<RoomId>, Rc<LiveRoom>>>,
    /// Rooms made so far.
    made: Cell<u64>,
    clock: Clock,
}

impl Rooms {
    pub(super) fn new(limits: Arc<Limits>, directory: Arc<Directory>) -> Self {
        Self {
            limits,
            directory,
            by_id: RefCell::default(),
            made: Cell::new(0),
            clock: Clock::default(),
        }
    }

    /// Answers `Lookup`.
    pub(super) fn look_up(&self, room_id: &RoomId) -> RelayFrame {
        let answer = self.find(room_id).and_then(|room| {
            let answer = room.room.borrow_mut().look_up(Instant::now());
            self.follow_up(&room);
            answer
        });
        answer.unwrap_or_else(Refusal::to_frame)
    }

    /// Makes a room.
    pub(super) fn create(&self, founder: Founder, line: Rc<Line>) -> Result<Place, NoPlace> {
        if founder.group_state.len() > max_group_state(1) {
            return Err(NoPlace::Unexpected);
        }
        let lifetimes = MIN_LIFETIME_S..=self.limits.max_lifetime_s();
        if !lifetimes.contains(&founder.lifetime_s) {
            return Err(Refusal::because(RefusedReason::LifetimeOutOfRange).into());
        }
        let open =
            self.directory.open_room() || (self.end_deserted(1) > 0 && self.directory.open_room());
        if !open {
            return Err(Refusal::because(RefusedReason::RelayFull).into());
        }
        let id = founder.room_id;
        if !self.directory.claim(&founder.session_key, &id) {
            self.directory.close_room();
            return Err(NoPlace::Unexpected);
        }
        let now = Instant::now();
        let foundation = Foundation {
            room_id: id,
            expires: now + Duration::from_secs(founder.lifetime_s.into()),
            admission_key: founder.admission_key,
            sealed_name: founder.sealed_name,
            group_state: founder.group_state,
        };
        let limits = Arc::clone(&self.limits);
        let (key, capsule) = (founder.session_key, &founder.capsule);
        let (room, seat) = Room::create(foundation, key, capsule, line, limits, now);
        self.made.set(self.made.get().wrapping_add(1));
        let room = Rc::new(LiveRoom {
            id,
            number: self.made.get(),
            room: RefCell::new(room),
            set_for: Cell::new(None),
        });
        self.by_id
            .borrow_mut()
            .insert(Box::new(id), Rc::clone(&room));
        self.follow_up(&room);
        Ok(Place { room, seat })
    }

    /// Lets somebody into a room who knows its password.
    pub(super) fn join(
        &self,
        room_id: &RoomId,
        joiner: Joiner,
        capsule: &Capsule,
        challenge: Challenge,
        line: Rc<Line>,
    ) -> Result<Place, NoPlace> {
        let room = self.find(room_id)?;
        let now = Instant::now();
        let seat = self.join_room(&room, joiner, capsule, challenge, line, now);
        self.follow_up(&room);
        Ok(Place { room, seat: seat? })
    }

    fn join_room(
        &self,
        room: &LiveRoom,
        joiner: Joiner,
        capsule: &Capsule,
        challenge: Challenge,
        line: Rc<Line>,
        now: Instant,
    ) -> Result<Seat, NoPlace> {
        let mut state = room.room.borrow_mut();
        state.admit(joiner, challenge, now)?;
        // Only now: how the relay is off is for those to know who have a room's password.
        if self.directory.memory().is_tight() {
            return Err(Refusal::because(RefusedReason::RelayFull).into());
        }
        if !self.directory.claim(&joiner.session_key, &room.id) {
            return Err(NoPlace::Unexpected);
        }
        Ok(state.join(joiner.session_key, capsule, line, now)?)
    }

    /// Gives a session to a new connection.
    pub(super) fn resume(
        &self,
        room_id: &RoomId,
        returning: Returning,
        challenge: Challenge,
        line: Rc<Line>,
    ) -> Result<Place, NoPlace> {
        let room = self.find(room_id)?;
        let resumed = room
            .room
            .borrow_mut()
            .resume(returning, challenge, line, Instant::now());
        self.follow_up(&room);
        let seat = resumed?;
        Ok(Place { room, seat })
    }

    /// Takes a frame from a member.
    pub(super) fn handle(&self, place: &Place, frame: ClientFrame) -> Result<(), Unexpected> {
        let now = Instant::now();
        let handled = place.room.room.borrow_mut().handle(place.seat, frame, now);
        self.follow_up(&place.room);
        handled
    }

    /// Takes note that a place's connection is lost.
    pub(super) fn disconnect(&self, place: &Place) {
        place
            .room
            .room
            .borrow_mut()
            .disconnect(place.seat, Instant::now());
        self.follow_up(&place.room);
    }

    /// Ends every room.
    pub(super) fn end_all(&self, reason: EndedReason) {
        for room in self.all() {
            room.room.borrow_mut().end(reason);
            self.follow_up(&room);
        }
    }

    /// Does what time demands, for as long as the shard lives.
    pub(super) async fn keep_time(&self) {
        loop {
            self.clock.tick().await;
            let now = Instant::now();
            while let Some(room) = self.clock.take_due(now) {
                if let Some(room) = room.upgrade() {
                    room.set_for.set(None);
                    room.room.borrow_mut().advance(now);
                    self.follow_up(&room);
                }
            }
        }
    }

    /// Ends rooms that nobody is in, the oldest first, until so many bytes are given up; tells how many were.
    pub(super) fn end_deserted(&self, wanted: usize) -> usize {
        let mut deserted = self.all();
        deserted.retain(|room| room.room.borrow().is_deserted());
        deserted.sort_unstable_by_key(|room| room.number);
        let mut given_up = 0;
        for room in deserted {
            if given_up >= wanted {
                break;
            }
            given_up += size_of::<LiveRoom>() + room.room.borrow().group_state_bytes();
            room.room.borrow_mut().end(EndedReason::Expired);
            self.follow_up(&room);
        }
        given_up
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Rc<LiveRoom>> {
        self.by_id.borrow().values().cloned().collect()
    }

    fn find(&self, room_id: &RoomId) -> Result<Rc<LiveRoom>, Refusal> {
        let rooms = self.by_id.borrow();
        rooms.get(room_id).cloned().ok_or(Refusal::GONE)
    }

    /// Brings directory and clock in line with a room that something happened to.
    fn follow_up(&self, room: &Rc<LiveRoom>) {
        let (released, deadline) = {
            let mut state = room.room.borrow_mut();
            (state.take_released(), state.deadline())
        };
        self.directory.release(&released);
        let Some(deadline) = deadline else {
            return self.remove(room);
        };
        // One that is set too early is harmless: the room is asked again then.
        let set_for = room.set_for.get();
        if set_for.is_none_or(|at| deadline < at) {
            if let Some(at) = set_for {
                self.clock.unset(at, room.number);
            }
            room.set_for.set(Some(deadline));
            self.clock.set(deadline, room.number, Rc::downgrade(room));
        }
    }

    fn remove(&self, room: &LiveRoom) {
        if let Some(at) = room.set_for.take() {
            self.clock.unset(at, room.number);
        }
        let mut rooms = self.by_id.borrow_mut();
        if rooms.remove(&room.id).is_some() {
            self.directory.close_room();
        }
        if rooms.capacity() > 4 * rooms.len().max(16) {
            rooms.shrink_to_fit();
        }
    }
}
