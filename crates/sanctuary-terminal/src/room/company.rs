//! A few members of one room in one group, and a relay between them that is honest and never breaks.

use sanctuary_e2ee::{
    Alias, Identity, LinkSecret, Member, MessageRef, Password, RoomId, RoomName, RoomSecrets, Root,
    Said, Saying, SessionKeys, SignatureSeed, TextId,
};
use sanctuary_wire::{Epoch, InstanceId, Nonce, Presence};
use zeroize::Zeroizing;

use super::*;

/// What every connection begins with.
pub(crate) const HELLO: Hello = Hello {
    nonce: Nonce([1; 32]),
    instance: InstanceId([2; 16]),
};

/// The members, by the order in which they came.
pub(super) struct Company {
    pub(super) rooms: Vec<Room>,
    pub(super) group_state: Vec<u8>,
    pub(super) epoch: Epoch,
    pub(super) seq: Seq,
}

impl Company {
    /// Those with these aliases, of whom the first founded the room.
    pub(super) fn of(aliases: &[&str]) -> Self {
        let keys = keyring(aliases[0]);
        let (member, group_state) = Member::create(keys.params(number(0))).unwrap();
        let mut company = Self {
            rooms: vec![Room::new(keys, &admission(0), Some(member))],
            group_state,
            epoch: Epoch(0),
            // The creation of the room may have one.
            seq: Seq(1),
        };
        for (who, alias) in aliases.iter().enumerate().skip(1) {
            for room in &mut company.rooms {
                room.handle(RelayFrame::Presence {
                    member: number(who),
                    presence: Presence::Here,
                });
            }
            let room = Room::new(keyring(alias), &admission(who), None);
            company.rooms.push(room);
            company.lease(who);
            company.carry();
        }
        company
    }

    /// Hands on what anybody has for the relay until nobody has anything; tells what each was told since.
    pub(super) fn carry(&mut self) -> Vec<Vec<Event>> {
        while let Some((who, frames)) = self.next_out() {
            for frame in frames {
                self.relay(who, frame);
            }
        }
        self.rooms.iter_mut().map(Room::take_events).collect()
    }

    /// Time passes, and everybody looks at the clock.
    pub(super) async fn wait(&mut self, time: Duration) {
        tokio::time::advance(time).await;
        for room in &mut self.rooms {
            room.tick(Instant::now());
        }
    }

    pub(super) fn identity(&self, who: usize) -> Identity {
        self.rooms[who].keys.identity
    }

    /// Somebody says a text, which is carried.
    pub(super) fn say(&mut self, by: usize, body: &str, to: Option<&[usize]>) -> MessageRef {
        self.say_for(by, body, to, 0)
    }

    /// The same, for so many seconds.
    pub(super) fn say_for(
        &mut self,
        by: usize,
        body: &str,
        to: Option<&[usize]>,
        burn_s: u16,
    ) -> MessageRef {
        let said = text(body, None, burn_s);
        let (author, id) = (self.identity(by), said.id);
        let to = to.map(|to| to.iter().map(|who| self.identity(*who)).collect());
        self.rooms[by].say_text(said, to).unwrap();
        self.carry();
        MessageRef { author, id }
    }

    fn next_out(&mut self) -> Option<(usize, Vec<ClientFrame>)> {
        let out = |(who, room): (usize, &mut Room)| (who, room.take_out());
        let mut rooms = self.rooms.iter_mut().enumerate().map(out);
        rooms.find(|(_, frames)| !frames.is_empty())
    }

    pub(super) fn lease(&mut self, who: usize) {
        self.rooms[who].handle(RelayFrame::Lease {
            epoch: self.epoch,
            duration_ms: 10_000,
            group_state: self.group_state.clone().into(),
        });
    }

    fn relay(&mut self, from: usize, frame: ClientFrame) {
        match frame {
            ClientFrame::Message {
                id, epoch, payload, ..
            } => {
                self.seq = self.seq.next();
                let seq = self.seq;
                let relayed = RelayFrame::MessageRelayed {
                    seq,
                    epoch,
                    payload,
                };
                self.tell(from, &RelayFrame::Ack { id, seq }, &relayed);
            }
            ClientFrame::Commit {
                commit,
                group_state,
                ..
            } => {
                self.epoch = self.epoch.next();
                self.seq = self.seq.next();
                self.group_state = group_state.to_vec();
                let (seq, epoch, member) = (self.seq, self.epoch, number(from));
                let relayed = RelayFrame::CommitRelayed {
                    seq,
                    epoch,
                    member,
                    commit,
                };
                self.tell(from, &RelayFrame::CommitAccepted { seq, epoch }, &relayed);
            }
            ClientFrame::SetLock { lock } => {
                let member = number(from);
                let locked = RelayFrame::Locked { lock, member };
                self.tell(from, &locked, &locked);
            }
            ClientFrame::RequestLease => self.lease(from),
            ClientFrame::ReleaseLease
            | ClientFrame::Received { .. }
            | ClientFrame::PutCapsule { .. } => {}
            other => panic!("unexpected {}", other.name()),
        }
    }

    fn tell(&mut self, from: usize, receipt: &RelayFrame, frame: &RelayFrame) {
        for (who, room) in self.rooms.iter_mut().enumerate() {
            room.handle(if who == from { receipt } else { frame }.clone());
        }
    }
}

/// A text that nobody has said yet.
pub(super) fn text(body: &str, reply_to: Option<MessageRef>, burn_s: u16) -> Said {
    let what = Saying::Text {
        reply_to,
        burn_s,
        body: Zeroizing::new(body.to_owned()),
    };
    let id = TextId::random().unwrap();
    Said { id, what }
}

fn number(who: usize) -> MemberNumber {
    MemberNumber(u32::try_from(who + 1).unwrap())
}

fn admission(who: usize) -> Admission {
    let here = |member| MemberPresence {
        member: number(member),
        presence: Presence::Here,
    };
    Admission {
        hello: HELLO,
        number: number(who),
        remaining: Duration::from_secs(3600),
        members: (0..=who).map(here).collect(),
    }
}

/// What somebody new holds of the room.
pub(crate) fn keyring(alias: &str) -> Keyring {
    Keyring {
        origin: "https://relay.example".into(),
        secrets: RoomSecrets::from_root(Root::new([9; 32]), RoomId::new([4; 16])),
        link_secret: LinkSecret::new([5; 24]),
        password: Password::prepare("a password").unwrap(),
        room_name: RoomName::new("Tea").unwrap(),
        alias: Alias::prepare(alias).unwrap(),
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
        session: SessionKeys::create().unwrap(),
    }
}
