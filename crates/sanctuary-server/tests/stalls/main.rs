//! Readers that stall, fifty of them: what they cost in memory, and that they lose nothing.
//!
//! A process of its own, since it looks at the memory of the whole process. Those who stall keep nothing
//! here but a socket, so nearly all of what is seen is the relay's. How little they delay the others is
//! measured by `make bench`, on a machine that does nothing else.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod sip;
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the other tests of the relay"
)]
#[path = "../relay/support/mod.rs"]
mod support;

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::{ClientFrame, Continuity, Epoch, Presence, RelayFrame, Seq};
use sip::Sip;
use tokio::net::TcpSocket;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use support::{Client, Gone, Invitation, Member, Running};

/// Readers that stall.
const STALLED: usize = 50;

/// How many of them read on, a byte at a time.
const SIPPING: usize = 20;

/// What a stalled reader's kernel takes for it: as little as there is.
const RECEIVE_BUFFER: u32 = 4096;

/// Length of a message: many fit into what one reader may fall behind by.
const MESSAGE: usize = 64 << 10;

/// Messages: what the kernel takes for a reader (10 MiB at most, as Linux comes), what the relay queues for
/// it, and more.
const MESSAGES: u64 = 320;

/// Held by the one test that runs: another's memory would be counted.
static ALONE: Mutex<()> = Mutex::const_new(());

const PATIENCE: Duration = Duration::from_secs(300);

/// What the relay may take for all of it: the replay window of 4 MiB, and as much again as the queues share
/// of 2 MiB and allocators keep for themselves. All that is said is 20 MiB, and each reader's queue for
/// itself would be 100 MiB.
const MAY_TAKE: usize = 12 << 20;

/// Resident memory of this process in bytes.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages = statm.split_whitespace().nth(1).unwrap();
    pages.parse::<usize>().unwrap() * 4096
}

/// Somebody in the group who will read no more, or hardly anything.
async fn stalling(address: SocketAddr, invitation: Invitation, seed: u64) -> (Member, Sip) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(RECEIVE_BUFFER).unwrap();
    let stream = socket.connect(address).await.unwrap();
    let sip = Sip::default();
    let client = Client::with_handshake(sip.drink(stream), address).await;
    let mut member = invitation.knock_over(client, seed).await;
    member.enter().await;
    (member, sip)
}

/// Has `speaker` say so much that every reader who stalls is cut off, and `listener` hear it; tells the
/// most memory that was seen meanwhile.
async fn flood(speaker: &mut Member, listener: &mut Member, epoch: Epoch) -> usize {
    let text = "x".repeat(MESSAGE);
    let mut most = 0;
    for _ in 0..MESSAGES {
        speaker.say(epoch, &text).await;
        assert_eq!(listener.hear().await.1.len(), MESSAGE);
        most = most.max(resident());
    }
    most
}

/// Memory before and at most during a flood with that many readers who stall.
async fn memory(limits: Limits) -> (usize, usize) {
    let running = Running::start(limits, 2);
    let (mut speaker, invitation) = Member::create(&running.host, 1).await;
    let mut listener = invitation.join(&running.host, 2).await;
    let mut asleep = Vec::new();
    let mut sipping: Vec<JoinHandle<_>> = Vec::new();
    for n in 0..STALLED {
        let (mut member, sip) = stalling(running.address, invitation, 10 + n as u64).await;
        if n < SIPPING {
            sip.start();
            sipping.push(tokio::spawn(async move { member.client.gone().await }));
        } else {
            asleep.push(member);
        }
    }
    let epoch = Epoch(1 + STALLED as u64);
    // Everyone is in: what is heard up to now is read by those who go on.
    speaker.client.heard().await;
    let before = resident();
    let most = flood(&mut speaker, &mut listener, epoch).await;
    for task in sipping {
        task.abort();
    }
    drop(asleep);
    running.stop().await;
    (before, most)
}

#[tokio::test]
async fn fifty_stalled_readers_cost_what_one_does() {
    let _alone = ALONE.lock().await;
    let bounded = Limits {
        byte_rate: 0,
        ..Limits::default()
    };
    let measured = timeout(PATIENCE, memory(bounded)).await;
    let (before, most) = measured.expect("stalled readers hold everyone up");
    let grown = most.saturating_sub(before);
    assert!(grown < MAY_TAKE, "{} KiB more", grown >> 10);
    // The same without a bound for the queues would not have passed. What the allocator kept of the first
    // time is used again now, so it is the same memory from before that it is compared with.
    let boundless = Limits {
        queue_bytes: 1 << 30,
        replay_window: Duration::ZERO,
        byte_rate: 0,
        ..Limits::default()
    };
    let measured = timeout(PATIENCE, memory(boundless)).await;
    let (_, most) = measured.expect("stalled readers hold everyone up");
    let grown = most.saturating_sub(before);
    assert!(grown > MAY_TAKE, "only {} KiB more", grown >> 10);
}

#[tokio::test]
async fn readers_who_were_cut_off_come_back_and_have_missed_nothing() {
    const READERS: u64 = 4;
    let _alone = ALONE.lock().await;
    let limits = Limits {
        replay_bytes: 64 << 20,
        byte_rate: 0,
        ..Limits::default()
    };
    let running = Running::start(limits, 2);
    let (mut speaker, invitation) = Member::create(&running.host, 1).await;
    let mut listener = invitation.join(&running.host, 2).await;
    let mut stalled = Vec::new();
    for n in 0..READERS {
        stalled.push(invitation.join(&running.host, 10 + n).await);
    }
    let epoch = Epoch(1 + READERS);
    flood(&mut speaker, &mut listener, epoch).await;
    for mut member in stalled {
        let (last, gone) = read_on(&mut member).await;
        // The reason comes behind what was on its way, if the reader is back before it is hung up on.
        assert!(matches!(gone, Gone::Closed(4003) | Gone::Cut), "{gone:?}");
        assert!(last < Seq(2 + READERS + MESSAGES));
        let (mut back, continuity) = Member::resume(&running.host, member.keys, last).await;
        assert_eq!(continuity, Continuity::Complete);
        let mut next = last.next();
        while next <= Seq(2 + READERS + MESSAGES) {
            next = heard_in_order(&mut back, next).await;
        }
    }
    running.stop().await;
}

/// What the kernel had taken for it and never brought is lost with the connection. It is little, so the window holds it too.
#[tokio::test]
async fn who_was_cut_off_and_hung_up_on_finds_everything_kept_under_the_default_limits() {
    let _alone = ALONE.lock().await;
    let running = Running::start(Limits::default(), 1);
    let (mut speaker, invitation) = Member::create(&running.host, 1).await;
    // With room for megabytes, as browsers have it.
    let mut reader = invitation.join(&running.host, 2).await;
    let epoch = Epoch(1);
    let text = "x".repeat(MESSAGE);
    let mut said = 0_u64;
    let away = RelayFrame::Presence {
        member: reader.number,
        presence: Presence::Away,
    };
    let mut is_cut_off = false;
    while !is_cut_off {
        speaker.post(epoch, &text).await;
        said += 1;
        loop {
            match speaker.client.receive().await {
                RelayFrame::Ack { .. } => break,
                frame if frame == away => is_cut_off = true,
                _ => {}
            }
        }
    }
    // Says something until the relay has hung up, which then makes the kernel throw away what it still has.
    while reader.client.try_send(ClientFrame::Ping { token: 1 }).await {
        tokio::task::yield_now().await;
    }
    let (last, _) = read_on(&mut reader).await;
    let last = last.max(Seq(2));
    let (mut back, continuity) = Member::resume(&running.host, reader.keys, last).await;
    assert_eq!(continuity, Continuity::Complete, "{last:?} of {said}");
    let mut next = last.next();
    while next <= Seq(2 + said) {
        next = heard_in_order(&mut back, next).await;
    }
    running.stop().await;
}

/// Reads what had been on its way: the last number, and how the connection ended.
async fn read_on(member: &mut Member) -> (Seq, Gone) {
    let mut last = Seq(0);
    loop {
        match member.client.next().await {
            Ok(RelayFrame::MessageRelayed { seq, .. } | RelayFrame::CommitRelayed { seq, .. }) => {
                assert!(
                    last == Seq(0) || seq == last.next(),
                    "a hole before the end"
                );
                last = seq;
            }
            Ok(_) => {}
            Err(gone) => return (last, gone),
        }
    }
}

/// Takes the next frame of the order, which has to be that one; tells which comes after it.
async fn heard_in_order(member: &mut Member, expected: Seq) -> Seq {
    loop {
        match member.client.receive().await {
            RelayFrame::MessageRelayed { seq, .. } | RelayFrame::CommitRelayed { seq, .. } => {
                assert_eq!(seq, expected);
                return seq.next();
            }
            _ => {}
        }
    }
}
