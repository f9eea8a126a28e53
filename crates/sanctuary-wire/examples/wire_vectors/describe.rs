//! Frames as JSON: what both implementations must read out of the same bytes.
//!
//! Byte strings are hex, `uint64` decimal strings (JSON's numbers are too small), smaller integers
//! numbers, enumerated values their names in lower case with hyphens, absent values null.

use std::fmt::Debug;

use sanctuary_wire::{ClientFrame, MemberNumber, MemberPresence, RelayFrame};
use serde_json::{Value, json};

/// Bytes as lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn name(value: impl Debug) -> String {
    let mut text = String::new();
    for c in format!("{value:?}").chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

fn numbers(members: &[MemberNumber]) -> Vec<u32> {
    members.iter().map(|member| member.0).collect()
}

fn presences(members: &[MemberPresence]) -> Vec<Value> {
    let describe = |m: &MemberPresence| json!({"member": m.member.0, "presence": name(m.presence)});
    members.iter().map(describe).collect()
}

/// The fields of a frame from client to relay.
pub(crate) fn client(frame: &ClientFrame) -> Value {
    match frame {
        ClientFrame::Lookup { room_id } => json!({"room_id": hex(&room_id.0)}),
        ClientFrame::Reserve
        | ClientFrame::RequestLease
        | ClientFrame::ReleaseLease
        | ClientFrame::Leave
        | ClientFrame::Purge => json!({}),
        ClientFrame::Create {
            room_id,
            lifetime_s,
            admission_key,
            session_key,
            capsule,
            sealed_name,
            group_state,
        } => json!({
            "room_id": hex(&room_id.0), "lifetime_s": lifetime_s,
            "admission_key": hex(&admission_key.0), "session_key": hex(&session_key.0),
            "capsule": hex(capsule), "sealed_name": hex(sealed_name),
            "group_state": hex(group_state),
        }),
        ClientFrame::Join {
            room_id,
            session_key,
            signature,
            capsule,
        } => json!({
            "room_id": hex(&room_id.0), "session_key": hex(&session_key.0),
            "signature": hex(&signature.0), "capsule": hex(capsule),
        }),
        ClientFrame::Resume {
            session_key,
            signature,
            last_seq,
        } => json!({
            "session_key": hex(&session_key.0), "signature": hex(&signature.0),
            "last_seq": last_seq.0.to_string(),
        }),
        ClientFrame::Commit {
            epoch,
            commit,
            group_state,
            evicted,
            admission_key,
            sealed_name,
        } => {
            json!({
                "epoch": epoch.0.to_string(), "commit": hex(commit),
                "group_state": hex(group_state), "evicted": numbers(evicted),
                "admission_key": admission_key.map(|key| hex(&key.0)),
                "sealed_name": sealed_name.as_ref().map(|sealed| hex(sealed)),
            })
        }
        ClientFrame::Message {
            id,
            epoch,
            recipients,
            payload,
        } => json!({
            "id": id.0.to_string(), "epoch": epoch.0.to_string(),
            "recipients": numbers(recipients), "payload": hex(payload),
        }),
        ClientFrame::PutCapsule { capsule } => json!({"capsule": hex(capsule)}),
        ClientFrame::Ping { token } => json!({"token": token}),
        ClientFrame::Received { seq } => json!({"seq": seq.0.to_string()}),
        ClientFrame::Work { solutions } => json!({"solutions": hex(&solutions.0)}),
        ClientFrame::SetLock { lock } => json!({"lock": name(lock)}),
    }
}

/// The fields of a frame from relay to client.
pub(crate) fn relay(frame: &RelayFrame) -> Value {
    match frame {
        RelayFrame::Hello {
            version,
            nonce,
            instance,
            max_frame,
            max_lifetime_s,
            max_members,
        } => json!({
            "version": version, "nonce": hex(&nonce.0), "instance": hex(&instance.0),
            "max_frame": max_frame, "max_lifetime_s": max_lifetime_s, "max_members": max_members,
        }),
        RelayFrame::Room {
            remaining_ms,
            sealed_name,
        } => {
            json!({"remaining_ms": remaining_ms, "sealed_name": hex(sealed_name)})
        }
        RelayFrame::Reserved { room_id } => json!({"room_id": hex(&room_id.0)}),
        RelayFrame::Admitted {
            member,
            remaining_ms,
            members,
        } => json!({
            "member": member.0, "remaining_ms": remaining_ms, "members": presences(members),
        }),
        RelayFrame::Resumed {
            member,
            remaining_ms,
            epoch,
            last_message_id,
            continuity,
            capsule,
            members,
        } => json!({
            "member": member.0, "remaining_ms": remaining_ms, "epoch": epoch.0.to_string(),
            "last_message_id": last_message_id.0.to_string(), "continuity": name(continuity),
            "capsule": hex(capsule), "members": presences(members),
        }),
        RelayFrame::Refused {
            reason,
            retry_after_ms,
        } => {
            json!({"reason": name(reason), "retry_after_ms": retry_after_ms})
        }
        RelayFrame::Lease {
            epoch,
            duration_ms,
            group_state,
        } => json!({
            "epoch": epoch.0.to_string(), "duration_ms": duration_ms,
            "group_state": hex(group_state),
        }),
        RelayFrame::CommitAccepted { seq, epoch } => {
            json!({"seq": seq.0.to_string(), "epoch": epoch.0.to_string()})
        }
        RelayFrame::CommitRejected { epoch } => json!({"epoch": epoch.0.to_string()}),
        RelayFrame::CommitRelayed {
            seq,
            epoch,
            member,
            commit,
        } => json!({
            "seq": seq.0.to_string(), "epoch": epoch.0.to_string(), "member": member.0,
            "commit": hex(commit),
        }),
        RelayFrame::MessageRelayed {
            seq,
            epoch,
            payload,
        } => json!({
            "seq": seq.0.to_string(), "epoch": epoch.0.to_string(), "payload": hex(payload),
        }),
        RelayFrame::Ack { id, seq } => {
            json!({"id": id.0.to_string(), "seq": seq.0.to_string()})
        }
        RelayFrame::Nack { id, reason } => {
            json!({"id": id.0.to_string(), "reason": name(reason)})
        }
        RelayFrame::Presence { member, presence } => {
            json!({"member": member.0, "presence": name(presence)})
        }
        RelayFrame::Alarm { alarm, count } => json!({"alarm": name(alarm), "count": count}),
        RelayFrame::Locked { lock, member } => json!({"lock": name(lock), "member": member.0}),
        RelayFrame::Ended { reason } => json!({"reason": name(reason)}),
        RelayFrame::Pong { token } => json!({"token": token}),
        RelayFrame::Delivered { seq, completeness } => {
            json!({"seq": seq.0.to_string(), "completeness": name(completeness)})
        }
        RelayFrame::WorkDemanded { challenge, bits } => {
            json!({"challenge": hex(&challenge.0), "bits": bits})
        }
    }
}

/// A valid frame as a case of its file.
pub(crate) fn case(name: &str, kind: &str, fields: &Value, bytes: &[u8]) -> Value {
    json!({"name": name, "type": kind, "fields": fields, "bytes": hex(bytes)})
}
