//! Why a connection ended: WebSocket close codes (RFC 6455, section 7.4; PROTOCOL.md, section 3).

/// The close codes the relay sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The room or the session has ended; an `Ended` frame came before.
    Ended = 1000,
    /// The relay is shutting down; an `Ended` frame came before.
    ShuttingDown = 1001,
    /// The bytes break RFC 6455.
    ProtocolError = 1002,
    /// A text message was sent.
    TextMessage = 1003,
    /// A text, such as the reason of a close, is not UTF-8.
    InvalidText = 1007,
    /// A frame was larger than the limit.
    TooLarge = 1009,
    /// A frame did not decode.
    Malformed = 4000,
    /// A frame is not allowed in this state of the connection.
    Unexpected = 4001,
    /// Neither created, joined nor resumed within the time limit.
    Idle = 4002,
    /// The reader fell behind by more than the queue limit; it may reconnect and resume.
    Stalled = 4003,
    /// Far more frames came than the relay takes in the time.
    TooFast = 4004,
}

impl CloseCode {
    /// Every code, in the order of their numbers.
    pub const ALL: &'static [Self] = &[
        Self::Ended,
        Self::ShuttingDown,
        Self::ProtocolError,
        Self::TextMessage,
        Self::InvalidText,
        Self::TooLarge,
        Self::Malformed,
        Self::Unexpected,
        Self::Idle,
        Self::Stalled,
        Self::TooFast,
    ];

    /// The number on the wire.
    pub const fn to_wire(self) -> u16 {
        self as u16
    }

    /// The code of a number on the wire, if it is one of the protocol's.
    pub fn from_wire(value: u16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.to_wire() == value)
    }
}
