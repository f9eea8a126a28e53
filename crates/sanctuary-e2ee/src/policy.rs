//! What every member checks of a commit beyond RFC 9420 (PROTOCOL.md, section 8.4).
//!
//! Invariant: these rules decide on the commit and the group before it alone, so all members come
//! to the same verdict; a member that decided otherwise would split from the others.

use openmls::{
    group::{Member as Leaf, MlsGroup, QueuedProposal, StagedCommit},
    prelude::{
        LeafNode, LeafNodeIndex, PreSharedKeyProposal, Proposal, ProposalOrRefType, Sender,
        tls_codec::Serialize as _,
    },
};
use thiserror::Error;

use crate::{
    alias::Alias,
    encoding::Reader,
    id::{Identity, MemberNumber, RoomId},
    mls::{self, PSK_ID},
    roster::{self, RosterEntry},
};

/// `PSKType` external (RFC 9420, section 8.4).
const PSK_TYPE_EXTERNAL: u8 = 1;

/// Which rule a commit broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyViolation {
    /// Something else came where a commit belongs.
    #[error("it is no commit")]
    NotACommit,
    /// It comes from outside the group and is no external commit.
    #[error("its sender is neither a member nor joining")]
    Sender,
    /// It holds a proposal of a kind that has no place in it, or one by reference.
    #[error("it holds a proposal that has no place there")]
    Proposal,
    /// The external commit does not prove to know the password: none or several PSKs, or another
    /// one.
    #[error("it lacks the proof of the password")]
    Psk,
    /// The external commit removes somebody else.
    #[error("a joiner removes somebody else")]
    RemovesAnother,
    /// The joiner's identity is malformed or in the group already.
    #[error("a joiner's identity is not its own")]
    Identity,
    /// The joiner came back with another signature key, or has another member's.
    #[error("a joiner's signature key is not its own")]
    SignatureKey,
    /// The roster entry of a joiner, or of one who takes another alias, is missing, malformed or not its own.
    #[error("a roster entry is wrong")]
    RosterEntry,
    /// The roster entry names another member number than the relay.
    #[error("the member number in a roster entry is not the relay's")]
    MemberNumber,
    /// The commit has no path.
    #[error("it brings no fresh keys")]
    Path,
    /// The new leaf can more or less than this protocol.
    #[error("its leaf is not one of this protocol")]
    Leaf,
    /// The committer changed its identity or signature key.
    #[error("a member changes its identity")]
    LeafChanged,
    /// The committer removes itself.
    #[error("a member removes itself")]
    RemovesItself,
    /// A member's commit or message carries authenticated data.
    #[error("it carries data that has no place there")]
    AuthenticatedData,
    /// New secrets that do not open, or without a removal.
    #[error("it brings new secrets that are wrong")]
    Rekey,
}

/// What a commit that keeps the rules does.
pub(crate) enum Verdict {
    /// Somebody joins, or comes back in place of its old leaf.
    Join {
        entry: RosterEntry,
        alias: Alias,
        resync: bool,
    },
    /// A member renews its keys, and removes these leaves or takes another alias.
    Member {
        committer: LeafNodeIndex,
        removed: Vec<LeafNodeIndex>,
        renamed: Option<(RosterEntry, Alias)>,
    },
}

/// A commit as it was taken out of its message, before it is applied to `group`.
pub(crate) struct Candidate<'a> {
    pub(crate) group: &'a MlsGroup,
    pub(crate) room_id: &'a RoomId,
    pub(crate) sender: &'a Sender,
    pub(crate) authenticated_data: &'a [u8],
    pub(crate) commit: &'a StagedCommit,
    /// How many proposals an external commit holds. `commit` has identical ones once.
    pub(crate) external_proposals: Option<usize>,
    pub(crate) has_rekey: bool,
    /// The number of the committer's session, from the relay.
    pub(crate) member_number: MemberNumber,
}

impl Candidate<'_> {
    /// Decides on the commit.
    pub(crate) fn judge(&self) -> Result<Verdict, PolicyViolation> {
        match self.sender {
            Sender::NewMemberCommit => self.judge_external(),
            Sender::Member(committer) => self.judge_member(*committer),
            Sender::External(_) | Sender::NewMemberProposal => Err(PolicyViolation::Sender),
        }
    }

    fn judge_external(&self) -> Result<Verdict, PolicyViolation> {
        let proposals = self.external_proposals()?;
        let leaf = self.new_leaf()?;
        let identity =
            roster::credential_identity(leaf.credential()).ok_or(PolicyViolation::Identity)?;
        let key = leaf.signature_key().as_slice();
        let replaced = match proposals.removed {
            Some(index) => Some(self.leaf(index)?),
            None => None,
        };
        if let Some(old) = &replaced {
            if roster::identity_of(old) != Some(identity) {
                return Err(PolicyViolation::RemovesAnother);
            }
            if old.signature_key != key {
                return Err(PolicyViolation::SignatureKey);
            }
        }
        if self.is_taken(identity, proposals.removed) {
            return Err(PolicyViolation::Identity);
        }
        if self.is_key_taken(key, proposals.removed) {
            return Err(PolicyViolation::SignatureKey);
        }
        if self.has_rekey {
            return Err(PolicyViolation::Rekey);
        }
        let (entry, alias) = self.roster_entry(identity, key)?;
        Ok(Verdict::Join {
            entry,
            alias,
            resync: replaced.is_some(),
        })
    }

    /// Sorts the proposals of an external commit: one `ExternalInit`, one right PSK, at most one
    /// Remove, and none of them twice.
    fn external_proposals(&self) -> Result<ExternalProposals, PolicyViolation> {
        let mut found = ExternalProposals::default();
        for queued in self.commit.queued_proposals() {
            match by_value(queued)? {
                Proposal::ExternalInit(_) => found.inits += 1,
                Proposal::PreSharedKey(psk) if is_room_psk(psk) => found.psks += 1,
                Proposal::PreSharedKey(_) => return Err(PolicyViolation::Psk),
                Proposal::Remove(remove) if found.removed.is_none() => {
                    found.removed = Some(remove.removed());
                }
                _ => return Err(PolicyViolation::Proposal),
            }
        }
        let distinct = self.commit.queued_proposals().count();
        if found.inits != 1 || self.external_proposals != Some(distinct) {
            return Err(PolicyViolation::Proposal);
        }
        if found.psks != 1 {
            return Err(PolicyViolation::Psk);
        }
        Ok(found)
    }

    fn roster_entry(
        &self,
        identity: Identity,
        key: &[u8],
    ) -> Result<(RosterEntry, Alias), PolicyViolation> {
        let entry = RosterEntry::decode(self.authenticated_data)
            .map_err(|_| PolicyViolation::RosterEntry)?;
        if entry.identity != identity {
            return Err(PolicyViolation::RosterEntry);
        }
        if entry.member_number != self.member_number {
            return Err(PolicyViolation::MemberNumber);
        }
        let alias = entry
            .verify(self.room_id, key)
            .ok_or(PolicyViolation::RosterEntry)?;
        Ok((entry, alias))
    }

    fn judge_member(&self, committer: LeafNodeIndex) -> Result<Verdict, PolicyViolation> {
        let mut removed = Vec::new();
        for queued in self.commit.queued_proposals() {
            match by_value(queued)? {
                Proposal::Remove(remove) if remove.removed() == committer => {
                    return Err(PolicyViolation::RemovesItself);
                }
                Proposal::Remove(remove) => removed.push(remove.removed()),
                _ => return Err(PolicyViolation::Proposal),
            }
        }
        let leaf = self.new_leaf()?;
        let old = self.leaf(committer)?;
        if *leaf.credential() != old.credential
            || leaf.signature_key().as_slice() != old.signature_key
        {
            return Err(PolicyViolation::LeafChanged);
        }
        if self.has_rekey && removed.is_empty() {
            return Err(PolicyViolation::Rekey);
        }
        let renamed = if self.authenticated_data.is_empty() {
            None
        } else if removed.is_empty() {
            let identity = roster::identity_of(&old).ok_or(PolicyViolation::Identity)?;
            Some(self.roster_entry(identity, &old.signature_key)?)
        } else {
            return Err(PolicyViolation::AuthenticatedData);
        };
        Ok(Verdict::Member {
            committer,
            removed,
            renamed,
        })
    }

    /// The leaf that the committer brings. Its capabilities are held to the letter, since the
    /// libraries disagree on what they do not know.
    fn new_leaf(&self) -> Result<&LeafNode, PolicyViolation> {
        let leaf = self
            .commit
            .update_path_leaf_node()
            .ok_or(PolicyViolation::Path)?;
        if *leaf.capabilities() != mls::capabilities() || leaf.extensions().iter().next().is_some()
        {
            return Err(PolicyViolation::Leaf);
        }
        Ok(leaf)
    }

    fn leaf(&self, index: LeafNodeIndex) -> Result<Leaf, PolicyViolation> {
        self.group.member_at(index).ok_or(PolicyViolation::Proposal)
    }

    fn is_taken(&self, identity: Identity, except: Option<LeafNodeIndex>) -> bool {
        self.group
            .members()
            .any(|leaf| Some(leaf.index) != except && roster::identity_of(&leaf) == Some(identity))
    }

    /// Whether another leaf has this signature key: OpenMLS 0.9.2 does not look (RFC 9420, section
    /// 7.3).
    fn is_key_taken(&self, key: &[u8], except: Option<LeafNodeIndex>) -> bool {
        self.group
            .members()
            .any(|leaf| Some(leaf.index) != except && leaf.signature_key == key)
    }
}

/// What was found in an external commit.
#[derive(Default)]
struct ExternalProposals {
    inits: usize,
    psks: usize,
    removed: Option<LeafNodeIndex>,
}

/// The proposal, if the commit holds it itself rather than refers to one sent before: none is ever
/// sent alone.
fn by_value(queued: &QueuedProposal) -> Result<&Proposal, PolicyViolation> {
    match queued.proposal_or_ref_type() {
        ProposalOrRefType::Proposal => Ok(queued.proposal()),
        ProposalOrRefType::Reference => Err(PolicyViolation::Proposal),
    }
}

/// Whether the proposal is of the external PSK of 8.2. OpenMLS gives no access to the id, so it is
/// read from the encoding (`PreSharedKeyID`, RFC 9420, section 8.4).
fn is_room_psk(proposal: &PreSharedKeyProposal) -> bool {
    let Ok(encoded) = proposal.tls_serialize_detached() else {
        return false;
    };
    let mut reader = Reader::new(&encoded);
    reader.uint8() == Ok(PSK_TYPE_EXTERNAL) && reader.vector() == Ok(PSK_ID)
}
