//! The end of a room in every order with what may happen beside it: two purges, the expiry, somebody
//! who joins, somebody who comes back, and messages.
//!
//! What each does stays in its own order; between them every order there is gets played, 10,080 of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, EndedReason, Epoch, MemberNumber, MessageId, Nonce, RoomId,
    SealedName, Seq, SessionKey, join_challenge, resume_challenge,
};
use tokio::time::Instant;

use crate::relay::Limits;
use crate::relay::room::histories::actor::{keys, public, sign, text};
use crate::relay::room::histories::recorder::Recorder;
use crate::relay::room::{Challenge, Foundation, Joiner, Refusal, Returning, Room, Seat};

const ROOM: RoomId = RoomId([1; 16]);
const CHALLENGE: Challenge = Challenge(Nonce([2; 32]));
const PASSWORD: u64 = u64::MAX;
const LIFETIME: Duration = Duration::from_secs(300);

/// Orders of eight acts of which two pairs keep theirs: 8! / (2! 2!).
const ORDERS: usize = 10_080;

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    CreatorSays,
    CreatorPurges,
    OtherPurges,
    SenderSays,
    Joins,
    Resumes,
    ResumedSays,
    Expires,
}

/// Those that keep their order among themselves.
const SCRIPTS: [&[Act]; 6] = [
    &[Act::CreatorSays, Act::CreatorPurges],
    &[Act::OtherPurges],
    &[Act::SenderSays],
    &[Act::Joins],
    &[Act::Resumes, Act::ResumedSays],
    &[Act::Expires],
];

/// Visits every order.
fn orders(done: &mut [usize; SCRIPTS.len()], order: &mut Vec<Act>, visit: &mut impl FnMut(&[Act])) {
    let mut is_whole = true;
    for (index, script) in SCRIPTS.iter().enumerate() {
        if let Some(act) = script.get(done[index]) {
            is_whole = false;
            done[index] += 1;
            order.push(*act);
            orders(done, order, visit);
            order.pop();
            done[index] -= 1;
        }
    }
    if is_whole {
        visit(order);
    }
}

/// What newcomers show; signed once for all orders.
struct Papers {
    joiner: Joiner,
    returning: Returning,
    admission_key: AdmissionKey,
}

fn session(seed: u64) -> SessionKey {
    SessionKey(public(&keys(seed)))
}

fn capsule() -> Capsule {
    Capsule::try_from(Bytes::from_static(b"capsule")).unwrap()
}

impl Papers {
    fn new() -> Self {
        let (joiner, away) = (session(5), session(4));
        let join = join_challenge(&ROOM, &CHALLENGE.0, &joiner);
        let resume = resume_challenge(&CHALLENGE.0, &away);
        Self {
            joiner: Joiner {
                session_key: joiner,
                signature: sign(&keys(PASSWORD), &join),
            },
            returning: Returning {
                session_key: away,
                signature: sign(&keys(4), &resume),
                last_seq: Seq(0),
                greeted: Instant::now(),
            },
            admission_key: AdmissionKey(public(&keys(PASSWORD))),
        }
    }
}

/// A room with its creator, two others and one who is away.
struct Scene<'a> {
    papers: &'a Papers,
    room: Room<Recorder>,
    now: Instant,
    end: Instant,
    creator: Seat,
    other: Seat,
    sender: Seat,
    resumed: Option<Seat>,
    joined: bool,
    /// Every connection that the room ever had, those that were lost aside.
    recorders: Vec<Recorder>,
    ended: Option<EndedReason>,
}

impl<'a> Scene<'a> {
    fn new(papers: &'a Papers, limits: &Arc<Limits>) -> Self {
        let now = Instant::now();
        let foundation = Foundation {
            room_id: ROOM,
            expires: now + LIFETIME,
            admission_key: papers.admission_key,
            sealed_name: SealedName::try_from(Bytes::from_static(&[0; 284])).unwrap(),
            group_state: text(MemberNumber(0), 0),
        };
        let recorders: Vec<_> = (0..3).map(|_| Recorder::default()).collect();
        let (mut room, creator) = Room::create(
            foundation,
            session(1),
            &capsule(),
            recorders[0].clone(),
            Arc::clone(limits),
            now,
        );
        let mut join = |seed, recorder| room.join(session(seed), &capsule(), recorder, now);
        let other = join(2, recorders[1].clone()).unwrap();
        let sender = join(3, recorders[2].clone()).unwrap();
        let away = join(4, Recorder::default()).unwrap();
        room.disconnect(away, now);
        Self {
            papers,
            room,
            now,
            end: now + LIFETIME,
            creator,
            other,
            sender,
            resumed: None,
            joined: false,
            recorders,
            ended: None,
        }
    }

    fn play(&mut self, act: Act) {
        match act {
            Act::CreatorSays => self.say(self.creator),
            Act::SenderSays => self.say(self.sender),
            Act::ResumedSays => {
                if let Some(seat) = self.resumed {
                    self.say(seat);
                }
            }
            Act::CreatorPurges => self.purge(self.creator),
            Act::OtherPurges => self.purge(self.other),
            Act::Joins => self.join(),
            Act::Resumes => self.resume(),
            Act::Expires => {
                self.now = self.end;
                self.room.advance(self.now);
                self.ended.get_or_insert(EndedReason::Expired);
            }
        }
        self.check();
    }

    fn say(&mut self, seat: Seat) {
        let frame = ClientFrame::Message {
            id: MessageId(1),
            epoch: Epoch(0),
            recipients: Vec::new(),
            payload: text(seat.member, 1),
        };
        self.room.handle(seat, frame, self.now).unwrap();
    }

    fn purge(&mut self, seat: Seat) {
        self.room
            .handle(seat, ClientFrame::Purge, self.now)
            .unwrap();
        self.ended.get_or_insert(EndedReason::Purged);
    }

    fn join(&mut self) {
        let joiner = self.papers.joiner;
        match self.room.admit(joiner, CHALLENGE, self.now) {
            Ok(()) => {
                let recorder = Recorder::default();
                let seat =
                    self.room
                        .join(joiner.session_key, &capsule(), recorder.clone(), self.now);
                seat.unwrap();
                self.recorders.push(recorder);
                self.joined = true;
            }
            Err(refusal) => assert_eq!(refusal, Refusal::GONE),
        }
        assert_eq!(self.joined, self.ended.is_none());
    }

    fn resume(&mut self) {
        let recorder = Recorder::default();
        let (returning, now) = (self.papers.returning, self.now);
        match self
            .room
            .resume(returning, CHALLENGE, recorder.clone(), now)
        {
            Ok(seat) => {
                self.recorders.push(recorder);
                self.resumed = Some(seat);
            }
            Err(refusal) => assert_eq!(refusal, Refusal::GONE),
        }
        assert_eq!(self.resumed.is_some(), self.ended.is_none());
    }

    /// A room that has ended is nothing any more, and everyone was told once, for the reason that came
    /// first. (That nothing is delivered after, and no end told twice, the recorders see to.)
    fn check(&mut self) {
        for recorder in &self.recorders {
            assert_eq!(recorder.ended(), self.ended);
            if self.ended.is_some() {
                assert!(recorder.take().is_empty(), "queued beyond the end");
            }
        }
        assert_eq!(self.room.open.is_none(), self.ended.is_some());
        if self.ended.is_some() {
            assert_eq!(self.room.deadline(), None);
            assert_eq!(self.room.look_up(self.now), Err(Refusal::GONE));
        }
    }
}

#[test]
fn the_end_is_the_end_in_every_order() {
    let (papers, limits) = (Papers::new(), Arc::new(limits()));
    let mut outcomes = BTreeMap::new();
    orders(&mut [0; SCRIPTS.len()], &mut Vec::new(), &mut |order| {
        let mut scene = Scene::new(&papers, &limits);
        for act in order {
            scene.play(*act);
        }
        let by = scene.ended.map(|reason| reason == EndedReason::Purged);
        *outcomes
            .entry((by, scene.joined, scene.resumed.is_some()))
            .or_insert(0) += 1;
        // Everything it knew is free again.
        let released = scene.room.take_released();
        assert_eq!(released.len(), 4 + usize::from(scene.joined));
    });
    assert_eq!(outcomes.values().sum::<usize>(), ORDERS);
    // Purged or expired, with and without the one who joined, and the one who came back.
    assert_eq!(outcomes.len(), 8, "{outcomes:?}");
}

/// Sessions outlive the room.
fn limits() -> Limits {
    Limits {
        session_grace: 2 * LIFETIME,
        ..Limits::default()
    }
}
