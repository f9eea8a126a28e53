//! Valid frames from client to relay: every type, with edge values of every field.

use sanctuary_wire::limits::MAX_CAPSULE;
use sanctuary_wire::{
    AdmissionKey, ClientFrame, Epoch, MessageId, RoomId, RoomLock, Seq, SessionKey, Signature,
    WorkSolutions,
};
use serde_json::Value;

use super::describe;
use super::filling::{ROOM, capsule, fixed, numbers, payload, sealed_name};

/// Frames from client to relay, named.
pub(crate) fn frames() -> Vec<(&'static str, ClientFrame)> {
    let session_key = SessionKey(fixed(0x20));
    let signature = Signature(fixed(0x30));
    vec![
        ("lookup", ClientFrame::Lookup { room_id: ROOM }),
        (
            "lookup, id of ones",
            ClientFrame::Lookup {
                room_id: RoomId([0xff; 16]),
            },
        ),
        ("reserve", ClientFrame::Reserve),
        ("create", create(3600, 1040, 700)),
        ("create, least", create(0, 0, 0)),
        (
            "create, longest capsule and lifetime",
            create(u32::MAX, MAX_CAPSULE, 64),
        ),
        (
            "join",
            ClientFrame::Join {
                room_id: ROOM,
                session_key,
                signature,
                capsule: capsule(63),
            },
        ),
        (
            "resume, fresh",
            ClientFrame::Resume {
                session_key,
                signature,
                last_seq: Seq(0),
            },
        ),
        (
            "resume",
            ClientFrame::Resume {
                session_key,
                signature,
                last_seq: Seq(u64::MAX),
            },
        ),
        ("request lease", ClientFrame::RequestLease),
        ("release lease", ClientFrame::ReleaseLease),
        ("commit", commit(&[], false)),
        ("commit, kick", commit(&[1, u32::MAX], true)),
        ("message, least", message(0, 0, &[], 0)),
        ("message", message(1, 2, &[], 300)),
        (
            "message, recipients",
            message(u64::MAX, u64::MAX, &[3, 2, 2, 0], 63),
        ),
        ("message, 16 recipients", message(4, 5, &[7; 16], 64)),
        (
            "message, largest two-byte length",
            message(6, 7, &[], 16_383),
        ),
        (
            "message, smallest four-byte length",
            message(6, 7, &[], 16_384),
        ),
        (
            "put capsule",
            ClientFrame::PutCapsule {
                capsule: capsule(284),
            },
        ),
        ("leave", ClientFrame::Leave),
        ("purge", ClientFrame::Purge),
        (
            "work",
            ClientFrame::Work {
                solutions: WorkSolutions(fixed(0xa0)),
            },
        ),
        ("ping", ClientFrame::Ping { token: 0x0102_0304 }),
        ("received, least", ClientFrame::Received { seq: Seq(0) }),
        ("received", ClientFrame::Received { seq: Seq(u64::MAX) }),
        (
            "lock",
            ClientFrame::SetLock {
                lock: RoomLock::Locked,
            },
        ),
        (
            "lock, open",
            ClientFrame::SetLock {
                lock: RoomLock::Open,
            },
        ),
    ]
}

fn create(lifetime_s: u32, capsule_len: usize, group_state_len: usize) -> ClientFrame {
    ClientFrame::Create {
        room_id: ROOM,
        lifetime_s,
        admission_key: AdmissionKey(fixed(0x60)),
        session_key: SessionKey(fixed(0x20)),
        capsule: capsule(capsule_len),
        sealed_name: sealed_name(),
        group_state: payload(0x70, group_state_len),
    }
}

fn commit(evicted: &[u32], rekeyed: bool) -> ClientFrame {
    ClientFrame::Commit {
        epoch: Epoch(0x0102_0304_0506_0708),
        commit: payload(0x80, 64),
        group_state: payload(0x70, 63),
        evicted: numbers(evicted),
        admission_key: rekeyed.then(|| AdmissionKey(fixed(0x60))),
        sealed_name: rekeyed.then(sealed_name),
    }
}

fn message(id: u64, epoch: u64, recipients: &[u32], len: usize) -> ClientFrame {
    ClientFrame::Message {
        id: MessageId(id),
        epoch: Epoch(epoch),
        recipients: numbers(recipients),
        payload: payload(0x90, len),
    }
}

/// The cases of `client-frames.json`.
pub(crate) fn all() -> Vec<Value> {
    frames()
        .iter()
        .map(|(name, frame)| {
            describe::case(
                name,
                frame.name(),
                &describe::client(frame),
                &frame.encode(),
            )
        })
        .collect()
}
