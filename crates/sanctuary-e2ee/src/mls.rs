//! How this protocol uses OpenMLS: the parameters of PROTOCOL.md, section 8.1, in one place.

use openmls::prelude::{
    BasicCredential, Capabilities, Ciphersuite, CredentialType, CredentialWithKey, Lifetime,
    MlsGroupJoinConfig, MlsMessageIn, MlsMessageOut, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY,
    ProtocolVersion, SenderRatchetConfiguration, SignatureScheme,
    tls_codec::{Deserialize as _, Serialize as _},
};
use openmls::schedule::PreSharedKeyId;
use openmls_rust_crypto::RustCrypto;
use openmls_traits::{
    OpenMlsProvider,
    signatures::{Signer, SignerError},
};
use zeroize::Zeroizing;

use crate::{
    error::{E2eeError, Result},
    id::{Identity, SignatureSeed},
    key, random,
    secrets::RoomSecrets,
    storage::MemoryStorage,
};

/// 0x004F: X-Wing (ML-KEM-768 + X25519), AES-128-GCM, SHA-256, Ed25519
/// (draft-ietf-mls-pq-ciphersuites).
pub(crate) const CIPHERSUITE: Ciphersuite =
    Ciphersuite::MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519;

/// Epochs before the current one whose messages can still be read.
pub(crate) const PAST_EPOCHS: usize = 2;

/// How many messages of one sender may be missing in an epoch before one that can be read: those for others, and those
/// that were encrypted anew before they went out. Bounds the work that a hostile member can cause.
pub(crate) const MAX_FORWARD_GENERATIONS: u32 = 4096;

/// The id of the external PSK.
pub(crate) const PSK_ID: &[u8] = b"sanctuary/1 external psk";

/// The exporter label of the secret that seals a rekey (RFC 9420, section 8.5).
pub(crate) const REKEY_LABEL: &str = "sanctuary/1 rekey";

/// The end of the creator's leaf's lifetime in seconds since 1970: the last second of the year
/// 9999. Rooms end by other means.
const NOT_AFTER: u64 = 253_402_300_799;

/// Crypto, randomness and storage for OpenMLS.
#[derive(Default)]
pub(crate) struct Provider {
    crypto: RustCrypto,
    storage: MemoryStorage,
}

impl OpenMlsProvider for Provider {
    type CryptoProvider = RustCrypto;
    type RandProvider = RustCrypto;
    type StorageProvider = MemoryStorage;

    fn storage(&self) -> &MemoryStorage {
        &self.storage
    }

    fn crypto(&self) -> &RustCrypto {
        &self.crypto
    }

    fn rand(&self) -> &RustCrypto {
        &self.crypto
    }
}

impl Provider {
    /// Makes the external PSK of these secrets the one that commits are checked with.
    pub(crate) fn set_psk(&self, secrets: &RoomSecrets) -> Result<()> {
        PreSharedKeyId::external(PSK_ID.to_vec(), Vec::new())
            .store(self, secrets.psk())
            .map_err(|_| E2eeError::Mls("storing the external PSK"))
    }
}

/// Names the external PSK in a proposal, with a fresh nonce of the hash's length.
pub(crate) fn psk_id() -> Result<PreSharedKeyId> {
    Ok(PreSharedKeyId::external(
        PSK_ID.to_vec(),
        random::bytes::<32>()?.to_vec(),
    ))
}

/// Signs as a leaf.
#[derive(Clone)]
pub(crate) struct LeafSigner(SignatureSeed);

impl LeafSigner {
    pub(crate) const fn new(seed: SignatureSeed) -> Self {
        Self(seed)
    }

    pub(crate) const fn seed(&self) -> &SignatureSeed {
        &self.0
    }

    /// The credential of the leaf.
    pub(crate) fn credential(&self, identity: &Identity) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(identity.as_bytes().to_vec()).into(),
            signature_key: key::public_key(self.0.as_bytes()).to_vec().into(),
        }
    }
}

impl Signer for LeafSigner {
    fn sign(&self, payload: &[u8]) -> std::result::Result<Vec<u8>, SignerError> {
        Ok(key::sign(self.0.as_bytes(), payload).to_vec())
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// What every leaf says it can do: this protocol and nothing else.
pub(crate) fn capabilities() -> Capabilities {
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&[CIPHERSUITE]),
        Some(&[]),
        Some(&[]),
        Some(&[CredentialType::Basic]),
    )
}

/// The lifetime of the creator's leaf; other leaves come by commit and have none.
pub(crate) fn lifetime() -> Lifetime {
    Lifetime::init(0, NOT_AFTER)
}

/// The settings of a group on the joiner's side; the creator's are the same.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .padding_size(0)
        .max_past_epochs(PAST_EPOCHS)
        .sender_ratchet_configuration(sender_ratchets())
        .use_ratchet_tree_extension(true)
        .build()
}

/// How long the keys of messages are looked for, and kept, beside those of the next one.
pub(crate) fn sender_ratchets() -> SenderRatchetConfiguration {
    let kept = SenderRatchetConfiguration::default().out_of_order_tolerance();
    SenderRatchetConfiguration::new(kept, MAX_FORWARD_GENERATIONS)
}

/// Decodes an `MLSMessage`; bytes left over are refused.
pub(crate) fn decode(bytes: &[u8]) -> Result<MlsMessageIn> {
    MlsMessageIn::tls_deserialize_exact(bytes).map_err(|_| E2eeError::Encoding("no MLS message"))
}

/// Encodes an `MLSMessage`.
pub(crate) fn encode(message: &MlsMessageOut) -> Result<Zeroizing<Vec<u8>>> {
    message
        .tls_serialize_detached()
        .map(Zeroizing::new)
        .map_err(|_| E2eeError::Mls("encoding a message"))
}
