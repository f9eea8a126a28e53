//! The whole state of one member in one room, without input or output: frames, timers and wishes go
//! in, frames and events come out.
//!
//! Invariants:
//! - Frames take effect one by one, in the order of the relay.
//! - While the client is outside the group (joining, or after missed frames) nothing is encrypted;
//!   what is said waits.
//! - Once the room has ended for this client, nothing follows, and all its secrets are dropped with
//!   it.
//! - No epoch older than one that the client was in is entered: those who were removed since still
//!   hold its keys (PROTOCOL.md, section 10).

mod deeds;
mod frames;
mod group;

#[cfg(test)]
pub(crate) mod company;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;

use std::time::Duration;

use sanctuary_e2ee::{E2eeError, Member, Message};
use sanctuary_wire::{ClientFrame, MemberNumber, MemberPresence, RelayFrame, Seq};
use tokio::time::Instant;

use crate::{
    attachment::Attachment,
    commits::{Commits, Kick},
    connection::Hello,
    cover::Cover,
    deliveries::Deliveries,
    event::{Ended, Event},
    heard::Heard,
    keyring::Keyring,
    numbers::Numbers,
    outbox::{Outbox, Pace},
    people::People,
    receipts::Receipts,
    texts::Texts,
};

pub(crate) use deeds::Deed;
pub use deeds::SayError;

/// How long the first in rank leaves those who are gone the chance to come back (PROTOCOL.md,
/// section 8.5).
const FIRST_WAIT: Duration = Duration::from_millis(1500);

/// Further wait for each rank.
const RANK_WAIT: Duration = Duration::from_secs(3);

/// How long the relay may take to confirm a leave before the client goes anyway.
const LEAVE_WAIT: Duration = Duration::from_secs(2);

/// One member in one room.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Room {
    pub(crate) keys: Keyring,
    pub(crate) people: People,
    pub(crate) member: Option<Member>,
    number: MemberNumber,
    attachment: Attachment,
    commits: Commits,
    outbox: Outbox,
    deliveries: Deliveries,
    receipts: Receipts,
    /// Who came into the group lately, and in which epoch.
    entered: Vec<(u64, MemberNumber)>,
    heard: Heard,
    texts: Texts,
    cover: Cover,
    is_locked: bool,
    /// Cover traffic: a message is due.
    is_cover_due: bool,
    last_seq: Seq,
    dealt_with: Numbers,
    /// The first epoch that this member can read; what is older was not meant for it.
    since: u64,
    /// The newest epoch that the client was in, in whatever session.
    newest: u64,
    /// Frames are missing, and the answer to the own commit will tell whether the group can be
    /// followed from there.
    is_behind: bool,
    has_been_inside: bool,
    has_rekeyed: bool,
    purging: bool,
    expires_at: Instant,
    duty_at: Option<Instant>,
    leave_at: Option<Instant>,
    out: Vec<ClientFrame>,
    events: Vec<Event>,
    ended: Option<Ended>,
}

/// What the relay said on admission.
pub(crate) struct Admission {
    pub(crate) hello: Hello,
    pub(crate) number: MemberNumber,
    pub(crate) remaining: Duration,
    pub(crate) members: Vec<MemberPresence>,
}

impl Room {
    /// A room that this client was admitted to; with its `member` if it created it, else a lease
    /// comes.
    pub(crate) fn new(keys: Keyring, admission: &Admission, member: Option<Member>) -> Self {
        let mut people = People::new(*keys.secrets.room_id(), keys.identity);
        people.set_presences(&admission.members);
        let mut room = Self {
            keys,
            people,
            member,
            number: admission.number,
            attachment: Attachment::new(admission.hello),
            commits: Commits::default(),
            outbox: Outbox::default(),
            deliveries: Deliveries::default(),
            receipts: Receipts::default(),
            entered: Vec::new(),
            heard: Heard::default(),
            texts: Texts::default(),
            cover: Cover::default(),
            is_locked: false,
            is_cover_due: false,
            last_seq: Seq::CREATION,
            dealt_with: Numbers::default(),
            since: 0,
            newest: 0,
            is_behind: false,
            has_been_inside: false,
            has_rekeyed: false,
            purging: false,
            expires_at: Instant::now() + admission.remaining,
            duty_at: None,
            leave_at: None,
            out: Vec::new(),
            events: Vec::new(),
            ended: None,
        };
        if room.member.is_some() {
            room.guarded(Self::inside);
        }
        room
    }

    /// A frame of the relay.
    pub(crate) fn handle(&mut self, frame: RelayFrame) {
        self.guarded(|room| room.take(frame));
    }

    /// A connection stands anew.
    pub(crate) fn opened(&mut self, hello: Hello) {
        let last_seq = if self.member.is_some() {
            self.last_seq
        } else {
            Seq(0)
        };
        let frame = self.attachment.opened(hello, &self.keys, last_seq);
        self.out.push(frame);
    }

    /// The connection is lost.
    pub(crate) fn lost(&mut self) {
        self.attachment.lost();
        self.commits.lost();
        self.receipts.stop();
        self.outbox.lost();
        if self.leave_at.is_some() {
            self.end(Ended::Left);
        }
    }

    /// There will be no connection any more.
    pub(crate) fn over(&mut self, why: Ended) {
        self.end(why);
    }

    /// The person wants somebody out.
    pub(crate) fn kick(&mut self, kick: Kick) {
        self.commits.want(kick);
        self.guarded(|_| Ok(()));
    }

    /// The person leaves.
    pub(crate) fn leave(&mut self) {
        if self.leave_at.is_some() {
            // Asked again, it does not wait longer.
        } else if self.attachment.is_attached() {
            self.leave_at = Some(Instant::now() + LEAVE_WAIT);
            self.out.push(ClientFrame::Leave);
        } else {
            self.end(Ended::Left);
        }
    }

    /// The person ends the room for everybody; without a connection, as soon as there is one.
    pub(crate) fn purge(&mut self) {
        self.purging = true;
        self.guarded(|_| Ok(()));
    }

    /// When [`Room::tick`] is to be called next.
    pub(crate) fn next_timer(&self) -> Instant {
        [
            self.duty_at,
            self.attachment.retry_at,
            self.leave_at,
            self.receipts.at(),
            self.texts.next_burn(),
            self.cover.at(),
        ]
        .into_iter()
        .flatten()
        .fold(self.expires_at, Instant::min)
    }

    /// A timer is due.
    pub(crate) fn tick(&mut self, now: Instant) {
        if now >= self.expires_at {
            return self.end(Ended::Expired);
        }
        if self.leave_at.is_some_and(|at| now >= at) {
            return self.end(Ended::Left);
        }
        if self.duty_at.take_if(|at| now >= *at).is_some() {
            self.commits.removal_due = true;
        }
        if self.receipts.take(now) && self.attachment.is_attached() && self.member.is_some() {
            let seq = self.last_seq;
            self.out.push(ClientFrame::Received { seq });
        }
        self.events.extend(self.texts.burn(now));
        let (is_due, has_ended) = self.cover.tick(now);
        self.is_cover_due |= is_due;
        if has_ended {
            self.events.push(Event::Cover {
                by: None,
                on: false,
            });
        }
        let retry = self.attachment.retry_at.is_some_and(|at| now >= at);
        self.guarded(|room| {
            if retry {
                room.out.extend(room.attachment.rejoin(&room.keys)?);
            }
            Ok(())
        });
    }

    /// How long the room still lives.
    pub(crate) fn remaining(&self) -> Duration {
        self.expires_at.saturating_duration_since(Instant::now())
    }

    /// Frames to send, in order.
    pub(crate) fn take_out(&mut self) -> Vec<ClientFrame> {
        std::mem::take(&mut self.out)
    }

    /// Events to tell, in order.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Why the room is over for this client, once it is.
    pub(crate) const fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Runs a step and then whatever it makes possible; what fails in the group ends the room,
    /// since going on would part from the others.
    fn guarded(&mut self, step: impl FnOnce(&mut Self) -> Result<(), E2eeError>) {
        if self.ended.is_some() {
            return;
        }
        let result = step(self)
            .and_then(|()| self.note_epoch())
            .and_then(|()| self.pursue());
        if result.is_err() {
            if self.attachment.is_attached() {
                self.out.push(ClientFrame::Leave);
            }
            self.end(Ended::Tampered);
        }
    }

    fn note_epoch(&mut self) -> Result<(), E2eeError> {
        if self.ended.is_none()
            && let Some(member) = &self.member
        {
            self.newest = self.newest.max(member.epoch()?);
        }
        Ok(())
    }

    fn tell(&mut self, changes: Vec<Event>) {
        self.events
            .extend(changes.into_iter().filter(|change| match change {
                Event::Joined(who) | Event::Presence { who, .. } => !who.own,
                _ => true,
            }));
    }

    /// Sends what can be sent now, and sees to those who are gone.
    fn pursue(&mut self) -> Result<(), E2eeError> {
        if self.ended.is_some() || !self.attachment.is_attached() {
            return Ok(());
        }
        if std::mem::take(&mut self.purging) {
            self.out.push(ClientFrame::Purge);
        }
        let Some(member) = self.member.as_mut().filter(|_| !self.is_behind) else {
            return Ok(());
        };
        let pace = Pace {
            allowance: match (self.cover.is_on(), std::mem::take(&mut self.is_cover_due)) {
                (false, _) => usize::MAX,
                (true, is_due) => usize::from(is_due),
            },
            class: self.cover.class(),
        };
        let mut pumped = self.outbox.pump(member, pace)?;
        if pace.allowance == 1 && pumped.frames.is_empty() {
            self.outbox.pass(Message::Cover.encode()?);
            let cover = self.outbox.pump(member, pace)?;
            pumped.frames.extend(cover.frames);
        }
        self.out.extend(pumped.frames);
        self.events
            .extend(pumped.unsent.into_iter().map(Event::Unsent));
        for id in pumped.uncopied {
            self.deliveries.copied(id, None);
        }
        if self.people.gone().is_empty() {
            self.duty_at = None;
            self.commits.removal_due = false;
        } else if self.duty_at.is_none() && !self.commits.removal_due {
            self.duty_at = Some(Instant::now() + FIRST_WAIT + RANK_WAIT * self.people.rank());
        }
        self.out.extend(self.commits.ask(&self.people));
        Ok(())
    }

    fn seen(&mut self, seq: Seq) {
        self.last_seq = self.last_seq.max(seq);
        self.dealt_with.add(seq);
    }

    fn tighten(&mut self, remaining_ms: u32) {
        let at = Instant::now() + Duration::from_millis(remaining_ms.into());
        self.expires_at = self.expires_at.min(at);
    }

    fn end(&mut self, why: Ended) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(why);
        self.commits.end(why);
        if let Some(member) = &mut self.member {
            member.wipe();
        }
        self.events.push(Event::Ended(why));
    }
}
