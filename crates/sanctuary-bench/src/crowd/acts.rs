//! What a crowd can be asked to do: come in, talk, sit there, leave.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Attention, Crowd, Floor, PATIENCE, Pace, Stage, list};
use crate::clock::Stamp;
use crate::dialect::{Dialect, Seat};

/// The longest wait for something to happen, so that time limits are looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// Silence in which a crowd counts as settled.
const SILENCE: Duration = Duration::from_millis(150);

/// Who talks, and how fast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    /// Members of each room that talk, the first ones.
    pub(crate) senders: usize,
    /// Members of each room that read nothing while the others talk, those before `members`.
    pub(crate) stalled: usize,
    /// Members of each room.
    pub(crate) members: usize,
    /// How fast.
    pub(crate) pace: Pace,
    /// How long before it counts.
    pub(crate) warm_up: Duration,
    /// How long it counts.
    pub(crate) measured: Duration,
}

impl<D: Dialect> Crowd<D> {
    /// Fills the rooms: first those who open them, then one more for each room, and so on. At most
    /// `at_once` members are on their way at any time. Returns how long it took.
    pub(crate) fn gather(
        &mut self,
        rooms: usize,
        members: usize,
        at_once: usize,
    ) -> Result<Duration> {
        let start = Instant::now();
        let before = self.members.len();
        for place in 0..members {
            for room in 0..rooms {
                while self.members.len() - self.tally.entered >= at_once {
                    self.wait_for_entry(start)?;
                }
                self.add(Seat { room, place })?;
            }
            // Whoever joins a room does so after it was opened.
            while place == 0 && self.tally.entered < before + rooms {
                self.wait_for_entry(start)?;
            }
        }
        while self.tally.entered < self.members.len() {
            self.wait_for_entry(start)?;
        }
        Ok(start.elapsed())
    }

    fn wait_for_entry(&mut self, start: Instant) -> Result<()> {
        ensure!(
            start.elapsed() < PATIENCE,
            "only {} of {} members got in within {PATIENCE:?}",
            self.tally.entered,
            self.members.len()
        );
        self.turn(GLANCE)
    }

    /// Listens until nothing comes any more.
    pub(crate) fn settle(&mut self) -> Result<()> {
        let start = Instant::now();
        let mut last = Instant::now();
        while last.elapsed() < SILENCE && start.elapsed() < PATIENCE {
            self.turn(GLANCE)?;
            if !self.events.is_empty() {
                last = Instant::now();
            }
        }
        Ok(())
    }

    /// Listens for that long.
    pub(crate) fn sit(&mut self, duration: Duration) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < duration {
            self.turn(GLANCE.min(duration))?;
        }
        Ok(())
    }

    /// Talks; `mark` is called when it begins to count and when it is over. Returns how long it
    /// counted.
    pub(crate) fn talk(
        &mut self,
        talk: Talk,
        mut mark: impl FnMut() -> Result<()>,
    ) -> Result<Duration> {
        self.begin(talk)?;
        let senders = self.senders();
        let mut schedule = Schedule::new(talk.pace, self.clock.now());
        self.talk_for(talk.warm_up, &senders, &mut schedule)?;
        self.tally.deliveries = 0;
        self.tally.bytes = 0;
        self.tally.receipts = 0;
        self.tally.latencies.clear();
        mark()?;
        let start = Instant::now();
        self.talk_for(talk.measured, &senders, &mut schedule)?;
        let counted = start.elapsed();
        mark()?;
        self.tally.is_talking = false;
        self.rouse()?;
        ensure!(
            self.tally.deliveries > 0,
            "nothing was delivered: does anyone talk, and is there anyone to listen?"
        );
        Ok(counted)
    }

    /// Opens the windows.
    fn begin(&mut self, talk: Talk) -> Result<()> {
        let now = self.clock.now();
        for (index, member) in self.members.iter_mut().enumerate() {
            let sends = member.seat.place < talk.senders && member.stage == Stage::In;
            member.window = match talk.pace {
                Pace::Window(window) if sends => window,
                _ => 0,
            };
            for _ in 0..member.window {
                self.dialect
                    .speak(&mut member.state, now, member.outbox.bytes());
            }
            if member.window > 0 {
                list(member, index, &mut self.listed);
            }
            member.is_sender = sends;
            member.attention = if member.seat.place + talk.stalled >= talk.members {
                Attention::Stalls
            } else {
                Attention::Reads
            };
        }
        self.tally.is_talking = true;
        self.flush()
    }

    /// Has those read who did not, to the end of what is there.
    fn rouse(&mut self) -> Result<()> {
        let mut floor = Floor {
            dialect: &mut self.dialect,
            host: &self.target.host,
            tally: &mut self.tally,
            clock: &self.clock,
            buffer: &mut self.buffer,
            reports: &mut self.reports,
            index: 0,
        };
        let mut has_stalled = false;
        for (index, member) in self.members.iter_mut().enumerate() {
            if member.attention == Attention::Stalls {
                member.attention = Attention::HasStalled;
                floor.index = index;
                member.read(&mut floor, true)?;
                has_stalled = true;
            }
        }
        if has_stalled { self.settle() } else { Ok(()) }
    }

    fn senders(&self) -> Vec<usize> {
        let members = self.members.iter().enumerate();
        members
            .filter_map(|(index, member)| member.is_sender.then_some(index))
            .collect()
    }

    fn talk_for(
        &mut self,
        duration: Duration,
        senders: &[usize],
        schedule: &mut Option<Schedule>,
    ) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < duration {
            // It never sleeps: the time between two messages is shorter than what the kernel can wait for, and a
            // server that sends to somebody asleep on the same machine pays for waking it. Clients are elsewhere.
            self.turn(Duration::ZERO)?;
            let Some(schedule) = schedule else {
                continue;
            };
            let now = self.clock.now();
            while let Some((due, turn)) = schedule.next(now) {
                let index = senders.get(turn.checked_rem(senders.len()).unwrap_or_default());
                if let Some(&index) = index
                    && let Some(member) = self.members.get_mut(index)
                {
                    self.dialect
                        .speak(&mut member.state, due, member.outbox.bytes());
                    list(member, index, &mut self.listed);
                }
            }
            self.flush()?;
        }
        Ok(())
    }

    /// Leaves, everyone; returns once all connections are over.
    pub(crate) fn leave(&mut self) -> Result<()> {
        let start = Instant::now();
        for index in 0..self.members.len() {
            if let Some(member) = self.members.get_mut(index) {
                member.stage = Stage::Leaving;
                if self.dialect.leave(&mut member.state, member.outbox.bytes()) {
                    list(member, index, &mut self.listed);
                } else {
                    member.stage = Stage::Gone;
                    member.link.socket.shutdown(std::net::Shutdown::Both).ok();
                }
            }
            if index % 64 == 0 {
                self.flush()?;
                self.turn(Duration::ZERO)?;
            }
        }
        self.flush()?;
        while self
            .members
            .iter()
            .any(|member| member.stage != Stage::Gone)
        {
            ensure!(start.elapsed() < PATIENCE, "not everyone could leave");
            self.turn(GLANCE)?;
        }
        self.members.clear();
        self.reports.clear();
        self.tally.entered = 0;
        Ok(())
    }
}

/// When messages are due.
struct Schedule {
    interval: Duration,
    due: Stamp,
    turn: usize,
}

impl Schedule {
    fn new(pace: Pace, now: Stamp) -> Option<Self> {
        pace.interval().map(|interval| Self {
            interval,
            due: now,
            turn: 0,
        })
    }

    /// The next message that is due by now: since when, and the how manieth it is.
    fn next(&mut self, now: Stamp) -> Option<(Stamp, usize)> {
        if self.due > now {
            return None;
        }
        let due = self.due;
        self.due = due.plus(self.interval);
        self.turn += 1;
        Some((due, self.turn - 1))
    }
}
