//! A way to the relay that counts what the relay says, by type of frame. It reads no further than a
//! relay does.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Frames of all connections, by type.
type Counts = Arc<Mutex<[usize; 256]>>;

/// The way, and what went over it.
pub(crate) struct Tally {
    /// Where members reach the relay over it.
    pub(crate) origin: String,
    counts: Counts,
}

impl Tally {
    /// A way to the relay at `address`.
    pub(crate) async fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let counts: Counts = Arc::new(Mutex::new([0; 256]));
        let (relay, shared) = (address.to_owned(), Arc::clone(&counts));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&relay).await.unwrap();
                let ((mut up, down), (from, mut to)) = (near.into_split(), far.into_split());
                tokio::spawn(async move { copy(&mut up, &mut to).await });
                tokio::spawn(pass_on(from, down, Arc::clone(&shared)));
            }
        });
        Self { origin, counts }
    }

    /// How many frames of this type the relay sent.
    pub(crate) fn of(&self, frame: u8) -> usize {
        self.counts.lock().unwrap()[usize::from(frame)]
    }
}

/// Carries what the relay says, and counts; ends with the connection.
async fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, counts: Counts) {
    let (mut pending, mut is_open) = (Vec::new(), false);
    let mut buffer = vec![0; 64 << 10];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        pending.extend_from_slice(&buffer[..n]);
        if !is_open && let Some(end) = pending.windows(4).position(|four| four == b"\r\n\r\n") {
            pending.drain(..end + 4);
            is_open = true;
        }
        while is_open && let Some((frame, len)) = first(&pending) {
            if let Some(frame) = frame {
                counts.lock().unwrap()[usize::from(frame)] += 1;
            }
            pending.drain(..len);
        }
        if to.write_all(&buffer[..n]).await.is_err() {
            return;
        }
    }
}

/// The first WebSocket message (RFC 6455, section 5.2) if it is whole: its first byte if it is a binary
/// one, and its length with the header. The relay neither masks nor fragments.
fn first(bytes: &[u8]) -> Option<(Option<u8>, usize)> {
    let short = usize::from(*bytes.get(1)?);
    let (header, len) = match short {
        126 => (
            4,
            u16::from_be_bytes(bytes.get(2..4)?.try_into().unwrap()).into(),
        ),
        127 => {
            let len = u64::from_be_bytes(bytes.get(2..10)?.try_into().unwrap());
            (10, usize::try_from(len).unwrap())
        }
        _ => (2, short),
    };
    let payload = bytes.get(header..header + len)?;
    let is_binary = bytes[0] & 0xf == 2;
    Some((payload.first().copied().filter(|_| is_binary), header + len))
}
