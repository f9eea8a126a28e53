//! The real protocol (PROTOCOL.md, sections 3 to 5): rooms are reserved and created, joins are
//! signed, every joiner takes a lease and commits before it belongs to the group.
//!
//! Only the contents of payloads are made up; the relay could not read the real ones either. Each
//! member checks that it gets every frame of the room's order, once and in order.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sanctuary_wire::{
    AdmissionKey, Capsule, ClientFrame, Epoch, MessageId, Nonce, Payload, RelayFrame, RoomId,
    SealedName, Seq, SessionKey, Signature, join_challenge, limits,
};

use super::{Dialect, Heard, Seat};
use crate::clock::Stamp;
use crate::framing::Framing;

/// Types of the frames that are read without being decoded: there are millions of them.
const MESSAGE_RELAYED: u8 = 0x8b;
const ACK: u8 = 0x8c;

/// How long the rooms live, in seconds: longer than any measurement.
const LIFETIME_S: u32 = limits::MAX_LIFETIME_S;

/// Sizes in bytes of what is opaque to the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The payload of a message.
    pub(crate) message: usize,
    /// A commit.
    pub(crate) commit: usize,
    /// What each member adds to the group state.
    pub(crate) state_per_member: usize,
}

impl Sizes {
    /// A sealed capsule: 256 bytes after padding, nonce and tag.
    const CAPSULE: usize = 284;

    /// Messages of that size, and everything else as small as a seal can be: what is measured is
    /// the relay and not the group.
    pub(crate) fn of_messages(message: usize) -> Self {
        Self {
            message,
            commit: 284,
            state_per_member: 0,
        }
    }
}

/// How to talk to a relay.
pub(crate) struct Sanctuary {
    sizes: Sizes,
    admission: Ed25519KeyPair,
    random: SystemRandom,
    rooms: HashMap<usize, RoomId>,
    filling: Vec<u8>,
}

/// One member as it sees itself.
#[derive(Debug)]
pub(crate) struct State {
    seat: Seat,
    nonce: Option<Nonce>,
    epoch: Epoch,
    last_message: MessageId,
    /// The last frame of the room's order. `None` until the member is in.
    last_seq: Option<Seq>,
}

impl Sanctuary {
    /// Members who know the password of every room, since it is the same one.
    pub(crate) fn new(sizes: Sizes) -> Result<Self> {
        let random = SystemRandom::new();
        let seed = bytes::<32>(&random)?;
        let admission = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| anyhow::anyhow!("cannot make a signature key"))?;
        Ok(Self {
            sizes,
            admission,
            random,
            rooms: HashMap::new(),
            filling: vec![b'x'; sizes.message.saturating_sub(Stamp::LEN)],
        })
    }

    fn enter(&mut self, state: &mut State, out: &mut Vec<u8>) -> Result<()> {
        if state.seat.place == 0 {
            say(out, &ClientFrame::Reserve);
            return Ok(());
        }
        let room_id = self.rooms.get(&state.seat.room);
        let room_id = *room_id.context("a joiner came before its room")?;
        let session_key = SessionKey(bytes(&self.random)?);
        let nonce = state.nonce.context("the relay sent no nonce")?;
        let challenge = join_challenge(&room_id, &nonce, &session_key);
        let signature = self.admission.sign(&challenge);
        let signature = <[u8; 64]>::try_from(signature.as_ref()).context("signature")?;
        let join = ClientFrame::Join {
            room_id,
            session_key,
            signature: Signature(signature),
            capsule: capsule()?,
        };
        say(out, &join);
        Ok(())
    }

    fn create(&mut self, state: &State, room_id: RoomId, out: &mut Vec<u8>) -> Result<()> {
        self.rooms.insert(state.seat.room, room_id);
        let admission_key = self.admission.public_key().as_ref();
        let admission_key = <[u8; 32]>::try_from(admission_key).context("public key")?;
        let create = ClientFrame::Create {
            room_id,
            lifetime_s: LIFETIME_S,
            admission_key: AdmissionKey(admission_key),
            session_key: SessionKey(bytes(&self.random)?),
            capsule: capsule()?,
            sealed_name: SealedName::try_from(Bytes::from(vec![7; limits::SEALED_NAME]))?,
            group_state: self.group_state(1),
        };
        say(out, &create);
        Ok(())
    }

    fn commit(&self, epoch: Epoch, out: &mut Vec<u8>) {
        // Every epoch so far but the first brought one member, and this one brings another.
        let members = usize::try_from(epoch.0)
            .unwrap_or(usize::MAX)
            .saturating_add(2);
        let commit = ClientFrame::Commit {
            epoch,
            commit: Payload::from(vec![7; self.sizes.commit]),
            group_state: self.group_state(members),
            evicted: Vec::new(),
            admission_key: None,
            sealed_name: None,
        };
        say(out, &commit);
    }

    fn group_state(&self, members: usize) -> Payload {
        let size = Sizes::CAPSULE + self.sizes.state_per_member.saturating_mul(members);
        Payload::from(vec![7; size])
    }

    /// Frames that need no haste.
    fn hear_rest(&mut self, state: &mut State, said: &[u8], out: &mut Vec<u8>) -> Result<Heard> {
        match RelayFrame::decode(&Bytes::copy_from_slice(said))? {
            RelayFrame::Hello { nonce, .. } => {
                state.nonce = Some(nonce);
                self.enter(state, out)?;
            }
            RelayFrame::Reserved { room_id } => self.create(state, room_id, out)?,
            RelayFrame::Admitted { .. } if state.seat.place == 0 => {
                state.last_seq = Some(Seq::CREATION);
                return Ok(Heard::Entered);
            }
            RelayFrame::Lease { epoch, .. } => self.commit(epoch, out),
            RelayFrame::CommitAccepted { seq, epoch } => {
                state.epoch = epoch;
                state.last_seq = Some(seq);
                return Ok(Heard::Entered);
            }
            RelayFrame::CommitRejected { .. } => say(out, &ClientFrame::RequestLease),
            RelayFrame::CommitRelayed { seq, epoch, .. } => {
                state.follow(seq)?;
                state.epoch = epoch;
            }
            RelayFrame::Ended { .. } => return Ok(Heard::Ended),
            RelayFrame::Refused { reason, .. } => bail!("the relay refuses: {reason:?}"),
            RelayFrame::Nack { reason, .. } => bail!("the relay took no message: {reason:?}"),
            _ => {}
        }
        Ok(Heard::Else)
    }
}

impl Dialect for Sanctuary {
    type State = State;

    fn framing(&self) -> Framing {
        Framing::Binary
    }

    fn path(&self) -> &'static str {
        "/ws"
    }

    fn arrive(&mut self, seat: Seat) -> State {
        State {
            seat,
            nonce: None,
            epoch: Epoch(0),
            last_message: MessageId(0),
            last_seq: None,
        }
    }

    fn greet(&mut self, _: &mut State, _: &mut Vec<u8>) {}

    fn hear(&mut self, state: &mut State, said: &[u8], out: &mut Vec<u8>) -> Result<Heard> {
        match said.first() {
            Some(&MESSAGE_RELAYED) => {
                state.follow(seq_at(said, 1)?)?;
                // Type, seq, epoch, and the length of what follows.
                let length = said.get(17).map_or(0, |first| match first >> 6 {
                    0 => 1,
                    1 => 2,
                    _ => 4,
                });
                let stamp = said.get(17 + length..).and_then(<[u8]>::first_chunk);
                let stamp = stamp.context("the relay cut a message")?;
                Ok(Heard::Delivery(Stamp(u64::from_be_bytes(*stamp))))
            }
            Some(&ACK) => {
                state.follow(seq_at(said, 9)?)?;
                Ok(Heard::Receipt)
            }
            _ => self.hear_rest(state, said, out),
        }
    }

    fn speak(&mut self, state: &mut State, now: Stamp, out: &mut Vec<u8>) {
        state.last_message = state.last_message.next();
        let mut payload = Vec::with_capacity(Stamp::LEN + self.filling.len());
        payload.extend_from_slice(&now.0.to_be_bytes());
        payload.extend_from_slice(&self.filling);
        let message = ClientFrame::Message {
            id: state.last_message,
            epoch: state.epoch,
            recipients: Vec::new(),
            payload: Payload::from(payload),
        };
        say(out, &message);
    }

    fn has_reports(&self) -> bool {
        true
    }

    fn report(&mut self, state: &mut State, out: &mut Vec<u8>) {
        if let Some(seq) = state.last_seq {
            say(out, &ClientFrame::Received { seq });
        }
    }

    fn leave(&mut self, _: &mut State, out: &mut Vec<u8>) -> bool {
        say(out, &ClientFrame::Leave);
        true
    }
}

impl State {
    /// Takes note of a frame of the room's order. There is one for each member and each number.
    fn follow(&mut self, seq: Seq) -> Result<()> {
        let expected = self
            .last_seq
            .context("a frame came before the first commit")?
            .next();
        ensure!(
            seq == expected,
            "frame {} came where {} was next: the relay lost or repeated something",
            seq.0,
            expected.0
        );
        self.last_seq = Some(seq);
        Ok(())
    }
}

fn seq_at(said: &[u8], at: usize) -> Result<Seq> {
    let bytes = said.get(at..).and_then(<[u8]>::first_chunk);
    let bytes = bytes.context("the relay cut a frame")?;
    Ok(Seq(u64::from_be_bytes(*bytes)))
}

fn say(out: &mut Vec<u8>, frame: &ClientFrame) {
    let len = frame.encoded_len();
    Framing::Binary.message(out, len, |out| frame.encode_into(out));
}

fn capsule() -> Result<Capsule> {
    Ok(Capsule::try_from(Bytes::from(vec![7; Sizes::CAPSULE]))?)
}

fn bytes<const N: usize>(random: &SystemRandom) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    let filled = random.fill(&mut bytes);
    filled.map_err(|_| anyhow::anyhow!("the system gives no random bytes"))?;
    Ok(bytes)
}
