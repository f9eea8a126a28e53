//! Admission (PROTOCOL.md, section 5.2).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{
    Alarm, ClientFrame, Epoch, MemberNumber, MemberPresence, Presence, RefusedReason, RelayFrame,
    RoomLock, Seq,
};
use tokio::time::advance;

use crate::support::{Gone, Host, Invitation, Keys, Member, inline};

async fn try_to_join(host: &Host, invitation: Invitation) -> RelayFrame {
    let mut client = host.connect().await;
    let join = invitation.join_frame(&client, &Keys::from_seed(77));
    client.ask(join).await
}

fn refused(reason: RefusedReason, retry_after_ms: u32) -> RelayFrame {
    RelayFrame::Refused {
        reason,
        retry_after_ms,
    }
}

#[tokio::test(start_paused = true)]
async fn who_knows_the_password_gets_in_and_the_others_see_it() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let join = invitation.join_frame(&client, &Keys::from_seed(2));
        let here = |n| MemberPresence {
            member: MemberNumber(n),
            presence: Presence::Here,
        };
        let admitted = RelayFrame::Admitted {
            member: MemberNumber(2),
            remaining_ms: 3_600_000,
            members: vec![here(1), here(2)],
        };
        assert_eq!(client.ask(join).await, admitted);
        creator.sees(MemberNumber(2), Presence::Here).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_password_is_refused_and_every_member_is_told() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut guest = invitation.join(&host, 2).await;
        guest.client.heard().await;
        creator.client.heard().await;
        for count in 1..=3 {
            let answer = try_to_join(&host, invitation.with_wrong_password()).await;
            let wait = Duration::from_secs(1 << (count - 1));
            let wait_ms = wait.as_millis().try_into().unwrap();
            assert_eq!(answer, refused(RefusedReason::WrongPassword, wait_ms));
            let alarm = RelayFrame::Alarm {
                alarm: Alarm::WrongPassword,
                count,
            };
            assert_eq!(creator.client.receive().await, alarm);
            assert_eq!(guest.client.receive().await, alarm);
            advance(wait).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn guessing_is_slowed_down_without_a_look_at_the_guess_and_members_are_not() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        try_to_join(&host, invitation.with_wrong_password()).await;
        advance(Duration::from_millis(400)).await;
        for guess in [invitation, invitation.with_wrong_password()] {
            let answer = try_to_join(&host, guess).await;
            assert_eq!(answer, refused(RefusedReason::Throttled, 600));
        }
        // No alarm for what was not looked at, and business as usual inside.
        let heard = creator.client.heard().await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        creator.say(Epoch(0), "still here").await;
        let keys = creator.vanish();
        let (creator, _) = Member::resume(&host, keys, Seq(2)).await;
        assert_eq!(creator.number, MemberNumber(1));
        advance(Duration::from_millis(600)).await;
        let answer = try_to_join(&host, invitation).await;
        assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_door_held_shut_by_wrong_attempts_leaves_those_inside_alone() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut guest = invitation.join(&host, 2).await;
        let garbage = invitation.with_wrong_password();
        let mut seq = 2;
        for minute in 1..=12_u32 {
            let answer = try_to_join(&host, garbage).await;
            let RelayFrame::Refused {
                reason: RefusedReason::WrongPassword,
                retry_after_ms,
            } = answer
            else {
                panic!("{answer:?}");
            };
            // Who knows the password waits.
            let waiting = refused(RefusedReason::Throttled, retry_after_ms);
            assert_eq!(try_to_join(&host, invitation).await, waiting);
            // Messages, commits and coming back do not.
            seq += 1;
            assert_eq!(creator.say(Epoch(minute.into()), "still here").await.0, seq);
            assert_eq!(guest.hear().await.1, "still here");
            guest.client.send(ClientFrame::RequestLease).await;
            seq += 1;
            assert_eq!(guest.enter().await.0.0, seq);
            let keys = guest.vanish();
            guest = Member::resume(&host, keys, Seq(seq)).await.0;
            advance(Duration::from_millis(retry_after_ms.into())).await;
            creator.client.heard().await;
        }
        // The first moment without an attempt lets them in.
        let answer = try_to_join(&host, invitation).await;
        assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_the_same_connection_may_try_again() {
    inline(Limits::default(), async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        let mut client = host.connect().await;
        let keys = Keys::from_seed(2);
        let wrong = invitation.with_wrong_password().join_frame(&client, &keys);
        let right = invitation.join_frame(&client, &keys);
        assert_eq!(
            client.ask(wrong).await,
            refused(RefusedReason::WrongPassword, 1000)
        );
        advance(Duration::from_secs(1)).await;
        let answer = client.ask(right).await;
        assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_signature_for_another_connection_room_or_session_does_not_admit() {
    inline(Limits::default(), async |host| {
        let (_one, invitation) = Member::create(&host, 1).await;
        let observed = host.connect().await;
        let stolen = invitation.join_frame(&observed, &Keys::from_seed(2));
        let mut client = host.connect().await;
        let answer = client.ask(stolen).await;
        assert_eq!(answer, refused(RefusedReason::WrongPassword, 1000));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_full_room_says_so_to_those_with_the_password_only() {
    let limits = Limits {
        max_members: 2,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut guest = invitation.join(&host, 2).await;
        let full = refused(RefusedReason::RoomFull, 0);
        assert_eq!(try_to_join(&host, invitation).await, full);
        let wrong = try_to_join(&host, invitation.with_wrong_password()).await;
        assert_eq!(wrong, refused(RefusedReason::WrongPassword, 1000));
        guest.client.send(ClientFrame::Leave).await;
        creator.sees(guest.number, Presence::Gone).await;
        advance(Duration::from_secs(1)).await;
        let answer = try_to_join(&host, invitation).await;
        assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_members_fit_into_one_room_and_all_hear_each_other() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut members = Vec::new();
        for seed in 2..=100 {
            members.push(invitation.knock(&host, seed).await);
        }
        let full = refused(RefusedReason::RoomFull, 0);
        assert_eq!(try_to_join(&host, invitation).await, full);
        for member in &mut members {
            member.enter().await;
        }
        creator.say(Epoch(99), "welcome").await;
        for member in &mut members {
            assert_eq!(member.hear().await.1, "welcome");
        }
    })
    .await;
}

fn locked(lock: RoomLock, member: u32) -> RelayFrame {
    RelayFrame::Locked {
        lock,
        member: MemberNumber(member),
    }
}

#[tokio::test(start_paused = true)]
async fn a_locked_room_takes_nobody_and_says_so_to_those_who_know_the_password() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut guest = invitation.join(&host, 2).await;
        guest.client.heard().await;
        creator.client.heard().await;
        let set = |lock| ClientFrame::SetLock { lock };
        // Told to all, once for each change, with who made it.
        for _ in 0..3 {
            guest.client.send(set(RoomLock::Locked)).await;
        }
        for member in [&mut creator, &mut guest] {
            assert_eq!(member.client.receive().await, locked(RoomLock::Locked, 2));
        }
        let answer = try_to_join(&host, invitation).await;
        assert_eq!(answer, refused(RefusedReason::Locked, 0));
        // Who does not know the password is told what they are always told, and so are the members.
        let answer = try_to_join(&host, invitation.with_wrong_password()).await;
        assert_eq!(answer, refused(RefusedReason::WrongPassword, 1000));
        for member in [&mut creator, &mut guest] {
            let alarm = RelayFrame::Alarm {
                alarm: Alarm::WrongPassword,
                count: 1,
            };
            assert_eq!(member.client.heard().await, [alarm]);
        }
        advance(Duration::from_secs(1)).await;
        creator.client.send(set(RoomLock::Open)).await;
        for member in [&mut creator, &mut guest] {
            assert_eq!(member.client.receive().await, locked(RoomLock::Open, 1));
        }
        assert!(matches!(
            try_to_join(&host, invitation).await,
            RelayFrame::Admitted { .. }
        ));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_keeps_nobody_out_who_is_in() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        // Admitted, and not in the group yet.
        let mut guest = invitation.knock(&host, 2).await;
        let lock = RoomLock::Locked;
        creator.client.send(ClientFrame::SetLock { lock }).await;
        guest.enter().await;
        // Refreshed, and back after a lost connection.
        for last_seq in [Seq(0), Seq(2)] {
            let (mut back, _) = Member::resume(&host, guest.vanish(), last_seq).await;
            // After what it missed, and before its lease.
            while back.client.receive().await != locked(RoomLock::Locked, 1) {}
            if last_seq == Seq(0) {
                back.enter().await;
            }
            guest = back;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_locks_a_room_that_they_are_not_in() {
    inline(Limits::default(), async |host| {
        let (mut creator, invitation) = Member::create(&host, 1).await;
        let mut stranger = host.connect().await;
        let lock = RoomLock::Locked;
        stranger.send(ClientFrame::SetLock { lock }).await;
        assert_eq!(stranger.gone().await, Gone::Closed(4001));
        assert!(creator.client.heard().await.is_empty());
        assert!(matches!(
            try_to_join(&host, invitation).await,
            RelayFrame::Admitted { .. }
        ));
    })
    .await;
}
