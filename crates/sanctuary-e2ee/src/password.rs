//! The password of a room, prepared so that every keyboard and browser arrives at the same bytes
//! (PROTOCOL.md, section 6).
//!
//! Invariant: a [`Password`] is in its prepared form, and is wiped when dropped.

use std::fmt;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    error::{E2eeError, Result},
    random,
    words::{self, PASSWORD_WORDS},
};

/// The longest prepared password, in bytes of UTF-8.
pub const MAX_PASSWORD: usize = 256;

/// Enough random bytes for the 66 bits of a generated password.
const GENERATED_BYTES: usize = 9;

/// Why a text cannot be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Nothing is left once white space is removed.
    #[error("a password needs at least one character")]
    Empty,
    /// More than [`MAX_PASSWORD`] bytes.
    #[error("a password has at most 256 bytes: choose a shorter one")]
    TooLong,
}

/// A prepared password.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

impl Password {
    /// Prepares what a person typed: white space at both ends goes, every kind of space becomes
    /// U+0020, then NFC; a generated one is taken in whatever capitals and with whatever spaces or hyphens it is typed.
    pub fn prepare(typed: &str) -> std::result::Result<Self, PasswordError> {
        let spaced: Zeroizing<String> =
            Zeroizing::new(typed.trim().chars().map(plain_space).collect());
        let mut prepared = Zeroizing::new(String::with_capacity(spaced.len()));
        prepared.extend(spaced.nfc());
        if let Some(generated) = words::as_generated(&prepared) {
            prepared = generated;
        }
        if prepared.is_empty() {
            return Err(PasswordError::Empty);
        }
        if prepared.len() > MAX_PASSWORD {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(std::mem::take(&mut *prepared)))
    }

    /// Takes a password as it stands in a structure of another member or of one's own: it must be prepared, or one
    /// password would have several encodings.
    pub(crate) fn parse(prepared: &str) -> Result<Self> {
        let password = Self::prepare(prepared)?;
        if password.as_str() == prepared {
            Ok(password)
        } else {
            Err(E2eeError::Encoding("a password is not prepared"))
        }
    }

    /// A fresh password of six words joined by hyphens: 66 bits.
    pub fn generate() -> Result<Self> {
        let bits = Zeroizing::new(random::bytes::<GENERATED_BYTES>()?);
        Ok(Self(
            words::spell(&*bits)
                .take(PASSWORD_WORDS)
                .collect::<Vec<_>>()
                .join("-"),
        ))
    }

    /// The password as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Maps each character of category Zs to U+0020.
fn plain_space(character: char) -> char {
    match character {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            ' '
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_typed_differently_are_one_password() {
        let prepared = |typed| Password::prepare(typed).unwrap().as_str().to_owned();
        assert_eq!(prepared("\u{a0}correct\u{2003}horse\n"), "correct horse");
        assert_eq!(prepared("cafe\u{301}"), "caf\u{e9}");
        assert_eq!(prepared("Ab\tc"), "Ab\tc");
        assert_eq!(prepared("\u{212b}"), "\u{c5}");
    }

    #[test]
    fn a_generated_password_may_be_dictated() {
        let prepared = |typed| Password::prepare(typed).unwrap().as_str().to_owned();
        let generated = "tone-skull-skirt-able-opinion-zoo";
        for typed in [
            generated,
            "Tone-skull-skirt-able-opinion-zoo ",
            "tone skull  skirt able opinion zoo",
            "TONE SKULL SKIRT \u{2013} ABLE OPINION ZOO",
        ] {
            assert_eq!(prepared(typed), generated);
        }
        for typed in [
            "Tone skull skirt able opinion",
            "Tone skull skirt able opinion zoo zoo",
            "Tone skull skirt able opinion Zoos",
            "-tone skull skirt able opinion zoo",
            "Tone_skull_skirt_able_opinion_zoo",
            "Tone, skull, skirt, able, opinion, zoo",
        ] {
            assert_eq!(prepared(typed), typed);
        }
    }

    #[test]
    fn empty_and_endless_passwords_are_refused() {
        assert_eq!(Password::prepare(" \u{3000}\t"), Err(PasswordError::Empty));
        assert!(Password::prepare(&"p".repeat(256)).is_ok());
        assert_eq!(
            Password::prepare(&"p".repeat(257)),
            Err(PasswordError::TooLong)
        );
    }

    #[test]
    fn generated_passwords_are_six_words_and_differ() {
        let (one, two) = (Password::generate().unwrap(), Password::generate().unwrap());
        assert_eq!(one.as_str().split('-').count(), 6);
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(Password::prepare(one.as_str()).unwrap(), one);
    }
}
