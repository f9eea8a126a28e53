//! The bound on all memory, with the real allocator: readers who stall, each with messages of its own waiting, so that
//! nothing is shared.
//!
//! A process of its own, since the memory of the whole process counts. The attackers keep nothing here but sockets, so
//! nearly all of what is seen is the relay's.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the other tests of the relay"
)]
#[path = "../relay/support/mod.rs"]
mod support;

use std::fs;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::Duration;

use sanctuary_server::Options;
use sanctuary_server::relay::Limits;
use sanctuary_wire::limits::max_group_state;
use sanctuary_wire::{ClientFrame, Epoch, Payload, RefusedReason, RelayFrame};
use tikv_jemalloc_ctl::thread::{ThreadLocal, allocatedp, deallocatedp};
use tikv_jemallocator::Jemalloc;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use support::{Client, Host, Invitation, Keys, Member, Running};

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Readers that stall.
const STALLED: u64 = 12;

/// Length of a message.
const MESSAGE: usize = 60_000;

/// Messages to each: what the kernel takes for a reader, and some MiB.
const MESSAGES: u64 = 150;

/// What the relay may take.
const BOUND: usize = 24 << 20;

/// What the process may take beyond: the clients, what the allocator keeps, and what arrives within a tenth of a second.
const SLACK: usize = 12 << 20;

/// What of a request's head fits in what is allowed for one.
const HEAD: usize = 12_000;

/// Less than the time that a head may take.
const SOON: Duration = Duration::from_secs(10);

const PATIENCE: Duration = Duration::from_secs(300);

fn balance() -> i64 {
    let allocated = allocatedp::read().map_or(0, ThreadLocal::get);
    let freed = deallocatedp::read().map_or(0, ThreadLocal::get);
    allocated.wrapping_sub(freed).cast_signed()
}

/// Resident memory of this process in bytes.
fn resident() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    let pages = statm.split_whitespace().nth(1).unwrap();
    pages.parse::<usize>().unwrap() * 4096
}

/// Somebody in the group who will read no more.
async fn stalling(address: SocketAddr, invitation: Invitation, seed: u64) -> Member {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(address).await.unwrap();
    let client = Client::with_handshake(stream, address).await;
    let mut member = invitation.knock_over(client, seed).await;
    member.enter().await;
    member
}

/// Asks for a room whose group state is as large as can be; tells the answer.
async fn found(running: &Running, seed: u64) -> (Client, RelayFrame) {
    let mut client = running.host.connect().await;
    let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
        panic!("not reserved");
    };
    let answer = client
        .ask(ClientFrame::Create {
            room_id,
            lifetime_s: 600,
            admission_key: Keys::from_seed(1).admission_key(),
            session_key: Keys::from_seed(seed).session_key(),
            capsule: support::capsule("creator"),
            sealed_name: support::sealed_name(),
            group_state: Payload(vec![7; max_group_state(1)].into()),
        })
        .await;
    (client, answer)
}

/// A server that knows what memory it takes.
fn start(mut limits: Limits) -> Running {
    limits.shards = NonZeroUsize::new(2).unwrap();
    let options = Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        relay: limits,
        gauge: Some(balance),
        ..Options::default()
    };
    Running::serve(options, Host::Real)
}

/// How much more memory was resident at most while the attackers were at it, and what they left behind.
async fn attack(running: &Running) -> (usize, Vec<Member>) {
    let host = &running.host;
    let (mut speaker, invitation) = Member::create(host, 1).await;
    let mut stalled = Vec::new();
    for n in 0..STALLED {
        stalled.push(stalling(running.address, invitation, 10 + n).await);
    }
    // Two who have nothing to do with it.
    let (mut one, theirs) = Member::create(host, 100).await;
    let mut other = theirs.join(host, 101).await;
    speaker.client.heard().await;
    let before = resident();
    let mut most = 0;
    for n in 0..MESSAGES {
        for reader in &stalled {
            let id = speaker.last_id.next();
            speaker.last_id = id;
            let whisper = ClientFrame::Message {
                id,
                epoch: Epoch(STALLED),
                recipients: vec![reader.number],
                payload: Payload(vec![7; MESSAGE].into()),
            };
            speaker.client.send(whisper).await;
            // Whatever comes of it: those who were cut off are gone in the end.
            speaker.client.heard().await;
        }
        most = most.max(resident());
        one.say(Epoch(1), "still here").await;
        assert_eq!(other.hear().await.1, "still here", "round {n}");
    }
    stalled.push(speaker);
    (most.saturating_sub(before), stalled)
}

/// Without bounds on queues, so that it is the bound on all memory that is seen.
fn limits(max_memory: usize) -> Limits {
    Limits {
        queue_bytes: 1 << 30,
        replay_window: Duration::ZERO,
        byte_rate: 0,
        frame_rate: 0,
        easy_joins: 0,
        max_memory,
        ..Limits::default()
    }
}

/// One at a time: the memory of the process counts.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn beyond_its_bound_the_relay_gives_up_what_is_heaviest_and_nobody_else_notices() {
    let _alone = ALONE.lock().await;
    let running = start(limits(BOUND));
    let (grown, attackers) = timeout(PATIENCE, attack(&running)).await.unwrap();
    assert!(grown < BOUND + SLACK, "{} KiB more", grown >> 10);
    // What was given up is room for others.
    let (_founder, answer) = found(&running, 1000).await;
    assert!(matches!(answer, RelayFrame::Admitted { .. }), "{answer:?}");
    drop(attackers);
    running.stop().await;

    // The same without a bound would not have passed. What the allocator kept of the first time is used again.
    let running = start(limits(0));
    let (more, _attackers) = timeout(PATIENCE, attack(&running)).await.unwrap();
    let grown = grown + more;
    assert!(grown > BOUND + SLACK, "only {} KiB more", grown >> 10);
    running.stop().await;
}

#[tokio::test]
async fn when_nothing_can_be_given_up_nobody_new_gets_in_until_somebody_leaves() {
    let _alone = ALONE.lock().await;
    let running = start(limits(BOUND));
    let refused = RelayFrame::Refused {
        reason: RefusedReason::RelayFull,
        retry_after_ms: 0,
    };
    let (mut one, theirs) = Member::create(&running.host, 1).await;
    let mut other = theirs.join(&running.host, 2).await;
    // Rooms with somebody in them. Each holds little, most of it what the clients here read into.
    let mut founders = Vec::new();
    loop {
        let (client, answer) = found(&running, 3 + founders.len() as u64).await;
        if answer == refused {
            break;
        }
        founders.push(client);
        assert!(founders.len() < 1000, "never refused");
    }
    assert!(founders.len() > 50, "refused after {}", founders.len());
    one.say(Epoch(1), "still here").await;
    assert_eq!(other.hear().await.1, "still here");
    drop(founders);
    let again = async {
        let mut seed = 1_000_000;
        while found(&running, seed).await.1 == refused {
            seed += 1;
        }
    };
    timeout(PATIENCE, again).await.unwrap();
    running.stop().await;
}

/// What is held by many who are in no room, each too little to be given up, is had from those who have been there longest,
/// long before their time is over.
#[tokio::test]
async fn guests_who_hold_a_little_each_keep_nobody_out_and_members_stay() {
    let _alone = ALONE.lock().await;
    let running = start(limits(BOUND));
    let (mut one, theirs) = Member::create(&running.host, 1).await;
    let mut other = theirs.join(&running.host, 2).await;
    // Heads of requests that do not end.
    let head = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}", "x".repeat(HEAD));
    let mut guests = Vec::new();
    for _ in 0..2 * BOUND / HEAD {
        let mut guest = TcpStream::connect(running.address).await.unwrap();
        // Some are asked to leave while they still write.
        let _ = guest.write_all(head.as_bytes()).await;
        guests.push(guest);
    }
    let begun = Instant::now();
    let mut seed = 3;
    while !matches!(found(&running, seed).await.1, RelayFrame::Admitted { .. }) {
        seed += 1;
        assert!(begun.elapsed() < SOON, "still refused");
    }
    one.say(Epoch(1), "still here").await;
    assert_eq!(other.hear().await.1, "still here");
    running.stop().await;
}
