//! The application data of an MLS message (PROTOCOL.md, section 9).
//!
//! Invariant: there is one encoding for each message, and a message that breaks a rule neither encodes nor
//! decodes. Who wrote it is never in it: that is the sender's leaf.

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    emoji::Emoji,
    encoding::{Reader, Writer},
    error::{E2eeError, Result},
    id::{Identity, TextId},
    whisper::Whisper,
};

/// The longest body of a message, in bytes of UTF-8.
pub const MAX_BODY: usize = 65_536;

/// The longest time after which a text may be set to vanish, in seconds: that of a room.
pub const MAX_BURN_S: u16 = 3600;

/// The different emoji that one member can have on one text.
pub const MAX_REACTIONS: usize = 8;

const TEXT: u8 = 1;
const EDIT: u8 = 2;
const DELETE: u8 = 3;
const REACTIONS: u8 = 4;
const WHISPER: u8 = 5;
const TYPING: u8 = 6;
const READ: u8 = 7;
const COVER: u8 = 8;
const COVER_SWITCH: u8 = 9;

const ON: u8 = 1;
const OFF: u8 = 2;

/// What a broken rule is called: one and the same for all.
const RULES: E2eeError = E2eeError::Encoding("a message breaks the rules");

/// Names a text: ids are the author's own, so another's text under the same id is another text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageRef {
    /// Who wrote it.
    pub author: Identity,
    /// The author's name for it.
    pub id: TextId,
}

/// What a member says, openly or whispered.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// Random; names it among what its sender said.
    pub id: TextId,
    /// What it is.
    pub what: Saying,
}

/// The kinds of what can be said.
#[derive(Clone, PartialEq, Eq)]
pub enum Saying {
    /// A text.
    Text {
        /// The text that it answers.
        reply_to: Option<MessageRef>,
        /// Seconds after which it vanishes where it is shown; 0: it stays.
        burn_s: u16,
        /// 1 to 65536 bytes without U+0000.
        body: Zeroizing<String>,
    },
    /// Another body in place of that of an own text.
    Edit {
        /// The own text.
        target: TextId,
        /// Counts up from 1; only a higher one takes effect.
        revision: u32,
        /// As in a text.
        body: Zeroizing<String>,
    },
    /// An own text is taken back.
    Delete {
        /// The own text.
        target: TextId,
    },
    /// All emoji that the sender has on a text from now on.
    Reactions {
        /// The text.
        target: MessageRef,
        /// Counts up from 1 for each text; only a higher one takes effect.
        revision: u32,
        /// At most [`MAX_REACTIONS`], none twice.
        emoji: Vec<Emoji>,
    },
}

/// A message, as it is encrypted to the group.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// Something for everybody.
    Said(Said),
    /// Something for some.
    Whisper(Whisper),
    /// The sender is writing.
    Typing,
    /// Everything up to this text was on the sender's screen.
    Read(MessageRef),
    /// Says nothing.
    Cover,
    /// Cover traffic is wanted by everyone, or by nobody.
    CoverSwitch {
        /// Random; names it.
        id: TextId,
        /// Whether it is wanted.
        on: bool,
    },
    /// Of a kind that this version does not know.
    Unknown,
}

impl Said {
    /// A text that answers nothing and stays.
    pub fn text(id: TextId, body: &str) -> Self {
        let what = Saying::Text {
            reply_to: None,
            burn_s: 0,
            body: Zeroizing::new(body.to_owned()),
        };
        Self { id, what }
    }

    /// Encodes it.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.check()?;
        let writer = Writer::default();
        Ok(match &self.what {
            Saying::Text {
                reply_to,
                burn_s,
                body,
            } => {
                let reply_to = reply_to.map(MessageRef::encode).unwrap_or_default();
                writer
                    .uint8(TEXT)
                    .array(self.id.as_bytes())
                    .vector(&reply_to)
                    .uint16(*burn_s)
                    .vector(body.as_bytes())
            }
            Saying::Edit {
                target,
                revision,
                body,
            } => writer
                .uint8(EDIT)
                .array(self.id.as_bytes())
                .array(target.as_bytes())
                .uint32(*revision)
                .vector(body.as_bytes()),
            Saying::Delete { target } => writer
                .uint8(DELETE)
                .array(self.id.as_bytes())
                .array(target.as_bytes()),
            Saying::Reactions {
                target,
                revision,
                emoji,
            } => {
                let list = emoji.iter().fold(Writer::default(), |list, one| {
                    list.vector(one.as_str().as_bytes())
                });
                writer
                    .uint8(REACTIONS)
                    .array(self.id.as_bytes())
                    .array(&target.encode())
                    .uint32(*revision)
                    .vector(&list.finish())
            }
        }
        .finish_secret())
    }

    /// Decodes what stands in a whisper.
    pub(crate) fn decode(data: &[u8]) -> Result<Self> {
        match Message::decode(data)? {
            Message::Said(said) => Ok(said),
            _ => Err(RULES),
        }
    }

    fn read(kind: u8, reader: &mut Reader<'_>) -> Result<Self> {
        let id = TextId::new(reader.array()?);
        let what = match kind {
            TEXT => Saying::Text {
                reply_to: read_reply(reader.vector()?)?,
                burn_s: reader.uint16()?,
                body: read_body(reader)?,
            },
            EDIT => Saying::Edit {
                target: TextId::new(reader.array()?),
                revision: reader.uint32()?,
                body: read_body(reader)?,
            },
            DELETE => Saying::Delete {
                target: TextId::new(reader.array()?),
            },
            _ => Saying::Reactions {
                target: MessageRef::read(reader)?,
                revision: reader.uint32()?,
                emoji: read_emoji(reader.vector()?)?,
            },
        };
        let said = Self { id, what };
        said.check()?;
        Ok(said)
    }

    /// The rules beyond the form.
    fn check(&self) -> Result<()> {
        let is_sound = match &self.what {
            Saying::Text { burn_s, body, .. } => {
                check_body(body)?;
                *burn_s <= MAX_BURN_S
            }
            Saying::Edit { revision, body, .. } => {
                check_body(body)?;
                *revision >= 1
            }
            Saying::Delete { .. } => true,
            Saying::Reactions {
                revision, emoji, ..
            } => {
                let mut places = emoji.iter().enumerate();
                let is_distinct = places.all(|(at, one)| !emoji.iter().take(at).any(|e| e == one));
                *revision >= 1 && emoji.len() <= MAX_REACTIONS && is_distinct
            }
        };
        is_sound.then_some(()).ok_or(RULES)
    }
}

impl Message {
    /// Encodes it. What is unknown has no encoding.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>> {
        let writer = Writer::default();
        Ok(match self {
            Self::Said(said) => return said.encode(),
            Self::Whisper(whisper) => whisper.write(writer.uint8(WHISPER)),
            Self::Typing => writer.uint8(TYPING),
            Self::Read(up_to) => writer.uint8(READ).array(&up_to.encode()),
            Self::Cover => writer.uint8(COVER),
            Self::CoverSwitch { id, on } => writer
                .uint8(COVER_SWITCH)
                .array(id.as_bytes())
                .uint8(if *on { ON } else { OFF }),
            Self::Unknown => return Err(RULES),
        }
        .finish_secret())
    }

    /// Decodes application data.
    pub fn decode(data: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(data);
        let message = match reader.uint8()? {
            kind @ TEXT..=REACTIONS => Self::Said(Said::read(kind, &mut reader)?),
            WHISPER => Self::Whisper(Whisper::read(&mut reader)?),
            TYPING => Self::Typing,
            READ => Self::Read(MessageRef::read(&mut reader)?),
            COVER => Self::Cover,
            COVER_SWITCH => Self::CoverSwitch {
                id: TextId::new(reader.array()?),
                on: match reader.uint8()? {
                    ON => true,
                    OFF => false,
                    _ => return Err(RULES),
                },
            },
            _ => return Ok(Self::Unknown),
        };
        reader.end()?;
        Ok(message)
    }
}

impl MessageRef {
    fn encode(self) -> Vec<u8> {
        [&self.author.as_bytes()[..], self.id.as_bytes()].concat()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            author: Identity::new(reader.array()?),
            id: TextId::new(reader.array()?),
        })
    }
}

/// Debug that shows nothing of what was said.
macro_rules! redacted {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
redacted!(Message, MessageRef, Said, Saying);

fn read_reply(list: &[u8]) -> Result<Option<MessageRef>> {
    if list.is_empty() {
        return Ok(None);
    }
    let mut reader = Reader::new(list);
    let text = MessageRef::read(&mut reader)?;
    reader.end()?;
    Ok(Some(text))
}

fn read_body(reader: &mut Reader<'_>) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(reader.string()?.to_owned()))
}

fn read_emoji(list: &[u8]) -> Result<Vec<Emoji>> {
    let mut reader = Reader::new(list);
    let mut emoji = Vec::new();
    while !reader.is_empty() && emoji.len() <= MAX_REACTIONS {
        emoji.push(Emoji::parse(reader.string()?)?);
    }
    Ok(emoji)
}

fn check_body(body: &str) -> Result<()> {
    if (1..=MAX_BODY).contains(&body.len()) && !body.contains('\0') {
        Ok(())
    } else {
        Err(E2eeError::Message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_a_rule_does_not_encode() {
        let id = TextId::new([3; 16]);
        for body in ["", "a\0b", &"x".repeat(65_537)] {
            assert_eq!(
                Said::text(id, body).encode().err(),
                Some(E2eeError::Message)
            );
        }
        let emoji = |count: u32| (0..count).filter_map(|n| char::from_u32(0x1f600 + n));
        let reactions = |count, revision| {
            let emoji = emoji(count).map(|one| Emoji::parse(&one.to_string()).unwrap());
            let target = MessageRef {
                author: Identity::new([1; 16]),
                id,
            };
            let what = Saying::Reactions {
                target,
                revision,
                emoji: emoji.collect(),
            };
            Said { id, what }.encode()
        };
        assert!(reactions(8, 1).is_ok());
        assert!(reactions(9, 1).is_err() && reactions(1, 0).is_err());
        assert!(Message::Unknown.encode().is_err());
    }

    #[test]
    fn nothing_of_a_message_is_shown_by_debug() {
        let said = Said::text(TextId::new([3; 16]), "hello");
        assert_eq!(format!("{said:?}"), "Said(..)");
        assert_eq!(format!("{:?}", Message::Said(said)), "Message(..)");
    }
}
