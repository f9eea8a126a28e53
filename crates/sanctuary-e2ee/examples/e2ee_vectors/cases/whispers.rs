//! Whispers (PROTOCOL.md, section 9.5): X-Wing, then HPKE (RFC 9180) in its base mode, from their primitives and with given
//! randomness, as `EncryptWithLabel` of MLS uses them.

use aes_gcm::{
    Aes128Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;
use x_wing::{DecapsulationKey, Decapsulator as _};

use super::primitives::{altered, encrypt, pattern, seal, vector};

/// `KEM` X-Wing, `KDF` HKDF-SHA-256, `AEAD` AES-128-GCM.
const SUITE: &[u8] = b"HPKE\x64\x7a\x00\x01\x00\x01";

const SLOT: usize = 1120 + 48;

/// What a whisper is bound to.
#[derive(Clone, Copy)]
struct Place {
    room_id: [u8; 16],
    epoch: u64,
    sender: [u8; 16],
    id: [u8; 16],
}

impl Place {
    fn context(&self) -> Vec<u8> {
        [
            &self.room_id[..],
            &self.epoch.to_be_bytes(),
            &self.sender,
            &self.id,
        ]
        .concat()
    }

    fn aad(&self) -> Vec<u8> {
        [b"sanctuary/1 whisper", &self.context()[..]].concat()
    }
}

const fn place() -> Place {
    Place {
        room_id: *b"the room's own i",
        epoch: 7,
        sender: *b"who whispered it",
        id: *b"a whisper's name",
    }
}

/// Whoever tries to open it.
const OWN: u8 = 0x11;

/// Everybody's private key, told apart by `who`.
fn private_key(who: u8) -> [u8; 32] {
    pattern(who)
}

/// Everybody's identity.
fn identity(who: u8) -> [u8; 16] {
    pattern(who)
}

fn content_key() -> [u8; 32] {
    pattern(0x77)
}

/// Whispers; opened null if nothing of it is for the one with the private key, false if it is damaged.
pub(super) fn whispers() -> Vec<Value> {
    let mut cases = opened();
    cases.extend(not_for_them());
    cases.extend(damaged());
    cases
}

fn opened() -> Vec<Value> {
    let (text, reference) = (text("psst"), pattern::<32>(0x90));
    let target = pattern::<16>(0x73);
    let named = |kind: u8, rest: &[&[u8]]| {
        let start = [&[kind][..], &place().id].concat();
        [start, rest.concat()].concat()
    };
    let revision = 3_u32.to_be_bytes();
    let answer = [&[1][..], &place().id, &vector(&reference), &[0, 60]];
    let answer = [answer.concat(), vector(b"yes")].concat();
    let edit = named(2, &[&target, &revision, &vector(b"better")]);
    let delete = named(3, &[&target]);
    let emoji = vector(&vector("\u{1f44d}".as_bytes()));
    let reactions = named(4, &[&reference, &revision, &emoji]);
    let (two, three) = ([OWN, 0x22], [0x22, OWN, 0x33]);
    [
        ("a text", &[OWN][..], &[OWN][..], &text),
        ("an answer that burns", &[OWN], &[OWN], &answer),
        ("an edit", &[OWN], &[OWN], &edit),
        ("a deletion", &[OWN], &[OWN], &delete),
        ("reactions", &[OWN], &[OWN], &reactions),
        ("one of two, the first slot", &two, &two, &text),
        ("one of two, the last slot", &two, &[0x22, OWN], &text),
        ("one of three", &three, &[0xee, 0x33, 0x22, OWN], &text),
    ]
    .map(|(name, recipients, slots, message)| {
        let data = whisper(place(), slots, &content(recipients, slots.len(), message));
        let recipients: Vec<_> = recipients
            .iter()
            .map(|who| hex::encode(identity(*who)))
            .collect();
        let opened = json!({ "recipients": recipients, "message": hex::encode(message) });
        case(name, place(), &opened, &data)
    })
    .to_vec()
}

fn not_for_them() -> Vec<Value> {
    let sealed = content(&[OWN], 1, &text("psst"));
    let data = whisper(place(), &[OWN], &sealed);
    let here = place();
    // The kind, the id and the length stand before the slot.
    let slot = data.len() - vector(&seal_content(&here, &sealed)).len() - SLOT;
    let mut another_id = data.clone();
    another_id[1] ^= 1;
    let [other, two] = [&[0x22][..], &[0x22, 0x33]]
        .map(|to| whisper(here, to, &content(to, to.len(), &text("psst"))));
    let [another_label, another_info] =
        [&b"MLS 1.0 Welcome"[..], b"SanctuaryWhisper"].map(|label| {
            let slots = slot_under(label, &here, OWN, &content_key());
            assemble(&here, &slots, &seal_content(&here, &sealed))
        });
    [
        ("for another", here, &other),
        ("for two others", here, &two),
        ("of another epoch", Place { epoch: 8, ..here }, &data),
        (
            "of another room",
            Place {
                room_id: pattern(1),
                ..here
            },
            &data,
        ),
        (
            "of another sender",
            Place {
                sender: pattern(1),
                ..here
            },
            &data,
        ),
        ("under another id", here, &another_id),
        ("altered ML-KEM ciphertext", here, &altered(&data, slot + 9)),
        ("altered X25519 key", here, &altered(&data, slot + 1100)),
        ("altered sealed key", here, &altered(&data, slot + 1120)),
        (
            "altered tag of a sealed key",
            here,
            &altered(&data, slot + SLOT - 1),
        ),
        ("a label of MLS's own", here, &another_label),
        ("a label without MLS's prefix", here, &another_info),
    ]
    .map(|(name, place, data)| case(name, place, &Value::Null, data))
    .to_vec()
}

fn damaged() -> Vec<Value> {
    let (here, text) = (place(), text("psst"));
    let list = |all: &[[u8; 16]], message: &[u8]| [vector(&all.concat()), vector(message)].concat();
    let (own, sender, nobody) = (identity(OWN), here.sender, [0; 16]);
    let one = |content: &[u8]| whisper(here, &[OWN], content);
    let two = |content: &[u8]| whisper(here, &[OWN, 0x22], content);
    let good = list(&[own], &text);
    let data = one(&good);
    let other_id = Place {
        id: pattern(1),
        ..here
    };
    let other_text = [&[1][..], &other_id.id, &[0, 0, 0], &vector(b"psst")].concat();
    let slots = slot(&here, OWN, &content_key());
    let raw = |sealed: &[u8]| assemble(&here, &slots, sealed);
    let unpadded = encrypt(&content_key(), &pattern(0x40), &here.aad(), &good);
    let elsewhere = seal_content(&other_id, &good);
    let other_key = slot(&here, OWN, &pattern(0x78));
    let other_key = assemble(&here, &other_key, &seal_content(&here, &good));
    let half = [vector(&own[..15]), vector(&text)].concat();
    let inner = one(&good);
    let [typing, cover, unknown] = [6, 8, 10].map(|kind| one(&list(&[own], &[kind])));
    [
        ("altered content", altered(&data, data.len() - 200)),
        ("altered tag", altered(&data, data.len() - 1)),
        ("another content key", other_key),
        ("sealed for another place", raw(&elsewhere)),
        ("sealed without padding", raw(&unpadded)),
        ("nothing sealed", raw(&[])),
        (
            "its sender among the recipients",
            one(&list(&[sender], &text)),
        ),
        ("no recipients", one(&list(&[nobody], &text))),
        ("an empty list", one(&list(&[], &text))),
        ("half an identity", one(&half)),
        (
            "more recipients than slots",
            one(&list(&[own, identity(0x22)], &text)),
        ),
        ("fewer places than slots", two(&list(&[own], &text))),
        ("a recipient twice", two(&list(&[own, own], &text))),
        ("a slot too many", two(&list(&[own, nobody], &text))),
        ("nobody before somebody", two(&list(&[nobody, own], &text))),
        ("another id inside", one(&list(&[own], &other_text))),
        ("a byte long inside", one(&[&good[..], &[0]].concat())),
        ("a byte short inside", one(&good[..good.len() - 1])),
        (
            "a text, a byte long",
            one(&list(&[own], &[&text[..], &[0]].concat())),
        ),
        ("nothing inside", one(&list(&[own], &[]))),
        ("typing inside", typing),
        ("cover inside", cover),
        ("an unknown kind inside", unknown),
        ("a whisper inside", one(&list(&[own], &inner))),
    ]
    .map(|(name, data)| case(name, here, &Value::Bool(false), &data))
    .to_vec()
}

fn case(name: &str, place: Place, opened: &Value, data: &[u8]) -> Value {
    json!({
        "name": name,
        "room_id": hex::encode(place.room_id),
        "epoch": place.epoch.to_string(),
        "sender": hex::encode(place.sender),
        "private_key": hex::encode(private_key(OWN)),
        "data": hex::encode(data),
        "opened": opened,
    })
}

fn text(body: &str) -> Vec<u8> {
    let start = [&[1][..], &place().id, &[0, 0, 0]].concat();
    [start, vector(body.as_bytes())].concat()
}

/// `WhisperContent`, with a place for each slot.
fn content(recipients: &[u8], slots: usize, message: &[u8]) -> Vec<u8> {
    let mut list: Vec<u8> = recipients.iter().flat_map(|who| identity(*who)).collect();
    list.resize(slots * 16, 0);
    [vector(&list), vector(message)].concat()
}

/// Application data: a whisper with that content, and slots for these, in this order.
fn whisper(place: Place, to: &[u8], content: &[u8]) -> Vec<u8> {
    let slots: Vec<u8> = to
        .iter()
        .flat_map(|who| slot(&place, *who, &content_key()))
        .collect();
    assemble(&place, &slots, &seal_content(&place, content))
}

fn assemble(place: &Place, slots: &[u8], sealed: &[u8]) -> Vec<u8> {
    [&[5][..], &place.id, &vector(slots), &vector(sealed)].concat()
}

fn seal_content(place: &Place, content: &[u8]) -> Vec<u8> {
    seal(&content_key(), &pattern(0x40), &place.aad(), content)
}

fn slot(place: &Place, to: u8, key: &[u8; 32]) -> Vec<u8> {
    slot_under(b"MLS 1.0 SanctuaryWhisper", place, to, key)
}

/// The key, sealed to somebody.
fn slot_under(label: &[u8], place: &Place, to: u8, key: &[u8; 32]) -> Vec<u8> {
    let info = [vector(label), vector(&place.context())].concat();
    let randomness = pattern::<64>(to.wrapping_add(0x80)).into();
    let private = DecapsulationKey::from(private_key(to));
    let (kem_output, shared) = private
        .encapsulation_key()
        .encapsulate_deterministic(&randomness);
    let (key_of_slot, nonce) = key_schedule(&shared, &info);
    let cipher = Aes128Gcm::new_from_slice(&key_of_slot).expect("16 bytes");
    let payload = Payload { msg: key, aad: b"" };
    let sealed = cipher.encrypt(Nonce::from_slice(&nonce), payload);
    [&kem_output[..], &sealed.expect("in memory")].concat()
}

/// RFC 9180, section 5.1, without a PSK: the key and the nonce of the first message.
fn key_schedule(shared: &[u8], info: &[u8]) -> ([u8; 16], [u8; 12]) {
    let psk_id_hash = labeled_extract(&[], b"psk_id_hash", &[]);
    let info_hash = labeled_extract(&[], b"info_hash", info);
    let context = [&[0][..], &psk_id_hash, &info_hash].concat();
    let secret = labeled_extract(shared, b"secret", &[]);
    (
        labeled_expand(&secret, b"key", &context),
        labeled_expand(&secret, b"base_nonce", &context),
    )
}

fn labeled_extract(salt: &[u8], label: &[u8], secret: &[u8]) -> Vec<u8> {
    let input = [b"HPKE-v1", SUITE, label, secret].concat();
    Hkdf::<Sha256>::extract(Some(salt), &input).0.to_vec()
}

fn labeled_expand<const N: usize>(secret: &[u8], label: &[u8], context: &[u8]) -> [u8; N] {
    let length = u16::try_from(N).expect("short").to_be_bytes();
    let info = [&length[..], b"HPKE-v1", SUITE, label, context].concat();
    let mut out = [0; N];
    let expander = Hkdf::<Sha256>::from_prk(secret).expect("32 bytes");
    expander.expand(&info, &mut out).expect("short");
    out
}
