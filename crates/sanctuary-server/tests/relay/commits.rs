//! Commits and the lease (PROTOCOL.md, section 5.4).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::limits::max_group_state;
use sanctuary_wire::{
    ClientFrame, EndedReason, Epoch, MemberNumber, Payload, Presence, RefusedReason, RelayFrame,
    Seq,
};
use tokio::time::{Instant, advance};

use crate::support::{Gone, Keys, Member, group_state, inline, resume_frame, sealed_name};

#[tokio::test(start_paused = true)]
async fn a_commit_moves_everyone_to_the_next_epoch() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.knock(&host, 2).await;
        assert_eq!(b.enter().await, (Seq(2), Epoch(1)));
        let relayed = RelayFrame::CommitRelayed {
            seq: Seq(2),
            epoch: Epoch(1),
            member: b.number,
            commit: b.commit_payload(Epoch(0)),
        };
        assert!(a.client.heard().await.contains(&relayed));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn joiners_commit_one_after_the_other_in_the_order_they_came() {
    inline(Limits::default(), async |host| {
        let (_a, invitation) = Member::create(&host, 1).await;
        let mut joiners = Vec::new();
        for seed in 2..12 {
            joiners.push(invitation.knock(&host, seed).await);
        }
        for joiner in &mut joiners[1..] {
            let heard = joiner.client.heard().await;
            let is_lease = |frame: &RelayFrame| matches!(frame, RelayFrame::Lease { .. });
            assert!(!heard.iter().any(is_lease));
        }
        for (epoch, joiner) in (0..).zip(&mut joiners) {
            assert_eq!(joiner.lease().await, Epoch(epoch));
            joiner.commit(Epoch(epoch)).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_without_the_lease_or_of_another_epoch_is_rejected() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.knock(&host, 2).await;
        a.client.heard().await;
        let rejected = |epoch| RelayFrame::CommitRejected {
            epoch: Epoch(epoch),
        };
        let commit = a.commit_frame(Epoch(0));
        assert_eq!(a.client.ask(commit).await, rejected(0));
        b.lease().await;
        let commit = b.commit_frame(Epoch(1));
        assert_eq!(b.client.ask(commit).await, rejected(0));
        b.commit(Epoch(0)).await;
        a.client.heard().await;
        let commit = a.commit_frame(Epoch(0));
        assert_eq!(a.client.ask(commit).await, rejected(1));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_not_used_goes_to_the_next_after_ten_seconds() {
    inline(Limits::default(), async |host| {
        let (_a, invitation) = Member::create(&host, 1).await;
        let mut slow = invitation.knock(&host, 2).await;
        slow.lease().await;
        let start = Instant::now();
        let mut next = invitation.knock(&host, 3).await;
        next.lease().await;
        assert_eq!(start.elapsed().as_secs(), 10);
        // It is too late for the first, while somebody else has it.
        let commit = slow.commit_frame(Epoch(0));
        slow.client.heard().await;
        let rejected = RelayFrame::CommitRejected { epoch: Epoch(0) };
        assert_eq!(slow.client.ask(commit).await, rejected);
        next.commit(Epoch(0)).await;
        slow.client.send(ClientFrame::RequestLease).await;
        assert_eq!(slow.enter().await.1, Epoch(2));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_after_the_lease_ran_out_is_accepted_while_nobody_else_holds_it() {
    inline(Limits::default(), async |host| {
        let (_a, invitation) = Member::create(&host, 1).await;
        let mut slow = invitation.knock(&host, 2).await;
        slow.lease().await;
        advance(Duration::from_secs(60)).await;
        assert_eq!(slow.commit(Epoch(0)).await, (Seq(2), Epoch(1)));
        // Once, in that epoch.
        let commit = slow.commit_frame(Epoch(1));
        let rejected = RelayFrame::CommitRejected { epoch: Epoch(1) };
        assert_eq!(slow.client.ask(commit).await, rejected);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_lease_ends_with_its_release_and_with_the_connection() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.knock(&host, 2).await;
        let mut c = invitation.knock(&host, 3).await;
        a.client.send(ClientFrame::RequestLease).await;
        a.client.heard().await;
        b.lease().await;
        b.client.send(ClientFrame::ReleaseLease).await;
        c.lease().await;
        drop(c);
        a.lease().await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_holder_that_asks_again_is_told_again() {
    inline(Limits::default(), async |host| {
        let (mut a, _) = Member::create(&host, 1).await;
        let lease = |duration_ms| RelayFrame::Lease {
            epoch: Epoch(0),
            duration_ms,
            group_state: group_state(Epoch(0)),
        };
        let answer = a.client.ask(ClientFrame::RequestLease).await;
        assert_eq!(answer, lease(10_000));
        advance(Duration::from_secs(4)).await;
        let answer = a.client.ask(ClientFrame::RequestLease).await;
        assert_eq!(answer, lease(6_000));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_commit_sent_again_after_a_lost_connection_is_accepted_once() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        a.client.send(ClientFrame::RequestLease).await;
        a.lease().await;
        let commit = a.commit_frame(Epoch(1));
        let accepted = RelayFrame::CommitAccepted {
            seq: Seq(3),
            epoch: Epoch(2),
        };
        assert_eq!(a.client.ask(commit.clone()).await, accepted);
        let (mut a, _) = Member::resume(&host, a.vanish(), Seq(3)).await;
        assert_eq!(a.client.ask(commit).await, accepted);
        let relayed = b.client.heard().await;
        let is_commit = |frame: &&RelayFrame| matches!(frame, RelayFrame::CommitRelayed { .. });
        assert_eq!(relayed.iter().filter(is_commit).count(), 1);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_joiner_whose_commit_was_accepted_unheard_sends_it_again_and_misses_nothing() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.knock(&host, 2).await;
        b.lease().await;
        let commit = b.commit_frame(Epoch(0));
        b.client.send(commit.clone()).await;
        let relayed = |frame: &RelayFrame| matches!(frame, RelayFrame::CommitRelayed { .. });
        while !relayed(&a.client.receive().await) {}
        let keys = b.vanish();
        a.say(Epoch(1), "for you").await;
        let (mut b, _) = Member::resume(&host, keys, Seq(0)).await;
        b.client.send(commit).await;
        let accepted = RelayFrame::CommitAccepted {
            seq: Seq(2),
            epoch: Epoch(1),
        };
        while b.client.receive().await != accepted {}
        assert_eq!(b.hear().await, (Seq(3), "for you".into()));
        a.say(Epoch(1), "and this").await;
        assert_eq!(b.hear().await, (Seq(4), "and this".into()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kick_ends_the_session_and_changes_what_admits() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut c = invitation.join(&host, 3).await;
        a.client.send(ClientFrame::RequestLease).await;
        let epoch = a.lease().await;
        b.client.heard().await;
        let kick = ClientFrame::Commit {
            epoch,
            commit: Payload("kick".into()),
            group_state: group_state(epoch.next()),
            evicted: vec![b.number, MemberNumber(77), a.number],
            admission_key: Some(Keys::from_seed(500).admission_key()),
            sealed_name: Some(sealed_name()),
        };
        a.client.send(kick).await;
        // The commit itself is not for the one it removes.
        b.client.ended(EndedReason::Evicted).await;
        c.sees(b.number, Presence::Gone).await;
        let mut client = host.connect().await;
        let old = invitation.join_frame(&client, &Keys::from_seed(8));
        let answer = client.ask(old).await;
        let wrong = RefusedReason::WrongPassword;
        assert!(matches!(answer, RelayFrame::Refused { reason, .. } if reason == wrong));
        advance(Duration::from_secs(1)).await;
        let mut changed = invitation;
        changed.password = 500;
        changed.join(&host, 9).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_kick_ends_every_session_that_was_never_in_the_group() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let b = invitation.join(&host, 2).await;
        let mut spare = invitation.knock(&host, 3).await;
        let mut resyncing = Member::resume(&host, b.vanish(), Seq(0)).await.0;
        spare.lease().await;
        spare.client.send(ClientFrame::ReleaseLease).await;
        resyncing.lease().await;
        resyncing.client.send(ClientFrame::ReleaseLease).await;
        a.client.send(ClientFrame::RequestLease).await;
        let epoch = a.lease().await;
        // Others' lack of a state is no matter of a commit that leaves the password as it is.
        assert_eq!(a.commit(epoch).await.1, epoch.next());
        spare.client.heard().await;
        a.client.send(ClientFrame::RequestLease).await;
        let epoch = a.lease().await;
        let kick = ClientFrame::Commit {
            epoch,
            commit: Payload("kick".into()),
            group_state: group_state(epoch.next()),
            evicted: vec![],
            admission_key: Some(Keys::from_seed(500).admission_key()),
            sealed_name: Some(sealed_name()),
        };
        a.client.send(kick).await;
        a.sees(spare.number, Presence::Gone).await;
        // Already on its way when the relay's word arrives.
        spare.client.send(ClientFrame::Purge).await;
        let commit = spare.commit_frame(epoch.next());
        spare.client.send(commit).await;
        spare.client.ended(EndedReason::Evicted).await;
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &spare.keys, Seq(0));
        let gone = RelayFrame::Refused {
            reason: RefusedReason::Gone,
            retry_after_ms: 0,
        };
        assert_eq!(client.ask(resume).await, gone);
        // Who was in the group and lost its state to a refresh comes back.
        resyncing.client.send(ClientFrame::RequestLease).await;
        assert_eq!(resyncing.enter().await.1, epoch.next().next());
        a.say(epoch.next().next(), "still here").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_group_state_is_no_larger_than_its_members_can_make_it() {
    inline(Limits::default(), async |host| {
        let (_a, invitation) = Member::create(&host, 1).await;
        let too_large = Some(Gone::Closed(4001));
        for (seed, members, over, outcome) in [(2, 2, 0, None), (3, 3, 1, too_large)] {
            let mut b = invitation.knock(&host, seed).await;
            let epoch = loop {
                if let RelayFrame::Lease { epoch, .. } = b.client.receive().await {
                    break epoch;
                }
            };
            let ClientFrame::Commit {
                epoch,
                commit,
                evicted,
                admission_key,
                sealed_name,
                ..
            } = b.commit_frame(epoch)
            else {
                unreachable!()
            };
            let most = max_group_state(members);
            b.client
                .send(ClientFrame::Commit {
                    epoch,
                    commit,
                    group_state: Payload(vec![7; most + over].into()),
                    evicted,
                    admission_key,
                    sealed_name,
                })
                .await;
            match outcome {
                None => {
                    while !matches!(b.client.receive().await, RelayFrame::CommitAccepted { .. }) {}
                }
                Some(gone) => assert_eq!(b.client.gone().await, gone),
            }
        }
    })
    .await;
}
