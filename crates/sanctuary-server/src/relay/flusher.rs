//! Writes what waits, once a turn.
//!
//! Frames are queued while the turn's connections are read, and each line that got any is listed
//! once. The flusher is woken then too, behind every connection that is already waiting for its
//! turn; so it writes what all of them caused with one system call for each receiver. This is what
//! a busy room's speed comes from.

use std::cell::RefCell;
use std::rc::Rc;

use tokio::sync::Notify;
use tokio::task::coop::unconstrained;

use super::connection::Line;

/// The lines of a shard that have something to write.
#[derive(Debug, Default)]
pub(super) struct Flusher {
    listed: RefCell<Vec<Rc<Line>>>,
    wanted: Notify,
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
            }
        })
        .await;
    }
}
