//! Writes what waits, once a turn.
//!
//! Frames are queued while the turn's connections are read, and each line that got any is listed
//! once. The flusher is woken then too, behind every connection that is already waiting for its
//! turn; so it writes what all of them caused with one system call for each receiver. This is what
//! a busy room's speed comes from.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::task::coop::unconstrained;

use super::connection::Line;

/// Places for lines that are kept from turn to turn. What a crowd needed is given back.
const KEPT_LINES: usize = 1024;

/// Most bytes that are put together for one write. Beyond, a system call is cheap against what it
/// carries.
const TOGETHER: usize = 64 * 1024;

/// The lines of a shard that have something to write.
#[derive(Debug, Default)]
pub(super) struct Flusher {
    listed: RefCell<Vec<Rc<Line>>>,
    wanted: Notify,
    together: RefCell<Together>,
}

impl Flusher {
    /// Has a line written at the end of the turn. Lines see to it that they are listed once.
    pub(super) fn list(&self, line: Rc<Line>) {
        let mut listed = self.listed.borrow_mut();
        if listed.is_empty() {
            self.wanted.notify_one();
        }
        listed.push(line);
    }

    /// Where small frames are put together.
    pub(super) fn together(&self) -> RefMut<'_, Together> {
        self.together.borrow_mut()
    }

    /// Writes, for as long as the shard lives.
    pub(super) async fn run(&self) {
        // Tokio's budget would make sockets look busy after some hundred writes. The work of a turn
        // is bounded by the reads that caused it.
        unconstrained(async {
            let mut lines = Vec::new();
            loop {
                self.wanted.notified().await;
                std::mem::swap(&mut lines, &mut *self.listed.borrow_mut());
                for line in lines.drain(..) {
                    line.flush();
                }
                lines.shrink_to(KEPT_LINES);
                self.together.borrow_mut().wipe();
            }
        })
        .await;
    }
}

/// A buffer in which frames that go into one write are put together: small ones are copied faster than
/// the kernel takes a list of them.
///
/// What was in it is wiped: by the flusher at the end of the turn, by a connection's task when it has
/// written. `Debug` shows the length only.
pub(super) struct Together {
    bytes: Box<[u8]>,
    /// How much of it was written since it was wiped.
    touched: usize,
}

impl Default for Together {
    fn default() -> Self {
        Self {
            bytes: vec![0; TOGETHER].into_boxed_slice(),
            touched: 0,
        }
    }
}

impl Together {
    /// Puts as many of the frames together as there is room for. The first of them has to be smaller
    /// than that.
    pub(super) fn put<'a>(&mut self, frames: impl Iterator<Item = &'a [u8]>) -> &[u8] {
        let mut end = 0;
        for frame in frames {
            let Some(place) = self.bytes.get_mut(end..end + frame.len()) else {
                break;
            };
            place.copy_from_slice(frame);
            end += frame.len();
        }
        self.touched = self.touched.max(end);
        self.bytes.get(..end).unwrap_or_default()
    }

    /// The buffer stays, so a plain write cannot be optimised away.
    pub(super) fn wipe(&mut self) {
        self.bytes
            .get_mut(..self.touched)
            .unwrap_or_default()
            .fill(0);
        self.touched = 0;
    }
}

impl fmt::Debug for Together {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Together({} bytes)", self.touched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_put_together_as_far_as_there_is_room_and_wiped() {
        let mut together = Together::default();
        let (small, large) = ([7; 10], vec![7; TOGETHER - 15]);
        let frames: [&[u8]; 4] = [&small, &large, &small, &small];
        assert_eq!(together.put(frames.into_iter()).len(), TOGETHER - 5);
        assert_eq!(together.put([&small[3..]].into_iter()), [7; 7]);
        let shown = format!("{together:?}");
        assert_eq!(shown, format!("Together({} bytes)", TOGETHER - 5));
        together.wipe();
        assert!(together.bytes.iter().all(|byte| *byte == 0));
    }
}
