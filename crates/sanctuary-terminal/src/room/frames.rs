//! What each frame of the relay does to the room.

use std::time::Duration;

use sanctuary_e2ee::{E2eeError, Member, Message, MessageRef, Whisper};
use sanctuary_wire::{
    Alarm, Continuity, Epoch, MemberNumber, MemberPresence, MessageId, RefusedReason, RelayFrame,
    RoomLock, Seq,
};
use tokio::time::Instant;

use super::Room;
use crate::{event::Event, outbox::Accepted, people::Person};

impl Room {
    pub(super) fn take(&mut self, frame: RelayFrame) -> Result<(), E2eeError> {
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
            } => self.relayed(seq, epoch, &payload),
            RelayFrame::Ack { id, seq } => {
                self.acknowledged(id, seq);
                // 0 is no number: the relay has forgotten which it was.
                if seq != Seq(0) {
                    self.seen(seq);
                }
                Ok(())
            }
            RelayFrame::Nack { id, .. } => {
                self.outbox.refuse(id);
                Ok(())
            }
            RelayFrame::Delivered { seq, completeness } => {
                let is_alone = self.people.is_alone();
                let told = self.deliveries.told(seq, completeness, is_alone);
                self.events.extend(told);
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
            RelayFrame::Locked { lock, member } => {
                self.locked(lock == RoomLock::Locked, member);
                Ok(())
            }
            RelayFrame::Ended { reason } => {
                self.end(reason.into());
                Ok(())
            }
            RelayFrame::Resumed {
                member,
                remaining_ms,
                epoch,
                last_message_id,
                continuity,
                members,
                ..
            } => {
                self.resumed(member, &members, last_message_id, epoch, continuity);
                if continuity == Continuity::Fresh {
                    self.begin_anew(epoch)?;
                }
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
            | RelayFrame::Pong { .. }
            | RelayFrame::WorkDemanded { .. } => Ok(()),
        }
    }

    /// The relay took a message, in its place: whoever has come in by then can be known.
    fn acknowledged(&mut self, id: MessageId, seq: Seq) {
        let (entered, people) = (&self.entered, &self.people);
        let late = |epoch| {
            let late = entered.iter().filter(|(since, _)| *since > epoch);
            let numbers = late.map(|(_, number)| *number);
            numbers.filter(|n| people.has_number(*n)).collect()
        };
        if let Some(accepted) = self.outbox.accept(id, late) {
            self.accepted_by_relay(accepted, (seq != Seq(0)).then_some(seq));
        }
    }

    fn locked(&mut self, locked: bool, by: MemberNumber) {
        if std::mem::replace(&mut self.is_locked, locked) != locked {
            let by = self.people.numbered(by);
            self.events.push(Event::Locked { locked, by });
        }
    }

    fn accepted_by_relay(&mut self, accepted: Accepted, seq: Option<Seq>) {
        let Some(id) = accepted.id else { return };
        if accepted.is_copy {
            self.deliveries.copied(id, seq);
        } else {
            let is_alone = self.people.is_alone();
            let told = self.deliveries.sent(id, seq, is_alone);
            self.events.push(told);
            let author = self.keys.identity;
            self.texts.sent(&MessageRef { author, id });
        }
        if accepted.is_copied {
            self.deliveries.copying(id);
        }
    }

    /// Numbers count up: what comes twice was dealt with before, and what comes under a number that was passed is forged.
    fn relayed(&mut self, seq: Seq, epoch: Epoch, payload: &[u8]) -> Result<(), E2eeError> {
        let own = self.member.as_ref().and_then(|m| m.epoch().ok());
        if own.is_some_and(|own| own < epoch.0) {
            // No commit has led there: one was held back.
            return Err(E2eeError::Epoch);
        }
        if seq > self.last_seq {
            self.hear(epoch, payload);
            self.seen(seq);
            self.receipts.add(Instant::now());
        } else if self.member.is_some() && !self.dealt_with.has(seq) {
            self.events.push(Event::Damaged);
        }
        Ok(())
    }

    fn hear(&mut self, epoch: Epoch, payload: &[u8]) {
        let Some(member) = self.member.as_mut().filter(|_| epoch.0 >= self.since) else {
            return;
        };
        let Ok(heard) = member.decrypt(epoch.0, payload) else {
            self.events.push(Event::Damaged);
            return;
        };
        let from = self.people.person(&heard.from);
        match Message::decode(&heard.data) {
            Ok(message) => self.take_message(epoch, from, message),
            Err(_) => self.events.push(Event::Damaged),
        }
    }

    fn take_message(&mut self, epoch: Epoch, from: Person, message: Message) {
        let now = Instant::now();
        match message {
            Message::Said(said) => {
                if self.heard.is_new(from.identity, said.id) {
                    self.events.extend(self.texts.take(&from, said, None));
                }
            }
            Message::Whisper(whisper) => self.take_whisper(epoch, &from, &whisper),
            Message::Typing => self.events.push(Event::Typing(from)),
            Message::Read(up_to) => self.events.push(Event::Read { who: from, up_to }),
            Message::Cover => {
                if self.cover.heard(now) {
                    self.events.push(Event::Cover { by: None, on: true });
                }
            }
            Message::CoverSwitch { id, on } => {
                if self.heard.is_new(from.identity, id) && self.cover.switched(on, now) {
                    self.events.push(Event::Cover { by: Some(from), on });
                }
            }
            Message::Unknown => self.events.push(Event::Unreadable(from)),
        }
    }

    /// One that is not for this member leaves no trace.
    fn take_whisper(&mut self, epoch: Epoch, from: &Person, whisper: &Whisper) {
        let open = |member: &Member| member.open_whisper(epoch.0, &from.identity, whisper);
        match self.member.as_ref().map(open) {
            Some(Ok(Some(whispered))) => {
                if self.heard.is_new(from.identity, whisper.id) {
                    let circle = [vec![from.identity], whispered.recipients].concat();
                    let told = self.texts.take(from, whispered.said, Some(circle));
                    self.events.extend(told);
                }
            }
            Some(Ok(None)) | None => {}
            Some(Err(_)) => self.events.push(Event::Damaged),
        }
    }

    fn resumed(
        &mut self,
        number: MemberNumber,
        members: &[MemberPresence],
        last_message: MessageId,
        epoch: Epoch,
        continuity: Continuity,
    ) {
        self.attachment.resumed();
        self.number = number;
        self.people.set_presences(members);
        self.out
            .extend(self.commits.own.as_ref().map(|own| own.frame.clone()));
        if continuity == Continuity::Complete && self.member.is_some() {
            if self.has_rekeyed {
                let _ = self.put_capsule();
            }
            self.out.extend(self.outbox.unanswered(last_message, epoch));
            return;
        }
        for accepted in self.outbox.accept_up_to(last_message) {
            self.accepted_by_relay(accepted, None);
        }
        match continuity {
            Continuity::Gap => self.missed(),
            // The relay has forgotten what this session sent before.
            Continuity::Fresh => self.deliveries.forget(),
            Continuity::Complete => {}
        }
    }

    /// The relay takes this session for one without a state, and has queued it for a lease. A creator that
    /// nothing was relayed to yet has a state all the same, which leads nowhere any more.
    fn begin_anew(&mut self, epoch: Epoch) -> Result<(), E2eeError> {
        let Some(member) = self.member.take() else {
            return Ok(());
        };
        if member.epoch()? != epoch.0 {
            self.events.push(Event::Gap);
        }
        self.entered.clear();
        self.outbox.recall();
        Ok(())
    }

    /// Frames are missing. If an own commit is unanswered, its answer tells whether the group can
    /// be followed from there; else it is taken up anew.
    fn missed(&mut self) {
        self.cover.lost(Instant::now());
        if self.has_been_inside {
            self.events.push(Event::Gap);
        }
        if self.commits.own.is_some() && self.member.is_some() {
            self.is_behind = true;
        } else {
            self.fall_out();
        }
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
        self.entered.clear();
        self.cover.lost(Instant::now());
        // A locked one would not have let this client in.
        self.is_locked = false;
        self.outbox.restart();
        self.deliveries.forget();
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
}
