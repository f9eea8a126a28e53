//! The application data of an MLS message (PROTOCOL.md, section 9).

use std::fmt;

use zeroize::Zeroizing;

use crate::{
    encoding::{Reader, Writer},
    error::{E2eeError, Result},
};

/// The longest body of a message, in bytes of UTF-8.
pub const MAX_BODY: usize = 65_536;

/// The kind of a text message.
const TEXT: u8 = 1;

/// What a member says.
#[derive(Clone, PartialEq, Eq)]
pub enum Message {
    /// A text.
    Text {
        /// Random; names the message.
        id: [u8; 16],
        /// 1 to 65536 bytes without U+0000.
        body: Zeroizing<String>,
    },
    /// Of a kind that this version does not know.
    Unknown,
}

impl Message {
    /// Encodes a text message.
    pub fn encode_text(id: &[u8; 16], body: &str) -> Result<Zeroizing<Vec<u8>>> {
        check_body(body)?;
        Ok(Writer::default()
            .uint8(TEXT)
            .array(id)
            .vector(body.as_bytes())
            .finish_secret())
    }

    /// Decodes application data.
    pub fn decode(data: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(data);
        if reader.uint8()? != TEXT {
            return Ok(Self::Unknown);
        }
        let id = reader.array()?;
        let body = reader.string()?;
        reader.end()?;
        check_body(body)?;
        Ok(Self::Text {
            id,
            body: Zeroizing::new(body.to_owned()),
        })
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(..)")
    }
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
    fn a_text_survives() {
        let data = Message::encode_text(&[3; 16], "hällo").unwrap();
        let Message::Text { id, body } = Message::decode(&data).unwrap() else {
            panic!("a text");
        };
        assert_eq!((id, body.as_str()), ([3; 16], "hällo"));
    }

    #[test]
    fn other_kinds_are_unknown_and_broken_texts_are_refused() {
        assert_eq!(Message::decode(&[2, 9, 9]), Ok(Message::Unknown));
        assert!(Message::decode(&[]).is_err());
        assert!(Message::decode(&[1; 10]).is_err());
        for body in ["", "a\0b", &"x".repeat(65_537)] {
            assert_eq!(
                Message::encode_text(&[0; 16], body).err(),
                Some(E2eeError::Message)
            );
        }
    }
}
