//! How large the frames of rooms are, with real keys: they stay below what the relay takes them for when
//! it checks its limits at the start ([`frame_for`]).

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sanctuary_e2ee::{
    Alias, Identity, Member, MemberNumber, MemberParams, RoomId, RoomSecrets, Root, SignatureSeed,
};
use sanctuary_wire::ClientFrame;
use sanctuary_wire::limits::{MAX_MEMBERS, frame_for};
use sanctuary_wire::{Epoch, Payload};

/// Beyond the default, and beyond two sizes of the tree.
const MOST: u16 = 140;

/// Somebody with the longest alias.
fn params(secrets: &RoomSecrets, number: u16) -> MemberParams {
    MemberParams {
        secrets: secrets.clone(),
        alias: Alias::prepare(&format!("{number:064}")).unwrap(),
        member_number: MemberNumber(number.into()),
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    }
}

/// The frame that a commit travels in.
fn frame_len(epoch: u64, commit: &[u8], group_state: &[u8]) -> usize {
    let frame = ClientFrame::Commit {
        epoch: Epoch(epoch),
        commit: Payload(commit.to_vec().into()),
        group_state: Payload(group_state.to_vec().into()),
        evicted: Vec::new(),
        admission_key: None,
        sealed_name: None,
    };
    frame.encode().len()
}

#[test]
fn rooms_of_any_size_fit_into_the_frames_that_the_relay_demands_for_them() {
    let secrets = RoomSecrets::from_root(Root::new([7; 32]), RoomId::new([0x5a; 16]));
    let (mut creator, mut state) = Member::create(params(&secrets, 1)).unwrap();
    let mut guests = Vec::new();
    for members in 2..=MOST {
        let epoch = u64::from(members) - 2;
        let guest = params(&secrets, members);
        guests.push(guest.identity);
        let joining = Member::join(guest, epoch, &state).unwrap();
        state.clone_from(&joining.group_state);
        let number = MemberNumber(members.into());
        creator
            .apply_commit(epoch, number, &joining.commit)
            .unwrap();
        let len = frame_len(epoch, &joining.commit, &state);
        let demanded = usize::try_from(frame_for(members)).unwrap();
        assert!(len <= demanded, "{members} members: {len} bytes");
        // Nor is it demanded in vain.
        assert!(
            members < MAX_MEMBERS || len * 3 / 2 > demanded,
            "{members} members: {len} bytes"
        );
    }
    // Every other one leaves: nothing of the tree above the leaves is left, and the commit goes to each.
    let gone: Vec<_> = guests.iter().step_by(2).copied().collect();
    let removal = creator.commit_removal(&gone).unwrap();
    let len = frame_len(u64::from(MOST) - 1, &removal.commit, &removal.group_state);
    assert!(
        len <= usize::try_from(frame_for(MOST)).unwrap(),
        "{len} bytes"
    );
}
