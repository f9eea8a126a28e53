//! Frames of the relay as whole WebSocket messages, each encoded once.

use std::time::Duration;

use sanctuary_wire::CloseCode;
use sanctuary_wire::{EndedReason, RelayFrame};

use crate::websocket::{CloseStatus, Encoded};

/// A frame, ready for any number of receivers.
pub(crate) fn encode(frame: &RelayFrame) -> Encoded {
    Encoded::binary(frame.encoded_len(), |out| frame.encode_into(out))
}

/// A frame that is a header and a payload that somebody sent. The payload is copied once, here.
pub(crate) fn relayed(header: &[u8], payload: &[u8]) -> Encoded {
    Encoded::of_parts([header, payload])
}

/// The last a session hears: `Ended`, and the WebSocket's close behind it.
pub(crate) fn farewell(reason: EndedReason) -> Encoded {
    let code = match reason {
        EndedReason::RelayShutDown => CloseCode::ShuttingDown,
        _ => CloseCode::Ended,
    };
    encode(&RelayFrame::Ended { reason }).then(&Encoded::close(CloseStatus::from(code), ""))
}

/// A duration as frames carry it: whole milliseconds, rounded up so that a wait that long is enough.
pub(crate) fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u32::MAX)
}
