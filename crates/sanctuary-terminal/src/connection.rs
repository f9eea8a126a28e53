//! One WebSocket to a relay (PROTOCOL.md, section 3), from its `Hello` on.

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use sanctuary_wire::{ClientFrame, InstanceId, Nonce, RelayFrame, VERSION, limits::MAX_FRAME};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

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

/// An open connection.
pub(crate) struct Connection {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) hello: Hello,
}

impl Connection {
    /// Connects to the relay at `origin` and reads its `Hello`.
    pub(crate) async fn open(origin: &str) -> Result<Self, ConnectionError> {
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
        let mut connection = Self { socket, hello };
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
            match self.socket.next().await {
                Some(Ok(Message::Binary(bytes))) => {
                    return RelayFrame::decode(&bytes).map_err(|_| ConnectionError::NotARelay);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return Err(ConnectionError::Lost),
            }
        }
    }

    /// Sends a frame.
    pub(crate) async fn send(&mut self, frame: &ClientFrame) -> Result<(), ConnectionError> {
        let bytes = Bytes::from(frame.encode());
        self.socket
            .send(Message::Binary(bytes))
            .await
            .map_err(|_| ConnectionError::Lost)
    }

    /// Closes the connection; whether the relay answers does not matter.
    pub(crate) async fn close(&mut self) {
        let _ = self.socket.close(None).await;
    }
}

/// The address of the WebSocket: `https` becomes `wss`, `http` becomes `ws`.
fn address(origin: &str) -> String {
    format!("ws{}/ws", origin.strip_prefix("http").unwrap_or(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_leads_to_its_web_socket() {
        assert_eq!(address("https://example.org"), "wss://example.org/ws");
        assert_eq!(address("http://127.0.0.1:8080"), "ws://127.0.0.1:8080/ws");
    }
}
