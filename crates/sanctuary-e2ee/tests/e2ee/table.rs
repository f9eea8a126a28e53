//! A relay for the tests: it orders commits, keeps the latest group state, and hands out copies.

use std::collections::BTreeMap;

use sanctuary_e2ee::{
    Alias, CommitEffect, Identity, KickSecrets, LinkSecret, Member, MemberNumber, MemberParams,
    Password, RoomId, RoomName, RoomSecrets, Root, SignatureSeed,
};

/// A room, and those who are in it by their member number.
pub(crate) struct Table {
    pub(crate) members: BTreeMap<u32, Seat>,
    pub(crate) group_state: Vec<u8>,
    pub(crate) epoch: u64,
    next: u32,
    kicks: u8,
}

/// A member and what it needs to come back.
pub(crate) struct Seat {
    pub(crate) member: Member,
    pub(crate) params: MemberParams,
}

pub(crate) fn secrets(root: u8) -> RoomSecrets {
    RoomSecrets::from_root(Root::new([root; 32]), RoomId::new([0x5a; 16]))
}

pub(crate) fn params(secrets: &RoomSecrets, number: u32) -> MemberParams {
    MemberParams {
        secrets: secrets.clone(),
        alias: Alias::prepare(&format!("member {number}")).unwrap(),
        member_number: MemberNumber(number),
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    }
}

/// New secrets, told apart by `round`.
pub(crate) fn fresh(round: u8) -> KickSecrets {
    KickSecrets {
        link_secret: LinkSecret::new([round; 24]),
        password: Password::prepare(&format!("round {round}")).unwrap(),
        root: Root::new([round; 32]),
        room_name: RoomName::new("Tea").unwrap(),
    }
}

impl Table {
    /// A room with its creator, member number 1.
    pub(crate) fn new() -> Self {
        let params = params(&secrets(0xaa), 1);
        let (member, group_state) = Member::create(params.clone()).unwrap();
        let members = BTreeMap::from([(1, Seat { member, params })]);
        Self {
            members,
            group_state,
            epoch: 0,
            next: 2,
            kicks: 0,
        }
    }

    /// A room with so many members.
    pub(crate) fn with(members: u32) -> Self {
        let mut table = Self::new();
        for _ in 1..members {
            table.join();
        }
        table
    }

    pub(crate) fn member(&mut self, number: u32) -> &mut Member {
        &mut self.members.get_mut(&number).unwrap().member
    }

    pub(crate) fn identity(&self, number: u32) -> Identity {
        *self.members[&number].member.identity()
    }

    /// Somebody joins; answers with the member number.
    pub(crate) fn join(&mut self) -> u32 {
        let number = self.next;
        self.next += 1;
        let secrets = self
            .members
            .values()
            .next()
            .unwrap()
            .member
            .secrets()
            .clone();
        self.enter(number, params(&secrets, number));
        number
    }

    /// Somebody lost its state and comes back under its number.
    pub(crate) fn resync(&mut self, number: u32) {
        let old = self.members.remove(&number).unwrap();
        let secrets = old.member.secrets().clone();
        self.enter(
            number,
            MemberParams {
                secrets,
                ..old.params
            },
        );
    }

    fn enter(&mut self, number: u32, params: MemberParams) {
        let pending = Member::join(params.clone(), self.epoch, &self.group_state).unwrap();
        self.group_state.clone_from(&pending.group_state);
        for effect in self.deliver(number, &pending.commit) {
            assert!(effect.by.is_none() && effect.removed.is_empty() && effect.rekey.is_none());
            let who = effect.joined.or(effect.resynced).unwrap();
            assert_eq!(who.identity, params.identity);
            assert_eq!(who.alias.as_ref(), Some(&params.alias));
        }
        self.members.insert(
            number,
            Seat {
                member: pending.accept(),
                params,
            },
        );
    }

    /// `by` removes those who are gone; nobody: it renews its keys.
    pub(crate) fn remove(&mut self, by: u32, gone: &[u32]) {
        let identities: Vec<_> = gone.iter().map(|number| self.identity(*number)).collect();
        let pending = self.member(by).commit_removal(&identities).unwrap();
        self.group_state.clone_from(&pending.group_state);
        let left: Vec<_> = gone
            .iter()
            .map(|number| self.members.remove(number).unwrap())
            .collect();
        for effect in self.deliver(by, &pending.commit) {
            assert_eq!(effect.removed.len(), gone.len());
        }
        for mut seat in left {
            assert!(
                seat.member
                    .apply_commit(self.epoch - 1, MemberNumber(by), &pending.commit)
                    .unwrap()
                    .self_removed
            );
        }
        self.member(by).accept(pending).unwrap();
    }

    /// `by` kicks somebody; answers with the kicked one.
    pub(crate) fn kick(&mut self, by: u32, who: u32) -> Seat {
        self.kicks += 1;
        let (identity, fresh) = (self.identity(who), fresh(self.kicks));
        let kick = self.member(by).commit_kick(identity, &fresh).unwrap();
        assert_eq!(kick.evicted, [MemberNumber(who)]);
        assert_eq!(kick.admission_key, secrets(self.kicks).admission_key());
        self.group_state.clone_from(&kick.pending.group_state);
        let mut kicked = self.members.remove(&who).unwrap();
        for effect in self.deliver(by, &kick.pending.commit) {
            let rekey = effect.rekey.unwrap();
            assert_eq!(rekey.secrets.root().as_bytes(), fresh.root.as_bytes());
            assert_eq!(rekey.password, fresh.password);
            assert_eq!(rekey.link_secret, fresh.link_secret);
        }
        let epoch = self.epoch - 1;
        let effect = kicked
            .member
            .apply_commit(epoch, MemberNumber(by), &kick.pending.commit)
            .unwrap();
        assert!(effect.self_removed && effect.rekey.is_none());
        self.member(by).accept(kick.pending).unwrap();
        kicked
    }

    /// Hands a commit of `from` to all others; the epoch counts up.
    pub(crate) fn deliver(&mut self, from: u32, commit: &[u8]) -> Vec<CommitEffect> {
        let epoch = self.epoch;
        self.epoch += 1;
        self.members
            .iter_mut()
            .filter(|(number, _)| **number != from)
            .map(|(_, seat)| {
                seat.member
                    .apply_commit(epoch, MemberNumber(from), commit)
                    .unwrap()
            })
            .collect()
    }

    /// `from` says something and everybody else reads it.
    pub(crate) fn talk(&mut self, from: u32, data: &[u8]) {
        let (epoch, payload) = self.member(from).encrypt(data).unwrap();
        let author = self.identity(from);
        for (number, seat) in &mut self.members {
            if *number != from {
                let heard = seat.member.decrypt(epoch, &payload).unwrap();
                assert_eq!((&**heard.data, heard.from.identity), (data, author));
                assert_eq!(heard.from.member_number, Some(MemberNumber(from)));
            }
        }
    }

    /// Everybody is in one epoch and agrees on it and on the roster.
    pub(crate) fn check(&self) {
        let first = &self.members.values().next().unwrap().member;
        let roster = first.roster().unwrap();
        assert_eq!(roster.len(), self.members.len());
        for (number, seat) in &self.members {
            assert_eq!(seat.member.epoch().unwrap(), self.epoch);
            assert_eq!(
                seat.member.epoch_authenticator(),
                first.epoch_authenticator()
            );
            assert_eq!(seat.member.safety_phrase(), first.safety_phrase());
            assert_eq!(seat.member.roster().unwrap(), roster);
            let own = roster
                .iter()
                .find(|entry| entry.identity == *seat.member.identity())
                .unwrap();
            assert_eq!(own.alias.as_ref(), Some(&seat.params.alias));
            assert_eq!(own.member_number, Some(MemberNumber(*number)));
        }
    }
}
