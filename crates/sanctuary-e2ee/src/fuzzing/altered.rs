//! What somebody sends who holds all secrets of the room and alters what honest members made, or makes it up: nothing
//! of it may be applied, shown or joined, and whoever gets it must be where they were.
//!
//! The bytes of the fuzzer are edits of a real commit, message or group state, which stands in a valid seal.

use std::cell::RefCell;

use crate::{
    Alias, Identity, Member, MemberNumber, MemberParams, RoomId, RoomSecrets, Root, SignatureSeed,
    contents::{CommitContent, GroupState},
    seal::Kind,
};

const ANN: MemberNumber = MemberNumber(1);
const BOB: MemberNumber = MemberNumber(2);
const EVE: MemberNumber = MemberNumber(3);

/// Ann and Bob in epoch 1 of a room, and what Bob or the joiner Eve really made there.
struct Table {
    ann: Member,
    /// Bob's update, an `MLSMessage`.
    update: Vec<u8>,
    /// Bob's message, likewise.
    said: Vec<u8>,
    /// Eve's external commit, likewise.
    join: Vec<u8>,
    /// The group state of epoch 1, as encoded.
    state: Vec<u8>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::new(Table::lay());
}

fn secrets() -> RoomSecrets {
    RoomSecrets::from_root(Root::new([9; 32]), RoomId::new([4; 16]))
}

fn params(alias: &str, member_number: MemberNumber) -> MemberParams {
    MemberParams {
        secrets: secrets(),
        alias: Alias::prepare(alias).unwrap(),
        member_number,
        identity: Identity::random().unwrap(),
        signature_seed: SignatureSeed::random().unwrap(),
    }
}

fn aad(kind: Kind, epoch: u64) -> Vec<u8> {
    kind.aad(secrets().room_id(), epoch)
}

fn open(kind: Kind, epoch: u64, sealed: &[u8]) -> Vec<u8> {
    let key = secrets();
    key.seal_key()
        .open(&aad(kind, epoch), sealed)
        .unwrap()
        .to_vec()
}

fn seal(kind: Kind, content: &[u8]) -> Vec<u8> {
    let key = secrets();
    key.seal_key().seal(&aad(kind, 1), content).unwrap()
}

/// The MLS message in the seal of a commit of epoch 1.
fn mls_message(commit: &[u8]) -> Vec<u8> {
    CommitContent::decode(&open(Kind::Commit, 1, commit))
        .unwrap()
        .mls_message
}

impl Table {
    fn lay() -> Self {
        let (mut ann, state) = Member::create(params("Ann", ANN)).unwrap();
        let pending = Member::join(params("Bob", BOB), 0, &state).unwrap();
        ann.apply_commit(0, BOB, &pending.commit).unwrap();
        let sealed_state = pending.group_state.clone();
        let mut bob = pending.accept();
        let update = bob.commit_removal(&[]).unwrap();
        let update_message = mls_message(&update.commit);
        bob.discard(update).unwrap();
        let (_, said) = bob.encrypt(b"said by Bob").unwrap();
        let join = Member::join(params("Eve", EVE), 1, &sealed_state).unwrap();
        Self {
            ann,
            update: update_message,
            said: open(Kind::Message, 1, &said),
            join: mls_message(&join.commit),
            state: open(Kind::GroupState, 1, &sealed_state),
        }
    }

    /// Ann refuses a commit, and is where she was.
    fn refuses(&mut self, from: MemberNumber, content: &CommitContent) {
        let before = self.ann.epoch_authenticator().unwrap();
        let commit = seal(Kind::Commit, &content.encode());
        let applied = self.ann.apply_commit(1, from, &commit);
        assert!(applied.is_err(), "an altered commit was applied");
        assert!(self.ann.epoch() == Ok(1));
        assert!(self.ann.epoch_authenticator().unwrap() == before);
        assert!(self.ann.roster().unwrap().len() == 2);
    }
}

/// Applies the edits: with a first byte of 0 the rest stands for the whole, else each three bytes are a place and what
/// changes there, the first byte of three choosing between changing, cutting, inserting and doubling.
fn edited(original: &[u8], edits: &[u8]) -> Option<Vec<u8>> {
    let (first, edits) = edits.split_first()?;
    if *first == 0 {
        return (edits != original).then(|| edits.to_vec());
    }
    let mut bytes = original.to_vec();
    for edit in edits.chunks_exact(3).take(16) {
        let place = usize::from(edit[0] & 0x3f) << 8 | usize::from(edit[1]);
        let at = place % bytes.len().max(1);
        match edit[0] >> 6 {
            0 | 1 if !bytes.is_empty() => bytes[at] ^= edit[2],
            2 => bytes.truncate(at),
            _ => bytes.insert(at, edit[2]),
        }
    }
    (bytes != original).then_some(bytes)
}

/// An altered or invented commit of a member.
pub fn commit(bytes: &[u8]) {
    TABLE.with_borrow_mut(|table| {
        let Some(mls_message) = edited(&table.update, bytes) else {
            return;
        };
        let rekey = Vec::new();
        table.refuses(BOB, &CommitContent { mls_message, rekey });
    });
}

/// An altered or invented commit of a joiner.
pub fn join(bytes: &[u8]) {
    TABLE.with_borrow_mut(|table| {
        let Some(mls_message) = edited(&table.join, bytes) else {
            return;
        };
        let rekey = Vec::new();
        table.refuses(EVE, &CommitContent { mls_message, rekey });
    });
}

/// An altered or invented message.
pub fn message(bytes: &[u8]) {
    TABLE.with_borrow_mut(|table| {
        if let Some(message) = edited(&table.said, bytes) {
            let payload = seal(Kind::Message, &message);
            let decrypted = table.ann.decrypt(1, &payload);
            assert!(decrypted.is_err(), "an altered message was read");
        }
    });
}

/// An altered or invented group state. What is altered in the roster is ignored, entry by entry, so the group may be
/// joined as long as what MLS signs is what it was; nobody else's alias may come of it.
pub fn group_state(bytes: &[u8]) {
    TABLE.with_borrow_mut(|table| {
        let Some(content) = edited(&table.state, bytes) else {
            return;
        };
        let sealed = seal(Kind::GroupState, &content);
        let Ok(pending) = Member::join(params("Eve", EVE), 1, &sealed) else {
            return;
        };
        let original = GroupState::decode(&table.state).unwrap().group_info;
        let altered = GroupState::decode(&content).unwrap().group_info;
        assert!(altered == original, "an altered group was joined");
        let roster = pending.accept().roster().unwrap();
        assert!(roster.len() == 3);
        for member in roster {
            let alias = member.alias.as_ref().map(Alias::as_str);
            assert!(matches!(alias, None | Some("Ann" | "Bob" | "Eve")));
        }
    });
}
