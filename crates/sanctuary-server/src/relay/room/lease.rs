//! Who may commit next (PROTOCOL.md, section 5.4).
//!
//! Invariants: at most one member holds the lease; nobody waits twice, and the holder does not wait.

use std::collections::VecDeque;
use std::time::Duration;

use sanctuary_wire::MemberNumber;
use tokio::time::Instant;

/// The lease of a room, and the queue for it.
#[derive(Debug, Default)]
pub(super) struct Lease {
    holder: Option<Held>,
    waiting: VecDeque<MemberNumber>,
}

#[derive(Clone, Copy, Debug)]
struct Held {
    member: MemberNumber,
    until: Instant,
}

impl Lease {
    /// Puts a member at the end of the queue, unless it holds the lease or waits already.
    pub(super) fn request(&mut self, member: MemberNumber) {
        if self.holder() != Some(member) && !self.waiting.contains(&member) {
            self.waiting.push_back(member);
        }
    }

    /// Takes the lease, or the place in the queue, from a member.
    pub(super) fn withdraw(&mut self, member: MemberNumber) {
        self.holder = self.holder.filter(|held| held.member != member);
        self.waiting.retain(|waiting| *waiting != member);
    }

    /// Gives the lease to the head of the queue if nobody holds it; tells to whom.
    pub(super) fn grant(&mut self, now: Instant, duration: Duration) -> Option<MemberNumber> {
        if self.holder.is_some() {
            return None;
        }
        let member = self.waiting.pop_front()?;
        self.holder = Some(Held {
            member,
            until: now + duration,
        });
        Some(member)
    }

    /// Ends a lease whose time is over; tells whose it was.
    pub(super) fn lapse(&mut self, now: Instant) -> Option<MemberNumber> {
        let held = self.holder.take_if(|held| held.until <= now)?;
        Some(held.member)
    }

    /// Who holds the lease.
    pub(super) fn holder(&self) -> Option<MemberNumber> {
        self.holder.map(|held| held.member)
    }

    /// When the lease that is held ends.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.holder.map(|held| held.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEASE: Duration = Duration::from_secs(10);
    const A: MemberNumber = MemberNumber(1);
    const B: MemberNumber = MemberNumber(2);

    #[test]
    fn first_come_first_served_and_nobody_twice() {
        let now = Instant::now();
        let mut lease = Lease::default();
        for member in [A, B, A, B] {
            lease.request(member);
        }
        assert_eq!(lease.grant(now, LEASE), Some(A));
        lease.request(A);
        assert_eq!(lease.grant(now, LEASE), None);
        lease.withdraw(A);
        assert_eq!(lease.grant(now, LEASE), Some(B));
        lease.withdraw(B);
        assert_eq!(lease.grant(now, LEASE), None);
    }

    #[test]
    fn lapses_when_its_time_is_over_and_not_before() {
        let now = Instant::now();
        let mut lease = Lease::default();
        lease.request(A);
        lease.grant(now, LEASE);
        assert_eq!(lease.deadline(), Some(now + LEASE));
        assert_eq!(lease.lapse(now + LEASE - Duration::from_nanos(1)), None);
        assert_eq!(lease.lapse(now + LEASE), Some(A));
        assert_eq!(lease.holder(), None);
    }
}
