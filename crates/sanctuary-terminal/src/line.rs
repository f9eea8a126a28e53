//! The connection to the relay over time: it comes, goes and comes again.
//!
//! Invariant: what is to be sent is bound to the connection that it was meant for. Each connection
//! has its own sender, so nothing written for one goes out on the next, where it would be signed
//! for the wrong challenge or arrive before `Resume`.
//!
//! Liveness: until nobody listens any more, or the relay was at fault too often, a connection stands, or is being opened,
//! or a wait of at most 4 s runs.

use sanctuary_wire::{ClientFrame, RelayFrame};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc::{
        Receiver, Sender, UnboundedReceiver, UnboundedSender, channel, unbounded_channel,
    },
    time::{Instant, sleep},
};

use crate::{
    connection::{Connection, ConnectionError, Hello},
    event::Ended,
    retry::{self, Retry},
};

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
    /// None is sought any more; nothing follows.
    Over(Ended),
}

/// Keeps a connection to `origin`, starting with one that stands, until the receiver is dropped.
pub(crate) fn keep(origin: String, first: Connection) -> Receiver<LineEvent> {
    let (events, receiver) = channel(QUEUE);
    let dial = move || {
        let origin = origin.clone();
        async move { Connection::open(&origin).await }
    };
    tokio::spawn(run(dial, first, events, Retry::new(retry::random)));
    receiver
}

async fn run<S, D, F>(dial: D, first: Connection<S>, events: Sender<LineEvent>, mut retry: Retry)
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Fn() -> F,
    F: Future<Output = Result<Connection<S>, ConnectionError>>,
{
    let mut connection = first;
    loop {
        let since = Instant::now();
        let Some(why) = carry(&mut connection, &events).await else {
            break;
        };
        retry.stood(since.elapsed());
        match reconnect(&dial, why, &mut retry, &events).await {
            Some(Ok(next)) => connection = next,
            Some(Err(end)) => {
                let _ = events.send(LineEvent::Over(end)).await;
                break;
            }
            None => break,
        }
    }
    connection.close().await;
}

/// Carries frames until the connection is lost, and tells why; none if nobody listens any more.
async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    events: &Sender<LineEvent>,
) -> Option<ConnectionError> {
    let (out, mut outgoing) = unbounded_channel();
    events
        .send(LineEvent::Up {
            hello: connection.hello,
            out,
        })
        .await
        .ok()?;
    let why = loop {
        let incoming = tokio::select! {
            frame = connection.receive() => frame,
            frame = outgoing.recv() => {
                if !write(connection, frame, &mut outgoing).await {
                    break ConnectionError::Lost;
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
            Err(why) => break why,
        }
    };
    events.send(LineEvent::Down).await.ok()?;
    Some(why)
}

/// Writes a frame; false if the connection, or whoever wrote to it, is gone.
async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
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
async fn flush<S: AsyncRead + AsyncWrite + Unpin>(
    connection: &mut Connection<S>,
    outgoing: &mut UnboundedReceiver<ClientFrame>,
) {
    while let Ok(frame) = outgoing.try_recv() {
        if connection.send(&frame).await.is_err() {
            return;
        }
    }
}

/// Tries until a connection stands, or an end for good; none if nobody listens any more.
async fn reconnect<S, D, F>(
    dial: &D,
    mut why: ConnectionError,
    retry: &mut Retry,
    events: &Sender<LineEvent>,
) -> Option<Result<Connection<S>, Ended>>
where
    D: Fn() -> F,
    F: Future<Output = Result<Connection<S>, ConnectionError>>,
{
    loop {
        let wait = match retry.next(why) {
            Ok(wait) => wait,
            Err(end) => return Some(Err(end)),
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = events.closed() => return None,
        }
        tokio::select! {
            connection = dial() => match connection {
                Ok(connection) => return Some(Ok(connection)),
                Err(failed) => why = failed,
            },
            () = events.closed() => return None,
        }
    }
}

#[cfg(test)]
mod tests;
