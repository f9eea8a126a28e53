//! Who is in the room, as people see it: the group's roster through what the relay says of
//! connections.
//!
//! The roster says who can read, and the relay cannot forge it: who stands in it is listed, whatever
//! the relay says or keeps to itself. Presence says whose connection is alive, and no more. Somebody
//! whose session has ended can still read until a commit has removed them; only then they have left.
//! Each change of the list is told once.

use std::{collections::BTreeMap, fmt};

use sanctuary_e2ee::{Alias, Identity, RoomId, RosterMember, member_words};
use sanctuary_wire::{MemberNumber, MemberPresence, Presence};

use crate::event::Event;

/// A member as shown to people.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Names the person within the room.
    pub identity: Identity,
    /// The alias, or the two words if the group has none for it.
    pub alias: String,
    /// Two words that tell people of the same alias apart.
    pub words: Vec<&'static str>,
    /// Whether it is the client itself.
    pub own: bool,
    /// Whether its connection stands.
    pub here: bool,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

/// The people of a room.
pub(crate) struct People {
    room_id: RoomId,
    own: Identity,
    roster: Vec<RosterMember>,
    presences: BTreeMap<MemberNumber, Presence>,
    listed: BTreeMap<Identity, Person>,
    told_gone: BTreeMap<Identity, Person>,
}

impl People {
    pub(crate) fn new(room_id: RoomId, own: Identity) -> Self {
        Self {
            room_id,
            own,
            roster: Vec::new(),
            presences: BTreeMap::new(),
            listed: BTreeMap::new(),
            told_gone: BTreeMap::new(),
        }
    }

    /// The relay's whole list, after admission or resumption; seen with the next change.
    pub(crate) fn set_presences(&mut self, members: &[MemberPresence]) {
        self.presences = members
            .iter()
            .filter(|member| member.presence != Presence::Gone)
            .map(|member| (member.member, member.presence))
            .collect();
    }

    /// One change that the relay tells.
    pub(crate) fn set_presence(&mut self, number: MemberNumber, presence: Presence) -> Vec<Event> {
        if presence == Presence::Gone {
            self.presences.remove(&number);
        } else {
            self.presences.insert(number, presence);
        }
        self.renew()
    }

    /// The roster after a commit. Those whose removal is told elsewhere are in `removed`.
    pub(crate) fn set_roster(
        &mut self,
        roster: Vec<RosterMember>,
        removed: &[Identity],
    ) -> Vec<Event> {
        self.roster = roster;
        for identity in removed {
            if let Some(person) = self.listed.remove(identity) {
                self.told_gone.insert(*identity, person);
            }
        }
        self.renew()
    }

    /// Everybody listed, in the order of leaves.
    pub(crate) fn list(&self) -> Vec<Person> {
        let listed = |member: &RosterMember| self.listed.get(&member.identity).cloned();
        self.roster.iter().filter_map(listed).collect()
    }

    /// The client itself, as the others see it; none before it was in a group.
    pub(crate) fn own(&self) -> Option<Person> {
        self.roster
            .iter()
            .find(|member| member.identity == self.own)
            .map(|member| self.person(member))
    }

    /// A member of the roster as a person.
    pub(crate) fn person(&self, member: &RosterMember) -> Person {
        let words = member_words(&self.room_id, &member.identity);
        let alias = member.alias.as_ref().map(Alias::as_str);
        Person {
            identity: member.identity,
            alias: alias.map_or_else(|| words.join(" "), str::to_owned),
            words,
            own: member.identity == self.own,
            here: self.presence(member) == Presence::Here,
        }
    }

    /// Whether nobody else is there: who stands in the group's roster and is gone has nothing that was said since.
    pub(crate) fn is_alone(&self) -> bool {
        let is_there = |member: &RosterMember| self.presence(member) != Presence::Gone;
        let mut others = self.roster.iter().filter(|m| m.identity != self.own);
        !others.any(is_there)
    }

    /// The listed person whose session has this number.
    pub(crate) fn numbered(&self, number: MemberNumber) -> Option<Person> {
        let named = |member: &&RosterMember| member.member_number.map(|n| n.0) == Some(number.0);
        let member = self.roster.iter().find(named)?;
        self.listed.get(&member.identity).cloned()
    }

    /// Whether a member number stands in the group's roster.
    pub(crate) fn has_number(&self, number: MemberNumber) -> bool {
        let named = |member: &RosterMember| member.member_number.map(|number| number.0);
        self.roster.iter().any(|m| named(m) == Some(number.0))
    }

    /// Sessions that the relay knows and the group does not: joining just now, or left over of somebody's.
    pub(crate) fn outside(&self) -> Vec<MemberNumber> {
        let named = |member: &RosterMember| member.member_number.map(|number| number.0);
        let in_group =
            |number: &MemberNumber| self.roster.iter().any(|m| named(m) == Some(number.0));
        self.presences
            .keys()
            .copied()
            .filter(|number| !in_group(number))
            .collect()
    }

    /// Those in the group whose session has ended: they can still read, and are to be removed.
    pub(crate) fn gone(&self) -> Vec<Identity> {
        let gone = |member: &&RosterMember| self.presence(member) == Presence::Gone;
        self.roster
            .iter()
            .filter(gone)
            .map(|member| member.identity)
            .collect()
    }

    /// Whether somebody's session has ended, as far as the relay says.
    pub(crate) fn is_gone(&self, identity: &Identity) -> bool {
        self.gone().contains(identity)
    }

    /// Whether somebody stands in the group.
    pub(crate) fn is_in_group(&self, identity: &Identity) -> bool {
        self.roster
            .iter()
            .any(|member| member.identity == *identity)
    }

    /// How many of those here stand before this client in the tree (PROTOCOL.md, section 8.5).
    pub(crate) fn rank(&self) -> u32 {
        let before = self
            .roster
            .iter()
            .take_while(|member| member.identity != self.own);
        let here = before.filter(|member| self.presence(member) == Presence::Here);
        u32::try_from(here.count()).unwrap_or(u32::MAX)
    }

    /// Who has no valid roster entry is never taken for gone.
    fn presence(&self, member: &RosterMember) -> Presence {
        match member.member_number {
            Some(number) if member.identity != self.own => self
                .presences
                .get(&MemberNumber(number.0))
                .copied()
                .unwrap_or(Presence::Gone),
            _ => Presence::Here,
        }
    }

    /// Draws the list anew and says what changed.
    fn renew(&mut self) -> Vec<Event> {
        let now: BTreeMap<_, _> = self
            .roster
            .iter()
            .map(|member| (member.identity, self.person(member)))
            .collect();
        let before = std::mem::replace(&mut self.listed, now);
        let mut events = Vec::new();
        for (identity, person) in &before {
            if !self.listed.contains_key(identity) {
                self.told_gone.insert(*identity, person.clone());
                events.push(Event::Left(person.clone()));
            }
        }
        for (identity, person) in &self.listed {
            let who = person.clone();
            if let Some(old) = before.get(identity).filter(|old| old.alias != who.alias) {
                let (who, before) = (who.clone(), old.alias.clone());
                events.push(Event::Renamed { who, before });
            }
            match before.get(identity) {
                Some(old) if old.here != who.here => {
                    events.push(Event::Presence {
                        here: who.here,
                        who,
                    });
                }
                Some(_) => {}
                None if self.told_gone.remove(identity).is_some() => {
                    events.push(Event::Returned(who));
                }
                None => events.push(Event::Joined(who)),
            }
        }
        events
    }
}
