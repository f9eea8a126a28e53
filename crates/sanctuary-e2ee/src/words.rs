//! Words for people to compare: fingerprints, the safety phrase and generated passwords, from the
//! English list of BIP 39.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::id::{Identity, RoomId};

/// Bits that choose one of the 2048 words.
const BITS_PER_WORD: usize = 11;

/// Words of the fingerprint of a room or a member.
const FINGERPRINT_WORDS: usize = 2;

/// Words of the safety phrase: 66 bits, so that nobody finds a second group with the same phrase
/// while people read theirs.
const SAFETY_WORDS: usize = 6;

/// Words of a generated password: 66 bits, out of reach even for a relay that tests guesses offline
/// (PROTOCOL.md, section 13).
pub(crate) const PASSWORD_WORDS: usize = 6;

/// The first `n` groups of 11 bits of SHA-256(`data`), each as a word. At most 23 words come out of
/// a hash.
pub fn words(data: &[u8], n: usize) -> Vec<&'static str> {
    spell(&Sha256::digest(data)).take(n).collect()
}

/// Spells `bits` as words, 11 bits each from the most significant on; bits left over at the end are
/// not used.
pub(crate) fn spell(bits: &[u8]) -> impl Iterator<Item = &'static str> {
    let list = bip39::Language::English.word_list();
    (0..bits.len() * 8 / BITS_PER_WORD).filter_map(move |word| {
        let start = word * BITS_PER_WORD;
        let index = (start..start + BITS_PER_WORD)
            .map(|bit| {
                bits.get(bit / 8)
                    .map(|byte| usize::from(byte >> (7 - bit % 8) & 1))
            })
            .try_fold(0, |index, bit| Some(index << 1 | bit?))?;
        list.get(index).copied()
    })
}

/// Whatever capitals and separators a generated password was typed with: as it was generated. None for any other text.
pub(crate) fn as_generated(typed: &str) -> Option<Zeroizing<String>> {
    let list = bip39::Language::English.word_list();
    let lower = Zeroizing::new(typed.to_ascii_lowercase());
    // What people hear, type and have corrected: spaces, hyphens and dashes, any number of them.
    let between = |c| {
        matches!(
            c,
            ' ' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '\u{2014}'
        )
    };
    if lower.starts_with(between) || lower.ends_with(between) {
        return None;
    }
    let parts = lower.split(between).filter(|part| !part.is_empty());
    let chosen: Option<Vec<&str>> = parts
        .map(|part| Some(*list.get(list.binary_search(&part).ok()?)?))
        .collect();
    let chosen = chosen.filter(|chosen| chosen.len() == PASSWORD_WORDS)?;
    Some(Zeroizing::new(chosen.join("-")))
}

/// The fingerprint that tells apart two rooms of the same name.
pub fn room_words(room_id: &RoomId) -> Vec<&'static str> {
    words(
        &[b"sanctuary/1 room", &room_id.as_bytes()[..]].concat(),
        FINGERPRINT_WORDS,
    )
}

/// The fingerprint that tells apart two members of the same alias.
pub fn member_words(room_id: &RoomId, identity: &Identity) -> Vec<&'static str> {
    let data = [
        b"sanctuary/1 member",
        &room_id.as_bytes()[..],
        identity.as_bytes(),
    ]
    .concat();
    words(&data, FINGERPRINT_WORDS)
}

/// The safety phrase of an epoch (RFC 9420, section 8.7).
pub(crate) fn safety_words(epoch_authenticator: &[u8]) -> Vec<&'static str> {
    words(
        &[b"sanctuary/1 safety", epoch_authenticator].concat(),
        SAFETY_WORDS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_bip_39() {
        let list = bip39::Language::English.word_list();
        assert_eq!(
            (list[0], list[1], list[2047]),
            ("abandon", "ability", "zoo")
        );
        // SHA-256 of the file english.txt of the BIP: a newline after each word.
        let file = list.join("\n") + "\n";
        assert_eq!(
            hex::encode(Sha256::digest(file)),
            "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
        );
    }

    #[test]
    fn words_are_spelled_from_the_most_significant_bit() {
        // 00000000 001 | 11111111 111 | ...
        let spelled: Vec<_> = spell(&[0, 0b0011_1111, 0b1111_1100]).collect();
        assert_eq!(spelled, ["ability", "zoo"]);
        assert_eq!(words(b"", 30).len(), 23);
    }
}
