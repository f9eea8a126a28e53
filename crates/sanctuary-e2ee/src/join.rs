//! Joining a room, and coming back to it, by an External Commit (PROTOCOL.md, section 8.2).
//!
//! Invariant: nothing joins before the relay accepted the commit: a [`PendingJoin`] that is dropped
//! leaves no trace.

use std::{collections::BTreeSet, fmt};

use openmls::{
    group::MlsGroup,
    prelude::{LeafNodeParameters, MlsMessageBodyIn, PreSharedKeyProposal},
};
use openmls_traits::OpenMlsProvider as _;

use crate::{
    contents::{CommitContent, GroupState},
    error::{E2eeError, Result},
    id::RoomId,
    member::{Member, MemberParams},
    mls::{self, LeafSigner, Provider},
    roster::{self, Roster, RosterEntry},
    seal::Kind,
};

/// A join that the relay has not accepted yet.
pub struct PendingJoin {
    /// The sealed external commit, for the relay.
    pub commit: Vec<u8>,
    /// The sealed group state of the epoch that it creates, for the relay.
    pub group_state: Vec<u8>,
    member: Member,
}

impl PendingJoin {
    /// The relay accepted the commit: the member is in.
    pub fn accept(self) -> Member {
        self.member
    }
}

impl fmt::Debug for PendingJoin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingJoin(..)")
    }
}

impl Member {
    /// Prepares to join the group in the state that the relay's lease handed out for `epoch`. If
    /// the identity stands in the group already, its old leaf is replaced (resync).
    pub fn join(params: MemberParams, epoch: u64, group_state: &[u8]) -> Result<PendingJoin> {
        let room_id = *params.secrets.room_id();
        let aad = Kind::GroupState.aad(&room_id, epoch);
        let state = GroupState::decode(&params.secrets.seal_key().open(&aad, group_state)?)?;
        let provider = Provider::default();
        provider.set_psk(&params.secrets)?;
        let signer = LeafSigner::new(params.signature_seed);
        let entry = RosterEntry::sign(
            &room_id,
            params.identity,
            params.member_number,
            &params.alias,
            signer.seed(),
        );
        let (group, message) = external_commit(
            &provider,
            &signer,
            &params.identity,
            &room_id,
            epoch,
            &state,
            &entry,
        )?;
        let mut roster = Roster::from_entries(state.roster, &room_id, &group);
        roster.insert(entry, params.alias);
        let content = CommitContent {
            mls_message: message,
            rekey: Vec::new(),
        };
        let aad = Kind::Commit.aad(&room_id, epoch);
        let commit = params.secrets.seal_key().seal(&aad, &content.encode())?;
        let member = Self::assemble(
            provider,
            group,
            signer,
            params.identity,
            params.secrets,
            roster,
        );
        Ok(PendingJoin {
            commit,
            group_state: member.group_state()?,
            member,
        })
    }
}

/// Builds the external commit: the group as it will be, and the encoded message.
fn external_commit(
    provider: &Provider,
    signer: &LeafSigner,
    identity: &crate::id::Identity,
    room_id: &RoomId,
    epoch: u64,
    state: &GroupState,
    entry: &RosterEntry,
) -> Result<(MlsGroup, Vec<u8>)> {
    const BUILDING: E2eeError = E2eeError::Mls("building the external commit");
    let MlsMessageBodyIn::GroupInfo(group_info) = mls::decode(&state.group_info)?.extract() else {
        return Err(E2eeError::GroupState("it holds no GroupInfo"));
    };
    if group_info.group_id().as_slice() != room_id.as_bytes()
        || group_info.epoch().as_u64() != epoch
    {
        return Err(E2eeError::GroupState("it describes another group or epoch"));
    }
    if group_info.ciphersuite() != mls::CIPHERSUITE {
        return Err(E2eeError::GroupState(
            "its ciphersuite is not the one of this protocol",
        ));
    }
    if group_info
        .group_context()
        .extensions()
        .iter()
        .next()
        .is_some()
    {
        return Err(E2eeError::GroupState(
            "it has extensions that this protocol has not",
        ));
    }
    let (group, bundle) = MlsGroup::external_commit_builder()
        .with_config(mls::join_config())
        .with_aad(entry.encode())
        .build_group(provider, group_info, signer.credential(identity))
        .map_err(|_| E2eeError::GroupState("it does not verify"))?
        .leaf_node_parameters(
            LeafNodeParameters::builder()
                .with_capabilities(mls::capabilities())
                .build(),
        )
        .add_psk_proposal(PreSharedKeyProposal::new(mls::psk_id()?))
        .load_psks(provider.storage())
        .map_err(|_| BUILDING)?
        .build(provider.rand(), provider.crypto(), signer, |_| true)
        .map_err(|_| BUILDING)?
        .finalize(provider)
        .map_err(|_| BUILDING)?;
    check_identities(&group)?;
    Ok((group, mls::encode(bundle.commit())?.to_vec()))
}

/// Refuses a group in which an identity is malformed or stands twice; the joiner's own leaf is
/// among them by now, so this also finds an old leaf of its own that has another signature key.
fn check_identities(group: &MlsGroup) -> Result<()> {
    let mut seen = BTreeSet::new();
    for leaf in group.members() {
        let identity =
            roster::identity_of(&leaf).ok_or(E2eeError::GroupState("an identity is malformed"))?;
        if !seen.insert(identity) {
            return Err(E2eeError::GroupState("an identity stands in it twice"));
        }
    }
    Ok(())
}
