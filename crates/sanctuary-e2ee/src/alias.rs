//! The name that a member goes by (PROTOCOL.md, section 8.3).
//!
//! Invariant: an [`Alias`] holds no control, formatting or line separating character and no white
//! space at an end, so nothing invisible tells two of them apart or turns the text around them.
//! The list of refused characters is fixed by the protocol rather than taken from a Unicode table,
//! since members whose tables differ would otherwise split over a commit.

use std::fmt;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The longest alias, in bytes of UTF-8.
pub const MAX_ALIAS: usize = 64;

/// The refused characters, as inclusive ranges.
const REFUSED: &[(u32, u32)] = &[
    (0x0000, 0x001f),
    (0x007f, 0x009f),
    (0x00ad, 0x00ad),
    (0x0600, 0x0605),
    (0x061c, 0x061c),
    (0x06dd, 0x06dd),
    (0x070f, 0x070f),
    (0x0890, 0x0891),
    (0x08e2, 0x08e2),
    (0x180e, 0x180e),
    (0x200b, 0x200c),
    (0x200e, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0xfeff, 0xfeff),
    (0xfff9, 0xfffb),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x1bca0, 0x1bca3),
    (0x1d173, 0x1d17a),
    (0xe0000, 0xe007f),
];

/// Why a text cannot be an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AliasError {
    /// Nothing is left once white space is removed.
    #[error("an alias needs at least one character")]
    Empty,
    /// More than [`MAX_ALIAS`] bytes.
    #[error("an alias has at most 64 bytes: choose a shorter one")]
    TooLong,
    /// A control, formatting or line separating character.
    #[error("an alias has no control or formatting characters: leave them out")]
    Character,
    /// White space at an end, in an alias that came from another member.
    #[error("an alias has no white space at its ends")]
    WhiteSpace,
}

/// A valid alias.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Alias(String);

impl Alias {
    /// Makes an alias of what a person typed: white space at both ends is removed.
    pub fn prepare(typed: &str) -> Result<Self, AliasError> {
        Self::parse(typed.trim())
    }

    /// Takes an alias as it came from another member.
    pub fn parse(alias: &str) -> Result<Self, AliasError> {
        if alias.is_empty() {
            return Err(AliasError::Empty);
        }
        if alias.len() > MAX_ALIAS {
            return Err(AliasError::TooLong);
        }
        if alias.chars().any(is_refused) {
            return Err(AliasError::Character);
        }
        if alias.trim().len() != alias.len() {
            return Err(AliasError::WhiteSpace);
        }
        Ok(Self(alias.to_owned()))
    }

    /// The alias as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alias(..)")
    }
}

fn is_refused(character: char) -> bool {
    let point = u32::from(character);
    REFUSED
        .iter()
        .any(|&(first, last)| (first..=last).contains(&point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_taken() {
        for (typed, alias) in [
            ("  Ann  ", "Ann"),
            ("Jörg", "Jörg"),
            ("\u{3000}明\u{a0}", "明"),
            ("a b", "a b"),
            ("\u{1f469}\u{200d}\u{1f680}", "\u{1f469}\u{200d}\u{1f680}"),
        ] {
            assert_eq!(Alias::prepare(typed).unwrap().as_str(), alias);
        }
        assert!(Alias::prepare(&"x".repeat(64)).is_ok());
    }

    #[test]
    fn what_would_deceive_is_refused() {
        assert_eq!(Alias::prepare(" \t\u{2003}"), Err(AliasError::Empty));
        assert_eq!(Alias::prepare(&"x".repeat(65)), Err(AliasError::TooLong));
        assert_eq!(Alias::prepare(&"é".repeat(33)), Err(AliasError::TooLong));
        for character in [
            '\u{202e}',
            '\u{200b}',
            '\u{0}',
            '\n',
            '\u{feff}',
            '\u{2066}',
            '\u{ad}',
            '\u{2029}',
            '\u{e0041}',
        ] {
            assert_eq!(
                Alias::prepare(&format!("a{character}b")),
                Err(AliasError::Character)
            );
        }
        assert_eq!(Alias::parse(" a"), Err(AliasError::WhiteSpace));
    }
}
