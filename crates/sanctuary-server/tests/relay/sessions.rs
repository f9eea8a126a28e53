//! Presence, refresh and reconnection (PROTOCOL.md, sections 5.5 and 10).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{
    ClientFrame, Continuity, EndedReason, Epoch, MemberNumber, MemberPresence, MessageId, Payload,
    Presence, RefusedReason, RelayFrame, Seq,
};
use tokio::time::{Instant, advance};

use crate::support::{Gone, Member, capsule, inline, resume_frame};

const GONE: RelayFrame = RelayFrame::Refused {
    reason: RefusedReason::Gone,
    retry_after_ms: 0,
};

#[tokio::test(start_paused = true)]
async fn a_lost_member_is_away_at_once_and_gone_after_the_grace_period() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let number = b.number;
        let start = Instant::now();
        let keys = b.vanish();
        a.sees(number, Presence::Away).await;
        assert!(start.elapsed() < Duration::from_secs(1));
        a.sees(number, Presence::Gone).await;
        assert_eq!(start.elapsed().as_secs(), 60);
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &keys, Seq(0));
        assert_eq!(client.ask(resume).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_vanished_without_a_word_is_noticed() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let number = b.number;
        b.client.heard().await;
        // From here on b's end reads nothing and so answers no ping, yet the connection stands.
        let start = Instant::now();
        a.sees(number, Presence::Away).await;
        let silence = start.elapsed().as_secs();
        assert!((40..=60).contains(&silence), "{silence} s");
        assert_eq!(b.client.gone().await, Gone::Cut);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_a_refresh_the_member_is_the_same_and_gets_its_capsule() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        b.say(Epoch(1), "before").await;
        b.client
            .send(ClientFrame::PutCapsule {
                capsule: capsule("after the change"),
            })
            .await;
        b.client.heard().await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &keys, Seq(0));
        let member = |number, presence| MemberPresence {
            member: MemberNumber(number),
            presence,
        };
        let resumed = RelayFrame::Resumed {
            member: MemberNumber(2),
            remaining_ms: 3_600_000,
            epoch: Epoch(1),
            last_message_id: MessageId(1),
            continuity: Continuity::Fresh,
            capsule: capsule("after the change"),
            members: vec![member(1, Presence::Here), member(2, Presence::Here)],
        };
        assert_eq!(client.ask(resume).await, resumed);
        a.sees(MemberNumber(2), Presence::Here).await;
        // It has lost its state: it is given the lease, and nothing before its commit.
        a.say(Epoch(1), "meanwhile").await;
        let heard = client.heard().await;
        assert!(matches!(heard[..], [RelayFrame::Lease { .. }]), "{heard:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refreshed_member_commits_and_sees_what_comes_from_then_on() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let (mut b, continuity) = Member::resume(&host, b.vanish(), Seq(0)).await;
        assert_eq!(continuity, Continuity::Fresh);
        a.say(Epoch(1), "lost to b").await;
        b.enter().await;
        a.say(Epoch(2), "seen").await;
        assert_eq!(b.hear().await.1, "seen");
        b.say(Epoch(2), "and answered").await;
        assert_eq!(a.hear().await.1, "and answered");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_within_the_window_misses_nothing_and_gets_nothing_twice() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut last = a.say(Epoch(1), "seen").await;
        assert_eq!(b.hear().await.0, last);
        for n in 0..3 {
            let keys = b.vanish();
            a.sees(MemberNumber(2), Presence::Away).await;
            for m in 0..5 {
                a.say(Epoch(1), &format!("missed {n} {m}")).await;
            }
            advance(Duration::from_secs(20)).await;
            let resumed = Member::resume(&host, keys, last).await;
            assert_eq!(resumed.1, Continuity::Complete);
            b = resumed.0;
            for m in 0..5 {
                last = last.next();
                assert_eq!(b.hear().await, (last, format!("missed {n} {m}")));
            }
        }
        let late = a.say(Epoch(1), "live").await;
        assert_eq!(b.hear().await, (late, "live".into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_acks_that_were_missed_come_with_the_replay() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        b.post(Epoch(1), "unheard").await;
        assert_eq!(a.hear().await, (Seq(3), "unheard".into()));
        let (mut b, continuity) = Member::resume(&host, b.vanish(), Seq(2)).await;
        assert_eq!(
            (continuity, b.last_id),
            (Continuity::Complete, MessageId(1))
        );
        let ack = RelayFrame::Ack {
            id: MessageId(1),
            seq: Seq(3),
        };
        assert_eq!(b.client.receive().await, ack);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_creator_whose_connection_is_lost_before_anybody_came_misses_nothing() {
    inline(Limits::default(), async |host| {
        let (a, invitation) = Member::create(&host, 1).await;
        let keys = a.vanish();
        let mut b = invitation.join(&host, 2).await;
        b.say(Epoch(1), "are you there?").await;
        let (mut a, continuity) = Member::resume(&host, keys, Seq::CREATION).await;
        assert_eq!(continuity, Continuity::Complete);
        assert_eq!(a.hear().await, (Seq(3), "are you there?".into()));
        // Without the group's state, after a refresh, it is fresh as everybody else.
        let (_, continuity) = Member::resume(&host, a.vanish(), Seq(0)).await;
        assert_eq!(continuity, Continuity::Fresh);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_of_its_own_that_was_missed_comes_with_the_replay() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        b.client.send(ClientFrame::RequestLease).await;
        b.lease().await;
        let commit = b.commit_frame(Epoch(1));
        b.client.send(commit).await;
        let relayed = RelayFrame::CommitRelayed {
            seq: Seq(3),
            epoch: Epoch(2),
            member: MemberNumber(2),
            commit: b.commit_payload(Epoch(1)),
        };
        while a.client.receive().await != relayed {}
        let (mut b, continuity) = Member::resume(&host, b.vanish(), Seq(2)).await;
        assert_eq!(continuity, Continuity::Complete);
        assert_eq!(b.client.receive().await, relayed);
    })
    .await;
}

/// With the limits as they come: who is still taken for a member is one who missed nothing.
#[tokio::test(start_paused = true)]
async fn whoever_is_back_before_being_gone_has_missed_nothing() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        a.say(Epoch(1), "missed").await;
        advance(Duration::from_secs(59)).await;
        let (mut b, continuity) = Member::resume(&host, keys, Seq(2)).await;
        assert_eq!(continuity, Continuity::Complete);
        assert_eq!(b.hear().await.1, "missed");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_missed_nothing_but_what_was_for_others_is_told_of_no_gap_at_any_return() {
    let limits = Limits {
        session_grace: Duration::from_secs(600),
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        a.client.heard().await;
        for id in 1..=2 {
            let keys = b.vanish();
            a.sees(MemberNumber(2), Presence::Away).await;
            a.client.send(to_oneself(MessageId(id))).await;
            a.client.heard().await;
            let (back, continuity) = Member::resume(&host, keys, Seq(2)).await;
            assert_eq!(continuity, Continuity::Complete, "return {id}");
            b = back;
            // What is kept is forgotten before it comes back again.
            for _ in 0..7 {
                advance(Duration::from_secs(10)).await;
                a.client.heard().await;
                b.client.heard().await;
            }
        }
    })
    .await;
}

/// A message that is for nobody else.
fn to_oneself(id: MessageId) -> ClientFrame {
    ClientFrame::Message {
        id,
        epoch: Epoch(1),
        recipients: vec![MemberNumber(1)],
        payload: Payload("private".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn who_regained_its_state_by_a_commit_sent_again_is_told_of_no_gap_later() {
    let limits = Limits {
        session_grace: Duration::from_secs(600),
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.knock(&host, 2).await;
        let epoch = b.lease().await;
        let commit = b.commit_frame(epoch);
        b.client.send(commit.clone()).await;
        a.client.heard().await;
        a.client.send(to_oneself(MessageId(1))).await;
        a.client.heard().await;
        // The answer did not reach it.
        let (mut b, continuity) = Member::resume(&host, b.vanish(), Seq(0)).await;
        assert_eq!(continuity, Continuity::Fresh);
        b.client.send(commit).await;
        let accepted = RelayFrame::CommitAccepted {
            seq: Seq(2),
            epoch: Epoch(1),
        };
        while b.client.receive().await != accepted {}
        for _ in 0..7 {
            advance(Duration::from_secs(10)).await;
            a.client.heard().await;
            b.client.heard().await;
        }
        let (_, continuity) = Member::resume(&host, b.vanish(), Seq(2)).await;
        assert_eq!(continuity, Continuity::Complete);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn past_the_window_the_gap_is_told_and_frames_come_after_the_resync() {
    let limits = Limits {
        session_grace: Duration::from_secs(600),
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        a.say(Epoch(1), "missed").await;
        // Kept for a minute; the timer that drops it may be a second late.
        advance(Duration::from_secs(61)).await;
        a.say(Epoch(1), "in the window").await;
        let (mut b, continuity) = Member::resume(&host, keys, Seq(2)).await;
        assert_eq!(continuity, Continuity::Gap);
        a.say(Epoch(1), "not yet").await;
        assert!(b.client.heard().await.is_empty());
        b.client.send(ClientFrame::RequestLease).await;
        b.enter().await;
        a.say(Epoch(2), "from now on").await;
        assert_eq!(b.hear().await.1, "from now on");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn beyond_the_bytes_kept_the_gap_is_told() {
    let limits = Limits {
        replay_bytes: 10_000,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        for _ in 0..11 {
            a.say(Epoch(1), &"x".repeat(1000)).await;
        }
        let (b, continuity) = Member::resume(&host, keys, Seq(2)).await;
        assert_eq!(continuity, Continuity::Gap);
        let (_, continuity) = Member::resume(&host, b.vanish(), Seq(13)).await;
        assert_eq!(continuity, Continuity::Gap, "until it has resynced");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_a_window_nothing_is_kept_and_who_missed_nothing_goes_on() {
    let limits = Limits {
        replay_window: Duration::ZERO,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let (mut b, continuity) = Member::resume(&host, b.vanish(), Seq(2)).await;
        assert_eq!(continuity, Continuity::Complete);
        a.say(Epoch(1), "heard").await;
        b.hear().await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        a.say(Epoch(1), "missed").await;
        let (_, continuity) = Member::resume(&host, keys, Seq(3)).await;
        assert_eq!(continuity, Continuity::Gap);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_replay_as_large_as_the_queue_does_not_cut_its_reader_off() {
    let limits = Limits {
        queue_bytes: 100_000,
        replay_bytes: 4 << 20,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let keys = b.vanish();
        a.sees(MemberNumber(2), Presence::Away).await;
        for _ in 0..30 {
            a.say(Epoch(1), &"x".repeat(60_000)).await;
        }
        let (mut b, continuity) = Member::resume(&host, keys, Seq(2)).await;
        assert_eq!(continuity, Continuity::Complete);
        for seq in 3..33 {
            assert_eq!(b.hear().await.0, Seq(seq));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_resumes_replaces_the_older_one_unseen_by_others() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut old = invitation.join(&host, 2).await;
        a.client.heard().await;
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &old.keys, Seq(2));
        let resumed = client.ask(resume).await;
        assert!(matches!(resumed, RelayFrame::Resumed { .. }));
        old.client.ended(EndedReason::Replaced).await;
        assert!(a.client.heard().await.is_empty());
        a.say(Epoch(1), "to the new one").await;
        let heard = client.heard().await;
        assert!(matches!(heard[..], [RelayFrame::MessageRelayed { .. }]));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_that_stood_empty_can_be_joined_and_left_again_and_again() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        creator.client.send(ClientFrame::Leave).await;
        creator.client.ended(EndedReason::Left).await;
        for round in 0..5 {
            advance(Duration::from_secs(120)).await;
            let mut member = invitation.join(&host, 2).await;
            assert_eq!(member.number, MemberNumber(2 + round));
            member.client.send(ClientFrame::Leave).await;
            member.client.ended(EndedReason::Left).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_resume_that_was_slow_on_a_connection_given_up_since_ends_nobody() {
    inline(Limits::default(), async |host| {
        let (_a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let keys = b.vanish();
        let mut given_up = host.connect().await;
        let slow = resume_frame(&given_up, &keys, Seq(2));
        advance(Duration::from_millis(1)).await;
        let mut present = host.connect().await;
        let resume = resume_frame(&present, &keys, Seq(2));
        let resumed = present.ask(resume).await;
        assert!(matches!(resumed, RelayFrame::Resumed { .. }), "{resumed:?}");
        assert!(matches!(
            given_up.ask(slow).await,
            RelayFrame::Refused {
                reason: RefusedReason::Gone,
                ..
            }
        ));
        assert_eq!(present.heard().await, []);
        // Control: one that was greeted later replaces it.
        advance(Duration::from_millis(1)).await;
        let mut later = host.connect().await;
        let resume = resume_frame(&later, &keys, Seq(2));
        later.send(resume).await;
        let ended = present.receive().await;
        assert!(matches!(
            ended,
            RelayFrame::Ended {
                reason: EndedReason::Replaced
            }
        ));
    })
    .await;
}
