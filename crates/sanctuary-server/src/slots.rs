//! The slots for connections, and who gives way when they run short.
//!
//! Who is not in a room is a guest: loading the page, or standing at the door. When slots run short each connection that
//! comes asks the guest who has been there longest to leave, so connections that do nothing cannot keep anybody out:
//! whoever wants in has as long as it takes others to fill all slots once.
//!
//! When memory runs short, and nobody else has any to give up, those who have been there for a while are asked, as many as
//! it takes; who has just come is left the time to be told that there is no room.
//!
//! Invariants: there are never more connections than slots; who is in a room is never asked to leave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Connections beyond the limit that are still accepted to be told so. Any more are closed unread.
const RESERVE: usize = 64;

/// Slots run short when fewer than this part of them is free.
const SPARE: u32 = 16;

/// How long guests are left alone when memory runs short: far longer than it takes to ask for a room and be answered.
const A_WHILE: Duration = Duration::from_secs(5);

/// The slots of a server.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    regular: Arc<Semaphore>,
    reserve: Arc<Semaphore>,
    total: u32,
    guests: Arc<Guests>,
}

/// A slot that is taken, until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    /// Until its connection is in a room.
    pub(crate) guest: Option<Guest>,
}

/// A slot, or what there is instead.
#[derive(Debug)]
pub(crate) enum Taken {
    /// To be served.
    Regular(Slot),
    /// To be told that there are too many.
    Overloaded(Slot),
}

impl Slots {
    /// This many connections at once, and a few more that are turned away with a reason.
    pub(crate) fn new(connections: u32) -> Self {
        Self {
            regular: Arc::new(Semaphore::new(connections as usize)),
            reserve: Arc::new(Semaphore::new(RESERVE)),
            total: connections,
            guests: Arc::default(),
        }
    }

    /// Takes a slot for a connection that comes, and asks somebody to leave if there are few.
    pub(crate) fn take(&self) -> Option<Taken> {
        let take = |slots: &Arc<Semaphore>| Arc::clone(slots).try_acquire_owned().ok();
        let permit = take(&self.regular);
        if permit.is_none() || self.regular.available_permits() < (self.total / SPARE) as usize {
            self.guests.ask_first_to_leave(Duration::ZERO);
        }
        match permit {
            Some(permit) => Some(Taken::Regular(Slot {
                _permit: permit,
                guest: Some(Guests::enter(&self.guests)),
            })),
            None => take(&self.reserve).map(|permit| {
                Taken::Overloaded(Slot {
                    _permit: permit,
                    guest: None,
                })
            }),
        }
    }

    /// Asks up to so many guests to leave who have been there for a while.
    pub(crate) fn ask_to_leave(&self, guests: usize) {
        for _ in 0..guests {
            if !self.guests.ask_first_to_leave(A_WHILE) {
                break;
            }
        }
    }

    /// Waits until no regular connection is left.
    pub(crate) async fn drained(&self) {
        // Closed semaphores do not exist here; if they did, nothing would be left to wait for.
        let _ = self.regular.acquire_many(self.total).await;
    }
}

/// The guests who were not asked to leave yet, in the order in which they came.
#[derive(Debug, Default)]
struct Guests(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    by_number: BTreeMap<u64, (Instant, Arc<Notify>)>,
}

impl Guests {
    fn enter(guests: &Arc<Self>) -> Guest {
        let mut waiting = guests.waiting();
        waiting.last = waiting.last.wrapping_add(1);
        let number = waiting.last;
        let asked = Arc::new(Notify::new());
        let came = (Instant::now(), Arc::clone(&asked));
        waiting.by_number.insert(number, came);
        Guest {
            number,
            asked,
            guests: Arc::clone(guests),
        }
    }

    /// Asks who came first, if that is long enough ago; tells whether it is.
    fn ask_first_to_leave(&self, stayed: Duration) -> bool {
        let mut waiting = self.waiting();
        match waiting.by_number.first_entry() {
            Some(first) if first.get().0.elapsed() >= stayed => {
                first.remove().1.notify_one();
                true
            }
            _ => false,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing panics while it is held; if it did, the list would be whole all the same.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is in no room. Dropped when it gets into one, and when it ends.
#[derive(Debug)]
pub(crate) struct Guest {
    number: u64,
    asked: Arc<Notify>,
    guests: Arc<Guests>,
}

impl Guest {
    /// Becomes ready when it is asked to leave, also for one who waits again after having been asked.
    pub(crate) fn asked_to_leave(&self) -> impl Future<Output = ()> + Send + use<> {
        Arc::clone(&self.asked).notified_owned()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.guests.waiting().by_number.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn regular(slots: &Slots) -> Slot {
        match slots.take() {
            Some(Taken::Regular(slot)) => slot,
            other => panic!("no slot: {other:?}"),
        }
    }

    fn is_asked(slot: &Slot) -> bool {
        let guest = slot.guest.as_ref().unwrap();
        guest.asked_to_leave().now_or_never().is_some()
    }

    #[test]
    fn who_came_first_is_asked_first_and_nobody_before_slots_run_short() {
        let slots = Slots::new(32);
        let mut held: Vec<_> = (0..30).map(|_| regular(&slots)).collect();
        assert!(!held.iter().any(is_asked));
        // The 31st leaves one of 32: fewer than a sixteenth.
        held.push(regular(&slots));
        assert!(is_asked(&held[0]) && !is_asked(&held[1]));
        held.push(regular(&slots));
        assert!(is_asked(&held[1]) && !is_asked(&held[2]));
        assert!(matches!(slots.take(), Some(Taken::Overloaded(_))));
        assert!(is_asked(&held[2]) && !is_asked(&held[3]));
    }

    #[test]
    fn who_is_in_a_room_is_never_asked_and_who_went_is_not_waited_for() {
        let slots = Slots::new(32);
        let mut held: Vec<_> = (0..30).map(|_| regular(&slots)).collect();
        held[0].guest = None;
        drop(held.remove(1));
        let _last = [regular(&slots), regular(&slots)];
        assert!(is_asked(&held[1]) && !is_asked(&held[2]));
    }

    #[tokio::test(start_paused = true)]
    async fn for_memory_only_those_are_asked_who_have_been_there_for_a_while() {
        let slots = Slots::new(32);
        let early = [regular(&slots), regular(&slots)];
        tokio::time::advance(A_WHILE).await;
        let late = regular(&slots);
        slots.ask_to_leave(1);
        assert!(is_asked(&early[0]) && !is_asked(&early[1]));
        slots.ask_to_leave(5);
        assert!(is_asked(&early[1]) && !is_asked(&late));
    }

    #[test]
    fn one_place_is_enough() {
        let slots = Slots::new(1);
        let only = regular(&slots);
        assert!(!is_asked(&only));
        assert!(matches!(slots.take(), Some(Taken::Overloaded(_))));
        assert!(is_asked(&only));
    }
}
