//! The connection to the relay over time: it comes, goes and comes again.
//!
//! Invariant: what is to be sent is bound to the connection that it was meant for. Each connection
//! has its own sender, so nothing written for one goes out on the next, where it would be signed
//! for the wrong challenge or arrive before `Resume`.

use std::time::Duration;

use sanctuary_wire::{ClientFrame, RelayFrame};
use tokio::{
    sync::mpsc::{
        Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel,
    },
    time::sleep,
};

use crate::connection::{Connection, Hello};

/// Wait before the second attempt to connect; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest wait between two attempts: well below the relay's default grace of 60 s.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// Frames that wait to be dealt with.
const QUEUE: usize = 256;

/// What happens to the connection.
pub(crate) enum LineEvent {
    /// A connection stands; frames for it go into `out`.
    Up {
        hello: Hello,
        out: UnboundedSender<ClientFrame>,
    },
    /// A frame arrived on it.
    Frame(Box<RelayFrame>),
    /// It is lost; another one is being sought.
    Down,
}

/// Keeps a connection to `origin`, starting with one that stands, until the receiver is dropped.
pub(crate) fn keep(origin: String, first: Connection) -> Receiver<LineEvent> {
    let (events, receiver) = channel(QUEUE);
    tokio::spawn(async move {
        let mut connection = first;
        loop {
            if carry(&mut connection, &events).await.is_none() {
                break;
            }
            let Some(next) = reconnect(&origin, &events).await else {
                break;
            };
            connection = next;
        }
        connection.close().await;
    });
    receiver
}

/// Carries frames until the connection is lost; none if nobody listens any more.
async fn carry(connection: &mut Connection, events: &Sender<LineEvent>) -> Option<()> {
    let (out, mut outgoing) = unbounded_channel();
    events
        .send(LineEvent::Up {
            hello: connection.hello,
            out,
        })
        .await
        .ok()?;
    loop {
        let incoming = tokio::select! {
            frame = connection.receive() => frame,
            frame = outgoing.recv() => {
                if !write(connection, frame, &mut outgoing).await {
                    break;
                }
                continue;
            }
            () = events.closed() => {
                flush(connection, &mut outgoing).await;
                return None;
            }
        };
        match incoming {
            Ok(frame) => events.send(LineEvent::Frame(Box::new(frame))).await.ok()?,
            Err(_) => break,
        }
    }
    events.send(LineEvent::Down).await.ok()
}

/// Writes a frame; false if the connection, or whoever wrote to it, is gone.
async fn write(
    connection: &mut Connection,
    frame: Option<ClientFrame>,
    outgoing: &mut UnboundedReceiver<ClientFrame>,
) -> bool {
    let Some(frame) = frame else { return false };
    if connection.send(&frame).await.is_ok() {
        return true;
    }
    outgoing.close();
    false
}

/// Writes what is left, so that a last `Leave` goes out.
async fn flush(connection: &mut Connection, outgoing: &mut UnboundedReceiver<ClientFrame>) {
    while let Ok(frame) = outgoing.try_recv() {
        if connection.send(&frame).await.is_err() {
            return;
        }
    }
}

/// Tries until a connection stands; none if nobody listens any more.
async fn reconnect(origin: &str, events: &Sender<LineEvent>) -> Option<Connection> {
    let mut wait = FIRST_WAIT;
    loop {
        tokio::select! {
            connection = Connection::open(origin) => {
                if let Ok(connection) = connection {
                    return Some(connection);
                }
            }
            () = events.closed() => return None,
        }
        tokio::select! {
            () = sleep(wait) => {}
            () = events.closed() => return None,
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
