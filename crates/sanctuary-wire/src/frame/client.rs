//! Frames from client to relay (section 4.1).

use super::frames;
use crate::ids::{
    AdmissionKey, Epoch, MemberNumber, MessageId, RoomId, Seq, SessionKey, Signature, WorkSolutions,
};
use crate::payload::{Capsule, Payload, SealedName};
use crate::reason::RoomLock;

frames! {
    /// A frame from client to relay. What each one does stands in section 5 of `PROTOCOL.md`.
    ClientFrame {
        /// Asks for a room's remaining time and sealed name.
        0x01 Lookup {
            /// The room.
            room_id: RoomId,
        },
        /// Asks for a new room id.
        0x02 Reserve,
        /// Makes the room whose id was reserved, with the sender as its first member.
        0x03 Create {
            /// The id that was reserved on this connection.
            room_id: RoomId,
            /// How long the room lives, in seconds.
            lifetime_s: u32,
            /// The key that joins are verified with.
            admission_key: AdmissionKey,
            /// The key that stands for the creator's session.
            session_key: SessionKey,
            /// The creator's capsule.
            capsule: Capsule,
            /// The room's name.
            sealed_name: SealedName,
            /// The group state of epoch 0.
            group_state: Payload,
        },
        /// Asks for admission to a room.
        0x04 Join {
            /// The room.
            room_id: RoomId,
            /// The key that is to stand for the session.
            session_key: SessionKey,
            /// By the admission key over [`join_challenge`](crate::join_challenge).
            signature: Signature,
            /// The joiner's capsule.
            capsule: Capsule,
        },
        /// Comes back to a session.
        0x05 Resume {
            /// The key that stands for the session.
            session_key: SessionKey,
            /// By the session key over [`resume_challenge`](crate::resume_challenge).
            signature: Signature,
            /// The last frame seen, 0 if the client has lost its state.
            last_seq: Seq,
        },
        /// Asks to be the one who commits.
        0x06 RequestLease,
        /// Gives the lease, or the place in the queue for it, back.
        0x07 ReleaseLease,
        /// Moves the group to the next epoch.
        0x08 Commit {
            /// The epoch the commit was made in.
            epoch: Epoch,
            /// The sealed commit.
            commit: Payload,
            /// The sealed group state of the epoch it leads to.
            group_state: Payload,
            /// Members whose sessions end with it.
            evicted: Vec<MemberNumber>,
            /// The room's new admission key, if it changes.
            admission_key: Option<AdmissionKey>,
            /// The room's newly sealed name, if it changes.
            sealed_name: Option<SealedName>,
        },
        /// Sends a message to the members.
        0x09 Message {
            /// Counts up from 1 within a session.
            id: MessageId,
            /// The epoch the message was encrypted in.
            epoch: Epoch,
            /// Who receives it; empty for everyone.
            recipients: Vec<MemberNumber>,
            /// The sealed message.
            payload: Payload,
        },
        /// Replaces the session's capsule.
        0x0a PutCapsule {
            /// The new capsule.
            capsule: Capsule,
        },
        /// Ends the session.
        0x0b Leave,
        /// Ends the room.
        0x0c Purge,
        /// Asks for a `Pong`.
        0x0d Ping {
            /// Comes back in the `Pong`.
            token: u32,
        },
        /// Says that every frame for this member up to a number was dealt with.
        0x0e Received {
            /// That number.
            seq: Seq,
        },
        /// Shows the work that was demanded.
        0x0f Work {
            /// What it came to.
            solutions: WorkSolutions,
        },
        /// Locks the room to newcomers, or opens it.
        0x10 SetLock {
            /// What it is to be.
            lock: RoomLock,
        },
    }
}
