//! Commits and the lease (PROTOCOL.md, section 5.4).
//!
//! The lease keeps joiners from working in vain; the comparison of the epoch is what keeps the
//! group whole.

use sanctuary_wire::limits::max_group_state;
use sanctuary_wire::{
    AdmissionKey, EndedReason, Epoch, MemberNumber, Payload, RelayFrame, SealedName, Seq,
    SessionKey, commit_relayed_header,
};
use tokio::time::Instant;

use super::message::Relayed;
use super::session::Receipt;
use super::{Limits, Open, Recipient, Unexpected, own, own_name};
use crate::relay::encode::{millis, relayed};

/// What moves the group to the next epoch.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) epoch: Epoch,
    pub(super) payload: Payload,
    pub(super) group_state: Payload,
    pub(super) evicted: Vec<MemberNumber>,
    pub(super) admission_key: Option<AdmissionKey>,
    pub(super) sealed_name: Option<SealedName>,
}

impl<R: Recipient> Open<R> {
    /// Accepts a commit or rejects it; tells the keys of the sessions that it ended.
    pub(super) fn commit(
        &mut self,
        member: MemberNumber,
        commit: Commit,
        limits: &Limits,
        now: Instant,
    ) -> Result<Vec<SessionKey>, Unexpected> {
        if commit.group_state.len() > self.max_group_state(limits) {
            return Err(Unexpected);
        }
        let receipt = self.session(member).and_then(|session| session.receipt);
        if let Some(receipt) = receipt.filter(|r| r.is_for(&commit.payload, commit.epoch)) {
            self.repeat_commit(member, receipt);
            return Ok(Vec::new());
        }
        if commit.epoch != self.epoch || !self.may_commit(member) {
            let epoch = self.epoch;
            self.tell(member, &RelayFrame::CommitRejected { epoch });
            return Ok(Vec::new());
        }
        Ok(self.accept_commit(member, commit, limits, now))
    }

    /// As large as the group state can honestly be: each member came in once.
    fn max_group_state(&self, limits: &Limits) -> usize {
        let members = self.last_member.0.min(u32::from(limits.max_members));
        max_group_state(members)
    }

    /// Puts a member into the queue for the lease. The holder, who seems not to know, is told again.
    pub(super) fn request_lease(&mut self, member: MemberNumber, limits: &Limits, now: Instant) {
        if self.lease.holder() == Some(member) {
            return self.tell_lease(member, now);
        }
        self.lease.request(member);
        self.grant_lease(limits, now);
    }

    /// Gives a free lease to the head of the queue.
    pub(super) fn grant_lease(&mut self, limits: &Limits, now: Instant) {
        if let Some(member) = self.lease.grant(now, limits.lease) {
            self.tell_lease(member, now);
        }
    }

    /// Ends a lease whose time is over, and gives it to the next.
    pub(super) fn lapse_lease(&mut self, limits: &Limits, now: Instant) {
        if let Some(member) = self.lease.lapse(now) {
            let epoch = self.epoch;
            if let Some(session) = self.session(member) {
                session.lapsed = Some(epoch);
            }
            self.grant_lease(limits, now);
        }
    }

    fn tell_lease(&mut self, member: MemberNumber, now: Instant) {
        let left = self.lease.deadline().map(|until| until - now);
        let frame = RelayFrame::Lease {
            epoch: self.epoch,
            duration_ms: millis(left.unwrap_or_default()),
            group_state: self.group_state.clone(),
        };
        self.tell(member, &frame);
    }

    fn may_commit(&mut self, member: MemberNumber) -> bool {
        if let Some(holder) = self.lease.holder() {
            return holder == member;
        }
        let epoch = self.epoch;
        self.session(member)
            .is_some_and(|session| session.lapsed == Some(epoch))
    }

    fn accept_commit(
        &mut self,
        member: MemberNumber,
        commit: Commit,
        limits: &Limits,
        now: Instant,
    ) -> Vec<SessionKey> {
        self.epoch = self.epoch.next();
        self.group_state = own(&commit.group_state);
        if let Some(sealed_name) = commit.sealed_name {
            self.sealed_name = own_name(&sealed_name);
        }
        let (seq, epoch) = (self.next_seq(), self.epoch);
        if let Some(session) = self.session(member) {
            session.receipt = Some(Receipt::new(&commit.payload, seq, epoch));
            session.settled.get_or_insert(seq);
            session.was_in_group = true;
            session.lapsed = None;
        }
        let mut evicted = commit.evicted;
        if let Some(admission_key) = commit.admission_key {
            self.admission_key = admission_key;
            // Admitted by the old password, and on no list of people that could name them.
            evicted.extend(self.never_in_group());
        }
        // Nothing of this commit is for those it removes.
        let evicted = self.take_recipients(member, &evicted);
        let header = commit_relayed_header(seq, epoch, member, commit.payload.len());
        let relayed = Relayed {
            seq,
            frame: relayed(&header, &commit.payload),
            from: member,
            id: None,
            recipients: Vec::new(),
        };
        let accepted = RelayFrame::CommitAccepted { seq, epoch };
        self.relay(relayed, &accepted, limits, now);
        self.lease.withdraw(member);
        let keys = evicted
            .into_iter()
            .filter_map(|evicted| self.dismiss(evicted, EndedReason::Evicted, limits, now))
            .collect();
        self.grant_lease(limits, now);
        keys
    }

    /// Whoever was admitted and never had a commit accepted.
    fn never_in_group(&self) -> Vec<MemberNumber> {
        self.sessions
            .iter()
            .filter(|session| !session.was_in_group)
            .map(|session| session.member)
            .collect()
    }

    /// Ends the connections of those that a commit removes. Nobody removes themselves.
    fn take_recipients(
        &mut self,
        committer: MemberNumber,
        evicted: &[MemberNumber],
    ) -> Vec<MemberNumber> {
        let mut taken = Vec::new();
        for member in evicted.iter().filter(|member| **member != committer) {
            if let Some(session) = self.session(*member) {
                if let Some(recipient) = session.recipient.take() {
                    recipient.end(EndedReason::Evicted);
                }
                taken.push(*member);
            }
        }
        taken
    }

    /// Answers a commit that was accepted before. A member that has lost its state since is back in
    /// it with this, if the frames that followed can be had.
    fn repeat_commit(&mut self, member: MemberNumber, receipt: Receipt) {
        let Receipt { seq, epoch, .. } = receipt;
        let is_settled = self.session(member).is_some_and(|s| s.settled.is_some());
        if is_settled {
            return self.tell(member, &RelayFrame::CommitAccepted { seq, epoch });
        }
        if !self.can_replay(seq) {
            let epoch = self.epoch;
            return self.tell(member, &RelayFrame::CommitRejected { epoch });
        }
        // Nothing was addressed to it while it had no state.
        let addressed = self.replay.last_for(seq, member).unwrap_or(seq);
        if let Some(session) = self.session(member) {
            session.settled = Some(seq);
            session.addressed = addressed;
            session.delivery.regain(seq);
        }
        self.tell(member, &RelayFrame::CommitAccepted { seq, epoch });
        self.replay_to(member, seq);
    }

    /// Whether every frame after `seq` can be replayed.
    pub(super) fn can_replay(&self, seq: Seq) -> bool {
        seq == self.last_seq || self.replay.reaches_back_to(seq)
    }

    /// Sends a member again what it was sent after `seq`.
    pub(super) fn replay_to(&self, member: MemberNumber, seq: Seq) {
        if let Some(index) = self.index(member)
            && let Some(recipient) = self.sessions.get(index).and_then(|s| s.recipient.as_ref())
        {
            recipient.replay(&mut self.replay.after(seq, member));
        }
    }
}
