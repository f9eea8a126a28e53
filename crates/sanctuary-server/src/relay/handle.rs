//! The relay as the rest of the server sees it.

use std::convert::Infallible;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use sanctuary_wire::InstanceId;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime;
use tokio::sync::{Mutex, mpsc};
use tokio::time::sleep;

use super::connection::{Crossing, random};
use super::directory::{Directory, ShardIndex};
use super::limits::Limits;
use super::memory::Gauge;
use super::shard::{self, Command, Parts};
use crate::slots::Guest;

/// Why the relay cannot start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The system gives no thread, or no means to wait for sockets.
    #[error("cannot start a thread for rooms: raise the limits on threads and open files")]
    Thread(#[source] io::Error),
    /// The system gives no random bytes.
    #[error("cannot get random bytes from the system: make getrandom(2) available")]
    Random,
}

/// The relay: rooms, and the connections of their members. Cloning gives another handle to the same.
///
/// It shuts down when told to, or when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Relay(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Arc<Limits>,
    directory: Arc<Directory>,
    instance: InstanceId,
    shards: Arc<[mpsc::UnboundedSender<Command>]>,
    /// The shard that gets the next connection.
    next: AtomicUsize,
    /// Closed once no shard runs any more. Nothing is ever sent.
    stopped: Mutex<mpsc::Receiver<Infallible>>,
}

impl Relay {
    /// Starts a relay with a thread for each shard. Without a gauge, [`Limits::max_memory`] bounds nothing.
    pub fn new(limits: Limits, gauge: Option<Gauge>) -> Result<Self, StartError> {
        let (relay, parts, running) = Self::parts(limits, gauge)?;
        for parts in parts {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(StartError::Thread)?;
            let running = running.clone();
            thread::Builder::new()
                .name(format!("rooms-{}", parts.index.0))
                .spawn(move || {
                    runtime.block_on(shard::run(parts));
                    drop(running);
                })
                .map_err(StartError::Thread)?;
        }
        Ok(relay)
    }

    /// A relay with one shard that runs wherever the returned future is polled, in a runtime with
    /// time and one thread. For tests, which can then hold the clock.
    pub fn inline(
        mut limits: Limits,
    ) -> Result<(Self, impl Future<Output = ()> + use<>), StartError> {
        limits.shards = NonZeroUsize::MIN;
        let (relay, parts, running) = Self::parts(limits, None)?;
        let run = async move {
            for parts in parts {
                shard::run(parts).await;
            }
            drop(running);
        };
        Ok((relay, run))
    }

    /// Takes over an upgraded connection: its bytes are WebSocket frames from now on.
    pub fn accept(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        self.accept_guest(stream, None);
    }

    /// Takes over an upgraded connection that can be asked to leave as long as it is in no room.
    pub(crate) fn accept_guest(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        guest: Option<Guest>,
    ) {
        let inner = &self.0;
        let crossing = Crossing::begin(Box::new(stream), guest, &inner.limits, inner.instance);
        let next = inner.next.fetch_add(1, Ordering::Relaxed);
        let shard = next
            .checked_rem(inner.shards.len())
            .and_then(|index| inner.shards.get(index));
        if let (Some(crossing), Some(shard)) = (crossing, shard) {
            // A shard that has shut down drops it, which closes it.
            let _ = shard.send(Command::Serve(Box::new(crossing)));
        }
    }

    /// Calls a function once on each shard's thread, and returns what it answered there.
    pub async fn on_each_thread<T: Send + 'static>(&self, act: fn() -> T) -> Vec<T> {
        let (answer, mut answers) = mpsc::unbounded_channel();
        for shard in &*self.0.shards {
            let answer = answer.clone();
            // A shard that has shut down does nothing any more, and its answer is missing.
            let _ = shard.send(Command::Act(Box::new(move || {
                let _ = answer.send(act());
            })));
        }
        drop(answer);
        let mut all = Vec::new();
        while let Some(one) = answers.recv().await {
            all.push(one);
        }
        all
    }

    /// Has the memory of the calling thread counted with that of the relay, for as long as this is polled. For the thread
    /// that takes connections.
    pub async fn weigh_this_thread(&self, ask_to_leave: impl Fn(usize)) {
        let memory = self.0.directory.memory();
        while memory.is_bounded() {
            memory.weigh(None);
            ask_to_leave(memory.surplus_guests());
            sleep(memory.pause()).await;
        }
    }

    /// Tells everyone that the relay shuts down, and returns once they know, or after a few seconds.
    pub async fn shutdown(&self) {
        self.0.tell_to_stop();
        let _ = self.0.stopped.lock().await.recv().await;
    }

    fn parts(
        limits: Limits,
        gauge: Option<Gauge>,
    ) -> Result<(Self, Vec<Parts>, mpsc::Sender<Infallible>), StartError> {
        let limits = Arc::new(limits);
        let count = limits.shards.get();
        let directory = Arc::new(Directory::new(&limits, gauge));
        let (senders, receivers): (Vec<_>, Vec<_>) =
            (0..count).map(|_| mpsc::unbounded_channel()).unzip();
        let shards: Arc<[_]> = senders.into();
        let parts = receivers
            .into_iter()
            .enumerate()
            .map(|(index, commands)| Parts {
                index: ShardIndex(index),
                limits: Arc::clone(&limits),
                directory: Arc::clone(&directory),
                shards: Arc::clone(&shards),
                commands,
            })
            .collect();
        let (running, stopped) = mpsc::channel(1);
        let relay = Self(Arc::new(Inner {
            limits,
            directory,
            instance: InstanceId(random().ok_or(StartError::Random)?),
            shards,
            next: AtomicUsize::new(0),
            stopped: Mutex::new(stopped),
        }));
        Ok((relay, parts, running))
    }
}

impl Inner {
    fn tell_to_stop(&self) {
        for shard in &*self.shards {
            // One that has stopped already needs not be told.
            let _ = shard.send(Command::ShutDown);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tell_to_stop();
    }
}
