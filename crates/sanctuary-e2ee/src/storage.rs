//! What OpenMLS may store: as good as nothing, in memory, wiped.
//!
//! OpenMLS writes the whole state of a group after each operation, so that a program can load it
//! again. A room is never loaded again, so all of that is dropped unread. What OpenMLS reads back
//! while it runs is kept: the leaf and path keys of the current epoch, and the external PSK.
//!
//! Invariant: every stored value is wiped when it is replaced, deleted or dropped, and was never
//! copied by a growing buffer.

use std::{cell::RefCell, collections::HashMap, io};

use openmls::prelude::tls_codec::VLBytes;
use openmls_traits::{
    storage::{CURRENT_VERSION, Key, StorageProvider, traits},
    types::HpkePrivateKey,
};
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The version of OpenMLS's storage types.
const V: u16 = CURRENT_VERSION;

/// Keys of the current epoch and the external PSK, by their serialized names.
#[derive(Default)]
pub(crate) struct MemoryStorage {
    key_pairs: RefCell<HashMap<Vec<u8>, Zeroizing<Vec<u8>>>>,
    psks: RefCell<HashMap<Vec<u8>, Zeroizing<Vec<u8>>>>,
}

/// Methods that store nothing.
macro_rules! drops {
    ($($name:ident<$($generic:ident),+>($($value:ident: $type:ident),*);)+) => {$(
        fn $name<$($generic: traits::$generic<V>),+>(&self, $(_: &$type),*) -> Result<(), Self::Error> {
            Ok(())
        }
    )+};
}

/// Getters of what was never stored.
macro_rules! lacks {
    ($($name:ident<$($generic:ident),+>($($key:ident),*) -> $result:ty;)+) => {$(
        fn $name<$($generic: traits::$generic<V>),+>(&self, $(_: &$key),*) -> Result<$result, Self::Error> {
            Ok(<$result>::default())
        }
    )+};
}

/// A key pair as OpenMLS stores it.
#[derive(serde::Deserialize)]
struct StoredPair {
    public_key: StoredKey<VLBytes>,
    private_key: StoredKey<HpkePrivateKey>,
}

#[derive(serde::Deserialize)]
struct StoredKey<T> {
    key: T,
}

impl MemoryStorage {
    /// The private half of an encryption key of the current epoch. OpenMLS gives no access to it, but stores it here.
    pub(crate) fn private_key(&self, public_key: &[u8]) -> Option<HpkePrivateKey> {
        let values = self.key_pairs.borrow();
        let pairs = values
            .values()
            .filter_map(|value| serde_json::from_slice::<Vec<StoredPair>>(value).ok());
        pairs
            .flatten()
            .find(|pair| pair.public_key.key.as_slice() == public_key)
            .map(|pair| pair.private_key.key)
    }
}

impl StorageProvider<V> for MemoryStorage {
    type Error = serde_json::Error;

    drops! {
        write_mls_join_config<GroupId, MlsGroupJoinConfig>(group: GroupId, value: MlsGroupJoinConfig);
        append_own_leaf_node<GroupId, LeafNode>(group: GroupId, value: LeafNode);
        queue_proposal<GroupId, ProposalRef, QueuedProposal>(group: GroupId, name: ProposalRef, value: QueuedProposal);
        write_tree<GroupId, TreeSync>(group: GroupId, value: TreeSync);
        write_interim_transcript_hash<GroupId, InterimTranscriptHash>(group: GroupId, value: InterimTranscriptHash);
        write_context<GroupId, GroupContext>(group: GroupId, value: GroupContext);
        write_confirmation_tag<GroupId, ConfirmationTag>(group: GroupId, value: ConfirmationTag);
        write_group_state<GroupState, GroupId>(group: GroupId, value: GroupState);
        write_message_secrets<GroupId, MessageSecrets>(group: GroupId, value: MessageSecrets);
        write_resumption_psk_store<GroupId, ResumptionPskStore>(group: GroupId, value: ResumptionPskStore);
        write_own_leaf_index<GroupId, LeafNodeIndex>(group: GroupId, value: LeafNodeIndex);
        write_group_epoch_secrets<GroupId, GroupEpochSecrets>(group: GroupId, value: GroupEpochSecrets);
        write_signature_key_pair<SignaturePublicKey, SignatureKeyPair>(name: SignaturePublicKey, value: SignatureKeyPair);
        write_key_package<HashReference, KeyPackage>(name: HashReference, value: KeyPackage);
        remove_proposal<GroupId, ProposalRef>(group: GroupId, name: ProposalRef);
        delete_own_leaf_nodes<GroupId>(group: GroupId);
        delete_group_config<GroupId>(group: GroupId);
        delete_tree<GroupId>(group: GroupId);
        delete_confirmation_tag<GroupId>(group: GroupId);
        delete_group_state<GroupId>(group: GroupId);
        delete_context<GroupId>(group: GroupId);
        delete_interim_transcript_hash<GroupId>(group: GroupId);
        delete_message_secrets<GroupId>(group: GroupId);
        delete_all_resumption_psk_secrets<GroupId>(group: GroupId);
        delete_own_leaf_index<GroupId>(group: GroupId);
        delete_group_epoch_secrets<GroupId>(group: GroupId);
        clear_proposal_queue<GroupId, ProposalRef>(group: GroupId);
        delete_signature_key_pair<SignaturePublicKey>(name: SignaturePublicKey);
    }

    lacks! {
        mls_group_join_config<GroupId, MlsGroupJoinConfig>(GroupId) -> Option<MlsGroupJoinConfig>;
        own_leaf_nodes<GroupId, LeafNode>(GroupId) -> Vec<LeafNode>;
        queued_proposal_refs<GroupId, ProposalRef>(GroupId) -> Vec<ProposalRef>;
        queued_proposals<GroupId, ProposalRef, QueuedProposal>(GroupId) -> Vec<(ProposalRef, QueuedProposal)>;
        tree<GroupId, TreeSync>(GroupId) -> Option<TreeSync>;
        group_context<GroupId, GroupContext>(GroupId) -> Option<GroupContext>;
        interim_transcript_hash<GroupId, InterimTranscriptHash>(GroupId) -> Option<InterimTranscriptHash>;
        confirmation_tag<GroupId, ConfirmationTag>(GroupId) -> Option<ConfirmationTag>;
        group_state<GroupState, GroupId>(GroupId) -> Option<GroupState>;
        message_secrets<GroupId, MessageSecrets>(GroupId) -> Option<MessageSecrets>;
        resumption_psk_store<GroupId, ResumptionPskStore>(GroupId) -> Option<ResumptionPskStore>;
        own_leaf_index<GroupId, LeafNodeIndex>(GroupId) -> Option<LeafNodeIndex>;
        group_epoch_secrets<GroupId, GroupEpochSecrets>(GroupId) -> Option<GroupEpochSecrets>;
        signature_key_pair<SignaturePublicKey, SignatureKeyPair>(SignaturePublicKey) -> Option<SignatureKeyPair>;
    }

    fn key_package<KeyPackageRef: traits::HashReference<V>, KeyPackage: traits::KeyPackage<V>>(
        &self,
        _: &KeyPackageRef,
    ) -> Result<Option<KeyPackage>, Self::Error> {
        Ok(None)
    }

    fn delete_key_package<KeyPackageRef: traits::HashReference<V>>(
        &self,
        _: &KeyPackageRef,
    ) -> Result<(), Self::Error> {
        Ok(())
    }

    fn write_encryption_key_pair<
        EncryptionKey: traits::EncryptionKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        public_key: &EncryptionKey,
        key_pair: &HpkeKeyPair,
    ) -> Result<(), Self::Error> {
        put(&self.key_pairs, name(public_key)?, key_pair)
    }

    fn encryption_key_pair<
        HpkeKeyPair: traits::HpkeKeyPair<V>,
        EncryptionKey: traits::EncryptionKey<V>,
    >(
        &self,
        public_key: &EncryptionKey,
    ) -> Result<Option<HpkeKeyPair>, Self::Error> {
        get(&self.key_pairs, &name(public_key)?)
    }

    fn delete_encryption_key_pair<EncryptionKey: traits::EncryptionKey<V>>(
        &self,
        public_key: &EncryptionKey,
    ) -> Result<(), Self::Error> {
        self.key_pairs.borrow_mut().remove(&name(public_key)?);
        Ok(())
    }

    fn write_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
        key_pairs: &[HpkeKeyPair],
    ) -> Result<(), Self::Error> {
        put(
            &self.key_pairs,
            epoch_name(group_id, epoch, leaf_index)?,
            &key_pairs,
        )
    }

    fn encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
        HpkeKeyPair: traits::HpkeKeyPair<V>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<Vec<HpkeKeyPair>, Self::Error> {
        Ok(get(&self.key_pairs, &epoch_name(group_id, epoch, leaf_index)?)?.unwrap_or_default())
    }

    fn delete_encryption_epoch_key_pairs<
        GroupId: traits::GroupId<V>,
        EpochKey: traits::EpochKey<V>,
    >(
        &self,
        group_id: &GroupId,
        epoch: &EpochKey,
        leaf_index: u32,
    ) -> Result<(), Self::Error> {
        let name = epoch_name(group_id, epoch, leaf_index)?;
        self.key_pairs.borrow_mut().remove(&name);
        Ok(())
    }

    fn write_psk<PskId: traits::PskId<V>, PskBundle: traits::PskBundle<V>>(
        &self,
        psk_id: &PskId,
        psk: &PskBundle,
    ) -> Result<(), Self::Error> {
        put(&self.psks, name(psk_id)?, psk)
    }

    fn psk<PskBundle: traits::PskBundle<V>, PskId: traits::PskId<V>>(
        &self,
        psk_id: &PskId,
    ) -> Result<Option<PskBundle>, Self::Error> {
        get(&self.psks, &name(psk_id)?)
    }

    fn delete_psk<PskKey: traits::PskId<V>>(&self, psk_id: &PskKey) -> Result<(), Self::Error> {
        self.psks.borrow_mut().remove(&name(psk_id)?);
        Ok(())
    }
}

fn name(key: &impl Key<V>) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(key)
}

fn epoch_name(
    group: &impl Key<V>,
    epoch: &impl Key<V>,
    leaf: u32,
) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&(group, epoch, leaf))
}

type Values = RefCell<HashMap<Vec<u8>, Zeroizing<Vec<u8>>>>;

/// Stores a value in a buffer of exactly its length: a buffer that grew would leave copies behind.
fn put(
    values: &Values,
    name: Vec<u8>,
    value: &impl serde::Serialize,
) -> Result<(), serde_json::Error> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value)?;
    let mut buffer = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *buffer, value)?;
    values.borrow_mut().insert(name, buffer);
    Ok(())
}

fn get<T: DeserializeOwned>(values: &Values, name: &[u8]) -> Result<Option<T>, serde_json::Error> {
    values
        .borrow()
        .get(name)
        .map(|value| serde_json::from_slice(value))
        .transpose()
}

/// Counts what is written to it.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Alias, Identity, KickSecrets, LinkSecret, Member, MemberNumber, MemberParams, Password,
        RoomId, RoomName, RoomSecrets, Root, SignatureSeed,
    };

    fn params(alias: &str, number: u32) -> MemberParams {
        MemberParams {
            secrets: RoomSecrets::from_root(Root::new([1; 32]), RoomId::new([2; 16])),
            alias: Alias::prepare(alias).unwrap(),
            member_number: MemberNumber(number),
            identity: Identity::random().unwrap(),
            signature_seed: SignatureSeed::random().unwrap(),
        }
    }

    /// Everything that a member's storage holds.
    fn stored(member: &Member) -> Vec<Vec<u8>> {
        let storage = openmls_traits::OpenMlsProvider::storage(&member.provider);
        [&storage.key_pairs, &storage.psks]
            .iter()
            .flat_map(|values| {
                values
                    .borrow()
                    .values()
                    .map(|value| value.to_vec())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn keys_of_past_epochs_are_gone() {
        let (mut ann, state) = Member::create(params("Ann", 1)).unwrap();
        let join = Member::join(params("Bob", 2), 0, &state).unwrap();
        ann.apply_commit(0, MemberNumber(2), &join.commit).unwrap();
        let mut bob = join.accept();
        let (anns, bobs) = (stored(&ann), stored(&bob));
        for epoch in 1..4 {
            let pending = ann.commit_removal(&[]).unwrap();
            bob.apply_commit(epoch, MemberNumber(1), &pending.commit)
                .unwrap();
            ann.accept(pending).unwrap();
            // The key pairs of one epoch, and the external PSK.
            assert_eq!((stored(&ann).len(), stored(&bob).len()), (2, 2));
        }
        for (before, after) in [(anns, stored(&ann)), (bobs, stored(&bob))] {
            assert_ne!(before[0], after[0]);
            assert_eq!(before[1], after[1]);
        }

        let new = KickSecrets {
            link_secret: LinkSecret::random().unwrap(),
            password: Password::generate().unwrap(),
            root: Root::new([9; 32]),
            room_name: RoomName::new("Tea").unwrap(),
        };
        let old_psk = stored(&ann)[1].clone();
        let kick = ann.commit_kick(*bob.identity(), &new).unwrap();
        ann.accept(kick.pending).unwrap();
        assert_ne!(stored(&ann)[1], old_psk);
        ann.wipe();
        assert!(stored(&ann).is_empty());
    }
}
