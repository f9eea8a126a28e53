//! Which connections and rooms of a shard give up memory when the relay has too much of it.
//!
//! Invariant: those that hold most come first, and what can be had again comes before anything else: a reader that is cut
//! off comes back and resumes; a room without its replay window goes on, and only who was away meanwhile has a gap. After that
//! rooms that nobody is in.

use std::rc::Rc;

use super::connection::Line;
use super::memory::LIGHT;
use super::rooms::LiveRoom;
use super::shard::Shard;

/// What may give up memory.
enum Holder {
    Line(Rc<Line>),
    Room(Rc<LiveRoom>),
}

impl Shard {
    /// Keeps the shard's share of the bound on memory, for as long as it lives.
    pub(super) async fn keep_within_bounds(&self) {
        let memory = self.directory.memory();
        if !memory.is_bounded() {
            return;
        }
        loop {
            memory.weigh(Some(self.index.0));
            let excess = memory.excess();
            if excess > 0 {
                self.shed(excess);
            }
            tokio::time::sleep(memory.pause()).await;
        }
    }

    /// Gives up that many bytes, or as many as can be.
    fn shed(&self, excess: usize) {
        let lines = self.lines.all().into_iter();
        let lines = lines.map(|line| (line.held(), Holder::Line(line)));
        let rooms = self.rooms.all().into_iter();
        let rooms = rooms.map(|room| (room.replay_bytes(), Holder::Room(room)));
        let mut heavy: Vec<_> = lines
            .chain(rooms)
            .filter(|(bytes, _)| *bytes >= LIGHT)
            .collect();
        heavy.sort_unstable_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        let mut given_up = 0;
        for (bytes, holder) in heavy {
            if given_up >= excess {
                break;
            }
            match holder {
                Holder::Line(line) => line.shed(),
                Holder::Room(room) => room.drop_replay(),
            }
            given_up += bytes;
        }
        self.rooms.end_deserted(excess.saturating_sub(given_up));
    }
}
