//! A relay as PROTOCOL.md, section 5, wants it, for one room and with all rights taken for granted: no password is looked at,
//! no lease runs out, nothing is bounded. What it knows of deliveries it keeps message by message, as plainly as can be.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use sanctuary_wire::{
    Capsule, ClientFrame, Completeness, Continuity, EndedReason, Epoch, InstanceId, MemberNumber,
    MemberPresence, MessageId, NackReason, Nonce, Payload, Presence, RefusedReason, RelayFrame,
    Seq, SessionKey,
};

use crate::connection::Hello;

/// How many epochs before the current one messages may come from.
const PAST_EPOCHS: u64 = 2;

/// Names one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineId(u32);

/// What is on its way on one connection.
#[derive(Default)]
pub(super) struct Line {
    seat: Option<MemberNumber>,
    pub(super) up: VecDeque<ClientFrame>,
    pub(super) down: VecDeque<RelayFrame>,
}

/// One session.
pub(super) struct Session {
    key: SessionKey,
    line: Option<LineId>,
    settled: Option<Seq>,
    /// Its first commit in all its life: 0 for the creator.
    pub(super) entered: Option<Seq>,
    accepted: MessageId,
    /// An earlier message was refused, and not accepted since: those behind it may come.
    has_refused: bool,
    commit: Option<(Payload, Seq, Epoch)>,
    /// Messages that were relayed for it and that it has not said to have.
    lacks: BTreeSet<Seq>,
    /// Messages that were to be for it and never will.
    misses: BTreeSet<Seq>,
    /// Own messages that it was told nothing of.
    awaits: BTreeSet<Seq>,
    told: Vec<(Seq, Completeness)>,
}

/// A frame of the room's order.
struct Entry {
    from: MemberNumber,
    id: Option<MessageId>,
    recipients: Vec<MemberNumber>,
    frame: RelayFrame,
}

impl Entry {
    fn is_for(&self, member: MemberNumber) -> bool {
        self.from == member || self.recipients.is_empty() || self.recipients.contains(&member)
    }

    /// The frame as that member gets it when it is replayed.
    fn form_for(&self, member: MemberNumber) -> RelayFrame {
        match (self.id, &self.frame) {
            (Some(id), RelayFrame::MessageRelayed { seq, .. }) if self.from == member => {
                RelayFrame::Ack { id, seq: *seq }
            }
            (_, frame) => frame.clone(),
        }
    }
}

/// The relay.
pub(super) struct Relay {
    pub(super) epoch: Epoch,
    group_state: Payload,
    log: Vec<Entry>,
    /// The first frame that is kept for those who come back.
    kept_from: Seq,
    last_member: MemberNumber,
    pub(super) sessions: BTreeMap<MemberNumber, Session>,
    lines: BTreeMap<LineId, Line>,
    last_line: LineId,
    holder: Option<MemberNumber>,
    waiting: VecDeque<MemberNumber>,
    /// Somebody who was in the group lost its state.
    pub(super) has_lost_anybody: bool,
}

/// What every connection begins with.
pub(super) const HELLO: Hello = Hello {
    nonce: Nonce([1; 32]),
    instance: InstanceId([2; 16]),
};

const LIFETIME_MS: u32 = 3_600_000;

impl Relay {
    /// With a creator, on a connection of its own.
    pub(super) fn create(key: SessionKey, group_state: Vec<u8>) -> (Self, LineId) {
        let mut relay = Self {
            epoch: Epoch(0),
            group_state: group_state.into(),
            log: Vec::new(),
            kept_from: Seq::CREATION.next(),
            last_member: MemberNumber(0),
            sessions: BTreeMap::new(),
            lines: BTreeMap::new(),
            last_line: LineId(0),
            holder: None,
            waiting: VecDeque::new(),
            has_lost_anybody: false,
        };
        let line = relay.connect();
        let creator = relay.admit(key, line);
        if let Some(creator) = relay.sessions.get_mut(&creator) {
            creator.settled = Some(Seq::CREATION);
            creator.entered = Some(Seq::CREATION);
        }
        (relay, line)
    }

    /// A connection is opened.
    pub(super) fn connect(&mut self) -> LineId {
        self.last_line.0 += 1;
        self.lines.insert(self.last_line, Line::default());
        self.last_line
    }

    pub(super) fn line(&mut self, line: LineId) -> Option<&mut Line> {
        self.lines.get_mut(&line)
    }

    /// A connection breaks, with all that is on its way. The relay may not notice.
    pub(super) fn cut(&mut self, line: LineId, notices: bool) {
        let Some(Line {
            seat: Some(member), ..
        }) = self.lines.remove(&line)
        else {
            return;
        };
        if !notices {
            return;
        }
        if let Some(session) = self.sessions.get_mut(&member)
            && session.line == Some(line)
        {
            session.line = None;
            self.withdraw(member);
            self.tell_presence(member, Presence::Away);
        }
    }

    /// The session of somebody whose connection is lost is over.
    pub(super) fn forget_absent(&mut self) {
        let absent = |s: &Session| s.line.is_none_or(|line| !self.lines.contains_key(&line));
        let absent = self.sessions.iter().filter(|(_, s)| absent(s));
        for member in absent.map(|(member, _)| *member).collect::<Vec<_>>() {
            self.dismiss(member);
        }
    }

    /// Nothing that was relayed until now is kept any longer.
    pub(super) fn drop_kept(&mut self) {
        self.kept_from = self.last_seq().next();
    }

    /// The room ends.
    pub(super) fn end(&mut self) {
        for member in self.sessions.keys().copied().collect::<Vec<_>>() {
            let reason = EndedReason::Purged;
            self.tell(member, RelayFrame::Ended { reason });
        }
        self.sessions.clear();
    }

    /// Sends the frame that was delivered last on a line again, as no honest relay does.
    pub(super) fn repeat(&mut self, line: LineId) {
        let Some(Line {
            seat: Some(member), ..
        }) = self.lines.get(&line)
        else {
            return;
        };
        let Some(session) = self.sessions.get(member) else {
            return;
        };
        let after = session.settled.map_or(usize::MAX, |seq| index(seq.next()));
        let mine = self
            .log
            .iter()
            .skip(after)
            .filter(|entry| entry.is_for(*member));
        let last = mine.last().map(|entry| entry.form_for(*member));
        let line = self.lines.get_mut(&line);
        if let (Some(line), Some(frame)) = (line, last) {
            line.down.push_back(frame);
        }
    }

    /// Takes in one frame from a connection, if there is one.
    pub(super) fn take(&mut self, id: LineId) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let Some(frame) = line.up.pop_front() else {
            return;
        };
        match (line.seat, frame) {
            (
                None,
                ClientFrame::Resume {
                    session_key,
                    last_seq,
                    ..
                },
            ) => {
                self.resume(session_key, last_seq, id);
            }
            (None, ClientFrame::Join { session_key, .. }) => {
                let member = self.admit(session_key, id);
                self.tell_presence(member, Presence::Here);
                self.waiting.push_back(member);
                self.grant();
            }
            (None, other) => panic!("{} from nobody", other.name()),
            (Some(member), frame) => {
                let has_line = |s: &Session| s.line == Some(id);
                if self.sessions.get(&member).is_some_and(has_line) {
                    self.handle(member, frame);
                }
            }
        }
    }

    fn handle(&mut self, member: MemberNumber, frame: ClientFrame) {
        match frame {
            ClientFrame::Message {
                id,
                epoch,
                recipients,
                payload,
            } => {
                self.message(member, id, epoch, recipients, payload);
            }
            ClientFrame::Commit {
                epoch,
                commit,
                group_state,
                ..
            } => {
                self.commit(member, epoch, commit, group_state);
            }
            ClientFrame::RequestLease => {
                if self.holder == Some(member) {
                    return self.tell_lease(member);
                }
                if !self.waiting.contains(&member) {
                    self.waiting.push_back(member);
                }
                self.grant();
            }
            ClientFrame::ReleaseLease => self.withdraw(member),
            ClientFrame::Received { seq } => {
                assert!(seq <= self.last_seq(), "a report of what was never sent");
                if let Some(session) = self.sessions.get_mut(&member) {
                    session.lacks.retain(|lacked| *lacked > seq);
                }
            }
            ClientFrame::Leave => {
                let reason = EndedReason::Left;
                self.tell(member, RelayFrame::Ended { reason });
                self.dismiss(member);
            }
            ClientFrame::PutCapsule { .. } => {}
            other => panic!("unexpected {}", other.name()),
        }
    }

    fn admit(&mut self, key: SessionKey, line: LineId) -> MemberNumber {
        self.last_member = self.last_member.next();
        let member = self.last_member;
        let session = Session {
            key,
            line: Some(line),
            settled: None,
            entered: None,
            accepted: MessageId(0),
            has_refused: false,
            commit: None,
            lacks: BTreeSet::new(),
            misses: BTreeSet::new(),
            awaits: BTreeSet::new(),
            told: Vec::new(),
        };
        self.sessions.insert(member, session);
        if let Some(line) = self.lines.get_mut(&line) {
            line.seat = Some(member);
        }
        let members = self.members();
        self.tell(
            member,
            RelayFrame::Admitted {
                member,
                remaining_ms: LIFETIME_MS,
                members,
            },
        );
        member
    }

    fn resume(&mut self, key: SessionKey, last_seq: Seq, line: LineId) {
        let found = self.sessions.iter().find(|(_, session)| session.key == key);
        let Some(member) = found.map(|(member, _)| *member) else {
            if let Some(line) = self.lines.get_mut(&line) {
                line.down.push_back(RelayFrame::Refused {
                    reason: RefusedReason::Gone,
                    retry_after_ms: 0,
                });
            }
            return;
        };
        let continuity = self.continuity(member, last_seq);
        if let Some(line) = self.lines.get_mut(&line) {
            line.seat = Some(member);
        }
        let Some(session) = self.sessions.get_mut(&member) else {
            return;
        };
        let was_away = session.line.replace(line).is_none();
        let last_message_id = session.accepted;
        if continuity == Continuity::Complete {
            session.lacks.retain(|lacked| *lacked > last_seq);
        } else {
            self.has_lost_anybody |= session.entered.is_some();
            session.settled = None;
            session.misses.append(&mut session.lacks);
        }
        if continuity == Continuity::Fresh {
            session.awaits.clear();
            session.told.clear();
        }
        let told = session.told.clone();
        let members = self.members();
        self.tell(
            member,
            RelayFrame::Resumed {
                member,
                remaining_ms: LIFETIME_MS,
                epoch: self.epoch,
                last_message_id,
                continuity,
                capsule: capsule(),
                members,
            },
        );
        if continuity == Continuity::Complete {
            self.replay(member, last_seq);
        }
        for (seq, completeness) in told {
            self.tell(member, RelayFrame::Delivered { seq, completeness });
        }
        if was_away {
            self.tell_presence(member, Presence::Here);
        }
        self.withdraw(member);
        if continuity == Continuity::Fresh {
            self.waiting.push_back(member);
        }
        self.grant();
    }

    fn continuity(&self, member: MemberNumber, last_seq: Seq) -> Continuity {
        if last_seq == Seq(0) {
            return Continuity::Fresh;
        }
        let settled = self
            .sessions
            .get(&member)
            .and_then(|session| session.settled);
        let began = settled.is_some_and(|first| first <= last_seq.next());
        let mut after = self.log.iter().skip(index(last_seq.next()));
        let missed_nothing = !after.any(|entry| entry.is_for(member));
        if began && (missed_nothing || self.can_replay(last_seq)) {
            Continuity::Complete
        } else {
            Continuity::Gap
        }
    }

    fn message(
        &mut self,
        sender: MemberNumber,
        id: MessageId,
        epoch: Epoch,
        recipients: Vec<MemberNumber>,
        payload: Payload,
    ) {
        let (current, seq) = (self.epoch.0, self.last_seq().next());
        let same = |entry: &Entry| entry.from == sender && entry.id == Some(id);
        let before = self.log.iter().position(same);
        let Some(session) = self.sessions.get_mut(&sender) else {
            return;
        };
        if id <= session.accepted {
            let seq = before.map_or(Seq(0), |at| Seq(Seq::CREATION.0 + 1 + at as u64));
            return self.tell(sender, RelayFrame::Ack { id, seq });
        }
        let is_next = id == session.accepted.next();
        assert!(is_next || session.has_refused, "ids have a gap");
        assert!(
            epoch.0 <= current,
            "encrypted in an epoch that was never accepted"
        );
        let was_given = |member: &MemberNumber| *member <= self.last_member;
        assert!(recipients.iter().all(was_given), "for somebody unheard of");
        let reason = if !is_next || epoch.0 + PAST_EPOCHS < current {
            NackReason::StaleEpoch
        } else {
            session.accepted = id;
            session.has_refused = false;
            let frame = RelayFrame::MessageRelayed {
                seq,
                epoch,
                payload,
            };
            let entry = Entry {
                from: sender,
                id: Some(id),
                recipients,
                frame,
            };
            return self.relay(entry, &RelayFrame::Ack { id, seq });
        };
        session.has_refused = true;
        self.tell(sender, RelayFrame::Nack { id, reason });
    }

    fn commit(&mut self, member: MemberNumber, epoch: Epoch, commit: Payload, state: Payload) {
        let session = self.sessions.get(&member);
        let known = session.and_then(|session| session.commit.clone());
        if let Some((_, seq, led_to)) = known.filter(|(bytes, ..)| *bytes == commit) {
            return self.repeat_commit(member, seq, led_to);
        }
        if epoch != self.epoch || self.holder != Some(member) {
            let epoch = self.epoch;
            return self.tell(member, RelayFrame::CommitRejected { epoch });
        }
        self.epoch = self.epoch.next();
        self.group_state = state;
        let (seq, epoch) = (self.last_seq().next(), self.epoch);
        if let Some(session) = self.sessions.get_mut(&member) {
            session.commit = Some((commit.clone(), seq, epoch));
            session.settled.get_or_insert(seq);
            session.entered.get_or_insert(seq);
        }
        let frame = RelayFrame::CommitRelayed {
            seq,
            epoch,
            member,
            commit,
        };
        let entry = Entry {
            from: member,
            id: None,
            recipients: Vec::new(),
            frame,
        };
        self.relay(entry, &RelayFrame::CommitAccepted { seq, epoch });
        self.withdraw(member);
    }

    fn repeat_commit(&mut self, member: MemberNumber, seq: Seq, epoch: Epoch) {
        let can_replay = self.can_replay(seq);
        let Some(session) = self.sessions.get_mut(&member) else {
            return;
        };
        if session.settled.is_some() {
            return self.tell(member, RelayFrame::CommitAccepted { seq, epoch });
        }
        if !can_replay {
            let epoch = self.epoch;
            return self.tell(member, RelayFrame::CommitRejected { epoch });
        }
        session.settled = Some(seq);
        let mut regained = session.misses.split_off(&seq);
        session.lacks.append(&mut regained);
        self.tell(member, RelayFrame::CommitAccepted { seq, epoch });
        self.replay(member, seq);
    }

    fn relay(&mut self, entry: Entry, receipt: &RelayFrame) {
        let seq = self.last_seq().next();
        let is_message = entry.id.is_some();
        let mut told = Vec::new();
        for (member, session) in &mut self.sessions {
            if *member == entry.from {
                if is_message {
                    session.awaits.insert(seq);
                }
                told.push((*member, receipt.clone()));
            } else if entry.is_for(*member) && session.settled.is_some() {
                if is_message {
                    session.lacks.insert(seq);
                }
                told.push((*member, entry.frame.clone()));
            } else if entry.is_for(*member) && session.entered.is_some() && is_message {
                session.misses.insert(seq);
            }
        }
        self.log.push(entry);
        for (member, frame) in told {
            self.tell(member, frame);
        }
    }

    /// Tells senders what became of their messages.
    pub(super) fn report(&mut self) {
        let mut told = Vec::new();
        for (member, sender) in &self.sessions {
            let others = || {
                self.sessions
                    .iter()
                    .filter(move |(other, _)| *other != member)
            };
            let lacking = others().filter_map(|(_, other)| other.lacks.first()).min();
            let ready = sender
                .awaits
                .iter()
                .filter(|seq| lacking.is_none_or(|l| *seq < l));
            for seq in ready {
                let is_missed = others().any(|(_, other)| other.misses.contains(seq));
                let completeness = if is_missed {
                    Completeness::Missed
                } else {
                    Completeness::Everyone
                };
                told.push((*member, *seq, completeness));
            }
        }
        for (member, seq, completeness) in told {
            if let Some(session) = self.sessions.get_mut(&member) {
                session.awaits.remove(&seq);
                match session.told.last_mut() {
                    Some(last) if last.1 == completeness => last.0 = seq,
                    _ => session.told.push((seq, completeness)),
                }
            }
            self.tell(member, RelayFrame::Delivered { seq, completeness });
        }
    }

    /// In which epoch the message at a place was encrypted.
    pub(super) fn epoch_of(&self, seq: Seq) -> Option<Epoch> {
        match &self.log.get(index(seq))?.frame {
            RelayFrame::MessageRelayed { epoch, .. } => Some(*epoch),
            _ => None,
        }
    }

    fn replay(&mut self, member: MemberNumber, after: Seq) {
        let missed = self.log.iter().skip(index(after.next()));
        let missed = missed.filter(|entry| entry.is_for(member));
        let forms: Vec<_> = missed.map(|entry| entry.form_for(member)).collect();
        for frame in forms {
            self.tell(member, frame);
        }
    }

    fn can_replay(&self, seq: Seq) -> bool {
        seq == self.last_seq() || self.kept_from <= seq.next()
    }

    fn last_seq(&self) -> Seq {
        let told = u64::try_from(self.log.len()).unwrap_or(u64::MAX);
        Seq(Seq::CREATION.0.saturating_add(told))
    }

    fn members(&self) -> Vec<MemberPresence> {
        let presence = |session: &Session| match session.line {
            Some(_) => Presence::Here,
            None => Presence::Away,
        };
        let members = self.sessions.iter();
        members
            .map(|(member, session)| MemberPresence {
                member: *member,
                presence: presence(session),
            })
            .collect()
    }

    fn dismiss(&mut self, member: MemberNumber) {
        self.sessions.remove(&member);
        self.withdraw(member);
        self.tell_presence(member, Presence::Gone);
    }

    fn withdraw(&mut self, member: MemberNumber) {
        self.holder = self.holder.filter(|holder| *holder != member);
        self.waiting.retain(|waiting| *waiting != member);
        self.grant();
    }

    fn grant(&mut self) {
        if self.holder.is_some() {
            return;
        }
        self.holder = self.waiting.pop_front();
        if let Some(member) = self.holder {
            self.tell_lease(member);
        }
    }

    fn tell_lease(&mut self, member: MemberNumber) {
        let frame = RelayFrame::Lease {
            epoch: self.epoch,
            duration_ms: 10_000,
            group_state: self.group_state.clone(),
        };
        self.tell(member, frame);
    }

    fn tell_presence(&mut self, of: MemberNumber, presence: Presence) {
        for member in self.sessions.keys().copied().collect::<Vec<_>>() {
            if member != of {
                self.tell(
                    member,
                    RelayFrame::Presence {
                        member: of,
                        presence,
                    },
                );
            }
        }
    }

    fn tell(&mut self, member: MemberNumber, frame: RelayFrame) {
        let line = self.sessions.get(&member).and_then(|session| session.line);
        if let Some(line) = line.and_then(|line| self.lines.get_mut(&line)) {
            line.down.push_back(frame);
        }
    }
}

/// Where the frame of that number stands in the log.
fn index(seq: Seq) -> usize {
    usize::try_from(seq.0)
        .unwrap_or(usize::MAX)
        .saturating_sub(2)
}

/// A capsule, which nobody opens.
fn capsule() -> Capsule {
    Capsule::try_from(Bytes::from_static(b"capsule")).unwrap()
}
