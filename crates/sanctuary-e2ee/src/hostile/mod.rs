//! Commits that break the rules, crafted with OpenMLS by members that know all secrets, and refused
//! (PROTOCOL.md, section 8.4).

mod joiners;
mod members;
mod whispers;

use openmls::prelude::{Capabilities, Ciphersuite, ProtocolVersion};

use crate::{
    Alias, E2eeError, Identity, Member, MemberNumber, MemberParams, PolicyViolation, RoomId,
    RoomSecrets, Root, SignatureSeed, contents::CommitContent, mls, seal::Kind,
};

/// Ann, who created the room, Bob, and the state of the group that they are in.
struct Table {
    ann: Member,
    bob: Member,
    group_state: Vec<u8>,
}

const ANN: MemberNumber = MemberNumber(1);
const BOB: MemberNumber = MemberNumber(2);
const EVE: MemberNumber = MemberNumber(3);

fn table() -> Table {
    let secrets = RoomSecrets::from_root(Root::new([9; 32]), RoomId::new([4; 16]));
    let (mut ann, group_state) = Member::create(params(&secrets, "Ann", ANN)).unwrap();
    let pending = Member::join(params(&secrets, "Bob", BOB), 0, &group_state).unwrap();
    ann.apply_commit(0, BOB, &pending.commit).unwrap();
    let group_state = pending.group_state.clone();
    Table {
        ann,
        bob: pending.accept(),
        group_state,
    }
}

fn params(secrets: &RoomSecrets, alias: &str, member_number: MemberNumber) -> MemberParams {
    MemberParams {
        secrets: secrets.clone(),
        alias: Alias::prepare(alias).unwrap(),
        member_number,
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    }
}

/// Seals an MLS message as a commit of the current epoch.
fn seal(member: &Member, mls_message: &[u8], rekey: &[u8]) -> Vec<u8> {
    let content = CommitContent {
        mls_message: mls_message.to_vec(),
        rekey: rekey.to_vec(),
    };
    let aad = Kind::Commit.aad(member.room_id(), member.epoch().unwrap());
    member
        .secrets()
        .seal_key()
        .seal(&aad, &content.encode())
        .unwrap()
}

/// Ann refuses the commit for this reason, is where she was, and takes a good commit afterwards.
fn refused(table: &mut Table, from: MemberNumber, commit: &[u8], violation: PolicyViolation) {
    assert_eq!(
        table.ann.apply_commit(1, from, commit).err(),
        Some(E2eeError::Policy(violation))
    );
    still_together(table);
}

fn still_together(table: &mut Table) {
    assert_eq!(table.ann.epoch(), Ok(1));
    assert_eq!(table.ann.roster().unwrap().len(), 2);
    let pending = table.ann.commit_removal(&[]).unwrap();
    table.ann.discard(pending).unwrap();
    let (epoch, payload) = table.ann.encrypt(b"still here").unwrap();
    assert_eq!(
        **table.bob.decrypt(epoch, &payload).unwrap().data,
        *b"still here"
    );
}

/// Capabilities beyond those of the protocol.
fn excessive() -> Capabilities {
    let suites = [
        mls::CIPHERSUITE,
        Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,
    ];
    Capabilities::new(
        Some(&[ProtocolVersion::Mls10]),
        Some(&suites),
        None,
        None,
        None,
    )
}
