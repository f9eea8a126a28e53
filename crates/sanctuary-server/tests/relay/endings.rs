//! Leave, purge, expiry and shutdown (PROTOCOL.md, sections 5.5 and 5.6).

use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, EndedReason, Epoch, Presence, RefusedReason, RelayFrame, Seq};
use tokio::time::{Instant, advance};

use crate::support::{Gone, Host, Member, inline, resume_frame};

const GONE: RelayFrame = RelayFrame::Refused {
    reason: RefusedReason::Gone,
    retry_after_ms: 0,
};

#[tokio::test(start_paused = true)]
async fn who_leaves_is_gone_at_once_and_cannot_come_back() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        b.client.heard().await;
        b.client.send(ClientFrame::Leave).await;
        b.client.ended(EndedReason::Left).await;
        a.sees(b.number, Presence::Gone).await;
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &b.keys, Seq(0));
        assert_eq!(client.ask(resume).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_purge_by_any_member_ends_the_room_for_all_and_for_good() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut waiting = invitation.knock(&host, 3).await;
        let away = invitation.knock(&host, 4).await.vanish();
        for member in [&mut a, &mut b, &mut waiting] {
            member.client.heard().await;
        }
        b.client.send(ClientFrame::Purge).await;
        for member in [&mut a, &mut b, &mut waiting] {
            member.client.ended(EndedReason::Purged).await;
        }
        let mut client = host.connect().await;
        for keys in [&a.keys, &b.keys, &away] {
            let resume = resume_frame(&client, keys, Seq(0));
            assert_eq!(client.ask(resume).await, GONE);
        }
        let room_id = invitation.room_id;
        assert_eq!(client.ask(ClientFrame::Lookup { room_id }).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_delivered_after_a_purge_not_even_what_was_queued() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        b.client.heard().await;
        // One turn of the relay sees all of these.
        for n in 0..10 {
            a.post(Epoch(1), &format!("too late {n}")).await;
        }
        a.client.send(ClientFrame::Purge).await;
        a.post(Epoch(1), "after the end").await;
        b.client.ended(EndedReason::Purged).await;
        assert_eq!(a.client.gone().await, Gone::Closed(1000));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_room_expires_to_the_second_and_nobody_can_prolong_it() {
    inline(Limits::default(), async |host| {
        let lifetime = Duration::from_secs(300);
        let start = Instant::now();
        let (mut a, invitation) = Member::create_for(&host, 1, lifetime).await;
        let mut b = invitation.join(&host, 2).await;
        a.client.heard().await;
        b.client.heard().await;
        advance(Duration::from_secs(250)).await;
        a.say(Epoch(1), "life goes on").await;
        b.hear().await;
        tokio::join!(
            a.client.ended(EndedReason::Expired),
            b.client.ended(EndedReason::Expired),
        );
        assert_eq!(start.elapsed().as_secs(), 300);
        assert!(start.elapsed() < lifetime + Duration::from_millis(10));
        let mut client = host.connect().await;
        let room_id = invitation.room_id;
        assert_eq!(client.ask(ClientFrame::Lookup { room_id }).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_empty_room_expires_too() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create_for(&host, 1, Duration::from_secs(300)).await;
        a.client.send(ClientFrame::Leave).await;
        a.client.ended(EndedReason::Left).await;
        advance(Duration::from_secs(299)).await;
        let mut client = host.connect().await;
        let lookup = ClientFrame::Lookup {
            room_id: invitation.room_id,
        };
        let room = client.ask(lookup.clone()).await;
        assert!(matches!(room, RelayFrame::Room { .. }));
        advance(Duration::from_secs(1)).await;
        assert_eq!(client.ask(lookup).await, GONE);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn shutdown_tells_everyone_and_then_returns() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        let mut outside = host.connect().await;
        a.client.heard().await;
        b.client.heard().await;
        let Host::Inline(relay) = &host else {
            unreachable!()
        };
        // The relay's future ends with it, which would end the test: it is only begun here.
        let members = async {
            a.client.ended(EndedReason::RelayShutDown).await;
            b.client.ended(EndedReason::RelayShutDown).await;
            outside.ended(EndedReason::RelayShutDown).await;
        };
        tokio::select! {
            biased;
            () = members => {}
            () = relay.shutdown() => panic!("returned before everyone was told"),
        }
    })
    .await;
}
