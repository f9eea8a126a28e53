//! How fast one may send, and how much before one is in.

use std::collections::VecDeque;
use std::time::Duration;

use sanctuary_server::relay::Limits;
use sanctuary_wire::limits::{MAX_LOBBY_FRAME, max_group_state};
use sanctuary_wire::{ClientFrame, Epoch, Payload, RelayFrame, Seq};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::{Gone, Host, Keys, Member, PIPE, Running, capsule, inline, sealed_name};

/// Ten times what may come at once.
const MANY: u64 = 10_000;

fn unlimited() -> Limits {
    Limits {
        frame_rate: 0,
        byte_rate: 0,
        ..Limits::default()
    }
}

/// How long it takes until everything that somebody says without a pause is heard, and how long others in another
/// room wait for each other meanwhile.
async fn say_much(host: Host, length: usize, count: u64) -> (Duration, Duration) {
    let (mut speaker, invitation) = Member::create(&host, 1).await;
    let mut listener = invitation.join(&host, 2).await;
    let (mut one, theirs) = Member::create(&host, 3).await;
    let mut other = theirs.join(&host, 4).await;
    speaker.client.heard().await;
    let begun = Instant::now();
    let text = "x".repeat(length);
    let saying = async {
        for _ in 0..count {
            speaker.post(Epoch(1), &text).await;
        }
    };
    let hearing = async {
        let mut last = Seq(2);
        for _ in 0..count {
            let (seq, _) = listener.hear().await;
            assert_eq!(seq, last.next(), "nothing is lost by waiting");
            last = seq;
        }
        begun.elapsed()
    };
    let chatting = async {
        let mut longest = Duration::ZERO;
        for _ in 0..20 {
            let asked = Instant::now();
            one.say(Epoch(1), "hello").await;
            other.hear().await;
            longest = longest.max(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        longest
    };
    let ((), heard, longest) = tokio::join!(saying, hearing, chatting);
    (heard, longest)
}

#[tokio::test(start_paused = true)]
async fn who_sends_too_many_messages_waits_and_nobody_with_it() {
    inline(Limits::default(), async |host| {
        let (heard, others) = say_much(host, 20, 3000).await;
        // A burst of a thousand, then two hundred for each second; what comes in one read is not split.
        assert!(heard > Duration::from_secs(5), "{heard:?}");
        assert!(heard < Duration::from_secs(14), "{heard:?}");
        assert!(others < Duration::from_millis(50), "{others:?}");
    })
    .await;
    inline(unlimited(), async |host| {
        let (heard, _) = say_much(host, 20, 3000).await;
        assert!(heard < Duration::from_secs(1), "{heard:?} without a limit");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn who_sends_too_many_bytes_waits_and_nobody_with_it() {
    inline(Limits::default(), async |host| {
        let (heard, others) = say_much(host, 60_000, 400).await;
        // 24 MB: a burst of ten MiB, and two MiB for each second.
        assert!(heard > Duration::from_secs(6), "{heard:?}");
        assert!(heard < Duration::from_secs(10), "{heard:?}");
        assert!(others < Duration::from_millis(50), "{others:?}");
    })
    .await;
    inline(unlimited(), async |host| {
        let (heard, _) = say_much(host, 60_000, 400).await;
        assert!(heard < Duration::from_secs(1), "{heard:?} without a limit");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_liveliest_member_never_waits() {
    inline(Limits::default(), async |host| {
        let (mut speaker, _) = Member::create(&host, 1).await;
        for _ in 0..3000 {
            let asked = Instant::now();
            speaker.say(Epoch(0), &"x".repeat(2000)).await;
            assert_eq!(asked.elapsed(), Duration::ZERO);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// What somebody who floods the relay with such frames comes to.
async fn flood(limits: Limits, frame: Message) -> Result<usize, Gone> {
    let is_limited = limits.frame_rate > 0;
    let mut outcome = Ok(0);
    inline(limits, async |host| {
        let mut client = host.connect().await;
        let (mut one, theirs) = Member::create(&host, 3).await;
        let mut other = theirs.join(&host, 4).await;
        outcome = client.flood(frame, MANY).await;
        if outcome.is_ok() && is_limited {
            // All of it came in one read, and was answered before it was judged.
            outcome = Err(client.gone().await);
        }
        one.say(Epoch(1), "hello").await;
        assert_eq!(other.hear().await.1, "hello");
    })
    .await;
    outcome
}

#[tokio::test(start_paused = true)]
async fn thousands_of_tiny_frames_at_once_end_the_connection() {
    let ping = ClientFrame::Ping { token: 1 }.encode();
    let tiny = [
        Message::Binary(ping.into()),
        Message::Ping(Vec::new().into()),
    ];
    for frame in tiny {
        let outcome = flood(Limits::default(), frame.clone()).await;
        assert_eq!(outcome, Err(Gone::Closed(4004)));
        let answered = flood(unlimited(), frame).await.expect("no limit, no end");
        assert_eq!(answered as u64, MANY);
    }
}

#[tokio::test(start_paused = true)]
async fn fragments_of_a_message_without_an_end_count_as_frames() {
    let fragment = |data| Message::Frame(Frame::message(Vec::new(), OpCode::Data(data), false));
    inline(Limits::default(), async |host| {
        let mut client = host.connect().await;
        client.send_message(fragment(Data::Binary)).await;
        // More than come in one read, so that the first are judged before the end comes.
        let outcome = client.flood(fragment(Data::Continue), 3 * MANY).await;
        assert_eq!(outcome, Err(Gone::Closed(4004)));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_guest_who_takes_no_answers_is_read_no_further_and_misses_none() {
    inline(unlimited(), async |host| {
        let mut guest = host.connect().await;
        let mut asked = 0;
        // The clock goes on once nobody has anything to do.
        let asking = async {
            while guest.try_send(ClientFrame::Ping { token: asked }).await {
                asked += 1;
            }
        };
        let outcome = timeout(Duration::from_secs(1), asking).await;
        assert!(outcome.is_err(), "cut off after {asked}");
        // The pipe in both directions, what was read before it was full, and what the client holds.
        let most = 6 * PIPE / (ClientFrame::Ping { token: 0 }.encode().len() + 6);
        assert!((asked as usize) < most, "{asked} were read");
        for token in 0..asked {
            assert_eq!(guest.receive().await, RelayFrame::Pong { token });
        }
    })
    .await;
}

/// A frame that makes a room, with a group state of that size.
async fn create(host: &Host, state: usize) -> Result<RelayFrame, Gone> {
    let mut client = host.connect().await;
    let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
        panic!("not reserved");
    };
    let create = ClientFrame::Create {
        room_id,
        lifetime_s: 600,
        admission_key: Keys::from_seed(1).admission_key(),
        session_key: Keys::from_seed(state as u64).session_key(),
        capsule: capsule("creator"),
        sealed_name: sealed_name(),
        group_state: Payload(vec![7; state].into()),
    };
    client.send(create).await;
    client.next().await
}

#[tokio::test(start_paused = true)]
async fn before_one_is_in_frames_are_small_and_then_as_large_as_hello_says() {
    inline(Limits::default(), async |host| {
        let most = MAX_LOBBY_FRAME as usize;
        let state = max_group_state(1);
        let admitted = create(&host, state).await;
        assert!(matches!(admitted, Ok(RelayFrame::Admitted { .. })));
        assert_eq!(create(&host, state + 1).await, Err(Gone::Closed(4001)));
        assert_eq!(create(&host, most).await, Err(Gone::Closed(1009)));
        let (mut member, _) = Member::create(&host, 1).await;
        member.say(Epoch(0), &"x".repeat(4 * most)).await;
        // Who comes back is in as well.
        let keys = member.vanish();
        let (mut member, _) = Member::resume(&host, keys, Seq(2)).await;
        member.say(Epoch(0), &"x".repeat(4 * most)).await;
    })
    .await;
}

/// A byte that is answered with the group state counts as what it is answered with.
#[tokio::test(start_paused = true)]
async fn who_asks_for_the_lease_again_and_again_is_answered_at_the_pace_at_which_it_may_send() {
    let limits = Limits {
        byte_rate: 10_000,
        frame_rate: 0,
        ..Limits::default()
    };
    inline(limits, async |host| {
        let (_creator, invitation) = Member::create(&host, 1).await;
        let mut member = invitation.knock(&host, 2).await;
        let epoch = member.lease().await;
        let ClientFrame::Commit { commit, .. } = member.commit_frame(epoch) else {
            unreachable!()
        };
        let state = max_group_state(2);
        member
            .client
            .send(ClientFrame::Commit {
                epoch,
                commit,
                group_state: Payload(vec![7; state].into()),
                evicted: Vec::new(),
                admission_key: None,
                sealed_name: None,
            })
            .await;
        let begun = Instant::now();
        for _ in 0..20 {
            member.client.send(ClientFrame::RequestLease).await;
            while !matches!(member.client.receive().await, RelayFrame::Lease { .. }) {}
        }
        // Five seconds' worth came at once, and as much again.
        let least = Duration::from_secs((19 * state / 10_000 - 10) as u64);
        assert!(begun.elapsed() >= least, "{:?}", begun.elapsed());
    })
    .await;
}

/// Connections that do nothing, more than there are slots for.
#[tokio::test]
async fn connections_in_no_room_keep_nobody_out_and_who_is_in_a_room_stays() {
    const SLOTS: u32 = 64;
    let limits = Limits {
        max_connections: SLOTS,
        ..Limits::default()
    };
    let running = Running::start(limits, 2);
    let (mut a, invitation) = Member::create(&running.host, 1).await;
    let mut idle = VecDeque::new();
    for _ in 0..2 * SLOTS {
        idle.push_back(running.host.connect().await);
        // Fewer than four are left, so who has been there longest is asked to leave.
        if 1 + idle.len() > SLOTS as usize - 4 {
            let mut first = idle.pop_front().unwrap();
            assert_eq!(first.gone().await, Gone::Closed(4002));
        }
    }
    let mut b = invitation.join(&running.host, 2).await;
    b.say(Epoch(1), "in").await;
    assert_eq!(a.hear().await.1, "in");
    running.stop().await;
}
