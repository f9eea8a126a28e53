//! Who truly has which messages, kept as plainly as can be, and what senders may be told by it.

use std::collections::{BTreeMap, BTreeSet};

use sanctuary_wire::{Completeness, MemberNumber, MessageId, Seq};

/// A message that the room took.
#[derive(Debug)]
struct Message {
    from: MemberNumber,
    id: MessageId,
    /// Everybody in the group then whom it was for, its sender excepted.
    to: BTreeSet<MemberNumber>,
    /// Those who said to have it.
    had_by: BTreeSet<MemberNumber>,
    /// Those who lost it, or their state before it came, even if they were given it after all.
    lost_by: BTreeSet<MemberNumber>,
}

/// All messages of a room.
#[derive(Debug, Default)]
pub(super) struct Ledger(BTreeMap<Seq, Message>);

impl Ledger {
    /// A message was taken.
    pub(super) fn add(
        &mut self,
        seq: Seq,
        from: MemberNumber,
        id: MessageId,
        to: BTreeSet<MemberNumber>,
    ) {
        let message = Message {
            from,
            id,
            to,
            had_by: BTreeSet::new(),
            lost_by: BTreeSet::new(),
        };
        self.0.insert(seq, message);
    }

    /// Whether that message was taken before.
    pub(super) fn knows(&self, from: MemberNumber, id: MessageId) -> bool {
        self.0
            .values()
            .any(|message| (message.from, message.id) == (from, id))
    }

    /// A member says what it has.
    pub(super) fn have(&mut self, member: MemberNumber, seqs: impl IntoIterator<Item = Seq>) {
        for seq in seqs {
            if let Some(message) = self.0.get_mut(&seq) {
                message.had_by.insert(member);
            }
        }
    }

    /// A member is without its state.
    pub(super) fn lose(&mut self, member: MemberNumber) {
        for message in self.0.values_mut() {
            if message.to.contains(&member) && !message.had_by.contains(&member) {
                message.lost_by.insert(member);
            }
        }
    }

    /// Holds what a sender was told against the truth, `present` being in the room.
    pub(super) fn check(
        &self,
        seq: Seq,
        completeness: Completeness,
        present: &BTreeSet<MemberNumber>,
    ) {
        let told = &self.0[&seq];
        match completeness {
            Completeness::Everyone => {
                assert_eq!(lacking(told, present), [], "{seq:?} is not everyone's");
            }
            Completeness::Missed => {
                // Whoever did may be gone, or have it after all, when the sender, back again, is told again.
                let messages = self.0.values();
                let mut others =
                    messages.flat_map(|m| m.to.difference(&m.had_by).chain(&m.lost_by));
                assert!(
                    others.any(|member| *member != told.from),
                    "{seq:?}: nobody ever lacked anything"
                );
            }
        }
    }
}

/// Who of those present lacks a message.
fn lacking(message: &Message, present: &BTreeSet<MemberNumber>) -> Vec<MemberNumber> {
    let to = message.to.intersection(present);
    to.filter(|member| !message.had_by.contains(member))
        .copied()
        .collect()
}
