//! What this client wants to commit, and the commit that waits for the relay's answer.
//!
//! Invariants: what a commit contains is decided when the lease is there, by the roster of that
//! moment; a lease that is not needed any more is given back; there is one own commit at a time.

use sanctuary_e2ee::{Alias, Identity, KickSecrets, Member, PendingCommit, PendingJoin, Result};
use sanctuary_wire::{AdmissionKey, ClientFrame, Epoch, MemberNumber, SealedName};
use tokio::sync::oneshot;

use crate::{event::Ended, keyring, people::People};

/// A kick that waits for its commit.
pub(crate) struct Kick {
    pub(crate) identity: Identity,
    pub(crate) fresh: KickSecrets,
    /// Hears when they are out, or that the room is over before.
    pub(crate) done: oneshot::Sender<std::result::Result<(), Ended>>,
}

/// An own commit that the relay has not answered.
pub(crate) struct Own {
    /// The frame, for sending it again as the same bytes.
    pub(crate) frame: ClientFrame,
    /// The epoch that it was made in.
    pub(crate) epoch: u64,
    pub(crate) kind: OwnKind,
}

/// What an own commit does.
pub(crate) enum OwnKind {
    Join(Box<PendingJoin>),
    Removal(Box<PendingCommit>),
    Rename(Box<PendingCommit>, Alias),
    Kick(Box<PendingCommit>, Box<Kick>),
}

/// Wants, and the commit under way.
#[derive(Default)]
pub(crate) struct Commits {
    pub(crate) own: Option<Own>,
    /// Whether it is this client's turn to remove those who are gone.
    pub(crate) removal_due: bool,
    kicks: Vec<Kick>,
    /// The alias that the person wants from now on.
    rename: Option<Alias>,
    asked: bool,
}

impl Commits {
    /// Takes over a kick.
    pub(crate) fn want(&mut self, kick: Kick) {
        self.kicks.push(kick);
    }

    /// Takes over another alias for the person.
    pub(crate) fn rename(&mut self, alias: Alias) {
        self.rename = Some(alias);
    }

    /// The frame that asks for the lease, if there is something to commit and it was not asked for
    /// yet.
    pub(crate) fn ask(&mut self, people: &People) -> Option<ClientFrame> {
        self.drop_done(people);
        let wanted = !self.kicks.is_empty() || self.removal_due || self.rename.is_some();
        if !wanted || self.asked || self.own.is_some() {
            return None;
        }
        self.asked = true;
        Some(ClientFrame::RequestLease)
    }

    /// The lease for `epoch` came: the commit to send, or the lease given back.
    pub(crate) fn lease(
        &mut self,
        epoch: u64,
        member: &mut Member,
        people: &People,
    ) -> Result<ClientFrame> {
        self.asked = false;
        if member.epoch()? == epoch && self.own.is_none() {
            self.own = self.next(member, people)?;
            if let Some(own) = &self.own {
                return Ok(own.frame.clone());
            }
        }
        Ok(ClientFrame::ReleaseLease)
    }

    /// The connection is lost, and the place in the queue with it.
    pub(crate) fn lost(&mut self) {
        self.asked = false;
    }

    /// A kick whose commit came to nothing waits again.
    pub(crate) fn rejected(&mut self, member: Option<&mut Member>) -> Result<()> {
        let Some(own) = self.own.take() else {
            return Ok(());
        };
        let pending = match own.kind {
            OwnKind::Join(_) => return Ok(()),
            OwnKind::Removal(pending) => pending,
            OwnKind::Rename(pending, alias) => {
                self.rename.get_or_insert(alias);
                pending
            }
            OwnKind::Kick(pending, kick) => {
                self.kicks.insert(0, *kick);
                pending
            }
        };
        member.map_or(Ok(()), |member| member.discard(*pending))
    }

    /// The room is over.
    pub(crate) fn end(&mut self, why: Ended) {
        if let Some(Own {
            kind: OwnKind::Kick(_, kick),
            ..
        }) = self.own.take()
        {
            self.kicks.push(*kick);
        }
        for kick in self.kicks.drain(..) {
            let _ = kick.done.send(Err(why));
        }
    }

    /// A kick goes before removals, since its target is still here.
    fn next(&mut self, member: &mut Member, people: &People) -> Result<Option<Own>> {
        self.drop_done(people);
        if !self.kicks.is_empty() {
            return kick(self.kicks.remove(0), member, people.outside()).map(Some);
        }
        let epoch = member.epoch()?;
        let gone = people.gone();
        if !self.removal_due || gone.is_empty() {
            let Some(alias) = self.rename.take() else {
                return Ok(None);
            };
            let pending = member.commit_rename(alias.clone())?;
            let frame = commit_frame(epoch, &pending.commit, &pending.group_state);
            let kind = OwnKind::Rename(Box::new(pending), alias);
            return Ok(Some(Own { frame, epoch, kind }));
        }
        let pending = member.commit_removal(&gone)?;
        let frame = commit_frame(epoch, &pending.commit, &pending.group_state);
        Ok(Some(Own {
            frame,
            epoch,
            kind: OwnKind::Removal(Box::new(pending)),
        }))
    }

    /// Kicks of people who are not in the group any more have nothing left to do.
    fn drop_done(&mut self, people: &People) {
        for kick in self
            .kicks
            .extract_if(.., |kick| !people.is_in_group(&kick.identity))
        {
            let _ = kick.done.send(Ok(()));
        }
    }
}

fn kick(kick: Kick, member: &mut Member, outside: Vec<MemberNumber>) -> Result<Own> {
    let epoch = member.epoch()?;
    let pending = member.commit_kick(kick.identity, &kick.fresh)?;
    let mut frame = commit_frame(epoch, &pending.pending.commit, &pending.pending.group_state);
    if let ClientFrame::Commit {
        evicted,
        admission_key,
        sealed_name,
        ..
    } = &mut frame
    {
        *evicted = pending
            .evicted
            .iter()
            .map(|number| MemberNumber(number.0))
            .chain(outside)
            .collect();
        *admission_key = Some(AdmissionKey(pending.admission_key));
        *sealed_name = Some(keyring::sealed_name(pending.sealed_name)?) as Option<SealedName>;
    }
    Ok(Own {
        frame,
        epoch,
        kind: OwnKind::Kick(Box::new(pending.pending), Box::new(kick)),
    })
}

/// A commit that evicts nobody and leaves the room's secrets as they are.
pub(crate) fn commit_frame(epoch: u64, commit: &[u8], group_state: &[u8]) -> ClientFrame {
    ClientFrame::Commit {
        epoch: Epoch(epoch),
        commit: commit.to_vec().into(),
        group_state: group_state.to_vec().into(),
        evicted: Vec::new(),
        admission_key: None,
        sealed_name: None,
    }
}
