//! The name that people gave a room, sealed under the link secret alone so that the join page can
//! show it.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    error::{E2eeError, Result},
    id::{LinkSecret, RoomId},
    key,
    seal::SealKey,
};

/// The longest room name, in bytes of UTF-8; with it the sealed name always has 284 bytes.
pub const MAX_ROOM_NAME: usize = 128;

/// A room name: 1 to 128 bytes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RoomName(String);

impl RoomName {
    /// Takes a name as it is.
    pub fn new(name: &str) -> Result<Self> {
        if (1..=MAX_ROOM_NAME).contains(&name.len()) {
            Ok(Self(name.to_owned()))
        } else {
            Err(E2eeError::RoomName)
        }
    }

    /// Seals the name for the relay.
    pub fn seal(&self, room_id: &RoomId, link_secret: &LinkSecret) -> Result<Vec<u8>> {
        name_key(room_id, link_secret).seal(&aad(room_id), self.0.as_bytes())
    }

    /// Opens a sealed name.
    pub fn open(sealed: &[u8], room_id: &RoomId, link_secret: &LinkSecret) -> Result<Self> {
        let name = name_key(room_id, link_secret).open(&aad(room_id), sealed)?;
        Self::new(
            std::str::from_utf8(&name).map_err(|_| E2eeError::Encoding("a text is not UTF-8"))?,
        )
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RoomName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoomName(..)")
    }
}

fn name_key(room_id: &RoomId, link_secret: &LinkSecret) -> SealKey {
    SealKey::new(&key::derive(
        link_secret.as_bytes(),
        room_id.as_bytes(),
        "room name",
    ))
}

fn aad(room_id: &RoomId) -> Vec<u8> {
    [b"sanctuary/1 room name", &room_id.as_bytes()[..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_seals_to_the_same_length_and_opens_with_its_link() {
        let (room, secret) = (RoomId::random().unwrap(), LinkSecret::random().unwrap());
        for name in ["x", &"y".repeat(128)] {
            let sealed = RoomName::new(name).unwrap().seal(&room, &secret).unwrap();
            assert_eq!(sealed.len(), 284);
            assert_eq!(
                RoomName::open(&sealed, &room, &secret).unwrap().as_str(),
                name
            );
            let other = LinkSecret::random().unwrap();
            assert_eq!(RoomName::open(&sealed, &room, &other), Err(E2eeError::Seal));
        }
        assert_eq!(RoomName::new(""), Err(E2eeError::RoomName));
        assert_eq!(RoomName::new(&"z".repeat(129)), Err(E2eeError::RoomName));
    }
}
