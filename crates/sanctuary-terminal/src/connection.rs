//! One WebSocket to a relay (PROTOCOL.md, section 3), from its `Hello` on.
//!
//! Invariant: nothing waits for a relay that is gone without TCP saying so. Opening and sending have their time; and when
//! nothing was heard for a while the relay is asked, and has to answer.

use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use sanctuary_wire::{
    ClientFrame, InstanceId, MAX_WORK_BITS, Nonce, RelayFrame, VERSION, WorkChallenge,
    WorkSolutions, limits::MAX_FRAME,
};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::{
    net::TcpStream,
    task::{JoinHandle, spawn_blocking},
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

/// Time for a connection to be opened, up to its `Hello`. Tor can take many seconds.
const OPENING: Duration = Duration::from_secs(30);

/// Silence after which the relay is asked whether it is still there. Middleboxes forget idle connections after 30 s and more.
const SILENCE: Duration = Duration::from_secs(15);

/// Time for an answer, and for what is sent to go out.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why there is no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConnectionError {
    /// The relay cannot be reached.
    #[error("the relay cannot be reached: check the address and the network")]
    Unreachable,
    /// What answers is no relay of this protocol.
    #[error("what answers is no Sanctuary relay")]
    NotARelay,
    /// The relay speaks another version.
    #[error("the relay speaks another version of the protocol: update this program")]
    Version,
    /// The connection was closed.
    #[error("the connection was lost")]
    Lost,
}

/// What the relay says first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hello {
    /// The challenge of this connection.
    pub(crate) nonce: Nonce,
    /// This run of the relay.
    pub(crate) instance: InstanceId,
}

/// An open connection. Work that the relay demands before it looks at a `Create` or `Join` is done here, and nobody else
/// hears of it.
pub(crate) struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) hello: Hello,
    /// When something was heard last.
    heard: Instant,
    /// When the relay was asked for a sign of life that it has not given yet.
    asked: Option<Instant>,
    /// The last `Create` or `Join`, to be sent again behind the work.
    entrance: Option<Bytes>,
    work: Option<JoinHandle<Option<WorkSolutions>>>,
}

impl Connection {
    /// Connects to the relay at `origin` and reads its `Hello`.
    pub(crate) async fn open(origin: &str) -> Result<Self, ConnectionError> {
        let opened = timeout(OPENING, Self::open_at_leisure(origin)).await;
        opened.unwrap_or(Err(ConnectionError::Unreachable))
    }

    async fn open_at_leisure(origin: &str) -> Result<Self, ConnectionError> {
        let frame = usize::try_from(MAX_FRAME).unwrap_or(usize::MAX);
        let config = WebSocketConfig::default()
            .max_message_size(Some(frame))
            .max_frame_size(Some(frame));
        let (socket, _) = connect_async_with_config(address(origin), Some(config), true)
            .await
            .map_err(|_| ConnectionError::Unreachable)?;
        let hello = Hello {
            nonce: Nonce([0; 32]),
            instance: InstanceId([0; 16]),
        };
        let mut connection = Self {
            socket,
            hello,
            heard: Instant::now(),
            asked: None,
            entrance: None,
            work: None,
        };
        match connection.receive().await? {
            RelayFrame::Hello {
                version: VERSION,
                nonce,
                instance,
                ..
            } => {
                connection.hello = Hello { nonce, instance };
                Ok(connection)
            }
            RelayFrame::Hello { .. } => Err(ConnectionError::Version),
            _ => Err(ConnectionError::NotARelay),
        }
    }

    /// The next frame. Dropping the future loses nothing.
    pub(crate) async fn receive(&mut self) -> Result<RelayFrame, ConnectionError> {
        loop {
            let until = self.asked.map_or(self.heard + SILENCE, |at| at + PATIENCE);
            let next = tokio::select! {
                next = timeout_at(until, self.socket.next()) => next,
                Some(solutions) = finished(&mut self.work) => {
                    self.show(solutions).await?;
                    continue;
                }
            };
            let Ok(message) = next else {
                self.ask().await?;
                continue;
            };
            self.heard = Instant::now();
            self.asked = None;
            match message {
                Some(Ok(Message::Binary(bytes))) => {
                    match RelayFrame::decode(&bytes).map_err(|_| ConnectionError::NotARelay)? {
                        RelayFrame::WorkDemanded { challenge, bits } => {
                            self.do_work(challenge, bits)?;
                        }
                        frame => return Ok(frame),
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return Err(ConnectionError::Lost),
            }
        }
    }

    /// Asks for a sign of life; a relay that was asked before has not given it in time.
    async fn ask(&mut self) -> Result<(), ConnectionError> {
        if self.asked.is_some() {
            return Err(ConnectionError::Lost);
        }
        self.asked = Some(Instant::now());
        self.send_message(Message::Ping(Bytes::new())).await
    }

    /// Begins with what the relay demands.
    fn do_work(&mut self, challenge: WorkChallenge, bits: u8) -> Result<(), ConnectionError> {
        if bits > MAX_WORK_BITS || self.entrance.is_none() {
            return Err(ConnectionError::NotARelay);
        }
        let find =
            move || WorkSolutions::find(&challenge, bits, |bytes| Sha256::digest(bytes).into());
        self.work = Some(spawn_blocking(find));
        Ok(())
    }

    /// Shows the work, and asks again to be let in.
    async fn show(&mut self, solutions: WorkSolutions) -> Result<(), ConnectionError> {
        let work = Bytes::from(ClientFrame::Work { solutions }.encode());
        for bytes in [Some(work), self.entrance.clone()].into_iter().flatten() {
            self.send_message(Message::Binary(bytes)).await?;
        }
        Ok(())
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &ClientFrame) -> Result<(), ConnectionError> {
        let bytes = Bytes::from(frame.encode());
        if matches!(frame, ClientFrame::Create { .. } | ClientFrame::Join { .. }) {
            self.entrance = Some(bytes.clone());
        }
        self.send_message(Message::Binary(bytes)).await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), ConnectionError> {
        match timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(ConnectionError::Lost),
        }
    }

    /// Closes the connection; whether the relay answers does not matter.
    pub(crate) async fn close(&mut self) {
        let _ = timeout(PATIENCE, self.socket.close(None)).await;
    }
}

/// What the work came to, once it is done; never, if none is under way. Dropping the future loses nothing.
async fn finished(work: &mut Option<JoinHandle<Option<WorkSolutions>>>) -> Option<WorkSolutions> {
    let Some(running) = work else {
        return pending().await;
    };
    let found = running.await.ok().flatten();
    *work = None;
    found
}

/// The address of the WebSocket: `https` becomes `wss`, `http` becomes `ws`.
fn address(origin: &str) -> String {
    format!("ws{}/ws", origin.strip_prefix("http").unwrap_or(origin))
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn an_origin_leads_to_its_web_socket() {
        assert_eq!(address("https://example.org"), "wss://example.org/ws");
        assert_eq!(address("http://127.0.0.1:8080"), "ws://127.0.0.1:8080/ws");
    }

    /// A relay that greets who comes, and from then on takes what comes and is silent, as one whose answers get lost.
    async fn greet_and_fall_silent(listener: TcpListener) -> usize {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = tokio_tungstenite::accept_async(stream).await.unwrap();
        let hello = RelayFrame::Hello {
            version: VERSION,
            nonce: Nonce([0; 32]),
            instance: InstanceId([0; 16]),
            max_frame: 1 << 20,
            max_lifetime_s: 3600,
            max_members: 100,
        };
        let mut bytes = Vec::new();
        hello.encode_into(&mut bytes);
        stream.send(Message::Binary(bytes.into())).await.unwrap();
        let mut taken = Vec::new();
        stream
            .into_inner()
            .read_to_end(&mut taken)
            .await
            .unwrap_or_default()
    }

    #[tokio::test]
    async fn a_relay_that_falls_silent_is_asked_and_then_held_to_be_gone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let relay = tokio::spawn(greet_and_fall_silent(listener));
        let mut connection = Connection::open(&origin).await.unwrap();
        tokio::time::pause();
        let start = Instant::now();
        let ended = connection.receive().await;
        assert_eq!(ended.unwrap_err(), ConnectionError::Lost);
        let early = (SILENCE + PATIENCE).saturating_sub(start.elapsed());
        assert!(early < Duration::from_secs(1), "{early:?}");
        drop(connection);
        // One masked ping without content.
        assert_eq!(relay.await.unwrap(), 6);
    }
}
