//! What a relay might try with its frames.

use std::collections::VecDeque;

use sanctuary_e2ee::{
    Alias, Identity, Member, MemberParams, PendingJoin, RosterMember, Said, SignatureSeed, TextId,
};
use sanctuary_wire::{
    Capsule, Completeness, Continuity, Epoch, MemberPresence, MessageId, Presence,
};

use super::company::{Company, HELLO, keyring};
use super::*;
use crate::event::Delivery;

const ANN: MemberNumber = MemberNumber(1);
const BOB: MemberNumber = MemberNumber(2);

/// Ann's room as she founded it, and its first group state.
fn founded() -> (Room, Vec<u8>) {
    let keys = keyring("Ann");
    let (member, group_state) = Member::create(keys.params(ANN)).unwrap();
    let admission = Admission {
        hello: HELLO,
        number: ANN,
        remaining: Duration::from_secs(3600),
        members: vec![here(ANN)],
    };
    (Room::new(keys, &admission, Some(member)), group_state)
}

fn here(member: MemberNumber) -> MemberPresence {
    MemberPresence {
        member,
        presence: Presence::Here,
    }
}

fn say(room: &mut Room, id: TextId, body: &str) {
    let said = Said::text(id, body);
    room.say_text(said, None).unwrap();
}

fn roster_member(number: MemberNumber) -> RosterMember {
    RosterMember {
        identity: Identity::random().unwrap(),
        member_number: Some(sanctuary_e2ee::MemberNumber(number.0)),
        alias: None,
        leaf_index: 1,
    }
}

/// Bob's way into the group that `group_state` describes.
fn joining(room: &Room, epoch: u64, group_state: &[u8]) -> PendingJoin {
    let params = MemberParams {
        secrets: room.keys.secrets.clone(),
        alias: Alias::prepare("Bob").unwrap(),
        member_number: sanctuary_e2ee::MemberNumber(BOB.0),
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    };
    Member::join(params, epoch, group_state).unwrap()
}

fn commit_relayed(seq: u64, epoch: u64, member: MemberNumber, commit: &[u8]) -> RelayFrame {
    RelayFrame::CommitRelayed {
        seq: Seq(seq),
        epoch: Epoch(epoch),
        member,
        commit: commit.to_vec().into(),
    }
}

fn lease(epoch: u64, group_state: &[u8]) -> RelayFrame {
    RelayFrame::Lease {
        epoch: Epoch(epoch),
        duration_ms: 10_000,
        group_state: group_state.to_vec().into(),
    }
}

/// The connection is lost and comes back, and the relay claims that frames are gone.
fn with_a_gap(room: &mut Room) {
    comes_back(room, Continuity::Gap);
}

fn comes_back(room: &mut Room, continuity: Continuity) {
    room.lost();
    room.opened(HELLO);
    room.handle(RelayFrame::Resumed {
        member: ANN,
        remaining_ms: 3_000_000,
        epoch: Epoch(1),
        last_message_id: MessageId(0),
        continuity,
        capsule: Capsule::try_from(bytes::Bytes::from_static(b"capsule")).unwrap(),
        members: vec![here(ANN), here(BOB)],
    });
}

#[tokio::test(start_paused = true)]
async fn there_is_no_way_back_to_an_older_epoch() {
    let (mut room, old_state) = founded();
    let bob = joining(&room, 0, &old_state);
    room.handle(commit_relayed(1, 1, BOB, &bob.commit));
    with_a_gap(&mut room);
    assert_eq!(room.ended(), None);
    room.take_out();
    room.handle(lease(0, &old_state));
    assert_eq!(room.ended(), Some(Ended::Tampered));
    assert_eq!(room.take_out(), [ClientFrame::Leave]);
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_is_held_back_shows_by_a_message_from_after_it() {
    let (mut room, old_state) = founded();
    let bob = joining(&room, 0, &old_state);
    // The relay keeps `bob.commit` to itself.
    let (epoch, payload) = bob.accept().encrypt(b"said in epoch 1").unwrap();
    room.handle(RelayFrame::MessageRelayed {
        seq: Seq(2),
        epoch: Epoch(epoch),
        payload: payload.into(),
    });
    assert_eq!(room.ended(), Some(Ended::Tampered));
    assert_eq!(room.take_out(), [ClientFrame::Leave]);
}

#[tokio::test(start_paused = true)]
async fn a_ghost_made_by_somebody_without_the_secrets_ends_the_room() {
    let (mut room, _) = founded();
    room.handle(RelayFrame::Presence {
        member: BOB,
        presence: Presence::Here,
    });
    assert_eq!(room.ended(), None);
    room.handle(commit_relayed(1, 1, BOB, &[7; 4124]));
    assert_eq!(room.ended(), Some(Ended::Tampered));
}

#[tokio::test(start_paused = true)]
async fn a_commit_that_was_changed_on_the_way_ends_the_room() {
    let (mut room, old_state) = founded();
    let mut commit = joining(&room, 0, &old_state).commit;
    commit[100] ^= 1;
    room.handle(commit_relayed(1, 1, BOB, &commit));
    assert_eq!(room.ended(), Some(Ended::Tampered));
}

#[tokio::test(start_paused = true)]
async fn after_a_gap_the_newest_epoch_is_entered() {
    let (mut room, old_state) = founded();
    let bob = joining(&room, 0, &old_state);
    room.handle(commit_relayed(1, 1, BOB, &bob.commit));
    with_a_gap(&mut room);
    room.take_out();
    room.handle(lease(1, &bob.group_state));
    let out = room.take_out();
    assert!(matches!(
        &out[..],
        [ClientFrame::Commit {
            epoch: Epoch(1),
            ..
        }]
    ));
    room.handle(RelayFrame::CommitAccepted {
        seq: Seq(2),
        epoch: Epoch(2),
    });
    assert_eq!(room.ended(), None);
    assert_eq!(room.newest, 2);
}

#[tokio::test(start_paused = true)]
async fn what_the_relay_has_forgotten_is_never_everyones() {
    let (mut room, state) = founded();
    let bob = joining(&room, 0, &state);
    room.handle(commit_relayed(1, 1, BOB, &bob.commit));
    say(&mut room, TextId::new([7; 16]), "hello");
    room.handle(RelayFrame::Ack {
        id: MessageId(1),
        seq: Seq(5),
    });
    with_a_gap(&mut room);
    // Lost again before the group was entered anew: the relay forgets what it was to tell.
    comes_back(&mut room, Continuity::Fresh);
    room.handle(RelayFrame::Delivered {
        seq: Seq(50),
        completeness: Completeness::Everyone,
    });
    let told = room
        .take_events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Delivery { delivery, .. } => Some(delivery),
            _ => None,
        });
    assert_eq!(told.collect::<Vec<_>>(), [Delivery::Sent]);
}

#[tokio::test(start_paused = true)]
async fn who_comes_in_anew_is_one_newcomer() {
    let (mut room, _) = founded();
    for epoch in [1, 2] {
        room.remember(Epoch(epoch), Some(&roster_member(BOB)));
    }
    assert_eq!(room.entered, [(2, BOB)]);
}

#[tokio::test(start_paused = true)]
async fn who_can_read_is_listed_whatever_the_relay_keeps_to_itself() {
    let (mut room, state) = founded();
    let bob = joining(&room, 0, &state);
    room.take_events();
    // No Presence announces him.
    room.handle(commit_relayed(1, 1, BOB, &bob.commit));
    let events = room.take_events();
    assert!(matches!(&events[..], [Event::Joined(who)] if who.alias == "Bob" && !who.here));
    assert_eq!(room.people.list().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_has_left_who_was_not_removed() {
    let (mut room, state) = founded();
    let bob = joining(&room, 0, &state);
    let presence = |presence| RelayFrame::Presence {
        member: BOB,
        presence,
    };
    room.handle(presence(Presence::Here));
    room.handle(commit_relayed(1, 1, BOB, &bob.commit));
    room.take_events();
    room.handle(presence(Presence::Gone));
    let events = room.take_events();
    assert!(matches!(&events[..], [Event::Presence { here: false, .. }]));
    assert_eq!(room.people.list().len(), 2);
    // The commit that removes him.
    tokio::time::advance(FIRST_WAIT).await;
    room.tick(Instant::now());
    assert_eq!(room.take_out(), [ClientFrame::RequestLease]);
    room.handle(lease(1, &bob.group_state));
    assert!(matches!(&room.take_out()[..], [ClientFrame::Commit { .. }]));
    room.handle(RelayFrame::CommitAccepted {
        seq: Seq(2),
        epoch: Epoch(2),
    });
    let events = room.take_events();
    assert!(matches!(&events[..], [Event::Left(who)] if who.alias == "Bob"));
    assert_eq!(room.people.list().len(), 1);
}

/// What Bob says comes to Ann under these numbers, one after the other; how many were heard, and of how many she was
/// told that they are damaged or forged. Before each but the first, the relay sends her `between`.
fn heard_under(numbers: &[u64], between: &[RelayFrame]) -> (usize, usize) {
    let mut company = Company::of(&["Ann", "Bob"]);
    for (at, seq) in numbers.iter().enumerate() {
        let said = Said::text(TextId::random().unwrap(), "hello");
        let [ann, bob] = &mut company.rooms[..] else {
            panic!("two");
        };
        bob.say_text(said, None).unwrap();
        let out = bob.take_out();
        let Some(ClientFrame::Message { epoch, payload, .. }) = out.into_iter().next() else {
            panic!("a message");
        };
        for frame in between.iter().filter(|_| at > 0) {
            ann.handle(frame.clone());
        }
        ann.handle(RelayFrame::MessageRelayed {
            seq: Seq(*seq),
            epoch,
            payload,
        });
        assert_eq!(ann.ended(), None);
    }
    let events = company.rooms[0].take_events();
    let count = |is: fn(&&Event) -> bool| events.iter().filter(is).count();
    (
        count(|event| matches!(event, Event::Text { .. })),
        count(|event| matches!(event, Event::Damaged)),
    )
}

#[tokio::test(start_paused = true)]
async fn a_message_under_a_number_that_was_passed_is_not_opened_and_told() {
    for (numbers, heard) in [
        (&[10, 11, 15][..], (3, 0)),
        // What comes twice was dealt with.
        (&[10, 10], (1, 0)),
        (&[10, 9], (1, 1)),
        (&[10, 12, 11, 13], (3, 1)),
        (&[u64::MAX, 11, 12], (1, 2)),
        (&[10, 0], (1, 1)),
    ] {
        assert_eq!(heard_under(numbers, &[]), heard, "{numbers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_far_ahead_of_another_frame_silences_nothing_that_follows() {
    let ack = |seq| RelayFrame::Ack {
        id: MessageId(1),
        seq: Seq(seq),
    };
    let old_commit = commit_relayed(u64::MAX, 1, BOB, &[7; 100]);
    for (name, between, heard) in [
        ("an ack in its place", ack(11), (3, 0)),
        ("an ack without a number", ack(0), (3, 0)),
        ("an ack", ack(u64::MAX), (1, 2)),
        ("an old commit", old_commit, (1, 2)),
    ] {
        assert_eq!(heard_under(&[10, 20, 21], &[between]), heard, "{name}");
    }
}

/// Numbers begin anew with one's own commit: what was passed before it says nothing.
#[tokio::test(start_paused = true)]
async fn who_comes_in_anew_takes_the_numbers_from_there() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let seq = company.seq;
    let bob = &mut company.rooms[1];
    bob.handle(RelayFrame::Ack {
        id: MessageId(1),
        seq: Seq(u64::MAX),
    });
    bob.fall_out();
    bob.take_out();
    company.lease(1);
    company.carry();
    let bob = &company.rooms[1];
    assert_eq!(bob.last_seq, seq.next());
    assert!(!bob.dealt_with.has(Seq(u64::MAX)) && bob.dealt_with.has(seq.next()));
}

/// Who comes back with much to say to a room in which there is coming and going encrypts each message once.
#[tokio::test(start_paused = true)]
async fn a_lively_room_has_nobody_encrypt_all_that_waits_over_and_over() {
    const TEXTS: u8 = 200;
    const BETWEEN_COMMITS: usize = 50;
    let mut company = Company::of(&["Ann", "Bob"]);
    let (mut seq, mut epoch) = (company.seq, company.epoch);
    let [ann, bob] = &mut company.rooms[..] else {
        panic!("two")
    };
    for n in 0..TEXTS {
        say(ann, TextId::new([n; 16]), "one of many");
    }
    let mut up: VecDeque<_> = ann.take_out().into();
    let mut accepted = MessageId(0);
    while accepted < MessageId(TEXTS.into()) {
        let mut down = Vec::new();
        for _ in 0..BETWEEN_COMMITS {
            let Some(ClientFrame::Message { id, epoch: of, .. }) = up.pop_front() else {
                break;
            };
            assert!(epoch.0 - of.0 <= 2, "the relay refuses it");
            assert_eq!(id, accepted.next());
            accepted = id;
            seq = seq.next();
            down.push(RelayFrame::Ack { id, seq });
        }
        let member = bob.member.as_mut().unwrap();
        let pending = member.commit_removal(&[]).unwrap();
        epoch = epoch.next();
        seq = seq.next();
        down.push(commit_relayed(seq.0, epoch.0, BOB, &pending.commit));
        member.accept(pending).unwrap();
        for frame in down {
            ann.handle(frame);
        }
        up.extend(ann.take_out());
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_else_was_there_for_is_never_everyones() {
    let mut company = Company::of(&["Ann", "Bob"]);
    let seq = company.seq.next();
    let ann = &mut company.rooms[0];
    say(ann, TextId::new([7; 16]), "Bob?");
    let presence = |presence| RelayFrame::Presence {
        member: BOB,
        presence,
    };
    let id = MessageId(1);
    ann.handle(presence(Presence::Away));
    ann.handle(RelayFrame::Ack { id, seq });
    // The relay gives him up, and has nobody left to wait for.
    ann.handle(presence(Presence::Gone));
    ann.handle(RelayFrame::Delivered {
        seq,
        completeness: Completeness::Everyone,
    });
    let told = |event| match event {
        Event::Delivery { delivery, .. } => Some(delivery),
        _ => None,
    };
    let told: Vec<_> = ann.take_events().into_iter().filter_map(told).collect();
    assert_eq!(told, [Delivery::Sent]);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_twice_does_not_wait_longer() {
    let mut company = Company::of(&["Ann"]);
    for _ in 0..3 {
        company.rooms[0].leave();
        company.wait(LEAVE_WAIT / 2).await;
    }
    let ann = &mut company.rooms[0];
    assert_eq!(ann.ended(), Some(Ended::Left));
    assert_eq!(ann.take_out(), [ClientFrame::Leave]);
}
