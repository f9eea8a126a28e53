//! Commits of one's own: removing who is gone, kicking who is here, and renaming oneself (PROTOCOL.md, sections 8.5
//! and 8.7).
//!
//! Invariant: an own commit is applied only once the relay accepted it. A pending commit of an
//! epoch that ended by another one is dropped by itself.

use std::fmt;

use openmls::prelude::LeafNodeIndex;
use openmls_traits::OpenMlsProvider as _;

use crate::{
    alias::Alias,
    contents::{CommitContent, GroupState, Rekey},
    error::{E2eeError, Result},
    id::{Identity, LinkSecret, MemberNumber, RoomId},
    key::KEY_LEN,
    member::Member,
    mls::{self, REKEY_LABEL},
    password::Password,
    room_name::RoomName,
    root::Root,
    roster::{self, RosterEntry},
    seal::Kind,
    seal::SealKey,
    secrets::RoomSecrets,
};

/// An own commit that the relay has not accepted yet; hand it back to [`Member::accept`] or
/// [`Member::discard`].
pub struct PendingCommit {
    /// The sealed commit, for the relay.
    pub commit: Vec<u8>,
    /// The sealed group state of the epoch that it creates, for the relay.
    pub group_state: Vec<u8>,
    epoch: u64,
    removed: Vec<Identity>,
    renamed: Option<(RosterEntry, Alias)>,
    secrets: Option<RoomSecrets>,
}

impl fmt::Debug for PendingCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingCommit(..)")
    }
}

/// A kick that the relay has not accepted yet.
#[derive(Debug)]
pub struct PendingKick {
    /// The commit itself.
    pub pending: PendingCommit,
    /// The new admission key, for the envelope.
    pub admission_key: [u8; KEY_LEN],
    /// The room's name sealed under the new link secret, for the envelope.
    pub sealed_name: Vec<u8>,
    /// The session that the relay shall end.
    pub evicted: Vec<MemberNumber>,
}

/// The new secrets that a kick gives the room.
pub struct KickSecrets {
    /// The new link secret.
    pub link_secret: LinkSecret,
    /// The new password.
    pub password: Password,
    /// The root of both, as [`Root::derive`] gives it.
    pub root: Root,
    /// The room's name, which stays.
    pub room_name: RoomName,
}

impl Member {
    /// Prepares a commit that removes those who are gone; without any it only renews the member's
    /// keys.
    pub fn commit_removal(&mut self, identities: &[Identity]) -> Result<PendingCommit> {
        self.stage(identities, None, None)
    }

    /// Prepares a commit that brings the member's new alias, and fresh keys.
    pub fn commit_rename(&mut self, alias: Alias) -> Result<PendingCommit> {
        let number = self
            .roster
            .entry(&self.identity)
            .map(|entry| entry.member_number)
            .ok_or(E2eeError::UnknownMember)?;
        let (room_id, identity) = (*self.room_id(), self.identity);
        let entry = RosterEntry::sign(&room_id, identity, number, &alias, self.signer.seed());
        self.stage(&[], None, Some((entry, alias)))
    }

    /// Prepares a commit that removes somebody who is here and replaces the secrets of the room.
    pub fn commit_kick(&mut self, identity: Identity, new: &KickSecrets) -> Result<PendingKick> {
        let evicted = self
            .roster
            .entry(&identity)
            .map(|entry| entry.member_number);
        let pending = self.stage(&[identity], Some(new), None)?;
        let admission_key = pending
            .secrets
            .as_ref()
            .map_or([0; KEY_LEN], RoomSecrets::admission_key);
        Ok(PendingKick {
            pending,
            admission_key,
            sealed_name: new.room_name.seal(self.room_id(), &new.link_secret)?,
            evicted: evicted.into_iter().collect(),
        })
    }

    /// The relay accepted the commit: the member moves on to the next epoch.
    pub fn accept(&mut self, pending: PendingCommit) -> Result<()> {
        if self.epoch()? != pending.epoch || self.group()?.pending_commit().is_none() {
            return Err(E2eeError::NotPending);
        }
        self.remember_epoch()?;
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        group
            .merge_pending_commit(&self.provider)
            .map_err(|_| E2eeError::Mls("applying an own commit"))?;
        for identity in &pending.removed {
            self.roster.remove(identity);
        }
        if let Some((entry, alias)) = pending.renamed {
            self.roster.insert(entry, alias);
        }
        pending
            .secrets
            .map_or(Ok(()), |secrets| self.adopt(secrets))
    }

    /// The relay rejected the commit: it never was.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what was discarded must not be accepted later"
    )]
    pub fn discard(&mut self, pending: PendingCommit) -> Result<()> {
        // A commit of an epoch that is over is gone already.
        if self.epoch()? == pending.epoch {
            self.discard_pending()?;
        }
        Ok(())
    }

    /// Drops a pending commit, if there is one.
    pub(crate) fn discard_pending(&mut self) -> Result<()> {
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        group
            .clear_pending_commit(self.provider.storage())
            .map_err(|_| E2eeError::Mls("discarding an own commit"))
    }

    fn stage(
        &mut self,
        identities: &[Identity],
        kick: Option<&KickSecrets>,
        renamed: Option<(RosterEntry, Alias)>,
    ) -> Result<PendingCommit> {
        const STAGING: E2eeError = E2eeError::Mls("building a commit");
        let room_id = *self.room_id();
        let epoch = self.epoch()?;
        let leaves = self.leaves_of(identities)?;
        let mut roster = self.entries(identities)?;
        self.discard_pending()?;
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        if let Some((entry, _)) = &renamed {
            for old in &mut roster {
                if old.identity == entry.identity {
                    *old = entry.clone();
                }
            }
            group.set_aad(entry.encode());
        }
        let bundle = group
            .commit_builder()
            .consume_proposal_store(false)
            .propose_removals(leaves)
            .force_self_update(true)
            .load_psks(self.provider.storage())
            .map_err(|_| STAGING)?
            .build(
                self.provider.rand(),
                self.provider.crypto(),
                &self.signer,
                |_| true,
            )
            .map_err(|_| STAGING)?
            .stage_commit(&self.provider)
            .map_err(|_| STAGING)?;
        let (message, _, group_info) = bundle.into_messages();
        let group_info = mls::encode(&group_info.ok_or(STAGING)?)?.to_vec();
        let secrets = kick.map(|new| RoomSecrets::from_root(new.root.clone(), room_id));
        let content = CommitContent {
            mls_message: mls::encode(&message)?.to_vec(),
            rekey: kick.map_or(Ok(Vec::new()), |new| self.seal_rekey(new, epoch + 1))?,
        };
        let state = GroupState { group_info, roster };
        let next_key = secrets.as_ref().unwrap_or(&self.secrets).seal_key();
        Ok(PendingCommit {
            commit: self
                .secrets
                .seal_key()
                .seal(&Kind::Commit.aad(&room_id, epoch), &content.encode())?,
            group_state: next_key
                .seal(&Kind::GroupState.aad(&room_id, epoch + 1), &state.encode())?,
            epoch,
            removed: identities.to_vec(),
            renamed,
            secrets,
        })
    }

    /// Seals the new secrets under a key that only those inside the next epoch can compute.
    fn seal_rekey(&self, new: &KickSecrets, next_epoch: u64) -> Result<Vec<u8>> {
        let staged = self
            .group()?
            .pending_commit()
            .ok_or(E2eeError::NotPending)?;
        let key = rekey_key(|label, length| {
            staged
                .export_secret(self.provider.crypto(), label, &[], length)
                .ok()
        })?;
        let rekey = Rekey {
            root: new.root.clone(),
            link_secret: new.link_secret.clone(),
            password: new.password.clone(),
        };
        key.seal(&rekey_aad(self.room_id(), next_epoch), &rekey.encode())
    }

    fn leaves_of(&self, identities: &[Identity]) -> Result<Vec<LeafNodeIndex>> {
        let group = self.group()?;
        let leaf_of = |identity: &Identity| {
            group
                .members()
                .find(|leaf| roster::identity_of(leaf).as_ref() == Some(identity))
                .map(|leaf| leaf.index)
                .filter(|index| *index != group.own_leaf_index())
                .ok_or(E2eeError::UnknownMember)
        };
        identities.iter().map(leaf_of).collect()
    }
}

/// The key that a rekey is sealed with, from the exporter of the new epoch.
pub(crate) fn rekey_key(export: impl FnOnce(&str, usize) -> Option<Vec<u8>>) -> Result<SealKey> {
    let secret = zeroize::Zeroizing::new(
        export(REKEY_LABEL, KEY_LEN).ok_or(E2eeError::Mls("exporting a secret"))?,
    );
    let mut key = zeroize::Zeroizing::new([0; KEY_LEN]);
    if secret.len() != KEY_LEN {
        return Err(E2eeError::Mls("exporting a secret"));
    }
    key.copy_from_slice(&secret);
    Ok(SealKey::new(&key))
}

/// The associated data of a rekey: this room, and the epoch that it comes with.
pub(crate) fn rekey_aad(room_id: &RoomId, next_epoch: u64) -> Vec<u8> {
    [
        b"sanctuary/1 rekey",
        &room_id.as_bytes()[..],
        &next_epoch.to_be_bytes(),
    ]
    .concat()
}
