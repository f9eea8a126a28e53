//! When the rooms of a shard are due: one timer for all of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Weak;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::rooms::LiveRoom;

/// The order in which rooms are due. It holds no ids, and does not keep rooms alive.
#[derive(Debug, Default)]
pub(super) struct Clock {
    due: RefCell<BTreeMap<(Instant, u64), Weak<LiveRoom>>>,
    /// The first entry is another than before.
    changed: Notify,
}

impl Clock {
    /// Enters a room, which has that number, at a time.
    pub(super) fn set(&self, at: Instant, number: u64, room: Weak<LiveRoom>) {
        let mut due = self.due.borrow_mut();
        let is_first = due.first_key_value().is_none_or(|(first, _)| at < first.0);
        due.insert((at, number), room);
        if is_first {
            self.changed.notify_one();
        }
    }

    /// Takes an entry back.
    pub(super) fn unset(&self, at: Instant, number: u64) {
        self.due.borrow_mut().remove(&(at, number));
    }

    /// Takes a room that is due.
    pub(super) fn take_due(&self, now: Instant) -> Option<Weak<LiveRoom>> {
        let mut due = self.due.borrow_mut();
        let entry = due.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// Waits until a room may be due.
    pub(super) async fn tick(&self) {
        let first = self.due.borrow().first_key_value().map(|(key, _)| key.0);
        match first {
            // Either way it is time to look again.
            Some(at) => drop(timeout_at(at, self.changed.notified()).await),
            None => self.changed.notified().await,
        }
    }
}
