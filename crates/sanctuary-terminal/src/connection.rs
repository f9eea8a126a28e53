//! One WebSocket to a relay (PROTOCOL.md, section 3), from its `Hello` on.
//!
//! Invariant: nothing waits for a relay that is gone without TCP saying so. Opening and sending have their time; and when
//! nothing was heard for a while the relay is asked, and has to answer.
//!
//! Invariant: work is done only for a `Create` or `Join` that is not answered yet, one search at a time and a few in all;
//! a search ends with its connection.

mod work;

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use sanctuary_wire::{
    ClientFrame, CloseCode, InstanceId, Nonce, RelayFrame, VERSION, WorkSolutions,
    limits::MAX_FRAME,
};
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{
        Message,
        protocol::{CloseFrame, WebSocketConfig},
    },
};
use work::Work;

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
    /// The relay ended the connection over a fault in what it was sent.
    #[error("the relay does not understand this program: update it, or ask who runs the relay")]
    NotUnderstood,
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
pub(crate) struct Connection<S = MaybeTlsStream<TcpStream>> {
    socket: WebSocketStream<S>,
    pub(crate) hello: Hello,
    /// When something was heard last.
    heard: Instant,
    /// When the relay was asked for a sign of life that it has not given yet.
    asked: Option<Instant>,
    /// The `Create` or `Join` that is not answered yet, to be sent again behind the work.
    entrance: Option<Bytes>,
    work: Work,
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
        Self::greeted(socket).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Reads the relay's `Hello`.
    async fn greeted(socket: WebSocketStream<S>) -> Result<Self, ConnectionError> {
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
            work: Work::default(),
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
                solutions = self.work.done() => {
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
                            let is_asked = self.entrance.is_some();
                            if !is_asked || !self.work.begin(challenge, bits) {
                                return Err(ConnectionError::NotARelay);
                            }
                        }
                        frame => {
                            // Before a room nothing comes but answers: this is the one to what was asked last.
                            self.entrance = None;
                            self.work = Work::default();
                            return Ok(frame);
                        }
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Text(_))) => return Err(ConnectionError::NotARelay),
                Some(Ok(Message::Close(close))) => return Err(closed(close.as_ref())),
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

/// Why the relay closed the connection.
fn closed(close: Option<&CloseFrame>) -> ConnectionError {
    match close.and_then(|close| CloseCode::from_wire(close.code.into())) {
        Some(
            CloseCode::ProtocolError
            | CloseCode::TextMessage
            | CloseCode::InvalidText
            | CloseCode::TooLarge
            | CloseCode::Malformed
            | CloseCode::Unexpected,
        ) => ConnectionError::NotUnderstood,
        _ => ConnectionError::Lost,
    }
}

/// The address of the WebSocket: `https` becomes `wss`, `http` becomes `ws`.
fn address(origin: &str) -> String {
    format!("ws{}/ws", origin.strip_prefix("http").unwrap_or(origin))
}

#[cfg(test)]
pub(crate) mod tests;
