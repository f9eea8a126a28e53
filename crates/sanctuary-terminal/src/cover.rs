//! Whether there is cover traffic, and when it is time for a message (PROTOCOL.md, section 9.6).

use std::time::Duration;

use tokio::time::Instant;

/// Between two messages.
const EVERY: Duration = Duration::from_secs(2);

/// The least size class while cover traffic is on, in bytes.
pub(crate) const COVER_CLASS: usize = 512;

/// How long others' cover says that it is on: five that did not come.
const LEARNT_FOR: Duration = Duration::from_secs(10);

/// Cover traffic as this client knows of it.
#[derive(Default)]
pub(crate) struct Cover {
    /// Whether a switch was heard since the client came into the group.
    is_known: bool,
    /// When the next message goes out; none while it is off.
    next: Option<Instant>,
    /// Until when it counts as on, if that was only learnt from others' cover.
    learnt_until: Option<Instant>,
}

impl Cover {
    pub(crate) const fn is_on(&self) -> bool {
        self.next.is_some()
    }

    /// The least size class of messages.
    pub(crate) const fn class(&self) -> usize {
        if self.is_on() { COVER_CLASS } else { 0 }
    }

    /// Somebody turned it on or off; tells whether that is news.
    pub(crate) fn switched(&mut self, on: bool, now: Instant) -> bool {
        self.is_known = true;
        self.learnt_until = None;
        self.set(on, now)
    }

    /// Somebody else sent cover; tells whether it is news that it is on.
    pub(crate) fn heard(&mut self, now: Instant) -> bool {
        if self.is_known {
            return false;
        }
        self.learnt_until = Some(now + LEARNT_FOR);
        self.set(true, now)
    }

    /// Frames were missed: what holds now is not known.
    pub(crate) fn lost(&mut self, now: Instant) {
        if std::mem::take(&mut self.is_known) && self.is_on() {
            self.heard(now);
        }
    }

    /// When [`Cover::tick`] is to be called.
    pub(crate) fn at(&self) -> Option<Instant> {
        self.next.into_iter().chain(self.learnt_until).min()
    }

    /// Whether it is time for a message now; tells also whether cover traffic is over for want of others'.
    pub(crate) fn tick(&mut self, now: Instant) -> (bool, bool) {
        let is_over = self.learnt_until.take_if(|until| *until <= now).is_some();
        let has_ended = is_over && self.set(false, now);
        let is_due = self.next.is_some_and(|at| at <= now);
        if is_due {
            self.next = Some(now + EVERY);
        }
        (is_due, has_ended)
    }

    fn set(&mut self, on: bool, now: Instant) -> bool {
        let is_news = on != self.is_on();
        if is_news {
            self.next = on.then(|| now + EVERY);
        }
        is_news
    }
}
