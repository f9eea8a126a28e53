//! This crate held to `vectors/e2ee`.

use std::{fs, path::Path};

use openmls_traits::signatures::Signer as _;
use serde_json::{Value, json};

use crate::{
    Alias, Capsule, Emoji, Identity, Link, LinkSecret, MemberNumber, Message, MessageRef, Password,
    RoomId, RoomName, RoomSecrets, Root, Saying, SealKey, SessionKeys, SignatureSeed, commit,
    contents::{CommitContent, GroupState, Rekey},
    key, member_words,
    mls::{LeafSigner, Provider},
    padding, room_words,
    roster::RosterEntry,
    seal::Kind,
    whisper, words,
};

/// Runs `check` on every case of a file.
fn each(file: &str, check: impl Fn(&Value)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../vectors/e2ee")
        .join(file);
    let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        println!("{file}: {}", case["name"]);
        check(&case);
    }
}

fn data(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    data(value).try_into().unwrap()
}

fn epoch(case: &Value) -> u64 {
    case["epoch"].as_str().unwrap().parse().unwrap()
}

fn room_id(case: &Value) -> RoomId {
    RoomId::new(fixed(&case["room_id"]))
}

#[test]
fn passwords() {
    each("passwords.json", |case| {
        let prepared = Password::prepare(case["typed"].as_str().unwrap()).ok();
        assert_eq!(
            prepared.as_ref().map(Password::as_str),
            case["prepared"].as_str()
        );
    });
}

#[test]
fn aliases() {
    each("aliases.json", |case| {
        let typed = case["typed"].as_str().unwrap();
        let prepared = Alias::prepare(typed).ok();
        assert_eq!(
            prepared.as_ref().map(Alias::as_str),
            case["prepared"].as_str()
        );
        assert_eq!(
            Alias::parse(typed).is_ok(),
            case["valid"].as_bool().unwrap()
        );
    });
}

#[test]
fn links() {
    each("links.json", |case| {
        let link = Link::parse(case["text"].as_str().unwrap()).ok();
        assert_eq!(
            link.as_ref().map(Link::to_string).as_deref(),
            case["link"].as_str()
        );
        if let Some(link) = link {
            assert_eq!(link.origin, case["origin"].as_str().unwrap());
            assert_eq!(link.room_id, room_id(case));
            assert_eq!(link.link_secret.as_bytes(), &fixed(&case["link_secret"]));
        }
    });
}

#[test]
fn words_and_fingerprints() {
    let list = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    each("words.json", |case| {
        let n = usize::try_from(case["n"].as_u64().unwrap()).unwrap();
        assert_eq!(words(&data(&case["data"]), n), list(&case["words"]));
    });
    each("fingerprints.json", |case| {
        let identity = Identity::new(fixed(&case["identity"]));
        assert_eq!(room_words(&room_id(case)), list(&case["room"]));
        assert_eq!(
            member_words(&room_id(case), &identity),
            list(&case["member"])
        );
        let safety = crate::words::safety_words(&data(&case["epoch_authenticator"]));
        assert_eq!(safety, list(&case["safety"]));
    });
}

#[test]
fn roots_keys_and_signatures() {
    each("roots.json", |case| {
        let password = Password::prepare(case["password"].as_str().unwrap()).unwrap();
        let link_secret = LinkSecret::new(fixed(&case["link_secret"]));
        let root = Root::derive(&password, &room_id(case), &link_secret).unwrap();
        assert_eq!(root.as_bytes(), &fixed(&case["root"]));
    });
    each("keys.json", |case| {
        let room = room_id(case);
        let (root_bytes, link_secret): ([u8; 32], [u8; 24]) =
            (fixed(&case["root"]), fixed(&case["link_secret"]));
        let (share, capsule_secret): ([u8; 32], [u8; 32]) =
            (fixed(&case["share"]), fixed(&case["capsule_secret"]));
        let secrets = RoomSecrets::from_root(Root::new(root_bytes), room);
        assert_eq!(secrets.admission_key(), fixed(&case["admission_key"]));
        assert_eq!(secrets.psk(), &fixed(&case["external_psk"]));
        assert_eq!(
            key::public_key(&fixed(&case["admission_seed"])),
            secrets.admission_key()
        );
        for (secret, salt, label, name) in [
            (
                &root_bytes[..],
                &room.as_bytes()[..],
                "admission key",
                "admission_seed",
            ),
            (&root_bytes, room.as_bytes(), "seal", "seal_key"),
            (&link_secret, room.as_bytes(), "room name", "name_key"),
            (&share, &[], "session key", "session_seed"),
            (&capsule_secret, &[], "capsule", "capsule_key"),
        ] {
            assert_eq!(*key::derive(secret, salt, label), fixed(&case[name]));
        }
        assert_eq!(
            SessionKeys::new(share, capsule_secret).public_key(),
            &fixed(&case["session_key"])
        );
    });
    each("signatures.json", |case| {
        let secrets = RoomSecrets::from_root(Root::new(fixed(&case["root"])), room_id(case));
        let session = SessionKeys::new(fixed(&case["share"]), [0; 32]);
        let nonce = fixed(&case["nonce"]);
        assert_eq!(
            secrets.sign_join(&nonce, session.public_key()),
            fixed(&case["join"])
        );
        assert_eq!(session.sign_resume(&nonce), fixed(&case["resume"]));
    });
}

#[test]
fn padding_and_size_classes() {
    each("padding.json", |case| {
        let padded = data(&case["padded"]);
        let content = padding::unpad(&padded).ok();
        assert_eq!(
            content.map(hex::encode).as_deref(),
            case["content"].as_str()
        );
        if let Some(content) = content {
            assert_eq!(*padding::pad(content), padded);
        }
    });
    each("size-classes.json", |case| {
        let length = |name: &str| usize::try_from(case[name].as_u64().unwrap()).unwrap();
        assert_eq!(padding::size_class(length("content")), length("padded"));
    });
}

#[test]
fn seals() {
    each("seals.json", |case| {
        let kind = match case["kind"].as_str().unwrap() {
            "group-state" => Kind::GroupState,
            "commit" => Kind::Commit,
            "message" => Kind::Message,
            other => panic!("no such kind: {other}"),
        };
        let key = SealKey::new(&fixed(&case["key"]));
        let aad = kind.aad(&room_id(case), epoch(case));
        let content = key.open(&aad, &data(&case["sealed"])).ok();
        assert_eq!(
            content.as_ref().map(hex::encode).as_deref(),
            case["content"].as_str()
        );
        if let Some(content) = content {
            let sealed = key
                .seal_with_nonce(&fixed(&case["nonce"]), &aad, &content)
                .unwrap();
            assert_eq!(sealed, data(&case["sealed"]));
        }
    });
    each("room-names.json", |case| {
        let link_secret = LinkSecret::new(fixed(&case["link_secret"]));
        let name = RoomName::open(&data(&case["sealed"]), &room_id(case), &link_secret).ok();
        assert_eq!(
            name.as_ref().map(RoomName::as_str),
            case["room_name"].as_str()
        );
    });
}

#[test]
fn capsules_and_rekeys() {
    each("capsules.json", |case| {
        let session = SessionKeys::new(fixed(&case["share"]), fixed(&case["capsule_secret"]));
        let capsule = session.open_capsule(&data(&case["sealed"])).ok();
        let fields = &case["fields"];
        assert_eq!(capsule.is_some(), fields.is_object());
        let Some(capsule) = capsule else { return };
        assert_eq!(capsule.room_id, room_id(fields));
        assert_eq!(capsule.root.as_bytes(), &fixed(&fields["root"]));
        assert_eq!(
            capsule.link_secret.as_bytes(),
            &fixed(&fields["link_secret"])
        );
        assert_eq!(capsule.password.as_str(), fields["password"]);
        assert_eq!(capsule.room_name.as_str(), fields["room_name"]);
        assert_eq!(capsule.alias.as_str(), fields["alias"]);
        assert_eq!(capsule.identity.as_bytes(), &fixed(&fields["identity"]));
        assert_eq!(
            capsule.signature_seed.as_bytes(),
            &fixed(&fields["signature_seed"])
        );
        let again: Capsule = session
            .open_capsule(&session.seal_capsule(&capsule).unwrap())
            .unwrap();
        assert_eq!(*again.encode(), *capsule.encode());
        assert_eq!(
            hex::encode(*session.kept()),
            format!(
                "{}{}",
                case["share"].as_str().unwrap(),
                case["capsule_secret"].as_str().unwrap()
            )
        );
    });
    each("rekeys.json", |case| {
        let key = SealKey::new(&fixed(&case["rekey_secret"]));
        let aad = commit::rekey_aad(&room_id(case), epoch(case));
        let content = key.open(&aad, &data(&case["sealed"])).ok();
        let rekey = content.and_then(|content| Rekey::decode(&content).ok());
        let fields = &case["fields"];
        assert_eq!(rekey.is_some(), fields.is_object());
        let Some(rekey) = rekey else { return };
        assert_eq!(rekey.root.as_bytes(), &fixed(&fields["root"]));
        assert_eq!(rekey.link_secret.as_bytes(), &fixed(&fields["link_secret"]));
        assert_eq!(rekey.password.as_str(), fields["password"]);
        let sealed = key
            .seal_with_nonce(&fixed(&case["nonce"]), &aad, &rekey.encode())
            .unwrap();
        assert_eq!(sealed, data(&case["sealed"]));
    });
}

#[test]
fn roster_entries() {
    each("roster-entries.json", |case| {
        let bytes = data(&case["entry"]);
        let alias = RosterEntry::decode(&bytes).ok().and_then(|entry| {
            let ours = entry.identity.as_bytes() == &fixed(&case["identity"]);
            entry
                .verify(&room_id(case), &data(&case["signature_key"]))
                .filter(|_| ours)
        });
        assert_eq!(alias.is_some(), case["valid"].as_bool().unwrap());
        let Some(alias) = alias else { return };
        assert_eq!(alias.as_str(), case["alias"]);
        let seed = SignatureSeed::new(fixed(&case["signature_seed"]));
        let identity = Identity::new(fixed(&case["identity"]));
        let number = MemberNumber(u32::try_from(case["member"].as_u64().unwrap()).unwrap());
        let entry = RosterEntry::sign(&room_id(case), identity, number, &alias, &seed);
        assert_eq!(entry.encode(), bytes);
        assert_eq!(LeafSigner::new(seed).sign(b"").unwrap().len(), 64);
    });
}

#[test]
fn contents_and_messages() {
    each("contents.json", |case| {
        let bytes = data(&case["bytes"]);
        let fields = &case["fields"];
        if case["structure"] == "group-state" {
            let state = GroupState::decode(&bytes).ok();
            assert_eq!(state.is_some(), fields.is_object());
            let Some(state) = state else { return };
            assert_eq!(state.group_info, data(&fields["group_info"]));
            let entries: Vec<_> = fields["roster"]
                .as_array()
                .unwrap()
                .iter()
                .map(data)
                .collect();
            assert_eq!(
                state
                    .roster
                    .iter()
                    .map(RosterEntry::encode)
                    .collect::<Vec<_>>(),
                entries
            );
            assert_eq!(state.encode(), bytes);
        } else {
            let content = CommitContent::decode(&bytes).ok();
            assert_eq!(content.is_some(), fields.is_object());
            let Some(content) = content else { return };
            assert_eq!(content.mls_message, data(&fields["mls_message"]));
            assert_eq!(content.rekey, data(&fields["rekey"]));
            assert_eq!(content.encode(), bytes);
        }
    });
}

#[test]
fn messages() {
    each("messages.json", |case| {
        let bytes = data(&case["data"]);
        match Message::decode(&bytes) {
            Ok(Message::Unknown) => assert_eq!(case["kind"], "unknown"),
            Ok(message) => {
                assert_eq!(
                    described(&message),
                    (case["kind"].clone(), case["fields"].clone())
                );
                assert_eq!(*message.encode().unwrap(), bytes);
            }
            Err(_) => assert!(case["kind"].is_null()),
        }
    });
    each("emoji.json", |case| {
        let is_valid = Emoji::parse(case["text"].as_str().unwrap()).is_ok();
        assert_eq!(case["valid"], is_valid);
    });
}

#[test]
fn whispers() {
    let provider = Provider::default();
    each("whispers.json", |case| {
        let Message::Whisper(whisper) = Message::decode(&data(&case["data"])).unwrap() else {
            panic!("no whisper");
        };
        let place = whisper::Place {
            room_id: &room_id(case),
            epoch: epoch(case),
            sender: &Identity::new(fixed(&case["sender"])),
        };
        let opened = whisper.open(&place, &data(&case["private_key"]), &provider);
        let expected = match opened {
            Ok(Some(opened)) => {
                let recipients = opened.recipients.iter().map(Identity::as_bytes);
                let recipients: Vec<_> = recipients.map(hex::encode).collect();
                let message = hex::encode(&*opened.said.encode().unwrap());
                json!({ "recipients": recipients, "message": message })
            }
            Ok(None) => Value::Null,
            Err(_) => Value::Bool(false),
        };
        assert_eq!(case["opened"], expected);
    });
}

/// The kind and the fields of a message, as a vector has them.
fn described(message: &Message) -> (Value, Value) {
    let reference = |text: &MessageRef| json!({ "author": hex::encode(text.author.as_bytes()), "id": hex::encode(text.id.as_bytes()) });
    let (kind, mut fields) = match message {
        Message::Said(said) => {
            let (kind, mut fields) = match &said.what {
                Saying::Text {
                    reply_to,
                    burn_s,
                    body,
                } => (
                    "text",
                    json!({ "reply_to": reply_to.as_ref().map(reference), "burn_s": burn_s, "body": body.as_str() }),
                ),
                Saying::Edit {
                    target,
                    revision,
                    body,
                } => (
                    "edit",
                    json!({ "target": hex::encode(target.as_bytes()), "revision": revision, "body": body.as_str() }),
                ),
                Saying::Delete { target } => (
                    "delete",
                    json!({ "target": hex::encode(target.as_bytes()) }),
                ),
                Saying::Reactions {
                    target,
                    revision,
                    emoji,
                } => (
                    "reactions",
                    json!({
                        "target": reference(target), "revision": revision,
                        "emoji": emoji.iter().map(Emoji::as_str).collect::<Vec<_>>(),
                    }),
                ),
            };
            fields["id"] = hex::encode(said.id.as_bytes()).into();
            (kind, fields)
        }
        Message::Whisper(whisper) => {
            let (slots, sealed) = whisper.parts();
            (
                "whisper",
                json!({
                    "id": hex::encode(whisper.id.as_bytes()),
                    "slots": hex::encode(slots), "sealed": hex::encode(sealed),
                }),
            )
        }
        Message::Typing => ("typing", json!({})),
        Message::Read(up_to) => ("read", json!({ "up_to": reference(up_to) })),
        Message::Cover => ("cover", json!({})),
        Message::CoverSwitch { id, on } => (
            "cover-switch",
            json!({ "id": hex::encode(id.as_bytes()), "on": on }),
        ),
        Message::Unknown => ("unknown", Value::Null),
    };
    (kind.into(), fields.take())
}
