//! Commits of others: open, check, apply (PROTOCOL.md, sections 8.4 to 8.6).
//!
//! Invariant: a commit that breaks a rule changes nothing, and neither does one that does not open
//! or verify.

use std::fmt;

use openmls::{
    group::StagedCommit,
    prelude::{ContentType, ProcessedMessageContent, Sender, WireFormat},
};
use openmls_traits::OpenMlsProvider as _;

use crate::{
    commit::{rekey_aad, rekey_key},
    contents::{CommitContent, Rekey},
    error::{E2eeError, Result},
    external_commit::proposal_count,
    id::{Identity, LinkSecret, MemberNumber},
    member::{Member, protocol_message},
    mls,
    password::Password,
    policy::{Candidate, PolicyViolation, Verdict},
    roster::{self, RosterMember},
    seal::Kind,
    secrets::RoomSecrets,
};

/// What a commit did.
#[derive(Default)]
pub struct CommitEffect {
    /// Who joined.
    pub joined: Option<RosterMember>,
    /// Who came back in place of its old leaf.
    pub resynced: Option<RosterMember>,
    /// Who was removed.
    pub removed: Vec<RosterMember>,
    /// Who took another alias; `by` has the old one.
    pub renamed: Option<RosterMember>,
    /// Which member made the commit; none if it was a joiner.
    pub by: Option<RosterMember>,
    /// Whether this member itself was removed, or replaced by its own resync; its group is gone.
    pub self_removed: bool,
    /// The new secrets of the room, if the commit was a kick.
    pub rekey: Option<NewSecrets>,
}

impl fmt::Debug for CommitEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommitEffect(..)")
    }
}

/// The new secrets of a room after a kick.
pub struct NewSecrets {
    /// What hangs on the new root.
    pub secrets: RoomSecrets,
    /// The new link secret.
    pub link_secret: LinkSecret,
    /// The new password.
    pub password: Password,
}

/// A commit that was opened and verified but not judged yet.
struct Opened {
    commit: Box<StagedCommit>,
    sender: Sender,
    authenticated_data: Vec<u8>,
    /// How many proposals an external commit holds; none for a member's.
    external_proposals: Option<usize>,
    rekey: Vec<u8>,
}

impl Member {
    /// Applies a commit that the relay passed on: made in `epoch` (the current one) by the session
    /// with `member_number`. An own commit that is pending is dropped, since its epoch is over.
    pub fn apply_commit(
        &mut self,
        epoch: u64,
        member_number: MemberNumber,
        commit: &[u8],
    ) -> Result<CommitEffect> {
        if self.epoch()? != epoch {
            return Err(E2eeError::Epoch);
        }
        let opened = self.open_commit(epoch, commit)?;
        let verdict = Candidate {
            group: self.group()?,
            room_id: self.room_id(),
            sender: &opened.sender,
            authenticated_data: &opened.authenticated_data,
            commit: &opened.commit,
            external_proposals: opened.external_proposals,
            has_rekey: !opened.rekey.is_empty(),
            member_number,
        }
        .judge()?;
        if opened.commit.self_removed() {
            return Ok(self.be_removed(&verdict));
        }
        let rekey = self.open_rekey(&opened, epoch + 1)?;
        let mut effect = self.advance(*opened.commit, verdict)?;
        if let Some(new) = &rekey {
            self.adopt(new.secrets.clone())?;
        }
        effect.rekey = rekey;
        Ok(effect)
    }

    fn open_commit(&mut self, epoch: u64, commit: &[u8]) -> Result<Opened> {
        let content = CommitContent::decode(&self.open_message(Kind::Commit, epoch, commit)?)?;
        let wire_format = mls::decode(&content.mls_message)?.wire_format();
        let message = protocol_message(
            &content.mls_message,
            wire_format,
            ContentType::Commit,
            epoch,
        )
        .map_err(|_| PolicyViolation::NotACommit)?;
        if (wire_format == WireFormat::PublicMessage) != message.is_external() {
            return Err(PolicyViolation::Sender.into());
        }
        let external_proposals = message
            .is_external()
            .then(|| proposal_count(&content.mls_message))
            .transpose()
            .map_err(|_| PolicyViolation::Proposal)?;
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        let processed = group
            .process_message(&self.provider, message)
            .map_err(|_| E2eeError::Mls("verifying a commit"))?;
        let sender = processed.sender().clone();
        let authenticated_data = processed.aad().to_vec();
        let ProcessedMessageContent::StagedCommitMessage(commit) = processed.into_content() else {
            return Err(PolicyViolation::NotACommit.into());
        };
        Ok(Opened {
            commit,
            sender,
            authenticated_data,
            external_proposals,
            rekey: content.rekey,
        })
    }

    fn open_rekey(&self, opened: &Opened, next_epoch: u64) -> Result<Option<NewSecrets>> {
        if opened.rekey.is_empty() {
            return Ok(None);
        }
        let crypto = self.provider.crypto();
        let key = rekey_key(|label, length| {
            opened.commit.export_secret(crypto, label, &[], length).ok()
        })?;
        let rekey = key
            .open(&rekey_aad(self.room_id(), next_epoch), &opened.rekey)
            .and_then(|content| Rekey::decode(&content))
            .map_err(|_| PolicyViolation::Rekey)?;
        Ok(Some(NewSecrets {
            secrets: RoomSecrets::from_root(rekey.root, *self.room_id()),
            link_secret: rekey.link_secret,
            password: rekey.password,
        }))
    }

    fn advance(&mut self, commit: StagedCommit, verdict: Verdict) -> Result<CommitEffect> {
        let mut effect = self.describe(&verdict);
        self.remember_epoch()?;
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        group
            .merge_staged_commit(&self.provider, commit)
            .map_err(|_| E2eeError::Mls("applying a commit"))?;
        for gone in &effect.removed {
            self.roster.remove(&gone.identity);
        }
        match verdict {
            Verdict::Join {
                entry,
                alias,
                resync,
            } => {
                let identity = entry.identity;
                self.roster.insert(entry, alias);
                let newcomer = self.leaf_of(&identity)?;
                if resync {
                    effect.resynced = Some(newcomer);
                } else {
                    effect.joined = Some(newcomer);
                }
            }
            Verdict::Member {
                renamed: Some((entry, alias)),
                ..
            } => {
                let identity = entry.identity;
                self.roster.insert(entry, alias);
                effect.renamed = Some(self.leaf_of(&identity)?);
            }
            Verdict::Member { renamed: None, .. } => {}
        }
        Ok(effect)
    }

    /// Erases the group that this member is no longer in.
    fn be_removed(&mut self, verdict: &Verdict) -> CommitEffect {
        let effect = CommitEffect {
            self_removed: true,
            ..self.describe(verdict)
        };
        self.wipe();
        effect
    }

    /// Who committed and who is removed, as the roster of the ending epoch has them.
    fn describe(&self, verdict: &Verdict) -> CommitEffect {
        let Verdict::Member {
            committer, removed, ..
        } = verdict
        else {
            return CommitEffect::default();
        };
        let member_at = |index| {
            let leaf = self.group.as_ref()?.member_at(index)?;
            Some(
                self.roster
                    .member(roster::identity_of(&leaf)?, leaf.index.u32()),
            )
        };
        CommitEffect {
            by: member_at(*committer),
            removed: removed
                .iter()
                .filter_map(|index| member_at(*index))
                .collect(),
            ..CommitEffect::default()
        }
    }

    fn leaf_of(&self, identity: &Identity) -> Result<RosterMember> {
        self.roster()?
            .into_iter()
            .find(|member| member.identity == *identity)
            .ok_or(E2eeError::Mls("applying a commit"))
    }
}
