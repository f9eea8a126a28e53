//! The same promises behind a real listener, with rooms on several threads.

use std::sync::Arc;

use futures_util::future::join_all;
use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, Continuity, EndedReason, Epoch, RefusedReason, RelayFrame, Seq};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Certificate, Host, Member, Running, inline, message, resume_frame};

/// Enough that connections start on other threads than their rooms' more often than not.
const SHARDS: usize = 4;

#[tokio::test]
async fn rooms_on_several_threads_work_and_stay_apart() {
    let running = Running::start(Limits::default(), SHARDS);
    let host = &running.host;
    let rooms = (0..20).map(async |room: u64| {
        let seed = 100 * room;
        let (mut a, invitation) = Member::create(host, seed).await;
        let mut b = invitation.join(host, seed + 1).await;
        let mut c = invitation.join(host, seed + 2).await;
        for n in 0..20 {
            let text = format!("room {room} message {n}");
            a.say(Epoch(2), &text).await;
            assert_eq!(b.hear().await.1, text);
            assert_eq!(c.hear().await.1, text);
        }
        let (mut b, continuity) = Member::resume(host, b.vanish(), Seq(23)).await;
        assert_eq!(continuity, Continuity::Complete);
        c.client.send(ClientFrame::Purge).await;
        b.client.ended(EndedReason::Purged).await;
    });
    join_all(rooms).await;
    running.stop().await;
}

#[tokio::test]
async fn one_connection_can_look_at_rooms_of_all_threads() {
    let running = Running::start(Limits::default(), SHARDS);
    let mut client = running.host.connect().await;
    for seed in 0..10 {
        let (mut creator, invitation) = Member::create(&running.host, seed).await;
        let lookup = ClientFrame::Lookup {
            room_id: invitation.room_id,
        };
        // Several at once, so that the connection moves with frames still unread.
        for _ in 0..3 {
            client.send(lookup.clone()).await;
        }
        for _ in 0..3 {
            let room = client.receive().await;
            assert!(matches!(room, RelayFrame::Room { .. }), "{room:?}");
        }
        creator.client.send(ClientFrame::Purge).await;
        creator.client.gone().await;
        let gone = client.ask(lookup).await;
        let reason = RefusedReason::Gone;
        assert!(matches!(gone, RelayFrame::Refused { reason: r, .. } if r == reason));
    }
}

#[tokio::test]
async fn frames_sent_at_once_are_answered_in_order_wherever_their_rooms_are() {
    let running = Running::start(Limits::default(), SHARDS);
    let (_a, invitation) = Member::create(&running.host, 1).await;
    let mut client = running.host.connect().await;
    let keys = crate::support::Keys::from_seed(2);
    let join = invitation.join_frame(&client, &keys);
    for token in 0..50 {
        client.send(ClientFrame::Ping { token }).await;
    }
    client.send(join).await;
    client.send(ClientFrame::Ping { token: 50 }).await;
    for token in 0..50 {
        assert_eq!(client.receive().await, RelayFrame::Pong { token });
    }
    let admitted = client.receive().await;
    assert!(matches!(admitted, RelayFrame::Admitted { .. }));
    while client.receive().await != (RelayFrame::Pong { token: 50 }) {}
}

#[tokio::test]
async fn shutdown_tells_the_members_and_a_restarted_relay_knows_nobody() {
    let running = Running::start(Limits::default(), SHARDS);
    let (mut a, invitation) = Member::create(&running.host, 1).await;
    let mut b = invitation.join(&running.host, 2).await;
    a.client.heard().await;
    b.client.heard().await;
    let instance = a.client.instance;
    let stopped = running.stop();
    let told = async {
        a.client.ended(EndedReason::RelayShutDown).await;
        b.client.ended(EndedReason::RelayShutDown).await;
    };
    tokio::join!(stopped, told);
    let running = Running::start(Limits::default(), SHARDS);
    let mut client = running.host.connect().await;
    assert_ne!(client.instance, instance);
    let resume = resume_frame(&client, &b.keys, Seq(0));
    let answer = client.ask(resume).await;
    let gone = RelayFrame::Refused {
        reason: RefusedReason::Gone,
        retry_after_ms: 0,
    };
    assert_eq!(answer, gone);
}

#[tokio::test]
async fn a_purge_races_with_joins_messages_and_other_purges_and_always_wins() {
    let running = Running::start(Limits::default(), SHARDS);
    let host = Arc::new(Host::Real(running.address));
    let rounds = (0..200_u64).map(async |round| {
        let seed = 10_000 + 10 * round;
        let (mut a, invitation) = Member::create(&host, seed).await;
        let mut b = invitation.join(&host, seed + 1).await;
        let mut c = host.connect().await;
        let join = invitation.join_frame(&c, &crate::support::Keys::from_seed(seed + 2));
        let purge = a.client.send(ClientFrame::Purge);
        let say = async {
            for _ in 0..3 {
                let id = b.last_id.next();
                b.last_id = id;
                b.client.send(message(id, Epoch(1), "late?")).await;
            }
            b.client.send(ClientFrame::Purge).await;
        };
        tokio::join!(say, purge, c.send(join));
        a.client.gone().await;
        b.client.gone().await;
        let lookup = ClientFrame::Lookup {
            room_id: invitation.room_id,
        };
        let mut late = host.connect().await;
        let gone = RelayFrame::Refused {
            reason: RefusedReason::Gone,
            retry_after_ms: 0,
        };
        assert_eq!(late.ask(lookup).await, gone);
        // The one who came too late was refused; the one who was in time was told of the end.
        match c.receive().await {
            RelayFrame::Refused { .. } => {}
            RelayFrame::Ended { reason } => assert_eq!(reason, EndedReason::Purged),
            RelayFrame::Admitted { .. } => while c.next().await.is_ok() {},
            other => panic!("{other:?}"),
        }
    });
    let mut rounds: Vec<_> = rounds.collect();
    while !rounds.is_empty() {
        let rest = rounds.split_off(rounds.len().min(20));
        join_all(rounds).await;
        rounds = rest;
    }
}

#[tokio::test]
async fn requests_that_are_no_websocket_are_told_what_to_do() {
    let running = Running::start(Limits::default(), 1);
    let host = running.address;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (request, status) in [
        ("GET /ws HTTP/1.1\r\n".to_owned(), "426"),
        (
            format!("GET /ws HTTP/1.1\r\n{upgrade}{key}Sec-WebSocket-Version: 8\r\n"),
            "426",
        ),
        (
            format!("GET /ws HTTP/1.1\r\n{upgrade}Sec-WebSocket-Version: 13\r\n"),
            "400",
        ),
        (
            format!("POST /ws HTTP/1.1\r\n{upgrade}{key}Sec-WebSocket-Version: 13\r\n"),
            "405",
        ),
        (
            format!("GET /ws HTTP/1.0\r\n{upgrade}{key}Sec-WebSocket-Version: 13\r\n"),
            "405",
        ),
    ] {
        let mut stream = TcpStream::connect(host).await.unwrap();
        let request = format!("{request}Host: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.unwrap();
        let start = String::from_utf8_lossy(&start);
        assert!(start.ends_with(status), "{request}: {start}");
    }
}

#[tokio::test]
async fn everything_works_over_tls() {
    let certificate = Certificate::new("works");
    let running = Running::start_tls(Limits::default(), certificate);
    let host = &running.host;
    let (mut a, invitation) = Member::create(host, 1).await;
    let mut b = invitation.join(host, 2).await;
    for len in [0, 1000, 20_000, 1_000_000] {
        let text = "x".repeat(len);
        a.post(Epoch(1), &text).await;
        assert_eq!(b.hear().await.1, text);
    }
    let (mut b, continuity) = Member::resume(host, b.vanish(), Seq(6)).await;
    assert_eq!(continuity, Continuity::Complete);
    a.client.send(ClientFrame::Purge).await;
    b.client.ended(EndedReason::Purged).await;
}

#[tokio::test]
async fn one_shard_in_the_callers_thread_behaves_the_same() {
    inline(Limits::default(), async |host| {
        let (mut a, invitation) = Member::create(&host, 1).await;
        let mut b = invitation.join(&host, 2).await;
        a.say(Epoch(1), "hello").await;
        assert_eq!(b.hear().await.1, "hello");
    })
    .await;
}
