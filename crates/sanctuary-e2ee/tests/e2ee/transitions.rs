//! From one epoch to the next: what is pending, what is late, what comes twice.

use sanctuary_e2ee::{E2eeError, Member, MemberNumber};

use crate::table::{Table, params, secrets};

#[test]
fn a_pending_commit_changes_nothing_until_accepted() {
    let mut table = Table::with(2);
    let before = table.member(1).epoch_authenticator().unwrap();
    let pending = table.member(1).commit_removal(&[]).unwrap();
    assert_eq!(table.member(1).epoch_authenticator().unwrap(), before);
    table.talk(1, b"said while a commit is pending");
    table.talk(2, b"heard while a commit is pending");
    let commit = pending.commit.clone();
    table.member(1).accept(pending).unwrap();
    table.deliver(1, &commit);
    table.check();
}

#[test]
fn a_discarded_commit_never_was() {
    let mut table = Table::with(2);
    let pending = table.member(1).commit_removal(&[]).unwrap();
    table.member(1).discard(pending).unwrap();
    table.remove(2, &[]);
    table.check();
}

#[test]
fn anothers_commit_makes_the_own_one_void() {
    let mut table = Table::with(3);
    let mine = table.member(1).commit_removal(&[]).unwrap();
    table.remove(2, &[]);
    table.check();
    assert_eq!(table.member(1).accept(mine), Err(E2eeError::NotPending));
    let again = table.member(1).commit_removal(&[]).unwrap();
    table.remove(3, &[]);
    table.member(1).discard(again).unwrap();
    table.check();
}

#[test]
fn only_the_last_of_two_pending_commits_stands() {
    let mut table = Table::with(2);
    let first = table.member(1).commit_removal(&[]).unwrap();
    let second = table.member(1).commit_removal(&[]).unwrap();
    table.member(1).discard(first).unwrap();
    assert_eq!(table.member(1).accept(second), Err(E2eeError::NotPending));
    table.remove(1, &[]);
    table.check();
}

#[test]
fn commits_of_other_epochs_and_repeated_ones_are_refused() {
    let mut table = Table::with(2);
    let pending = table.member(1).commit_removal(&[]).unwrap();
    let (epoch, commit) = (table.epoch, pending.commit.clone());
    assert_eq!(
        table
            .member(2)
            .apply_commit(epoch + 1, MemberNumber(1), &commit)
            .err(),
        Some(E2eeError::Epoch)
    );
    assert!(
        table
            .member(2)
            .apply_commit(epoch, MemberNumber(1), &commit[1..])
            .is_err()
    );
    table.member(1).accept(pending).unwrap();
    table.deliver(1, &commit);
    assert_eq!(
        table
            .member(2)
            .apply_commit(epoch, MemberNumber(1), &commit)
            .err(),
        Some(E2eeError::Epoch)
    );
    assert_eq!(
        table
            .member(2)
            .apply_commit(epoch + 1, MemberNumber(1), &commit)
            .err(),
        Some(E2eeError::Seal)
    );
    table.check();
}

#[test]
fn late_messages_are_read_for_two_epochs() {
    let mut table = Table::with(3);
    let late: Vec<_> = (0..3)
        .map(|_| table.member(1).encrypt(b"late").unwrap())
        .collect();
    table.remove(2, &[]);
    let heard = table.member(3).decrypt(late[0].0, &late[0].1).unwrap();
    assert_eq!(**heard.data, *b"late");
    table.remove(2, &[]);
    assert!(table.member(3).decrypt(late[1].0, &late[1].1).is_ok());
    table.remove(2, &[]);
    assert_eq!(
        table.member(3).decrypt(late[2].0, &late[2].1).err(),
        Some(E2eeError::Epoch)
    );
}

#[test]
fn late_messages_keep_their_author_and_their_key() {
    let mut table = Table::with(4);
    let author = table.identity(2);
    let (epoch, payload) = table.member(2).encrypt(b"my last words").unwrap();
    table.kick(1, 2);
    // Another one takes the leaf.
    table.join();
    let heard = table.member(3).decrypt(epoch, &payload).unwrap();
    assert_eq!(heard.from.identity, author);
    assert_eq!(heard.from.alias.unwrap().as_str(), "member 2");
}

#[test]
fn replayed_messages_are_refused() {
    let mut table = Table::with(2);
    let (epoch, payload) = table.member(1).encrypt(b"once").unwrap();
    assert!(table.member(2).decrypt(epoch, &payload).is_ok());
    assert!(table.member(2).decrypt(epoch, &payload).is_err());
    table.remove(1, &[]);
    assert!(table.member(2).decrypt(epoch, &payload).is_err());
    table.talk(1, b"on we go");
}

#[test]
fn messages_may_overtake_each_other_a_little() {
    let mut table = Table::with(2);
    let said: Vec<_> = (0..4_u8)
        .map(|n| table.member(1).encrypt(&[n]).unwrap())
        .collect();
    for n in [1, 0, 3, 2] {
        let (epoch, payload) = &said[n];
        assert_eq!(
            usize::from(table.member(2).decrypt(*epoch, payload).unwrap().data[0]),
            n
        );
    }
}

#[test]
fn messages_that_were_for_others_may_be_missing_before_one() {
    let mut table = Table::with(2);
    let mut skipped = |count| {
        for _ in 0..count {
            table.member(1).encrypt(b"for somebody else").unwrap();
        }
        let (epoch, payload) = table.member(1).encrypt(b"for you").unwrap();
        table.member(2).decrypt(epoch, &payload).is_ok()
    };
    assert!(skipped(4095));
    assert!(!skipped(4097));
}

#[test]
fn a_wrong_password_opens_no_door() {
    let table = Table::new();
    let stranger = params(&secrets(0xbb), 2);
    assert_eq!(
        Member::join(stranger, 0, &table.group_state).err(),
        Some(E2eeError::Seal)
    );
    let early = params(&secrets(0xaa), 2);
    assert_eq!(
        Member::join(early, 1, &table.group_state).err(),
        Some(E2eeError::Seal)
    );
}

#[test]
fn a_replaced_tab_learns_it_from_its_own_resync() {
    let mut table = Table::with(2);
    let seat = table.members.remove(&2).unwrap();
    let pending = Member::join(seat.params.clone(), table.epoch, &table.group_state).unwrap();
    let mut stale = seat.member;
    let effect = stale
        .apply_commit(table.epoch, MemberNumber(2), &pending.commit)
        .unwrap();
    assert!(effect.self_removed && effect.by.is_none());
    assert_eq!(stale.encrypt(b"hello").err(), Some(E2eeError::Removed));
}
