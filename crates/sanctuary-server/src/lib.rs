//! The relay behind HTTP: it orders and copies frames, and can read no payload.
//!
//! Invariant: this crate links no end-to-end encryption and no MLS code; `make lint` holds the dependency tree to it.

mod assets;
mod connection;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod options;
mod origin;
pub mod relay;
mod server;
mod slots;
mod stream;
mod tls;
pub mod websocket;

pub use options::{Options, OptionsError, TlsFiles};
pub use origin::{Authority, Origin, OriginError, Scheme};
pub use server::{Server, ServerError, Started};
pub use tls::TlsError;
