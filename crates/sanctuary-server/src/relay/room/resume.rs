//! Coming back to a session (PROTOCOL.md, section 10).

use sanctuary_wire::{
    Continuity, EndedReason, MemberNumber, MemberPresence, RelayFrame, Seq, SessionKey, Signature,
    resume_challenge,
};
use tokio::time::Instant;

use super::admission::is_signed;
use super::{Challenge, Open, Recipient, Refusal, Room, Seat, Session, millis};

/// What somebody shows who comes back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Returning {
    pub(crate) session_key: SessionKey,
    pub(crate) signature: Signature,
    pub(crate) last_seq: Seq,
    /// When its connection was greeted.
    pub(crate) greeted: Instant,
}

impl<R: Recipient> Room<R> {
    /// Gives a session to a new connection. The older one, if there still is one, is told. What was slow on a connection that
    /// the client has given up for another since changes nothing.
    pub(crate) fn resume(
        &mut self,
        returning: Returning,
        challenge: Challenge,
        recipient: R,
        now: Instant,
    ) -> Result<Seat, Refusal> {
        self.advance(now);
        let remaining_ms = millis(self.expires.saturating_duration_since(now));
        let open = self.open.as_mut().ok_or(Refusal::GONE)?;
        let signed = resume_challenge(&challenge.0, &returning.session_key);
        let session = open
            .sessions
            .iter_mut()
            .find(|session| session.key == returning.session_key)
            .filter(|session| is_signed(&session.key.0, &signed, returning.signature))
            .filter(|session| session.greeted.is_none_or(|last| last <= returning.greeted))
            .ok_or(Refusal::GONE)?;
        session.greeted = Some(returning.greeted);
        let was_away = session.attach(recipient);
        let (seat, here) = (session.seat(), session.presence());
        let continuity = open.continuity(seat.member, returning.last_seq);
        open.tell_resumed(seat.member, returning.last_seq, continuity, remaining_ms);
        open.tell_lock(seat.member);
        open.review(seat.member, returning.last_seq, continuity, now);
        if was_away {
            open.await_no_more(seat.member);
            open.tell_presence(here);
        }
        // The lease that the older connection may have had ended with it.
        open.lease.withdraw(seat.member);
        if continuity == Continuity::Fresh {
            open.lease.request(seat.member);
        }
        open.grant_lease(&self.limits, now);
        Ok(seat)
    }
}

impl<R: Recipient> Session<R> {
    /// Replaces the connection; tells whether there was none.
    fn attach(&mut self, recipient: R) -> bool {
        let older = self.recipient.replace(recipient);
        self.attachment = self.attachment.wrapping_add(1);
        if let Some(older) = &older {
            older.end(EndedReason::Replaced);
        }
        older.is_none()
    }

    fn seat(&self) -> Seat {
        Seat {
            member: self.member,
            attachment: self.attachment,
        }
    }
}

impl<R: Recipient> Open<R> {
    /// Whether somebody who saw `last_seq` can be given everything since.
    fn continuity(&mut self, member: MemberNumber, last_seq: Seq) -> Continuity {
        if last_seq == Seq(0) {
            return Continuity::Fresh;
        }
        let newest = self.last_seq;
        let can_replay = self.can_replay(last_seq);
        let is_complete = self.session(member).is_some_and(|session| {
            // Its own first commit may be among what it missed.
            let began = session
                .settled
                .is_some_and(|first| first <= last_seq.next());
            let missed_nothing = session.addressed <= last_seq;
            began && last_seq <= newest && (missed_nothing || can_replay)
        });
        if is_complete {
            Continuity::Complete
        } else {
            Continuity::Gap
        }
    }

    /// Sends `Resumed`, and what was missed if it can be had. If not, the session has to commit
    /// before it gets frames again.
    fn tell_resumed(
        &mut self,
        member: MemberNumber,
        last_seq: Seq,
        continuity: Continuity,
        remaining_ms: u32,
    ) {
        let epoch = self.epoch;
        let members: Vec<MemberPresence> = self.members();
        let Some(session) = self.session(member) else {
            return;
        };
        if continuity != Continuity::Complete {
            session.settled = None;
        }
        let resumed = RelayFrame::Resumed {
            member,
            remaining_ms,
            epoch,
            last_message_id: session.accepted.last(),
            continuity,
            capsule: session.capsule.clone(),
            members,
        };
        self.tell(member, &resumed);
        if continuity == Continuity::Complete {
            self.replay_to(member, last_seq);
        }
    }
}
