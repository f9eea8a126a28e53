//! Who has which messages, and what their senders are told of it (PROTOCOL.md, section 5.7).
//!
//! A session keeps spans of the room's order and no lists, so that it costs the same memory however
//! far it is behind. A span may cover numbers that are not its own, which errs to the careful side:
//! a sender is told later, or told of a miss, and never that everyone has what somebody lacks.
//!
//! Invariants:
//! - That everyone has a message is told only once each session that it was relayed for, and that is
//!   still in the room, has said so.
//! - Taking note of a frame costs the same in a room of any size. All sessions are looked at once in
//!   [`INTERVAL`] at most, and only after something changed; where nobody sends, never.
//! - Each number is told of once, in order; and again only to a sender that comes back.

use std::collections::VecDeque;
use std::time::Duration;

use sanctuary_wire::{Completeness, Continuity, MemberNumber, RelayFrame, Seq};
use tokio::time::Instant;

use super::{Open, Recipient, Unexpected};
use crate::relay::encode::encode;

/// How long a change waits for others, so that what several receivers say at about the same time is
/// told at once. Below what anybody notices.
const DELAY: Duration = Duration::from_millis(50);

/// Least time from one look at all sessions of a room to the next.
const INTERVAL: Duration = Duration::from_millis(500);

/// How many changes between "everyone" and "missed" are remembered for a sender that comes back.
/// Each takes somebody else who lost its state; of what is older, a miss is told.
const MAX_RUNS: usize = 16;

/// Numbers of the room's order, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: Seq,
    last: Seq,
}

impl Span {
    /// What of it lies after `seq`.
    fn after(self, seq: Seq) -> Option<Self> {
        let first = self.first.max(seq.next());
        (first <= self.last).then_some(Self { first, ..self })
    }

    /// What of it lies up to `seq`.
    fn up_to(self, seq: Seq) -> Option<Self> {
        let last = self.last.min(seq);
        (self.first <= last).then_some(Self { last, ..self })
    }

    fn contains(self, seq: Seq) -> bool {
        (self.first..=self.last).contains(&seq)
    }

    /// The least span of both.
    fn join(span: Option<Self>, other: Self) -> Self {
        span.map_or(other, |span| Self {
            first: span.first.min(other.first),
            last: span.last.max(other.last),
        })
    }
}

impl From<Seq> for Span {
    fn from(seq: Seq) -> Self {
        Self {
            first: seq,
            last: seq,
        }
    }
}

/// One session's part in it: as a receiver, and as a sender.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// Messages that were relayed for it and that it has not said to have.
    outstanding: Option<Span>,
    /// Messages that it was to have and never will.
    lost: Option<Span>,
    /// Messages of its own that it was told nothing of.
    awaiting: Option<Span>,
    /// What it was told of the ones before.
    told: Told,
}

impl Delivery {
    /// A message is relayed for this session.
    pub(super) fn owe(&mut self, seq: Seq) {
        self.outstanding = Some(Span::join(self.outstanding, seq.into()));
    }

    /// A message would be for this session, which has lost its state.
    pub(super) fn miss(&mut self, seq: Seq) {
        self.lost = Some(Span::join(self.lost, seq.into()));
    }

    /// A message of this session is relayed.
    pub(super) fn send(&mut self, seq: Seq) {
        self.awaiting = Some(Span::join(self.awaiting, seq.into()));
    }

    /// The session has everything up to `seq`. Tells whether that changes anything.
    fn receive(&mut self, seq: Seq) -> bool {
        let before = self.outstanding;
        self.outstanding = before.and_then(|span| span.after(seq));
        self.outstanding != before
    }

    /// What is outstanding will never be had.
    fn lose(&mut self) {
        if let Some(span) = self.outstanding.take() {
            self.lost = Some(Span::join(self.lost, span));
        }
    }

    /// What came after `seq` is sent to it after all. Senders who were told of a miss meanwhile stay with
    /// that, which errs to the careful side.
    pub(super) fn regain(&mut self, seq: Seq) {
        if let Some(span) = self.lost.and_then(|lost| lost.after(seq)) {
            self.outstanding = Some(Span::join(self.outstanding, span));
            self.lost = self.lost.and_then(|lost| lost.up_to(seq));
        }
    }

    /// Whether something is outstanding.
    pub(super) fn owes(&self) -> bool {
        self.outstanding.is_some()
    }

    /// Nobody sees its messages any more that could be told of them.
    fn forget_own(&mut self) {
        self.awaiting = None;
        self.told = Told::default();
    }

    /// Decides on its messages before the first one that `others` may lack; gives what is new.
    fn decide(&mut self, others: &Others<'_>) -> Vec<Run> {
        let mut decided = Vec::new();
        let Some(awaiting) = self.awaiting else {
            return decided;
        };
        let Some(ready) = others.lacking.map_or(Some(awaiting), |lacking| {
            awaiting.up_to(Seq(lacking.0.saturating_sub(1)))
        }) else {
            return decided;
        };
        let mut at = ready.first;
        while at <= ready.last {
            let (up_to, completeness) = others.losses.verdict(at, self.lost);
            let run = Run {
                up_to: up_to.min(ready.last),
                completeness,
            };
            self.told.add(run);
            decided.push(run);
            at = run.up_to.next();
        }
        self.awaiting = awaiting.after(ready.last);
        decided
    }
}

/// What is told of all messages after those of the run before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    up_to: Seq,
    completeness: Completeness,
}

impl Run {
    fn to_frame(self) -> RelayFrame {
        RelayFrame::Delivered {
            seq: self.up_to,
            completeness: self.completeness,
        }
    }
}

/// What a sender was told so far, in as few runs as say it.
#[derive(Debug, Default)]
struct Told(VecDeque<Run>);

impl Told {
    fn add(&mut self, run: Run) {
        match self.0.back_mut() {
            Some(last) if last.completeness == run.completeness => last.up_to = run.up_to,
            _ => self.0.push_back(run),
        }
        if self.0.len() > MAX_RUNS {
            self.0.pop_front();
            // The first run stands for all that was before it, too.
            let is_safe = |run: &Run| run.completeness == Completeness::Missed;
            if !self.0.front().is_some_and(is_safe) {
                self.0.pop_front();
            }
        }
    }
}

/// What the sessions of a room missed: from which number on how many of them did. Sorted once for all
/// senders, who would otherwise compare every loss with every other.
struct Losses(Vec<(Seq, usize)>);

impl Losses {
    fn of(spans: impl Iterator<Item = Span>) -> Self {
        let (mut begins, mut ends) = (Vec::new(), Vec::new());
        for span in spans {
            begins.push(span.first);
            ends.push(span.last.next());
        }
        let mut turns = [&begins[..], &ends].concat();
        begins.sort_unstable();
        ends.sort_unstable();
        turns.sort_unstable();
        turns.dedup();
        let up_to = |sorted: &[Seq], seq| sorted.partition_point(|other| *other <= seq);
        let counts = turns.into_iter();
        Self(
            counts
                .map(|seq| (seq, up_to(&begins, seq) - up_to(&ends, seq)))
                .collect(),
        )
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether somebody else missed `at` than the one whose loss `own` is, and up to which number the
    /// same holds.
    fn verdict(&self, at: Seq, own: Option<Span>) -> (Seq, Completeness) {
        let is_missed = |seq: Seq, missing: usize| {
            missing > usize::from(own.is_some_and(|own| own.contains(seq)))
        };
        let later = self.0.partition_point(|(seq, _)| *seq <= at);
        let (here, later) = self.0.split_at(later);
        let missed = here.last().is_some_and(|(_, count)| is_missed(at, *count));
        let turn = later
            .iter()
            .find(|(seq, count)| is_missed(*seq, *count) != missed);
        let completeness = if missed {
            Completeness::Missed
        } else {
            Completeness::Everyone
        };
        let last = turn.map_or(u64::MAX, |(seq, _)| seq.0 - 1);
        (Seq(last), completeness)
    }
}

/// The others, as one sender is to be told of them.
struct Others<'a> {
    /// The first message that one of them may still get.
    lacking: Option<Seq>,
    /// What sessions of the room missed, the sender's own included.
    losses: &'a Losses,
}

/// When a room's senders are told.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// At the latest; `None` if nothing has changed.
    due: Option<Instant>,
    not_before: Option<Instant>,
}

impl Reports {
    /// Something changed.
    pub(super) fn want(&mut self, now: Instant) {
        let from = self.not_before.map_or(now, |at| at.max(now));
        self.due.get_or_insert(from + DELAY);
    }

    /// When to look at the latest.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// Whether there is something to look at, and it is time enough: what is told now goes out in
    /// one write with what else happens.
    pub(super) fn may_go_along(&self, now: Instant) -> bool {
        self.due.is_some() && self.not_before.is_none_or(|at| at <= now)
    }

    fn done(&mut self, now: Instant) {
        self.due = None;
        self.not_before = Some(now + INTERVAL);
    }
}

impl<R: Recipient> Open<R> {
    /// A member has everything up to `seq`.
    pub(super) fn receive(
        &mut self,
        member: MemberNumber,
        seq: Seq,
        now: Instant,
    ) -> Result<(), Unexpected> {
        let Some(session) = self.session(member) else {
            return Ok(());
        };
        if seq > session.addressed {
            return Err(Unexpected);
        }
        if session.delivery.receive(seq) {
            self.reports.want(now);
        }
        Ok(())
    }

    /// Takes note of what a session has or will never have that comes back after `last_seq`, and
    /// tells it again what it may have missed of its own messages.
    pub(super) fn review(
        &mut self,
        member: MemberNumber,
        last_seq: Seq,
        continuity: Continuity,
        now: Instant,
    ) {
        let Some(session) = self.session(member) else {
            return;
        };
        match continuity {
            Continuity::Complete => drop(session.delivery.receive(last_seq)),
            Continuity::Gap => session.delivery.lose(),
            Continuity::Fresh => {
                session.delivery.lose();
                session.delivery.forget_own();
            }
        }
        if let Some(recipient) = &session.recipient {
            for run in &session.delivery.told.0 {
                recipient.deliver(&encode(&run.to_frame()));
            }
        }
        self.reports.want(now);
    }

    /// Tells senders what became of their messages.
    pub(super) fn report(&mut self, now: Instant) {
        self.reports.done(now);
        let losses = Losses::of(self.sessions.iter().filter_map(|s| s.delivery.lost));
        let (lowest, next) = self.lacking();
        for session in &mut self.sessions {
            let Some(recipient) = &session.recipient else {
                continue;
            };
            let others = Others {
                lacking: lowest
                    .filter(|(_, member)| *member != session.member)
                    .map_or(next, |(seq, _)| Some(seq)),
                losses: &losses,
            };
            for run in session.delivery.decide(&others) {
                recipient.deliver(&encode(&run.to_frame()));
            }
        }
        if !losses.is_empty() {
            self.forget_losses();
        }
    }

    /// The first number that somebody lacks, and who; and the first that somebody else does.
    fn lacking(&self) -> (Option<(Seq, MemberNumber)>, Option<Seq>) {
        let (mut lowest, mut next) = (None, None);
        for session in &self.sessions {
            let Some(span) = session.delivery.outstanding else {
                continue;
            };
            let is_lowest = lowest.is_none_or(|(seq, _)| span.first < seq);
            if is_lowest {
                next = lowest.map(|(seq, _)| seq);
                lowest = Some((span.first, session.member));
            } else {
                next = Some(next.map_or(span.first, |next: Seq| next.min(span.first)));
            }
        }
        (lowest, next)
    }

    /// Forgets losses that nobody is to be told of any more.
    fn forget_losses(&mut self) {
        let awaiting = self.sessions.iter().filter_map(|s| s.delivery.awaiting);
        let first = awaiting.map(|span| span.first).min();
        for session in &mut self.sessions {
            let lost = session.delivery.lost;
            session.delivery.lost = lost.filter(|lost| first.is_some_and(|seq| seq <= lost.last));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As it is defined, without anything sorted.
    fn is_missed(losses: &[Option<Span>], sender: usize, at: Seq) -> bool {
        let mut others = losses.iter().enumerate().filter(|(n, _)| *n != sender);
        others.any(|(_, loss)| loss.is_some_and(|span| span.contains(at)))
    }

    fn loss() -> impl Strategy<Value = Option<Span>> {
        let span = (1_u64..30, 0_u64..10).prop_map(|(first, more)| Span {
            first: Seq(first),
            last: Seq(first + more),
        });
        prop::option::weighted(0.8, span)
    }

    proptest! {
        #[test]
        fn verdicts_are_right_and_reach_as_far_as_they_hold(
            losses in prop::collection::vec(loss(), 1..8),
        ) {
            let sorted = Losses::of(losses.iter().copied().flatten());
            for (sender, own) in losses.iter().enumerate() {
                let mut at = Seq(1);
                while at.0 < 50 {
                    let (up_to, completeness) = sorted.verdict(at, *own);
                    let missed = completeness == Completeness::Missed;
                    for seq in at.0..=up_to.0.min(50) {
                        prop_assert_eq!(is_missed(&losses, sender, Seq(seq)), missed);
                    }
                    if up_to.0 < 50 {
                        prop_assert_ne!(is_missed(&losses, sender, up_to.next()), missed);
                    }
                    at = Seq(up_to.0.saturating_add(1));
                }
            }
        }
    }

    /// In a room of a thousand who all lost their state: about ten thousand million steps if every
    /// loss is compared with every other for each sender.
    #[test]
    fn a_room_full_of_losses_is_looked_at_in_a_few_steps_for_each() {
        let span = |n: u64| Span {
            first: Seq(3 * n + 1),
            last: Seq(3 * n + 2),
        };
        let losses = Losses::of((0..1000).map(span));
        assert_eq!(losses.0.len(), 2000);
        let mut sender = Delivery {
            awaiting: Some(Span {
                first: Seq(1),
                last: Seq(3000),
            }),
            lost: Some(span(5)),
            ..Delivery::default()
        };
        let others = Others {
            lacking: None,
            losses: &losses,
        };
        // Its own loss stands between two times that nobody missed anything, and is one with them.
        assert_eq!(sender.decide(&others).len(), 2000 - 2);
    }
}
