//! The room's end of the group: coming in, commits of one's own and of others.

use sanctuary_e2ee::{CommitEffect, E2eeError, Identity, Member, RosterMember};
use sanctuary_wire::{ClientFrame, Epoch, MemberNumber, Seq};

use super::Room;
use crate::{
    commits::{Own, OwnKind, commit_frame},
    event::{Ended, Event},
    numbers::Numbers,
};

/// How many epochs before the current one the relay still takes messages of (PROTOCOL.md, section
/// 5.3).
const PAST_EPOCHS: u64 = 2;

impl Room {
    pub(super) fn lease(&mut self, epoch: Epoch, group_state: &[u8]) -> Result<(), E2eeError> {
        if let Some(member) = &mut self.member {
            let frame = self.commits.lease(epoch.0, member, &self.people)?;
            self.out.push(frame);
            return Ok(());
        }
        if epoch.0 < self.newest {
            return Err(E2eeError::Epoch);
        }
        // One that was sent again after a lost connection is not answered yet. Another one beside it would be
        // taken back by its rejection, and then be accepted.
        let own = self.commits.own.as_ref();
        if own.is_some_and(|own| own.epoch != epoch.0) {
            self.out.push(ClientFrame::ReleaseLease);
            return Ok(());
        }
        if self
            .commits
            .own
            .as_ref()
            .is_none_or(|own| own.epoch != epoch.0)
        {
            let joined = Member::join(self.keys.params(self.number), epoch.0, group_state);
            // Right for the relay and wrong for the group: link and password changed while this
            // client was away.
            if matches!(joined, Err(E2eeError::Seal)) {
                self.end(Ended::LockedOut);
                return Ok(());
            }
            let pending = joined?;
            let frame = commit_frame(epoch.0, &pending.commit, &pending.group_state);
            let kind = OwnKind::Join(Box::new(pending));
            self.commits.own = Some(Own {
                frame,
                epoch: epoch.0,
                kind,
            });
        }
        self.out
            .extend(self.commits.own.as_ref().map(|own| own.frame.clone()));
        Ok(())
    }

    pub(super) fn accepted(&mut self, seq: Seq) -> Result<(), E2eeError> {
        self.seen(seq);
        if std::mem::take(&mut self.is_behind) {
            self.outbox.recall();
        }
        match (
            self.commits.own.take().map(|own| own.kind),
            &mut self.member,
        ) {
            (Some(OwnKind::Join(pending)), _) => {
                self.last_seq = seq;
                self.dealt_with = Numbers::default();
                self.seen(seq);
                let member = pending.accept();
                self.since = member.epoch()?;
                self.member = Some(member);
                self.inside()
            }
            (Some(OwnKind::Removal(pending)), Some(member)) => {
                member.accept(*pending)?;
                self.advance(&[])
            }
            (Some(OwnKind::Rename(pending, alias)), Some(member)) => {
                member.accept(*pending)?;
                self.keys.alias = alias;
                self.advance(&[])?;
                // Who comes back after a refresh, comes back under this alias.
                self.put_capsule()
            }
            (Some(OwnKind::Kick(pending, kick)), Some(member)) => {
                member.accept(*pending)?;
                let secrets = member.secrets().clone();
                self.tell_removed(&[kick.identity], self.keys.identity);
                self.advance(&[kick.identity])?;
                self.keys
                    .adopt(secrets, kick.fresh.link_secret, kick.fresh.password)?;
                let _ = kick.done.send(Ok(()));
                self.rekeyed()
            }
            _ => Ok(()),
        }
    }

    pub(super) fn rejected(&mut self) -> Result<(), E2eeError> {
        self.commits.rejected(self.member.as_mut())?;
        if std::mem::take(&mut self.is_behind) {
            self.fall_out();
        } else if self.member.is_none() {
            self.out.push(ClientFrame::RequestLease);
        }
        Ok(())
    }

    /// The group cannot be followed any more: it is taken up anew.
    pub(super) fn fall_out(&mut self) {
        self.member = None;
        self.entered.clear();
        self.outbox.recall();
        self.out.push(ClientFrame::RequestLease);
    }

    /// A commit; the relay names the epoch that it leads to.
    pub(super) fn committed(
        &mut self,
        seq: Seq,
        epoch: Epoch,
        number: MemberNumber,
        commit: &[u8],
    ) -> Result<(), E2eeError> {
        let Some(member) = &mut self.member else {
            return Ok(());
        };
        let current = member.epoch()?;
        if epoch.0 <= current {
            self.seen(seq);
            return Ok(());
        }
        let own = self.commits.own.as_ref();
        if number == self.number && own.is_some_and(|own| own.epoch + 1 == epoch.0) {
            return self.accepted(seq);
        }
        let number = sanctuary_e2ee::MemberNumber(number.0);
        let effect = member.apply_commit(epoch.0 - 1, number, commit)?;
        self.seen(seq);
        self.remember(epoch, effect.joined.as_ref().or(effect.resynced.as_ref()));
        self.apply(effect)
    }

    /// Takes note of who came in, of each the last time only. Messages of older epochs than the relay
    /// takes need no copies.
    pub(super) fn remember(&mut self, epoch: Epoch, who: Option<&RosterMember>) {
        self.entered
            .retain(|(since, _)| since + PAST_EPOCHS >= epoch.0);
        if let Some(number) = who.and_then(|who| who.member_number) {
            let number = MemberNumber(number.0);
            self.entered.retain(|(_, other)| *other != number);
            self.entered.push((epoch.0, number));
        }
    }

    fn apply(&mut self, effect: CommitEffect) -> Result<(), E2eeError> {
        if effect.self_removed {
            self.out.push(ClientFrame::Leave);
            self.end(if effect.by.is_some() {
                Ended::Evicted
            } else {
                Ended::Replaced
            });
            return Ok(());
        }
        // Those who are gone have left with this; who is not is removed on purpose.
        let removed: Vec<Identity> = effect
            .removed
            .iter()
            .map(|member: &RosterMember| member.identity)
            .filter(|identity| effect.rekey.is_some() || !self.people.is_gone(identity))
            .collect();
        if let Some(by) = &effect.by {
            self.tell_removed(&removed, by.identity);
        }
        self.advance(&removed)?;
        let Some(new) = effect.rekey else {
            return Ok(());
        };
        self.keys
            .adopt(new.secrets, new.link_secret, new.password)?;
        self.rekeyed()
    }

    /// Everything that follows from being inside, the first time or again.
    pub(super) fn inside(&mut self) -> Result<(), E2eeError> {
        let roster = self
            .member
            .as_ref()
            .map_or(Ok(Vec::new()), Member::roster)?;
        let changes = self.people.set_roster(roster, &[]);
        self.events.push(Event::Inside);
        // Who was here before is no news to somebody who has just come in.
        if self.has_been_inside {
            self.tell(changes);
        }
        self.has_been_inside = true;
        if self.has_rekeyed {
            self.put_capsule()
        } else {
            Ok(())
        }
    }

    /// A new epoch.
    fn advance(&mut self, removed: &[Identity]) -> Result<(), E2eeError> {
        let roster = self
            .member
            .as_ref()
            .map_or(Ok(Vec::new()), Member::roster)?;
        let changes = self.people.set_roster(roster, removed);
        self.tell(changes);
        Ok(())
    }

    fn tell_removed(&mut self, removed: &[Identity], by: Identity) {
        let people = self.people.list();
        let find = |identity: Identity| people.iter().find(|person| person.identity == identity);
        for identity in removed {
            if let (Some(who), Some(by)) = (find(*identity), find(by)) {
                self.events.push(Event::Removed {
                    who: who.clone(),
                    by: by.clone(),
                });
            }
        }
    }

    fn rekeyed(&mut self) -> Result<(), E2eeError> {
        self.has_rekeyed = true;
        self.events.push(Event::Rekeyed {
            link: self.keys.link(),
            password: self.keys.password.clone(),
        });
        self.put_capsule()
    }

    pub(super) fn put_capsule(&mut self) -> Result<(), E2eeError> {
        let capsule = self.keys.capsule(&self.keys.session)?;
        self.out.push(ClientFrame::PutCapsule { capsule });
        Ok(())
    }
}
