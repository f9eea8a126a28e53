//! Who has which messages, and what their senders are told (PROTOCOL.md, section 5.7).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::Completeness::{self, Everyone, Missed};
use sanctuary_wire::{ClientFrame, Continuity, Epoch, MemberNumber, Presence, RelayFrame, Seq};
use tokio::time::{Instant, advance};

use crate::support::{Gone, Host, Invitation, Member, inline, message};

/// Beyond the time in which the relay tells what it has to tell.
const LONG: Duration = Duration::from_secs(2);

impl Member {
    /// Says that it has everything up to `seq`.
    async fn has(&mut self, seq: Seq) {
        self.client.send(ClientFrame::Received { seq }).await;
    }

    /// What it is told of its messages next.
    async fn learns(&mut self) -> (Seq, Completeness) {
        loop {
            if let RelayFrame::Delivered { seq, completeness } = self.client.receive().await {
                return (seq, completeness);
            }
        }
    }

    /// Whether it is told anything of its messages within a long time.
    async fn learns_nothing(&mut self) {
        advance(LONG).await;
        let heard = self.client.heard().await;
        let told = |frame: &RelayFrame| matches!(frame, RelayFrame::Delivered { .. });
        assert!(!heard.iter().any(told), "told too early: {heard:?}");
    }
}

/// Ann, Bob and Cas, all in the group, in epoch 2.
async fn three(host: &Host) -> ([Member; 3], Invitation) {
    let (mut ann, invitation) = Member::create(host, 1).await;
    let mut bob = invitation.join(host, 2).await;
    let cas = invitation.join(host, 3).await;
    ann.client.heard().await;
    bob.client.heard().await;
    ([ann, bob, cas], invitation)
}

const EPOCH: Epoch = Epoch(2);

#[tokio::test(start_paused = true)]
async fn everyone_has_it_once_all_others_said_so() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, mut cas], _) = three(&host).await;
        let first = ann.say(EPOCH, "one").await;
        let second = ann.say(EPOCH, "two").await;
        bob.has(second).await;
        ann.learns_nothing().await;
        cas.has(first).await;
        assert_eq!(ann.learns().await, (first, Everyone));
        cas.has(second).await;
        assert_eq!(ann.learns().await, (second, Everyone));
        // Nothing is left to be told, and nobody else is told.
        ann.learns_nothing().await;
        bob.learns_nothing().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_says_it_at_about_the_same_time_is_told_of_at_once() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, mut cas], _) = three(&host).await;
        let mut last = Seq(0);
        for n in 0..100 {
            last = ann.say(EPOCH, &format!("{n}")).await;
        }
        let start = Instant::now();
        bob.has(last).await;
        cas.has(last).await;
        assert_eq!(ann.learns().await, (last, Everyone));
        assert!(start.elapsed() < Duration::from_millis(100));
        ann.learns_nothing().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_member_who_is_away_holds_it_back_until_it_is_back_with_everything() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, cas], _) = three(&host).await;
        let (number, keys) = (cas.number, cas.vanish());
        ann.sees(number, Presence::Away).await;
        let seq = ann.say(EPOCH, "while away").await;
        bob.has(seq).await;
        ann.learns_nothing().await;
        let (mut cas, continuity) = Member::resume(&host, keys, Seq(3)).await;
        assert_eq!(continuity, Continuity::Complete);
        assert_eq!(cas.hear().await.0, seq);
        ann.learns_nothing().await;
        cas.has(seq).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_a_resume_says_to_have_seen_counts_as_said() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, mut cas], _) = three(&host).await;
        let seq = ann.say(EPOCH, "seen, not said").await;
        bob.has(seq).await;
        cas.hear().await;
        let (number, keys) = (cas.number, cas.vanish());
        ann.sees(number, Presence::Away).await;
        ann.learns_nothing().await;
        let _cas = Member::resume(&host, keys, seq).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_member_who_is_gone_or_thrown_out_holds_nothing_back() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, cas], _) = three(&host).await;
        let seq = ann.say(EPOCH, "one").await;
        bob.has(seq).await;
        cas.vanish();
        assert_eq!(ann.learns().await, (seq, Everyone));
        let seq = ann.say(EPOCH, "two").await;
        ann.client.send(ClientFrame::RequestLease).await;
        let epoch = ann.lease().await;
        let ClientFrame::Commit {
            commit,
            group_state,
            ..
        } = ann.commit_frame(epoch)
        else {
            unreachable!()
        };
        let kick = ClientFrame::Commit {
            epoch,
            commit,
            group_state,
            evicted: vec![bob.number],
            admission_key: None,
            sealed_name: None,
        };
        ann.client.send(kick).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn whoever_lost_frames_for_good_makes_it_missed_and_nobody_waits_for_them() {
    let limits = Limits {
        replay_window: Duration::ZERO,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let ([mut ann, mut bob, cas], _) = three(&host).await;
        let seen = ann.say(EPOCH, "seen").await;
        bob.has(seen).await;
        let (number, keys) = (cas.number, cas.vanish());
        ann.sees(number, Presence::Away).await;
        let missed = ann.say(EPOCH, "missed").await;
        bob.has(missed).await;
        // It has seen the first and never said so.
        let (mut cas, continuity) = Member::resume(&host, keys, seen).await;
        assert_eq!(continuity, Continuity::Gap);
        let (seq, completeness) = ann.learns().await;
        assert_eq!((seq, completeness), (missed, Missed));
        // Not yet back in the group, so this is lost to it as well.
        let between = ann.say(EPOCH, "between").await;
        bob.has(between).await;
        assert_eq!(ann.learns().await, (between, Missed));
        cas.client.send(ClientFrame::RequestLease).await;
        let (_, epoch) = cas.enter().await;
        let after = ann.say(epoch, "after").await;
        bob.has(after).await;
        cas.has(after).await;
        assert_eq!(ann.learns().await, (after, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_refreshed_member_missed_what_it_had_not_said_to_have() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, mut cas], _) = three(&host).await;
        let had = ann.say(EPOCH, "had").await;
        bob.has(had).await;
        cas.has(had).await;
        assert_eq!(ann.learns().await, (had, Everyone));
        let lost = ann.say(EPOCH, "lost").await;
        bob.has(lost).await;
        let (number, keys) = (cas.number, cas.vanish());
        ann.sees(number, Presence::Away).await;
        Member::resume(&host, keys, Seq(0)).await;
        assert_eq!(ann.learns().await, (lost, Missed));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_is_asked_who_joined_later_or_is_not_in_the_group() {
    inline(Limits::default(), async |host| {
        let (mut ann, invitation) = Member::create(&host, 1).await;
        let mut bob = invitation.join(&host, 2).await;
        let _lobby = invitation.knock(&host, 3).await;
        let seq = ann.say(Epoch(1), "before").await;
        let mut late = invitation.knock(&host, 4).await;
        late.client.heard().await;
        bob.has(seq).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_whisper_waits_for_those_it_is_for() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, _cas], _) = three(&host).await;
        ann.last_id = ann.last_id.next();
        let ClientFrame::Message {
            id, epoch, payload, ..
        } = message(ann.last_id, EPOCH, "to Bob")
        else {
            unreachable!()
        };
        let whisper = ClientFrame::Message {
            id,
            epoch,
            recipients: vec![MemberNumber(2)],
            payload,
        };
        ann.client.send(whisper).await;
        let (seq, _) = bob.hear().await;
        ann.learns_nothing().await;
        bob.has(seq).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_sender_that_comes_back_is_told_again() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, mut cas], _) = three(&host).await;
        let told = ann.say(EPOCH, "told").await;
        bob.has(told).await;
        cas.has(told).await;
        assert_eq!(ann.learns().await, (told, Everyone));
        let untold = ann.say(EPOCH, "not told").await;
        let (number, keys) = (ann.number, ann.vanish());
        bob.sees(number, Presence::Away).await;
        bob.has(untold).await;
        cas.has(untold).await;
        let (mut ann, _) = Member::resume(&host, keys, untold).await;
        assert_eq!(ann.learns().await, (told, Everyone));
        assert_eq!(ann.learns().await, (untold, Everyone));
        // A refreshed tab shows none of them any more.
        let keys = ann.vanish();
        bob.sees(number, Presence::Away).await;
        let (mut ann, _) = Member::resume(&host, keys, Seq(0)).await;
        ann.learns_nothing().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_sent_again_makes_good_what_was_lost_since() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, cas], _) = three(&host).await;
        let again = cas.commit_frame(Epoch(1));
        let (number, keys) = (cas.number, cas.vanish());
        ann.sees(number, Presence::Away).await;
        let seq = ann.say(EPOCH, "one").await;
        // What it claims to have seen is not possible, so the relay takes it for a gap.
        let (mut cas, continuity) = Member::resume(&host, keys, Seq(99)).await;
        assert_eq!(continuity, Continuity::Gap);
        cas.client.send(again).await;
        assert_eq!(cas.hear().await.0, seq);
        bob.has(seq).await;
        ann.learns_nothing().await;
        cas.has(seq).await;
        assert_eq!(ann.learns().await, (seq, Everyone));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_can_have_what_was_not_given_to_them() {
    inline(Limits::default(), async |host| {
        let ([mut ann, mut bob, _cas], _) = three(&host).await;
        let seq = ann.say(EPOCH, "one").await;
        bob.has(seq.next()).await;
        assert_eq!(bob.client.gone().await, Gone::Closed(4001));
    })
    .await;
}
