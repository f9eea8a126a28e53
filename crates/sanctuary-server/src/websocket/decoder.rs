//! Frames of a client, decoded from bytes as they come.
//!
//! The decoder is fed whatever a read gave, however it is cut, and hands out whole messages and
//! control frames. It keeps what is not whole yet and nothing else: between messages it holds no
//! memory beyond its own few words.

use thiserror::Error;

use super::close::CloseStatus;
use super::header::{Header, MAX_CLIENT_HEADER, Opcode};
use super::mask::unmask;

/// Bytes reserved at once for a message that is announced but not here yet. What is larger grows
/// as it comes, so that announcing costs a peer as much as it costs us.
const FIRST_RESERVE: usize = 16 * 1024;

/// Whether text messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPolicy {
    /// They are a violation. So it is in Sanctuary.
    Refuse,
    /// They are handed out if they are UTF-8. So it is in conformance tests, most of which use text.
    Accept,
}

/// What a client sent, whole and unmasked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A binary message.
    Binary(Vec<u8>),
    /// A text message.
    Text(String),
    /// A ping: it wants [`Encoded::pong`](super::Encoded::pong) with the same payload.
    Ping(Vec<u8>),
    /// A pong.
    Pong,
    /// A close frame: it wants [`Encoded::close_answer`](super::Encoded::close_answer), and nothing
    /// after it.
    Close(Option<CloseStatus>),
}

/// How a client broke RFC 6455, or the limits set to it. The connection has to be closed with
/// [`Violation::status`]; the decoder must not be used any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// Section 5.1.
    #[error("websocket frame is not masked: mask every frame of a client")]
    Unmasked,
    /// Section 5.2.
    #[error("websocket frame has reserved bits set: no extension was agreed on")]
    ReservedBits,
    /// Section 5.2.
    #[error("websocket opcode is unknown: use those of RFC 6455")]
    UnknownOpcode,
    /// Section 5.2.
    #[error("websocket length is not in its shortest form: use the fewest bytes")]
    LongLength,
    /// Section 5.5.
    #[error("websocket control frame is fragmented: send it whole")]
    FragmentedControl,
    /// Section 5.5.
    #[error("websocket control frame is too long: 125 bytes at most")]
    LongControl,
    /// Section 5.4.
    #[error("websocket continuation without a beginning: start with text or binary")]
    NothingToContinue,
    /// Section 5.4.
    #[error("websocket message begins within another: finish that one first")]
    Interleaved,
    /// Section 7.4.
    #[error("websocket close code is not one to send: use one of RFC 6455, section 7.4")]
    CloseCode,
    /// Section 8.1.
    #[error("websocket text is not UTF-8: send binary messages")]
    InvalidText,
    /// Text is not taken.
    #[error("text message: send binary messages only")]
    Text,
    /// The message is larger than the limit.
    #[error("message is larger than the limit: hold to max_frame of Hello")]
    TooLarge,
}

impl Violation {
    /// The code to close the connection with.
    pub fn status(self) -> CloseStatus {
        match self {
            Self::InvalidText => CloseStatus::INVALID_TEXT,
            Self::Text => CloseStatus::UNSUPPORTED,
            Self::TooLarge => CloseStatus::TOO_LARGE,
            _ => CloseStatus::PROTOCOL_ERROR,
        }
    }
}

/// Decodes what one client sends.
#[derive(Debug)]
pub struct Decoder {
    /// Largest message in bytes.
    limit: usize,
    text: TextPolicy,
    /// The start of a header, until it is whole.
    header: [u8; MAX_CLIENT_HEADER],
    header_len: usize,
    /// The frame whose payload is being read.
    frame: Option<Frame>,
    /// The message that frame belongs to, or that a continuation will go on with.
    message: Option<Message>,
    control: Vec<u8>,
    /// Frames that have begun since they were last asked for.
    begun: u32,
}

#[derive(Debug)]
struct Frame {
    header: Header,
    /// Bytes of the payload that are here.
    taken: usize,
}

#[derive(Debug)]
struct Message {
    is_text: bool,
    payload: Vec<u8>,
}

impl Decoder {
    /// A decoder for messages of at most `limit` bytes.
    pub fn new(limit: usize, text: TextPolicy) -> Self {
        Self {
            limit,
            text,
            header: [0; MAX_CLIENT_HEADER],
            header_len: 0,
            frame: None,
            message: None,
            control: Vec::new(),
            begun: 0,
        }
    }

    /// Sets another limit, for the messages that begin from now on.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Bytes kept of a message that is not whole yet.
    pub fn held(&self) -> usize {
        self.message
            .as_ref()
            .map_or(0, |message| message.payload.capacity())
    }

    /// How many frames have begun since the last call, fragments and control frames included.
    pub fn take_begun(&mut self) -> u32 {
        std::mem::take(&mut self.begun)
    }

    /// Takes bytes off the front of `input` until something is whole, or `input` is empty and
    /// `None` is the answer.
    pub fn decode(&mut self, input: &mut &[u8]) -> Result<Option<Received>, Violation> {
        loop {
            let mut frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.read_header(input)? {
                    Some(header) => self.begin(header)?,
                    None => return Ok(None),
                },
            };
            self.read_payload(&mut frame, input);
            if (frame.taken as u64) < frame.header.len {
                self.frame = Some(frame);
                return Ok(None);
            }
            if let Some(received) = self.complete(frame.header)? {
                return Ok(Some(received));
            }
        }
    }

    /// Collects a header. What its first two bytes tell is checked before more is waited for.
    fn read_header(&mut self, input: &mut &[u8]) -> Result<Option<Header>, Violation> {
        loop {
            let needed = Header::needed(&self.header[..self.header_len]);
            let missing = (needed - self.header_len).min(input.len());
            let (taken, rest) = input.split_at(missing);
            self.header[self.header_len..][..missing].copy_from_slice(taken);
            self.header_len += missing;
            *input = rest;
            let header = &self.header[..self.header_len];
            if let [first, second, ..] = *header {
                Header::check_start(first, second)?;
                if header.len() == Header::needed(header) {
                    let header = Header::parse(header)?;
                    self.header_len = 0;
                    return Ok(Some(header));
                }
            }
            if input.is_empty() {
                return Ok(None);
            }
        }
    }

    /// Checks a frame against what came before, and makes room for its payload.
    fn begin(&mut self, header: Header) -> Result<Frame, Violation> {
        self.begun = self.begun.saturating_add(1);
        let len = usize::try_from(header.len).unwrap_or(usize::MAX);
        if !header.opcode.is_control() {
            match (header.opcode, &self.message) {
                (Opcode::Continuation, None) => return Err(Violation::NothingToContinue),
                (Opcode::Continuation, Some(_)) => {}
                (_, Some(_)) => return Err(Violation::Interleaved),
                (Opcode::Text, None) if self.text == TextPolicy::Refuse => {
                    return Err(Violation::Text);
                }
                (opcode, None) => {
                    self.message = Some(Message {
                        is_text: opcode == Opcode::Text,
                        payload: Vec::new(),
                    });
                }
            }
            let limit = self.limit;
            let payload = self.payload(header.opcode);
            if len > limit.saturating_sub(payload.len()) {
                return Err(Violation::TooLarge);
            }
            payload.reserve_exact(len.min(FIRST_RESERVE));
        }
        Ok(Frame { header, taken: 0 })
    }

    fn read_payload(&mut self, frame: &mut Frame, input: &mut &[u8]) {
        let missing = frame.header.len - frame.taken as u64;
        let n = usize::try_from(missing)
            .unwrap_or(usize::MAX)
            .min(input.len());
        let (taken, rest) = input.split_at(n);
        let payload = self.payload(frame.header.opcode);
        let start = payload.len();
        payload.extend_from_slice(taken);
        unmask(&mut payload[start..], frame.header.mask, frame.taken);
        frame.taken += n;
        *input = rest;
    }

    /// Where the payload of such a frame is collected.
    fn payload(&mut self, opcode: Opcode) -> &mut Vec<u8> {
        match &mut self.message {
            Some(message) if !opcode.is_control() => &mut message.payload,
            _ => &mut self.control,
        }
    }

    /// What a whole frame amounts to; nothing, if it is a fragment that others follow.
    fn complete(&mut self, header: Header) -> Result<Option<Received>, Violation> {
        let received = match header.opcode {
            Opcode::Ping => Received::Ping(std::mem::take(&mut self.control)),
            Opcode::Pong => {
                self.control = Vec::new();
                Received::Pong
            }
            Opcode::Close => {
                Received::Close(CloseStatus::parse(&std::mem::take(&mut self.control))?)
            }
            _ if !header.fin => return Ok(None),
            _ => match self.message.take() {
                Some(message) if message.is_text => Received::Text(
                    String::from_utf8(message.payload).map_err(|_| Violation::InvalidText)?,
                ),
                message => Received::Binary(message.map(|m| m.payload).unwrap_or_default()),
            },
        };
        Ok(Some(received))
    }
}
