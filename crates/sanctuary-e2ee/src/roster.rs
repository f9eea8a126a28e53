//! Who is in the group, under which alias (PROTOCOL.md, section 8.3).
//!
//! Invariant: a [`Roster`] holds only entries that were checked against the signature key of their
//! leaf, so an alias on the screen is one that the member itself chose for this room under this
//! member number.

use std::{collections::BTreeMap, fmt};

use openmls::group::{Member as Leaf, MlsGroup};

use crate::{
    alias::Alias,
    encoding::{Reader, Writer},
    error::Result,
    id::{Identity, MemberNumber, RoomId, SignatureSeed},
    key,
};

/// The label of the signature, as in RFC 9420, section 5.1.2.
const LABEL: &[u8] = b"MLS 1.0 SanctuaryRosterEntry";

/// Somebody in the group.
#[derive(Clone, PartialEq, Eq)]
pub struct RosterMember {
    /// Its identity.
    pub identity: Identity,
    /// The number of its session; none if its entry in the roster was missing or wrong.
    pub member_number: Option<MemberNumber>,
    /// Its alias; none likewise.
    pub alias: Option<Alias>,
    /// Its leaf in the ratchet tree.
    pub leaf_index: u32,
}

impl fmt::Debug for RosterMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RosterMember(..)")
    }
}

/// What a member says about itself, signed by its leaf's key; the alias is as it came, so not yet a
/// valid one.
#[derive(Clone)]
pub(crate) struct RosterEntry {
    pub(crate) identity: Identity,
    pub(crate) member_number: MemberNumber,
    alias: String,
    signature: [u8; 64],
}

impl RosterEntry {
    /// Signs an entry.
    pub(crate) fn sign(
        room_id: &RoomId,
        identity: Identity,
        member_number: MemberNumber,
        alias: &Alias,
        seed: &SignatureSeed,
    ) -> Self {
        let signed = to_be_signed(room_id, &identity, member_number, alias.as_str());
        Self {
            identity,
            member_number,
            alias: alias.as_str().to_owned(),
            signature: key::sign(seed.as_bytes(), &signed),
        }
    }

    /// The alias, if it is a valid one and the entry was signed for this room with this key.
    pub(crate) fn verify(&self, room_id: &RoomId, signature_key: &[u8]) -> Option<Alias> {
        let alias = Alias::parse(&self.alias).ok()?;
        let signed = to_be_signed(room_id, &self.identity, self.member_number, &self.alias);
        key::verify(signature_key, &signed, &self.signature).then_some(alias)
    }

    /// Encodes one entry.
    pub(crate) fn encode(&self) -> Vec<u8> {
        Writer::default()
            .array(self.identity.as_bytes())
            .uint32(self.member_number.0)
            .vector(self.alias.as_bytes())
            .array(&self.signature)
            .finish()
    }

    /// Decodes exactly one entry.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let entry = Self::read(&mut reader)?;
        reader.end()?;
        Ok(entry)
    }

    /// Reads the next entry.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            identity: Identity::new(reader.array()?),
            member_number: MemberNumber(reader.uint32()?),
            alias: reader.string()?.to_owned(),
            signature: reader.array()?,
        })
    }
}

/// What the signature of an entry covers: `SignContent` of RFC 9420, section 5.1.2.
fn to_be_signed(
    room_id: &RoomId,
    identity: &Identity,
    member: MemberNumber,
    alias: &str,
) -> Vec<u8> {
    let content = Writer::default()
        .array(room_id.as_bytes())
        .array(identity.as_bytes())
        .uint32(member.0)
        .vector(alias.as_bytes())
        .finish();
    Writer::default().vector(LABEL).vector(&content).finish()
}

/// The checked entries of a group, by identity.
#[derive(Clone, Default)]
pub(crate) struct Roster(BTreeMap<Identity, (RosterEntry, Alias)>);

impl Roster {
    /// Takes those entries of a group state that hold; the others are ignored, and the first of
    /// several for one identity counts.
    pub(crate) fn from_entries(
        entries: Vec<RosterEntry>,
        room_id: &RoomId,
        group: &MlsGroup,
    ) -> Self {
        let keys: BTreeMap<_, _> = group
            .members()
            .filter_map(|leaf| Some((identity_of(&leaf)?, leaf.signature_key)))
            .collect();
        let mut roster = Self::default();
        for entry in entries {
            let Some(key) = keys.get(&entry.identity) else {
                continue;
            };
            if roster.0.contains_key(&entry.identity) {
                continue;
            }
            if let Some(alias) = entry.verify(room_id, key) {
                roster.insert(entry, alias);
            }
        }
        roster
    }

    /// Takes an entry that was verified, in place of an older one of the same identity.
    pub(crate) fn insert(&mut self, entry: RosterEntry, alias: Alias) {
        self.0.insert(entry.identity, (entry, alias));
    }

    /// Forgets a member.
    pub(crate) fn remove(&mut self, identity: &Identity) {
        self.0.remove(identity);
    }

    /// The entry of a member, to be passed on to newcomers.
    pub(crate) fn entry(&self, identity: &Identity) -> Option<&RosterEntry> {
        self.0.get(identity).map(|(entry, _)| entry)
    }

    /// The member at a leaf.
    pub(crate) fn member(&self, identity: Identity, leaf_index: u32) -> RosterMember {
        let known = self.0.get(&identity);
        RosterMember {
            identity,
            member_number: known.map(|(entry, _)| entry.member_number),
            alias: known.map(|(_, alias)| alias.clone()),
            leaf_index,
        }
    }

    /// Everybody in the group, in the order of leaves.
    pub(crate) fn members(&self, group: &MlsGroup) -> Vec<RosterMember> {
        group
            .members()
            .filter_map(|leaf| Some(self.member(identity_of(&leaf)?, leaf.index.u32())))
            .collect()
    }
}

/// The identity in a leaf's credential, if it is a basic one of 16 bytes.
pub(crate) fn identity_of(leaf: &Leaf) -> Option<Identity> {
    credential_identity(&leaf.credential)
}

/// The identity in a credential, if it is a basic one of 16 bytes.
pub(crate) fn credential_identity(
    credential: &openmls::credentials::Credential,
) -> Option<Identity> {
    let basic = openmls::credentials::BasicCredential::try_from(credential.clone()).ok()?;
    Some(Identity::new(basic.identity().try_into().ok()?))
}
