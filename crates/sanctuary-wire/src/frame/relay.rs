//! Frames from relay to client (section 4.2).

use super::{MemberPresence, frames};
use crate::ids::{Epoch, InstanceId, MemberNumber, MessageId, Nonce, RoomId, Seq, WorkChallenge};
use crate::payload::{Capsule, Payload, SealedName};
use crate::reason::{
    Alarm, Completeness, Continuity, EndedReason, NackReason, Presence, RefusedReason, RoomLock,
};

frames! {
    /// A frame from relay to client. What each one means stands in section 5 of `PROTOCOL.md`.
    RelayFrame {
        /// The first frame on a connection.
        0x81 Hello {
            /// [`VERSION`](crate::VERSION) of the relay's protocol.
            version: u8,
            /// What this connection's signatures are made over.
            nonce: Nonce,
            /// The run of the relay.
            instance: InstanceId,
            /// Largest frame the relay accepts, in bytes.
            max_frame: u32,
            /// Longest lifetime of a room, in seconds.
            max_lifetime_s: u32,
            /// Members a room may have.
            max_members: u16,
        },
        /// Answers `Lookup`.
        0x82 Room {
            /// Until the room ends, in milliseconds.
            remaining_ms: u32,
            /// The room's name.
            sealed_name: SealedName,
        },
        /// Answers `Reserve`.
        0x83 Reserved {
            /// The id that `Create` may use.
            room_id: RoomId,
        },
        /// Answers `Create` or `Join`.
        0x84 Admitted {
            /// The receiver's number.
            member: MemberNumber,
            /// Until the room ends, in milliseconds.
            remaining_ms: u32,
            /// Who is in the room, the receiver included.
            members: Vec<MemberPresence>,
        },
        /// Answers `Resume`.
        0x85 Resumed {
            /// The receiver's number.
            member: MemberNumber,
            /// Until the room ends, in milliseconds.
            remaining_ms: u32,
            /// The room's current epoch.
            epoch: Epoch,
            /// The last message of this session that the relay accepted.
            last_message_id: MessageId,
            /// Whether frames were missed.
            continuity: Continuity,
            /// The session's capsule.
            capsule: Capsule,
            /// Who is in the room, the receiver included.
            members: Vec<MemberPresence>,
        },
        /// Refuses `Lookup`, `Create`, `Join` or `Resume`.
        0x86 Refused {
            /// Why.
            reason: RefusedReason,
            /// How long to wait before another attempt, in milliseconds.
            retry_after_ms: u32,
        },
        /// The receiver is the one who may commit.
        0x87 Lease {
            /// The room's current epoch.
            epoch: Epoch,
            /// How long, in milliseconds.
            duration_ms: u32,
            /// The sealed group state of that epoch.
            group_state: Payload,
        },
        /// The receiver's commit took effect.
        0x88 CommitAccepted {
            /// Its place in the room's order.
            seq: Seq,
            /// The new epoch.
            epoch: Epoch,
        },
        /// The receiver's commit did not take effect.
        0x89 CommitRejected {
            /// The room's current epoch.
            epoch: Epoch,
        },
        /// Another member's commit took effect.
        0x8a CommitRelayed {
            /// Its place in the room's order.
            seq: Seq,
            /// The new epoch.
            epoch: Epoch,
            /// Who committed.
            member: MemberNumber,
            /// The sealed commit.
            commit: Payload,
        },
        /// Another member's message.
        0x8b MessageRelayed {
            /// Its place in the room's order.
            seq: Seq,
            /// The epoch the message was encrypted in.
            epoch: Epoch,
            /// The sealed message.
            payload: Payload,
        },
        /// The receiver's message was relayed.
        0x8c Ack {
            /// The message.
            id: MessageId,
            /// Its place in the room's order, 0 if forgotten.
            seq: Seq,
        },
        /// The receiver's message was not relayed.
        0x8d Nack {
            /// The message.
            id: MessageId,
            /// Why.
            reason: NackReason,
        },
        /// A member came, was lost or went.
        0x8e Presence {
            /// The member.
            member: MemberNumber,
            /// Whether it is there now.
            presence: Presence,
        },
        /// Something the members should know.
        0x8f Alarm {
            /// What.
            alarm: Alarm,
            /// How often so far.
            count: u32,
        },
        /// The session is over.
        0x90 Ended {
            /// Why.
            reason: EndedReason,
        },
        /// Answers `Ping`.
        0x91 Pong {
            /// The `Ping`'s.
            token: u32,
        },
        /// What became of the receiver's own messages after those that the one before told of.
        0x92 Delivered {
            /// Up to this number.
            seq: Seq,
            /// Whether the others have them.
            completeness: Completeness,
        },
        /// Answers `Create` or `Join` under load: work first, then ask again.
        0x93 WorkDemanded {
            /// What to work on.
            challenge: WorkChallenge,
            /// How many bits of each hash must be zero.
            bits: u8,
        },
        /// Whether the room takes newcomers.
        0x94 Locked {
            /// Whether it does.
            lock: RoomLock,
            /// Who changed it last.
            member: MemberNumber,
        },
    }
}
