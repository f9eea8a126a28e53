//! Who reads what, and what a length tells.

use std::collections::BTreeSet;

use sanctuary_e2ee::{
    E2eeError, Emoji, Identity, Member, MemberNumber, Message, MessageRef, Said, Saying, TextId,
};
use zeroize::Zeroizing;

use crate::table::{Table, fresh, params, secrets};

#[test]
fn a_removed_member_reads_nothing_more() {
    let mut table = Table::with(3);
    let pending = {
        let gone = table.identity(3);
        table.member(1).commit_removal(&[gone]).unwrap()
    };
    // It never hears of the commit, and keeps the state that it has.
    let mut gone = table.members.remove(&3).unwrap().member;
    let commit = pending.commit.clone();
    table.deliver(1, &commit);
    table.member(1).accept(pending).unwrap();
    let (epoch, payload) = table.member(1).encrypt(b"without you").unwrap();
    assert_eq!(gone.decrypt(epoch, &payload).err(), Some(E2eeError::Epoch));
    // Nor does it help to pretend that it is a message of its epoch, with the seal key that it
    // knows.
    assert!(gone.decrypt(epoch - 1, &payload).is_err());
    assert!(
        gone.apply_commit(epoch - 1, MemberNumber(1), &commit)
            .unwrap()
            .self_removed
    );
    for result in [
        gone.decrypt(epoch, &payload).err(),
        gone.encrypt(b"x").err(),
        gone.epoch().err(),
    ] {
        assert_eq!(result, Some(E2eeError::Removed));
    }
}

#[test]
fn the_last_other_member_that_is_removed_reads_nothing_more() {
    let mut table = Table::with(2);
    let old = table.member(2).epoch_authenticator().unwrap();
    table.remove(1, &[2]);
    assert_ne!(table.member(1).epoch_authenticator().unwrap(), old);
    table.join();
    table.talk(1, b"between us");
    table.check();
}

#[test]
fn a_kicked_member_comes_not_back() {
    let mut table = Table::with(3);
    let kicked = table.kick(1, 2);
    let again = params(kicked.member.secrets(), 4);
    assert_eq!(
        Member::join(again, table.epoch, &table.group_state).err(),
        Some(E2eeError::Seal)
    );
    assert_eq!(
        Member::join(kicked.params, table.epoch, &table.group_state).err(),
        Some(E2eeError::Seal)
    );
    table.join();
    table.talk(1, b"new secrets");
    table.check();
}

#[test]
fn old_secrets_join_no_new_epoch_even_with_its_group_state() {
    // What a kicked member could do with the relay's help: seal its commit with the new seal key it
    // does not have. With the old one nobody opens it.
    let mut table = Table::with(3);
    let kicked = table.kick(1, 2);
    let mut room = Table::new();
    let pending = Member::join(params(kicked.member.secrets(), 9), 0, &room.group_state).unwrap();
    let epoch = table.epoch;
    assert_eq!(
        table
            .member(1)
            .apply_commit(epoch, MemberNumber(9), &pending.commit)
            .err(),
        Some(E2eeError::Seal)
    );
    room.talk(1, b"another room");
}

#[test]
fn secrets_change_in_the_epoch_after_the_kick() {
    let mut table = Table::with(2);
    table.join();
    let kick = {
        let identity = table.identity(3);
        table.member(1).commit_kick(identity, &fresh(7)).unwrap()
    };
    assert_eq!(
        table.member(1).secrets().root().as_bytes(),
        secrets(0xaa).root().as_bytes()
    );
    let commit = kick.pending.commit.clone();
    table.members.remove(&3);
    table.deliver(1, &commit);
    table.member(1).accept(kick.pending).unwrap();
    for number in [1, 2] {
        assert_eq!(
            table.member(number).secrets().root().as_bytes(),
            secrets(7).root().as_bytes()
        );
    }
    table.talk(2, b"under the new seal");
}

#[test]
fn a_newcomer_reads_nothing_from_before() {
    let mut table = Table::with(2);
    let (epoch, payload) = table.member(1).encrypt(b"before you came").unwrap();
    let number = table.join();
    assert_eq!(
        table.member(number).decrypt(epoch, &payload).err(),
        Some(E2eeError::Epoch)
    );
}

#[test]
fn a_resync_reads_nothing_from_before() {
    let mut table = Table::with(2);
    let (epoch, payload) = table.member(1).encrypt(b"before the refresh").unwrap();
    table.resync(2);
    assert_eq!(
        table.member(2).decrypt(epoch, &payload).err(),
        Some(E2eeError::Epoch)
    );
}

#[test]
fn lengths_fall_into_classes() {
    let mut table = Table::with(2);
    let mut length = |content: usize| {
        table
            .member(1)
            .encrypt(&vec![b'x'; content])
            .unwrap()
            .1
            .len()
    };
    // What MLS adds stays the same within a class.
    assert_eq!(length(1), 12 + 256 + 16);
    assert_eq!(length(1), length(40));
    assert_eq!(length(400), length(500));
    assert_eq!(length(5_000), length(7_000));
    assert_eq!(length(33_000), length(60_000));
    assert_eq!(length(65_537), 12 + 131_072 + 16);
}

/// The kinds of messages. Whoever adds one is sent here by the compiler, to add one of it to [`short`].
const fn kind(message: &Message) -> &'static str {
    match message {
        Message::Said(said) => match said.what {
            Saying::Text { .. } => "text",
            Saying::Edit { .. } => "edit",
            Saying::Delete { .. } => "delete",
            Saying::Reactions { .. } => "reactions",
        },
        Message::Whisper(_) => "whisper",
        Message::Typing => "typing",
        Message::Read(_) => "read",
        Message::Cover => "cover",
        Message::CoverSwitch { .. } => "cover switch",
        Message::Unknown => "unknown",
    }
}

const ID: TextId = TextId::new([1; 16]);

fn text(length: usize) -> Said {
    Said::text(ID, &"a".repeat(length))
}

/// What can be said of a text, and an answer to one; texts and edits with a body of so many bytes.
fn sayings(length: usize) -> Vec<Said> {
    let body = Zeroizing::new("a".repeat(length));
    let (target, revision) = (ID, 1);
    let answered = MessageRef {
        author: Identity::new([2; 16]),
        id: ID,
    };
    let emoji = |text: &str| Emoji::parse(text).unwrap();
    let what = [
        Saying::Text {
            reply_to: Some(answered),
            burn_s: 60,
            body: body.clone(),
        },
        Saying::Edit {
            target,
            revision,
            body,
        },
        Saying::Delete { target },
        Saying::Reactions {
            target: answered,
            revision,
            emoji: Vec::new(),
        },
        Saying::Reactions {
            target: answered,
            revision,
            emoji: vec![emoji("\u{1f44d}"), emoji("\u{2764}\u{fe0f}")],
        },
    ];
    let said = what.map(|what| Said { id: ID, what });
    [vec![text(length)], said.to_vec()].concat()
}

/// One of each kind that is short, whispers excepted.
fn short() -> Vec<Message> {
    let author = Identity::new([2; 16]);
    let mut all: Vec<_> = sayings(1).into_iter().map(Message::Said).collect();
    all.push(Message::Typing);
    all.push(Message::Read(MessageRef { author, id: ID }));
    all.push(Message::Cover);
    for on in [true, false] {
        all.push(Message::CoverSwitch { id: ID, on });
    }
    all
}

/// What is sealed of content of a size class: the nonce and the tag.
const SEAL: usize = 12 + 16;

#[test]
fn every_kind_of_message_is_as_large_as_any_other_of_its_class() {
    let mut table = Table::with(5);
    let others: Vec<_> = (2..=5).map(|number| table.identity(number)).collect();
    let member = table.member(1);
    let mut seen = BTreeSet::new();
    // Without cover traffic, with it, and padded further.
    for (at_least, class) in [(0, 256), (512, 512), (1024, 1024)] {
        for message in short() {
            let (_, payload) = member
                .encrypt_large(&message.encode().unwrap(), at_least)
                .unwrap();
            assert_eq!(payload.len(), class + SEAL, "{}", kind(&message));
            seen.insert(kind(&message));
        }
    }
    for (length, class) in [
        (600, 1024),
        (1_300, 2048),
        (40_000, 65_536),
        (65_536, 131_072),
    ] {
        for said in sayings(length).into_iter().take(3) {
            let (_, payload) = member.encrypt(&said.encode().unwrap()).unwrap();
            assert_eq!(payload.len(), class + SEAL);
        }
    }
    // Whispers of a number of slots are as large as open texts of their class.
    for (to, like, class) in [
        (1, 1_500, 2048),
        (2, 2_500, 4096),
        (3, 5_000, 8192),
        (4, 5_000, 8192),
    ] {
        let (_, open) = member.encrypt(&text(like).encode().unwrap()).unwrap();
        assert_eq!(open.len(), class + SEAL, "to {to}");
        for said in sayings(30) {
            for at_least in [0, 512] {
                let whispered = member.encrypt_whisper(&others[..to], &said, at_least);
                assert_eq!(whispered.unwrap().1.len(), class + SEAL, "to {to}");
            }
        }
    }
    seen.insert("whisper");
    assert_eq!(seen.len(), 9, "{seen:?}");
}

#[test]
fn nothing_prints_itself() {
    let mut table = Table::with(2);
    let roster = table.member(1).roster().unwrap();
    let pending = table.member(1).commit_removal(&[]).unwrap();
    let member = &table.members[&1].member;
    let params = &table.members[&2].params;
    let printed = format!(
        "{member:?} {params:?} {roster:?} {pending:?} {:?}",
        member.secrets()
    );
    assert!(!printed.contains("member 2") && !printed.contains("90"));
}
