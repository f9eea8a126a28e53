//! How far own messages came: sent, everyone's, or missed by somebody (PROTOCOL.md, section 5.7).
//!
//! Invariants: a message is everyone's only once the relay said so of it and of every copy of it that
//! newcomers got; what was told once is not taken back; of what nobody can know (its place was lost
//! with a gap, or its session with the relay's memory) nothing is said beyond "sent", and neither if
//! nobody else was there when the relay took it, or is when it is told. At most [`MAX_ACCEPTED`] parts are remembered, however long one member keeps
//! everybody's waiting.

use std::collections::{HashMap, VecDeque};

use sanctuary_e2ee::TextId;
use sanctuary_wire::{Completeness, Seq};

use crate::event::{Delivery, Event};

/// Messages and copies of which the relay may still have to tell; of older ones nothing is said beyond
/// "sent". As many as a page keeps lines.
const MAX_ACCEPTED: usize = 2000;

/// A message that the relay took and has not told all of.
struct Open {
    /// How many of its parts, itself and its copies, nothing was told of.
    left: usize,
    missed: bool,
}

/// Own messages that are not everyone's yet.
#[derive(Default)]
pub(crate) struct Deliveries {
    open: HashMap<TextId, Open>,
    /// Messages and copies that the relay took, in the room's order.
    accepted: VecDeque<(Seq, TextId)>,
}

impl Deliveries {
    /// The relay took a message; at a place that is not known if there is no `seq`. `is_alone`: nobody else is there.
    pub(crate) fn sent(&mut self, id: TextId, seq: Option<Seq>, is_alone: bool) -> Event {
        if let Some(seq) = seq.filter(|_| !is_alone) {
            let open = Open {
                left: 1,
                missed: false,
            };
            self.open.insert(id, open);
            self.accept(seq, id);
        }
        told(id, Delivery::Sent)
    }

    /// A copy of a message is on its way to newcomers.
    pub(crate) fn copying(&mut self, id: TextId) {
        if let Some(open) = self.open.get_mut(&id) {
            open.left += 1;
        }
    }

    /// The relay took a copy.
    pub(crate) fn copied(&mut self, id: TextId, seq: Option<Seq>) {
        match seq {
            Some(seq) => self.accept(seq, id),
            None => drop(self.open.remove(&id)),
        }
    }

    /// The relay told of all that it took up to `seq`. `is_alone`: nobody else is there.
    pub(crate) fn told(
        &mut self,
        seq: Seq,
        completeness: Completeness,
        is_alone: bool,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let count = self.accepted.partition_point(|(at, _)| *at <= seq);
        let accepted: Vec<_> = self.accepted.drain(..count).collect();
        for (_, id) in accepted {
            events.extend(self.decide(id, completeness == Completeness::Missed, is_alone));
        }
        events
    }

    /// The relay has forgotten the session: it will tell nothing of what it took before.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    fn accept(&mut self, seq: Seq, id: TextId) {
        self.accepted.push_back((seq, id));
        if self.accepted.len() > MAX_ACCEPTED
            && let Some((_, oldest)) = self.accepted.pop_front()
        {
            self.open.remove(&oldest);
        }
    }

    fn decide(&mut self, id: TextId, missed: bool, is_alone: bool) -> Option<Event> {
        let open = self.open.get_mut(&id)?;
        open.left -= 1;
        open.missed |= missed;
        let delivery = match open {
            Open { missed: true, .. } => Delivery::Missed,
            Open { left: 0, .. } => Delivery::Everyone,
            Open { .. } => return None,
        };
        self.open.remove(&id);
        (delivery == Delivery::Missed || !is_alone).then(|| told(id, delivery))
    }
}

const fn told(id: TextId, delivery: Delivery) -> Event {
    Event::Delivery { id, delivery }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: TextId = TextId::new([1; 16]);
    const B: TextId = TextId::new([2; 16]);

    fn states(events: impl IntoIterator<Item = Event>) -> Vec<(TextId, Delivery)> {
        events
            .into_iter()
            .map(|event| match event {
                Event::Delivery { id, delivery } => (id, delivery),
                other => panic!("unexpected {other:?}"),
            })
            .collect()
    }

    #[test]
    fn messages_follow_what_the_relay_tells_in_order() {
        let mut deliveries = Deliveries::default();
        deliveries.sent(A, Some(Seq(3)), false);
        deliveries.sent(B, Some(Seq(7)), false);
        assert_eq!(
            states(deliveries.told(Seq(2), Completeness::Everyone, false)),
            []
        );
        let told = deliveries.told(Seq(6), Completeness::Missed, false);
        assert_eq!(states(told), [(A, Delivery::Missed)]);
        let told = deliveries.told(Seq(9), Completeness::Everyone, false);
        assert_eq!(states(told), [(B, Delivery::Everyone)]);
    }

    #[test]
    fn a_message_is_everyones_only_once_its_copies_are() {
        let mut deliveries = Deliveries::default();
        deliveries.sent(A, Some(Seq(3)), false);
        deliveries.copying(A);
        assert_eq!(
            states(deliveries.told(Seq(3), Completeness::Everyone, false)),
            []
        );
        deliveries.copied(A, Some(Seq(4)));
        let told = deliveries.told(Seq(4), Completeness::Everyone, false);
        assert_eq!(states(told), [(A, Delivery::Everyone)]);
    }

    #[test]
    fn nothing_is_said_of_what_nobody_can_know() {
        let mut deliveries = Deliveries::default();
        deliveries.sent(A, None, false);
        deliveries.sent(B, Some(Seq(1)), false);
        deliveries.forget();
        assert_eq!(
            states(deliveries.told(Seq(9), Completeness::Everyone, false)),
            []
        );
    }

    #[test]
    fn nobody_else_is_not_everyone() {
        let mut deliveries = Deliveries::default();
        deliveries.sent(A, Some(Seq(1)), false);
        assert_eq!(
            states(deliveries.told(Seq(1), Completeness::Everyone, true)),
            []
        );
        assert_eq!(
            states(deliveries.told(Seq(2), Completeness::Everyone, false)),
            []
        );
        // Who comes in later has nothing of it.
        deliveries.sent(B, Some(Seq(3)), true);
        assert_eq!(
            states(deliveries.told(Seq(3), Completeness::Everyone, false)),
            []
        );
    }

    #[test]
    fn whoever_never_reports_makes_no_list_grow() {
        let mut deliveries = Deliveries::default();
        let id = |n: u64| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_be_bytes());
            TextId::new(id)
        };
        let most = u64::try_from(MAX_ACCEPTED).unwrap();
        for n in 1..=3 * most {
            deliveries.sent(id(n), Some(Seq(n)), false);
        }
        assert_eq!(
            (deliveries.open.len(), deliveries.accepted.len()),
            (MAX_ACCEPTED, MAX_ACCEPTED)
        );
        let told = deliveries.told(Seq(3 * most), Completeness::Everyone, false);
        let told: Vec<_> = states(told).into_iter().map(|(id, _)| id).collect();
        assert_eq!(told, (2 * most + 1..=3 * most).map(id).collect::<Vec<_>>());
    }
}
