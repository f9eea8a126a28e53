//! Whispers: content for some members, sealed once under a fresh key, and that key sealed to the leaf of each of
//! them (PROTOCOL.md, section 9.5; RFC 9420, section 5.1.3).
//!
//! Invariants: slots that are for nobody are made as all others are, to keys that are thrown away, so that nothing
//! tells them apart; everything is bound to room, epoch, sender and id; content keys are wiped.

use std::fmt;

use openmls_traits::{OpenMlsProvider as _, crypto::OpenMlsCrypto as _, types::HpkeCiphertext};
use zeroize::Zeroizing;

use crate::{
    encoding::{Reader, Writer},
    error::{E2eeError, Result},
    id::{Identity, RoomId, TextId},
    key::KEY_LEN,
    message::Said,
    mls::{CIPHERSUITE, Provider},
    random,
    seal::SealKey,
};

/// The most slots: the power of two that has room for a full room.
pub(crate) const MAX_SLOTS: usize = 128;

/// Bytes of X-Wing's encapsulated secret.
const KEM_OUTPUT_LEN: usize = 1120;

/// Bytes of a content key under AES-128-GCM, with the tag.
const SEALED_KEY_LEN: usize = KEY_LEN + 16;

/// The label of a slot, as in RFC 9420, section 5.1.3.
const LABEL: &[u8] = b"MLS 1.0 SanctuaryWhisper";

/// What a broken rule is called: one and the same for all.
const RULES: E2eeError = E2eeError::Encoding("a whisper breaks the rules");

/// The place of nobody in the list of recipients.
const NOBODY: [u8; Identity::LEN] = [0; Identity::LEN];

/// Something that only some can open, as it travels.
#[derive(Clone, PartialEq, Eq)]
pub struct Whisper {
    /// Names it, as the id of what is in it.
    pub id: TextId,
    slots: Vec<Slot>,
    sealed: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq)]
struct Slot {
    kem_output: [u8; KEM_OUTPUT_LEN],
    sealed_key: [u8; SEALED_KEY_LEN],
}

/// A whisper as one of its recipients has it.
pub struct Whispered {
    /// Whom it is for, by its sender's word.
    pub recipients: Vec<Identity>,
    /// What was whispered.
    pub said: Said,
}

/// What a whisper is bound to.
pub(crate) struct Place<'a> {
    pub(crate) room_id: &'a RoomId,
    pub(crate) epoch: u64,
    pub(crate) sender: &'a Identity,
}

impl Whisper {
    /// How many slots it has: no fewer than recipients.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Seals something for those who have these identities and encryption keys.
    pub(crate) fn seal(
        place: &Place<'_>,
        recipients: &[(Identity, Vec<u8>)],
        said: &Said,
        provider: &Provider,
    ) -> Result<Self> {
        let context = place.context(&said.id);
        let key = Zeroizing::new(random::bytes::<KEY_LEN>()?);
        let count = slot_count(recipients.len())?;
        let mut slots = Vec::with_capacity(count);
        for at in 0..count {
            let slot = match recipients.get(at) {
                Some((_, public_key)) => Slot::seal(public_key, &context, &key, provider)?,
                None => Slot::seal(&strangers_key(provider)?, &context, &key, provider)?,
            };
            slots.push(slot);
        }
        shuffle(&mut slots)?;
        let mut identities: Vec<u8> = recipients
            .iter()
            .flat_map(|(identity, _)| *identity.as_bytes())
            .collect();
        identities.resize(count * Identity::LEN, 0);
        let whispered = Writer::default()
            .vector(&identities)
            .vector(&said.encode()?)
            .finish_secret();
        let sealed = SealKey::new(&key).seal(&aad(&context), &whispered)?;
        Ok(Self {
            id: said.id,
            slots,
            sealed,
        })
    }

    /// Opens it with the private key of one's own leaf in its epoch; none if it is not for that one.
    pub(crate) fn open(
        &self,
        place: &Place<'_>,
        private_key: &[u8],
        provider: &Provider,
    ) -> Result<Option<Whispered>> {
        let context = place.context(&self.id);
        let key = self
            .slots
            .iter()
            .find_map(|slot| slot.open(private_key, &context, provider));
        let Some(key) = key else { return Ok(None) };
        let key: &[u8; KEY_LEN] = key.as_slice().try_into().map_err(|_| RULES)?;
        let opened = SealKey::new(key).open(&aad(&context), &self.sealed)?;
        let mut reader = Reader::new(&opened);
        let (list, message) = (reader.vector()?, reader.vector()?);
        reader.end()?;
        let recipients = self.recipients(list, place.sender)?;
        let said = Said::decode(message)?;
        if said.id != self.id {
            return Err(RULES);
        }
        Ok(Some(Whispered { recipients, said }))
    }

    /// The identities before the zeros, after which there is nothing else.
    fn recipients(&self, list: &[u8], sender: &Identity) -> Result<Vec<Identity>> {
        let (all, rest) = list.as_chunks::<{ Identity::LEN }>();
        let end = all
            .iter()
            .position(|one| *one == NOBODY)
            .unwrap_or(all.len());
        let (some, nobody) = all.split_at(end);
        let mut places = some.iter().enumerate();
        let is_distinct = places.all(|(at, one)| !some.iter().take(at).any(|e| e == one));
        let is_sound = rest.is_empty()
            && all.len() == self.slots.len()
            && nobody.iter().all(|one| *one == NOBODY)
            && is_distinct
            && !some.contains(sender.as_bytes())
            && slot_count(some.len()).is_ok_and(|count| count == self.slots.len());
        if is_sound {
            Ok(some.iter().map(|one| Identity::new(*one)).collect())
        } else {
            Err(RULES)
        }
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let (slots, sealed) = self.parts();
        writer
            .array(self.id.as_bytes())
            .vector(&slots)
            .vector(sealed)
    }

    /// The slots one after the other, and what is sealed.
    pub(crate) fn parts(&self) -> (Vec<u8>, &[u8]) {
        let mut slots = Vec::with_capacity(self.slots.len() * (KEM_OUTPUT_LEN + SEALED_KEY_LEN));
        for slot in &self.slots {
            slots.extend_from_slice(&slot.kem_output);
            slots.extend_from_slice(&slot.sealed_key);
        }
        (slots, &self.sealed)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let id = TextId::new(reader.array()?);
        let mut list = Reader::new(reader.vector()?);
        let mut slots = Vec::new();
        while !list.is_empty() {
            slots.push(Slot {
                kem_output: list.array()?,
                sealed_key: list.array()?,
            });
        }
        if !slots.len().is_power_of_two() || slots.len() > MAX_SLOTS {
            return Err(RULES);
        }
        let sealed = reader.vector()?.to_vec();
        Ok(Self { id, slots, sealed })
    }
}

impl Slot {
    fn seal(
        public_key: &[u8],
        context: &[u8],
        key: &[u8; KEY_LEN],
        provider: &Provider,
    ) -> Result<Self> {
        const SEALING: E2eeError = E2eeError::Mls("sealing a whisper");
        let config = CIPHERSUITE.hpke_config();
        let sealed = provider
            .crypto()
            .hpke_seal(config, public_key, &info(context), &[], key)
            .map_err(|_| SEALING)?;
        Ok(Self {
            kem_output: sealed
                .kem_output
                .as_slice()
                .try_into()
                .map_err(|_| SEALING)?,
            sealed_key: sealed
                .ciphertext
                .as_slice()
                .try_into()
                .map_err(|_| SEALING)?,
        })
    }

    fn open(
        &self,
        private_key: &[u8],
        context: &[u8],
        provider: &Provider,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let input = HpkeCiphertext {
            kem_output: self.kem_output.to_vec().into(),
            ciphertext: self.sealed_key.to_vec().into(),
        };
        let config = CIPHERSUITE.hpke_config();
        let crypto = provider.crypto();
        let key = crypto.hpke_open(config, &input, private_key, &info(context), &[]);
        key.ok().map(Zeroizing::new)
    }
}

impl Place<'_> {
    /// `WhisperContext`.
    fn context(&self, id: &TextId) -> Vec<u8> {
        [
            &self.room_id.as_bytes()[..],
            &self.epoch.to_be_bytes(),
            self.sender.as_bytes(),
            id.as_bytes(),
        ]
        .concat()
    }
}

impl fmt::Debug for Whisper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whisper(..)")
    }
}

impl fmt::Debug for Whispered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whispered(..)")
    }
}

/// `EncryptContext` of RFC 9420, section 5.1.3: the `info` of HPKE.
fn info(context: &[u8]) -> Vec<u8> {
    Writer::default().vector(LABEL).vector(context).finish()
}

fn aad(context: &[u8]) -> Vec<u8> {
    [b"sanctuary/1 whisper", context].concat()
}

/// The least power of two that has room for so many.
fn slot_count(recipients: usize) -> Result<usize> {
    if (1..=MAX_SLOTS).contains(&recipients) {
        Ok(recipients.next_power_of_two())
    } else {
        Err(E2eeError::UnknownMember)
    }
}

/// A key whose private half nobody has.
fn strangers_key(provider: &Provider) -> Result<Vec<u8>> {
    let seed = Zeroizing::new(random::bytes::<KEY_LEN>()?);
    let pair = provider
        .crypto()
        .derive_hpke_keypair(CIPHERSUITE.hpke_config(), &*seed)
        .map_err(|_| E2eeError::Mls("sealing a whisper"))?;
    Ok(pair.public)
}

/// Fisher and Yates, with numbers that nobody can guess; 2^32 is so far above 128 that its remainder does not show.
fn shuffle<T>(list: &mut [T]) -> Result<()> {
    for at in (1..list.len()).rev() {
        let number = u32::from_be_bytes(random::bytes()?) as usize;
        list.swap(at, number % (at + 1));
    }
    Ok(())
}
