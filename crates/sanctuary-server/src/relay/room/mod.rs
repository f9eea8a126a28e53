//! One room (PROTOCOL.md, section 5): a state machine without I/O, clocks or locks.
//!
//! Every method is told the time and puts what follows into the [`Recipient`]s of the members.
//!
//! Invariants:
//! - Numbers of frames are dense; each member is delivered the ones for it in order, each once,
//!   and none before its first commit.
//! - An epoch follows from exactly one commit.
//! - At most one member holds the lease, and only one with a connection.
//! - A session that left, was evicted or not back in time is unknown.
//! - Once the room has ended it holds nothing of what it was, and delivers nothing.
//!
//! This is the seam behind which another home for rooms (Redis) can be put: it would apply the same
//! methods to a record kept elsewhere, with recipients that name a relay and a connection of it.

mod admission;
mod commit;
mod delivery;
mod lease;
mod lock;
mod message;
mod presence;
mod recipient;
mod replay;
mod resume;
mod session;
mod throttle;

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, EndedReason, Epoch, MemberNumber, MemberPresence, Nonce,
    Payload, RelayFrame, RoomId, SealedName, Seq, SessionKey,
};
use tokio::time::Instant;

use super::encode::{encode, millis};
use super::limits::Limits;
pub(crate) use admission::{Joiner, Refusal};
use commit::Commit;
use delivery::Reports;
use lease::Lease;
use lock::Lock;
use message::Message;
use presence::Leaving;
pub(crate) use recipient::Recipient;
use replay::ReplayWindow;
pub(crate) use resume::Returning;
use session::Session;
use throttle::Throttle;

/// A place in a room: one connection of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// The session's member.
    pub(crate) member: MemberNumber,
    attachment: u32,
}

/// What a connection proved itself with: the challenge that it was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Challenge(pub(crate) Nonce);

/// The frame is not one that a member may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unexpected;

/// What a room is made of.
#[derive(Debug)]
pub(crate) struct Foundation {
    pub(crate) room_id: RoomId,
    pub(crate) expires: Instant,
    pub(crate) admission_key: AdmissionKey,
    pub(crate) sealed_name: SealedName,
    pub(crate) group_state: Payload,
}

/// A room.
#[derive(Debug)]
pub(crate) struct Room<R> {
    limits: Arc<Limits>,
    id: RoomId,
    expires: Instant,
    /// `None` once the room has ended.
    open: Option<Open<R>>,
    /// Session keys that are free again, until somebody asks for them.
    released: Vec<SessionKey>,
}

/// What a room is while it has not ended.
#[derive(Debug)]
struct Open<R> {
    admission_key: AdmissionKey,
    sealed_name: SealedName,
    epoch: Epoch,
    group_state: Payload,
    /// In the order of member numbers.
    sessions: Vec<Session<R>>,
    last_member: MemberNumber,
    last_seq: Seq,
    lease: Lease,
    throttle: Throttle,
    lock: Lock,
    replay: ReplayWindow,
    reports: Reports,
    /// Those away, in the order of when they will be gone.
    leaving: VecDeque<Leaving>,
}

impl<R: Recipient> Room<R> {
    /// Makes a room with its creator in it, who holds epoch 0.
    pub(crate) fn create(
        foundation: Foundation,
        session_key: SessionKey,
        capsule: &Capsule,
        recipient: R,
        limits: Arc<Limits>,
        now: Instant,
    ) -> (Self, Seat) {
        let Foundation {
            room_id,
            expires,
            admission_key,
            sealed_name,
            group_state,
        } = foundation;
        let mut open = Open {
            admission_key,
            sealed_name: own_name(&sealed_name),
            epoch: Epoch(0),
            group_state: own(&group_state),
            sessions: Vec::new(),
            last_member: MemberNumber(0),
            last_seq: Seq::CREATION,
            lease: Lease::default(),
            throttle: Throttle::default(),
            lock: Lock::default(),
            replay: ReplayWindow::default(),
            reports: Reports::default(),
            leaving: VecDeque::new(),
        };
        let remaining = millis(expires.duration_since(now));
        let seat = open.seat(session_key, capsule, recipient, remaining);
        if let Some(creator) = open.session(seat.member) {
            creator.settled = Some(Seq::CREATION);
            creator.addressed = Seq::CREATION;
            creator.was_in_group = true;
        }
        let room = Self {
            limits,
            id: room_id,
            expires,
            open: Some(open),
            released: Vec::new(),
        };
        (room, seat)
    }

    /// Answers `Lookup`.
    pub(crate) fn look_up(&mut self, now: Instant) -> Result<RelayFrame, Refusal> {
        self.advance(now);
        let open = self.open.as_ref().ok_or(Refusal::GONE)?;
        Ok(RelayFrame::Room {
            remaining_ms: millis(self.expires.duration_since(now)),
            sealed_name: open.sealed_name.clone(),
        })
    }

    /// Takes a frame from a member. A seat that is not valid any more has been told so; what comes
    /// from it is ignored.
    pub(crate) fn handle(
        &mut self,
        seat: Seat,
        frame: ClientFrame,
        now: Instant,
    ) -> Result<(), Unexpected> {
        self.advance(now);
        let limits = Arc::clone(&self.limits);
        let Some(open) = self.open.as_mut().filter(|open| open.is_valid(seat)) else {
            return Ok(());
        };
        let member = seat.member;
        match frame {
            ClientFrame::Message {
                id,
                epoch,
                recipients,
                payload,
            } => {
                let message = Message {
                    id,
                    epoch,
                    recipients,
                    payload,
                };
                open.message(member, message, &limits, now);
            }
            ClientFrame::Commit {
                epoch,
                commit,
                group_state,
                evicted,
                admission_key,
                sealed_name,
            } => {
                let commit = Commit {
                    epoch,
                    payload: commit,
                    group_state,
                    evicted,
                    admission_key,
                    sealed_name,
                };
                self.released
                    .extend(open.commit(member, commit, &limits, now)?);
            }
            ClientFrame::RequestLease => open.request_lease(member, &limits, now),
            ClientFrame::ReleaseLease => {
                open.lease.withdraw(member);
                open.grant_lease(&limits, now);
            }
            ClientFrame::PutCapsule { capsule } => {
                if let Some(session) = open.session(member) {
                    session.capsule = own_capsule(&capsule);
                }
            }
            ClientFrame::Leave => {
                let left = open.dismiss(member, EndedReason::Left, &limits, now);
                self.released.extend(left);
            }
            ClientFrame::Received { seq } => return open.receive(member, seq, now),
            ClientFrame::SetLock { lock } => open.set_lock(member, lock),
            ClientFrame::Purge => self.end(EndedReason::Purged),
            _ => return Err(Unexpected),
        }
        Ok(())
    }

    /// Takes note that a seat's connection is lost.
    pub(crate) fn disconnect(&mut self, seat: Seat, now: Instant) {
        self.advance(now);
        if let Some(open) = self.open.as_mut().filter(|open| open.is_valid(seat)) {
            open.disconnect(seat, &self.limits, now);
        }
        self.advance(now);
    }

    /// Does what time demands: ends the room, leases and absences whose time is over, forgets old
    /// frames and tells senders what became of their messages. Every other method does this first, so a late timer changes nothing.
    pub(crate) fn advance(&mut self, now: Instant) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if now >= self.expires {
            return self.end(EndedReason::Expired);
        }
        if let Some(open) = &mut self.open {
            open.replay.drop_old(now, self.limits.replay_window);
            open.lapse_lease(&self.limits, now);
            self.released.extend(open.drop_absent(&self.limits, now));
            if open.reports.deadline().is_some_and(|at| at <= now) {
                open.report(now);
            }
        }
    }

    /// When [`Self::advance`] is due next; `None` if the room has ended.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let open = self.open.as_ref()?;
        [
            Some(self.expires),
            open.lease.deadline(),
            open.leaving.front().map(|leaving| leaving.at),
            open.replay.deadline(self.limits.replay_window),
            open.reports.deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Ends the room: tells every member, and forgets everything.
    pub(crate) fn end(&mut self, reason: EndedReason) {
        let Some(open) = self.open.take() else {
            return;
        };
        for session in open.sessions {
            if let Some(recipient) = &session.recipient {
                recipient.end(reason);
            }
            self.released.push(session.key);
        }
    }

    /// Bytes of the frames kept for those who come back.
    pub(crate) fn replay_bytes(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.replay.bytes())
    }

    /// Bytes of the group state, which everyone gets who has the lease.
    pub(crate) fn group_state_bytes(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.group_state.len())
    }

    /// Whether nobody is in it, not even away.
    pub(crate) fn is_deserted(&self) -> bool {
        let open = self.open.as_ref();
        open.is_some_and(|open| open.sessions.is_empty())
    }

    /// Forgets the frames kept for those who come back: they will have a gap.
    pub(crate) fn drop_replay(&mut self) {
        if let Some(open) = &mut self.open {
            open.replay.clear();
        }
    }

    /// The keys of sessions that ended since this was asked last.
    pub(crate) fn take_released(&mut self) -> Vec<SessionKey> {
        std::mem::take(&mut self.released)
    }
}

impl<R: Recipient> Open<R> {
    fn index(&self, member: MemberNumber) -> Option<usize> {
        self.sessions
            .binary_search_by_key(&member, |session| session.member)
            .ok()
    }

    fn session(&mut self, member: MemberNumber) -> Option<&mut Session<R>> {
        let index = self.index(member)?;
        self.sessions.get_mut(index)
    }

    fn is_valid(&self, seat: Seat) -> bool {
        self.index(seat.member)
            .and_then(|index| self.sessions.get(index))
            .is_some_and(|session| {
                session.attachment == seat.attachment && session.recipient.is_some()
            })
    }

    /// Gives back what the room needed while somebody was in it. What it still needs is copied to where
    /// there is room now: pieces of memory that are left here and there from its busy time would keep
    /// whole pages of what has been freed around them.
    fn settle_down(&mut self) {
        // Frames are kept for those who may come back, and nobody may any more.
        self.replay.clear();
        self.sessions = Vec::new();
        self.leaving.shrink_to_fit();
        self.group_state = own(&self.group_state);
        self.sealed_name = own_name(&self.sealed_name);
    }

    /// Everyone in the room, those away included.
    fn members(&self) -> Vec<MemberPresence> {
        self.sessions.iter().map(Session::presence).collect()
    }

    /// Tells one member.
    fn tell(&mut self, member: MemberNumber, frame: &RelayFrame) {
        if let Some(recipient) = self.session(member).and_then(|s| s.recipient.as_ref()) {
            recipient.deliver(&encode(frame));
        }
    }

    /// Tells everyone who is here, with the exception of one.
    fn tell_others(&self, except: Option<MemberNumber>, frame: &RelayFrame) {
        let frame = encode(frame);
        for session in &self.sessions {
            if let Some(recipient) = &session.recipient
                && Some(session.member) != except
            {
                recipient.deliver(&frame);
            }
        }
    }
}

/// Bytes of their own, so that keeping them does not keep the frame they came in.
fn own(payload: &Payload) -> Payload {
    Payload(Bytes::copy_from_slice(payload))
}

/// As [`own`]. A capsule cannot fail to be one.
fn own_capsule(capsule: &Capsule) -> Capsule {
    Capsule::try_from(Bytes::copy_from_slice(capsule)).unwrap_or_else(|_| capsule.clone())
}

/// As [`own`]. A sealed name cannot fail to be one.
fn own_name(name: &SealedName) -> SealedName {
    SealedName::try_from(Bytes::copy_from_slice(name)).unwrap_or_else(|_| name.clone())
}
