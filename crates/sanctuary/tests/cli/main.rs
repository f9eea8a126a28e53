//! The program as it is started from a shell: what it prints, and how it ends.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arguments;
mod locking;
mod program;
mod serving;
