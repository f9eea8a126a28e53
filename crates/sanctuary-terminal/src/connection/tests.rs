//! Connections to relays that are not what they should be, on a clock that stands still.

use sanctuary_wire::{RefusedReason, RoomId, SessionKey, Signature, WorkChallenge};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio_tungstenite::tungstenite::protocol::Role;

use super::*;

/// Room for what is on its way, in bytes.
const PIPE: usize = 1 << 16;

/// The other end of a connection.
pub(crate) struct FalseRelay(WebSocketStream<DuplexStream>);

impl FalseRelay {
    /// The frame that comes next; none if the connection is gone.
    pub(crate) async fn hear(&mut self) -> Option<ClientFrame> {
        match self.0.next().await {
            Some(Ok(Message::Binary(bytes))) => Some(ClientFrame::decode(&bytes).unwrap()),
            _ => None,
        }
    }

    pub(crate) async fn tell(&mut self, frame: &RelayFrame) {
        let mut bytes = Vec::new();
        frame.encode_into(&mut bytes);
        self.0.send(Message::Binary(bytes.into())).await.unwrap();
    }

    /// Closes with this code, and waits until the other end has gone.
    pub(crate) async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        let _ = self.0.close(Some(frame)).await;
        while self.hear().await.is_some() {}
    }
}

/// A connection, greeted, and the relay at its other end.
pub(crate) async fn pair() -> (Connection<DuplexStream>, FalseRelay) {
    let (here, there) = duplex(PIPE);
    let here = WebSocketStream::from_raw_socket(here, Role::Client, None).await;
    let there = WebSocketStream::from_raw_socket(there, Role::Server, None).await;
    let mut relay = FalseRelay(there);
    relay
        .tell(&RelayFrame::Hello {
            version: VERSION,
            nonce: Nonce([0; 32]),
            instance: InstanceId([0; 16]),
            max_frame: 1 << 20,
            max_lifetime_s: 3600,
            max_members: 100,
        })
        .await;
    (Connection::greeted(here).await.unwrap(), relay)
}

fn join() -> ClientFrame {
    ClientFrame::Join {
        room_id: RoomId([1; 16]),
        session_key: SessionKey([2; 32]),
        signature: Signature([3; 64]),
        capsule: Bytes::from_static(b"capsule").try_into().unwrap(),
    }
}

const fn demand(bits: u8) -> RelayFrame {
    RelayFrame::WorkDemanded {
        challenge: WorkChallenge([7; 16]),
        bits,
    }
}

const REFUSED: RelayFrame = RelayFrame::Refused {
    reason: RefusedReason::RoomFull,
    retry_after_ms: 0,
};

#[test]
fn an_origin_leads_to_its_web_socket() {
    assert_eq!(address("https://example.org"), "wss://example.org/ws");
    assert_eq!(address("http://127.0.0.1:8080"), "ws://127.0.0.1:8080/ws");
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_falls_silent_is_asked_and_then_held_to_be_gone() {
    let (mut connection, relay) = pair().await;
    let start = Instant::now();
    let ended = connection.receive().await;
    assert_eq!(ended.unwrap_err(), ConnectionError::Lost);
    assert_eq!(start.elapsed(), SILENCE + PATIENCE);
    drop(connection);
    // One masked ping without content.
    let mut taken = Vec::new();
    let mut stream = relay.0.into_inner();
    assert_eq!(stream.read_to_end(&mut taken).await.unwrap(), 6);
}

#[tokio::test(start_paused = true)]
async fn work_is_done_and_shown_before_the_same_question() {
    let (mut connection, mut relay) = pair().await;
    connection.send(&join()).await.unwrap();
    let relay = async {
        // Demanded again: the load has grown.
        for bits in [1, 4] {
            assert_eq!(relay.hear().await, Some(join()));
            relay.tell(&demand(bits)).await;
            let Some(ClientFrame::Work { solutions }) = relay.hear().await else {
                panic!("no work");
            };
            let hash = |bytes: &[u8]| Sha256::digest(bytes).into();
            assert!(solutions.solve(&WorkChallenge([7; 16]), bits, hash));
        }
        assert_eq!(relay.hear().await, Some(join()));
        relay.tell(&REFUSED).await;
    };
    let (answer, ()) = tokio::join!(connection.receive(), relay);
    assert_eq!(answer, Ok(REFUSED));
}

/// What no honest relay demands: nothing is computed for it, and it is left. None of these tests would end in our days if
/// a search of that many bits were begun, or went on when its connection is gone.
#[tokio::test(start_paused = true)]
async fn a_relay_that_only_wants_to_keep_the_processor_busy_is_left() {
    let before_a_question = [demand(1)].to_vec();
    let after_the_answer = [REFUSED, demand(1)].to_vec();
    let beside_another = [demand(24), demand(24)].to_vec();
    let beyond_the_limit = [demand(25)].to_vec();
    for (name, asks, frames) in [
        ("before a question", false, before_a_question),
        ("after the answer", true, after_the_answer),
        ("beside another", true, beside_another),
        ("beyond the limit", true, beyond_the_limit),
    ] {
        let (mut connection, mut relay) = pair().await;
        if asks {
            connection.send(&join()).await.unwrap();
            relay.hear().await;
        }
        for frame in &frames {
            relay.tell(frame).await;
        }
        let mut end = connection.receive().await;
        if end == Ok(REFUSED) {
            end = connection.receive().await;
        }
        assert_eq!(end, Err(ConnectionError::NotARelay), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_demands_without_end_is_left() {
    let (mut connection, mut relay) = pair().await;
    connection.send(&join()).await.unwrap();
    let relay = async {
        let mut searches = 0;
        relay.hear().await;
        loop {
            relay.tell(&demand(1)).await;
            let Some(_work) = relay.hear().await else {
                return searches;
            };
            assert_eq!(relay.hear().await, Some(join()));
            searches += 1;
        }
    };
    let member = async move { connection.receive().await };
    let (end, searches) = tokio::join!(member, relay);
    assert_eq!((end, searches), (Err(ConnectionError::NotARelay), 8));
}

#[tokio::test(start_paused = true)]
async fn a_search_ends_with_its_answer() {
    let (mut connection, mut relay) = pair().await;
    connection.send(&join()).await.unwrap();
    relay.tell(&demand(24)).await;
    relay.tell(&REFUSED).await;
    assert_eq!(connection.receive().await, Ok(REFUSED));
}

#[tokio::test(start_paused = true)]
async fn a_close_tells_a_fault_from_a_loss() {
    for (code, why) in [
        (1000, ConnectionError::Lost),
        (1001, ConnectionError::Lost),
        (1002, ConnectionError::NotUnderstood),
        (1003, ConnectionError::NotUnderstood),
        (1007, ConnectionError::NotUnderstood),
        (1009, ConnectionError::NotUnderstood),
        (1011, ConnectionError::Lost),
        (4000, ConnectionError::NotUnderstood),
        (4001, ConnectionError::NotUnderstood),
        (4002, ConnectionError::Lost),
        (4003, ConnectionError::Lost),
        (4004, ConnectionError::Lost),
    ] {
        let (mut connection, relay) = pair().await;
        let member = async move { connection.receive().await };
        let (end, ()) = tokio::join!(member, relay.close(code));
        assert_eq!(end, Err(why), "{code}");
    }
}
