//! The outbox without a relay.

use sanctuary_e2ee::{
    Alias, Identity, MemberNumber, MemberParams, RoomId, RoomSecrets, Root, SignatureSeed,
};

use super::*;

fn member() -> Member {
    let params = MemberParams {
        secrets: RoomSecrets::from_root(Root::new([1; 32]), RoomId::new([2; 16])),
        alias: Alias::prepare("Ann").unwrap(),
        member_number: MemberNumber(1),
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    };
    Member::create(params).unwrap().0
}

fn outbox(messages: u8) -> Outbox {
    let mut outbox = Outbox::default();
    for message in 0..messages {
        outbox.add(
            Some(TextId::new([message; 16])),
            Content::Open(Zeroizing::new(vec![message])),
        );
    }
    outbox
}

/// The ids and epochs of messages.
fn sent(frames: &[ClientFrame]) -> Vec<(u64, u64)> {
    frames
        .iter()
        .map(|frame| match frame {
            ClientFrame::Message { id, epoch, .. } => (id.0, epoch.0),
            other => panic!("no message: {}", other.name()),
        })
        .collect()
}

fn recipients(frames: &[ClientFrame]) -> Vec<Vec<u32>> {
    let of = |frame: &ClientFrame| match frame {
        ClientFrame::Message { recipients, .. } => recipients.iter().map(|to| to.0).collect(),
        other => panic!("no message: {}", other.name()),
    };
    frames.iter().map(of).collect()
}

fn next_epoch(member: &mut Member) {
    let pending = member.commit_removal(&[]).unwrap();
    member.accept(pending).unwrap();
}

/// One more text, number nine.
fn add_ninth(outbox: &mut Outbox) {
    outbox.add(
        Some(TextId::new([9; 16])),
        Content::Open(Zeroizing::new(vec![9])),
    );
}

#[test]
fn messages_are_numbered_and_sent_once() {
    let (mut outbox, mut member) = (outbox(3), member());
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(1, 0), (2, 0), (3, 0)]
    );
    assert!(
        outbox
            .pump(&mut member, Pace::FREE)
            .unwrap()
            .frames
            .is_empty()
    );
    outbox.accept_up_to(MessageId(2));
    add_ninth(&mut outbox);
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(4, 0)]
    );
}

#[test]
fn a_lost_connection_repeats_the_same_bytes() {
    let (mut outbox, mut member) = (outbox(3), member());
    let first = outbox.pump(&mut member, Pace::FREE).unwrap().frames;
    outbox.accept(MessageId(1), |_| Vec::new());
    assert_eq!(outbox.unanswered(MessageId(0), Epoch(0)), first[1..]);
    // An answer that comes twice, or late, changes nothing.
    outbox.accept(MessageId(1), |_| Vec::new());
    assert_eq!(outbox.unanswered(MessageId(0), Epoch(0)), first[1..]);
}

#[test]
fn refused_messages_wait_for_those_behind_them_and_keep_their_order() {
    let (mut outbox, mut member) = (outbox(3), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    outbox.accept(MessageId(1), |_| Vec::new());
    outbox.refuse(MessageId(2));
    add_ninth(&mut outbox);
    assert!(
        outbox
            .pump(&mut member, Pace::FREE)
            .unwrap()
            .frames
            .is_empty()
    );
    outbox.refuse(MessageId(3));
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(2, 1), (3, 1), (4, 1)]
    );
    outbox.refuse(MessageId(1));
    outbox.refuse(MessageId(99));
    assert_eq!(outbox.unanswered(MessageId(1), Epoch(1)).len(), 3);
}

#[test]
fn so_many_are_on_their_way_at_once_and_the_others_wait() {
    let (mut outbox, mut member) = (outbox(200), member());
    let mut taken = 0;
    while taken < 200 {
        let frames = outbox.pump(&mut member, Pace::FREE).unwrap().frames;
        assert!(outbox.in_flight().count() <= MAX_IN_FLIGHT);
        assert!(!frames.is_empty(), "nothing goes on");
        for (id, _) in sent(&frames) {
            taken += 1;
            assert_eq!(id, taken);
            outbox.accept(MessageId(id), |_| Vec::new());
        }
    }
    assert_eq!(outbox.pump(&mut member, Pace::FREE).unwrap().frames, []);
}

#[test]
fn in_a_room_that_has_moved_on_what_was_not_taken_waits_for_the_new_epoch() {
    let (mut outbox, mut member) = (outbox(3), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    add_ninth(&mut outbox);
    // The first was taken, and its answer comes again, behind the commit.
    assert_eq!(outbox.unanswered(MessageId(1), Epoch(1)), []);
    assert_eq!(outbox.pump(&mut member, Pace::FREE).unwrap().frames, []);
    next_epoch(&mut member);
    assert_eq!(outbox.pump(&mut member, Pace::FREE).unwrap().frames, []);
    outbox.accept(MessageId(1), |_| Vec::new());
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(2, 1), (3, 1), (4, 1)]
    );
}

#[test]
fn a_new_session_counts_from_one() {
    let (mut outbox, mut member) = (outbox(3), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    outbox.accept(MessageId(1), |_| Vec::new());
    outbox.restart();
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(1, 0), (2, 0)]
    );
}

#[test]
fn whoever_came_in_before_a_message_took_its_place_gets_a_copy_before_what_follows() {
    let (mut outbox, mut member) = (outbox(2), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    add_ninth(&mut outbox);
    let accepted = outbox.accept(MessageId(1), |epoch| {
        assert_eq!(epoch, 0);
        vec![super::MemberNumber(7)]
    });
    assert_eq!(
        accepted,
        Some(Accepted {
            id: Some(TextId::new([0; 16])),
            is_copy: false,
            is_copied: true
        })
    );
    outbox.accept(MessageId(2), |_| Vec::new());
    let frames = outbox.pump(&mut member, Pace::FREE).unwrap().frames;
    assert_eq!(sent(&frames), [(3, 1), (4, 1)]);
    assert!(matches!(
        &frames[0],
        ClientFrame::Message { recipients, .. } if *recipients == [super::MemberNumber(7)]
    ));
}

#[test]
fn what_the_relay_took_before_the_connection_was_lost_is_answered_and_not_sent_again() {
    let (mut outbox, mut member) = (outbox(3), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    assert_eq!(sent(&outbox.unanswered(MessageId(2), Epoch(0))), [(3, 0)]);
    let first = outbox.accept(MessageId(1), |_| vec![super::MemberNumber(7)]);
    assert!(first.is_some_and(|accepted| accepted.is_copied));
}

#[test]
fn what_was_said_in_a_new_epoch_does_not_overtake_the_copies_of_what_was_said_before() {
    let (mut outbox, mut member) = (outbox(2), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    add_ninth(&mut outbox);
    assert!(
        outbox
            .pump(&mut member, Pace::FREE)
            .unwrap()
            .frames
            .is_empty()
    );
    for id in [1, 2] {
        outbox.accept(MessageId(id), |_| vec![super::MemberNumber(7)]);
    }
    assert_eq!(
        sent(&outbox.pump(&mut member, Pace::FREE).unwrap().frames),
        [(3, 1), (4, 1), (5, 1)]
    );
    let order: Vec<_> = outbox
        .items
        .iter()
        .map(|item| item.id.unwrap().as_bytes()[0])
        .collect();
    assert_eq!(order, [0, 1, 9]);
}

#[test]
fn newcomers_share_a_copy_and_one_who_comes_in_anew_gets_another() {
    let (mut outbox, mut member) = (outbox(1), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    let late = |_| vec![super::MemberNumber(7), super::MemberNumber(8)];
    let accepted = outbox.accept(MessageId(1), late);
    assert!(accepted.is_some_and(|accepted| accepted.is_copied));
    let frames = outbox.pump(&mut member, Pace::FREE).unwrap().frames;
    assert_eq!(recipients(&frames), [[7, 8]]);
    next_epoch(&mut member);
    let late = |_| vec![super::MemberNumber(8), super::MemberNumber(9)];
    let accepted = outbox.accept(MessageId(2), late);
    assert!(accepted.is_some_and(|accepted| accepted.is_copy && accepted.is_copied));
    let frames = outbox.pump(&mut member, Pace::FREE).unwrap().frames;
    assert_eq!(
        (sent(&frames), recipients(&frames)),
        (vec![(3, 2)], vec![vec![8]])
    );
}

#[test]
fn a_copy_that_is_made_again_stays_before_the_copies_of_what_was_said_later() {
    let (mut outbox, mut member) = (outbox(2), member());
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    for id in [1, 2] {
        outbox.accept(MessageId(id), |_| vec![super::MemberNumber(7)]);
    }
    outbox.pump(&mut member, Pace::FREE).unwrap();
    next_epoch(&mut member);
    // The newcomer came in anew: the copy of the first message is to be copied once more, and
    // that of the second was refused.
    outbox.accept(MessageId(3), |_| vec![super::MemberNumber(7)]);
    outbox.refuse(MessageId(4));
    outbox.pump(&mut member, Pace::FREE).unwrap();
    let order: Vec<_> = outbox
        .items
        .iter()
        .map(|item| item.id.unwrap().as_bytes()[0])
        .collect();
    assert_eq!(order, [0, 1]);
}
