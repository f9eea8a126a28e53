//! Members of one room, the relay between them, and what each is to see: real sessions, real groups, and a network that
//! carries a frame at a time or breaks.

use std::time::Duration;

use sanctuary_e2ee::{Identity, Member, Said, TextId};
use sanctuary_wire::{MemberNumber, RelayFrame, Seq, SessionKey};
use tokio::time::Instant;

use super::relay::{HELLO, LineId, Relay};
use crate::event::{Delivery, Ended, Event};
use crate::keyring::Keyring;
use crate::room::{Admission, Room, company};

/// More members would only make the histories slower.
const MOST_MEMBERS: usize = 6;

/// What may happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Somebody says something.
    Say(usize),
    /// The relay takes so many frames of somebody's.
    Up(usize, usize),
    /// Somebody takes so many frames of the relay's.
    Down(usize, usize),
    /// Somebody's connection breaks, and the relay notices or not.
    Cut(usize, bool),
    /// Somebody is back.
    Back(usize),
    /// Somebody new is admitted.
    Join,
    /// All frames of somebody's are carried until there are no more.
    Quiet(usize),
    /// Somebody leaves.
    Leave(usize),
    /// Those whose connections are lost were away for too long.
    ForgetAbsent,
    /// The frames kept for those who come back are too old.
    DropKept,
    /// The relay sends somebody its last frame twice.
    Repeat(usize),
    /// The relay tells senders what became of their messages.
    Report,
    /// Time passes, in milliseconds.
    Wait(u64),
}

/// A stretch of the room's order that somebody was in the group for, from its own commit on.
struct Stay {
    after: Seq,
    up_to: Option<Seq>,
    /// The first epoch that it could read.
    since: u64,
}

struct Person {
    room: Room,
    line: Option<LineId>,
    heard: Vec<usize>,
    stays: Vec<Stay>,
    /// What stands at the end of its stays was told.
    gaps: usize,
}

struct Text {
    id: TextId,
    by: usize,
    /// Its place in the room's order, as its sender knows it.
    place: Option<Seq>,
    state: Option<Delivery>,
}

/// Everything.
pub(super) struct World {
    relay: Relay,
    people: Vec<Person>,
    texts: Vec<Text>,
}

impl World {
    pub(super) fn new() -> Self {
        let keys = keyring(0);
        let (member, group_state) = Member::create(keys.params(MemberNumber(1))).unwrap();
        let (mut relay, line) = Relay::create(session_key(&keys), group_state);
        let room = room(keys, &mut relay, line, Some(member));
        let mut world = Self {
            relay,
            people: Vec::new(),
            texts: Vec::new(),
        };
        world.people.push(Person::new(room, line));
        world.attend(0, None);
        world
    }

    pub(super) async fn play(&mut self, step: Step) {
        let who = |who: usize| who % self.people.len();
        match step {
            Step::Say(n) => self.say(who(n)),
            Step::Up(n, frames) => {
                let n = who(n);
                for _ in 0..frames {
                    self.up(n);
                }
            }
            Step::Down(n, frames) => {
                let n = who(n);
                for _ in 0..frames {
                    self.down(n);
                }
            }
            Step::Cut(n, notices) => self.cut(who(n), notices),
            Step::Back(n) => self.come_back(who(n)),
            Step::Join => self.join(),
            Step::Quiet(n) => {
                let n = who(n);
                let mut left = 500;
                while left > 0 && (self.up(n) || self.down(n)) {
                    left -= 1;
                }
                assert!(left > 0, "no rest is found");
            }
            Step::Leave(n) => {
                let n = who(n);
                self.people[n].room.leave();
                self.attend(n, None);
            }
            Step::ForgetAbsent => self.relay.forget_absent(),
            Step::DropKept => self.relay.drop_kept(),
            Step::Repeat(n) => {
                if let Some(line) = self.people[who(n)].line {
                    self.relay.repeat(line);
                }
            }
            Step::Report => self.relay.report(),
            Step::Wait(ms) => self.wait(Duration::from_millis(ms)).await,
        }
    }

    fn say(&mut self, by: usize) {
        let number = self.texts.len();
        let id = TextId::random().unwrap();
        let said = Said::text(id, &number.to_string());
        self.texts.push(Text {
            id,
            by,
            place: None,
            state: None,
        });
        let _ = self.people[by].room.say_text(said, None);
        self.attend(by, None);
    }

    fn up(&mut self, who: usize) -> bool {
        let Some(id) = self.people[who].line else {
            return false;
        };
        let is_any = self.relay.line(id).is_some_and(|line| !line.up.is_empty());
        self.relay.take(id);
        is_any
    }

    fn down(&mut self, who: usize) -> bool {
        let person = &mut self.people[who];
        let line = person.line.and_then(|line| self.relay.line(line));
        let Some(frame) = line.and_then(|line| line.down.pop_front()) else {
            return false;
        };
        let before = person.room.last_seq;
        person.room.handle(frame.clone());
        self.attend(who, Some((&frame, before)));
        true
    }

    fn cut(&mut self, who: usize, notices: bool) {
        let person = &mut self.people[who];
        let Some(line) = person.line.take() else {
            return;
        };
        person.room.lost();
        self.relay.cut(line, notices);
        self.attend(who, None);
    }

    fn come_back(&mut self, who: usize) {
        let person = &mut self.people[who];
        if person.line.is_some() || person.room.ended().is_some() {
            return;
        }
        person.line = Some(self.relay.connect());
        person.room.opened(HELLO);
        self.attend(who, None);
    }

    fn join(&mut self) {
        if self.people.len() == MOST_MEMBERS {
            return;
        }
        let keys = keyring(self.people.len());
        let line = self.relay.connect();
        if let Some(new) = self.relay.line(line) {
            new.up
                .push_back(keys.join_frame(&keys.session, &HELLO.nonce).unwrap());
        }
        self.relay.take(line);
        let room = room(keys, &mut self.relay, line, None);
        self.people.push(Person::new(room, line));
    }

    async fn wait(&mut self, time: Duration) {
        tokio::time::advance(time).await;
        for who in 0..self.people.len() {
            let room = &mut self.people[who].room;
            if room.ended().is_none() && room.next_timer() <= Instant::now() {
                room.tick(Instant::now());
                self.attend(who, None);
            }
        }
    }

    /// Sends what somebody has for the relay, and looks at what it was told; `by` a frame, and after which it had seen all.
    fn attend(&mut self, who: usize, by: Option<(&RelayFrame, Seq)>) {
        let person = &mut self.people[who];
        let out = person.room.take_out();
        if let Some(line) = person.line.and_then(|line| self.relay.line(line)) {
            line.up.extend(out);
        }
        let events = person.room.take_events();
        let has_ended = person.room.ended().is_some();
        for (at, event) in events.iter().enumerate() {
            match event {
                Event::Text { from, body, .. } => self.hear(who, from.identity, body),
                Event::Delivery { id, delivery } => {
                    self.learn(who, *id, *delivery, by.map(|(frame, _)| frame));
                }
                Event::Gap => self.people[who].gaps += 1,
                Event::Ended(why) => {
                    assert_eq!(*why, Ended::Left, "nobody ended it");
                    assert_eq!(at + 1, events.len(), "something follows the end");
                }
                Event::Damaged | Event::Unreadable(_) => panic!("a frame does not open"),
                _ => {}
            }
        }
        self.people[who].note_stay(by.map_or(Seq(0), |(_, before)| before), has_ended);
    }

    /// Somebody hears a text: once, in the order in which its sender said it, and not from before it came.
    fn hear(&mut self, who: usize, from: Identity, body: &str) {
        let number: usize = body.parse().unwrap();
        let text = &self.texts[number];
        assert!(
            from == self.people[text.by].room.keys.identity,
            "somebody else's"
        );
        let (by, heard) = (text.by, &self.people[who].heard);
        let mut same = heard.iter().filter(|heard| self.texts[**heard].by == by);
        assert!(same.all(|heard| *heard < number), "twice, or out of order");
        self.people[who].heard.push(number);
    }

    /// Somebody is told how far an own message came.
    fn learn(&mut self, who: usize, id: TextId, delivery: Delivery, by: Option<&RelayFrame>) {
        let number = self.texts.iter().position(|text| text.id == id).unwrap();
        let text = &mut self.texts[number];
        assert_eq!(text.by, who, "somebody else's");
        let before = text.state.replace(delivery);
        match delivery {
            Delivery::Sent => {
                assert_eq!(before, None, "sent twice");
                if let Some(RelayFrame::Ack { seq, .. }) = by {
                    text.place = Some(*seq).filter(|seq| *seq > Seq(0));
                }
            }
            Delivery::Everyone => {
                assert_eq!(before, Some(Delivery::Sent));
                let place = text.place.expect("nobody can know whose it is");
                let lacking = self.lacking(number, place);
                assert!(
                    lacking.is_empty(),
                    "{lacking:?} lack a message that is everyone's"
                );
            }
            Delivery::Missed => {
                assert_eq!(before, Some(Delivery::Sent));
                assert!(self.relay.has_lost_anybody, "nobody missed anything");
            }
        }
    }

    /// Who is in the room and was in the group when a message took its place, and has not heard it.
    fn lacking(&self, number: usize, place: Seq) -> Vec<MemberNumber> {
        let was_there = self
            .relay
            .sessions
            .iter()
            .filter(|(_, session)| session.entered.is_some_and(|entered| entered < place));
        let numbers: Vec<_> = was_there.map(|(member, _)| *member).collect();
        let mut lacking = Vec::new();
        for person in &self.people {
            let member = person.room.number;
            let is_sender = self.texts[number].by == self.index_of(member);
            if numbers.contains(&member) && !is_sender && !person.heard.contains(&number) {
                lacking.push(member);
            }
        }
        lacking
    }

    fn index_of(&self, member: MemberNumber) -> usize {
        let is_it = |person: &Person| person.room.number == member;
        self.people.iter().position(is_it).unwrap()
    }

    /// Nothing breaks any more, until all is quiet; then everybody must have what it is to have.
    pub(super) async fn come_to_rest(&mut self) {
        for who in 0..self.people.len() {
            self.come_back(who);
        }
        // Whoever left with a broken connection, or ended, is away for good.
        for person in &mut self.people {
            if person.room.ended().is_some()
                && let Some(line) = person.line.take()
            {
                self.relay.cut(line, true);
            }
        }
        self.carry_all();
        self.relay.forget_absent();
        for _ in 0..30 {
            self.carry_all();
            self.wait(Duration::from_secs(1)).await;
            self.carry_all();
            self.relay.report();
        }
        self.carry_all();
        self.check();
    }

    fn carry_all(&mut self) {
        for round in 0.. {
            assert!(round < 2_000, "no rest is found");
            let mut is_any = false;
            for who in 0..self.people.len() {
                is_any |= self.up(who);
                is_any |= self.down(who);
            }
            if !is_any {
                return;
            }
        }
    }

    fn check(&self) {
        let living = || {
            self.people
                .iter()
                .filter(|person| person.room.ended().is_none())
        };
        for person in living() {
            let member = person.room.member.as_ref().expect("outside for ever");
            assert_eq!(member.epoch().unwrap(), self.relay.epoch.0);
        }
        for (number, text) in self.texts.iter().enumerate() {
            let sender = &self.people[text.by];
            if sender.room.ended().is_none() {
                assert!(text.state.is_some(), "never sent");
                assert!(
                    text.state != Some(Delivery::Sent) || !self.is_asked_about(text),
                    "nothing told of it"
                );
            }
            for (who, person) in self.people.iter().enumerate() {
                if who != text.by {
                    self.check_heard(number, text, person);
                }
            }
        }
    }

    /// Whether somebody who is still there was in the group when a message took its place.
    fn is_asked_about(&self, text: &Text) -> bool {
        let sender = &self.people[text.by];
        let Some(place) = text.place.filter(|_| sender.gaps == 0) else {
            return false;
        };
        let stays = |person: &Person| {
            let last = person.stays.last();
            person.room.number != sender.room.number
                && last.is_some_and(|stay| stay.up_to.is_none() && stay.after < place)
        };
        self.people.iter().any(stays)
    }

    /// Whoever was in the group at a message's place, and not in a gap, has it; and nobody has it who came after.
    fn check_heard(&self, number: usize, text: &Text, person: &Person) {
        let Some(place) = text.place else {
            return;
        };
        let has = person.heard.contains(&number);
        let came = person.stays.first().map(|stay| stay.after);
        assert!(
            !has || came.is_some_and(|came| came < place),
            "from before it came"
        );
        let covers = |stay: &&Stay| stay.after < place && stay.up_to.is_none_or(|to| place <= to);
        let Some(stay) = person.stays.iter().find(covers) else {
            return;
        };
        let epoch = self.relay.epoch_of(place).unwrap();
        let sender = &self.people[text.by];
        // A copy may be lost with its sender, or with the newcomer.
        let is_unbroken = |person: &Person| person.gaps == 0 && person.room.ended().is_none();
        if epoch.0 >= stay.since || (is_unbroken(sender) && is_unbroken(person)) {
            assert!(has, "a message is lost and no gap was told");
        }
    }

    /// The room is over: everybody is told once, and does nothing more.
    pub(super) fn end(mut self) {
        self.relay.end();
        for who in 0..self.people.len() {
            let person = &mut self.people[who];
            let had_ended = person.room.ended().is_some();
            let line = person.line.and_then(|line| self.relay.line(line));
            for frame in line
                .map(|line| std::mem::take(&mut line.down))
                .unwrap_or_default()
            {
                person.room.handle(frame);
            }
            let events = person.room.take_events();
            let ends = events
                .iter()
                .filter(|event| matches!(event, Event::Ended(Ended::Purged)));
            assert_eq!(ends.count(), usize::from(!had_ended));
            person.room.take_out();
            let said = Said::text(TextId::new([0; 16]), "late");
            assert!(person.room.say_text(said, None).is_err());
            person.room.lost();
            person.room.tick(Instant::now());
            assert_eq!(person.room.take_out(), []);
            assert!(person.room.take_events().is_empty());
        }
    }
}

impl Person {
    fn new(room: Room, line: LineId) -> Self {
        Self {
            room,
            line: Some(line),
            heard: Vec::new(),
            stays: Vec::new(),
            gaps: 0,
        }
    }

    /// Takes note of when it can follow the group, and holds it to telling when it cannot.
    fn note_stay(&mut self, before: Seq, has_ended: bool) {
        let follows = self.room.member.is_some() && !self.room.is_behind && !has_ended;
        let lost = self
            .stays
            .iter()
            .filter(|stay| stay.up_to.is_some())
            .count();
        match self.stays.last_mut().filter(|stay| stay.up_to.is_none()) {
            Some(stay) if !follows => {
                stay.up_to = Some(before);
                assert!(has_ended || self.gaps > lost, "a gap was not told");
            }
            None if follows => self.stays.push(Stay {
                after: self.room.last_seq,
                up_to: None,
                since: self.room.since,
            }),
            _ => {}
        }
    }
}

fn room(keys: Keyring, relay: &mut Relay, line: LineId, member: Option<Member>) -> Room {
    let admitted = relay.line(line).and_then(|line| line.down.pop_front());
    let Some(RelayFrame::Admitted {
        member: number,
        members,
        ..
    }) = admitted
    else {
        panic!("not admitted");
    };
    let admission = Admission {
        hello: HELLO,
        number,
        remaining: Duration::from_secs(3600),
        members,
    };
    Room::new(keys, &admission, member)
}

fn session_key(keys: &Keyring) -> SessionKey {
    SessionKey(*keys.session.public_key())
}

fn keyring(who: usize) -> Keyring {
    company::keyring(&format!("Member {who}"))
}
