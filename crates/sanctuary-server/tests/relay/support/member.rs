//! Members of rooms. What they would encrypt is made up; what the relay reads is real.

use std::time::Duration;

use bytes::Bytes;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sanctuary_wire::limits::SEALED_NAME;
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, Continuity, Epoch, MemberNumber, MessageId, Payload,
    Presence, RelayFrame, RoomId, SealedName, Seq, SessionKey, Signature, join_challenge,
    resume_challenge,
};

use super::{Client, Host};

pub(crate) const LIFETIME: Duration = Duration::from_secs(3600);

/// A key pair made from a number.
pub(crate) struct Keys(Ed25519KeyPair);

impl Keys {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(Ed25519KeyPair::from_seed_unchecked(&bytes).unwrap())
    }

    fn public(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().unwrap()
    }

    pub(crate) fn admission_key(&self) -> AdmissionKey {
        AdmissionKey(self.public())
    }

    pub(crate) fn session_key(&self) -> SessionKey {
        SessionKey(self.public())
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(bytes).as_ref().try_into().unwrap())
    }
}

pub(crate) fn capsule(text: &str) -> Capsule {
    Bytes::copy_from_slice(text.as_bytes()).try_into().unwrap()
}

pub(crate) fn sealed_name() -> SealedName {
    Bytes::from_static(&[9; SEALED_NAME]).try_into().unwrap()
}

/// The group state that tests keep for an epoch.
pub(crate) fn group_state(epoch: Epoch) -> Payload {
    Payload(format!("group state of {epoch:?}").into())
}

/// What somebody needs to join a room.
#[derive(Clone, Copy)]
pub(crate) struct Invitation {
    pub(crate) room_id: RoomId,
    /// Seed of the admission key.
    pub(crate) password: u64,
}

impl Invitation {
    pub(crate) fn join_frame(&self, client: &Client, session: &Keys) -> ClientFrame {
        let session_key = session.session_key();
        let signed = join_challenge(&self.room_id, &client.nonce, &session_key);
        ClientFrame::Join {
            room_id: self.room_id,
            session_key,
            signature: Keys::from_seed(self.password).sign(&signed),
            capsule: capsule("joiner"),
        }
    }

    /// Somebody who knows something else than the password.
    pub(crate) fn with_wrong_password(self) -> Self {
        Self {
            password: self.password + 1,
            ..self
        }
    }

    /// Joins and does not commit.
    pub(crate) async fn knock(&self, host: &Host, seed: u64) -> Member {
        self.knock_over(host.connect().await, seed).await
    }

    /// As [`Self::knock`], over that connection.
    pub(crate) async fn knock_over(&self, mut client: Client, seed: u64) -> Member {
        let keys = Keys::from_seed(seed);
        let join = self.join_frame(&client, &keys);
        let admitted = client.ask(join).await;
        let RelayFrame::Admitted { member, .. } = admitted else {
            panic!("not admitted: {admitted:?}");
        };
        Member::new(client, keys, member)
    }

    /// Joins and commits.
    pub(crate) async fn join(&self, host: &Host, seed: u64) -> Member {
        let mut member = self.knock(host, seed).await;
        member.enter().await;
        member
    }
}

/// Somebody in a room.
pub(crate) struct Member {
    pub(crate) client: Client,
    pub(crate) keys: Keys,
    pub(crate) number: MemberNumber,
    pub(crate) last_id: MessageId,
}

impl Member {
    fn new(client: Client, keys: Keys, number: MemberNumber) -> Self {
        Self {
            client,
            keys,
            number,
            last_id: MessageId(0),
        }
    }

    /// Makes a room that lives an hour.
    pub(crate) async fn create(host: &Host, seed: u64) -> (Self, Invitation) {
        Self::create_for(host, seed, LIFETIME).await
    }

    pub(crate) async fn create_for(
        host: &Host,
        seed: u64,
        lifetime: Duration,
    ) -> (Self, Invitation) {
        let mut client = host.connect().await;
        let RelayFrame::Reserved { room_id } = client.ask(ClientFrame::Reserve).await else {
            panic!("not reserved");
        };
        let invitation = Invitation {
            room_id,
            password: seed + 1_000_000,
        };
        let keys = Keys::from_seed(seed);
        let create = Self::create_frame_for(room_id, seed, lifetime);
        let admitted = client.ask(create).await;
        let RelayFrame::Admitted { member, .. } = admitted else {
            panic!("not admitted: {admitted:?}");
        };
        (Self::new(client, keys, member), invitation)
    }

    /// The frame that makes a room that lives an hour.
    pub(crate) fn create_frame(room_id: RoomId, seed: u64) -> ClientFrame {
        Self::create_frame_for(room_id, seed, LIFETIME)
    }

    fn create_frame_for(room_id: RoomId, seed: u64, lifetime: Duration) -> ClientFrame {
        ClientFrame::Create {
            room_id,
            lifetime_s: lifetime.as_secs().try_into().unwrap(),
            admission_key: Keys::from_seed(seed + 1_000_000).admission_key(),
            session_key: Keys::from_seed(seed).session_key(),
            capsule: capsule("creator"),
            sealed_name: sealed_name(),
            group_state: group_state(Epoch(0)),
        }
    }

    /// Waits for the lease and commits: the group has this member from then on.
    pub(crate) async fn enter(&mut self) -> (Seq, Epoch) {
        let epoch = self.lease().await;
        self.commit(epoch).await
    }

    /// Waits for the lease, whatever comes before.
    pub(crate) async fn lease(&mut self) -> Epoch {
        loop {
            if let RelayFrame::Lease {
                epoch,
                group_state: state,
                ..
            } = self.client.receive().await
            {
                assert_eq!(state, group_state(epoch));
                return epoch;
            }
        }
    }

    /// Sends a commit and waits until it is accepted.
    pub(crate) async fn commit(&mut self, epoch: Epoch) -> (Seq, Epoch) {
        let commit = self.commit_frame(epoch);
        self.client.send(commit).await;
        loop {
            match self.client.receive().await {
                RelayFrame::CommitAccepted { seq, epoch } => return (seq, epoch),
                RelayFrame::CommitRejected { epoch } => panic!("rejected at {epoch:?}"),
                _ => {}
            }
        }
    }

    /// A commit of this member's in that epoch.
    pub(crate) fn commit_frame(&self, epoch: Epoch) -> ClientFrame {
        ClientFrame::Commit {
            epoch,
            commit: self.commit_payload(epoch),
            group_state: group_state(epoch.next()),
            evicted: Vec::new(),
            admission_key: None,
            sealed_name: None,
        }
    }

    pub(crate) fn commit_payload(&self, epoch: Epoch) -> Payload {
        Payload(format!("commit of {:?} in {epoch:?}", self.number).into())
    }

    /// Sends the next message and waits for its number.
    pub(crate) async fn say(&mut self, epoch: Epoch, text: &str) -> Seq {
        let id = self.post(epoch, text).await;
        loop {
            match self.client.receive().await {
                RelayFrame::Ack { id: acked, seq } if acked == id => return seq,
                RelayFrame::Nack { reason, .. } => panic!("refused: {reason:?}"),
                _ => {}
            }
        }
    }

    /// Sends the next message.
    pub(crate) async fn post(&mut self, epoch: Epoch, text: &str) -> MessageId {
        self.last_id = self.last_id.next();
        let id = self.last_id;
        self.client.send(message(id, epoch, text)).await;
        id
    }

    /// The next message of somebody else, whatever comes before.
    pub(crate) async fn hear(&mut self) -> (Seq, String) {
        loop {
            if let RelayFrame::MessageRelayed { seq, payload, .. } = self.client.receive().await {
                return (seq, String::from_utf8(payload.to_vec()).unwrap());
            }
        }
    }

    /// Waits until that is known of another member.
    pub(crate) async fn sees(&mut self, other: MemberNumber, presence: Presence) {
        let awaited = RelayFrame::Presence {
            member: other,
            presence,
        };
        while self.client.receive().await != awaited {}
    }

    /// Loses the connection. The session is away once the others see it.
    pub(crate) fn vanish(self) -> Keys {
        self.keys
    }

    /// Comes back on a new connection.
    pub(crate) async fn resume(host: &Host, keys: Keys, last_seq: Seq) -> (Self, Continuity) {
        let mut client = host.connect().await;
        let resume = resume_frame(&client, &keys, last_seq);
        let resumed = client.ask(resume).await;
        let RelayFrame::Resumed {
            member,
            continuity,
            last_message_id,
            ..
        } = resumed
        else {
            panic!("not resumed: {resumed:?}");
        };
        let mut member = Self::new(client, keys, member);
        member.last_id = last_message_id;
        (member, continuity)
    }
}

pub(crate) fn message(id: MessageId, epoch: Epoch, text: &str) -> ClientFrame {
    ClientFrame::Message {
        id,
        epoch,
        recipients: Vec::new(),
        payload: Payload(Bytes::copy_from_slice(text.as_bytes())),
    }
}

pub(crate) fn resume_frame(client: &Client, keys: &Keys, last_seq: Seq) -> ClientFrame {
    let session_key = keys.session_key();
    ClientFrame::Resume {
        session_key,
        signature: keys.sign(&resume_challenge(&client.nonce, &session_key)),
        last_seq,
    }
}
