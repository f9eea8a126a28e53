//! One thread of the relay: its connections, its rooms, and the tasks that keep them going.
//!
//! A room is served by the shard that its id names, and so are the connections of its members.
//! What belongs to a shard is shared by reference counting and never locked. `RefCell`s are borrowed
//! for single operations that do not call back, and never across a suspension point.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Duration;

use sanctuary_wire::EndedReason;
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

use super::connection::{Crossing, Line, serve};
use super::directory::{Directory, ShardIndex};
use super::flusher::Flusher;
use super::limits::Limits;
use super::rooms::Rooms;
use super::sweeper::Sweeper;

/// Size in bytes of the buffer that a shard reads into. A large frame takes few reads, and whatever
/// is read is copied out at once.
const READ_BUFFER: usize = 64 * 1024;

/// Time that connections have to take their farewell when the relay shuts down.
const DRAIN: Duration = Duration::from_secs(4);

/// What a shard is told from outside.
pub(super) enum Command {
    /// Serve this connection.
    Serve(Box<Crossing>),
    /// Do this, once, on the shard's thread.
    Act(Box<dyn FnOnce() + Send>),
    /// Tell everyone, and stop.
    ShutDown,
}

/// What a shard is made of. All of it can be sent to its thread.
pub(super) struct Parts {
    pub(super) index: ShardIndex,
    pub(super) limits: Arc<Limits>,
    pub(super) directory: Arc<Directory>,
    /// All shards, this one included.
    pub(super) shards: Arc<[UnboundedSender<Command>]>,
    pub(super) commands: UnboundedReceiver<Command>,
}

/// What the tasks of a shard share.
pub(super) struct Shard {
    pub(super) index: ShardIndex,
    pub(super) limits: Arc<Limits>,
    pub(super) directory: Arc<Directory>,
    pub(super) rooms: Rooms,
    pub(super) flusher: Rc<Flusher>,
    pub(super) sweeper: Sweeper,
    /// What connections read into, one at a time. Cleared after each.
    pub(super) buffer: RefCell<Vec<u8>>,
    pub(super) lines: Lines,
    shards: Arc<[UnboundedSender<Command>]>,
}

/// Serves the shard's share of connections and rooms until it is told to shut down.
pub(super) async fn run(parts: Parts) {
    let Parts {
        index,
        limits,
        directory,
        shards,
        commands,
    } = parts;
    let shard = Rc::new(Shard {
        index,
        rooms: Rooms::new(Arc::clone(&limits), Arc::clone(&directory)),
        limits,
        directory,
        flusher: Rc::default(),
        sweeper: Sweeper::default(),
        buffer: RefCell::new(vec![0; READ_BUFFER]),
        lines: Lines::default(),
        shards,
    });
    // Everything spawned ends with the set, at the latest.
    let tasks = LocalSet::new();
    tasks.run_until(shard.work(commands)).await;
}

impl Shard {
    /// Hands a connection to another shard.
    pub(super) fn pass_on(&self, to: ShardIndex, crossing: Box<Crossing>) {
        // A shard that is not there has shut down: then so does this one, and the connection ends.
        if let Some(shard) = self.shards.get(to.0) {
            let _ = shard.send(Command::Serve(crossing));
        }
    }

    async fn work(self: Rc<Self>, mut commands: UnboundedReceiver<Command>) {
        let flushing = Rc::clone(&self);
        spawn_local(async move { flushing.flusher.run().await });
        let sweeping = Rc::clone(&self);
        spawn_local(async move { sweeping.sweeper.run().await });
        let keeping = Rc::clone(&self);
        spawn_local(async move { keeping.rooms.keep_time().await });
        let shedding = Rc::clone(&self);
        spawn_local(async move { shedding.keep_within_bounds().await });
        loop {
            match commands.recv().await {
                Some(Command::Serve(crossing)) => {
                    drop(spawn_local(serve(Rc::clone(&self), crossing)));
                }
                Some(Command::Act(act)) => act(),
                Some(Command::ShutDown) | None => break,
            }
        }
        self.rooms.end_all(EndedReason::RelayShutDown);
        self.lines.end_all(EndedReason::RelayShutDown);
        let _ = timeout(DRAIN, self.drain(commands)).await;
    }

    /// Waits until no connection is left. Those that still cross over are told at once.
    async fn drain(self: &Rc<Self>, mut commands: UnboundedReceiver<Command>) {
        while self.lines.exist() {
            tokio::select! {
                () = self.lines.emptied.notified() => {}
                Some(Command::Serve(crossing)) = commands.recv() => {
                    spawn_local(serve(Rc::clone(self), crossing));
                }
            }
        }
    }
}

/// The lines of a shard, so that all can be told of its end.
#[derive(Debug, Default)]
pub(super) struct Lines {
    by_number: RefCell<BTreeMap<u64, Weak<Line>>>,
    last: Cell<u64>,
    ended: Cell<Option<EndedReason>>,
    emptied: Notify,
}

impl Lines {
    /// Enters a line; tells under which number.
    pub(super) fn add(&self, line: &Rc<Line>) -> u64 {
        let number = self.last.get().wrapping_add(1);
        self.last.set(number);
        self.by_number
            .borrow_mut()
            .insert(number, Rc::downgrade(line));
        if let Some(reason) = self.ended.get() {
            line.finish(reason);
        }
        number
    }

    /// Forgets a line.
    pub(super) fn remove(&self, number: u64) {
        let mut lines = self.by_number.borrow_mut();
        lines.remove(&number);
        if lines.is_empty() {
            self.emptied.notify_one();
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Rc<Line>> {
        let lines = self.by_number.borrow();
        lines.values().filter_map(Weak::upgrade).collect()
    }

    fn exist(&self) -> bool {
        !self.by_number.borrow().is_empty()
    }

    /// Ends all lines that are there, and those that come.
    fn end_all(&self, reason: EndedReason) {
        self.ended.set(Some(reason));
        for line in self.all() {
            line.finish(reason);
        }
    }
}
