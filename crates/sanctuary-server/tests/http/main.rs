//! HTTP as it stands on the wire, from a server on a port of its own.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod connections;
mod harness;
mod headers;
mod hosts;
mod pages;
mod refusals;
mod tls;
mod versions;
mod websocket;
