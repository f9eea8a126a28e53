//! What a tab needs to come back after a refresh, as the relay keeps it sealed (PROTOCOL.md,
//! sections 7 and 10).

use std::fmt;

use crate::{
    alias::Alias,
    encoding::{Reader, Writer},
    error::Result,
    id::{Identity, LinkSecret, RoomId, SignatureSeed},
    password::Password,
    room_name::RoomName,
    root::Root,
};

/// A member's way back into its room.
#[derive(Clone)]
pub struct Capsule {
    /// The room.
    pub room_id: RoomId,
    /// The root of its secrets.
    pub root: Root,
    /// The secret of its link.
    pub link_secret: LinkSecret,
    /// Its password, which members pass on.
    pub password: Password,
    /// Its name.
    pub room_name: RoomName,
    /// The member's alias.
    pub alias: Alias,
    /// The member's identity in the group.
    pub identity: Identity,
    /// The seed of its leaf's signature key, by which the group knows it again.
    pub signature_seed: SignatureSeed,
}

impl Capsule {
    /// Encodes the capsule.
    pub(crate) fn encode(&self) -> zeroize::Zeroizing<Vec<u8>> {
        Writer::default()
            .array(self.room_id.as_bytes())
            .array(self.root.as_bytes())
            .array(self.link_secret.as_bytes())
            .vector(self.password.as_str().as_bytes())
            .vector(self.room_name.as_str().as_bytes())
            .vector(self.alias.as_str().as_bytes())
            .array(self.identity.as_bytes())
            .array(self.signature_seed.as_bytes())
            .finish_secret()
    }

    /// Decodes a capsule.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let capsule = Self {
            room_id: RoomId::new(reader.array()?),
            root: Root::new(reader.array()?),
            link_secret: LinkSecret::new(reader.array()?),
            password: Password::parse(reader.string()?)?,
            room_name: RoomName::new(reader.string()?)?,
            alias: Alias::parse(reader.string()?)?,
            identity: Identity::new(reader.array()?),
            signature_seed: SignatureSeed::new(reader.array()?),
        };
        reader.end()?;
        Ok(capsule)
    }
}

impl fmt::Debug for Capsule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capsule(..)")
    }
}
