//! What stands inside the outer seals (PROTOCOL.md, section 7).

use zeroize::Zeroizing;

use crate::{
    encoding::{Reader, Writer},
    error::Result,
    id::LinkSecret,
    password::Password,
    root::Root,
    roster::RosterEntry,
};

/// What a joiner needs of an epoch.
pub(crate) struct GroupState {
    /// An `MLSMessage` with a `GroupInfo`.
    pub(crate) group_info: Vec<u8>,
    /// One entry per leaf.
    pub(crate) roster: Vec<RosterEntry>,
}

impl GroupState {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let roster = self
            .roster
            .iter()
            .flat_map(RosterEntry::encode)
            .collect::<Vec<_>>();
        Writer::default()
            .vector(&self.group_info)
            .vector(&roster)
            .finish()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let group_info = reader.vector()?.to_vec();
        let mut entries = Reader::new(reader.vector()?);
        reader.end()?;
        let mut roster = Vec::new();
        while !entries.is_empty() {
            roster.push(RosterEntry::read(&mut entries)?);
        }
        Ok(Self { group_info, roster })
    }
}

/// A commit, and the new secrets of the room if it is a kick.
pub(crate) struct CommitContent {
    /// An `MLSMessage` with a `Commit`.
    pub(crate) mls_message: Vec<u8>,
    /// Empty, or a sealed [`Rekey`].
    pub(crate) rekey: Vec<u8>,
}

impl CommitContent {
    pub(crate) fn encode(&self) -> Vec<u8> {
        Writer::default()
            .vector(&self.mls_message)
            .vector(&self.rekey)
            .finish()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mls_message = reader.vector()?.to_vec();
        let rekey = reader.vector()?.to_vec();
        reader.end()?;
        Ok(Self { mls_message, rekey })
    }
}

/// The new secrets of a room after a kick.
pub(crate) struct Rekey {
    pub(crate) root: Root,
    pub(crate) link_secret: LinkSecret,
    pub(crate) password: Password,
}

impl Rekey {
    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        Writer::default()
            .array(self.root.as_bytes())
            .array(self.link_secret.as_bytes())
            .vector(self.password.as_str().as_bytes())
            .finish_secret()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let rekey = Self {
            root: Root::new(reader.array()?),
            link_secret: LinkSecret::new(reader.array()?),
            password: Password::parse(reader.string()?)?,
        };
        reader.end()?;
        Ok(rekey)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Capsule, Message};

    proptest! {
        /// Whoever holds the seal key could send any bytes: decoding them does not panic, and what
        /// decodes encodes to the same bytes.
        #[test]
        fn any_bytes_decode_or_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(state) = GroupState::decode(&bytes) {
                prop_assert_eq!(state.encode(), &bytes[..]);
            }
            if let Ok(content) = CommitContent::decode(&bytes) {
                prop_assert_eq!(content.encode(), &bytes[..]);
            }
            if let Ok(entry) = RosterEntry::decode(&bytes) {
                prop_assert_eq!(entry.encode(), &bytes[..]);
            }
            if let Ok(message) = Message::decode(&bytes)
                && message != Message::Unknown
            {
                prop_assert_eq!(&*message.encode().unwrap(), &bytes[..]);
            }
            let _ = (Rekey::decode(&bytes), Capsule::decode(&bytes));
        }

        #[test]
        fn contents_survive(message in proptest::collection::vec(any::<u8>(), 0..400), rekey in proptest::collection::vec(any::<u8>(), 0..400)) {
            let content = CommitContent { mls_message: message.clone(), rekey: rekey.clone() };
            let again = CommitContent::decode(&content.encode()).unwrap();
            prop_assert_eq!((again.mls_message, again.rekey), (message, rekey));
        }
    }
}
