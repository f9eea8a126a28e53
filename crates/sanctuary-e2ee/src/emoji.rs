//! What may stand as a reaction: one emoji, of a shape that all implementations hold to (PROTOCOL.md, section
//! 9.3). Which emoji a font has, changes with each version of Unicode; the shape does not.

use std::fmt;

use crate::error::{E2eeError, Result};

/// The longest emoji, in bytes of UTF-8: the longest family with skin tones has 41.
pub const MAX_EMOJI: usize = 64;

/// Joins elements into one emoji.
const JOINER: char = '\u{200d}';

/// One emoji.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Emoji(String);

impl Emoji {
    /// Takes a text that is one emoji.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() <= MAX_EMOJI && is_emoji(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(E2eeError::Encoding("this is not one emoji"))
        }
    }

    /// The emoji as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emoji(..)")
    }
}

fn is_emoji(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    match chars[..] {
        [first, second] if is_flag_letter(first) => is_flag_letter(second),
        ['0'..='9' | '#' | '*', '\u{fe0f}', '\u{20e3}'] => true,
        _ => chars.split(|char| *char == JOINER).all(is_element),
    }
}

fn is_element(chars: &[char]) -> bool {
    match chars {
        [base] | [base, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'] => is_base(*base),
        [base, tags @ .., '\u{e007f}'] => {
            let is_tag = |char: &char| matches!(char, '\u{e0020}'..='\u{e007e}');
            is_base(*base) && !tags.is_empty() && tags.iter().all(is_tag)
        }
        _ => false,
    }
}

const fn is_flag_letter(char: char) -> bool {
    matches!(char, '\u{1f1e6}'..='\u{1f1ff}')
}

#[rustfmt::skip]
const fn is_base(char: char) -> bool {
    matches!(char,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{2199}'
        | '\u{21a9}' | '\u{21aa}' | '\u{231a}' | '\u{231b}' | '\u{2328}' | '\u{23cf}' | '\u{23e9}'..='\u{23f3}'
        | '\u{23f8}'..='\u{23fa}' | '\u{24c2}' | '\u{25aa}' | '\u{25ab}' | '\u{25b6}' | '\u{25c0}'
        | '\u{25fb}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b07}'
        | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}' | '\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f004}' | '\u{1f0cf}' | '\u{1f170}' | '\u{1f171}' | '\u{1f17e}' | '\u{1f17f}' | '\u{1f18e}'
        | '\u{1f191}'..='\u{1f19a}' | '\u{1f201}' | '\u{1f202}' | '\u{1f21a}' | '\u{1f22f}'
        | '\u{1f232}'..='\u{1f23a}' | '\u{1f250}' | '\u{1f251}' | '\u{1f300}'..='\u{1f3fa}'
        | '\u{1f400}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6ff}' | '\u{1f7e0}'..='\u{1f7eb}' | '\u{1f7f0}'
        | '\u{1f900}'..='\u{1f9ff}' | '\u{1fa70}'..='\u{1faff}'
    )
}
