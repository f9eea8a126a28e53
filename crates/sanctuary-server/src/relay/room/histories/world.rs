//! A room, those who play in it, and the rules that must hold after each step.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, EndedReason, Epoch, MemberNumber, MessageId, Nonce,
    Payload, RoomId, SealedName, Seq, SessionKey, Signature, join_challenge, resume_challenge,
};
use tokio::time::Instant;

use super::actor::{Actor, Content, keys, public, sign, text};
use super::ledger::Ledger;
use super::pick::Pick;
use super::recorder::Recorder;
use crate::relay::Limits;
use crate::relay::room::{
    Challenge, Foundation, Joiner, Refusal, Returning, Room, Seat, Unexpected,
};

const ROOM: RoomId = RoomId([1; 16]);
const CHALLENGE: Challenge = Challenge(Nonce([2; 32]));
const PASSWORD: u64 = u64::MAX;
const LIFETIME: Duration = Duration::from_secs(3600);

/// What may happen in a room.
#[derive(Clone, Copy, Debug)]
pub(in crate::relay::room) enum Step {
    Join {
        knows: bool,
    },
    Resume {
        who: Pick,
        forgets: usize,
    },
    Refresh {
        who: Pick,
    },
    Disconnect {
        who: Pick,
    },
    RequestLease {
        who: Pick,
    },
    ReleaseLease {
        who: Pick,
    },
    Commit {
        who: Pick,
        behind: u64,
        evicts: Option<Pick>,
        /// It changes what admits.
        rekeys: bool,
    },
    RepeatCommit {
        who: Pick,
    },
    Say {
        who: Pick,
        behind: u64,
        to: Option<Pick>,
    },
    Repeat {
        who: Pick,
        back: u64,
    },
    SayOutOfTurn {
        who: Pick,
    },
    PutCapsule {
        who: Pick,
    },
    Leave {
        who: Pick,
    },
    /// Something still comes from a connection that is not the session's any more.
    Haunt {
        who: Pick,
        hangs_up: bool,
    },
    Wait {
        seconds: u64,
    },
    /// Says what it has seen, but for the last frames.
    Report {
        who: Pick,
        back: u64,
    },
    /// Says that it has what it was not given.
    Overreport {
        who: Pick,
    },
    /// A part of a second.
    Pause,
    Purge,
    Expire,
}

pub(in crate::relay::room) struct World {
    room: Room<Recorder>,
    now: Instant,
    end: Instant,
    actors: Vec<Actor>,
    seeds: u64,
    /// The room's order, as far as anybody was told.
    order: BTreeMap<Seq, Content>,
    /// Messages that are not for everyone.
    private: BTreeMap<(MemberNumber, MessageId), MemberNumber>,
    released: BTreeSet<SessionKey>,
    /// Who had a commit accepted, or made the room.
    insiders: BTreeSet<MemberNumber>,
    ledger: Ledger,
    /// Whom a message would be for that is taken in this step.
    audience: BTreeSet<MemberNumber>,
}

/// A commit that changes nothing but the epoch.
fn commit(epoch: Epoch, payload: Payload) -> ClientFrame {
    ClientFrame::Commit {
        epoch,
        commit: payload.clone(),
        group_state: payload,
        evicted: vec![],
        admission_key: None,
        sealed_name: None,
    }
}

fn capsule() -> Capsule {
    Capsule::try_from(Bytes::from_static(b"capsule")).unwrap()
}

impl World {
    pub(in crate::relay::room) fn new(replay_bytes: usize) -> Self {
        let now = Instant::now();
        let limits = Limits {
            replay_bytes,
            max_members: 6,
            ..Limits::default()
        };
        let foundation = Foundation {
            room_id: ROOM,
            expires: now + LIFETIME,
            admission_key: AdmissionKey(public(&keys(PASSWORD))),
            sealed_name: SealedName::try_from(Bytes::from(vec![0; 284])).unwrap(),
            group_state: text(MemberNumber(0), 0),
        };
        let recorder = Recorder::default();
        let session_key = SessionKey(public(&keys(1)));
        let (room, seat) = Room::create(
            foundation,
            session_key,
            &capsule(),
            recorder.clone(),
            Arc::new(limits),
            now,
        );
        let mut creator = Actor::new(1, recorder, seat);
        creator.base = Some(Seq::CREATION);
        Self {
            room,
            now,
            end: now + LIFETIME,
            actors: vec![creator],
            seeds: 1,
            order: BTreeMap::new(),
            private: BTreeMap::new(),
            released: BTreeSet::new(),
            insiders: BTreeSet::from([seat.member]),
            ledger: Ledger::default(),
            audience: BTreeSet::new(),
        }
    }

    pub(in crate::relay::room) fn play(&mut self, step: Step) {
        match step {
            Step::Join { knows } => self.join(knows),
            Step::Resume { who, forgets } => self.resume(who, Some(forgets)),
            Step::Refresh { who } => self.resume(who, None),
            Step::Disconnect { who } => {
                let index = who.index(self.actors.len());
                let actor = &mut self.actors[index];
                if let Some((_, seat)) = actor.connection.take() {
                    actor.former.push(seat);
                    self.room.disconnect(seat, self.now);
                }
            }
            Step::RequestLease { who } => self.send(who, |_, _| ClientFrame::RequestLease),
            Step::ReleaseLease { who } => self.send(who, |_, _| ClientFrame::ReleaseLease),
            Step::Commit {
                who,
                behind,
                evicts,
                rekeys,
            } => self.commit(who, behind, evicts, rekeys),
            Step::RepeatCommit { who } => self.repeat_commit(who),
            Step::Say { who, behind, to } => self.say(who, behind, to),
            Step::Repeat { who, back } => self.send(who, |actor, epoch| {
                let id = MessageId(actor.accepted.0.saturating_sub(back));
                message(actor, id, epoch, vec![])
            }),
            Step::SayOutOfTurn { who } => self.send(who, |actor, epoch| {
                message(actor, actor.accepted.next().next(), epoch, vec![])
            }),
            Step::PutCapsule { who } => {
                self.send(who, |_, _| ClientFrame::PutCapsule { capsule: capsule() });
            }
            Step::Leave { who } => self.send(who, |_, _| ClientFrame::Leave),
            Step::Haunt { who, hangs_up } => self.haunt(who, hangs_up),
            Step::Purge => {
                self.room.end(EndedReason::Purged);
            }
            Step::Wait { seconds } => self.wait(Duration::from_secs(seconds)),
            Step::Report { who, back } => self.report(who.index(self.actors.len()), back),
            Step::Overreport { who } => self.overreport(who),
            Step::Pause => self.wait(Duration::from_millis(60)),
            Step::Expire => self.wait(LIFETIME),
        }
        self.listen();
    }

    fn epoch(&self) -> Epoch {
        self.room.open.as_ref().map_or(Epoch(0), |open| open.epoch)
    }

    /// The clock stops at every deadline, as the shard's does.
    fn wait(&mut self, duration: Duration) {
        let until = (self.now + duration).min(self.end);
        while let Some(deadline) = self.room.deadline().filter(|at| *at <= until) {
            self.now = self.now.max(deadline);
            self.room.advance(self.now);
            assert!(self.room.deadline().is_none_or(|next| next > self.now));
            self.listen();
        }
        self.now = until;
    }

    fn send(&mut self, who: Pick, frame: impl FnOnce(&Actor, Epoch) -> ClientFrame) {
        let epoch = self.epoch();
        let actor = &self.actors[who.index(self.actors.len())];
        if let Some((_, seat)) = actor.connection {
            let frame = frame(actor, epoch);
            self.room.handle(seat, frame, self.now).unwrap();
        }
    }

    fn join(&mut self, knows: bool) {
        self.seeds += 1;
        let session = SessionKey(public(&keys(self.seeds)));
        let signed = join_challenge(&ROOM, &CHALLENGE.0, &session);
        let joiner = Joiner {
            session_key: session,
            signature: sign(&keys(if knows { PASSWORD } else { 0 }), &signed),
        };
        let recorder = Recorder::default();
        let admitted = self.room.admit(joiner, CHALLENGE, self.now);
        assert!(knows || admitted.is_err());
        if admitted.is_ok() {
            let seat = self
                .room
                .join(session, &capsule(), recorder.clone(), self.now)
                .unwrap();
            self.actors.push(Actor::new(self.seeds, recorder, seat));
        }
    }

    fn resume(&mut self, who: Pick, forgets: Option<usize>) {
        self.resume_at(who.index(self.actors.len()), forgets);
    }

    fn resume_at(&mut self, index: usize, forgets: Option<usize>) {
        let actor = &mut self.actors[index];
        actor.forget(forgets.unwrap_or_default());
        let session_key = actor.session_key();
        let returning = Returning {
            session_key,
            signature: sign(&actor.keys(), &resume_challenge(&CHALLENGE.0, &session_key)),
            last_seq: forgets.map_or(Seq(0), |_| actor.last_seq()),
            greeted: self.now,
        };
        let recorder = Recorder::default();
        let resumed = self
            .room
            .resume(returning, CHALLENGE, recorder.clone(), self.now);
        match resumed {
            Ok(seat) => {
                assert!(actor.lives && seat.member == actor.member);
                let older = actor.connection.replace((recorder, seat));
                if let Some((older, former)) = older {
                    actor.former.push(former);
                    assert_eq!(older.ended(), Some(EndedReason::Replaced));
                }
            }
            Err(refusal) => {
                assert_eq!(refusal, Refusal::GONE);
                assert!(!actor.lives, "a session that lives is unknown");
            }
        }
    }

    fn commit(&mut self, who: Pick, behind: u64, evicts: Option<Pick>, rekeys: bool) {
        let evicted = evicts.map(|who| self.actors[who.index(self.actors.len())].member);
        let index = who.index(self.actors.len());
        let before = self.epoch();
        let epoch = Epoch(before.0.saturating_sub(behind));
        let actor = &mut self.actors[index];
        let payload = text(actor.member, epoch.next().0);
        actor.last_commit = Some((epoch, payload.clone()));
        let committer = actor.member;
        let had_lease = self.may_commit(committer);
        self.send(who, |_, _| ClientFrame::Commit {
            epoch,
            commit: payload.clone(),
            group_state: payload.clone(),
            evicted: evicted.into_iter().collect(),
            // The same again: what counts to the room is that one comes.
            admission_key: rekeys.then(|| AdmissionKey(public(&keys(PASSWORD)))),
            sealed_name: None,
        });
        if self.epoch() != before {
            self.insiders.insert(committer);
            if rekeys {
                let open = self.room.open.as_ref().unwrap();
                let mut left = open.sessions.iter().map(|session| session.member);
                assert!(left.all(|member| self.insiders.contains(&member)));
            }
            assert_eq!((self.epoch(), epoch), (before.next(), before));
            assert!(had_lease, "a commit without the lease");
            if let Some(evicted) = evicted.filter(|evicted| *evicted != committer) {
                assert!(self.room.open.as_mut().unwrap().session(evicted).is_none());
            }
        }
    }

    fn haunt(&mut self, who: Pick, hangs_up: bool) {
        let Some(seat) = self.actors[who.index(self.actors.len())].former.last() else {
            return;
        };
        if hangs_up {
            self.room.disconnect(*seat, self.now);
        } else {
            for frame in [ClientFrame::Leave, ClientFrame::Purge] {
                self.room.handle(*seat, frame, self.now).unwrap();
            }
            assert!(self.room.open.is_some(), "purged by somebody outside");
        }
    }

    fn repeat_commit(&mut self, who: Pick) {
        let before = self.epoch();
        let actor = &self.actors[who.index(self.actors.len())];
        let Some((epoch, payload)) = actor.last_commit.clone() else {
            return;
        };
        let member = actor.member;
        let had_lease = self.may_commit(member);
        self.send(who, |_, _| commit(epoch, payload));
        if self.epoch() != before {
            self.insiders.insert(member);
            assert!(had_lease && epoch == before);
        }
    }

    fn may_commit(&mut self, member: MemberNumber) -> bool {
        let open = self.room.open.as_mut().unwrap();
        match open.lease.holder() {
            Some(holder) => holder == member,
            None => open.session(member).is_some_and(|s| s.lapsed.is_some()),
        }
    }

    fn say(&mut self, who: Pick, behind: u64, to: Option<Pick>) {
        let to = to.map(|who| self.actors[who.index(self.actors.len())].member);
        let actor = &self.actors[who.index(self.actors.len())];
        self.audience = self.present();
        self.audience
            .retain(|member| self.insiders.contains(member) && to.is_none_or(|to| to == *member));
        self.audience.remove(&actor.member);
        if let Some(to) = to {
            let id = actor.accepted.next();
            self.private.insert((actor.member, id), to);
        } else {
            self.private.remove(&(actor.member, actor.accepted.next()));
        }
        self.send(who, |actor, epoch| {
            let epoch = Epoch(epoch.0.saturating_sub(behind));
            message(
                actor,
                actor.accepted.next(),
                epoch,
                to.into_iter().collect(),
            )
        });
    }

    /// Everybody who has a session.
    fn present(&self) -> BTreeSet<MemberNumber> {
        let alive = self.actors.iter().filter(|actor| actor.lives);
        alive.map(|actor| actor.member).collect()
    }

    fn report(&mut self, index: usize, back: u64) {
        let actor = &mut self.actors[index];
        if let Some((_, seat)) = actor.connection {
            let seq = Seq(actor.last_seq().0.saturating_sub(back));
            actor.keep(seq);
            let received = ClientFrame::Received { seq };
            self.room.handle(seat, received, self.now).unwrap();
        }
    }

    fn overreport(&mut self, who: Pick) {
        let actor = &self.actors[who.index(self.actors.len())];
        let newest = self.order.keys().next_back().copied();
        let newest = newest.unwrap_or(Seq::CREATION);
        if let Some((_, seat)) = actor.connection {
            let seq = newest.next();
            let handled = self
                .room
                .handle(seat, ClientFrame::Received { seq }, self.now);
            assert_eq!(handled, Err(Unexpected));
        }
    }

    /// Everybody who can comes back, into the group, and says what they have. Then every sender
    /// knows what became of each message that it shows.
    pub(in crate::relay::room) fn come_to_rest(&mut self) {
        for index in 0..self.actors.len() {
            if self.actors[index].lives && self.actors[index].connection.is_none() {
                self.resume_at(index, Some(0));
                self.listen();
            }
        }
        for index in 0..self.actors.len() {
            if self.actors[index].base.is_none() {
                self.bring_in(index);
            }
        }
        self.check();
        for index in 0..self.actors.len() {
            self.report(index, 0);
        }
        self.wait(Duration::from_secs(1));
        self.listen();
        for actor in self.actors.iter().filter(|actor| actor.lives) {
            assert!(
                actor.own.values().all(Option::is_some),
                "{:?} was not told of {:?}",
                actor.member,
                actor.own
            );
        }
    }

    /// Waits for a lease and commits, while everybody else gives theirs back.
    fn bring_in(&mut self, index: usize) {
        let Some((_, seat)) = self.actors[index].connection else {
            return;
        };
        self.room
            .handle(seat, ClientFrame::RequestLease, self.now)
            .unwrap();
        self.listen();
        while let Some(holder) = self.other_holder(seat) {
            let frame = ClientFrame::ReleaseLease;
            self.room.handle(holder, frame, self.now).unwrap();
            self.listen();
        }
        let epoch = self.epoch();
        let actor = &mut self.actors[index];
        let payload = text(actor.member, epoch.next().0);
        actor.last_commit = Some((epoch, payload.clone()));
        self.insiders.insert(seat.member);
        let frame = commit(epoch, payload);
        self.room.handle(seat, frame, self.now).unwrap();
        self.listen();
    }

    fn other_holder(&self, seat: Seat) -> Option<Seat> {
        let holder = self.room.open.as_ref()?.lease.holder()?;
        let actor = self.actors.iter().find(|actor| actor.member == holder)?;
        let (_, held) = actor.connection.as_ref()?;
        (holder != seat.member).then_some(*held)
    }

    /// Has everyone take in what came, and holds it against what others were told.
    fn listen(&mut self) {
        self.released.extend(self.room.take_released());
        for actor in &mut self.actors {
            let (learned, leases) = actor.listen();
            for (seq, content) in learned {
                if let Content::Message(member, id) = content
                    && member == actor.member
                {
                    actor.accepted = actor.accepted.max(id);
                }
                if let Content::Message(member, id) = content
                    && !self.ledger.knows(member, id)
                {
                    self.ledger.add(seq, member, id, self.audience.clone());
                }
                let known = self.order.entry(seq).or_insert_with(|| content.clone());
                assert_eq!(*known, content, "two things at {seq:?}");
            }
            for epoch in leases {
                // Told in this very step, so the room must still be in that epoch.
                let open = self.room.open.as_ref().unwrap();
                assert_eq!(epoch, open.epoch);
                assert_eq!(open.lease.holder(), Some(actor.member));
            }
            if let Some((recorder, seat)) = &actor.connection
                && recorder.ended().is_some()
            {
                actor.former.push(*seat);
                actor.connection = None;
            }
            if self.released.contains(&actor.session_key()) {
                actor.lives = false;
            }
            self.ledger.have(actor.member, actor.has.iter().copied());
        }
        for actor in self.actors.iter().filter(|actor| actor.base.is_none()) {
            self.ledger.lose(actor.member);
        }
        let present = self.present();
        for actor in &mut self.actors {
            for (seq, completeness) in actor.verdicts.drain(..) {
                self.ledger.check(seq, completeness, &present);
            }
        }
    }

    /// What must hold after each step.
    pub(in crate::relay::room) fn check(&mut self) {
        let Some(open) = &mut self.room.open else {
            return;
        };
        let last = open.last_seq;
        let numbers: Vec<u64> = self.order.keys().map(|seq| seq.0).collect();
        let first = Seq::CREATION.0 + 1;
        assert_eq!(numbers, (first..=last.0).collect::<Vec<_>>(), "not dense");
        let present: BTreeMap<_, _> = open
            .members()
            .iter()
            .map(|member| (member.member, member.presence))
            .collect();
        if let Some(holder) = open.lease.holder() {
            assert!(open.session(holder).unwrap().recipient.is_some());
        }
        let away = present
            .values()
            .filter(|p| **p == sanctuary_wire::Presence::Away)
            .count();
        assert_eq!(open.leaving.len(), away, "the list of those away grows");
        for actor in &self.actors {
            let session = open.session(actor.member);
            assert_eq!(session.is_some(), actor.lives);
            let is_here = session.is_some_and(|session| session.recipient.is_some());
            assert_eq!(is_here, actor.connection.is_some());
            if actor.connection.is_none() {
                continue;
            }
            assert_eq!(actor.roster, present, "wrong roster");
            let Some(base) = actor.base else { continue };
            for (seq, content) in self.order.range(base.next()..) {
                let is_for = match content {
                    Content::Message(member, id) => match self.private.get(&(*member, *id)) {
                        Some(to) => *to == actor.member || *member == actor.member,
                        None => true,
                    },
                    Content::Commit(..) => true,
                };
                assert_eq!(actor.seen.get(seq), is_for.then_some(content), "{seq:?}");
            }
        }
    }

    /// What must hold once the room has ended.
    pub(in crate::relay::room) fn check_end(&mut self) {
        assert!(self.room.open.is_none() && self.room.deadline().is_none());
        for actor in &self.actors {
            assert!(actor.connection.is_none());
            assert!(self.released.contains(&actor.session_key()));
        }
        let gone = self.room.look_up(self.now);
        assert_eq!(gone, Err(Refusal::GONE));
        for actor in 0..self.actors.len() {
            let returning = Returning {
                session_key: self.actors[actor].session_key(),
                signature: Signature([0; 64]),
                last_seq: Seq(0),
                greeted: self.now,
            };
            let resumed = self
                .room
                .resume(returning, CHALLENGE, Recorder::default(), self.now);
            assert_eq!(resumed, Err(Refusal::GONE));
        }
    }
}

fn message(
    actor: &Actor,
    id: MessageId,
    epoch: Epoch,
    recipients: Vec<MemberNumber>,
) -> ClientFrame {
    ClientFrame::Message {
        id,
        epoch,
        recipients,
        payload: text(actor.member, id.0),
    }
}
