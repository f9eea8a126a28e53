//! Valid frames from relay to client: every type, with edge values of every field.

use sanctuary_wire::limits::{MAX_FRAME, MAX_LIFETIME_S, MAX_MEMBERS};
use sanctuary_wire::{
    Alarm, Completeness, Continuity, EndedReason, Epoch, InstanceId, MemberNumber, MemberPresence,
    MessageId, NackReason, Nonce, Presence, RefusedReason, RelayFrame, RoomLock, Seq, VERSION,
    WorkChallenge,
};
use serde_json::Value;

use super::describe;
use super::filling::{ROOM, capsule, fixed, payload, sealed_name};

/// Frames from relay to client, named; every enumerated value comes at least once.
pub(crate) fn frames() -> Vec<(&'static str, RelayFrame)> {
    let mut frames = vec![
        (
            "hello",
            hello(VERSION, MAX_FRAME, MAX_LIFETIME_S, MAX_MEMBERS),
        ),
        ("hello, of another version", hello(2, u32::MAX, 0, u16::MAX)),
        (
            "room",
            RelayFrame::Room {
                remaining_ms: 3_600_000,
                sealed_name: sealed_name(),
            },
        ),
        ("reserved", RelayFrame::Reserved { room_id: ROOM }),
        ("admitted, alone", admitted(1, &[])),
        ("admitted", admitted(u32::MAX, Presence::ALL)),
        ("lease", lease(0, 10_000, 1040)),
        ("lease, least", lease(u64::MAX, 0, 0)),
        (
            "commit accepted",
            RelayFrame::CommitAccepted {
                seq: Seq(1),
                epoch: Epoch(2),
            },
        ),
        (
            "commit rejected",
            RelayFrame::CommitRejected {
                epoch: Epoch(u64::MAX),
            },
        ),
        ("commit relayed", commit_relayed(64)),
        ("commit relayed, empty", commit_relayed(0)),
        ("message relayed", message_relayed(300)),
        ("message relayed, empty", message_relayed(0)),
        (
            "ack",
            RelayFrame::Ack {
                id: MessageId(u64::MAX),
                seq: Seq(0),
            },
        ),
        ("pong", RelayFrame::Pong { token: u32::MAX }),
        (
            "work demanded",
            RelayFrame::WorkDemanded {
                challenge: WorkChallenge(fixed(0xb0)),
                bits: 24,
            },
        ),
        (
            "delivered, everyone",
            delivered(u64::MAX, Completeness::Everyone),
        ),
        ("delivered, missed", delivered(258, Completeness::Missed)),
    ];
    frames.extend(continuities());
    frames.extend(reasons());
    frames
}

fn continuities() -> impl Iterator<Item = (&'static str, RelayFrame)> {
    let names = ["resumed", "resumed, with a gap", "resumed, fresh"];
    names.into_iter().zip(
        Continuity::ALL
            .iter()
            .map(|&continuity| resumed(continuity)),
    )
}

/// Each enumerated value of the frames that have little else.
fn reasons() -> Vec<(&'static str, RelayFrame)> {
    use {EndedReason as E, NackReason as N, Presence as P, RefusedReason as R};
    let refused = |reason, retry_after_ms| RelayFrame::Refused {
        reason,
        retry_after_ms,
    };
    let nack = |reason| RelayFrame::Nack {
        id: MessageId(9),
        reason,
    };
    let presence = |presence| RelayFrame::Presence {
        member: MemberNumber(258),
        presence,
    };
    let ended = |reason| RelayFrame::Ended { reason };
    vec![
        ("refused, gone", refused(R::Gone, 0)),
        ("refused, wrong password", refused(R::WrongPassword, 1000)),
        ("refused, throttled", refused(R::Throttled, u32::MAX)),
        ("refused, room full", refused(R::RoomFull, 0)),
        ("refused, relay full", refused(R::RelayFull, 0)),
        ("refused, lifetime", refused(R::LifetimeOutOfRange, 0)),
        ("refused, locked", refused(R::Locked, 0)),
        ("nack, stale epoch", nack(N::StaleEpoch)),
        ("nack, recipients unknown", nack(N::RecipientsUnknown)),
        ("presence, here", presence(P::Here)),
        ("presence, away", presence(P::Away)),
        ("presence, gone", presence(P::Gone)),
        (
            "alarm",
            RelayFrame::Alarm {
                alarm: Alarm::WrongPassword,
                count: 65_536,
            },
        ),
        (
            "locked",
            RelayFrame::Locked {
                lock: RoomLock::Locked,
                member: MemberNumber(258),
            },
        ),
        (
            "locked, open",
            RelayFrame::Locked {
                lock: RoomLock::Open,
                member: MemberNumber(0),
            },
        ),
        ("ended, purged", ended(E::Purged)),
        ("ended, expired", ended(E::Expired)),
        ("ended, left", ended(E::Left)),
        ("ended, replaced", ended(E::Replaced)),
        ("ended, evicted", ended(E::Evicted)),
        ("ended, relay shut down", ended(E::RelayShutDown)),
    ]
}

fn hello(version: u8, max_frame: u32, max_lifetime_s: u32, max_members: u16) -> RelayFrame {
    RelayFrame::Hello {
        version,
        nonce: Nonce(fixed(0xa0)),
        instance: InstanceId(fixed(0xb0)),
        max_frame,
        max_lifetime_s,
        max_members,
    }
}

fn members(presences: &[Presence]) -> Vec<MemberPresence> {
    (1..)
        .zip(presences)
        .map(|(number, &presence)| MemberPresence {
            member: MemberNumber(number),
            presence,
        })
        .collect()
}

fn admitted(member: u32, presences: &[Presence]) -> RelayFrame {
    RelayFrame::Admitted {
        member: MemberNumber(member),
        remaining_ms: 299_999,
        members: members(presences),
    }
}

fn resumed(continuity: Continuity) -> RelayFrame {
    RelayFrame::Resumed {
        member: MemberNumber(7),
        remaining_ms: 1,
        epoch: Epoch(3),
        last_message_id: MessageId(u64::from(continuity.to_wire())),
        continuity,
        capsule: capsule(64),
        members: members(&[Presence::Here; 13]),
    }
}

fn lease(epoch: u64, duration_ms: u32, len: usize) -> RelayFrame {
    RelayFrame::Lease {
        epoch: Epoch(epoch),
        duration_ms,
        group_state: payload(0x70, len),
    }
}

fn commit_relayed(len: usize) -> RelayFrame {
    RelayFrame::CommitRelayed {
        seq: Seq(0x0102_0304_0506_0708),
        epoch: Epoch(1),
        member: MemberNumber(2),
        commit: payload(0x80, len),
    }
}

fn message_relayed(len: usize) -> RelayFrame {
    RelayFrame::MessageRelayed {
        seq: Seq(u64::MAX),
        epoch: Epoch(0),
        payload: payload(0x90, len),
    }
}

fn delivered(seq: u64, completeness: Completeness) -> RelayFrame {
    RelayFrame::Delivered {
        seq: Seq(seq),
        completeness,
    }
}

/// The cases of `relay-frames.json`.
pub(crate) fn all() -> Vec<Value> {
    frames()
        .iter()
        .map(|(name, frame)| {
            describe::case(name, frame.name(), &describe::relay(frame), &frame.encode())
        })
        .collect()
}
