//! The whole state of one member in one room, without input or output: frames, timers and wishes go in, frames and events come out.
//!
//! Invariants:
//! - Frames take effect one by one, in the order of the relay.
//! - While the client is outside the group (joining, or after missed frames) nothing is encrypted; what is said waits.
//! - Once the room has ended for this client, nothing follows, and all its secrets are dropped with it.

use std::time::Duration;

use sanctuary_e2ee::{CommitEffect, E2eeError, Identity, Member, Message, RosterMember};
use sanctuary_wire::{
    Alarm, ClientFrame, Continuity, Epoch, MemberNumber, MemberPresence, MessageId, NackReason,
    RefusedReason, RelayFrame, Seq,
};
use tokio::time::Instant;

use crate::{
    attachment::Attachment,
    commits::{Commits, Kick, Own, OwnKind, commit_frame},
    connection::Hello,
    event::{Ended, Event},
    keyring::Keyring,
    outbox::Outbox,
    people::People,
};

/// How long the first in rank leaves those who are gone the chance to come back (PROTOCOL.md, section 8.5).
const FIRST_WAIT: Duration = Duration::from_millis(1500);

/// Further wait for each rank.
const RANK_WAIT: Duration = Duration::from_secs(3);

/// How long the relay may take to confirm a leave before the client goes anyway.
const LEAVE_WAIT: Duration = Duration::from_secs(2);

/// One member in one room.
pub(crate) struct Room {
    pub(crate) keys: Keyring,
    pub(crate) people: People,
    pub(crate) member: Option<Member>,
    number: MemberNumber,
    attachment: Attachment,
    commits: Commits,
    outbox: Outbox,
    last_seq: Seq,
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
    /// A room that this client was admitted to; with its `member` if it created it, else a lease comes.
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
            last_seq: Seq(0),
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
        if self.leave_at.is_some() {
            self.end(Ended::Left);
        }
    }

    /// The person says something.
    pub(crate) fn say(&mut self, data: zeroize::Zeroizing<Vec<u8>>) {
        self.outbox.add(data);
        self.guarded(|_| Ok(()));
    }

    /// The person wants somebody out.
    pub(crate) fn kick(&mut self, kick: Kick) {
        self.commits.want(kick);
        self.guarded(|_| Ok(()));
    }

    /// The person leaves.
    pub(crate) fn leave(&mut self) {
        if self.attachment.is_attached() {
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
        [self.duty_at, self.attachment.retry_at, self.leave_at]
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

    /// Runs a step and then whatever it makes possible; what fails in the group ends the room, since going on would part from the others.
    fn guarded(&mut self, step: impl FnOnce(&mut Self) -> Result<(), E2eeError>) {
        if self.ended.is_some() {
            return;
        }
        let result = step(self).and_then(|()| self.pursue());
        if result.is_err() {
            if self.attachment.is_attached() {
                self.out.push(ClientFrame::Leave);
            }
            self.end(Ended::Tampered);
        }
    }

    fn take(&mut self, frame: RelayFrame) -> Result<(), E2eeError> {
        match frame {
            RelayFrame::Lease {
                epoch, group_state, ..
            } => self.lease(epoch, &group_state),
            RelayFrame::CommitAccepted { seq, .. } => self.accepted(seq),
            RelayFrame::CommitRejected { .. } => self.rejected(),
            RelayFrame::CommitRelayed {
                seq,
                epoch,
                member,
                commit,
            } => self.committed(seq, epoch, member, &commit),
            RelayFrame::MessageRelayed {
                seq,
                epoch,
                payload,
            } => {
                self.hear(epoch, &payload);
                self.seen(seq);
                Ok(())
            }
            RelayFrame::Ack { id, seq } => {
                self.outbox.accept(id);
                self.seen(seq);
                Ok(())
            }
            RelayFrame::Nack {
                id,
                reason: NackReason::StaleEpoch | NackReason::RecipientsUnknown,
            } => {
                self.outbox.refuse(id);
                Ok(())
            }
            RelayFrame::Presence { member, presence } => {
                let changes = self.people.set_presence(member, presence);
                self.tell(changes);
                Ok(())
            }
            RelayFrame::Alarm {
                alarm: Alarm::WrongPassword,
                count,
            } => {
                self.events.push(Event::WrongPassword(count));
                Ok(())
            }
            RelayFrame::Ended { reason } => {
                self.end(reason.into());
                Ok(())
            }
            RelayFrame::Resumed {
                member,
                remaining_ms,
                last_message_id,
                continuity,
                members,
                ..
            } => {
                self.resumed(member, &members, last_message_id, continuity);
                self.tighten(remaining_ms);
                Ok(())
            }
            RelayFrame::Admitted {
                member,
                remaining_ms,
                members,
            } => {
                self.readmitted(member, &members);
                self.tighten(remaining_ms);
                Ok(())
            }
            RelayFrame::Refused {
                reason,
                retry_after_ms,
            } => self.refused(reason, retry_after_ms),
            // Answers to questions that a member does not ask.
            RelayFrame::Hello { .. }
            | RelayFrame::Room { .. }
            | RelayFrame::Reserved { .. }
            | RelayFrame::Pong { .. } => Ok(()),
        }
    }

    fn lease(&mut self, epoch: Epoch, group_state: &[u8]) -> Result<(), E2eeError> {
        if let Some(member) = &mut self.member {
            let frame = self.commits.lease(epoch.0, member, &self.people)?;
            self.out.push(frame);
            return Ok(());
        }
        if self
            .commits
            .own
            .as_ref()
            .is_none_or(|own| own.epoch != epoch.0)
        {
            let joined = Member::join(self.keys.params(self.number), epoch.0, group_state);
            // Right for the relay and wrong for the group: link and password changed while this client was away.
            if matches!(joined, Err(E2eeError::Seal)) {
                self.end(Ended::LockedOut);
                return Ok(());
            }
            let pending = joined?;
            let frame = commit_frame(epoch.0, &pending.commit, &pending.group_state);
            let kind = OwnKind::Join(Box::new(pending));
            self.commits.own = Some(Own {
                frame,
                epoch: epoch.0,
                kind,
            });
        }
        self.out
            .extend(self.commits.own.as_ref().map(|own| own.frame.clone()));
        Ok(())
    }

    fn accepted(&mut self, seq: Seq) -> Result<(), E2eeError> {
        self.seen(seq);
        match (
            self.commits.own.take().map(|own| own.kind),
            &mut self.member,
        ) {
            (Some(OwnKind::Join(pending)), _) => {
                self.last_seq = seq;
                self.member = Some(pending.accept());
                self.inside()
            }
            (Some(OwnKind::Removal(pending)), Some(member)) => {
                member.accept(*pending)?;
                self.advance(&[])
            }
            (Some(OwnKind::Kick(pending, kick)), Some(member)) => {
                member.accept(*pending)?;
                let secrets = member.secrets().clone();
                self.tell_removed(&[kick.identity], self.keys.identity)?;
                self.advance(&[kick.identity])?;
                self.keys
                    .adopt(secrets, kick.fresh.link_secret, kick.fresh.password);
                let _ = kick.done.send(Ok(()));
                self.rekeyed()
            }
            _ => Ok(()),
        }
    }

    fn rejected(&mut self) -> Result<(), E2eeError> {
        self.commits.rejected(self.member.as_mut())?;
        if self.member.is_none() {
            self.out.push(ClientFrame::RequestLease);
        }
        Ok(())
    }

    /// A commit; the relay names the epoch that it leads to.
    fn committed(
        &mut self,
        seq: Seq,
        epoch: Epoch,
        number: MemberNumber,
        commit: &[u8],
    ) -> Result<(), E2eeError> {
        let Some(member) = &mut self.member else {
            return Ok(());
        };
        let current = member.epoch()?;
        if epoch.0 <= current {
            self.seen(seq);
            return Ok(());
        }
        let own = self.commits.own.as_ref();
        if number == self.number && own.is_some_and(|own| own.epoch + 1 == epoch.0) {
            return self.accepted(seq);
        }
        let number = sanctuary_e2ee::MemberNumber(number.0);
        let effect = member.apply_commit(epoch.0 - 1, number, commit)?;
        self.seen(seq);
        self.apply(effect)
    }

    fn apply(&mut self, effect: CommitEffect) -> Result<(), E2eeError> {
        if effect.self_removed {
            self.out.push(ClientFrame::Leave);
            self.end(if effect.by.is_some() {
                Ended::Evicted
            } else {
                Ended::Replaced
            });
            return Ok(());
        }
        // Those who are gone were told as having left; who is listed is removed on purpose.
        let removed: Vec<Identity> = effect
            .removed
            .iter()
            .map(|member: &RosterMember| member.identity)
            .filter(|identity| effect.rekey.is_some() || self.people.is_listed(identity))
            .collect();
        if let Some(by) = &effect.by {
            self.tell_removed(&removed, by.identity)?;
        }
        self.advance(&removed)?;
        let Some(new) = effect.rekey else {
            return Ok(());
        };
        self.keys.adopt(new.secrets, new.link_secret, new.password);
        self.rekeyed()
    }

    fn hear(&mut self, epoch: Epoch, payload: &[u8]) {
        let Some(member) = &mut self.member else {
            return;
        };
        let Ok(heard) = member.decrypt(epoch.0, payload) else {
            self.events.push(Event::Damaged);
            return;
        };
        let from = self.people.person(&heard.from);
        self.events.push(match Message::decode(&heard.data) {
            Ok(Message::Text { body, .. }) => Event::Text { from, body },
            Ok(Message::Unknown) => Event::Unreadable(from),
            Err(_) => Event::Damaged,
        });
    }

    fn resumed(
        &mut self,
        number: MemberNumber,
        members: &[MemberPresence],
        last_message: MessageId,
        continuity: Continuity,
    ) {
        self.attachment.resumed();
        self.number = number;
        self.people.set_presences(members);
        self.outbox.accept(last_message);
        self.out
            .extend(self.commits.own.as_ref().map(|own| own.frame.clone()));
        if continuity == Continuity::Complete && self.member.is_some() {
            if self.has_rekeyed {
                let _ = self.put_capsule();
            }
            self.out.extend(self.outbox.unanswered());
        } else if continuity == Continuity::Gap {
            self.missed();
        }
    }

    /// Frames are missing. If an own commit is unanswered, its answer tells whether the group can be followed from there; else it is taken
    /// up anew.
    fn missed(&mut self) {
        if self.has_been_inside {
            self.events.push(Event::Gap);
        }
        if self.commits.own.is_some() {
            return;
        }
        self.member = None;
        self.outbox.recall();
        self.out.push(ClientFrame::RequestLease);
    }

    /// Taken in as a new session, which the relay queues for a lease.
    fn readmitted(&mut self, number: MemberNumber, members: &[MemberPresence]) {
        self.attachment.admitted(&mut self.keys);
        self.number = number;
        self.people.set_presences(members);
        if self.has_been_inside {
            self.events.push(Event::Gap);
        }
        let _ = self.commits.rejected(None);
        self.member = None;
        self.outbox.restart();
    }

    fn refused(&mut self, reason: RefusedReason, retry_after_ms: u32) -> Result<(), E2eeError> {
        let retry_after = Duration::from_millis(retry_after_ms.into());
        match self
            .attachment
            .refused(reason, retry_after, &self.keys, Instant::now())?
        {
            Ok(frame) => self.out.extend(frame),
            Err(why) => self.end(why),
        }
        Ok(())
    }

    /// Everything that follows from being inside, the first time or again.
    fn inside(&mut self) -> Result<(), E2eeError> {
        let roster = self
            .member
            .as_ref()
            .map_or(Ok(Vec::new()), Member::roster)?;
        let changes = self.people.set_roster(roster, &[]);
        self.events.push(Event::Inside);
        // Who was here before is no news to somebody who has just come in.
        if self.has_been_inside {
            self.tell(changes);
        }
        self.has_been_inside = true;
        if self.has_rekeyed {
            self.put_capsule()
        } else {
            Ok(())
        }
    }

    /// A new epoch.
    fn advance(&mut self, removed: &[Identity]) -> Result<(), E2eeError> {
        let roster = self
            .member
            .as_ref()
            .map_or(Ok(Vec::new()), Member::roster)?;
        let changes = self.people.set_roster(roster, removed);
        self.tell(changes);
        Ok(())
    }

    fn tell_removed(&mut self, removed: &[Identity], by: Identity) -> Result<(), E2eeError> {
        let people = self.people.list();
        let find = |identity: Identity| people.iter().find(|person| person.identity == identity);
        for identity in removed {
            if let (Some(who), Some(by)) = (find(*identity), find(by)) {
                self.events.push(Event::Removed {
                    who: who.clone(),
                    by: by.clone(),
                });
            }
        }
        Ok(())
    }

    fn rekeyed(&mut self) -> Result<(), E2eeError> {
        self.has_rekeyed = true;
        self.events.push(Event::Rekeyed {
            link: self.keys.link(),
            password: self.keys.password.clone(),
        });
        self.put_capsule()
    }

    fn put_capsule(&mut self) -> Result<(), E2eeError> {
        let capsule = self.keys.capsule(&self.keys.session)?;
        self.out.push(ClientFrame::PutCapsule { capsule });
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
        let Some(member) = &mut self.member else {
            return Ok(());
        };
        self.out.extend(self.outbox.pump(member)?);
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
