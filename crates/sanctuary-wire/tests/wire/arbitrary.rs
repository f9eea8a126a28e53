//! Random frames of every type.

use bytes::Bytes;
use proptest::prelude::*;
use sanctuary_wire::limits::{MAX_CAPSULE, SEALED_NAME};
use sanctuary_wire::{
    AdmissionKey, Alarm, Capsule, ClientFrame, Completeness, Continuity, EndedReason, Epoch,
    InstanceId, MemberNumber, MemberPresence, MessageId, NackReason, Nonce, Payload, Presence,
    RefusedReason, RelayFrame, RoomId, RoomLock, SealedName, Seq, SessionKey, Signature,
    WorkChallenge, WorkSolutions,
};

fn bytes(size: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Bytes> {
    prop::collection::vec(any::<u8>(), size).prop_map(Bytes::from)
}

fn payload() -> impl Strategy<Value = Payload> {
    prop_oneof![4 => bytes(0..200), 1 => bytes(16_380..16_390)].prop_map(Payload)
}

fn capsule() -> impl Strategy<Value = Capsule> {
    bytes(0..=MAX_CAPSULE).prop_map(|bytes| bytes.try_into().expect("within the limit"))
}

fn sealed_name() -> impl Strategy<Value = SealedName> {
    bytes(SEALED_NAME).prop_map(|bytes| bytes.try_into().expect("of the one size"))
}

fn fixed<const N: usize>() -> impl Strategy<Value = [u8; N]> {
    any::<u64>().prop_map(|seed| std::array::from_fn(|i| seed.to_be_bytes()[i % 8]))
}

fn numbers() -> impl Strategy<Value = Vec<MemberNumber>> {
    prop::collection::vec(any::<u32>().prop_map(MemberNumber), 0..40)
}

fn members() -> impl Strategy<Value = Vec<MemberPresence>> {
    let member = (any::<u32>(), prop::sample::select(Presence::ALL)).prop_map(|(n, presence)| {
        MemberPresence {
            member: MemberNumber(n),
            presence,
        }
    });
    prop::collection::vec(member, 0..40)
}

pub(crate) fn client_frame() -> impl Strategy<Value = ClientFrame> {
    let room_id = || fixed().prop_map(RoomId);
    let session_key = || fixed().prop_map(SessionKey);
    let admission_key = || fixed().prop_map(AdmissionKey);
    let signature = || fixed().prop_map(Signature);
    prop_oneof![
        prop::sample::select(vec![
            ClientFrame::Reserve,
            ClientFrame::RequestLease,
            ClientFrame::ReleaseLease,
            ClientFrame::Leave,
            ClientFrame::Purge,
        ]),
        room_id().prop_map(|room_id| ClientFrame::Lookup { room_id }),
        any::<u32>().prop_map(|token| ClientFrame::Ping { token }),
        any::<u64>().prop_map(|seq| ClientFrame::Received { seq: Seq(seq) }),
        fixed().prop_map(|solutions| ClientFrame::Work {
            solutions: WorkSolutions(solutions)
        }),
        prop::sample::select(RoomLock::ALL).prop_map(|lock| ClientFrame::SetLock { lock }),
        capsule().prop_map(|capsule| ClientFrame::PutCapsule { capsule }),
        (
            room_id(),
            any::<u32>(),
            admission_key(),
            session_key(),
            capsule(),
            sealed_name(),
            payload()
        )
            .prop_map(
                |(
                    room_id,
                    lifetime_s,
                    admission_key,
                    session_key,
                    capsule,
                    sealed_name,
                    group_state,
                )| {
                    ClientFrame::Create {
                        room_id,
                        lifetime_s,
                        admission_key,
                        session_key,
                        capsule,
                        sealed_name,
                        group_state,
                    }
                }
            ),
        (room_id(), session_key(), signature(), capsule()).prop_map(
            |(room_id, session_key, signature, capsule)| ClientFrame::Join {
                room_id,
                session_key,
                signature,
                capsule
            }
        ),
        (session_key(), signature(), any::<u64>().prop_map(Seq)).prop_map(
            |(session_key, signature, last_seq)| ClientFrame::Resume {
                session_key,
                signature,
                last_seq
            }
        ),
        (
            epoch(),
            payload(),
            payload(),
            numbers(),
            prop::option::of(admission_key()),
            prop::option::of(sealed_name()),
        )
            .prop_map(
                |(epoch, commit, group_state, evicted, admission_key, sealed_name)| {
                    ClientFrame::Commit {
                        epoch,
                        commit,
                        group_state,
                        evicted,
                        admission_key,
                        sealed_name,
                    }
                }
            ),
        (
            any::<u64>().prop_map(MessageId),
            epoch(),
            numbers(),
            payload()
        )
            .prop_map(|(id, epoch, recipients, payload)| ClientFrame::Message {
                id,
                epoch,
                recipients,
                payload
            }),
    ]
}

pub(crate) fn relay_frame() -> impl Strategy<Value = RelayFrame> {
    prop_oneof![answer(), event()]
}

fn epoch() -> impl Strategy<Value = Epoch> {
    any::<u64>().prop_map(Epoch)
}

fn seq() -> impl Strategy<Value = Seq> {
    any::<u64>().prop_map(Seq)
}

fn id() -> impl Strategy<Value = MessageId> {
    any::<u64>().prop_map(MessageId)
}

fn member() -> impl Strategy<Value = MemberNumber> {
    any::<u32>().prop_map(MemberNumber)
}

/// What a connection receives before it is in a room, or as an answer.
fn answer() -> impl Strategy<Value = RelayFrame> {
    prop_oneof![
        (
            any::<u8>(),
            fixed().prop_map(Nonce),
            fixed().prop_map(InstanceId),
            any::<u32>(),
            any::<u32>(),
            any::<u16>()
        )
            .prop_map(
                |(version, nonce, instance, max_frame, max_lifetime_s, max_members)| {
                    RelayFrame::Hello {
                        version,
                        nonce,
                        instance,
                        max_frame,
                        max_lifetime_s,
                        max_members,
                    }
                }
            ),
        (any::<u32>(), sealed_name()).prop_map(|(remaining_ms, sealed_name)| RelayFrame::Room {
            remaining_ms,
            sealed_name
        }),
        fixed().prop_map(|id| RelayFrame::Reserved {
            room_id: RoomId(id)
        }),
        (member(), any::<u32>(), members()).prop_map(|(member, remaining_ms, members)| {
            RelayFrame::Admitted {
                member,
                remaining_ms,
                members,
            }
        }),
        (
            member(),
            any::<u32>(),
            epoch(),
            id(),
            prop::sample::select(Continuity::ALL),
            capsule(),
            members()
        )
            .prop_map(
                |(member, remaining_ms, epoch, last_message_id, continuity, capsule, members)| {
                    RelayFrame::Resumed {
                        member,
                        remaining_ms,
                        epoch,
                        last_message_id,
                        continuity,
                        capsule,
                        members,
                    }
                }
            ),
        (prop::sample::select(RefusedReason::ALL), any::<u32>()).prop_map(
            |(reason, retry_after_ms)| {
                RelayFrame::Refused {
                    reason,
                    retry_after_ms,
                }
            }
        ),
        (epoch(), any::<u32>(), payload()).prop_map(|(epoch, duration_ms, group_state)| {
            RelayFrame::Lease {
                epoch,
                duration_ms,
                group_state,
            }
        }),
    ]
}

/// What a member receives.
fn event() -> impl Strategy<Value = RelayFrame> {
    prop_oneof![
        (seq(), epoch()).prop_map(|(seq, epoch)| RelayFrame::CommitAccepted { seq, epoch }),
        epoch().prop_map(|epoch| RelayFrame::CommitRejected { epoch }),
        (seq(), epoch(), member(), payload()).prop_map(|(seq, epoch, member, commit)| {
            RelayFrame::CommitRelayed {
                seq,
                epoch,
                member,
                commit,
            }
        }),
        (seq(), epoch(), payload()).prop_map(|(seq, epoch, payload)| RelayFrame::MessageRelayed {
            seq,
            epoch,
            payload
        }),
        (id(), seq()).prop_map(|(id, seq)| RelayFrame::Ack { id, seq }),
        (id(), prop::sample::select(NackReason::ALL))
            .prop_map(|(id, reason)| RelayFrame::Nack { id, reason }),
        (member(), prop::sample::select(Presence::ALL))
            .prop_map(|(member, presence)| RelayFrame::Presence { member, presence }),
        (prop::sample::select(Alarm::ALL), any::<u32>())
            .prop_map(|(alarm, count)| RelayFrame::Alarm { alarm, count }),
        (prop::sample::select(RoomLock::ALL), any::<u32>()).prop_map(|(lock, member)| {
            let member = MemberNumber(member);
            RelayFrame::Locked { lock, member }
        }),
        prop::sample::select(EndedReason::ALL).prop_map(|reason| RelayFrame::Ended { reason }),
        any::<u32>().prop_map(|token| RelayFrame::Pong { token }),
        (fixed(), any::<u8>()).prop_map(|(challenge, bits)| RelayFrame::WorkDemanded {
            challenge: WorkChallenge(challenge),
            bits
        }),
        (seq(), prop::sample::select(Completeness::ALL))
            .prop_map(|(seq, completeness)| RelayFrame::Delivered { seq, completeness }),
    ]
}
