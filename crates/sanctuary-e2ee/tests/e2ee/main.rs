//! Members of this crate among themselves, and the committed vectors against their generator.

// What fails in a helper fails the test, as it should.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../examples/e2ee_vectors/cases/mod.rs"]
mod cases;

mod generated;
mod histories;
mod secrecy;
mod table;
mod transitions;
