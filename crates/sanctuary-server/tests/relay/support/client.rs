//! One connection to a relay, through tungstenite: an implementation of WebSocket that is not ours.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use sanctuary_wire::{ClientFrame, EndedReason, InstanceId, Nonce, RelayFrame, VERSION};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// No answer takes that long on a held clock: it is what passes when nothing else is due before.
const HELD_PATIENCE: Duration = Duration::from_secs(7200);

/// No answer takes that long on a real one, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// How a connection ended: with that close code, or without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    Closed(u16),
    Cut,
}

/// A connection that has got its `Hello`.
pub(crate) struct Client {
    socket: WebSocketStream<Box<dyn Stream>>,
    patience: Duration,
    pub(crate) nonce: Nonce,
    pub(crate) instance: InstanceId,
}

impl Client {
    pub(crate) async fn over_pipe(pipe: DuplexStream) -> Self {
        let stream: Box<dyn Stream> = Box::new(pipe);
        let socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
        Self::greet(socket, HELD_PATIENCE).await
    }

    pub(crate) async fn with_handshake(stream: impl Stream + 'static, address: SocketAddr) -> Self {
        let stream: Box<dyn Stream> = Box::new(stream);
        let url = format!("ws://{address}/ws");
        let (socket, _) = client_async(url, stream).await.unwrap();
        Self::greet(socket, PATIENCE).await
    }

    async fn greet(socket: WebSocketStream<Box<dyn Stream>>, patience: Duration) -> Self {
        let mut client = Self {
            socket,
            patience,
            nonce: Nonce([0; 32]),
            instance: InstanceId([0; 16]),
        };
        let RelayFrame::Hello {
            version: VERSION,
            nonce,
            instance,
            ..
        } = client.receive().await
        else {
            panic!("the first frame is not a Hello");
        };
        client.nonce = nonce;
        client.instance = instance;
        client
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: ClientFrame) {
        self.send_message(Message::Binary(frame.encode().into()))
            .await;
    }

    /// Sends a frame if the connection still takes one; tells whether it did.
    pub(crate) async fn try_send(&mut self, frame: ClientFrame) -> bool {
        let message = Message::Binary(frame.encode().into());
        self.socket.send(message).await.is_ok()
    }

    /// Sends any message.
    pub(crate) async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Sends the same message so many times, in as few writes as can be; tells how many answers came to it, or how the
    /// connection ended.
    pub(crate) async fn flood(&mut self, message: Message, count: u64) -> Result<usize, Gone> {
        for _ in 0..count {
            if self.socket.feed(message.clone()).await.is_err() {
                break;
            }
        }
        let _ = self.socket.flush().await;
        self.try_send(ClientFrame::Ping { token: u32::MAX }).await;
        let last = RelayFrame::Pong { token: u32::MAX }.encode();
        let mut answers = 0;
        loop {
            let next = timeout(self.patience, self.socket.next());
            match next.await.expect("nothing comes any more") {
                Some(Ok(Message::Binary(bytes))) if *bytes == *last => return Ok(answers),
                Some(Ok(Message::Close(close))) => {
                    return Err(Gone::Closed(close.map_or(1005, |close| close.code.into())));
                }
                Some(Ok(_)) => answers += 1,
                Some(Err(_)) | None => return Err(Gone::Cut),
            }
        }
    }

    /// The next frame.
    pub(crate) async fn receive(&mut self) -> RelayFrame {
        self.next().await.expect("the connection is gone")
    }

    /// Sends a frame and gives the next one.
    pub(crate) async fn ask(&mut self, frame: ClientFrame) -> RelayFrame {
        self.send(frame).await;
        self.receive().await
    }

    /// The next frame, or how the connection ended.
    pub(crate) async fn next(&mut self) -> Result<RelayFrame, Gone> {
        loop {
            let next = timeout(self.patience, self.socket.next());
            match next.await.expect("nothing comes any more") {
                Some(Ok(Message::Binary(bytes))) => {
                    return Ok(RelayFrame::decode(&bytes).expect("a frame"));
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(close))) => {
                    // Answers the close, and sees to it that the relay hangs up.
                    let hung_up = async { while let Some(Ok(_)) = self.socket.next().await {} };
                    let hung_up = timeout(self.patience, hung_up).await;
                    hung_up.expect("the relay does not hang up");
                    return Err(Gone::Closed(close.map_or(1005, |close| close.code.into())));
                }
                Some(Ok(other)) => panic!("unexpected {other:?}"),
                Some(Err(Error::Io(_) | Error::Protocol(_))) | None => return Err(Gone::Cut),
                Some(Err(error)) => panic!("{error}"),
            }
        }
    }

    /// What the relay says up to now: everything before the answer to a ping.
    pub(crate) async fn heard(&mut self) -> Vec<RelayFrame> {
        const TOKEN: u32 = 0x7e57;
        self.send(ClientFrame::Ping { token: TOKEN }).await;
        let mut heard = Vec::new();
        loop {
            match self.receive().await {
                RelayFrame::Pong { token: TOKEN } => return heard,
                frame => heard.push(frame),
            }
        }
    }

    /// How the connection ended, after whatever came before.
    pub(crate) async fn gone(&mut self) -> Gone {
        loop {
            if let Err(gone) = self.next().await {
                return gone;
            }
        }
    }

    /// Expects that the session ended, and the connection with it.
    pub(crate) async fn ended(&mut self, reason: EndedReason) {
        assert_eq!(self.receive().await, RelayFrame::Ended { reason });
        let code = match reason {
            EndedReason::RelayShutDown => 1001,
            _ => 1000,
        };
        assert_eq!(self.next().await, Err(Gone::Closed(code)));
    }
}
