//! A member of a room: its end of the MLS group (PROTOCOL.md, section 8).
//!
//! Invariants:
//! - The group moves on only by [`Member::apply_commit`] and [`Member::accept`]; what is pending
//!   changes nothing until then.
//! - Secrets of the current epoch and of the [`PAST_EPOCHS`] before it exist, no older ones.
//! - Whoever was removed has no group any more: every operation answers [`E2eeError::Removed`].
//! - Operations take `&mut self`: two at once on one state would use a message key twice.

use std::{collections::VecDeque, fmt};

use openmls::{
    group::MlsGroup,
    prelude::{ContentType, GroupId, ProcessedMessageContent, ProtocolMessage, Sender, WireFormat},
};
use openmls_traits::{OpenMlsProvider, types::HpkePrivateKey};
use zeroize::Zeroizing;

use crate::{
    alias::Alias,
    contents::GroupState,
    error::{E2eeError, Result},
    id::{Identity, MemberNumber, RoomId, SignatureSeed},
    message::{Message, Said},
    mls::{self, LeafSigner, PAST_EPOCHS, Provider},
    policy::PolicyViolation,
    roster::{self, Roster, RosterEntry, RosterMember},
    seal::{Kind, SealKey},
    secrets::RoomSecrets,
    whisper::{self, Whisper, Whispered},
    words,
};

/// Who somebody is when it creates or joins a room.
#[derive(Clone)]
pub struct MemberParams {
    /// The secrets of the room.
    pub secrets: RoomSecrets,
    /// The alias, for the others to see.
    pub alias: Alias,
    /// The number that the relay gave the session.
    pub member_number: MemberNumber,
    /// The identity: random, or that of the capsule after a refresh.
    pub identity: Identity,
    /// The seed of the leaf's signature key: random, or that of the capsule.
    pub signature_seed: SignatureSeed,
}

impl fmt::Debug for MemberParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberParams(..)")
    }
}

/// What another member sent.
pub struct Decrypted {
    /// Who wrote it, as it stood in the roster of that epoch.
    pub from: RosterMember,
    /// The application data; see [`crate::Message`].
    pub data: Zeroizing<Vec<u8>>,
}

/// A member of a room.
pub struct Member {
    pub(crate) provider: Provider,
    pub(crate) group: Option<MlsGroup>,
    pub(crate) signer: LeafSigner,
    pub(crate) identity: Identity,
    pub(crate) secrets: RoomSecrets,
    pub(crate) roster: Roster,
    past: VecDeque<PastEpoch>,
}

/// What is remembered of an epoch that is over, to read its late messages.
struct PastEpoch {
    epoch: u64,
    seal_key: SealKey,
    members: Vec<RosterMember>,
    /// The private HPKE key of the own leaf, for whispers that come late.
    leaf_key: Option<HpkePrivateKey>,
}

impl Member {
    /// Creates the group of a new room; answers with the sealed group state of epoch 0.
    pub fn create(params: MemberParams) -> Result<(Self, Vec<u8>)> {
        let provider = Provider::default();
        provider.set_psk(&params.secrets)?;
        let signer = LeafSigner::new(params.signature_seed);
        let room_id = *params.secrets.room_id();
        let group = MlsGroup::builder()
            .ciphersuite(mls::CIPHERSUITE)
            .with_group_id(GroupId::from_slice(room_id.as_bytes()))
            .with_capabilities(mls::capabilities())
            .lifetime(mls::lifetime())
            .with_wire_format_policy(mls::join_config().wire_format_policy())
            .padding_size(0)
            .max_past_epochs(PAST_EPOCHS)
            .sender_ratchet_configuration(mls::sender_ratchets())
            .use_ratchet_tree_extension(true)
            .build(&provider, &signer, signer.credential(&params.identity))
            .map_err(|_| E2eeError::Mls("creating the group"))?;
        let entry = RosterEntry::sign(
            &room_id,
            params.identity,
            params.member_number,
            &params.alias,
            signer.seed(),
        );
        let mut roster = Roster::default();
        roster.insert(entry, params.alias);
        let member = Self::assemble(
            provider,
            group,
            signer,
            params.identity,
            params.secrets,
            roster,
        );
        let group_state = member.group_state()?;
        Ok((member, group_state))
    }

    pub(crate) fn assemble(
        provider: Provider,
        group: MlsGroup,
        signer: LeafSigner,
        identity: Identity,
        secrets: RoomSecrets,
        roster: Roster,
    ) -> Self {
        Self {
            provider,
            group: Some(group),
            signer,
            identity,
            secrets,
            roster,
            past: VecDeque::new(),
        }
    }

    /// The current epoch.
    pub fn epoch(&self) -> Result<u64> {
        Ok(self.group()?.epoch().as_u64())
    }

    /// The member's own identity.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The room's secrets in the current epoch.
    pub const fn secrets(&self) -> &RoomSecrets {
        &self.secrets
    }

    /// Everybody in the group, in the order of leaves.
    pub fn roster(&self) -> Result<Vec<RosterMember>> {
        Ok(self.roster.members(self.group()?))
    }

    /// The index of the member's own leaf.
    pub fn leaf_index(&self) -> Result<u32> {
        Ok(self.group()?.own_leaf_index().u32())
    }

    /// Equal for all members of an epoch, and for nobody else (RFC 9420, section 8.7).
    pub fn epoch_authenticator(&self) -> Result<Vec<u8>> {
        Ok(self.group()?.epoch_authenticator().as_slice().to_vec())
    }

    /// The words that people compare to know that nobody sits between them.
    pub fn safety_phrase(&self) -> Result<Vec<&'static str>> {
        Ok(words::safety_words(
            self.group()?.epoch_authenticator().as_slice(),
        ))
    }

    /// Encrypts application data in the current epoch: that epoch and the payload.
    pub fn encrypt(&mut self, data: &[u8]) -> Result<(u64, Vec<u8>)> {
        self.encrypt_large(data, 0)
    }

    /// As [`Member::encrypt`], padded to the size class `at_least` if that is larger.
    pub fn encrypt_large(&mut self, data: &[u8], at_least: usize) -> Result<(u64, Vec<u8>)> {
        let room_id = *self.secrets.room_id();
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        let epoch = group.epoch().as_u64();
        let message = group
            .create_message(&self.provider, &self.signer, data)
            .map_err(|_| E2eeError::Mls("encrypting a message"))?;
        let aad = Kind::Message.aad(&room_id, epoch);
        Ok((
            epoch,
            self.secrets
                .seal_key()
                .seal_large(&aad, &mls::encode(&message)?, at_least)?,
        ))
    }

    /// Encrypts something in the current epoch that only these members can read, of those who are in the group.
    pub fn encrypt_whisper(
        &mut self,
        recipients: &[Identity],
        said: &Said,
        at_least: usize,
    ) -> Result<(u64, Vec<u8>)> {
        let epoch = self.epoch()?;
        let group = self.group()?;
        let key_of = |identity: &Identity| {
            group
                .members()
                .find(|leaf| roster::identity_of(leaf).as_ref() == Some(identity))
                .filter(|leaf| leaf.index != group.own_leaf_index())
                .map(|leaf| (*identity, leaf.encryption_key))
        };
        let recipients: Vec<_> = recipients.iter().filter_map(key_of).collect();
        let place = whisper::Place {
            room_id: self.room_id(),
            epoch,
            sender: &self.identity,
        };
        let whisper = Whisper::seal(&place, &recipients, said, &self.provider)?;
        self.encrypt_large(&Message::Whisper(whisper).encode()?, at_least)
    }

    /// Opens a whisper that came in a message of `epoch`; none if it is not for this member.
    pub fn open_whisper(
        &self,
        epoch: u64,
        from: &Identity,
        whisper: &Whisper,
    ) -> Result<Option<Whispered>> {
        let place = whisper::Place {
            room_id: self.room_id(),
            epoch,
            sender: from,
        };
        if epoch == self.epoch()? {
            let key = self.leaf_key()?.ok_or(E2eeError::Epoch)?;
            return whisper.open(&place, &key, &self.provider);
        }
        let past = self.past.iter().find(|past| past.epoch == epoch);
        let key = past.and_then(|past| past.leaf_key.as_ref());
        whisper.open(&place, key.ok_or(E2eeError::Epoch)?, &self.provider)
    }

    /// The private HPKE key of the own leaf in the current epoch.
    fn leaf_key(&self) -> Result<Option<HpkePrivateKey>> {
        let group = self.group()?;
        let own = group.member_at(group.own_leaf_index());
        let storage = OpenMlsProvider::storage(&self.provider);
        Ok(own.and_then(|leaf| storage.private_key(&leaf.encryption_key)))
    }

    /// Reads a message of the current epoch or of one of the two before. A replayed message does
    /// not decrypt.
    pub fn decrypt(&mut self, epoch: u64, payload: &[u8]) -> Result<Decrypted> {
        let message = self.open_message(Kind::Message, epoch, payload)?;
        let message = protocol_message(
            &message,
            WireFormat::PrivateMessage,
            ContentType::Application,
            epoch,
        )?;
        let group = self.group.as_mut().ok_or(E2eeError::Removed)?;
        let processed = group
            .process_message(&self.provider, message)
            .map_err(|_| E2eeError::Mls("decrypting a message"))?;
        if !processed.aad().is_empty() {
            return Err(PolicyViolation::AuthenticatedData.into());
        }
        let Sender::Member(leaf) = *processed.sender() else {
            return Err(E2eeError::Mls("decrypting a message"));
        };
        let identity = roster::credential_identity(processed.credential())
            .ok_or(E2eeError::Mls("decrypting a message"))?;
        let ProcessedMessageContent::ApplicationMessage(message) = processed.into_content() else {
            return Err(E2eeError::Mls("decrypting a message"));
        };
        let from = self.author(epoch, identity, leaf.u32());
        Ok(Decrypted {
            from,
            data: Zeroizing::new(message.into_bytes()),
        })
    }

    /// Erases the group and everything that belonged to it.
    pub fn wipe(&mut self) {
        self.group = None;
        self.past.clear();
        self.roster = Roster::default();
        self.provider = Provider::default();
    }

    pub(crate) fn group(&self) -> Result<&MlsGroup> {
        self.group.as_ref().ok_or(E2eeError::Removed)
    }

    pub(crate) fn room_id(&self) -> &RoomId {
        self.secrets.room_id()
    }

    /// The sealed state of the current epoch.
    pub(crate) fn group_state(&self) -> Result<Vec<u8>> {
        let group = self.group()?;
        let group_info = group
            .export_group_info(
                openmls_traits::OpenMlsProvider::crypto(&self.provider),
                &self.signer,
                true,
            )
            .map_err(|_| E2eeError::Mls("describing the group"))?;
        let roster = self.entries(&[])?;
        let state = GroupState {
            group_info: mls::encode(&group_info)?.to_vec(),
            roster,
        };
        let aad = Kind::GroupState.aad(self.room_id(), group.epoch().as_u64());
        self.secrets.seal_key().seal(&aad, &state.encode())
    }

    /// The roster entries in the order of leaves, without those of `removed`.
    pub(crate) fn entries(&self, removed: &[Identity]) -> Result<Vec<RosterEntry>> {
        let members = self.group()?.members();
        Ok(members
            .filter_map(|leaf| roster::identity_of(&leaf))
            .filter(|identity| !removed.contains(identity))
            .filter_map(|identity| self.roster.entry(&identity).cloned())
            .collect())
    }

    /// Opens the outer seal of a commit or message of an epoch that is at hand.
    pub(crate) fn open_message(
        &self,
        kind: Kind,
        epoch: u64,
        payload: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let key = if epoch == self.epoch()? {
            self.secrets.seal_key()
        } else {
            let past = self.past.iter().find(|past| past.epoch == epoch);
            &past.ok_or(E2eeError::Epoch)?.seal_key
        };
        key.open(&kind.aad(self.room_id(), epoch), payload)
    }

    /// Remembers the current epoch, which is about to end, and forgets the oldest one.
    pub(crate) fn remember_epoch(&mut self) -> Result<()> {
        let past = PastEpoch {
            epoch: self.epoch()?,
            seal_key: self.secrets.seal_key().clone(),
            members: self.roster()?,
            leaf_key: self.leaf_key()?,
        };
        self.past.push_back(past);
        if self.past.len() > PAST_EPOCHS {
            self.past.pop_front();
        }
        Ok(())
    }

    /// Takes new secrets of the room into use.
    pub(crate) fn adopt(&mut self, secrets: RoomSecrets) -> Result<()> {
        self.provider.set_psk(&secrets)?;
        self.secrets = secrets;
        Ok(())
    }

    fn author(&self, epoch: u64, identity: Identity, leaf_index: u32) -> RosterMember {
        self.past
            .iter()
            .filter(|past| past.epoch == epoch)
            .flat_map(|past| &past.members)
            .find(|member| member.identity == identity)
            .cloned()
            .unwrap_or_else(|| self.roster.member(identity, leaf_index))
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Member(..)")
    }
}

/// Takes an `MLSMessage` of the expected form out of its bytes. What it is stands in the clear, so
/// a commit in the place of a message (or the other way round) is refused before any key is used
/// up.
pub(crate) fn protocol_message(
    bytes: &[u8],
    wire_format: WireFormat,
    content_type: ContentType,
    epoch: u64,
) -> Result<ProtocolMessage> {
    let message = mls::decode(bytes)?
        .try_into_protocol_message()
        .map_err(|_| E2eeError::Encoding("no MLS message"))?;
    let expected = message.wire_format() == wire_format
        && message.content_type() == content_type
        && message.epoch().as_u64() == epoch;
    if expected {
        Ok(message)
    } else {
        Err(E2eeError::Encoding("another MLS message than expected"))
    }
}
