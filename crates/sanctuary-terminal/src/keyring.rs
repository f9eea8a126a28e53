//! What a member holds of its room, from the door to the end.

use sanctuary_e2ee::{
    Alias, Capsule, Identity, KickSecrets, Link, LinkSecret, MemberNumber, MemberParams, Password,
    Result, RoomName, RoomSecrets, SessionKeys, SignatureSeed,
};
use sanctuary_wire::{self as wire, SealedName, SessionKey};
use zeroize::Zeroizing;

/// Secrets and names of one member in one room; wiped when dropped.
pub(crate) struct Keyring {
    pub(crate) origin: String,
    pub(crate) secrets: RoomSecrets,
    pub(crate) link_secret: LinkSecret,
    pub(crate) password: Password,
    pub(crate) room_name: RoomName,
    pub(crate) alias: Alias,
    pub(crate) identity: Identity,
    pub(crate) signature_seed: SignatureSeed,
    pub(crate) session: SessionKeys,
}

impl Keyring {
    /// Who this member is in the group.
    pub(crate) fn params(&self, number: wire::MemberNumber) -> MemberParams {
        MemberParams {
            secrets: self.secrets.clone(),
            alias: self.alias.clone(),
            member_number: MemberNumber(number.0),
            identity: self.identity,
            signature_seed: self.signature_seed.clone(),
        }
    }

    /// The room, as the wire names it.
    pub(crate) fn room_id(&self) -> wire::RoomId {
        wire::RoomId(*self.secrets.room_id().as_bytes())
    }

    /// The link that invites into the room.
    pub(crate) fn link(&self) -> Zeroizing<String> {
        let link = Link {
            origin: self.origin.clone(),
            room_id: *self.secrets.room_id(),
            link_secret: self.link_secret.clone(),
        };
        Zeroizing::new(link.to_string())
    }

    /// The capsule, sealed for the relay to keep with a session.
    pub(crate) fn capsule(&self, session: &SessionKeys) -> Result<wire::Capsule> {
        let capsule = Capsule {
            room_id: *self.secrets.room_id(),
            root: self.secrets.root().clone(),
            link_secret: self.link_secret.clone(),
            password: self.password.clone(),
            room_name: self.room_name.clone(),
            alias: self.alias.clone(),
            identity: self.identity,
            signature_seed: self.signature_seed.clone(),
        };
        let sealed = session.seal_capsule(&capsule)?;
        wire::Capsule::try_from(bytes::Bytes::from(sealed))
            .map_err(|_| sanctuary_e2ee::E2eeError::Encoding("the capsule is too large"))
    }

    /// The room's name, sealed for the relay.
    pub(crate) fn sealed_name(&self) -> Result<SealedName> {
        sealed_name(
            self.room_name
                .seal(self.secrets.room_id(), &self.link_secret)?,
        )
    }

    /// The frame that asks for admission with a session.
    pub(crate) fn join_frame(
        &self,
        session: &SessionKeys,
        nonce: &wire::Nonce,
    ) -> Result<wire::ClientFrame> {
        Ok(wire::ClientFrame::Join {
            room_id: self.room_id(),
            session_key: SessionKey(*session.public_key()),
            signature: wire::Signature(self.secrets.sign_join(&nonce.0, session.public_key())),
            capsule: self.capsule(session)?,
        })
    }

    /// The frame that resumes the session.
    pub(crate) fn resume_frame(
        &self,
        nonce: &wire::Nonce,
        last_seq: wire::Seq,
    ) -> wire::ClientFrame {
        wire::ClientFrame::Resume {
            session_key: SessionKey(*self.session.public_key()),
            signature: wire::Signature(self.session.sign_resume(&nonce.0)),
            last_seq,
        }
    }

    /// Takes the secrets of a kick into use. Capsules sealed before do not open any more.
    pub(crate) fn adopt(
        &mut self,
        secrets: RoomSecrets,
        link_secret: LinkSecret,
        password: Password,
    ) -> Result<()> {
        self.session.renew_capsule_secret()?;
        self.secrets = secrets;
        self.link_secret = link_secret;
        self.password = password;
        Ok(())
    }

    /// New secrets for a kick: a new link secret, a generated password, and their root, which takes
    /// a while to compute.
    pub(crate) fn fresh(
        room_id: sanctuary_e2ee::RoomId,
        room_name: RoomName,
    ) -> Result<KickSecrets> {
        let (link_secret, password) = (LinkSecret::random()?, Password::generate()?);
        let root = sanctuary_e2ee::Root::derive(&password, &room_id, &link_secret)?;
        Ok(KickSecrets {
            link_secret,
            password,
            root,
            room_name,
        })
    }
}

/// A sealed name as the wire takes it: it always has the one length.
pub(crate) fn sealed_name(sealed: Vec<u8>) -> Result<SealedName> {
    SealedName::try_from(bytes::Bytes::from(sealed))
        .map_err(|_| sanctuary_e2ee::E2eeError::RoomName)
}
